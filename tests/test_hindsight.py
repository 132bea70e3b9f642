"""What is known now is what is shown now, and no word of later gets into what was known before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridors import hindsight
from corridors.day import Rules
from corridors.desk import Desk
from corridors.ledger import Announced, Ledger, tally_of
from corridors.model import EVERYTHING, Now, Occurrence, Reading, Status, Total
from corridors.selection import Selection
from corridors.store import Store, Transaction
from tests.make import DAY, a_document, a_route, a_source, a_statement, a_window, at
from tests.test_desk import OLENA, attempt, wipe

ROUTES = [a_route(), a_route("Mariupol", None), a_route(via=("Berdiansk",)), a_route("Sumy", "Poltava")]
SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def histories(longest: tuple[date, date | None]) -> st.SearchStrategy[list[Any]]:
    """Deeds one after another, about one day or about `longest`."""
    statements = st.builds(
        a_statement,
        st.sampled_from([Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED, Status.CLOSED]),
        st.sampled_from(ROUTES),
        windows=st.sampled_from([(), (a_window("08:00", "10:00"),)]),
        valid_on=st.sampled_from([(DAY, DAY), longest]),
        people=st.none() | st.integers(0, 900),
    )
    number = st.integers(0, 99)
    said = st.tuples(st.just("say"), st.integers(0, 3), st.lists(statements, max_size=2))
    deleted = st.tuples(st.just("delete"), st.integers(0, 3))
    decided = st.tuples(st.sampled_from(["add", "confirm", "reject", "correct", "merge", "split"]), number, number)
    others = st.tuples(st.just("undo"), number) | st.tuples(st.just("wait"))
    return st.lists(st.one_of(said, deleted, decided, others), min_size=1, max_size=8)


HISTORIES = st.sampled_from([(DAY, DAY + timedelta(days=1)), (DAY, None)]).flatmap(histories)


def shown(tx: Transaction) -> Any:
    """Return the state as everything that is public tells it now."""
    ids = [found.id for found in tx.corridors.page(limit=99)]
    days = tx.corridors.find_occurrences([found.id for found in tx.corridors.occurrence_page(Selection(), limit=99)])
    corridors = tx.corridors.find(ids)
    return (
        {id_: replace(corridor, updated_at=at("00:00"), formerly=()) for id_, corridor in corridors.items()},
        {id_: timeless(day) for id_, day in days.items()},
        [tally_of(tx, "UA", None, day.date) for day in days.values()],
        tx.claims.page(limit=99),
    )


def replayed(tx: Transaction, clock: str) -> Any:
    """Return the same as it was known at an instant."""
    known = hindsight.known(tx, "UA", at(clock), Rules())
    days = {day.occurrence.id: day.occurrence for each in known.values() for day in each.days}
    return (
        {id_: replace(each.corridor, updated_at=at("00:00"), formerly=()) for id_, each in known.items()},
        {id_: timeless(day) for id_, day in days.items()},
        [hindsight.tally_on(tx, "UA", None, day.date, at(clock), Rules()) for day in days.values()],
        tx.claims.page(as_of=at(clock), limit=99),
    )


def timeless(day: Occurrence) -> Occurrence:
    return replace(day, revision=0, updated_at=at("00:00"), route=None)


def do(ledger: Ledger, deed: Any, clock: str) -> None:
    """Let something happen, if it can."""
    now, (kind, *rest) = Now(at(clock), at(clock)), deed
    if kind == "say":
        number, statements = rest
        source = a_source(f"source-{number}")
        document = a_document(f"{clock} {statements}", source=source.id, external_id=source.id, published_at=at(clock))
        totals = (Total(DAY, planned=len(statements)),)
        ledger.submit(source, [Announced(document, Reading(tuple(statements), totals))], now)
    elif kind == "delete":
        with ledger.store.read(EVERYTHING) as tx:
            documents = tx.documents.page(source=f"source-{rest[0]}", before_id=None, limit=9)
        ledger.retract([document.id for document in documents], now)
    elif kind == "undo":
        with ledger.store.begin() as tx:
            made = [each for each in tx.decisions.page(limit=99) if each.undone_at is None]
            if made:
                Desk(ledger).undo(tx, made[rest[0] % len(made)].id, OLENA, now)
    elif kind != "wait":
        with ledger.store.read(EVERYTHING) as tx:
            there = tx.claims.page(limit=1) and tx.corridors.page(limit=1)
        if there:
            attempt(ledger, kind, rest[0], rest[1], clock)
    ledger.lapse(now)


@SETTINGS
@given(HISTORIES)
def test_what_is_known_at_this_instant_is_what_is_shown_and_no_later_word_gets_into_it(
    embedded: Store, deeds: list[Any]
) -> None:
    ledger = Ledger(embedded, "https://corridors.example")
    with embedded.begin() as tx:
        wipe(tx)
    seen = {}
    for number, deed in enumerate(deeds):
        clock = f"{6 + number:02}:30"
        do(ledger, deed, clock)
        with embedded.read(EVERYTHING) as tx:
            seen[clock] = shown(tx)
            assert_same(replayed(tx, clock), seen[clock])
    for clock, then in seen.items():
        with embedded.read(EVERYTHING) as tx:
            corridors, days, _, claims = replayed(tx, clock)
        assert claims == then[3], "what was said and decided later changes no claim of then"
        known = {claim.id for claim in claims}
        assert all({id_ for why in day.assessment.why for id_ in why.claims} <= known for day in days.values())
        assert all(corridor.first_seen_at <= at(clock) for corridor in corridors.values())


def assert_same(replay: Any, present: Any) -> None:
    for one, other in zip(replay, present, strict=True):
        assert in_order(one) == in_order(other)


def in_order(told: Any) -> Any:
    return told if isinstance(told, dict) else sorted(told, key=str)
