from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Validators
from corridors.sources import WrongOption
from corridors.sources.arcgis import ADAPTER
from tests.sources.wire import a_response, a_source

LAYER = "https://services.example.org/ArcGIS/rest/services/Access/FeatureServer/0"
MAP = {
    "title": "properties.route",
    "name": "properties.route",
    "status": {"path": "properties.status", "values": {"Restricted": "suspended", "Open": "open"}},
    "published": {"path": "properties.edited", "type": "epoch_ms"},
}


def layer(*features: Any, **members: Any) -> str:
    told = {"objectIdFieldName": "OBJECTID", "spatialReference": {"wkid": 4326}, "features": list(features)}
    return json.dumps(told | members)


def esri(number: int, status: str = "Open", geometry: Any = None) -> dict[str, Any]:
    attributes = {"OBJECTID": number, "route": "M-18", "status": status, "edited": 1647244800000}
    line = {"paths": [[[35.27, 47.44], [35.14, 47.84]]]}
    return {"attributes": attributes, "geometry": line if geometry is None else geometry}


def parse(body: str, *, request: Request | None = None, **options: Any) -> Parsed:
    source = a_source("arcgis", **{"layer": LAYER, "map": MAP} | options)
    asked = request or ADAPTER.first_request(source, Validators())
    return ADAPTER.parse(replace(a_response(body, asked.url), request=asked), source)


def test_a_layer_is_asked_for_everything_in_degrees() -> None:
    source = a_source("arcgis", layer=LAYER + "/", query={"where": "status = 'Open'", "size": 50})
    asked = urlsplit(ADAPTER.first_request(source, Validators()).url)
    assert asked.path.endswith("/FeatureServer/0/query")
    query = {name: value[0] for name, value in parse_qs(asked.query).items()}
    assert query == {
        "where": "status = 'Open'",
        "outFields": "*",
        "outSR": "4326",
        "f": "json",
        "resultOffset": "0",
        "resultRecordCount": "50",
    }


def test_a_feature_is_its_object_id_and_its_dates_are_milliseconds() -> None:
    (document,) = parse(layer(esri(17, "Restricted"))).documents
    assert document.external_id == "17"
    assert document.published_at == datetime(2022, 3, 14, 8, tzinfo=UTC)
    (statement,) = document.statements or ()
    assert (statement.status, statement.route.name) == ("suspended", "M-18")


def test_pages_follow_as_long_as_something_was_held_back() -> None:
    first = parse(layer(esri(1), esri(2), exceededTransferLimit=True))
    (request,) = first.next_requests
    assert parse_qs(urlsplit(request.url).query)["resultOffset"] == ["2"]
    second = parse(layer(esri(3), exceededTransferLimit=True), request=request)
    assert parse_qs(urlsplit(second.next_requests[0].url).query)["resultOffset"] == ["3"]
    assert not parse(layer(esri(4)), request=second.next_requests[0]).next_requests
    enough = parse(layer(esri(1), exceededTransferLimit=True), query={"max_pages": 1})
    assert not enough.next_requests
    assert enough.warnings == ("there are more pages than the 1 that were read",)


def test_geojson_of_a_layer_is_read_too_and_its_limit_stands_in_the_properties() -> None:
    feature = {"type": "Feature", "id": 5, "properties": {"route": "M-18", "status": "Open"}, "geometry": None}
    told = {"type": "FeatureCollection", "properties": {"exceededTransferLimit": True}, "features": [feature]}
    parsed = parse(json.dumps(told))
    assert [document.external_id for document in parsed.documents] == ["5"]
    assert parsed.next_requests


def test_an_empty_layer_is_proven_empty_and_leaves_its_fields_out() -> None:
    assert parse('{"features": []}') == Parsed((), 0, 0)


def test_coordinates_of_another_system_are_left_out() -> None:
    parsed = parse(layer(esri(1), spatialReference={"wkid": 102100, "latestWkid": 3857}))
    assert parsed.warnings == ("the coordinates are not degrees of WGS 84 and were left out",)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ('{"error": {"code": 400, "message": "Invalid query", "details": []}}', "unavailable"),
        ('{"error": "no"}', "unavailable"),
        ("{}", "layout_changed"),
        ("[]", "layout_changed"),
        ("<html></html>", "wrong_type"),
        ('{"features": [1, {"attributes": 3}, {"attributes": {}, "geometry": {"x": "a"}}]}', "layout_changed"),
    ],
)
def test_a_refusal_with_status_200_is_one(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(body)
    assert error.value.outcome == outcome


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"layer": "https://example.org/FeatureServer"}, "layer"),
        ({"layer": ""}, "layer"),
        ({"query": {"wher": "1=1"}}, "query"),
        ({"query": {"size": 0}}, "query"),
        ({"query": {"size": "10"}}, "query"),
    ],
)
def test_options_that_cannot_work_are_refused_at_their_key(options: Any, key: str) -> None:
    with pytest.raises(WrongOption) as error:
        ADAPTER.first_request(a_source("arcgis", **{"layer": LAYER} | options), Validators())
    assert error.value.key == key
