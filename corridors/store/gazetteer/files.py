"""What does a file of place names hold? GeoNames country files and tables of P-codes, read row by row.

Start at `rows_of`. A GeoNames file has nineteen columns parted by tabs and no heading, by itself or in the zip that it
is published in (https://download.geonames.org/export/dump/readme.txt). A table of P-codes is the CSV of an OCHA common
operational dataset: columns ADM1_EN, ADM1_PCODE … or adm1_name, adm1_name1, adm1_pcode, lang, lang1, center_lat ….
Any line that is not so ends the reading: half an import would look like a whole one.
"""

from __future__ import annotations

import csv
import pathlib
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from corridors.errors import StoreError

GEONAMES, PCODES = "geonames", "pcodes"


class BadFile(StoreError):
    """A file is no table of places; the message says the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """A place of a file. names: by language where the file tells, "" where it does not; region: its own code of the
    first level, a GeoNames number or a P-code; pcode: of the place itself.
    """

    name: str
    country: str
    type: str
    geonames: int | None = None
    pcode: str | None = None
    region: str | None = None
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def kind_of(path: pathlib.Path) -> str:
    """Return what a file is. Raises BadFile where it is neither."""
    with ExitStack() as stack:
        first = next(_lines(path, stack), "")
    if first.count("\t") >= _COLUMNS - 1:
        return GEONAMES
    if re.search(r"adm\d_?pcode", first, re.IGNORECASE):
        return PCODES
    raise BadFile(
        f"{path.name}: neither a GeoNames country file (19 columns parted by tabs, no heading) nor a CSV of P-codes "
        "(a heading with ADM1_PCODE …)"
    )


def rows_of(path: pathlib.Path, kind: str) -> Iterator[tuple[int, Row]]:
    """Yield (line number, place) of a file; what is no place that a route can name is left out. Raises BadFile."""
    with ExitStack() as stack:
        lines = _lines(path, stack)
        try:
            yield from (_geonames(lines) if kind == GEONAMES else _pcodes(lines))
        except _BadLine as error:
            raise BadFile(f"{path.name}, line {error.line}: {error}; nothing was imported") from error
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise BadFile(f"{path.name}: {error}; nothing was imported") from error


class _BadLine(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def _lines(path: pathlib.Path, stack: ExitStack) -> Iterator[str]:
    """Yield the lines of a file, or of the one table in a zip."""
    try:
        if zipfile.is_zipfile(path):
            archive = stack.enter_context(zipfile.ZipFile(path))
            binary = stack.enter_context(archive.open(_member(path, archive)))
        else:
            binary = stack.enter_context(path.open("rb"))
    except (OSError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path.name}: {error}") from error
    number = 0
    for number, line in enumerate(binary, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadFile(f"{path.name}, line {number}: not UTF-8; nothing was imported") from error
    if not number:
        raise BadFile(f"{path.name}: the file is empty")


def _member(path: pathlib.Path, archive: zipfile.ZipFile) -> str:
    tables = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv"))]
    tables = [name for name in tables if not pathlib.PurePath(name).name.lower().startswith("readme")]
    if len(tables) != 1:
        raise BadFile(f"{path.name}: one table is wanted in the zip, there is: {', '.join(tables) or 'none'}")
    return tables[0]


_COLUMNS = 19
# What a route can name, by GeoNames' feature class and code; a P is a settlement, but not one that is gone.
_TYPES = {"ADM1": "district", "ADM2": "district", "ADM3": "district", "ADM4": "district", "CMPRF": "camp",
          "AIRP": "facility", "CSTM": "crossing", "CSTP": "crossing"}  # fmt: skip
_GONE = frozenset({"PPLH", "PPLQ", "PPLW", "PPLCH"})


def _geonames(lines: Iterator[str]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        if len(cells) != _COLUMNS:
            raise _BadLine(number, f"{len(cells)} columns where {_COLUMNS} are needed")
        class_, code = cells[6], cells[7]
        kind = ("settlement" if code not in _GONE else None) if class_ == "P" else _TYPES.get(code)
        if kind is None or not cells[8]:
            continue
        names = tuple(filter(None, cells[3].split(",")))
        try:
            yield (
                number,
                Row(
                    cells[1],
                    cells[8],
                    kind,
                    geonames=_whole(cells[0], 1, 2**40),
                    region=cells[10] or None,
                    lat=_degrees(cells[4], 90),
                    lon=_degrees(cells[5], 180),
                    population=_whole(cells[14] or "0", 0, 10**11) if class_ == "P" else 0,
                    names={"": names},
                ),
            )
        except ValueError as error:
            raise _BadLine(number, str(error)) from error


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"{text[:40]!r} is no whole number from {least} to {most}")
    return int(text)


def _degrees(text: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise ValueError(f"{text[:40]!r} are no degrees from -{most} to {most}")
    return value


_CODE = re.compile(r"adm(\d)_?pcode", re.IGNORECASE)
_TAGGED = re.compile(r"adm(\d)_([a-z]{2})", re.IGNORECASE)
_NUMBERED = re.compile(r"adm(\d)_(?:ref_)?name(\d?)", re.IGNORECASE)
_LATITUDE, _LONGITUDE = ("center_lat", "lat", "latitude"), ("center_lon", "lon", "longitude")
_SETTLEMENTS = 4


def _pcodes(lines: Iterator[str]) -> Iterator[tuple[int, Row]]:
    head = next(lines, "")
    mark = max(",;\t", key=head.count)
    reader = csv.reader((line for line in _and(head, lines)), delimiter=mark, strict=True)
    table: _Columns | None = None
    seen: set[str] = set()
    try:
        for cells in reader:
            if table is None:
                table = _Columns([cell.strip() for cell in cells])
                continue
            if not any(cells) or any(cell.startswith("#") for cell in cells):  # a row of HXL tags
                continue
            if len(cells) != len(table.heading):
                raise _BadLine(reader.line_num, f"{len(cells)} columns where {len(table.heading)} are needed")
            for row in table.places(cells, reader.line_num):
                if row.pcode not in seen:
                    seen.add(row.pcode or "")
                    yield reader.line_num, row
    except csv.Error as error:
        raise _BadLine(reader.line_num, str(error)) from error


def _and(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


class _Columns:
    """Which column of a table of P-codes is what."""

    def __init__(self, heading: list[str]) -> None:
        self.heading = heading
        places = {name.lower(): at for at, name in enumerate(heading)}
        self._codes = {int(m[1]): at for at, name in enumerate(heading) if (m := _CODE.fullmatch(name))}
        self._tagged = [(int(m[1]), m[2].lower(), at) for at, n in enumerate(heading) if (m := _TAGGED.fullmatch(n))]
        self._numbered = [(int(m[1]), m[2], at) for at, n in enumerate(heading) if (m := _NUMBERED.fullmatch(n))]
        self._languages = {name[4:]: at for name, at in places.items() if re.fullmatch(r"lang\d?", name)}
        self._country = places.get("iso2")
        self._point = [next((places[n] for n in known if n in places), None) for known in (_LATITUDE, _LONGITUDE)]
        if not self._codes.keys() - {0} or not (self._tagged or self._numbered):
            raise _BadLine(1, "the heading names no P-code or no name of a level below the country")

    def places(self, cells: list[str], line: int) -> Iterator[Row]:
        """Yield the places of a row, from the first level down; the point is that of the deepest."""
        country = cells[self._country] if self._country is not None else cells[self._codes.get(0, 0)][:2]
        if not re.fullmatch("[A-Z]{2}", country.strip().upper()):
            raise _BadLine(line, f"{country[:40]!r} is no ISO 3166-1 code; a column iso2 or ADM0_PCODE is needed")
        deepest = max(self._codes)
        for level in sorted(self._codes.keys() - {0}):
            names, code = self._names(cells, level), cells[self._codes[level]].strip()
            if not names or not code:
                continue
            lat, lon = self._coordinates(cells, line) if level == deepest else (None, None)
            yield Row(
                names.get("en", next(iter(names.values())))[0],
                country.strip().upper(),
                "settlement" if level >= _SETTLEMENTS else "district",
                pcode=code,
                region=cells[self._codes[1]].strip() if 1 in self._codes else None,
                lat=lat,
                lon=lon,
                names=names,
            )

    def _names(self, cells: list[str], level: int) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for at_level, language, at in self._tagged:
            if at_level == level and cells[at].strip():
                found[language] = (cells[at].strip(),)
        for at_level, number, at in self._numbered:
            told = cells[self._languages[number]].strip().lower() if number in self._languages else ""
            language = told or ("en" if not number else "")
            if at_level == level and cells[at].strip():
                found[language] = (*found.get(language, ()), cells[at].strip())
        return found

    def _coordinates(self, cells: list[str], line: int) -> tuple[float | None, float | None]:
        texts = [cells[at].strip() if at is not None else "" for at in self._point]
        if not all(texts):
            return None, None
        try:
            return _degrees(texts[0], 90), _degrees(texts[1], 180)
        except ValueError as error:
            raise _BadLine(line, str(error)) from error
