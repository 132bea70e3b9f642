"""12 to 16 March 2022 as it was announced, in our own words, through reader and ledger: any order tells the same.

The facts are those of these days: routes, hours, counts, two parties, and a newspaper that tells of the day before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.config import Settings
from corridors.intake import Intake, keep_history
from corridors.ledger import Ledger
from corridors.model import Authority, Clock, Document, Now, Source
from corridors.outbound import Egress, Fetcher
from corridors.places import Gazetteer
from corridors.registry import load
from corridors.sources import load_adapters
from corridors.store import Store
from tests.make import a_source, at

NOW = datetime(2022, 3, 20, 12, tzinfo=UTC)
SOURCES: Mapping[str, Source] = {
    source.id: source
    for source in (
        a_source("ministry"),
        a_source("luhansk", publisher="Luhansk administration"),
        a_source("defence", publisher="Ministry of Defence", party="RU", reliability="c", languages=("ru",)),
        a_source(
            "herald", publisher="Herald", party=None, authority=Authority.MEDIA, timezone="UTC", languages=("en",)
        ),
    )
}
# source, day of March, Kyiv clock, text
TOLD = [
    ("ministry", 12, "08:00", "12 березня працюватимуть гуманітарні коридори. Суми – Полтава, початок о 9:00."),
    ("ministry", 12, "21:00", "За сьогодні спрацювали 9 із 14 коридорів. Усього вивезли майже 13 тис. людей."),
    ("ministry", 13, "08:30", "13 березня працюватимуть гуманітарні коридори Бородянка – Житомир та Попасна – Бахмут."),
    (
        "ministry",
        14,
        "08:10",
        "14 березня від 9:00 в Україні починають роботу 10 коридорів.\nКиївська область:\n- Богданівка – Бровари\n"
        "- Перемога – Бровари\n- Бобрик – Бровари\n- Гостомель – Білогородка\n- Ворзель – Білогородка\n"
        "Донецька область:\n- Маріуполь – Запоріжжя",
    ),
    (
        "luhansk",
        14,
        "08:20",
        "14 марта с 9:00 из Рубежного и Северодонецка в Бахмут будут работать гуманитарные коридоры.",
    ),
    ("herald", 14, "07:30", "On Sunday only nine of the 14 planned corridors worked, the government says."),
    (
        "herald",
        14,
        "09:00",
        "Ten corridors are planned for today, Monday March 14, among them Mariupol – Zaporizhzhia.",
    ),
    (
        "defence",
        14,
        "08:40",
        "14 марта с 10:00 по московскому времени открывается гуманитарный коридор Мариуполь – Ростов-на-Дону.",
    ),
    (
        "ministry",
        14,
        "20:30",
        "Лише 7 із 10 коридорів спрацювали 14 березня. Вивезено людей: з міста Гостомель – 400, з селища Ворзель – "
        "620, з села Перемога – 700.\nУсього за день вивезли близько 4 тис. людей.",
    ),
    ("luhansk", 14, "20:40", "14 березня евакуйовано людей: з Сєвєродонецька – 600, з Рубіжного – 480."),
    ("ministry", 15, "08:00", "15 березня погоджено 9 коридорів. Маріуполь – Запоріжжя, початок о 9:00."),
    ("ministry", 15, "21:00", "Із дев'яти погоджених на сьогодні коридорів запрацювали сім."),
    ("ministry", 16, "09:00", "16 березня гуманітарні коридори в Україні не працюватимуть."),
]


def documents() -> list[Document]:
    return [
        Document(
            source,
            f"{source}/{number}",
            words,
            NOW,
            url=f"https://example.org/{source}/{number}",
            published_at=at(clock, date(2022, 3, day)),
        )
        for number, (source, day, clock, words) in enumerate(TOLD)
    ]


@pytest.fixture
def intake(embedded: Store, gazetteer: Gazetteer) -> Intake:
    with embedded.begin() as tx:
        tx.sources.configure(list(SOURCES.values()), NOW)
    fetcher = Fetcher(Egress(), "corridors-test")
    languages = load("corridors.languages", "LANGUAGE")
    return Intake(load_adapters(), languages, gazetteer, fetcher, Ledger(embedded, "https://corridors.example"))


def tell(intake: Intake, order: list[Document]) -> None:
    for document in order:
        assert keep_history([document], SOURCES[document.source], intake, Now(NOW, NOW)) == 1


def asked(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json


def picture(client: FlaskClient) -> dict[str, Any]:
    """Return what the API says of these days but for random ids and the times at which it was written down."""
    said: dict[str, str] = {}
    found: dict[str, Any] = {"claims": []}
    for claim in asked(client, "/v1/claims?limit=1000")["data"]:
        url = asked(client, f"/v1/documents/{claim['document']}")["url"]
        said[claim["id"]] = json.dumps([url, claim["route"], claim["status"]], sort_keys=True)
        said[claim["document"]] = url
        found["claims"].append(claim)
    for day in range(12, 17):
        for noun in ("occurrences", "tallies"):
            found[f"{noun} {day}"] = asked(client, f"/v1/{noun}?date=2022-03-{day}")["data"]
    found["corridors"] = asked(client, "/v1/corridors?limit=1000")["data"]
    return {name: sorted(map(repr, (_lasting(row, said) for row in rows))) for name, rows in found.items()}


_WRITTEN = {"updated_at", "recorded_at", "revision"}


def _lasting(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(each, said) for key, each in sorted(value.items()) if key not in _WRITTEN | {"links"}}
    if isinstance(value, list):
        return [_lasting(each, said) for each in value]
    return said.get(value, value) if isinstance(value, str) else value


def served(store: Store, folder: Path) -> FlaskClient:
    return create_app(Settings(folder, store.url, clock=Clock(NOW, NOW, 1e-9)), store=store).test_client()


@pytest.fixture
def client(embedded: Store, tmp_path: Path) -> FlaskClient:
    return served(embedded, tmp_path)


def country(client: FlaskClient, query: str) -> dict[str, Any]:
    rows = asked(client, f"/v1/tallies?country=UA&{query}")["data"]
    (found,) = [row for row in rows if row["region"] is None]
    return dict(found)


def test_the_official_count_of_the_fourteenth_stands_beside_ours_with_every_route_named(
    intake: Intake, client: FlaskClient
) -> None:
    tell(intake, documents())
    tally = country(client, "date=2022-03-14")
    official = tally["official"]
    assert [official[name] for name in ("planned", "operated", "people", "approximate")] == [10, 7, 4000, True]
    assert official["source"] == "ministry"
    assert {route["name"]["en"]: (route["operated"], route["people"]) for route in tally["ledger"]["routes"]} == {
        "Bohdanivka – Brovary": (False, None),
        "Peremoha – Brovary": (True, 700),
        "Bobryk – Brovary": (False, None),
        "Hostomel – Bilohorodka": (True, 400),
        "Vorzel – Bilohorodka": (True, 620),
        "Mariupol – Zaporizhzhia": (False, None),
        "Mariupol – Rostov-on-Don": (False, None),
        "Sievierodonetsk – Bakhmut": (True, 600),
        "Rubizhne – Bakhmut": (True, 480),
    }
    assert tally["ledger"]["routes_planned"] == len(tally["ledger"]["routes"])
    assert tally["ledger"]["routes_operated"] == sum(route["operated"] for route in tally["ledger"]["routes"]) == 5
    assert [country(client, f"date=2022-03-{day}")["official"]["operated"] for day in (12, 13, 15)] == [9, 9, 7]


def test_at_ten_in_the_morning_ten_were_planned_and_no_result_was_known(intake: Intake, client: FlaskClient) -> None:
    tell(intake, list(reversed(documents())))
    tally = country(client, "date=2022-03-14&as_of=2022-03-14T08:00:00Z")
    assert (tally["official"]["planned"], tally["official"]["operated"]) == (10, None)
    assert tally["ledger"]["routes_operated"] == 0


def test_every_order_of_documents_gives_the_same_days(intake: Intake, embedded: Store, tmp_path: Path) -> None:
    order, seen = documents(), []
    for number in range(3):
        with embedded.begin() as tx:
            _wipe(tx, {"sources", "alembic_version"})
        tell(intake, [replace(document) for document in order])
        seen.append(picture(served(embedded, tmp_path)))  # a new process, that remembers no answer
        Random(number).shuffle(order)
    assert len(seen[0]["occurrences 14"]) >= 9
    for name in seen[0]:
        assert all(other[name] == seen[0][name] for other in seen[1:]), name


def _wipe(tx: Any, kept: set[str]) -> None:
    """Empty a store, so that one file serves every order."""
    from corridors.store.tables import metadata

    for table in reversed(metadata.sorted_tables):
        if table.name not in kept:
            tx.claims._connection.execute(table.delete())
