"""How fast does the reader read, how soon, in how little memory, and does the time grow with the text alone?

    python -m tests.bench.reading

One core, in its own processor time, so that neighbours on the machine do not count. Wanted: 300 announcements of 1,000 characters a second, ready within 1 s, 250 MB resident, and ten times
the text in at most twelve times the time.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

STARTED = time.perf_counter()

from corridors.config import data_dir  # noqa: E402 (the import is part of what is measured)
from corridors.model import Document  # noqa: E402
from corridors.reading import read  # noqa: E402
from corridors.registry import load  # noqa: E402
from corridors.store.gazetteer import open_gazetteer  # noqa: E402
from tests.reading.scoring import announcements  # noqa: E402

OWN = Path(__file__).parent.parent / "reading" / "own"
LENGTH = 1000
ROUNDS = 3
AT = datetime(2022, 3, 14, 12, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    opened = time.perf_counter()
    gazetteer = open_gazetteer(data_dir() / "gazetteer.db")
    compiled = time.perf_counter() - opened
    languages = load("corridors.languages", "LANGUAGE")

    def understand(text: str, language: str | None = None) -> float:
        begun = time.process_time()
        document = Document("bench", "1", text, AT, language=language, published_at=AT)
        read(document, languages=languages, gazetteer=gazetteer, countries=["UA"])
        return time.process_time() - begun

    understand("Коридор Суми – Полтава.")
    ready = time.perf_counter() - STARTED - (compiled if compiled > 1 else 0)
    texts = [(text[:LENGTH], language) for language, text in _texts()]
    for text, language in texts:
        understand(text, language)
    took = min(sum(understand(text, language) for text, language in texts) for _ in range(ROUNDS))
    print(f"ready after                {ready:8.2f} s")
    print(f"announcements a second     {len(texts) / took:8.0f}")
    once, tenfold = (min(understand(texts[0][0] * n, "uk") for _ in range(3)) for n in (20, 200))
    print(f"ten times the text costs   {tenfold / once:8.1f} times")
    print(f"resident                   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    sys.stdout.flush()


def _texts() -> list[tuple[str, str]]:
    """Return (language, text) of our own announcements, joined to the length of a long one."""
    made = []
    for path in sorted(OWN.glob("*.jsonl")):
        joined = "\n".join(record["text"] for record in announcements(path))
        made += [(path.stem, joined[start : start + LENGTH]) for start in range(0, len(joined) - LENGTH, LENGTH)]
    return made


if __name__ == "__main__":
    main()
