"""How often did somebody ask in this minute? Counts that all web processes share.

A process writes here once for many requests (api/limits.py), so a count lags a little behind the truth.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from corridors.store.tables import rates
from corridors.store.upsert import insert_or_update


class Rates:
    """Requests by bucket (a key, or the hash of an address) and window, which is named by its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, bucket: str, ends_at: datetime, requests: int) -> int:
        """Count further requests in a window and return those of all processes so far."""
        row = {"bucket": bucket, "ends_at": ends_at, "requests": requests}
        counted = insert_or_update(self._connection, rates, row, requests=rates.c.requests + requests)
        return int(self._connection.execute(counted.returning(rates.c.requests)).scalar_one())

    def forget(self, before: datetime) -> int:
        """Delete the windows that ended before an instant and return how many."""
        return self._connection.execute(rates.delete().where(rates.c.ends_at < before)).rowcount
