"""What filters look at: the parts of a corridor and of its days by which a reader chooses, ready to be compared.

selection.py makes and matches them; the store keeps them beside the records, so that every list, format, feed and
stream chooses by the same facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from corridors.model.words import Mode, Purpose, Status


@dataclass(frozen=True, slots=True)
class RouteFacets:
    """A corridor as filters see it.

    areas: ISO 3166-1 and -2 codes of its places. origin, via, destination: folded names in all languages, and GeoNames
    ids. names: all of its folded names, one a line. line: (longitude, latitude) of its places.
    """

    corridor: str
    slug: str
    country: str | None
    areas: tuple[str, ...]
    origin: tuple[str, ...]
    via: tuple[str, ...]
    destination: tuple[str, ...]
    names: str
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class DayFacets:
    """A corridor's day as filters see it. begins_at, ends_at: bounds of the local day."""

    occurrence: str
    date: date
    begins_at: datetime
    ends_at: datetime
    status: Status
    modes: tuple[Mode, ...]
    purpose: tuple[Purpose, ...]
    credibility: int
    conflict: bool
    verified: bool
    sources: tuple[str, ...]
    parties: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Facets:
    """An event as filters see it: the corridor it is about, and its day before and after. Others have a country only.

    sources: whom the event rests on.
    """

    country: str | None = None
    sources: tuple[str, ...] = ()
    route: RouteFacets | None = None
    before: DayFacets | None = None
    after: DayFacets | None = None
