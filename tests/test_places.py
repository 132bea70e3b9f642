"""Spellings meet, homonyms part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.model import Place, PlaceType
from corridors.places import Candidate, Hints, distance_km, fold, loose, resolve


def a_place(name: str, lat: float | None, lon: float | None, country: str = "UA", adm1: str | None = None) -> Place:
    return Place(name, country=country, adm1=adm1, lat=lat, lon=lon)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Кам'янець-Подільський", "Камʼянець Подільський", id="any apostrophe, any hyphen"),
        pytest.param("Артёмовск", "Артемовск", id="ё is е"),
        pytest.param("Łysyczańsk", "Lysyczansk", id="Latin accents go"),
        pytest.param("İZYUM", "izyum", id="a dotted capital is an i"),
        pytest.param("الغوطة", "الغوطه", id="an Arabic ending written in two ways"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Київ", "Киів"), ("й", "и")])
def test_letters_that_tell_words_apart_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gostomel", "Hostomel"),
        ("Zaporijjia", "Zaporizhzhia"),
        ("Seweryniwka", "Severynivka"),
        ("Wolnowacha", "Volnovakha"),
    ],
)
def test_transliterations_of_one_name_share_a_sound(one: str, other: str) -> None:
    assert set(loose(fold(one))) & set(loose(fold(other)))


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=200))
def test_the_sounds_of_a_word_are_few_whatever_it_is(text: str) -> None:
    assert len(loose(fold(text))) <= 9


def test_a_name_without_rivals_is_its_place() -> None:
    found = resolve([Candidate(a_place("Sumy", 50.92, 34.80), 256_474, main=True)], Hints(frozenset({"UA"})))
    assert found is not None
    assert found.place.lat == 50.92
    assert not found.rivals


def test_the_namesake_near_the_other_places_is_meant() -> None:
    near_brovary, far = a_place("Bohdanivka", 50.63, 30.91), a_place("Bohdanivka", 48.50, 36.12)
    hints = Hints(frozenset({"UA"}), near=(a_place("Brovary", 50.51, 30.79),))
    found = resolve([Candidate(far, 5016, main=True), Candidate(near_brovary, 2585, main=True)], hints)
    assert found is not None
    assert found.place == near_brovary


def test_what_cannot_be_told_apart_has_a_name_but_no_point() -> None:
    one, other = a_place("Ivanivka", 46.0, 30.0), a_place("Ivanivka", 49.0, 37.0)
    found = resolve([Candidate(one, 1000, main=True), Candidate(other, 1100, main=True)], Hints(frozenset({"UA"})))
    assert found is not None
    assert found.place.name == "Ivanivka"
    assert found.place.lat is None
    assert set(found.rivals) == {one, other}


def test_a_small_namesake_abroad_is_never_meant() -> None:
    abroad = Candidate(a_place("Moscow", 46.7, -117.0, country="US"), 25_000, main=True)
    assert resolve([abroad], Hints(frozenset({"UA"}), near=(a_place("Sumy", 50.92, 34.80),))) is None


def test_a_country_abroad_can_be_the_end_of_a_way() -> None:
    poland = Candidate(Place("Poland", PlaceType.COUNTRY, country="PL"), 0, main=True)
    assert resolve([poland], Hints(frozenset({"UA"}))) is not None


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distance_is_symmetric_and_within_half_the_earth(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    one, other = a_place("A", lat1, lon1), a_place("B", lat2, lon2)
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= distance_km(one, other) <= 20_040
