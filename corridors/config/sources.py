"""What is polled? The source definitions in config/sources/*.toml, one file a publisher, checked whole.

The keys of all sources are here; what only one kind of source understands is said by its adapter (`options`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridors.config.consistency import clashes, contradictions
from corridors.config.kinds import (
    Key,
    Kind,
    choice,
    duration,
    flag,
    headers,
    items,
    number,
    pattern,
    size,
    text,
    wall_clock,
    web_address,
    whole,
    zone,
)
from corridors.config.written import Written
from corridors.errors import ConfigError
from corridors.model import Auth, Authority, Dense, Sensitivity, Snapshot, Source, Validators
from corridors.sources import Adapter, Option, WrongOption

_TYPES = {str: "a text in quotes", int: "a whole number", bool: "true or false", dict: "a table", list: "a list"}
_ID = r"[a-z0-9][a-z0-9-]{1,62}"

_SOURCE: dict[str, Key] = {
    "id": Key(pattern(_ID, "ua-luhansk-oma"), required=True),
    "kind": Key(text, required=True),
    "publisher": Key(text, required=True),
    "url": Key(web_address),
    "name": Key(text),
    "party": Key(pattern(r"[A-Z][A-Z0-9-]{1,15}", "UA")),
    "authority": Key(choice([word for word in Authority if word is not Authority.DESK]), Authority.MEDIA),
    "reliability": Key(choice(("a", "b", "c", "d", "e", "f")), "c"),
    "countries": Key(items(pattern(r"[A-Z]{2}", "UA")), ()),
    "languages": Key(items(pattern(r"[a-z]{2}", "uk")), ()),
    "timezone": Key(zone, "UTC"),
    "every": Key(duration("1s", "7d")),
    "slowest": Key(duration("1s", "7d")),
    "jitter": Key(number(0, 1)),
    "licence": Key(text),
    "attribution": Key(text),
    "republish": Key(choice(("full", "excerpt", "link")), "excerpt"),
    "sensitivity": Key(choice(Sensitivity), Sensitivity.LOW_OR_NONE),
    "enabled": Key(flag, True),
}
_RATE = {"group": Key(text), "min_gap": Key(duration("0s", "1h"))}
_FETCH = {
    "timeout": Key(duration("1s", "10m")),
    "max_bytes": Key(size),
    "max_redirects": Key(whole(0, 10)),
    "headers": Key(headers),
}
_EXPECT = {
    "min_items": Key(whole(0, 100000)),
    "max_age": Key(duration("1m")),
    "content_types": Key(items(text)),
    "must_contain": Key(text),
}
_FILTER = {"include": Key(items(text)), "exclude": Key(items(text))}
# A name of ours would be refused as an unknown setting.
_VARIABLE = pattern(r"(?!CORRIDORS_)[A-Z][A-Z0-9_]{1,63}", "RELIEFWEB_APPNAME")
_SNAPSHOT = {
    "complete": Key(flag, required=True),
    "max_drop": Key(number(0, 1), 0.5),
    "grace": Key(whole(0, 100), 2),
}
_AUTH = {
    "type": Key(choice(("query", "header", "basic")), required=True),
    "name": Key(pattern(r"[!-9;-~]{1,64}", "X-Api-Key")),
    "value_env": Key(_VARIABLE, required=True),
}
_DENSE = {
    "from": Key(wall_clock, required=True),
    "to": Key(wall_clock, required=True),
    "every": Key(duration("1s", "1d"), required=True),
}


def load_sources(folder: Path | None, adapters: Mapping[str, Adapter]) -> tuple[Source, ...]:
    """Return the sources of `folder`/sources/*.toml in the order of their ids; none where there is no folder.

    adapters: by kind. Raises ConfigError with one line for each problem in any file.
    """
    if folder is None or not (folder / "sources").is_dir():
        return ()
    sources: list[Source] = []
    problems: list[str] = []
    for path in sorted((folder / "sources").glob("*.toml")):
        try:
            sources += parse_sources(Written.read(path), adapters)
        except ConfigError as error:
            problems += error.problems
    problems += clashes(sources, adapters)
    if problems:
        raise ConfigError(problems)
    return tuple(sorted(sources, key=lambda source: source.id))


def parse_sources(written: Written, adapters: Mapping[str, Adapter]) -> tuple[Source, ...]:
    """Return the sources of one file. Raises ConfigError with one line for each problem."""
    problems: list[str] = []
    for name in set(written.tables) - {"source"}:
        problems.append(written.unknown((), name, ["source"]))
    entries = written.tables.get("source", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(written.say((), "source", "write each source as [[source]], with two brackets"))
    sources = [
        source for nth, entry in enumerate(entries) if (source := _source(written, nth, entry, adapters, problems))
    ]
    if problems:
        raise ConfigError(problems)
    return tuple(sources)


def _source(
    written: Written, nth: int, entry: dict[str, Any], adapters: Mapping[str, Adapter], problems: list[str]
) -> Source | None:
    before = len(problems)
    entry = dict(entry)
    dense = _dense(written, nth, entry.pop("dense", []), problems)
    auth = _auth(written, nth, entry.pop("auth", None), problems)
    snapshot = _snapshot(written, nth, entry.pop("snapshot", None), problems)
    rate, fetch, expect, filter_ = (
        _table(written, nth, ("source", name), keys, entry.pop(name, {}), problems)
        for name, keys in (("rate", _RATE), ("fetch", _FETCH), ("expect", _EXPECT), ("filter", _FILTER))
    )
    kind = entry.get("kind", "")
    adapter = adapters.get(kind) if isinstance(kind, str) else None
    if "kind" in entry and adapter is None:
        known = ", ".join(f'"{name}"' for name in sorted(adapters))
        problems.append(written.say(("source",), "kind", f"write one of {known}", nth))
    own = {
        key: Key(_of_type(option), required=option.required)
        for key, option in (adapter.options if adapter else {}).items()
    }
    values = _table(written, nth, ("source",), own | _SOURCE, entry, problems)
    if adapter and not any(key in entry for key in adapter.address):
        needed = " or ".join(adapter.address)
        problems.append(written.say(("source",), "kind", f"a {entry['kind']} source needs {needed}", nth))
    if len(problems) > before or adapter is None:
        return None
    source = Source(
        **{key: value for key, value in values.items() if key in _SOURCE},
        dense=dense,
        options={key: value for key, value in values.items() if key not in _SOURCE},
        expect=expect,
        auth=auth,
        snapshot=snapshot,
        filter=filter_,
        rate_group=rate.get("group"),
        defined_in=f"{written.name}:{written.line(('source',), 'id', nth) or 1}",
        **({"min_gap": rate["min_gap"]} if "min_gap" in rate else {}),
        **{"max_bytes": adapter.max_bytes} | fetch,
    )
    problems += [written.say(tables, key, sentence, nth) for tables, key, sentence in contradictions(source)]
    try:
        adapter.first_request(source, Validators())
    except WrongOption as error:
        problems.append(written.say(("source",), error.key, str(error), nth))
    return source if len(problems) == before else None


def _snapshot(written: Written, nth: int, entry: Any, problems: list[str]) -> Snapshot | None:
    if entry is None:
        return None
    values = _table(written, nth, ("source", "snapshot"), _SNAPSHOT, entry, problems)
    return Snapshot(**values) if values.pop("complete", False) else None


def _auth(written: Written, nth: int, entry: Any, problems: list[str]) -> Auth | None:
    if entry is None:
        return None
    tables, before = ("source", "auth"), len(problems)
    if isinstance(entry, dict) and {"value", "secret", "password", "token"} & set(entry):
        sentence = 'leave the secret out of the file: write value_env = "…", the variable that holds it'
        problems.append(written.say(tables, min({"value", "secret", "password", "token"} & set(entry)), sentence, nth))
        return None
    values = _table(written, nth, tables, _AUTH, entry, problems)
    if len(problems) == before and values["type"] != "basic" and "name" not in values:
        problems.append(written.say(tables, "name", f"name the {values['type']} parameter that takes the secret", nth))
    return Auth(**values) if len(problems) == before else None


def _of_type(option: Option) -> Kind:
    """Return the kind of a key that an adapter declares."""

    def read(value: Any) -> Any:
        if not isinstance(value, option.type) or (option.type is int and isinstance(value, bool)):
            raise ValueError(f"write {_TYPES.get(option.type, option.type.__name__)}: {option.meaning}")
        return value

    return read


def _dense(written: Written, nth: int, entries: Any, problems: list[str]) -> tuple[Dense, ...]:
    if not isinstance(entries, list):
        problems.append(written.say(("source",), "dense", 'write a list of {from = "07:00", to = …, every = …}', nth))
        return ()
    rows = [_table(written, nth, ("source", "dense"), _DENSE, row, problems) for row in entries]
    return tuple(Dense(row["from"], row["to"], row["every"]) for row in rows if len(row) == len(_DENSE))


def _table(
    written: Written,
    nth: int,
    tables: tuple[str, ...],
    keys: Mapping[str, Key],
    entry: Any,
    problems: list[str],
) -> dict[str, Any]:
    if not isinstance(entry, dict):
        problems.append(written.say(tables[:-1], tables[-1], "write a table", nth))
        return {}
    values = {}
    for key, value in entry.items():
        if key not in keys:
            problems.append(written.unknown(tables, key, keys, nth))
            continue
        try:
            values[key] = keys[key].kind(value)
        except ValueError as error:
            problems.append(written.say(tables, key, str(error), nth))
    for key, definition in keys.items():
        if definition.required and key not in entry:
            problems.append(written.say(tables, key, "is missing", nth))
    return values
