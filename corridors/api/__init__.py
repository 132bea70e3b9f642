"""How does the service answer programs? REST under /v1, described by /openapi.json from the schemas it answers with.

One file a noun; each declares its addresses on a Blueprint. Decides nothing: what holds is in the store, how it looks
is in schema. Start at `install`, or at any noun, such as claims.py.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api

from corridors import __version__, schema
from corridors.api import docs, limits, packing, problem, ready, sight
from corridors.api.claims import claims
from corridors.api.context import Context
from corridors.api.context import install as install_context
from corridors.api.corridors import corridors
from corridors.api.deliveries import deliveries
from corridors.api.desk import desk
from corridors.api.documents import documents
from corridors.api.event_types import described_webhooks, event_types
from corridors.api.events import events
from corridors.api.health import clock, health
from corridors.api.inbox import inbox
from corridors.api.keys import keys
from corridors.api.metrics import metrics
from corridors.api.occurrences import occurrences
from corridors.api.ogc import ogc
from corridors.api.places import places
from corridors.api.reviews import reviews
from corridors.api.sensitivity import sensitivity
from corridors.api.sources import sources
from corridors.api.stream import stream
from corridors.api.subscriptions import subscriptions
from corridors.api.tallies import tallies

__all__ = ["Context", "install"]

NOUNS = (
    *(corridors, occurrences, tallies, events, stream, claims, documents, sources, places),
    *(desk, reviews, sensitivity, subscriptions, deliveries, event_types, keys, inbox, clock),
)
LARGEST_BODY = 64 * 1024

_READ_METHODS = "GET, HEAD, OPTIONS"
_READ_HEADERS = "Authorization, X-Api-Key, If-None-Match, If-Modified-Since, Last-Event-ID"
_TOLD_HEADERS = (
    "Content-Language, ETag, Last-Modified, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
)


class _Described(Api):  # type: ignore[misc] # flask-smorest has no types
    """The description of the API; errors are answered by problem.py and described as such."""

    ERROR_SCHEMA = schema.ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to problem.py."""

    def _register_pagination_header(self) -> None:
        """Pages are in the body."""

    def _register_responses(self) -> None:
        """Describe every error as a problem document."""
        content = {problem.MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}}
        for status in HTTPStatus:
            described: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                described["content"] = content
            self.spec.components.response(status.name, described, lazy=True)
        self.spec.components.response(
            "DEFAULT_ERROR", {"description": "What went wrong", "content": content}, lazy=True
        )


def install(app: Flask, context: Context) -> None:
    """Give an app the API: its addresses, its errors, its description."""
    install_context(app, context)
    packing.install(app)
    app.after_request(_open_to_browsers)
    app.after_request(limits.tell)
    sight.install(app)
    app.config |= {
        "API_TITLE": "corridors",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
    }
    api = _Described(app, spec_kwargs=_description(context))
    for noun in NOUNS:
        api.register_blueprint(noun)
    for plain in (health, metrics, docs.docs, ogc):
        app.register_blueprint(plain)
    problem.install(app)
    ready.install(app, context)


def _description(context: Context) -> dict[str, Any]:
    return {
        "info": {
            "description": f"Which humanitarian corridors are announced, what holds, and who says so. {schema.NOTICE}",
            "license": {"name": "MIT", "identifier": "MIT"},
            "x-release": __version__,
        },
        "servers": [{"url": context.installation}],
        "webhooks": described_webhooks(),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            }
        },
        "security": [*([{}] if context.settings.api.anonymous_read else []), {"bearer": []}, {"header": []}],
    }


def _open_to_browsers(answer: Response) -> Response:
    """Let pages of any origin read (Fetch standard, CORS); keys travel in headers, never in cookies."""
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.path.startswith(("/v1/", "/ogc")) and request.method in {"GET", "HEAD", "OPTIONS"}:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = _TOLD_HEADERS
        if request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = _READ_METHODS
            answer.headers["Access-Control-Allow-Headers"] = _READ_HEADERS
            answer.headers["Access-Control-Max-Age"] = "86400"
        answer.vary.update(("Authorization", "X-Api-Key"))
    return answer
