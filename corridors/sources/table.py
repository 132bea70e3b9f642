"""Rows of a published table: CSV, TSV or XLSX, with headers or with a row of HXL hashtags.

A table that people keep by hand: columns move, headers are reworded, cells say #REF! while somebody edits. So columns
are found by hashtag or header, and a table without the mapped columns is a changed layout, never an empty one.
HXL: https://hxlstandard.org (1.1). Start at `ADAPTER.parse`.

Keys of a source: `url`, or `sheet` ({id, gid} of a Google sheet that is open to everybody); `map` (see
corridors/wire/records.py; a path is a header, or a hashtag such as "#loc+from+name" whose attributes may stand in any
order); `identity` (`from`: header or hashtag of the id; without it a row is what route and day it is about);
`worksheet` (of an XLSX file); `delimiter`; `encoding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, option
from corridors.wire import archive
from corridors.wire.decoding import decode
from corridors.wire.grid import MAX_ROWS, rows_of_csv, rows_of_xlsx
from corridors.wire.mapping import Finder
from corridors.wire.records import Shape, shape
from corridors.wire.sniff import is_challenge

_HASHTAG = re.compile(r"#[a-z][a-z0-9_]*(?:\s*\+[a-z][a-z0-9_]*)*", re.I)
_HASHTAG_ROWS = 25  # HXL 1.1: the hashtags stand within the first 25 rows
_BROKEN = re.compile(r"#(?:REF|N/A|VALUE|NAME\?|DIV/0|NULL|NUM|ERROR)!?|Loading\.{3}|Загрузка\.{3}|Завантаження\.{3}")
_SHEET_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column by its header or hashtag."""

    written: str

    @classmethod
    def of(cls, written: Any) -> _Column:
        """Return the column for `written`; raises ValueError where it is none."""
        if not isinstance(written, str) or not written.strip():
            raise ValueError(f"{written!r} is not a header or a hashtag")
        return cls(written)

    def find(self, record: Any) -> Any:
        """Return the cell in this column of a row."""
        place = record.head.place(self.written)
        return record.cells[place] if place is not None and place < len(record.cells) else None


