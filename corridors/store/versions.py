"""Has anything moved that a reader could see? One number that rises with every such write, with an event or without.

A change feed alone cannot tell: a second source that says the same makes a claim and a new credibility, but no event.
"""

from __future__ import annotations

import time

from sqlalchemy import BigInteger, Connection, Text, cast, select, text

from corridors.store.tables import marks
from corridors.store.upsert import insert_or_update
from corridors.store.watch import tell

_MARK = "state.version"
_AT = "state.changed_at"
_COMMIT_ORDER = 7_230_314  # any number, the same in every process: one writer of state at a time


class Versions:
    """The turn of one transaction among those that write public state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_alone = False
        self._has_risen = False

    def alone(self) -> None:
        """Keep every other writer of state out until the commit, so that cursors rise in commit order.

        On SQLite the write lock already does; on PostgreSQL this waits for an advisory lock. It comes before every row
        lock of the same transaction, or two writers could wait for each other.
        """
        if not self._is_alone and self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COMMIT_ORDER})
        self._is_alone = True

    def rise(self) -> None:
        """Note that something public is being written in this transaction, and wake who watches at its commit."""
        if self._has_risen:
            return
        self._has_risen = True
        self.alone()
        higher = cast(cast(marks.c.value, BigInteger) + 1, Text)
        self._connection.execute(insert_or_update(self._connection, marks, {"name": _MARK, "value": "1"}, value=higher))
        now = str(time.time())
        self._connection.execute(insert_or_update(self._connection, marks, {"name": _AT, "value": now}, value=now))
        tell(self._connection)

    def current(self) -> int:
        """Return the number, 0 before the first write."""
        return int(self._connection.execute(select(marks.c.value).where(marks.c.name == _MARK)).scalar() or 0)

    def changed_at(self) -> float:
        """Return when it last rose, in POSIX time; 0 before the first write."""
        return float(self._connection.execute(select(marks.c.value).where(marks.c.name == _AT)).scalar() or 0)
