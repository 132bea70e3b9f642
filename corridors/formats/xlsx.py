"""Office Open XML workbooks: Excel, LibreOffice, Power BI.

Written by hand and row by row, as a zip archive that is sent while it grows (libraries keep the whole sheet, or a file,
until the end). Cells have types; texts are inline strings, which no program evaluates, whatever they begin with. Dates
and instants are real ones; instants are in UTC, as a cell has no zone. Sheet "About" holds notice, coverage and credit.
Rules: ECMA-376, part 1, 18.3; the start of Excel's days, 18.17.4.1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from corridors.formats import Frame, Records
from corridors.schema.flat import Cell, columns, row
from corridors.wire.markup import HEAD, branch, leaf, opening

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767
_BATCH = 200
_EXCEL_DAY_0 = date(1899, 12, 30)
_STYLES = {"head": 1, "date": 2, "instant": 3}


class _Xlsx:
    """The format; without state."""

    media_type = _TYPE
    extension = "xlsx"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences", "events", "tallies", "claims"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the archive as it grows; what does not fit into one sheet goes on in another."""
        archive = _Archive()
        names: list[str] = []
        following = next(records, None)
        while following is not None or not names:
            names.append(f"Data {len(names) + 1}" if names else "Data")
            held = chain([following] if following is not None else [], records)
            yield from archive.grow(f"xl/worksheets/sheet{len(names)}.xml", _sheet(islice(held, _MOST_ROWS - 2), frame))
            following = next(records, None)
        names.append("About")
        yield from archive.grow(f"xl/worksheets/sheet{len(names)}.xml", iter([_about(frame)]))
        for name, content in _parts(names).items():
            yield from archive.grow(name, iter([HEAD + content]))
        yield archive.end()


FORMAT = _Xlsx()


class _Archive:
    """A zip archive whose bytes are taken away as they come."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._zip = zipfile.ZipFile(self, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload] # it only writes

    def write(self, piece: bytes) -> int:
        """Take what the archive writes."""
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        """Do nothing; everything is taken at once."""

    def grow(self, name: str, texts: Iterator[str]) -> Iterator[bytes]:
        """Yield what the archive grows by with a file of these texts."""
        about = zipfile.ZipInfo(name)  # of 1980, so that the same rows give the same bytes
        about.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(about, "w", force_zip64=True) as file:
            for text in texts:
                file.write(text.encode())
                yield self._taken()
        yield self._taken()

    def end(self) -> bytes:
        """Return the last bytes."""
        self._zip.close()
        return self._taken()

    def _taken(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


def _sheet(records: Iterator[Mapping[str, Any]], frame: Frame) -> Iterator[str]:
    head = columns(frame.noun, frame.language)
    pane = leaf("pane", ySplit=2, topLeftCell="A3", activePane="bottomLeft", state="frozen")
    views = branch("sheetViews", [branch("sheetView", [pane], workbookViewId=0)])
    widths = branch("cols", [leaf("col", min=1, max=len(head), width=16, customWidth=1)])
    yield f"{HEAD}{opening('worksheet', xmlns=_MAIN)}{views}{widths}<sheetData>"
    yield _row([_words(column.title, style="head") for column in head])
    yield _row([_words(column.tag) for column in head])
    rows = (
        _row([_cell(cells[column.name], column.type) for column in head])
        for cells in (row(frame.noun, record, frame) for record in records)
    )
    while batch := "".join(islice(rows, _BATCH)):
        yield batch
    yield "</sheetData></worksheet>"


def _about(frame: Frame) -> str:
    told = [("Notice", frame.notice), ("Coverage", frame.sight), ("From", frame.self_link)]
    told += [("Attribution", str(line)) for line in frame.credit.split("; ")]
    rows = "".join(_row([_words(name, style="head"), _words(text)]) for name, text in told)
    widths = branch(
        "cols",
        [leaf("col", min=1, max=1, width=16, customWidth=1), leaf("col", min=2, max=2, width=120, customWidth=1)],
    )
    return f"{HEAD}{opening('worksheet', xmlns=_MAIN)}{widths}<sheetData>{rows}</sheetData></worksheet>"


def _row(cells: Sequence[str]) -> str:
    return branch("row", cells)


def _cell(value: Cell, type_: str) -> str:
    match value:
        case None:
            return "<c/>"
        case bool():
            return branch("c", [leaf("v", int(value))], t="b")
        case int() | float():
            return branch("c", [leaf("v", value)])
    serial = _serial(value, type_)
    return _words(value) if serial is None else branch("c", [leaf("v", serial)], s=_STYLES[type_])


def _serial(text: str, type_: str) -> float | int | None:
    """A date or instant as days since Excel's day 0, None for text."""
    if type_ == "date":
        return (date.fromisoformat(text) - _EXCEL_DAY_0).days
    if type_ == "instant":
        at = datetime.fromisoformat(text)
        seconds = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
        return (at.date() - _EXCEL_DAY_0).days + seconds / 86_400
    return None


