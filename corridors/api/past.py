"""What did lists of corridors and of their days say at an instant? The pages of `as_of=`.

They are added up anew (hindsight.py), then chosen, ordered and shown like those of the present. Start at
`corridors_then` and `occurrences_then`: one call for each answer, so that an export in many pages adds up once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from corridors import hindsight, schema
from corridors.api.answer import cut
from corridors.api.context import context
from corridors.api.filters import selection
from corridors.api.formats import Page, Rows
from corridors.api.parameters import behind, page_token, parse_day, parse_id, refusal
from corridors.day import Held
from corridors.hindsight import Known
from corridors.localtime import local_day, zone_of
from corridors.model import Corridor, DayFacets, Occurrence, Status
from corridors.selection import Selection, day_facets, route_facets
from corridors.store import Transaction


def corridors_then(tx: Transaction, query: dict[str, Any]) -> list[Known]:
    """Return the corridors that a query asks for as they were known at its `as_of`, in the order that it asks for."""
    wanted, as_of = _wanted(query), query["as_of"]
    found = [each for each, today in _known(tx, wanted, as_of) if _fits(each, wanted, today)]
    return sorted(found, key=lambda each: _key(each.corridor, query["sort"]), reverse=query["sort"].startswith("-"))


def corridor_page() -> Page:
    """Return the page of corridors by what was known at `as_of`."""
    found: list[Known] = []

    def page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
        found[:] = found or corridors_then(tx, query)
        rows, backwards = found, query["sort"].startswith("-")
        if after := behind(query, *[str] * (1 if query["sort"].endswith("id") else 2)):
            keys = [_key(each.corridor, query["sort"]) for each in rows]
            rows = [each for each, key in zip(rows, keys, strict=True) if (key < after if backwards else key > after)]
        shown, following = cut(
            rows, query["limit"], lambda each: page_token(query["sort"], *_key(each.corridor, query["sort"]))
        )
        return [shown_then(each, query["as_of"], naming) for each in shown], following

    return page


def occurrences_then(tx: Transaction, query: dict[str, Any]) -> list[Held]:
    """Return the days that a query asks for as they were known at its `as_of`, in the order that it asks for."""
    wanted = _wanted(query)
    narrowed = replace(wanted, corridors=frozenset())  # see _fits
    found = [
        day
        for each, _ in _known(tx, wanted, query["as_of"])
        for day in each.days
        if narrowed.fits_occurrence(route_facets(each.corridor), _facets(day))
    ]
    found.sort(key=lambda day: day.occurrence.id)
    return sorted(found, key=lambda day: day.occurrence.date, reverse=query["sort"].startswith("-"))


def occurrence_page() -> Page:
    """Return the page of days of corridors by what was known at `as_of`."""
    found: list[Held] = []

    def page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
        found[:] = found or occurrences_then(tx, query)
        rows = found
        if after := behind(query, parse_day, parse_id):
            day = date.fromisoformat(after[0])
            rows = [each for each in rows if _is_behind(each.occurrence, day, after[1], query["sort"])]
        shown, following = cut(
            rows,
            query["limit"],
            lambda each: page_token(query["sort"], each.occurrence.date.isoformat(), each.occurrence.id),
        )
        return [
            schema.listed_json(schema.occurrence_part(each.occurrence), _part(each.corridor, naming)) for each in shown
        ], following

    return page


def find_then(tx: Transaction, id_: str, as_of: datetime) -> Known | None:
    """Return a corridor as it was known at an instant, None where it was not."""
    return next((each for each, _ in _known(tx, Selection(corridors=frozenset({id_})), as_of)), None)


def shown_then(known: Known, as_of: datetime, naming: schema.Naming) -> bytes:
    """Return a corridor as it was shown at an instant, with what was today's day then."""
    today = _today(known.corridor, as_of)
    days = [each.occurrence for each in known.days]
    near = {
        "current": next((day for day in days if day.date == today), None),
        "next": next((day for day in days if day.date > today), None),
        "last": next((day for day in reversed(days) if day.date < today), None),
    }
    parts: dict[str, tuple[Status, bytes]] = {
        name: (day.assessment.status, schema.occurrence_part(day)) for name, day in near.items() if day
    }
    part = _part(known.corridor, naming)
    return schema.corridor_json(part, known.corridor.id, context().installation, parts)


def _wanted(query: dict[str, Any]) -> Selection:
    if query["updated_since"] is not None:
        detail = "what is added up anew has no such time; ask `events` with `as_of` and `updated_since` for the changes"
        raise refusal({"updated_since": [detail]})
    return selection(query)


def _known(tx: Transaction, wanted: Selection, as_of: datetime) -> Iterator[tuple[Known, date]]:
    """Yield what was known in the countries that are asked for, with the local day there; all of one corridor if asked.

    An id that stood for another one at the time means that one.
    """
    for country in hindsight.countries(tx, None):
        if wanted.countries and country not in wanted.countries:
            continue
        merged = hindsight.merged(tx, country, as_of) if wanted.corridors else {}
        asked = wanted.corridors | {merged[id_] for id_ in wanted.corridors if id_ in merged}
        for id_, each in hindsight.known(tx, country, as_of, context().settings.rules).items():
            if not asked or id_ in asked:
                yield each, _today(each.corridor, as_of)


def _fits(known: Known, wanted: Selection, today: date) -> bool:
    wanted = replace(wanted, corridors=frozenset())  # those were chosen already, by what stood for them
    days = [_facets(day) for day in known.days]
    return wanted.fits_corridor(route_facets(known.corridor), days, today, known.corridor.updated_at)


def _facets(day: Held) -> DayFacets:
    return day_facets(day.occurrence, {claim.source for claim in (*day.claims, *day.set_aside)})


def _today(corridor: Corridor, as_of: datetime) -> date:
    return local_day(as_of, zone_of(corridor.route.country or ""))


def _key(corridor: Corridor, sort: str) -> tuple[str, ...]:
    return (corridor.id,) if sort.endswith("id") else (corridor.route.country or "", corridor.id)


def _is_behind(occurrence: Occurrence, day: date, id_: str, sort: str) -> bool:
    beyond = occurrence.date < day if sort.startswith("-") else occurrence.date > day
    return beyond or (occurrence.date == day and occurrence.id > id_)


def _part(corridor: Corridor, naming: schema.Naming) -> schema.CorridorPart:
    return schema.CorridorPart.parse(schema.corridor_part(corridor)).named(naming)
