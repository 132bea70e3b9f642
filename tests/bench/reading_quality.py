"""Print and keep how right the reader is, per language and in total.

    python -m tests.bench.reading_quality [--errors] [GOLD.jsonl ...]

Reads our own announcements (tests/reading/own) and every GOLD file given, as `corridors read --jsonl` would, and writes
the tables to tests/bench/results/reading_quality.txt: per language, and once more for each half of the announcements
(an announcement's half follows from its id alone). Whoever mends the reader looks at the errors of the first half and
at the figures of the second; when these stay behind, it was fitted and not mended. With --errors it also prints what
was missed and what was invented in the first half; --both-halves adds the second.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from corridors.config import data_dir
from corridors.reading import Language
from corridors.registry import load
from corridors.store.gazetteer import open_gazetteer
from tests.reading.scoring import Json, Score, announcements, answer, missed_and_invented, score

OWN = Path(__file__).parent.parent / "reading" / "own"
HALVES = (1, 2)
RESULTS = Path(__file__).parent / "results" / "reading_quality.txt"


def main() -> None:
    """Read, judge, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what was missed (-) and what was invented (+)")
    parser.add_argument("--both-halves", action="store_true", help="print the errors of the second half, too")
    asked = parser.parse_args()
    languages: Mapping[str, Language] = load("corridors.languages", "LANGUAGE")
    gazetteer = open_gazetteer(data_dir() / "gazetteer.db")
    sets: list[tuple[str, list[Path]]] = [("own", sorted(OWN.glob("*.jsonl")))]
    lines: list[str] = []
    for name, paths in [*sets, *((path.stem, [path]) for path in asked.gold)]:
        pairs: list[tuple[Json, Json]] = [(gold, answer(gold, languages, gazetteer)) for gold in announcements(*paths)]
        lines += [*_table(name, pairs), ""]
        for half in HALVES:
            own = [(gold, found) for gold, found in pairs if half_of(gold["id"]) == half]
            lines += [*_table(f"{name}, half {half}", own), ""]
        if asked.errors:
            for gold, found in pairs:
                if asked.both_halves or half_of(gold["id"]) == HALVES[0]:
                    print(*_errors(gold, found), sep="\n", end="")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines))


def half_of(identifier: str) -> int:
    """Return in which half an announcement is, for ever the same."""
    return HALVES[hashlib.sha256(identifier.encode()).digest()[0] % 2]


def _table(name: str, pairs: list[tuple[Json, Json]]) -> Iterator[str]:
    """Yield a line of headings, a line for each language, and one for all of them."""
    by_language: defaultdict[str, Score] = defaultdict(Score)
    for gold, found in pairs:
        by_language[gold["language"]] += score([(gold, found)])
    rows = [*sorted(by_language.items()), ("all", sum(by_language.values(), Score()))]
    yield "  ".join([f"{name:24.24}", *(f"{key:>12}" for key in Score().figures())])
    for language, judged in rows:
        yield "  ".join([f"{language:24}", *(f"{_shown(value):>12}" for value in judged.figures().values())])


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def _errors(gold: Json, found: Json) -> Iterator[str]:
    missed, invented = missed_and_invented(gold, found)
    told = {key: value for key, value in found["totals"].items() if gold["totals"].get(key) != value}
    if missed or invented or told:
        yield f"--- {gold['id']} ({gold['kind']})"
        yield from (f"  - {_line(claim)}" for claim in missed)
        yield from (f"  + {_line(claim)}" for claim in invented)
        yield from (f"  totals.{key}: {gold['totals'].get(key)} was read as {value}" for key, value in told.items())
        yield ""


def _line(claim: Json) -> str:
    ends = [place["name"] if place else "?" for place in (claim["origin"], claim["destination"])]
    return f"{' > '.join(ends)} [{claim['status']} {claim['date']}]"


if __name__ == "__main__":
    main()
