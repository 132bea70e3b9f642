"""Whom an event concerns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import audience
from corridors.model import (
    Assessment,
    Basis,
    Corridor,
    Event,
    EventType,
    Mode,
    Occurrence,
    Purpose,
    Status,
    Subscription,
)
from tests.make import DAY, ZONE, a_place, a_route, at

AT = at("09:00")
CORRIDOR = Corridor("cor_1", "mariupol-zaporizhzhia", "key", a_route(), {}, AT, AT)


def an_occurrence(status: Status = Status.OPEN, credibility: int = 2) -> Occurrence:
    """Return the bus evacuation from Mariupol."""
    assessment = Assessment(
        status, Basis.REPORTED, AT, modes=(Mode.BUS,), purpose=(Purpose.EVACUATION,), credibility=credibility
    )
    return Occurrence("occ_1", "cor_1", DAY, ZONE, 1, assessment, AT)


def an_event(type_: EventType = EventType.OPENED, **fields: Any) -> Event:
    """Return an event in Ukraine."""
    values: dict[str, Any] = {"country": "UA"}
    return Event("evt_1", type_, AT, b"", **values | fields)


def is_told(types: tuple[str, ...] = ("*",), event: Event | None = None, **filter_: Any) -> bool:
    """Return whether a subscription with these types and this filter is told of an opening near Mariupol."""
    subscription = Subscription("sub_1", "key_1", "", types, filter_, (), "active", AT, AT, 60)
    return audience.matches(
        subscription, event or an_event(), an_occurrence(Status.ANNOUNCED), an_occurrence(), CORRIDOR, {"ua-ministry"}
    )


@pytest.mark.parametrize("types", [("corridor.opened",), ("corridor.*",), ("*",), ("tally.updated", "corridor.*")])
def test_a_type_is_wanted_by_its_name_its_family_or_the_star(types: tuple[str, ...]) -> None:
    assert is_told(types)


@pytest.mark.parametrize("types", [("corridor.closed",), ("source.*",), ("corridor",), ()])
def test_other_types_are_not_told(types: tuple[str, ...]) -> None:
    assert not is_told(types)


def test_a_historic_event_concerns_nobody() -> None:
    assert not is_told(event=an_event(historic=True))


EAST_OF_THE_LINE = [37.0, 47.0, 38.0, 47.2]
ACROSS_THE_LINE = [36.0, 47.0, 36.5, 48.0]
THE_PACIFIC = [170.0, -10.0, -170.0, 10.0]


@pytest.mark.parametrize(
    "filter_",
    [
        pytest.param({}, id="no filter"),
        pytest.param({"countries": ["SD", "UA"]}, id="one of the countries"),
        pytest.param({"areas": ["UA-23"]}, id="the area of the destination"),
        pytest.param({"areas": ["UA-14"]}, id="the area of the origin"),
        pytest.param({"bbox": EAST_OF_THE_LINE}, id="a box around the origin"),
        pytest.param({"bbox": ACROSS_THE_LINE}, id="a box that the line crosses without a place in it"),
        pytest.param({"polygon": [[37, 47], [38, 47], [37.5, 48]]}, id="a triangle around the origin"),
        pytest.param({"corridors": ["cor_1"]}, id="the corridor by its id"),
        pytest.param({"corridors": ["mariupol-zaporizhzhia"]}, id="the corridor by its slug"),
        pytest.param({"purposes": ["evacuation"]}, id="its purpose"),
        pytest.param({"modes": ["train", "bus"]}, id="one of its modes"),
        pytest.param({"statuses": ["open"]}, id="the status after"),
        pytest.param({"statuses": ["announced"]}, id="the status before"),
        pytest.param({"min_credibility": 2}, id="as credible as asked"),
        pytest.param({"sources": ["ua-ministry", "icrc"]}, id="one of the sources"),
    ],
)
def test_an_event_is_told_where_the_filter_fits(filter_: dict[str, Any]) -> None:
    assert audience.check_filter(filter_) == {}
    assert is_told(**filter_)


@pytest.mark.parametrize(
    "filter_",
    [
        pytest.param({"countries": ["SD"]}, id="another country"),
        pytest.param({"areas": ["UA-59"]}, id="another area"),
        pytest.param({"bbox": [30.0, 50.0, 31.0, 51.0]}, id="a box elsewhere"),
        pytest.param({"bbox": THE_PACIFIC}, id="a box across the antimeridian"),
        pytest.param({"polygon": [[30, 50], [31, 50], [30.5, 51]]}, id="a triangle elsewhere"),
        pytest.param({"corridors": ["cor_2"]}, id="another corridor"),
        pytest.param({"purposes": ["return"]}, id="another purpose"),
        pytest.param({"modes": ["train"]}, id="another mode"),
        pytest.param({"statuses": ["closed"]}, id="a status neither before nor after"),
        pytest.param({"min_credibility": 1}, id="less credible than asked"),
        pytest.param({"sources": ["icrc"]}, id="another source"),
        pytest.param({"countries": ["UA"], "statuses": ["closed"]}, id="one key of two"),
    ],
)
def test_an_event_is_not_told_where_one_key_does_not_fit(filter_: dict[str, Any]) -> None:
    assert audience.check_filter(filter_) == {}
    assert not is_told(**filter_)


def test_keys_have_to_fit_the_same_snapshot() -> None:
    subscription = Subscription(
        "sub_1", "key_1", "", ("*",), {"statuses": ["open"], "min_credibility": 2}, (), "active", AT, AT, 60
    )
    before, after = an_occurrence(Status.OPEN, credibility=4), an_occurrence(Status.CLOSED, credibility=1)
    assert not audience.matches(subscription, an_event(), before, after, CORRIDOR, ())


def test_a_box_across_the_antimeridian_holds_both_its_sides() -> None:
    for lon in (175.0, -175.0):
        assert any(audience.touches(a_route(a_place("Isle", lat=0.0, lon=lon), None), ring) for ring in halves())


def halves() -> list[list[list[float]]]:
    """Return the two parts of THE_PACIFIC."""
    return [[[170, -10], [180, -10], [180, 10], [170, 10]], [[-180, -10], [-170, -10], [-170, 10], [-180, 10]]]


@pytest.mark.parametrize(
    ("filter_", "told"),
    [
        pytest.param({"statuses": ["open"], "corridors": ["cor_9"]}, True, id="what it has not is not asked"),
        pytest.param({"countries": ["SD"]}, False, id="its country is asked"),
        pytest.param({"sources": ["icrc"]}, False, id="its sources are asked"),
    ],
)
def test_an_event_about_no_corridor_is_asked_for_country_and_sources(filter_: dict[str, Any], told: bool) -> None:
    subscription = Subscription("sub_1", "key_1", "", ("*",), filter_, (), "active", AT, AT, 60)
    event = an_event(EventType.TALLY_UPDATED)
    assert audience.matches(subscription, event, None, None, None, {"ua-ministry"}) is told
    assert audience.matches(subscription, replace(event, country=None), None, None, None, ()) is True


@pytest.mark.parametrize(
    ("filter_", "key", "sentence"),
    [
        pytest.param(
            {"country": ["UA"]}, "country", 'the nearest is "countries"', id="an unknown key names the nearest"
        ),
        pytest.param({"countries": "UA"}, "countries", "write a list", id="a text where a list belongs"),
        pytest.param({"countries": []}, "countries", "write a list", id="an empty list can never match"),
        pytest.param({"countries": ["Ukraine"]}, "countries", '"Ukraine" is not one of', id="a name instead of a code"),
        pytest.param({"countries": [["UA"]]}, "countries", "is not one of", id="a list in a list"),
        pytest.param({"areas": ["UA"]}, "areas", "ISO 3166-2", id="a country instead of an area"),
        pytest.param({"bbox": [1, 2, 3]}, "bbox", "west", id="three numbers"),
        pytest.param({"bbox": [30, 51, 31, 50]}, "bbox", "west", id="south above north"),
        pytest.param({"bbox": [True, 0, 1, 1]}, "bbox", "west", id="a truth is no number"),
        pytest.param({"polygon": [[0, 0], [1, 1]]}, "polygon", "3 to 500 points", id="two points"),
        pytest.param({"polygon": [[0, 0]] * 501}, "polygon", "3 to 500 points", id="too many points"),
        pytest.param({"polygon": [[0, 0], [1, 1], [200, 0]]}, "polygon", "degrees", id="off the globe"),
        pytest.param({"statuses": ["active"]}, "statuses", '"active" is not one of: announced', id="no such status"),
        pytest.param({"min_credibility": 7}, "min_credibility", "1 (confirmed)", id="off the scale"),
        pytest.param({"min_credibility": "2"}, "min_credibility", "1 (confirmed)", id="a text where a number belongs"),
    ],
)
def test_a_wrong_filter_is_refused_with_a_sentence(filter_: dict[str, Any], key: str, sentence: str) -> None:
    errors = audience.check_filter(filter_)
    assert list(errors) == [key]
    assert sentence in errors[key][0]


def test_an_unknown_type_names_the_nearest_one() -> None:
    assert audience.check_types(["corridor.*", "*", "corridor.open"]) == [
        '"corridor.open" is no event type; the nearest is "corridor.opened"'
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)
KEYS = "countries areas bbox polygon corridors purposes modes statuses min_credibility sources"


@given(st.dictionaries(st.sampled_from(KEYS.split()), anything, max_size=3))
def test_whatever_passes_the_check_can_be_matched(filter_: dict[str, Any]) -> None:
    if not audience.check_filter(filter_):
        is_told(**filter_)


@given(
    st.tuples(st.floats(-179, 179), st.floats(-89, 89)),
    st.tuples(st.floats(-179, 179), st.floats(-89, 89)),
)
def test_a_place_is_in_a_box_exactly_when_its_degrees_are(
    place: tuple[float, float], corner: tuple[float, float]
) -> None:
    (lon, lat), (west, south) = place, corner
    east, north = west + 1, south + 1
    route = a_route(a_place("Somewhere", lat=lat, lon=lon), None)
    ring = [[west, south], [east, south], [east, north], [west, north]]
    assert audience.touches(route, ring) == (west <= lon <= east and south <= lat <= north)
