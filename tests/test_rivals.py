"""Two parties announce different things for one town: side by side, marked, and nothing is averaged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from corridors.day import Rules, add_up
from corridors.model import Claim, Status
from tests.make import a_claim, a_place, a_route, a_window, at

FIFTH, SEVENTH = date(2022, 3, 5), date(2022, 3, 7)
MOSCOW = "Europe/Moscow"


def fifth_of_march() -> list[Claim]:
    """Mariupol, 5 March 2022: from 9 to 16 by the city, from 11 Moscow time by the other army."""
    told: Any = {"valid_on": (FIFTH, FIFTH)}
    return [
        a_claim(said=at("08:30", FIFTH), party="UA", windows=(a_window("09:00", "16:00"),), **told),
        a_claim(
            said=at("08:50", FIFTH),
            party="RU",
            publisher="Ministry of Defence",
            windows=(a_window("11:00", "17:00", MOSCOW),),
            **told,
        ),
    ]


def seventh_of_march() -> list[Claim]:
    """Sumy, 7 March 2022: to Poltava by one side, over the border by the other."""
    told: Any = {"valid_on": (SEVENTH, SEVENTH)}
    belgorod = a_place("Belgorod", country="RU")
    return [
        a_claim(said=at("08:00", SEVENTH), party="UA", route=a_route("Sumy", "Poltava"), **told),
        a_claim(said=at("07:00", SEVENTH), party="RU", publisher="Defence", route=a_route("Sumy", belgorod), **told),
    ]


def test_different_hours_of_two_parties_stay_side_by_side_and_are_marked() -> None:
    (held,) = add_up("UA", FIFTH, fifth_of_march(), at("09:30", FIFTH), Rules()).held
    found = held.occurrence.assessment
    assert found.status is Status.ANNOUNCED
    assert [(window.start, window.end) for window in found.windows] == [("09:00", "16:00"), ("10:00", "16:00")]
    assert found.conflict
    assert "windows_differ" in {why.rule for why in found.why}


def test_different_routes_of_two_parties_stay_side_by_side_and_are_marked() -> None:
    held = add_up("UA", SEVENTH, seventh_of_march(), at("09:30", SEVENTH), Rules()).held
    assert [each.corridor.name["en"] for each in held] == ["Sumy – Poltava", "Sumy – Belgorod"]
    for each in held:
        assert each.occurrence.assessment.status is Status.ANNOUNCED
        assert each.occurrence.assessment.conflict
        (why,) = [why for why in each.occurrence.assessment.why if why.rule == "rival_routes"]
        assert "UA: Poltava" in why.text
        assert "RU: Belgorod" in why.text


def test_several_routes_of_one_party_and_hours_left_unsaid_are_no_conflict() -> None:
    claims = [
        a_claim(party="UA", route=a_route("Sumy", "Poltava"), windows=(a_window("09:00", None),)),
        a_claim(party="UA", route=a_route("Sumy", "Brovary")),
        a_claim(
            party="RU", publisher="Defence", route=a_route("Sumy", "Poltava"), windows=(a_window("09:00", "16:00"),)
        ),
        a_claim(party="ICRC", publisher="ICRC", route=a_route("Sumy", "Hostomel")),
    ]
    held = add_up("UA", claims[0].statement.valid_on[0], claims, at("10:00"), Rules()).held
    assert not any(each.occurrence.assessment.conflict for each in held)


@given(st.permutations([*fifth_of_march(), *seventh_of_march()]))
def test_who_is_heard_first_decides_nothing(claims: list[Claim]) -> None:
    for day in (FIFTH, SEVENTH):
        about = [claim for claim in claims if claim.statement.valid_on[0] == day]
        ordered = sorted(about, key=lambda claim: claim.id)
        now = at("12:00", day) + timedelta(minutes=1)
        assert add_up("UA", day, about, now, Rules()) == add_up("UA", day, ordered, now, Rules())
