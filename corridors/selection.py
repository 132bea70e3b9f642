"""Which corridors, days, claims and events did somebody ask for? The one filter language, as a value, and its rules.

A `Selection` is parsed and checked once (api/filters.py), then either written as SQL (store/facets.py) or matched here;
both give the same. Conditions are joined by AND, the values of one by OR. Start at `Selection`; `route_facets` and
`day_facets` say what is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from corridors import outline
from corridors.localtime import day_bounds
from corridors.model import Corridor, DayFacets, Facets, Mode, Occurrence, Place, Purpose, RouteFacets, Status
from corridors.outline import Box, Line, Point
from corridors.places import fold

ROUTE_KEYS = frozenset(
    {"countries", "areas", "bbox", "polygon", "near", "origin", "via", "destination", "place", "q", "slug", "corridors"}
)
TIME_KEYS = frozenset({"first", "last", "since", "until"})
DAY_KEYS = frozenset(
    {"statuses", "modes", "purposes", "min_credibility", "verified", "conflict", "sources", "parties", "occurrences"}
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; None or empty = anything.

    areas: ISO 3166-1 and -2 codes, descendants included. near: a point and kilometres. origin, via, destination, place:
    folded names or GeoNames ids. q: folded words. first, last: local days. since, until: what held between two
    instants. updated_since: changed at or after. recorded_by: events that were recorded by then.
    min_credibility: Admiralty, 1 is the most credible.
    """

    countries: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    bbox: Box | None = None
    polygon: tuple[Point, ...] = ()
    near: tuple[Point, float] | None = None
    origin: frozenset[str] = frozenset()
    via: frozenset[str] = frozenset()
    destination: frozenset[str] = frozenset()
    place: frozenset[str] = frozenset()
    q: tuple[str, ...] = ()
    slug: str | None = None
    corridors: frozenset[str] = frozenset()
    occurrences: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    since: datetime | None = None
    until: datetime | None = None
    updated_since: datetime | None = None
    recorded_by: datetime | None = None
    statuses: frozenset[Status] = frozenset()
    modes: frozenset[Mode] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    min_credibility: int | None = None
    verified: bool | None = None
    conflict: bool | None = None
    sources: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()

    def asks(self, keys: Collection[str]) -> bool:
        """Return whether any of these conditions is given."""
        return any(self._has(name) for name in keys)

    def only(self, keys: Collection[str]) -> Selection:
        """Return these of the conditions alone."""
        return Selection(**{name: getattr(self, name) for name in keys})

    @property
    def is_everything(self) -> bool:
        """Return whether there is no condition at all."""
        return not any(self._has(each.name) for each in fields(self))

    @property
    def boxes(self) -> list[Box]:
        """Return boxes outside of which no route fits; none = anywhere. A box never has west > east."""
        if self.near:
            return outline.boxes_around(*self.near)
        if self.polygon:
            box = outline.box_of(self.polygon)
            return [box] if box else []
        if self.bbox:
            west, south, east, north = self.bbox
            over = [(west, south, 180.0, north), (-180.0, south, east, north)]
            return [self.bbox] if west <= east else over
        return []

    def fits_line(self, line: Line) -> bool:
        """Return whether a line lies where it was asked for; a route without any located place lies nowhere."""
        if not (self.bbox or self.polygon or self.near):
            return True
        if not line:
            return False
        return (
            (not self.bbox or outline.touches_box(line, self.bbox))
            and (not self.polygon or outline.touches_ring(line, self.polygon))
            and (not self.near or outline.is_near(line, *self.near))
        )

    def fits_route(self, route: RouteFacets) -> bool:
        """Return whether a corridor fits by what does not change from day to day."""
        ends = (*route.origin, *route.via, *route.destination)
        return (
            (not self.countries or route.country in self.countries)
            and _meets(self.areas, route.areas)
            and _meets(self.origin, route.origin)
            and _meets(self.via, route.via)
            and _meets(self.destination, route.destination)
            and _meets(self.place, ends)
            and (not self.corridors or route.corridor in self.corridors)
            and self.slug in {None, route.slug}
            and all(word in route.names for word in self.q)
            and self.fits_line(route.line)
        )

    def fits_day(self, day: DayFacets) -> bool:
        """Return whether a day of a corridor fits, whenever it is."""
        return (
            (not self.statuses or day.status in self.statuses)
            and (not self.occurrences or day.occurrence in self.occurrences)
            and _meets(self.modes, day.modes)
            and _meets(self.purposes, day.purpose)
            and (self.min_credibility is None or day.credibility <= self.min_credibility)
            and self.verified in {None, day.verified}
            and self.conflict in {None, day.conflict}
            and _meets(self.sources, day.sources)
            and _meets(self.parties, day.parties)
        )

    def fits_time(self, day: DayFacets) -> bool:
        """Return whether a day lies where it was asked for."""
        return (
            (self.first is None or day.date >= self.first)
            and (self.last is None or day.date <= self.last)
            and (self.since is None or day.ends_at > self.since)
            and (self.until is None or day.begins_at <= self.until)
        )

    def fits_occurrence(self, route: RouteFacets, day: DayFacets) -> bool:
        """Return whether a corridor's day fits in everything."""
        fresh = self.updated_since is None or day.updated_at >= self.updated_since
        return fresh and self.fits_route(route) and self.fits_time(day) and self.fits_day(day)

    def fits_corridor(
        self, route: RouteFacets, days: Sequence[DayFacets], today: date, updated_at: datetime | None = None
    ) -> bool:
        """Return whether a corridor with these days fits.

        What is asked of a day has to hold on one day of the time asked for, without any on the local day `today`;
        `unknown` also means that nothing was said of it. updated_at: when the corridor itself changed.
        """
        changed = [at for at in (updated_at, *(day.updated_at for day in days)) if at]
        if self.updated_since and not any(at >= self.updated_since for at in changed):
            return False
        if not self.fits_route(route):
            return False
        if not self.asks(DAY_KEYS | TIME_KEYS):
            return True
        timed = self.asks(TIME_KEYS)
        meant = [day for day in days if (self.fits_time(day) if timed else day.date == today)]
        return any(self.fits_day(day) for day in meant) or (not meant and self.takes_silence)

    @property
    def takes_silence(self) -> bool:
        """Return whether a corridor of which nothing was said at the time fits."""
        return Status.UNKNOWN in self.statuses and not self.asks(DAY_KEYS - {"statuses"})

    def fits_event(self, event: Facets, recorded_at: datetime) -> bool:
        """Return whether an event fits: what held before it or what holds after it, so that nobody misses the end."""
        if self.updated_since and recorded_at < self.updated_since:
            return False
        if self.recorded_by and recorded_at > self.recorded_by:
            return False
        if event.route is None:
            others = (ROUTE_KEYS | DAY_KEYS | TIME_KEYS) - {"countries", "sources"}
            here = not self.countries or event.country in self.countries
            return here and not self.asks(others) and _meets(self.sources, event.sources)
        if not self.fits_route(event.route):
            return False
        days = [day for day in (event.before, event.after) if day]
        if not days:
            return not self.asks(DAY_KEYS | TIME_KEYS)
        return any(self.fits_time(day) and self.fits_day(day) for day in days)

    def _has(self, name: str) -> bool:
        return getattr(self, name) not in (None, (), frozenset())


