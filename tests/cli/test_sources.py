"""The ops room sees which sources it can hear, and an archive becomes history without a sound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corridors.cli.import_ import BATCH
from corridors.model import EVERYTHING
from corridors.store import Store
from tests.postgres import KEY
from tests.processes import eventually

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SOURCES = """
[[source]]
id = "good"
kind = "feed"
url = "https://example.org/feed"
publisher = "A publisher"
countries = ["UA"]
languages = ["uk"]
timezone = "Europe/Kyiv"

[[source]]
id = "bad"
kind = "feed"
url = "https://127.0.0.1:9/feed"
publisher = "Another"

[[source]]
id = "off"
kind = "feed"
url = "https://example.org/off"
publisher = "A third"
enabled = false
"""


def run_environment(folder: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CORRIDORS_")}
    return environment | {"CORRIDORS_DATA": str(folder / "data")}


@pytest.fixture
def run(tmp_path: Path, compiled_gazetteer: Path) -> Run:
    """Run a command beside three sources."""
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "a.toml").write_text(SOURCES)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gazetteer.db").symlink_to(compiled_gazetteer)
    environment = run_environment(tmp_path)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "corridors", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


def test_sources_are_listed_with_the_worst_first_and_their_polls_one_by_one(run: Run) -> None:
    told = run("sources")
    assert told.returncode == 0, told.stderr
    assert [line.split()[:2] for line in told.stdout.splitlines()] == [
        ["pending", "bad"],
        ["pending", "good"],
        ["off", "off"],
    ]
    for _ in range(3):
        assert run("poll", "bad").returncode == 1
    told = run("sources")
    assert told.returncode == 1
    assert told.stdout.startswith("failing  bad")
    assert "refused_address" in told.stdout
    one = run("sources", "bad")
    assert one.stdout.count("refused_address") == 4
    as_json = json.loads(run("sources", "bad", "--json").stdout)
    assert as_json["sources"][0]["state"] == "failing"
    assert len(as_json["polls"]) == 3
    assert run("sources", "none").stderr == "corridors: no source 'none'; there is: bad, good, off\n"


def a_line(number: int, **fields: object) -> str:
    told = {"id": str(number), "text": f"Відкрито коридор Маріуполь — Запоріжжя № {number}", **fields}
    return json.dumps(told, ensure_ascii=False)


def test_an_archive_is_history_goes_on_where_it_broke_off_and_tells_nobody(run: Run, tmp_path: Path) -> None:
    lines = [a_line(number, published="2022-03-14T09:00:00+02:00") for number in range(BATCH + 5)]
    (tmp_path / "archive.jsonl").write_text("\n".join(lines[:50]))
    assert run("import", "good", "archive.jsonl").stdout == "archive.jsonl: 50 read, 50 new\n"
    (tmp_path / "archive.jsonl").write_text("\n".join(lines) + "\n\n")
    told = run("import", "good", "archive.jsonl")
    assert (told.returncode, told.stdout) == (0, f"archive.jsonl: {BATCH + 5} read, {BATCH - 45} new\n"), told.stderr
    store = Store(f"sqlite:///{tmp_path / 'data' / 'corridors.db'}", KEY)
    with store.read() as tx:
        kept = tx.documents.page(source="good", before_id=None, limit=1000)
        assert all(one.historic for one in kept)
        assert len(kept) == BATCH + 5
        assert kept[0].document.published_at == datetime(2022, 3, 14, 7, tzinfo=UTC)
    store.dispose()


def test_an_archive_that_was_killed_half_way_is_taken_in_once(run: Run, tmp_path: Path) -> None:
    lines = [a_line(number, published="2022-03-14T09:00:00+02:00") for number in range(6 * BATCH)]
    (tmp_path / "archive.jsonl").write_text("\n".join(lines))
    assert run("sources").returncode == 0  # the tables are there
    store = Store(f"sqlite:///{tmp_path / 'data' / 'corridors.db'}", KEY)

    def kept() -> int:
        with store.read(EVERYTHING) as tx:
            return tx.pulse.kept()["documents"]

    process = subprocess.Popen(
        [sys.executable, "-m", "corridors", "import", "good", "archive.jsonl"],
        cwd=tmp_path,
        env=run_environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: kept() or process.poll() is not None, "the first batch is kept")
    process.kill()
    process.wait()
    before = kept()
    assert before % BATCH == 0  # a batch is kept whole, or not at all
    told = run("import", "good", "archive.jsonl")
    assert told.stdout == f"archive.jsonl: {6 * BATCH} read, {6 * BATCH - before} new\n", told.stderr
    with store.read(EVERYTHING) as tx:
        assert kept() == 6 * BATCH
        assert all(event.historic for event in tx.events.after(0, 1000))
    store.dispose()


def test_saved_pages_are_read_by_the_sources_own_kind(run: Run, tmp_path: Path) -> None:
    item = "<item><guid>7</guid><title>Corridor</title></item>"
    (tmp_path / "page.xml").write_text(f"<rss version='2.0'><channel><title>t</title>{item}</channel></rss>")
    (tmp_path / "other.xml").write_text("<html></html>")
    told = run("import", "good", "page.xml", "other.xml")
    assert told.returncode == 1
    assert told.stdout == "page.xml: 1 read, 1 new\nother.xml: 0 read, 0 new\n"
    assert told.stderr == "other.xml: an HTML page came instead of the feed\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "archive.jsonl:1: this is no JSON"),
        ('{"id": ' + "9" * 5000 + "}", "archive.jsonl:1: this is no JSON"),
        ("[]", "archive.jsonl:1: this is no JSON object"),
        ('{"id": "1"}', "archive.jsonl:1: text: a text is needed"),
        ('{"id": 1, "text": "a"}', "archive.jsonl:1: id: a text is needed"),
        (a_line(1, url=3), "archive.jsonl:1: url: a text or null is needed"),
        (a_line(1, published="yesterday"), "archive.jsonl:1: published: 'yesterday' is no instant"),
        (a_line(1, published="2022-03-14T09:00"), "lacks an offset such as +02:00"),
    ],
)
def test_a_line_that_is_no_document_is_named_and_the_others_are_kept(
    run: Run, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "archive.jsonl").write_text(f"{line}\n{a_line(2)}\n")
    told = run("import", "good", "archive.jsonl")
    assert told.returncode == 1
    assert said in told.stderr
    assert told.stdout == "archive.jsonl: 1 read, 1 new\n"
