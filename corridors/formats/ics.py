"""iCalendar (RFC 5545, 7986): phone and desktop calendars that subscribe to an address.

An event for each planned window, a whole day where no hours were stated; an end that nobody stated is not invented.
The UID stays, SEQUENCE is the revision, and what was retracted stays as CANCELLED, so that it leaves every calendar.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from corridors.formats import Frame, Records
from corridors.schema.flat import Row, row_of, was_retracted
from corridors.schema.hours import Span, day_of, spans, zone_of
from corridors.schema.sentence import text_of, title_of
from corridors.wire.decoding import clean
from corridors.wire.markup import decimal

_TYPE = "text/calendar"
_FIRST_YEAR, _LAST_YEAR = 2000, 2037  # in which the clock changes of a zone are told
_STATUS = {"announced": "TENTATIVE", "open": "CONFIRMED", "suspended": "TENTATIVE", "closed": "CANCELLED"}


class _Ics:
    """The format; without state."""

    media_type = _TYPE
    extension = "ics"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences", "corridor", "occurrence"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the calendar event by event, each zone before the first event that is in it."""
        title, about = _text(frame.title), _text(f"{frame.notice} {frame.sight} {frame.credit}")
        yield _lines(
            [
                *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//corridors//corridors//EN", "CALSCALE:GREGORIAN"),
                *("METHOD:PUBLISH", f"NAME:{title}", f"X-WR-CALNAME:{title}", f"DESCRIPTION:{about}"),
                *(f"LAST-MODIFIED:{_utc(frame.changed_at)}", f"SOURCE;VALUE=URI:{_uri(frame.first_link)}"),
                *("REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"),
            ]
        )
        told: set[str] = set()
        for record in records:
            made = row_of(frame.noun, record, frame)
            for day in (record.get("current"), record.get("next")) if "route" in record else (made.day,):
                if not day:
                    continue
                zone = zone_of(day)
                if zone.key not in told and any(each != Span(None, None) for each in spans(day)):
                    told.add(zone.key)
                    yield _lines(_zone(zone.key))
                yield from (_lines(event) for event in _events(Row(record, day, made.corridor, frame)))
        yield from (_lines(_merged(body, frame)) for body in frame.gone)
        yield b"END:VCALENDAR\r\n"


FORMAT = _Ics()


def _events(row: Row) -> Iterator[list[str]]:
    """One event a window that has a beginning; the whole day where no window has."""
    on = day_of(row.day)
    assert on is not None
    timed = [span for span in spans(row.day) if span.start]
    whole_day = [f"DTSTART;VALUE=DATE:{on:%Y%m%d}"]
    for number, hours in enumerate([_hours(span) for span in timed] or [whole_day]):
        yield ["BEGIN:VEVENT", *hours, *_described(row, number), "END:VEVENT"]


def _hours(span: Span) -> list[str]:
    named = {"DTSTART": span.start, "DTEND": span.end}
    return [f"{name};TZID={at.tzinfo}:{at:%Y%m%dT%H%M%S}" for name, at in named.items() if at]


def _described(row: Row, number: int) -> list[str]:
    day, frame = row.day, row.frame
    address = f"{frame.installation}/v1/occurrences/{day['id']}"
    updated = datetime.fromisoformat(str(day["updated_at"]))
    origin = row.route.get("origin") or {}
    lines = [
        f"UID:{_uid(str(day['id']), number, frame)}",
        f"SEQUENCE:{day.get('revision', 0)}",
        f"DTSTAMP:{_utc(updated)}",
        f"LAST-MODIFIED:{_utc(updated)}",
        f"STATUS:{_status(day)}",
        f"SUMMARY:{_text(title_of(row))}",
        f"DESCRIPTION:{_text(text_of(row))}",
        f"URL:{_uri(address)}",
        f"CATEGORIES:HUMANITARIAN CORRIDOR,{_text(str(day.get('status')).upper())}",
        "TRANSP:TRANSPARENT",
    ]
    if origin.get("name"):
        lines.append(f"LOCATION:{_text(str(origin['name']))}")
    if origin.get("lat") is not None and origin.get("lon") is not None:
        lines.append(f"GEO:{decimal(origin['lat'])};{decimal(origin['lon'])}")
    return lines


