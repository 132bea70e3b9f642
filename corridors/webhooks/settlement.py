"""What is written when attempts have ended? One call for a batch, in the caller's transaction.

Start at `Settlement.settle`. patience.py says what becomes of a delivery and of its subscription,
notices.py tells the owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from corridors import patience
from corridors.model import Attempt, Delivery, Lane, Outcome, Subscription
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

    def settle(self, tx: Transaction, landed: Sequence[Landed], now: datetime) -> None:
        """Write attempts, and what becomes of their deliveries and subscriptions.

        A result that comes after its lease went to somebody else is logged and changes nothing; one whose subscription
        was deleted meanwhile is forgotten.
        """
        touched = sorted({each.delivery.subscription for each in landed})
        owners, lanes = tx.subscriptions.hold_sealed(touched), tx.queue.lanes(touched)
        under_way = tx.queue.under_way([each.delivery.id for each in landed])
        tx.queue.log([each.attempt for each in landed if each.delivery.id in under_way])
        ours = [each for each in landed if under_way.get(each.delivery.id) == (self.holder, each.delivery.lease)]
        before = dict(lanes)
        settled = []
        for each in ours:
            owner, outcome = owners[each.delivery.subscription], each.attempt.outcome
            owners[owner.id], lanes[owner.id] = self._onward(tx, owner, lanes[owner.id], outcome, now)
            settled.append(self._settled(each, owners[owner.id], now))
        tx.queue.settle(settled, now)
        tx.queue.put_lanes([lane for id_, lane in lanes.items() if lane != before[id_]])
        given_up = Counter(
            each.delivery.subscription for each, row in zip(ours, settled, strict=True) if row.is_given_up
        )
        for id_, count in given_up.items():
            self.notices.exhausted(tx, owners[id_], count, now)

    def _onward(
        self, tx: Transaction, owner: Subscription, lane: Lane, outcome: Outcome, now: datetime
    ) -> tuple[Subscription, Lane]:
        """Return a subscription and its lane after an attempt, and tell what has to be told of the step."""
        onward = patience.after(lane, outcome, now, self.chance())
        if outcome.success:
            if lane.probe_at:
                tx.queue.hurry(owner.id, now)
            if lane.rung:
                self.notices.recovered(tx, owner, lane, now)
            return owner, onward
        if owner.state != "active":
            return owner, onward
        if patience.is_gone(lane, outcome, now):
            return self.notices.disable(tx, owner, onward, "gone", now), onward
        if patience.is_lost(onward, now, lambda: tx.deliveries.failed_since(owner.id, onward.failing_since_at)):
            return self.notices.disable(tx, owner, onward, "failing", now), onward
        rung = patience.rung(onward, now)
        if rung > onward.rung:
            self.notices.failing(tx, owner, onward, now)
        return owner, replace(onward, rung=rung)

    def _settled(self, each: Landed, owner: Subscription, now: datetime) -> Settled:
        outcome = each.attempt.outcome
        verdict = patience.judge(each.delivery, outcome, now, self.chance(), probe=each.attempt.trigger == "probe")
        waits = verdict.state == "pending"
        state = "held" if waits and owner.state != "active" else verdict.state
        return Settled(each.delivery.id, state, verdict.attempts, verdict.due_at, outcome.code, None if waits else now)
