"""Clocks are set back and forth; what waits goes on waiting for as long as was promised, and no longer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from corridors.model import Outcome, Status
from corridors.store import Store
from corridors.webhooks import Courier, Pace
from tests.processes import eventually
from tests.webhooks.engine import Engine

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


class Clock:
    """A clock that runs, and may be set."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.off


@dataclass
class Receiver:
    """Answers what it is told to, with success after that."""

    answers: list[Outcome] = field(default_factory=list)
    got: list[str] = field(default_factory=list)

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        self.got.append(body.decode())
        return self.answers.pop(0) if self.answers else Outcome("ok", 204)


@contextmanager
def working(store: Store, receiver: Receiver, now: Callable[[], datetime]) -> Iterator[Courier]:
    made = Courier(store, "worker", Pace(), now, lambda: 0.0)
    thread = threading.Thread(target=lambda: asyncio.run(made.run(receiver)))
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join()


@pytest.mark.parametrize("refusal", [Outcome("http_500", 500), Outcome("http_503", 503, 6.0)], ids=["retry", "wish"])
def test_what_waits_for_its_next_attempt_does_not_wait_an_hour_longer(embedded: Store, refusal: Outcome) -> None:
    clock, receiver = Clock(), Receiver([refusal])
    engine = Engine(embedded, now=clock())
    engine.subscribe()
    with working(embedded, receiver, clock) as courier:
        engine.change("occ_1", Status.OPEN)
        courier.wake()
        eventually(lambda: engine.rows()[0].last_code, "it was refused")
        clock.off -= HOUR
        eventually(lambda: len(receiver.got) == 2, "it is tried again within a minute", 60)
    assert engine.states() == ["succeeded"]


def test_what_came_just_before_the_clock_was_set_back_is_sent(store: Store) -> None:
    clock, receiver = Clock(), Receiver()
    engine = Engine(store)
    engine.subscribe()
    with working(store, receiver, clock) as courier:
        eventually(lambda: courier.beat_at is not None, "it looks")
        clock.off -= HOUR
        engine.now = datetime.now(UTC)  # another process, whose clock is not set yet
        engine.change("occ_1", Status.OPEN)
        eventually(lambda: receiver.got, "it is sent", 60)


def test_a_lease_of_a_dead_worker_ends_although_the_clock_was_set_back(embedded: Store) -> None:
    now = datetime.now(UTC)
    engine = Engine(embedded, now=now)
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    with embedded.begin() as tx:
        assert tx.queue.claim("dead", now, engine.lease, room=9, places=2)
        tx.queue.set_back(now - HOUR, HOUR, engine.lease)
        later = now - HOUR + engine.lease
        assert len(tx.queue.claim("alive", later, engine.lease, room=9, places=2)) == 1


def test_a_clock_that_runs_on_sends_nothing_early(embedded: Store) -> None:
    clock, receiver = Clock(), Receiver([Outcome("http_500", 500)])
    engine = Engine(embedded, now=clock())
    engine.subscribe()
    with working(embedded, receiver, clock) as courier:
        engine.change("occ_1", Status.OPEN)
        courier.wake()
        eventually(lambda: engine.rows()[0].last_code, "it was refused")
        (waiting,) = engine.rows()
        eventually(lambda: len(receiver.got) == 2, "it is tried again")
        assert clock() >= waiting.due_at