def _status(day: Mapping[str, Any]) -> str:
    """What a calendar makes of a status: a corridor that worked to its end did take place."""
    if was_retracted(day):
        return "CANCELLED"
    if day.get("status") == "closed" and day.get("reason") == "completed":
        return "CONFIRMED"
    return _STATUS.get(str(day.get("status")), "TENTATIVE")


def _merged(body: Mapping[str, Any], frame: Frame) -> list[str]:
    """A day that became part of another corridor's."""
    day = body["data"]["occurrence"]
    at = datetime.fromisoformat(str(body["timestamp"]))
    return [
        *("BEGIN:VEVENT", f"UID:{_uid(str(day['id']), 0, frame)}", f"SEQUENCE:{day.get('revision', 0)}"),
        *(f"DTSTAMP:{_utc(at)}", f"DTSTART;VALUE=DATE:{str(day['date']).replace('-', '')}", "STATUS:CANCELLED"),
        *("SUMMARY:became part of another corridor", "TRANSP:TRANSPARENT", "END:VEVENT"),
    ]


def _uid(id_: str, number: int, frame: Frame) -> str:
    """The first window has the id of the day, so that it is the same event before and after hours are known."""
    return f"{id_}{f'-{number + 1}' if number else ''}@{frame.host}"


@cache
def _zone(name: str) -> list[str]:
    """A zone with all changes of its clocks, those of one kind together (RFC 5545, 3.6.5)."""
    zone, onsets = ZoneInfo(name), defaultdict[tuple[str, ...], list[str]](list)
    at, last = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR, 12, 31, tzinfo=UTC)
    onsets[_observance(at.astimezone(zone), at.astimezone(zone).utcoffset())].append(f"{_FIRST_YEAR}0101T000000")
    while at < last:
        after = at + timedelta(days=1)
        offset = at.astimezone(zone).utcoffset()
        if after.astimezone(zone).utcoffset() != offset:
            change = _change(at, after, zone)
            local = change + (offset or timedelta())
            onsets[_observance(change.astimezone(zone), offset)].append(f"{local:%Y%m%dT%H%M%S}")
        at = after
    lines = [["BEGIN:VTIMEZONE", f"TZID:{name}"]]
    for (kind, *told), (first, *others) in onsets.items():
        again = [f"RDATE:{','.join(others)}"] if others else []
        lines.append([f"BEGIN:{kind}", f"DTSTART:{first}", *told, *again, f"END:{kind}"])
    return [*(line for part in lines for line in part), "END:VTIMEZONE"]


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute at which the offset changes between two instants."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)


def _observance(then: datetime, offset_before: timedelta | None) -> tuple[str, ...]:
    """What holds after a change of the clocks: the kind of time, then its lines."""
    return (
        "DAYLIGHT" if then.dst() else "STANDARD",
        f"TZOFFSETFROM:{_offset(offset_before)}",
        f"TZOFFSETTO:{_offset(then.utcoffset())}",
        f"TZNAME:{then.tzname()}",
    )


def _offset(offset: timedelta | None) -> str:
    minutes = round((offset or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11)."""
    return (
        clean(text)
        .replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
        .replace("\t", " ")
    )


def _uri(address: str) -> str:
    return re.sub(r"[\x00-\x20]", "", address)


def _lines(lines: list[str]) -> bytes:
    return b"".join(_folded(line) for line in lines)


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets, none of which cuts a character (RFC 5545, 3.1)."""
    pieces, piece = [], b""
    for letter in line:
        written = letter.encode("utf-8", "replace")
        if len(piece) + len(written) > 75:
            pieces.append(piece)
            piece = b" "
        piece += written
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
