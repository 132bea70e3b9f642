"""Keys over the API: made once, listed without secrets, revoked at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from corridors.store import Store
from tests.api.conftest import a_key, bearer


def make(client: FlaskClient, **wish: Any) -> dict[str, Any]:
    """Make a key as the admin and return it."""
    answer = client.post("/v1/keys", json=wish, headers=bearer())
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def test_a_key_is_shown_once_and_works(client: FlaskClient, store: Store) -> None:
    made = make(client, scope="subscribe", name="our desk", expires_at="2099-01-01T01:00:00+01:00")
    assert made["secret"].startswith("cor_key_")
    assert (made["scope"], made["name"], made["state"]) == ("subscribe", "our desk", "valid")
    assert made["expires_at"] == "2099-01-01T00:00:00.000Z"
    assert client.get("/v1/subscriptions", headers=bearer(made["secret"])).status_code == 200
    shown = client.get(f"/v1/keys/{made['id']}", headers=bearer())
    assert made["secret"] not in shown.text
    assert "secret" not in shown.get_json()
    assert shown.get_json()["last_used_at"] is not None


def test_keys_are_listed_in_pages_and_without_secrets(client: FlaskClient, store: Store) -> None:
    secrets = [make(client, scope="read", name=str(number))["secret"] for number in range(3)]
    first = client.get("/v1/keys?limit=2", headers=bearer())
    rest = client.get(f"/v1/keys?limit=2&page={first.get_json()['next']}", headers=bearer())
    names = [key["name"] for answer in (first, rest) for key in answer.get_json()["data"]]
    assert names == ["0", "1", "2"]
    assert rest.get_json()["next"] is None
    assert not [secret for secret in secrets if secret in first.text + rest.text]


def test_a_revoked_key_is_out_at_once_and_stays_in_the_list(client: FlaskClient, store: Store) -> None:
    made = make(client, scope="read")
    for _ in range(2):
        assert client.delete(f"/v1/keys/{made['id']}", headers=bearer()).status_code == 204
    assert client.get("/v1/corridors", headers=bearer(made["secret"])).status_code == 401
    (listed,) = client.get("/v1/keys", headers=bearer()).get_json()["data"]
    assert (listed["state"], listed["revoked_at"] is not None) == ("revoked", True)


def test_an_expired_key_is_listed_as_such(client: FlaskClient, store: Store) -> None:
    a_key(store, expires_at=datetime.now(UTC) - timedelta(minutes=1))
    (listed,) = client.get("/v1/keys", headers=bearer()).get_json()["data"]
    assert listed["state"] == "expired"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        pytest.param({}, "scope", id="no scope"),
        pytest.param({"scope": "root"}, "scope", id="a scope that is none"),
        pytest.param({"scope": None}, "scope", id="null for a scope"),
        pytest.param({"scope": "read", "name": "x" * 201}, "name", id="a name too long"),
        pytest.param({"scope": "read", "expires_at": "tomorrow"}, "expires_at", id="no instant"),
        pytest.param({"scope": "read", "expires_at": "2099-01-01"}, "expires_at", id="a day without an offset"),
        pytest.param({"scope": "read", "expires_at": 7}, "expires_at", id="a number for an instant"),
        pytest.param({"scope": "read", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at", id="an instant gone by"),
        pytest.param({"scope": "read", "scopes": ["read"]}, "scopes", id="a field that is none"),
    ],
)
def test_a_wrong_wish_is_answered_with_the_mend(
    client: FlaskClient, store: Store, wish: dict[str, Any], field: str
) -> None:
    answer = client.post("/v1/keys", json=wish, headers=bearer())
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, [field])
    with store.read() as tx:
        assert tx.keys.all() == []


@pytest.mark.parametrize("scope", ["read", "subscribe", "desk"])
def test_only_an_admin_sees_or_makes_keys(client: FlaskClient, store: Store, scope: str) -> None:
    headers = bearer(a_key(store, scope))
    for method, path in (("GET", "/v1/keys"), ("POST", "/v1/keys"), ("GET", "/v1/keys/x"), ("DELETE", "/v1/keys/x")):
        assert client.open(path, method=method, headers=headers).status_code == 403
    assert client.get("/v1/keys").status_code == 401


def test_a_key_that_is_not_there_is_not_found(client: FlaskClient, store: Store) -> None:
    for method in ("GET", "DELETE"):
        assert client.open("/v1/keys/key_none", method=method, headers=bearer()).status_code == 404
