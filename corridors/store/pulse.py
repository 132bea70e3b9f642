"""Does the work go on? Figures about sources, deliveries and what is stored, for /readyz and /metrics. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from corridors.store.tables import (
    attempts,
    claims,
    deliveries,
    documents,
    events,
    leases,
    polls,
    sources,
    subscriptions,
)

# Marks (leases.py) that a worker sets while it lives, while it looks for due sources, and for due webhooks.
WORKER_BEAT = "worker.beat_at"
POLLER_BEAT = "poller.beat_at"
COURIER_BEAT = "courier.beat_at"

_KEPT = {"events": events, "documents": documents, "claims": claims, "subscriptions": subscriptions}


class Pulse:
    """What somebody who watches over an installation wants to know. Instants are real ones."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def kept(self) -> dict[str, int]:
        """Return how many events, documents, claims and subscriptions there are."""
        return {name: self._count(select(func.count()).select_from(table)) for name, table in _KEPT.items()}

    def sources(self) -> dict[str, int]:
        """Return how many configured sources are in each state."""
        return self._counted(select(sources.c.state, func.count()).where(sources.c.configured), sources.c.state)

    def owed(self, now: datetime) -> dict[str, int]:
        """Return how many deliveries wait in which way.

        sending: under way; held: to a subscription that is not active; due: now; later: for their next attempt.
        """
        way = case(
            (deliveries.c.leased_until > now, "sending"),
            (or_(deliveries.c.state == "held", subscriptions.c.state != "active"), "held"),
            (deliveries.c.due_at <= now, "due"),
            else_="later",
        ).label("way")
        query = select(way, func.count()).join(subscriptions).where(deliveries.c.state.in_(("pending", "held")))
        return self._counted(query, way)

    def oldest_due_at(self, now: datetime) -> datetime | None:
        """Return since when the delivery that waits longest could be sent or is being sent, None where none waits."""
        query = (
            select(func.min(deliveries.c.due_at))
            .join(subscriptions)
            .where(deliveries.c.state == "pending", deliveries.c.due_at <= now, subscriptions.c.state == "active")
        )
        due: datetime | None = self._connection.execute(query).scalar()
        return due

    def attempts_since(self, at: datetime) -> dict[str, int]:
        """Return how many attempts to deliver had which result since an instant."""
        return self._counted(select(attempts.c.code, func.count()).where(attempts.c.started_at >= at), attempts.c.code)

    def polls_since(self, at: datetime) -> dict[str, int]:
        """Return how many polls had which outcome since an instant."""
        return self._counted(select(polls.c.outcome, func.count()).where(polls.c.started_at >= at), polls.c.outcome)

    def leased(self, now: datetime) -> dict[str, int]:
        """Return how many sources, deliveries and jobs are in somebody's hands."""
        until = {"source": sources.c.leased_until, "delivery": deliveries.c.leased_until, "job": leases.c.until_at}
        return {kind: self._count(select(func.count()).where(column > now)) for kind, column in until.items()}

    def last_poll_at(self) -> datetime | None:
        """Return when a poll of any source last ended, None before the first one."""
        at: datetime | None = self._connection.execute(
            select(polls.c.finished_at).order_by(polls.c.id.desc()).limit(1)
        ).scalar()
        return at

    def _count(self, query: Any) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _counted(self, query: Any, by: Any) -> dict[str, int]:
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(by).order_by(by))}
