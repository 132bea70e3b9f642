"""Whoever writes a source file sees what it would give before anybody is told of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.sources.wire import SAMPLES

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SOURCE = """
[[source]]
id = "a-feed"
kind = "feed"
url = "https://example.org/feed"
publisher = "A publisher"
countries = ["UA"]
languages = ["en"]
timezone = "Europe/Kyiv"
every = "10m"
"""
FEED = (
    '<rss version="2.0"><channel><title>t</title>'
    "<item><guid>1</guid><title>Corridor</title><pubDate>Mon, 14 Mar 2022 08:00:00 +0200</pubDate>"
    "<description>The humanitarian corridor from Mariupol to Zaporizhzhia opens today at 9:00.</description></item>"
    "<item><guid>2</guid><title>Weather</title><pubDate>Mon, 14 Mar 2022 09:00:00 +0200</pubDate>"
    "<description>It rains.</description></item></channel></rss>"
)
LOOPBACK = {"CORRIDORS_EGRESS_ALLOW_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def run(tmp_path: Path, compiled_gazetteer: Path) -> Run:
    """Run try-source in an empty folder, with place names ready and nothing else."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gazetteer.db").symlink_to(compiled_gazetteer)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CORRIDORS_")}
    environment |= {"CORRIDORS_DATA": str(tmp_path / "data")}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "corridors", "try-source", *words],
            cwd=tmp_path,
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def file(text: str) -> str:
        (tmp_path / "new.toml").write_text(text, encoding="utf-8")
        return "new.toml"

    return file


@contextmanager
def serving(body: bytes, asked: list[Any] | None = None) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/feed"
        server.shutdown()


def test_a_saved_page_shows_documents_claims_and_health_and_stores_nothing(
    run: Run, file: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "page.xml").write_text(FEED)
    told = run(file(SOURCE), "--body", "page.xml")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0] == "source    a-feed  feed, A publisher  (new.toml:3)"
    assert "outcome   ok: 2 seen, 2 understood" in lines
    assert "health    ok; the next poll would be after 10 min" in lines
    (claim,) = [line for line in lines if line.startswith("  claim")]
    assert "Mariupol → Zaporizhzhia" in claim
    assert "2022-03-14" in claim
    assert "09:00–" in claim
    assert lines[-1] == "together  2 documents, 1 claims, 0 doubts; nothing was stored"
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"gazetteer.db"}


def test_machines_get_the_shapes_of_the_api(run: Run, file: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(FEED)
    told = json.loads(run(file(SOURCE), "--body", "page.xml", "--json").stdout)
    assert (told["outcome"], told["seen"], told["understood"], told["complete"]) == ("ok", 2, 2, True)
    assert told["source"]["state"] == "ok"
    (claim,) = told["documents"][0]["claims"]
    assert claim["route"]["origin"]["name"] == "Mariupol"
    assert claim["source"] == "a-feed"
    assert told["documents"][0]["external_id"] == "1"
    assert told["documents"][0]["text"].startswith("The humanitarian corridor")


def test_what_a_filter_leaves_out_is_counted(run: Run, file: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(FEED)
    told = run(file(SOURCE + '[source.filter]\ninclude = ["corridor"]\n'), "--body", "page.xml")
    assert "2 seen, 2 understood, 1 left out by the filter" in told.stdout


def test_a_saved_telegram_page_is_read_and_its_older_pages_are_not_asked_for(
    run: Run, file: Callable[[str], str]
) -> None:
    text = SOURCE.replace('"feed"', '"telegram"').replace('url = "https://example.org/feed"', 'channel = "example_oda"')
    told = run(file(text + "recheck_pages = 1\n"), "--body", str(SAMPLES / "telegram.html"))
    assert told.returncode == 0, told.stdout + told.stderr
    assert "asked     https://t.me/s/example_oda" in told.stdout
    assert "warning   further pages are not in the saved one" in told.stdout


def test_a_server_is_asked_and_its_page_can_be_kept(run: Run, file: Callable[[str], str], tmp_path: Path) -> None:
    with serving(FEED.encode()) as url:
        told = run(file(SOURCE), "--url", url, "--save", "kept.xml", **LOOPBACK)
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "kept.xml").read_text() == FEED
    assert run("new.toml", "--body", "kept.xml").returncode == 0


def test_a_secret_comes_from_the_environment_and_is_shown_nowhere(run: Run, file: Callable[[str], str]) -> None:
    asked: list[Any] = []
    auth = 'auth = {type = "query", name = "key", value_env = "A_KEY"}\n'
    with serving(FEED.encode(), asked) as url:
        told = run(file(SOURCE + auth), "--url", url, A_KEY="hush", **LOOPBACK)
        unset = run("new.toml", "--url", url, **LOOPBACK)
    assert told.returncode == 0, told.stdout
    assert [path for path, _ in asked] == ["/feed?key=hush"]
    assert "hush" not in told.stdout + told.stderr
    assert unset.returncode == 1
    assert "the environment variable A_KEY is not set" in unset.stdout


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("<html><body>Sign in</body></html>", "outcome   wrong_type", id="a page instead of the feed"),
        pytest.param("<rss><channel/></rss>", "outcome   layout_changed", id="a feed that names nothing"),
    ],
)
def test_what_cannot_be_read_is_shown_with_a_hint(
    run: Run, file: Callable[[str], str], tmp_path: Path, body: str, said: str
) -> None:
    (tmp_path / "page").write_text(body)
    told = run(file(SOURCE), "--body", "page")
    assert told.returncode == 1
    assert said in told.stdout
    assert "hint      " in told.stdout
    assert f"it begins {body[:160]!r}" in told.stdout
    assert "Traceback" not in told.stderr


def test_an_address_that_may_not_be_asked_is_refused_with_the_setting(run: Run, file: Callable[[str], str]) -> None:
    told = run(file(SOURCE), "--url", "http://127.0.0.1:9/feed")
    assert told.returncode == 1
    assert "refused_address" in told.stdout
    assert "egress.allow_networks" in told.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(["none.toml"], 2, "none.toml: cannot be read", id="a file that is not there"),
        pytest.param(["no-such-id"], 1, "no source 'no-such-id'; there is: none", id="an id that is not there"),
        pytest.param(["two.toml"], 1, "holds several sources; choose one with --id: a-feed, b-feed", id="two sources"),
        pytest.param(["two.toml", "--id", "c"], 1, "no source 'c'; there is: a-feed, b-feed", id="neither of them"),
        pytest.param(["bad.toml"], 2, "bad.toml:2: source.id: is missing", id="a wrong file"),
        pytest.param(["two.toml", "--id", "a-feed", "--url", "x"], 2, "--url: write a whole address", id="no address"),
    ],
)
def test_a_wrong_call_is_answered_in_one_sentence(
    run: Run, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "two.toml").write_text(SOURCE + SOURCE.replace("a-feed", "b-feed").replace("org/feed", "org/b"))
    (tmp_path / "bad.toml").write_text(SOURCE.replace('id = "a-feed"\n', ""))
    told = run(*words)
    assert (told.returncode, said in told.stderr) == (code, True), told.stderr + told.stdout
    assert "Traceback" not in told.stderr
