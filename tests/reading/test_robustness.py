"""Whatever the text, reading returns: without an exception, always the same, and pointing only at words that are there.

The words that are thrown together come from the packs and from our own announcements, so that junk gets as far into
the grammar as sense does.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corridors.cli.read import _answer, _asked
from corridors.model import Document, Reading, Span
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.registry import load
from tests.reading.scoring import announcements

OWN = announcements(*sorted((Path(__file__).parent / "own").glob("*.jsonl")))
LANGUAGES: Mapping[str, Language] = load("corridors.languages", "LANGUAGE")
PUBLISHED = datetime(2022, 3, 31, 9, 30, tzinfo=UTC)
MEGABYTE = 1_000_000

ANNOUNCED = {code: [gold["text"] for gold in OWN if gold["language"] == code] for code in LANGUAGES}
CUES = {
    code: [phrase.strip(" *") for words in pack.cues.values() for phrase in words.split(",")]
    for code, pack in LANGUAGES.items()
}
SPOKEN = {
    code: sorted({word for text in ANNOUNCED[code] for word in text.split()} | set(CUES[code])) for code in LANGUAGES
}

INVISIBLE = [
    "\u200b",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u202e",
    "\u202c",
    "\u2066",
    "\ufeff",
    "\xad",
    "\ufe0f",
    "\x00",
    "\x1b",
]
JOINTS = [
    " ",
    "\n",
    ", ",
    " – ",
    "-",
    " → ",
    ": ",
    "; ",
    ". ",
    " (",
    ") ",
    "«",
    "» ",
    "'",
    "ʼ",
    "’",
    "/",
    "\t",
    "\r\n",
    "\u2028",
]
NUMBERS = [
    "0",
    "9",
    "-1",
    "9" * 400,
    "1e309",
    "12.345.678",
    "1 234",
    "5,5",
    "٠١٢",
    "१२",
    "²³",
    "Ⅻ",
    "½",
    "25:99",
    "24:00",
    "00.00",
    "31.02.2022",
    "30/30",
    "99.99.9999",
    "№",
    "тис",
    "млн",
]
SIGNS = ["🔹", "👩‍👩‍👧", "➡️", "•", "1)", "#", "@", "́", "̈̈̈", "ﷺ", "İ", "ß", "ŉ", "ﬁ", "\U0010ffff", "\ud800"]

junk = st.one_of(st.sampled_from([*INVISIBLE, *NUMBERS, *SIGNS]), st.text(max_size=5), st.integers().map(str))


def mixtures(code: str) -> st.SearchStrategy[str]:
    """Texts of a language's own words, joined and interrupted by anything."""
    piece = st.one_of(
        st.sampled_from(SPOKEN[code]), st.sampled_from(SPOKEN[code]), st.sampled_from(ANNOUNCED[code] or [""]), junk
    )
    pair = st.tuples(piece, st.sampled_from(JOINTS))
    return st.lists(pair, max_size=40).map(lambda pairs: "".join(word + joint for word, joint in pairs))


any_language = st.sampled_from(sorted(LANGUAGES))
hunt = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def reader(gazetteer: Gazetteer) -> Gazetteer:
    return gazetteer


def reading_of(
    text: str, gazetteer: Gazetteer, *, title: str = "", language: str | None = None, countries: Sequence[str] = ("UA",)
) -> Reading:
    """Read `text` and hold the result to everything that is true of every reading."""
    document = Document("any", "1", text, PUBLISHED, title=title, language=language, published_at=PUBLISHED)
    result = read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=countries)
    for statement in result.statements:
        assert statement.route.origin is not None or statement.route.destination is not None or statement.route.name
        assert statement.route.origin is None or statement.route.origin != statement.route.destination
        assert statement.valid_on[1] is None or statement.valid_on[0] <= statement.valid_on[1]
        assert statement.people is None or statement.people >= 0
        assert 0 <= statement.confidence <= 1
        for window in statement.windows:
            assert all(
                time.fromisoformat(clock)
                for clock in (window.start, window.end)
                if clock not in {None, "00:00", "24:00"}
            )
        for span in statement.spans.values():
            _lies_inside(span, document)
    for doubt in result.doubts:
        if doubt.span is not None:
            _lies_inside(doubt.span, document)
    for total in result.totals:
        assert all(count is None or count >= 0 for count in (total.planned, total.operated, total.people))
    return result


def _lies_inside(span: Span, document: Document) -> None:
    assert span.field in {"title", "text"}
    assert 0 <= span.start < span.end <= len(document.title if span.field == "title" else document.text)


@hunt
@given(text=st.text(st.characters(), max_size=400), title=st.text(max_size=60), language=st.none() | any_language)
def test_any_text_at_all_can_be_read(reader: Gazetteer, text: str, title: str, language: str | None) -> None:
    reading_of(text, reader, title=title, language=language)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
@hunt
@given(data=st.data())
def test_any_mixture_of_a_languages_words_and_junk_can_be_read(
    reader: Gazetteer, code: str, data: st.DataObject
) -> None:
    text = data.draw(mixtures(code))
    reading_of(text, reader, title=data.draw(mixtures(code)), language=data.draw(st.sampled_from([code, None])))


