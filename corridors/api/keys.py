"""Who may call? API keys, made and revoked by an admin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response
from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf

from corridors import schema
from corridors.api.answer import cut, listing, private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import ListQuery, page_token, refusal
from corridors.errors import NotFound
from corridors.model import SCOPES, Key, Sensitivity
from corridors.store import Transaction

keys = Blueprint("keys", "API keys. Scopes, each including the ones before: read, subscribe, desk, admin.")

_ONE = schema.KeySchema()
_NEW = schema.NewKeySchema()
_MANY = schema.KeySchema(many=True)
_LONGEST_NAME = 200


class Expiry(fields.Field[datetime]):
    """An instant with its offset, RFC 3339."""

    def __init__(self) -> None:
        described = {"type": "string", "format": "date-time", "description": "null or absent = never"}
        super().__init__(allow_none=True, metadata=described)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            read = datetime.fromisoformat(value)
            if read.tzinfo is None:
                raise ValueError(value)
            return read.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError('write an instant with its offset, such as "2027-01-01T00:00:00Z"') from error


class KeyWish(Schema):
    """A key to be made."""

    scope = fields.String(
        required=True,
        validate=OneOf(SCOPES, error=f"write one of {', '.join(SCOPES)}"),
        error_messages={"required": f"write one of {', '.join(SCOPES)}", "invalid": "write text", "null": "write text"},
        metadata={"enum": list(SCOPES)},
    )
    name = fields.String(
        load_default="",
        validate=Length(max=_LONGEST_NAME, error=f"write at most {_LONGEST_NAME} characters"),
        error_messages={"invalid": "write text", "null": "write text"},
        metadata={"description": "whose key it is"},
    )
    expires_at = Expiry()
    clearance = fields.String(
        validate=OneOf(list(Sensitivity), error=f"write one of {', '.join(Sensitivity)}"),
        error_messages={"invalid": "write text", "null": "write text, or leave the field out"},
        metadata={
            "enum": list(Sensitivity),
            "description": "the most sensitive of what it sees; without it low_or_none, for desk and admin severe",
        },
    )


@keys.reads("/keys", schema.list_of(schema.KeySchema), ListQuery, scope="admin")
def list_keys(query: dict[str, Any]) -> Response:
    """List keys, oldest first, revoked and expired ones included; never their secrets."""
    now = context().now().real_at
    with context().store.read() as tx:
        rows = tx.keys.page(after_id=query["page"], limit=query["limit"] + 1)
        found, following = cut(rows, query["limit"], lambda row: page_token(row.id))
        return private(listing(tx, _MANY.dump([schema.KeyView(key, now) for key in found]), following))


@keys.writes("POST", "/keys", schema.NewKeySchema, KeyWish, scope="admin", status=201)
def create_key(_query: dict[str, Any], wish: dict[str, Any]) -> Response:
    """Make a key. Its secret is in this answer and in no later one."""
    here, expires_at = context(), wish.get("expires_at")
    now = here.now().real_at
    if expires_at is not None and expires_at <= now:
        raise refusal({"expires_at": ["write an instant that is still to come"]})
    with here.store.begin() as tx:
        key, secret = tx.keys.create(wish["name"], wish["scope"], now, expires_at, _clearance(wish))
    answer = private(_NEW.dump(schema.KeyView(key, now, secret)), 201)
    answer.headers["Location"] = f"{here.installation}/v1/keys/{key.id}"
    return answer


@keys.reads("/keys/<id>", schema.KeySchema, scope="admin")
def show_key(_query: dict[str, Any], id_: str) -> Response:
    """Show one key."""
    with context().store.read() as tx:
        return private(_ONE.dump(schema.KeyView(_key(tx, id_), context().now().real_at)))


@keys.writes("DELETE", "/keys/<id>", scope="admin", status=204)
def revoke_key(_query: dict[str, Any], id_: str) -> Response:
    """Revoke a key at once; doing it again changes nothing.

    Within seconds its subscriptions are disabled and told so, each by a last `subscription.disabled`; what they would
    have been sent is held for 30 days. Their owner subscribes again with another key. Keys that expire end so, too.
    """
    here = context()
    with here.store.begin() as tx:
        tx.keys.revoke(_key(tx, id_).id, here.now().real_at)
    return Response(status=204)


def _clearance(wish: dict[str, Any]) -> Sensitivity | None:
    return Sensitivity(wish["clearance"]) if "clearance" in wish else None


def _key(tx: Transaction, id_: str) -> Key:
    key = tx.keys.find(id_)
    if key is None:
        raise NotFound("there is no key of this id")
    return key
