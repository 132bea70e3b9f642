"""How is a record put together from pieces that were rendered before? Lists as a join of bytes.

Rendering a record takes a millisecond and putting it together microseconds, so the store renders in the transaction
that changes something (`corridor_part`, `occurrence_part`), and a reader joins (`corridor_json`, `listed_json`). What
moves by itself, such as which day is today, is decided when the pieces are joined. FORM names the shape of the pieces:
what was rendered by other code is rendered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from marshmallow import Schema, fields

from corridors.model import Corridor, Occurrence, Status
from corridors.schema.corridor import (
    CorridorSchema,
    CorridorSummarySchema,
    CorridorView,
    ListedOccurrenceSchema,
    OccurrenceSchema,
)
from corridors.schema.event import json_bytes
from corridors.schema.naming import Naming

_LATER = ("status", "current", "next", "last", "links")  # of a corridor: what depends on the day and the installation
_SUMMARY = CorridorSummarySchema()
_REST = CorridorSchema(only=[*set(CorridorSchema().fields) - set(_SUMMARY.fields) - set(_LATER)])
_OCCURRENCE = OccurrenceSchema()


def _shape(schema: type[Schema] | Schema) -> Any:
    """Return the names and kinds of a schema's fields, all the way down."""
    declared = schema.fields if isinstance(schema, Schema) else schema().fields
    return {name: _kind(field) for name, field in sorted(declared.items())}


def _kind(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.List):
        return [_kind(field.inner)]
    return _shape(field.schema) if isinstance(field, fields.Nested) else type(field).__name__


FORM = sha256(repr((_shape(CorridorSchema), _shape(ListedOccurrenceSchema))).encode()).hexdigest()[:16]


class CorridorPart(NamedTuple):
    """A corridor without its days. summary, rest: JSON objects; names: of its places, by language."""

    summary: bytes
    rest: bytes
    names: bytes

    @classmethod
    def parse(cls, kept: bytes) -> CorridorPart:
        """Return the pieces that `corridor_part` made."""
        return cls(*kept.split(b"\n"))

    def named(self, naming: Naming) -> CorridorPart:
        """Return it with the names that are wanted."""
        if naming.wanted is None:
            return self
        summary, names = orjson.loads(self.summary), orjson.loads(self.names)
        summary["name"] = naming.text(summary["name"])
        route = summary["route"]
        for place, known in zip(_places(route), names, strict=True):
            place["name"] = naming.name(place["name"], known)
        return self._replace(summary=orjson.dumps(summary))


def corridor_part(corridor: Corridor) -> bytes:
    """Return what is kept of a corridor: three lines of JSON."""
    view = CorridorView(corridor, "")
    names = [dict(place.names) for place in corridor.route.places]
    return b"\n".join(json_bytes(piece) for piece in (_SUMMARY.dump(corridor), _REST.dump(view), names))


def occurrence_part(occurrence: Occurrence) -> bytes:
    """Return what is kept of a corridor's day: its JSON object."""
    return json_bytes(_OCCURRENCE.dump(occurrence))


def corridor_json(part: CorridorPart, id_: str, installation: str, days: Mapping[str, tuple[Status, bytes]]) -> bytes:
    """Return a corridor with its days, some of "current", "next" and "last", each with its status."""
    current = days.get("current")
    status = current[0] if current else Status.UNKNOWN
    shown = b",".join(b'"%s":%s' % (name.encode(), days[name][1] if name in days else b"null") for name in _DAYS)
    links = json_bytes(CorridorView.links_of(installation, id_))
    return b'%s,%s,%s,"links":%s,"status":"%s"}' % (part.summary[:-1], part.rest[1:-1], shown, links, status.encode())


def listed_json(occurrence: bytes, corridor: CorridorPart | None) -> bytes:
    """Return a corridor's day with the corridor in short."""
    return b'%s,"corridor_summary":%s}' % (occurrence[:-1], corridor.summary if corridor else b"null")


_DAYS = ("current", "next", "last")


def _places(route: dict[str, Any]) -> list[dict[str, Any]]:
    return [place for place in (route["origin"], *route["via"], route["destination"]) if place]
