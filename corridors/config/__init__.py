"""What did the operator say? Settings and source definitions, from files and from CORRIDORS_* variables.

Refuses on doubt: every problem is collected, with file, line, key and what to write instead, and raised at once as
ConfigError. Does not open the database or the network. Start at `load_settings` and `load_sources`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from corridors.config.consistency import advice
from corridors.config.kinds import Key
from corridors.config.settings import SECTIONS, EgressSettings, Settings
from corridors.config.sources import load_sources, parse_sources
from corridors.config.written import Written
from corridors.errors import ConfigError

__all__ = [
    "EgressSettings",
    "Settings",
    "advice",
    "config_dir",
    "data_dir",
    "load_settings",
    "load_sources",
    "parse_sources",
    "secret_of",
]

_PLAIN = {"CORRIDORS_CONFIG", "CORRIDORS_DATA", "CORRIDORS_DATABASE", "CORRIDORS_ADMIN_KEY", "CORRIDORS_SECRET_KEY"}
_OURS_BUT_NOT_SETTINGS = ("CORRIDORS_TEST_", "CORRIDORS_CHROMIUM", "CORRIDORS_INTERNAL_")


def data_dir(environment: Mapping[str, str] | None = None, *, make: bool = True) -> Path:
    """Return the folder of the database, the gazetteer and the secret key; `make` it if it is missing (mode 0700)."""
    said = (environment if environment is not None else os.environ).get("CORRIDORS_DATA")
    path = Path(said).expanduser() if said else user_data_path("corridors", appauthor=False)
    if not make:
        return path
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"CORRIDORS_DATA: {path} cannot be made ({error.strerror}); name a folder you own") from error
    return path.resolve()


def config_dir(said: str | Path | None, environment: Mapping[str, str]) -> Path | None:
    """Return the folder of settings: `said`, else CORRIDORS_CONFIG, else ./config, else None (the code's defaults)."""
    named = said or environment.get("CORRIDORS_CONFIG")
    if named:
        path = Path(named).expanduser()
        if not path.is_dir():
            where = "--config" if said else "CORRIDORS_CONFIG"
            raise ConfigError(f"{where}: {path} is not a folder; name the one that holds corridors.toml")
        return path.resolve()
    here = Path("config")
    return here.resolve() if (here / "corridors.toml").is_file() or (here / "sources").is_dir() else None


def load_settings(
    said_config: str | Path | None = None,
    *,
    database: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings: defaults, over them corridors.toml, over it CORRIDORS_* variables, over them `database`.

    Raises ConfigError with one line for each problem.
    """
    environment = os.environ if environment is None else environment
    folder = config_dir(said_config, environment)
    problems: list[str] = []
    written = _written(folder / "corridors.toml" if folder else None)
    file_url = written.tables.pop("database", None)
    sections = _sections(written, environment, problems)
    data = data_dir(environment)
    url = database or environment.get("CORRIDORS_DATABASE") or environment.get("DATABASE_URL") or file_url
    settings = Settings(
        data=data,
        database=_database_url(url, data, problems),
        config=folder,
        admin_key=_secret("CORRIDORS_ADMIN_KEY", environment, problems),
        secret_key=_secret("CORRIDORS_SECRET_KEY", environment, problems),
        **sections,
    )
    if not settings.embedded and not settings.secret_key:
        problems.append(
            "CORRIDORS_SECRET_KEY: with PostgreSQL every process needs the same key; write 32 random bytes in base64 "
            "(python -c 'import base64,os;print(base64.b64encode(os.urandom(32)).decode())')"
        )
    if problems:
        raise ConfigError(problems)
    return _with_port(settings, environment)


def _written(path: Path | None) -> Written:
    if path is None or not path.is_file():
        return Written("", {}, "")
    return Written.read(path)


def _sections(written: Written, environment: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    for name in set(written.tables) - set(SECTIONS):
        problems.append(written.unknown((), name, [*SECTIONS, "database"]))
    names = {f"CORRIDORS_{section}_{key}".upper() for section, (_, keys) in SECTIONS.items() for key in keys}
    for name in environment:
        known = name in names or name in _PLAIN or name.removesuffix("_FILE") in _PLAIN
        if name.startswith("CORRIDORS_") and not known and not name.startswith(_OURS_BUT_NOT_SETTINGS):
            near = get_close_matches(name, [*names, *_PLAIN], 1)
            problems.append(f"{name}: no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    sections = {}
    for section, (shape, keys) in SECTIONS.items():
        table = written.tables.get(section, {})
        if not isinstance(table, dict):
            problems.append(written.say((), section, f"write a table, [{section}]"))
            continue
        values = _from_file(written, section, keys, table, problems)
        values |= _from_environment(section, keys, environment, problems)
        sections[section] = shape(**values)
    return sections


def _from_file(
    written: Written, section: str, keys: Mapping[str, Key], table: Mapping[str, Any], problems: list[str]
) -> dict[str, Any]:
    values = {}
    for key, value in table.items():
        if key not in keys:
            problems.append(written.unknown((section,), key, keys))
        elif value != "":  # an empty text in the shipped file means "the default"
            try:
                values[key] = keys[key].kind(value)
            except ValueError as error:
                problems.append(written.say((section,), key, str(error)))
    return values


def _from_environment(
    section: str, keys: Mapping[str, Key], environment: Mapping[str, str], problems: list[str]
) -> dict[str, Any]:
    values = {}
    for key, definition in keys.items():
        name = f"CORRIDORS_{section}_{key}".upper()
        if environment.get(name):
            try:
                values[key] = definition.kind(environment[name])
            except ValueError as error:
                problems.append(f"{name}: {error}")
    return values


def secret_of(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the secret from NAME or from the file that NAME_FILE names; None where there is none to be read."""
    return _secret(name, environment, [])


def _secret(name: str, environment: Mapping[str, str], problems: list[str]) -> str | None:
    """Return the secret from NAME or from the file that NAME_FILE names."""
    path = environment.get(f"{name}_FILE")
    if not path:
        return environment.get(name) or None
    try:
        return Path(path).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        problems.append(f"{name}_FILE: {path} cannot be read ({error.strerror})")
        return None


def _database_url(said: Any, data: Path, problems: list[str]) -> str:
    if not said:
        return f"sqlite:///{data / 'corridors.db'}"
    if isinstance(said, str):
        if said.startswith("sqlite:///"):
            return said
        for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
            if said.startswith(prefix):
                return "postgresql+psycopg://" + said.removeprefix(prefix)
    problems.append('database: write "sqlite:////folder/corridors.db" or "postgresql://user:password@host/name"')
    return ""


def _with_port(settings: Settings, environment: Mapping[str, str]) -> Settings:
    port = environment.get("PORT")
    if not port:
        return settings
    try:
        return replace(settings, web=replace(settings.web, port=SECTIONS["web"][1]["port"].kind(port)))
    except ValueError as error:
        raise ConfigError(f"PORT: {error}") from error
