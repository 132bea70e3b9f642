"""How is a source doing, and when is it polled next? Pure rules; start at `next_health`."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from corridors.intake.gathering import SUCCESS
from corridors.model import Poll, Source, SourceHealth, Validators

LONGEST_BACKOFF = timedelta(hours=1)
RETRY_AFTER = (timedelta(seconds=30), timedelta(hours=24))  # a server's wish is followed between these
FAILING_AFTER = 3
SILENT_AFTER = 20  # intervals without a success, but at least an hour

# The server answers as it should, only nobody writes there: asking less often would find the next word later.
_ANSWERED = SUCCESS | {"stale"}


def next_health(
    source: Source,
    before: SourceHealth,
    line: Poll,
    validators: Validators,
    *,
    retry_after_seconds: float | None = None,
    jitter: float = 0.0,
) -> SourceHealth:
    """Return how a source is doing after a poll, and when it is polled next. Pure.

    Success: after the interval. Failure: the interval doubled with every further failure up to an hour, or what the
    server asked for. `late` at first, `failing` after three in a row, `silent` after twenty intervals without success.
    """
    every = interval(source, line.started_at)
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
        state="ok" if success else _failing_state(every, failures, last_ok, before, line.finished_at),
        outcome=line.outcome,
        detail=line.detail,
        last_poll_at=line.finished_at,
        last_ok_at=last_ok,
        next_poll_at=line.started_at + max(wait, timedelta(milliseconds=100)),
        failures=failures,
        validators=validators if answered else before.validators,
    )


def _failing_state(
    every: timedelta, failures: int, last_ok: datetime | None, before: SourceHealth, at: datetime
) -> str:
    since = last_ok or before.last_poll_at or at
    if at - since > max(every * SILENT_AFTER, timedelta(hours=1)):
        return "silent"
    return "failing" if failures >= FAILING_AFTER else "late"


def interval(source: Source, at: datetime) -> timedelta:
    """Return how long after a poll at an instant the next one is due: in a dense window its own interval."""
    local = at.astimezone(ZoneInfo(source.timezone)).strftime("%H:%M")
    for dense in source.dense:
        crosses_midnight = dense.start_local > dense.end_local
        inside = dense.start_local <= local < dense.end_local
        if inside or (crosses_midnight and (local >= dense.start_local or local < dense.end_local)):
            return dense.every
    return source.every
