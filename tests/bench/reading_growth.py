"""Print and keep how the time of a reading grows with its text: ten times the text should take at most twelve times as long.

    python -m tests.bench.reading_growth

Each shape is one text repeated, with line breaks (ordinary) or as one sentence without an end (hostile). The table is
written to tests/bench/results/reading_growth.txt; nothing is asserted, a busy machine would make a liar of it.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from corridors.config import data_dir
from corridors.model import Document
from corridors.reading import read
from corridors.registry import load
from corridors.store.gazetteer import open_gazetteer

RESULTS = Path(__file__).parent / "results" / "reading_growth.txt"
NOW = datetime(2022, 3, 18, 9, tzinfo=UTC)
SIZES = (10_000, 100_000)
GIVE_UP_SECONDS = 60.0
OPENING = {"uk": "Гуманітарні коридори, евакуація людей: ", "en": "Humanitarian corridor, evacuation of people: "}
SHAPES = {
    "announcements, line by line": (
        "en",
        "Corridors are agreed for 19 March: from Sumy via Romny to Poltava. 600 left.\n",
    ),
    "a list of routes": ("uk", "• Суми – Полтава (автобуси)\n"),
    "empty lines": ("uk", "\n"),
    "names with commas": ("uk", "Маріуполь, Запоріжжя, Бахмут, "),
    "a chain of dashes": ("uk", "Суми – Полтава – "),
    "routes joined by and": ("en", "from Mariupol to Zaporizhzhia and "),
    "names in brackets": ("en", "(Mariupol) "),
    "names in quotes": ("uk", "«Азовсталь» "),
    "dates": ("en", "10.03.2022 "),
    "hours": ("en", "9:00-10:00 "),
    "number words": ("uk", "двадцять п'ять тисяч "),
    "hyphens": ("en", "a-"),
    "one long word": ("uk", "а"),
    "digits": ("en", "9"),
    "direction marks": ("en", "\u202eMariupol\u202c "),
}


def main() -> None:
    """Measure, print and keep."""
    languages = load("corridors.languages", "LANGUAGE")
    gazetteer = open_gazetteer(data_dir() / "gazetteer.db")

    def seconds(code: str, text: str) -> float:
        document = Document("bench", "1", text, NOW, language=code, published_at=NOW)
        begin = time.process_time()
        read(document, languages=languages, gazetteer=gazetteer, countries=("UA",))
        return time.process_time() - begin

    lines = ["  ".join([f"{'seconds for':28}", *(f"{size:>9,}" for size in SIZES), "    times"])]
    for name, (code, unit) in SHAPES.items():
        seconds(code, OPENING[code] + unit)
        taken = []
        for size in SIZES:
            taken.append(seconds(code, OPENING[code] + unit * (size // len(unit))))
            if taken[-1] * (SIZES[1] / SIZES[0]) ** 2 > GIVE_UP_SECONDS:
                break  # were it quadratic, the next one would take for ever
        growth = f"{taken[-1] / taken[0]:9.1f}" if len(taken) == len(SIZES) else "given up"
        lines.append("  ".join([f"{name:28}", *(f"{one:9.3f}" for one in taken), growth]))
        print(lines[-1], flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"kept in {RESULTS.name}\n")


if __name__ == "__main__":
    main()
