"""Names that many places bear: meant is the one of the country, the region and the route, and never a silent guess."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corridors.model import Document, Place, Reading
from corridors.places import Gazetteer
from corridors.reading import read
from corridors.registry import load

LANGUAGES = load("corridors.languages", "LANGUAGE")
NEAR = 0.2  # degrees; a town's middle is rarely so far from where another list has it


def reading(gazetteer: Gazetteer, text: str, language: str, *countries: str) -> Reading:
    at = datetime(2022, 3, 14, 9, tzinfo=UTC)
    document = Document("s", "1", text, at, language=language, published_at=at)
    return read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=countries)


def is_at(place: Place | None, lat: float | None) -> bool:
    if place is None or lat is None:
        return place is None and lat is None
    return place.lat is not None and abs(place.lat - lat) < NEAR


_PLACED = """
UA|en|Buses will go from Mykolaivka to Sloviansk today.|48.86|48.85
UA|en|Buses will go from Mykolaiv to Odesa today.|46.97|46.48
UA|uk|Сьогодні евакуація з Миколаївки до Слов'янська автобусами.|48.86|48.85
UA|uk|Сьогодні евакуація з Покровська до Дніпра поїздом.|48.28|48.46
UA|uk|Сьогодні евакуація з Шевченкового до Харкова автобусами.|49.69|49.98
UA|uk|Сьогодні евакуація зі Степанівки до Сум автобусами.|50.95|50.92
UA|ru|Сегодня эвакуация из Белогородки в Киев автобусами.|50.39|50.45
UA|uk|Сьогодні евакуація з Боярки до Києва автобусами.|50.33|50.45
UA|uk|Сьогодні евакуація з Лимана до Слов'янська автобусами.|48.98|48.85
UA|uk|Сьогодні евакуація з Рівного до Кропивницького автобусами.|50.62|48.51
UA|en|A train will take people from Kupiansk to Lviv on Monday.|49.71|49.84
UA|en|Kharkiv region: buses will leave Izium for Lozova today.|49.20|48.90
UA|uk|Запорізька область: сьогодні евакуація з Василівки до Запоріжжя.|47.44|47.85
UA|en|Buses will go from Artemovsk to Dnipro today.|48.60|48.46
PS|en|Residents may leave Rafah for Khan Yunis along Salah al-Din road today.|31.29|31.34
PS|en|Residents of Jabalia may move to Gaza City today.|31.53|31.50
LB|en|Families will be evacuated from Tyre to Sidon today.|33.27|33.56
LB|en|Families will be evacuated from Tripoli to Beirut today.|34.43|33.89
LY|en|Families will be evacuated from Tripoli to Misrata today.|32.88|32.37
LB|ar|إجلاء العائلات من طرابلس إلى بيروت اليوم.|34.43|33.89
LY|ar|إجلاء العائلات من طرابلس إلى مصراتة اليوم.|32.88|32.37
SY|en|Civilians may leave Hama for Homs today.|35.13|34.73
SY|ar|سيتم إجلاء المدنيين من الباب إلى حلب اليوم.|36.37|36.20
SY|en|Civilians may leave Raqqa for Deir ez-Zor today.|35.95|35.34
SD|en|Civilians may leave Nyala for El Daein today.|12.05|11.46
SD|en|Civilians may leave Bahri for Omdurman today.|15.64|15.64
SD|en|Aid will go from Port Sudan to Kadugli on Monday through a humanitarian corridor.|19.62|11.01
CD|fr|Les civils peuvent quitter Goma vers Saké aujourd'hui par le couloir humanitaire.|-1.68|-1.57
CD|fr|Les civils peuvent quitter Bukavu vers Uvira aujourd'hui par le couloir humanitaire.|-2.50|-3.40
AZ|en|Ambulances took patients from Stepanakert to Yerevan today.|39.82|40.18
YE|ar|يفتح الطريق الإنساني من تعز إلى عدن اليوم.|13.58|12.78
ET|en|Aid trucks will go from Semera to Mekelle today through the corridor.|11.79|13.49
MM|en|Aid will go from Mae Sot to Myawaddy today through a humanitarian corridor.|16.71|16.68
HT|fr|Un couloir humanitaire relie Port-au-Prince à Jérémie aujourd'hui.|18.54|18.65
AF|en|Civilians may leave Kunduz for Kabul today by bus.|36.73|34.52
IQ|en|Civilians may leave Mosul for Erbil today by bus.|36.33|36.19
SS|en|Aid will go from Juba to Bor today by humanitarian corridor.|4.85|6.20
ML|fr|Les civils peuvent quitter Ménaka vers Gao aujourd'hui par le couloir humanitaire.|15.91|16.27
|en|Civilians left Aleppo for Idlib today.|36.20|35.93
|en|Civilians may leave Tripoli for Misrata today.|32.88|32.37
|fr|Les civils peuvent quitter Goma vers Bukavu aujourd'hui par le couloir humanitaire.|-1.68|-2.50
"""
_UNPLACED = """
Сьогодні евакуація з Олександрівки до Краматорська автобусами.|Oleksandrivka
Сьогодні евакуація з Іванівки до Херсона автобусами.|Ivanivka
Донецька область: евакуація з Новоселівки до Покровська сьогодні.|Novoselivka
Сьогодні евакуація з Покровського до Запоріжжя автобусами.|Pokrovske
"""


@pytest.mark.parametrize("case", _PLACED.strip().split("\n"))
def test_the_namesake_of_the_country_and_the_route_is_meant(gazetteer: Gazetteer, case: str) -> None:
    country, language, text, origin, destination = case.split("|")
    route = reading(gazetteer, text, language, *filter(None, [country])).statements[0].route
    assert is_at(route.origin, float(origin)), route.origin
    assert is_at(route.destination, float(destination)), route.destination


@pytest.mark.parametrize("case", _UNPLACED.strip().split("\n"))
def test_what_cannot_be_told_is_a_doubt_with_its_candidates_and_no_point(gazetteer: Gazetteer, case: str) -> None:
    text, name = case.split("|")
    found = reading(gazetteer, text, "uk", "UA")
    origin = found.statements[0].route.origin
    assert origin is not None
    assert (origin.lat, origin.geonames) == (None, None), "a city that was once called so is no village of today"
    (doubt,) = found.doubts
    assert doubt.missing == "place"
    assert name in {candidate.name for candidate in doubt.candidates}
    assert len(doubt.candidates) > 1
