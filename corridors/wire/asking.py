"""How is an API asked only for what is new? By a cursor: the highest value of a field that rises with every change.

`{cursor}` in an address or a body stands for it, or it goes into a parameter of its own. A cursor is written as a
table: {from = "date.changed", start = "2022-02-24T00:00:00Z", overlap = "1h", param = "since"}; `overlap` asks again
for a while before it, as records may appear late. Pure; start at `Cursor.of`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from corridors.wire import hardened_json
from corridors.wire.mapping import Path

PLACE = "{cursor}"
_KEYS = ("from", "start", "overlap", "param")
_SPAN = re.compile(r"(\d{1,5})(m|h|d)")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_LONGEST = 100  # characters of a cursor


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a record's cursor is, what it is before there is one, and how far before it is asked again."""

    path: Path
    start: str = ""
    overlap: timedelta = timedelta(0)
    param: str = ""

    @classmethod
    def of(cls, written: Any) -> Cursor:
        """Return the cursor that a source's definition describes. Raises ValueError."""
        if not isinstance(written, dict) or "from" not in written or set(written) - set(_KEYS):
            raise ValueError('write a table such as {from = "date.changed", start = "2022-02-24T00:00:00Z"}')
        texts = {name: written.get(name, "") for name in ("start", "overlap", "param")}
        if not all(isinstance(value, str) for value in texts.values()):
            raise ValueError("write start, overlap and param as texts in quotes")
        span = _SPAN.fullmatch(texts["overlap"]) if texts["overlap"] else None
        if texts["overlap"] and span is None:
            raise ValueError('write overlap as a number with a unit (m, h, d), such as "1h"')
        overlap = timedelta(minutes=int(span[1]) * _MINUTES[span[2]]) if span else timedelta(0)
        return cls(Path.of(written["from"]), texts["start"], overlap, texts["param"])

    def asked(self, known: str | None) -> str:
        """Return what to ask for, given the highest cursor so far."""
        value = known or self.start
        instant = _instant(value)
        if instant is None or not known or not self.overlap:
            return value
        try:
            return (instant - self.overlap).isoformat()
        except OverflowError:
            return self.start

    def highest(self, records: Iterable[Any], known: str | None) -> str | None:
        """Return the highest cursor of `known` and those in `records`; what is no cursor does not count."""
        values = [hardened_json.text(self.path.find(record)) for record in records]
        found = [value for value in (*values, known) if value and len(value) <= _LONGEST]
        return max(found, key=_rank, default=None)

    def rises(self, records: Sequence[Any]) -> bool:
        """Return whether the records come oldest first, so that those beyond the last page are the newest."""
        ends = [hardened_json.text(self.path.find(record)) for record in (records[0], records[-1])] if records else []
        return len(ends) == 2 and all(ends) and _rank(ends[0]) <= _rank(ends[1])


def filled(value: Any, cursor: str) -> Any:
    """Return `value` (of JSON) with the cursor in its place in every text."""
    if isinstance(value, str):
        return value.replace(PLACE, cursor)
    if isinstance(value, dict):
        return {name: filled(member, cursor) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(member, cursor) for member in value]
    return value


def filled_url(url: str, cursor: str) -> str:
    """Return an address with the cursor in its place, escaped."""
    return url.replace(PLACE, quote(cursor, safe=""))


def has_place(*values: Any) -> bool:
    """Return whether any of `values` has a place for a cursor."""
    return any(PLACE in json.dumps(value, default=str) for value in values)


def _instant(value: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _rank(value: str) -> tuple[int, float, str]:
    """Instants by when they are, numbers by size, anything else by its letters; of two kinds, instants count most."""
    instant = _instant(value) if not value.isdigit() else None
    if instant is not None:
        return 2, instant.astimezone(UTC).replace(tzinfo=None).toordinal() * 86400.0 + _seconds(instant), value
    try:
        return 1, float(value), value
    except ValueError:
        return 0, 0.0, value


def _seconds(instant: datetime) -> float:
    day = instant.astimezone(UTC)
    return day.hour * 3600 + day.minute * 60 + day.second + day.microsecond / 1e6
