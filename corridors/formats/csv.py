"""Comma-separated values with a row of HXL hashtags: Excel, Power BI, R, HDX.

RFC 4180, UTF-8 without a byte order mark: a first row of headers for people, a second of hashtags for programs. A text
that a spreadsheet would take for a formula gets an apostrophe before it, which shows and does nothing (OWASP, CSV
injection); numbers are never touched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from corridors.formats import Frame, Records
from corridors.schema.flat import Cell, columns, row
from corridors.wire.decoding import clean

_TYPE = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BATCH = 200


class _Csv:
    """The format; without state."""

    media_type = _TYPE
    extension = "csv"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences", "events", "tallies", "claims"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the head, then the rows in batches."""
        head = columns(frame.noun, frame.language)
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow([column.title for column in head])
        writer.writerow([column.tag for column in head])
        for number, record in enumerate(records, 1):
            cells = row(frame.noun, record, frame)
            writer.writerow([_text(cells[column.name]) for column in head])
            if number % _BATCH == 0:
                yield _taken(buffer)
        yield _taken(buffer)


FORMAT = _Csv()


def _text(cell: Cell) -> Any:
    match cell:
        case bool():
            return "true" if cell else "false"
        case str():
            text = cell if cell.isprintable() else clean(cell)
            return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
    return cell


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
