"""Which values of a foreign record are which fields of ours?

A rule is a path (a JMESPath expression, where the format has no paths of its own), or a table with `path` or `const`,
and optionally `type` (text, html, datetime, epoch_s, epoch_ms), `formats` (of dates), `values` (words of theirs to
words of ours) and `join` (between values).
Several rules in a list give a text line by line, and of any other field the first
that is there. Start at `rules`, then `Rule.text` and `Rule.instant`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import jmespath
from jmespath.exceptions import JMESPathError

from corridors.errors import ParseError
from corridors.wire.dates import instant
from corridors.wire.hardened_json import text as plain_text
from corridors.wire.html_text import text_of_html, tidy

TYPES = ("text", "html", "datetime", "epoch_s", "epoch_ms")

_MOST_VALUES = 200


class Finder(Protocol):
    """Where a value stands in a record; a list where several do."""

    @property
    def written(self) -> str:
        """Return the path as the operator wrote it."""

    def find(self, record: Any) -> Any:
        """Return what stands there, None where nothing does; raises ParseError where the record cannot be asked."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled JMESPath expression; an empty one means the record itself."""

    written: str
    _compiled: Any = field(default=None, compare=False)

    @classmethod
    def of(cls, written: Any) -> Path:
        """Return the path for `written`; raises ValueError where it is none."""
        if not isinstance(written, str):
            raise ValueError(f"{written!r} is not a JMESPath expression")
        try:
            return cls(written, jmespath.compile(written) if written.strip() else None)
        except JMESPathError as error:
            raise ValueError(f"{written!r} is not a JMESPath expression") from error

    def find(self, record: Any) -> Any:
        """Return what stands there, None where nothing does; raises ParseError where the record cannot be asked."""
        if self._compiled is None:
            return record
        try:
            return self._compiled.search(record)
        except (JMESPathError, TypeError, ValueError, RecursionError, OverflowError, ArithmeticError) as error:
            raise ParseError(f"{self.written!r} cannot be applied to the record") from error


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field is made of a record."""

    path: Finder | None
    const: str = ""
    type: str = "text"
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    join: str = ", "

    def text(self, record: Any) -> str:
        """Return the field as clean text, "" where there is nothing."""
        if self.path is None:
            return self.const
        found = self.path.find(record)
        several = found[:_MOST_VALUES] if isinstance(found, list) else [found]
        texts = (plain_text(value) for value in several)
        read = (text_of_html(one) if self.type == "html" else tidy(one) for one in texts)
        return self.join.join(self.values.get(one, one) for one in read if one)

    def instant(self, record: Any, zone: str, fetched_at: datetime) -> tuple[datetime | None, str | None]:
        """Return the instant in UTC, and a warning where there is something that is none; as wire.dates does."""
        written = self.text(record)
        if self.type in {"epoch_s", "epoch_ms"} and written:
            try:
                seconds = float(written) / (1000 if self.type == "epoch_ms" else 1)
                written = datetime.fromtimestamp(seconds, UTC).isoformat()
            except (ValueError, OverflowError, OSError):
                return None, f"a date could not be read: {written[:40]!r}"
        return instant(written, zone, fetched_at, self.formats)


def rule(written: Any, path_of: Callable[[Any], Finder] = Path.of) -> Rule:
    """Return the rule for `written`, a path or a table; raises ValueError with a sentence for whoever wrote it."""
    if isinstance(written, str):
        return Rule(path_of(written))
    if not isinstance(written, dict) or ("path" in written) == ("const" in written):
        raise ValueError(f"{written!r} must be a path, or a table with either `path` or `const`")
    unknown = set(written) - {"path", "const", "type", "formats", "values", "join"}
    if unknown:
        raise ValueError(f"a rule has no key {sorted(unknown)[0]!r}")
    kind = written.get("type", "text")
    if kind not in TYPES:
        raise ValueError(f"type {kind!r} is not one of {', '.join(TYPES)}")
    values = written.get("values", {})
    if not isinstance(values, dict):
        raise ValueError("`values` must be a table from their words to ours")
    return Rule(
        path_of(written["path"]) if "path" in written else None,
        str(written.get("const", "")),
        kind,
        tuple(str(one) for one in written.get("formats", ())),
        {str(theirs): str(ours) for theirs, ours in values.items()},
        str(written.get("join", ", ")),
    )


def rules(
    written: Any, fields: Sequence[str], path_of: Callable[[Any], Finder] = Path.of
) -> dict[str, tuple[Rule, ...]]:
    """Return the rules by field; raises ValueError for an unknown field or a rule that cannot be one.

    A field with a dot ("origin.name") may be written as a table in a table.
    """
    if not isinstance(written, dict):
        raise ValueError("`map` must be a table from our fields to their paths")
    written = _flat(written, fields)
    unknown = sorted(set(written) - set(fields))
    if unknown:
        raise ValueError(f"`map` has no field {unknown[0]!r}; there are {', '.join(fields)}")
    return {
        name: tuple(rule(one, path_of) for one in (ways if isinstance(ways, list) else [ways]))
        for name, ways in written.items()
    }


def _flat(written: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    groups = {name.partition(".")[0] for name in fields if "." in name}
    flat = {name: ways for name, ways in written.items() if name not in groups or not isinstance(ways, dict)}
    for group in sorted(groups & (set(written) - set(flat))):
        flat |= {f"{group}.{name}": ways for name, ways in written[group].items()}
    return flat


def first(ways: Sequence[Rule], record: Any) -> str:
    """Return the text of the first of `ways` that gives one, "" where none does."""
    return next(filter(None, (one.text(record) for one in ways)), "")


def joined(ways: Sequence[Rule], record: Any) -> str:
    """Return the texts of all `ways`, one a line."""
    return "\n".join(filter(None, (one.text(record) for one in ways)))
