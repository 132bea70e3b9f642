"""Is every source polled on time, and how soon do subscribers hear of what changed? Prints a table.

Run `python -m tests.bench.collecting [MEASURE …]`, without a name for all of them:

- together: 100 sources change at the same moment, and fall due together; when does the last of 100 webhooks arrive?
- thousand: 1,000 sources of which 200 hang, every minute; how late are the polls of the other 800, by one worker?
- two: the same by two workers on PostgreSQL, of which one is killed half-way.

`--quick` makes the long ones short. The sources and the receiver are one other process on loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from corridors.config import data_dir
from corridors.model import Subscription
from corridors.signature import secret_of
from corridors.store import Store
from corridors.store.gazetteer import find_gazetteer, open_gazetteer
from tests.bench.webhooks import until
from tests.postgres import KEY, OwnServer

QUICK = "--quick" in sys.argv
SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
EVERY_SECONDS = 60
LEASE_SECONDS = 45
MEMORY = Path("/dev/shm")  # the disk of a shared machine is not the question here


@dataclass
class Bench:
    """A folder, the world outside, a database and the workers on it."""

    folder: Path
    url: str
    database: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store(self.database, KEY)

    def ask(self, path: str) -> dict[str, Any]:
        with urlopen(f"{self.url}/{path}") as answer:
            body: dict[str, Any] = json.load(answer)
            return body

    def configure(self, healthy: int, hanging: int, every: str) -> None:
        """Write the sources and the settings: those that answer first."""
        (self.folder / "config" / "sources").mkdir(parents=True)
        (self.folder / "config" / "corridors.toml").write_text(
            f'[egress]\nallow_networks = ["127.0.0.0/8"]\n[worker]\nlease = "{LEASE_SECONDS}s"\n[log]\nlevel = "error"\n'
        )
        names = [*(f"ok/{n}" for n in range(healthy)), *(f"hang/{n}" for n in range(hanging))]
        (self.folder / "config" / "sources" / "all.toml").write_text(
            "".join(
                f'[[source]]\nid = "{name.replace("/", "-")}-source"\nkind = "feed"\npublisher = "{name}"\n'
                f'url = "{self.url}/{name}"\ncountries = ["UA"]\nlanguages = ["en"]\ntimezone = "Europe/Kyiv"\n'
                f'reliability = "b"\nevery = "{every}"\njitter = 0\n\n'
                for name in names
            )
        )

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        environment = {
            **os.environ,
            "CORRIDORS_CONFIG": str(self.folder / "config"),
            "CORRIDORS_DATA": str(self.folder / "data"),
            "CORRIDORS_SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": self.database,
        }
        command = [*(sys.executable, "-m", "corridors", "work")]
        self.workers.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL))
        return self.workers[-1]

    def polled(self) -> dict[str, list[float]]:
        """Return when each source was asked, by its path."""
        found: dict[str, list[float]] = defaultdict(list)
        for path, at in self.ask("log")["polls"]:
            found[path].append(at)
        return found


@contextmanager
def bench(database: str | None = None) -> Iterator[Bench]:
    """Run the world outside, and end every worker with it."""
    folder = Path(tempfile.mkdtemp(prefix="corridors-bench-", dir=MEMORY if MEMORY.is_dir() else None))
    (folder / "data").mkdir()
    known = data_dir({}, make=False) / "gazetteer.db"
    if find_gazetteer(known):
        (folder / "data" / "gazetteer.db").symlink_to(known)
    else:
        open_gazetteer(folder / "data" / "gazetteer.db")
    port = folder / "port"
    outside = subprocess.Popen([sys.executable, "-m", "tests.bench.publisher", str(port)])
    made = Bench(folder, "", database or f"sqlite:///{folder / 'data' / 'corridors.db'}")
    try:
        until(port.exists)
        made.url = f"http://127.0.0.1:{port.read_text()}"
        made.store.migrate()
        yield made
    finally:
        for process in (*made.workers, outside):
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def resident(process: subprocess.Popen[bytes], word: str = "VmHWM") -> float:
    """Return the mebibytes of a process and its children; of each its peak, so that the sum is never too small."""
    pids = [process.pid]
    for pid in pids:
        with suppress(OSError):
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += map(int, children.read_text().split())
    total = 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith(f"{word}:"))
    return total / 1024


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time of a process and of its living children."""
    pids = [process.pid]
    for pid in pids:
        with suppress(OSError):
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                pids += map(int, children.read_text().split())
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def together(sources: int = 100, waves: int = 4) -> None:
    """Let all sources change and fall due at one moment, several times."""
    with bench() as made:
        made.configure(sources, 0, "10m")
        store = made.store
        now = datetime.now(UTC)
        with store.begin() as tx:
            secret = secret_of(bytes(range(32)))
            hook = Subscription(
                "sub_1", "k", f"{made.url}/hook", ("corridor.*",), {}, (secret,), "active", now, now, 60_000
            )
            tx.subscriptions.add(hook)
        worker = made.work()
        until(lambda: len(made.polled()) == sources and _kept(store) >= sources * 20)
        for wave in range(waves):
            time.sleep(2.0)
            before = len(made.ask("switch")["hooks"])
            spent = cpu_seconds(worker)
            due = time.monotonic() + 1.0
            with store.begin() as tx:
                at = datetime.now(UTC) + timedelta(seconds=due - time.monotonic())
                for number in range(sources):
                    tx.sources.poll_soon(f"ok-{number}-source", at)
            hooks = _all_hooks(made, before, due)
            asked = sorted(each[-1] - due for each in made.polled().values())
            print(
                f"together, wave {wave}: {len(hooks)} webhooks; first {min(hooks):.2f} s, last {max(hooks):.2f} s after "
                f"the sources became due; asked {asked[0]:.2f} … {asked[-1]:.2f} s; "
                f"worker's processor time {cpu_seconds(worker) - spent:.2f} s",
                flush=True,
            )


