"""What one installation writes another one reads: the same routes, status, days, hours, modes and people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corridors.intake.locating import located
from corridors.model import Document, Reading, Request, Response, Source, Statement
from corridors.places import Gazetteer
from corridors.reading import read
from corridors.registry import load
from tests.formats.conftest import Service
from tests.make import at

SOURCES: dict[str, dict[str, Any]] = {
    "geojson": {
        "map": {
            "status": "properties.status",
            "reason": "properties.reason",
            "from": "properties.date_start",
            "until": "properties.date_end",
            "start": "properties.time_start",
            "end": "properties.time_end",
            "people": "properties.people",
            "modes": "properties.modes",
            "country": "properties.country",
            "name": "properties.road",
            "direction": "properties.direction",
            "origin": {"name": "properties.origin"},
            "destination": {"name": "properties.destination"},
            "published": "properties.updated_at",
        }
    },
    "table": {
        "identity": {"from": "#meta+id"},
        "map": {
            "status": "#status+code",
            "reason": "#access+reason+code",
            "from": "#date+start",
            "until": "#date+end",
            "start": "#x_time+start",
            "end": "#x_time+end",
            "people": "#affected+ind+evacuated",
            "modes": "#x_transport+list",
            "country": "#country+code+v_iso3",
            "name": "#loc+road+name",
            "direction": "#x_direction+code",
            "origin": {"name": "#loc+origin+name+i_en", "lat": "#geo+origin+lat", "lon": "#geo+origin+lon"},
            "destination": {"name": "#loc+dest+name+i_en", "lat": "#geo+dest+lat", "lon": "#geo+dest+lon"},
            "published": "#date+updated",
        },
    },
    "feed": {},
    "cap": {},
}
PATHS = {"geojson": "geojson", "table": "csv", "feed": "atom", "cap": "cap"}


def polled(service: Service, kind: str, path: str, gazetteer: Gazetteer) -> list[Statement]:
    """Return what a source of a kind states when it is polled, with everything that it asks for besides."""
    source = Source(
        "other", kind, "Another installation", service.url + path, timezone="Europe/Kyiv", options=SOURCES[kind]
    )
    adapter, languages = load("corridors.sources", "ADAPTER")[kind], load("corridors.languages", "LANGUAGE")
    waiting: list[Request] = [Request(service.url + path)]
    documents: list[Document] = []
    while waiting:
        request = waiting.pop(0)
        body = service.get(request.url.removeprefix(service.url))
        parsed = adapter.parse(Response(request.url, 200, {}, body, at("12:00"), request), source)
        documents += parsed.documents
        waiting += parsed.next_requests
    newest: dict[str, Document] = {}
    for document in documents:
        newest.setdefault(document.external_id, document)
    readings = [read(document, languages=languages, gazetteer=gazetteer) for document in newest.values()]
    return [said for one in readings for said in located(Reading(one.statements), source, gazetteer).statements]


def essence(statement: Statement) -> tuple[Any, ...]:
    """Return what has to come back, whatever the way."""
    route = statement.route
    ends = [place and (place.geonames or place.name) for place in (route.origin, route.destination)]
    hours = tuple((window.start, window.end) for window in statement.windows)
    about = (route.country, *ends, route.name, route.direction)
    return (about, statement.status, statement.reason, statement.valid_on, hours, statement.modes, statement.people)


def stated(record: dict[str, Any]) -> tuple[Any, ...]:
    """Return the same of an occurrence as the API shows it."""
    route = record["corridor_summary"]["route"]
    ends = [place and (place["geonames"] or place["name"]) for place in (route["origin"], route["destination"])]
    hours = tuple((window["start"], window["end"]) for window in record["windows"])
    about = (route["country"], *ends, route["name"], route["direction"])
    day = record["date"]
    return (about, record["status"], record["reason"], (day, day), hours, tuple(record["modes"]), record["people"])


def plain(value: tuple[Any, ...]) -> str:
    """Return a tuple with words and days as texts, to be compared and sorted."""
    return str([str(part) if not isinstance(part, tuple) else tuple(map(str, part)) for part in value])


@pytest.mark.parametrize("kind", list(SOURCES))
def test_what_is_written_comes_back_as_the_same_claims(kind: str, service: Service, gazetteer: Gazetteer) -> None:
    days = json.loads(service.get("/v1/occurrences"))["data"]
    expected = sorted(plain(stated(day)) for day in days if day["status"] != "unknown")
    assert len(expected) == 6
    found = polled(service, kind, f"/v1/occurrences?format={PATHS[kind]}", gazetteer)
    assert sorted(plain(essence(one)) for one in found if one.status != "unknown") == expected


def test_a_workbook_is_read_back_like_a_table(service: Service, gazetteer: Gazetteer) -> None:
    as_csv = polled(service, "table", "/v1/occurrences?format=csv", gazetteer)
    as_xlsx = polled(service, "table", "/v1/occurrences?format=xlsx", gazetteer)
    assert sorted(map(plain, map(essence, as_xlsx))) == sorted(map(plain, map(essence, as_csv)))
