"""Which corridors are there, and what holds on them today?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response

from corridors import schema
from corridors.api import past
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.claims import ClaimsQuery, claim_page
from corridors.api.context import context
from corridors.api.events import EventsQuery, event_answer
from corridors.api.filters import DayFilters, RouteFilters, TimeFilters, selection
from corridors.api.formats import Page, Rows, a_format, listed, media_types, single
from corridors.api.occurrences import OccurrencesOfCorridorQuery, OccurrencesQuery, occurrence_page
from corridors.api.parameters import (
    NamedQuery,
    Parameter,
    Query,
    SortedQuery,
    a_language,
    behind,
    page_token,
    parse_id,
    parse_instant,
    parse_page,
    some_fields,
    sorting,
)
from corridors.errors import Moved, NotFound
from corridors.hindsight import Known
from corridors.model import Corridor
from corridors.store import Transaction

corridors = Blueprint("corridors", "The standing things: one identity for the same route announced again and again.")


class CorridorsQuery(SortedQuery, RouteFilters, DayFilters, TimeFilters):
    """Filters of corridors. What is asked of a day is asked of today, or of the days that are asked for."""

    slug = Parameter(parse_id, "the readable name in links")
    as_of = Parameter(parse_instant, "those that were known at this instant, and what held then")
    sort = sorting("id", "-id", "country", "-country")
    chosen = some_fields(schema.CorridorSchema)
    lang = a_language()
    format = a_format("corridors")


class CorridorQuery(NamedQuery):
    """How one corridor is wanted."""

    as_of = Parameter(parse_instant, "as it was known at this instant, with what held then")
    format = a_format("corridor")


class ClaimsOfCorridorQuery(SortedQuery):
    """How the claims of one corridor are wanted."""

    as_of = Parameter(parse_instant, "those that were known at this instant, as they were known then")
    sort = sorting("-id", "id")
    chosen = some_fields(schema.ClaimSchema)
    lang = a_language()
    format = a_format("claims")


class CorridorEventsQuery(EventsQuery):
    """Where in the corridor's events to begin."""

    class Meta:
        """Without what the path says already, and the newest of all events."""

        exclude = ("corridor", "latest", *RouteFilters().fields)


@corridors.reads(
    "/corridors", schema.list_of(schema.CorridorSchema), CorridorsQuery, media_types=media_types("corridors")
)
def list_corridors(query: dict[str, Any]) -> Response:
    """List corridors with what holds on them today."""
    naming = schema.Naming(query["lang"])
    page = past.corridor_page() if query["as_of"] else corridor_page
    return listed("corridors", page, query, naming, next_page=parse_page, moves_with=context().today)


@corridors.reads(
    "/corridors/<id>", schema.answer_of(schema.CorridorSchema), CorridorQuery, media_types=media_types("corridor")
)
def show_corridor(query: dict[str, Any], id_: str) -> Response:
    """Show one corridor."""
    naming = schema.Naming(query["lang"])
    as_of = query["as_of"]

    def shown(tx: Transaction, naming: schema.Naming) -> bytes:
        return _shown_then(tx, id_, as_of, naming) if as_of else shown_corridor(tx, id_, naming)

    return single("corridor", shown, query, naming, moves_with=context().today)


@corridors.reads(
    "/corridors/<id>/occurrences",
    schema.list_of(schema.ListedOccurrenceSchema),
    OccurrencesOfCorridorQuery,
    media_types=media_types("occurrences"),
)
def list_days(query: dict[str, Any], id_: str) -> Response:
    """List the days of a corridor, the latest first."""
    naming = schema.Naming(query["lang"])
    page = _days_then(id_) if query["as_of"] else _of_one(occurrence_page, OccurrencesQuery, id_)
    return listed("occurrences", page, query, naming, next_page=parse_page)


