"""The log of every process: machines and people can read it, and nothing that opens a door stands in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corridors.journal import discreet

SCRIPT = """
import logging, structlog
from corridors.journal import keep_journal
keep_journal({level!r}, {style!r})
log = structlog.get_logger()
log.debug("not told")
log.info("told", url="https://host.example/marker", nested={{"key": "cor_key_marker"}}, name="Маріуполь")
logging.getLogger("library").info("not told either")
try:
    marker = "local marker".upper()
    raise ValueError("postgresql://user:marker@db.example/name")
except ValueError as error:
    log.error("broke", exc_info=error)
    logging.getLogger("library").warning("also %s", "https://host.example/?q=marker", exc_info=True)
"""


def written(style: str, level: str = "info") -> str:
    """Return what a process writes that keeps the journal so."""
    script = [sys.executable, "-W", "error", "-c", SCRIPT.format(style=style, level=level)]
    done = subprocess.run(script, capture_output=True, text=True, check=True, encoding="utf-8")
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("style", ["json", "auto"])
def test_machines_get_one_object_a_line(style: str) -> None:
    told, broke, library = (json.loads(line) for line in written(style).splitlines())
    assert (told["event"], told["level"], told["url"]) == ("told", "info", "https://host.example/…")
    assert told["timestamp"].endswith("Z")
    assert told["name"] == "Маріуполь"
    assert broke["exception"].endswith("ValueError: postgresql://db.example/…")
    assert (library["event"], library["level"]) == ("also https://host.example/…", "warning")
    assert "Traceback" in library["exception"]


def test_people_get_text_without_colours_where_there_is_no_terminal() -> None:
    text = written("text")
    assert "[info     ] told" in text
    assert "Traceback" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("style", ["json", "text"])
def test_no_variable_and_no_secret_is_told(style: str) -> None:
    text = written(style)
    assert "LOCAL MARKER" not in text
    lines = [line for line in text.replace("\\n", "\n").splitlines() if "raise ValueError" not in line]
    assert "marker" not in "\n".join(lines), "but in the line of the program itself"


def test_the_least_level_holds() -> None:
    assert [json.loads(line)["event"] for line in written("json", "error").splitlines()] == [
        "broke",
        "also https://host.example/…",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("at https://host.example:8443/a/b?c=d#e!", "at https://host.example:8443/…", id="path and query"),
        pytest.param('"https://host.example?x"', '"https://host.example/…"', id="a query without a path"),
        pytest.param("https://u:p@host.example", "https://host.example", id="user and password"),
        pytest.param("Listening at: http://127.0.0.1:8000 (7)", "Listening at: http://127.0.0.1:8000 (7)", id="a host"),
        pytest.param("https://[2001:db8::1]:443/x", "https://[2001:db8::1]:443/…", id="IPv6"),
        pytest.param("Bearer abc.def-1 and whsec_aGk= too", "Bearer … and whsec_… too", id="keys"),
        pytest.param("13–15 March, 9:00, key_01 in a/b", "13–15 March, 9:00, key_01 in a/b", id="everything else"),
    ],
)
def test_what_opens_a_door_is_cut(line: str, told: str) -> None:
    assert discreet(line) == told


def test_gunicorn_keeps_the_same_journal_and_refuses_wrong_settings_with_one_line(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORRIDORS_")}
    environment |= {"CORRIDORS_DATA": str(tmp_path), "CORRIDORS_WEB_PROT": "1"}
    command = [sys.executable, "-m", "gunicorn", "--logger-class", "corridors.app.GunicornJournal", "--bind"]
    refused = subprocess.run(
        [*command, "127.0.0.1:0", "corridors.app:create_app()"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert refused.returncode == 2
    assert refused.stderr == "corridors: CORRIDORS_WEB_PROT: no such setting; did you mean CORRIDORS_WEB_PORT?\n"
    del environment["CORRIDORS_WEB_PROT"]
    failed = subprocess.run(
        [*command, "127.0.0.1:0", "corridors.app:create_app()"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert failed.returncode == 2
    assert failed.stderr.startswith("corridors: the database lacks 0001_first_tables")
    assert failed.stderr.endswith("run `corridors migrate`\n")