def _words(text: str, *, style: str | None = None) -> str:
    # "_x0041_" would be read as "A" (ECMA-376, part 1, 22.9.2.19)
    written = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text[:_LONGEST_CELL])[:_LONGEST_CELL]
    inside = leaf("t", written, xml_space="preserve")
    return branch("c", [branch("is", [inside])], t="inlineStr", s=_STYLES[style] if style else None)


def _parts(names: Sequence[str]) -> dict[str, str]:
    """What says how the sheets make a workbook."""
    numbered = list(enumerate(names, 1))
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    types = [
        leaf("Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"),
        leaf("Default", Extension="xml", ContentType="application/xml"),
        leaf("Override", PartName="/xl/workbook.xml", ContentType=f"{_TYPE}.main+xml"),
        leaf("Override", PartName="/xl/styles.xml", ContentType=sheet_type.replace("worksheet", "styles")),
        *(leaf("Override", PartName=f"/xl/worksheets/sheet{at}.xml", ContentType=sheet_type) for at, _ in numbered),
    ]
    links = [
        *(
            leaf("Relationship", Id=f"r{at}", Type=f"{_RELATIONS}/worksheet", Target=f"worksheets/sheet{at}.xml")
            for at, _ in numbered
        ),
        leaf("Relationship", Id="styles", Type=f"{_RELATIONS}/styles", Target="styles.xml"),
    ]
    book = [leaf("sheet", name=name, sheetId=at, r_id=f"r{at}") for at, name in numbered]
    root = leaf("Relationship", Id="book", Type=f"{_RELATIONS}/officeDocument", Target="xl/workbook.xml")
    return {
        "xl/styles.xml": _styles(),
        "xl/workbook.xml": branch("workbook", [branch("sheets", book)], xmlns=_MAIN, xmlns_r=_RELATIONS),
        "xl/_rels/workbook.xml.rels": branch("Relationships", links, xmlns=f"{_PACKAGE}/relationships"),
        "_rels/.rels": branch("Relationships", [root], xmlns=f"{_PACKAGE}/relationships"),
        "[Content_Types].xml": branch("Types", types, xmlns=f"{_PACKAGE}/content-types"),
    }


def _styles() -> str:
    """The four looks of a cell, in the order of _STYLES: plain, head, date, instant."""
    formats = [
        leaf("numFmt", numFmtId=164, formatCode="yyyy\\-mm\\-dd"),
        leaf("numFmt", numFmtId=165, formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"),
    ]
    fonts = [branch("font", [leaf("sz", val=11)]), branch("font", [leaf("b"), leaf("sz", val=11)])]
    fills = [branch("fill", [leaf("patternFill", patternType=kind)]) for kind in ("none", "gray125")]
    edges = [branch("border", [leaf(side) for side in ("left", "right", "top", "bottom", "diagonal")])]
    plain = {"fillId": 0, "borderId": 0, "xfId": 0}
    looks = [
        leaf("xf", numFmtId=0, fontId=0, **plain),
        leaf("xf", numFmtId=0, fontId=1, applyFont=1, **plain),
        leaf("xf", numFmtId=164, fontId=0, applyNumberFormat=1, **plain),
        leaf("xf", numFmtId=165, fontId=0, applyNumberFormat=1, **plain),
    ]
    parts = [
        branch("numFmts", formats, count=2),
        branch("fonts", fonts, count=2),
        branch("fills", fills, count=2),
        branch("borders", edges, count=1),
        branch("cellStyleXfs", [leaf("xf", numFmtId=0, fontId=0, fillId=0, borderId=0)], count=1),
        branch("cellXfs", looks, count=4),
        branch("cellStyles", [leaf("cellStyle", name="Normal", xfId=0, builtinId=0)], count=1),
    ]
    return branch("styleSheet", parts, xmlns=_MAIN)
