"""One thing that announcements say, in every language: a table of phenomena by languages (phenomena.toml).

What one language can say, every language can; so a hole in this table is a hole in a pack, and a row of holes is one in
the grammar.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from corridors.places import Gazetteer
from corridors.reading import Language
from corridors.registry import load
from tests.reading.scoring import answer

LANGUAGES: Mapping[str, Language] = load("corridors.languages", "LANGUAGE")
PHENOMENA: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "phenomena.toml").read_text("utf-8"))
# What the reader does not understand yet, by language. Take a code out as soon as its cell passes.
NOT_YET: dict[str, str] = {
    "several_origins_one_destination": "ar",
    "one_origin_several_destinations": "ar",
    "a_list_under_a_heading": "ar",
    "through_other_places": "ar",
    "destination_first": "ar",
    "there_again": "ar es",
    "yesterday_done_tomorrow_again": "ar",
    "not_agreed": "ar",
    "none_today": "ro",
    "halted_by_shelling": "ar",
    "a_window_in_moscow_time": "ar",
    "own_cars_only": "ar ro",
    "people_in_words": "ar",
    "planned_and_operated": "ar tr",
    "it_worked_here_and_not_there": "ar de",
    "the_day_before_yesterday": "ar pl",
    "over_several_days": "ar",
    "people_who_passed_by_name": "ar de pt tr",
    "those_who_left_and_those_who_wait": "ar de",
    "people_among_other_numbers": "ar tr",
    "planned_people_are_not_moved_people": "ar",
    "on_condition": "ar",
}


def _cells() -> Iterator[Any]:
    for name, row in PHENOMENA.items():
        for code in sorted(row.keys() & LANGUAGES.keys()):
            hole = pytest.mark.xfail(reason="the reader does not understand this yet", strict=False)
            marks = [hole] if code in NOT_YET.get(name, "").split() else []
            yield pytest.param(name, code, id=f"{name.replace('_', ' ')}, in {code}", marks=marks)


@pytest.mark.parametrize(("name", "code"), list(_cells()))
def test_what_can_be_said_in_one_language_is_understood_in_all(gazetteer: Gazetteer, name: str, code: str) -> None:
    row = PHENOMENA[name]
    said = {"id": name, "text": row[code], "language": code, "published": "2022-03-18", "country": ["UA"]}
    found = answer(said, LANGUAGES, gazetteer)
    expected = [_claim(part) for part in row["expect"].split(" | ") if part]
    assert sorted(_route(claim) for claim in found["claims"]) == sorted(route for route, _ in expected)
    for route, fields in expected:
        same = [claim for claim in found["claims"] if _route(claim) == route and _differs(claim, fields) is None]
        assert same, [(_differs(claim, fields), claim["status"]) for claim in found["claims"] if _route(claim) == route]
    if "totals" in row:
        told = ["-" if value is None else str(value) for value in found["totals"].values()]
        assert told == row["totals"].split()


def _claim(written: str) -> tuple[str, dict[str, str]]:
    route, status, fields = (f"{written} ; ; ").split(" ; ")[:3]
    word, _, reason = status.partition(":")
    wanted = {"status": word, **({"reason": reason} if reason else {})}
    for pair in fields.strip(" ;").split():
        key, _, value = pair.partition("=")
        wanted[key] = value
    return route, wanted


def _route(claim: Mapping[str, Any]) -> str:
    ends = (claim["origin"], claim["destination"])
    return " > ".join(place["name"] if place else "?" for place in ends)


def _differs(claim: Mapping[str, Any], fields: Mapping[str, str]) -> str | None:
    """Return the first field in which a claim is not as expected."""
    told = {
        **claim,
        "via": ",".join(place["name"] for place in claim["via"]),
        "modes": ",".join(claim["modes"]),
        "purpose": ",".join(claim["purpose"]),
        "people": str(claim["evacuated"]),
    }
    return next((f"{key}: {told[key]}" for key, value in fields.items() if told[key] != value), None)
