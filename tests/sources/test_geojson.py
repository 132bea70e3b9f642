from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed, Status, Validators, Window
from corridors.sources import WrongOption
from corridors.sources.geojson import ADAPTER
from tests.sources.wire import a_response, a_source

URL = "https://maps.example.org/corridors.geojson"
MAP = {
    "title": "properties.route",
    "name": "properties.route",
    "origin": {"name": "properties.from"},
    "destination": {"name": "properties.to"},
    "status": {"path": "properties.state", "values": {"відкрито": "open", "зачинено": "closed"}},
    "from": "properties.day",
    "start": "properties.hours.start",
    "end": "properties.hours.end",
    "people": "properties.people",
    "modes": "properties.by",
    "published": {"path": "properties.updated", "type": "datetime"},
}
LINE = {"type": "LineString", "coordinates": [[37.55, 47.10, 12], [36.79, 46.75], [35.14, 47.84]]}


def feature(geometry: Any = LINE, id_: Any = 7, **properties: Any) -> dict[str, Any]:
    told = {"from": "Маріуполь", "to": "Запоріжжя", "state": "відкрито", "day": "2022-03-14"} | properties
    return {"type": "Feature", "id": id_, "geometry": geometry, "properties": told}


def parse(*features: Any, options: dict[str, Any] | None = None, **members: Any) -> Parsed:
    told = {"type": "FeatureCollection", "features": list(features)} | members
    chosen = {"map": MAP} if options is None else options
    return ADAPTER.parse(a_response(json.dumps(told), URL), a_source("geojson", URL, **chosen))


def test_a_feature_states_its_route_with_the_ends_of_its_line() -> None:
    hours = {"start": "09:00", "end": "21:00"}
    parsed = parse(feature(hours=hours, people="1 200", by="bus, private_car", updated="2022-03-14T08:00:00+02:00"))
    assert (parsed.seen, parsed.understood, parsed.complete, parsed.warnings) == (1, 1, True, ())
    (document,) = parsed.documents
    (statement,) = document.statements or ()
    assert document.external_id == "7"
    assert document.published_at == datetime(2022, 3, 14, 6, tzinfo=UTC)
    assert statement.status is Status.OPEN
    assert statement.valid_on == (date(2022, 3, 14), None)
    assert statement.route.origin is not None
    assert (statement.route.origin.name, statement.route.origin.lat, statement.route.origin.lon) == (
        "Маріуполь",
        47.1,
        37.55,
    )
    assert statement.route.destination is not None
    assert (statement.route.destination.lat, statement.route.destination.lon) == (47.84, 35.14)
    assert statement.windows == (Window("09:00", "21:00", "Europe/Kyiv", "09:00-21:00"),)
    assert (statement.people, statement.modes) == (1200, ("bus", "private_car"))


def test_whatever_is_stated_stands_in_the_text_so_that_its_change_is_an_edit() -> None:
    one, other = (parse(feature(state=state)).documents[0] for state in ("відкрито", "зачинено"))
    assert one.external_id == other.external_id
    assert one.text != other.text
    assert "status: closed" in other.text


def test_without_a_map_the_name_and_description_are_read_as_text() -> None:
    (document,) = parse(feature(name="Коридор", description="Відкрито о 9:00"), options={}).documents
    assert (document.title, document.text, document.statements) == ("Коридор", "Відкрито о 9:00", None)


def test_a_status_that_is_none_of_ours_states_nothing_and_says_so() -> None:
    parsed = parse(feature(state="maybe", route="M-18"))
    assert parsed.documents[0].statements is None
    assert "status 'maybe' is not one of" in parsed.warnings[0]


