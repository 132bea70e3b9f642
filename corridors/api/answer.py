"""How is an answer made? Lists in their envelope, and ETags that are known before the body is.

A public answer depends on nothing but the public state, our sight of the sources, who asks, and the question itself;
the ETag is their hash, so that "not modified" costs a few short queries and never hides a source that went blind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from flask import Response, request

from corridors import __version__, schema
from corridors.api.access import caller
from corridors.api.context import context
from corridors.schema import json_bytes
from corridors.store import Transaction

Record = TypeVar("Record")

_COVERAGE = schema.CoverageSchema()


def public(
    render: Callable[[Transaction], Any],
    *,
    moves_with: Callable[[Transaction], Any] | None = None,
    naming: schema.Naming | None = None,
) -> Response:
    """Return what `render` makes of one state of the store (an answer, bytes of JSON, or what becomes JSON), or 304.

    moves_with: what else the answer depends on, such as the day.
    naming: what `render` takes names with; the languages that it had to take are told in Content-Language.
    """
    here = context()
    with here.store.read(caller().clearance) as tx:
        tag = _hash(
            __version__,
            tx.events.version(),
            tx.events.head(),
            tx.sources.coverage(here.now().real_at),
            caller().scope,
            caller().clearance,
            here.installation,
            request.path,
            request.query_string,
            moves_with(tx) if moves_with else None,
        )
        if _is_known(tag):
            return _conditional(Response(status=304), tag)
        body = render(tx)
    answer = _conditional(body if isinstance(body, Response) else _json(body), tag)
    if naming and naming.languages:
        answer.content_language.update(naming.languages)
    return answer


def private(body: Any, status: int = 200) -> Response:
    """Return what only its owner may see; its ETag is the hash of the body."""
    answer = _json(body, status)
    if status == 200 and request.method in {"GET", "HEAD"}:
        tag = _hash(answer.get_data())
        answer = _conditional(Response(status=304) if _is_known(tag) else answer, tag)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def fresh(body: Any, status: int = 200) -> Response:
    """Return what changes with every look and is never kept."""
    answer = _json(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def listing(tx: Transaction, records: Sequence[Any], next_page: str | None = None) -> dict[str, Any]:
    """Return dumped records in the envelope of every list."""
    return {"data": list(records), **_around(tx), "next": next_page}


def listing_of_bytes(tx: Transaction, records: Sequence[bytes], next_page: str | None) -> bytes:
    """Return records that are rendered already in the envelope of every list."""
    around = json_bytes({**_around(tx), "next": next_page})
    return b'{"data":[' + b",".join(records) + b"]," + around[1:]


def trimmed(record: bytes, wanted: Sequence[str]) -> bytes:
    """Return a rendered record with the wanted fields and its id alone, whole when none is named."""
    if not wanted:
        return record
    fields = orjson.loads(record)
    return orjson.dumps({name: value for name, value in fields.items() if name in wanted or name == "id"})


def cut(rows: Sequence[Record], limit: int, token: Callable[[Record], str]) -> tuple[Sequence[Record], str | None]:
    """Return the first `limit` rows and the token of the page behind them, None when there is none."""
    return (rows[:limit], token(rows[limit - 1])) if len(rows) > limit else (rows, None)


def _around(tx: Transaction) -> dict[str, Any]:
    return {
        "coverage": _COVERAGE.dump(tx.sources.coverage(context().now().real_at)),
        "notice": schema.NOTICE,
        "attribution": context().attribution(tx),
    }


def _json(body: Any, status: int = 200) -> Response:
    return Response(body if isinstance(body, bytes) else json_bytes(body), status, mimetype="application/json")


def _conditional(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache" if caller().scope else "public, no-cache"
    return answer


def _is_known(tag: str) -> bool:
    return request.if_none_match.is_strong(tag) or request.if_none_match.is_weak(tag)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
