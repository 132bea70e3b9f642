"""Several writers, readers and watchers on one database: everything once, in order, and nobody waits for ever.

What processes do to each other, tried with threads that have connections of their own; tests/test_processes.py has
the processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from corridors.errors import Conflict, StoreError
from corridors.ledger import Announced, Ledger
from corridors.model import Event, EventType, Now, Outcome, Reading, Subscription
from corridors.selection import Selection
from corridors.signature import secret_of
from corridors.store import Store, Transaction
from corridors.webhooks import Courier
from tests.make import a_document, a_route, a_source, a_statement, at
from tests.postgres import KEY, OwnServer

NOW = datetime(2022, 3, 14, 9, tzinfo=UTC)
LEASE = timedelta(seconds=30)
WRITERS = 8
SECRET = secret_of(bytes(32))
SOON = 240  # seconds in which anything here has happened long ago, on a disk that takes 0.3 s to sync, too


@pytest.fixture
def server_store(postgresql_url: str) -> Iterator[Store]:
    """A migrated PostgreSQL store of this test alone."""
    with closing_store(postgresql_url) as store:
        yield store


@pytest.fixture
def cut_store(restartable: OwnServer) -> Iterator[Store]:
    """A migrated store of this test alone, on a server that the test may stop."""
    url = restartable.fresh()
    with closing_store(url) as store:
        yield store
    restartable.start()
    restartable.drop(url)


@contextmanager
def closing_store(url: str) -> Iterator[Store]:
    """Another process's store, as far as the database can tell."""
    store = Store(url, KEY)
    try:
        yield store
    finally:
        store.dispose()


