"""Which kinds of field do our records have beside marshmallow's own? Instants, words, figures of the same thing.

Every field here dumps a model value; nothing is loaded with them. Absent knowledge is null, never "" or 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from marshmallow import Schema, fields

# JSON numbers are exact in every client up to here (RFC 8259, section 6).
LARGEST_INTEGER = 2**53 - 1


def instant_text(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC with `Z` and milliseconds. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"naive instant {at.isoformat()}")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def plain(value: Any) -> Any:
    """Return a value of the model as JSON can hold it: words as text, tuples as lists, dataclasses as objects."""
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields_of(value)}
    return value


class Instant(fields.Field[datetime]):
    """An instant, RFC 3339 in UTC with `Z` and milliseconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "date-time"}, **options)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else instant_text(value)


class Word(fields.Enum[Any]):
    """A word of a closed vocabulary of the model."""

    def __init__(self, words: type[StrEnum], **options: Any) -> None:
        super().__init__(words, by_value=True, metadata={"type": "string"}, **options)


class Same(fields.Nested):
    """An object made of fields of the record itself, so that a flat value can be shown in groups."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:
        """Return the record."""
        return obj


class Plain(fields.Raw):
    """Any JSON value, made of whatever the model holds there."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return plain(value)


def maybe_text(**options: Any) -> fields.String:
    """Return a field of text that may be null."""
    return fields.String(allow_none=True, **options)


def maybe_count(**options: Any) -> fields.Integer:
    """Return a field of a whole number that may be null where nobody said."""
    return fields.Integer(allow_none=True, **options)


def maybe_instant(**options: Any) -> Instant:
    """Return a field of an instant that may be null."""
    return Instant(allow_none=True, **options)


def a_list(item: fields.Field[Any] | type[Schema]) -> fields.List[Any]:
    """Return a field of a list, of fields or of records."""
    return fields.List(item if isinstance(item, fields.Field) else fields.Nested(item))
