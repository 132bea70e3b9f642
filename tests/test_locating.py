"""A table's town and an announcement's are one place, and what cannot be told stays as it was written."""

from __future__ import annotations

import pytest

from corridors.intake.locating import located
from corridors.model import Place, PlaceType, Reading
from corridors.places import Gazetteer
from tests.make import a_route, a_source, a_statement

SOURCE = a_source(countries=("UA",))


def place(gazetteer: Gazetteer, origin: Place, country: str | None = "UA") -> Place | None:
    reading = Reading((a_statement(route=a_route(origin, None, country=country)),))
    return located(reading, SOURCE, gazetteer).statements[0].route.origin


@pytest.mark.parametrize("name", ["Mariupol", "Маріуполь", "МАРІУПОЛЬ"])
@pytest.mark.parametrize("point", [(None, None), (47.05, 37.5)], ids=["without a point", "with a point"])
def test_a_town_is_found_in_any_spelling(
    gazetteer: Gazetteer, name: str, point: tuple[float | None, float | None]
) -> None:
    found = place(gazetteer, Place(name, lat=point[0], lon=point[1]))
    assert found is not None
    assert (found.name, found.geonames, found.adm1) == ("Mariupol", 701822, "UA-14")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(Place("Mariupol", lat=50.45, lon=30.52), id="drawn far away"),
        pytest.param(Place("Gathering point 7"), id="no town"),
        pytest.param(Place("", PlaceType.AREA), id="no name"),
        pytest.param(Place("Mariupol", geonames=1), id="found already"),
    ],
)
def test_what_cannot_be_told_stays_as_it_was_written(gazetteer: Gazetteer, written: Place) -> None:
    assert place(gazetteer, written) == written


def test_a_route_without_a_country_is_in_that_of_its_places(gazetteer: Gazetteer) -> None:
    reading = Reading((a_statement(route=a_route(Place("Маріуполь"), Place("Запоріжжя"), country=None)),))
    assert located(reading, a_source(countries=()), gazetteer).statements[0].route.country == "UA"
