"""Which format comes back: by `format=`, by Accept, whole or in pages, with its head."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from corridors import schema

pytestmark = pytest.mark.usefixtures("filled")


def rows(body: str) -> list[list[str]]:
    """Return the rows of CSV."""
    return list(csv.reader(io.StringIO(body)))


def test_the_parameter_chooses_the_format(client: FlaskClient) -> None:
    answer = client.get("/v1/occurrences?format=csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == 'inline; filename="occurrences.csv"'
    assert len(rows(answer.text)) == 2 + 4


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("text/csv", "text/csv", id="a format of ours"),
        pytest.param("text/csv;q=0.1, application/geo+json", "application/geo+json", id="the one wanted most"),
        pytest.param("*/*", "application/json", id="anything"),
        pytest.param("text/html,application/xhtml+xml,*/*;q=0.8", "application/json", id="a browser"),
        pytest.param("image/png", "application/json", id="nothing that we have"),
    ],
)
def test_the_accept_header_chooses_where_the_parameter_does_not(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    answer = client.get("/v1/occurrences", headers={"Accept": accept})
    assert answer.mimetype == media_type
    assert "Accept" in answer.headers["Vary"]


def test_formats_never_share_an_etag(client: FlaskClient) -> None:
    tags = {
        client.get("/v1/occurrences", headers={"Accept": accept}).headers["ETag"]
        for accept in ("text/csv", "application/geo+json", "application/json")
    }
    assert len(tags) == 3


def test_an_export_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/v1/corridors?format=geojson")
    again = client.get("/v1/corridors?format=geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert client.get("/v1/corridors?format=geojson").get_data() == first.get_data()


def test_a_format_that_there_is_not_is_refused_with_the_nearest(client: FlaskClient) -> None:
    answer = client.get("/v1/occurrences?format=geo")
    assert answer.status_code == 400
    assert 'the nearest is "geojson"' in answer.get_json()["detail"]


def test_an_export_holds_everything_unless_it_is_limited(client: FlaskClient) -> None:
    whole = rows(client.get("/v1/occurrences?format=csv").text)[2:]
    page, address = [], "/v1/occurrences?format=csv&limit=3"
    while address:
        answer = client.get(address)
        page += rows(answer.text)[2:]
        link = answer.headers.get("Link", "")
        address = link[link.index("/v1/") : link.index(">")] if link else ""
    assert page == whole
    assert len(whole) == 4


def test_events_are_exported_in_their_order(client: FlaskClient) -> None:
    whole = rows(client.get("/v1/events?format=csv&after=1").text)[2:]
    cursors = [row[3] for row in whole]
    assert cursors == sorted(cursors)
    assert len(cursors) == 3


def test_events_as_json_know_no_page_and_as_a_table_no_latest(client: FlaskClient) -> None:
    assert "`after`" in client.get("/v1/events?page=1").get_json()["errors"]["page"][0]
    assert "JSON" in client.get("/v1/events?latest=1&format=csv").get_json()["errors"]["latest"][0]


def test_head_tells_of_an_export_without_sending_it(client: FlaskClient) -> None:
    answer = client.head("/v1/occurrences?format=csv")
    assert "Content-Length" not in answer.headers
    assert answer.headers["ETag"] == client.get("/v1/occurrences?format=csv").headers["ETag"]
    assert (answer.status_code, answer.mimetype, answer.get_data()) == (200, "text/csv", b"")


def test_the_description_lists_the_media_types_and_the_formats(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    listed = document["paths"]["/v1/occurrences"]["get"]
    assert {"application/json", "text/csv", "application/geo+json"} <= set(listed["responses"]["200"]["content"])
    (format_,) = [each for each in listed["parameters"] if each["name"] == "format"]
    assert {"json", "csv", "geojson"} <= set(format_["schema"]["enum"])


def test_a_geojson_feature_has_flat_properties_and_the_line(client: FlaskClient) -> None:
    collection = client.get("/v1/corridors?format=geojson").get_json(force=True)
    assert (collection["type"], collection["notice"]) == ("FeatureCollection", schema.NOTICE)
    first = collection["features"][0]
    assert first["geometry"] == {"type": "LineString", "coordinates": [[37.541, 47.095], [35.117, 47.852]]}
    assert collection["bbox"] == [34.554, 47.095, 37.541, 50.917]
    told = {name: first["properties"][name] for name in ("status", "origin", "origin_local", "origin_pcode", "country")}
    assert told == {
        "status": "announced",
        "origin": "Mariupol",
        "origin_local": "Маріуполь",
        "origin_pcode": "UA14",
        "country": "UKR",
    }


def test_names_come_in_the_language_asked_for(client: FlaskClient) -> None:
    header, tags, row, *_ = rows(client.get("/v1/occurrences?format=csv&lang=uk").text)
    found = dict(zip(tags, row, strict=True))
    assert (found["#loc+origin+name+i_en"], found["#loc+origin+name+i_uk"]) == ("Mariupol", "Маріуполь")
    assert found["#meta+lang"] == "uk"
    assert len(header) == len(tags)
