"""How many corridors were planned on a day, how many operated, how many people moved?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Response

from corridors import hindsight, schema
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.formats import a_format, listed, media_types
from corridors.api.parameters import Parameter, Query, parse_country, parse_day, parse_instant, parse_region, refusal
from corridors.localtime import local_day, zone_of
from corridors.model import Corridor, Occurrence, OfficialFigure, Tally
from corridors.store import Transaction
from corridors.tally import tally

tallies = Blueprint("tallies", "Planned, operated, people: as announcers count and as we count, never mixed.")

_MANY = schema.TallySchema(many=True)

Pairs = Sequence[tuple[Corridor, Occurrence]]


class TalliesQuery(Query):
    """Which day, and of which place."""

    date = Parameter(parse_day, "a local day; without one, today in each country")
    country = Parameter(parse_country, "ISO 3166-1 alpha-2")
    region = Parameter(parse_region, "ISO 3166-2")
    as_of = Parameter(parse_instant, "by what was known at this instant; without `date`, of its own day")
    format = a_format("tallies")


@tallies.reads("/tallies", schema.list_of(schema.TallySchema), TalliesQuery, media_types=media_types("tallies"))
def list_tallies(query: dict[str, Any]) -> Response:
    """List a day's tallies: one for each country that has any, then one for each of its regions that has any."""
    region, country = query["region"], query["country"]
    if region and country and not region.startswith(f"{country}-"):
        raise refusal({"region": [f"this region is not in {country}"]})
    return listed(
        "tallies",
        lambda tx, query, _: (_MANY.dump(_tallies(tx, query)), None),
        query,
        schema.Naming(),
        next_page=str,
        moves_with=context().today,
    )


def _tallies(tx: Transaction, query: dict[str, Any]) -> list[Tally]:
    country = query["country"] or (query["region"] or "").partition("-")[0] or None
    as_of = query["as_of"]
    found = [row for day in _days(tx, query["date"], country, as_of) for row in _of_day(tx, day, country, as_of)]
    if query["date"] is None and as_of is None:
        today = context().today(tx)
        found = [row for row in found if row.date == today.get(row.country or "", today[""])]
    if query["region"]:
        found = [row for row in found if row.region == query["region"]]
    return sorted(found, key=lambda row: (row.country or "~", row.region or ""))


def _days(tx: Transaction, said: date | None, country: str | None, as_of: datetime | None) -> list[date]:
    """Return the days asked for: without one, every day that is today somewhere, or that it was at `as_of`."""
    if as_of and not said:
        return sorted({local_day(as_of, zone_of(code)) for code in hindsight.countries(tx, country)})
    today = context().today(tx)
    return [said] if said else sorted({today.get(country, today[""])} if country else set(today.values()))


def _of_day(tx: Transaction, day: date, country: str | None, as_of: datetime | None) -> Iterator[Tally]:
    figures = tx.claims.figures_on(day, day, country, as_of)
    pairs = _known(tx, day, country, as_of) if as_of else _held(tx, day, country)
    for code in sorted({figure.country for figure in figures} | {pair[0].route.country for pair in pairs}, key=str):
        withheld = tx.claims.withholds(code, day, as_of)
        yield replace(tally(day, code, None, figures, pairs), withheld=withheld)
        for region in sorted(_regions(code, figures, pairs)):
            row = tally(day, code, region, figures, pairs)
            if _has_any(row):
                yield replace(row, withheld=withheld)


def _held(tx: Transaction, day: date, country: str | None) -> Pairs:
    occurrences = tx.corridors.occurrences_of_day(country, day)
    corridors = tx.corridors.find(sorted({occurrence.corridor for occurrence in occurrences}))
    return [(corridors[occurrence.corridor], occurrence) for occurrence in occurrences]


def _known(tx: Transaction, day: date, country: str | None, as_of: datetime) -> Pairs:
    rules = context().settings.rules
    days = [hindsight.on_day(tx, code, day, as_of, rules) for code in hindsight.countries(tx, country)]
    return [(each.corridor, each.occurrence) for known in days for each in known.held]


def _regions(country: str | None, figures: Sequence[OfficialFigure], pairs: Pairs) -> set[str]:
    counted = {figure.total.region for figure in figures if figure.country == country}
    for corridor, _ in pairs:
        if corridor.route.country == country:
            counted |= {place.adm1 for place in (corridor.route.origin, corridor.route.destination) if place}
    return {region for region in counted if region and (country is None or region.startswith(f"{country}-"))}


def _has_any(row: Tally) -> bool:
    return (
        row.routes_planned > 0
        or bool(row.others)
        or any(count is not None for count in (row.planned, row.operated, row.people))
    )
