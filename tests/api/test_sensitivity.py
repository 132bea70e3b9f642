"""What a reader's clearance does not cover is in no answer, whatever is asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corridors.ledger import Announced, Ledger
from corridors.model import EVERYTHING, Now, Reading, Sensitivity, Status, Subscription, Total
from corridors.store import Store
from tests.api.conftest import NOON, a_key, bearer
from tests.make import DAY, a_document, a_place, a_route, a_source, a_statement, a_window

MARK = "Zorkograd"
SECRET = a_source(
    "hidden",
    sensitivity=Sensitivity.HIGH,
    publisher=f"{MARK} team",
    name=f"{MARK} radio",
    url=f"https://{MARK.lower()}.example/feed",
    attribution=f"thanks to {MARK}",
)


KINDS = {
    "corridors": "cor",
    "occurrences": "occ",
    "claims": "clm",
    "events": "evt",
    "documents": "doc",
    "sources": "hid",
}


@pytest.fixture
def store(embedded: Store) -> Store:
    """SQLite alone: the conditions are the same on each engine."""
    return embedded


@pytest.fixture
def told(store: Store) -> list[str]:
    """A day on which a public source and a withheld one speak of the same and of other corridors; ids withheld."""
    with store.begin() as tx:
        tx.sources.configure([a_source(), SECRET], datetime.now(UTC))
        real = datetime.now(UTC)
        for name, clearance in (("sub_public", Sensitivity.LOW_OR_NONE), ("sub_cleared", Sensitivity.HIGH)):
            url = "https://r.example/"
            tx.subscriptions.add(
                Subscription(name, "key_x", url, ("*",), {}, (), "active", real, real, 60, clearance=clearance)
            )
    ledger = Ledger(store, "https://corridors.example")
    now = Now(NOON, NOON)
    common = a_statement(windows=(a_window("09:00", "21:00"),))
    ledger.submit(a_source(), [Announced(a_document(), Reading((common,), (Total(DAY, planned=1),)))], now)
    place = a_place(MARK)
    secrets = (
        a_statement(Status.SUSPENDED, a_route(via=(place,)), who=MARK),
        a_statement(Status.OPEN, a_route(place, "Poltava"), people=4321),
        a_statement(route=a_route(None, None, name=f"{MARK} road")),
    )
    document = a_document(f"{MARK} words", title=MARK, source=SECRET.id, url=f"https://{MARK.lower()}.example/1")
    ledger.submit(SECRET, [Announced(document, Reading(secrets, (Total(DAY, planned=7, people=4321),)))], now)
    ledger.lapse(Now(NOON, NOON))
    with store.read(EVERYTHING) as tx:
        ids = [found.id for found in tx.corridors.page(limit=99)] + [each.id for each in tx.claims.page(limit=99)]
        ids += [each.id for each in tx.events.after(0, 99)] + [
            each.id for each in tx.documents.page(source=None, before_id=None, limit=9)
        ]
        return [*ids, *tx.corridors.occurrences_on("UA", DAY), SECRET.id]


def words_of(answer: TestResponse) -> str:
    """Return the text of an answer; of a workbook or an archive that of all its parts."""
    data = answer.get_data()
    answer.close()
    assert answer.status_code < 500, answer.request.url
    if not data.startswith(b"PK"):
        return data.decode()
    with ZipFile(BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def answers(app: Flask, client: FlaskClient, ids: list[str], headers: dict[str, str]) -> str:
    """Return everything that GET gives: each address of the description, lists in every format, records of all ids."""
    described = client.get("/openapi.json").get_json()["paths"]
    texts = []
    for path, operations in described.items():
        if "get" not in operations or "stream" in path:
            continue
        noun = path.removeprefix("/v1/").partition("/")[0]
        wanted = [path.replace("{id}", id_) for id_ in ids if id_.startswith(KINDS.get(noun, "-"))]
        wanted = wanted if "{id}" in path else [path]
        parameters = {each["name"]: each for each in operations["get"].get("parameters", []) if "name" in each}
        formats = parameters.get("format", {}).get("schema", {}).get("enum", [])
        for address in wanted:
            if "{" in address:
                continue
            for query in ("", *(f"?format={name}" for name in formats)):
                texts.append(words_of(client.get(address + query, headers=headers)))
            if "as_of" in parameters:
                texts.append(client.get(f"{address}?as_of=2022-03-15T00:00:00Z", headers=headers).text)
            if path in {"/v1/occurrences", "/v1/tallies"}:
                texts.append(client.get(f"{address}?date={DAY}&as_of=2022-03-15T00:00:00Z", headers=headers).text)
    texts += [client.get(address, headers=headers).text for address in ("/metrics", "/readyz", "/", "/healthz")]
    return "\n".join(texts)


def test_what_is_withheld_is_in_no_answer_and_in_no_webhook(
    app: Flask, client: FlaskClient, store: Store, told: list[str]
) -> None:
    for headers in ({}, bearer(a_key(store, "read")), bearer(a_key(store, clearance=Sensitivity.MODERATE))):
        shown = answers(app, client, told, headers).casefold()
        assert MARK.casefold() not in shown
        assert "4321" not in shown
        assert '"withheld":true' in shown.replace(" ", "")
    assert MARK.casefold() in answers(app, client, told, bearer()).casefold()
    assert (
        MARK.casefold()
        in answers(app, client, told, bearer(a_key(store, "read", clearance=Sensitivity.HIGH))).casefold()
    )
    with store.read() as tx:
        public = b"".join(each.body for each in tx.deliveries.page("sub_public", limit=99))
        cleared = b"".join(each.body for each in tx.deliveries.page("sub_cleared", limit=99))
    assert public
    assert MARK.casefold() not in public.decode().casefold()
    assert MARK.casefold() in cleared.decode().casefold()


def test_answers_of_two_clearances_are_never_taken_for_each_other(
    client: FlaskClient, store: Store, told: list[str]
) -> None:
    mine = client.get("/v1/corridors", headers=bearer())
    known = {"If-None-Match": mine.headers["ETag"]}
    assert client.get("/v1/corridors", headers=bearer() | known).status_code == 304
    assert client.get("/v1/corridors", headers=bearer(a_key(store, "read")) | known).status_code == 200


def test_the_desk_withholds_a_claim_with_a_reason(client: FlaskClient, store: Store, told: list[str]) -> None:
    (claim,) = client.get("/v1/claims").get_json()["data"]
    address = f"/v1/claims/{claim['id']}/sensitivity"
    wish: dict[str, Any] = {"sensitivity": "severe", "reason": "a convoy is under way"}
    assert client.post(address, json=wish, headers=bearer(a_key(store, "subscribe"))).status_code == 403
    assert client.post(address, json={"sensitivity": "secret"}, headers=bearer()).status_code == 400
    answer = client.post(address, json=wish, headers=bearer(a_key(store, "desk")))
    assert answer.status_code == 201, answer.text
    assert client.get("/v1/claims").get_json()["data"] == []
    assert client.get("/v1/corridors").get_json()["data"] == []
    assert json.dumps(claim["id"]) in client.get("/v1/claims", headers=bearer()).text
    assert client.post(address, json=wish, headers=bearer()).status_code == 422
