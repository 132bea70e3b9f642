"""People overrule the reader: nothing is erased, everything can be undone, and the day is as if it had not been."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors import hindsight
from corridors.desk import Desk, Ruling, Word
from corridors.errors import NotFound, Unprocessable
from corridors.ledger import Announced, Ledger, tally_of
from corridors.model import (
    EVERYTHING,
    Author,
    Basis,
    Claim,
    Corridor,
    Decision,
    Now,
    Occurrence,
    Reading,
    Reason,
    Statement,
    Status,
)
from corridors.selection import Selection
from corridors.store import Store, Transaction
from tests.make import DAY, a_document, a_route, a_source, a_statement, a_window, at

OLENA = Ruling(Author("key_olena", "Olena"), "called the administration")
SUMY = a_route("Sumy", "Poltava")


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, "https://corridors.example")


@pytest.fixture
def embedded_ledger(embedded: Store) -> Ledger:
    return Ledger(embedded, "https://corridors.example")


def now(clock: str = "12:00", day: date = DAY) -> Now:
    return Now(at(clock, day), at(clock, day))


def hear(ledger: Ledger, clock: str, *statements: Statement, day: date = DAY, **source: Any) -> list[Claim]:
    """Let a source say something, and return the claims that came of it."""
    spoke = a_source(**{"id": "ua-ministry"} | source)
    document = a_document(f"{spoke.id} at {clock} on {day}", source=spoke.id, published_at=at(clock, day))
    ledger.submit(spoke, [Announced(document, Reading(statements))], now(clock, day))
    with ledger.store.read(EVERYTHING) as tx:
        return tx.claims.page(Selection(sources=frozenset({spoke.id})), limit=len(statements))


def decide(ledger: Ledger, act: Callable[..., Decision], *args: Any, clock: str = "12:00", day: date = DAY) -> Decision:
    """Let the desk do something in a transaction of its own."""
    with ledger.store.begin() as tx:
        return act(tx, *args, OLENA, now(clock, day))


def events(store: Store) -> list[dict[str, Any]]:
    with store.read(EVERYTHING) as tx:
        return [json.loads(event.body) for event in tx.events.after(0, 1000)]


def held(ledger: Ledger, day: date = DAY) -> dict[str, Occurrence]:
    """Return what is on a day, by the English name of the corridor."""
    with ledger.store.read(EVERYTHING) as tx:
        found = tx.corridors.occurrences_on("UA", day).values()
        return {tx.corridors.find([each.corridor])[each.corridor].name["en"]: each for each in found}


def listed(tx: Transaction) -> list[Corridor]:
    """Return the corridors that a list shows."""
    ids = [found.id for found in tx.corridors.page(limit=1000)]
    known = tx.corridors.find(ids)
    return [known[id_] for id_ in ids]


def claims_on(tx: Transaction, occurrence: str) -> list[Claim]:
    """Return the claims by which an occurrence is found."""
    return tx.claims.page(Selection(occurrences=frozenset({occurrence})), limit=99)


def everything(ledger: Ledger) -> Any:
    """Return all that is public and may not differ after a decision was undone; revisions and writing times may."""
    with ledger.store.read(EVERYTHING) as tx:
        corridors = [replace(each, updated_at=at("00:00")) for each in listed(tx)]
        ids = [found.id for found in tx.corridors.occurrence_page(Selection(), limit=1000)]
        held = tx.corridors.find_occurrences(ids)
        days = [replace(held[id_], revision=0, updated_at=at("00:00")) for id_ in ids]
        about = {id_: sorted(claim.id for claim in claims_on(tx, id_)) for id_ in ids}
        tallies = [tally_of(tx, "UA", None, day) for day in sorted({each.date for each in days})]
        claims = {claim.id: claim for claim in tx.claims.page(limit=1000) if claim.counts}
        return corridors, days, {id_: [c for c in ids if c in claims] for id_, ids in about.items()}, tallies, claims


def test_a_claim_added_by_hand_opens_a_corridor_and_says_that_people_decided_it(ledger: Ledger) -> None:
    hear(ledger, "08:00", a_statement())
    word = Word(a_statement(Status.OPEN), at("09:30"), "https://example.org/photo")
    decision = decide(ledger, Desk(ledger).add, word, clock="10:00")
    (occurrence,) = held(ledger).values()
    assert occurrence.assessment.status is Status.OPEN
    assert occurrence.assessment.basis is Basis.MANUAL
    assert occurrence.assessment.publishers == 1  # the desk confirms nobody
    with ledger.store.read(EVERYTHING) as tx:
        (claim,) = tx.claims.find([decision.made or ""])
        (revision,) = tx.documents.current([claim.document]).values()
    assert (claim.source, claim.authority.value, claim.said_at) == ("desk", "desk", at("09:30"))
    assert claim.known_at == at("10:00")
    assert revision.document.url == "https://example.org/photo"
    assert [event["type"] for event in events(ledger.store)] == ["corridor.announced", "corridor.opened"]


def test_a_rumour_counts_once_the_desk_confirms_it_and_no_longer_once_that_is_undone(ledger: Ledger) -> None:
    (rumour,) = hear(ledger, "09:00", a_statement(Status.OPEN), id="volunteer", reliability="e")
    assert [each.assessment.status for each in held(ledger).values()] == [Status.UNKNOWN]
    decision = decide(ledger, Desk(ledger).confirm, rumour.id)
    (occurrence,) = held(ledger).values()
    assert (occurrence.assessment.status, occurrence.assessment.basis) == (Status.OPEN, Basis.MANUAL)
    assert "confirmed_by_desk" in {why.rule for why in occurrence.assessment.why}
    decide(ledger, Desk(ledger).undo, decision.id, clock="12:30")
    assert [each.assessment.status for each in held(ledger).values()] == [Status.UNKNOWN]
    assert events(ledger.store)[-1]["type"] == "corridor.corrected"


def test_a_rejected_claim_is_told_but_nothing_follows_from_it(ledger: Ledger) -> None:
    hear(ledger, "08:00", a_statement())
    (wrong,) = hear(ledger, "10:00", a_statement(Status.OPEN), id="ua-paper", authority="media")
    decide(ledger, Desk(ledger).reject, wrong.id)
    (occurrence,) = held(ledger).values()
    assert occurrence.assessment.status is Status.ANNOUNCED
    assert not occurrence.assessment.operated
    assert ("rejected", (wrong.id,)) in {(why.rule, why.claims) for why in occurrence.assessment.why}
    last = events(ledger.store)[-1]
    assert (last["type"], last["data"]["previous"]["status"]) == ("corridor.corrected", "open")
    with ledger.store.read(EVERYTHING) as tx:
        assert wrong.id in {claim.id for claim in claims_on(tx, occurrence.id)}


def test_what_stood_on_rejected_claims_alone_is_retracted_and_does_not_come_back_with_the_next_day(
    embedded_ledger: Ledger,
) -> None:
    (wrong,) = hear(embedded_ledger, "08:00", a_statement(valid_on=(DAY, None)))
    decide(embedded_ledger, Desk(embedded_ledger).reject, wrong.id)
    (occurrence,) = held(embedded_ledger).values()
    assert occurrence.assessment.status is Status.UNKNOWN
    assert {why.rule for why in occurrence.assessment.why} == {"set_aside", "rejected"}
    assert events(embedded_ledger.store)[-1]["type"] == "corridor.retracted"
    embedded_ledger.lapse(now("09:00", DAY + timedelta(days=1)))
    assert not held(embedded_ledger, DAY + timedelta(days=1))


def test_correcting_the_hours_of_an_announcement_lifts_no_closure(ledger: Ledger) -> None:
    (morning,) = hear(ledger, "08:00", a_statement(windows=(a_window("09:00", "21:00"),)))
    hear(ledger, "11:00", a_statement(Status.SUSPENDED, reason=Reason.VIOLATED), id="ua-army")
    mended = replace(morning.statement, windows=(a_window("09:00", "19:00"),))
    decision = decide(ledger, Desk(ledger).correct, morning.id, mended)
    (occurrence,) = held(ledger).values()
    assert occurrence.assessment.status is Status.SUSPENDED
    assert [window.end for window in occurrence.assessment.windows] == ["19:00"]
    assert events(ledger.store)[-1]["type"] == "corridor.corrected"
    assert [change["field"] for change in events(ledger.store)[-1]["data"]["changed"]] == ["windows"]
    with ledger.store.read(EVERYTHING) as tx:
        old, new = tx.claims.find([morning.id, decision.made or ""])
    assert (old.verdict, new.corrects, new.said_at) == ("corrected", old.id, old.said_at)
    assert new.authority is old.authority


def test_a_correction_to_another_day_moves_the_corridor_there(embedded_ledger: Ledger) -> None:
    (claim,) = hear(embedded_ledger, "20:00", a_statement())
    tomorrow = DAY + timedelta(days=1)
    decision = decide(
        embedded_ledger, Desk(embedded_ledger).correct, claim.id, replace(claim.statement, valid_on=(tomorrow,) * 2)
    )
    assert [each.assessment.status for each in held(embedded_ledger).values()] == [Status.UNKNOWN]
    assert [each.assessment.status for each in held(embedded_ledger, tomorrow).values()] == [Status.ANNOUNCED]
    decide(embedded_ledger, Desk(embedded_ledger).undo, decision.id)
    assert [each.assessment.status for each in held(embedded_ledger).values()] == [Status.ANNOUNCED]
    assert not held(embedded_ledger, tomorrow)


def test_a_via_point_that_was_misread_leaves_the_corridor_with_its_claim(embedded_ledger: Ledger) -> None:
    hear(embedded_ledger, "08:00", a_statement())
    (wrong,) = hear(embedded_ledger, "08:30", a_statement(route=a_route(via=["Brovary"])), id="ua-paper")
    with embedded_ledger.store.read(EVERYTHING) as tx:
        (corridor,) = listed(tx)
    assert [place.name for place in corridor.route.via] == ["Brovary"]
    decide(embedded_ledger, Desk(embedded_ledger).reject, wrong.id)
    with embedded_ledger.store.read(EVERYTHING) as tx:
        (corridor,) = listed(tx)
    assert corridor.route.via == ()


def test_merged_corridors_are_one_day_by_day_and_their_old_ids_lead_on(ledger: Ledger) -> None:
    hear(ledger, "08:00", a_statement(), a_statement(route=a_route("Mariupol", "Berdiansk")))
    hear(ledger, "10:00", a_statement(Status.OPEN, route=a_route("Mariupol", "Berdiansk")))
    before = held(ledger)
    whole, part = before["Mariupol – Zaporizhzhia"], before["Mariupol – Berdiansk"]
    decision = decide(ledger, Desk(ledger).merge, part.corridor, whole.corridor)
    (occurrence,) = held(ledger).values()
    assert (occurrence.id, occurrence.assessment.status, occurrence.assessment.claims) == (whole.id, Status.OPEN, 3)
    with ledger.store.read(EVERYTHING) as tx:
        merged, target = (tx.corridors.find([part.corridor, whole.corridor])[each.corridor] for each in (part, whole))
        assert merged.merged_into == whole.corridor
        assert target.formerly == tuple(sorted((merged.id, merged.slug)))
        assert tx.corridors.moved_to(part.id) == whole.id
        assert [each.id for each in listed(tx)] == [whole.corridor]
    merger = next(event for event in events(ledger.store) if event["type"] == "corridor.merged")
    assert merger["data"]["merged_into"] == whole.corridor
    hear(ledger, "12:30", a_statement(Status.SUSPENDED, route=a_route("Mariupol", "Berdiansk"), reason=Reason.BLOCKED))
    assert [each.assessment.status for each in held(ledger).values()] == [Status.SUSPENDED]
    told = held(ledger)["Mariupol – Zaporizhzhia"].revision
    decide(ledger, Desk(ledger).undo, decision.id, clock="13:00")
    after = held(ledger)
    assert after["Mariupol – Berdiansk"].assessment.status is Status.SUSPENDED
    assert after["Mariupol – Zaporizhzhia"].assessment.status is Status.ANNOUNCED
    assert after["Mariupol – Zaporizhzhia"].revision > told
    assert after["Mariupol – Berdiansk"].revision > part.revision  # receivers keep the highest


def test_what_was_known_before_a_merger_is_still_known_to_have_been_so(embedded_ledger: Ledger) -> None:
    hear(embedded_ledger, "08:00", a_statement(), a_statement(route=SUMY))
    before = held(embedded_ledger)
    ids = before["Sumy – Poltava"].corridor, before["Mariupol – Zaporizhzhia"].corridor
    decision = decide(embedded_ledger, Desk(embedded_ledger).merge, *ids, clock="10:00")
    decide(embedded_ledger, Desk(embedded_ledger).undo, decision.id, clock="11:00")
    rules = embedded_ledger.rules
    with embedded_ledger.store.read(EVERYTHING) as tx:
        counts = [
            len(hindsight.on_day(tx, "UA", DAY, at(clock), rules).held)
            for clock in ("07:00", "09:00", "10:30", "11:30")
        ]
    assert counts == [0, 2, 1, 2]


def test_rejections_are_replayed_as_they_were_known(embedded_ledger: Ledger) -> None:
    hear(embedded_ledger, "08:00", a_statement())
    (wrong,) = hear(embedded_ledger, "09:00", a_statement(Status.OPEN))
    decision = decide(embedded_ledger, Desk(embedded_ledger).reject, wrong.id, clock="10:00")
    decide(embedded_ledger, Desk(embedded_ledger).undo, decision.id, clock="11:00")
    with embedded_ledger.store.read(EVERYTHING) as tx:
        statuses = [
            hindsight.on_day(tx, "UA", DAY, at(clock), embedded_ledger.rules).held[0].occurrence.assessment.status
            for clock in ("08:30", "09:30", "10:30", "11:30")
        ]
    assert statuses == ["announced", "open", "announced", "open"]


def test_split_claims_go_to_another_corridor_and_come_back(embedded_ledger: Ledger) -> None:
    first, second = hear(
        embedded_ledger, "08:00", a_statement(), a_statement(Status.OPEN, windows=(a_window("14:00", "16:00"),))
    )
    before = everything(embedded_ledger)
    opened = next(claim for claim in (first, second) if claim.statement.status is Status.OPEN)
    decision = decide(embedded_ledger, Desk(embedded_ledger).split, [opened.id], a_route("Mariupol", "Berdiansk"))
    statuses = {name: each.assessment.status for name, each in held(embedded_ledger).items()}
    assert statuses == {"Mariupol – Zaporizhzhia": "announced", "Mariupol – Berdiansk": "open"}
    mended = replace(opened.statement, people=100)
    corrected = decide(embedded_ledger, Desk(embedded_ledger).correct, opened.id, mended)
    assert held(embedded_ledger)["Mariupol – Berdiansk"].assessment.people == 100
    decide(embedded_ledger, Desk(embedded_ledger).undo, corrected.id)
    decide(embedded_ledger, Desk(embedded_ledger).undo, decision.id)
    assert everything(embedded_ledger) == before


def test_what_makes_no_sense_is_refused_with_a_sentence(embedded_ledger: Ledger) -> None:
    desk = Desk(embedded_ledger)
    first, second = hear(embedded_ledger, "08:00", a_statement(), a_statement(route=SUMY))
    mariupol, sumy = (held(embedded_ledger)[name].corridor for name in ("Mariupol – Zaporizhzhia", "Sumy – Poltava"))
    rejected = decide(embedded_ledger, desk.reject, first.id)
    with pytest.raises(Unprocessable, match="was rejected; undo"):
        decide(embedded_ledger, desk.confirm, first.id)
    decide(embedded_ledger, desk.undo, rejected.id)
    with pytest.raises(Unprocessable, match="undone already"):
        decide(embedded_ledger, desk.undo, rejected.id)
    with pytest.raises(Unprocessable, match="says already"):
        decide(embedded_ledger, desk.correct, second.id, second.statement)
    with pytest.raises(Unprocessable, match="into itself"):
        decide(embedded_ledger, desk.merge, sumy, sumy)
    decide(embedded_ledger, desk.merge, sumy, mariupol)
    with pytest.raises(Unprocessable, match="was merged into"):
        decide(embedded_ledger, desk.merge, mariupol, sumy)
    with pytest.raises(NotFound):
        decide(embedded_ledger, desk.reject, "clm_none")
    with pytest.raises(NotFound):
        decide(embedded_ledger, desk.undo, "dec_none")


ROUTES = [a_route(), a_route("Mariupol", "Berdiansk"), a_route("Mariupol", None), SUMY, a_route("Sumy", None)]
SAYINGS = st.builds(
    lambda route, status, hour, reliability, via, until: (
        a_statement(
            status,
            route=replace(ROUTES[route], via=a_route(via=via).via),
            valid_on=(DAY, DAY + timedelta(days=until)),
            people=50 * hour if status is Status.CLOSED else None,
        ),
        f"{hour:02}:00",
        reliability,
    ),
    st.integers(0, 4),
    st.sampled_from([Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED, Status.CLOSED]),
    st.integers(6, 20),
    st.sampled_from("bbe"),
    st.sampled_from([[], ["Brovary"]]),
    st.integers(0, 1),
)
DEEDS = st.tuples(
    st.sampled_from(["add", "confirm", "reject", "correct", "merge", "split"]), st.integers(0, 99), st.integers(0, 99)
)


@given(st.lists(SAYINGS, min_size=1, max_size=6), st.lists(DEEDS, min_size=1, max_size=5), st.randoms())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_decided_undoing_it_restores_exactly_what_was(
    embedded: Store, sayings: list[Any], deeds: list[Any], chance: Any
) -> None:
    ledger = Ledger(embedded, "https://corridors.example")
    with embedded.begin() as tx:
        wipe(tx)
    for number, (statement, clock, reliability) in enumerate(sayings):
        hear(ledger, clock, statement, id=f"source-{number}", reliability=reliability)
    ledger.lapse(now("21:00"))
    before = everything(ledger)
    made = [decision for deed in deeds if (decision := attempt(ledger, *deed))]
    chance.shuffle(made)
    for decision in made:
        decide(ledger, Desk(ledger).undo, decision.id, clock="21:00")
    assert everything(ledger) == before
    revisions: dict[str, int] = {}
    for event in events(embedded):
        occurrence = event["data"]["occurrence"]
        assert occurrence["revision"] > revisions.get(occurrence["id"], 0)
        revisions[occurrence["id"]] = occurrence["revision"]


def attempt(ledger: Ledger, act: str, one: int, other: int, clock: str = "21:00") -> Decision | None:
    """Do something of the desk's with whatever claims and corridors there are, if it can be done."""
    desk = Desk(ledger)
    with ledger.store.read(EVERYTHING) as tx:
        claims = [claim.id for claim in tx.claims.page(limit=99)]
        corridors = [corridor.id for corridor in listed(tx)]
    claim, other_claim = claims[one % len(claims)], claims[other % len(claims)]
    statement = a_statement(Status.OPEN, route=ROUTES[other % len(ROUTES)], people=other)
    choices: dict[str, Callable[[], Decision]] = {
        "add": lambda: decide(ledger, desk.add, Word(statement), clock=clock),
        "confirm": lambda: decide(ledger, desk.confirm, claim, clock=clock),
        "reject": lambda: decide(ledger, desk.reject, claim, clock=clock),
        "correct": lambda: decide(ledger, desk.correct, claim, statement, clock=clock),
        "merge": lambda: decide(
            ledger, desk.merge, corridors[one % len(corridors)], corridors[other % len(corridors)], clock=clock
        ),
        "split": lambda: decide(
            ledger,
            desk.split,
            [claim, other_claim],
            corridors[other % len(corridors)] if one % 2 else ROUTES[other % len(ROUTES)],
            clock=clock,
        ),
    }
    try:
        return choices[act]()
    except Unprocessable:
        return None


def wipe(tx: Any) -> None:
    """Empty the tables of a store, so that one file serves every example."""
    from corridors.store.tables import metadata

    for table in reversed(metadata.sorted_tables):
        if table.name != "alembic_version":
            tx.claims._connection.execute(table.delete())


def test_the_clock_of_a_decision_is_the_domains(embedded_ledger: Ledger) -> None:
    (claim,) = hear(embedded_ledger, "08:00", a_statement())
    real: datetime = at("23:00")
    with embedded_ledger.store.begin() as tx:
        decision = Desk(embedded_ledger).reject(tx, claim.id, OLENA, Now(at("12:00"), real))
    assert decision.decided_at == at("12:00")
