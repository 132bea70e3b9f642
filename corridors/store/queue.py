"""Which delivery is sent next, and what came of it? The queue of webhooks: claims by leases, results in batches.

Start at `Queue.claim`. Its order: the subscription that was served longest ago first, before all that fail, however
many those are; of one subscription what its owner asked for, then changes of status, then the rest, each oldest first;
of one occurrence one at a time, in rising order. A subscription that fails gets one at a time, and while its breaker is
open a single probe when that is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from corridors.model import Attempt, Delivery, Lane
from corridors.store import statements
from corridors.store.deliveries import delivery_of
from corridors.store.superseding import PENDING, WANTED, drop_overtaken, padded
from corridors.store.tables import attempts, deliveries, lanes

BURST = timedelta(seconds=1)  # how much of its rate a subscription may catch up after a pause
SLOWEST = timedelta(minutes=2)  # longer than any rate makes a subscription wait
LANES_AT_ONCE = 16  # that are asked for more than a few in one statement
FEW = 2  # that are asked of all lanes in one statement; of more, each lane is asked by itself


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


_PARAMETERS = {kind: [(f"new_{each.name}", each.name) for each in fields(kind)] for kind in (Lane, Settled)}


class Queue:
    """Deliveries that are due, and the lanes they are sent on: one lane for each subscription."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_ready(self, now: datetime, places: int, *, fresh: bool = False) -> bool:
        """Return whether `claim` would find something; a look is cheaper than the writer's lock."""
        look = statements.ready(fresh=fresh)
        return self._connection.execute(look, _asked(now, places, 1)).first() is not None

    def next_at(self, now: datetime) -> datetime | None:
        """Return when, after `now`, the passing of time makes something ready; None when it never does."""
        found = [self._connection.execute(query, {"now": now}).scalar() for query in statements.NEXT_AT]
        return min((at for at in found if at is not None), default=None)

    def claim(
        self, holder: str, now: datetime, lease: timedelta, *, room: int, places: int, fresh: bool = False
    ) -> list[Claimed]:
        """Lease up to `room` deliveries to `holder`, so that at most `places` of one subscription are on their way.

        fresh: first attempts only. What newer news has overtaken by now becomes superseded instead.
        """
        found = self._connection.execute(statements.next_lanes(fresh=fresh), _asked(now, places, room))
        open_lanes = {row.subscription: row for row in found}
        chosen = self._chosen(open_lanes, now, room, fresh=fresh)
        if not chosen:
            return []
        drop_overtaken(self._connection, chosen, now)
        found = self._connection.execute(
            statements.TAKE, {"ids": padded(chosen), "holder": holder, "until": now + lease}
        )
        taken = {row.id: row for row in found}
        begun = [taken[id_] for id_ in chosen if id_ in taken]
        numbers = self._numbers(begun, open_lanes, now)
        return [
            Claimed(each, _trigger(each, open_lanes), open_lanes[each.subscription].version)
            for each in self._with_bodies(begun, numbers)
        ]

    def wanted(self, holder: str, claimed: Sequence[Delivery]) -> set[str]:
        """Return what `holder` has claimed and is still to send: neither paused nor overtaken by newer news."""
        found = self._connection.execute(WANTED, {"ids": padded([each.id for each in claimed]), "holder": holder})
        leases = {row.id: row.lease for row in found}
        return {each.id for each in claimed if leases.get(each.id) == each.lease}

    def lanes(self, ids: Iterable[str], *, seen: bool = False) -> dict[str, Lane]:
        """Return lanes by subscription. seen: only to look; else, where this transaction writes, they are ours."""
        writes = self._connection.get_execution_options()["corridors_writes"]
        query = statements.LANES if seen or not writes else statements.HELD_LANES
        return {
            row[0]: Lane(*row)  # the columns of statements.LANES, in the order of its fields
            for row in self._connection.execute(query, {"ids": padded(list(ids))})
        }

    def put_lanes(self, changed: Sequence[Lane]) -> None:
        """Keep changed lanes."""
        if changed:
            self._connection.execute(statements.PUT_LANE, [_changes(lane) for lane in changed])

    def under_way(self, ids: Sequence[str]) -> dict[str, tuple[str | None, int, str]]:
        """Return holder, lease and state of those of the deliveries that still exist, and let nobody change them."""
        found = self._connection.execute(statements.UNDER_WAY, {"ids": padded(ids)})
        return {id_: (holder, lease, state) for id_, holder, lease, state in found}

    def log(self, made: Sequence[Attempt], *, again: bool = False) -> None:
        """Keep attempts. again: they may be there already, as their writer did not hear of its commit."""
        already = set()
        if again:
            known = self._connection.execute(statements.LOGGED, {"ids": padded([attempt.delivery for attempt in made])})
            already = {(row.delivery, row.started_at) for row in known}
        new = [_attempt_row(attempt) for attempt in made if (attempt.delivery, attempt.started_at) not in already]
        if new:
            self._connection.execute(insert(attempts), new)

    def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write what came of deliveries that are still ours, give them back, and drop those overtaken meanwhile."""
        if settled:
            self._connection.execute(statements.SETTLE, [_changes(each) for each in settled])
        drop_overtaken(self._connection, [each.delivery for each in settled if each.state == "pending"], now)

    def hurry(self, subscription: str, now: datetime) -> None:
        """Make everything due that waits for a subscription's next attempt."""
        waiting = (
            deliveries.c.subscription == subscription,
            deliveries.c.state == PENDING,
            deliveries.c.due_at > now,
        )
        self._connection.execute(update(deliveries).where(*waiting).values(due_at=now))

    def set_back(self, now: datetime, by: timedelta, lease: timedelta) -> None:
        """Follow a clock that was set back to `now`: what waits does so for as long as before, and no lease longer."""
        waiting = select(deliveries.c.id, deliveries.c.due_at).where(
            deliveries.c.state == PENDING, deliveries.c.due_at > now
        )
        moved = [{"of": row.id, "new_due_at": max(row.due_at - by, now)} for row in self._connection.execute(waiting)]
        if moved:
            self._connection.execute(statements.PUT_OFF, moved)
        until = now + lease
        overlong = update(deliveries).where(deliveries.c.leased_until > until)
        self._connection.execute(overlong.values(leased_until=until))
        for column in (lanes.c.not_before_at, lanes.c.probe_at):
            later = self._connection.execute(select(lanes.c.subscription, column).where(column > now)).all()
            for id_, at in later:
                mine = update(lanes).where(lanes.c.subscription == id_)
                self._connection.execute(mine.values({column.name: max(at - by, now)}))

    def give_back(self, holder: str, ids: Sequence[str]) -> None:
        """Give back what was taken and not sent."""
        if ids:
            self._connection.execute(statements.GIVE_BACK, {"ids": padded(ids), "holder": holder})

    def ask_again(self, subscription: str, now: datetime) -> None:
        """Let the next probe of a receiver that fails be now: its owner wants to know."""
        waits = (lanes.c.subscription == subscription, lanes.c.probe_at > now)
        self._connection.execute(update(lanes).where(*waits).values(probe_at=now))

    def release(self, holder: str | None, besides: Sequence[str] = ()) -> None:
        """Give back what `holder` (None: anybody) has leased, except for some."""
        owner = deliveries.c.leased_by.is_not(None) if holder is None else deliveries.c.leased_by == holder
        self._connection.execute(
            update(deliveries).where(owner, deliveries.c.id.not_in(besides)).values(leased_by=None, leased_until=None)
        )

    def _chosen(self, open_lanes: Mapping[str, Row[Any]], now: datetime, room: int, *, fresh: bool) -> list[str]:
        """Return the ids to send, lane by lane in the order of `open_lanes`."""
        free = {id_: min(lane.places - lane.on_their_way, _allowance(lane, now)) for id_, lane in open_lanes.items()}
        probed = [id_ for id_, lane in open_lanes.items() if lane.probe_at]
        few = [id_ for id_, lane in open_lanes.items() if not lane.probe_at and free[id_] <= FEW]
        heads = self._heads(statements.heads(FEW, fresh=fresh), few, now) | self._heads(statements.PROBES, probed, now)
        heads |= self._deep_heads([id_ for id_ in open_lanes if id_ not in {*few, *probed}], free, now, fresh=fresh)
        taken: list[str] = []
        for id_ in open_lanes:
            taken += [head for head in heads.get(id_, ()) if head][: free[id_]]
        return taken[:room]

    def _heads(self, query: Select[Any], ids: Sequence[str], now: datetime) -> dict[str, list[str | None]]:
        found = self._connection.execute(query, {"now": now, "ids": padded(ids)}) if ids else ()
        return {row[0]: list(row[1:]) for row in found}

    def _deep_heads(
        self, ids: Sequence[str], free: Mapping[str, int], now: datetime, *, fresh: bool
    ) -> dict[str, list[str | None]]:
        found: dict[str, list[str | None]] = {id_: [] for id_ in ids}
        for start in range(0, len(ids), LANES_AT_ONCE):
            some = padded(ids[start : start + LANES_AT_ONCE])
            asked: dict[str, Any] = {"now": now}
            for number, id_ in enumerate(some):
                asked |= {f"of_{number}": id_, f"room_{number}": free[id_] if id_ not in some[:number] else 0}
            query = statements.deep_heads(len(some), fresh=fresh)
            for row in sorted(
                self._connection.execute(query, asked), key=lambda row: (row.priority, row.due_at, row.id)
            ):
                found[row.subscription].append(row.id)
        return found

    def _with_bodies(self, begun: Sequence[Row[Any]], numbers: Mapping[str, int]) -> list[Delivery]:
        """Return the deliveries in rows, with their numbers and one copy of each body."""
        about = list({row.event for row in begun if row.body is None})
        bodies = {row.id: row.body for row in self._connection.execute(statements.BODIES, {"ids": padded(about)})}
        return [delivery_of(row, row.body or bodies.get(row.event, b""), numbers[row.id]) for row in begun]

    def _numbers(self, begun: Sequence[Row[Any]], open_lanes: Mapping[str, Row[Any]], now: datetime) -> dict[str, int]:
        """Return the number of each delivery, new where it has none yet; note on each lane what it gave."""
        seq = {id_: lane.seq for id_, lane in open_lanes.items()}
        numbers, new = {}, []
        for row in begun:
            number = row.seq
            if number is None:
                number = seq[row.subscription] = seq[row.subscription] + 1
                new.append({"of": row.id, "new_seq": number})
            numbers[row.id] = number
        if new:
            self._connection.execute(statements.NUMBER, new)
        count = Counter(row.subscription for row in begun)
        served = [
            {"of": id_, "new_seq": seq[id_], "new_served_at": now, "new_free_at": _free_at(lane, now, count[id_])}
            for id_, lane in open_lanes.items()
        ]
        self._connection.execute(statements.SERVED, served)
        return numbers


def _asked(now: datetime, places: int, room: int) -> dict[str, Any]:
    """Return the parameters of `statements.ready`. beyond: no rate reaches that far, so the clock was set back."""
    return {"now": now, "beyond": now + SLOWEST, "places": places, "room": room}


def _allowance(lane: Row[Any], now: datetime) -> int:
    """Return how many the rate allows now."""
    interval = timedelta(minutes=1) / lane.rate_per_minute
    return int((now - _credit_from(lane, now)) // interval) + 1


def _free_at(lane: Row[Any], now: datetime, taken: int) -> datetime:
    return _credit_from(lane, now) + timedelta(minutes=taken) / int(lane.rate_per_minute)


def _credit_from(lane: Row[Any], now: datetime) -> datetime:
    free_at: datetime | None = lane.free_at
    longest_ago = now - BURST
    return max(free_at, longest_ago) if free_at and free_at <= now else longest_ago


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


def _changes(value: Lane | Settled) -> dict[str, Any]:
    """Return the parameters of a statement that writes `value`."""
    return {parameter: getattr(value, name) for parameter, name in _PARAMETERS[type(value)]}
