"""What changed, in which order? The change feed: its bytes are those that subscribers get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import listing_of_bytes, public
from corridors.api.blueprint import Blueprint
from corridors.api.parameters import MOST, Parameter, Query, parse_country, parse_id, refusal, whole
from corridors.audience import check_types, wants
from corridors.errors import NotFound
from corridors.model import EventType
from corridors.store import Transaction

events = Blueprint("events", "The change feed: every change once, in commit order.")


def parse_type(text: str) -> str:
    """Return an event type or a wildcard. Raises ValueError for what no event will ever have."""
    for problem in check_types([text]):
        raise ValueError(problem)
    return text


class EventsQuery(Query):
    """Where in the feed to begin, and which events to leave out."""

    after = Parameter(schema.parse_cursor, "cursor of the last event seen; 0 = from the beginning")
    latest = Parameter(whole(1, MOST), "the newest so many instead", shape="integer")
    limit = Parameter(whole(1, MOST), "most events in the answer", shape="integer", load_default=100)
    types = Parameter(parse_type, "event types; corridor.* and * are understood", many=True)
    corridor = Parameter(parse_id, "id of a corridor")
    country = Parameter(parse_country, "ISO 3166-1 alpha-2")


@events.reads("/events", schema.EventListSchema, EventsQuery)
def list_events(query: dict[str, Any]) -> Response:
    """List events in commit order; `next` is the cursor to go on after, also when nothing is new."""
    return public(lambda tx: event_page(tx, query))


@events.reads("/events/<id>", schema.EventSchema)
def show_event(_query: dict[str, Any], id_: str) -> Response:
    """Show one event."""
    return public(lambda tx: _body(tx, id_))


def event_page(tx: Transaction, query: dict[str, Any]) -> bytes:
    """Return the piece of the feed that `query` asks for. Raises InvalidRequest for `after` with `latest`."""
    types = _expanded(query["types"])
    kept = {"corridor": query["corridor"], "country": query["country"], "types": types}
    if query["latest"] is not None:
        if query["after"] is not None or any(kept.values()):
            raise refusal({"latest": ["give it alone: it is the newest of all events"]})
        found = tx.events.latest(query["latest"])
        return listing_of_bytes(tx, [event.body for event in found], schema.cursor_text(tx.events.head()))
    after = query["after"] or 0
    found = tx.events.after(after, query["limit"], **kept)
    # Behind the last one that fits there is nothing in this state of the store, so the reader may skip to its end.
    reached = found[-1].cursor if len(found) == query["limit"] else max(after, tx.events.head())
    return listing_of_bytes(tx, [event.body for event in found], schema.cursor_text(reached))


def _expanded(types: Sequence[str]) -> list[EventType]:
    return [type_ for type_ in EventType if wants(types, type_)]


def _body(tx: Transaction, id_: str) -> bytes:
    event = tx.events.get(id_)
    if event is None:
        raise NotFound("there is no event of this id")
    return event.body
