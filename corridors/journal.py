"""How does the log look? One line an occasion, JSON for machines or text for a person on a terminal.

Every process calls `keep_journal` once; the libraries' own logs go the same way, from warnings on. Nothing that opens
a door may stand in a line: `discreet` cuts addresses behind their host and keys behind their prefix, wherever they
come from, and a traceback has no local variables.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

CUT = "…"

_NOT = (
    r"""\s"'<>\\\x1b"""  # what ends an address: space, quotes, brackets, the escape of JSON or of a terminal's colour
)
_ADDRESS = re.compile(rf"([A-Za-z][A-Za-z0-9+.-]{{1,20}}://)(?:[^/{_NOT}]*@)?([^/?#{_NOT}]*)([/?#][^{_NOT}]*)?")
_KEY = re.compile(r"(\bcor_key_|\bwhsec_|\b[Bb]earer )[A-Za-z0-9+/=_.~-]+")


def keep_journal(level: str, style: str) -> None:
    """Set up the log of this process, on standard error.

    level: the least that is written: debug, info, warning, error. style: text, json, or auto (text on a terminal).
    """
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, *_last(as_text)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(as_text)],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def discreet(line: str) -> str:
    """Return a line without what opens a door: addresses cut behind the host, keys and secrets behind their prefix."""
    return _KEY.sub(rf"\g<1>{CUT}", _ADDRESS.sub(_host_only, line))


def _host_only(address: re.Match[str]) -> str:
    return address[1] + address[2] + (f"/{CUT}" if address[3] else "")


def _last(as_text: bool) -> list[Any]:
    """Return the processors that make the line."""
    if as_text:
        plain = structlog.dev.plain_traceback
        renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        return [renderer, _cut]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        _cut,
    ]


def _cut(_logger: Any, _method: str, line: Any) -> str:
    return discreet(str(line))
