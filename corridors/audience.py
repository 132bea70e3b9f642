"""Whom does an event concern? Types and filters of subscriptions, matched against what held before and after.

Does not know how anybody is told. Start at `matches`; `check_filter` and `check_types` say what is wrong with what a
subscriber wrote. Keys of a filter are joined by AND, the values of one key by OR.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from corridors import outline
from corridors.model import Corridor, Event, EventType, Mode, Occurrence, Purpose, Route, Status, Subscription

MOST_VALUES = 1000
MOST_POINTS = 500

_TOLD_BY = {
    Status.ANNOUNCED: EventType.ANNOUNCED,
    Status.OPEN: EventType.OPENED,
    Status.SUSPENDED: EventType.SUSPENDED,
    Status.CLOSED: EventType.CLOSED,
}
_FAMILIES = sorted({type_.split(".")[0] for type_ in EventType})


def matches(
    subscription: Subscription,
    event: Event,
    occurrence_before: Occurrence | None,
    occurrence_after: Occurrence | None,
    corridor: Corridor | None,
    sources: Collection[str],
) -> bool:
    """Return whether `subscription` is to be told of `event`; a historic event concerns nobody.

    Its clearance has to be one of those that the event is for.

    The snapshot before or the one after has to match, so that whoever was told "open" is told of the end, too.
    sources: ids of the sources that the event rests on. Events about no corridor are asked only for their country and
    sources, as far as they have any.
    """
    if event.historic or not event.band.covers(subscription.clearance):
        return False
    if not (
        wants(subscription.types, event.type)
        or _tells_of(subscription.types, event, occurrence_before, occurrence_after)
    ):
        return False
    wanted = subscription.filter
    if corridor is None:
        return _fits_country(wanted, event) and _fits_sources(wanted, sources)
    if not (_fits_corridor(wanted, event, corridor) and _fits_sources(wanted, sources)):
        return False
    snapshots = [held for held in (occurrence_before, occurrence_after) if held]
    return not snapshots or any(_fits_snapshot(wanted, held) for held in snapshots)


def wants(types: Collection[str], type_: str) -> bool:
    """Return whether one of `types` (names, "corridor.*", "*") covers an event type."""
    return not {"*", str(type_), f"{type_.split('.', maxsplit=1)[0]}.*"}.isdisjoint(types)


def _tells_of(types: Collection[str], event: Event, before: Occurrence | None, after: Occurrence | None) -> bool:
    """Return whether a correction says what somebody wanted to be told, though under another name.

    Who asked for closings alone has to hear that what was told as open is closed by a correction of the desk.
    """
    if event.type is not EventType.CORRECTED or after is None:
        return False
    status = after.assessment.status
    return (before is None or before.assessment.status is not status) and wants(types, _TOLD_BY.get(status, ""))


def check_types(types: Sequence[str]) -> list[str]:
    """Return a sentence for each of `types` that no event will ever have."""
    known = ["*", *(f"{family}.*" for family in _FAMILIES), *EventType]
    return [f"{_quoted(name)} is no event type{_nearest(name, known)}" for name in types if name not in known]


def check_filter(filter_: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with a filter, as sentences by key; nothing for a good one."""
    errors: dict[str, list[str]] = {}
    for key, value in filter_.items():
        if key not in _CHECKS:
            errors[key] = [f"there is no filter key {_quoted(key)}{_nearest(key, list(_CHECKS))}"]
        elif problem := _CHECKS[key](value):
            errors[key] = [problem]
    return errors


def touches(route: Route, ring: Sequence[Sequence[float]]) -> bool:
    """Return whether a route's places, or the straight lines between them, touch the polygon of (lon, lat) points."""
    return outline.touches_ring(route.points, [(float(lon), float(lat)) for lon, lat in ring])


def _fits_country(wanted: Mapping[str, Any], event: Event) -> bool:
    return "countries" not in wanted or event.country is None or event.country in wanted["countries"]


def _fits_sources(wanted: Mapping[str, Any], sources: Collection[str]) -> bool:
    return "sources" not in wanted or not sources or not set(wanted["sources"]).isdisjoint(sources)


def _fits_corridor(wanted: Mapping[str, Any], event: Event, corridor: Corridor) -> bool:
    route = corridor.route
    places = [place for place in (route.origin, *route.via, route.destination) if place]
    asked: dict[str, Callable[[Any], bool]] = {
        "countries": lambda codes: (route.country or event.country) in codes,
        "areas": lambda codes: any(place.adm1 in codes for place in places),
        "bbox": lambda box: outline.touches_box(route.points, (box[0], box[1], box[2], box[3])),
        "polygon": lambda ring: touches(route, ring),
        "corridors": lambda ids: not {corridor.id, corridor.slug, *corridor.formerly}.isdisjoint(ids),
    }
    return all(fits(wanted[key]) for key, fits in asked.items() if key in wanted)


def _fits_snapshot(wanted: Mapping[str, Any], occurrence: Occurrence) -> bool:
    held = occurrence.assessment
    asked: dict[str, Callable[[Any], bool]] = {
        "purposes": lambda words: not set(words).isdisjoint(held.purpose),
        "modes": lambda words: not set(words).isdisjoint(held.modes),
        "statuses": lambda words: held.status in words,
        # Admiralty: 1 is the most credible, so "at least" is a number of at most.
        "min_credibility": lambda least: held.credibility <= least,
    }
    return all(fits(wanted[key]) for key, fits in asked.items() if key in wanted)


def _words(pattern: str, what: str) -> Callable[[Any], str | None]:
    shape = re.compile(pattern)

    def problem(value: Any) -> str | None:
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
            return f"write a list of {what}, 1 to {MOST_VALUES} of them"
        wrong = [item for item in value if not isinstance(item, str) or not shape.fullmatch(item)]
        return f"{_quoted(wrong[0])} is not one of: {what}" if wrong else None

    return problem


def _vocabulary(words: Collection[str]) -> Callable[[Any], str | None]:
    return _words("|".join(re.escape(word) for word in words), ", ".join(words))


def _is_degrees(value: Any, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and _is_degrees(value[0], 180) and _is_degrees(value[1], 90)


def _check_bbox(value: Any) -> str | None:
    corners = isinstance(value, list) and len(value) == 4 and _is_point(value[:2]) and _is_point(value[2:])
    if not corners or value[1] > value[3]:
        return "write [west, south, east, north] in degrees"
    return None


def _check_polygon(value: Any) -> str | None:
    if not isinstance(value, list) or not 3 <= len(value) <= MOST_POINTS or not all(map(_is_point, value)):
        return f"write 3 to {MOST_POINTS} points, each as [longitude, latitude] in degrees"
    return None


def _check_credibility(value: Any) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 6:
        return "write a number from 1 (confirmed) to 6"
    return None


def _quoted(value: Any) -> str:
    return f'"{str(value)[:60]}"'


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(str(name), known, 1, cutoff=0)
    return f'; the nearest is "{near[0]}"' if near else ""


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "countries": _words("[A-Z]{2}", 'ISO 3166-1 codes such as "UA"'),
    "areas": _words("[A-Z]{2}-[A-Z0-9]{1,3}", 'ISO 3166-2 codes such as "UA-14"'),
    "bbox": _check_bbox,
    "polygon": _check_polygon,
    "corridors": _words(r"[\w-]{1,200}", 'corridor ids such as "cor_…"'),
    "purposes": _vocabulary(list(Purpose)),
    "modes": _vocabulary(list(Mode)),
    "statuses": _vocabulary(list(Status)),
    "min_credibility": _check_credibility,
    "sources": _words(r"[\w.-]{1,64}", "source ids"),
}