def _all_hooks(made: Bench, before: int, due: float) -> list[float]:
    """Return when the webhooks came, counted from `due`; homonyms make a few fewer than there are sources."""
    count = before
    while True:
        time.sleep(3.0)
        hooks = made.ask("log")["hooks"]
        if len(hooks) == count > before:
            return [each - due for each in hooks[before:]]
        count = len(hooks)


def _kept(store: Store) -> int:
    with store.read() as tx:
        return tx.pulse.kept()["documents"]


def thousand() -> None:
    """Poll 1,000 sources every minute, 200 of which hang."""
    with bench() as made:
        made.configure(800, 200, f"{EVERY_SECONDS}s")
        began = time.monotonic()
        worker = made.work()
        until(lambda: len(made.polled()) == 1000, every=0.5)
        first = max(each[0] for path, each in made.polled().items() if path.startswith("/ok")) - began
        time.sleep((2 if QUICK else 5) * EVERY_SECONDS)
        _tell("thousand", made.polled(), began)
        print(
            f"thousand: the first round was done {first:.1f} s after the start; peak memory {resident(worker):.0f} MiB; "
            f"processor {cpu_seconds(worker) / (time.monotonic() - began) * 100:.0f} %",
            flush=True,
        )


def _tell(name: str, polled: dict[str, list[float]], since: float) -> None:
    gaps = [
        later - earlier - EVERY_SECONDS
        for path, times in polled.items()
        if path.startswith("/ok")
        for earlier, later in pairwise(times)
        if later > since
    ]
    hanging = sum(len(times) for path, times in polled.items() if path.startswith("/hang"))
    print(
        f"{name}: {len(gaps)} polls of those that answer; late by p50 {percentile(gaps, 0.5):.2f} s, "
        f"p99 {percentile(gaps, 0.99):.2f} s, at most {max(gaps):.2f} s; {sum(gap < -1 for gap in gaps)} too early; "
        f"{hanging} polls of those that hang",
        flush=True,
    )


def two() -> None:
    """Let two workers share them, and kill one."""
    server = OwnServer()
    try:
        server.begin()
        with bench(server.fresh()) as made:
            made.configure(800, 200, f"{EVERY_SECONDS}s")
            began = time.monotonic()
            workers = [made.work(), made.work()]
            until(lambda: len(made.polled()) == 1000, every=0.5)
            time.sleep((2 if QUICK else 3) * EVERY_SECONDS)
            _tell("two workers", made.polled(), began)
            shares = [f"{cpu_seconds(each):.0f} s, {resident(each):.0f} MiB" for each in workers]
            print(f"two workers: processor time and memory {'; '.join(shares)}")
            workers[0].send_signal(signal.SIGKILL)
            killed = time.monotonic()
            time.sleep(LEASE_SECONDS + EVERY_SECONDS + 5)
            polled = made.polled()
            _tell("one of two killed", polled, killed)
            late = [path for path, times in polled.items() if path.startswith("/ok") and times[-1] < killed]
            print(f"one of two killed: {len(late)} sources were not polled since")
    finally:
        server.end()


MEASURES: dict[str, Callable[[], None]] = {"together": together, "thousand": thousand, "two": two}

if __name__ == "__main__":
    for name in [name for name in sys.argv[1:] if not name.startswith("-")] or MEASURES:
        MEASURES[name]()
