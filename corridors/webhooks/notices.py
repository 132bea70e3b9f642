"""How does an owner learn that their receiver fails? Events to their other subscriptions, and the operator's log.

Nobody is disabled, and nothing is given up, without a word. What cannot be told to anybody is at least counted in the
log, and the owner sees it in every answer of the API about the subscription.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from corridors import schema
from corridors.audience import wants
from corridors.model import Event, EventType, Lane, Subscription
from corridors.patience import disable_at
from corridors.store import Transaction

EXHAUSTED_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Notices:
    """Writes notices in the caller's transaction. installation: root of links, without a slash at its end."""

    installation: str

    def failing(self, tx: Transaction, lane: Lane, now: datetime) -> None:
        """Say that a receiver fails, since when, and when it will be disabled."""
        about = _subscription(tx, lane.subscription)
        self._tell(tx, EventType.SUBSCRIPTION_FAILING, about, now, _figures(lane) | {"disable_at": disable_at(lane)})

    def recovered(self, tx: Transaction, lane: Lane, now: datetime) -> None:
        """Say that a receiver that was told to fail takes events again."""
        self._tell(tx, EventType.SUBSCRIPTION_RECOVERED, _subscription(tx, lane.subscription), now, _figures(lane))

    def exhausted(self, tx: Transaction, id_: str, count: int, now: datetime) -> None:
        """Say that deliveries were given up; once an hour of a subscription, with all that the hour before brought."""
        if tx.leases.take(f"exhausted.{id_}", secrets.token_hex(8), now, EXHAUSTED_EVERY):
            known, oldest_at = tx.deliveries.exhausted_since(id_, now - EXHAUSTED_EVERY)
            data = {"count": max(known, count), "oldest_at": oldest_at or now}
            self._tell(tx, EventType.DELIVERY_EXHAUSTED, _subscription(tx, id_), now, data)

    def disable(self, tx: Transaction, lane: Lane, reason: str, now: datetime) -> Lane:
        """Send nothing more on a lane, hold what is owed, say so, and return it. reason: "gone" or "failing"."""
        about = _subscription(tx, lane.subscription)
        if about.state == "disabled":  # its last word failed
            return lane
        disabled = replace(about, state="disabled", disabled_reason=reason, updated_at=now)
        tx.subscriptions.put(disabled)
        tx.deliveries.hold(disabled.id)
        self._tell(tx, EventType.SUBSCRIPTION_DISABLED, disabled, now, _figures(lane) | {"reason": reason})
        return lane

    def end(self, tx: Transaction, about: Subscription, reason: str, now: datetime) -> None:
        """Send nothing more to a receiver that works, as its owner may not ask for it any more, and tell it so."""
        ended = replace(about, state="disabled", disabled_reason=reason, updated_at=now)
        tx.subscriptions.put(ended)
        tx.deliveries.hold(ended.id)
        type_ = EventType.SUBSCRIPTION_DISABLED
        event, body = self._notice(tx, type_, ended, now, {"since": now, "attempts": 0, "reason": reason})
        tx.deliveries.owe_own(ended.id, event.id, type_.value, body, now, priority=-1)
        log.warning("subscription", notice=type_.value, subscription=ended.id, reason=reason)

    def _tell(
        self, tx: Transaction, type_: EventType, about: Subscription, now: datetime, data: dict[str, Any]
    ) -> None:
        """Owe a notice to the owner's subscriptions that work and want it."""
        event, body = self._notice(tx, type_, about, now, data)
        working = [each for each in tx.subscriptions.active() if each.owner == about.owner and each.id != about.id]
        told = [each for each in working if wants(each.types, type_)]
        if type_ is EventType.SUBSCRIPTION_RECOVERED and wants(about.types, type_):
            told.append(about)
        for subscription in told:
            tx.deliveries.owe_own(subscription.id, event.id, type_.value, body, now)
        log.warning("subscription", notice=type_.value, subscription=about.id, told=len(told), reached=bool(told))

    def _notice(
        self, tx: Transaction, type_: EventType, about: Subscription, now: datetime, data: dict[str, Any]
    ) -> tuple[Event, bytes]:
        """Return a notice about a subscription, and its body."""
        event = Event(tx.events.new_id(), type_, now, b"")
        links = {"subscription": f"{self.installation}/v1/subscriptions/{about.id}"}
        body = schema.event_body(
            event,
            tx.events.head(),
            installation=self.installation,
            occurrence=None,
            corridor=None,
            change=None,
            data={"subscription": {"id": about.id, "state": about.state}, "links": links, **data},
        )
        return event, body


def _figures(lane: Lane) -> dict[str, Any]:
    return {"since": lane.failing_since_at, "attempts": lane.failed_attempts}


def _subscription(tx: Transaction, id_: str) -> Subscription:
    return tx.subscriptions.find([id_])[id_]
