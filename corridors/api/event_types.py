"""Which kinds of event are there? The catalogue, a JSON Schema for each, and their part of the API's description."""

from __future__ import annotations

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response
from marshmallow import Schema

from corridors import schema
from corridors.api.answer import fresh
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.subscriptions import DEFAULT_TYPES
from corridors.audience import wants
from corridors.errors import NotFound
from corridors.model import EventType
from corridors.schema.catalogue import CATALOGUE, SINCE, EventTypesSchema
from corridors.schema.examples import example

event_types = Blueprint("event-types", "The catalogue of events: what each type means and carries.")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class JsonSchema(Schema):
    """A JSON Schema, draft 2020-12."""


@event_types.reads("/event-types", EventTypesSchema)
def list_event_types(_query: dict[str, Any]) -> Response:
    """List the types of event, each with an example; wildcards of a subscription cover types that are added later."""
    rows = [
        {
            "name": type_.value,
            "text": kind.text,
            "schema": _address(type_),
            "example": example(type_, context().installation),
            "since": SINCE,
            "deprecated": False,
            "default": wants(DEFAULT_TYPES, type_),
        }
        for type_, kind in CATALOGUE.items()
    ]
    return fresh({"data": rows})


@event_types.reads("/event-types/<id>/schema", JsonSchema)
def show_event_type(_query: dict[str, Any], id_: str) -> Response:
    """Show the JSON Schema of one type of event, as it is in the change feed and in the body of a webhook."""
    known = {type_.value: type_ for type_ in EventType}
    if id_ not in known:
        raise NotFound("there is no event type of this name; /v1/event-types lists them")
    return fresh({"$schema": _DIALECT, "$id": _address(known[id_])} | json_schema(known[id_]))


@cache
def json_schema(type_: EventType) -> dict[str, Any]:
    """Return the JSON Schema of an event of a type, complete in itself."""
    plugin = MarshmallowPlugin()
    spec = APISpec("events", "v1", "3.1.0", plugins=[plugin])
    spec.components.schema("Envelope", schema=schema.EventSchema)
    spec.components.schema("Data", schema=CATALOGUE[type_].data)
    parts = _with_defs(spec.to_dict()["components"]["schemas"])
    envelope = parts.pop("Envelope")
    own = {"type": {"const": type_.value}, "data": {"$ref": "#/$defs/Data"}}
    return {
        "title": type_.value,
        "description": CATALOGUE[type_].text,
        "type": "object",
        "properties": envelope["properties"] | own,
        "required": ["id", "type", "timestamp", "cursor", "data_version", "data"],
        "$defs": parts,
    }


def described_webhooks() -> dict[str, Any]:
    """Return the `webhooks` of the OpenAPI description (3.1, 4.8.1): one for each type of event."""
    return {type_.value: {"post": _operation(type_)} for type_ in CATALOGUE}


def _operation(type_: EventType) -> dict[str, Any]:
    shape = {"allOf": [{"$ref": "#/components/schemas/Event"}], "properties": {"type": {"const": type_.value}}}
    return {
        "summary": CATALOGUE[type_].text,
        "description": "Signed after Standard Webhooks 1.0.0; answer 2xx within 15 seconds, before working.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": shape}}},
        "responses": {"2XX": {"description": "taken; every other answer is tried again"}},
    }


def _address(type_: EventType) -> str:
    return f"{context().installation}/v1/event-types/{type_.value}/schema"


def _with_defs(part: Any) -> Any:
    """Return what apispec made with its references pointing into `$defs`."""
    if isinstance(part, dict):
        return {key: _with_defs(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_with_defs(value) for value in part]
    return part.replace("#/components/schemas/", "#/$defs/") if isinstance(part, str) else part
