"""How fast, how fair and how safe are webhooks on this machine? Prints a table; receivers run beside it.

Run `python -m tests.bench.webhooks [MEASURE …]`, without a name for all of them: sqlite postgresql fanout latency
faults kills hanging. `--quick` does a tenth. Every measure writes the full log of attempts, with synchronous=FULL.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.request import urlopen

import requests
import structlog

from corridors.model import Event, EventType, Subscription
from corridors.outbound import Deliverer, Egress
from corridors.signature import secret_of, sign
from corridors.store import Store
from corridors.webhooks import Courier, Pace
from tests.postgres import KEY, OwnServer

EGRESS = Egress(allow_networks=(ip_network("127.0.0.0/8"),))
SECRET = secret_of(bytes(range(32)))
BODY = json.dumps({"data": {"occurrence": {"text": "x" * 2000}}}).encode()
QUICK = "--quick" in sys.argv

Received = list[tuple[str, str, int, float]]


@dataclass(frozen=True)
class Receivers:
    """The receivers of one measure. ports: those that answer first, then those that fail, then those that hang."""

    ports: list[int]

    def url(self, number: int, path: str = "hook") -> str:
        return f"http://127.0.0.1:{self.ports[number]}/{path}"

    def log(self) -> Received:
        with urlopen(f"http://127.0.0.1:{self.ports[0]}/log") as answer:
            return [tuple(row) for row in json.load(answer)]


@contextmanager
def receivers(folder: Path, ok: int, failing: int = 0, hanging: int = 0) -> Iterator[Receivers]:
    """Run receivers in a process of their own."""
    ports = folder / f"ports-{time.monotonic_ns()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.receiver", str(ports), str(ok), str(failing), str(hanging)],
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )
    try:
        until(ports.exists)
        yield Receivers(json.loads(ports.read_text()))
    finally:
        process.kill()
        process.wait()


def until(is_so: Callable[[], bool], seconds: float = 300, every: float = 0.05) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it takes too long"
        time.sleep(every)


@contextmanager
def sqlite_store(folder: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{folder / f'{time.monotonic_ns()}.db'}", KEY)
    store.migrate()
    yield store
    store.dispose()


def subscribe(store: Store, urls: list[str]) -> list[str]:
    """Make a subscription to each address and return their ids."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        for number, url in enumerate(urls):
            id_ = f"sub_{number:05}"
            tx.subscriptions.add(Subscription(id_, "k", url, ("*",), {}, (SECRET,), "active", now, now, 60_000))
    return [f"sub_{number:05}" for number in range(len(urls))]


def owe(store: Store, subscribers: list[str], events: int = 1) -> list[str]:
    """Record events that every one of the subscribers is owed, each with its own commit; return their ids."""
    ids = []
    for _ in range(events):
        now = datetime.now(UTC)
        with store.begin() as tx:
            id_ = tx.events.new_id()
            event = Event(id_, EventType.OPENED, now, b"", occurrence=f"occ_{id_}", occurrence_revision=1)
            tx.deliveries.owe(tx.events.append(event, lambda _: BODY), subscribers, now)
        ids.append(id_)
    return ids


def pending(store: Store) -> int:
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM deliveries WHERE state = 'pending'"
        return int(connection.exec_driver_sql(query).scalar_one())


@contextmanager
def courier(store: Store, pace: Pace | None = None) -> Iterator[Courier]:
    """Run a courier in a thread of this process, as the worker does."""
    made = Courier(store, f"bench-{os.getpid()}", pace or Pace())

    async def run() -> None:
        async with Deliverer(EGRESS, "corridors-bench") as sender:
            await made.run(sender)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join()


