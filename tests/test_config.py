"""What the operator writes is understood, or answered with the place and the mend."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from corridors.config import load_settings, load_sources
from corridors.config.settings import SECTIONS
from corridors.errors import ConfigError
from corridors.model import Authority
from corridors.registry import load

ROOT = Path(__file__).parent.parent
ADAPTERS = load("corridors.sources", "ADAPTER")
KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config" / "sources").mkdir(parents=True)
    return tmp_path / "config"


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"CORRIDORS_DATA": str(folder.parent / "data"), **(more or {})}


def test_the_shipped_file_says_exactly_the_defaults_of_the_code(folder: Path) -> None:
    shipped = tomllib.loads((ROOT / "config" / "corridors.toml").read_text(encoding="utf-8"))
    assert shipped.pop("database") == ""
    assert set(shipped) == set(SECTIONS) - {"clock"}  # the story's clock is the demo's business
    for section, table in shipped.items():
        shape, keys = SECTIONS[section]
        assert list(table) == list(keys)
        defaults = shape()
        for key, value in table.items():
            default = getattr(defaults, key)
            assert (keys[key].kind(value) if value != "" else "") == default, f"{section}.{key}"


def test_every_key_of_a_section_is_a_field_of_its_settings() -> None:
    for shape, keys in SECTIONS.values():
        assert set(keys) == {field.name for field in fields(shape)}


def test_the_shipped_sources_are_good() -> None:
    sources = load_sources(ROOT / "config", ADAPTERS)
    assert len({source.id for source in sources}) == len(sources) >= 3
    assert all(source.licence for source in sources)


def test_without_a_folder_the_defaults_hold_and_the_database_is_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings(environment={"CORRIDORS_DATA": str(tmp_path / "data"), "CORRIDORS_CONFIG": ""})
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'corridors.db'}"
    assert settings.web.port == 8000


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(folder: Path) -> None:
    (folder / "corridors.toml").write_text('database = "sqlite:////tmp/one.db"\n[web]\nport = 8100\n')
    said = environment(folder, {"CORRIDORS_WEB_PORT": "8200", "CORRIDORS_DATABASE": "sqlite:////tmp/two.db"})
    assert load_settings(folder, environment=environment(folder)).web.port == 8100
    assert load_settings(folder, environment=said).web.port == 8200
    assert load_settings(folder, environment=said).database == "sqlite:////tmp/two.db"
    assert load_settings(folder, database="sqlite:////tmp/3.db", environment=said).database == "sqlite:////tmp/3.db"
    assert load_settings(folder, environment={**said, "PORT": "5000"}).web.port == 5000


def test_the_addresses_that_hosting_platforms_give_are_understood(folder: Path) -> None:
    for url in ("postgres://u:p@h/n", "postgresql://u:p@h/n"):
        said = environment(folder, {"DATABASE_URL": url, "CORRIDORS_SECRET_KEY": KEY})
        assert load_settings(folder, environment=said).database == "postgresql+psycopg://u:p@h/n"


def test_a_secret_may_come_from_a_file(folder: Path) -> None:
    (folder / "admin").write_text("hush\n")
    said = environment(folder, {"CORRIDORS_ADMIN_KEY_FILE": str(folder / "admin")})
    settings = load_settings(folder, environment=said)
    assert settings.admin_key == "hush"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("[web]\nport = 80000", "corridors.toml:2: web.port: write a whole number", id="port too large"),
        pytest.param('[web]\nport = "x"', "corridors.toml:2: web.port: write a whole number", id="port a text"),
        pytest.param("[web]\nprot = 80", "corridors.toml:2: web.prot: no such key; did you mean port?", id="typo"),
        pytest.param("[wbe]\nport = 80", "corridors.toml:1: wbe: no such key; did you mean web?", id="section typo"),
        pytest.param("web = 3", "corridors.toml:1: web: write a table", id="section no table"),
        pytest.param(
            '[rules]\n\ngrace = "3"', "corridors.toml:3: rules.grace: write a number with a unit", id="no unit"
        ),
        pytest.param('[rules]\ngrace = "99d"', "corridors.toml:2: rules.grace: write a length of time", id="too long"),
        pytest.param('[log]\nlevel = "loud"', 'corridors.toml:2: log.level: write one of "debug"', id="no such word"),
        pytest.param('[api]\nanonymous_read = "maybe"', "api.anonymous_read: write true or false", id="no boolean"),
        pytest.param('[egress]\nallow_networks = ["10/8x"]', "write a network such as", id="no network"),
        pytest.param('[egress]\nallow_networks = "10.0.0.0"\nx = 1', "egress.x: no such key", id="two faults"),
        pytest.param('[web]\npublic_url = "ftp://x"', "web.public_url: write a whole address", id="no web address"),
        pytest.param('[web]\npublic_url = "https://u:p@x"', "leave user name and password out", id="credentials"),
        pytest.param('[clock]\nepoch_at = "2022-03-13"', "clock.epoch_at: write the offset", id="naive instant"),
        pytest.param('database = "mysql://x"', 'database: write "sqlite:', id="another engine"),
        pytest.param("[web\nport = 1", "is not TOML", id="no TOML"),
    ],
)
def test_a_wrong_setting_is_answered_with_its_place_and_the_mend(folder: Path, written: str, said: str) -> None:
    (folder / "corridors.toml").write_text(written)
    with pytest.raises(ConfigError) as error:
        load_settings(folder, environment=environment(folder))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        pytest.param({"CORRIDORS_WEB_PROT": "1"}, "did you mean CORRIDORS_WEB_PORT?", id="typo"),
        pytest.param({"CORRIDORS_WEB_PORT": "x"}, "CORRIDORS_WEB_PORT: write a whole number", id="no number"),
        pytest.param({"PORT": "x"}, "PORT: write a whole number", id="platform's port"),
        pytest.param({"CORRIDORS_ADMIN_KEY_FILE": "/nowhere"}, "CORRIDORS_ADMIN_KEY_FILE: /nowhere", id="no file"),
        pytest.param({"DATABASE_URL": "postgres://h/n"}, "CORRIDORS_SECRET_KEY: with PostgreSQL", id="no key"),
    ],
)
def test_a_wrong_variable_is_named(folder: Path, variables: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_settings(folder, environment=environment(folder, variables))
    assert said in str(error.value)


def test_a_folder_of_settings_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--config: .* is not a folder"):
        load_settings(tmp_path / "none", environment={})


GOOD = """
[[source]]
id = "ua-one"
kind = "feed"
url = "https://example.org/feed"
publisher = "One"
"""


def sources_of(folder: Path, text: str) -> Any:
    (folder / "sources" / "one.toml").write_text(text, encoding="utf-8")
    return load_sources(folder, ADAPTERS)


def test_a_source_has_sensible_defaults(folder: Path) -> None:
    (source,) = sources_of(folder, GOOD)
    assert source.authority is Authority.MEDIA
    assert source.every == timedelta(minutes=5)
    assert source.enabled
    assert source.defined_in == "sources/one.toml:3"


def test_every_key_of_a_source_is_understood(folder: Path) -> None:
    (source,) = sources_of(
        folder,
        GOOD
        + """
