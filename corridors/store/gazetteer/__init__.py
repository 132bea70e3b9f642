"""Where is a name? The gazetteer's file: the whole world, compiled once, opened in a moment.

`open_gazetteer` builds the file when it is missing or of another data version, in a child process because parsing
the source peaks at half a gigabyte, and under a lock so that two processes do not build at once.
Which homonym is meant is decided in corridors/places.py.
"""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import threading
import zlib
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

from corridors.errors import StoreError
from corridors.model import Place, PlaceType
from corridors.places import Candidate, fold
from corridors.store.gazetteer.compile import data_version

ATTRIBUTION = "Place names and coordinates: GeoNames (https://www.geonames.org/), CC BY 4.0"

_CACHED_KEYS = 20_000
_CACHED_ANSWERS = 60_000
_BATCH = 500


def open_gazetteer(path: pathlib.Path, *, progress: Callable[[str], None] | None = None) -> SqliteGazetteer:
    """Return the gazetteer kept in `path`, compiling it first where it is missing or out of date.

    progress: told one line per stage of the compilation (some ten seconds). Raises StoreError if it fails.
    """
    version = data_version()
    if _version_of(path) != version:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _version_of(path) != version:
                _compile_in_child(path, progress)
    return SqliteGazetteer(path)


def find_gazetteer(path: pathlib.Path) -> SqliteGazetteer | None:
    """Return the gazetteer kept in `path`, None while it is missing or out of date; compiles nothing."""
    return SqliteGazetteer(path) if _version_of(path) == data_version() else None


def _version_of(path: pathlib.Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    except sqlite3.DatabaseError:
        return None
    finally:
        connection.close()
    return str(row[0]) if row else None


def _compile_in_child(path: pathlib.Path, progress: Callable[[str], None] | None) -> None:
    command = [sys.executable, "-m", "corridors.store.gazetteer.compile", str(path)]
    with subprocess.Popen(  # noqa: S603 (our own module, no shell)
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if progress is not None:
                progress(line.rstrip("\n"))
        assert child.stderr is not None
        complaint = child.stderr.read()
    if child.returncode:
        raise StoreError(f"The gazetteer could not be compiled: {complaint.strip().splitlines()[-1:]}")


class SqliteGazetteer:
    """A compiled gazetteer file, read-only. One connection per thread and process; found names are kept in memory."""

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, tuple[Candidate, ...]] = OrderedDict()
        self._places: dict[int, Place] = {}
        self.version = _version_of(path) or ""
        blob = self._connection().execute("SELECT value FROM meta WHERE name = 'hashes'").fetchone()[0]
        self._seen = lru_cache(maxsize=_CACHED_ANSWERS)(self._search_hashes)
        self._hashes = array("I")
        self._hashes.frombytes(blob)

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; a forked child opens its own."""
        mine: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if mine is None or mine[0] != os.getpid():
            connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
            mine = self._local.connection = (os.getpid(), connection)
        return mine[1]

    def known(self, key: str) -> bool:
        """Return whether `key` may be a name: a search among 32-bit hashes, without touching the file."""
        return self._seen(key)

    def _search_hashes(self, key: str) -> bool:
        mark = zlib.crc32(key.encode())
        at = bisect_left(self._hashes, mark)
        return at < len(self._hashes) and self._hashes[at] == mark

    def lookup(self, keys: Collection[str]) -> Mapping[str, Sequence[Candidate]]:
        """Return the candidates of each folded name, the most populous first."""
        found: dict[str, Sequence[Candidate]] = {}
        missing = []
        with self._lock:
            for key in keys:
                cached = self._cache.get(key)
                if cached is None:
                    missing.append(key)
                elif cached:
                    found[key] = cached
        for start in range(0, len(missing), _BATCH):
            found.update(self._fetch(missing[start : start + _BATCH]))
        return found

    def _fetch(self, keys: Sequence[str]) -> dict[str, tuple[Candidate, ...]]:
        marks = ",".join("?" * len(keys))
        rows = self._connection().execute(
            "SELECT f.key, f.main, p.id, p.name, p.country, p.adm1, p.lat, p.lon, p.population, p.type, p.names, p.own"  # noqa: S608
            f" FROM form f JOIN place p ON p.id = f.place WHERE f.key IN ({marks}) ORDER BY p.population DESC, p.id",
            tuple(keys),
        )
        gathered: dict[str, list[Candidate]] = {key: [] for key in keys}
        for key, main, *columns in rows:
            place = self._place(columns)
            gathered[key].append(Candidate(place, columns[6], bool(main), bool(columns[9])))
        with self._lock:
            for key, candidates in gathered.items():
                self._cache[key] = tuple(candidates)
            while len(self._cache) > _CACHED_KEYS:
                self._cache.popitem(last=False)
        return {key: tuple(candidates) for key, candidates in gathered.items() if candidates}

    @staticmethod
    def _place(columns: Sequence[object]) -> Place:
        number, name, country, adm1, lat, lon, _, kind, names = columns[:9]
        return Place(
            name=str(name),
            type=PlaceType(str(kind)),
            geonames=number if isinstance(number, int) and number > 0 else None,
            country=str(country) if country else None,
            adm1=str(adm1) if adm1 else None,
            lat=lat if isinstance(lat, float) else None,
            lon=lon if isinstance(lon, float) else None,
            names=json.loads(str(names)),
        )

    def search(self, q: str, countries: Sequence[str] = (), limit: int = 20) -> list[Place]:
        """Return places with a name that begins with `q`; exact names first, then the most populous."""
        key = fold(q)
        if not key:
            return []
        where, values = "f.key >= ? AND f.key < ?", [key, key + "\U0010ffff"]
        if countries:
            where += f" AND p.country IN ({','.join('?' * len(countries))})"
            values += list(countries)
        rows = self._connection().execute(
            "SELECT p.id, p.name, p.country, p.adm1, p.lat, p.lon, p.population, p.type, p.names,"  # noqa: S608
            " MAX(f.key = ?) AS exact"
            f" FROM form f JOIN place p ON p.id = f.place WHERE {where}"
            " GROUP BY p.id ORDER BY exact DESC, p.own DESC, p.population DESC, p.id LIMIT ?",
            (key, *values, limit),
        )
        return [self._place(columns) for columns in rows]
