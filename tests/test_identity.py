"""Which corridor is a claim about?"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.identity import (
    Gathering,
    corridor_id,
    corridor_key,
    corridor_name,
    corridor_slug,
    gather,
    occurrence_id,
)
from corridors.model import Authority, Claim, Direction, Place, PlaceType, Purpose, Route, Status
from tests.make import DAY, a_claim, a_place, a_route, at

ROAD = "Salah al-Din road"


def routes(gathering: Gathering) -> list[str]:
    return [corridor_name(group.route)["en"] for group in gathering.groups]


def keys_of(gathering: Gathering) -> dict[str, str]:
    return {claim.id: group.key for group in gathering.groups for claim in group.claims}


# -- keys, ids, slugs, names -------------------------------------------------------------------------------------------


def test_the_key_can_be_read_by_a_person() -> None:
    assert corridor_key(a_route()) == "UA|g701822|g687700||"
    gate = a_route(a_place("Gaza", geonames=None), None, name="Rafah Crossing", direction=Direction.OUT, country="PS")
    assert corridor_key(gate) == "PS|settlement:gaza||rafah crossing|out"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(a_route(), a_route(via=["Berdiansk"]), id="via points do not make a corridor"),
        pytest.param(a_route(), a_route(a_place(name="Маріуполь", geonames=701822)), id="nor does another spelling"),
        pytest.param(a_route(), a_route(direction=Direction.OUT), id="two ends say the direction themselves"),
        pytest.param(
            a_route(a_place("Нове Село")), a_route(a_place("НОВЕ-СЕЛО")), id="case and hyphens of unknown places"
        ),
        pytest.param(a_route(a_place("Kam'ianka")), a_route(a_place("Kamʼianka")), id="kinds of apostrophe"),
        pytest.param(
            a_route(direction=Direction.BOTH),
            a_route("Zaporizhzhia", "Mariupol", direction=Direction.BOTH),
            id="both ways has no first end",
        ),
    ],
)
def test_the_same_route_has_the_same_key(one: Route, other: Route) -> None:
    assert corridor_key(one) == corridor_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(a_route(), a_route("Zaporizhzhia", "Mariupol"), id="the way back is another corridor"),
        pytest.param(a_route(), a_route(direction=Direction.BOTH), id="one way is not both ways"),
        pytest.param(a_route(), a_route(country="RU"), id="another country"),
        pytest.param(a_route(name=ROAD), a_route(name="Al-Rashid road"), id="another road between the same ends"),
        pytest.param(
            a_route(None, None, name=ROAD, direction=Direction.OUT),
            a_route(None, None, name=ROAD, direction=Direction.IN),
            id="the same gate the other way",
        ),
        pytest.param(a_route("Mariupol", None), a_route(None, "Mariupol"), id="from a town is not to it"),
        pytest.param(
            a_route(a_place("Gaza")), a_route(a_place("Gaza", type=PlaceType.AREA)), id="a town is not its area"
        ),
    ],
)
def test_different_routes_have_different_keys(one: Route, other: Route) -> None:
    assert corridor_key(one) != corridor_key(other)


def test_ids_never_change_because_subscribers_have_stored_them() -> None:
    cor = corridor_id(corridor_key(a_route()))
    assert cor == "cor_x4jlurv4zzndw6jr"
    assert occurrence_id(cor, DAY) == "occ_x6ln6qscubxfjdvq"


@pytest.mark.parametrize(
    ("route", "slug", "name"),
    [
        pytest.param(a_route(), "mariupol-zaporizhzhia", "Mariupol – Zaporizhzhia", id="two ends"),
        pytest.param(a_route("Hostomel", None), "from-hostomel", "from Hostomel", id="an origin only"),
        pytest.param(a_route(None, "Poltava"), "to-poltava", "to Poltava", id="a destination only"),
        pytest.param(a_route(None, None, name=ROAD), "salah-al-din-road", ROAD, id="a named road"),
        pytest.param(
            a_route(None, None, name=ROAD, direction=Direction.OUT),
            "salah-al-din-road-out",
            "Salah al-Din road, out",
            id="a named road, one way",
        ),
        pytest.param(
            a_route("Sumy", "Poltava", name="H12", direction=Direction.BOTH),
            "h12-sumy-poltava-both-ways",
            "H12: Sumy – Poltava, both ways",
            id="everything at once",
        ),
        pytest.param(a_route(a_place("Öncüpınar"), None), "from-oncupinar", "from Öncüpınar", id="accents"),
        pytest.param(Route(country="SD"), "sd", "unnamed route in SD", id="only a country"),
        pytest.param(Route(), "unnamed", "unnamed route", id="nothing at all"),
    ],
)
def test_slugs_are_ascii_and_names_are_english(route: Route, slug: str, name: str) -> None:
    assert (corridor_slug(route), corridor_name(route)["en"]) == (slug, name)


def test_a_place_in_another_alphabet_still_makes_a_slug_of_its_own() -> None:
    slugs = {corridor_slug(a_route(a_place(name), None)) for name in ("الفاشر", "الجنينة")}
    assert len(slugs) == 2
    assert all(slug.isascii() and slug.startswith("from-") for slug in slugs)


def test_a_name_in_another_language_needs_both_ends_in_it() -> None:
    assert corridor_name(a_route())["uk"] == "Маріуполь – Запоріжжя"
    assert set(corridor_name(a_route(a_place("Kam'ianka")))) == {"en"}
    assert set(corridor_name(a_route("Hostomel", None))) == {"en"}


# -- gathering a day ---------------------------------------------------------------------------------------------------


def test_an_evening_result_that_names_only_the_origin_belongs_to_the_mornings_route() -> None:
    morning = a_claim(route=a_route("Hostomel", "Bilohorodka"))
    evening = a_claim(Status.CLOSED, "20:00", route=a_route("Hostomel", None), people=400)
    (group,) = gather([evening, morning]).groups
    assert group.claims == (morning, evening)
    assert group.route == morning.statement.route
    assert group.id == corridor_id(corridor_key(morning.statement.route))


def test_an_evening_result_that_names_only_the_destination_belongs_there_too() -> None:
    morning = a_claim(route=a_route("Sumy", "Poltava"))
    evening = a_claim(Status.CLOSED, "20:00", route=a_route(None, "Poltava"))
    assert routes(gather([morning, evening])) == ["Sumy – Poltava"]


def test_a_result_that_fits_two_routes_is_a_doubt_and_stands_alone() -> None:
    to_brovary, to_bilohorodka = a_route("Hostomel", "Brovary"), a_route("Hostomel", "Bilohorodka")
    day = [a_claim(route=to_brovary), a_claim(route=to_bilohorodka), a_claim(route=a_route("Hostomel", None))]
    found = gather(day)
    assert sorted(routes(found)) == ["Hostomel – Bilohorodka", "Hostomel – Brovary", "from Hostomel"]
    (doubt,) = found.doubts
    assert (doubt.text, doubt.missing) == ("from Hostomel", "destination")
    assert {place.name for place in doubt.candidates} == {"Brovary", "Bilohorodka"}


def test_a_result_that_fits_nothing_makes_its_own_corridor() -> None:
    found = gather([a_claim(route=a_route("Sumy", "Poltava")), a_claim(route=a_route("Hostomel", None))])
    assert sorted(routes(found)) == ["Sumy – Poltava", "from Hostomel"]
    assert not found.doubts


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        pytest.param(a_route("Zaporizhzhia", "Mariupol"), a_route("Mariupol", None), id="the other direction"),
        pytest.param(a_route(), a_route("Mariupol", None, country="RU"), id="another country"),
        pytest.param(a_route(), a_route("Mariupol", None, name="Port City exit"), id="a road that only one names"),
        pytest.param(
            a_route("Sumy", "Poltava", name="H12"), a_route("Sumy", None, name="P60"), id="another named road"
        ),
        pytest.param(
            a_route(None, None, name=ROAD, direction=Direction.IN),
            a_route(None, None, name=ROAD, direction=Direction.OUT),
            id="a gate the other way",
        ),
        pytest.param(a_route(), Route(country="UA"), id="a claim about the whole country"),
    ],
)
def test_a_claim_does_not_join_what_it_is_not_about(whole: Route, part: Route) -> None:
    found = gather([a_claim(route=whole), a_claim(route=part)])
    assert len(found.groups) == 2
    assert not found.doubts


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        pytest.param(a_route("Sumy", "Poltava", name="H12"), a_route("Sumy", None), id="the road is left out"),
        pytest.param(
            a_route("Sumy", "Poltava", name="H12"), a_route(None, None, name="H12"), id="only the road is named"
        ),
        pytest.param(a_route(), a_route("Mariupol", None, direction=Direction.OUT), id="one end and a direction"),
        pytest.param(a_route(), a_route("Mariupol", None, country=None), id="the country is not said"),
        pytest.param(
            a_route("Sumy", "Poltava", direction=Direction.BOTH), a_route("Poltava", None), id="either end of both ways"
        ),
    ],
)
def test_a_claim_that_leaves_something_unsaid_joins_the_only_route_it_can_mean(whole: Route, part: Route) -> None:
    (group,) = gather([a_claim(route=part), a_claim(route=whole)]).groups
    assert group.key == corridor_key(whole)


def test_an_aid_convoy_does_not_swallow_an_evacuation_result() -> None:
    aid = a_claim(route=a_route("Zaporizhzhia", "Mariupol"), purpose=(Purpose.AID_DELIVERY,))
    people = a_claim(Status.CLOSED, route=a_route("Zaporizhzhia", None), purpose=(Purpose.EVACUATION,))
    held = a_claim(Status.SUSPENDED, route=a_route(None, "Mariupol"), purpose=(Purpose.AID_DELIVERY,))
    found = gather([aid, people, held])
    assert sorted(routes(found)) == ["Zaporizhzhia – Mariupol", "from Zaporizhzhia"]
    assert keys_of(found)[held.id] == keys_of(found)[aid.id]


def test_the_wounded_who_left_by_an_evacuation_route_are_part_of_it() -> None:
    whole = a_claim(purpose=(Purpose.EVACUATION,))
    part = a_claim(Status.CLOSED, route=a_route("Mariupol", None), purpose=(Purpose.MEDICAL_EVACUATION,))
    assert len(gather([whole, part]).groups) == 1


def test_a_vague_claim_follows_a_less_vague_one_to_the_full_route() -> None:
    day = [
        a_claim(route=a_route("Sumy", "Poltava", name="H12")),
        a_claim(route=a_route("Sumy", None, name="H12")),
        a_claim(route=a_route("Sumy", None)),
    ]
    assert routes(gather(day)) == ["H12: Sumy – Poltava"]


def test_two_named_roads_between_the_same_ends_stay_apart() -> None:
    day = [a_claim(route=a_route("Sumy", "Poltava", name=name)) for name in ("H12", "P60")]
    assert len(gather(day).groups) == 2


def test_the_route_with_via_points_of_the_highest_authority_is_shown() -> None:
    official = a_claim(route=a_route(via=["Berdiansk"]))
    media = a_claim(route=a_route(via=["Berdiansk", "Poltava"]), authority=Authority.MEDIA)
    bare = a_claim(route=a_route(), authority=Authority.PRIMARY)
    (group,) = gather([media, bare, official]).groups
    assert [place.name for place in group.route.via] == ["Berdiansk"]


def test_withdrawn_claims_belong_to_nothing() -> None:
    claim = a_claim(claim={"withdrawn_at": at("09:00")})
    assert gather([claim]) == gather([]) == Gathering((), ())


# -- rules that hold for every day -------------------------------------------------------------------------------------

MARIUPOL = [a_place("Mariupol"), a_place("Маріуполь", geonames=701822), a_place("Mariupol", lat=None)]
PLACES: list[Place | None] = [None, *MARIUPOL, a_place("Sumy"), a_place("Kam'ianka")]
NAMES = [None, "H12", "P60"]
any_route = st.builds(
    Route,
    country=st.sampled_from([None, "UA", "RU"]),
    origin=st.sampled_from(PLACES),
    destination=st.sampled_from(PLACES),
    via=st.lists(st.sampled_from([place for place in PLACES if place]), max_size=2).map(tuple),
    name=st.sampled_from(NAMES),
    direction=st.sampled_from([None, *Direction]),
)
any_claim = st.builds(
    lambda route, purpose, authority: a_claim(route=route, purpose=(purpose,), authority=authority),
    any_route,
    st.sampled_from([Purpose.EVACUATION, Purpose.AID_DELIVERY]),
    st.sampled_from(Authority),
)
any_day = st.lists(any_claim, max_size=8)


@given(any_day, st.randoms(use_true_random=False))
def test_the_order_in_which_claims_arrive_does_not_matter(day: list[Claim], random: Random) -> None:
    shuffled = list(day)
    random.shuffle(shuffled)
    assert gather(shuffled) == gather(day)


@given(any_day)
def test_the_ids_of_claims_do_not_matter(day: list[Claim]) -> None:
    renamed = [replace(claim, id=f"clm_{1_000_000 - number}") for number, claim in enumerate(day)]
    one, other = gather(day), gather(renamed)
    assert [(group.key, group.id, group.route) for group in one.groups] == [
        (group.key, group.id, group.route) for group in other.groups
    ]
    assert one.doubts == other.doubts


@given(any_day)
def test_every_claim_is_in_exactly_one_group(day: list[Claim]) -> None:
    gathered = [claim.id for group in gather(day).groups for claim in group.claims]
    assert sorted(gathered) == sorted(claim.id for claim in day)


@given(any_day)
def test_different_countries_and_named_roads_are_never_merged(day: list[Claim]) -> None:
    for group in gather(day).groups:
        stated = [claim.statement.route for claim in group.claims]
        assert len({route.country for route in stated} - {None}) <= 1
        assert len({route.name for route in stated} - {None}) <= 1


@given(any_day)
def test_a_claim_with_both_ends_is_the_same_corridor_whatever_else_is_said(day: list[Claim]) -> None:
    keys = keys_of(gather(day))
    for claim in day:
        if claim.statement.route.origin and claim.statement.route.destination:
            assert keys[claim.id] == corridor_key(claim.statement.route)


@given(any_route)
def test_every_route_has_an_ascii_slug_and_an_english_name(route: Route) -> None:
    assert corridor_slug(route).isascii()
    assert corridor_slug(route).strip("-") == corridor_slug(route) != ""
    assert corridor_name(route)["en"].strip()
