"""What happened on a country's day, by what is known? Identity and status put together, for now and for hindsight.

Start at `add_up`, or, for readers who may not see all of it, at `seen_with`. Stores nothing, and remembers only what a
`Memory` that it is given is for: ledger.py keeps what comes out, hindsight.py only shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from corridors import identity, status
from corridors.localtime import day_bounds, zone_of
from corridors.model import CLEARANCES, Assessment, Claim, Corridor, Doubt, Layers, Occurrence, Sensitivity


@dataclass(frozen=True, slots=True)
class Rules:
    """The spans that the rules of the state leave to the operator."""

    grace: timedelta = timedelta(hours=3)
    stale_after: timedelta = timedelta(hours=24)
    notice_before: timedelta = timedelta(minutes=30)


MOST_REMEMBERED = 8192


class _Assessed(NamedTuple):
    """What claims added up to at an instant, and at every later one before `until` (None: for ever)."""

    claims: tuple[Claim, ...]
    rules: Rules
    since: datetime
    until: datetime | None
    assessment: Assessment

    def holds(self, claims: tuple[Claim, ...], now: datetime, rules: Rules) -> bool:
        """Return whether assessing `claims` at `now` would give the same."""
        is_then = self.since <= now and (self.until is None or now < self.until)
        return is_then and self.claims == claims and self.rules == rules


class Memory:
    """The assessments of before: one document more on a day of four hundred corridors changes one of them.

    What is remembered is what assessing again would give: the same claims, field by field, and an instant between the
    one of then and the one at which the clock changes something. May be used by any number of threads at once.
    """

    def __init__(self) -> None:
        """Return a memory that knows nothing."""
        self._known: dict[tuple[str, ...], _Assessed] = {}

    def assess(
        self, group: identity.Group, day: date, zone: str, now: datetime, clock_ends_at: datetime, rules: Rules
    ) -> Assessment:
        """Return what the claims of `group` add up to at `now`."""
        claims = (*group.claims, *group.set_aside)
        key = (day.isoformat(), zone, *(claim.id for claim in claims))
        known = self._known.get(key)
        if known and known.holds(claims, now, rules):
            return known.assessment
        assessment = _assess(claims, day, zone, now, clock_ends_at, rules)
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        self._known[key] = _Assessed(claims, rules, now, assessment.due_at, assessment)
        return assessment


NOTHING_RULED: Layers[Mapping[str, Corridor]] = (identity.NOTHING_RULED,) * 4


@dataclass(frozen=True, slots=True)
class Held:
    """One corridor on the day, what holds on it, and the claims that this stands on. Revision 1, as if just found.

    set_aside: claims about it that the desk rejected or corrected.
    """

    corridor: Corridor
    occurrence: Occurrence
    claims: tuple[Claim, ...]
    set_aside: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A country's day; `held` is ordered by the corridors' keys.

    withheld: more was said about the day than this shows.
    """

    held: tuple[Held, ...]
    doubts: tuple[Doubt, ...]
    withheld: bool = False


def add_up(
    country: str,
    day: date,
    claims: Sequence[Claim],
    now: datetime,
    rules: Rules,
    ruled: Mapping[str, Corridor] = identity.NOTHING_RULED,
    memory: Memory | None = None,
) -> Day:
    """Return what `claims`, all about `day` in `country` ("" = none known), add up to at `now`.

    ruled: the corridors for which ids stand by the will of the desk (`identity.gather`).
    memory: of what was assessed before; it changes nothing but the time that this takes.
    The clock's part ends with the local day and its grace, so that later instants leave a past day as it was.
    """
    zone = zone_of(country)
    clock_ends_at = day_bounds(day, zone)[1] + rules.grace
    gathering = identity.gather(claims, ruled)
    stood = {corridor.key: corridor for corridor in ruled.values()}
    held, memory = [], memory or Memory()
    for group in gathering.groups:
        assessment = memory.assess(group, day, zone, min(now, clock_ends_at), clock_ends_at, rules)
        own = [claim for claim in group.claims if claim.id not in group.guests]
        corridor = _corridor(group, own, now) if own else stood[group.key]
        id_, route = identity.occurrence_id(group.id, day), group.route if own else None
        occurrence = Occurrence(id_, group.id, day, zone, 1, assessment, now, route)
        held.append(Held(corridor, occurrence, group.claims, group.set_aside))
    routes = [(each.corridor.route, each.claims, each.occurrence.assessment) for each in held]
    marked = [
        replace(each, occurrence=replace(each.occurrence, assessment=assessment))
        for each, assessment in zip(held, status.rival_routes(routes), strict=True)
    ]
    return Day(tuple(marked), gathering.doubts)


