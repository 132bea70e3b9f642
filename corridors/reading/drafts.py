"""What has been gathered about one route so far?

Drafts are the only mutable thing in reading/: sentences add to them, later ones correct earlier ones, and what is
left at the end becomes statements. Start at `Draft` and `merge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from corridors.model import Place, PlaceType, Reason, Span, Status
from corridors.places import distance_km
from corridors.reading.hours import Hours

_SAME_KM = 3.0
_FARTHER_DEGREES = 0.05  # of latitude: more than the distance below, told without trigonometry
_SAME_SPOT_KM = 1.0  # two towns of our own table may lie side by side


@dataclass(slots=True)
class Draft:
    """One route on one day, with the words that produced each field.

    more_hours: further windows of the same day; open_ended: it holds until further notice; who: who may leave.
    """

    origin: Place | None
    destination: Place | None
    via: tuple[Place, ...]
    status: Status
    reason: Reason | None
    on: date | None
    until: date | None = None
    dated: bool = False
    told: bool = False
    hours: Hours | None = None
    pause: bool = False
    modes: tuple[str, ...] = ()
    purpose: tuple[str, ...] = ("evacuation",)
    people: int | None = None
    approximate: bool = False
    order: int = 0
    block: int = 0
    line: int = -1
    title: bool = False
    travel_line: int = -1
    weak: bool = False
    chain: bool = False
    fetched: bool = False
    lent: bool = False
    spans: dict[str, Span] = field(default_factory=dict)
    stated: str | None = None
    doubts: tuple[Place, ...] = ()
    more_hours: tuple[Hours, ...] = ()
    open_ended: bool = False
    who: str | None = None


def same(one: Place | None, other: Place | None) -> bool:
    """Return whether two ends are the same place."""
    if one is None or other is None:
        return one is other
    if one is other or one == other:
        return True
    if one.lat is not None and other.lat is not None and abs(one.lat - other.lat) > _FARTHER_DEGREES:
        return False
    if one.lat is None or other.lat is None:
        return one.name.casefold() == other.name.casefold()
    named = one.name != other.name and one.geonames is None and other.geonames is None
    return distance_km(one, other) < (_SAME_SPOT_KM if named else _SAME_KM)


_STRENGTH = {Status.ANNOUNCED: 0, Status.OPEN: 1, Status.CLOSED: 2, Status.SUSPENDED: 3, Status.UNKNOWN: -1}


def merge(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts with those about one route on one day joined: the later and stronger word holds.

    An origin alone joins the only route of that day which starts there.
    """
    kept: list[Draft] = []
    for draft in drafts:
        twin = _twin(draft, kept)
        if twin is None:
            kept.append(draft)
        else:
            _join(twin, draft)
    for draft in kept:
        _pass_no_end(draft)
    return kept


def _pass_no_end(draft: Draft) -> None:
    """Let a route pass neither of its own ends, which another sentence may have called a way point."""
    passed = [
        n for n, stop in enumerate(draft.via) if not any(same(stop, e) for e in (draft.origin, draft.destination))
    ]
    if len(passed) == len(draft.via):
        return
    shown = [draft.spans.get(f"via.{number}") for number in passed]
    draft.via = tuple(draft.via[number] for number in passed)
    draft.spans = {key: one for key, one in draft.spans.items() if not key.startswith("via.")}
    draft.spans |= {f"via.{number}": one for number, one in enumerate(shown) if one is not None}


def _twin(draft: Draft, kept: Sequence[Draft]) -> Draft | None:
    near = [
        other
        for other in kept
        if same(other.origin, draft.origin)
        and _carries(other.purpose, draft.purpose)
        and (other.on == draft.on or not (other.dated and draft.dated) or _stays_open(other, draft))
        and _agree(other, draft)
    ]
    for other in near:
        if same(other.destination, draft.destination):
            return other
    loose = [other for other in near if other.destination is None or draft.destination is None]
    if draft.destination is None:
        return loose[0] if len(loose) == 1 or (loose and loose[0].destination is not None) else None
    return next((other for other in loose if other.destination is None), None)


