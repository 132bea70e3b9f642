"""Phones, plates and private names are covered; places, days, hours, counts, roads and officials stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.model import Revision
from corridors.redaction import COVER, redacted
from corridors.schema import DocumentView
from tests.make import a_document, at


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Дзвоніть +380 (67) 123-45-67 з 8:00", "+380 (67) 123-45-67"),
        ("Гаряча лінія 0 800 500 121", "0 800 500 121"),
        ("Телефон 067-123-45-67.", "067-123-45-67"),
        ("тел. 5-12-33", "5-12-33"),
        ("Call 00 44 20 7946 0958 now", "00 44 20 7946 0958"),
        ("للتواصل: 0599123456", "0599123456"),
        ("Автобус АА 1234 ВВ чекає", "АА 1234 ВВ"),
        ("bus AX1234BC leaves", "AX1234BC"),
        ("машина А123ВС77", "А123ВС77"),
        ("write to ivan.p@example.org", "ivan.p@example.org"),
        ("Водій Іван чекає біля школи", "Іван"),
        ("Координатор: Олена Петренко", "Олена Петренко"),
        ("зустріне Петренко Іван Іванович", "Петренко Іван Іванович"),
        ("передайте Івану Петренку", "Івану Петренку"),
        ("поедет Мария Сергеевна Иванова", "Мария Сергеевна Иванова"),
        ("чекає П. О. Коваленко", "П. О. Коваленко"),
        ("Ask for Olena Kovalenko at the gate", "Olena Kovalenko"),
        ("driver Mahmoud waits", "Mahmoud"),
        ("Contact person: Jane Roe", "Jane Roe"),
        ("يرجى مراجعة محمد العطار", "محمد العطار"),
    ],
)
def test_what_must_not_be_passed_on_is_covered(text: str, secret: str) -> None:
    shown = redacted(text)
    assert secret not in shown
    assert COVER in shown
    for word in secret.split():
        assert word not in shown
    assert redacted(text.replace(secret, "")) == text.replace(secret, "")


@pytest.mark.parametrize(
    "text",
    [
        "Гуманітарний коридор Маріуполь — Запоріжжя, початок о 9:00, 14.03.2022 09:00-18:00.",
        "Вінниця – Хмельницький, траса М-30, Н-20, E40; 10 коридорів, 4 000 людей, 12 000 осіб.",
        "Велика Новосілка, Червоний Хрест, Міжнародний комітет Червоного Хреста.",
        "Віцепрем'єр-міністр Ірина Верещук повідомила про 10 маршрутів.",
        "Голова Луганської ОВА Сергій Гайдай: евакуація триває.",
        "Mayor Vadym Boichenko said 2,000 cars left. President Volodymyr Zelensky agreed.",
        "Salah al-Din road to the south of Wadi Gaza, 10 a.m. to 4 p.m.",
        "On 2022-03-14 at 10:00 the International Committee of the Red Cross, 2022-2023.",
        "Мариуполь – Бердянск – Запорожье, 45 автобусов, 13 марта 2022 г.",
    ],
)
def test_what_says_where_when_how_many_and_who_speaks_stays(text: str) -> None:
    assert redacted(text) == text


@given(st.text(max_size=200))
def test_any_text_keeps_its_length_and_is_the_same_the_second_time(text: str) -> None:
    assert len(redacted(text)) == len(text)
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize("republish", ["full", "excerpt"])
def test_a_document_shows_no_number_that_its_excerpt_cuts_in_half(republish: str) -> None:
    text = "а" * 290 + " +380671234567 Водій Іван"
    view = DocumentView(Revision("doc_1", 1, a_document(text, title="тел. 067 123 45 67"), at("08:00")), republish)
    assert "380" not in (view.text or "")
    assert "067" not in (view.title or "")
    assert "Іван" not in (view.text or "")


def test_a_document_of_which_only_the_link_may_be_shown_shows_no_words() -> None:
    view = DocumentView(Revision("doc_1", 1, a_document("words", title="more"), at("08:00")), "link")
    assert (view.text, view.title) == (None, None)
