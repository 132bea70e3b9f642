"""Which corridors are there, and what holds on them today?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.claims import ClaimsQuery, claim_page
from corridors.api.context import context
from corridors.api.events import EventsQuery, event_answer
from corridors.api.formats import Page, Rows, a_format, listed, media_types, single
from corridors.api.occurrences import OccurrencesOfCorridorQuery, OccurrencesQuery, occurrence_page, parse_page
from corridors.api.parameters import (
    ListQuery,
    NamedQuery,
    Parameter,
    Query,
    a_language,
    page_id,
    page_token,
    parse_country,
    parse_id,
    word,
)
from corridors.errors import NotFound
from corridors.model import Corridor, Status
from corridors.store import Transaction
from corridors.store.corridors import Near

corridors = Blueprint("corridors", "The standing things: one identity for the same route announced again and again.")

_ONE = schema.CorridorSchema()
_MANY = schema.CorridorSchema(many=True)


class CorridorsQuery(ListQuery):
    """Filters of corridors."""

    country = Parameter(parse_country, "ISO 3166-1 alpha-2")
    status = word(Status, "what holds today; unknown = nothing was said about today", many=True)
    slug = Parameter(parse_id, "the readable name in links")
    lang = a_language()
    format = a_format("corridors")


class CorridorQuery(NamedQuery):
    """How one corridor is wanted."""

    format = a_format("corridor")


class ClaimsOfCorridorQuery(ListQuery):
    """How the claims of one corridor are wanted."""

    lang = a_language()
    format = a_format("claims")


class CorridorEventsQuery(EventsQuery):
    """Where in the corridor's events to begin."""

    class Meta:
        """Without what the path says already, and the newest of all events."""

        exclude = ("corridor", "country", "latest")


@corridors.reads(
    "/corridors", schema.list_of(schema.CorridorSchema), CorridorsQuery, media_types=media_types("corridors")
)
def list_corridors(query: dict[str, Any]) -> Response:
    """List corridors with what holds on them today."""
    naming = schema.Naming(query["lang"])
    return listed("corridors", _page, query, naming, next_page=page_id, moves_with=context().today)


@corridors.reads("/corridors/<id>", schema.CorridorSchema, CorridorQuery, media_types=media_types("corridor"))
def show_corridor(query: dict[str, Any], id_: str) -> Response:
    """Show one corridor."""
    naming = schema.Naming(query["lang"])
    return single(
        "corridor",
        lambda tx, naming: _ONE.dump(_views(tx, [_corridor(tx, id_)], naming)[0]),
        query,
        naming,
        moves_with=context().today,
    )


@corridors.reads(
    "/corridors/<id>/occurrences",
    schema.list_of(schema.ListedOccurrenceSchema),
    OccurrencesOfCorridorQuery,
    media_types=media_types("occurrences"),
)
def list_days(query: dict[str, Any], id_: str) -> Response:
    """List the days of a corridor, the latest first."""
    naming = schema.Naming(query["lang"])
    page = _of_one(occurrence_page, OccurrencesQuery, id_)
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
    return listed("claims", _of_one(claim_page, ClaimsQuery, id_), query, naming, next_page=page_id)


def _of_one(page: Page, whole: type[Query], id_: str) -> Page:
    """Return a list's page, narrowed to one corridor."""
    return lambda tx, query, naming: page(tx, _narrowed(query, whole, _corridor(tx, id_)), naming)


def _page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    rows = tx.corridors.page(
        country=query["country"],
        slug=query["slug"],
        statuses=query["status"],
        today=context().today(tx),
        after_id=query["page"],
        limit=query["limit"] + 1,
    )
    found, following = cut(rows, query["limit"], lambda corridor: page_token(corridor.id))
    return _MANY.dump(_views(tx, found, naming)), following


def _views(tx: Transaction, found: Sequence[Corridor], naming: schema.Naming) -> list[schema.CorridorView]:
    here = context()
    near = tx.corridors.near([corridor.id for corridor in found], here.today(tx))
    return [
        schema.CorridorView(naming.corridor(corridor), here.installation, *near.get(corridor.id, Near()))
        for corridor in found
    ]


def _narrowed(query: dict[str, Any], whole: type[Query], corridor: Corridor) -> dict[str, Any]:
    """Return the query of a whole list, narrowed to one corridor; what the path leaves out is not asked."""
    return dict.fromkeys(whole().fields) | query | {"corridor": corridor.id}


def _corridor(tx: Transaction, id_: str) -> Corridor:
    corridor = tx.corridors.get(id_)
    if corridor is None:
        raise NotFound("there is no corridor of this id")
    return corridor
