"""Ids that sort by the time they were made, and cannot be guessed."""

from __future__ import annotations

import secrets
import time

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """Return `prefix`_ and 26 letters: 48 bits of milliseconds, 80 random bits (the layout of a ULID)."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return prefix + "_" + "".join(_LETTERS[number >> 5 * place & 31] for place in range(25, -1, -1))
