"""`corridors read`: JSON lines answered one by one, bad ones named, one text for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corridors.cli.read import read

TEXT = "Evacuation from Mariupol to Zaporizhzhia today, by own transport."
GOOD = {"id": "good", "text": TEXT, "country": "UA", "published": "2022-03-14"}


@pytest.fixture(autouse=True)
def data(compiled_gazetteer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the compiled gazetteer is the data directory."""
    monkeypatch.setenv("CORRIDORS_DATA", str(compiled_gazetteer.parent))


def run(*arguments: str, given: str | bytes) -> Result:
    return CliRunner().invoke(read, arguments, input=given)


def test_a_line_in_is_a_line_out() -> None:
    result = run("--jsonl", given=json.dumps(GOOD) + "\n\n" + json.dumps({"id": "none", "text": "Good morning."}))
    first, second = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (first["id"], second["id"], second["claims"]) == ("good", "none", [])
    (claim,) = first["claims"]
    assert (claim["origin"]["name"], claim["destination"]["name"]) == ("Mariupol", "Zaporizhzhia")
    assert claim["date"] == "2022-03-14"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"text": ""}', "id: "),
        ('{"id": "a"}', "text: "),
        ('{"id": "a", "text": "", "title": 1}', "title: "),
        ('{"id": "a", "text": "", "country": "Ukraine"}', "country: "),
        ('{"id": "a", "text": "", "country": [1]}', "country: "),
        ('{"id": "a", "text": "", "published": "2022-02-30"}', "published: '2022-02-30' is no day"),
        ('{"id": "a", "text": "", "published": "2022-02-28T10:00:00"}', "lacks an offset"),
        ('{"id": "a", "text": "\\ud800"}', "text: bytes or characters"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(line: str, said: str) -> None:
    result = run("--jsonl", given=f"{line}\n{json.dumps(GOOD)}\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("line 1: ")
    assert said in result.stderr
    assert [json.loads(answer)["id"] for answer in result.stdout.splitlines()] == ["good"]


def test_a_line_that_is_not_utf8_is_a_bad_line() -> None:
    result = run("--jsonl", given=b'{"id": "a", "text": "\xff"}\n' + json.dumps(GOOD).encode())
    assert result.exit_code == 1
    assert "line 1: text: bytes" in result.stderr
    assert json.loads(result.stdout)["id"] == "good"


def test_one_text_is_shown_to_people() -> None:
    result = run("--published", "2022-03-14", "--country", "ua", "--marks", given=TEXT)
    assert result.exit_code == 0
    assert "Mariupol" in result.stdout
    assert "Zaporizhzhia" in result.stdout
    assert "2022-03-14" in result.stdout


def test_a_text_that_is_not_utf8_is_refused() -> None:
    result = run(given=b"\xff\xfe")
    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


def test_who_announced_agreed_and_guaranteed_is_told() -> None:
    told = "Russia has not confirmed. The ICRC guarantees safe passage. The corridor was announced by Ukraine."
    line = json.dumps({**GOOD, "text": f"{TEXT} {told}"})
    (claim,) = json.loads(run("--jsonl", given=line).stdout)["claims"]
    assert (claim["announced_by"], claim["guarantors"]) == ("UA", ["ICRC"])
    assert claim["stances"] == [{"party": "RU", "stance": "unknown"}]
    shown = run("--country", "UA", "--published", "2022-03-14", given=f"{TEXT} {told}").stdout
    assert "announced by UA; RU unknown; guaranteed by ICRC" in shown
