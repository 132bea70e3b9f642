"""Which rows may a reader see? Bands and clearances as conditions and values of a row.

State and events are kept with the band of clearances that see them, what was said with its own sensitivity; see
model/clearance.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from corridors.model import CLEARANCES, Band, Sensitivity


@lru_cache(maxsize=256)  # every transaction asks anew, and SQLAlchemy takes its time to build a condition
def seen(table: FromClause, clearance: Sensitivity) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a row of state is the one that a reader of `clearance` sees."""
    return table.c.seen_from <= clearance.rank, table.c.seen_to >= clearance.rank


@lru_cache(maxsize=256)
def covered(table: FromClause, clearance: Sensitivity) -> ColumnElement[bool]:
    """Return the condition that a reader of `clearance` may see what was said in a row."""
    return table.c.sensitivity <= clearance.rank


def banded(band: Band) -> dict[str, int]:
    """Return the columns that keep a band."""
    return {"seen_from": band.lowest.rank, "seen_to": band.highest.rank}


def band_of(row: Any) -> Band:
    """Return the band of a row that has its two columns."""
    return Band(CLEARANCES[row.seen_from], CLEARANCES[max(row.seen_to, 0)])
