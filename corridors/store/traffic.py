"""How many requests were answered, and how fast? Counts that all web processes share and that outlive each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from corridors.store.tables import traffic
from corridors.store.upsert import insert_or_update


class Answered(NamedTuple):
    """A kind of answer. route: the pattern of the address; within_ms: the upper bound of the time it took."""

    route: str
    method: str
    status: int
    within_ms: int


class Spent(NamedTuple):
    """How many answers of a kind there were, and the seconds that they took together."""

    requests: int
    seconds: float


class Traffic:
    """Answers by kind, counted for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Mapping[Answered, Spent]) -> None:
        """Count further answers. In a fixed order, so that two processes never wait for each other."""
        for answered, spent in sorted(counts.items()):
            more = {"requests": traffic.c.requests + spent.requests, "seconds": traffic.c.seconds + spent.seconds}
            row = answered._asdict() | spent._asdict()
            self._connection.execute(insert_or_update(self._connection, traffic, row, **more))

    def all(self) -> dict[Answered, Spent]:
        """Return every count, in the order of the kinds."""
        rows = self._connection.execute(select(traffic))
        return dict(
            sorted(
                (Answered(row.route, row.method, row.status, row.within_ms), Spent(row.requests, row.seconds))
                for row in rows
            )
        )
