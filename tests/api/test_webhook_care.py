"""What an owner can do for a receiver: rotate, pause, enable, test, verify, resend, replay, and see how it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from threading import Barrier
from typing import Any

import pytest
import standardwebhooks
from flask import Flask
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.config import Settings
from corridors.model import Event, EventType, Lane
from corridors.signature import sign
from corridors.store import Store
from corridors.webhooks import Upkeep
from tests.api.conftest import a_key, bearer

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


@pytest.fixture
def made(client: FlaskClient, key: dict[str, str]) -> dict[str, Any]:
    """A subscription, as its maker was told of it."""
    answer: dict[str, Any] = client.post("/v1/subscriptions", json={"url": URL, "types": ["*"]}, headers=key).get_json()
    return answer


def owe(store: Store, to: str, revision: int = 1, occurrence: str = "occ_1", *, held: bool = False) -> str:
    """Owe an event about an occurrence to a subscription, and return its id."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        event = Event(
            tx.events.new_id(),
            EventType.CORRECTED,
            now,
            b"",
            corridor="cor_1",
            occurrence=occurrence,
            occurrence_revision=revision,
        )
        recorded = tx.events.append(event, lambda _: b'{"n":%d}' % revision)
        tx.deliveries.owe(recorded, [] if held else [to], now, held=[to] if held else [])
    return event.id


def finish(store: Store, to: str, state: str) -> None:
    """Let everything that a subscription is owed have ended in a state, as if it had been tried."""
    from corridors.store.queue import Settled

    now = datetime.now(UTC)
    with store.begin() as tx:
        rows = tx.deliveries.page(to, state="pending", limit=100)
        tx.queue.settle([Settled(row.id, state, 14, now, "http_500", now) for row in rows], now)


def states(client: FlaskClient, key: dict[str, str], path: str, query: str = "") -> list[str]:
    rows = client.get(f"{path}/deliveries{query}", headers=key).get_json()["data"]
    return [row["state"] for row in reversed(rows)]


def live(store: Store, id_: str, after: timedelta = timedelta(0)) -> tuple[str, ...]:
    with store.read() as tx:
        return tx.subscriptions.find([id_])[id_].live_secrets(datetime.now(UTC) + after)


