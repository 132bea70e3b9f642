"""One receiver cannot delay the others: turns, places, rates, breakers, all on a virtual clock."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from corridors.model import Outcome, Status
from corridors.store import Store
from tests.webhooks.engine import OK, REFUSED, Engine

OPEN, CLOSED = Status.OPEN, Status.CLOSED
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def burst(engine: Engine, events: int) -> None:
    """Record openings of so many occurrences."""
    for number in range(events):
        engine.change(f"occ_{len(engine._revisions)}_{number}", OPEN)


def test_whoever_was_served_longest_ago_is_next(engine: Engine) -> None:
    engine.subscribe("sub_busy")
    burst(engine, 6)
    engine.turn(room=2, places=1)
    engine.now += SECOND
    engine.subscribe("sub_new")
    engine.change("occ_late", OPEN)
    assert [each.delivery.subscription for each in engine.turn(room=1)] == ["sub_new"]


def test_whoever_works_is_served_before_all_who_fail(engine: Engine) -> None:
    engine.answer = lambda _: REFUSED
    for number in range(5):
        engine.subscribe(f"sub_failing_{number}")
    burst(engine, 2)
    engine.turn()
    engine.now += MINUTE
    engine.subscribe("sub_working")
    engine.answer = lambda _: OK
    engine.change("occ_late", OPEN)
    engine.turn(room=1)
    engine.change("occ_later", OPEN)
    assert [each.delivery.subscription for each in engine.turn(room=1)] == ["sub_working"]


def test_a_full_house_is_shared_by_all(engine: Engine) -> None:
    for number in range(10):
        engine.subscribe(f"sub_{number}")
    burst(engine, 6)
    for _ in range(6):
        engine.turn(room=10, places=1)
    assert Counter(each.delivery.subscription for each in engine.sent) == {f"sub_{n}": 6 for n in range(10)}


def test_no_more_than_two_are_on_their_way_to_one_subscription(engine: Engine) -> None:
    engine.subscribe()
    burst(engine, 5)
    engine.answer = lambda _: None
    assert [len(engine.turn()) for _ in range(2)] == [2, 0]
    engine.now += engine.lease
    assert len(engine.turn()) == 2


def test_a_receiver_that_fails_is_sent_one_at_a_time(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda _: REFUSED
    burst(engine, 3)
    assert [len(engine.turn()) for _ in range(3)] == [2, 1, 0]


def test_changes_of_status_go_before_everything_else(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", OPEN)
    engine.until_quiet()
    engine.change("occ_1", None)
    engine.change("occ_2", OPEN)
    engine.until_quiet()
    assert engine.bodies()[1:] == ["occ_2 1 open", "occ_1 2 open"]


def test_the_rate_of_a_subscription_is_kept_and_waiting_is_no_failure(engine: Engine) -> None:
    engine.subscribe(rate_per_minute=60)
    burst(engine, 10)
    begin = engine.now
    engine.run_to(begin + MINUTE)
    assert len(engine.sent) == 10
    assert engine.sent[-1].at - begin == 8 * SECOND  # two at once, as a second may be made up for, then one a second
    assert {row.attempts for row in engine.rows()} == {1}


def test_a_retry_leaves_a_quarter_of_the_places_to_first_attempts(store: Store) -> None:
    engine = Engine(store)
    engine.subscribe()
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", OPEN)
    engine.turn()
    engine.now += MINUTE
    with store.begin() as tx:
        assert tx.queue.claim("w", engine.now, engine.lease, room=9, places=2, fresh=True) == []
        assert not tx.queue.is_ready(engine.now, 2, fresh=True)
        assert len(tx.queue.claim("w", engine.now, engine.lease, room=9, places=2)) == 1


def test_while_the_breaker_is_open_only_probes_are_sent_and_no_attempt_is_used(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda _: REFUSED
    burst(engine, 5)
    engine.run_to(engine.now + 4 * SECOND)
    attempts = sum(row.attempts for row in engine.rows())
    opened_at = engine.now = engine.sent[-1].at
    before = len(engine.sent)
    burst(engine, 3)
    engine.run_to(opened_at + timedelta(minutes=40))
    probes = engine.sent[before:]
    waits = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(engine.sent)]
    assert {each.trigger for each in probes} == {"probe"}
    assert waits[-7:] == [30, 60, 120, 240, 480, 600, 600]
    assert {each.delivery.occurrence for each in probes} == {engine.rows()[-1].occurrence}, "the newest asks"
    assert sum(row.attempts for row in engine.rows()) == attempts


def test_when_a_receiver_is_back_everything_is_due_at_once(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda _: REFUSED
    burst(engine, 20)
    engine.run_to(engine.now + timedelta(hours=20))
    engine.answer = lambda _: OK
    back = engine.now
    engine.run_to(back + timedelta(minutes=11))
    assert set(engine.states()) == {"succeeded"}
    assert engine.sent[-1].at - back <= timedelta(minutes=10)


def test_a_wish_to_wait_holds_the_whole_subscription_off_and_nobody_else(engine: Engine) -> None:
    engine.subscribe("sub_1")
    engine.subscribe("sub_2")
    engine.answer = lambda each: Outcome("http_429", 429, 120.0) if each.subscription == "sub_1" else OK
    engine.change("occ_1", OPEN)
    engine.turn()
    burst(engine, 3)
    engine.run_to(engine.now + 119 * SECOND)
    assert Counter(each.delivery.subscription for each in engine.sent) == {"sub_1": 1, "sub_2": 4}


def test_a_thousand_receivers_that_were_dead_for_an_hour_do_not_come_back_at_once(sqlite_store: Store) -> None:
    chance = random.Random(7)
    engine = Engine(sqlite_store, chance=chance.random, answer=lambda _: REFUSED)
    for number in range(1000):
        engine.subscribe(f"sub_{number:04}")
    for occurrence in ("occ_1", "occ_2"):
        engine.change(occurrence, OPEN)
    dead_until = engine.now + timedelta(hours=1)
    while engine.now < dead_until:  # a worker that looks every few seconds is enough here
        engine.until_quiet()
        engine.now += 10 * SECOND
    engine.answer = lambda _: OK
    begin, before = engine.now, len(engine.sent)
    while engine.now < begin + timedelta(minutes=13):
        engine.until_quiet()
        engine.now += 10 * SECOND
    back = engine.sent[before:]
    assert {state for n in range(1000) for state in engine.states(f"sub_{n:04}")} == {"succeeded"}
    probes = [each.at - begin for each in back if each.trigger == "probe"]
    assert len(probes) == 1000
    assert max(probes) - min(probes) >= timedelta(minutes=2), "at least a fifth of a step of ten minutes"
    assert max(Counter(each.at for each in back).values()) < 250


def test_a_dead_and_a_slow_receiver_do_not_delay_two_hundred_others(sqlite_store: Store) -> None:
    """In this engine an answer takes no time, so what is tried is that others are claimed in the same turn."""
    engine = Engine(sqlite_store)
    engine.subscribe("sub_dead")
    engine.subscribe("sub_slow")
    engine.subscribe("sub_throttled")
    for number in range(200):
        engine.subscribe(f"sub_{number}")
    said = {"sub_dead": REFUSED, "sub_slow": None, "sub_throttled": Outcome("http_429", 429, 3600.0)}
    engine.answer = lambda each: said.get(each.subscription, OK)
    for _ in range(5):
        at = engine.now
        burst(engine, 4)
        engine.until_quiet()
        healthy = [each for each in engine.sent if each.at == at and each.delivery.subscription not in said]
        assert len(healthy) == 4 * 200
        engine.now += 14 * SECOND


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "forth"])
def test_a_clock_that_jumps_by_an_hour_makes_neither_a_burst_nor_a_silence(engine: Engine, step: timedelta) -> None:
    engine.subscribe()
    engine.change("occ_1", OPEN)
    engine.until_quiet()
    engine.now += step
    engine.change("occ_1", CLOSED)
    engine.change("occ_2", OPEN)
    engine.run_to(engine.now + MINUTE)
    assert engine.bodies() == ["occ_1 1 open", "occ_1 2 closed", "occ_2 1 open"]


def test_age_ends_what_waits_behind_an_open_breaker(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.*")
    engine.answer = lambda _: REFUSED
    burst(engine, 3)
    begin = engine.now
    engine.run_to(begin + timedelta(hours=79))
    assert set(engine.states()) == {"pending"}
    engine.now = begin + timedelta(hours=80)
    with engine.store.begin() as tx:
        assert tx.deliveries.give_up(engine.now - timedelta(hours=80), 50_000, engine.now, 500) == {}
        later = engine.now + SECOND
        assert tx.deliveries.give_up(later - timedelta(hours=80), 50_000, later, 500) == {"sub_1": 3}
    assert set(engine.states()) == {"exhausted"}


def test_a_backlog_beyond_its_bound_loses_its_oldest(engine: Engine) -> None:
    engine.subscribe()
    engine.pause()
    burst(engine, 5)
    engine.enable("missed")
    with engine.store.begin() as tx:
        assert tx.deliveries.give_up(engine.now - timedelta(hours=80), 3, engine.now, 500) == {"sub_1": 2}
    assert engine.states() == ["exhausted"] * 2 + ["pending"] * 3
