"""Which planned hours are about to begin or to end? Said ahead of time, once for each hour that was planned.

What is near is part of the assessment and only ever grows with the clock, so that a notice is due when it appears
there: asked twice it is not told twice, other hours are other notices, and after a standstill it can be seen whether it
still makes sense. The clock changes no status by it. Start at `nearing`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from corridors.model import Assessment, EventType, Nearing, Status
from corridors.status.hours import hours_between

_TOLD_IN = frozenset({Status.ANNOUNCED, Status.OPEN})


def nearing(assessment: Assessment, day: date, zone: str, now: datetime, ahead: timedelta) -> tuple[Nearing, ...]:
    """Return the ends of planned hours of which `now` is less than `ahead` away, or which are over, in order."""
    return tuple(each for each in _ends(assessment, day, zone) if each.at - ahead <= now)


def next_nearing_at(assessment: Assessment, day: date, zone: str, now: datetime, ahead: timedelta) -> datetime | None:
    """Return when the next end of planned hours comes as near as `ahead`, None when none is left."""
    return min((each.at - ahead for each in _ends(assessment, day, zone) if each.at - ahead > now), default=None)


def to_tell(before: Assessment | None, after: Assessment, now: datetime) -> tuple[Nearing, ...]:
    """Return what subscribers are to be told of after the step from `before` to `after`.

    Nothing that came too late to be of use, and nothing of what is closed, suspended, or has begun already.
    """
    if after.status not in _TOLD_IN:
        return ()
    told = {(each.type, each.at) for each in before.nearing} if before else set()
    begun = {window.start for window in after.windows if window.start_verified}
    return tuple(
        each
        for each in after.nearing
        if (each.type, each.at) not in told
        and now < each.at
        and not (each.type is EventType.STARTING and each.start in begun)
    )


def _ends(assessment: Assessment, day: date, zone: str) -> list[Nearing]:
    found = []
    for window in assessment.windows:
        hours = hours_between(window.start, window.end, zone, day)
        if hours.start_at:
            found.append(Nearing(EventType.STARTING, hours.start_at, window.start, window.end))
        if hours.end_at:
            found.append(Nearing(EventType.ENDING, hours.end_at, window.start, window.end))
    return sorted(found, key=lambda each: (each.at, each.type))
