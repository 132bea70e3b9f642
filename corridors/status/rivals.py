"""Do the parties plan different things for one place? Other hours on one route, or other routes out of one town.

Nothing is averaged and no status changes: both stay side by side, and each is marked. Rule 4 of the state. Start at
`differing_hours` and `rival_routes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from corridors.model import Assessment, Claim, Route, Why, is_side
from corridors.status.hours import Hours
from corridors.status.lapse import planned
from corridors.status.voices import GOES, Word


def differing_hours(words: Sequence[Word], day: date) -> tuple[Word, ...]:
    """Return the words of two parties that plan hours for `day` which cannot both be meant; nothing where they can.

    What one leaves unsaid contradicts nobody.
    """
    plans: dict[str, tuple[tuple[Word, ...], tuple[Hours, ...]]] = {}
    for party in sorted({word.claim.party for word in words if word.claim.party and is_side(word.claim.party)}):
        said = tuple(word for word in words if word.claim.party == party and word.status in GOES)
        if hours := planned(said, day):
            plans[party] = said, hours
    for one, (said, hours) in plans.items():
        for other, (answered, others) in plans.items():
            if one < other and not (_fit(hours, others) and _fit(others, hours)):
                return (said[-1], answered[-1])
    return ()


def rival_routes(held: Sequence[tuple[Route, Sequence[Claim], Assessment]]) -> list[Assessment]:
    """Return the assessments of a day's routes, marked where another party leads people elsewhere out of one place.

    Two routes are rivals where each is announced by a party that does not announce the other.
    """
    announced = [_announcers(claims) for _, claims, _ in held]
    sharing: dict[str, list[int]] = {}
    for index, (route, _, _) in enumerate(held):
        if announced[index] and route.origin and route.destination:
            origin = route.origin
            sharing.setdefault(str(origin.geonames or origin.name.casefold()), []).append(index)
    marked = [assessment for _, _, assessment in held]
    for together in sharing.values():
        for index in together:
            rivals = [announced[other] for other in together if _are_rivals(announced[index], announced[other])]
            if rivals:
                marked[index] = _marked(marked[index], announced[index], rivals)
    return marked


def _are_rivals(mine: Mapping[str, Claim], theirs: Mapping[str, Claim]) -> bool:
    return bool(mine.keys() - theirs.keys() and theirs.keys() - mine.keys())


def _marked(assessment: Assessment, mine: Mapping[str, Claim], rivals: Sequence[Mapping[str, Claim]]) -> Assessment:
    found = {party: claim for theirs in rivals for party, claim in theirs.items()} | dict(mine)
    told = "; ".join(f"{party}: {_where(claim)}" for party, claim in sorted(found.items()))
    ids = tuple(claim.id for _, claim in sorted(found.items()))
    text = f"The parties lead people out of the same place on different routes. {told}."
    return replace(assessment, conflict=True, why=(*assessment.why, Why("rival_routes", ids, text)))


def _announcers(claims: Sequence[Claim]) -> dict[str, Claim]:
    """Return the sides that credibly announce or open a route, each with its latest word."""
    said = sorted(claims, key=lambda claim: (claim.said_at, claim.voice, claim.id))
    return {
        claim.party: claim
        for claim in said
        if claim.party and is_side(claim.party) and claim.credible and claim.statement.status in GOES
    }


def _where(claim: Claim) -> str:
    route = claim.statement.route
    return route.destination.name if route.destination else (route.name or "elsewhere")


def _fit(hours: Sequence[Hours], others: Sequence[Hours]) -> bool:
    return all(any(_may_be_one(one, other) for other in others) for one in hours)


def _may_be_one(one: Hours, other: Hours) -> bool:
    starts = one.start_at is None or other.start_at is None or one.start_at == other.start_at
    return starts and (one.end_at is None or other.end_at is None or one.end_at == other.end_at)