@contextmanager
def workers(url: str, count: int, lease_seconds: float = 45.0) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run couriers in processes of their own, whose requests may take a third of the lease."""
    command = [sys.executable, "-m", "tests.bench.webhooks", "worker", url, str(lease_seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(count)]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def be_a_worker(url: str, lease_seconds: float) -> None:
    store = Store(url, KEY)
    lease = timedelta(seconds=lease_seconds)
    with courier(store, Pace(deadline=lease / 3, lease=lease)):
        print("ready", flush=True)
        signal.pause()


def rate(log: Received) -> float:
    """Return deliveries a second between the first and the last."""
    instants = sorted(row[3] for row in log)
    return len(instants) / (instants[-1] - instants[0])


def sustained(store: Store, there: Receivers, count: int, processes: int) -> float:
    """Return deliveries a second while a queue is emptied."""
    ids = subscribe(store, [there.url(number) for number in range(len(there.ports))])
    owe(store, ids, count // len(ids))
    if processes:
        with workers(store.url, processes):
            until(lambda: pending(store) == 0)
    else:
        with courier(store):
            until(lambda: pending(store) == 0)
    log = there.log()
    assert len({row[0] for row in log}) == len(log) == count // len(ids) * len(ids), "each once"
    return rate(log)


def requests_pool(there: Receivers, count: int) -> float:
    """Return deliveries a second of 16 threads with requests, signed, and stored nowhere."""
    local = threading.local()

    def send(number: int) -> None:
        session = getattr(local, "session", None)
        if session is None:
            local.session = session = requests.Session()
        headers = sign([SECRET], f"evt_{number}", datetime.now(UTC), BODY) | {"corridors-delivery": str(number)}
        session.post(there.url(number % len(there.ports)), data=BODY, headers=headers, timeout=15)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(count)))
    return rate(there.log())


def measure_sqlite(folder: Path) -> None:
    count = 1500 if QUICK else 15_000
    with receivers(folder, 10) as there:
        pool = requests_pool(there, count // 5)
    with receivers(folder, 10) as there, sqlite_store(folder) as store:
        before = time.process_time()
        ours = sustained(store, there, count, 0)
        spent = (time.process_time() - before) / count
    tell("deliveries/s, SQLite, 10 receivers", f"{ours:.0f}", "≥ 1500", ours >= 1500)
    tell("  … processor time of each, with its commit", f"{spent * 1000:.2f} ms", "≤ 4 ms", spent <= 0.004)
    tell("  … of a requests pool without storage", f"{pool:.0f}: {ours / pool:.1f} ×", "≥ 2 ×", ours >= 2 * pool)


def measure_postgresql(folder: Path) -> None:
    count = 1500 if QUICK else 10_000
    server = OwnServer()
    server.run("ALTER SYSTEM SET fsync = on")
    server.run("SELECT pg_reload_conf()")
    server.begin()
    found = []
    for processes in (1, 2):
        store = Store(server.fresh(), KEY)
        with receivers(folder, 10) as there:
            found.append(sustained(store, there, count, processes))
        store.dispose()
    tell("deliveries/s, PostgreSQL, 1 worker", f"{found[0]:.0f}", "≥ 1500", found[0] >= 1500)
    tell("  … 2 workers", f"{found[1]:.0f}: {found[1] / found[0]:.2f} ×", "≥ 0.9 × of 1", found[1] >= 0.9 * found[0])
    server.end()


def measure_fanout(folder: Path) -> None:
    count = 1000 if QUICK else 10_000
    with receivers(folder, 10) as there, sqlite_store(folder) as store:
        ids = subscribe(store, [there.url(number % 10, f"hook/{number}") for number in range(count)])
        with courier(store) as running:
            owe(store, ids)
            running.wake()
            until(lambda: pending(store) == 0)
        instants = sorted(row[3] for row in there.log())
        assert len(instants) == count
    spent = instants[-1] - instants[0]
    tell(f"one event to {count} subscriptions", f"{spent:.1f} s", "≤ 8 s", spent <= 8)


def latency(folder: Path, failing: int, hanging: int) -> tuple[float, float]:
    """Return median and 99th percentile, in ms, from commit to receipt at 100 events a second, of those who answer."""
    seconds, healthy = 5 if QUICK else 30, 10 - failing - hanging
    with receivers(folder, healthy, failing, hanging) as there, sqlite_store(folder) as store:
        ids = subscribe(store, [there.url(number) for number in range(10)])
        committed: dict[str, float] = {}
        with courier(store) as running:
            begin = time.monotonic()
            for number in range(seconds * 100):
                time.sleep(max(0.0, begin + number / 100 - time.monotonic()))
                (event,) = owe(store, [ids[number % 10]])
                committed[event] = time.monotonic()
                running.wake()
            mine = {event for number, event in enumerate(committed) if number % 10 < healthy}
            until(lambda: mine <= {row[1] for row in there.log()})
            took = sorted(row[3] - committed[row[1]] for row in there.log() if row[1] in mine)
    return took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000


def measure_latency(folder: Path) -> None:
    half, most = latency(folder, 0, 0)
    tell("commit → receipt at 100 events/s, p50", f"{half:.0f} ms", "≤ 30 ms", half <= 30)
    tell("  … p99", f"{most:.0f} ms", "≤ 250 ms", most <= 250)


def measure_faults(folder: Path) -> None:
    half, most = latency(folder, 1, 1)
    tell("  … 1 of 10 fails, 1 hangs: healthy p50", f"{half:.0f} ms", "", True)
    tell("  … healthy p99", f"{most:.0f} ms", "≤ 300 ms", most <= 300)


def measure_kills(folder: Path) -> None:
    """Kill a worker again and again under load; nothing is lost, and every repeat has the same id and bytes."""
    kills, batch = (20, 100) if QUICK else (200, 100)
    with receivers(folder, 10) as there, sqlite_store(folder) as store:
        ids = subscribe(store, [there.url(number) for number in range(10)])
        owed = 0
        for number in range(kills):
            owed += len(owe(store, ids, batch // 10)) * 10
            waiting = pending(store)
            with workers(store.url, 1):
                until(lambda: pending(store) < waiting, every=0.002)  # noqa: B023 - it is at work
                time.sleep(number % 10 * 0.005)
        left = pending(store)
        with workers(store.url, 1):
            begin = time.monotonic()
            until(lambda: pending(store) == 0)
            recovery = time.monotonic() - begin
        log = there.log()
        bodies: dict[str, set[tuple[str, int]]] = {}
        for delivery, event, body, _ in log:
            bodies.setdefault(delivery, set()).add((event, body))
    lost, repeats = owed - len(bodies), len(log) - len(bodies)
    tell(f"lost in {kills} kill -9 of {owed} deliveries", str(lost), "0", lost == 0)
    same = all(len(kinds) == 1 for kinds in bodies.values())
    tell("  … repeats, all with the same id and bytes", f"{repeats} {'yes' if same else 'NO'}", "yes", same)
    tell(f"  … {left} left over, sent after", f"{recovery:.1f} s", "", True)


def measure_hanging(folder: Path) -> None:
    count, seconds = (200, 5) if QUICK else (2000, 20)
    with receivers(folder, 10, 0, 10) as there, sqlite_store(folder) as store:
        healthy = subscribe(store, [there.url(number) for number in range(10)])
        now = datetime.now(UTC)
        hanging = [f"sub_hang_{number:04}" for number in range(count)]
        with store.begin() as tx:
            for number, id_ in enumerate(hanging):
                url = there.url(10 + number % 10, str(number))
                tx.subscriptions.add(Subscription(id_, "k", url, ("*",), {}, (SECRET,), "active", now, now, 60_000))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        committed: dict[str, float] = {}
        with courier(store, Pace(per_host=4096)) as running:
            owe(store, hanging)
            running.wake()
            until(lambda: len(there.log()) >= count)
            begin = time.monotonic()
            for number in range(seconds * 100):
                time.sleep(max(0.0, begin + number / 100 - time.monotonic()))
                (event,) = owe(store, [healthy[number % 10]])
                committed[event] = time.monotonic()
                running.wake()
            until(lambda: set(committed) <= {row[1] for row in there.log()})
        took = sorted(row[3] - committed[row[1]] for row in there.log() if row[1] in committed)
        most = took[len(took) * 99 // 100] * 1000
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(f"{count} receivers hang: healthy p50", f"{took[len(took) // 2] * 1000:.0f} ms", "", True)
    tell("  … healthy p99", f"{most:.0f} ms", "≤ 300 ms", most <= 300)
    tell("  … memory of the worker", f"{peak:.0f} MiB (from {before:.0f})", "≤ 400 MiB", peak <= 400)


def tell(what: str, found: str, target: str, is_met: bool) -> None:
    print(f"{what:45} {found:>22}   {target:14} {'' if is_met else 'MISSED'}", flush=True)


MEASURES = {
    "sqlite": measure_sqlite,
    "postgresql": measure_postgresql,
    "fanout": measure_fanout,
    "latency": measure_latency,
    "faults": measure_faults,
    "kills": measure_kills,
    "hanging": measure_hanging,
}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    named = [name for name in sys.argv[1:] if not name.startswith("-")]
    if named[:1] == ["worker"]:
        be_a_worker(named[1], float(named[2]))
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for name in named or MEASURES:
            MEASURES[name](Path(folder))


if __name__ == "__main__":
    main()
