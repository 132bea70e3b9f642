"""A worker that is killed, starved or cut off loses nothing and tells nobody's secrets."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from corridors.errors import StoreError
from corridors.model import Event, EventType, Outcome, Subscription
from corridors.signature import secret_of, verify
from corridors.store import Store
from corridors.webhooks import Courier, Pace
from tests.postgres import KEY
from tests.processes import eventually

SECRET = secret_of(bytes(range(32)))
SHORT = Pace(deadline=timedelta(seconds=5), lease=timedelta(seconds=6))

# A worker that dies at a named point of its turn. Each is a hook that the store or the sender calls anyway.
DYING = """
import asyncio, os, signal, sys
from ipaddress import ip_network
from corridors.outbound import Deliverer, Egress
from corridors.store import Store
from corridors.store.queue import Queue
from corridors.webhooks import Courier

def die(*_): os.kill(os.getpid(), signal.SIGKILL)
point = sys.argv[2]
if point in ("before the claim is written", "before the result is written"):
    name = "claim" if "claim" in point else "settle"
    real = getattr(Queue, name)
    setattr(Queue, name, lambda *a, **k: (real(*a, **k), die()))
if point == "after the result is written":  # which is before what was claimed in the same turn is sent
    told, seen = Courier._errands, []
    def errands(courier, claimed):
        seen.append(1)
        return told(courier, claimed) if len(seen) == 1 else die()
    Courier._errands = errands
store = Store(sys.argv[1], bytes(range(32)))

class Sender(Deliverer):
    async def deliver(self, *a):
        if point == "before it is sent": die()
        outcome = await super().deliver(*a)
        if point == "after it is sent": die()
        return outcome

async def run():
    async with Sender(Egress(allow_networks=(ip_network("127.0.0.0/8"),)), "dying") as sender:
        await Courier(store, "dying").run(sender)

asyncio.run(run())
"""


@dataclass
class Outside:
    """A receiver on loopback."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    pause: threading.Event = field(default_factory=threading.Event)

    def deliveries(self) -> list[str]:
        return [headers["corridors-delivery"] for headers, _ in self.got]


@contextmanager
def outside() -> Iterator[Outside]:
    there = Outside()
    there.pause.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            there.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            there.pause.wait(20)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield there
    finally:
        there.pause.set()
        server.shutdown()
        server.server_close()


def subscribe(store: Store, url: str, **fields: Any) -> None:
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.subscriptions.add(
            Subscription("sub_1", "key_1", url, ("*",), {}, (SECRET,), "active", now, now, 60_000, **fields)
        )


def owe(store: Store, count: int = 1) -> None:
    for number in range(count):
        now = datetime.now(UTC)
        with store.begin() as tx:
            event = Event(tx.events.new_id(), EventType.CORRECTED, now, b"")
            tx.deliveries.owe(tx.events.append(event, partial(_numbered, number)), ["sub_1"], now)


def _numbered(number: int, _cursor: int) -> bytes:
    return b'{"n":%d}' % number


def states(store: Store) -> set[str]:
    with store.read() as tx:
        return {row.state for row in tx.deliveries.page("sub_1", limit=1000)}


@contextmanager
def courier(store: Store, sender: Any, pace: Pace = SHORT) -> Iterator[Courier]:
    """Run a courier in a thread."""
    made = Courier(store, "worker", pace)
    thread = threading.Thread(target=lambda: asyncio.run(made.run(sender)))
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join()


@dataclass
class Fast:
    """A sender without a network, which asks `answer` what came of it."""

    answer: Callable[[bytes], Outcome] = lambda _: Outcome("ok", 204)
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        self.got.append((headers, body))
        return self.answer(body)


