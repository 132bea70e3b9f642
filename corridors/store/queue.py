"""Which delivery is sent next, and what came of it? The queue of webhooks: claims by leases, results in batches.

Start at `Queue.claim`. Its order: the subscription that was served longest ago first; of one subscription what its
owner asked for, then changes of status, then the rest, each oldest first; of one occurrence one at a time, in rising
order. A subscription that fails gets one at a time, and while its breaker is open a single probe when that is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from corridors.model import Attempt, Delivery, Lane
from corridors.store.deliveries import delivery_of, stale, supersede
from corridors.store.tables import attempts, deliveries, events, lanes, subscriptions

BURST = timedelta(seconds=1)  # how much of its rate a subscription may catch up after a pause
MOST_AT_ONCE = 4  # of one subscription in one claim


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send. version: of the subscription's row when it was claimed."""

    delivery: Delivery
    trigger: str
    version: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be written about a delivery after an attempt."""

    delivery: str
    state: str
    attempts: int
    due_at: datetime
    last_code: str
    finished_at: datetime | None

    @property
    def is_given_up(self) -> bool:
        """Return whether there will be no further attempt although none succeeded."""
        return self.state == "exhausted"


class Queue:
    """Deliveries that are due, and the lanes they are sent on: one lane for each subscription."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_ready(self, now: datetime, places: int, *, fresh: bool = False) -> bool:
        """Return whether `claim` would find something; a look is cheaper than the writer's lock."""
        return self._connection.execute(_ready(now, places, fresh=fresh).limit(1)).first() is not None

    def next_at(self, now: datetime) -> datetime | None:
        """Return when, after `now`, the passing of time makes something ready; None when it never does."""
        of_lanes = (lanes.c.free_at, lanes.c.not_before_at, lanes.c.probe_at)
        instants = (
            select(func.min(deliveries.c.due_at)).where(deliveries.c.state == "pending", deliveries.c.due_at > now),
            select(func.min(deliveries.c.leased_until)).where(
                deliveries.c.leased_by.is_not(None), deliveries.c.leased_until > now
            ),
            *(select(func.min(column)).where(column > now) for column in of_lanes),
        )
        found = [self._connection.execute(query).scalar() for query in instants]
        return min((at for at in found if at is not None), default=None)

    def claim(
        self, holder: str, now: datetime, lease: timedelta, *, room: int, places: int, fresh: bool = False
    ) -> list[Claimed]:
        """Lease up to `room` deliveries to `holder`, so that at most `places` of one subscription are on their way.

        fresh: first attempts only. What newer news has overtaken by now becomes superseded instead.
        """
        ready = _ready(now, places, fresh=fresh).order_by(lanes.c.served_at.nulls_first()).limit(room)
        locked = ready.with_for_update(of=lanes, skip_locked=True, key_share=True)
        open_lanes = {row.subscription: row for row in self._connection.execute(locked)}
        chosen = self._chosen(open_lanes, now, min(places, MOST_AT_ONCE), room, fresh=fresh)
        if not chosen:
            return []
        supersede(self._connection, and_(deliveries.c.id.in_(chosen), stale()), now)
        taken = self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(chosen), _idle(deliveries, now))
            .values(leased_by=holder, leased_until=now + lease, lease=deliveries.c.lease + 1)
            .returning(deliveries.c.id)
        )
        mine = set(taken.scalars())
        begun = self._numbered(self._loaded([id_ for id_ in chosen if id_ in mine]), open_lanes, now)
        return [Claimed(each, _trigger(each, open_lanes), open_lanes[each.subscription].version) for each in begun]

    def lanes(self, subscriptions_: Iterable[str]) -> dict[str, Lane]:
        """Return lanes by subscription; in a transaction that writes, they are ours until the commit."""
        query = select(lanes).where(lanes.c.subscription.in_(list(subscriptions_))).order_by(lanes.c.subscription)
        if self._connection.get_execution_options()["corridors_writes"]:
            query = query.with_for_update(key_share=True)
        return {row.subscription: Lane(**row._mapping) for row in self._connection.execute(query)}

    def put_lanes(self, changed: Sequence[Lane]) -> None:
        """Keep changed lanes."""
        if changed:
            rows = [{f"new_{name}": value for name, value in asdict(lane).items()} for lane in changed]
            self._connection.execute(_PUT_LANE, rows)

    def under_way(self, ids: Sequence[str]) -> dict[str, tuple[str | None, int]]:
        """Return holder and lease of those of the deliveries that still exist, and let nobody change them."""
        query = select(deliveries.c.id, deliveries.c.leased_by, deliveries.c.lease).where(deliveries.c.id.in_(ids))
        held = query.order_by(deliveries.c.id).with_for_update(key_share=True)
        return {row.id: (row.leased_by, row.lease) for row in self._connection.execute(held)}

    def log(self, made: Sequence[Attempt]) -> None:
        """Keep attempts; one that is there already, as its writer did not hear of its commit, is kept once."""
        delivered = [attempt.delivery for attempt in made]
        known = select(attempts.c.delivery, attempts.c.started_at).where(attempts.c.delivery.in_(delivered))
        already = {(row.delivery, row.started_at) for row in self._connection.execute(known)}
        new = [_attempt_row(attempt) for attempt in made if (attempt.delivery, attempt.started_at) not in already]
        if new:
            self._connection.execute(insert(attempts), new)

    def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write what came of deliveries that are still ours, give them back, and drop those overtaken meanwhile."""
        if settled:
            rows = [{f"new_{name}": value for name, value in asdict(each).items()} for each in settled]
            self._connection.execute(_SETTLE, rows)
        if waiting := [each.delivery for each in settled if each.state == "pending"]:
            supersede(self._connection, and_(deliveries.c.id.in_(waiting), stale()), now)

    def hurry(self, subscription: str, now: datetime) -> None:
        """Make everything due that waits for a subscription's next attempt."""
        waiting = (
            deliveries.c.subscription == subscription,
            deliveries.c.state == "pending",
            deliveries.c.due_at > now,
        )
        self._connection.execute(update(deliveries).where(*waiting).values(due_at=now))

    def release(self, holder: str | None, besides: Sequence[str] = ()) -> None:
        """Give back what `holder` (None: anybody) has leased, except for some."""
        owner = deliveries.c.leased_by.is_not(None) if holder is None else deliveries.c.leased_by == holder
        self._connection.execute(
            update(deliveries).where(owner, deliveries.c.id.not_in(besides)).values(leased_by=None, leased_until=None)
        )

    def _chosen(
        self, open_lanes: Mapping[str, Row[Any]], now: datetime, each: int, room: int, *, fresh: bool
    ) -> list[str]:
        """Return the ids to send, lane by lane in the order of `open_lanes`."""
        probed = [id_ for id_, lane in open_lanes.items() if lane.probe_at]
        others = [id_ for id_, lane in open_lanes.items() if not lane.probe_at]
        heads = self._heads(others, [_head(now, place, fresh=fresh) for place in range(each)])
        heads |= self._heads(probed, [_probe(now)])
        taken: list[str] = []
        for id_, lane in open_lanes.items():
            free = min(lane.places - lane.on_their_way, _allowance(lane, now))
            taken += [head for head in heads.get(id_, ()) if head][: max(free, 0)]
        return taken[:room]

    def _heads(self, ids: Sequence[str], heads: Sequence[ScalarSelect[Any]]) -> dict[str, list[str | None]]:
        if not ids:
            return {}
        columns = [head.label(f"head_{place}") for place, head in enumerate(heads)]
        query = select(lanes.c.subscription, *columns).where(lanes.c.subscription.in_(ids))
        return {row[0]: list(row[1:]) for row in self._connection.execute(query)}

    def _loaded(self, ids: Sequence[str]) -> list[Delivery]:
        """Return deliveries in the order of `ids`, with one copy of each body."""
        rows = {row.id: row for row in self._connection.execute(select(deliveries).where(deliveries.c.id.in_(ids)))}
        about = list({row.event for row in rows.values() if row.body is None})
        found = self._connection.execute(select(events.c.id, events.c.body).where(events.c.id.in_(about)))
        bodies = {row.id: row.body for row in found}
        return [delivery_of(rows[id_], rows[id_].body or bodies.get(rows[id_].event, b"")) for id_ in ids]

    def _numbered(self, begun: Sequence[Delivery], open_lanes: Mapping[str, Row[Any]], now: datetime) -> list[Delivery]:
        """Give a number to what is sent for the first time, and note on each lane what it gave."""
        seq = {id_: lane.seq for id_, lane in open_lanes.items()}
        numbered = []
        for delivery in begun:
            if delivery.seq is None:
                seq[delivery.subscription] += 1
                numbered.append(replace(delivery, seq=seq[delivery.subscription]))
        if numbered:
            self._connection.execute(_NUMBER, [{"of": each.id, "new_seq": each.seq} for each in numbered])
        count = Counter(delivery.subscription for delivery in begun)
        served = [
            {"of": id_, "new_seq": seq[id_], "new_served_at": now, "new_free_at": _free_at(lane, now, count[id_])}
            for id_, lane in open_lanes.items()
        ]
        self._connection.execute(_SERVED, served)
        first = {each.id: each for each in numbered}
        return [first.get(each.id, each) for each in begun]


