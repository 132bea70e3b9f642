"""Nobody is disabled, paused or given up on in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from corridors.model import EventType, Now, Outcome, Status
from corridors.webhooks import Upkeep
from tests.make import a_source
from tests.webhooks.engine import OK, REFUSED, Engine

HOUR = timedelta(hours=1)
GONE = Outcome("http_410", 410)
FAILING, DISABLED = EventType.SUBSCRIPTION_FAILING, EventType.SUBSCRIPTION_DISABLED


def notices(engine: Engine, *types: EventType) -> list[dict[str, Any]]:
    """Return the notices that the owner's other subscription got, in order."""
    return [json.loads(each.delivery.body) for each in engine.sent if each.delivery.type in types]


def fail_for(engine: Engine, span: timedelta) -> None:
    """Let an owner's one receiver fail for a while in which there is news every few hours, and the other one work."""
    engine.subscribe("sub_1", "corridor.*")
    engine.subscribe("sub_2", "subscription.*", "delivery.*")
    engine.answer = lambda each: REFUSED if each.subscription == "sub_1" else OK
    begin = engine.now
    while engine.now < begin + span:
        engine.change(f"occ_{engine.now:%d%H}", Status.OPEN)
        engine.run_to(min(engine.now + 6 * HOUR, begin + span))


def test_five_days_of_failure_end_after_four_warnings(engine: Engine) -> None:
    begin = engine.now
    fail_for(engine, timedelta(hours=121))
    warned = [each for each in engine.sent if each.delivery.type == FAILING]
    assert [round((each.at - begin) / HOUR, 1) for each in warned] == pytest.approx([1, 24, 72, 96], abs=0.2)
    (ended,) = [each for each in engine.sent if each.delivery.type == DISABLED]
    assert timedelta(hours=120) <= ended.at - begin <= timedelta(hours=120, minutes=12)
    told = json.loads(ended.delivery.body)["data"]
    assert (told["subscription"], told["reason"]) == ({"id": "sub_1", "state": "disabled"}, "failing")
    assert notices(engine, FAILING)[0]["data"]["disable_at"].startswith(f"{begin + timedelta(hours=120):%Y-%m-%dT%H}")
    engine.change("occ_after", Status.OPEN)
    assert engine.states()[-1] == "held"


def test_a_success_in_the_last_hour_makes_everything_good(engine: Engine) -> None:
    fail_for(engine, timedelta(hours=119))
    engine.answer = lambda _: OK
    engine.run_to(engine.now + HOUR)
    with engine.store.read() as tx:
        lane = tx.queue.lanes(["sub_1"])["sub_1"]
    assert (lane.failures, lane.failed_attempts, lane.failing_since_at, lane.rung) == (0, 0, None, 0)
    assert len(notices(engine, EventType.SUBSCRIPTION_RECOVERED)) == 1
    assert notices(engine, DISABLED) == []


