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

from corridors.api.context import Context, context

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


def good_id(text: str) -> bool:
    """Return whether a caller's own id for a request can be taken."""
    return _GOOD_ID.fullmatch(text) is not None


def _arrived() -> None:
    g.arrived = time.perf_counter()
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if good_id(given) else secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request=g.request_id)


def _answered(answer: Response) -> Response:
    here, caller = context(), g.get("caller")
    rule = request.url_rule.rule if request.url_rule else _NOWHERE
    key = (caller.id or None) if caller else None
    tell(here, rule, request.method, request.path, answer.status_code, g.arrived, key, g.request_id)
    answer.call_on_close(here.traffic.write_at_times)  # the caller has the answer by then
    answer.headers[REQUEST_ID] = g.request_id
    return answer


def tell(
    here: Context, rule: str, method: str, path: str, status: int, arrived: float, key: str | None, request_id: str
) -> None:
    """Count a request that is answered and write its line. arrived: as perf_counter had it."""
    seconds = time.perf_counter() - arrived
    here.traffic.note(rule, method if method in _METHODS else "OTHER", status, seconds)
    say = log.debug if path.startswith(_QUIET) else log.info
    ms = round(seconds * 1000, 1)
    say("request", method=method, path=path[:_LONGEST_PATH], status=status, ms=ms, key=key, request=request_id)