_NUMBER = update(deliveries).where(deliveries.c.id == bindparam("of")).values(seq=bindparam("new_seq"))
_SERVED = (
    update(lanes)
    .where(lanes.c.subscription == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("seq", "served_at", "free_at")})
)
_PUT_LANE = (
    update(lanes)
    .where(lanes.c.subscription == bindparam("new_subscription"))
    .values({each.name: bindparam(f"new_{each.name}") for each in fields(Lane) if each.name != "subscription"})
)
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("new_delivery"))
    .values({each.name: bindparam(f"new_{each.name}") for each in fields(Settled) if each.name != "delivery"})
    .values(leased_by=None, leased_until=None)
)


def _ready(now: datetime, places: int, *, fresh: bool) -> Select[Any]:
    """Lanes from which something may be taken, with how many places each has and how many are taken."""
    waiting = deliveries.alias()
    on_their_way = (
        select(func.count())
        .where(waiting.c.subscription == lanes.c.subscription, waiting.c.leased_by.is_not(None))
        .where(waiting.c.leased_until > now)
        .scalar_subquery()
    )
    allowed = case((lanes.c.failures > 0, 1), else_=places)
    due, probe = deliveries.alias(), deliveries.alias()
    return (
        select(
            lanes,
            subscriptions.c.rate_per_minute,
            subscriptions.c.updated_at.label("version"),
            on_their_way.label("on_their_way"),
            allowed.label("places"),
        )
        .join(subscriptions, subscriptions.c.id == lanes.c.subscription)
        .where(
            subscriptions.c.state == "active",
            or_(lanes.c.not_before_at.is_(None), lanes.c.not_before_at <= now),
            or_(lanes.c.free_at.is_(None), lanes.c.free_at <= now),
            or_(
                and_(lanes.c.probe_at.is_(None), exists().where(_due(due, now, fresh=fresh))),
                and_(lanes.c.probe_at <= now, exists().where(_idle(probe, now), _its_turn(probe))),
            ),
            on_their_way < allowed,
        )
    )


