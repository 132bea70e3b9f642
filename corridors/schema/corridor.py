"""How do corridors, their days and the figures of a day look outside?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from corridors.model import (
    Agreement,
    Authority,
    Basis,
    Corridor,
    Mode,
    Occurrence,
    Purpose,
    Reason,
    Sensitivity,
    Stance,
    Status,
)
from corridors.schema import geometry
from corridors.schema.claim import WhySchema
from corridors.schema.fields import Instant, Same, Word, a_list, maybe_count, maybe_instant, maybe_text
from corridors.schema.route import AssessedWindowSchema, RouteSchema


class AgreementSchema(Schema):
    """Who agreed: each party's stance, and what they add up to."""

    roll_up = Word(Agreement, attribute="agreement")
    parties = fields.Dict(keys=fields.String(), values=Word(Stance))


class OccurrenceSchema(Schema):
    """A corridor on one local day; dumps an Occurrence."""

    id = fields.String()
    corridor = fields.String()
    date = fields.Date()
    zone = fields.String(metadata={"description": "IANA time zone of `date` and of the windows"})
    revision = fields.Integer()
    status = Word(Status, attribute="assessment.status")
    reason = Word(Reason, attribute="assessment.reason", allow_none=True)
    basis = Word(Basis, attribute="assessment.basis")
    since_at = maybe_instant(attribute="assessment.since_at")
    stale = fields.Boolean(attribute="assessment.stale")
    operated = fields.Boolean(attribute="assessment.operated")
    windows = fields.List(fields.Nested(AssessedWindowSchema), attribute="assessment.windows")
    modes = fields.List(Word(Mode), attribute="assessment.modes")
    purpose = fields.List(Word(Purpose), attribute="assessment.purpose")
    people = maybe_count(attribute="assessment.people")
    agreement = fields.Nested(AgreementSchema, attribute="assessment")
    conflict = fields.Boolean(attribute="assessment.conflict")
    credibility = fields.Integer(attribute="assessment.credibility")
    publishers = fields.Integer(attribute="assessment.publishers")
    sensitivity = Word(Sensitivity, attribute="assessment.sensitivity")
    withheld = fields.Boolean(attribute="assessment.withheld")
    why = fields.List(fields.Nested(WhySchema), attribute="assessment.why")
    claims = fields.Integer(attribute="assessment.claims")
    updated_at = Instant()


class LineStringSchema(Schema):
    """GeoJSON LineString, positions as [longitude, latitude]."""

    type = fields.String(metadata={"enum": ["LineString"]})
    coordinates = fields.List(fields.List(fields.Float()))


