"""What happens by the clock? Heartbeats, what is given up because of its age, and what is kept for a while only.

Called by the worker's jobs; every call is short transactions of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from corridors import schema
from corridors.audience import wants
from corridors.model import Event, EventType, Now, Subscription
from corridors.patience import OLDEST
from corridors.store import Store, Transaction
from corridors.webhooks.notices import Notices

SLOTS = 60  # into which an interval is cut, so that not everybody is sent a heartbeat at once
BATCH = 500  # rows in one transaction of a sweep, so that nobody waits for it
MOST_PENDING = 50_000  # of one subscription; beyond that the oldest are given up
HELD_FOR = timedelta(days=30)
ANSWERS_FOR = timedelta(days=1)

_SLOT = "heartbeat.slot"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The housekeeping of webhooks. every: the interval of heartbeats; installation: root of links."""

    store: Store
    holder: str
    installation: str
    every: timedelta

    @property
    def tick(self) -> timedelta:
        """Return how often `send_heartbeats` wants to be called."""
        return max(self.every / SLOTS, timedelta(seconds=1))

    def send_heartbeats(self, now: Now) -> int:
        """Owe a heartbeat to those whose turn it is, and return how many; with several workers, one of them does."""
        with self.store.begin() as tx:
            if not tx.leases.take("heartbeat", self.holder, now.real_at, self.tick * 0.9):
                return 0
            slot = int(now.real_at.timestamp() / (self.every / SLOTS).total_seconds())
            last = int(tx.leases.mark(_SLOT) or slot - 1)
            turn = {each % SLOTS for each in range(max(last, slot - SLOTS) + 1, slot + 1)}
            tx.leases.set_mark(_SLOT, str(slot))
            told = [each for each in tx.subscriptions.active() if wants(each.types, EventType.HEARTBEAT)]
            told = [each for each in told if zlib.crc32(each.id.encode()) % SLOTS in turn]
            for subscription in told:
                self._beat(tx, subscription, now)
            return len(told)

    def _beat(self, tx: Transaction, subscription: Subscription, now: Now) -> None:
        event = Event(tx.events.new_id(), EventType.HEARTBEAT, now.at, b"")
        head = tx.events.head()
        data: dict[str, Any] = {
            "interval_seconds": int(self.every.total_seconds()),
            "cursor": schema.cursor_text(head),
            "coverage": schema.CoverageSchema().dump(tx.sources.coverage(now.real_at)),
            "subscription": {"id": subscription.id} | _figures(tx, subscription.id, now.real_at),
        }
        body = schema.event_body(
            event, head, installation=self.installation, occurrence=None, corridor=None, change=None, data=data
        )
        tx.deliveries.owe_own(subscription.id, event.id, event.type.value, body, now.real_at)

    def end_ownerless(self, now: datetime) -> int:
        """Disable the subscriptions of keys that were revoked or have expired, telling each; return how many."""
        with self.store.read() as tx:  # there is hardly ever one
            if not tx.subscriptions.ownerless(now):
                return 0
        with self.store.begin() as tx:
            reasons = tx.subscriptions.ownerless(now)
            held = tx.subscriptions.hold(sorted(reasons))
            for id_, subscription in held.items():
                Notices(self.installation).end(tx, subscription, reasons[id_], now)
            return len(held)

    def sweep(self, now: datetime, attempts_until: datetime) -> None:
        """Give up what is too old, and delete what is kept for a while only. Never what is pending."""
        notices = Notices(self.installation)
        while True:
            with self.store.begin() as tx:
                given_up = tx.deliveries.give_up(now - OLDEST, MOST_PENDING, now, BATCH)
                for id_ in sorted(given_up):
                    notices.exhausted(tx, id_, given_up[id_], now)
            if sum(given_up.values()) < BATCH:
                break
        forgets: tuple[Callable[[Transaction], int], ...] = (
            lambda tx: tx.deliveries.let_go(now - HELD_FOR, now, BATCH),
            lambda tx: tx.deliveries.forget_attempts(attempts_until, BATCH),
            lambda tx: tx.deliveries.forget(old, BATCH),
            lambda tx: tx.answers.forget(now - ANSWERS_FOR),
        )
        with self.store.read() as tx:  # looking for them takes longer than deleting them, and nobody waits for it
            old = tx.deliveries.outdated(attempts_until)
        for forget in forgets:
            while self._swept(forget) >= BATCH:
                pass

    def _swept(self, forget: Callable[[Transaction], int]) -> int:
        with self.store.begin() as tx:
            return forget(tx)


def _figures(tx: Transaction, subscription: str, now: datetime) -> dict[str, Any]:
    stats = tx.deliveries.stats(subscription, now - timedelta(days=1))
    return {
        "seq": tx.queue.lanes([subscription])[subscription].seq,
        "pending": stats.states.get("pending", 0),
        "oldest_pending_at": stats.oldest_pending_at,
        "failed_24h": sum(count for code, count in stats.codes.items() if code != "ok"),
        "superseded_24h": stats.states.get("superseded", 0),
    }