def _head(now: datetime, place: int, *, fresh: bool) -> ScalarSelect[Any]:
    """The id that a lane gives in this place, from 0."""
    one = deliveries.alias()
    in_order = select(one.c.id).where(_due(one, now, fresh=fresh)).order_by(one.c.priority, one.c.due_at, one.c.id)
    return in_order.limit(1).offset(place).scalar_subquery()


def _probe(now: datetime) -> ScalarSelect[Any]:
    """The id that asks whether a receiver is back: what its owner wants tried, else the newest change of status."""
    one = deliveries.alias()
    query = select(one.c.id).where(_idle(one, now), _its_turn(one)).order_by(one.c.priority, one.c.id.desc())
    return query.limit(1).scalar_subquery()


def _due(one: Any, now: datetime, *, fresh: bool) -> ColumnElement[bool]:
    first = one.c.attempts == 0 if fresh else one.c.attempts >= 0
    return and_(_idle(one, now), one.c.due_at <= now, first, _its_turn(one))


def _idle(one: Any, now: datetime) -> ColumnElement[bool]:
    return and_(one.c.state == "pending", or_(one.c.leased_until.is_(None), one.c.leased_until <= now))


def _its_turn(one: Any) -> ColumnElement[bool]:
    """It is on this lane, and no earlier news of its occurrence is still to be sent, so that news rises."""
    earlier = deliveries.alias()
    return and_(
        one.c.subscription == lanes.c.subscription,
        or_(
            one.c.occurrence.is_(None),
            ~exists().where(
                earlier.c.subscription == one.c.subscription,
                earlier.c.occurrence == one.c.occurrence,
                earlier.c.state == "pending",
                earlier.c.occurrence_revision < one.c.occurrence_revision,
                earlier.c.replay.is_(None) == one.c.replay.is_(None),
            ),
        ),
    )


def _allowance(lane: Row[Any], now: datetime) -> int:
    """Return how many the rate allows now."""
    interval = timedelta(minutes=1) / lane.rate_per_minute
    return int((now - _credit_from(lane, now)) // interval) + 1


def _free_at(lane: Row[Any], now: datetime, taken: int) -> datetime:
    return _credit_from(lane, now) + timedelta(minutes=taken) / int(lane.rate_per_minute)


def _credit_from(lane: Row[Any], now: datetime) -> datetime:
    free_at: datetime | None = lane.free_at
    longest_ago = now - BURST
    return max(free_at, longest_ago) if free_at else longest_ago


def _trigger(delivery: Delivery, open_lanes: Mapping[str, Row[Any]]) -> str:
    if open_lanes[delivery.subscription].probe_at:
        return "probe"
    return delivery.replay or ("retry" if delivery.attempts else "live")


def _attempt_row(attempt: Attempt) -> dict[str, Any]:
    outcome = attempt.outcome
    return {
        "delivery": attempt.delivery,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "code": outcome.code,
        "status": outcome.status,
        "retry_after_seconds": outcome.retry_after_seconds,
        "response_head": outcome.response_head,
        "total_ms": outcome.total_ms,
        "trigger": attempt.trigger,
    }
