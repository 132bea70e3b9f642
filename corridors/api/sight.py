"""What happened to each request? An id that its lines and its answer carry, one line in the log, one count.

The line has the path without its query, the status, the milliseconds until the answer began, and the key's id. Pages'
files and health checks are told at level debug only.
"""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from corridors.api.context import context

REQUEST_ID = "X-Request-Id"

_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PATCH", "PUT", "DELETE"})
_QUIET = ("/static/", "/docs/", "/healthz", "/readyz", "/metrics")
_NOWHERE = "(nowhere)"
_LONGEST_PATH = 200

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Watch every request of an app."""
    app.before_request(_arrived)
    app.after_request(_answered)


def _arrived() -> None:
    g.arrived = time.perf_counter()
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if _GOOD_ID.fullmatch(given) else secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request=g.request_id)


def _answered(answer: Response) -> Response:
    seconds = time.perf_counter() - g.arrived
    traffic = context().traffic
    traffic.note(
        request.url_rule.rule if request.url_rule else _NOWHERE,
        request.method if request.method in _METHODS else "OTHER",
        answer.status_code,
        seconds,
    )
    answer.call_on_close(traffic.write_at_times)  # the caller has the answer by then
    answer.headers[REQUEST_ID] = g.request_id
    tell = log.debug if request.path.startswith(_QUIET) else log.info
    caller = g.get("caller")
    tell(
        "request",
        method=request.method,
        path=request.path[:_LONGEST_PATH],
        status=answer.status_code,
        ms=round(seconds * 1000, 1),
        key=(caller.id or None) if caller else None,
    )
    return answer
