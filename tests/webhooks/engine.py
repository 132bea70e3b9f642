"""The engine, driven by hand on a virtual clock: what a courier does in a turn, without a loop and without a network.

Start at `Engine`. A test records changes of occurrences as the ledger does, lets time pass, and says what receivers
answer; what was sent is in `sent`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from corridors.audience import wants
from corridors.model import (
    Assessment,
    Attempt,
    Basis,
    Corridor,
    Delivery,
    Event,
    EventType,
    Occurrence,
    Outcome,
    Status,
    Subscription,
)
from corridors.patience import healed
from corridors.signature import secret_of
from corridors.store import Store
from corridors.webhooks.notices import Notices
from corridors.webhooks.settlement import Landed, Settlement
from tests.make import ZONE, a_route, at

DAY = date(2022, 3, 14)
OK = Outcome("ok", 204, total_ms=50)
REFUSED = Outcome("http_500", 500)
SECRET = secret_of(bytes(range(32)))

TYPES = {
    Status.ANNOUNCED: EventType.ANNOUNCED,
    Status.OPEN: EventType.OPENED,
    Status.SUSPENDED: EventType.SUSPENDED,
    Status.CLOSED: EventType.CLOSED,
}


@dataclass(frozen=True)
class Sent:
    """One request as it left: what it was, when, and what held of its occurrence at that moment."""

    delivery: Delivery
    at: datetime
    trigger: str
    held: Status | None

    @property
    def is_live(self) -> bool:
        return self.delivery.replay is None


@dataclass
class Engine:
    """One worker on a store. answer: what a receiver says to a delivery; None = the worker dies before it hears."""

    store: Store
    now: datetime = at("09:00")
    chance: Callable[[], float] = lambda: 0.0
    answer: Callable[[Delivery], Outcome | None] = lambda _: OK
    lease: timedelta = timedelta(seconds=45)
    sent: list[Sent] = field(default_factory=list)
    _revisions: dict[str, int] = field(default_factory=dict)
    _statuses: dict[str, Status] = field(default_factory=dict)

    def subscribe(self, id_: str = "sub_1", *types: str, owner: str = "key_1", **fields: Any) -> None:
        """Make a subscription; to everything unless types are given."""
        made = Subscription(
            id_, owner, f"https://{id_}.example/", types or ("*",), {}, (SECRET,), "active", self.now, self.now, 60000
        )
        with self.store.begin() as tx:
            tx.subscriptions.add(replace(made, **fields))

    def change(self, occurrence: str, status: Status | None, type_: EventType | None = None) -> str:
        """Record a change of an occurrence, None = something beside its status, as the ledger does; return the event."""
        held = self._statuses.get(occurrence)
        after = status or held or Status.ANNOUNCED
        type_ = type_ or (EventType.CHANGED if status is None and held else TYPES[after])
        revision = self._revisions[occurrence] = self._revisions.get(occurrence, 0) + 1
        self._statuses[occurrence] = after
        corridor = Corridor(f"cor_{occurrence}", occurrence, occurrence, a_route(), {}, self.now, self.now)
        row = Occurrence(
            occurrence, corridor.id, DAY, ZONE, revision, Assessment(after, Basis.REPORTED, self.now), self.now
        )
        event = Event(
            f"evt_{occurrence}_{revision:04}",
            type_,
            self.now,
            b"",
            corridor=corridor.id,
            occurrence=occurrence,
            occurrence_revision=revision,
        )
        with self.store.begin() as tx:
            tx.alone()
            tx.corridors.put(corridor)
            tx.corridors.put_occurrence(row, "UA", ())
            recorded = tx.events.append(event, lambda _: f"{occurrence} {revision} {after}".encode())
            concerned = [each for each in tx.subscriptions.all() if wants(each.types, type_)]
            tx.deliveries.owe(
                recorded,
                [each.id for each in concerned if each.state == "active"],
                self.now,
                status=after,
                held=[each.id for each in concerned if each.state != "active"],
            )
        return event.id

    def turn(self, *, room: int = 1000, places: int = 2) -> list[Sent]:
        """Claim what is due, send it, and write what came of it; return what was sent."""
        with self.store.begin() as tx:
            claimed = tx.queue.claim("worker", self.now, self.lease, room=room, places=places)
        sent = [
            Sent(each.delivery, self.now, each.trigger, self._statuses.get(each.delivery.occurrence or ""))
            for each in claimed
        ]
        self.sent += sent
        answers = [(each, self.answer(each.delivery)) for each in sent]
        self.land({each.delivery.id: (each, answer) for each, answer in answers if answer})
        return sent

    def land(self, answers: Mapping[str, tuple[Sent, Outcome]]) -> None:
        """Write what came of deliveries."""
        landed = [
            Landed(each.delivery, Attempt(each.delivery.id, each.delivery.attempts + 1, each.at, answer, each.trigger))
            for each, answer in answers.values()
        ]
        with self.store.begin() as tx:
            Settlement("worker", Notices("https://c.example"), self.chance).settle(tx, landed, self.now)

    def until_quiet(self) -> None:
        """Take turns at this instant until there is nothing to send."""
        while self.turn():
            pass

    def run_to(self, end: datetime) -> None:
        """Let time pass to `end`, with a turn whenever one is due."""
        while True:
            self.until_quiet()
            with self.store.read() as tx:
                following = tx.queue.next_at(self.now)
            if following is None or following > end:
                self.now = end
                return
            self.now = following

    def pause(self, id_: str = "sub_1") -> None:
        """Pause a subscription, as the API does."""
        with self.store.begin() as tx:
            tx.subscriptions.put(replace(tx.subscriptions.hold([id_])[id_], state="paused"))
            tx.deliveries.hold(id_)

    def enable(self, catch_up: str, id_: str = "sub_1") -> int:
        """Enable a subscription, as the API does."""
        with self.store.begin() as tx:
            held = tx.subscriptions.hold([id_])[id_]
            tx.subscriptions.put(replace(held, state="active", disabled_reason=None))
            tx.queue.put_lanes([healed(lane) for lane in tx.queue.lanes([id_]).values()])
            return tx.replays.catch_up(id_, catch_up, self.now)

    def rows(self, id_: str = "sub_1") -> list[Delivery]:
        """Return what a subscription was ever owed, oldest first."""
        with self.store.read() as tx:
            return tx.deliveries.page(id_, state=None, type_=None, before_id=None, limit=100_000)[::-1]

    def states(self, id_: str = "sub_1") -> list[str]:
        """Return how that stands."""
        return [row.state for row in self.rows(id_)]

    def bodies(self) -> list[str]:
        """Return what was sent, in order."""
        return [each.delivery.body.decode() for each in self.sent]
