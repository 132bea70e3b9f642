"""OGC API – Features, with the clients that GIS desks have: GDAL, which QGIS reads with, and OWSLib."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pyogrio
import pytest
import requests
from openapi_spec_validator import OpenAPIV30SpecValidator
from owslib.ogcapi.features import Features

from tests.formats.conftest import Service
from tests.formats.test_foreign import layer


def shown(service: Service, path: str) -> Any:
    """Return the JSON at a path."""
    return json.loads(service.get(f"/ogc{path}"))


def test_gdal_lists_the_layers_and_knows_the_types(service: Service) -> None:
    source = f"OAPIF:{service.url}/ogc"
    assert {name for name, _ in pyogrio.list_layers(source)} == {"corridors", "occurrences"}
    about = pyogrio.read_info(source, layer="occurrences")
    types = dict(zip(about["fields"], about["ogr_types"], strict=True))
    assert {name: types[name] for name in ("status", "revision", "people", "origin_lat")} == {
        "status": "OFTString",
        "revision": "OFTInteger",
        "people": "OFTInteger",
        "origin_lat": "OFTReal",
    }


def test_gdal_reads_every_page_a_box_and_a_filter(service: Service, tmp_path: Path) -> None:
    source = f"OAPIF:{service.url}/ogc"
    paged = {"layer": "occurrences", "PAGE_SIZE": 3}
    assert layer(source, **paged)[1] == 7
    assert layer(source, layer="corridors", bbox=(30, 46, 38, 48))[1] == 1
    assert layer(source, layer="occurrences", where="status = 'suspended'")[1] == 1
    meta, _, geometries, columns = pyogrio.raw.read(source, layer="occurrences")
    target = tmp_path / "days.gpkg"
    pyogrio.raw.write(
        target, geometries, columns, meta["fields"], driver="GPKG", geometry_type="Unknown", crs=meta["crs"]
    )
    assert pyogrio.read_info(target)["features"] == 7


def test_owslib_finds_the_collections_and_their_features(service: Service) -> None:
    client = Features(f"{service.url}/ogc")
    assert client.feature_collections() == ["corridors", "occurrences"]
    first = client.collection_items("occurrences", limit=2)
    assert (first["numberMatched"], first["numberReturned"], len(first["features"])) == (7, 2, 2)
    one = client.collection_item("occurrences", first["features"][0]["id"])
    assert one["properties"] == first["features"][0]["properties"]
    days = client.collection_items("occurrences", datetime_="2022-03-15T00:00:00Z/..")
    assert {each["properties"]["date_start"] for each in days["features"]} <= {"2022-03-14", "2022-03-15"}
    assert "itemType" in client.collection("corridors")


def test_pages_follow_from_the_links_and_hold_each_feature_once(service: Service) -> None:
    path, seen = "/collections/occurrences/items?limit=3", []
    while path:
        page = shown(service, path)
        assert page["numberReturned"] == len(page["features"])
        assert page["timeStamp"]
        seen += [each["id"] for each in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path = following[0].removeprefix(f"{service.url}/ogc") if following else ""
    assert len(seen) == len(set(seen)) == page["numberMatched"] == 7


def test_what_is_declared_is_true(service: Service) -> None:
    document = shown(service, "/api")
    OpenAPIV30SpecValidator(document).validate()
    assert document["openapi"].startswith("3.0")
    declared = shown(service, "/conformance")["conformsTo"]
    assert [name.rpartition("/")[2] for name in declared] == ["core", "geojson", "oas30"]
    links = {link["rel"]: link["href"] for link in shown(service, "")["links"]}
    for rel in ("self", "service-desc", "conformance", "data"):
        assert requests.get(links[rel], timeout=60).status_code == 200
    for noun in ("corridors", "occurrences"):
        schema = shown(service, f"/collections/{noun}/schema")
        for feature in shown(service, f"/collections/{noun}/items")["features"]:
            told = {name: value for name, value in feature["properties"].items() if value is not None}
            known = {name: value for name, value in feature.items() if value is not None}
            jsonschema.validate(known | {"properties": told}, schema)
            assert not any(isinstance(value, dict | list) for value in feature["properties"].values())
            assert feature["properties"].keys() == schema["properties"]["properties"]["properties"].keys()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("limit=0", 400, id="a limit of none"),
        pytest.param("limit=100000", 200, id="more than we give at once is no error"),
        pytest.param("limit=x", 400, id="no number"),
        pytest.param("bbox=1,2,3", 400, id="half a box"),
        pytest.param("bbox=170,-20,-170,-10", 200, id="a box over the 180th meridian"),
        pytest.param("bbox=30,46,0,38,48,100", 200, id="a box with heights"),
        pytest.param("datetime=2022-03-14T00:00:00Z", 200, id="an instant"),
        pytest.param("datetime=../2022-03-14T00:00:00Z", 200, id="an open interval"),
        pytest.param("datetime=yesterday", 400, id="no instant"),
        pytest.param("f=json", 400, id="a parameter that nobody declared"),
        pytest.param("country=UA&status=open", 200, id="filters of ours"),
    ],
)
def test_parameters_are_understood_or_refused(service: Service, query: str, status: int) -> None:
    answer = requests.get(f"{service.url}/ogc/collections/corridors/items?{query}", timeout=60)
    assert answer.status_code == status, answer.text


def test_boxes_and_filters_find_what_they_should(service: Service) -> None:
    def found(query: str) -> set[str]:
        return {each["id"] for each in shown(service, f"/collections/corridors/items?{query}")["features"]}

    assert found("bbox=179.9,-20,-179.9,-10") == {"cor_far"}
    assert found("bbox=30,46,38,48") == {"cor_mariupol"}
    assert found("status=open") == {"cor_sumy"}


@pytest.mark.parametrize("path", ["/collections/roads", "/collections/roads/items", "/collections/corridors/items/no"])
def test_what_there_is_not_is_not_found(service: Service, path: str) -> None:
    answer = requests.get(f"{service.url}/ogc{path}", timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
