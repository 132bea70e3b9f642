"""What happens to the corridors and occurrences of a day when it is added up anew, for each clearance?

Decisions as values: ledger.py keeps them and tells of them, this module stores nothing. Start at `steps`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

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
    Sensitivity,
    Status,
)

Named = Mapping[str, Layers[Corridor | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """An occurrence before and after, as one clearance sees it.

    after: what is kept, None = nothing; told: what an event about it shows; claims: what `after` stands on.
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

    @property
    def changes(self) -> bool:
        """Return whether anything is to be kept."""
        return self.after is not self.before


@dataclass(frozen=True, slots=True)
class Before:
    """What was kept of a day until now, by ids; `yesterday` only where a new day goes on with what still holds.

    linked: the claims that each occurrence which may be left stood on.
    """

    occurrences: Mapping[str, Layers[Occurrence | None]]
    corridors: Named
    linked: Mapping[str, Layers[frozenset[str]]]
    yesterday: Mapping[str, Layers[Occurrence | None]]


def named(known: Named, seen: Layers[Day]) -> dict[str, Layers[Corridor | None]]:
    """Return the corridors of a day as they stand from now on, by id, in the order of the ids."""
    found = [{each.corridor.id: each.corridor for each in view.held} for view in seen]
    grown: dict[str, Layers[Corridor | None]] = {}
    for id_ in sorted({id_ for corridors in found for id_ in corridors}):
        before = known.get(id_, (None, None, None, None))
        after = [_grown(held, corridors.get(id_)) for held, corridors in zip(before, found, strict=True)]
        grown[id_] = (after[0], after[1], after[2], after[3])
    return grown


def steps(
    seen: Layers[Day], before: Before, corridors: Named, claims: Iterable[Claim], now: datetime
) -> dict[str, Layers[Step | None]]:
    """Return what happens to each occurrence, by id: first those that are there, in their order, then those left.

    seen: the day as it adds up by `claims`; corridors: those of `named` and those known before.
    """
    found = [{each.occurrence.id: each for each in view.held} for view in seen]
    homes = [{claim.id: each.corridor.id for each in view.held for claim in each.claims} for view in seen]
    beyond = [{claim.id for claim in claims if claim.sensitivity.rank > level.rank} for level in CLEARANCES]
    continued = _continued(before.yesterday)
    made: dict[str, Layers[Step | None]] = {}
    for id_ in dict.fromkeys([*(id_ for each in found for id_ in each), *before.occurrences]):
        held = before.occurrences.get(id_, (None, None, None, None))
        linked = before.linked.get(id_, (frozenset(),) * 4)
        taken: list[Step | None] = []
        for level, clearance in enumerate(CLEARANCES):
            each, old = found[level].get(id_), held[level]
            if each:
                corridor = corridors[each.corridor.id][level] or each.corridor
                taken.append(_moved(each, old, corridor, continued.get((clearance, corridor.id)), now))
            elif old and (named_before := corridors.get(old.corridor, (None,) * 4)[level]):
                taken.append(_left(old, named_before, linked[level], homes[level], beyond[level], now))
            else:
                taken.append(None)
        made[id_] = (taken[0], taken[1], taken[2], taken[3])
    return made


def _grown(known: Corridor | None, found: Corridor | None) -> Corridor | None:
    """Return a corridor as it stands from now on; the fullest of its routes names it, whichever came first."""
    if known is None or found is None:
        return known or found
    found = replace(found, first_seen_at=min(known.first_seen_at, found.first_seen_at), merged_into=known.merged_into)
    if replace(found, updated_at=known.updated_at) == known:  # what most days bring
        return known
    route = identity.fuller(known.route, found.route)
    grown = replace(found, route=route, slug=identity.corridor_slug(route), name=identity.corridor_name(route))
    return known if replace(grown, updated_at=known.updated_at) == known else grown


def _continued(
    yesterday: Mapping[str, Layers[Occurrence | None]],
) -> dict[tuple[Sensitivity, str], Assessment]:
    return {
        (clearance, occurrence.corridor): occurrence.assessment
        for layers in yesterday.values()
        for clearance, occurrence in zip(CLEARANCES, layers, strict=True)
        if occurrence
    }


def _moved(
    each: Held, before: Occurrence | None, corridor: Corridor, continued: Assessment | None, now: datetime
) -> Step:
    if before and before.assessment == each.occurrence.assessment:
        return Step(before, before, before, corridor, each.claims)
    after = replace(each.occurrence, revision=before.revision + 1) if before else each.occurrence
    change = status.change(before.assessment if before else continued, after.assessment)
    notices = status.to_tell(before.assessment if before else None, after.assessment, now)
    return Step(before, after, after, corridor, each.claims, change, notices=notices)


def _left(
    before: Occurrence,
    corridor: Corridor,
    linked: Collection[str],
    homes: Mapping[str, str],
    beyond: Collection[str],
    now: datetime,
) -> Step:
    """Return what happens to an occurrence that no claim is about any more.

    It is retracted, or merged into where its claims went, or lost where they are withheld from now on.
    """
    if before.assessment.status is Status.UNKNOWN:
        return Step(before, before, before, corridor)
    moved = sorted({homes[id_] for id_ in linked if id_ in homes})
    is_lost = not moved and any(id_ in beyond for id_ in linked)
    type_ = EventType.MERGED if moved else EventType.RETRACTED
    empty = replace(status.nothing(before.date), withheld=is_lost)
    told = replace(before, revision=before.revision + 1, assessment=empty, updated_at=now)
    return Step(
        before,
        None if moved or is_lost else told,
        told,
        corridor,
        change=Change(type_, previous=before.assessment.status),
        moved_to=moved[0] if moved else None,
        is_lost=is_lost,
    )
