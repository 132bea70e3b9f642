"""Every pack's own examples, read as any announcement is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corridors.model import Document, Statement
from corridors.places import Gazetteer
from corridors.reading import Example, Expected, Language, read
from corridors.registry import load

LANGUAGES: dict[str, Language] = load("corridors.languages", "LANGUAGE")
CASES = [
    pytest.param(language, example, id=f"{code}: {example.text[:50]}")
    for code, language in LANGUAGES.items()
    for example in language.examples
]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.name)
def test_a_pack_brings_examples_of_its_own(language: Language) -> None:
    assert len(language.examples) >= 4
    assert any(not example.claims for example in language.examples), "one that says nothing about a corridor"


@pytest.mark.parametrize(("language", "example"), CASES)
def test_an_example_reads_as_told(language: Language, example: Example, gazetteer: Gazetteer) -> None:
    noon = datetime(example.published.year, example.published.month, example.published.day, 12, tzinfo=UTC)
    document = Document("examples", language.code, example.text, noon, published_at=noon)
    reading = read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=[example.country])
    assert reading.language == language.code, "it is recognised"
    assert [_named(s) for s in reading.statements] == [(c.origin, c.destination) for c in example.claims]
    for statement, expected in zip(reading.statements, example.claims, strict=True):
        _agrees(statement, expected)
    if example.totals is not None:
        assert [(t.planned, t.operated, t.people) for t in reading.totals] == [example.totals]


def _named(statement: Statement) -> tuple[str | None, str | None]:
    ends = statement.route.origin, statement.route.destination
    return ends[0].name if ends[0] else None, ends[1].name if ends[1] else None


def _agrees(statement: Statement, expected: Expected) -> None:
    assert statement.status == expected.status
    assert statement.reason == expected.reason
    if expected.on is not None:
        assert statement.valid_on[0] == expected.on
    if expected.start is not None:
        assert [window.start for window in statement.windows] == [expected.start]
    if expected.modes is not None:
        assert statement.modes == expected.modes
    if expected.people is not None:
        assert statement.people == expected.people
    if expected.via is not None:
        assert tuple(stop.name for stop in statement.route.via) == expected.via
