"""How patient are we with a receiver? Retries, the breaker, notices of failing, and the end. Pure.

`judge` says what an attempt means for its delivery, `after` what it means for the subscription as a whole. A receiver
that fails five times in a row is left alone but for a probe, after 30 seconds at first and every ten minutes at last;
one success makes everything good. Its owner is told after 1, 24, 72 and 96 hours, and after 120 hours nothing is sent
any more: what is owed is held until the owner enables it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from corridors.model import Delivery, Lane, Outcome, Subscription

# Waits before the attempts 2 … 14: the length of the specification's example (76 hours), but five tries in the first
# eight minutes instead of three, because news of a corridor loses its worth in minutes.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 86400)
)
MAX_ATTEMPTS = len(WAITS) + 1
OLDEST = timedelta(hours=80)  # what waits behind an open breaker has no attempts to count, and ends by its age

# An address that the policy refuses was not contacted; only its name may come to mean another one.
BLOCKED_WAITS = (timedelta(minutes=5), timedelta(hours=1))
OUR_FAULT_WAIT = timedelta(seconds=5)
GONE_WAIT = timedelta(seconds=60)

JITTER = 0.2  # additive only: a retry is never earlier than promised
LONGEST_JITTER = timedelta(minutes=15)
SHORTEST_JITTER = timedelta(seconds=1)  # the width of the window: short waits, too, have to spread

BREAKS_AFTER = 5
FIRST_PROBE = timedelta(seconds=30)
LONGEST_PROBE = timedelta(minutes=10)

LONGEST_HOLD = timedelta(hours=1)  # a wish to wait holds back everything, not only what was answered with it

# What is taken is sent, or given back, within a quarter of a second: as many are taken as get through by then, two by
# two; only who is quick gets more than before, and who is slow no more than are sent at once.
HAND_MS, QUICK_MS, SLOW_MS, WIDEST = 250, 25, 100, 64

DEGRADED_AFTER, DEGRADED_FAILURES = timedelta(minutes=15), 3
RUNGS = tuple(timedelta(hours=hours) for hours in (1, 24, 72, 96))
DISABLED_AFTER = timedelta(hours=120)
# Nobody is cut off for one event that their receiver chokes on.
LEAST_ATTEMPTS, LEAST_EVENTS = 20, 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt means for its delivery: its state, how many attempts are used up, and when it is due again."""

    state: str
    attempts: int
    due_at: datetime


def judge(delivery: Delivery, outcome: Outcome, now: datetime, chance: float, *, probe: bool = False) -> Verdict:
    """Return what follows from the next attempt of `delivery` ending in `outcome` at `now`. chance: 0 … 1.

    A fault of ours uses up no attempt, nor does the probe of an open breaker: it asked after the receiver.
    """
    number = delivery.attempts + 1
    if outcome.success:
        return Verdict("succeeded", number, now)
    if now - (delivery.owed_since_at or delivery.created_at) >= OLDEST:
        return Verdict("exhausted", number, now)
    if outcome.code == "internal":
        return Verdict("pending", delivery.attempts, now + spread(OUR_FAULT_WAIT, chance))
    if probe:
        return Verdict("pending", delivery.attempts, delivery.due_at)
    waits = BLOCKED_WAITS if outcome.code == "blocked_address" else WAITS
    if number > len(waits):
        return Verdict("exhausted", number, now)
    return Verdict("pending", number, now + spread(wait_after(outcome, waits[number - 1]), chance))


def wait_after(outcome: Outcome, step: timedelta) -> timedelta:
    """Return the wait before the next attempt: the step, or longer where the receiver asked for it (RFC 9110).

    Its wish is followed within twice the step and an hour, so that no answer can silence us for a year.
    """
    asked = asked_for(outcome)
    if asked is not None:
        return max(step, min(asked, 2 * step + timedelta(hours=1)))
    return max(step, GONE_WAIT) if outcome.status == 410 else step


def asked_for(outcome: Outcome) -> timedelta | None:
    """Return how long a receiver asked us to wait; only the answers that throttle may (Standard Webhooks 1.0.0)."""
    if outcome.status not in {429, 503} or outcome.retry_after_seconds is None:
        return None
    return timedelta(seconds=min(max(outcome.retry_after_seconds, 0.0), 1e6))


