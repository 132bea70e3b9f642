"""How many were planned, how many operated, how many people moved?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.identity import corridor_id, corridor_key, corridor_name, corridor_slug, occurrence_id
from corridors.model import Authority, Claim, Corridor, Occurrence, OfficialFigure, Route, Status, Total
from corridors.status import assess, nothing
from corridors.tally import Official, official, tally
from tests.make import DAY, ZONE, a_claim, a_route, at

KYIV, LUHANSK = "UA-32", "UA-09"


def a_figure(
    said: str = "08:00",
    *,
    source: str = "ua-ministry",
    authority: Authority = Authority.OFFICIAL,
    reliability: str = "b",
    country: str | None = "UA",
    **counts: Any,
) -> OfficialFigure:
    return OfficialFigure(
        total=Total(**{"on": DAY} | counts),
        country=country,
        source=source,
        publisher=source.upper(),
        authority=authority,
        reliability=reliability,
        said_at=at(said),
        known_at=at(said),
        document=f"doc-{source}-{said}",
    )


def a_day_of(route: Route, *claims: Claim) -> tuple[Corridor, Occurrence]:
    key = corridor_key(route)
    corridor = Corridor(
        id=corridor_id(key),
        slug=corridor_slug(route),
        key=key,
        route=route,
        name=corridor_name(route),
        first_seen_at=at("08:00"),
        updated_at=at("08:00"),
    )
    found = assess(claims, DAY, ZONE, at("20:30")) if claims else nothing(DAY)
    occurrence = Occurrence(
        id=occurrence_id(corridor.id, DAY),
        corridor=corridor.id,
        date=DAY,
        zone=ZONE,
        revision=1,
        assessment=found,
        updated_at=at("20:30"),
    )
    return corridor, occurrence


# -- official ----------------------------------------------------------------------------------------------------------


def test_the_fourteenth_of_march() -> None:
    morning = a_figure(planned=10)
    evening = a_figure("20:00", planned=10, operated=7, people=4000, approximate=True)
    said = official([evening, morning])
    assert (said.planned, said.operated, said.people, said.approximate) == (10, 7, 4000, True)
    assert said.source == "ua-ministry"
    assert said.others == ()


def test_each_count_is_the_latest_that_was_said_of_it() -> None:
    said = official([a_figure(planned=10), a_figure("12:00", planned=9, source="later"), a_figure("20:00", operated=7)])
    assert (said.planned, said.operated, said.people) == (9, 7, None)
    assert [(figure.source, figure.total.planned) for figure in said.others] == [("ua-ministry", 10)]


def test_the_highest_authority_wins_and_the_others_stay_visible() -> None:
    ministry = a_figure(people=4000, approximate=True)
    paper = a_figure("21:00", people=3806, source="paper", authority=Authority.MEDIA, reliability="c")
    said = official([paper, ministry])
    assert (said.people, said.approximate, said.source) == (4000, True, "ua-ministry")
    assert said.others == (paper,)


def test_a_source_that_is_not_credible_is_shown_and_not_chosen() -> None:
    rumour = a_figure(people=9000, reliability="e", authority=Authority.PRIMARY)
    assert official([rumour]) == Official(others=(rumour,))
    assert official([replace(rumour, authority=Authority.DESK)]).people == 9000


def test_a_rounded_count_of_corridors_does_not_make_exact_people_approximate() -> None:
    said = official([a_figure(planned=10, approximate=True), a_figure("20:00", people=3806)])
    assert not said.approximate
    assert official([a_figure(planned=10, approximate=True)]).approximate


def test_nobody_said_anything() -> None:
    assert official([]) == Official()


figures = st.lists(
    st.builds(
        a_figure,
        st.sampled_from(["08:00", "12:00", "20:00"]),
        source=st.sampled_from("ab"),
        authority=st.sampled_from(Authority),
        reliability=st.sampled_from("bcf"),
        planned=st.sampled_from([None, 9, 10]),
        operated=st.sampled_from([None, 6, 7]),
        people=st.sampled_from([None, 3806, 4000]),
        approximate=st.booleans(),
    ),
    max_size=6,
)


@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(said: list[OfficialFigure], random: Random) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert official(shuffled) == official(said)


def test_two_revisions_of_one_document_that_differ_in_reliability_alone_have_an_order() -> None:
    said = [a_figure(planned=9, reliability=reliability, authority=Authority.VOLUNTEER) for reliability in "fc"]
    assert official([a_figure(planned=10), *said]) == official([*reversed(said), a_figure(planned=10)])


@given(figures)
def test_every_statement_is_either_what_was_chosen_or_listed(said: list[OfficialFigure]) -> None:
    found = official(said)
    for figure in said:
        told = {"planned": figure.total.planned, "operated": figure.total.operated, "people": figure.total.people}
        agrees = all(count in {None, getattr(found, name)} for name, count in told.items())
        assert agrees is (figure not in found.others)


# -- a day, a country, a region ----------------------------------------------------------------------------------------


def a_days_routes() -> list[tuple[Corridor, Occurrence]]:
    hostomel, brovary = a_route("Hostomel", "Bilohorodka"), a_route("Sumy", "Brovary")
    mariupol = a_route()
    to_kyiv_region = a_route(None, "Brovary")
    rumour = a_route("Poltava", None)
    return [
        a_day_of(hostomel, a_claim(route=hostomel), a_claim(Status.CLOSED, "20:00", route=hostomel, people=400)),
        a_day_of(brovary, a_claim(route=brovary)),
        a_day_of(mariupol, a_claim(route=mariupol), a_claim(Status.SUSPENDED, "13:00", route=mariupol)),
        a_day_of(to_kyiv_region, a_claim(Status.OPEN, route=to_kyiv_region, people=20)),
        a_day_of(rumour, a_claim(Status.OPEN, route=rumour, reliability="f", people=99)),
        a_day_of(a_route("Berdiansk", None)),
    ]


@pytest.mark.parametrize(
    ("country", "region", "counts"),
    [
        pytest.param("UA", None, (4, 2, 420), id="the whole country, without rumours and what was withdrawn"),
        pytest.param("UA", KYIV, (2, 2, 420), id="a region: where the route begins, or else ends"),
        pytest.param("UA", LUHANSK, (0, 0, 0), id="a region without routes"),
        pytest.param("RU", None, (0, 0, 0), id="another country"),
        pytest.param(None, None, (4, 2, 420), id="every country"),
    ],
)
def test_our_own_count(country: str | None, region: str | None, counts: tuple[int, int, int]) -> None:
    found = tally(DAY, country, region, [], a_days_routes())
    assert (found.routes_planned, found.routes_operated, found.routes_people) == counts
    assert (found.planned, found.operated, found.people, found.source) == (None, None, None, None)


def test_only_figures_of_that_day_and_region_count_and_regions_are_never_added_up() -> None:
    said = [
        a_figure("20:00", region=KYIV, people=2028),
        a_figure("20:00", region=LUHANSK, people=1780),
        a_figure("20:00", on=DAY - timedelta(days=1), people=5550),
        a_figure("20:00", country="SD", people=1),
    ]
    assert tally(DAY, "UA", None, said, []).people is None
    assert tally(DAY, "UA", KYIV, said, []).people == 2028


def test_another_days_occurrences_do_not_count() -> None:
    assert tally(DAY + timedelta(days=1), "UA", None, [], a_days_routes()).routes_planned == 0


def test_a_named_road_without_ends_counts_for_its_country_only() -> None:
    road = a_route(None, None, name="Salah al-Din road", country="PS")
    day = [a_day_of(road, a_claim(route=road))]
    assert tally(DAY, "PS", None, [], day).routes_planned == 1
    assert tally(DAY, "PS", "PS-GZA", [], day).routes_planned == 0
