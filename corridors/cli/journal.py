"""How does the log look? Lines for a person on a terminal, JSON for everything else."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from corridors.config import Settings


def keep_journal(settings: Settings) -> None:
    """Set up the log of this process, on standard error; the libraries' own logs go the same way from warnings on."""
    as_text = settings.log.format == "text" or (settings.log.format == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: Any = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer(ensure_ascii=False)
    tail = [last] if as_text else [structlog.processors.format_exc_info, last]
    level = logging.getLevelName(settings.log.level.upper())
    structlog.configure(
        processors=[*shared, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
