"""Does any input make a parser fail, hang or swell? Coverage-guided fuzzing of one kind, by atheris where it is installed.

Run `python -m tests.bench.fuzzing KIND [-max_total_time=600 …]` (`pip install atheris`; further arguments are
libFuzzer's own), with a kind of tests/hostile/samples.py such as "feed" or "table (CSV)". Every fault ends the run and
prints its input; -timeout and -rss_limit_mb bound each input.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["corridors.sources", "corridors.wire"]):
    from tests.hostile.samples import SAMPLES
    from tests.hostile.test_fuzz import check, parsed


def main() -> None:
    """Fuzz until told to stop."""
    sample = SAMPLES[sys.argv[1]]

    def once(data: bytes) -> None:
        check(parsed(sample, data, "page", sample.content_type))

    with tempfile.TemporaryDirectory() as corpus:
        (Path(corpus) / "good").write_bytes(sample.good)
        limits = ["-timeout=5", "-rss_limit_mb=512", "-max_len=65536"]
        atheris.Setup([sys.argv[0], corpus, *limits, *sys.argv[2:]], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
