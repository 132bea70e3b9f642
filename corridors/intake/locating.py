"""Which places does a structured source mean? Names of records and alerts become places of the gazetteer.

Without this a table's "Mariupol" and an announcement's would be two corridors. Text goes another way
(corridors.reading), which knows inflection; here names stand alone and often with coordinates. Start at `located`.
"""

from __future__ import annotations

from dataclasses import replace

from corridors.model import Place, Reading, Route, Source, Statement
from corridors.places import Gazetteer, Hints, distance_km, fold, resolve

# A town's middle and the point that somebody drew for it are rarely further apart.
_SAME_PLACE_KM = 40.0


def located(reading: Reading, source: Source, gazetteer: Gazetteer) -> Reading:
    """Return `reading` with the places of its routes looked up; a place that cannot be told stays as it was written."""
    gazetteer.renew()
    return replace(reading, statements=tuple(_located(one, source, gazetteer) for one in reading.statements))


def _located(statement: Statement, source: Source, gazetteer: Gazetteer) -> Statement:
    route = statement.route
    countries = frozenset([route.country] if route.country else source.countries)
    origin = _place(route.origin, countries, gazetteer, ())
    destination = _place(route.destination, countries, gazetteer, (origin,) if origin else ())
    country = route.country or next((place.country for place in (origin, destination) if place and place.country), None)
    found = Route(country, origin, destination, route.via, route.name, route.direction)
    return statement if found == route else replace(statement, route=found)


def _place(
    place: Place | None, countries: frozenset[str], gazetteer: Gazetteer, near: tuple[Place, ...]
) -> Place | None:
    if place is None or place.geonames is not None:
        return place
    key = fold(place.name)
    candidates = gazetteer.lookup([key]).get(key, ())
    here = (place,) if place.lat is not None else near
    found = resolve(candidates, Hints(countries, near=here)) if candidates else None
    if found is None or found.rivals:
        return place
    if place.lat is not None and distance_km(place, found.place) > _SAME_PLACE_KM:
        return place
    return found.place
