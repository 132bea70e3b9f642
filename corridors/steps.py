"""What happens to the corridors and occurrences of a day when it is added up anew, for each clearance?

Decisions as values: ledger.py keeps them and tells of them, this module stores nothing. Start at `steps`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from corridors import identity, status
from corridors.day import Day, Held
from corridors.model import (
    CLEARANCES,
    Assessment,
    Change,
    Claim,
    Corridor,
    EventType,
    Layers,
    Nearing,
    Occurrence,
    Route,
    Sensitivity,
    Status,
)

Named = Mapping[str, Layers[Corridor | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """An occurrence before and after, as one clearance sees it.

    after: what is kept, None = nothing; told: what an event about it shows; claims: what `after` stands on.
    links: the claims by which it is found: these, those that the desk set aside, and those it once stood on.
    change: the event that is due; moved_to: the corridor that took its claims over.
    notices: planned hours that are about to begin or to end.
    is_lost: its claims are withheld from now on, so that nothing may be shown but that it is gone.
    """

    before: Occurrence | None
    after: Occurrence | None
    told: Occurrence
    corridor: Corridor
    claims: tuple[Claim, ...] = ()
    change: Change | None = None
    moved_to: str | None = None
    is_lost: bool = False
    notices: tuple[Nearing, ...] = ()
    links: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()

    @property
    def changes(self) -> bool:
        """Return whether anything is to be kept."""
        return self.after is not self.before or self.links != self.linked


@dataclass(frozen=True, slots=True)
class Before:
    """What was kept of a day until now, by ids; `yesterday` only where a new day goes on with what still holds.

    linked: the claims that each occurrence stood on. routes: what the other days of the corridors tell whose route on
    this one is another than it was. revisions: the highest ever told of occurrences that are new, or come back.
    by_desk: claims that the desk made, out of those on which what is left stood.
    """

    occurrences: Mapping[str, Layers[Occurrence | None]]
    corridors: Named
    linked: Mapping[str, Layers[frozenset[str]]]
    yesterday: Mapping[str, Layers[Occurrence | None]]
    routes: Mapping[str, Layers[tuple[Route, ...]]]
    revisions: Mapping[str, int]
    by_desk: frozenset[str]


@dataclass(frozen=True, slots=True)
class _View:
    """What one clearance sees of a day: where its claims are now, what it may not see, and what continues.

    ruled: ids of claims and corridors about which the desk decided, so that what changes was not newly heard.
    """

    found: Mapping[str, Held]
    homes: Mapping[str, str]
    beyond: Collection[str]
    continued: Mapping[str, Assessment]
    claims: Mapping[str, Claim]
    ruled: Collection[str]
    by_desk: frozenset[str]
    now: datetime


def rerouted(seen: Layers[Day], held: Mapping[str, Layers[Occurrence | None]]) -> list[str]:
    """Return the ids of the corridors whose route on this day is another than it was, for whomever."""
    routes = [{each.occurrence.id: each.occurrence for each in view.held} for view in seen]
    moved: set[str] = set()
    for id_ in {*held, *(id_ for found in routes for id_ in found)}:
        for old, found in zip(held.get(id_, _NOBODY), routes, strict=True):
            new = found.get(id_)
            if (old and old.route) != (new and new.route) or _names(old) != _names(new):
                moved |= {each.corridor for each in (old, new) if each}
    return sorted(moved)


def named(before: Before, seen: Layers[Day], now: datetime) -> dict[str, Layers[Corridor | None]]:
    """Return the corridors of a day as they stand from now on, by id, in the order of the ids.

    The fullest of the routes of all its days names a corridor, whichever came first; what a claim told that no longer
    counts is gone with it.
    """
    found = [{each.corridor.id: each for each in view.held} for view in seen]
    grown: dict[str, Layers[Corridor | None]] = {}
    for id_ in sorted({*before.routes, *(id_ for corridors in found for id_ in corridors)}):
        known, routes = before.corridors.get(id_, _NOBODY), before.routes.get(id_)
        after = [
            _grown(held, corridors.get(id_), routes[level] if routes else None, now)
            for level, (held, corridors) in enumerate(zip(known, found, strict=True))
        ]
        if any(after):
            grown[id_] = (after[0], after[1], after[2], after[3])
    return grown


def steps(
    seen: Layers[Day],
    before: Before,
    corridors: Named,
    claims: Iterable[Claim],
    now: datetime,
    ruled: Collection[str] = frozenset(),
) -> dict[str, Layers[Step | None]]:
    """Return what happens to each occurrence, by id: first those that are there, in their order, then those left.

    seen: the day as it adds up by `claims`; corridors: those of `named` and those known before; ruled: ids of claims
    and corridors about which the desk decided, so that what changes was not newly heard.
    """
    known = {claim.id: claim for claim in claims}
    continued = _continued(before.yesterday)
    views = [
        _View(
            {each.occurrence.id: each for each in day.held},
            {claim.id: each.corridor.id for each in day.held for claim in (*each.claims, *each.set_aside)},
            {claim.id for claim in known.values() if claim.sensitivity.rank > level.rank},
            continued[level],
            known,
            ruled,
            before.by_desk,
            now,
        )
        for level, day in zip(CLEARANCES, seen, strict=True)
    ]
    made: dict[str, Layers[Step | None]] = {}
    for id_ in dict.fromkeys([*(id_ for view in views for id_ in view.found), *before.occurrences]):
        held = before.occurrences.get(id_, _NOBODY)
        linked = before.linked.get(id_, (frozenset(),) * 4)
        taken: list[Step | None] = []
        for level, view in enumerate(views):
            each, old = view.found.get(id_), held[level]
            if each:
                corridor = corridors[each.corridor.id][level] or each.corridor
                taken.append(_moved(each, old, corridor, linked[level], view, before.revisions.get(id_, 0)))
            elif old and (named_before := corridors.get(old.corridor, _NOBODY)[level]):
                taken.append(_left(old, named_before, linked[level], view))
            else:
                taken.append(None)
        made[id_] = (taken[0], taken[1], taken[2], taken[3])
    return made


_NOBODY = (None, None, None, None)


def _names(occurrence: Occurrence | None) -> dict[str, str]:
    return identity.corridor_name(occurrence.route) if occurrence and occurrence.route else {}


def _grown(
    known: Corridor | None, found: Held | None, routes: Sequence[Route] | None, now: datetime
) -> Corridor | None:
    """Return a corridor as it stands from now on. routes: what its other days tell, None = nothing moved."""
    own = found.occurrence.route if found else None
    corridor = known or (found.corridor if found else None)
    if corridor is None:
        return None
    if found and own:
        since = min(corridor.first_seen_at, found.corridor.first_seen_at)
        corridor = corridor if since == corridor.first_seen_at else replace(corridor, first_seen_at=since)
    told = [*([own] if own else []), *(routes or ())]
    if routes is None or not told:
        return corridor
    grown = identity.named(corridor, reduce(identity.fuller, told), now)
    return corridor if replace(grown, updated_at=corridor.updated_at) == corridor else grown


def _continued(
    yesterday: Mapping[str, Layers[Occurrence | None]],
) -> dict[Sensitivity, dict[str, Assessment]]:
    continued: dict[Sensitivity, dict[str, Assessment]] = {clearance: {} for clearance in CLEARANCES}
    for layers in yesterday.values():
        for clearance, occurrence in zip(CLEARANCES, layers, strict=True):
            if occurrence:
                continued[clearance][occurrence.corridor] = occurrence.assessment
    return continued


def _moved(
    each: Held, before: Occurrence | None, corridor: Corridor, linked: frozenset[str], view: _View, told: int
) -> Step:
    """Return what happens to an occurrence that is there. told: the highest revision that was ever told of it."""
    mine = {claim.id for claim in (*each.claims, *each.set_aside)}
    links = frozenset(mine | {id_ for id_ in linked if id_ not in view.homes and id_ not in view.beyond})
    if before and before.assessment == each.occurrence.assessment:
        after = before if before.route == each.occurrence.route else replace(before, route=each.occurrence.route)
        return Step(before, after, after, corridor, each.claims, links=links, linked=linked)
    after = replace(each.occurrence, revision=(before.revision if before else told) + 1)
    continued = before.assessment if before else view.continued.get(corridor.id)
    corrected = not {corridor.id, *mine, *linked}.isdisjoint(view.ruled)
    change = status.change(continued, after.assessment, corrected=corrected)
    notices = status.to_tell(before.assessment if before else None, after.assessment, view.now)
    return Step(before, after, after, corridor, each.claims, change, notices=notices, links=links, linked=linked)


def _left(before: Occurrence, corridor: Corridor, linked: frozenset[str], view: _View) -> Step:
    """Return what happens to an occurrence that no claim is about any more.

    It is retracted, or merged into where its claims went, or lost where they are withheld from now on. Of what nobody
    but the desk ever said nothing remains.
    """
    moved = sorted({view.homes[id_] for id_ in linked if id_ in view.homes})
    is_lost = not moved and not linked.isdisjoint(view.beyond)
    links = linked - set(view.beyond)
    aside = [claim for id_ in linked if (claim := view.claims.get(id_)) and claim.is_set_aside]
    empty = replace(status.nothing(before.date, before.zone, aside), withheld=is_lost)
    told = replace(before, revision=before.revision + 1, assessment=empty, updated_at=view.now, route=None)
    is_gone = bool(moved) or is_lost or (bool(linked) and linked <= view.by_desk)
    change = Change(EventType.MERGED if moved else EventType.RETRACTED, previous=before.assessment.status)
    return Step(
        before,
        None if is_gone else before if empty == before.assessment else told,
        told,
        corridor,
        change=None if before.assessment.status is Status.UNKNOWN else change,
        moved_to=moved[0] if moved else None,
        is_lost=is_lost,
        links=links,
        linked=linked,
    )
