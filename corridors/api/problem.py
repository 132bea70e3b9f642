"""How does an error look? Every one as application/problem+json (RFC 9457), from one place.

`install` registers it for the whole app, so that a wrong address outside the API answers in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from corridors.errors import Conflict, Moved, NotReady, RequestError, StoreError, TooManyRequests, Unauthorized
from corridors.schema import ProblemSchema, json_bytes

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"  # of the draft that tells the limits

_SENTENCES = {
    404: "there is nothing at this address; /openapi.json lists what there is",
    405: "this address does not take that method; see the Allow header",
    413: "the body is larger than 64 KiB",
    415: "send the body as application/json",
    500: "this is our fault and has been logged; trying again may help",
}

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer every error of an app with a problem document."""
    app.register_error_handler(Moved, _moved)
    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(StoreError, _store_failed)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def problem(
    status: int, detail: str, errors: Mapping[str, Sequence[str]] | None = None, *, violated: str | None = None
) -> Response:
    """Return a problem document; `errors` are sentences by parameter, `violated` is the name of a limit."""
    body: dict[str, Any] = {
        "type": QUOTA_EXCEEDED if violated else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        body["errors"] = errors
    if violated:
        body["violated_policies"] = [violated]
    return Response(json_bytes(ProblemSchema().dump(body)), status, mimetype=MEDIA_TYPE)


def _moved(error: Moved) -> Response:
    """Lead to what took the place of a record; the old id stays known (RFC 9110, 15.4.9)."""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    answer = problem(error.status, error.detail)
    answer.set_data(json_bytes({**answer.get_json(), "id": error.id, "merged_into": error.into}))
    answer.location = request.path.replace(error.id, error.into, 1) + query
    return answer


def _refused(error: RequestError) -> Response:
    violated = error.policy if isinstance(error, TooManyRequests) else None
    answer = problem(error.status, error.detail, error.errors, violated=violated)
    if isinstance(error, Unauthorized):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="corridors"'
    if isinstance(error, TooManyRequests | NotReady):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _store_failed(error: StoreError) -> Response:
    if isinstance(error, Conflict):
        return problem(409, "somebody else changed this at the same moment; read it again and try again")
    log.error("the store failed a request", path=request.path, error=str(error))
    answer = problem(503, "the database cannot be used at the moment; try again in a few seconds")
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    answer = problem(error.code, _SENTENCES.get(error.code) or error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _broken(error: Exception) -> Response:
    log.error("a request broke", path=request.path, exc_info=error)
    return problem(500, _SENTENCES[500])
