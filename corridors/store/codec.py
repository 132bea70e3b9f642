"""Values to text and back: the one way in which the store keeps a model value that no query looks into."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import cattrs
import orjson

from corridors.model import Span

Value = TypeVar("Value")

_converter = cattrs.Converter()
_converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
_converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
_converter.register_unstructure_hook(date, lambda value: value.isoformat())
_converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
_converter.register_unstructure_hook(timedelta, lambda value: value.total_seconds())
_converter.register_structure_hook(timedelta, lambda value, _: timedelta(seconds=value))
# cattrs cannot resolve the annotations of a NamedTuple under postponed evaluation, so this one is named.
_converter.register_unstructure_hook(Span, list)
_converter.register_structure_hook(Span, lambda value, _: Span(*value))


def to_text(value: Any, shape: Any = None) -> str:
    """Return `value` (of type `shape`, default its own) as JSON text."""
    return orjson.dumps(_converter.unstructure(value, shape), default=str).decode()


def from_text(text: str, shape: type[Value] | Any) -> Value | Any:
    """Return the value of type `shape` that `text` holds; fields added since then take their defaults."""
    return _converter.structure(orjson.loads(text), shape)


@lru_cache(maxsize=2048)
def from_same_text(text: str, shape: type[Value] | Any) -> Value | Any:
    """Return what `from_text` returns, once for texts that are read again and again: all claims of a day, whenever one
    is added to them. For frozen values only.
    """
    return from_text(text, shape)
