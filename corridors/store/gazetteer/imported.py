"""What did an operator import? Places of other files, kept beside the compiled gazetteer and surviving its compilation.

Everything is in one SQLite file, `imported.db`. An import writes a copy and puts it in the old one's place when it is
whole, so that a fault, a full disk or a cut leaves what was there. The same file again replaces what it gave before.
Start at `import_file`.
"""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import shutil
import sqlite3
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from corridors.errors import NotFound, StoreError
from corridors.places import fold
from corridors.store.gazetteer import spelling
from corridors.store.gazetteer.files import Row, kind_of, rows_of

NAME = "imported.db"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS source (name TEXT PRIMARY KEY, kind TEXT, places INTEGER, imported_at TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY, source TEXT, name TEXT, country TEXT, adm1 TEXT, lat REAL,
    lon REAL, population INTEGER, type TEXT, names TEXT, own INTEGER);
CREATE TABLE IF NOT EXISTS form (key TEXT, place INTEGER, main INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS form_place ON form (place);
CREATE INDEX IF NOT EXISTS place_source ON place (source);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
"""
_BATCH = 5000
_TELL_EVERY = 100_000
# P-codes are no numbers: theirs lie below those of our own table, by their checksum, the same at every import.
_PCODES_BELOW = -1_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that was imported: its name, kind ("geonames" or "pcodes"), number of places, and when."""

    name: str
    kind: str
    places: int
    imported_at: str


def import_file(
    folder: pathlib.Path, file: pathlib.Path, now: datetime, *, progress: Callable[[str], None] | None = None
) -> Imported:
    """Take the places of `file` into the gazetteer of the data folder, all of them or none, and return what came of it.

    progress: told one line for every hundred thousand places. Raises BadFile with the line, StoreError where the folder
    cannot be written.
    """
    kind, name = kind_of(file), file.name.partition(".")[0]
    with _rewriting(folder) as connection:
        _forget(connection, name)
        writer = _Writer(connection, name)
        for count, (_, row) in enumerate(rows_of(file, kind), start=1):
            writer.add(row)
            if progress is not None and count % _TELL_EVERY == 0:
                progress(f"{count:,} places")
        writer.flush()
        (places,) = connection.execute("SELECT count(*) FROM place WHERE source = ?", (name,)).fetchone()
        made = Imported(name, kind, places, now.isoformat())
        connection.execute("INSERT OR REPLACE INTO source VALUES (?,?,?,?)", (name, kind, places, made.imported_at))
        if progress is not None:
            progress("sorting the names")
    return made


def forget(folder: pathlib.Path, name: str) -> None:
    """Take the places of an import away again. Raises NotFound."""
    if name not in {each.name for each in imports(folder)}:
        known = ", ".join(each.name for each in imports(folder))
        raise NotFound(f"no import is called {name!r}; there is: {known or 'none'}")
    with _rewriting(folder) as connection:
        _forget(connection, name)


def imports(folder: pathlib.Path) -> list[Imported]:
    """Return what was imported, by name."""
    path = folder / NAME
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT name, kind, places, imported_at FROM source ORDER BY name").fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path} cannot be read ({error}); delete it and import the files again") from error
    return [Imported(*row) for row in rows]


def _forget(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("DELETE FROM form WHERE place IN (SELECT id FROM place WHERE source = ?)", (name,))
    connection.execute("DELETE FROM place WHERE source = ?", (name,))
    connection.execute("DELETE FROM source WHERE name = ?", (name,))


@contextmanager
def _rewriting(folder: pathlib.Path) -> Iterator[sqlite3.Connection]:
    """Give a copy of the file to write to, and put it in the old one's place at the end; one at a time."""
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "imported.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in folder.glob(".imported-*"):  # of an import that was killed
                left.unlink(missing_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=".imported-")
            os.close(handle)
            temporary = pathlib.Path(name)
            try:
                with _copied(path, temporary) as connection:
                    yield connection
                with temporary.open("rb") as written:
                    os.fsync(written.fileno())
                temporary.chmod(0o644)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the import could not be written in {folder} ({error}); nothing was changed") from error


@contextmanager
def _copied(path: pathlib.Path, temporary: pathlib.Path) -> Iterator[sqlite3.Connection]:
    if path.exists():
        shutil.copyfile(path, temporary)
    with closing(sqlite3.connect(temporary)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        yield connection
        _seal(connection)
        connection.commit()


def _seal(connection: sqlite3.Connection) -> None:
    """Write the hashes by which a reader knows which words may be names, sorted on disk and not in memory."""
    connection.create_function("hash", 1, lambda key: zlib.crc32(key.encode()), deterministic=True)
    connection.create_function("head", 1, lambda key: key.partition(" ")[0] + " ", deterministic=True)
    hashes = array("I")
    query = (
        "SELECT hash(key) AS mark FROM form UNION SELECT hash(head(key)) FROM form WHERE instr(key, ' ') ORDER BY mark"
    )
    hashes.extend(mark for (mark,) in connection.execute(query))
    sources = connection.execute("SELECT name, kind, places, imported_at FROM source ORDER BY name").fetchall()
    stamp = f"{zlib.crc32(hashes.tobytes()):08x}{zlib.crc32(repr(sources).encode()):08x}"
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES (?,?)", [("version", stamp), ("hashes", hashes.tobytes())]
    )


class _Writer:
    """Writes places in batches."""

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        self._connection, self._source = connection, source
        self._regions = spelling.regions()
        self._taken, _ = spelling.aliases()
        self._places: list[tuple[object, ...]] = []
        self._forms: list[tuple[str, int, int]] = []

    def add(self, row: Row) -> None:
        """Take in one place."""
        number = row.geonames or _PCODES_BELOW - zlib.crc32((row.pcode or "").encode())
        listed = [name for several in row.names.values() for name in several]
        given = [row.name, *listed] if row.type == "settlement" or row.pcode else [row.name, *_of_regions(row)]
        names = [n for n in dict.fromkeys(given) if spelling.is_readable(n) and (number, fold(n)) not in self._taken]
        if not names:
            return
        shown = {code: several[0] for code, several in row.names.items() if code}
        shown = {"en": row.name} | (shown or spelling.by_language(row.name, names, row.country))
        if row.country == "UA" and row.geonames is not None and row.type == "settlement":
            shown["en"] = spelling.official(row.name, names)
        adm1 = self._regions.get((row.country, row.region or ""))
        point = (row.lat, row.lon, row.population, row.type)
        told = json.dumps(shown, ensure_ascii=False)
        self._places.append((number, self._source, shown["en"], row.country, adm1, *point, told, 0))
        keys = {
            fold(name): int(name in {row.name, shown["en"]} and row.type == "settlement") for name in reversed(names)
        }
        keys.setdefault(fold(shown["en"]), 1)
        if row.country == "UA":
            keys = dict.fromkeys(map(fold, spelling.in_russian(names)), 0) | keys
        self._forms.extend((key, number, main) for key, main in keys.items() if len(key) > 1)
        if len(self._places) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        self._connection.executemany("DELETE FROM form WHERE place = ?", [(place[0],) for place in self._places])
        self._connection.executemany("INSERT OR REPLACE INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?)", self._places)
        self._connection.executemany("INSERT OR IGNORE INTO form VALUES (?,?,?)", self._forms)
        self._places, self._forms = [], []


def _of_regions(row: Row) -> list[str]:
    """Return the names of what is no settlement that say what it is: its town's bare name is the town's."""
    return [name for several in row.names.values() for name in several if " " in name]
