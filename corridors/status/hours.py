"""When do the hours that a text gives begin and end, as instants? Start at `hours_of`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from corridors.model import Claim, Window


@dataclass(frozen=True, slots=True)
class Hours:
    """A planned time of one day, as instants; an end that nobody stated is None."""

    start_at: datetime | None
    end_at: datetime | None


def hours_of(claim: Claim, day: date) -> tuple[Hours, ...]:
    """Return the hours that `claim` plans for `day`, each read in the zone its text gave them in."""
    return tuple(_hours(window, day) for window in claim.statement.windows if window.start or window.end)


def hours_between(start: str | None, end: str | None, zone: str, day: date) -> Hours:
    """Return the hours from `start` to `end` ("HH:MM" on the clocks of `zone`) that begin on `day`."""
    return _hours(Window(start, end, zone), day)


def clock_of(at: datetime | None, zone: str) -> str | None:
    """Return what the clocks of `zone` show, "HH:MM"."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}" if at else None


def _hours(window: Window, day: date) -> Hours:
    start_at = _instant(day, window.start, window.zone) if window.start else None
    end_at = _instant(day, window.end, window.zone) if window.end else None
    if start_at and end_at and end_at <= start_at:  # 22:00 to 06:00, and 00:00 to 00:00 for the whole day
        end_at = _instant(day + timedelta(days=1), window.end or "", window.zone)
    return Hours(start_at, end_at)


def _instant(day: date, clock: str, zone: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":")[:2])  # texts also say 24:00
    local = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), ZoneInfo(zone))
    return local.astimezone(UTC)
