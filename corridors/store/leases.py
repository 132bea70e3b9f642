"""Who does what at the moment? Named leases that expire, taken by one conditional UPDATE whose row count decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from corridors.store.tables import leases, marks


class Leases:
    """Jobs that only one process may do at a time, and small values that all processes share."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, now: datetime, length: timedelta) -> bool:
        """Take or renew the lease `name` until `now` + `length`; False while somebody else holds it."""
        taken = self._connection.execute(
            update(leases)
            .where(leases.c.name == name, or_(leases.c.holder == holder, leases.c.until_at <= now))
            .values(holder=holder, until_at=now + length)
        )
        if taken.rowcount:
            return True
        if self._connection.execute(select(leases.c.name).where(leases.c.name == name)).first():
            return False
        self._connection.execute(insert(leases).values(name=name, holder=holder, until_at=now + length))
        return True

    def release(self, holder: str) -> None:
        """Give back everything that `holder` has."""
        self._connection.execute(leases.delete().where(leases.c.holder == holder))

    def mark(self, name: str) -> str | None:
        """Return the shared value `name`."""
        return self._connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()

    def set_mark(self, name: str, value: str) -> None:
        """Keep the shared value `name`."""
        changed = self._connection.execute(update(marks).where(marks.c.name == name).values(value=value))
        if not changed.rowcount:
            self._connection.execute(insert(marks).values(name=name, value=value))
