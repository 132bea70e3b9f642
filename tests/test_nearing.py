"""Planned hours that are about to begin or to end are told of once, ahead of time, and never what is moot."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.day import Rules, add_up
from corridors.ledger import Announced, Ledger
from corridors.model import Now, Reading, Reason, Statement, Status
from corridors.status import to_tell
from corridors.store import Store
from tests.make import DAY, a_claim, a_document, a_source, a_statement, a_window, at


@pytest.fixture
def ledger(embedded: Store) -> Ledger:
    return Ledger(embedded, "https://corridors.example")


def tell(ledger: Ledger, clock: str, statement: Statement, *, historic: bool = False) -> None:
    document = a_document(f"said at {clock} {statement.windows}", published_at=at(clock))
    ledger.submit(a_source(), [Announced(document, Reading((statement,)), historic)], now(clock))


def now(clock: str) -> Now:
    return Now(at(clock), at(clock))


def pass_time(ledger: Ledger, *clocks: str) -> None:
    for clock in clocks:
        ledger.lapse(now(clock))


def near(store: Store) -> list[tuple[str, str]]:
    return [(body["type"], body["data"]["window"]["at"]) for body in bodies(store) if "window" in body["data"]]


def bodies(store: Store) -> list[dict[str, Any]]:
    with store.read() as tx:
        return [json.loads(event.body) for event in tx.events.after(0, 1000)]


def instant(clock: str) -> str:
    return at(clock).isoformat(timespec="milliseconds").replace("+00:00", "Z")


PLANNED = a_statement(windows=(a_window("09:00", "15:00"),))


def test_hours_are_told_of_once_before_they_begin_and_before_they_end(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, "07:00", PLANNED)
    pass_time(ledger, "08:29", "08:30", "08:31", "08:59", "09:30", "14:29")
    assert near(embedded) == [("corridor.starting", instant("09:00"))]
    pass_time(ledger, "14:30", "14:40", "15:30")
    assert near(embedded) == [("corridor.starting", instant("09:00")), ("corridor.ending", instant("15:00"))]
    assert all(body["data"]["occurrence"]["status"] == "announced" for body in bodies(embedded))


def test_other_hours_are_told_of_again(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, "07:00", PLANNED)
    pass_time(ledger, "08:30")
    tell(ledger, "08:40", a_statement(windows=(a_window("11:00", "15:00"),)))
    pass_time(ledger, "08:45", "10:29", "10:31")
    assert near(embedded) == [("corridor.starting", instant("09:00")), ("corridor.starting", instant("11:00"))]


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.CLOSED])
def test_what_is_stopped_neither_starts_nor_ends(embedded: Store, ledger: Ledger, status: Status) -> None:
    tell(ledger, "07:00", PLANNED)
    tell(ledger, "08:00", a_statement(status, reason=Reason.CANCELLED))
    pass_time(ledger, "08:30", "14:30", "15:01")
    assert near(embedded) == []


def test_after_a_standstill_what_is_moot_is_left_out(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, "07:00", PLANNED)
    pass_time(ledger, "09:05")
    assert near(embedded) == []
    pass_time(ledger, "14:50")
    assert near(embedded) == [("corridor.ending", instant("15:00"))]


def test_hours_that_a_report_has_opened_do_not_start_again(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, "07:00", PLANNED)
    tell(ledger, "08:10", a_statement(Status.OPEN))
    pass_time(ledger, "08:30", "08:50")
    assert near(embedded) == []


def test_history_is_not_told_as_what_is_about_to_come(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, "08:45", PLANNED, historic=True)
    assert near(embedded) == []


def test_an_event_says_when_it_happened_when_it_was_told_and_when_it_was_recorded(
    embedded: Store, ledger: Ledger
) -> None:
    document = a_document(published_at=at("07:00"))
    ledger.submit(a_source(), [Announced(document, Reading((PLANNED,)))], now("07:20"))
    pass_time(ledger, "08:30")
    announced, starting = bodies(embedded)
    assert [announced[name] for name in ("event_at", "source_at", "recorded_at")] == [
        *(instant("07:00"), instant("07:00"), instant("07:20")),
    ]
    assert [starting[name] for name in ("event_at", "source_at", "recorded_at")] == [
        *(instant("09:00"), instant("07:00"), instant("08:30")),
    ]
    assert announced["timestamp"] == announced["recorded_at"]


CLOCKS = st.sampled_from([f"{hour:02}:{minute:02}" for hour in range(6, 23) for minute in (0, 20, 40)])


@settings(deadline=None)
@given(st.lists(CLOCKS, min_size=2, max_size=6, unique=True), st.lists(CLOCKS, min_size=1, max_size=12))
def test_however_often_one_looks_each_is_told_once_and_in_time(ends: list[str], looks: list[str]) -> None:
    ends = sorted(ends)
    windows = tuple(a_window(*pair) for pair in zip(ends[::2], ends[1::2], strict=False))
    claims = [a_claim(Status.ANNOUNCED, "05:00", windows=windows)]
    before, told = None, []
    for look in sorted(looks):
        (held,) = add_up("UA", DAY, claims, at(look), Rules()).held
        told += [(each.type, each.at, at(look)) for each in to_tell(before, held.occurrence.assessment, at(look))]
        before = held.occurrence.assessment
    assert len({(type_, when) for type_, when, _ in told}) == len(told)
    assert all(timedelta(0) < when - looked <= timedelta(minutes=30) for _, when, looked in told)
    assert {when for _, when, _ in told} <= _instants(ends)


def _instants(clocks: list[str]) -> set[datetime]:
    return {at(clock) for clock in clocks}