def at_once(*jobs: Callable[[], None]) -> None:
    """Run the jobs on threads of their own, begun together, and raise what any of them raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        start.wait(SOON)
        job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for future in [pool.submit(run, job) for job in jobs]:
            future.result(SOON * 3)


def a_subscription(id_: str) -> Subscription:
    return Subscription(id_, "key_1", f"https://{id_}.example/", ("*",), {}, (SECRET,), "active", NOW, NOW, 60)


def record(tx: Transaction, name: str) -> None:
    tx.events.append(Event(name, EventType.OPENED, NOW, b""), lambda _: name.encode())


def test_eight_writers_and_a_reader_who_follows_sees_every_event_once_and_in_order(store: Store) -> None:
    each = 20
    seen: list[tuple[int, str]] = []

    def write(writer: int) -> None:
        for number in range(each):
            with store.begin() as tx:
                for part in range(1 + number % 3):
                    record(tx, f"evt_{writer}_{number}_{part}")

    total = WRITERS * sum(1 + number % 3 for number in range(each))

    def follow() -> None:
        ends = time.monotonic() + SOON
        with closing_store(store.url) as other:
            while len(seen) < total and time.monotonic() < ends:
                with other.read() as tx:
                    seen.extend((event.cursor, event.id) for event in tx.events.after(seen[-1][0] if seen else 0, 7))

    at_once(follow, *(lambda writer=writer: write(writer) for writer in range(WRITERS)))
    with store.read() as tx:
        assert seen == [(event.cursor, event.id) for event in tx.events.after(0, total + 1)]
    assert len({id_ for _, id_ in seen}) == total
    assert [cursor for cursor, _ in seen] == sorted({cursor for cursor, _ in seen})


def test_a_commit_wakes_who_watches_in_another_process(store: Store) -> None:
    woken = threading.Event()
    with closing_store(store.url) as other, other.watch(woken.set):
        assert woken.wait(SOON), "at first, as something may have been missed"
        woken.clear()
        with store.begin() as tx:
            record(tx, "evt_1")
        assert woken.wait(SOON)


def test_what_is_owed_without_an_event_wakes_too(store: Store) -> None:
    with store.begin() as tx:
        tx.subscriptions.add(a_subscription("sub_1"))
    woken = threading.Event()
    with closing_store(store.url) as other, other.watch(woken.set):
        assert woken.wait(SOON)
        woken.clear()
        with store.begin() as tx:
            tx.deliveries.owe_own("sub_1", "evt_1", "subscription.test", b"{}", NOW)
        assert woken.wait(SOON)


def test_a_closed_watch_is_silent_and_its_connection_is_gone(server_store: Store) -> None:
    told: list[int] = []
    watch = server_store.watch(lambda: told.append(1))
    watch.close()
    watch.close()
    before = len(told)
    with server_store.begin() as tx:
        record(tx, "evt_1")
    assert len(told) == before
    assert "watch" not in {thread.name for thread in threading.enumerate()}


def test_workers_that_start_at_once_on_a_new_database_agree(store: Store) -> None:
    configured = [a_source(f"source-{number}") for number in range(10)]

    def start() -> None:
        with store.begin() as tx:
            tx.sources.configure(configured, NOW)

    at_once(*[start] * WRITERS)
    with store.read() as tx:
        assert [source.id for source, _ in tx.sources.page(after_id=None, limit=99)] == sorted(s.id for s in configured)


def test_many_who_reach_for_a_job_at_once_give_it_to_one(store: Store) -> None:
    taken: list[str] = []

    def reach(name: str) -> None:
        with store.begin() as tx:
            if tx.leases.take("heartbeat", name, NOW, LEASE):
                taken.append(name)

    at_once(*(lambda name=f"worker-{number}": reach(name) for number in range(WRITERS)))
    assert len(taken) == 1


def test_many_who_reach_for_a_pace_group_at_once_pass_it_once(store: Store) -> None:
    group = {"rate_group": "t.me", "min_gap": timedelta(seconds=3)}
    with store.begin() as tx:
        tx.sources.configure([a_source(f"source-{number}", **group) for number in range(20)], NOW)
    taken: list[str] = []

    def reach(name: str) -> None:
        with store.begin() as tx:
            taken.extend(tx.sources.lease_due(name, NOW, LEASE, 2))

    at_once(*(lambda name=f"worker-{number}": reach(name) for number in range(WRITERS)))
    assert len(taken) == 1


def test_a_closed_pace_group_keeps_nobody_else_waiting(store: Store) -> None:
    group = {"rate_group": "t.me", "min_gap": timedelta(seconds=3)}
    with store.begin() as tx:
        tx.sources.configure([a_source(f"source-{number:02}", **group) for number in range(30)], NOW)
        assert len(tx.sources.lease_due("w", NOW, LEASE, 2)) == 1
        tx.sources.configure([a_source("zulu"), a_source("source-29", **group)], NOW)
        assert tx.sources.lease_due("w", NOW, LEASE, 2) == ["zulu"]


def test_a_dead_workers_source_is_noticed_when_no_other_is_due(store: Store) -> None:
    with store.begin() as tx:
        tx.sources.configure([a_source("one")], NOW)
        tx.sources.lease_due("dead", NOW, LEASE, 9)
        assert tx.sources.oldest_due_at(NOW + LEASE / 2) is None
        assert tx.sources.oldest_due_at(NOW + LEASE) == NOW


def test_writers_of_every_kind_get_along(store: Store) -> None:
    """Nobody may see a Conflict, which a deadlock would be."""
    with store.begin() as tx:
        tx.subscriptions.add(a_subscription("sub_1"))
        tx.subscriptions.add(a_subscription("sub_2"))
    ledger = Ledger(store, "https://corridors.example")
    rounds = range(15)

    def submit() -> None:
        for number in rounds:
            statement = a_statement(route=a_route(None, None, name=f"Road {number}"))
            ledger.submit(a_source(), [Announced(a_document(), Reading((statement,)))], Now(at("09:00"), NOW))

    def change() -> None:
        for number in rounds:
            with store.begin() as tx:
                held = tx.subscriptions.hold(["sub_2", "sub_1"])
                tx.subscriptions.put(replace(held["sub_2"], rate_per_minute=number + 1))
                tx.subscriptions.put(replace(held["sub_1"], rate_per_minute=number + 1))

    def come_and_go() -> None:
        for number in rounds:
            with store.begin() as tx:
                tx.subscriptions.add(a_subscription(f"sub_brief_{number}"))
            with store.begin() as tx:
                tx.subscriptions.delete(f"sub_brief_{number}")

    def configure() -> None:
        for _ in rounds:
            with store.begin() as tx:
                tx.sources.configure([a_source("one"), a_source("two")], NOW)
                tx.sources.poll_soon("one", NOW)
            with store.begin() as tx:
                tx.sources.lease_due("w", NOW, LEASE, 9)

    at_once(submit, submit, change, change, come_and_go, configure, configure)


def test_whoever_is_sacrificed_to_end_a_deadlock_may_try_again(server_store: Store) -> None:
    with server_store.begin() as tx:
        tx.subscriptions.add(a_subscription("sub_1"))
        tx.subscriptions.add(a_subscription("sub_2"))
    both_hold_one = threading.Barrier(2)
    conflicts: list[Conflict] = []

    def cross(first: str, second: str) -> None:
        try:
            with server_store.begin() as tx:
                tx.subscriptions.get(first)
                both_hold_one.wait(SOON)
                tx.subscriptions.get(second)
        except Conflict as conflict:
            conflicts.append(conflict)

    at_once(lambda: cross("sub_1", "sub_2"), lambda: cross("sub_2", "sub_1"))
    assert len(conflicts) == 1


def test_two_who_change_a_subscription_at_once_lose_no_change(store: Store) -> None:
    with store.begin() as tx:
        tx.subscriptions.add(a_subscription("sub_1"))

    def count() -> None:
        for _ in range(10):
            with store.begin() as tx:
                held = tx.subscriptions.get("sub_1")
                assert held is not None
                tx.subscriptions.put(replace(held, rate_per_minute=held.rate_per_minute + 1))

    at_once(count, count, count)
    with store.read() as tx:
        assert tx.subscriptions.find(["sub_1"])["sub_1"].rate_per_minute == 60 + 30


def test_text_that_a_database_may_refuse_is_kept_as_far_as_it_can_be(store: Store) -> None:
    document = a_document("one\x00two", external_id="id\x00")
    with store.begin() as tx:
        tx.documents.add(document, now=NOW, historic=False)
        tx.keys.create("a\x00b", "read", NOW)
    with store.read() as tx:
        assert tx.documents.known(document.source, [document])
        assert tx.corridors.page(Selection(slug="\x00"), limit=1) == []


class TestRestart:
    """The server is stopped and started again under whoever works with it."""

    def test_a_watch_comes_back_and_tells_that_it_may_have_missed_something(
        self, restartable: OwnServer, cut_store: Store
    ) -> None:
        told = threading.Semaphore(0)
        with cut_store.watch(told.release):
            assert told.acquire(timeout=SOON)
            restartable.stop()
            restartable.start()
            assert told.acquire(timeout=SOON), "once it listens again"
            with cut_store.begin() as tx:
                record(tx, "evt_1")
            assert told.acquire(timeout=SOON)

    def test_a_transaction_that_is_cut_off_leaves_nothing_and_the_next_one_works(
        self, restartable: OwnServer, cut_store: Store
    ) -> None:
        def write(meanwhile: Callable[[], None]) -> None:
            with cut_store.begin() as tx:
                record(tx, "evt_1")
                meanwhile()
                record(tx, "evt_2")

        with pytest.raises(StoreError):
            write(restartable.stop)
        restartable.start()
        write(lambda: None)
        with cut_store.read() as tx:
            assert [event.id for event in tx.events.after(0, 9)] == ["evt_1", "evt_2"]

    def test_what_arrived_while_the_database_was_away_is_written_down_and_not_sent_again(
        self, restartable: OwnServer, cut_store: Store
    ) -> None:
        sent: list[bytes] = []

        class Slow:
            async def deliver(
                self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float
            ) -> Outcome:
                sent.append(body)
                await asyncio.to_thread(restartable.stop)
                await asyncio.to_thread(restartable.start)
                return Outcome("ok", 204)

        def state() -> str:
            with contextlib.suppress(OperationalError), cut_store.engine.connect() as connection:
                return str(connection.exec_driver_sql("SELECT state FROM deliveries").scalar_one())
            return "the server is away"

        async def until_it_is_written_down() -> None:
            courier = Courier(cut_store, "w")
            running = asyncio.create_task(courier.run(Slow()))
            while await asyncio.to_thread(state) != "succeeded":
                assert not running.done()
            courier.stop()
            await running

        with cut_store.begin() as tx:
            tx.subscriptions.add(a_subscription("sub_1"))
            tx.deliveries.owe_own("sub_1", "evt_1", "subscription.test", b"{}", NOW)
        asyncio.run(asyncio.wait_for(until_it_is_written_down(), SOON))
        assert sent == [b"{}"]


def test_a_lease_is_renewed_by_its_holder_alone_and_waits_for_nobody(store: Store) -> None:
    with store.begin() as tx:
        tx.sources.configure([a_source("one"), a_source("two"), a_source("three")], NOW)
        assert sorted(tx.sources.lease_due("me", NOW, timedelta(seconds=30), 2)) == ["one", "three"]
        assert tx.sources.lease_due("you", NOW, timedelta(seconds=30), 2) == ["two"]
    later = NOW + timedelta(seconds=60)
    with store.begin() as tx:
        tx.sources.renew(["one", "two"], "me", later)
    with store.begin() as tx:
        assert sorted(tx.sources.lease_due("they", NOW + timedelta(seconds=40), timedelta(seconds=30), 9)) == [
            "three",
            "two",
        ]
