"""What shows only after long: does a soak leave anything behind, and does a sweep of a million attempts hold anybody up?

Run `python -m tests.bench.webhooks_long [retention] [soak]`; `--minutes 30` is how long the soak lasts, `--quick` a
tenth of everything. Receivers of the soak drip, hang, reset, pour, redirect, fail and answer, all at once.
"""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from corridors.store import Store
from corridors.webhooks import Pace, Upkeep
from tests.bench.webhooks import QUICK, courier, owe, sqlite_store, subscribe, tell
from tests.outbound.hostile import hostile_server

LONGEST_LOCK_MS = 200
SLOPE_MIB = 1.0  # that memory may grow in ten minutes
WARM_UP = 0.5  # share of the soak in which pools and caches fill
PATHS = (
    *("/keep", "/keep-none", "/keep-dying", "/500", "/503", "/429", "/401", "/moved", "/drip-headers", "/drip-body"),
    *("/drip-chunks", "/endless", "/endless-chunks", "/gzip-bomb", "/silence", "/reset", "/reset-headers", "/close"),
    *("/garbage", "/http-0.9", "/many-headers", "/long-header", "/continue", "/short"),
)


def measure_retention(folder: Path) -> None:
    """Sweep a log of a million attempts while something is pending and somebody wants to write."""
    rows = 100_000 if QUICK else 1_000_000
    with sqlite_store(folder) as store:
        ids = subscribe(store, [f"https://x{number}.example/" for number in range(10)])
        _fill(store, ids, rows)
        kept = set(_pending(store))
        done, waits = threading.Event(), []

        def write_now_and_then() -> None:
            while not done.is_set():
                began = time.monotonic()
                with store.begin() as tx:
                    tx.leases.set_mark("bench", str(began))
                waits.append((time.monotonic() - began) * 1000)
                time.sleep(0.01)

        writer = threading.Thread(target=write_now_and_then)
        writer.start()
        began = time.monotonic()
        now = datetime.now(UTC)
        Upkeep(store, "bench", "https://c.example", timedelta(hours=1)).sweep(now, now - timedelta(days=30))
        spent = time.monotonic() - began
        done.set()
        writer.join()
        left = _count(store, "attempts")
        assert set(_pending(store)) == kept, "what is pending stays"
    waits.sort()
    tell(f"sweep of {rows} attempts", f"{spent:.0f} s, {left} left for the next", "", True)
    most = waits[-1]
    tell("  … longest wait of another writer", f"{most:.0f} ms", "≤ 200 ms", most <= LONGEST_LOCK_MS)


def _fill(store: Store, ids: list[str], rows: int) -> None:
    """Write ended deliveries with ten attempts each, as they were two months ago, and some that are pending."""
    old = "2022-01-01 00:00:00.000000"
    count = rows // 10
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO deliveries "
            "(id, subscription, event, type, occurrence_revision, state, attempts, created_at, due_at, finished_at, "
            "lease, priority) SELECT printf('dlv_%08d', i), printf('sub_%05d', i % 10), printf('evt_%d', i), "
            "'corridor.opened', 0, 'succeeded', 10, ?, ?, ?, 1, 0 FROM n",
            (count, old, old, old),
        )
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO attempts "
            '(delivery, number, started_at, code, response_head, total_ms, "trigger") '
            "SELECT printf('dlv_%08d', i / 10 + 1), i % 10 + 1, ?, 'http_500', 'no', 5, 'retry' FROM n",
            (rows - 1, old),
        )
    owe(store, ids, 20)


def _pending(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT id FROM deliveries WHERE state = 'pending'").scalars())


def _count(store: Store, table: str) -> int:
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def measure_soak(folder: Path) -> None:
    """Let every kind of receiver be told for a long time, and look at what the process holds."""
    minutes = float(sys.argv[sys.argv.index("--minutes") + 1]) if "--minutes" in sys.argv else 3 if QUICK else 30
    with _receivers() as root, sqlite_store(folder) as store:
        ids = subscribe(store, [f"{root}{path}?{number}" for number in range(4) for path in PATHS])
        with courier(store, Pace(deadline=timedelta(seconds=2), lease=timedelta(seconds=8))) as running:
            seen = _watch(store, ids, running.wake, minutes * 60)
    warm = seen[int(len(seen) * WARM_UP) :]
    slope = _slope([(at, mib) for at, mib, _, _ in warm]) * 600
    threads, files = ({row[place] for row in warm} for place in (2, 3))
    tell(f"soak of {minutes:g} min: memory in 10 min", f"{slope:+.2f} MiB", "< 1 MiB", slope < SLOPE_MIB)
    tell("  … at first and at last", f"{warm[0][1]:.0f} and {warm[-1][1]:.0f} MiB", "", True)
    tell("  … threads of the worker", f"{min(threads)} to {max(threads)}", "constant", max(threads) - min(threads) <= 2)
    first, last = warm[0][3], warm[-1][3]
    tell("  … open files at first and at last", f"{first} and {last} ({min(files)}-{max(files)})", "", True)


@contextmanager
def _receivers() -> Iterator[str]:
    """Run the hostile receivers in a process of their own, whose memory is not ours; yield their address."""
    command = [sys.executable, "-m", "tests.bench.webhooks_long", "receivers"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def be_receivers() -> None:
    with hostile_server() as there:
        print(there.url(""), flush=True)
        while True:
            time.sleep(1.0)
            there.asked.clear()


def _watch(
    store: Store, ids: list[str], wake: Callable[[], None], seconds: float
) -> list[tuple[float, float, int, int]]:
    """Tell everybody something once a second; return instant, MiB, threads and files of the courier, every 5 s."""
    seen: list[tuple[float, float, int, int]] = []
    begin = looked = time.monotonic()
    while time.monotonic() < begin + seconds:
        owe(store, ids)
        wake()
        time.sleep(1.0)
        if time.monotonic() - looked > 5:
            looked = time.monotonic()
            gc.collect()
            _begin_anew(store)
            ours = [each for each in threading.enumerate() if not each.name.startswith("Thread-")]
            seen.append((looked, _resident_mib(), len(ours), len([*Path("/proc/self/fd").iterdir()])))
    return seen


def _begin_anew(store: Store) -> None:
    """Keep the database small, so that its pages are not taken for a leak, and let those who fail be tried again."""
    with store.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE lanes SET failures = 0, probes = 0, probe_at = NULL, not_before_at = NULL")
        connection.exec_driver_sql(
            "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE state <> 'pending' OR "
            "created_at < (SELECT max(created_at) FROM (SELECT created_at FROM deliveries ORDER BY id DESC "
            "LIMIT 1 OFFSET 3000))) AND leased_by IS NULL"
        )


def _resident_mib() -> float:
    with suppress(FileNotFoundError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def _slope(points: list[tuple[float, float]]) -> float:
    """Return the slope of the straight line that lies closest to points, by least squares."""
    x0, y0 = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    return sum((x - x0) * (y - y0) for x, y in points) / (sum((x - x0) ** 2 for x, _ in points) or 1.0)


MEASURES = {"retention": measure_retention, "soak": measure_soak}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if "receivers" in sys.argv:
        be_receivers()
    named = [name for name in sys.argv[1:] if name in MEASURES]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for name in named or MEASURES:
            MEASURES[name](Path(folder))


if __name__ == "__main__":
    main()
