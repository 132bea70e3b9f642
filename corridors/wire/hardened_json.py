"""How is JSON read that somebody may have written to hurt us?

Python's parser accepts what JSON does not have (NaN, numbers that overflow) and falls over what it has (depth, huge
integers). Start at `parse`; texts taken from the result go through `text`, because escapes can hide NUL and surrogates.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from corridors.errors import ParseError
from corridors.wire.decoding import clean

MAX_DIGITS = 30
# An empty list takes 56 bytes in memory and two on the wire.
MAX_VALUES = 300_000


def parse(source: str) -> Any:
    """Return the value in `source`; raises ParseError for everything that is not JSON of a reasonable shape."""
    if source.count(",") + source.count("[") + source.count("{") > MAX_VALUES:
        raise ParseError("the JSON holds more values than any real document")
    try:
        return json.loads(source, parse_constant=_no_constant, parse_int=_integer, parse_float=_number)
    except RecursionError as error:
        raise ParseError("the JSON is nested deeper than any real document") from error
    except json.JSONDecodeError as error:
        raise ParseError(f"the JSON is not well formed: {error.msg}", position=error.pos) from error


def text(value: Any) -> str:
    """Return `value` as clean text: "" for null, objects and lists, the digits of a number."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ""
    return clean(value if isinstance(value, str) else str(value))


def _no_constant(name: str) -> NoReturn:
    raise ParseError(f"the JSON holds {name}, which JSON does not have")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ParseError("the JSON holds a number longer than any real one")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits[:1000])
    if not math.isfinite(number):
        raise ParseError("the JSON holds a number too large to be one")
    return number
