"""Tests mirror corridors/: one module here for each module there."""
