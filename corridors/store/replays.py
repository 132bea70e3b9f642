"""What is sent again, or at last, because its owner asked? Held deliveries after a pause, and past ones once more.

No row is made anew: a delivery is owed again, with the same id and the same bytes, and marked, so that its receiver can
tell it from live news. Within what is sent again, news rises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from corridors.store.tables import deliveries, events
from corridors.store.watch import tell

CATCH_UPS = ("none", "latest", "missed")
MOST = 10_000

_STATES = {
    "failed": ("exhausted",),
    "missed": ("exhausted", "held", "superseded"),
    "all": ("exhausted", "held", "superseded", "succeeded", "cancelled"),
    "latest": ("exhausted", "held", "superseded", "succeeded", "cancelled"),
}
MODES = tuple(_STATES)

_BEHIND_LIVE = 2  # priority; see deliveries.py
_BEFORE_ALL = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which past deliveries are sent again. mode: failed, missed, all, or latest (the newest of each occurrence)."""

    since: datetime
    until: datetime
    mode: str
    types: Sequence[str] = ()
    corridors: Sequence[str] = ()


class Replays:
    """Deliveries of the past."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def catch_up(self, subscription: str, how: str, now: datetime) -> int:
        """Decide about what was held while a subscription was not active, and return how much of it is sent now.

        how: none; latest, the newest of each occurrence; missed, all of it in order, marked as replayed.
        """
        held = (deliveries.c.subscription == subscription, deliveries.c.state == "held")
        if how == "missed":
            return self._again(*held, replay="catch_up", priority=_BEHIND_LIVE, now=now)
        sent = 0
        if how == "latest":
            newest = (deliveries.c.occurrence.is_not(None), ~_has_newer(("held", "pending")))
            sent = self._again(*held, *newest, replay=None, priority=0, now=now)
            overtaken = (*held, deliveries.c.occurrence.is_not(None))
            self._end("superseded", now, *overtaken)
        self._end("cancelled", now, *held)
        return sent

    def count(self, subscription: str, wanted: Wanted) -> int:
        """Return how many deliveries `replay` would send again."""
        query = select(func.count()).select_from(deliveries).where(*_wanted(subscription, wanted))
        return int(self._connection.execute(query).scalar_one())

    def replay(self, subscription: str, wanted: Wanted, now: datetime) -> int:
        """Owe past deliveries again, the oldest MOST of them, behind what is live; return how many."""
        ids = select(deliveries.c.id).where(*_wanted(subscription, wanted)).order_by(deliveries.c.id).limit(MOST)
        return self._again(deliveries.c.id.in_(ids), replay="replay", priority=_BEHIND_LIVE, now=now)

    def resend(self, delivery: str, now: datetime) -> None:
        """Try a delivery at once, before everything else: a final one anew, a pending one within its schedule."""
        this = deliveries.c.id == delivery
        soon = update(deliveries).where(this, deliveries.c.state == "pending")
        self._connection.execute(soon.values(due_at=now, priority=_BEFORE_ALL))
        self._again(this, deliveries.c.state != "pending", replay="resend", priority=_BEFORE_ALL, now=now)
        tell(self._connection)

    def _again(self, *which: ColumnElement[bool], replay: str | None, priority: int, now: datetime) -> int:
        done = self._connection.execute(
            update(deliveries)
            .where(*which)
            .values(
                state="pending",
                attempts=0,
                due_at=now,
                owed_since_at=now,
                finished_at=None,
                superseded_by=None,
                replay=replay,
                priority=priority,
            )
        )
        tell(self._connection)
        return int(done.rowcount)

    def _end(self, state: str, now: datetime, *which: ColumnElement[bool]) -> None:
        self._connection.execute(update(deliveries).where(*which).values(state=state, finished_at=now))


def _wanted(subscription: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [
        deliveries.c.subscription == subscription,
        deliveries.c.created_at >= wanted.since,
        deliveries.c.created_at < wanted.until,
        deliveries.c.state.in_(_STATES[wanted.mode]),
    ]
    if wanted.types:
        conditions.append(deliveries.c.type.in_(wanted.types))
    if wanted.corridors:
        about = select(events.c.id).where(events.c.corridor.in_(wanted.corridors))
        conditions.append(deliveries.c.event.in_(about))
    if wanted.mode == "latest":
        conditions += [deliveries.c.occurrence.is_not(None), ~_has_newer((*_STATES["latest"], "pending"))]
    return conditions


def _has_newer(states: Sequence[str]) -> ColumnElement[bool]:
    newer = deliveries.alias()
    return exists().where(
        newer.c.subscription == deliveries.c.subscription,
        newer.c.occurrence == deliveries.c.occurrence,
        newer.c.occurrence_revision > deliveries.c.occurrence_revision,
        newer.c.state.in_(states),
    )