@pytest.mark.parametrize(
    ("geometry", "ends"),
    [
        pytest.param({"type": "Point", "coordinates": [37.5, 47.1]}, [(47.1, 37.5), None], id="a point"),
        pytest.param(
            {"type": "MultiLineString", "coordinates": [[[37.5, 47.1], [37, 47]], [[36, 47], [35.1, 47.8]]]},
            [(47.1, 37.5), (47.8, 35.1)],
            id="several lines",
        ),
        pytest.param({"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 1]]]}, [None, None], id="an area"),
        pytest.param(None, [None, None], id="no geometry"),
        pytest.param({"type": "LineString", "coordinates": []}, [None, None], id="an empty line"),
        pytest.param({"type": "LineString", "coordinates": [["a", None], [True, 1]]}, [None, None], id="no numbers"),
        pytest.param({"type": "LineString", "coordinates": [[1, 95], [2, 2]]}, [None, None], id="swapped"),
        pytest.param({"type": "GeometryCollection", "geometries": [LINE]}, [None, None], id="a collection"),
        pytest.param({"type": "MultiLineString", "coordinates": [[], 3]}, [None, None], id="broken lines"),
    ],
)
def test_coordinates_are_taken_where_they_can_be_meant(geometry: Any, ends: list[Any]) -> None:
    (document,) = parse(feature(geometry)).documents
    (statement,) = document.statements or ()
    found = [
        (place.lat, place.lon) if place is not None and place.lat is not None else None
        for place in (statement.route.origin, statement.route.destination)
    ]
    assert found == ends


def test_beyond_the_box_and_in_another_system_no_point_is_believed() -> None:
    options = {"map": MAP, "bbox": [22, 44, 41, 53]}
    abroad = parse(feature({"type": "Point", "coordinates": [47.1, 37.5]}), options=options)
    assert abroad.warnings == ("coordinates that cannot be meant were left out (are they swapped?)",)
    metres = parse(feature(), crs={"type": "name", "properties": {"name": "EPSG:3857"}})
    assert metres.warnings == ("the coordinates are not degrees of WGS 84 and were left out",)
    assert not parse(feature(), crs={"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}).warnings


def test_without_an_id_a_feature_is_its_name_and_place_whatever_its_status() -> None:
    one, other = (
        parse(feature(id_=None, name="A", state=state), options={"map": MAP}).documents[0].external_id
        for state in ("відкрито", "зачинено")
    )
    assert one == other
    assert parse(feature(id_=None, name="B"), options={"map": MAP}).documents[0].external_id != one


def test_layers_of_a_umap_download_are_read_together() -> None:
    layer = {"type": "FeatureCollection", "features": [feature(id_=1)]}
    told = {"type": "umap", "layers": [layer, {"type": "umap", "layers": [{"features": [feature(id_=2)]}]}]}
    parsed = ADAPTER.parse(a_response(json.dumps(told), URL), a_source("geojson", URL, map=MAP))
    assert [document.external_id for document in parsed.documents] == ["1", "2"]


def test_an_empty_collection_is_proven_empty() -> None:
    assert parse() == Parsed((), 0, 0)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("<html><body>Sign in</body></html>", "wrong_type"),
        ("<html><script>cf_chl_opt</script></html>", "blocked"),
        ('{"type": "FeatureCollection"}', "layout_changed"),
        ('{"type": "Feature collection", "features": []}', "layout_changed"),
        ("[]", "layout_changed"),
        ('{"error": {"code": 400, "message": "Invalid query"}}', "unavailable"),
        ('{"type": "FeatureCollection", "features": [1, null, {}]}', "layout_changed"),
        ('{"type": "FeatureCollection", "features": [{"id": NaN}]}', "malformed"),
    ],
)
def test_what_is_no_map_has_its_own_word(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as error:
        ADAPTER.parse(a_response(body, URL), a_source("geojson", URL, map=MAP))
    assert error.value.outcome == outcome


@pytest.mark.parametrize(
    ("options", "key", "sentence"),
    [
        ({"map": {"status": "s"}}, "map", "a `status` needs a route"),
        ({"map": {"origin": {"name": "a", "latt": "b"}, "title": "t"}}, "map", "no field 'origin.latt'"),
        ({"bbox": [1, 2, 3]}, "bbox", "west, south, east, north"),
        ({"bbox": [41, 44, 22, 53]}, "bbox", "west, south, east, north"),
        ({"records": "a["}, "records", "not a JMESPath"),
        ({"identity": {"form": "id"}}, "identity", "path of the record's id"),
    ],
)
def test_options_that_cannot_work_are_refused_at_their_key(options: Any, key: str, sentence: str) -> None:
    with pytest.raises(WrongOption, match=sentence) as error:
        ADAPTER.first_request(a_source("geojson", URL, **options), Validators())
    assert error.value.key == key


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "id"]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(VALUES, max_size=4), VALUES)
def test_nothing_but_parse_errors_comes_of_any_features(features: list[Any], geometry: Any) -> None:
    with suppress(ParseError):
        parse(*features, feature(geometry), feature({"type": "LineString", "coordinates": geometry}))