POINTS = {
    "before the claim is written": 0,
    "before it is sent": 0,
    "after it is sent": 1,
    "before the result is written": 1,
    "after the result is written": 1,
}


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_may_die_at_any_point_of_a_turn(store: Store, point: str) -> None:
    with outside() as there:
        subscribe(store, there.url)
        owe(store)
        url = store.engine.url.render_as_string(hide_password=False)
        done = subprocess.run(
            [sys.executable, "-c", DYING, url, point], check=False, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert len(there.got) == POINTS[point]
        if not store.embedded:  # on a server its leases have to end; on a file the next worker knows that it is dead
            _let_leases_end(store)
        sender = Fast()
        with courier(store, sender):
            eventually(lambda: states(store) == {"succeeded"}, "it arrives in the end", 10)
        again = 0 if point == "after the result is written" else 1
        assert len(sender.got) == again
        for headers, body in [*there.got, *sender.got]:
            assert body == b'{"n":0}'
            assert verify(SECRET, headers, body, datetime.now(UTC)) is None
        assert len({headers["webhook-id"] for headers, _ in [*there.got, *sender.got]}) == 1


def _let_leases_end(store: Store) -> None:
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE deliveries SET leased_until = created_at WHERE leased_by IS NOT NULL")


def test_a_change_that_is_rolled_back_is_told_to_nobody(store: Store) -> None:
    subscribe(store, "https://x.example/")
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        event = Event(tx.events.new_id(), EventType.OPENED, datetime.now(UTC), b"")
        tx.deliveries.owe(tx.events.append(event, lambda _: b"{}"), ["sub_1"], datetime.now(UTC))
        _ = 1 / 0
    with store.read() as tx:
        assert tx.deliveries.page("sub_1", limit=9) == []
        assert tx.events.head() == 0


def test_a_copy_of_the_files_taken_at_any_moment_is_whole(sqlite_store: Store, tmp_path: Path) -> None:
    """What the disk holds when the power fails: the database and as much of its log as was written."""
    assert sqlite_store.path is not None
    subscribe(sqlite_store, "https://x.example/")
    for number in range(5):
        owe(sqlite_store, 3)
        copy = tmp_path / f"copy-{number}.db"
        copy.write_bytes(sqlite_store.path.read_bytes())
        log = sqlite_store.path.with_name(sqlite_store.path.name + "-wal").read_bytes()
        copy.with_name(copy.name + "-wal").write_bytes(log[: len(log) - 1000 * (number % 3)])
        opened = Store(f"sqlite:///{copy}", KEY)
        with opened.read() as tx:
            events = tx.events.after(0, 100)
            owed = tx.deliveries.page("sub_1", limit=100)
        opened.dispose()
        assert {row.event for row in owed} == {event.id for event in events}
        assert len(events) >= 3 * number + 1


def test_results_wait_while_the_database_is_locked_and_no_attempt_is_charged(sqlite_store: Store) -> None:
    assert sqlite_store.path is not None
    subscribe(sqlite_store, "https://x.example/")
    owe(sqlite_store, 3)
    sender = Fast()
    with courier(sqlite_store, sender):
        eventually(lambda: states(sqlite_store) == {"succeeded"}, "it works")
        other = sqlite3.connect(sqlite_store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE deliveries SET state = 'pending', due_at = '2022-01-01 00:00:00.000000', attempts = 0")
        threading.Event().wait(0.5)
        other.execute("COMMIT")
        other.close()
        eventually(lambda: states(sqlite_store) == {"succeeded"}, "it goes on", 10)
    assert len(sender.got) == 6
    with sqlite_store.read() as tx:
        assert {row.attempts for row in tx.deliveries.page("sub_1", limit=9)} == {1}


def test_results_are_written_once_the_disk_has_room_again(sqlite_store: Store) -> None:
    subscribe(sqlite_store, "https://x.example/")
    owe(sqlite_store, 20)
    big = "x" * 4096
    sender = Fast(lambda _: Outcome("http_500", 500, response_head=big))
    with sqlite_store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = {"pages": int(pages)}

    from sqlalchemy import event as happening

    @happening.listens_for(sqlite_store.engine, "checkout")
    def full(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit['pages']}")

    with capture_logs() as logs, courier(sqlite_store, sender):
        eventually(lambda: any("cannot be used" in line["event"] for line in logs), "the disk is full", 20)
        sent = len(sender.got)
        limit["pages"] = 1_000_000
        eventually(lambda: _attempts(sqlite_store) >= sent, "it is written after all", 20)
    with sqlite_store.read() as tx:
        rows = tx.deliveries.page("sub_1", limit=99)
        tries = tx.deliveries.attempts([row.id for row in rows])
    assert all(len({each.started_at for each in tried}) == len(tried) for tried in tries.values())
    assert sum(map(len, tries.values())) == len(sender.got), "every request is in the log once"


def _attempts(store: Store) -> int:
    with store.read() as tx:
        rows = tx.deliveries.page("sub_1", limit=99)
        return sum(map(len, tx.deliveries.attempts([row.id for row in rows]).values()))


def test_a_stop_lets_what_is_on_its_way_land_and_gives_the_rest_back(store: Store) -> None:
    subscribe(store, "https://x.example/")
    owe(store, 50)
    landed = threading.Event()

    class Slow(Fast):
        async def deliver(
            self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float
        ) -> Outcome:
            landed.set()
            await asyncio.sleep(0.2)
            return await super().deliver(target, headers, body, deadline_seconds)

    sender = Slow()
    with courier(store, sender):
        landed.wait(10)
    with store.read() as tx:
        rows = tx.deliveries.page("sub_1", limit=99)
    succeeded = [row for row in rows if row.state == "succeeded"]
    assert len(succeeded) == len(sender.got) > 0
    with store.engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM deliveries WHERE leased_by IS NOT NULL").scalar_one()
    assert left == 0


def test_two_workers_send_each_delivery_once(postgresql_url: str) -> None:
    store = Store(postgresql_url, KEY)
    subscribe(store, "https://x.example/")
    owe(store, 100)
    sender = Fast()
    one, other = Courier(store, "one", SHORT), Courier(store, "other", SHORT)
    threads = [threading.Thread(target=lambda each=each: asyncio.run(each.run(sender))) for each in (one, other)]
    for thread in threads:
        thread.start()
    eventually(lambda: states(store) == {"succeeded"}, "all of it is sent", 30)
    one.stop()
    other.stop()
    for thread in threads:
        thread.join()
    assert len(sender.got) == 100
    store.dispose()


def test_an_event_for_thousands_is_owed_to_all_or_to_none(sqlite_store: Store) -> None:
    now = datetime.now(UTC)
    with sqlite_store.begin() as tx:
        for number in range(2000):
            tx.subscriptions.add(
                Subscription(f"sub_{number}", "k", "https://x.example/", ("*",), {}, (), "active", now, now, 60)
            )
    url = sqlite_store.url
    script = (
        "import os, signal, sys, threading, time\n"
        "from datetime import UTC, datetime\n"
        "from corridors.model import Event, EventType\n"
        "from corridors.store import Store\n"
        "store = Store(sys.argv[1], bytes(range(32)))\n"
        "threading.Timer(float(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()\n"
        "now = datetime.now(UTC)\n"
        "while True:\n"
        "    with store.begin() as tx:\n"
        "        e = Event(tx.events.new_id(), EventType.OPENED, now, b'')\n"
        "        tx.deliveries.owe(tx.events.append(e, lambda _: b'{}'), [f'sub_{n}' for n in range(2000)], now)\n"
    )
    for seconds in ("0.05", "0.17", "0.31"):
        done = subprocess.run(
            [sys.executable, "-c", script, url, seconds], check=False, capture_output=True, timeout=240
        )
        assert done.returncode == -signal.SIGKILL
    with sqlite_store.engine.connect() as connection:
        owed = connection.exec_driver_sql("SELECT event, count(*) FROM deliveries GROUP BY event").all()
        events = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
    assert len(owed) == events
    assert {count for _, count in owed} <= {2000}


def test_secrets_are_found_nowhere_but_sealed(sqlite_store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    assert sqlite_store.path is not None
    path, header = "path-marker-8213", "header-marker-4471"
    subscribe(sqlite_store, f"https://x.example/{path}", headers={"X-Token": header})
    owe(sqlite_store, 3)
    answers = iter([Outcome("http_500", 500), Outcome("tls_error")])
    with capture_logs() as logs, courier(sqlite_store, Fast(lambda _: next(answers, Outcome("ok", 204)))):
        eventually(lambda: _attempts(sqlite_store) >= 3, "it was tried")
    with sqlite_store.read() as tx:
        assert header in tx.subscriptions.find(["sub_1"])["sub_1"].headers.values()
    kept = b"".join(file.read_bytes() for file in sqlite_store.path.parent.glob("corridors.db*"))
    told = capfd.readouterr()
    secret = SECRET.removeprefix("whsec_")
    for marker in (path, header, secret, "x.example"):
        assert marker.encode() not in kept
        assert marker not in f"{logs}{told.out}{told.err}"


def test_a_store_with_another_key_says_so_before_anything_is_sent(sqlite_store: Store) -> None:
    subscribe(sqlite_store, "https://x.example/")
    other = Store(sqlite_store.url, bytes(32))
    with pytest.raises(StoreError, match="another secret key"), other.read() as tx:
        tx.subscriptions.find(["sub_1"])
    other.dispose()


def test_a_courier_that_stalls_is_noticed(sqlite_store: Store) -> None:
    with courier(sqlite_store, Fast()) as running:
        eventually(lambda: running.beat_at is not None, "it looks")
        first = running.beat_at
        eventually(lambda: running.beat_at != first, "and looks again", 10)
    stopped = running.beat_at
    assert running.beat_at == stopped
