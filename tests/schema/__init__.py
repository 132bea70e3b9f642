"""The public shape of every record."""
