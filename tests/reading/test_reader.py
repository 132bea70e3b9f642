"""Another reader than the rules: installed as pip would install it, chosen by its name, kept to the protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from corridors.cli.check import check
from corridors.cli.read import read
from corridors.config import Settings
from corridors.config.settings import ReadingSettings
from corridors.errors import PluginError
from corridors.intake import reading_of
from corridors.places import Gazetteer
from corridors.reading import read as rules
from corridors.reading.reader import chosen
from corridors.registry import load
from corridors.store import Store
from corridors.work import make_intake
from tests.make import a_document, a_source

MODULE = """
from datetime import date
from corridors.model import Place, Reading, Route, Statement, Status

def READER(document, *, languages, gazetteer, countries=(), timezone=None):
    if "nonsense" in document.text:
        return ["nonsense"]
    assert gazetteer.known("mariupol") and "uk" in languages
    route = Route(countries[0], Place("Here"), Place("There"))
    return Reading((Statement(route, Status.OPEN, (date(2022, 3, 14),) * 2),), language="xx")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a package with a reader of this name known, as an installation by pip would."""

    def installs(name: str) -> None:
        info = tmp_path / "site" / f"{name}_reader-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-reader\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[corridors.readers]\n{name} = {name}_reader\n")
        (info.parent / f"{name}_reader.py").write_text(MODULE)
        monkeypatch.syspath_prepend(str(info.parent))

    return installs


def readers() -> dict[str, object]:
    return load("corridors.readers", "READER")


def test_the_rules_read_unless_another_reader_is_named() -> None:
    assert chosen("rules", readers()) is rules


def test_an_installed_reader_reads_what_is_polled(
    install: Callable[[str], None], embedded: Store, tmp_path: Path, compiled_gazetteer: Path
) -> None:
    install("echo")
    (tmp_path / "gazetteer.db").symlink_to(compiled_gazetteer)
    settings = Settings(tmp_path, "sqlite://", reading=ReadingSettings("echo"))
    intake = make_intake(settings, embedded, progress=lambda _: None)
    reading = reading_of(a_document(), a_source(), intake.languages, intake.gazetteer, intake.reader)
    assert [s.route.origin and s.route.origin.name for s in reading.statements] == ["Here"]


def test_what_is_no_reading_is_refused_with_the_readers_name(
    install: Callable[[str], None], gazetteer: Gazetteer
) -> None:
    install("echo")
    reader = chosen("echo", readers())
    with pytest.raises(PluginError, match="'echo' returned a list"):
        reader(a_document("nonsense"), languages={}, gazetteer=gazetteer)


def test_a_reader_that_is_not_installed_is_said_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="'magic', but there is only: rules"):
        chosen("magic", readers())
    (tmp_path / "corridors.toml").write_text('[reading]\nreader = "magic"\n')
    result = CliRunner().invoke(check, ["--config", str(tmp_path)])
    assert isinstance(result.exception, PluginError)


def test_a_reader_must_be_callable_and_must_not_take_the_rules_name(install: Callable[[str], None]) -> None:
    with pytest.raises(PluginError, match="cannot be called"):
        chosen("odd", {"odd": 1})
    install("rules")
    with pytest.raises(PluginError, match="that name is taken"):
        readers()


def test_one_text_can_be_read_with_it(
    install: Callable[[str], None], compiled_gazetteer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("echo")
    monkeypatch.setenv("CORRIDORS_DATA", str(compiled_gazetteer.parent))
    result = CliRunner().invoke(read, ["--reader", "echo", "--country", "UA"], input="anything")
    assert result.output.startswith("Here → There\topen")
