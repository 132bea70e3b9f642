"""Which instants are the planned hours of a day? The same for every format that has a calendar in it.

A window is of the local day; an end at or before its start belongs to the next day, and 24:00 is the end of the day.
Start at `spans`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

_DAY = 24 * 60


class Span(NamedTuple):
    """Planned hours as instants in the day's own zone; None where one was not said."""

    start: datetime | None
    end: datetime | None


def day_of(occurrence: Mapping[str, Any]) -> date | None:
    """Return the local day of an occurrence, None where there is no occurrence."""
    written = occurrence.get("date")
    return date.fromisoformat(str(written)) if written else None


def zone_of(occurrence: Mapping[str, Any]) -> ZoneInfo:
    """Return the zone of an occurrence, UTC where none is known."""
    return ZoneInfo(str(occurrence.get("zone") or "UTC"))


def spans(occurrence: Mapping[str, Any]) -> Sequence[Span]:
    """Return the planned hours of an occurrence (as the API's JSON holds it), in their order."""
    on, zone = day_of(occurrence), zone_of(occurrence)
    if on is None:
        return []
    return [_span(on, window.get("start"), window.get("end"), zone) for window in occurrence.get("windows") or ()]


def _span(on: date, start: str | None, end: str | None, zone: ZoneInfo) -> Span:
    over = max(0, (_minutes(start) - _minutes(end)) // _DAY + 1) if start and end else 0
    return Span(
        _instant(on, start, zone) if start else None,
        _instant(on + timedelta(days=over), end, zone) if end else None,
    )


def _instant(on: date, clock: str, zone: ZoneInfo) -> datetime:
    days, minutes = divmod(_minutes(clock), _DAY)
    return datetime.combine(on + timedelta(days=days), time(*divmod(minutes, 60)), zone)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
