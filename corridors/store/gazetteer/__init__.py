"""Where is a name? The gazetteer's file: the whole world, compiled once, opened in a moment.

`open_gazetteer` builds the file when it is missing or of another data version, in a child process because parsing
the source peaks at half a gigabyte, and under a lock so that two processes do not build at once. What an operator
imported lies in a file of its own over it (`imported`), and running processes notice a new one.
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
from dataclasses import replace
from functools import lru_cache

from corridors.errors import StoreError
from corridors.model import Place, PlaceType
from corridors.places import Candidate, fold
from corridors.store.gazetteer import imported
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


def is_compiling(path: pathlib.Path) -> bool:
    """Return whether some process compiles the gazetteer at `path` right now."""
    try:
        with path.with_suffix(".lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


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


class _Layer:
    """One file of places, read-only; one connection per thread and process."""

    def __init__(self, path: pathlib.Path, *, imported: bool = False) -> None:
        self._path, self.imported = path, imported
        self._local = threading.local()
        try:
            meta = dict(self.connection().execute("SELECT name, value FROM meta"))
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} cannot be read ({error}); delete it, and make or import it again") from error
        self.version = str(meta["version"])
        self.hashes = array("I")
        self.hashes.frombytes(meta["hashes"])

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection; a forked child opens its own."""
        mine: tuple[int, sqlite3.Connection] | None = getattr(self._local, "connection", None)
        if mine is None or mine[0] != os.getpid():
            connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
            mine = self._local.connection = (os.getpid(), connection)
        return mine[1]

    def may_hold(self, mark: int) -> bool:
        """Return whether a name with this 32-bit hash is in the file."""
        at = bisect_left(self.hashes, mark)
        return at < len(self.hashes) and self.hashes[at] == mark

    def rows(self, keys: Sequence[str]) -> list[tuple[str, Candidate]]:
        """Return (name, candidate) of each of `keys`, the most populous first."""
        found = self.connection().execute(
            f"SELECT f.key, f.main, {_COLUMNS} FROM form f JOIN place p ON p.id = f.place"  # noqa: S608
            f" WHERE f.key IN ({','.join('?' * len(keys))}) ORDER BY p.population DESC, p.id",
            tuple(keys),
        )
        return [
            (key, Candidate(_place(columns), columns[6], main > 0, bool(columns[9]), self.imported, main < 0))
            for key, main, *columns in found
        ]

    def known_by(self, numbers: Collection[int]) -> dict[int, Place]:
        """Return the places of this file among GeoNames ids."""
        asked = list(numbers)
        found: dict[int, Place] = {}
        for start in range(0, len(asked), _BATCH):
            part = asked[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT {_COLUMNS} FROM place p WHERE p.id IN ({marks})"  # noqa: S608
            found |= {columns[0]: _place(columns) for columns in self.connection().execute(query, part)}
        return found

    def beginning(self, key: str, countries: Sequence[str], limit: int) -> list[tuple[tuple[int, ...], Place]]:
        """Return places with a name that begins with `key`, each with what sorts it among others."""
        where, values = "f.key >= ? AND f.key < ?", [key, key + "\U0010ffff"]
        if countries:
            where += f" AND p.country IN ({','.join('?' * len(countries))})"
            values += list(countries)
        rows = self.connection().execute(
            f"SELECT {_COLUMNS}, MAX(f.key = ?) AS exact FROM form f JOIN place p ON p.id = f.place WHERE {where}"  # noqa: S608
            " GROUP BY p.id ORDER BY exact DESC, p.own DESC, p.population DESC, p.id LIMIT ?",
            (key, *values, limit),
        )
        return [((-row[10], -row[9], -row[6], row[0]), _place(row)) for row in rows]


_COLUMNS = "p.id, p.name, p.country, p.adm1, p.lat, p.lon, p.population, p.type, p.names, p.own"


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


class _Answers:
    """What the layers answer together, with the names found last kept in memory."""

    def __init__(self, layers: Sequence[_Layer]) -> None:
        self.layers = layers
        self.version = "+".join(layer.version for layer in layers)
        self.known = lru_cache(maxsize=_CACHED_ANSWERS)(self._may_be_known)
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, tuple[Candidate, ...]] = OrderedDict()

    def _may_be_known(self, key: str) -> bool:
        mark = zlib.crc32(key.encode())
        return any(layer.may_hold(mark) for layer in self.layers)

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
        gathered: dict[str, list[Candidate]] = {key: [] for key in keys}
        for layer in self.layers:
            rows = layer.rows(keys)
            for key, candidate in self._compiled(rows) if layer.imported else rows:
                if not layer.imported or candidate.place not in [each.place for each in gathered[key]]:
                    gathered[key].append(candidate)
        with self._lock:
            for key, candidates in gathered.items():
                self._cache[key] = tuple(candidates)
            while len(self._cache) > _CACHED_KEYS:
                self._cache.popitem(last=False)
        return {key: tuple(candidates) for key, candidates in gathered.items() if candidates}

    def _compiled(self, rows: Sequence[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
        """Return imported candidates, those that the compiled gazetteer has as well as it has them."""
        numbers = {c.place.geonames for _, c in rows if c.place.geonames is not None}
        held = self.layers[0].known_by(numbers) if numbers else {}
        return [
            (key, replace(c, place=held[c.place.geonames], imported=False) if c.place.geonames in held else c)
            for key, c in rows
        ]

    def search(self, q: str, countries: Sequence[str], limit: int) -> list[Place]:
        """Return places with a name that begins with `q`; exact names first, then the most populous."""
        key = fold(q)
        if not key:
            return []
        found = [pair for layer in self.layers for pair in layer.beginning(key, countries, limit)]
        places: dict[object, Place] = {}
        for _, place in sorted(found, key=lambda pair: pair[0]):
            places.setdefault(place.geonames or place, place)
        return list(places.values())[:limit]


class SqliteGazetteer:
    """The compiled gazetteer file and, over it, what an operator imported into the same folder (`imported`)."""

    def __init__(self, path: pathlib.Path) -> None:
        self._compiled = _Layer(path)
        self._imports = path.with_name(imported.NAME)
        self._mark: tuple[int, ...] = ()
        self._answers = _Answers([self._compiled])
        self.renew()

    @property
    def version(self) -> str:
        """Return what the answers depend on: the compiled data and the imports."""
        return self._answers.version

    def renew(self) -> None:
        """Open the imports anew where they are others than before: one look at the folder."""
        try:
            status = self._imports.stat()
            mark: tuple[int, ...] = (status.st_ino, status.st_mtime_ns, status.st_size)
        except FileNotFoundError:
            mark = ()
        if mark != self._mark:
            overlay = [_Layer(self._imports, imported=True)] if mark else []
            self._answers, self._mark = _Answers([self._compiled, *overlay]), mark

    def known(self, key: str) -> bool:
        """Return whether `key` may be a name: a search among 32-bit hashes, without touching a file."""
        return self._answers.known(key)

    def lookup(self, keys: Collection[str]) -> Mapping[str, Sequence[Candidate]]:
        """Return the candidates of each folded name, the most populous first."""
        return self._answers.lookup(keys)

    def search(self, q: str, countries: Sequence[str] = (), limit: int = 20) -> list[Place]:
        """Return places with a name that begins with `q`; exact names first, then the most populous."""
        return self._answers.search(q, countries, limit)
