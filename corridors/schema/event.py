"""How does a change look outside? The item of the change feed, which is also the body of a webhook.

Rendered once, in the transaction that records the event, and kept as bytes. Start at `event_body`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import Schema, fields

from corridors.model import Change, Corridor, Event, EventType, Occurrence
from corridors.schema.corridor import EventCorridorSchema, OccurrenceSchema
from corridors.schema.fields import Instant, Plain, Word, a_list, maybe_instant, maybe_text, plain

DATA_VERSION = 1

NOTICE = "This is information about what others announced and reported; it is no guarantee that any road is safe."

_CURSOR_DIGITS = 16
_LARGEST_CURSOR = 2**63 - 1


def cursor_text(cursor: int) -> str:
    """Return a position in the change feed as text that sorts like the number."""
    return f"{cursor:0{_CURSOR_DIGITS}d}"


def parse_cursor(text: str) -> int:
    """Return the position that `text` names. Raises ValueError for what no cursor looks like."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _CURSOR_DIGITS + 3):
        raise ValueError("a cursor is a number of up to 16 digits, as it stands in an event")
    cursor = int(text)
    if cursor > _LARGEST_CURSOR:
        raise ValueError("there is no cursor as large as that")
    return cursor


class FieldChangeSchema(Schema):
    """A field of an occurrence that moved, with its old and new public value."""

    field = fields.String()
    old = Plain(allow_none=True)
    new = Plain(allow_none=True)


class PreviousSchema(Schema):
    """What held before."""

    status = fields.String()
    revision = fields.Integer()


class EventSourceSchema(Schema):
    """Who said what made the change."""

    id = fields.String()
    name = fields.String()
    url = maybe_text()
    published_at = maybe_instant()


class EventDataSchema(Schema):
    """What a corridor event is about; every record as it is after the change."""

    occurrence = fields.Nested(OccurrenceSchema, allow_none=True)
    corridor = fields.Nested(EventCorridorSchema, allow_none=True)
    previous = fields.Nested(PreviousSchema, allow_none=True)
    changed = a_list(FieldChangeSchema)
    sources = a_list(EventSourceSchema)
    links = fields.Dict(keys=fields.String(), values=fields.String())


class EventSchema(Schema):
    """A recorded change. Receivers keep the highest `revision` of each occurrence.

    Three times: when it happened, or will, as far as known (event_at); when the newest word of it was published
    (source_at); when it was recorded here (recorded_at, the same as timestamp).
    """

    id = fields.String()
    type = Word(EventType)
    timestamp = Instant()
    event_at = Instant()
    source_at = maybe_instant()
    recorded_at = Instant()
    cursor = fields.Function(lambda event: cursor_text(event.cursor), metadata={"type": "string"})
    installation = fields.String(dump_only=True)
    data_version = fields.Constant(DATA_VERSION, metadata={"type": "integer"})
    historic = fields.Boolean()
    data = fields.Dict(
        dump_only=True, metadata={"description": "EventData for corridor events, see the type for others"}
    )
    notice = fields.Constant(NOTICE, metadata={"type": "string"})


_EVENT = EventSchema(exclude=("installation", "data"))
_DATA = EventDataSchema()


def event_body(
    event: Event,
    cursor: int,
    *,
    installation: str,
    occurrence: Occurrence | None,
    corridor: Corridor | None,
    change: Change | None,
    sources: Sequence[Mapping[str, Any]] = (),
    data: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the JSON of an event at its `cursor`: UTF-8, compact, keys sorted.

    installation: root of the links, without a slash at its end.
    sources: id, name, url, published_at (an instant or None) of what made the change.
    data: of events about no corridor; with one it adds keys that the corridor's own may not replace.
    """
    body = _EVENT.dump(replace(event, event_at=event.event_at or event.recorded_at)) | {
        "cursor": cursor_text(cursor),
        "installation": installation,
    }
    body["data"] = plain(dict(data or {}))
    if occurrence or corridor:
        body["data"] |= _corridor_data(event, installation, occurrence, corridor, change, sources)
    return json_bytes(body)


def json_bytes(value: Any) -> bytes:
    """Return `value` as compact JSON in UTF-8 with sorted keys; a lone surrogate, which UTF-8 lacks, as U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _corridor_data(
    event: Event,
    installation: str,
    occurrence: Occurrence | None,
    corridor: Corridor | None,
    change: Change | None,
    sources: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    root = f"{installation}/v1"
    links = {"self": f"{root}/events/{event.id}"}
    if occurrence:
        links["occurrence"] = f"{root}/occurrences/{occurrence.id}"
    about = corridor.id if corridor else occurrence.corridor if occurrence else None
    if about:
        links["corridor"] = f"{root}/corridors/{about}"
    held: dict[str, Any] = _DATA.dump(
        {
            "occurrence": occurrence,
            "corridor": corridor,
            "previous": _previous(occurrence, change),
            "changed": change.changed if change else (),
            "sources": sources,
            "links": links,
        }
    )
    return held


def _previous(occurrence: Occurrence | None, change: Change | None) -> dict[str, Any] | None:
    """Return what held before the change; None for the first word about a day."""
    if change is None or change.previous is None or occurrence is None:
        return None
    return {"status": change.previous.value, "revision": occurrence.revision - 1}
