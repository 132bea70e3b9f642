"""Who may do what: keys, scopes, and what a stranger is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.config import Settings
from corridors.store import Store
from tests.api.conftest import ADMIN_KEY, a_key, bearer

READ = ("GET", "/v1/corridors")
SUBSCRIBE = ("GET", "/v1/subscriptions")
ADMINISTER = ("POST", "/v1/sources/ua-ministry/poll")


@pytest.mark.parametrize(
    ("scope", "asked", "status"),
    [
        pytest.param(None, READ, 200, id="a stranger may read"),
        pytest.param(None, SUBSCRIBE, 401, id="a stranger may not subscribe"),
        pytest.param(None, ADMINISTER, 401, id="a stranger may not administer"),
        pytest.param("read", READ, 200, id="read reads"),
        pytest.param("read", SUBSCRIBE, 403, id="read does not subscribe"),
        pytest.param("subscribe", READ, 200, id="subscribe reads"),
        pytest.param("subscribe", SUBSCRIBE, 200, id="subscribe subscribes"),
        pytest.param("subscribe", ADMINISTER, 403, id="subscribe does not administer"),
        pytest.param("desk", SUBSCRIBE, 200, id="the desk subscribes"),
        pytest.param("desk", ADMINISTER, 403, id="the desk does not administer"),
        pytest.param("admin", ADMINISTER, 202, id="an admin administers"),
        pytest.param("admin", SUBSCRIBE, 200, id="an admin subscribes"),
    ],
)
def test_a_scope_includes_the_ones_before_it(
    client: FlaskClient, filled: Store, scope: str | None, asked: tuple[str, str], status: int
) -> None:
    method, path = asked
    headers = bearer(a_key(filled, scope)) if scope else {}
    answer = client.open(path, method=method, headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Authorization: Bearer" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": f"Bearer {ADMIN_KEY}"}, id="as Authorization"),
        pytest.param({"Authorization": f"bearer  {ADMIN_KEY} "}, id="whatever the case and the spaces"),
        pytest.param({"X-Api-Key": ADMIN_KEY}, id="as X-Api-Key"),
    ],
)
def test_the_bootstrap_key_of_the_settings_is_an_admin(
    client: FlaskClient, filled: Store, headers: dict[str, str]
) -> None:
    assert client.post("/v1/sources/ua-ministry/poll", headers=headers).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": "Bearer wrong"}, id="an unknown key"),
        pytest.param({"Authorization": "Bearer k\xe9y\xff"}, id="a key that is no ASCII"),
        pytest.param({"Authorization": "Bearer "}, id="no key after Bearer"),
        pytest.param({"Authorization": "Basic YTpi"}, id="another scheme"),
        pytest.param({"X-Api-Key": ""}, id="an empty key"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/corridors", "/v1/subscriptions"])
def test_a_key_that_is_not_good_is_refused_even_where_none_is_needed(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_an_expired_key_is_told_so(client: FlaskClient, store: Store) -> None:
    key = a_key(store, expires_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "expired" in client.get("/v1/corridors", headers=bearer(key)).get_json()["detail"]


def test_a_revoked_key_is_told_so(client: FlaskClient, store: Store) -> None:
    key = a_key(store)
    with store.begin() as tx:
        tx.keys.revoke(tx.keys.all()[0].id, datetime.now(UTC))
    assert "revoked" in client.get("/v1/corridors", headers=bearer(key)).get_json()["detail"]


def test_reading_can_be_kept_for_those_with_a_key(settings: Settings, store: Store) -> None:
    closed = replace(settings, api=replace(settings.api, anonymous_read=False))
    client = create_app(closed, store=store).test_client()
    assert client.get("/v1/corridors").status_code == 401
    assert client.get("/v1/corridors", headers=bearer(a_key(store, "read"))).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_without_a_bootstrap_key_no_empty_key_is_an_admin(settings: Settings, store: Store) -> None:
    client = create_app(replace(settings, admin_key=None), store=store).test_client()
    assert client.post("/v1/sources/x/poll", headers=bearer("None")).status_code == 401


def test_the_use_of_a_key_is_noted_but_not_at_every_request(client: FlaskClient, store: Store) -> None:
    key = a_key(store, "read")
    client.get("/v1/corridors", headers=bearer(key))
    first = _last_used(store)
    assert first is not None
    client.get("/v1/corridors", headers=bearer(key))
    assert _last_used(store) == first


def test_readers_with_and_without_a_key_do_not_share_an_answer(client: FlaskClient, store: Store) -> None:
    public = client.get("/v1/corridors")
    own = client.get("/v1/corridors", headers=bearer(a_key(store, "read")))
    assert public.headers["ETag"] != own.headers["ETag"]
    assert public.headers["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in own.headers["Vary"]


def _last_used(store: Store) -> datetime | None:
    with store.read() as tx:
        return tx.keys.all()[0].last_used_at
