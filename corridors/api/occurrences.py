"""What was, is and will be on which day?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response

from corridors import hindsight, schema
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.formats import Rows, a_format, listed, media_types, single
from corridors.api.parameters import (
    ListQuery,
    NamedQuery,
    Parameter,
    a_language,
    page_key,
    page_token,
    parse_country,
    parse_day,
    parse_id,
    parse_instant,
    refusal,
    word,
)
from corridors.errors import NotFound
from corridors.model import Occurrence, Status
from corridors.store import Transaction

occurrences = Blueprint("occurrences", "Corridors on one local day each.")

_ONE = schema.ListedOccurrenceSchema()
_MANY = schema.ListedOccurrenceSchema(many=True)


def parse_page(text: str) -> tuple[date, str]:
    """Return the day and id behind which a page begins. Raises ValueError."""
    day, id_ = page_key(text, parse_day, parse_id)
    return day, id_


class OccurrencesOfCorridorQuery(ListQuery):
    """Filters of the days of one corridor."""

    page = Parameter(parse_page, "`next` of the answer before")
    date = Parameter(parse_day, "a local day")
    first = Parameter(parse_day, "no day before this one")
    last = Parameter(parse_day, "no day after this one")
    status = word(Status, "what holds", many=True)
    lang = a_language()
    format = a_format("occurrences")


class OccurrencesQuery(OccurrencesOfCorridorQuery):
    """Filters of occurrences."""

    country = Parameter(parse_country, "ISO 3166-1 alpha-2")
    corridor = Parameter(parse_id, "id of a corridor")
    as_of = Parameter(parse_instant, "by what was known at this instant; needs `date`")


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
    return listed("occurrences", known_page if query["as_of"] else occurrence_page, query, naming, next_page=parse_page)


@occurrences.reads(
    "/occurrences/<id>", schema.ListedOccurrenceSchema, OccurrenceQuery, media_types=media_types("occurrence")
)
def show_occurrence(query: dict[str, Any], id_: str) -> Response:
    """Show one occurrence with its corridor in short."""
    naming = schema.Naming(query["lang"])
    return single(
        "occurrence",
        lambda tx, naming: _ONE.dump(_beside_corridors(tx, [_occurrence(tx, id_)], naming)[0]),
        query,
        naming,
    )


def occurrence_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the page of occurrences that `query` asks for. Raises InvalidRequest for a day beside a range of days."""
    day = query["date"]
    if day and (query["first"] or query["last"]):
        raise refusal({"date": ["give either `date`, or `first` and `last`"]})
    rows = tx.corridors.occurrence_page(
        corridor=query["corridor"],
        country=query["country"],
        first=day or query["first"],
        last=day or query["last"],
        statuses=query["status"],
        before=query["page"],
        limit=query["limit"] + 1,
    )
    found, following = cut(rows, query["limit"], lambda row: page_token(row.date.isoformat(), row.id))
    return _MANY.dump(_beside_corridors(tx, found, naming)), following


def known_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the occurrences of one day as they added up by what was known at `as_of`, in the order of their ids."""
    day = query["date"]
    if day is None:
        raise refusal({"as_of": ["give the day with `date`, too"]})
    countries = hindsight.countries(tx, query["country"])
    days = [hindsight.on_day(tx, code, day, query["as_of"], context().settings.rules) for code in countries]
    wanted = [
        schema.OccurrenceView(each.occurrence, naming.corridor(each.corridor))
        for known in days
        for each in known.held
        if (not query["status"] or each.occurrence.assessment.status in query["status"])
        and query["corridor"] in {None, each.corridor.id}
        and (query["page"] is None or each.occurrence.id > query["page"][1])
    ]
    rows = sorted(wanted, key=lambda view: view.occurrence.id)
    found, following = cut(rows, query["limit"], lambda view: page_token(day.isoformat(), view.occurrence.id))
    return _MANY.dump(list(found)), following


def _beside_corridors(
    tx: Transaction, found: Sequence[Occurrence], naming: schema.Naming
) -> list[schema.OccurrenceView]:
    corridors = tx.corridors.find(sorted({occurrence.corridor for occurrence in found}))
    named = {id_: naming.corridor(corridor) for id_, corridor in corridors.items()}
    return [schema.OccurrenceView(occurrence, named.get(occurrence.corridor)) for occurrence in found]


def _occurrence(tx: Transaction, id_: str) -> Occurrence:
    occurrence = tx.corridors.occurrence(id_)
    if occurrence is None:
        raise NotFound("there is no occurrence of this id")
    return occurrence
