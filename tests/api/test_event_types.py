"""The catalogue says what may come, and what comes is what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from corridors.api.event_types import json_schema
from corridors.model import EventType
from corridors.schema.catalogue import CATALOGUE
from corridors.store import Store
from tests.api.conftest import bearer


def test_every_type_is_in_the_catalogue(client: FlaskClient) -> None:
    rows = client.get("/v1/event-types").get_json()["data"]
    assert {row["name"] for row in rows} == set(EventType) == set(CATALOGUE)
    assert all(row["text"] and row["schema"].endswith(f"/{row['name']}/schema") for row in rows)


@pytest.mark.parametrize("type_", list(EventType))
def test_every_type_has_a_json_schema(client: FlaskClient, type_: EventType) -> None:
    shown = client.get(f"/v1/event-types/{type_}/schema").get_json()
    Draft202012Validator.check_schema(shown)
    assert shown["properties"]["type"] == {"const": type_.value}


@pytest.mark.parametrize("type_", list(EventType))
def test_every_type_has_an_example_that_fits_its_schema(client: FlaskClient, type_: EventType) -> None:
    (row,) = [row for row in client.get("/v1/event-types").get_json()["data"] if row["name"] == type_]
    shown = row["example"]
    assert shown["type"] == type_
    _check(shown)
    promised = set(CATALOGUE[type_].data().fields) - {"challenge"}
    assert set(shown["data"]) - {"links"} == promised - {"links"}, (
        "it shows every field, and none that is not described"
    )


def test_an_unknown_type_is_not_found(client: FlaskClient) -> None:
    assert client.get("/v1/event-types/corridor.open/schema").status_code == 404


def test_what_is_in_the_feed_fits_its_schema(client: FlaskClient, filled: Store) -> None:
    events = client.get("/v1/events?limit=100").get_json()["data"]
    assert events
    for event in events:
        _check(event)


def test_a_test_fits_its_schema(client: FlaskClient, store: Store) -> None:
    made = client.post("/v1/subscriptions", json={"url": "https://8.8.8.8/x"}, headers=bearer()).get_json()
    sent = client.post(f"/v1/subscriptions/{made['id']}/verify", headers=bearer()).get_json()
    path = f"/v1/subscriptions/{made['id']}/deliveries/{sent['id']}"
    _check(json.loads(client.get(path, headers=bearer()).get_json()["body"]))


def test_the_description_lists_what_is_sent(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()["webhooks"]
    assert set(described) == set(EventType)
    shape = described["corridor.opened"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert shape["allOf"] == [{"$ref": "#/components/schemas/Event"}]


def _check(event: dict[str, Any]) -> None:
    problems = [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in Draft202012Validator(json_schema(EventType(event["type"]))).iter_errors(event)
    ]
    assert not problems, event["type"]
