"""What is owed to whom? The queue of webhook deliveries, taken by leases, and the log of every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from corridors.model import Attempt, Delivery, Event, Outcome
from corridors.store.ids import new_id
from corridors.store.tables import attempts, deliveries, events, subscriptions
from corridors.store.watch import tell


class Deliveries:
    """One row for each event owed to each subscription."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owe(self, event: Event, subscribers: Sequence[str], now: datetime) -> None:
        """Owe a recorded event to subscriptions, in the event's own transaction: neither is without the other."""
        if subscribers:
            self._connection.execute(
                insert(deliveries),
                [
                    _new(subscriber, event.id, event.type.value, now)
                    | {"occurrence": event.occurrence, "occurrence_revision": event.occurrence_revision}
                    for subscriber in subscribers
                ],
            )
            tell(self._connection)

    def owe_own(self, subscription: str, event: str, type_: str, body: bytes, now: datetime) -> Delivery:
        """Owe something that is no event of the change feed (a test, a heartbeat) and return the delivery."""
        values = _new(subscription, event, type_, now) | {"body": body}
        self._connection.execute(insert(deliveries).values(**values))
        tell(self._connection)
        return Delivery(values["id"], subscription, event, type_, "pending", now, now, body=body)

    def lease_due(
        self, holder: str, now: datetime, length: timedelta, *, limit: int, each: int, busy: Sequence[str] = ()
    ) -> list[Delivery]:
        """Lease up to `limit` due deliveries, at most `each` of one subscription and none of the `busy` ones.

        A later event of an occurrence waits until the earlier ones are out, so that news never runs backwards.
        """
        earlier = deliveries.alias()
        ranked = (
            select(
                deliveries.c.id,
                deliveries.c.due_at,
                func.row_number()
                .over(partition_by=deliveries.c.subscription, order_by=(deliveries.c.due_at, deliveries.c.id))
                .label("rank"),
            )
            .join(subscriptions, subscriptions.c.id == deliveries.c.subscription)
            .where(
                _free(now),
                subscriptions.c.state == "active",
                or_(subscriptions.c.not_before_at.is_(None), subscriptions.c.not_before_at <= now),
                deliveries.c.subscription.not_in(busy),
                ~exists().where(
                    earlier.c.subscription == deliveries.c.subscription,
                    earlier.c.occurrence == deliveries.c.occurrence,
                    earlier.c.state == "pending",
                    earlier.c.occurrence_revision < deliveries.c.occurrence_revision,
                ),
            )
            .subquery()
        )
        chosen = select(ranked.c.id).where(ranked.c.rank <= each).order_by(ranked.c.due_at, ranked.c.id).limit(limit)
        ids = list(self._connection.execute(chosen).scalars())
        if not ids:
            return []
        locked = select(deliveries.c.id).where(deliveries.c.id.in_(ids), _free(now)).with_for_update(skip_locked=True)
        taken = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(list(self._connection.execute(locked).scalars())))
            .values(leased_by=holder, leased_until=now + length, lease=deliveries.c.lease + 1)
            .returning(deliveries.c.id)
        ).scalars()
        return sorted(self.find(list(taken)), key=lambda delivery: (delivery.due_at, delivery.id))

    def record(
        self, attempt: Attempt, holder: str, lease: int, *, state: str, due_at: datetime, finished_at: datetime | None
    ) -> bool:
        """Log an attempt and apply its result; False when the lease was lost, then only the log is written.

        Recording the same attempt twice changes nothing, so that a writer who lost its connection may try again.
        """
        mine = and_(attempts.c.delivery == attempt.delivery, attempts.c.started_at == attempt.started_at)
        if not self._connection.execute(select(attempts.c.id).where(mine)).first():
            self._connection.execute(
                insert(attempts).values(
                    delivery=attempt.delivery,
                    number=attempt.number,
                    started_at=attempt.started_at,
                    code=attempt.outcome.code,
                    status=attempt.outcome.status,
                    retry_after_seconds=attempt.outcome.retry_after_seconds,
                    response_head=attempt.outcome.response_head,
                    total_ms=attempt.outcome.total_ms,
                )
            )
        applied = self._connection.execute(
            update(deliveries)
            .where(
                deliveries.c.id == attempt.delivery,
                deliveries.c.leased_by == holder,
                deliveries.c.lease == lease,
                deliveries.c.state == "pending",
            )
            .values(
                state=state,
                attempts=attempt.number,
                due_at=due_at,
                leased_by=None,
                leased_until=None,
                last_code=attempt.outcome.code,
                finished_at=finished_at,
            )
        )
        return bool(applied.rowcount)

    def exists(self, id_: str) -> bool:
        """Return whether a delivery is still there (its subscription may have been deleted while it was sent)."""
        return self._connection.execute(select(deliveries.c.id).where(deliveries.c.id == id_)).first() is not None

    def release(self, holder: str) -> None:
        """Give back what `holder` has leased and not sent."""
        self._connection.execute(
            update(deliveries).where(deliveries.c.leased_by == holder).values(leased_by=None, leased_until=None)
        )

    def find(self, ids: Sequence[str]) -> list[Delivery]:
        """Return those of the deliveries that exist, with the body to send."""
        return [_delivery(row) for row in self._connection.execute(_with_body().where(deliveries.c.id.in_(ids)))]

    def page(
        self, subscription: str, *, state: str | None, type_: str | None, before_id: str | None, limit: int
    ) -> list[Delivery]:
        """Return the deliveries of one subscription, newest first."""
        query = _with_body().where(deliveries.c.subscription == subscription).order_by(deliveries.c.id.desc())
        if state:
            query = query.where(deliveries.c.state == state)
        if type_:
            query = query.where(deliveries.c.type == type_)
        if before_id:
            query = query.where(deliveries.c.id < before_id)
        return [_delivery(row) for row in self._connection.execute(query.limit(limit))]

    def attempts(self, ids: Sequence[str]) -> dict[str, list[Attempt]]:
        """Return every attempt of each of the deliveries, in order."""
        found: dict[str, list[Attempt]] = {id_: [] for id_ in ids}
        rows = self._connection.execute(
            select(attempts).where(attempts.c.delivery.in_(ids)).order_by(attempts.c.number, attempts.c.id)
        )
        for row in rows:
            outcome = Outcome(row.code, row.status, row.retry_after_seconds, row.response_head, row.total_ms)
            found[row.delivery].append(Attempt(row.delivery, row.number, row.started_at, outcome))
        return found

    def next_due_at(self) -> datetime | None:
        """Return when the next delivery wants to be sent, None when nothing is owed."""
        query = select(func.min(deliveries.c.due_at)).where(deliveries.c.state == "pending")
        due: datetime | None = self._connection.execute(query).scalar()
        return due

    def stuck_since(self, now: datetime) -> datetime | None:
        """Return since when the delivery that waits longest could be sent and nobody sends anything to its receiver.

        A receiver that is paused, asked us to wait, or takes less than one a second is late by its own wish.
        """
        earlier, sending = deliveries.alias(), deliveries.alias()
        query = (
            select(func.min(deliveries.c.due_at))
            .join(subscriptions, subscriptions.c.id == deliveries.c.subscription)
            .where(
                _free(now),
                subscriptions.c.state == "active",
                subscriptions.c.rate_per_minute >= 60,
                or_(subscriptions.c.not_before_at.is_(None), subscriptions.c.not_before_at <= now),
                ~exists().where(
                    sending.c.subscription == deliveries.c.subscription,
                    sending.c.state == "pending",
                    sending.c.leased_until > now,
                ),
                ~exists().where(
                    earlier.c.subscription == deliveries.c.subscription,
                    earlier.c.occurrence == deliveries.c.occurrence,
                    earlier.c.state == "pending",
                    earlier.c.occurrence_revision < deliveries.c.occurrence_revision,
                ),
            )
        )
        since: datetime | None = self._connection.execute(query).scalar()
        return since

    def forget_attempts(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` attempts older than an instant and return how many."""
        old = select(attempts.c.id).where(attempts.c.started_at < before).limit(limit)
        return self._connection.execute(attempts.delete().where(attempts.c.id.in_(old))).rowcount


def _new(subscription: str, event: str, type_: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("dlv"),
        "subscription": subscription,
        "event": event,
        "type": type_,
        "occurrence_revision": 0,
        "state": "pending",
        "attempts": 0,
        "created_at": now,
        "due_at": now,
        "lease": 0,
    }


def _free(now: datetime) -> Any:
    return and_(
        deliveries.c.state == "pending",
        deliveries.c.due_at <= now,
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now),
    )


def _with_body() -> Any:
    return select(deliveries, func.coalesce(deliveries.c.body, events.c.body).label("sent_body")).join(
        events, events.c.id == deliveries.c.event, isouter=True
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        subscription=row.subscription,
        event=row.event,
        type=row.type,
        state=row.state,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        lease=row.lease,
        body=row.sent_body or b"",
        occurrence=row.occurrence,
        occurrence_revision=row.occurrence_revision,
        last_code=row.last_code,
        finished_at=row.finished_at,
    )
