"""How is an answer made? Lists in their envelope, and ETags that are known before the body is.

A public answer depends on nothing but the public state, our sight of the sources, who asks, and the question itself;
the ETag is their hash, so that "not modified" costs a few short queries and never hides a source that went blind. What
was answered once is kept (kept.py) while nothing moves.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from flask import Response, g, request

from corridors import __version__, schema
from corridors.api.access import caller
from corridors.api.context import context
from corridors.api.kept import Kept
from corridors.api.packing import CODINGS
from corridors.schema import json_bytes
from corridors.store import Transaction

Record = TypeVar("Record")

# A shared cache may answer for five seconds by itself and then has to ask; never with what is old because we cannot be
# reached, as a road may have closed since.
SHARED = "public, max-age=0, s-maxage=5, must-revalidate"

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
    here, who = context(), caller()
    asked = (
        request.method,
        request.path,
        request.query_string,
        request.headers.get("Accept"),
        who.scope,
        who.clearance,
    )
    token = (here.store.glance(), int(here.now().real_at.timestamp()))
    kept = here.shelf.find(asked)
    if kept is None or None in token or kept.token != token or (kept.body is None and not _is_known(kept.tag)):
        with here.store.read(who.clearance) as tx:
            tag = _tag(tx, moves_with)
            if kept is None or kept.tag != tag:
                kept = Kept(token, tag, here.changed_at(tx), None, ())
            if _is_known(tag):
                here.shelf.put(asked, kept)
            elif kept.body is None:
                return _made(render(tx), kept, asked, naming)
            kept.token = token
            kept.changed_at = here.changed_at(tx)
    if _is_known(kept.tag) or _is_unchanged(kept.changed_at):
        return _conditional(Response(status=304), kept)
    g.kept = kept
    assert kept.body is not None  # else it was made just now
    return _conditional(Response(kept.body, headers=list(kept.headers)), kept)


def _tag(tx: Transaction, moves_with: Callable[[Transaction], Any] | None) -> str:
    here, who = context(), caller()
    return _hash(
        __version__,
        tx.events.version(),
        tx.events.head(),
        tx.sources.coverage(here.now().real_at),
        who.scope,
        who.clearance,
        here.installation,
        request.path,
        request.query_string,
        moves_with(tx) if moves_with else None,
    )


def _made(body: Any, made: Kept, asked: Hashable, naming: schema.Naming | None) -> Response:
    """Return a fresh answer, and keep it for who asks the same next."""
    answer = body if isinstance(body, Response) else _json(body)
    if naming and naming.languages:
        answer.content_language.update(naming.languages)
    if isinstance(answer.response, list) and answer.status_code == 200:
        made.body = answer.get_data()
        made.headers = tuple((name, text) for name, text in answer.headers if name != "Content-Length")
        context().shelf.put(asked, made)
        g.kept = made
    if _is_unchanged(made.changed_at):
        answer = Response(status=304)
    return _conditional(answer, made)


def private(body: Any, status: int = 200) -> Response:
    """Return what only its owner may see; its ETag is the hash of the body."""
    answer = _json(body, status)
    if status == 200 and request.method in {"GET", "HEAD"}:
        tag = _hash(answer.get_data())
        if known := _known_as(tag):
            answer = Response(status=304)
        answer.set_etag(known or tag)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def fresh(body: Any, status: int = 200) -> Response:
    """Return what changes with every look and is never kept."""
    answer = _json(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def listing(tx: Transaction, records: Sequence[Any], next_page: str | None = None) -> dict[str, Any]:
    """Return dumped records in the envelope of every list."""
    return {"data": list(records), **around(tx), "next": next_page}


def listing_of_bytes(tx: Transaction, records: Sequence[bytes], next_page: str | None) -> bytes:
    """Return records that are rendered already in the envelope of every list."""
    rest = json_bytes({**around(tx), "next": next_page})
    return b'{"data":[' + b",".join(records) + b"]," + rest[1:]


def alone(tx: Transaction, record: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """Return one record (JSON, as an object or bytes) with what stands around every answer.

    Where the record has a member of that name it stays: the attribution of a source, the notice of an event.
    """
    shown = orjson.loads(record) if isinstance(record, bytes) else record
    return {**shown, **{name: part for name, part in around(tx).items() if name not in shown}}


def trimmed(record: bytes, wanted: Sequence[str]) -> bytes:
    """Return a rendered record with the wanted fields and its id alone, whole when none is named."""
    if not wanted:
        return record
    fields = orjson.loads(record)
    return orjson.dumps({name: value for name, value in fields.items() if name in wanted or name == "id"})


def cut(rows: Sequence[Record], limit: int, token: Callable[[Record], str]) -> tuple[Sequence[Record], str | None]:
    """Return the first `limit` rows and the token of the page behind them, None when there is none."""
    return (rows[:limit], token(rows[limit - 1])) if len(rows) > limit else (rows, None)


def around(tx: Transaction) -> dict[str, Any]:
    """Return what every answer carries beside its records."""
    return {
        "coverage": _COVERAGE.dump(tx.sources.coverage(context().now().real_at)),
        "notice": schema.NOTICE,
        "attribution": context().attribution(tx),
    }


def _json(body: Any, status: int = 200) -> Response:
    return Response(body if isinstance(body, bytes) else json_bytes(body), status, mimetype="application/json")


def _conditional(answer: Response, kept: Kept) -> Response:
    """Return an answer with what a cache has to know."""
    answer.set_etag(_known_as(kept.tag) or kept.tag if answer.status_code == 304 else kept.tag)
    answer.last_modified = datetime.fromtimestamp(min(kept.changed_at, int(time.time())), UTC)
    is_shared = not caller().scope and "wait" not in request.args
    answer.headers["Cache-Control"] = SHARED if is_shared else "private, no-cache"
    return answer


def _is_known(tag: str) -> bool:
    return _known_as(tag) is not None


def _known_as(tag: str) -> str | None:
    """Return the tag by which the caller knows the answer, packed or not; None where it does not."""
    said = request.if_none_match
    tags = (tag, *(f"{tag}-{coding}" for coding in CODINGS))
    return next((each for each in tags if said.is_strong(each) or said.is_weak(each)), None)


def _is_unchanged(changed_at: int) -> bool:
    """Return whether the caller's If-Modified-Since says so; If-None-Match counts alone (RFC 9110, 13.1.3)."""
    since = request.if_modified_since
    return "If-None-Match" not in request.headers and since is not None and since.timestamp() >= changed_at


def _hash(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