def test_a_rotated_secret_signs_beside_the_old_one_for_a_day(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    rotated = client.post(f"{path}/rotate", headers=key).get_json()
    assert (rotated["secrets_live"], rotated["id"]) == (2, made["id"])
    assert live(store, made["id"]) == (rotated["secret"], made["secret"])
    assert live(store, made["id"], timedelta(hours=25)) == (rotated["secret"],)
    headers = sign(live(store, made["id"]), "evt_1", datetime.now(UTC), b"{}")
    for secret in (rotated["secret"], made["secret"]):
        standardwebhooks.Webhook(secret).verify("{}", headers)


def test_a_leaked_secret_is_out_at_once(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path = f"/v1/subscriptions/{made['id']}/rotate"
    rotated = client.post(path, json={"grace_seconds": 0}, headers=key).get_json()
    assert live(store, made["id"]) == (rotated["secret"],)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        headers = sign(live(store, made["id"]), "evt_1", datetime.now(UTC), b"{}")
        standardwebhooks.Webhook(made["secret"]).verify("{}", headers)


def test_at_most_three_secrets_sign(client: FlaskClient, key: dict[str, str], made: dict[str, Any]) -> None:
    path = f"/v1/subscriptions/{made['id']}/rotate"
    for _ in range(2):
        assert client.post(path, headers=key).status_code == 200
    refused = client.post(path, headers=key)
    assert refused.status_code == 400
    assert "one ends at" in refused.get_json()["errors"]["grace_seconds"][0]
    assert client.post(path, json={"grace_seconds": 0}, headers=key).get_json()["secrets_live"] == 1


@pytest.mark.parametrize(
    ("catch_up", "sent", "after"),
    [
        pytest.param("none", 0, ["cancelled"] * 4, id="none of it"),
        pytest.param("latest", 2, ["cancelled", "pending", "pending", "superseded"], id="the newest of each"),
        pytest.param("missed", 4, ["pending"] * 4, id="all of it"),
    ],
)
def test_what_was_held_follows_the_owners_wish(
    client: FlaskClient,
    key: dict[str, str],
    store: Store,
    made: dict[str, Any],
    catch_up: str,
    sent: int,
    after: list[str],
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    owe(store, made["id"], 1)
    paused = client.post(f"{path}/pause", headers=key)
    assert paused.get_json()["state"] == "paused"
    assert "held for 30 days" in paused.headers["Corridors-Notice"]
    owe(store, made["id"], 2, held=True)
    owe(store, made["id"], 1, "occ_2", held=True)
    with store.begin() as tx:
        tx.deliveries.owe_own(made["id"], "evt_own", "tally.updated", b"{}", datetime.now(UTC))
        tx.deliveries.hold(made["id"])
    assert states(client, key, path) == ["held"] * 4
    answer = client.post(f"{path}/enable", json={"catch_up": catch_up}, headers=key).get_json()
    assert (answer["state"], answer["caught_up"], answer["notice"]) == ("active", sent, None)
    assert sorted(states(client, key, path)) == sorted(after), "those of one millisecond are in any order"
    replayed = [row["replay"] for row in client.get(f"{path}/deliveries", headers=key).get_json()["data"]]
    assert replayed == (["catch_up"] * 4 if catch_up == "missed" else [None] * 4)


def test_enabling_asks_what_is_to_become_of_what_was_held(
    client: FlaskClient, key: dict[str, str], made: dict[str, Any]
) -> None:
    answer = client.post(f"/v1/subscriptions/{made['id']}/enable", json={}, headers=key)
    assert answer.get_json()["errors"] == {"catch_up": ["write one of none, latest, missed"]}


def test_an_owner_sees_in_every_answer_that_a_receiver_fails(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    since = datetime.now(UTC) - timedelta(hours=2)
    with store.begin() as tx:
        failing = Lane(made["id"], failures=9, failed_attempts=9, failing_since_at=since, probe_at=since)
        tx.queue.put_lanes([failing])
    shown = client.get(path, headers=key)
    assert shown.get_json()["health"] == "failing"
    assert shown.headers["Corridors-Notice"].startswith("Failing since ")
    assert datetime.fromisoformat(shown.get_json()["disable_at"]) - since == pytest.approx(
        timedelta(hours=120), abs=timedelta(seconds=1)
    )
    assert client.get(f"{path}/stats", headers=key).get_json()["breaker"] == "open"
    enabled = client.post(f"{path}/enable", json={"catch_up": "none"}, headers=key).get_json()
    assert (enabled["health"], enabled["failing_since_at"]) == ("ok", None)


def test_a_final_delivery_is_sent_again_when_its_owner_asks(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    owe(store, made["id"])
    finish(store, made["id"], "exhausted")
    (row,) = client.get(f"{path}/deliveries", headers=key).get_json()["data"]
    answer = client.post(f"{path}/deliveries/{row['id']}/resend", headers=key)
    assert answer.status_code == 202
    again = answer.get_json()
    assert (again["id"], again["event"]) == (row["id"], row["event"])
    assert (again["state"], again["replay"]) == ("pending", "resend")
    with store.begin() as tx:
        (claimed,) = tx.queue.claim("w", datetime.now(UTC), timedelta(seconds=9), room=9, places=2)
    assert (claimed.delivery.body, claimed.trigger) == (b'{"n":1}', "resend")


@pytest.mark.parametrize(
    ("mode", "matching"),
    [
        pytest.param("failed", 1, id="what was given up"),
        pytest.param("missed", 2, id="what never arrived"),
        pytest.param("all", 3, id="everything"),
        pytest.param("latest", 2, id="the newest of each occurrence"),
    ],
)
def test_the_past_is_replayed_as_far_as_is_wanted(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any], mode: str, matching: int
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    for revision, state in ((1, "superseded"), (2, "succeeded")):
        owe(store, made["id"], revision)
        finish(store, made["id"], state)
    owe(store, made["id"], 1, "occ_2")
    finish(store, made["id"], "exhausted")
    wish = {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), "mode": mode}
    tried = client.post(f"{path}/replay", json=wish | {"dry_run": True}, headers=key)
    assert (tried.status_code, tried.get_json()) == (
        202,
        {"matching": matching, "replayed": 0, "left": 0, "dry_run": True},
    )
    assert "pending" not in states(client, key, path)
    assert client.post(f"{path}/replay", json=wish, headers=key).get_json()["replayed"] == matching
    assert states(client, key, path).count("pending") == matching
    assert len(states(client, key, path, "?corridor=cor_1")) == 3
    assert states(client, key, path, "?corridor=cor_2") == []


def test_a_replay_of_long_ago_is_refused(client: FlaskClient, key: dict[str, str], made: dict[str, Any]) -> None:
    wish = {"since": "2022-03-14T08:00:00Z", "mode": "all"}
    answer = client.post(f"/v1/subscriptions/{made['id']}/replay", json=wish, headers=key)
    assert answer.get_json()["errors"] == {"since": ["write an instant of the last 30 days"]}


def test_a_receiver_is_verified_by_what_it_gives_back(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    from corridors.model import Attempt, Outcome

    answer = client.post(f"/v1/subscriptions/{made['id']}/verify", headers=key)
    shown = client.get(answer.headers["Location"].removeprefix("http://127.0.0.1:8000"), headers=key).get_json()
    challenge = json.loads(shown["body"])["data"]["challenge"]
    assert shown["verified"] is False
    with store.begin() as tx:
        said = Outcome("ok", 200, response_head=f'{{"challenge": "{challenge}"}}')
        tx.queue.log([Attempt(shown["id"], 1, datetime.now(UTC), said)])
    again = client.get(answer.headers["Location"].removeprefix("http://127.0.0.1:8000"), headers=key).get_json()
    assert again["verified"] is True


def test_tests_are_limited_to_ten_an_hour(client: FlaskClient, key: dict[str, str], made: dict[str, Any]) -> None:
    path = f"/v1/subscriptions/{made['id']}/test"
    assert [client.post(path, headers=key).status_code for _ in range(11)] == [202] * 10 + [429]


@pytest.fixture
def at_once(app: Flask) -> Iterator[ThreadPoolExecutor]:
    """Twenty threads."""
    with ThreadPoolExecutor(20) as pool:
        yield pool


def test_a_repeated_request_is_done_once(
    app: Flask, key: dict[str, str], store: Store, at_once: ThreadPoolExecutor
) -> None:
    ready = Barrier(20)

    def create(_: int) -> tuple[int, str]:
        ready.wait(20)
        repeated = key | {"Idempotency-Key": "one-and-the-same"}
        answer = app.test_client().post("/v1/subscriptions", json={"url": URL}, headers=repeated)
        return answer.status_code, answer.get_data(as_text=True)

    answers = set(at_once.map(create, range(20)))
    assert len(answers) == 1
    ((status, body),) = answers
    assert status == 201
    with store.read() as tx:
        assert len(tx.subscriptions.all()) == 1
    assert json.loads(body)["secret"].startswith("whsec_")


def test_an_idempotency_key_belongs_to_one_request_of_one_caller(
    client: FlaskClient, key: dict[str, str], store: Store
) -> None:
    named = {"Idempotency-Key": "a"}
    first = client.post("/v1/subscriptions", json={"url": URL}, headers=key | named)
    again = client.post("/v1/subscriptions", json={"url": URL}, headers=key | named)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.headers["Location"] == first.headers["Location"]
    other = client.post("/v1/subscriptions", json={"url": URL, "types": ["*"]}, headers=key | named)
    assert other.status_code == 422
    stranger = client.post("/v1/subscriptions", json={"url": URL}, headers=bearer(a_key(store)) | named)
    assert stranger.get_json()["id"] != first.get_json()["id"]


def test_what_was_refused_may_be_asked_again_with_the_same_key(client: FlaskClient, key: dict[str, str]) -> None:
    named = key | {"Idempotency-Key": "b"}
    assert client.post("/v1/subscriptions", json={"url": "https://10.0.0.1/"}, headers=named).status_code == 400
    assert client.post("/v1/subscriptions", json={"url": URL}, headers=named).status_code == 201


def test_a_subscription_whose_key_was_revoked_says_so_and_is_not_enabled_again(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path, admin = f"/v1/subscriptions/{made['id']}", bearer()
    owner = store_owner(store, made["id"])
    assert client.delete(f"/v1/keys/{owner}", headers=admin).status_code == 204
    Upkeep(store, "worker", "https://c.example", timedelta(hours=1)).end_ownerless(datetime.now(UTC))
    shown = client.get(path, headers=admin)
    assert (shown.get_json()["state"], shown.get_json()["disabled_reason"]) == ("disabled", "key_revoked")
    assert "Subscribe again with a key that holds" in shown.headers["Corridors-Notice"]
    refused = client.post(f"{path}/enable", json={"catch_up": "missed"}, headers=admin)
    assert refused.status_code == 400
    assert "subscribe with another" in refused.get_json()["errors"]["state"][0]
    assert client.delete(path, headers=admin).status_code == 204


def store_owner(store: Store, id_: str) -> str:
    with store.read() as tx:
        return tx.subscriptions.find([id_])[id_].owner


def test_metrics_and_answers_tell_no_address_and_no_secret(
    client: FlaskClient, key: dict[str, str], store: Store, made: dict[str, Any]
) -> None:
    path = f"/v1/subscriptions/{made['id']}"
    changed = client.patch(path, json={"headers": {"X-Token": "header-marker"}}, headers=key)
    owe(store, made["id"])
    finish(store, made["id"], "exhausted")
    told = [changed, *(client.get(each, headers=bearer()) for each in ("/metrics", "/readyz", "/openapi.json"))]
    told += [client.get(each, headers=key) for each in (path, f"{path}/stats", f"{path}/deliveries")]
    for answer in told:
        assert answer.status_code in {200, 503}
        for marker in ("hidden", "header-marker", made["secret"], made["secret"].removeprefix("whsec_")):
            assert marker not in answer.text
    assert "127.0.0.1:9999" not in client.get("/metrics", headers=bearer()).text