EVERYTHING = Selection()


def route_facets(corridor: Corridor) -> RouteFacets:
    """Return what filters see of a corridor."""
    route = corridor.route
    codes = {code for place in route.places for code in (place.country, place.adm1) if code}
    said = [corridor.slug, route.name or "", *corridor.name.values()]
    said += [name for place in route.places for name in (place.name, *place.names.values())]
    return RouteFacets(
        corridor.id,
        corridor.slug,
        route.country,
        tuple(sorted(codes | {route.country} if route.country else codes)),
        _keys(route.origin),
        tuple(sorted({key for stop in route.via for key in _keys(stop)})),
        _keys(route.destination),
        "\n".join(sorted({fold(name) for name in said if name})),
        route.points,
    )


def day_facets(occurrence: Occurrence, sources: Collection[str]) -> DayFacets:
    """Return what filters see of a corridor's day. sources: ids of those whose claims it stands on."""
    held = occurrence.assessment
    begins_at, ends_at = day_bounds(occurrence.date, occurrence.zone)
    return DayFacets(
        occurrence.id,
        occurrence.date,
        begins_at,
        ends_at,
        held.status,
        held.modes,
        held.purpose,
        held.credibility,
        held.conflict,
        any(window.start_verified or window.end_verified for window in held.windows),
        tuple(sorted(sources)),
        tuple(sorted(held.parties)),
        occurrence.updated_at,
    )


def event_facets(
    country: str | None,
    corridor: Corridor | None,
    before: Occurrence | None,
    after: Occurrence | None,
    sources: Collection[str],
) -> Facets:
    """Return what filters see of an event that rests on `sources`."""
    was, now = (day_facets(day, sources) if day else None for day in (before, after))
    return Facets(country, tuple(sorted(sources)), route_facets(corridor) if corridor else None, was, now)


def place_key(name: str) -> str:
    """Return the form in which names of places are compared."""
    return fold(name.replace("|", " "))


def _keys(place: Place | None) -> tuple[str, ...]:
    """Return by what a place may be asked for: its GeoNames id, its folded names in all languages."""
    if place is None:
        return ()
    names = {place_key(name) for name in (place.name, *place.names.values())}
    return tuple(sorted((names | {str(place.geonames)} if place.geonames else names) - {""}))


def _meets(wanted: frozenset[str], had: Collection[str]) -> bool:
    return not wanted or not wanted.isdisjoint(had)
