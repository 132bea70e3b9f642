"""What a statement tells besides its route, what is left unsaid, and what becomes of what was not understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from corridors.model import Reading

Read = Callable[..., Reading]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param(
            "Will a humanitarian corridor from Mariupol to Zaporizhzhia open tomorrow?", "answer", id="question"
        ),
        pytest.param("Buses go from Toretsk to Pokrovsk on Tuesday.", "purpose", id="for whom"),
        pytest.param("A humanitarian corridor somewhere in the east works today.", "route", id="no route named"),
    ],
)
def test_what_is_about_a_corridor_and_not_understood_is_a_doubt(reading_of: Read, text: str, missing: str) -> None:
    reading = reading_of(text)
    assert not reading.statements
    (doubt,) = reading.doubts
    assert (doubt.missing, doubt.text) == (missing, text)
    assert doubt.span is not None
    assert text[doubt.span.start : doubt.span.end] == text


def test_a_call_that_nobody_answered_is_understood_and_no_doubt(reading_of: Read) -> None:
    reading = reading_of("The UN called for a humanitarian corridor from Mariupol to Zaporizhzhia.")
    assert (reading.statements, reading.doubts) == ((), ())


def test_each_line_of_a_text_in_two_languages_is_read_in_its_own(reading_of: Read) -> None:
    text = "Евакуація із Сум до Полтави сьогодні о 9:00.\nToday evacuation buses leave Izium for Lozova at 10:00."
    first, second = reading_of(text).statements
    assert [first.windows[0].start, second.windows[0].start] == ["09:00", "10:00"]
    shown = second.spans["destination"]
    assert text[shown.start : shown.end] == "Lozova"


def test_a_route_keeps_all_windows_of_its_day(reading_of: Read) -> None:
    (statement,) = reading_of(
        "Today people can leave Sumy for Poltava from 9:00 to 12:00 and from 14:00 to 17:00."
    ).statements
    assert [(w.start, w.end) for w in statement.windows] == [("09:00", "12:00"), ("14:00", "17:00")]


@pytest.mark.parametrize(
    "text",
    [
        "Evacuation buses run from Kherson to Mykolaiv every day until further notice.",
        "Evacuation buses run from Kherson to Mykolaiv every day.\nThis holds until further notice.",
    ],
)
def test_until_further_notice_has_no_last_day(reading_of: Read, text: str) -> None:
    (statement,) = reading_of(text).statements
    assert statement.valid_on[1] is None


def test_a_statement_shows_who_may_leave_and_how(reading_of: Read) -> None:
    text = "Tomorrow women, children and the elderly can leave Sumy for Poltava by bus."
    (statement,) = reading_of(text).statements
    assert statement.who == "women, children and the elderly"
    shown = {name: text[span.start : span.end] for name, span in statement.spans.items()}
    assert (shown["who"], shown["modes"]) == (statement.who, "bus")


def test_what_a_text_leaves_unsaid_lowers_the_confidence_and_is_named(reading_of: Read) -> None:
    (sure,) = reading_of("Tomorrow a humanitarian corridor from Sumy to Poltava will open.").statements
    (less,) = reading_of("Humanitarian corridors:\n- Sumy").statements
    assert sure.lowered_by == ()
    assert less.confidence < sure.confidence
    assert less.lowered_by == ("status not stated", "day not stated", "origin only named in passing", "no destination")


def test_what_is_told_of_long_ago_is_background_to_the_news(reading_of: Read) -> None:
    text = "Today the humanitarian corridor from Sumy to Poltava is open. It had been closed by shelling in Sumy on 1 March."
    (statement,) = reading_of(text, on="2022-03-18").statements
    assert (statement.status, statement.valid_on[0]) == ("open", date(2022, 3, 18))
