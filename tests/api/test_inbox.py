"""Signed announcements are kept before they are answered, read like any document, and taken once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from corridors.intake import Intake, poll
from corridors.ledger import Ledger
from corridors.model import EVERYTHING, Now, Sensitivity, Source
from corridors.outbound import Egress, Fetcher
from corridors.places import Gazetteer
from corridors.registry import load
from corridors.signature import secret_of, sign
from corridors.sources import load_adapters
from corridors.store import Store
from tests.make import a_source

SECRET = secret_of(b"a secret of thirty-two bytes, ok")
INBOX = a_source("radio", kind="inbox", options={"secret_env": "RADIO_SECRET"}, url=None, republish="full")
MESSAGE = {
    "text": "Гуманітарний коридор Маріуполь — Запоріжжя, початок о 9:00.",
    "published_at": "2022-03-14T08:00+02:00",
}


@pytest.fixture(autouse=True)
def configured(app: Flask, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADIO_SECRET", SECRET)
    with store.begin() as tx:
        tx.sources.configure([INBOX, a_source()], datetime.now(UTC))


@pytest.fixture
def intake(store: Store, gazetteer: Gazetteer) -> Intake:
    languages = load("corridors.languages", "LANGUAGE")
    ledger = Ledger(store, "https://corridors.example")
    return Intake(load_adapters(), languages, gazetteer, Fetcher(Egress(), "test"), ledger)


def send(
    client: FlaskClient, told: Any = MESSAGE, id_: str = "msg_1", source: str = "radio", **changed: Any
) -> TestResponse:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    headers = (
        sign([changed.pop("secret", SECRET)], id_, datetime.now(UTC) + changed.pop("off", timedelta(0)), body) | changed
    )
    return client.post(f"/v1/inbox/{source}", data=body, headers=headers, content_type="application/json")


def take(intake: Intake, source: Source = INBOX) -> str:
    now = datetime.now(UTC)
    return poll(source, intake, Now(now, now)).outcome


def test_a_signed_message_becomes_the_document_that_was_promised(
    client: FlaskClient, store: Store, intake: Intake
) -> None:
    answer = send(client)
    assert answer.status_code == 202, answer.text
    with store.read() as tx:
        assert tx.sources.oldest_due_at(datetime.now(UTC)) is not None
    assert take(intake) == "ok"
    shown = client.get(answer.headers["Location"].partition("127.0.0.1:8000")[2]).get_json()
    assert (shown["id"], shown["text"]) == (answer.get_json()["id"], MESSAGE["text"])
    assert [claim["status"] for claim in shown["claims"]] == ["announced"]
    assert take(intake) == "proven_empty"
    with store.read(EVERYTHING) as tx:
        assert len(tx.claims.page(limit=9)) == 1
        assert tx.sources.health("radio").state == "ok"


def test_an_independent_library_can_send(client: FlaskClient, store: Store) -> None:
    now, body = datetime.now(UTC), json.dumps(MESSAGE)
    signature = Webhook(SECRET).sign("msg_2", now, body)
    headers = {"webhook-id": "msg_2", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    assert client.post("/v1/inbox/radio", data=body, headers=headers).status_code == 202


def test_what_is_sent_again_is_taken_once_and_another_message_under_its_id_refused(
    client: FlaskClient, store: Store, intake: Intake
) -> None:
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.get_json() == again.get_json()
    assert send(client, MESSAGE | {"text": "another"}).status_code == 422
    take(intake)
    assert send(client).get_json() == first.get_json()
    assert take(intake) == "proven_empty"


def test_a_second_message_of_one_announcement_is_an_edit(client: FlaskClient, store: Store, intake: Intake) -> None:
    first = send(client, MESSAGE | {"id": "morning"})
    later = MESSAGE | {"id": "morning", "text": "Коридор Маріуполь — Запоріжжя скасовано.", "published_at": None}
    take(intake)
    second = send(client, {key: value for key, value in later.items() if value}, "msg_2")
    assert first.get_json()["id"] == second.get_json()["id"]
    take(intake)
    with store.read() as tx:
        assert [revision.number for revision in tx.documents.revisions(first.get_json()["id"])] == [1, 2]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"secret": secret_of(b"another secret of many bytes, ok")}, 401, id="another secret"),
        pytest.param({"off": -timedelta(minutes=6)}, 401, id="too old"),
        pytest.param({"off": timedelta(minutes=6)}, 401, id="from the future"),
        pytest.param({"webhook-signature": "v1,AAAA"}, 401, id="no signature of ours"),
        pytest.param({"webhook-timestamp": "soon"}, 401, id="no timestamp"),
        pytest.param({"id_": "msg 1"}, 400, id="an id that is none"),
        pytest.param({"source": "nobody"}, 404, id="no such source"),
        pytest.param({"source": "ua-ministry"}, 404, id="a source that is no inbox"),
        pytest.param({"told": b"{"}, 400, id="no JSON"),
        pytest.param({"told": {"text": " "}}, 400, id="no words"),
        pytest.param({"told": MESSAGE | {"texts": "x"}}, 400, id="a field that is none"),
        pytest.param({"told": MESSAGE | {"published_at": "2022-03-14T08:00"}}, 400, id="an instant without an offset"),
        pytest.param({"told": MESSAGE | {"url": "javascript:x"}}, 400, id="no address"),
        pytest.param({"told": {"text": "x" * 70_000}}, 413, id="too large"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    client: FlaskClient, store: Store, changed: dict[str, Any], status: int
) -> None:
    answer = send(client, **changed)
    assert answer.status_code == status
    assert answer.get_json()["detail"]
    with store.read() as tx:
        assert tx.inbox.waiting("radio") == 0


def test_without_its_secret_an_inbox_says_so(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RADIO_SECRET")
    assert send(client).status_code == 503


def test_a_withheld_inbox_shows_itself_to_nobody_but_its_sender(client: FlaskClient, store: Store) -> None:
    hidden = a_source("hidden", kind="inbox", options={"secret_env": "RADIO_SECRET"}, sensitivity=Sensitivity.HIGH)
    with store.begin() as tx:
        tx.sources.configure([INBOX, hidden], datetime.now(UTC))
    assert send(client, source="hidden", secret=secret_of(b"another secret of many bytes, ok")).status_code == 404
    assert send(client, source="hidden").status_code == 202
