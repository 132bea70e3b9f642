"""How much memory and time does a full export take? `python -m tests.bench.formats [OCCURRENCES]`, by default 100,000.

Fills a store with a day of each of a thousand corridors, copies them, serves it from a process of its own, and downloads every format whole.
Printed: rows, bytes, seconds, and by how many MiB the process grew above what it held when it was idle (after one small
answer of each kind, so that what is imported once is not counted).
"""

from __future__ import annotations

import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from corridors.model import Status
from corridors.store import Store
from tests.api.conftest import a_corridor, an_occurrence, fill
from tests.formats.conftest import serve
from tests.make import DAY, a_place, a_route
from tests.postgres import KEY

FORMATS = ("csv", "xlsx", "geojson", "kml", "ics", "avoid")
CORRIDORS = 1000
ALLOWED_MIB = 64


def main() -> int:
    """Measure; 1 where the CSV took more memory than is allowed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as listening:
        folder, url = Path(name), f"http://127.0.0.1:{listening.getsockname()[1]}"
        began = time.monotonic()
        fill_store(folder, count)
        sys.stdout.write(f"{count} occurrences stored in {time.monotonic() - began:.0f} s\n")
        process = get_context("spawn").Process(target=serve, args=(listening, folder, url), daemon=True)
        process.start()
        for format_ in ("json", *FORMATS):
            requests.get(f"{url}/v1/occurrences?limit=10&format={format_}", timeout=600).raise_for_status()
        grown = {format_: measured(url, format_, process.pid or 0) for format_ in FORMATS}
        process.terminate()
        process.join()
    return int(grown["csv"] > ALLOWED_MIB)


def fill_store(folder: Path, count: int) -> None:
    """Write the days of a thousand corridors."""
    store = Store(f"sqlite:///{folder / 'corridors.db'}", KEY)
    store.migrate()
    with store.begin() as tx:
        fill(tx)
    places = [
        a_place(f"Place {number}", lat=45 + number % 70 / 10, lon=25 + number % 140 / 10) for number in range(1001)
    ]
    corridors = [
        a_corridor(f"cor_{number:05}", a_route(places[number], places[number + 1])) for number in range(CORRIDORS)
    ]
    with store.begin() as tx:
        for corridor in corridors:
            tx.corridors.put(corridor)
            day = an_occurrence(corridor.id, list(Status)[int(corridor.id[-1]) % 4], date=DAY)
            tx.corridors.put_occurrence(day, "UA", [])
    store.dispose()
    with closing(sqlite3.connect(folder / "corridors.db")) as connection, connection:
        for number in range(1, count // CORRIDORS):
            for statement in copies(connection, number):
                connection.execute(statement)


def copies(connection: sqlite3.Connection, number: int) -> Iterator[str]:
    """Yield what copies every day to an earlier one, under another id: a hundred thousand changes one by one take many minutes."""
    for table, id_ in (("occurrences", "id"), ("occurrence_facets", "occurrence"), ("representations", "record")):
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        renamed = {name: f"replace({name}, 'occ_', 'occ_{number}x')" for name in (id_, "content")}
        renamed["date"] = f"date(date, '-{number} days')"
        renamed["body"] = f"CAST(replace(CAST(body AS TEXT), 'occ_', 'occ_{number}x') AS BLOB)"
        made = ", ".join(renamed.get(name, name) for name in names)
        yield f"INSERT INTO {table} SELECT {made} FROM {table} WHERE {id_} GLOB 'occ_0*'"


def measured(url: str, format_: str, pid: int) -> float:
    """Download everything in a format, and return by how many MiB the process grew at most."""
    idle = memory_mib(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew (proc(5))
    began, size = time.monotonic(), 0
    with requests.get(f"{url}/v1/occurrences?format={format_}", stream=True, timeout=1800) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(1 << 16):
            size += len(piece)
    grown = memory_mib(pid, "VmHWM") - idle
    sys.stdout.write(
        f"{format_:8} {size / 1e6:8.1f} MB {time.monotonic() - began:7.1f} s   +{grown:6.1f} MiB above {idle:.0f}\n"
    )
    return grown


def memory_mib(pid: int, name: str) -> float:
    """Return a figure of a process's memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
