"""Has anything moved that a reader could see? One number that rises with every such write, with an event or without.

A change feed alone cannot tell: a second source that says the same makes a claim and a new credibility, but no event.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Text, cast, insert, select, update

from corridors.store.tables import marks

_MARK = "state.version"


def rise(connection: Connection) -> None:
    """Note that something public is being written in this transaction."""
    higher = cast(cast(marks.c.value, BigInteger) + 1, Text)
    changed = connection.execute(update(marks).where(marks.c.name == _MARK).values(value=higher))
    if not changed.rowcount:
        connection.execute(insert(marks).values(name=_MARK, value="1"))


def current(connection: Connection) -> int:
    """Return the number, 0 before the first write."""
    return int(connection.execute(select(marks.c.value).where(marks.c.name == _MARK)).scalar() or 0)