def spread(wait: timedelta, chance: float) -> timedelta:
    """Return a wait that is longer by chance, so that many who failed together do not come back together."""
    return wait + min(max(wait * JITTER, SHORTEST_JITTER), LONGEST_JITTER) * chance


def after(lane: Lane, outcome: Outcome, now: datetime, chance: float) -> Lane:
    """Return the lane after an attempt that ended in `outcome` at `now`. chance: 0 … 1.

    A fault of ours changes nothing.
    """
    if outcome.code == "internal":
        return lane
    if outcome.success:
        window = _window(lane.window, outcome.total_ms)
        if lane.is_well and window == lane.window:
            return lane  # as nearly always: a copy of each lane would be a tenth of all that a delivery costs
        return replace(healed(lane), not_before_at=None, window=window)
    failures = lane.failures + 1
    failed = replace(
        lane,
        failures=failures,
        window=0,
        failed_attempts=lane.failed_attempts + 1,
        failing_since_at=lane.failing_since_at or now,
        not_before_at=_not_before(lane, outcome, now, chance),
        gone_at=(lane.gone_at or now) if outcome.status == 410 else None,
    )
    if failures < BREAKS_AFTER:
        return failed
    wait = min(FIRST_PROBE * 2 ** min(lane.probes, 10), LONGEST_PROBE)
    return replace(failed, probes=lane.probes + 1, probe_at=now + spread(wait, chance))


def healed(lane: Lane) -> Lane:
    """Return the lane of a receiver that took something: nothing of its past counts any more."""
    return replace(
        lane, failures=0, failed_attempts=0, failing_since_at=None, probes=0, probe_at=None, rung=0, gone_at=None
    )


def is_gone(before: Lane, outcome: Outcome, now: datetime) -> bool:
    """Return whether this 410 confirms an earlier one; a single one may come from a half-configured proxy."""
    return outcome.status == 410 and before.gone_at is not None and now - before.gone_at >= GONE_WAIT


def is_lost(lane: Lane, now: datetime, failed_events: Callable[[], int]) -> bool:
    """Return whether a receiver has failed for so long and with so many different events that it is given up."""
    since = lane.failing_since_at
    if since is None or now - since < DISABLED_AFTER or lane.failed_attempts < LEAST_ATTEMPTS:
        return False
    return failed_events() >= LEAST_EVENTS


def rung(lane: Lane, now: datetime) -> int:
    """Return how many notices of failing are due by now."""
    if lane.failing_since_at is None:
        return 0
    return sum(now - lane.failing_since_at >= span for span in RUNGS)


def health(subscription: Subscription, lane: Lane, now: datetime) -> str:
    """Return the word for how a subscription does: ok, degraded, failing or disabled."""
    if subscription.state == "disabled":
        return "disabled"
    if rung(lane, now):
        return "failing"
    since = lane.failing_since_at
    if since is not None and now - since >= DEGRADED_AFTER and lane.failed_attempts >= DEGRADED_FAILURES:
        return "degraded"
    return "ok"


def disable_at(lane: Lane) -> datetime | None:
    """Return when a failing subscription will be disabled unless its receiver takes something before."""
    return lane.failing_since_at + DISABLED_AFTER if lane.failing_since_at else None


def _window(window: int, took_ms: int) -> int:
    """Return how many to take at once for a receiver that just took this long: more while it is quick.

    Small differences change nothing, as every change makes the workers on one server wait for each other.
    """
    if took_ms > SLOW_MS:
        return 0
    in_time, wider = min(WIDEST, 2 * HAND_MS // max(took_ms, 1)), max(window, 2) * 2
    if in_time * 2 <= window:
        return in_time
    return wider if took_ms <= QUICK_MS and wider <= in_time else window


def _not_before(lane: Lane, outcome: Outcome, now: datetime, chance: float) -> datetime | None:
    asked = asked_for(outcome)
    if asked is not None:
        return now + min(spread(asked, chance), LONGEST_HOLD)
    if outcome.status == 410:
        return now + GONE_WAIT
    return lane.not_before_at
