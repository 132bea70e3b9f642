"""News never runs backwards: what no longer holds is not sent, and what holds is."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors.model import SNAPSHOT_TYPES, Delivery, EventType, Outcome, Status
from corridors.store import Store
from tests.webhooks.engine import OK, REFUSED, Engine

OPEN, CLOSED, ANNOUNCED, SUSPENDED = Status.OPEN, Status.CLOSED, Status.ANNOUNCED, Status.SUSPENDED
RUNS = 500


def test_an_opening_that_is_being_retried_gives_way_to_the_closing(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", OPEN)
    engine.turn()
    closing = engine.change("occ_1", CLOSED)
    opened, _ = engine.rows()
    assert (opened.state, opened.superseded_by) == ("superseded", closing)
    engine.answer = lambda _: OK
    engine.run_to(engine.now + timedelta(days=1))
    assert engine.bodies() == ["occ_1 1 open", "occ_1 2 closed"]
    assert engine.states() == ["superseded", "succeeded"]


def test_who_asked_for_openings_alone_is_sent_none_after_the_closing(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.opened")
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", OPEN)
    engine.turn()
    closing = engine.change("occ_1", CLOSED)
    engine.answer = lambda _: OK
    engine.run_to(engine.now + timedelta(days=1))
    assert engine.bodies() == ["occ_1 1 open"]
    assert [(row.state, row.superseded_by) for row in engine.rows()] == [("superseded", closing)]


def test_a_closing_is_not_lost_to_a_later_detail_that_was_not_asked_for(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.closed")
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", CLOSED)
    engine.turn()
    engine.change("occ_1", None)
    engine.answer = lambda _: OK
    engine.run_to(engine.now + timedelta(days=1))
    assert engine.states() == ["succeeded"]


def test_the_check_is_made_again_just_before_sending(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.opened")
    engine.change("occ_1", OPEN)
    with engine.store.begin() as tx:  # it is on its way when the closing comes, and its worker dies
        tx.queue.claim("dead", engine.now, engine.lease, room=9, places=2)
    engine.change("occ_1", CLOSED)
    assert engine.states() == ["pending"]
    engine.run_to(engine.now + 2 * engine.lease)
    assert engine.sent == []
    assert engine.states() == ["superseded"]


def test_what_is_retracted_or_merged_away_is_not_told_any_more(engine: Engine) -> None:
    engine.subscribe("sub_1", "corridor.opened")
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", OPEN)
    engine.turn()
    engine.change("occ_1", CLOSED, EventType.RETRACTED)
    engine.answer = lambda _: OK
    engine.run_to(engine.now + timedelta(days=1))
    assert engine.states() == ["superseded"]


@pytest.mark.parametrize("type_", [EventType.CORRECTED, EventType.RETRACTED, EventType.MERGED, EventType.DISPUTED])
def test_corrections_are_sent_although_there_is_newer_news(engine: Engine, type_: EventType) -> None:
    engine.subscribe()
    engine.change("occ_1", OPEN)
    engine.change("occ_1", OPEN, type_)
    engine.change("occ_1", CLOSED)
    engine.until_quiet()
    assert engine.bodies() == ["occ_1 2 open", "occ_1 3 closed"]


def test_a_receiver_that_chokes_on_a_correction_still_hears_of_the_closing(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda delivery: REFUSED if delivery.type == EventType.DISPUTED else OK
    engine.change("occ_1", OPEN, EventType.DISPUTED)
    engine.change("occ_1", CLOSED)
    engine.run_to(engine.now + timedelta(minutes=1))
    assert engine.states() == ["superseded", "succeeded"]
    assert engine.bodies() == ["occ_1 1 open"] * 3 + ["occ_1 2 closed"]


def test_an_archive_gets_everything_in_order(engine: Engine) -> None:
    engine.subscribe(superseding=False)
    for status in (ANNOUNCED, OPEN, SUSPENDED, CLOSED):
        engine.change("occ_1", status)
    engine.until_quiet()
    assert engine.bodies() == ["occ_1 1 announced", "occ_1 2 open", "occ_1 3 suspended", "occ_1 4 closed"]


def test_an_archive_that_fails_is_blocked_until_there_is_a_newer_status_only(engine: Engine) -> None:
    engine.subscribe(superseding=False)
    engine.answer = lambda _: REFUSED
    engine.change("occ_1", OPEN)
    engine.turn()
    engine.answer = lambda _: OK
    engine.change("occ_1", None)
    engine.until_quiet()
    assert engine.states() == ["pending", "pending"]
    engine.change("occ_1", CLOSED)
    engine.until_quiet()
    assert engine.bodies() == ["occ_1 1 open", "occ_1 2 open", "occ_1 3 closed"]


def test_occurrences_do_not_wait_for_each_other(engine: Engine) -> None:
    engine.subscribe()
    engine.answer = lambda delivery: REFUSED if delivery.occurrence == "occ_1" else OK
    engine.change("occ_1", OPEN)
    engine.change("occ_2", OPEN)
    engine.turn()
    assert engine.states() == ["pending", "succeeded"]


# What may happen between two looks: changes (of one of two occurrences), turns with what the receiver answers, pauses.
statuses = st.sampled_from([ANNOUNCED, OPEN, OPEN, SUSPENDED, CLOSED, None])
answers = st.sampled_from([OK, REFUSED, None, Outcome("http_503", 503, 30.0)])
steps = st.one_of(
    st.tuples(st.just("change"), st.integers(1, 2), statuses),
    st.tuples(st.just("turn"), st.lists(answers, min_size=1, max_size=4), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 6, 46, 400, 4000]), st.none()),
    st.tuples(st.just("pause"), st.sampled_from(["none", "latest", "missed"]), st.none()),
    st.tuples(st.just("resend"), st.integers(0, 20), st.none()),
)
filters = st.sampled_from([("*",), ("corridor.opened",), ("corridor.opened", "corridor.changed"), ("corridor.closed",)])
numbers = count()


@pytest.mark.timeout(600)
@settings(max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(types=filters, story=st.lists(steps, min_size=4, max_size=25))
def test_whatever_happens_live_news_rises_and_tells_what_holds(
    sqlite_store: Store, types: tuple[str, ...], story: list[tuple[Any, Any, Any]]
) -> None:
    play(sqlite_store, types, story)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(types=filters, story=st.lists(steps, min_size=4, max_size=25))
def test_it_does_on_postgresql_too(store: Store, types: tuple[str, ...], story: list[tuple[Any, Any, Any]]) -> None:
    play(store, types, story)


def play(store: Store, types: tuple[str, ...], story: list[tuple[Any, Any, Any]]) -> None:
    """Let a story happen to a subscription of its own, then let everything end, and check what was sent."""
    me, engine = f"sub_{next(numbers)}", Engine(store)
    engine.subscribe(me, *types)
    try:
        tell(engine, me, story)
        engine.answer = lambda _: OK
        engine.run_to(engine.now + timedelta(days=4))
        check(engine, me)
    finally:
        with engine.store.begin() as tx:
            tx.subscriptions.delete(me)


def tell(engine: Engine, me: str, story: list[tuple[Any, Any, Any]]) -> None:
    """Let the steps of a story happen; a pause ends with the next one, at the latest with the story."""
    paused: str | None = None
    for kind, what, more in [*story, ("pause", "latest", None)]:
        if kind == "change":
            engine.change(f"occ_{me}_{what}", more)
        elif kind == "turn":
            said = iter(what)
            engine.answer = lambda _, said=said: next(said, OK)  # type: ignore[misc]
            engine.turn()
        elif kind == "wait":
            engine.now += timedelta(seconds=what)
        elif kind == "pause" and paused is None:
            engine.pause(me)
            paused = str(what)
        elif kind == "pause":
            engine.enable(str(paused), me)
            paused = None
        elif kind == "resend" and (rows := engine.rows(me)):
            with engine.store.begin() as tx:
                tx.replays.resend(rows[what % len(rows)].id, engine.now)
    if paused:
        engine.enable(paused, me)


def check(engine: Engine, me: str) -> None:
    """Assert the invariants about everything that was sent."""
    assert set(engine.states(me)) <= {"succeeded", "superseded", "cancelled"}
    highest: dict[str, int] = defaultdict(int)
    bytes_of: dict[str, Delivery] = {}
    for each in engine.sent:
        delivery = each.delivery
        if each.is_live and delivery.occurrence:
            assert delivery.occurrence_revision >= highest[delivery.occurrence]
            highest[delivery.occurrence] = delivery.occurrence_revision
            if delivery.type in SNAPSHOT_TYPES:
                assert delivery.status == each.held
        first = bytes_of.setdefault(delivery.id, delivery)
        assert (first.event, first.body, first.seq) == (delivery.event, delivery.body, delivery.seq)
