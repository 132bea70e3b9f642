"""How is a source doing, and when is it polled next? Pure rules; start at `next_health`."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from corridors.intake.gathering import SUCCESS
from corridors.model import Poll, Source, SourceHealth, Validators

LONGEST_BACKOFF = timedelta(hours=1)
RETRY_AFTER = (timedelta(seconds=30), timedelta(hours=24))  # a server's wish is followed between these
SMALL_DELAY = timedelta(seconds=1)
FAILING_AFTER = 3
SILENT_AFTER = 20  # intervals without a success, but at least LEAST_SILENCE
LEAST_SILENCE = timedelta(hours=1)
QUIET_SHARE = 24  # a source that was quiet for a day need not be asked more than 24 times in the next

# The server answers as it should, only nobody writes there: asking less often would find the next word later.
_ANSWERED = SUCCESS | {"stale"}
# Somebody does not want us there, or somebody else is there now: waiting does not help, a person has to look.
_REFUSED = {"blocked", "auth_failed", "preview_off", "identity_changed", "gone"}


def next_health(
    source: Source,
    before: SourceHealth,
    line: Poll,
    validators: Validators,
    *,
    retry_after_seconds: float | None = None,
    jitter: float = 0.0,
    quiet: timedelta = timedelta(0),
) -> SourceHealth:
    """Return how a source is doing after a poll, and when it is polled next. Pure.

    Success: after the interval, which grows while a source with `slowest` is `quiet`. Failure: the interval doubled
    with every further failure up to an hour, or what the server asked for. `late` at first; after three in a row
    `failing`, or `blocked` where it was refused; `silent` after twenty intervals without success.
    """
    began_at = _on_the_grid(before.next_poll_at, line.started_at)
    every = interval(source, line.started_at, quiet)
    success, answered = line.outcome in SUCCESS, line.outcome in _ANSWERED
    failures = 0 if success else before.failures + 1
    wait = every if answered else min(every * 2 ** min(failures - 1, 10), max(LONGEST_BACKOFF, every))
    if retry_after_seconds is not None:
        asked = timedelta(seconds=min(retry_after_seconds, RETRY_AFTER[1].total_seconds()))
        wait = max(wait, min(max(asked, RETRY_AFTER[0]), RETRY_AFTER[1]))
    wait += every * source.jitter * jitter
    last_ok = line.finished_at if success else before.last_ok_at
    return SourceHealth(
        source=source.id,
        state="ok" if success else _failing_state(every, failures, last_ok, before, line),
        outcome=line.outcome,
        detail=line.detail,
        last_poll_at=line.finished_at,
        last_ok_at=last_ok,
        next_poll_at=began_at + max(wait, timedelta(milliseconds=100)),
        failures=failures,
        validators=validators if answered else before.validators,
    )


def _on_the_grid(due_at: datetime | None, started_at: datetime) -> datetime:
    """Return the instant from which the next interval counts: when the poll was due, so that small delays do not add
    up; when it started, where it was later than that, so that those who waited for each other spread out.
    """
    return due_at if due_at and timedelta(0) <= started_at - due_at <= SMALL_DELAY else started_at


def _failing_state(every: timedelta, failures: int, last_ok: datetime | None, before: SourceHealth, line: Poll) -> str:
    if line.outcome in _REFUSED and failures >= FAILING_AFTER:
        return "blocked"
    since = last_ok or before.first_poll_at or line.started_at
    if line.finished_at - since > max(every * SILENT_AFTER, LEAST_SILENCE):
        return "silent"
    return "failing" if failures >= FAILING_AFTER else "late"


def unheard_since(source: Source, health: SourceHealth, at: datetime) -> datetime | None:
    """Return since when nothing was heard of a source, None while that is not too long yet. For one that was never
    polled the time counts from when it should have been.
    """
    since = health.last_ok_at or health.first_poll_at or health.next_poll_at
    longest = max(source.slowest or source.every, source.every) * SILENT_AFTER
    return since if since is not None and at - since > max(longest, LEAST_SILENCE) else None


def interval(source: Source, at: datetime, quiet: timedelta = timedelta(0)) -> timedelta:
    """Return how long after a poll at an instant the next one is due: in a dense window its own interval.

    quiet: how long nothing new has come; outside dense windows it lengthens the interval, up to source.slowest.
    """
    local = at.astimezone(ZoneInfo(source.timezone)).strftime("%H:%M")
    for dense in source.dense:
        crosses_midnight = dense.start_local > dense.end_local
        inside = dense.start_local <= local < dense.end_local
        if inside or (crosses_midnight and (local >= dense.start_local or local < dense.end_local)):
            return dense.every
    if source.slowest is None:
        return source.every
    return max(source.every, min(quiet / QUIET_SHARE, source.slowest))
