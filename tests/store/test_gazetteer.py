"""The compiled place names: found by any spelling, safe for threads, forks and two builders at once."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corridors.model import Place
from corridors.places import SMALL, Gazetteer, Hints, distance_km, fold, resolve
from corridors.store.gazetteer import SqliteGazetteer, open_gazetteer, spelling


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("Маріуполь", "Mariupol", id="Ukrainian"),
        pytest.param("Мариуполь", "Mariupol", id="Russian"),
        pytest.param("ماريوبول", "Mariupol", id="Arabic"),
        pytest.param("Artemivsk", "Bakhmut", id="an old name"),
        pytest.param("Більмак", "Kamianka", id="a name between two"),
        pytest.param("Kijów", "Kyiv", id="an exonym"),
        pytest.param("Сєвєродонецьк", "Sievierodonetsk", id="an older spelling"),
        pytest.param("Новоселовка", "Novoselivka", id="a Russian form that nobody listed"),
    ],
)
def test_a_place_is_found_as_it_is_written(gazetteer: Gazetteer, written: str, name: str) -> None:
    key = fold(written)
    assert gazetteer.known(key)
    assert name in {
        candidate.place.name for candidate in gazetteer.lookup([key])[key] if candidate.place.country == "UA"
    }


def test_sloviansk_is_not_nikopol(gazetteer: Gazetteer) -> None:
    key = fold("Слов'янськ")
    assert {candidate.place.name for candidate in gazetteer.lookup([key])[key]} == {"Sloviansk"}


def test_what_is_in_the_file_is_known_and_noise_mostly_is_not(gazetteer: Gazetteer) -> None:
    noise = [f"qzxw{number}kjv" for number in range(2000)]
    assert sum(gazetteer.known(word) for word in noise) < 10
    assert not gazetteer.lookup(noise)


def test_areas_roads_and_crossings_are_places_with_a_type(gazetteer: Gazetteer) -> None:
    found = {
        fold(name): gazetteer.lookup([fold(name)])[fold(name)][0].place.type
        for name in ("Salah al-Din Road", "Eastern Ghouta", "Adre crossing", "Azovstal", "Kyiv region")
    }
    assert sorted(found.values()) == ["area", "crossing", "district", "facility", "road"]


def test_regions_of_ukraine_carry_iso_codes(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("Mariupol", ["UA"])[0].adm1 == "UA-14"


def test_search_finds_by_the_beginning_of_a_name_the_best_known_first(gazetteer: Gazetteer) -> None:
    assert [place.name for place in gazetteer.search("mariup", limit=1)] == ["Mariupol"]
    assert gazetteer.search("") == []
    assert all(place.country == "UA" for place in gazetteer.search("bere", ["UA"], limit=50))


def test_threads_and_a_forked_child_read_one_gazetteer(gazetteer: Gazetteer) -> None:
    def ask(number: int) -> int:
        return len(gazetteer.lookup([fold("Суми"), fold(f"місто {number}")]))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(200))) == {1}
    child = os.fork() if threading.active_count() == 1 else None
    if child == 0:
        os._exit(0 if ask(1) == 1 else 1)
    if child is not None:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_file_of_another_version_is_not_trusted(tmp_path: Path, compiled_gazetteer: Path) -> None:
    path = tmp_path / "gazetteer.db"
    path.write_bytes(compiled_gazetteer.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = 'older' WHERE name = 'version'")
    connection.close()
    told: list[str] = []
    assert isinstance(open_gazetteer(path, progress=told.append), SqliteGazetteer)
    assert told[-1] == "the gazetteer is ready"
    assert not list(tmp_path.glob(".gazetteer-*")), "nothing half-made stays behind"


def test_our_tables_are_well_formed() -> None:
    for row in spelling.table("own.tsv"):
        assert row["name"]
        assert row["type"] in {
            "settlement",
            "district",
            "area",
            "country",
            "road",
            "gate",
            "crossing",
            "camp",
            "facility",
        }
        assert bool(row["lat"]) == bool(row["lon"])
        assert not row["country"] or len(row["country"]) == 2
    for row in spelling.table("aliases.tsv"):
        assert int(row["geonames"]) > 0
        assert row["names"] or row["geonames"]


def test_names_by_language_are_kept(gazetteer: Gazetteer) -> None:
    place = gazetteer.search("Mariupol", ["UA"])[0]
    assert place.names["uk"] == "Маріуполь"
    assert json.dumps(dict(place.names), ensure_ascii=False)


def test_towns_have_names_in_all_languages_of_the_reader(gazetteer: Gazetteer) -> None:
    place = gazetteer.search("Zaporizhzhia", ["UA"])[0]
    assert set(place.names) == {"uk", "ru", "en", "ar", "fr", "es", "de", "pl", "tr", "it", "ro", "pt"}
    assert (place.names["pl"], place.names["ru"], place.names["de"]) == ("Zaporoże", "Запорожье", "Saporischschja")


def test_a_town_is_found_by_each_of_the_names_that_we_give_it(gazetteer: Gazetteer) -> None:
    for number, names in spelling.tagged().items():
        keys = {fold(name) for name in names.values()}
        found = gazetteer.lookup(keys)
        assert all(any(c.place.geonames == number for c in found.get(key, ())) for key in keys), (number, names)


def test_each_place_of_our_own_is_meant_by_each_of_its_names_in_its_country(gazetteer: Gazetteer) -> None:
    unmeant = []
    for row in spelling.table("own.tsv"):
        told = [part.partition("=")[2].split(";") for part in row["names"].split("|") if part]
        for name in filter(None, map(str.strip, [row["name"], *(name for names in told for name in names)])):
            small = name == name.lower() != name.upper() and row["type"] in {"area", "road", "gate", "crossing"}
            key = SMALL + fold(name.lstrip(SMALL)) if small or name.startswith(SMALL) else fold(name)
            candidates = gazetteer.lookup([key]).get(key, ())
            found = resolve(candidates, Hints(frozenset(filter(None, [row["country"]]))))
            meant = [found.place, *found.rivals] if found is not None else []
            own = Place(row["name"], lat=float(row["lat"] or "nan"), lon=float(row["lon"] or "nan"))
            if not any(place.name == row["name"] or distance_km(place, own) < 5 for place in meant):
                unmeant.append((row["name"], name))
    assert not unmeant


def test_regions_of_the_theatres_carry_iso_codes(gazetteer: Gazetteer) -> None:
    towns = {"Nyala": "SD-DS", "Aleppo": "SY-HL", "Goma": "CD-NK", "Aden": "YE-AD", "Mosul": "IQ-NI", "Gao": "ML-7"}
    for name, region in towns.items():
        assert gazetteer.search(name, [region[:2]])[0].adm1 == region
    codes = [(row["country"], row["pcode"]) for row in spelling.table("regions.tsv") if row["pcode"]]
    assert len(codes) == len(set(codes)) > 100
