"""How many corridors were planned on a day, how many operated, how many people moved?

Two counts that are never mixed: what officials say, and what our own routes add up to. Start at `tally`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from corridors.model import Authority, Corridor, Occurrence, OfficialFigure, Route, Status, Tally, TallyRoute, Total

_COUNTS = ("planned", "operated", "people")


@dataclass(frozen=True, slots=True)
class Official:
    """What officials say of one day and region. None = nobody credible said.

    source: the id of the source of the newest figure that was chosen.
    others: every other statement that differs from what was chosen, the highest authority and the latest first.
    """

    planned: int | None = None
    operated: int | None = None
    people: int | None = None
    approximate: bool = False
    source: str | None = None
    others: tuple[OfficialFigure, ...] = ()


def tally(
    day: date,
    country: str | None,
    region: str | None,
    figures: Sequence[OfficialFigure],
    occurrences: Sequence[tuple[Corridor, Occurrence]],
) -> Tally:
    """Return both counts of `day`, out of any figures and occurrences; those of other days and places are left out.

    country: ISO 3166-1 alpha-2, None = our routes of every country; region: ISO 3166-2, None = the whole country.
    A route counts in the region where it begins, or, where that is not known, where it ends.
    """
    said = official([figure for figure in figures if _is_about(figure, day, country, region)])
    held = [
        (corridor, occurrence)
        for corridor, occurrence in occurrences
        if occurrence.date == day and _is_in(corridor.route, country, region)
    ]
    days = [occurrence.assessment for _, occurrence in held]
    routes = [_route(*each) for each in held if each[1].assessment.status is not Status.UNKNOWN]
    return Tally(
        date=day,
        country=country,
        region=region,
        planned=said.planned,
        operated=said.operated,
        people=said.people,
        approximate=said.approximate,
        source=said.source,
        others=said.others,
        routes_planned=len(routes),
        routes_operated=sum(assessment.operated for assessment in days),
        routes_people=sum(assessment.people or 0 for assessment in days),
        routes=tuple(sorted(routes, key=lambda route: route.corridor)),
    )


def official(figures: Sequence[OfficialFigure]) -> Official:
    """Return what `figures`, all of one day and region and in any order, come to.

    Each count by itself is the latest statement of the highest authority that is credible: the morning's post says
    how many are planned, the evening's how many operated.
    """
    ranked = sorted(figures, key=_precedence)
    planned, operated, people = (_first(ranked, count) for count in _COUNTS)
    chosen = [figure for figure in ranked if figure in (planned, operated, people)]
    newest = max(chosen, key=lambda figure: figure.said_at, default=None)
    found = Official(
        planned=planned.total.planned if planned else None,
        operated=operated.total.operated if operated else None,
        people=people.total.people if people else None,
        approximate=any(figure.total.approximate for figure in ([people] if people else chosen)),
        source=newest.source if newest else None,
    )
    return replace(found, others=tuple(figure for figure in ranked if _differs(figure.total, found)))


def _route(corridor: Corridor, occurrence: Occurrence) -> TallyRoute:
    found = occurrence.assessment
    return TallyRoute(corridor.id, occurrence.id, corridor.name, found.status, found.operated, found.people)


def _is_about(figure: OfficialFigure, day: date, country: str | None, region: str | None) -> bool:
    return (figure.total.on, figure.country, figure.total.region) == (day, country, region)


def _is_in(route: Route, country: str | None, region: str | None) -> bool:
    place = route.origin or route.destination
    return country in {None, route.country} and region in {None, place.adm1 if place else None}


def _precedence(figure: OfficialFigure) -> tuple[Any, ...]:
    """Sort the figure that counts first; between equals what they say decides, and ids only between the same words."""
    total = figure.total
    counts = [-1 if count is None else count for count in (total.planned, total.operated, total.people)]
    content = (figure.reliability, figure.source, counts, total.approximate, figure.document)
    return (figure.authority.rank, -figure.said_at.timestamp(), *content)


def _first(ranked: Sequence[OfficialFigure], count: str) -> OfficialFigure | None:
    return next(
        (figure for figure in ranked if _is_credible(figure) and getattr(figure.total, count) is not None), None
    )


def _is_credible(figure: OfficialFigure) -> bool:
    return figure.authority is Authority.DESK or figure.reliability in {"a", "b", "c"}


def _differs(total: Total, found: Official) -> bool:
    said = ((getattr(total, count), getattr(found, count)) for count in _COUNTS)
    return any(count is not None and count != chosen for count, chosen in said)
