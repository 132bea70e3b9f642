"""Who sends us announcements that cannot be polled? Signed messages, kept before they are answered.

The signature of Standard Webhooks 1.0.0 is the sender's key, so that any of its libraries can send. A message that was
heard already is answered as it was the first time, as its sender may not have heard us; another one under the same id
is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from corridors.api.answer import fresh
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import ID, parse_json, refusal
from corridors.config import secret_of
from corridors.errors import Conflict, InvalidRequest, NotFound, NotReady, Unauthorized, Unprocessable
from corridors.model import PUBLIC, Now, Source
from corridors.signature import verify
from corridors.sources.inbox import external_id, message
from corridors.store import Transaction

inbox = Blueprint("inbox", "Signed announcements for channels that cannot be polled.")

MOST_WAITING = 10_000
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class MessageSchema(Schema):
    """An announcement. A second message with the same `id` is an edit of the first."""

    text = fields.String(required=True, metadata={"maxLength": 60_000})
    id = fields.String(metadata={"description": "of the announcement; without it each message is its own"})
    title = fields.String()
    url = fields.String()
    published_at = fields.DateTime(metadata={"description": "with its offset; without it when it arrived"})
    language = fields.String(metadata={"description": "ISO 639-1; without it it is found out"})


class TakenSchema(Schema):
    """What was taken in: the document that it becomes within seconds."""

    id = fields.String()
    links = fields.Dict(keys=fields.String(), values=fields.String())


def _described() -> dict[str, Any]:
    """Return what OpenAPI says of the three headers and the body."""
    texts = {
        "webhook-id": "unique for each message; sent again with the same content it is taken once",
        "webhook-timestamp": "seconds since 1970, within five minutes of our clock",
        "webhook-signature": "v1, and the base64 of HMAC-SHA256 over id.timestamp.body with the source's secret",
    }
    return {
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in texts.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": MessageSchema}}},
        "security": [{}],
    }


@inbox.receives("/inbox/<source>", TakenSchema, _described())
def take(source: str) -> Response:
    """Take in one signed announcement; it is read, and added up with the others, within seconds."""
    body, here = request.get_data(), context()
    now = here.now()
    with here.store.read() as tx:
        inbox_of = _inbox(tx, source)
    headers = {name: request.headers.get(name, "") for name in _HEADERS}
    _check(inbox_of, headers, body, now.real_at)
    told = _message(body)
    digest = hashlib.sha256(body).hexdigest()
    try:
        document = _kept(inbox_of, headers["webhook-id"], told, digest, now)
    except Conflict:  # the same message came twice at once, and the other one was first
        document = _kept(inbox_of, headers["webhook-id"], told, digest, now)
    where = f"{here.installation}/v1/documents/{document}"
    answer = fresh({"id": document, "links": {"document": where}}, 202)
    answer.headers["Location"] = where
    return answer


def _inbox(tx: Transaction, id_: str) -> Source:
    source = tx.sources.configured(id_) if ID.fullmatch(id_) else None
    if source is None or source.kind != "inbox":
        raise NotFound("there is no inbox of this name")
    return source


def _check(source: Source, headers: dict[str, str], body: bytes, now: datetime) -> None:
    """Raise Unauthorized unless the source's secret signed the request; a withheld source shows nothing of itself."""
    secret = secret_of(str(source.options["secret_env"]), os.environ)
    if source.sensitivity is not PUBLIC and (not secret or verify(secret, headers, body, now)):
        raise NotFound("there is no inbox of this name")
    if not secret:
        raise NotReady(
            "this inbox has no secret here yet; whoever runs this installation sets it", retry_after_seconds=60
        )
    if wrong := verify(secret, headers, body, now):
        raise Unauthorized(wrong.replace("when the subscription was made", "for this inbox"))
    if not ID.fullmatch(headers["webhook-id"]):
        raise refusal({"webhook-id": ["write 1 to 200 letters, digits, dots, dashes and underscores"]})


def _message(body: bytes) -> dict[str, Any]:
    told = parse_json(body)
    try:
        return message(told)
    except ValueError as error:
        field = str(error).partition(":")[0]
        raise InvalidRequest(str(error), {field if field.isidentifier() else "body": [str(error)]}) from error


def _kept(source: Source, id_: str, told: dict[str, Any], digest: str, now: Now) -> str:
    """Return the id of the document that a message becomes, kept when this returns."""
    with context().store.begin() as tx:
        before = tx.inbox.find(source.id, id_)
        if before is not None:
            if before.digest != digest:
                raise Unprocessable("this webhook-id came with another message before; give every message its own")
            return before.document
        if tx.inbox.waiting(source.id) >= MOST_WAITING:
            raise NotReady("too many messages wait to be read; see whether a worker runs", retry_after_seconds=60)
        document = tx.inbox.keep(source.id, id_, external_id(told, id_), digest, json.dumps(told).encode(), now.at)
        tx.sources.poll_soon(source.id, now.real_at)
        return document
