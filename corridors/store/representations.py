"""What does the public interface show of a record? Bytes, rendered in the transaction that changed it.

What code of another release rendered counts as missing: whoever reads renders it then, `corridors migrate` all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from corridors.model import Band, Sensitivity
from corridors.schema import FORM
from corridors.store.sight import banded, seen
from corridors.store.tables import representations


class Representations:
    """Rendered records by their ids, as a reader of one clearance sees them."""

    def __init__(self, connection: Connection, clearance: Sensitivity) -> None:
        self._connection = connection
        self._clearance = clearance

    def keep(self, record: str, body: bytes, band: Band) -> None:
        """Keep what a band of clearances is shown of a record; see `forget` for what they were shown before."""
        row = {"record": record, "form": FORM, "body": body, **banded(band)}
        self._connection.execute(insert(representations), row)

    def find(self, records: Sequence[str]) -> dict[str, bytes]:
        """Return what is shown of those of the records that are rendered, by id."""
        mine = representations.c
        if not records:
            return {}
        rows = self._connection.execute(
            select(mine.record, mine.body).where(
                mine.record.in_(records),
                mine.form == FORM,
                *seen(representations, self._clearance),
            )
        )
        return {row.record: row.body for row in rows}

    def forget(self, record: str) -> None:
        """Drop what is shown of a record."""
        self._connection.execute(delete(representations).where(representations.c.record == record))
