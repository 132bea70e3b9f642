"""What is owed to whom? The queue of webhook deliveries, taken by leases, and the log of every attempt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from corridors.model import URGENT_TYPES, Attempt, Delivery, Event, Outcome, Stats
from corridors.store.ids import new_id
from corridors.store.superseding import PENDING, overtake
from corridors.store.tables import attempts, deliveries, events, lanes, subscriptions
from corridors.store.watch import tell

_MOST_COUNTED = 10_000
_MOST_FORGOTTEN = 100_000


class Deliveries:
    """One row for each event owed to each subscription."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owe(
        self,
        event: Event,
        subscribers: Sequence[str],
        now: datetime,
        *,
        status: str | None = None,
        held: Sequence[str] = (),
    ) -> None:
        """Owe a recorded event to subscriptions, in the event's own transaction: neither is without the other.

        held: subscriptions that are paused or disabled; theirs waits until they are enabled.
        status: of the occurrence after the event. Older news of the occurrence that it overtakes becomes superseded,
        also where the event itself concerns nobody: who asked for openings alone must not get one after the closing.
        """
        about = {
            "occurrence": event.occurrence,
            "occurrence_revision": event.occurrence_revision,
            "status": status,
            "priority": 0 if event.type in URGENT_TYPES else 1,
        }
        states = [(id_, "pending") for id_ in subscribers] + [(id_, "held") for id_ in held]
        rows = [_new(id_, event.id, event.type.value, now) | about | {"state": state} for id_, state in states]
        if rows:
            self._connection.execute(insert(deliveries), rows)
            tell(self._connection)
        if event.occurrence:
            overtake(self._connection, event, status, now)

    def owe_own(
        self, subscription: str, event: str, type_: str, body: bytes, now: datetime, *, priority: int = 1
    ) -> Delivery:
        """Owe something that is no event of the change feed (a test, a heartbeat) and return the delivery.

        priority: -1 = before everything else.
        """
        values = _new(subscription, event, type_, now) | {"body": body, "priority": priority}
        self._connection.execute(insert(deliveries).values(**values))
        tell(self._connection)
        return Delivery(values["id"], subscription, event, type_, "pending", now, now, body=body, owed_since_at=now)

    def hold(self, subscription: str) -> None:
        """Keep what a subscription is owed until it is enabled; what is on its way may still arrive."""
        owed = (deliveries.c.subscription == subscription, deliveries.c.state == "pending")
        self._connection.execute(update(deliveries).where(*owed).values(state="held"))

    def failed_since(self, subscription: str, since: datetime | None) -> int:
        """Return with how many different deliveries a subscription has failed since an instant."""
        query = (
            select(func.count(attempts.c.delivery.distinct()))
            .join(deliveries, deliveries.c.id == attempts.c.delivery)
            .where(deliveries.c.subscription == subscription, attempts.c.code != "ok", attempts.c.started_at >= since)
        )
        return int(self._connection.execute(query).scalar_one())

    def exhausted_since(self, subscription: str, since: datetime) -> tuple[int, datetime | None]:
        """Return how many deliveries to a subscription were given up since an instant, and when the oldest was owed."""
        query = select(func.count(), func.min(deliveries.c.created_at)).where(
            deliveries.c.subscription == subscription,
            deliveries.c.state == "exhausted",
            deliveries.c.finished_at > since,
        )
        count, oldest_at = self._connection.execute(query).one()
        return int(count), oldest_at

    def find(self, ids: Sequence[str]) -> list[Delivery]:
        """Return those of the deliveries that exist, with the body to send."""
        return [
            delivery_of(row, row.sent_body or b"", row.seq)
            for row in self._connection.execute(_with_body().where(deliveries.c.id.in_(ids)))
        ]

    def page(
        self,
        subscription: str,
        *,
        state: str | None = None,
        type_: str | None = None,
        corridor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: str | None = None,
        limit: int,
    ) -> list[Delivery]:
        """Return the deliveries of one subscription, newest first."""
        query = _with_body().where(deliveries.c.subscription == subscription).order_by(deliveries.c.id.desc())
        asked = (
            (deliveries.c.state, eq, state),
            (deliveries.c.type, eq, type_),
            (events.c.corridor, eq, corridor),
            (deliveries.c.created_at, ge, since),
            (deliveries.c.created_at, lt, until),
            (deliveries.c.id, lt, before_id),
        )
        for column, is_so, value in asked:
            query = query if value is None else query.where(is_so(column, value))
        return [delivery_of(row, row.sent_body or b"", row.seq) for row in self._connection.execute(query.limit(limit))]

    def count_since(self, subscription: str, type_: str, since: datetime) -> int:
        """Return how many deliveries of a type a subscription was owed since an instant."""
        query = select(func.count()).where(
            deliveries.c.subscription == subscription, deliveries.c.type == type_, deliveries.c.created_at > since
        )
        return int(self._connection.execute(query).scalar_one())

    def stats(self, subscription: str, since: datetime) -> Stats:
        """Return what was tried since an instant, and what waits now."""
        mine = deliveries.c.subscription == subscription
        rows = self._connection.execute(
            select(attempts.c.code, attempts.c.total_ms)
            .join(deliveries, deliveries.c.id == attempts.c.delivery)
            .where(mine, attempts.c.started_at >= since)
            .order_by(attempts.c.id.desc())
            .limit(_MOST_COUNTED)
        ).all()
        states = self._connection.execute(
            select(deliveries.c.state, func.count())
            .where(mine, or_(deliveries.c.created_at >= since, deliveries.c.state.in_(("pending", "held"))))
            .group_by(deliveries.c.state)
        )
        oldest = select(func.min(deliveries.c.created_at)).where(mine, deliveries.c.state == PENDING)
        return Stats(
            codes=Counter(row.code for row in rows),
            milliseconds=tuple(sorted(row.total_ms for row in rows if row.code == "ok")),
            states={row[0]: row[1] for row in states},
            oldest_pending_at=self._connection.execute(oldest).scalar(),
        )

    def attempts(self, ids: Sequence[str]) -> dict[str, list[Attempt]]:
        """Return every attempt of each of the deliveries, in order."""
        found: dict[str, list[Attempt]] = {id_: [] for id_ in ids}
        rows = self._connection.execute(select(attempts).where(attempts.c.delivery.in_(ids)).order_by(attempts.c.id))
        for row in rows:
            outcome = Outcome(row.code, row.status, row.retry_after_seconds, row.response_head, row.total_ms)
            found[row.delivery].append(Attempt(row.delivery, row.number, row.started_at, outcome, row.trigger))
        return found

    def next_due_at(self) -> datetime | None:
        """Return when the next delivery wants to be sent, None when nothing is owed."""
        query = select(func.min(deliveries.c.due_at)).where(deliveries.c.state == PENDING)
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
            .join(lanes, lanes.c.subscription == deliveries.c.subscription)
            .where(
                _free(now),
                subscriptions.c.state == "active",
                subscriptions.c.rate_per_minute >= 60,
                or_(lanes.c.not_before_at.is_(None), lanes.c.not_before_at <= now),
                lanes.c.probe_at.is_(None),
                ~exists().where(
                    sending.c.subscription == deliveries.c.subscription,
                    sending.c.state == PENDING,
                    sending.c.leased_until > now,
                ),
                ~exists().where(
                    earlier.c.subscription == deliveries.c.subscription,
                    earlier.c.occurrence == deliveries.c.occurrence,
                    earlier.c.state == PENDING,
                    earlier.c.occurrence_revision < deliveries.c.occurrence_revision,
                ),
            )
        )
        since: datetime | None = self._connection.execute(query).scalar()
        return since

    def give_up(self, owed_before: datetime, most: int, now: datetime, limit: int) -> dict[str, int]:
        """Exhaust up to `limit` deliveries that are tried for too long, or are the oldest of more than `most`.

        Returns how many, by subscription.
        """
        idle = or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now)
        waiting = select(deliveries.c.id).where(deliveries.c.state == PENDING, idle)
        chosen = list(
            self._connection.execute(waiting.where(deliveries.c.owed_since_at < owed_before).limit(limit)).scalars()
        )
        crowded = self._connection.execute(
            select(deliveries.c.subscription, func.count().label("pending"))
            .where(deliveries.c.state == PENDING)
            .group_by(deliveries.c.subscription)
            .having(func.count() > most)
        ).all()
        for row in crowded:
            oldest = waiting.where(deliveries.c.subscription == row.subscription).order_by(deliveries.c.id)
            chosen += self._connection.execute(oldest.limit(min(row.pending - most, limit))).scalars()
        given_up = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(chosen), deliveries.c.state == "pending")
            .values(state="exhausted", finished_at=now, leased_by=None, leased_until=None)
            .returning(deliveries.c.subscription)
        )
        return Counter(given_up.scalars())

    def let_go(self, before: datetime, now: datetime, limit: int) -> int:
        """Cancel up to `limit` deliveries that are held since before an instant, and return how many."""
        old = select(deliveries.c.id).where(deliveries.c.state == "held", deliveries.c.created_at < before).limit(limit)
        cancelled = update(deliveries).where(deliveries.c.id.in_(old)).values(state="cancelled", finished_at=now)
        return self._connection.execute(cancelled).rowcount

    def outdated(self, before: datetime) -> list[str]:
        """Return the deliveries that ended before an instant, as far as one sweep can delete them."""
        query = select(deliveries.c.id).where(deliveries.c.finished_at < before).limit(_MOST_FORGOTTEN)
        return list(self._connection.execute(query).scalars())

    def forget(self, ids: list[str], limit: int) -> int:
        """Delete up to `limit` of some deliveries with their attempts, take them from the list, and return how many."""
        batch, ids[:] = ids[:limit], ids[limit:]
        return self._connection.execute(deliveries.delete().where(deliveries.c.id.in_(batch))).rowcount if batch else 0

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
        "owed_since_at": now,
        "lease": 0,
    }


def _free(now: datetime) -> Any:
    return and_(
        deliveries.c.state == PENDING,
        deliveries.c.due_at <= now,
        or_(deliveries.c.leased_until.is_(None), deliveries.c.leased_until <= now),
    )


def _with_body() -> Any:
    return select(deliveries, func.coalesce(deliveries.c.body, events.c.body).label("sent_body")).join(
        events, events.c.id == deliveries.c.event, isouter=True
    )


def delivery_of(row: Row[Any], body: bytes, seq: int | None) -> Delivery:
    """Return the delivery in a row, with its body and the number that it has, or has just been given."""
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
        body=body,
        occurrence=row.occurrence,
        occurrence_revision=row.occurrence_revision,
        last_code=row.last_code,
        finished_at=row.finished_at,
        status=row.status,
        seq=seq,
        replay=row.replay,
        superseded_by=row.superseded_by,
        owed_since_at=row.owed_since_at,
    )
