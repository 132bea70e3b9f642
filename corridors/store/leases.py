"""Who does what at the moment? Named leases that expire, taken by one conditional write whose row count decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from corridors.store.tables import leases, marks
from corridors.store.upsert import insert_or_update


class Leases:
    """Jobs that only one process may do at a time, and small values that all processes share."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, holder: str, now: datetime, length: timedelta) -> bool:
        """Take or renew the lease `name` until `now` + `length`; False while somebody else holds it."""
        free = or_(leases.c.holder == holder, leases.c.until_at <= now)
        mine = {"holder": holder, "until_at": now + length}
        taken = insert_or_update(self._connection, leases, {"name": name, **mine}, free, **mine)
        return self._connection.execute(taken.returning(leases.c.name)).first() is not None

    def release(self, holder: str) -> None:
        """Give back everything that `holder` has."""
        self._connection.execute(leases.delete().where(leases.c.holder == holder))

    def mark(self, name: str) -> str | None:
        """Return the shared value `name`."""
        return self._connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar()

    def set_mark(self, name: str, value: str) -> None:
        """Keep the shared value `name`."""
        self._connection.execute(insert_or_update(self._connection, marks, {"name": name, "value": value}, value=value))
