"""Whatever the text, the reader answers, the same every time, and points into it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.model import Document, Reading
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.registry import load

LANGUAGES: dict[str, Language] = load("corridors.languages", "LANGUAGE")
AT = datetime(2022, 3, 14, 12, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "з Маріуполя", "до Запоріжжя", "Суми – Полтава", "из Сум", "в Полтаву", "from Bucha", "to Kyiv", "من حلب", "إلى إدلب",
        "не погоджено", "евакуйовано", "9:00", "14 березня", "400 людей", "тис.", "(", ")", ":", ";", "\n", "\n- ", "«", "»", "–",
        "14.03", "1", "00", "з", "до", "via", "туди ж", "звідти", "завтра", "сьогодні", "'", "№ 5/6", "мск", "10 a.m.", "\u202e", "🚌",
    ]
)  # fmt: skip


def understood(text: str, gazetteer: Gazetteer, title: str = "") -> Reading:
    document = Document("s", "1", text, AT, title=title, published_at=AT)
    return read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=["UA"])


def points_inside(reading: Reading, title: str, text: str) -> bool:
    lengths = {"title": len(title), "text": len(text)}
    spans = [span for s in reading.statements for span in s.spans.values()]
    spans += [doubt.span for doubt in reading.doubts if doubt.span]
    return all(0 <= span.start < span.end <= lengths[span.field] for span in spans)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.text(max_size=40))
def test_any_unicode_is_read(gazetteer: Gazetteer, text: str, title: str) -> None:
    assert points_inside(understood(text, gazetteer, title), title, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join))
def test_any_mixture_of_words_is_read_and_read_the_same_again(gazetteer: Gazetteer, text: str) -> None:
    first = understood(text, gazetteer)
    assert points_inside(first, "", text)
    assert understood(text, gazetteer) == first


def test_a_megabyte_without_an_end_of_sentence_is_read(gazetteer: Gazetteer) -> None:
    for unit in ("з Сум до Полтави, ", "9" * 50, "a'", "(", "\n- Суми – Полтава", "Суми–"):
        text = unit * (200_000 // len(unit))
        assert points_inside(understood(text, gazetteer), "", text)


def test_another_process_reads_the_same(compiled_gazetteer: Path) -> None:
    script = (
        "import sys, pathlib, datetime as d\n"
        "from corridors.model import Document\n"
        "from corridors.reading import read\n"
        "from corridors.registry import load\n"
        "from corridors.store.gazetteer import open_gazetteer\n"
        "at = d.datetime(2022, 3, 14, 12, tzinfo=d.UTC)\n"
        "text = 'Із Сум та Лебедина до Полтави відкрито коридор; з Бучі вивезли 400 людей, колону з Ірпеня обстріляли.'\n"
        "document = Document('s', '1', text, at, published_at=at)\n"
        "packs = load('corridors.languages', 'LANGUAGE')\n"
        "print(read(document, languages=packs, gazetteer=open_gazetteer(pathlib.Path(sys.argv[1])), countries=['UA']))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script, str(compiled_gazetteer)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
