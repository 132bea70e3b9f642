"""How is one value of a settings or source file read?

A kind turns what TOML or the environment holds into a Python value, or raises ValueError with a sentence that says
what to write instead. The same kinds read the file and the environment, so both give the same message.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Kind = Callable[[Any], Any]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+)\s*(B|KiB|MiB|GiB)")
_BYTES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_WALL_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: how it is read, what it is without being written, and what it is for."""

    kind: Kind
    default: Any = None
    required: bool = False
    doc: str = ""


def text(value: Any) -> str:
    """Read a non-empty string."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError('write a text in quotes, such as "…"')
    return value


def flag(value: Any) -> bool:
    """Read true or false; the environment may also say 1, 0, yes, no."""
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in words:
        return words[value.casefold()]
    raise ValueError("write true or false")


def whole(least: int, most: int) -> Kind:
    """Return the kind of whole numbers from `least` to `most`."""

    def read(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return value

    return read


def number(least: float, most: float) -> Kind:
    """Return the kind of numbers from `least` to `most`."""

    def read(value: Any) -> float:
        try:
            read_value = float(value) if not isinstance(value, bool) else least - 1
        except (TypeError, ValueError):
            read_value = least - 1
        if not least <= read_value <= most:
            raise ValueError(f"write a number from {least:g} to {most:g}")
        return read_value

    return read


def duration(least: str = "0s", most: str = "3650d") -> Kind:
    """Return the kind of lengths of time between two, each written like "90s", "5m", "2h" or "3d"."""

    def read(value: Any) -> timedelta:
        match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ValueError('write a number with a unit (ms, s, m, h, d), such as "90s" or "5m"')
        length = timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
        if not parse_duration(least) <= length <= parse_duration(most):
            raise ValueError(f"write a length of time from {least} to {most}")
        return length

    return read


def parse_duration(written: str) -> timedelta:
    """Return the length of a duration that is known to be well written, such as "5m"."""
    match = _DURATION.fullmatch(written)
    if match is None:
        raise ValueError(written)
    return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])


def size(value: Any) -> int:
    """Read a number of bytes with its unit."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write a size with a unit (B, KiB, MiB, GiB), such as "8MiB"')
    return int(match[1]) * _BYTES[match[2]]


def choice(words: type[StrEnum] | Sequence[str]) -> Kind:
    """Return the kind of one word out of a closed list (an enum gives its members)."""

    def read(value: Any) -> Any:
        if isinstance(value, str):
            for word in words:
                if value == word:
                    return word
        raise ValueError("write one of " + ", ".join(f'"{word}"' for word in words))

    return read


def pattern(expression: str, example: str) -> Kind:
    """Return the kind of texts that match a whole regular expression."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or re.fullmatch(expression, value) is None:
            raise ValueError(f'write it like "{example}"')
        return value

    return read


def items(kind: Kind) -> Kind:
    """Return the kind of lists whose members are of `kind`; the environment separates them by commas."""

    def read(value: Any) -> tuple[Any, ...]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list):
            raise ValueError('write a list, such as ["…", "…"]')
        return tuple(kind(member) for member in value)

    return read


def headers(value: Any) -> dict[str, str]:
    """Read a table of request headers (RFC 9110: names are tokens, values are one line)."""
    if not isinstance(value, Mapping) or not all(isinstance(member, str) for member in value.values()):
        raise ValueError('write a table of texts, such as {name = "value"}')
    for name, text_ in value.items():
        if _TOKEN.fullmatch(name) is None:
            raise ValueError(f"{name!r} cannot be the name of a header: write letters, digits and dashes")
        if not text_.isprintable() or not text_.isascii() or text_ != text_.strip():
            raise ValueError(f"write the header {name} as one line of plain letters, without spaces at its ends")
    return dict(value)


def zone(value: Any) -> str:
    """Read the name of an IANA time zone."""
    try:
        ZoneInfo(value)
    except (TypeError, ValueError, OSError, KeyError) as error:  # an unknown zone is a KeyError, a bad path an OSError
        raise ValueError('write an IANA time zone, such as "Europe/Kyiv"') from error
    return str(value)


def network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Read a network in CIDR notation."""
    try:
        return ipaddress.ip_network(value)
    except (TypeError, ValueError) as error:
        raise ValueError('write a network such as "127.0.0.0/8"') from error


def web_address(value: Any) -> str:
    """Read an absolute http or https address without credentials in it."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError('write a whole address, such as "https://example.org/feed"')
    if parts.username or parts.password:
        raise ValueError("leave user name and password out of the address; use an environment variable")
    return str(value)


def instant(value: Any) -> datetime:
    """Read an instant with an offset from UTC."""
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError('write an instant such as "2022-03-13T05:00:00Z"') from error
    if read.tzinfo is None:
        raise ValueError('write the offset from UTC too, such as "2022-03-13T05:00:00Z"')
    return read.astimezone(UTC)


def wall_clock(value: Any) -> str:
    """Read an hour of the local day."""
    if not isinstance(value, str) or _WALL_CLOCK.fullmatch(value) is None:
        raise ValueError('write an hour such as "07:00"')
    return value
