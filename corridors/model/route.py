"""What a text says: places, routes, statements, counts and doubts, before anybody knows who said it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from corridors.model.words import Arrangement, Direction, Mode, PlaceType, Purpose, Reason, Stance, Status


@dataclass(frozen=True, slots=True)
class Place:
    """A point or thing that a route can name.

    name: in English, as the gazetteer has it, or as written where nothing is known about it.
    country: ISO 3166-1 alpha-2; adm1: ISO 3166-2; lat, lon: degrees WGS 84.
    names: the name by language (ISO 639-1), where known; it does not take part in equality.
    """

    name: str
    type: PlaceType = PlaceType.SETTLEMENT
    geonames: int | None = None
    country: str | None = None
    adm1: str | None = None
    lat: float | None = None
    lon: float | None = None
    names: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Route:
    """What a claim is about. Origin and destination are each optional; `name` is a road's, a gate's or an area's."""

    country: str | None = None
    origin: Place | None = None
    destination: Place | None = None
    via: tuple[Place, ...] = ()
    name: str | None = None
    direction: Direction | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Return origin, via and destination, as far as they are known."""
        return tuple(place for place in (self.origin, *self.via, self.destination) if place)

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Return (longitude, latitude) of its places in order, as far as they are located."""
        return tuple((place.lon, place.lat) for place in self.places if place.lon is not None and place.lat is not None)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a local day, "HH:MM"; `zone` is the IANA zone they are in, `stated` the words they came from."""

    start: str | None
    end: str | None
    zone: str
    stated: str | None = None


class Span(NamedTuple):
    """Where the words stand: code points [start, end) of the stored `field` ("title" or "text")."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PartyStance:
    """How `party` stands to what the claim is about."""

    party: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says about one route; becomes a Claim when its provenance is added.

    valid_on: first and last local day, last None = until further notice.
    people: moved along this route, as counted; people_approximate when the text says "about".
    who: who may leave, in the words of the text. lowered_by: why the confidence is no higher.
    spans: field name → the words that produced it.
    """

    route: Route
    status: Status
    valid_on: tuple[date, date | None]
    reason: Reason | None = None
    arrangement: Arrangement = Arrangement.HUMANITARIAN_CORRIDOR
    purpose: tuple[Purpose, ...] = (Purpose.EVACUATION,)
    modes: tuple[Mode, ...] = ()
    who: str | None = None
    windows: tuple[Window, ...] = ()
    announced_by: str | None = None
    stances: tuple[PartyStance, ...] = ()
    guarantors: tuple[str, ...] = ()
    people: int | None = None
    people_approximate: bool = False
    confidence: float = 1.0
    lowered_by: tuple[str, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """A count of corridors or people that a document gives for a day and a whole country or one region.

    region: ISO 3166-2, None = the whole country or simply the whole document. Counts that are not stated are None.
    """

    on: date
    region: str | None = None
    planned: int | None = None
    operated: int | None = None
    people: int | None = None
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence that was seen but not fully understood: what is missing, and which places it might have meant."""

    text: str
    missing: str
    span: Span | None = None
    candidates: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: statements, counts, and doubts. `language` is the one it was read in."""

    statements: tuple[Statement, ...] = ()
    totals: tuple[Total, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    language: str | None = None
