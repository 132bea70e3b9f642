"""One filter language: what the database finds is what the pure rules let through, whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from corridors.model import (
    AssessedWindow,
    Assessment,
    Basis,
    Corridor,
    DayFacets,
    Facets,
    Mode,
    Occurrence,
    Place,
    Purpose,
    Route,
    Stance,
    Status,
)
from corridors.places import fold
from corridors.schema import CorridorSchema, CorridorView, Naming, corridor_json, json_bytes
from corridors.selection import Selection, day_facets, event_facets, place_key, route_facets
from corridors.store import Store, Transaction
from corridors.store.codec import from_text, to_text
from tests.make import DAY, a_claim, a_document, at

TODAY = {"": DAY, "UA": DAY, "SD": DAY + timedelta(days=1)}
PLACES = [
    Place("Mariupol", country="UA", adm1="UA-14", geonames=701822, lat=47.1, lon=37.5, names={"uk": "Маріуполь"}),
    Place("Zaporizhzhia", country="UA", adm1="UA-23", geonames=687700, lat=47.9, lon=35.1),
    Place("Wadi Halfa", country="SD", adm1="SD-NO", lat=21.8, lon=31.3),
    Place("Somewhere | else", country="SD"),
    Place("Ísland", lat=65.0, lon=179.0),
    Place("Over the line", lat=64.0, lon=-179.0),
]
SOURCES = ["ua-ministry", "UA-ministry", "icrc"]
INSTANTS = [at("00:00"), at("08:00"), at("12:00", DAY + timedelta(days=1))]
DAYS = [DAY + timedelta(days=offset) for offset in (-1, 0, 1)]


def several(values: Sequence[Any]) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


def routes() -> st.SearchStrategy[Route]:
    place = st.none() | st.sampled_from(PLACES)
    return st.builds(
        Route,
        country=st.sampled_from(["UA", "SD", None]),
        origin=place,
        destination=place,
        via=st.lists(st.sampled_from(PLACES), max_size=1).map(tuple),
        name=st.none() | st.just("Salah al-Din road"),
    )


def assessments() -> st.SearchStrategy[Assessment]:
    return st.builds(
        Assessment,
        status=st.sampled_from(Status),
        basis=st.just(Basis.REPORTED),
        since_at=st.none(),
        windows=st.sampled_from([(), (AssessedWindow("09:00", None, True, False),), (AssessedWindow("09:00", None),)]),
        modes=st.lists(st.sampled_from([Mode.BUS, Mode.TRAIN]), max_size=2, unique=True).map(tuple),
        purpose=st.lists(st.sampled_from(Purpose), max_size=2, unique=True).map(tuple),
        conflict=st.booleans(),
        credibility=st.integers(1, 6),
        parties=st.dictionaries(st.sampled_from(["UA", "RU"]), st.just(Stance.PROPOSED), max_size=2),
    )


days = st.tuples(st.sampled_from(DAYS), assessments(), st.sampled_from(INSTANTS), several(SOURCES))
worlds = st.lists(
    st.tuples(
        routes(), st.sampled_from(INSTANTS), st.lists(days, max_size=2, unique_by=lambda each: each[0].toordinal())
    ),
    max_size=4,
)
asked = st.fixed_dictionaries(
    {},
    optional={
        "countries": several(["UA", "SD", "PS"]),
        "areas": several(["UA", "UA-14", "SD-NO", "UA-1"]),
        "bbox": st.sampled_from([(37, 47, 38, 48), (36, 47, 36.5, 48), (170, 60, -170, 70), (0, 0, 1, 1)]),
        "polygon": st.sampled_from([(), ((34.0, 47.0), (36.0, 47.0), (35.0, 49.0))]),
        "near": st.sampled_from([None, ((37.0, 47.0), 60.0), ((-179.5, 64.5), 100.0), ((31.3, 21.8), 1.0)]),
        **{end: several(["701822", "mariupol", "маріуполь", "somewhere else"]) for end in ("origin", "via", "place")},
        "q": st.sampled_from([(), ("mariup",), ("salah", "road"), ("island",), ("%",)]),
        "corridors": several(["cor_0", "cor_1", "COR_0"]),
        "first": st.sampled_from([None, *DAYS]),
        "last": st.sampled_from([None, *DAYS]),
        "since": st.sampled_from([None, *INSTANTS]),
        "until": st.sampled_from([None, *INSTANTS]),
        "updated_since": st.sampled_from([None, *INSTANTS]),
        "statuses": several(list(Status)),
        "modes": several([Mode.BUS, Mode.BOAT]),
        "purposes": several([Purpose.EVACUATION, Purpose.AID_DELIVERY]),
        "min_credibility": st.none() | st.integers(1, 6),
        "verified": st.sampled_from([None, True, False]),
        "conflict": st.sampled_from([None, True, False]),
        "sources": several(SOURCES),
        "parties": several(["UA", "RU"]),
    },
)

Held = tuple[Corridor, list[DayFacets]]
NOTHING = Assessment(Status.OPEN, Basis.REPORTED, None)
World = list[tuple[Route, datetime, list[tuple[date, Assessment, datetime, frozenset[str]]]]]


@pytest.fixture
def emptied(store: Store) -> Store:
    """The store with a claim of each source."""
    with store.begin() as tx:
        for source in SOURCES:
            document = tx.documents.add(a_document("x", source=source), now=at("07:00"), historic=False)
            tx.claims.add([a_claim(claim={"id": f"clm_{source}", "document": document.id, "source": source})])
    return store


def occurrence_of(corridor: Corridor, day: date, assessment: Assessment, updated_at: datetime) -> Occurrence:
    zone = "Africa/Khartoum" if corridor.route.country == "SD" else "Europe/Kyiv"
    return Occurrence(f"occ_{corridor.id}_{day}", corridor.id, day, zone, 1, assessment, updated_at)


class Undone(Exception):
    """What was written for one example is to be forgotten."""


@contextmanager
def written(store: Store, world: World) -> Iterator[tuple[Transaction, list[Held]]]:
    """A transaction in which a world is written, and which leaves nothing behind."""
    with suppress(Undone), store.begin() as tx:
        held = []
        for number, (route, updated_at, days_) in enumerate(world):
            corridor = Corridor(f"cor_{number}", "slug", "", route, {"en": f"Name {number}"}, updated_at, updated_at)
            tx.corridors.put(corridor)
            found = {}
            for day, assessment, changed_at, sources in days_:
                occurrence = occurrence_of(corridor, day, assessment, changed_at)
                tx.corridors.put_occurrence(occurrence, route.country, [f"clm_{source}" for source in sources])
                found[day] = day_facets(occurrence, sources)
            held.append((corridor, list(found.values())))
        yield tx, held
        raise Undone


@pytest.mark.parametrize("sort", ["id", "-country"])
@tried(suppress_health_check=list(HealthCheck), deadline=None, max_examples=40)
@given(world=worlds, wish=asked)
def test_the_database_finds_what_the_rules_let_through(
    emptied: Store, sort: str, world: World, wish: dict[str, Any]
) -> None:
    wanted = Selection(**wish)
    with written(emptied, world) as (tx, held):
        found = [each.id for each in tx.corridors.page(wanted, TODAY, sort=sort, limit=9)]
        expected = [
            corridor
            for corridor, seen in held
            if wanted.fits_corridor(
                route_facets(corridor), seen, TODAY.get(corridor.route.country or "", DAY), corridor.updated_at
            )
        ]
        ordered = sorted(expected, key=lambda each: (each.route.country or "", each.id), reverse=True)
        assert found == [each.id for each in (ordered if sort == "-country" else expected)]
        days_found = [each.id for each in tx.corridors.occurrence_page(wanted, limit=99)]
        fitting = [
            day for corridor, seen in held for day in seen if wanted.fits_occurrence(route_facets(corridor), day)
        ]
        assert days_found == [
            day.occurrence for day in sorted(fitting, key=lambda day: (-day.date.toordinal(), day.occurrence))
        ]


@tried(suppress_health_check=list(HealthCheck), deadline=None, max_examples=20)
@given(world=worlds, sort=st.sampled_from(["id", "-id", "country", "-country"]))
def test_pages_hold_every_corridor_once_in_any_order(embedded: Store, world: World, sort: str) -> None:
    with written(embedded, [(route, at_, []) for route, at_, _ in world]) as (tx, held):
        seen: list[str] = []
        after = None
        while page := tx.corridors.page(sort=sort, after=after, limit=1):
            seen.append(page[0].id)
            after = page[0].key
        assert sorted(seen) == [corridor.id for corridor, _ in held]


@tried(suppress_health_check=list(HealthCheck), deadline=None, max_examples=25)
@given(world=worlds)
def test_what_was_rendered_when_it_changed_is_what_the_schemas_say(embedded: Store, world: World) -> None:
    unsaid = [(route, at_, [(*day[:3], frozenset[str]()) for day in days_]) for route, at_, days_ in world]
    with written(embedded, unsaid) as (tx, held):
        ids = [corridor.id for corridor, _ in held]
        parts, near = tx.corridors.parts(ids), tx.corridors.near_ids(ids, TODAY)
        shown = tx.corridors.occurrence_parts([day.id for days_ in near.values() for day in days_.values()])
        whole = tx.corridors.near(ids, TODAY)
        for corridor, _ in held:
            for language in (None, "uk"):
                naming = Naming(language)
                days_ = {name: (day.status, shown[day.id]) for name, day in near[corridor.id].items()}
                joined = corridor_json(parts[corridor.id].named(naming), corridor.id, "https://x", days_)
                view = CorridorView(naming.corridor(corridor), "https://x", *whole[corridor.id])
                assert json.loads(joined) == json.loads(json_bytes(CorridorSchema().dump(view)))


def test_a_filter_never_takes_a_part_for_the_whole_nor_a_small_letter_for_a_capital(emptied: Store) -> None:
    world: World = [(Route("UA", PLACES[0]), INSTANTS[0], [(DAY, NOTHING, INSTANTS[0], frozenset({"ua-ministry"}))])]
    for wish, ids in (
        ({"sources": frozenset({"UA-ministry"})}, []),
        ({"sources": frozenset({"ua-ministry"})}, ["cor_0"]),
        ({"place": frozenset({"mariu"})}, []),
        ({"place": frozenset({place_key("МАРІУПОЛЬ")})}, ["cor_0"]),
        ({"q": (fold("Mariú"),)}, ["cor_0"]),
    ):
        with written(emptied, world) as (tx, _):
            found = [each.id for each in tx.corridors.page(Selection(**wish), TODAY, limit=9)]
            assert found == ids, wish


def test_an_event_fits_by_what_held_before_or_holds_after() -> None:
    corridor = Corridor("cor_1", "slug", "", Route("UA", PLACES[0]), {}, INSTANTS[0], INSTANTS[0])
    opened, closed = (
        occurrence_of(corridor, DAY, replace(NOTHING, status=status), INSTANTS[0])
        for status in (Status.OPEN, Status.CLOSED)
    )
    facets = event_facets("UA", corridor, opened, closed, ["icrc"])
    kept = from_text(to_text(facets), Facets)
    assert kept == facets
    for wish, fits in (
        ({"statuses": frozenset({Status.OPEN})}, True),
        ({"statuses": frozenset({Status.CLOSED})}, True),
        ({"statuses": frozenset({Status.SUSPENDED})}, False),
        ({"areas": frozenset({"UA-14"}), "sources": frozenset({"icrc"})}, True),
        ({"bbox": (0.0, 0.0, 1.0, 1.0)}, False),
        ({"updated_since": INSTANTS[2]}, False),
    ):
        assert Selection(**wish).fits_event(kept, INSTANTS[1]) is fits, wish


def test_an_event_about_no_corridor_fits_by_country_and_source_alone() -> None:
    facets = Facets("UA", ("icrc",))
    assert Selection(countries=frozenset({"UA"})).fits_event(facets, INSTANTS[0])
    assert not Selection(statuses=frozenset({Status.OPEN})).fits_event(facets, INSTANTS[0])
