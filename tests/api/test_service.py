"""The service itself: its clock, its health, its errors, its description."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from corridors import schema
from corridors.app import create_app
from corridors.config import Settings
from corridors.errors import ConfigError, StoreError
from corridors.model import EventType, Subscription
from corridors.store import Store
from tests.api.conftest import bearer
from tests.postgres import KEY


def test_now_is_the_hour_of_the_corridors_and_their_local_days(client: FlaskClient, filled: Store) -> None:
    now = client.get("/v1/now").get_json()
    assert now["now_at"] == "2022-03-14T10:00:00.000Z"
    assert now["real_at"] > "2026"
    assert now["today"] == [{"country": "UA", "date": "2022-03-14", "zone": "Europe/Kyiv"}]
    assert client.get("/v1/now").headers["Cache-Control"] == "no-store"


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"alive": True}


def test_the_service_is_ready_while_its_worker_beats(client: FlaskClient, store: Store) -> None:
    beat(store, timedelta(seconds=5))
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()["problems"]) == (200, [])


def test_a_worker_that_was_never_there_or_fell_silent_is_said(client: FlaskClient, store: Store) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, "no worker has ever run" in answer.get_json()["problems"][0]) == (503, True)
    beat(store, timedelta(seconds=31))
    answer = client.get("/readyz")
    assert (answer.status_code, "heard for 31 s" in answer.get_json()["problems"][0]) == (503, True)


def test_a_webhook_that_nobody_sends_is_said(client: FlaskClient, store: Store) -> None:
    beat(store, timedelta(0))
    made = client.post(
        "/v1/subscriptions", json={"url": "https://8.8.8.8/hook", "types": ["*"]}, headers=bearer()
    ).get_json()
    with store.begin() as tx:
        long_ago = datetime.now(UTC) - timedelta(seconds=90)
        tx.deliveries.owe_own(made["id"], "evt_x", EventType.SUBSCRIPTION_TEST.value, b"{}", long_ago)
    answer = client.get("/readyz")
    assert (answer.status_code, "due for 90 s" in answer.get_json()["problems"][0]) == (503, True)
    client.post(f"/v1/subscriptions/{made['id']}/pause", headers=bearer())
    assert client.get("/readyz").status_code == 200, "who paused is late by their own wish"


def test_a_database_that_cannot_be_read_is_said_and_nothing_breaks(settings: Settings, store: Store) -> None:
    client = create_app(settings, store=store).test_client()
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE marks")
    (problem,) = client.get("/readyz").get_json()["problems"]
    assert "the database cannot be read" in problem
    answer = client.get("/v1/corridors")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"
    assert "marks" not in answer.get_data(as_text=True)


def test_the_app_refuses_to_start_without_its_tables(settings: Settings, tmp_path: Any) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}", KEY)
    with pytest.raises(ConfigError, match="corridors migrate"):
        create_app(settings, store=empty)
    empty.dispose()


def test_the_app_refuses_to_start_with_another_key_than_the_one_that_sealed(settings: Settings, store: Store) -> None:
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.subscriptions.add(Subscription("sub_1", "o", "https://x", ("*",), {}, (), "active", now, now, 60))
    lost = Store(store.url, bytes(32))
    with pytest.raises(ConfigError, match=r"CORRIDORS_SECRET_KEY, or secret\.key .* restore that one"):
        create_app(settings, store=lost)
    lost.dispose()


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        pytest.param("GET", "/nowhere", 404, "openapi.json", id="an address that is none"),
        pytest.param("GET", "/v1/corridors/", 404, "openapi.json", id="a slash too many"),
        pytest.param("DELETE", "/v1/corridors", 405, "Allow", id="a method that is not taken"),
        pytest.param("POST", "/v1/now", 405, "Allow", id="writing the clock"),
    ],
)
def test_every_error_is_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int, sentence: str
) -> None:
    answer = client.open(path, method=method)
    problem = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert (answer.status_code, problem["status"], problem["instance"]) == (status, status, path)
    assert sentence in problem["detail"]
    if status == 405:
        assert "OPTIONS" in answer.headers["Allow"]


def test_a_fault_of_ours_is_a_problem_document_that_tells_nothing(app: Flask) -> None:
    def break_(kind: str) -> str:
        raise StoreError("secret detail") if kind == "store" else ZeroDivisionError("secret detail")

    app.add_url_rule("/break/<kind>", view_func=break_)
    for kind, status in (("store", 503), ("us", 500)):
        answer = app.test_client().get(f"/break/{kind}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert "secret" not in answer.get_data(as_text=True)


def test_the_page_is_served_beside_the_api(client: FlaskClient) -> None:
    assert client.get("/").mimetype == "text/html"


def described(client: FlaskClient) -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = client.get("/openapi.json").get_json()
    return document


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        validate(described(client))


def test_every_address_is_described_and_every_description_answers(client: FlaskClient, app: Flask) -> None:
    served = {str(rule).replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}
    public = {rule for rule in served if rule.startswith("/v1/")}
    assert public == set(described(client)["paths"])


def test_every_operation_says_what_it_gives_and_how_it_fails(client: FlaskClient) -> None:
    for path, operations in described(client)["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["summary"].endswith("."), (path, method)
            assert "default" in operation["responses"], (path, method)


def test_answers_have_exactly_the_described_keys(client: FlaskClient, filled: Store) -> None:
    schemas = described(client)["components"]["schemas"]
    for path, name in (("corridors", "Corridor"), ("occurrences", "ListedOccurrence"), ("claims", "Claim")):
        (first, *_) = client.get(f"/v1/{path}").get_json()["data"]
        assert set(first) == set(schemas[name]["properties"]), name
    event = client.get("/v1/events").get_json()["data"][0]
    assert set(event) == set(schemas["Event"]["properties"])


def test_the_notice_stands_in_the_description(client: FlaskClient) -> None:
    assert schema.NOTICE in described(client)["info"]["description"]


def beat(store: Store, ago: timedelta) -> None:
    """Note that the worker lived a while ago."""
    with store.begin() as tx:
        tx.leases.set_mark("worker.beat_at", (datetime.now(UTC) - ago).isoformat())
