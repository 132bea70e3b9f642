"""What is owed arrives, signed, in order, again after a failure, and not again after a success."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from corridors.model import Event, EventType, Outcome, Subscription
from corridors.patience import JITTER, MAX_ATTEMPTS, WAITS
from corridors.signature import secret_of, verify
from corridors.store import Store
from corridors.webhooks import Courier, Pace

SECRET = secret_of(bytes(32))
NOW = datetime(2022, 3, 14, 9, tzinfo=UTC)
REFUSED = Outcome("http_500", 500)
SOON = Pace(deadline=timedelta(seconds=5), lease=timedelta(seconds=30))


@dataclass
class Receiver:
    """A receiver that answers what it is told to and keeps what it got."""

    answers: list[Outcome] = field(default_factory=list)
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    enough: Callable[[], None] = lambda: None
    wanted: int = 1

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        self.got.append((headers, body))
        if len(self.got) >= self.wanted:
            self.enough()
        return self.answers.pop(0) if self.answers else Outcome("ok", 204)

    def bodies(self) -> list[str]:
        return [body.decode() for _, body in self.got]


class VirtualTime:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


def subscribe(store: Store, id_: str = "sub_1", state: str = "active") -> None:
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.subscriptions.add(
            Subscription(id_, "key_1", f"https://{id_}.example/", ("*",), {}, (SECRET,), state, now, now, 60000)
        )


def owe(
    store: Store,
    body: bytes,
    *,
    occurrence: str | None = None,
    revision: int = 0,
    to: str = "sub_1",
    type_: EventType = EventType.OPENED,
) -> None:
    with store.begin() as tx:
        event = Event(
            tx.events.new_id(),
            type_,
            datetime.now(UTC),
            b"",
            occurrence=occurrence,
            occurrence_revision=revision,
        )
        tx.deliveries.owe(tx.events.append(event, lambda _: body), [to], datetime.now(UTC))


def run(store: Store, receiver: Receiver, *, wanted: int, clock: Callable[[], datetime] | None = None) -> None:
    """Run a courier until the receiver got as much as is wanted, then stop it as a signal would."""
    courier = Courier(store, "worker", SOON, clock or (lambda: datetime.now(UTC)), lambda: 0.0)
    receiver.wanted, receiver.enough = wanted, courier.stop
    asyncio.run(asyncio.wait_for(courier.run(receiver), 120))


def states(store: Store, subscription: str = "sub_1") -> list[str]:
    with store.read() as tx:
        page = tx.deliveries.page(subscription, state=None, type_=None, before_id=None, limit=100)
    return [delivery.state for delivery in reversed(page)]


def test_what_is_owed_arrives_signed_and_is_not_sent_again(store: Store) -> None:
    subscribe(store)
    owe(store, '{"де":"Маріуполь"}'.encode())
    receiver = Receiver()
    run(store, receiver, wanted=1)
    headers, body = receiver.got[0]
    assert json.loads(body) == {"де": "Маріуполь"}
    assert verify(SECRET, headers, body, datetime.now(UTC)) is None
    assert headers["webhook-id"].startswith("evt_")
    assert states(store) == ["succeeded"]
    owe(store, b"{}")
    run(store, receiver, wanted=2)
    assert len(receiver.got) == 2


def test_a_failed_attempt_is_repeated_later_with_the_same_id_and_bytes(store: Store) -> None:
    subscribe(store)
    clock = VirtualTime()
    owe(store, b'{"n":1}')
    clock.at = datetime.now(UTC)
    receiver = Receiver(answers=[REFUSED])
    run(store, receiver, wanted=1, clock=clock)
    assert states(store) == ["pending"]
    clock.at += WAITS[0]
    run(store, receiver, wanted=2, clock=clock)
    (first, one), (second, two) = receiver.got
    assert (first["webhook-id"], one) == (second["webhook-id"], two)
    assert (first["corridors-attempt"], second["corridors-attempt"]) == ("1", "2")
    assert states(store) == ["succeeded"]
    with store.read() as tx:
        (delivery,) = tx.deliveries.page("sub_1", state=None, type_=None, before_id=None, limit=9)
        codes = [attempt.outcome.code for attempt in tx.deliveries.attempts([delivery.id])[delivery.id]]
    assert codes == ["http_500", "ok"]


def test_after_the_last_attempt_it_is_given_up_and_kept(store: Store) -> None:
    subscribe(store)
    clock = VirtualTime()
    owe(store, b"{}")
    clock.at = datetime.now(UTC)
    receiver = Receiver(answers=[REFUSED] * MAX_ATTEMPTS)
    for number in range(MAX_ATTEMPTS):
        run(store, receiver, wanted=number + 1, clock=clock)
        clock.at += WAITS[min(number, len(WAITS) - 1)] * (1 + JITTER)
    assert states(store) == ["exhausted"]
    assert len(receiver.got) == MAX_ATTEMPTS


def test_news_of_one_occurrence_never_runs_backwards(store: Store) -> None:
    subscribe(store)
    clock = VirtualTime()
    owe(store, b'"first"', occurrence="occ_1", revision=1, type_=EventType.CORRECTED)
    owe(store, b'"second"', occurrence="occ_1", revision=2, type_=EventType.CORRECTED)
    owe(store, b'"other"', occurrence="occ_2", revision=1, type_=EventType.CORRECTED)
    clock.at = datetime.now(UTC)
    receiver = Receiver(answers=[REFUSED])
    run(store, receiver, wanted=2, clock=clock)
    assert sorted(receiver.bodies()) == ['"first"', '"other"']
    clock.at += WAITS[0]
    run(store, receiver, wanted=4, clock=clock)
    assert receiver.bodies()[2:] == ['"first"', '"second"']


def test_one_receiver_that_hangs_does_not_hold_up_another(store: Store) -> None:
    subscribe(store, "sub_slow")
    subscribe(store, "sub_fast")
    for _ in range(5):
        owe(store, b'"slow"', to="sub_slow")
    owe(store, b'"fast"', to="sub_fast")

    class Hanging(Receiver):
        async def deliver(
            self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float
        ) -> Outcome:
            if body == b'"slow"':
                await asyncio.Event().wait()
            return await super().deliver(target, headers, body, deadline_seconds)

    async def until_the_fast_one_has_it() -> None:
        courier = Courier(store, "worker", SOON, lambda: datetime.now(UTC))
        receiver = Hanging()
        done = asyncio.Event()
        receiver.enough = done.set
        running = asyncio.create_task(courier.run(receiver))
        await asyncio.wait_for(done.wait(), 120)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert receiver.bodies() == ['"fast"']

    asyncio.run(until_the_fast_one_has_it())


def test_what_a_dead_worker_had_leased_is_taken_over_after_the_lease(store: Store) -> None:
    subscribe(store)
    owe(store, b"{}")
    now = datetime.now(UTC)
    with store.begin() as tx:
        (held,) = tx.queue.claim("dead", now, timedelta(seconds=30), room=9, places=2)
        assert tx.queue.claim("alive", now, timedelta(seconds=30), room=9, places=2) == []
        later = now + timedelta(seconds=31)
        (again,) = tx.queue.claim("alive", later, timedelta(seconds=30), room=9, places=2)
    assert (again.delivery.id, again.delivery.lease) == (held.delivery.id, held.delivery.lease + 1)


def test_a_paused_subscription_is_sent_nothing(store: Store) -> None:
    subscribe(store, state="paused")
    owe(store, b"{}")
    with store.begin() as tx:
        assert tx.queue.claim("w", datetime.now(UTC), timedelta(seconds=9), room=9, places=2) == []
