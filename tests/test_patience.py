"""How long we try, how a receiver is spared, and when its owner is told: rules of time, without any."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.model import Delivery, Lane, Outcome, Subscription
from corridors.patience import (
    BLOCKED_WAITS,
    DISABLED_AFTER,
    JITTER,
    LONGEST_HOLD,
    MAX_ATTEMPTS,
    OLDEST,
    RUNGS,
    WAITS,
    after,
    health,
    is_gone,
    is_lost,
    judge,
    rung,
    spread,
)

NOW = datetime(2022, 3, 14, 9, tzinfo=UTC)
OK = Outcome("ok", 204)
REFUSED = Outcome("http_500", 500)
SUBSCRIPTION = Subscription("sub_1", "key_1", "https://x.example/", ("*",), {}, (), "active", NOW, NOW, 6000)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

chances = st.floats(0, 1)


def tried(attempts: int, owed_since: datetime = NOW) -> Delivery:
    """Return a delivery with so many attempts behind it."""
    return Delivery("dlv_1", "sub_1", "evt_1", "x", "pending", NOW, NOW, attempts=attempts, owed_since_at=owed_since)


def failing(outcomes: int, outcome: Outcome = REFUSED, lane: Lane | None = None) -> Lane:
    """Return a lane after so many failures at NOW, spread by no chance."""
    lane = lane or Lane("sub_1")
    for _ in range(outcomes):
        lane = after(lane, outcome, NOW, 0.0)
    return lane


@given(attempts=st.integers(0, MAX_ATTEMPTS - 2), chance=chances)
def test_a_retry_is_never_earlier_than_promised_and_at_most_a_fifth_later(attempts: int, chance: float) -> None:
    step = WAITS[attempts]
    verdict = judge(tried(attempts), REFUSED, NOW, chance)
    assert (verdict.state, verdict.attempts) == ("pending", attempts + 1)
    assert step <= verdict.due_at - NOW <= step * (1 + JITTER)


@given(chances)
def test_a_short_wait_is_spread_over_a_second_and_a_long_one_over_a_quarter_of_an_hour(chance: float) -> None:
    assert spread(SECOND, 1.0) == 2 * SECOND
    assert spread(timedelta(days=1), chance) <= timedelta(days=1, minutes=15)


def test_ten_thousand_waits_are_within_a_fifth_of_what_is_promised() -> None:
    chance = random.Random(14)
    for number in range(10_000):
        attempts = number % (MAX_ATTEMPTS - 1)
        wait = judge(tried(attempts), REFUSED, NOW, chance.random()).due_at - NOW
        assert WAITS[attempts] <= wait <= WAITS[attempts] * (1 + JITTER)
    assert MAX_ATTEMPTS == 14


def test_the_schedule_ends_after_three_days() -> None:
    assert timedelta(hours=75) < sum(WAITS, timedelta()) < timedelta(hours=77)
    assert sum(WAITS[:4], timedelta()) < timedelta(minutes=8)
    assert judge(tried(MAX_ATTEMPTS - 1), REFUSED, NOW, 0).state == "exhausted"
    assert judge(tried(0, NOW - OLDEST), REFUSED, NOW, 0).state == "exhausted"


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_success_is_final(status: int) -> None:
    assert judge(tried(3), Outcome("ok", status), NOW, 0).state == "succeeded"


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param(120.0, timedelta(seconds=120), id="two minutes"),
        pytest.param(0.0, 5 * SECOND, id="at once means by the schedule"),
        pytest.param(-1.0, 5 * SECOND, id="a date in the past"),
        pytest.param(1e9, HOUR + 10 * SECOND, id="thirty years"),
        pytest.param(121.0, timedelta(seconds=121), id="a fraction, rounded up by who read it"),
        pytest.param(None, 5 * SECOND, id="nonsense, which is no wish"),
    ],
)
def test_a_wish_to_wait_is_followed_within_bounds(asked: float | None, wait: timedelta) -> None:
    assert judge(tried(0), Outcome("http_503", 503, asked), NOW, 0).due_at == NOW + wait


@given(asked=st.floats(0, 1e12), attempts=st.integers(0, MAX_ATTEMPTS - 2), chance=chances)
def test_no_wish_makes_us_earlier_than_the_step_or_later_than_the_bound(
    asked: float, attempts: int, chance: float
) -> None:
    step, outcome = WAITS[attempts], Outcome("http_429", 429, asked)
    wait = judge(tried(attempts), outcome, NOW, chance).due_at - NOW
    assert step <= wait <= (2 * step + HOUR) * (1 + JITTER)
    held = after(Lane("sub_1"), outcome, NOW, chance).not_before_at
    assert held is not None
    assert NOW <= held <= NOW + LONGEST_HOLD


def test_only_answers_that_throttle_may_hold_a_subscription_off() -> None:
    assert after(Lane("sub_1"), Outcome("http_500", 500, 999), NOW, 0).not_before_at is None


def test_an_address_that_is_refused_is_tried_twice_more_as_its_name_may_change() -> None:
    blocked = Outcome("blocked_address")
    waits = [judge(tried(number), blocked, NOW, 0) for number in range(3)]
    assert [verdict.due_at - NOW for verdict in waits[:2]] == list(BLOCKED_WAITS)
    assert waits[2].state == "exhausted"


def test_a_fault_of_ours_uses_up_no_attempt_and_is_not_held_against_the_receiver() -> None:
    ours = Outcome("internal")
    verdict = judge(tried(3), ours, NOW, 0)
    assert (verdict.state, verdict.attempts) == ("pending", 3)
    assert verdict.due_at - NOW <= MINUTE
    assert after(Lane("sub_1"), ours, NOW, 0) == Lane("sub_1")


def test_the_breaker_opens_after_five_failures_and_probes_ever_less_often() -> None:
    assert failing(4).probe_at is None
    lane, waits = failing(4), []
    for _ in range(7):
        lane = after(lane, REFUSED, NOW, 0.0)
        assert lane.probe_at is not None
        waits.append((lane.probe_at - NOW).total_seconds())
    assert waits == [30, 60, 120, 240, 480, 600, 600]
    late = after(failing(4), REFUSED, NOW, 1.0).probe_at
    assert late == NOW + 36 * SECOND


def test_a_probe_that_fails_leaves_its_delivery_as_it_was() -> None:
    delivery = replace(tried(5), due_at=NOW + HOUR)
    verdict = judge(delivery, REFUSED, NOW, 0.5, probe=True)
    assert (verdict.state, verdict.attempts, verdict.due_at) == ("pending", 5, NOW + HOUR)


def test_one_success_makes_everything_good() -> None:
    lane = failing(30, Outcome("http_503", 503, 60.0), Lane("sub_1", seq=7, served_at=NOW))
    assert after(replace(lane, rung=2), OK, NOW, 0) == Lane("sub_1", seq=7, served_at=NOW, window=4)


@pytest.mark.parametrize(
    ("window", "took_ms", "then"),
    [
        pytest.param(0, 5, 4, id="a quick one gets more at once"),
        pytest.param(64, 5, 64, id="up to a bound"),
        pytest.param(4, 50, 4, id="an ordinary one as many as before"),
        pytest.param(32, 12, 32, id="a little slower than before changes nothing"),
        pytest.param(64, 50, 10, id="and never more than it gets through in a quarter of a second"),
        pytest.param(8, 101, 0, id="a slow one no more than are sent together"),
    ],
)
def test_how_much_is_taken_at_once_follows_how_quick_a_receiver_is(window: int, took_ms: int, then: int) -> None:
    lane = after(Lane("sub_1", window=window), Outcome("ok", 204, total_ms=took_ms), NOW, 0)
    assert lane.window == then
    assert after(lane, REFUSED, NOW, 0).window == 0


def test_a_410_has_to_be_confirmed_by_another_one_a_minute_later() -> None:
    gone = Outcome("http_410", 410)
    first = Lane("sub_1")
    second = after(first, gone, NOW, 0)
    assert not is_gone(first, gone, NOW)
    assert not is_gone(second, gone, NOW + timedelta(seconds=59))
    assert is_gone(second, gone, NOW + MINUTE)
    assert second.not_before_at == NOW + MINUTE
    assert judge(tried(0), gone, NOW, 0).due_at >= NOW + MINUTE
    assert not is_gone(after(second, REFUSED, NOW, 0), gone, NOW + HOUR)


@pytest.mark.parametrize(
    ("failing_for", "notices"), [(timedelta(minutes=59), 0), *zip(RUNGS, (1, 2, 3, 4), strict=True)], ids=str
)
def test_the_owner_is_told_once_for_each_rung(failing_for: timedelta, notices: int) -> None:
    assert rung(failing(1), NOW + failing_for) == notices


@pytest.mark.parametrize(
    ("attempts", "events", "lost"),
    [
        pytest.param(20, 3, True, id="much and of many events"),
        pytest.param(19, 3, False, id="too few attempts to tell"),
        pytest.param(20, 2, False, id="one event that it chokes on"),
    ],
)
def test_a_receiver_is_given_up_after_five_days_of_nothing_but_failures(attempts: int, events: int, lost: bool) -> None:
    lane = failing(attempts)
    assert is_lost(lane, NOW + DISABLED_AFTER, lambda: events) is lost
    assert not is_lost(lane, NOW + DISABLED_AFTER - SECOND, lambda: events)
    assert not is_lost(after(lane, OK, NOW + timedelta(hours=119), 0), NOW + DISABLED_AFTER, lambda: events)


def test_health_is_one_word() -> None:
    lane = failing(3)
    assert health(SUBSCRIPTION, Lane("sub_1"), NOW) == "ok"
    assert health(SUBSCRIPTION, lane, NOW + timedelta(minutes=14)) == "ok"
    assert health(SUBSCRIPTION, lane, NOW + timedelta(minutes=15)) == "degraded"
    assert health(SUBSCRIPTION, failing(2), NOW + timedelta(minutes=15)) == "ok"
    assert health(SUBSCRIPTION, lane, NOW + HOUR) == "failing"
    assert health(replace(SUBSCRIPTION, state="disabled"), lane, NOW) == "disabled"
