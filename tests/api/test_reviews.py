"""The queue of the desk: what is in it, in which order, and that it empties itself."""

from __future__ import annotations

from typing import Any

import pytest

from corridors.ledger import Announced, Ledger
from corridors.model import Doubt, Mode, Now, Reading, Reason, Statement, Status
from corridors.store import Store
from tests.api.conftest import a_key, bearer
from tests.make import a_document, a_route, a_source, a_statement, a_window, at

WHY = {"reason": "seen and weighed"}
SUMY = a_route("Sumy", "Poltava")


@pytest.fixture
def store(embedded: Store) -> Store:
    """One engine: the order of pages is tested with the store."""
    return embedded


@pytest.fixture
def desk(store: Store) -> dict[str, str]:
    """The header with a key of the desk."""
    return bearer(a_key(store, "desk"))


def hear(store: Store, clock: str, *statements: Statement, doubts: tuple[Doubt, ...] = (), **source: Any) -> None:
    spoke = a_source(**source)
    document = a_document(f"{spoke.id} at {clock}", source=spoke.id, published_at=at(clock))
    ledger = Ledger(store, "http://127.0.0.1:8000")
    ledger.submit(spoke, [Announced(document, Reading(statements, doubts=doubts))], Now(at(clock), at(clock)))


def waiting(client: Any, desk: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/v1/reviews?{query}", headers=desk)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


def test_a_rumour_waits_until_it_is_confirmed_or_somebody_credible_says_so(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", a_statement())
    assert waiting(client, desk) == []
    hear(store, "09:00", a_statement(Status.OPEN), id="volunteer", reliability="e", publisher="A volunteer")
    (entry,) = waiting(client, desk)
    assert (entry["kind"], entry["date"], len(entry["claims"])) == ("low_credibility", "2022-03-14", 1)
    decision = client.post(f"/v1/claims/{entry['claims'][0]}/confirm", json=WHY, headers=desk).json
    assert waiting(client, desk) == []
    client.post(f"/v1/decisions/{decision['id']}/undo", json=WHY, headers=desk)
    assert [row["id"] for row in waiting(client, desk)] == [entry["id"]]
    hear(store, "10:00", a_statement(Status.OPEN))
    assert waiting(client, desk) == []


def test_parties_that_contradict_each_other_wait_until_one_claim_is_rejected(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", a_statement(Status.OPEN), id="ua", party="UA")
    hear(store, "09:00", a_statement(Status.CLOSED, reason=Reason.VIOLATED), id="ru", party="RU", publisher="Army")
    (entry,) = waiting(client, desk, "kind=conflict")
    assert len(entry["claims"]) == 2
    assert "contradict" in entry["text"]
    client.post(f"/v1/claims/{entry['claims'][0]}/reject", json=WHY, headers=desk)
    assert waiting(client, desk) == []


def test_a_sentence_that_nobody_understood_waits_until_it_is_answered(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", doubts=(Doubt("Ще один маршрут відкрито", "origin"),))
    (entry,) = waiting(client, desk, "kind=doubt")
    assert entry["document"]
    assert "Ще один маршрут" in entry["text"]
    places = {"origin": {"name": "Sumy", "geonames": 692194}, "destination": {"name": "Poltava", "geonames": 696643}}
    body = {**WHY, "review": entry["id"], "claim": {"status": "announced", "route": {"country": "UA", **places}}}
    answered = client.post("/v1/claims", json=body, headers=desk)
    assert answered.status_code == 201, answered.text
    assert waiting(client, desk) == []
    assert client.post("/v1/claims", json=body, headers=desk).status_code == 422
    client.post(f"/v1/decisions/{answered.json['id']}/undo", json=WHY, headers=desk)
    assert len(waiting(client, desk)) == 1
    dismissed = client.post(f"/v1/reviews/{entry['id']}/dismiss", json=WHY, headers=desk)
    assert dismissed.status_code == 201
    assert waiting(client, desk) == []
    assert client.get(f"/v1/reviews/{entry['id']}", headers=desk).status_code == 200
    assert client.post("/v1/reviews/rev_none/dismiss", json=WHY, headers=desk).status_code == 404


def test_a_result_that_fits_two_routes_waits_until_it_is_merged_into_one(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    hear(store, "08:00", a_statement(), a_statement(route=a_route("Mariupol", "Berdiansk")))
    hear(store, "20:00", a_statement(Status.CLOSED, route=a_route("Mariupol", None), people=300))
    (entry,) = waiting(client, desk)
    assert (entry["kind"], entry["missing"], len(entry["candidates"])) == ("doubt", "destination", 2)
    whole = client.get("/v1/corridors?destination=Berdiansk").json["data"][0]["id"]
    merged = client.post(f"/v1/corridors/{entry['corridor']}/merge", json={**WHY, "into": whole}, headers=desk)
    assert merged.status_code == 201, merged.text
    assert waiting(client, desk) == []


def test_what_presses_most_comes_first_and_pages_hold_their_order(
    client: Any, store: Store, desk: dict[str, str]
) -> None:
    rumour: Any = {"id": "volunteer", "reliability": "e", "publisher": "A volunteer"}
    later = a_statement(Status.ANNOUNCED, route=SUMY, windows=(a_window("18:00", "20:00"),))
    sooner = a_statement(Status.ANNOUNCED, windows=(a_window("15:00", "20:00"),))
    over = a_statement(Status.ANNOUNCED, route=a_route("Hostomel", "Brovary"), windows=(a_window("06:00", "08:00"),))
    children = a_statement(
        Status.ANNOUNCED, route=a_route("Sumy", "Brovary"), windows=(a_window("15:00", None),), modes=(Mode.AMBULANCE,)
    )
    hear(store, "05:00", later, over, sooner, children, **rumour)
    texts = [row["text"].split(":")[0] for row in waiting(client, desk)]
    assert texts == ["Sumy – Brovary", "Mariupol – Zaporizhzhia", "Sumy – Poltava", "Hostomel – Brovary"]
    seen: list[str] = []
    page = ""
    while True:
        answer = client.get(f"/v1/reviews?limit=1{page}", headers=desk).json
        seen += [row["text"].split(":")[0] for row in answer["data"]]
        if not answer["next"]:
            break
        page = f"&page={answer['next']}"
    assert seen == texts


def test_the_queue_is_for_the_desk(client: Any, store: Store) -> None:
    assert client.get("/v1/reviews").status_code == 401
    assert client.get("/v1/reviews", headers=bearer(a_key(store, "subscribe"))).status_code == 403
    assert client.get("/v1/reviews?page=x", headers=bearer(a_key(store, "desk"))).status_code == 400