def seen_with(
    clearance: Sensitivity,
    country: str,
    day: date,
    claims: Sequence[Claim],
    now: datetime,
    rules: Rules,
    ruled: Layers[Mapping[str, Corridor]] = NOTHING_RULED,
    memory: Memory | None = None,
) -> Day:
    """Return what `add_up` gives of the claims that `clearance` covers; what lacks a claim says `withheld`.

    ruled: as each clearance sees it; a corridor that nobody of this clearance may see takes no claims from theirs.
    """
    covered = [claim for claim in claims if claim.sensitivity.rank <= clearance.rank]
    seen = add_up(country, day, covered, now, rules, ruled[clearance.rank], memory)
    if len(covered) == len(claims):
        return seen
    beyond = {claim.id for claim in claims} - {claim.id for claim in covered}
    lacking: set[str] = set()  # ids of the occurrences and claims that belong together with one that is not covered
    for whole in add_up(country, day, claims, now, rules, ruled[-1], memory).held:
        ids = {claim.id for claim in whole.claims}
        if not ids.isdisjoint(beyond):
            lacking |= {whole.occurrence.id} | ids
    return Day(tuple(_marked(held, lacking) for held in seen.held), seen.doubts, withheld=True)


def seen_with_each(
    country: str,
    day: date,
    claims: Sequence[Claim],
    now: datetime,
    rules: Rules,
    ruled: Layers[Mapping[str, Corridor]] = NOTHING_RULED,
    memory: Memory | None = None,
) -> Layers[Day]:
    """Return what each clearance sees of a country's day; where two see the same claims it is the same object."""
    found: list[tuple[int, Mapping[str, Corridor], Day]] = []
    days = []
    for clearance in CLEARANCES:
        covered, held_for = sum(claim.sensitivity.rank <= clearance.rank for claim in claims), ruled[clearance.rank]
        same = next((seen for number, others, seen in found if number == covered and others == held_for), None)
        days.append(same or seen_with(clearance, country, day, claims, now, rules, ruled, memory))
        found.append((covered, held_for, days[-1]))
    return days[0], days[1], days[2], days[3]


def _corridor(group: identity.Group, own: Sequence[Claim], now: datetime) -> Corridor:
    """Return the corridor as the day's own claims know it."""
    return Corridor(
        id=group.id,
        slug=identity.corridor_slug(group.route),
        key=group.key,
        route=group.route,
        name=identity.corridor_name(group.route),
        first_seen_at=identity.first_said_at(group.key, own),
        updated_at=now,
    )


def _marked(held: Held, lacking: set[str]) -> Held:
    if lacking.isdisjoint({held.occurrence.id, *(claim.id for claim in held.claims)}):
        return held
    assessment = replace(held.occurrence.assessment, withheld=True)
    return replace(held, occurrence=replace(held.occurrence, assessment=assessment))


def _assess(
    claims: Sequence[Claim], day: date, zone: str, now: datetime, clock_ends_at: datetime, rules: Rules
) -> Assessment:
    assessment = status.assess(claims, day, zone, now, grace=rules.grace, stale_after=rules.stale_after)
    near = status.nearing(assessment, day, zone, now, rules.notice_before)
    near_at = status.next_nearing_at(assessment, day, zone, now, rules.notice_before)
    due_at = min((at for at in (assessment.due_at, near_at) if at and at <= clock_ends_at), default=None)
    return replace(assessment, due_at=due_at, nearing=near)
