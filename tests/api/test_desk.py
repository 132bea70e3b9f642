"""The desk over HTTP: who may, what is refused, what everybody sees of it, and where old ids lead."""

from __future__ import annotations

from typing import Any

import pytest

from corridors.ledger import Announced, Ledger
from corridors.model import Now, Reading, Statement, Status
from corridors.store import Store
from tests.api.conftest import a_key, bearer
from tests.make import a_document, a_route, a_source, a_statement, at

WHY = {"reason": "the administration says so on the phone"}


@pytest.fixture
def store(embedded: Store) -> Store:
    """One engine: what depends on it is tested with the store and the ledger."""
    return embedded


@pytest.fixture
def desk(store: Store) -> dict[str, str]:
    """The header with a key of the desk."""
    return bearer(a_key(store, "desk"))


def hear(store: Store, clock: str, *statements: Statement, **source: Any) -> None:
    spoke = a_source(**source)
    document = a_document(f"{spoke.id} at {clock}", source=spoke.id, published_at=at(clock))
    announced = [Announced(document, Reading(statements))]
    with store.begin() as tx:
        tx.sources.configure([spoke], at(clock))
    Ledger(store, "http://127.0.0.1:8000").submit(spoke, announced, Now(at(clock), at(clock)))


def claims(client: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/v1/claims?{query}").json["data"]
    return found


def days(client: Any) -> dict[str, dict[str, Any]]:
    rows = client.get("/v1/occurrences?date=2022-03-14").json["data"]
    return {row["corridor_summary"]["name"]["en"]: row for row in rows}


def test_a_misread_claim_is_corrected_shown_as_such_and_comes_back_when_that_is_undone(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", a_statement(Status.OPEN, people=4000))
    (claim,) = claims(client)
    body = {**WHY, "claim": {"status": "suspended", "reason": "violated", "people": None}}
    answer = client.post(f"/v1/claims/{claim['id']}/correct", json=body, headers=desk)
    assert answer.status_code == 201, answer.text
    decision = answer.json
    assert decision["author"]["name"] == "a test"
    assert days(client)["Mariupol – Zaporizhzhia"]["status"] == "suspended"
    by_id = {row["id"]: row for row in claims(client)}
    assert by_id[claim["id"]]["state"] == "corrected"
    assert by_id[decision["made"]]["corrects"] == claim["id"]
    assert by_id[decision["made"]]["state"] == "standing"
    (told,) = client.get(f"/v1/claims/{claim['id']}/decisions").json["data"]
    assert (told["act"], told["reason"], told["author"]) == ("correct", WHY["reason"], None)
    (seen,) = client.get(f"/v1/claims/{claim['id']}/decisions", headers=desk).json["data"]
    assert seen["author"]["name"] == "a test"
    types = [event["type"] for event in client.get("/v1/events").json["data"]]
    assert types == ["corridor.opened", "corridor.corrected"]
    undone = client.post(f"/v1/decisions/{decision['id']}/undo", json=WHY, headers=desk)
    assert undone.status_code == 200
    assert undone.json["undone_at"]
    assert days(client)["Mariupol – Zaporizhzhia"]["status"] == "open"
    again = client.post(f"/v1/decisions/{decision['id']}/undo", json=WHY, headers=desk)
    assert again.status_code == 422
    assert "undone already" in again.json["detail"]


def test_a_claim_is_added_by_hand_once_however_often_it_is_sent(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    place = {"name": "Mariupol", "geonames": 701822}
    body = {
        **WHY,
        "url": "https://example.org/seen",
        "claim": {
            "status": "open",
            "route": {"country": "UA", "origin": place, "destination": {"name": "Zaporizhzhia", "geonames": 687700}},
            "windows": [{"start": "09:00", "end": "18:00"}],
            "modes": ["bus"],
        },
    }
    headers = {**desk, "Idempotency-Key": "one"}
    first, second = (client.post("/v1/claims", json=body, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json == second.json
    assert first.headers["Location"].endswith(f"/v1/decisions/{first.json['id']}")
    (claim,) = claims(client)
    assert (claim["authority"], claim["source"], claim["confirmed"]) == ("desk", "desk", True)
    assert client.get(f"/v1/documents/{claim['document']}").json["url"] == "https://example.org/seen"
    (day,) = days(client).values()
    assert (day["status"], day["basis"], day["windows"][0]["end"]) == ("open", "manual", "18:00")
    corridor = {**WHY, "claim": {"status": "closed", "reason": "completed", "corridor": day["corridor"]}}
    assert client.post("/v1/claims", json=corridor, headers=desk).status_code == 201
    assert [row["status"] for row in days(client).values()] == ["closed"]


def test_merged_ids_lead_on_with_a_redirect_that_names_the_corridor(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", a_statement(), a_statement(Status.OPEN, route=a_route("Mariupol", "Berdiansk")))
    before = days(client)
    part, whole = before["Mariupol – Berdiansk"], before["Mariupol – Zaporizhzhia"]
    answer = client.post(
        f"/v1/corridors/{part['corridor']}/merge", json={**WHY, "into": whole["corridor"]}, headers=desk
    )
    assert answer.status_code == 201, answer.text
    assert {row["id"] for row in client.get("/v1/corridors").json["data"]} == {whole["corridor"]}
    for path in (f"/v1/corridors/{part['corridor']}", f"/v1/corridors/{part['corridor']}/claims?limit=5"):
        moved = client.get(path)
        assert moved.status_code == 308
        assert moved.json["merged_into"] == whole["corridor"]
        assert moved.headers["Location"].endswith(path.replace(part["corridor"], whole["corridor"]))
        assert client.get(path, follow_redirects=True).status_code == 200
    assert client.get(f"/v1/occurrences/{part['id']}", follow_redirects=True).json["id"] == whole["id"]
    for noun in ("occurrences", "claims", "corridors"):
        rows = client.get(f"/v1/{noun}?corridor={part['corridor']}") if noun != "corridors" else None
        assert rows is None or rows.json["data"]
    client.post(f"/v1/decisions/{answer.json['id']}/undo", json=WHY, headers=desk)
    assert client.get(f"/v1/corridors/{part['corridor']}").json["merged_into"] is None
    assert set(days(client)) == set(before)


def test_claims_are_split_off_to_another_corridor(client: Any, store: Store, desk: dict[str, str]) -> None:
    hear(store, "08:00", a_statement())
    hear(store, "09:00", a_statement(Status.OPEN), id="ua-paper", publisher="A paper")
    opened = next(row for row in claims(client) if row["status"] == "open")
    corridor = days(client)["Mariupol – Zaporizhzhia"]["corridor"]
    route = {"country": "UA", "origin": {"name": "Mariupol", "geonames": 701822}, "destination": {"name": "Yur’ivka"}}
    body = {**WHY, "claims": [opened["id"]], "route": route}
    assert client.post(f"/v1/corridors/{corridor}/split", json=body, headers=desk).status_code == 201
    assert {name: row["status"] for name, row in days(client).items()} == {
        "Mariupol – Zaporizhzhia": "announced",
        "Mariupol – Yur’ivka": "open",
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "write why"),
        ({**WHY, "claim": {"status": "opened", "corridor": "cor_x"}}, "status: write one of announced"),
        ({**WHY, "claim": {"status": "open"}}, "corridor: name the `corridor`"),
        ({**WHY, "claim": {"status": "open", "corridor": "cor_x", "windows": [{"start": "25:00"}]}}, "HH:MM"),
        ({**WHY, "claim": {"status": "open", "corridor": "cor_x", "peple": 3}}, 'nearest is "people"'),
        ({**WHY, "url": "javascript:alert(1)", "claim": {"status": "open", "corridor": "cor_x"}}, "https://"),
        ({**WHY, "claim": {"status": "open", "corridor": "cor_x", "valid_on": ["2022-03-15", "2022-03-14"]}}, "first"),
    ],
    ids=["no reason", "no such status", "no route", "no such hour", "misspelt", "no address", "days backwards"],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(
    client: Any, desk: dict[str, str], body: dict[str, Any], said: str
) -> None:
    answer = client.post("/v1/claims", json=body, headers=desk)
    assert answer.status_code == 400
    assert said in answer.text.replace("\\", "")


def test_only_the_desk_decides(client: Any, store: Store, desk: dict[str, str]) -> None:
    hear(store, "08:00", a_statement())
    (claim,) = claims(client)
    path = f"/v1/claims/{claim['id']}/reject"
    assert client.post(path, json=WHY).status_code == 401
    assert client.post(path, json=WHY, headers=bearer(a_key(store, "subscribe"))).status_code == 403
    assert client.get("/v1/decisions").status_code == 401
    assert client.post(path, json=WHY, headers=desk).status_code == 201
    assert client.get("/v1/decisions?act=reject", headers=desk).json["data"][0]["claims"] == [claim["id"]]
    assert client.post(path, json=WHY, headers=bearer()).status_code == 422
    assert client.post("/v1/claims/clm_none/reject", json=WHY, headers=bearer()).status_code == 404
