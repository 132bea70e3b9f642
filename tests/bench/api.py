"""How fast does the API answer, beside a bare Flask view of the same bytes, beside pygeoapi, and beside open streams?

    python -m tests.bench.api [--corridors 10000] [--seconds 5] [--listeners 1000] [--pygeoapi]

Fills a SQLite database in a temporary folder, runs gunicorn as the Procfile does (two processes), and prints figures.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import requests

from corridors.model import Corridor, EventType, Status
from corridors.store import Store
from tests.api.conftest import an_occurrence, heard, record
from tests.make import DAY, a_place, a_route, a_source, at
from tests.processes import SECRET_KEY, children, free_port

BARE = """
from flask import Flask, Response
from pathlib import Path
import os, sys
app = Flask(__name__)
folder = Path(os.environ["BARE_FOLDER"])
bodies = {path.name: path.read_bytes() for path in folder.glob("*.json")}
@app.get("/<name>")
def show(name):
    from flask import request
    if request.headers.get("If-None-Match"):
        return Response(status=304)
    return Response(bodies[name], mimetype="application/json")
"""
SHOWN = {
    "list": ("/v1/corridors?limit=100", 0.6),
    "single": ("/v1/corridors/cor_000042", 0.7),
    "304": ("/v1/corridors?limit=100", 0.8),
}
FILTERED = (
    "status=open",
    "status=suspended",
    "country=UA&mode=bus",
    "area=UA-14",
    "bbox=30,46,32,48",
    "polygon=30,46;34,46;32,50",
    "near=37.5,47.1&radius_km=50",
    "q=mariup",
    "place=Sumy&status=open,announced",
    "source=ua-ministry&min_credibility=3",
    "conflict=false&verified=false&party=UA",
    "updated_since=2022-03-14T06:30:00Z",
    "date=2022-03-13",
    "lang=uk&status=closed",
)
STATUSES = (Status.OPEN, Status.ANNOUNCED, Status.CLOSED, Status.ANNOUNCED)


def fill(store: Store, corridors: int) -> None:
    """Write so many corridors, each with a day before, today and a day to come; one in a thousand is suspended."""
    origins, destinations = ("Mariupol", "Sumy", "Hostomel", "Berdiansk"), ("Zaporizhzhia", "Poltava", "Brovary")
    for first in range(0, corridors, 500):
        with store.begin() as tx:
            if not first:
                tx.sources.configure([a_source()], at("07:00"))
                heard(tx, "ua-ministry")
            for number in range(first, min(first + 500, corridors)):
                start = a_place(origins[number % 4])
                start = replace(start, lat=44 + number % 97 / 12, lon=24 + number % 89 / 6, geonames=number + 1)
                route = a_route(start, destinations[number % 3])
                id_ = f"cor_{number:06}"
                tx.corridors.put(Corridor(id_, id_, id_, route, {"en": id_}, at("08:00"), at("08:00")))
                status = Status.SUSPENDED if number % 1000 == 0 else STATUSES[number % 4]
                for offset in (-1, 0, 1):
                    day = an_occurrence(id_, status, date=DAY + timedelta(days=offset))
                    tx.corridors.put_occurrence(day, "UA", [])


@dataclass(frozen=True)
class Tier:
    """A running web tier."""

    url: str
    pid: int

    @property
    def memory_mib(self) -> float:
        """Return the resident memory of its processes together, what they share counted once."""
        return sum(_pss(pid) for pid in (self.pid, *children(self.pid))) / 1024


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


@contextmanager
def served(target: str, environment: dict[str, str], ready: str) -> Iterator[Tier]:
    """Run gunicorn with two processes of 400 threads."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "400"]
    command += ["--worker-class", "gthread", "--log-level", "warning", "--keep-alive", "15", "--no-control-socket"]
    log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
    process = subprocess.Popen([*command, target], env={**os.environ, **environment}, stdout=log, stderr=log)
    try:
        tier = Tier(f"http://127.0.0.1:{port}", process.pid)
        for _ in range(600):
            try:
                requests.get(tier.url + ready, timeout=5)
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield tier
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def rate(tier: Tier, path: str, seconds: float, headers: Sequence[str] = ()) -> float:
    """Return answers a second on four connections that ask again at once, by a client that only counts bytes."""
    host, _, port = tier.url.removeprefix("http://").partition(":")
    asked = "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()
    counts = [0] * 4
    ends = time.monotonic() + seconds

    def ask(place: int) -> None:
        with socket.create_connection((host, int(port))) as connection:
            while time.monotonic() < ends:
                connection.sendall(asked)
                _read_answer(connection)
                counts[place] += 1

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _read_answer(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536)
    head, _, body = head.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    left = 0 if b" 304 " in lines[0] else length - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 1 << 20)))


