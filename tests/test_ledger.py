"""Documents become state, events and deliveries: all of it, once, and in one transaction."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors.errors import StoreError
from corridors.ledger import Announced, Ledger, tally_of
from corridors.model import (
    Document,
    EventType,
    Now,
    Occurrence,
    Reading,
    Reason,
    Source,
    Statement,
    Status,
    Subscription,
    Total,
)
from corridors.signature import secret_of
from corridors.store import Store
from tests.make import DAY, a_document, a_route, a_source, a_statement, a_window, at

EVENING = at("21:00")


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, "https://corridors.example")


def now(clock: str = "12:00", day: date = DAY) -> Now:
    return Now(at(clock, day), at(clock, day))


def said(clock: str, *statements: Statement, historic: bool = False, **fields: Any) -> Announced:
    totals: Sequence[Total] = fields.pop("totals", ())
    document = a_document(fields.pop("text", f"said at {clock}"), published_at=at(clock), **fields)
    return Announced(document, Reading(statements, tuple(totals)), historic)


def events(store: Store) -> list[dict[str, Any]]:
    with store.read() as tx:
        return [json.loads(event.body) for event in tx.events.after(0, 1000)]


def types(store: Store) -> list[str]:
    return [event["type"] for event in events(store)]


def occurrences(store: Store, day: date = DAY) -> list[Occurrence]:
    with store.read() as tx:
        return list(tx.corridors.occurrences_on("UA", day).values())


def closed(reason: Reason = Reason.COMPLETED, **fields: Any) -> Statement:
    return a_statement(Status.CLOSED, reason=reason, **fields)


def test_the_life_of_a_corridor_is_told_in_order(store: Store, ledger: Ledger) -> None:
    source = a_source()
    for clock, statement in (
        ("08:00", a_statement()),
        ("09:30", a_statement(Status.OPEN)),
        ("11:00", a_statement(Status.SUSPENDED, reason=Reason.VIOLATED)),
        ("13:00", a_statement(Status.OPEN)),
        ("20:00", closed(people=600)),
    ):
        assert ledger.submit(source, [said(clock, statement)], now(clock)) == 1
    assert types(store) == [
        *("corridor.announced", "corridor.opened", "corridor.suspended", "corridor.resumed", "corridor.closed")
    ]
    last = events(store)[-1]
    assert last["data"]["occurrence"]["people"] == 600
    assert last["data"]["previous"]["status"] == "open"
    assert last["data"]["corridor"]["name"]["en"] == "Mariupol – Zaporizhzhia"
    assert last["data"]["sources"][0]["id"] == source.id
    revisions = [event["data"]["occurrence"]["revision"] for event in events(store)]
    assert revisions == sorted(set(revisions))


def test_the_same_page_twice_makes_nothing_new(store: Store, ledger: Ledger) -> None:
    page = [said("08:00", a_statement()), said("08:05", a_statement(route=a_route("Sumy", "Poltava")))]
    assert ledger.submit(a_source(), page, now()) == 2
    before = events(store)
    assert ledger.submit(a_source(), page, now("12:05")) == 0
    assert events(store) == before
    with store.read() as tx:
        assert len(tx.documents.page(source=None, before_id=None, limit=9)) == 2


def test_an_edit_is_a_new_revision_and_withdraws_what_the_old_one_said(store: Store, ledger: Ledger) -> None:
    first = said("08:00", a_statement(), external_id="post/1", text="Mariupol")
    ledger.submit(a_source(), [first], now("08:01"))
    other = a_statement(route=a_route("Sumy", "Poltava"))
    edited = replace(first.document, text="Sumy", edited=True)
    ledger.submit(a_source(), [Announced(edited, Reading((other,)))], now("08:30"))
    with store.read() as tx:
        (current,) = tx.documents.page(source=None, before_id=None, limit=9)
        both = tx.documents.revisions(current.id)
        claims = tx.claims.of_document(current.id)
    assert [revision.document.text for revision in both] == ["Mariupol", "Sumy"]
    assert [claim.withdrawn_at is None for claim in claims] == [False, True]
    assert types(store)[0] == "corridor.announced"
    assert set(types(store)[1:]) == {"corridor.announced", "corridor.retracted"}
    assert {each.assessment.status for each in occurrences(store)} == {Status.ANNOUNCED, Status.UNKNOWN}


def test_an_evening_result_that_names_only_the_origin_belongs_to_the_mornings_route(
    store: Store, ledger: Ledger
) -> None:
    ledger.submit(a_source(), [said("08:00", a_statement())], now("08:01"))
    result = closed(route=a_route("Mariupol", None), people=100)
    ledger.submit(a_source(), [said("20:00", result)], now("20:01"))
    (occurrence,) = occurrences(store)
    assert occurrence.assessment.status is Status.CLOSED
    assert occurrence.assessment.people == 100


def test_a_result_read_before_its_announcement_moves_to_the_route_when_that_is_known(
    store: Store, ledger: Ledger
) -> None:
    result = closed(route=a_route("Mariupol", None), people=100)
    ledger.submit(a_source(), [said("20:00", result)], now("20:01"))
    ledger.submit(a_source(), [said("08:00", a_statement())], now("20:02"))
    (occurrence,) = occurrences(store)
    assert occurrence.assessment.people == 100
    assert types(store) == ["corridor.closed", "corridor.closed", "corridor.merged"]
    merged = events(store)[-1]["data"]
    assert merged["merged_into"] == occurrence.corridor


def test_nothing_of_a_page_is_kept_when_a_part_of_it_fails(store: Store, ledger: Ledger) -> None:
    bad = a_document("bad", published_at=datetime(2022, 3, 14), fetched_at=at("09:00"))  # noqa: DTZ001 - naive on purpose
    with pytest.raises((StoreError, ValueError)):
        ledger.submit(a_source(), [said("08:00", a_statement()), Announced(bad, Reading())], now())
    with store.read() as tx:
        assert tx.documents.page(source=None, before_id=None, limit=9) == []
    assert events(store) == []
    assert occurrences(store) == []


def test_the_clock_ends_what_nobody_reported_on_and_says_so_once(store: Store, ledger: Ledger) -> None:
    ledger.submit(a_source(), [said("08:00", a_statement(windows=(a_window("09:00", "18:00"),)))], now("08:01"))
    assert ledger.lapse(now("17:59")) == 1
    assert ledger.lapse(now("20:59")) == 0
    assert ledger.lapse(now("21:01")) == 1
    assert ledger.lapse(now("21:02")) == 0
    assert types(store) == ["corridor.announced", "corridor.ending", "corridor.closed"]
    (occurrence,) = occurrences(store)
    assert occurrence.assessment.reason is Reason.EXPIRED


def test_the_clock_alone_never_opens_anything(store: Store, ledger: Ledger) -> None:
    ledger.submit(a_source(), [said("07:00", a_statement(windows=(a_window("09:00", "18:00"),)))], now("07:01"))
    ledger.lapse(now("09:01"))
    (occurrence,) = occurrences(store)
    assert occurrence.assessment.status is Status.ANNOUNCED


def test_what_holds_until_further_notice_gets_an_occurrence_every_day_and_no_event(
    store: Store, ledger: Ledger
) -> None:
    ledger.submit(a_source(), [said("08:00", a_statement(Status.OPEN, valid_on=(DAY, None)))], now("08:01"))
    ledger.lapse(now("00:01", DAY + timedelta(days=1)))
    (tomorrow,) = occurrences(store, DAY + timedelta(days=1))
    assert tomorrow.assessment.status is Status.OPEN
    assert types(store) == ["corridor.opened"]


def test_history_is_written_and_nobody_is_told(store: Store, ledger: Ledger) -> None:
    subscribe(store)
    ledger.submit(a_source(), [said("08:00", a_statement(), historic=True)], now("23:00"))
    (event,) = events(store)
    assert event["historic"]
    assert owed(store) == []
    with store.read() as tx:
        (claim,) = tx.claims.page(limit=9)
    assert claim.known_at == at("08:00")


def test_every_subscription_that_an_event_concerns_is_owed_it(store: Store, ledger: Ledger) -> None:
    subscribe(store, "sub_all")
    subscribe(store, "sub_sudan", countries=["SD"])
    subscribe(store, "sub_tally", types=("tally.updated",))
    ledger.submit(a_source(), [said("08:00", a_statement())], now("08:01"))
    assert owed(store) == [("sub_all", EventType.ANNOUNCED)]


def test_the_official_count_stands_beside_our_own(store: Store, ledger: Ledger) -> None:
    morning = said("08:00", a_statement(), totals=[Total(DAY, planned=10)])
    evening = said(
        "20:00", closed(people=600), totals=[Total(DAY, planned=10, operated=7, people=4000, approximate=True)]
    )
    ledger.submit(a_source(), [morning], now("08:01"))
    ledger.submit(a_source(), [evening], now("20:01"))
    with store.read() as tx:
        tally = tally_of(tx, "UA", None, DAY)
    assert (tally.planned, tally.operated, tally.people, tally.approximate) == (10, 7, 4000, True)
    assert (tally.routes_planned, tally.routes_operated, tally.routes_people) == (1, 1, 600)
    assert types(store).count("tally.updated") == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)))
def test_the_order_of_arrival_does_not_matter(tmp_path_factory: Any, order: list[int]) -> None:
    told = [
        ("08:00", a_statement(windows=(a_window("09:00", None),))),
        ("08:30", a_statement(route=a_route("Sumy", "Poltava"))),
        ("10:00", a_statement(Status.OPEN)),
        ("12:00", a_statement(Status.SUSPENDED, reason=Reason.BLOCKED, route=a_route("Sumy", "Poltava"))),
        ("20:00", closed(route=a_route("Mariupol", None), people=100)),
        ("20:10", closed(Reason.VIOLATED, route=a_route("Sumy", None))),
    ]
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('order') / 'x.db'}", bytes(32))
    store.migrate()
    ledger = Ledger(store, "https://corridors.example")
    for index in order:
        clock, statement = told[index]
        ledger.submit(a_source(), [said(clock, statement, external_id=f"post/{index}")], Now(EVENING, EVENING))
    got = {
        (each.id, each.corridor, each.assessment.status, each.assessment.reason, each.assessment.people)
        for each in occurrences(store)
    }
    store.dispose()
    assert {(status, reason, people) for _, _, status, reason, people in got} == {
        (Status.CLOSED, Reason.COMPLETED, 100),
        (Status.CLOSED, Reason.VIOLATED, None),
    }
    assert {id_ for id_, *_ in got} == _IDS or not _IDS
    _IDS.update(id_ for id_, *_ in got)


_IDS: set[str] = set()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the standing one first", "the standing one last"])
def test_what_holds_until_further_notice_reaches_days_that_were_told_before(
    embedded: Store, order: tuple[int, int]
) -> None:
    tomorrow = DAY + timedelta(days=1)
    told = [
        a_statement(valid_on=(DAY, None)),
        a_statement(route=a_route("Sumy", "Poltava"), valid_on=(tomorrow, tomorrow)),
    ]
    ledger = Ledger(embedded, "https://corridors.example")
    for index in order:
        ledger.submit(a_source(), [said("08:00", told[index], external_id=f"post/{index}")], now("08:01"))
    with embedded.read() as tx:
        assert len(tx.corridors.occurrences_on("UA", tomorrow)) == 2


def test_eight_writers_lose_nothing_double_nothing_and_keep_the_cursor_in_order(store: Store, ledger: Ledger) -> None:
    """Each writer submits its own documents about the same corridors; the last one closes."""
    names = ("Mariupol", "Sumy", "Hostomel", "Brovary")
    start = threading.Barrier(8)

    def write(number: int) -> None:
        source = a_source(f"source-{number}", publisher=f"Publisher {number}")
        start.wait()
        for name in names:
            statement = a_statement(Status.OPEN, route=a_route(name, "Poltava"))
            ledger.submit(source, [said("09:00", statement, source=source.id, external_id=name)], now("09:01"))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert types(store).count("corridor.opened") == len(names)
    with store.read() as tx:
        assert len(tx.documents.page(source=None, before_id=None, limit=99)) == 32
        cursors = [event.cursor for event in tx.events.after(0, 1000)]
    assert cursors == sorted(set(cursors))


def subscribe(
    store: Store, id_: str = "sub_1", *, types: tuple[str, ...] = ("corridor.*",), **filter_: Sequence[str]
) -> None:
    instant = at("06:00")
    with store.begin() as tx:
        tx.subscriptions.add(
            Subscription(
                id_,
                "key_1",
                "https://r.example/",
                types,
                filter_,
                (secret_of(bytes(32)),),
                "active",
                instant,
                instant,
                60,
            )
        )


def owed(store: Store) -> list[tuple[str, str]]:
    with store.read() as tx:
        return [
            (subscription.id, delivery.type)
            for subscription in tx.subscriptions.active()
            for delivery in tx.deliveries.page(subscription.id, state=None, type_=None, before_id=None, limit=9)
        ]


def test_a_document_and_its_source_are_kept_as_they_came(store: Store, ledger: Ledger) -> None:
    source: Source = a_source()
    item = said("08:00", a_statement(), text="Мир\u0301 🚌", title="t", media=("photo",))
    ledger.submit(source, [item], now("08:01"), b"<html>")
    with store.read() as tx:
        (kept,) = tx.documents.page(source=source.id, before_id=None, limit=9)
    document: Document = kept.document
    assert document == item.document