@hunt
@given(text=any_language.flatmap(mixtures), before=any_language.flatmap(mixtures))
def test_a_text_is_read_the_same_whatever_was_read_before(reader: Gazetteer, text: str, before: str) -> None:
    first = reading_of(text, reader)
    reading_of(before, reader)
    assert reading_of(text, reader) == first


@hunt
@given(
    text=any_language.flatmap(mixtures), countries=st.lists(st.sampled_from(["UA", "SY", "ZZ", "SD", "AQ"]), max_size=3)
)
@example(text="the governorʼs and ʼs evacuation", countries=[])
@example(text="ʼdan", countries=["TR"])
def test_any_country_will_do_even_one_that_is_none(reader: Gazetteer, text: str, countries: list[str]) -> None:
    reading_of(text, reader, countries=countries)


@hunt
@given(text=any_language.flatmap(mixtures))
def test_what_is_printed_for_a_line_is_json_again(reader: Gazetteer, text: str) -> None:
    sayable = text.encode("utf-8", "ignore").decode()  # a line with half a character in it is refused
    asked = _asked(json.dumps({"id": "1", "text": sayable, "published": "2022-03-31", "country": ["UA"]}))
    result = read(asked.document, languages=LANGUAGES, gazetteer=reader, countries=asked.countries)
    assert json.loads(json.dumps(_answer(asked, result)))["id"] == "1"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_cliff(reader: Gazetteer, year: int) -> None:
    at = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=UTC)
    for text in (
        "Tomorrow and on Monday, yesterday and the day before, people leave Mariupol for Zaporizhzhia.",
        "Evacuation from Sumy until 31 December and 1 January.",
    ):
        document = Document("any", "1", text, at, language="en", published_at=at)
        read(document, languages=LANGUAGES, gazetteer=reader, countries=("UA",))


def test_without_a_day_of_publication_nothing_is_dated_by_guess(reader: Gazetteer) -> None:
    document = Document(
        "any", "1", "People were evacuated from Mariupol to Zaporizhzhia today.", PUBLISHED, language="en"
    )
    result = read(document, languages=LANGUAGES, gazetteer=reader, countries=("UA",))
    assert not result.statements
    assert [doubt.missing for doubt in result.doubts] == ["day"]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "Маріуполь, Запоріжжя, Бахмут, ",
            "Суми – Полтава – ",
            "(Mariupol) ",
            "«Азовсталь» ",
            "10.03.2022 ",
            "9:00-10:00 ",
        ),
        *(
            "a-",
            "'",
            "9",
            " ",
            "(",
            "м. ",
            "from Mariupol to Zaporizhzhia and ",
            "двадцять п'ять тисяч ",
            "🔹",
            "\u202eMariupol\u202c ",
        ),
    ],
    ids=repr,
)
def test_a_sentence_without_end_is_read(reader: Gazetteer, unit: str) -> None:
    opening = "Гуманітарні коридори, евакуація людей: "
    reading_of(opening + unit * (20_000 // len(unit)), reader, language="uk")


def test_a_megabyte_of_announcements_in_all_languages_is_read(reader: Gazetteer) -> None:
    every = "\n\n".join(gold["text"] for gold in OWN)
    text = (every + "\n") * (MEGABYTE // len(every.encode()) + 1)
    reading_of(text[: MEGABYTE // 2], reader, language="uk")


# One text in another dress. Publishers' systems change these signs, and never what is said.
DRESSES: Mapping[str, Callable[[str], str]] = {
    "composed letters taken apart": lambda text: unicodedata.normalize("NFD", text),
    "lines ended as in Windows": lambda text: text.replace("\n", "\r\n"),
    "spaces that do not break": lambda text: text.replace(" ", "\xa0"),
    "spaces at the ends of lines": lambda text: text.replace("\n", "  \n") + "  ",
    "empty lines between lines": lambda text: text.replace("\n", "\n\n"),
    "typographer's apostrophes": lambda text: text.replace("'", "’"),
    "apostrophe letters": lambda text: text.replace("'", "ʼ").replace("’", "ʼ"),
    "straight apostrophes": lambda text: text.replace("’", "'"),
    "long dashes": lambda text: text.replace(" – ", " — "),
    "short dashes": lambda text: text.replace(" – ", " - "),
    "English quotes": lambda text: text.replace("«", "“").replace("»", "”"),
    "thin spaces in numbers": lambda text: _between_digits(text, "\u2009"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "invisible direction marks": lambda text: text.replace(", ", ",\u200f ").replace("\n", "\u200e\n"),
}


def _between_digits(text: str, space: str) -> str:
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(
        space if sign == " " and before.isdigit() and after.isdigit() else sign for before, sign, after in around
    )


def _told(result: Reading) -> list[object]:
    """Return what is said, without where it stands."""
    said = [
        (s.route, s.status, s.reason, s.valid_on, [(w.start, w.end) for w in s.windows], s.modes, s.purpose, s.people)
        for s in result.statements
    ]
    return [said, result.totals]


@pytest.mark.parametrize("dress", DRESSES)
def test_signs_that_say_nothing_change_nothing(reader: Gazetteer, dress: str) -> None:
    changed = []
    for gold in OWN:
        text = DRESSES[dress](gold["text"])
        plain, dressed = (
            reading_of(t, reader, language=gold["language"], countries=gold["country"]) for t in (gold["text"], text)
        )
        if _told(plain) != _told(dressed):
            changed.append(gold["id"])
    assert not changed
