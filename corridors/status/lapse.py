"""Which hours were planned, which were confirmed, and when does the clock alone end something?

The clock never opens anything. Start at `planned` and `lapse`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corridors.localtime import day_bounds
from corridors.model import AssessedWindow, Reason, Status
from corridors.status.hours import Hours, clock_of, hours_of
from corridors.status.voices import GOES, Word


@dataclass(frozen=True, slots=True)
class Lapse:
    """What the clock does to something that is announced, open or suspended.

    ends_at: from then on it counts as closed; stale_at: from then on nobody has said anything for too long.
    None where that never happens.
    """

    ends_at: datetime | None = None
    stale_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Return whether it has ended by `now`."""
        return self.ends_at is not None and now >= self.ends_at

    def is_stale(self, now: datetime) -> bool:
        """Return whether it still goes on at `now`, but nothing has been heard of it for too long."""
        return self.stale_at is not None and now >= self.stale_at and not self.is_over(now)

    def due_at(self, now: datetime) -> datetime | None:
        """Return the next instant after `now` at which one of the two becomes true."""
        if self.is_over(now):
            return None
        return min((at for at in (self.ends_at, self.stale_at) if at and at > now), default=None)


def lapse(
    words: Sequence[Word], hours: Sequence[Hours], day: date, zone: str, grace: timedelta, stale_after: timedelta
) -> Lapse:
    """Return when the clock ends what `words` say of `day`; stops are left out, so that one can never delay the end.

    The end is that of the last planned hours, or of the local day where no end is known, plus `grace`; a report of
    opening on that day counts from when it was made. What holds until further notice has no end of its own.
    """
    goes = [word for word in words if word.status in GOES]
    until_further_notice = any(word.claim.statement.valid_on[1] is None for word in goes)
    stale_at = max(word.said_at for word in words) + stale_after if until_further_notice else None
    _, midnight = day_bounds(day, zone)
    end_at = _last_end(hours, midnight) or (None if until_further_notice else midnight)
    if end_at is None:
        return Lapse(None, stale_at)
    reports = [word.said_at for word in goes if word.status is Status.OPEN and word.said_at <= midnight]
    return Lapse(max(end_at, *reports) + grace if reports else end_at + grace, stale_at)


def planned(words: Iterable[Word], day: date) -> tuple[Hours, ...]:
    """Return the hours planned for `day`: each publisher's latest word on them, side by side, in order.

    Rule: never average. Where two publishers differ both stand; where one leaves an end unsaid, the other's holds.
    """
    latest: dict[str, tuple[datetime, tuple[Hours, ...]]] = {}
    for word in words:
        if word.status in GOES and (hours := hours_of(word.claim, day)):
            said_at, before = latest.get(word.claim.publisher, (word.said_at, ()))
            together = (*before, *hours) if said_at == word.said_at else _revised(before, hours)
            latest[word.claim.publisher] = word.said_at, together
    every = {span for _, said in latest.values() for span in said}
    return tuple(sorted((span for span in every if not _is_told_better(span, every)), key=_begin))


def windows(hours: Sequence[Hours], words: Sequence[Word], zone: str) -> tuple[AssessedWindow, ...]:
    """Return `hours` on the clocks of `zone`, and which of their ends a report confirmed.

    A report of opening confirms the start of the first hours that are not over yet; a report of an orderly end
    confirms the end of all that are.
    """
    opened = {_first_not_over(hours, word.said_at) for word in words if word.status is Status.OPEN}
    ends = [word.said_at for word in words if word.claim.statement.reason is Reason.COMPLETED]
    return tuple(
        AssessedWindow(
            start=clock_of(span.start_at, zone),
            end=clock_of(span.end_at, zone),
            start_verified=span.start_at is not None and span in opened,
            end_verified=span.end_at is not None and any(said_at >= span.end_at for said_at in ends),
        )
        for span in hours
    )


def _last_end(hours: Sequence[Hours], midnight: datetime) -> datetime | None:
    ends = [span.end_at for span in hours if span.end_at]
    if not ends:
        return None
    goes_on = any(span.end_at is None and span.start_at and span.start_at >= max(ends) for span in hours)
    return max(midnight, *ends) if goes_on else max(ends)


def _revised(before: tuple[Hours, ...], after: tuple[Hours, ...]) -> tuple[Hours, ...]:
    """Return what holds when a publisher speaks again: "extended until 18:00" leaves the start as it was."""
    if len(before) != 1 or len(after) != 1:
        return after
    start_at, end_at = after[0].start_at or before[0].start_at, after[0].end_at or before[0].end_at
    return after if start_at and end_at and start_at >= end_at else (Hours(start_at, end_at),)


def _is_told_better(hours: Hours, every: Iterable[Hours]) -> bool:
    same_start = hours.end_at is None and any(o.start_at == hours.start_at and o.end_at for o in every)
    same_end = hours.start_at is None and any(o.end_at == hours.end_at and o.start_at for o in every)
    return same_start or same_end


def _begin(hours: Hours) -> tuple[datetime | None, bool, datetime | None]:
    """Sort by the first instant known; hours without a start come before those that start when the others end."""
    first, last = hours.start_at or hours.end_at, hours.end_at or hours.start_at
    return first, hours.start_at is not None, last


def _first_not_over(hours: Sequence[Hours], at: datetime) -> Hours | None:
    return next((span for span in hours if span.end_at is None or at < span.end_at), None)
