"""When was this published, in the many ways in which feeds write it?

Never invents an instant: what cannot be read, lies in the future or before the year 2000 is None, with a warning.
A time without a zone is in the source's; so is one with an abbreviation that several countries use. Start at `instant`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SKEW = timedelta(minutes=15)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

# Hours east of Greenwich. Left out because several countries use them: IST (Israel, India, Ireland), AST, BST, CST,
# GST and ADT outside RFC 822. The four American pairs are RFC 822's own.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "EET": 2,
    "EEST": 3, "IDT": 3, "TRT": 3, "MSK": 3, "MSD": 4, "SAMT": 4, "GET": 4, "AMT": 4, "AZT": 4, "CAT": 2, "EAT": 3,
    "WAT": 1, "SAST": 2, "IRST": 3.5, "AFT": 4.5, "PKT": 5, "EST": -5, "EDT": -4, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7,
}  # fmt: skip
_MONTHS = {name: 1 + place for place, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"))}

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|[+-]\d{2})"
_YMD = rf"(?P<year>\d{{4}})-?(?P<month>\d{{2}})-?(?P<day>\d{{2}})(?:(?:[T ]\s*|\s+){_CLOCK}\s*{_ZONE}?)?"
_DMY = rf"(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})[./](?P<year>\d{{4}})(?:,?\s+{_CLOCK}\s*{_ZONE}?)?"
_RFC822 = (
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(?P<day>\d{{1,2}})[\s-](?P<name>[A-Za-z]{{3,9}})\.?[\s-](?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+{_CLOCK}(?:\s*{_ZONE})?)?"
)
_COMPACT = (
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>Z)?"
)
_FORMS = tuple(re.compile(form) for form in (_YMD, _RFC822, _DMY, _COMPACT))


def instant(
    text: str | None, zone: str, fetched_at: datetime, formats: Sequence[str] = ()
) -> tuple[datetime | None, str | None]:
    """Return the instant in UTC that `text` means, and a warning where it means none that can be believed.

    zone: IANA name for times that do not say theirs. formats: strptime formats of the source, tried first.
    A day without a time is its midnight. More than 15 min after `fetched_at` is not believed.
    """
    written = " ".join((text or "").split())[:80]
    if not written:
        return None, None
    read = _by_format(written, zone, formats) or _by_form(written, zone)
    if read is None:
        return None, f"a date could not be read: {written[:40]!r}"
    if not _EARLIEST <= read <= fetched_at + _SKEW:
        return None, f"a date cannot be true: {written[:40]!r}"
    return read, None


def _by_format(text: str, zone: str, formats: Sequence[str]) -> datetime | None:
    for form in formats:
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below
        except (ValueError, re.error):
            continue
        return _in_utc(read, None, zone)
    return None


def _by_form(text: str, zone: str) -> datetime | None:
    for form in _FORMS:
        if (found := form.fullmatch(text)) and (read := _from_parts(found.groupdict(), zone)):
            return read
    return None


def _from_parts(parts: dict[str, str | None], zone: str) -> datetime | None:
    month = _MONTHS.get((parts.get("name") or "")[:3].lower()) if parts.get("name") else int(parts["month"] or 0)
    year = int(parts["year"] or 0)
    # RFC 2822, 4.3: two-digit years from 50 are of the last century
    year += 0 if year > 99 else 2000 if year < 50 else 1900
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    try:
        day = date(year, month or 0, int(parts["day"] or 0))
        # 60 is a leap second, 24:00 the end of the day
        clock = time(hour % 24, minute, min(second, 59))
        local = datetime.combine(day, clock) + timedelta(days=1 if (hour, minute) == (24, 0) else 0)
    except (ValueError, OverflowError):
        return None
    return _in_utc(local, parts.get("zone"), zone) if hour < 24 or (hour, minute) == (24, 0) else None


def _in_utc(read: datetime, written_zone: str | None, zone: str) -> datetime | None:
    try:
        offset = read.tzinfo or _offset(written_zone) or ZoneInfo(zone)
        return read.replace(tzinfo=offset).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        return None


def _offset(written: str | None) -> timezone | None:
    if not written:
        return None
    hours = _ZONES.get(written.upper())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    numeric = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})?", written)
    if numeric is None:
        return None
    # RFC 3339, 4.3: -00:00 is UTC, too
    east = timedelta(hours=int(numeric[2]), minutes=int(numeric[3] or 0))
    return timezone(east if numeric[1] == "+" else -east)
