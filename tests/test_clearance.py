"""What a clearance does not cover is absent, and the record says that something is withheld."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors.day import Rules, seen_with, seen_with_each
from corridors.desk import Desk, Ruling
from corridors.ledger import Announced, Ledger
from corridors.model import (
    CLEARANCES,
    EVERYBODY,
    EVERYTHING,
    PUBLIC,
    Author,
    Band,
    Claim,
    EventType,
    Now,
    Occurrence,
    Reading,
    Reason,
    Sensitivity,
    Statement,
    Status,
    Total,
    from_bands,
    runs,
)
from corridors.selection import Selection
from corridors.status import assess
from corridors.store import Store
from tests.make import DAY, ZONE, a_claim, a_document, a_route, a_source, a_statement, at
from tests.postgres import KEY

MODERATE, HIGH = Sensitivity.MODERATE, Sensitivity.HIGH
OPEN_SOURCE = a_source("open")
SECRET = a_source("secret", sensitivity=HIGH, publisher="Field team", party=None, republish="full")


@pytest.fixture
def ledger(embedded: Store) -> Ledger:
    return Ledger(embedded, "https://corridors.example")


def now(clock: str) -> Now:
    return Now(at(clock), at(clock))


def said(clock: str, *statements: Statement, totals: tuple[Total, ...] = (), **fields: Any) -> Announced:
    return Announced(
        a_document(f"said at {clock} {fields}", published_at=at(clock), **fields), Reading(statements, totals)
    )


def tell(ledger: Ledger, source: Any, clock: str, *statements: Statement, **fields: Any) -> None:
    ledger.submit(source, [said(clock, *statements, source=source.id, **fields)], now(clock))


def occurrences(store: Store, clearance: Sensitivity = PUBLIC) -> list[Occurrence]:
    with store.read(clearance) as tx:
        return list(tx.corridors.occurrences_on("UA", DAY).values())


def types(store: Store, clearance: Sensitivity = PUBLIC) -> list[str]:
    with store.read(clearance) as tx:
        return [event.type.value for event in tx.events.after(0, 1000)]


def test_nothing_withheld_costs_one_row_and_one_event_for_all(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    with embedded.read() as tx:
        (event,) = tx.events.after(0, 10)
        layers = tx.corridors.layers_on("UA", DAY)
    assert event.band == EVERYBODY
    assert [[band for band, _ in runs(each)] for each in layers.values()] == [[EVERYBODY]]


def test_each_clearance_has_the_state_that_its_claims_add_up_to(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    tell(ledger, SECRET, "10:00", a_statement(Status.SUSPENDED, reason=Reason.VIOLATED))
    (public,), (cleared,) = occurrences(embedded), occurrences(embedded, HIGH)
    assert (public.assessment.status, public.assessment.withheld, public.assessment.claims) == (
        *(Status.ANNOUNCED, True, 1),
    )
    assert (cleared.assessment.status, cleared.assessment.withheld, cleared.assessment.claims) == (
        *(Status.SUSPENDED, False, 2),
    )
    assert types(embedded) == ["corridor.announced"]
    assert types(embedded, HIGH) == ["corridor.announced", "corridor.suspended"]
    tell(ledger, OPEN_SOURCE, "12:00", a_statement(Status.OPEN))
    assert types(embedded) == ["corridor.announced", "corridor.opened"]
    assert types(embedded, EVERYTHING)[-1] == "corridor.resumed"


def test_a_corridor_that_only_withheld_claims_know_is_absent(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, SECRET, "08:00", a_statement(route=a_route("Sumy", "Poltava")))
    for clearance, there in ((PUBLIC, False), (MODERATE, False), (HIGH, True), (EVERYTHING, True)):
        with embedded.read(clearance) as tx:
            assert bool(tx.corridors.page(limit=9)) is there
            assert bool(tx.corridors.countries()) is there
            assert bool(tx.claims.page(limit=9)) is there
            assert bool(tx.documents.page(source=None, before_id=None, limit=9)) is there
            assert bool(tx.events.latest(9)) is there
    tell(ledger, OPEN_SOURCE, "09:00", a_statement(route=a_route("Sumy", "Poltava")))
    assert types(embedded) == ["corridor.announced"]
    assert types(embedded, HIGH).count("corridor.announced") == 1, "who knew it already is not told again"


def test_the_route_shows_no_stop_that_only_a_withheld_claim_names(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    tell(ledger, SECRET, "09:00", a_statement(route=a_route(via=("Berdiansk",))))
    seen = {}
    for clearance in (PUBLIC, HIGH):
        with embedded.read(clearance) as tx:
            (found,) = tx.corridors.page(limit=9)
            (corridor,) = tx.corridors.find([found.id]).values()
            seen[clearance] = [place.name for place in corridor.route.via]
            (part,) = tx.corridors.parts([found.id]).values()
            assert (b"Berdiansk" in part.summary) == (clearance is HIGH)
            assert bool(tx.corridors.page(Selection(via=frozenset({"berdiansk"})), limit=9)) == (clearance is HIGH)
    assert seen == {PUBLIC: [], HIGH: ["Berdiansk"]}
    tell(ledger, OPEN_SOURCE, "10:00", a_statement(Status.OPEN))
    with embedded.read() as tx:
        assert b"Berdiansk" not in b"".join(event.body for event in tx.events.after(0, 99))


def test_the_figures_of_a_withheld_source_are_in_no_lesser_tally(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement(), totals=(Total(DAY, planned=10),))
    tell(ledger, SECRET, "09:00", a_statement(), totals=(Total(DAY, planned=12, people=77),))
    with embedded.read() as tx:
        bodies = [json.loads(event.body) for event in tx.events.after(0, 99) if event.type is EventType.TALLY_UPDATED]
        assert [figure.total.planned for figure in tx.claims.figures_on(DAY, DAY)] == [10]
    assert [body["data"]["tally"]["official"]["planned"] for body in bodies] == [10]
    assert types(embedded, HIGH).count("tally.updated") == 2


def test_a_source_is_not_named_to_whom_it_is_withheld_from(embedded: Store, ledger: Ledger) -> None:
    with embedded.begin() as tx:
        tx.sources.configure([OPEN_SOURCE, SECRET], at("07:00"))
    ledger.note_source(EventType.SOURCE_SILENT, SECRET, "nothing", now("08:00"))
    with embedded.read() as tx:
        assert [source.id for source, _ in tx.sources.page(after_id=None, limit=9)] == ["open"]
        assert tx.sources.coverage().sources == 1
    assert (types(embedded), types(embedded, HIGH)) == ([], ["source.silent"])


def test_what_follows_a_withheld_claim_after_its_withdrawal_is_everybodys_again(
    embedded: Store, ledger: Ledger
) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    tell(ledger, SECRET, "09:00", a_statement(Status.OPEN))
    with embedded.read(EVERYTHING) as tx:
        (secret,) = tx.documents.page(source="secret", before_id=None, limit=9)
    ledger.retract([secret.id], now("10:00"))
    (public,), (cleared,) = occurrences(embedded), occurrences(embedded, EVERYTHING)
    assert not public.assessment.withheld
    assert public.assessment == cleared.assessment


SENSITIVITIES = st.sampled_from(CLEARANCES)


@st.composite
def days(draw: st.DrawFn) -> list[Claim]:
    """Claims of any sensitivity about two routes that may be mistaken for each other."""
    routes = [a_route(), a_route("Mariupol", None), a_route("Mariupol", "Berdiansk"), a_route(via=("Berdiansk",))]
    return [
        a_claim(
            draw(st.sampled_from([Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED, Status.CLOSED])),
            f"{draw(st.integers(6, 20)):02}:00",
            route=draw(st.sampled_from(routes)),
            publisher=draw(st.sampled_from(["one", "two", "three"])),
            claim={"sensitivity": draw(SENSITIVITIES)},
        )
        for _ in range(draw(st.integers(0, 6)))
    ]


@settings(deadline=None)
@given(days(), SENSITIVITIES)
def test_a_clearance_sees_what_would_be_if_the_rest_had_never_been_said(
    claims: list[Claim], clearance: Sensitivity
) -> None:
    instant, rules = at("21:30"), Rules()
    covered = [claim for claim in claims if claim.sensitivity.rank <= clearance.rank]
    seen = seen_with(clearance, "UA", DAY, claims, instant, rules)
    alone = seen_with(EVERYTHING, "UA", DAY, covered, instant, rules)
    assert [(each.corridor, each.claims) for each in seen.held] == [(each.corridor, each.claims) for each in alone.held]
    assert seen.doubts == alone.doubts
    assert seen.withheld is (len(covered) < len(claims))
    for mine, its in zip(seen.held, alone.held, strict=True):
        held = mine.occurrence.assessment
        said_here = assess([*mine.claims], DAY, ZONE, instant)
        assert (held.status, held.why, held.claims) == (said_here.status, said_here.why, said_here.claims)
        assert held.status is its.occurrence.assessment.status
    assert seen_with_each("UA", DAY, claims, instant, rules)[clearance.rank] == seen


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=4))
def test_runs_and_bands_are_two_ways_to_say_the_same(layers: list[str]) -> None:
    kept = dict(runs(layers))
    assert from_bands(kept) == tuple(layers)
    assert all(Band(*band).covers(band.lowest) for band in kept)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_any_order_each_clearance_ends_with_the_state_of_its_claims(
    data: st.DataObject, sqlite_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sources = {level: a_source(f"s-{level}", sensitivity=level, publisher=f"p-{level}") for level in CLEARANCES}
    texts = [
        (data.draw(SENSITIVITIES), data.draw(st.integers(6, 12)), data.draw(st.sampled_from([*Status][:3])))
        for _ in range(data.draw(st.integers(1, 5)))
    ]
    whole, alone = (_fresh(sqlite_url, tmp_path_factory) for _ in range(2))
    clearance = data.draw(SENSITIVITIES)
    for store, skip in ((whole, False), (alone, True)):
        ledger = Ledger(store, "https://corridors.example")
        for number, (level, hour, status) in enumerate(texts):
            if skip and level.rank > clearance.rank:
                continue
            one = said(f"{hour:02}:00", a_statement(status), external_id=str(number), source=f"s-{level}")
            ledger.submit(sources[level], [one], Now(at("13:00") + timedelta(minutes=number), at("13:00")))
    seen, expected = occurrences(whole, clearance), occurrences(alone, EVERYTHING)
    assert [(each.id, each.assessment.status, each.assessment.since_at) for each in seen] == [
        (each.id, each.assessment.status, each.assessment.since_at) for each in expected
    ]
    assert types(whole, clearance) == types(alone, EVERYTHING)
    whole.dispose()
    alone.dispose()


def _fresh(url: str, folders: pytest.TempPathFactory) -> Store:
    path = shutil.copyfile(url.removeprefix("sqlite:///"), folders.mktemp("clearance") / "corridors.db")
    return Store(f"sqlite:///{path}", KEY)


RULING = Ruling(Author("key_1", "a desk"), "the convoy is still under way")


def classify(ledger: Ledger, id_: str, level: Sensitivity, clock: str) -> str:
    with ledger.store.begin() as tx:
        return Desk(ledger).classify(tx, id_, level, RULING, now(clock)).id


def claims(store: Store, clearance: Sensitivity) -> list[Claim]:
    with store.read(clearance) as tx:
        return tx.claims.page(limit=9)


def test_a_claim_that_the_desk_withholds_is_gone_for_lesser_readers_with_all_that_told_of_it(
    embedded: Store, ledger: Ledger
) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    tell(ledger, OPEN_SOURCE, "09:00", a_statement(route=a_route(via=("Berdiansk",))))
    (secret, _) = claims(embedded, PUBLIC)
    decision = classify(ledger, secret.id, HIGH, "10:00")
    with embedded.read() as tx:
        told = b"".join(event.body for event in tx.events.after(0, 99))
        (corridor,) = tx.corridors.find([found.id for found in tx.corridors.page(limit=9)]).values()
        assert not tx.documents.revisions(secret.document)
        assert not tx.claims.find([secret.id])
    assert b"Berdiansk" not in told
    assert corridor.route.via == ()
    assert [each.assessment.withheld for each in occurrences(embedded)] == [True]
    assert [each.assessment.claims for each in occurrences(embedded, EVERYTHING)] == [2]
    with embedded.begin() as tx:
        Desk(ledger).undo(tx, decision, RULING, now("11:00"))
    assert len(claims(embedded, PUBLIC)) == 2
    assert [each.assessment.withheld for each in occurrences(embedded)] == [False]
    with embedded.read() as tx:
        assert tx.documents.revisions(secret.document)


def test_what_the_desk_releases_is_everybodys_but_its_document_stays_withheld(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, SECRET, "08:00", a_statement(), a_statement(route=a_route("Sumy", "Poltava")))
    released, _ = claims(embedded, HIGH)
    classify(ledger, released.id, PUBLIC, "09:00")
    assert [claim.id for claim in claims(embedded, PUBLIC)] == [released.id]
    assert len(occurrences(embedded)) == 1
    assert types(embedded) == ["corridor.announced"]
    with embedded.read() as tx:
        assert not tx.documents.revisions(released.document)


def test_claims_are_shown_as_they_were_known(embedded: Store, ledger: Ledger) -> None:
    tell(ledger, OPEN_SOURCE, "08:00", a_statement())
    (claim,) = claims(embedded, PUBLIC)
    ledger.retract([claim.document], now("10:00"))
    with embedded.read() as tx:
        assert tx.claims.page(as_of=at("07:59"), limit=9) == []
        assert tx.claims.page(as_of=at("09:00"), limit=9) == [claim]
        assert tx.claims.find([claim.id], at("07:59")) == []
        assert tx.claims.page(as_of=at("12:00"), limit=9) == tx.claims.page(limit=9)