party = "UA"
authority = "official"
reliability = "b"
timezone = "Europe/Kyiv"
every = "2m"
dense = [{from = "07:00", to = "10:00", every = "1m"}]
[source.rate]
group = "t.me"
min_gap = "3s"
[source.fetch]
timeout = "10s"
max_bytes = "1MiB"
[source.expect]
min_items = 1
max_age = "3d"
""",
    )
    assert source.dense[0].every == timedelta(minutes=1)
    assert (source.rate_group, source.min_gap) == ("t.me", timedelta(seconds=3))
    assert (source.timeout, source.max_bytes) == (timedelta(seconds=10), 1024 * 1024)
    assert source.expect == {"min_items": 1, "max_age": timedelta(days=3)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(GOOD.replace("ua-one", "UA one"), "sources/one.toml:3: source.id: write it like", id="bad id"),
        pytest.param(GOOD.replace('kind = "feed"\n', ""), "source.kind: is missing", id="no kind"),
        pytest.param(
            GOOD.replace("feed", "fax", 1), "sources/one.toml:4: source.kind: write one of", id="unknown kind"
        ),
        pytest.param(GOOD.replace('publisher = "One"', ""), "source.publisher: is missing", id="no publisher"),
        pytest.param(GOOD + 'evry = "1m"\n', "source.evry: no such key; did you mean every?", id="typo"),
        pytest.param(GOOD + 'every = "1"\n', "source.every: write a number with a unit", id="no unit"),
        pytest.param(GOOD + 'timezone = "Kyiv"\n', "source.timezone: write an IANA time zone", id="no zone"),
        pytest.param(GOOD + 'countries = ["Ukraine"]\n', "source.countries: write it like", id="no country code"),
        pytest.param(GOOD + 'authority = "desk"\n', "source.authority: write one of", id="nobody is the desk"),
        pytest.param(GOOD + "[source.rate]\ngap = 1\n", "source.rate.gap: no such key", id="typo in a table"),
        pytest.param(GOOD + "[source.expect]\nmin_items = -1\n", "write a whole number", id="negative count"),
        pytest.param(GOOD + 'dense = [{from = "7", to = "10:00", every = "1m"}]\n', "write an hour", id="no hour"),
        pytest.param(GOOD.replace('url = "https://example.org/feed"', ""), "needs url", id="no address"),
        pytest.param(GOOD.replace("https:", "file:"), "source.url: write a whole address", id="a file"),
        pytest.param(GOOD + GOOD, "is taken by sources/one.toml", id="the same id twice"),
        pytest.param("[source]\nid = 1", "two brackets", id="one bracket"),
        pytest.param("[[sources]]\nid = 1", "did you mean source?", id="plural"),
    ],
)
def test_a_wrong_source_is_answered_with_its_place_and_the_mend(folder: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        sources_of(folder, text)
    assert said in str(error.value)


def test_every_problem_of_every_file_is_told_at_once(folder: Path) -> None:
    (folder / "sources" / "two.toml").write_text('[[source]]\nid = "x"\n')
    with pytest.raises(ConfigError) as error:
        sources_of(folder, GOOD + 'evry = "1m"\n' + GOOD.replace("ua-one", "ua two"))
    assert len(error.value.problems) >= 4
    assert "sources/one.toml:10" in str(error.value)


def test_a_storys_clock_stops_where_it_is_told(folder: Path) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    said = environment(
        folder,
        {
            "CORRIDORS_CLOCK_STARTED_AT": start.isoformat(),
            "CORRIDORS_CLOCK_EPOCH_AT": "2022-03-13T05:00:00Z",
            "CORRIDORS_CLOCK_SPEED": "3600",
            "CORRIDORS_CLOCK_UNTIL_AT": "2022-03-13T08:00:00Z",
        },
    )
    clock = load_settings(folder, environment=said).clock
    assert clock.at(start - timedelta(hours=1)) == datetime(2022, 3, 13, 5, tzinfo=UTC)
    assert clock.at(start + timedelta(seconds=1)) == datetime(2022, 3, 13, 6, tzinfo=UTC)
    assert clock.at(start + timedelta(seconds=9)) == datetime(2022, 3, 13, 8, tzinfo=UTC)
