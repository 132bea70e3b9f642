"""What a text says, rule by rule. The packs' own examples are in tests/languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from corridors.model import Document, Reading, Route, Statement, Status
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.registry import load

LANGUAGES: dict[str, Language] = load("corridors.languages", "LANGUAGE")
Read = Callable[..., Reading]


def way(statement: Statement) -> str:
    route = statement.route
    return " → ".join(place.name if place else "?" for place in (route.origin, *route.via, route.destination))


def told(reading: Reading) -> list[tuple[str, str, str | None]]:
    return [(way(s), s.status.value, s.reason.value if s.reason else None) for s in reading.statements]


ROUTES = [
    pytest.param("Із Бучі, Ірпеня та Гостомеля до Києва вивезуть людей.", ["Bucha → Kyiv", "Irpin → Kyiv", "Hostomel → Kyiv"], id="several origins share an end"),
    pytest.param("Узгоджено коридори: Маріуполь – Запоріжжя; Суми – Полтава.", ["Mariupol → Zaporizhzhia", "Sumy → Poltava"], id="pairs by dash"),
    pytest.param("Коридор Суми – Ромни – Лубни – Полтава узгоджено.", ["Sumy → Romny → Lubny → Poltava"], id="a chain of dashes has way points"),
    pytest.param("To Bakhmut: people are evacuated from Popasna and from Rubizhne.", ["Popasna → Bakhmut", "Rubizhne → Bakhmut"], id="the destination may stand first"),
    pytest.param("Людей везуть із Харкова через Мерефу до Дніпра.", ["Kharkiv → Merefa → Dnipro"], id="через leads to a way point"),
    pytest.param("Corridors from Mariupol to Zaporizhzhia, then Dnipro are agreed.", ["Mariupol → Zaporizhzhia → Dnipro"], id="a further leg"),
    pytest.param("Евакуація з Лисичанська триває.", ["Lysychansk → ?"], id="an origin alone"),
    pytest.param("У Луганській області евакуація триває.", [], id="an area alone is no route"),
    pytest.param("Автобуси до Сум вирушають:\n- Краснопілля – 8:00;\n- Миропілля – 8:40.", ["Krasnopillia → Sumy", "Myropillia → Sumy"], id="a heading lends its destination"),
    pytest.param("Сьогодні заплановано коридор: Суми – Полтава (Суми, Ромни, Лубни, Полтава).", ["Sumy → Romny → Lubny → Poltava"], id="the whole way in brackets"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ways"), ROUTES)
def test_routes(reading_of: Read, text: str, ways: list[str]) -> None:
    assert [way(statement) for statement in reading_of(text).statements] == ways


STATUSES = [
    pytest.param("The corridor from Mariupol to Zaporizhzhia is planned.", "announced", None, id="planned"),
    pytest.param("Коридор з Маріуполя до Запоріжжя відкрито.", "open", None, id="opened"),
    pytest.param("З Маріуполя до Запоріжжя виїхали 300 людей.", "closed", "completed", id="people left"),
    pytest.param("Перші 300 людей виїхали з Маріуполя до Запоріжжя.", "open", None, id="the first ones left"),
    pytest.param("Коридор з Маріуполя до Запоріжжя не погоджено.", "closed", "not_agreed", id="not agreed"),
    pytest.param("Евакуацію з Маріуполя до Запоріжжя скасовано.", "closed", "cancelled", id="cancelled"),
    pytest.param("Колону з Маріуполя до Запоріжжя не пропускають.", "suspended", "blocked", id="blocked"),
    pytest.param(
        "Евакуація з Маріуполя до Запоріжжя зупинена через обстріли.", "suspended", "violated", id="under fire"
    ),
    pytest.param(
        "Завтра відкриють коридор з Маріуполя до Запоріжжя.", "announced", None, id="what opens tomorrow is a plan"
    ),
]


@pytest.mark.parametrize(("text", "status", "reason"), STATUSES)
def test_what_holds(reading_of: Read, text: str, status: str, reason: str | None) -> None:
    assert told(reading_of(text)) == [("Mariupol → Zaporizhzhia", status, reason)]


@pytest.mark.parametrize(
    ("text", "on"),
    [
        pytest.param("Завтра коридором Суми – Полтава вивозитимуть людей.", "2022-03-15", id="tomorrow"),
        pytest.param("Учора з Сум до Полтави виїхали люди.", "2022-03-13", id="yesterday"),
        pytest.param("У середу, 16 березня, людям відкриють коридор Суми – Полтава.", "2022-03-16", id="a date"),
        pytest.param("Коридор Суми – Полтава на 17.03.2022 узгоджено.", "2022-03-17", id="in figures"),
        pytest.param("Коридор Суми – Полтава узгоджено.", "2022-03-14", id="unsaid, the day of publication"),
    ],
)
def test_the_day(reading_of: Read, text: str, on: str) -> None:
    assert [s.valid_on[0].isoformat() for s in reading_of(text).statements] == [on]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        pytest.param("Коридор Суми – Полтава діятиме з 9:00 до 21:00.", ("09:00", "21:00"), id="both ends"),
        pytest.param("From Sumy to Poltava evacuation buses leave at 8 p.m.", ("20:00", None), id="an English evening"),
        pytest.param("Из Сум в Полтаву вывезут с 10:00 мск.", ("09:00", None), id="Moscow time is converted"),
        pytest.param(
            "Коридор Суми – Полтава. Режим тиші з 9 до 17.", ("09:00", "17:00"), id="bare hours of a ceasefire"
        ),
        pytest.param("People can go from Sumy to Poltava between 10 a.m. and 2 p.m.", ("10:00", "14:00"), id="between"),
    ],
)
def test_the_hours(reading_of: Read, text: str, window: tuple[str, str | None]) -> None:
    (statement,) = reading_of(text).statements
    assert [(w.start, w.end) for w in statement.windows] == [window]
    assert statement.windows[0].zone == "Europe/Kyiv"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        pytest.param("З Сум до Полтави вивезли 4 тис. людей.", 4000, id="thousands"),
        pytest.param("Из Сум в Полтаву вывезли полторы тысячи человек.", 1500, id="one and a half"),
        pytest.param("5.000 people were taken from Sumy to Poltava.", 5000, id="a point for thousands"),
        pytest.param("З Сум до Полтави виїхали 22 автобуси.", None, id="buses are no people"),
        pytest.param("З Сум та Лебедина до Полтави виїхали 620 людей.", None, id="a joint count is not split"),
    ],
)
def test_the_people(reading_of: Read, text: str, people: int | None) -> None:
    assert {statement.people for statement in reading_of(text).statements} == {people}


def test_a_count_of_corridors_is_found_in_a_long_article_about_something_else(reading_of: Read) -> None:
    reading = reading_of(
        "Talks went on as the fighting edged closer to the heart of Kyiv.\nThe deputy prime minister announced that 10 "
        "civilian evacuation routes, six of them in the Kyiv region, would open on Monday.\nCruise ships stay away, and "
        "the heart of the matter is trade in grain."
    )
    assert not reading.statements
    assert reading.totals[0].planned == 10


def test_a_number_beyond_all_measure_counts_nothing(reading_of: Read) -> None:
    reading = reading_of("З Сум до Полтави виїхали " + "9" * 400 + " 000 людей.")
    assert {statement.people for statement in reading.statements} == {None}
    assert [total.people for total in reading.totals] == []


@pytest.mark.parametrize(
    ("text", "day", "counts"),
    [
        ("On Sunday only nine of the 14 planned corridors worked.", 13, (14, 9)),
        ("Учора спрацювали 9 із 14 коридорів.", 13, (14, 9)),
        ("Завтра, 15 марта, откроют 9 коридоров.", 15, (9, None)),
        ("Сьогодні спрацювали 7 із 10 коридорів.", 14, (10, 7)),
        ("Спрацювали 7 із 10 коридорів.", 14, (10, 7)),
    ],
)
def test_corridors_are_counted_on_the_day_that_the_sentence_names(
    reading_of: Read, text: str, day: int, counts: tuple[int, int | None]
) -> None:
    totals = reading_of(text, on="2022-03-14").totals
    assert [(total.on, total.planned, total.operated) for total in totals] == [(date(2022, 3, day), *counts)]


def test_the_founding_day_is_counted_as_announced_and_as_it_went(reading_of: Read) -> None:
    morning = reading_of("14 березня в Україні починають роботу 10 коридорів, сказала віцепрем'єрка.")
    evening = reading_of("Спрацювали 7 із 10 коридорів. Усього за день вивезли близько 4 тис. людей.")
    assert [(t.planned, t.operated, t.people) for t in morning.totals] == [(10, None, None)]
    assert [(t.planned, t.operated, t.people, t.approximate) for t in evening.totals] == [(10, 7, 4000, True)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Зерновий коридор: перше судно вийшло з Одеси до Стамбула, далі підуть кораблі.", id="grain"),
        pytest.param("In 1941 trains took 300,000 people from Kharkiv to Penza in the evacuation.", id="history"),
        pytest.param("Київ і Москва домовилися про переговори.", id="diplomacy"),
        pytest.param("Російські війська обстріляли Харків та Чернігів.", id="war news"),
    ],
)
def test_another_kind_of_news_makes_no_claim(reading_of: Read, text: str) -> None:
    assert reading_of(text).statements == ()


def test_without_a_day_there_is_a_doubt_and_no_statement(reading_of: Read) -> None:
    reading = reading_of("Сьогодні узгоджено коридор Суми – Полтава.", on=None)
    assert reading.statements == ()
    assert {doubt.missing for doubt in reading.doubts} == {"day"}


def test_a_full_date_needs_no_publication(reading_of: Read) -> None:
    reading = reading_of("Коридор Суми – Полтава, 14 березня 2022, узгоджено.", on=None)
    assert [s.valid_on[0] for s in reading.statements] == [date(2022, 3, 14)]


def test_what_a_structured_source_says_passes_untouched(gazetteer: Gazetteer) -> None:
    said = (Statement(Route(name="RN2"), Status.OPEN, (date(2025, 1, 1), None)),)
    document = Document("s", "1", "Sumy – Poltava", datetime(2025, 1, 1, tzinfo=UTC), statements=said)
    assert read(document, languages=LANGUAGES, gazetteer=gazetteer).statements is said


def test_every_field_points_at_its_words(reading_of: Read) -> None:
    text = "Сьогодні з 9:00 до 21:00 з міста Суми до Полтави вивозитимуть людей автобусами."
    (statement,) = reading_of(text).statements
    words = {name: text[span.start : span.end] for name, span in statement.spans.items()}
    assert words["origin"] == "Суми"
    assert words["destination"] == "Полтави"
    assert words["date"] == "Сьогодні"
    assert words["start"].startswith("9:00")


def test_the_country_and_the_language_are_found_where_nobody_tells_them(reading_of: Read) -> None:
    reading = reading_of("Из Мариуполя в Запорожье отправились автобусы с людьми.", countries=())
    assert reading.language == "ru"
    assert [statement.route.country for statement in reading.statements] == ["UA"]


def test_an_ambiguous_village_is_a_doubt_with_its_candidates(reading_of: Read) -> None:
    reading = reading_of("Людей евакуюють із села Іванівка.")
    assert [s.route.origin.lat for s in reading.statements if s.route.origin] == [None]
    assert any(doubt.missing == "place" and len(doubt.candidates) > 1 for doubt in reading.doubts)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param(
            "Ten evacuation routes, including six in the Kyiv region and three in the Luhansk region, will open.",
            {"UA-32": (6, None), "UA-09": (3, None)},
            id="planned, the number before",
        ),
        pytest.param(
            "На Київщині врятовано 2028 людей. На Луганщині – 1780: з міста Попасна – 210.",
            {"UA-32": (None, 2028), "UA-09": (None, 1780)},
            id="people, the number behind",
        ),
    ],
)
def test_provinces_are_counted_apart(
    reading_of: Read, text: str, counts: dict[str, tuple[int | None, int | None]]
) -> None:
    regional = {total.region: (total.planned, total.people) for total in reading_of(text).totals if total.region}
    assert regional == counts
