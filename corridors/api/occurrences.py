"""What was, is and will be on which day?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response

from corridors import schema
from corridors.api import past
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.filters import DayFilters, RouteFilters, TimeFilters, selection
from corridors.api.formats import Rows, a_format, listed, media_types, single
from corridors.api.parameters import (
    NamedQuery,
    Parameter,
    SortedQuery,
    a_language,
    behind,
    page_token,
    parse_day,
    parse_id,
    parse_instant,
    parse_page,
    some_fields,
    sorting,
)
from corridors.errors import Moved, NotFound
from corridors.model import Occurrence
from corridors.store import Transaction

occurrences = Blueprint("occurrences", "Corridors on one local day each.")


class OccurrencesOfCorridorQuery(SortedQuery, DayFilters, TimeFilters):
    """Filters of the days of one corridor."""

    as_of = Parameter(parse_instant, "by what was known at this instant")
    sort = sorting("-date", "date")
    chosen = some_fields(schema.ListedOccurrenceSchema)
    lang = a_language()
    format = a_format("occurrences")


class OccurrencesQuery(OccurrencesOfCorridorQuery, RouteFilters):
    """Filters of occurrences."""

    corridor = Parameter(parse_id, "id of a corridor", many=True)


class OccurrenceQuery(NamedQuery):
    """How one occurrence is wanted."""

    format = a_format("occurrence")


@occurrences.reads(
    "/occurrences",
    schema.list_of(schema.ListedOccurrenceSchema),
    OccurrencesQuery,
    media_types=media_types("occurrences"),
)
def list_occurrences(query: dict[str, Any]) -> Response:
    """List occurrences, latest day first, each with its corridor in short."""
    naming = schema.Naming(query["lang"])
    page = past.occurrence_page() if query["as_of"] else occurrence_page
    return listed("occurrences", page, query, naming, next_page=parse_page)


@occurrences.reads(
    "/occurrences/<id>",
    schema.answer_of(schema.ListedOccurrenceSchema),
    OccurrenceQuery,
    media_types=media_types("occurrence"),
)
def show_occurrence(query: dict[str, Any], id_: str) -> Response:
    """Show one occurrence with its corridor in short."""
    naming = schema.Naming(query["lang"])
    return single("occurrence", lambda tx, naming: shown_occurrence(tx, id_, naming), query, naming)


def occurrence_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the page of occurrences that `query` asks for. Raises InvalidRequest for a day beside a range of days."""
    rows = tx.corridors.occurrence_page(
        selection(query), sort=query["sort"], after=behind(query, parse_day, parse_id), limit=query["limit"] + 1
    )
    found, following = cut(rows, query["limit"], lambda row: page_token(query["sort"], *row.key))
    return list(_rendered(tx, [row.id for row in found], naming)), following


def _rendered(tx: Transaction, ids: Sequence[str], naming: schema.Naming) -> Iterator[bytes]:
    """Yield occurrences as they are shown, joined from what was rendered when they changed."""
    shown = tx.corridors.occurrence_parts(ids)
    about = tx.corridors.corridors_of(ids)
    parts = {id_: part.named(naming) for id_, part in tx.corridors.parts(sorted(set(about.values()))).items()}
    for id_ in ids:
        yield schema.listed_json(shown[id_], parts.get(about[id_]))


def shown_occurrence(tx: Transaction, id_: str, naming: schema.Naming) -> bytes:
    """Return one occurrence as it is shown. Raises NotFound."""
    return next(_rendered(tx, [_occurrence(tx, id_).id], naming))


def _occurrence(tx: Transaction, id_: str) -> Occurrence:
    occurrence = tx.corridors.occurrence(id_)
    if occurrence is None and (into := tx.corridors.moved_to(id_)):
        raise Moved(id_, into)
    if occurrence is None:
        raise NotFound("there is no occurrence of this id")
    return occurrence