@corridors.reads(
    "/corridors/<id>/events", schema.EventListSchema, CorridorEventsQuery, media_types=media_types("events")
)
def list_corridor_events(query: dict[str, Any], id_: str) -> Response:
    """List what happened to a corridor, in order."""
    return event_answer(query, lambda tx: _narrowed(query, EventsQuery, _corridor(tx, id_)))


@corridors.reads(
    "/corridors/<id>/claims",
    schema.list_of(schema.ClaimSchema),
    ClaimsOfCorridorQuery,
    media_types=media_types("claims"),
)
def list_corridor_claims(query: dict[str, Any], id_: str) -> Response:
    """List what is said about a corridor, newest first."""
    naming = schema.Naming(query["lang"])
    return listed("claims", _of_one(claim_page, ClaimsQuery, id_), query, naming, next_page=parse_page)


def _of_one(page: Page, whole: type[Query], id_: str) -> Page:
    """Return a list's page, narrowed to one corridor."""
    return lambda tx, query, naming: page(tx, _narrowed(query, whole, _corridor(tx, id_)), naming)


def _days_then(id_: str) -> Page:
    """Return the page of a corridor's days by what was known at `as_of`."""
    page = past.occurrence_page()

    def of_one(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
        corridor = _corridor_then(tx, id_, query["as_of"]).corridor
        return page(tx, _narrowed(query, OccurrencesQuery, corridor), naming)

    return of_one


def corridor_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the page of corridors that `query` asks for."""
    wanted = selection(query)
    after = behind(query, *[str] * (1 if query["sort"].endswith("id") else 2))
    today = context().today(tx)
    rows = tx.corridors.page(wanted, today, sort=query["sort"], after=after, limit=query["limit"] + 1)
    found, following = cut(rows, query["limit"], lambda row: page_token(query["sort"], *row.key))
    return list(_rendered(tx, [row.id for row in found], naming)), following


def _rendered(tx: Transaction, ids: Sequence[str], naming: schema.Naming) -> Iterator[bytes]:
    """Yield corridors as they are shown, joined from what was rendered when they changed."""
    here = context()
    parts, near = tx.corridors.parts(ids), tx.corridors.near_ids(ids, here.today(tx))
    shown = tx.corridors.occurrence_parts([day.id for days in near.values() for day in days.values()])
    for id_ in ids:
        days = {name: (day.status, shown[day.id]) for name, day in near[id_].items()}
        yield schema.corridor_json(parts[id_].named(naming), id_, here.installation, days)


def shown_corridor(tx: Transaction, id_: str, naming: schema.Naming) -> bytes:
    """Return one corridor as it is shown. Raises NotFound."""
    return next(_rendered(tx, [_corridor(tx, id_).id], naming))


def _shown_then(tx: Transaction, id_: str, as_of: datetime, naming: schema.Naming) -> bytes:
    """Return one corridor as it was shown at an instant. Raises NotFound, or Moved."""
    return past.shown_then(_corridor_then(tx, id_, as_of), as_of, naming)


def _corridor_then(tx: Transaction, id_: str, as_of: datetime) -> Known:
    """Return a corridor as it was known at an instant. Raises Moved where another one stood for it, else NotFound."""
    known = past.find_then(tx, id_, as_of)
    if known and known.corridor.id != id_:
        raise Moved(id_, known.corridor.id)
    if known is None:
        raise NotFound("no corridor of this id was known at that instant")
    return known


def _narrowed(query: dict[str, Any], whole: type[Query], corridor: Corridor) -> dict[str, Any]:
    """Return the query of a whole list, narrowed to one corridor; what the path leaves out is not asked."""
    everything: dict[str, Any] = whole().fill({})
    return everything | query | {"corridor": (corridor.id,)}


def _corridor(tx: Transaction, id_: str) -> Corridor:
    """Return a corridor. Raises Moved where it was merged into another one, else NotFound."""
    corridor = tx.corridors.get(id_)
    into = corridor.merged_into if corridor else tx.corridors.moved_to(id_)
    if into:
        raise Moved(id_, into)
    if corridor is None:
        raise NotFound("there is no corridor of this id")
    return corridor
