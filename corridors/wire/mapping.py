"""Which values of a foreign record are which fields of ours?

A rule is a JMESPath expression, or a table with `path` or `const`, and optionally `type` (text, html, datetime,
epoch_s, epoch_ms), `formats` (of dates), `values` (words of theirs to words of ours) and `join` (between values).
Several rules in a list give one text, line by line. Start at `rules`, then `Rule.text` and `Rule.instant`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from corridors.errors import ParseError
from corridors.wire.dates import instant
from corridors.wire.hardened_json import text as plain_text
from corridors.wire.html_text import text_of_html, tidy

TYPES = ("text", "html", "datetime", "epoch_s", "epoch_ms")

_MOST_VALUES = 200


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

    path: Path | None
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


def rule(written: Any) -> Rule:
    """Return the rule for `written`, a path or a table; raises ValueError with a sentence for whoever wrote it."""
    if isinstance(written, str):
        return Rule(Path.of(written))
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
        Path.of(written["path"]) if "path" in written else None,
        str(written.get("const", "")),
        kind,
        tuple(str(one) for one in written.get("formats", ())),
        {str(theirs): str(ours) for theirs, ours in values.items()},
        str(written.get("join", ", ")),
    )


def rules(written: Any, fields: Sequence[str]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules by field; raises ValueError for an unknown field or a rule that cannot be one."""
    if not isinstance(written, dict):
        raise ValueError("`map` must be a table from our fields to their paths")
    unknown = sorted(set(written) - set(fields))
    if unknown:
        raise ValueError(f"`map` has no field {unknown[0]!r}; there are {', '.join(fields)}")
    return {
        name: tuple(rule(one) for one in (ways if isinstance(ways, list) else [ways])) for name, ways in written.items()
    }


def joined(ways: Sequence[Rule], record: Any) -> str:
    """Return the texts of all `ways`, one a line."""
    return "\n".join(filter(None, (one.text(record) for one in ways)))