class CorridorSummarySchema(Schema):
    """A corridor in short, as it stands beside an occurrence; dumps a Corridor."""

    id = fields.String()
    slug = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "by language"})
    country = maybe_text(attribute="route.country")
    route = fields.Nested(RouteSchema)
    geometry = fields.Nested(LineStringSchema, allow_none=True)
    geometry_precision = maybe_text(metadata={"enum": ["schematic", None]})

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return what `obj` holds; the line is drawn from its route."""
        if attr == "geometry":
            return geometry.line(obj.route)
        if attr == "geometry_precision":
            return geometry.precision(obj.route)
        return super().get_attribute(obj, attr, default)


class EventCorridorSchema(Schema):
    """A corridor as it stands in an event; dumps a Corridor."""

    id = fields.String()
    slug = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    country = maybe_text(attribute="route.country")
    route = fields.Nested(RouteSchema)


@dataclass(frozen=True, slots=True)
class CorridorView:
    """A corridor with the days that a reader asks for first; `installation` is the root of its links."""

    corridor: Corridor
    installation: str
    current: Occurrence | None = None
    next: Occurrence | None = None
    last: Occurrence | None = None

    @property
    def geometry(self) -> dict[str, Any] | None:
        """Return the line that its route draws."""
        return geometry.line(self.corridor.route)

    @property
    def geometry_precision(self) -> str | None:
        """Return how much the line may be believed."""
        return geometry.precision(self.corridor.route)

    @property
    def status(self) -> Status:
        """Return what holds today; unknown where nothing was said about today."""
        return self.current.assessment.status if self.current else Status.UNKNOWN

    @property
    def links(self) -> dict[str, str]:
        """Return where to read on."""
        return self.links_of(self.installation, self.corridor.id)

    @staticmethod
    def links_of(installation: str, id_: str) -> dict[str, str]:
        """Return where to read on about the corridor of an id."""
        own = f"{installation}/v1/corridors/{id_}"
        return {"self": own} | {name: f"{own}/{name}" for name in ("occurrences", "events", "claims")}


class CorridorSchema(Schema):
    """The standing thing and what holds on it today; dumps a CorridorView."""

    id = fields.String(attribute="corridor.id")
    slug = fields.String(attribute="corridor.slug")
    name = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        attribute="corridor.name",
        metadata={"description": "by language (ISO 639-1)"},
    )
    country = maybe_text(attribute="corridor.route.country")
    route = fields.Nested(RouteSchema, attribute="corridor.route")
    geometry = fields.Nested(LineStringSchema, allow_none=True)
    geometry_precision = maybe_text(metadata={"enum": ["schematic", None]})
    status = Word(Status)
    current = fields.Nested(OccurrenceSchema, allow_none=True)
    next = fields.Nested(OccurrenceSchema, allow_none=True)
    last = fields.Nested(OccurrenceSchema, allow_none=True)
    first_seen_at = Instant(attribute="corridor.first_seen_at")
    updated_at = Instant(attribute="corridor.updated_at")
    merged_into = maybe_text(attribute="corridor.merged_into")
    links = fields.Dict(keys=fields.String(), values=fields.String())


@dataclass(frozen=True, slots=True)
class OccurrenceView:
    """An occurrence beside its corridor."""

    occurrence: Occurrence
    corridor_summary: Corridor | None


class ListedOccurrenceSchema(OccurrenceSchema):
    """An occurrence with its corridor in short; dumps an OccurrenceView."""

    corridor_summary = fields.Nested(CorridorSummarySchema, allow_none=True)

    def get_attribute(self, obj: OccurrenceView, attr: str, default: Any) -> Any:
        """Return the corridor from beside the occurrence, everything else from the occurrence."""
        if attr == "corridor_summary":
            return obj.corridor_summary
        return super().get_attribute(obj.occurrence, attr, default)


class FigureSchema(Schema):
    """What one announcer counted for one day; dumps an OfficialFigure."""

    region = maybe_text(attribute="total.region")
    planned = maybe_count(attribute="total.planned")
    operated = maybe_count(attribute="total.operated")
    people = maybe_count(attribute="total.people")
    approximate = fields.Boolean(attribute="total.approximate")
    source = fields.String()
    publisher = fields.String()
    authority = Word(Authority)
    said_at = maybe_instant()
    document = fields.String()
    url = maybe_text()


class OfficialSchema(Schema):
    """The latest count of the highest authority, the other announcers' beside it."""

    planned = maybe_count()
    operated = maybe_count()
    people = maybe_count()
    approximate = fields.Boolean()
    source = maybe_text()
    others = a_list(FigureSchema)


class TallyRouteSchema(Schema):
    """One route of our own count."""

    corridor = fields.String()
    occurrence = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "by language"})
    status = Word(Status)
    operated = fields.Boolean()
    people = maybe_count()


class LedgerSchema(Schema):
    """Our own count of routes, and each of them by name."""

    routes_planned = fields.Integer()
    routes_operated = fields.Integer()
    people = fields.Integer(attribute="routes_people")
    routes = a_list(TallyRouteSchema)


class TallySchema(Schema):
    """Planned, operated, people of a day: as announcers count and as we count, never mixed; dumps a Tally."""

    date = fields.Date()
    country = maybe_text()
    region = maybe_text(metadata={"description": "ISO 3166-2; null = the whole country"})
    official = Same(OfficialSchema)
    ledger = Same(LedgerSchema)
    withheld = fields.Boolean(metadata={"description": "more is known about the day than you may see"})
