"""What is ready needs no view: public answers that are kept go out before Flask has begun.

Routing, parsing and the making of headers take longer than all the rest of a kept answer. So the headers of an answer
that is kept are kept, too, as they went out, and given again to who asks the same without a key while nothing moved.
What is told of every request is told here as well: its id, its line, its count, its limit. Everything else goes the
whole way.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from corridors.api.context import Context
from corridors.api.kept import Kept, Ready
from corridors.api.limits import COUNTED, counted, told
from corridors.api.packing import preferred
from corridors.api.sight import REQUEST_ID, good_id, tell
from corridors.model import PUBLIC

_OWN = frozenset({"RateLimit", "RateLimit-Policy", REQUEST_ID, "Content-Length"})
_OF_BODY = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition", "Link")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def install(app: Flask, context: Context) -> None:
    """Let an app's ready answers go out before Flask. The last of the hooks, as it keeps what all others have made."""
    inner: Wsgi = app.wsgi_app

    def quick(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kept = _found(environ, context)
        answered = _answered(kept, environ, start_response, context) if kept else None
        return inner(environ, start_response) if answered is None else answered

    app.wsgi_app = quick  # type: ignore[method-assign]
    app.after_request_funcs.setdefault(None, []).insert(0, keep)  # those that were added last run first


def keep(answer: Response) -> Response:
    """Keep how a public answer went out."""
    kept: Kept | None = g.get("kept")
    if kept is None or answer.status_code != 200 or request.method != "GET" or not isinstance(answer.response, list):
        return answer
    coding = answer.content_encoding or ""
    if coding not in kept.ready:
        headers = tuple((name, text) for name, text in answer.headers if name not in _OWN)
        rule = request.url_rule.rule if request.url_rule else ""
        kept.ready[coding] = Ready(headers, answer.get_data(), rule)
    return answer


def _found(environ: dict[str, Any], context: Context) -> Kept | None:
    """Return the answer to a request without a key, if it is kept and nothing has moved since."""
    if (
        environ["REQUEST_METHOD"] != "GET"
        or "HTTP_AUTHORIZATION" in environ
        or "HTTP_X_API_KEY" in environ
        or "HTTP_IF_MODIFIED_SINCE" in environ
        or not context.settings.api.anonymous_read
    ):
        return None
    query = environ.get("QUERY_STRING", "").encode("latin-1")
    asked = ("GET", environ.get("PATH_INFO", ""), query, environ.get("HTTP_ACCEPT"), None, PUBLIC)
    kept = context.shelf.find(asked)
    if kept is None or not kept.ready:
        return None
    token = (context.store.glance(), int(context.real_now().timestamp()))
    return kept if kept.token == token and None not in token else None


def _answered(kept: Kept, environ: dict[str, Any], start_response: Any, context: Context) -> list[bytes] | None:
    begun = time.perf_counter()
    ready = kept.ready.get(_coding(environ.get("HTTP_ACCEPT_ENCODING", "")) or "")
    if ready is None:
        return None
    standing = counted(context, "", environ.get("REMOTE_ADDR", ""))
    if standing and standing.remaining < 0:
        environ[COUNTED] = standing
        return None
    given = environ.get("HTTP_X_REQUEST_ID", "")
    id_ = given if good_id(given) else secrets.token_hex(8)
    own = [(REQUEST_ID, id_), *(told(standing) if standing else ())]
    if is_same := _names(environ.get("HTTP_IF_NONE_MATCH", ""), ready):
        status, body = "304 NOT MODIFIED", b""
        own += [header for header in ready.headers if header[0] not in _OF_BODY]
    else:
        status, body = "200 OK", ready.body
        own += [*ready.headers, ("Content-Length", str(len(body)))]
    start_response(status, own)
    tell(context, ready.rule, "GET", environ["PATH_INFO"], 304 if is_same else 200, begun, None, id_)
    return [body]


def _names(said: str, ready: Ready) -> bool:
    """Return whether If-None-Match is exactly the tag of the answer; any other form of it is left to Flask's reader."""
    return bool(said) and ("ETag", said) in ready.headers


@lru_cache(maxsize=256)
def _coding(said: str) -> str | None:
    return preferred(parse_accept_header(said, Accept)) if said else None