def test_one_410_is_asked_again_and_a_second_one_ends_it(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.*")
    engine.subscribe("sub_2", "subscription.*")
    engine.answer = lambda each: GONE if each.subscription == "sub_1" else OK
    engine.change("occ_1", Status.OPEN)
    engine.change("occ_2", Status.OPEN)
    begin = engine.now
    engine.run_to(begin + timedelta(seconds=59))
    assert notices(engine, DISABLED) == []
    engine.run_to(begin + timedelta(minutes=3))
    (told,) = notices(engine, DISABLED)
    assert told["data"]["reason"] == "gone"
    assert set(engine.states()) == {"held"}


def test_a_410_of_a_proxy_that_was_half_configured_ends_nothing(engine: Engine) -> None:
    engine.subscribe()
    said = iter([GONE])
    engine.answer = lambda _: next(said, OK)
    engine.change("occ_1", Status.OPEN)
    engine.run_to(engine.now + timedelta(minutes=3))
    assert engine.states() == ["succeeded"]


def test_giving_up_is_told_once_an_hour_with_a_count(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.*")
    engine.subscribe("sub_2", "delivery.*")
    engine.answer = lambda each: Outcome("blocked_address") if each.subscription == "sub_1" else OK
    begin = engine.now
    for number in range(4):
        engine.change(f"occ_{number}", Status.OPEN)
    engine.run_to(begin + timedelta(hours=90))
    with engine.store.begin() as tx:
        tx.deliveries.give_up(engine.now - timedelta(hours=80), 50_000, engine.now, 500)
    told = notices(engine, EventType.DELIVERY_EXHAUSTED)
    assert set(engine.states()) == {"exhausted"}
    assert 1 <= len(told) <= 2
    assert all(one["data"]["count"] >= 1 for one in told)


def test_notices_go_to_the_owners_other_subscriptions_alone(engine: Engine) -> None:
    engine.subscribe("sub_of_another", "*", owner="key_2")
    fail_for(engine, 2 * HOUR)
    assert notices(engine, FAILING)
    assert EventType.SUBSCRIPTION_FAILING not in {row.type for row in engine.rows("sub_of_another")}


def test_what_comes_during_a_pause_waits_for_its_end(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    engine.pause()
    engine.change("occ_2", Status.OPEN)
    engine.until_quiet()
    assert (engine.sent, engine.states()) == ([], ["held", "held"])
    assert engine.enable("missed") == 2
    engine.until_quiet()
    assert engine.bodies() == ["occ_1 1 open", "occ_2 1 open"]


def test_what_is_on_its_way_when_a_pause_begins_may_arrive(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    engine.answer = lambda _: None
    (sent,) = engine.turn()
    engine.pause()
    engine.land({sent.delivery.id: (sent, OK)})
    assert engine.states() == ["succeeded"]


def test_what_fails_after_the_pause_began_is_held(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    engine.answer = lambda _: None
    (sent,) = engine.turn()
    engine.pause()
    engine.land({sent.delivery.id: (sent, REFUSED)})
    assert engine.states() == ["held"]


def test_a_late_result_of_a_lost_lease_is_logged_and_changes_nothing(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    engine.answer = lambda _: None
    (first,) = engine.turn()
    engine.now += engine.lease
    (second,) = engine.turn()
    engine.land({first.delivery.id: (first, REFUSED)})
    assert engine.states() == ["pending"]
    engine.land({second.delivery.id: (second, OK)})
    assert engine.states() == ["succeeded"]
    with engine.store.read() as tx:
        (log,) = tx.deliveries.attempts([first.delivery.id]).values()
    assert [attempt.outcome.code for attempt in log] == ["http_500", "ok"]


def test_a_result_for_a_deleted_subscription_is_forgotten(engine: Engine) -> None:
    engine.subscribe()
    engine.change("occ_1", Status.OPEN)
    engine.answer = lambda _: None
    (sent,) = engine.turn()
    with engine.store.begin() as tx:
        tx.subscriptions.delete("sub_1")
    engine.land({sent.delivery.id: (sent, REFUSED)})
    assert engine.turn() == []
    with engine.store.read() as tx:
        assert tx.deliveries.attempts([sent.delivery.id])[sent.delivery.id] == []


def heartbeats(engine: Engine, upkeep: Upkeep, span: timedelta) -> None:
    """Let the jobs of a worker run for a while."""
    end = engine.now + span
    while engine.now < end:
        upkeep.send_heartbeats(Now(engine.now, engine.now))
        engine.until_quiet()
        engine.now += upkeep.tick


def test_everybody_gets_a_heartbeat_an_interval_and_not_all_at_once(engine: Engine) -> None:
    for number in range(100):
        engine.subscribe(f"sub_{number:03}", "system.heartbeat")
    upkeep = Upkeep(engine.store, "worker", "https://c.example", HOUR)
    heartbeats(engine, upkeep, 3 * HOUR)
    by_subscription: dict[str, list[Any]] = {}
    for each in engine.sent:
        by_subscription.setdefault(each.delivery.subscription, []).append(each.at)
    assert len(by_subscription) == 100
    assert {len(instants) for instants in by_subscription.values()} == {3}
    assert {later - earlier for instants in by_subscription.values() for earlier, later in pairwise(instants)} == {HOUR}
    assert len({each.at for each in engine.sent}) > 60


def test_a_heartbeat_tells_what_waits_and_which_sources_are_silent(engine: Engine) -> None:
    with engine.store.begin() as tx:
        tx.sources.configure([a_source()], engine.now)
    engine.subscribe("sub_1", "system.heartbeat", "corridor.*")
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", Status.OPEN)
    engine.turn()
    upkeep = Upkeep(engine.store, "worker", "https://c.example", HOUR)
    for _ in range(60):
        upkeep.send_heartbeats(Now(engine.now, engine.now))
        engine.now += upkeep.tick
    beat = json.loads(engine.rows()[-1].body)
    told = beat["data"]
    assert (told["interval_seconds"], told["cursor"]) == (3600, beat["cursor"])
    assert told["coverage"]["sources"] == 1
    assert told["coverage"]["ok"] == 0
    figures = told["subscription"]
    assert (figures["id"], figures["seq"], figures["pending"]) == ("sub_1", 1, 1)
    assert figures["failed_24h"] >= 1


def test_a_sweep_ends_what_is_old_and_leaves_what_is_pending(engine: Engine) -> None:
    engine.subscribe("sub_1")
    engine.subscribe("sub_paused")
    engine.pause("sub_paused")
    engine.change("occ_1", Status.OPEN)
    engine.until_quiet()
    engine.now += timedelta(days=31)
    engine.change("occ_2", Status.OPEN)
    Upkeep(engine.store, "worker", "https://c.example", HOUR).sweep(engine.now, engine.now - timedelta(days=30))
    assert [(row.occurrence, row.state) for row in engine.rows()] == [("occ_2", "pending")]
    assert engine.states("sub_paused") == ["cancelled", "held"]


def test_a_disabled_subscription_starts_anew_when_it_is_enabled(engine: Engine) -> None:
    engine.subscribe()
    with engine.store.begin() as tx:
        held = tx.subscriptions.hold(["sub_1"])["sub_1"]
        tx.subscriptions.put(replace(held, state="disabled", disabled_reason="gone"))
    engine.change("occ_1", Status.OPEN)
    engine.change("occ_1", Status.CLOSED)
    assert engine.enable("latest") == 1
    engine.until_quiet()
    assert engine.bodies() == ["occ_1 2 closed"]


def owned_by(engine: Engine, expires_at: datetime | None = None) -> str:
    """Make a key with a subscription, and return its id."""
    with engine.store.begin() as tx:
        key, _ = tx.keys.create("our desk", "subscribe", engine.now, expires_at)
    engine.subscribe("sub_1", "corridor.*", owner=key.id)
    return key.id


@pytest.mark.parametrize("reason", ["key_revoked", "key_expired"])
def test_a_key_that_ends_takes_its_subscriptions_along_and_each_is_told(engine: Engine, reason: str) -> None:
    key = owned_by(engine, engine.now + HOUR if reason == "key_expired" else None)
    engine.subscribe("sub_of_another", "*")
    upkeep = Upkeep(engine.store, "worker", "https://c.example", HOUR)
    assert upkeep.end_ownerless(engine.now) == 0
    engine.change("occ_1", Status.OPEN)
    if reason == "key_revoked":
        with engine.store.begin() as tx:
            tx.keys.revoke(key, engine.now)
    engine.now += HOUR
    assert upkeep.end_ownerless(engine.now) == 1
    engine.change("occ_2", Status.OPEN)
    engine.until_quiet()
    told = [each.delivery for each in engine.sent if each.delivery.subscription == "sub_1"]
    assert [each.type for each in told] == [DISABLED]
    assert json.loads(told[0].body)["data"]["reason"] == reason
    assert engine.states() == ["held", "succeeded", "held"]
    assert engine.states("sub_of_another") == ["succeeded"] * 2
    assert upkeep.end_ownerless(engine.now) == 0


def test_the_last_word_is_tried_again_like_any_other_and_nothing_else_is_sent(engine: Engine) -> None:
    key = owned_by(engine)
    with engine.store.begin() as tx:
        tx.keys.revoke(key, engine.now)
    Upkeep(engine.store, "worker", "https://c.example", HOUR).end_ownerless(engine.now)
    said = iter([REFUSED, GONE])
    engine.answer = lambda _: next(said, OK)
    engine.change("occ_1", Status.OPEN)
    engine.run_to(engine.now + HOUR)
    assert engine.states() == ["succeeded", "held"]
    assert {each.delivery.type for each in engine.sent} == {DISABLED}
    with engine.store.read() as tx:
        assert tx.subscriptions.find(["sub_1"])["sub_1"].disabled_reason == "key_revoked"
