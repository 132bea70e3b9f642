"""What a person types gets an answer that a tired person understands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from corridors.cli import COMMANDS

Run = Callable[..., "subprocess.CompletedProcess[str]"]

FEED = """
[[source]]
id = "a-feed"
kind = "feed"
url = "URL"
publisher = "A publisher"
countries = ["UA"]
languages = ["en"]
timezone = "Europe/Kyiv"
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in an empty folder with a data folder of its own."""
    (tmp_path / "here" / "config" / "sources").mkdir(parents=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CORRIDORS_")}
    environment |= {"CORRIDORS_DATA": str(tmp_path / "data")}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "corridors", *words],
            cwd=tmp_path / "here",
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    return tmp_path / "here" / "config"


def test_help_names_every_command_and_imports_none_of_them(run: Run) -> None:
    told = run("--help")
    assert told.returncode == 0
    for name, line in COMMANDS.items():
        assert name in told.stdout
        assert line.split()[0] in told.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    told = run(name, "--help")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Usage:")


def test_a_word_that_is_no_command_is_answered_with_those_there_are(run: Run) -> None:
    told = run("sevre")
    assert told.returncode == 2
    assert "serve" in told.stderr
    assert "Traceback" not in told.stderr


def test_migrate_makes_the_embedded_database_and_says_so_once(run: Run) -> None:
    assert "0001_first_tables" in run("migrate").stdout
    assert run("migrate").stdout == "The database was up to date.\n"


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(run: Run) -> None:
    made = run("key", "create", "--scope", "read", "--name", "our desk")
    secret = made.stdout.strip()
    assert made.returncode == 0
    assert len(secret) > 40
    listed = run("key", "list").stdout
    assert "our desk" in listed
    assert secret not in listed
    id_ = listed.split()[0]
    assert run("key", "revoke", id_).returncode == 0
    assert "revoked" in run("key", "list").stdout
    again = run("key", "revoke", id_)
    assert (again.returncode, again.stderr) == (1, f"corridors: no valid key {id_}; `corridors key list` shows them\n")


def test_a_key_holds_until_the_end_of_its_last_day_and_none_is_made_for_a_day_that_is_over(run: Run) -> None:
    assert run("key", "create", "--scope", "read", "--expires", "2099-12-31").returncode == 0
    assert "until 2099-12-31" in run("key", "list").stdout
    refused = run("key", "create", "--scope", "read", "--expires", "2020-01-01")
    assert (refused.returncode, "still to come" in refused.stderr) == (2, True)
    assert run("key", "create", "--scope", "root").returncode == 2
    assert run("key", "list").stdout.count("key_") == 1


def test_check_says_what_is_configured_and_changes_nothing(run: Run, configured: Path, tmp_path: Path) -> None:
    (configured / "sources" / "a.toml").write_text(FEED.replace("URL", "https://example.org/feed"))
    told = run("check")
    assert told.returncode == 0
    assert "a-feed" in told.stdout
    assert not (tmp_path / "data" / "corridors.db").exists()


def test_check_answers_every_mistake_with_its_place(run: Run, configured: Path) -> None:
    (configured / "corridors.toml").write_text("[web]\nprot = 1\n")
    told = run("check")
    assert told.returncode == 2
    assert told.stderr == "corridors: corridors.toml:2: web.prot: no such key; did you mean port?\n"
    (configured / "corridors.toml").unlink()
    (configured / "sources" / "a.toml").write_text(FEED.replace("feed", "fax", 2))
    told = run("check")
    assert (told.returncode, told.stderr.count("\n")) == (2, 2)


def test_serve_refuses_a_port_that_is_taken(run: Run) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as taken:
        told = run("serve", "--port", str(taken.server_address[1]))
    assert told.returncode == 2
    assert "choose another with --port" in told.stderr


def test_poll_of_a_source_that_is_not_there_names_those_that_are(run: Run, configured: Path) -> None:
    (configured / "sources" / "a.toml").write_text(FEED.replace("URL", "https://example.org/feed"))
    told = run("poll", "b-feed")
    assert (told.returncode, told.stderr) == (1, "corridors: no source 'b-feed'; there is: a-feed\n")


def test_poll_reads_a_source_and_says_what_came_of_it(
    run: Run, configured: Path, tmp_path: Path, compiled_gazetteer: Path
) -> None:
    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                b'<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>Corridor</title>'
                b"<pubDate>Mon, 14 Mar 2022 08:00:00 +0200</pubDate>"
                b"<description>The corridor from Mariupol to Zaporizhzhia opens today at 9:00.</description>"
                b"</item></channel></rss>"
            )
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "gazetteer.db").symlink_to(compiled_gazetteer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Feed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/feed"
        (configured / "sources" / "a.toml").write_text(FEED.replace("URL", url))
        refused = run("poll", "a-feed")
        assert refused.returncode == 1
        assert "refused_address" in refused.stdout
        assert "allow_networks" in refused.stdout
        told = run("poll", CORRIDORS_EGRESS_ALLOW_NETWORKS="127.0.0.0/8")
        again = run("poll", CORRIDORS_EGRESS_ALLOW_NETWORKS="127.0.0.0/8")
        server.shutdown()
    assert (told.returncode, told.stdout) == (0, "a-feed: ok, 1 seen, 1 new\n"), told.stderr
    assert again.stdout == "a-feed: ok, 1 seen, 0 new\n"
