"""Many receivers on one host wait for each other, for nobody else, and are told what holds when their turn comes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from corridors.model import Outcome, Status
from corridors.store import Store
from corridors.webhooks import Courier, Pace
from tests.processes import eventually
from tests.webhooks.engine import Engine

NARROW = Pace(deadline=timedelta(seconds=100), lease=timedelta(seconds=300), per_host=1)


@dataclass
class Host:
    """A sender to one.example, which answers when it is told to; all others answer at once."""

    go_on: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    got: list[str] = field(default_factory=list)

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        self.asked.append(target)
        while "one.example" in target and not self.go_on.is_set():
            await asyncio.sleep(0.01)
        self.got.append(f"{target.rpartition('/')[2]} {body.decode()}")
        return Outcome("ok", 204)


@contextmanager
def working(store: Store, host: Host, pace: Pace = NARROW) -> Iterator[Courier]:
    made = Courier(store, "worker", pace)
    thread = threading.Thread(target=lambda: asyncio.run(made.run(host)))
    thread.start()
    try:
        yield made
    finally:
        host.go_on.set()
        made.stop()
        thread.join()


def full_host(store: Store) -> tuple[Engine, Host]:
    """Return an engine with two subscribers on one host, which takes one request at a time and hangs at the first."""
    engine = Engine(store, now=datetime.now(UTC))
    for number in (1, 2):
        engine.subscribe(f"sub_{number}", "corridor.*")
        with store.begin() as tx:
            held = tx.subscriptions.hold([f"sub_{number}"])[f"sub_{number}"]
            tx.subscriptions.put(replace(held, url=f"https://one.example/{number}"))
    return engine, Host()


def waits_for_its_host(store: Store, host: Host, count: int = 2) -> None:
    """Return when the first request hangs and everything else was claimed for longer than it may lie unasked."""

    def is_so() -> bool:
        with store.engine.connect() as connection:
            query = "SELECT count(*) FROM deliveries WHERE leased_by IS NOT NULL AND state = 'pending'"
            return len(host.asked) == 1 and connection.exec_driver_sql(query).scalar_one() == count

    eventually(is_so, "the host is full")
    threading.Event().wait(0.3)


def test_what_was_overtaken_while_it_waited_for_its_host_is_not_sent(store: Store) -> None:
    engine, host = full_host(store)
    engine.change("occ_1", Status.OPEN)
    with working(store, host) as courier:
        waits_for_its_host(store, host)
        engine.now = datetime.now(UTC)
        engine.change("occ_1", Status.CLOSED)
        host.go_on.set()
        courier.wake()
        eventually(lambda: len(host.got) == 3, "both hear of the closing")
    waited = host.asked[0].rpartition("/")[2]
    other = "2" if waited == "1" else "1"
    assert [line for line in host.got if line.startswith(other)] == [f"{other} occ_1 2 closed"]
    assert engine.states(f"sub_{other}") == ["superseded", "succeeded"]


def test_a_pause_holds_what_waits_for_its_host(store: Store) -> None:
    engine, host = full_host(store)
    engine.change("occ_1", Status.OPEN)
    with working(store, host):
        waits_for_its_host(store, host)
        waiting = "2" if host.asked[0].endswith("1") else "1"
        engine.pause(f"sub_{waiting}")
        host.go_on.set()
        eventually(lambda: len(host.got) == 1, "the first one goes on")
    assert engine.states(f"sub_{waiting}") == ["held"]
    assert len(host.got) == 1


def test_of_many_whose_turn_comes_together_only_the_paused_one_is_held(embedded: Store) -> None:
    engine, host = full_host(embedded)
    engine.pause("sub_2")
    names = [f"sub_many_{number}" for number in range(6)]
    for name in names:
        engine.subscribe(name, "corridor.*", url=f"https://one.example/{name}")
    engine.change("occ_1", Status.OPEN)
    with working(embedded, host, replace(NARROW, per_host=3)):
        eventually(lambda: len(host.asked) == 3, "the host is full")
        threading.Event().wait(0.3)
        waiting = [name for name in names if f"https://one.example/{name}" not in host.asked]
        engine.pause(waiting[1])
        host.go_on.set()
        eventually(lambda: len(host.got) == 6, "all others are told")
    told = {line.partition(" ")[0] for line in host.got}
    assert told == {"1", *names} - {waiting[1]}
    assert engine.states(waiting[1]) == ["held"]


def test_a_full_host_takes_nobody_elses_place(embedded: Store) -> None:
    engine, host = full_host(embedded)
    for number in range(20):
        engine.subscribe(f"sub_many_{number}", "corridor.*")
        with embedded.begin() as tx:
            held = tx.subscriptions.hold([f"sub_many_{number}"])[f"sub_many_{number}"]
            tx.subscriptions.put(replace(held, url="https://one.example/1"))
    engine.change("occ_1", Status.OPEN)
    with working(embedded, host, replace(NARROW, in_flight=8)) as courier:
        eventually(lambda: len(host.asked) == 1, "it hangs")
        engine.subscribe("sub_elsewhere", "corridor.closed")
        engine.now = datetime.now(UTC)
        engine.change("occ_2", Status.CLOSED)
        courier.wake()
        eventually(lambda: "https://sub_elsewhere.example/" in host.asked, "others are served meanwhile")