@dataclass(frozen=True, slots=True)
class _Head:
    """What the columns are called."""

    names: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def place(self, written: str) -> int | None:
        """Return the number of the column that `written` means, None where there is none."""
        if not written.startswith("#"):
            wanted = _folded(written)
            return next((place for place, name in enumerate(self.names) if _folded(name) == wanted), None)
        tag, attributes = _tag(written)
        for place, each in enumerate(self.tags):
            own, its = _tag(each)
            if own == tag and attributes <= its:
                return place
        return None


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with its head."""

    head: _Head
    cells: Sequence[str]


class _Table:
    """The adapter; without state."""

    address = ("url", "sheet")
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "map": Option(dict, "which columns are title, text, status, origin.name …", required=True),
        "sheet": Option(dict, "{id = …, gid = 0} of a Google sheet that everybody may read"),
        "identity": Option(dict, "{from = header or hashtag of the row's id}"),
        "worksheet": Option(str, "name of the worksheet in an XLSX file; the first one without it"),
        "delimiter": Option(str, "what divides the columns; found without it"),
        "bbox": Option(list, "[west, south, east, north] beyond which no point is believed"),
        "encoding": Option(str, "character set, should the server forget to say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the table's address. Raises WrongOption for a sheet or a mapping that cannot work."""
        shape(source.options, option, path_of=_Column.of)
        with option("delimiter"):
            if len(source.options.get("delimiter", ",")) != 1:
                raise ValueError('write one character, such as ";"')
        with option("sheet"):
            return Request(source.url or _sheet(source.options.get("sheet")), validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a row.

        Outcomes of ParseError: `blocked`, `wrong_type`, `layout_changed`, `too_large` (an archive), `malformed`.
        """
        try:
            mapping = shape(source.options, option, path_of=_Column.of)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        rows, replaced = _rows(response, source)
        head, data = _head(rows, list(_columns(mapping)))
        warnings = [f"only the first {MAX_ROWS} rows were read"] if len(rows) > MAX_ROWS else []
        documents: dict[str, Document] = {}
        seen = understood = 0
        for cells in data:
            if not any(cells):
                continue
            seen += 1
            document = _document(_Row(head, cells), mapping, response, source, warnings)
            if document is not None:
                understood += 1
                documents.setdefault(document.external_id, document)
        if seen and not documents:
            raise ParseError(f"{seen} rows were found, and none says anything", outcome="layout_changed")
        return Parsed(
            tuple(documents.values()),
            seen,
            understood,
            complete=understood == seen and not replaced and len(rows) <= MAX_ROWS,
            warnings=tuple(dict.fromkeys(warnings))[:20],
        )


ADAPTER = _Table()


def _sheet(written: Any) -> str:
    """The address at which Google gives a sheet as CSV."""
    if not isinstance(written, dict) or set(written) - {"id", "gid"} or not _SHEET_ID.fullmatch(str(written.get("id"))):
        raise ValueError('write {id = "the long word in the sheet\'s address", gid = 0}')
    gid = written.get("gid", 0)
    if not isinstance(gid, int) or gid < 0:
        raise ValueError("write gid as the number at the end of the sheet's address")
    return f"https://docs.google.com/spreadsheets/d/{written['id']}/export?format=csv&gid={gid}"


def _rows(response: Response, source: Source) -> tuple[list[list[str]], int]:
    """The rows of the table, and how many characters could not be decoded."""
    if archive.is_zip(response.body):
        return rows_of_xlsx(response.body, source.options.get("worksheet")), 0
    decoded = decode(response.body, response.headers.get("content-type", ""), source.options.get("encoding"))
    beginning = decoded.text.lstrip()
    if beginning.startswith("<"):
        if is_challenge(beginning):
            raise ParseError("an anti-robot page came instead of the table", outcome="blocked")
        raise ParseError("a page came instead of the table: may everybody read it?", outcome="wrong_type")
    if beginning.startswith(("{", "%PDF", "\u00d0\u00cf")):
        raise ParseError("this is no table", outcome="wrong_type")
    return list(rows_of_csv(beginning, source.options.get("delimiter"))), decoded.replaced


def _columns(mapping: Shape) -> Iterator[Finder]:
    if mapping.identity is not None:
        yield mapping.identity
    for ways in mapping.fields.values():
        yield from (way.path for way in ways if way.path is not None)


def _head(rows: Sequence[list[str]], wanted: Sequence[Finder]) -> tuple[_Head, Sequence[list[str]]]:
    """The head of the table and the rows below it. Raises ParseError where no row can be the head."""
    for number, cells in enumerate(rows[:_HASHTAG_ROWS]):
        if sum(bool(_HASHTAG.fullmatch(cell)) for cell in cells) >= max(1, sum(map(bool, cells)) / 2):
            names = tuple(rows[number - 1]) if number else ()
            return _with_columns(_Head(names, tuple(cells)), wanted), rows[number + 1 :]
    named = [column.written for column in wanted if not column.written.startswith("#")]
    for number, cells in enumerate(rows[:_HASHTAG_ROWS]):
        head = _Head(tuple(cells))
        if named and all(head.place(name) is not None for name in named):
            return _with_columns(head, wanted), rows[number + 1 :]
    missing = ", ".join(dict.fromkeys(column.written for column in wanted))[:200]
    first = ", ".join(filter(None, rows[0]))[:200] if rows else "nothing"
    raise ParseError(f"expected the columns {missing}, saw {first}", outcome="layout_changed")


def _with_columns(head: _Head, wanted: Sequence[Finder]) -> _Head:
    missing = [column.written for column in wanted if head.place(column.written) is None]
    if missing:
        seen = ", ".join(filter(None, head.tags or head.names))[:200]
        raise ParseError(f"expected the columns {', '.join(missing)[:200]}, saw {seen}", outcome="layout_changed")
    return head


def _document(row: _Row, mapping: Shape, response: Response, source: Source, warnings: list[str]) -> Document | None:
    for column in _columns(mapping):
        cell = column.find(row) or ""
        if _BROKEN.fullmatch(cell):
            raise ParseError(f"the column {column.written} says {cell[:20]!r}: the sheet is being worked on")
    try:
        return mapping.document(row, response, source, warnings)
    except ParseError as error:
        warnings.append(str(error))
        return None


def _tag(written: str) -> tuple[str, frozenset[str]]:
    tag, *attributes = re.split(r"\s*\+\s*", written.strip().lower())
    return tag.strip(), frozenset(attributes)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
