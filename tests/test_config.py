"""What the operator writes is understood, or answered with the place and the mend."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from corridors.config import advice, load_settings, load_sources
from corridors.config.settings import SECTIONS
from corridors.errors import ConfigError
from corridors.model import Auth, Authority, Source
from corridors.registry import load
from corridors.sources import load_adapters

ROOT = Path(__file__).parent.parent
ADAPTERS = load_adapters()
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


SHIPPED = load_sources(ROOT / "config", ADAPTERS)


def test_the_shipped_sources_cover_the_theatres_and_leave_nothing_to_be_advised() -> None:
    assert len(SHIPPED) >= 20
    assert {"UA", "PS", "SD", "SY", "CD"} <= {country for source in SHIPPED for country in source.countries}
    assert {source.kind for source in SHIPPED} >= {"telegram", "feed", "json"}
    assert not advice(SHIPPED, load("corridors.languages", "LANGUAGE"), {})


@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.id)
def test_a_shipped_source_says_its_terms_and_why_it_is_off(source: Source) -> None:
    assert source.licence
    assert source.rate_group
    assert source.min_gap >= timedelta(seconds=2)
    name, _, line = source.defined_in.partition(":")
    above = (ROOT / "config" / name).read_text(encoding="utf-8").splitlines()[: int(line) - 2]
    comment = list(takewhile(lambda text: text.startswith("#"), reversed(above)))
    assert source.enabled or comment[-1].startswith("# Off: ")


def test_what_needs_an_approved_name_is_off_and_takes_it_from_the_environment() -> None:
    (api,) = [source for source in SHIPPED if source.id == "reliefweb-api"]
    assert api.auth == Auth("query", "RELIEFWEB_APPNAME", "appname")
    assert not api.enabled


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
        pytest.param("[worker]\nfetchers = 0", "worker.fetchers: write a whole number from 1", id="no fetchers"),
        pytest.param('[worker]\nlease = "2s"', "worker.lease: write a length of time from 10s", id="lease too short"),
        pytest.param("[worker]\ntick = 1", "worker.tick: write a number with a unit", id="a bare number"),
        pytest.param("[web]\nthreads = true", "web.threads: write a whole number", id="a boolean for a number"),
        pytest.param('[log]\nformat = "xml"', 'log.format: write one of "auto"', id="no such format"),
        pytest.param('[retention]\nbodies = "0s"', "retention.bodies: write a length of time", id="nothing kept"),
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


def good(*lines: str, kind: str = "feed") -> str:
    """Return a good source of a kind with further lines."""
    own = {"telegram": 'channel = "one"', "json": 'url = "https://example.org/api"\nmap = {title = "t"}'}
    address = own.get(kind, 'url = "https://example.org/feed"')
    return "\n".join(["[[source]]", 'id = "ua-one"', f'kind = "{kind}"', 'publisher = "One"', address, *lines, ""])


AUTH = 'auth = {type = "query", name = "key", value_env = "A_KEY"}'
WRONG = {
    "bad id": (GOOD.replace("ua-one", "UA one"), "sources/one.toml:3: source.id: write it like"),
    "no id": (GOOD.replace('id = "ua-one"\n', ""), "sources/one.toml:2: source.id: is missing"),
    "no kind": (GOOD.replace('kind = "feed"\n', ""), "source.kind: is missing"),
    "unknown kind": (GOOD.replace("feed", "fax", 1), "sources/one.toml:4: source.kind: write one of"),
    "no publisher": (GOOD.replace('publisher = "One"', ""), "source.publisher: is missing"),
    "empty publisher": (GOOD.replace('"One"', '" "'), "source.publisher: write a text"),
    "typo": (GOOD + 'evry = "1m"\n', "source.evry: no such key; did you mean every?"),
    "no unit": (GOOD + 'every = "1"\n', "source.every: write a number with a unit"),
    "too often": (GOOD + 'every = "100ms"\n', "source.every: write a length of time from 1s to 7d"),
    "no zone": (GOOD + 'timezone = "Kyiv"\n', "source.timezone: write an IANA time zone"),
    "no country code": (GOOD + 'countries = ["Ukraine"]\n', "source.countries: write it like"),
    "no language code": (GOOD + 'languages = ["ukr"]\n', 'source.languages: write it like "uk"'),
    "nobody is the desk": (GOOD + 'authority = "desk"\n', "source.authority: write one of"),
    "no reliability": (GOOD + 'reliability = "z"\n', 'source.reliability: write one of "a"'),
    "a party in words": (GOOD + 'party = "Ukraine"\n', 'source.party: write it like "UA"'),
    "no such terms": (GOOD + 'republish = "yes"\n', 'source.republish: write one of "full"'),
    "too much jitter": (GOOD + "jitter = 2\n", "source.jitter: write a number from 0 to 1"),
    "enabled in words": (GOOD + 'enabled = "perhaps"\n', "source.enabled: write true or false"),
    "typo in rate": (GOOD + "[source.rate]\ngap = 1\n", "one.toml:8: source.rate.gap: no such key"),
    "a gap without a group": (
        GOOD + '[source.rate]\nmin_gap = "3s"\n',
        "source.rate.group: name the group whose members keep this gap",
    ),
    "asked more often than its group allows": (
        good('every = "2s"', 'rate = {group = "g", min_gap = "3s"}'),
        "sources/one.toml:6: source.every: write at least 3s, the min_gap of its rate group",
    ),
    "negative count": (GOOD + "[source.expect]\nmin_items = -1\n", "source.expect.min_items: write a whole number"),
    "age below the interval": (
        good('every = "10m"', "[source.expect]", 'max_age = "5m"'),
        "sources/one.toml:8: source.expect.max_age: write more than 10m, the time between two polls",
    ),
    "typo in expect": (
        good("[source.expect]", 'max_agee = "5m"'),
        "sources/one.toml:7: source.expect.max_agee: no such key; did you mean max_age?",
    ),
    "size without a unit": (good("fetch = {max_bytes = 1000}"), "source.fetch.max_bytes: write a size with a unit"),
    "too many redirects": (good("fetch = {max_redirects = 99}"), "source.fetch.max_redirects: write a whole number"),
    "an expectation that is no table": (good("expect = 3"), "sources/one.toml:6: source.expect: write a table"),
    "a filter that is no list": (good("filter = {include = 3}"), "source.filter.include: write a list"),
    "no hour": (good('dense = [{from = "7", to = "10:00", every = "1m"}]'), "source.dense.from: write an hour"),
    "an hour missing": (good('dense = [{from = "07:00", every = "1m"}]'), "one.toml:6: source.dense.to: is missing"),
    "dense is no list": (good('dense = "07:00"'), "source.dense: write a list of"),
    "a slowest that is fast": (good('every = "5m"', 'slowest = "2m"'), "source.slowest: write more than 5m"),
    "an empty window": (
        good('dense = [{from = "07:00", to = "07:00", every = "1m"}]'),
        "sources/one.toml:6: source.dense: 07:00 to 07:00 is no time at all",
    ),
    "windows that overlap": (
        good('dense = [{from="07:00", to="10:00", every="1m"}, {from="09:00", to="11:00", every="2m"}]'),
        "source.dense: 07:00-10:00 and 09:00-11:00 overlap",
    ),
    "windows that overlap over midnight": (
        good('dense = [{from="22:00", to="02:00", every="1m"}, {from="01:00", to="03:00", every="1m"}]'),
        "overlap; write windows that follow each other",
    ),
    "a window that is not denser": (
        good('every = "2m"', 'dense = [{from = "07:00", to = "10:00", every = "3m"}]'),
        "sources/one.toml:7: source.dense: write an `every` shorter than the usual 2m",
    ),
    "no address": (GOOD.replace('url = "https://example.org/feed"', ""), "a feed source needs url"),
    "a file": (GOOD.replace("https:", "file:"), "source.url: write a whole address"),
    "credentials in the address": (GOOD.replace("//example", "//u:p@example"), "leave user name and password out"),
    "a secret in the address": (
        GOOD.replace("/feed", "/feed?lang=uk&api_key=abc"),
        'sources/one.toml:5: source.url: leave api_key out of the address and write auth = {type = "query", '
        'name = "api_key", value_env = "UA_ONE_KEY"}',
    ),
    "an application name in the address": (GOOD.replace("/feed", "/v2?appname=us"), "leave appname out of the address"),
    "a secret in a header": (
        good("[source.fetch]", 'headers = {Authorization = "Bearer abc"}'),
        'source.fetch.headers: leave Authorization out of the headers and write auth = {type = "header"',
    ),
    "a secret in the file": (
        good('auth = {type = "query", name = "key", value = "abc"}'),
        'sources/one.toml:6: source.auth.value: leave the secret out of the file: write value_env = "…"',
    ),
    "a variable that is none": (good(AUTH.replace("A_KEY", "a key")), "source.auth.value_env: write it like"),
    "a variable of our own": (good(AUTH.replace("A_KEY", "CORRIDORS_KEY")), "source.auth.value_env: write it like"),
    "no such way to show a secret": (good(AUTH.replace("query", "oauth")), 'source.auth.type: write one of "query"'),
    "a secret without its parameter": (good(AUTH.replace('name = "key", ', "")), "name the query parameter"),
    "a secret without its variable": (good('auth = {type = "basic"}'), "source.auth.value_env: is missing"),
    "the same id twice": (
        GOOD + GOOD.replace("/feed", "/other"),
        "sources/one.toml:9: source.id: 'ua-one' is taken by sources/one.toml:3",
    ),
    "the same address twice": (
        GOOD + GOOD.replace("ua-one", "ua-two").replace("example.org", "EXAMPLE.org"),
        "sources/one.toml:9: source: ua-one polls the same address (sources/one.toml:3); keep one",
    ),
    "the same channel twice": (
        good(kind="telegram") + good(kind="telegram").replace("ua-one", "ua-two").replace('"one"', '"t.me/s/ONE"'),
        "ua-one polls the same address",
    ),
    "one bracket": ("[source]\nid = 1", "two brackets"),
    "plural": ("[[sources]]\nid = 1", "did you mean source?"),
    "no channel": (good(kind="telegram").replace('"one"', '"no channel!"'), "source.channel: write the channel's name"),
    "a channel that is a number": (good(kind="telegram").replace('"one"', "1"), "source.channel: write a text"),
    "a channel and no name": (good(kind="telegram").replace('channel = "one"', ""), "needs channel or url"),
    "pages in words": (good('recheck_pages = "one"', kind="telegram"), "source.recheck_pages: write a whole number"),
    "too many pages": (good("recheck_pages = 99", kind="telegram"), "one.toml:6: source.recheck_pages: write a whole"),
    "an option of another kind": (good('channel = "one"'), "source.channel: no such key"),
    "an identity of nothing": (good('identity = {from = "title"}'), "source.identity: write from as one of"),
    "an identity that is no pattern": (good('identity = {regex = "("}'), "source.identity: regex is not a regular"),
    "a date format that is none": (good('date_formats = ["dd.mm"]'), "source.date_formats: write strptime formats"),
    "json without a map": (
        good(kind="json").replace('map = {title = "t"}', ""),
        "sources/one.toml:1: source.map: is missing",
    ),
    "a map without words": (good(kind="json").replace("title", "url"), "one.toml:6: source.map: say where `title` or"),
    "a map of an unknown field": (good(kind="json").replace("title", "titel"), "`map` has no field 'titel'"),
    "a path that is none": (good('records = "a["', kind="json"), "source.records: 'a[' is not a JMESPath expression"),
    "a paging that is none": (good('paging = {type = "scroll"}', kind="json"), "source.paging: write type as one of"),
    "a paging without a size": (
        good('paging = {type = "offset", param = "o"}', kind="json"),
        'sources/one.toml:7: source.paging: type "offset" needs `size`',
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_source_is_answered_with_its_place_and_the_mend(folder: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        sources_of(folder, text)
    assert said in str(error.value)
    assert all("one.toml" in problem and "\n" not in problem for problem in error.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(good(AUTH, kind="json"), id="a secret by its variable"),
        pytest.param(good('filter = {include = ["коридор"]}', 'expect = {must_contain = "<rss"}'), id="a filter"),
        pytest.param(
            good('dense = [{from="22:00", to="02:00", every="1m"}, {from="02:00", to="03:00", every="2m"}]'),
            id="windows that follow each other over midnight",
        ),
        pytest.param(good() + good(kind="telegram").replace("ua-one", "ua-two"), id="two sources"),
        pytest.param(GOOD.replace("/feed", "/feed?search=key"), id="a harmless parameter"),
    ],
)
def test_a_good_source_is_not_doubted(folder: Path, text: str) -> None:
    assert sources_of(folder, text)


def test_a_source_of_several_tables_is_found_at_its_own_lines(folder: Path) -> None:
    first = good("[[source.dense]]", 'from = "07:00"', 'to = "08:00"', 'every = "1m"')
    second = good('evry = "1m"').replace("ua-one", "ua-two").replace("/feed", "/other")
    with pytest.raises(ConfigError, match=r"sources/one.toml:15: source.evry"):
        sources_of(folder, first + second)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            good('languages = ["uk", "ka"]', 'licence = "l"'),
            ["sources/one.toml:2: source.languages: nothing here reads ka yet; there is en, uk"],
            id="a language that nobody reads",
        ),
        pytest.param(
            good(AUTH, 'licence = "l"'),
            ["sources/one.toml:2: source.auth: set A_KEY (or A_KEY_FILE) before polling"],
            id="a secret that is not set",
        ),
        pytest.param(good(AUTH, 'licence = "l"', "enabled = false"), [], id="a secret of what is not polled"),
        pytest.param(
            good('licence = "l"', kind="telegram"),
            ['sources/one.toml:2: source.rate: write group = "t.me", so that channels are asked in turn'],
            id="a channel that waits for no other",
        ),
        pytest.param(good(), ["sources/one.toml:2: source.licence: say on what terms"], id="no terms"),
        pytest.param(
            "".join(
                good('every = "5s"', 'licence = "l"', 'rate = {group = "g", min_gap = "3s"}')
                .replace("ua-one", f"ua-{number}")
                .replace("/feed", f"/{number}")
                for number in (1, 2)
            ),
            ["rate group g: one round of its 2 sources takes 6s"],
            id="a group that cannot keep up",
        ),
    ],
)
def test_what_is_probably_not_meant_is_advised_against(folder: Path, text: str, said: list[str]) -> None:
    lines = advice(sources_of(folder, text), {"en", "uk"}, {})
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


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


_OF = '[[source]]\nid = "aa"\nkind = "{kind}"\npublisher = "p"\nlicence = "x"\n{rest}\n'
_FEED = 'url = "https://example.org/f"\n'
_JSON = 'url = "https://e.org"\nmap = {text = "a"}\n'


@pytest.mark.parametrize(
    ("kind", "rest", "said"),
    [
        ("feed", _FEED + 'every = "5 minutes"', "a.toml:7: source.every: write a number with a unit"),
        ("feed", _FEED + 'every = "0s"', "source.every: write a length of time from 1s to 7d"),
        ("feed", _FEED + "jitter = 2", "source.jitter: write a number from 0 to 1"),
        ("feed", _FEED + 'timezone = "../etc/passwd"', "source.timezone: write an IANA time zone"),
        ("feed", _FEED + 'authority = "desk"', 'source.authority: write one of "primary"'),
        ("feed", _FEED + 'dense = [{from = "07:00", every = "1m"}]', "source.dense.to: is missing"),
        ("feed", _FEED + '[source.fetch]\nheaders = {"a b" = "x"}', "a.toml:8: source.fetch.headers: 'a b' cannot be"),
        ("feed", _FEED + '[source.fetch]\nheaders = {X = "a\\nb"}', "source.fetch.headers: write the header X as one"),
        ("feed", _FEED + '[source.fetch]\nmax_bytes = "8 MB"', "source.fetch.max_bytes: write a size with a unit"),
        ("feed", _FEED + '[source.rate]\ngroop = "x"', "a.toml:8: source.rate.groop: no such key; did you mean group?"),
        ("feed", _FEED + '[source.auth]\ntype = "header"\nname = "X"\nvalue = "s"', "leave the secret out of the file"),
        ("feed", _FEED + "[source.snapshot]\ncomplete = true\nmax_drop = 5", "max_drop: write a number from 0 to 1"),
        ("feed", 'url = "https://u:p@example.org/f"', "a.toml:6: source.url: leave user name and password out"),
        ("feed", "", "source.kind: a feed source needs url"),
        ("rss", _FEED, "a.toml:3: source.kind: write one of"),
        ("telegram", 'channel = "https://t.me/joinchat/abc"', "a.toml:6: source.channel: write the channel's name"),
        ("telegram", 'channel = "a b"', "source.channel: write the channel's name"),
        ("json", _JSON + 'method = "PUT"', 'a.toml:8: source.method: write "GET" or "POST"'),
        ("json", _JSON + "body = {a = 1}", "source.body: a body is sent with method"),
        ("json", _JSON + 'method = "POST"\nbody = {a = 2022-03-14}', "source.body: write texts, numbers"),
        ("json", _JSON + 'cursor = {path = "x"}', "source.cursor: write a table such as"),
        ("json", _JSON + 'cursor = {from = "x"}', "source.cursor: say where it goes"),
        ("json", _JSON + 'cursor = {from = "x", param = "s", overlap = "soon"}', "source.cursor: write overlap"),
        ("json", _JSON.replace("e.org", "e.org/{cursor}"), "source.cursor: say what {cursor} stands for"),
        ("json", _JSON.replace("e.org", "e.org/{cursor}") + 'cursor = {from = "x"}', "source.cursor: write start"),
        (
            "json",
            _JSON + 'cursor = {from = "x", param = "s"}\n[source.snapshot]\ncomplete = true',
            "source.cursor: with `snapshot` all that holds must be asked for",
        ),
        ("json", _JSON + 'paging = {type = "page", param = "p", size = 2, in = "head"}', "source.paging: write in as"),
        ("html", 'url = "https://e.org"\nitems = ""\nmap = {text = "p"}', "source.items: write a CSS selector"),
        ("cap", 'url = "https://e.org"\nstatuses = {green = ["go"]}', "source.statuses: ['go'] is no status"),
        ("cap", 'url = "https://e.org"\nmax_alerts = 500', "source.max_alerts: write a whole number from 1 to 49"),
    ],
)
def test_a_wrong_source_is_answered_with_its_line_its_key_and_the_mend(
    folder: Path, kind: str, rest: str, said: str
) -> None:
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "a.toml").write_text(_OF.format(kind=kind, rest=rest))
    with pytest.raises(ConfigError) as error:
        load_sources(folder, ADAPTERS)
    assert said in str(error.value)


def test_a_kind_that_is_no_word_is_answered_too(folder: Path) -> None:
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "a.toml").write_text("[[source]]\nid = 7\nkind = []\n")
    with pytest.raises(ConfigError, match=r"a\.toml:3: source\.kind: write one of"):
        load_sources(folder, ADAPTERS)