def _carries(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two purposes can be one movement: the sick leave with the others, goods do not."""
    people = {"evacuation", "medical_evacuation"}
    return bool(set(one) & set(other)) or bool(people & set(one) and people & set(other))


_STAYS_OPEN_DAYS = 7


def _stays_open(one: Draft, other: Draft) -> bool:
    """Return whether a corridor that opened one day is the one that is open on the other."""
    if one.on is None or other.on is None or one.until or other.until:
        return False
    near = abs((one.on - other.on).days) <= _STAYS_OPEN_DAYS
    return near and one.status is Status.OPEN and other.status is Status.OPEN


def _agree(one: Draft, other: Draft) -> bool:
    """Return whether two drafts of one day can be one claim: a result and a plan of another day cannot."""
    return one.on == other.on or {one.status, other.status} != {Status.CLOSED, Status.ANNOUNCED}


def _join(kept: Draft, draft: Draft) -> None:
    if kept.destination is None and draft.destination is not None:
        kept.destination = draft.destination
        if "destination" in draft.spans:
            kept.spans["destination"] = draft.spans["destination"]
    if len(draft.via) > len(kept.via):
        kept.via = draft.via
        kept.spans = {key: shown for key, shown in kept.spans.items() if not key.startswith("via.")}
    proven = kept.reason is Reason.COMPLETED and kept.people is not None
    if _STRENGTH[draft.status] > _STRENGTH[kept.status] and draft.told and not proven:
        kept.status, kept.reason, kept.told = draft.status, draft.reason, True
        if "status" in draft.spans:
            kept.spans["status"] = draft.spans["status"]
    if draft.dated and not kept.dated:
        kept.on, kept.until, kept.dated = draft.on, draft.until, True
    elif _stays_open(kept, draft) and draft.on is not None and kept.on is not None:
        kept.on = max(kept.on, draft.on)
    if draft.hours is not None and (kept.hours is None or (draft.pause and not kept.pause)):
        kept.hours, kept.pause, kept.stated = draft.hours, draft.pause, draft.stated
        kept.more_hours = draft.more_hours
    kept.open_ended = kept.open_ended or draft.open_ended
    kept.who = kept.who or draft.who
    kept.modes = tuple(dict.fromkeys((*kept.modes, *draft.modes)))
    kept.purpose = tuple(dict.fromkeys((*kept.purpose, *draft.purpose)))
    if kept.people is None:
        kept.people, kept.approximate = draft.people, draft.approximate
    for name, span in draft.spans.items():
        kept.spans.setdefault(name, span)


def without_wholes(drafts: list[Draft]) -> list[Draft]:
    """Drop a country or area that is merely named, where a route of that country is told."""
    return [draft for draft in drafts if not (_is_whole(draft) and any(_told_within(draft, d) for d in drafts))]


def _is_whole(draft: Draft) -> bool:
    wide = draft.origin is not None and draft.origin.type in {PlaceType.AREA, PlaceType.COUNTRY}
    return wide and draft.weak and draft.destination is None


def _told_within(whole: Draft, draft: Draft) -> bool:
    if draft.weak or draft.origin is None or whole.origin is None or same(draft.origin, whole.origin):
        return False
    return draft.origin.country == whole.origin.country


_WITHIN_KM = 30.0


def without_sums(drafts: list[Draft]) -> list[Draft]:
    """Drop an area whose people of that day are those of the town inside it: "from A, 350 from the village of B"."""
    return [draft for draft in drafts if not any(_is_told_again(draft, other) for other in drafts)]


def _is_told_again(area: Draft, town: Draft) -> bool:
    if area.people is None or (area.people, area.on, area.destination) != (town.people, town.on, town.destination):
        return False
    wide, narrow = area.origin, town.origin
    if wide is None or narrow is None or wide.type is not PlaceType.AREA or narrow.type is PlaceType.AREA:
        return False
    return wide.lat is not None and narrow.lat is not None and distance_km(wide, narrow) < _WITHIN_KM
