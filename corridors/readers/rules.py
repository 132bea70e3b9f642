"""The reader by rules: deterministic, offline, every word of it explained (corridors/reading)."""

from __future__ import annotations

from corridors.reading import read

READER = read
