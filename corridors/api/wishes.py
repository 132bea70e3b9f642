"""What may a subscriber ask for? The bodies of requests about subscriptions, each field checked with a sentence."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields

from corridors.api.parameters import refusal
from corridors.audience import check_filter, check_types
from corridors.errors import BlockedAddress
from corridors.outbound import Egress
from corridors.signature import secret_bytes

MOST_SUBSCRIPTIONS = 20
MOST_TYPES = 50
MOST_HEADERS = 10
HIGHEST_RATE = 60_000

_HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,512}")
# What the transport or the signature decides; a subscriber who set these could forge or break a request.
_OURS = re.compile(
    r"(?i)host|connection|transfer-encoding|te|upgrade|expect|user-agent|cookie|accept-encoding|"
    r"(content|webhook|corridors|proxy)-.*"
)


def _check_types(types: list[str]) -> None:
    if not 1 <= len(types) <= MOST_TYPES:
        raise ValidationError(f"write 1 to {MOST_TYPES} event types, or leave the field out")
    if wrong := check_types(types):
        raise ValidationError(wrong)


def _check_filter(filter_: dict[str, Any]) -> None:
    if wrong := check_filter(filter_):
        raise ValidationError([f"{key}: {text}" for key, texts in wrong.items() for text in texts])


def _check_secret(secret: str) -> None:
    try:
        secret_bytes(secret)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _check_headers(headers: dict[str, str]) -> None:
    if len(headers) > MOST_HEADERS:
        raise ValidationError(f"write at most {MOST_HEADERS} headers")
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValidationError(f'"{name[:64]}" is no header name: letters, digits, - and _, at most 64')
        if _OURS.fullmatch(name):
            raise ValidationError(f"{name} is set by us")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValidationError(f"the value of {name} has to be 1 to 512 printable ASCII characters")


def _check_rate(rate: int) -> None:
    if not 1 <= rate <= HIGHEST_RATE:
        raise ValidationError(f"write a whole number from 1 to {HIGHEST_RATE}")


def _check_contact(contact: str) -> None:
    if not 1 <= len(contact) <= 200 or not contact.isprintable():
        raise ValidationError("write at most 200 printable characters")


def _text(**options: Any) -> fields.String:
    return fields.String(
        error_messages={"invalid": "write text", "null": "write text", "required": "this is needed"}, **options
    )


class Wish(Schema):
    """What may be changed in a subscription."""

    url = _text(metadata={"description": "where to POST to; https://"})
    types = fields.List(
        _text(),
        validate=_check_types,
        error_messages={"invalid": "write a list of event types", "null": "write a list of event types"},
        metadata={"description": "event types; corridor.* and * are understood"},
    )
    filter = fields.Dict(
        keys=fields.String(),
        validate=_check_filter,
        error_messages={"invalid": "write an object", "null": "write an object; {{}} = no filter"},
        metadata={
            "description": "AND between keys, OR inside: countries areas bbox polygon corridors purposes modes "
            "statuses min_credibility sources"
        },
    )
    rate_per_minute = fields.Integer(
        strict=True,
        validate=_check_rate,
        error_messages={"invalid": "write a whole number", "null": "write a whole number"},
        metadata={"minimum": 1, "maximum": HIGHEST_RATE},
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=_text(),
        validate=_check_headers,
        error_messages={"invalid": "write an object of texts", "null": "write an object; {{}} = no headers"},
    )
    contact = fields.String(
        allow_none=True,
        validate=_check_contact,
        error_messages={"invalid": "write text"},
        metadata={"description": "whom to ask when deliveries fail"},
    )


class NewWish(Wish):
    """A new subscription."""

    url = _text(required=True, metadata={"description": "where to POST to; https://"})
    secret = _text(
        validate=_check_secret, metadata={"description": "your own: whsec_ and 24 to 64 random bytes in base64"}
    )


class Rotation(Schema):
    """How to change a secret. revoke: the old one is out; otherwise signatures carry both until the next rotation."""

    secret = _text(
        validate=_check_secret, metadata={"description": "your own: whsec_ and 24 to 64 random bytes in base64"}
    )
    revoke = fields.Boolean(
        truthy={True}, falsy={False}, error_messages={"invalid": "write true or false", "null": "write true or false"}
    )


def checked_url(url: str, egress: Egress) -> str:
    """Return an address that webhooks may be sent to, its name resolved. Raises InvalidRequest with the reason."""
    try:
        egress.check_url(url, resolve=True)
    except BlockedAddress as error:
        raise refusal({"url": [str(error)]}) from error
    return url
