"""Webhook subscriptions: made, shown, changed, tried, deleted, and only by their owners."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from corridors import schema
from corridors.app import create_app
from corridors.config import Settings
from corridors.signature import secret_bytes
from corridors.store import Store
from tests.api.conftest import a_key, bearer
from tests.outbound.traps import HOSTS, NAMES, URLS

URL = "http://127.0.0.1:9999/hook?token=hidden"


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    """The web app of an installation that may send to loopback."""
    egress = replace(settings.egress, allow_networks=(ip_network("127.0.0.0/8"),))
    return create_app(replace(settings, egress=egress), store=store)


@pytest.fixture
def key(store: Store) -> dict[str, str]:
    """The header of a subscriber."""
    return bearer(a_key(store))


def create(client: FlaskClient, key: dict[str, str], **fields: Any) -> dict[str, Any]:
    """Subscribe, and return the answer."""
    answer = client.post("/v1/subscriptions", json={"url": URL} | fields, headers=key)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()
    return made


def test_a_subscription_is_active_at_once_and_its_secret_is_shown_once(
    client: FlaskClient, key: dict[str, str], store: Store
) -> None:
    made = create(client, key, types=["corridor.*"], filter={"countries": ["UA"]}, contact="ops@example.org")
    assert made["state"] == "active"
    assert len(secret_bytes(made["secret"])) == 32
    shown = client.get(f"/v1/subscriptions/{made['id']}", headers=key).get_json()
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert shown["url"] == "http://127.0.0.1:9999/…"
    with store.read() as tx:
        assert tx.subscriptions.find([made["id"]])[made["id"]].url == URL


def test_what_is_left_out_gets_a_default(client: FlaskClient, key: dict[str, str]) -> None:
    made = create(client, key)
    assert "corridor.*" in made["types"]
    assert (made["filter"], made["rate_per_minute"], made["headers"], made["contact"]) == ({}, 6000, {}, None)


def test_an_own_secret_is_kept_and_own_headers_are_masked(client: FlaskClient, key: dict[str, str]) -> None:
    secret = "whsec_" + base64.b64encode(b"s" * 24).decode()
    made = create(client, key, secret=secret, headers={"X-Team": "field"})
    assert made["secret"] == secret
    assert made["headers"] == {"X-Team": "…"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("url", None, "write text", id="no url"),
        pytest.param("url", "ftp://example.org/x", "https://", id="another protocol"),
        pytest.param("url", "https://localhost/x", "egress.allow_hosts", id="a local name"),
        pytest.param("url", "https://10.0.0.1/x", "egress.allow_networks", id="a private address"),
        pytest.param("url", "https://169.254.169.254/latest", "metadata", id="the metadata service"),
        pytest.param("url", "https://user:pass@example.org/", "user name", id="a user in the address"),
        pytest.param("url", "https://nowhere.invalid/", "cannot be resolved", id="a name that does not resolve"),
        pytest.param("types", ["corridor.open"], '"corridor.opened"', id="an unknown type"),
        pytest.param("types", [], "1 to 50", id="no types"),
        pytest.param("types", "corridor.*", "write a list", id="a type that is not in a list"),
        pytest.param("filter", {"country": ["UA"]}, '"countries"', id="an unknown filter key"),
        pytest.param("filter", {"bbox": [1, 2]}, "west", id="half a box"),
        pytest.param("filter", [], "write an object", id="a filter that is a list"),
        pytest.param("secret", "v1,AAAA", "this is a signature", id="a signature for a secret"),
        pytest.param("secret", "whsec_AAAA", "24 to 64 bytes", id="a short secret"),
        pytest.param("secret", "hunter2", "write whsec_", id="a password for a secret"),
        pytest.param("rate_per_minute", 0, "1 to 60000", id="a rate of nothing"),
        pytest.param("rate_per_minute", 10**30, "1 to 60000", id="an absurd rate"),
        pytest.param("rate_per_minute", "10", "whole number", id="a rate in quotes"),
        pytest.param("headers", {"Webhook-Signature": "x"}, "set by us", id="a header of ours"),
        pytest.param("headers", {"HOST": "x"}, "set by us", id="the host"),
        pytest.param("headers", {"X-A": "a\r\nb"}, "printable ASCII", id="a line break in a header"),
        pytest.param("headers", {"X A": "a"}, "no header name", id="a space in a header's name"),
        pytest.param("headers", {f"X-{n}": "a" for n in range(11)}, "at most 10", id="too many headers"),
        pytest.param("contact", "a" * 201, "at most 200", id="a long contact"),
        pytest.param("colour", "red", 'there is no field "colour"', id="an unknown field"),
    ],
)
def test_a_wrong_wish_is_refused_with_a_sentence(
    client: FlaskClient, key: dict[str, str], field: str, value: Any, sentence: str
) -> None:
    answer = client.post("/v1/subscriptions", json={"url": URL} | {field: value}, headers=key)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    errors = answer.get_json()["errors"]
    assert list(errors) == [field]
    assert sentence in errors[field][0]


def test_a_subscription_needs_an_address(client: FlaskClient, key: dict[str, str]) -> None:
    answer = client.post("/v1/subscriptions", json={}, headers=key)
    assert answer.get_json()["errors"] == {"url": ["this is needed"]}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param(b"{", "application/json", 400, id="half an object"),
        pytest.param(b"[]", "application/json", 400, id="a list"),
        pytest.param(b"\xff\xfe", "application/json", 400, id="no text"),
        pytest.param(b"[" * 60_000, "application/json", 400, id="a pit of brackets"),
        pytest.param(b'{"a":' * 900 + b"1" + b"}" * 900, "application/json", 400, id="objects in objects"),
        pytest.param(b'{"url": ' + b"9" * 5000 + b"}", "application/json", 400, id="a number of 5000 digits"),
        pytest.param(b'{"contact": "\\u0000"}', "application/json", 400, id="a NUL"),
        pytest.param(b'{"contact": "\\ud800"}', "application/json", 400, id="half a character"),
        pytest.param(b'{"url": "https://example.org"}', "text/plain", 415, id="another media type"),
        pytest.param(b" " * 70_000, "application/json", 413, id="more than 64 KiB"),
    ],
)
def test_a_body_that_is_none_is_refused(
    client: FlaskClient, key: dict[str, str], body: bytes, content_type: str, status: int
) -> None:
    answer = client.post("/v1/subscriptions", data=body, content_type=content_type, headers=key)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["types", "filter", "secret", "rate_per_minute", "headers", "contact", "x"])


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.dictionaries(FIELDS, anything, max_size=4))
def test_no_body_breaks_us(client: FlaskClient, key: dict[str, str], body: dict[str, Any]) -> None:
    made = client.post("/v1/subscriptions", json={"url": URL} | body, headers=key)
    assert made.status_code in {201, 400}, made.get_data(as_text=True)
    if made.status_code == 201:
        assert client.delete(f"/v1/subscriptions/{made.get_json()['id']}", headers=key).status_code == 204


def test_a_subscriber_sees_only_their_own(client: FlaskClient, key: dict[str, str], store: Store) -> None:
    mine = create(client, key)["id"]
    stranger = bearer(a_key(store, "desk"))
    for method, path in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/deliveries"),
        ("POST", "/test"),
        ("POST", "/pause"),
        ("POST", "/enable"),
        ("POST", "/rotate"),
    ]:
        body = {"catch_up": "none"} if path == "/enable" else None
        answer = client.open(f"/v1/subscriptions/{mine}{path}", method=method, json=body, headers=stranger)
        assert answer.status_code == 404, (method, path)
    assert client.get("/v1/subscriptions", headers=stranger).get_json()["data"] == []
    assert [one["id"] for one in client.get("/v1/subscriptions", headers=key).get_json()["data"]] == [mine]
    assert [one["id"] for one in client.get("/v1/subscriptions", headers=bearer()).get_json()["data"]] == [mine]


def test_a_change_replaces_what_is_given_and_nothing_else(client: FlaskClient, key: dict[str, str]) -> None:
    made = create(client, key, filter={"countries": ["UA"]}, types=["*"])
    changed = client.patch(
        f"/v1/subscriptions/{made['id']}", json={"filter": {"statuses": ["open"]}, "contact": None}, headers=key
    ).get_json()
    assert changed["filter"] == {"statuses": ["open"]}
    assert changed["types"] == ["*"]
    assert changed["url"] == made["url"]


def test_a_changed_address_is_checked_like_a_new_one(client: FlaskClient, key: dict[str, str]) -> None:
    made = create(client, key)
    answer = client.patch(f"/v1/subscriptions/{made['id']}", json={"url": "https://10.0.0.1/"}, headers=key)
    assert list(answer.get_json()["errors"]) == ["url"]


def test_a_key_may_have_twenty(client: FlaskClient, key: dict[str, str]) -> None:
    for _ in range(20):
        create(client, key)
    answer = client.post("/v1/subscriptions", json={"url": URL}, headers=key)
    assert answer.status_code == 400
    assert "20 subscriptions" in answer.get_json()["detail"]
    page = client.get("/v1/subscriptions?limit=15", headers=key).get_json()
    rest = client.get(f"/v1/subscriptions?page={page['next']}", headers=key).get_json()
    assert (len(page["data"]), len(rest["data"]), rest["next"]) == (15, 5, None)


def test_a_paused_subscription_is_sent_nothing_until_it_is_enabled(
    client: FlaskClient, key: dict[str, str], store: Store
) -> None:
    path = f"/v1/subscriptions/{create(client, key)['id']}"
    assert client.post(f"{path}/pause", headers=key).get_json()["state"] == "paused"
    with store.read() as tx:
        assert tx.subscriptions.active() == []
    refused = client.post(f"{path}/test", headers=key)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (400, ["state"])
    assert client.post(f"{path}/enable", json={"catch_up": "none"}, headers=key).get_json()["state"] == "active"


def test_a_test_is_a_real_delivery(client: FlaskClient, key: dict[str, str], store: Store) -> None:
    made = create(client, key)
    answer = client.post(f"/v1/subscriptions/{made['id']}/test", headers=key)
    assert answer.status_code == 202
    delivery = answer.get_json()
    assert (delivery["type"], delivery["state"], delivery["attempts"]) == ("subscription.test", "pending", [])
    assert answer.headers["Location"] == delivery["links"]["self"]
    path = f"/v1/subscriptions/{made['id']}/deliveries"
    assert client.get(path, headers=key).get_json()["data"] == [delivery]
    shown = client.get(f"{path}/{delivery['id']}", headers=key).get_json()
    body = json.loads(shown.pop("body"))
    assert shown == delivery
    assert client.get(f"{path}?state=succeeded", headers=key).get_json()["data"] == []
    assert (body["id"], body["type"], body["notice"]) == (delivery["event"], "subscription.test", schema.NOTICE)
    assert body["data"]["subscription"]["id"] == made["id"]


def test_deleting_forgets_what_was_owed(client: FlaskClient, key: dict[str, str], store: Store) -> None:
    made = create(client, key)
    delivery = client.post(f"/v1/subscriptions/{made['id']}/test", headers=key).get_json()
    assert client.delete(f"/v1/subscriptions/{made['id']}", headers=key).status_code == 204
    assert client.get(f"/v1/subscriptions/{made['id']}", headers=key).status_code == 404
    with store.read() as tx:
        assert tx.deliveries.find([delivery["id"]]) == []


def test_nothing_private_is_kept_by_caches_or_read_by_pages_that_write(
    client: FlaskClient, key: dict[str, str]
) -> None:
    create(client, key)
    answer = client.get("/v1/subscriptions", headers=key)
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/v1/subscriptions", headers=key | {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "Access-Control-Allow-Origin" not in client.post("/v1/subscriptions", json={}, headers=key).headers


def test_no_address_that_must_not_be_reached_can_be_subscribed_or_changed_to(
    settings: Settings, embedded: Store
) -> None:
    client = create_app(settings, store=embedded).test_client()
    made = client.post("/v1/subscriptions", json={"url": "https://8.8.8.8/hook"}, headers=bearer()).get_json()
    path = f"/v1/subscriptions/{made['id']}"
    literal = [f"https://{host}/" for host in HOSTS if host not in NAMES]  # what names lead to is tried in outbound
    taken = [
        url
        for url in (*literal, *URLS)
        if client.post("/v1/subscriptions", json={"url": url}, headers=bearer()).status_code != 400
        or "url" not in client.patch(path, json={"url": url}, headers=bearer()).get_json().get("errors", {})
    ]
    assert taken == []
    assert len(client.get("/v1/subscriptions", headers=bearer()).get_json()["data"]) == 1
    with embedded.read() as tx:
        assert tx.subscriptions.find([made["id"]])[made["id"]].url == "https://8.8.8.8/hook"
