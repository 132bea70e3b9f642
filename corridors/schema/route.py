"""How do places, routes and hours look outside?"""

from __future__ import annotations

from marshmallow import Schema, fields

from corridors.model import Direction, PlaceType, Stance
from corridors.schema.fields import Word, a_list, maybe_count, maybe_text

_HOURS = {"pattern": r"^([01]\d|2[0-4]):[0-5]\d$", "example": "09:00"}


class PlaceSchema(Schema):
    """A place of a route. adm1: ISO 3166-2; lat, lon: degrees WGS 84."""

    name = fields.String()
    type = Word(PlaceType)
    geonames = maybe_count()
    adm1 = maybe_text()
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)


class FoundPlaceSchema(PlaceSchema):
    """A place of the gazetteer with its country (ISO 3166-1 alpha-2) and the names that are known, by language."""

    country = maybe_text()
    names = fields.Dict(keys=fields.String(), values=fields.String())


class RouteSchema(Schema):
    """Where a corridor leads; each end is optional, as announcements often name a road or a gate alone."""

    name = maybe_text()
    direction = Word(Direction, allow_none=True)
    country = maybe_text(metadata={"description": "ISO 3166-1 alpha-2"})
    origin = fields.Nested(PlaceSchema, allow_none=True)
    via = a_list(PlaceSchema)
    destination = fields.Nested(PlaceSchema, allow_none=True)


class WindowSchema(Schema):
    """Hours as a source stated them, on the local day, in `zone`."""

    start = maybe_text(metadata=_HOURS)
    end = maybe_text(metadata=_HOURS)
    zone = fields.String(metadata={"description": "IANA time zone"})
    stated = maybe_text(metadata={"description": "the words of the source"})


class AssessedWindowSchema(Schema):
    """Planned hours of a local day, each end with whether a report confirmed it."""

    start = maybe_text(metadata=_HOURS)
    end = maybe_text(metadata=_HOURS)
    start_verified = fields.Boolean()
    end_verified = fields.Boolean()


class PartyStanceSchema(Schema):
    """How a party stands to an arrangement."""

    party = fields.String()
    stance = Word(Stance)