def side_by_side(tier: Tier, seconds: float) -> None:
    """Print the rates of our views beside those of a bare view that returns the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (path, _) in SHOWN.items():
            answer = requests.get(tier.url + path, headers={"Accept-Encoding": "identity"}, timeout=60)
            Path(folder, f"{name}.json").write_bytes(answer.content)
        Path(folder, "bare_view.py").write_text(BARE)
        environment = {"BARE_FOLDER": folder, "PYTHONPATH": f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
        with served("bare_view:app", environment, "/list.json") as bare:
            for name, (path, least) in SHOWN.items():
                tag = requests.get(tier.url + path, headers={"Accept-Encoding": "identity"}, timeout=60).headers["ETag"]
                asked = [f"If-None-Match: {tag}"] if name == "304" else []
                shares = []
                for _ in range(3):
                    theirs = rate(bare, f"/{name}.json", seconds, asked)
                    ours = rate(tier, path, seconds, asked)
                    shares.append((ours / theirs, ours, theirs))
                share, ours, theirs = sorted(shares)[1]
                print(f"{name:8} {ours:8.0f}/s beside {theirs:8.0f}/s bare = {share:.2f} (at least {least})")


def filtered(tier: Tier, rounds: int) -> None:
    """Print how long filtered pages of 100 take that nobody asked for before."""
    slowest: list[tuple[float, str]] = []
    took = []
    with requests.Session() as session:
        for number in range(rounds):
            for query in FILTERED:
                begun = time.perf_counter()
                answer = session.get(f"{tier.url}/v1/corridors?{query}&limit={100 - number % 20}", timeout=60)
                took.append((time.perf_counter() - begun) * 1000)
                slowest.append((took[-1], query))
                assert answer.status_code == 200, answer.text
    took.sort()
    print(f"filtered lists: p50 {statistics.median(took):.0f} ms, p99 {took[int(len(took) * 0.99)]:.0f} ms")
    for milliseconds, query in sorted(slowest, reverse=True)[:3]:
        print(f"    slowest {milliseconds:6.0f} ms  {query}")


def streams(tier: Tier, store: Store, count: int) -> None:
    """Print how long an event takes to so many listeners, the tier's memory, and how JSON does beside them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * count + 500)), hard))
    host, _, port = tier.url.removeprefix("http://").partition(":")
    listeners = []
    for _ in range(count):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(b"GET /v1/events/stream HTTP/1.1\r\nHost: x\r\n\r\n")
        listeners.append(connection)
    for connection in listeners:
        connection.recv(65536)
    reached = []
    for round_ in range(5):
        with store.begin() as tx:
            (corridor,) = tx.corridors.find(["cor_000042"]).values()
            record(tx, EventType.OPENED, an_occurrence(corridor.id, Status.OPEN, revision=round_ + 2), corridor)
        begun = time.perf_counter()
        for connection in listeners:
            while b"event: corridor.opened" not in connection.recv(65536):
                pass
        reached.append(time.perf_counter() - begun)
    took = []
    for number in range(300):
        begun = time.perf_counter()
        requests.get(f"{tier.url}/v1/corridors?limit={50 + number % 50}", timeout=60)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    print(f"{count} listeners: an event reaches all within {max(reached):.2f} s; {tier.memory_mib:.0f} MiB together")
    print(f"    JSON beside them: p50 {took[150]:.0f} ms, p99 {took[297]:.0f} ms")
    for connection in listeners:
        connection.close()


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corridors", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--listeners", type=int, default=1000)
    parser.add_argument("--skip", default="", help="parts to leave out: rates, filters, streams")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/corridors.db", b64decode(SECRET_KEY))
        store.migrate()
        begun = time.monotonic()
        fill(store, said.corridors)
        print(f"{said.corridors} corridors written in {time.monotonic() - begun:.0f} s")
        environment = {
            "CORRIDORS_DATA": folder,
            "CORRIDORS_CONFIG": folder,
            "CORRIDORS_DATABASE": store.url,
            "CORRIDORS_SECRET_KEY": SECRET_KEY,
            "CORRIDORS_API_ANONYMOUS_PER_MINUTE": "0",
            "CORRIDORS_CLOCK_EPOCH_AT": "2022-03-14T10:00:00Z",
            "CORRIDORS_CLOCK_STARTED_AT": "2026-01-01T00:00:00Z",
            "CORRIDORS_CLOCK_UNTIL_AT": "2022-03-14T10:00:00Z",
            "CORRIDORS_LOG_LEVEL": "info",
        }
        with served("corridors.app:create_app()", environment, "/healthz") as tier:
            if "rates" not in said.skip:
                side_by_side(tier, said.seconds)
            if "filters" not in said.skip:
                filtered(tier, 20)
            if "streams" not in said.skip:
                streams(tier, store, said.listeners)
        store.dispose()


if __name__ == "__main__":
    main()
