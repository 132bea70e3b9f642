"""What changed, in which order? The change feed: its bytes are those that subscribers get."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.access import caller
from corridors.api.answer import cut, listing_of_bytes
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.filters import DayFilters, RouteFilters, TimeFilters, selection
from corridors.api.formats import Rows, a_format, chosen, listed, listed_as_json, media_types, single
from corridors.api.parameters import MOST, Parameter, Query, parse_id, parse_instant, refusal, shaped, whole
from corridors.audience import check_types, wants
from corridors.errors import NotFound
from corridors.model import Event, EventType
from corridors.store import Transaction

events = Blueprint("events", "The change feed: every change once, in commit order.")


LONGEST_WAIT_SECONDS = 30

parse_cursor = shaped(pattern="^[0-9]{1,16}$")(schema.parse_cursor)


def parse_type(text: str) -> str:
    """Return an event type or a wildcard. Raises ValueError for what no event will ever have."""
    for problem in check_types([text]):
        raise ValueError(problem)
    return text


class EventsQuery(RouteFilters, DayFilters, TimeFilters):
    """Where in the feed to begin, and which events to leave out. What held before an event or holds after it counts."""

    after = Parameter(parse_cursor, "cursor of the last event seen; 0 = from the beginning")
    latest = Parameter(whole(1, MOST), "the newest so many instead", shape="integer")
    limit = Parameter(whole(1, MOST), "most events in the answer", shape="integer", load_default=100)
    wait = Parameter(
        whole(0, LONGEST_WAIT_SECONDS), "seconds to wait where nothing is new yet", shape="integer", load_default=0
    )
    types = Parameter(
        parse_type,
        "event types; corridor.* and * are understood",
        many=True,
        metadata={"items": {"type": "string", "enum": ["*", "corridor.*", *EventType]}},
    )
    corridor = Parameter(parse_id, "id of a corridor", many=True)
    as_of = Parameter(parse_instant, "those that had been recorded at this instant")
    page = Parameter(schema.parse_cursor, "of other formats than JSON: as their `next` links say")
    format = a_format("events")


class EventQuery(Query):
    """How one event is wanted."""

    format = a_format("event")


@events.reads("/events", schema.EventListSchema, EventsQuery, media_types=media_types("events"))
def list_events(query: dict[str, Any]) -> Response:
    """List events in commit order; `next` is the cursor to go on after, also when nothing is new."""
    return event_answer(query, lambda _: query)


@events.reads("/events/<id>", schema.answer_of(schema.EventSchema), EventQuery, media_types=media_types("event"))
def show_event(query: dict[str, Any], id_: str) -> Response:
    """Show one event."""
    return single("event", lambda tx, _: _body(tx, id_), query, schema.Naming())


def event_answer(query: dict[str, Any], narrowed: Callable[[Transaction], dict[str, Any]]) -> Response:
    """Return the piece of the change feed that a query asks for, in the format that the caller wants.

    narrowed: the same query once the store can be asked. Raises InvalidRequest where parameters do not go together.
    """
    wanted = chosen("events", query)
    if wanted is None:
        if query["page"] is not None:
            raise refusal({"page": ["JSON goes on with `after`, the `next` of the answer before"]})
        _await_news(query, narrowed)
        return listed_as_json(lambda tx: event_page(tx, narrowed(tx)))
    goes_back = wanted[1].page_size is not None
    if query.get("latest") is not None or (goes_back and query["after"] is not None):
        wrong = "after" if query["after"] is not None else "latest"
        raise refusal({wrong: ["this is for JSON; a feed begins with the newest, and `limit` says how many"]})
    page = _newest if goes_back else _following
    return listed(
        "events",
        lambda tx, asked, _: page(tx, narrowed(tx) | {name: asked[name] for name in ("limit", "page")}),
        query,
        schema.Naming(),
        next_page=schema.parse_cursor,
    )


def _await_news(query: dict[str, Any], narrowed: Callable[[Transaction], dict[str, Any]]) -> None:
    """Return when something fits behind the reader's cursor, or its `wait` is over.

    So many threads of a process may wait at a time; who comes then is answered at once, as without `wait`.
    """
    here = context()
    seconds, after = query.get("wait") or 0, query["after"]
    if not seconds or after is None or not here.waiting.acquire(blocking=False):
        return
    try:
        ends = time.monotonic() + seconds
        while True:
            count = here.news.count()
            with here.store.read(caller().clearance) as tx:
                found, looked = tx.events.scan(after, 1, **_kept(narrowed(tx)))
                after = max(after, tx.events.head()) if looked is None else looked
            left = ends - time.monotonic()
            if found or left <= 0:
                return
            here.news.wait(count, left)
    finally:
        here.waiting.release()


def _following(tx: Transaction, query: dict[str, Any]) -> Rows:
    """Return events in commit order, and the cursor of the last one where there are more."""
    after = query["page"] if query["page"] is not None else query["after"] or 0
    found, token = cut(tx.events.after(after, query["limit"] + 1, **_kept(query)), query["limit"], _cursor)
    return [event.body for event in found], token


def _newest(tx: Transaction, query: dict[str, Any]) -> Rows:
    """Return events from the newest back, and the cursor of the oldest one where there are more."""
    found, token = cut(tx.events.before(query["page"], query["limit"] + 1, **_kept(query)), query["limit"], _cursor)
    return [event.body for event in found], token


def _cursor(event: Event) -> str:
    return schema.cursor_text(event.cursor)


def _kept(query: dict[str, Any]) -> dict[str, Any]:
    return {"wanted": selection(query, recorded_by=query.get("as_of")), "types": _expanded(query["types"])}


def event_page(tx: Transaction, query: dict[str, Any]) -> bytes:
    """Return the piece of the feed that `query` asks for. Raises InvalidRequest for `after` with `latest`."""
    kept = _kept(query)
    if query["latest"] is not None:
        if query["after"] is not None or kept["types"] or not kept["wanted"].is_everything:
            raise refusal({"latest": ["give it alone: it is the newest of all events"]})
        newest = tx.events.latest(query["latest"])
        return listing_of_bytes(tx, [event.body for event in newest], schema.cursor_text(tx.events.head()))
    after = query["after"] or 0
    found, looked = tx.events.scan(after, query["limit"], **kept)
    # Behind the last one that fits there is nothing in this state of the store, so the reader may skip to its end.
    reached = max(after, tx.events.head()) if looked is None else looked
    return listing_of_bytes(tx, [event.body for event in found], schema.cursor_text(reached))


def _expanded(types: Sequence[str]) -> list[EventType]:
    return [type_ for type_ in EventType if wants(types, type_)]


def _body(tx: Transaction, id_: str) -> bytes:
    event = tx.events.get(id_)
    if event is None:
        raise NotFound("there is no event of this id")
    return event.body
