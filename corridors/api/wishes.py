"""What may a subscriber ask for? The bodies of requests about subscriptions, each field checked with a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from corridors.api.parameters import parse_instant, refusal
from corridors.audience import check_filter, check_types
from corridors.errors import BlockedAddress
from corridors.outbound import Egress
from corridors.signature import secret_bytes
from corridors.store.replays import CATCH_UPS, MODES

MOST_SUBSCRIPTIONS = 20
MOST_TYPES = 50
MOST_SECRETS = 3
LONGEST_GRACE = 7 * 86_400
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
    superseding = _text(
        validate=OneOf(("on", "off"), error="write on or off"),
        metadata={"enum": ["on", "off"], "description": "off = older news is sent although there is newer"},
    )
    contact = fields.String(
        allow_none=True,
        validate=_check_contact,
        error_messages={"invalid": "write text"},
        metadata={"description": "whom to ask when deliveries fail"},
    )


class Moment(fields.Field[datetime]):
    """An instant with its offset, RFC 3339."""

    def __init__(self, **options: Any) -> None:
        needed = {"required": "write an instant, such as 2022-03-14T08:00:00Z", "null": "write an instant"}
        described = {"type": "string", "format": "date-time"}
        super().__init__(error_messages={**needed}, metadata=described, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return parse_instant(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _word(words: Sequence[str], **options: Any) -> fields.String:
    """Return a field that takes one of a few words."""
    sentence = f"write one of {', '.join(words)}"
    return fields.String(
        validate=OneOf(words, error=sentence),
        error_messages={"required": sentence, "invalid": sentence, "null": sentence},
        metadata={"enum": list(words)},
        **options,
    )


def _flag() -> fields.Boolean:
    sentence = "write true or false"
    return fields.Boolean(truthy={True}, falsy={False}, error_messages={"invalid": sentence, "null": sentence})


class Enabling(Schema):
    """How to go on after a pause."""

    catch_up = _word(CATCH_UPS, required=True)


class ReplayWish(Schema):
    """Which past deliveries to send again."""

    since = Moment(required=True)
    until = Moment()
    mode = _word(MODES, required=True)
    types = fields.List(_text(), validate=Length(max=MOST_TYPES))
    corridors = fields.List(_text(), validate=Length(max=1000))
    dry_run = _flag()


class NewWish(Wish):
    """A new subscription."""

    url = _text(required=True, metadata={"description": "where to POST to; https://"})
    secret = _text(
        validate=_check_secret, metadata={"description": "your own: whsec_ and 24 to 64 random bytes in base64"}
    )


class Rotation(Schema):
    """How to change a secret. grace_seconds: how long signatures carry the old one, too; 0 = it is out at once."""

    secret = _text(
        validate=_check_secret, metadata={"description": "your own: whsec_ and 24 to 64 random bytes in base64"}
    )
    grace_seconds = fields.Integer(
        strict=True,
        validate=Range(0, LONGEST_GRACE, error=f"write 0 to {LONGEST_GRACE}, which is a week"),
        error_messages={"invalid": "write a whole number", "null": "write a whole number"},
        metadata={"minimum": 0, "maximum": LONGEST_GRACE, "default": 86_400},
    )


def checked_url(url: str, egress: Egress) -> str:
    """Return an address that webhooks may be sent to, its name resolved. Raises InvalidRequest with the reason."""
    try:
        egress.check_url(url, resolve=True)
    except BlockedAddress as error:
        raise refusal({"url": [str(error)]}) from error
    return url
