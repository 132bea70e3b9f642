"""Places by name, and names in the language that a reader asks for."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corridors.app import create_app
from corridors.config import Settings
from corridors.model import Place
from corridors.schema import Naming
from corridors.store import Store
from corridors.store.gazetteer.imported import import_file
from tests.api.conftest import a_corridor
from tests.make import a_claim, a_place, a_route

Ask = Callable[[str], TestResponse]


@pytest.fixture
def ask(settings: Settings, store: Store, compiled_gazetteer: Path) -> Ask:
    """Ask an installation whose place names are compiled."""
    (settings.data / "gazetteer.db").symlink_to(compiled_gazetteer)
    client = create_app(settings, store=store).test_client()
    return lambda query: client.get(f"/v1/places{query}")


@pytest.mark.parametrize("q", ["Mariupol", "mariup", "Маріуполь", "МАРИУПОЛЬ"])
def test_a_place_is_found_by_the_beginning_of_any_of_its_names(ask: Ask, q: str) -> None:
    answer = ask(f"?q={q}&country=UA")
    first = answer.get_json()["data"][0]
    assert (first["name"], first["geonames"], first["adm1"], first["country"]) == ("Mariupol", 701822, "UA-14", "UA")
    assert first["names"]["uk"] == "Маріуполь"
    assert {"coverage", "notice", "attribution", "next"} <= set(answer.get_json())


def test_countries_and_a_limit_narrow_the_search(ask: Ask) -> None:
    both = ask("?q=san&country=ES,IT&limit=40").get_json()["data"]
    assert {place["country"] for place in both} == {"ES", "IT"}
    assert len(both) == 40
    assert len(ask("?q=san").get_json()["data"]) == 20
    assert ask("?q=zzzzzzzz").get_json()["data"] == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        pytest.param("", "q", id="nothing to look for"),
        pytest.param("?q=%20", "q", id="a space"),
        pytest.param("?q=%00", "q", id="a NUL"),
        pytest.param("?q=" + "x" * 101, "q", id="too long"),
        pytest.param("?q=a&limit=101", "limit", id="too many"),
        pytest.param("?q=a&country=Ukraine", "country", id="no code of a country"),
        pytest.param("?q=a&lang=ukr", "lang", id="no code of a language"),
        pytest.param("?q=a&page=x", "page", id="there are no pages"),
    ],
)
def test_a_wrong_question_is_answered_with_the_mend(ask: Ask, query: str, parameter: str) -> None:
    answer = ask(query)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, [parameter])


def test_while_the_names_are_not_compiled_it_says_when_to_come_back(client: FlaskClient, settings: Settings) -> None:
    answer = client.get("/v1/places?q=Mariupol")
    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (
        503,
        "application/problem+json",
        "60",
    )
    assert "corridors places compile" in answer.get_json()["detail"]


def test_while_somebody_compiles_the_names_it_says_so(client: FlaskClient, settings: Settings) -> None:
    with (settings.data / "gazetteer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = client.get("/v1/places?q=Mariupol")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "being compiled" in answer.get_json()["detail"]


def test_names_that_come_later_are_found_without_a_restart(
    client: FlaskClient, settings: Settings, compiled_gazetteer: Path
) -> None:
    assert client.get("/v1/places?q=Mariupol").status_code == 503
    (settings.data / "gazetteer.db").symlink_to(compiled_gazetteer)
    assert client.get("/v1/places?q=Mariupol").status_code == 200


def test_what_was_imported_is_found_without_a_restart(ask: Ask, settings: Settings, tmp_path: Path) -> None:
    assert ask("?q=kvitneva&country=UA").get_json()["data"] == []
    row = [
        "99000001",
        "Kvitneva Balka",
        "Kvitneva Balka",
        "",
        "50.7",
        "30.4",
        "P",
        "PPL",
        "UA",
        *[""] * 5,
        "0",
        *[""] * 4,
    ]
    (tmp_path / "UA.txt").write_text("\t".join(row))
    import_file(settings.data, tmp_path / "UA.txt", datetime.now(UTC))
    after = ask("?q=kvitneva&country=UA&limit=5")  # the very same question is answered from the shelf for a second
    assert [place["name"] for place in after.get_json()["data"]] == ["Kvitneva Balka"]


def test_places_are_named_in_the_language_asked_for_and_the_answer_says_so(ask: Ask) -> None:
    answer = ask("?q=Mariupol&country=UA&limit=1&lang=uk")
    assert answer.get_json()["data"][0]["name"] == "Маріуполь"
    assert answer.headers["Content-Language"] == "uk"
    other = ask("?q=Mariupol&country=UA&limit=1&lang=xx")
    assert (other.get_json()["data"][0]["name"], other.headers["Content-Language"]) == ("Mariupol", "en")
    assert answer.headers["ETag"] != other.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/corridors/cor_mariupol", lambda body: body["route"]),
        ("/v1/corridors", lambda body: body["data"][0]["route"]),
        ("/v1/occurrences/occ_mariupol_2022-03-14", lambda body: body["corridor_summary"]["route"]),
        ("/v1/corridors/cor_mariupol/occurrences", lambda body: body["data"][0]["corridor_summary"]["route"]),
        ("/v1/claims/clm_1", lambda body: body["route"]),
        ("/v1/claims", lambda body: body["data"][0]["route"]),
        ("/v1/corridors/cor_mariupol/claims", lambda body: body["data"][0]["route"]),
    ],
)
def test_every_route_can_be_read_in_a_language(
    client: FlaskClient, filled: Store, path: str, route: Callable[..., dict[str, dict[str, str]]]
) -> None:
    plain, named = client.get(path), client.get(f"{path}?lang=uk")
    assert route(plain.get_json())["origin"]["name"] == "Mariupol"
    assert route(named.get_json())["origin"]["name"] == "Маріуполь"
    assert "Content-Language" not in plain.headers
    assert "uk" in named.headers["Content-Language"]
    assert plain.headers["ETag"] != named.headers["ETag"]
    again = client.get(f"{path}?lang=uk", headers={"If-None-Match": named.headers["ETag"]})
    assert again.status_code == 304


def test_a_corridors_name_is_that_of_the_language_alone(client: FlaskClient, filled: Store) -> None:
    corridor = client.get("/v1/corridors/cor_mariupol?lang=uk")
    assert corridor.get_json()["name"] == {"en": "cor_mariupol"}, "it has no Ukrainian name"
    assert corridor.headers["Content-Language"] == "uk, en"


@pytest.mark.parametrize(
    ("names", "wanted", "name", "used"),
    [
        pytest.param({"uk": "Суми", "en": "Sumy"}, "uk", "Суми", ("uk",), id="the language asked for"),
        pytest.param({"uk": "Суми", "en": "Sumy"}, "fr", "Sumy", ("en",), id="else English"),
        pytest.param({"uk": "Суми"}, "fr", "as written", (), id="else as it was written"),
        pytest.param({"uk": "Суми", "en": "Sumy"}, None, "as written", (), id="nothing asked, nothing changed"),
    ],
)
def test_a_name_falls_back_step_by_step(
    names: dict[str, str], wanted: str | None, name: str, used: tuple[str, ...]
) -> None:
    naming = Naming(wanted)
    assert naming.place(Place("as written", names=names)).name == name
    assert naming.languages == used


def test_every_place_of_a_route_is_named(store: Store) -> None:
    route = a_route("Mariupol", None, via=["Berdiansk"], name="a road")
    naming = Naming("uk")
    named = naming.claim(a_claim(route=route)).statement.route
    assert (named.origin and named.origin.name, named.via[0].name, named.destination) == (
        "Маріуполь",
        "Бердянськ",
        None,
    )
    assert named.name == "a road"
    corridor = replace(a_corridor(), name={"en": "A", "uk": "Б"})
    assert (naming.corridor(corridor).name, Naming().corridor(corridor)) == ({"uk": "Б"}, corridor)
    assert naming.place(a_place("Nowhere")).name == "Nowhere"
