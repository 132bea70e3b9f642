"""What is written when attempts have ended? One call for a batch, in the caller's transaction.

Start at `Settlement.settle`. patience.py says what becomes of a delivery and of its subscription,
notices.py tells the owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from corridors import patience
from corridors.model import Attempt, Delivery, Lane, Outcome
from corridors.store import Transaction
from corridors.store.queue import Settled
from corridors.webhooks.notices import Notices


@dataclass(frozen=True, slots=True)
class Landed:
    """A delivery that was sent, and what came of it."""

    delivery: Delivery
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Settlement:
    """Writes results for one worker. holder: the name under which it leases; chance: 0 … 1, spreads retries."""

    holder: str
    notices: Notices
    chance: Callable[[], float]

    def settle(self, tx: Transaction, landed: Sequence[Landed], now: datetime, *, again: bool = False) -> None:
        """Write attempts, and what becomes of their deliveries and subscriptions. again: they may be written already.

        A result that comes after its lease went to somebody else is logged and changes nothing; one whose subscription
        was deleted meanwhile is forgotten.
        """
        lanes = self._lanes(tx, landed, now)
        under_way = tx.queue.under_way([each.delivery.id for each in landed])
        tx.queue.log([each.attempt for each in landed if each.delivery.id in under_way], again=again)
        before, settled, ended = dict(lanes), [], set()
        for each in landed:
            holder, lease, state = under_way.get(each.delivery.id, (None, 0, ""))
            if (holder, lease) != (self.holder, each.delivery.lease):
                continue
            lane = lanes[each.delivery.subscription]
            was_active = state == "pending" and lane.subscription not in ended
            lanes[lane.subscription], is_active = self._onward(tx, lane, each.attempt.outcome, was_active, now)
            if not is_active:
                ended.add(lane.subscription)
            settled.append(self._settled(each, is_active, now))
        tx.queue.settle(settled, now)
        tx.queue.put_lanes([lane for id_, lane in lanes.items() if lane != before[id_]])
        self._tell_given_up(tx, landed, {row.delivery for row in settled if row.is_given_up}, now)

    def _lanes(self, tx: Transaction, landed: Sequence[Landed], now: datetime) -> dict[str, Lane]:
        """Return the lanes of what landed; ours until the commit, unless nothing about them will change.

        That is so while all goes well, and then workers need not wait for each other.
        """
        ids = sorted({each.delivery.subscription for each in landed})
        lanes = tx.queue.lanes(ids, seen=True)
        told = ((lanes.get(each.delivery.subscription), each.attempt.outcome) for each in landed)
        steady = all(lane and patience.after(lane, outcome, now, 0.0) == lane for lane, outcome in told)
        return lanes if steady else tx.queue.lanes(ids)

    def _tell_given_up(self, tx: Transaction, landed: Sequence[Landed], ids: Collection[str], now: datetime) -> None:
        counts = Counter(each.delivery.subscription for each in landed if each.delivery.id in ids)
        for id_, count in counts.items():
            self.notices.exhausted(tx, id_, count, now)

    def _onward(
        self, tx: Transaction, lane: Lane, outcome: Outcome, is_active: bool, now: datetime
    ) -> tuple[Lane, bool]:
        """Return a lane after an attempt, and whether more is to be sent on it; tell what is to be told of the step."""
        onward, id_ = patience.after(lane, outcome, now, self.chance()), lane.subscription
        if outcome.success:
            if lane.probe_at:
                tx.queue.hurry(id_, now)
            if lane.rung:
                self.notices.recovered(tx, lane, now)
            return onward, is_active
        if not is_active:
            return onward, False
        if patience.is_gone(lane, outcome, now):
            return self.notices.disable(tx, onward, "gone", now), False
        if patience.is_lost(onward, now, lambda: tx.deliveries.failed_since(id_, onward.failing_since_at)):
            return self.notices.disable(tx, onward, "failing", now), False
        rung = patience.rung(onward, now)
        if rung > onward.rung:
            self.notices.failing(tx, onward, now)
        return replace(onward, rung=rung), True

    def _settled(self, each: Landed, is_active: bool, now: datetime) -> Settled:
        outcome = each.attempt.outcome
        verdict = patience.judge(each.delivery, outcome, now, self.chance(), probe=each.attempt.trigger == "probe")
        waits = verdict.state == "pending"
        state = "held" if waits and not is_active else verdict.state
        return Settled(each.delivery.id, state, verdict.attempts, verdict.due_at, outcome.code, None if waits else now)
