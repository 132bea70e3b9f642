"""What does the desk say of a route? The claim in a request, each field checked with a sentence, as a Statement.

Places are names that the gazetteer knows in the country, or objects as `/v1/places` gives them. Start at
`statement_of`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range, Regexp

from corridors.api.context import context
from corridors.api.parameters import parse_country, parse_day, refusal
from corridors.errors import NotFound
from corridors.localtime import local_day, zone_of
from corridors.model import (
    Arrangement,
    Direction,
    Mode,
    PartyStance,
    Place,
    PlaceType,
    Purpose,
    Reason,
    Route,
    Stance,
    Statement,
    Status,
    Window,
)
from corridors.places import fold
from corridors.store import Transaction

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_LONGEST = 200
_MOST = 50
_PARTY = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _text(**options: Any) -> fields.String:
    sentence = f"write 1 to {_LONGEST} characters"
    return fields.String(
        validate=Length(1, _LONGEST, error=sentence),
        error_messages={"invalid": "write text", "null": "write text", "required": "this is needed"},
        **options,
    )


def _maybe_text() -> fields.String:
    return fields.String(
        allow_none=True,
        validate=Length(1, _LONGEST, error=f"write 1 to {_LONGEST} characters, or null"),
        error_messages={"invalid": "write text, or null"},
    )


def a_word(words: type[StrEnum], **options: Any) -> fields.String:
    """Return a field that takes a word of a vocabulary."""
    sentence = f"write one of {', '.join(words)}"
    return fields.String(
        validate=OneOf(list(words), error=sentence),
        error_messages={"invalid": sentence, "null": sentence, "required": sentence},
        metadata={"enum": list(words)},
        **options,
    )


def _several(item: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(
        item,
        validate=Length(max=_MOST, error=f"write at most {_MOST}"),
        error_messages={"invalid": "write a list", "null": "write a list"},
    )


class OnDay(fields.Field[date]):
    """A local day, YYYY-MM-DD."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            error_messages={"null": "write a day as YYYY-MM-DD", "required": "write a day as YYYY-MM-DD"},
            metadata={"type": "string", "format": "date"},
            **options,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return parse_day(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class PlaceWish(fields.Field[Any]):
    """A place: a name that the gazetteer knows, or an object with at least a name."""

    def __init__(self) -> None:
        shape = {"description": "a name, or a place as /v1/places gives it", "type": ["string", "object"]}
        super().__init__(allow_none=True, metadata=shape)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST:
            return value.strip()
        if not isinstance(value, dict):
            raise ValidationError("write a name, or a place as /v1/places gives it")
        return PlaceObject().load(value)


class PlaceObject(Schema):
    """A place as /v1/places gives it; what that gives beyond these fields is not needed."""

    class Meta:
        """Take what /v1/places gives as it is."""

        unknown = "exclude"

    name = _text(required=True)
    type = a_word(PlaceType, load_default=PlaceType.SETTLEMENT.value)
    geonames = fields.Integer(strict=True, allow_none=True, validate=Range(1, 2**53))
    adm1 = fields.String(allow_none=True, validate=Regexp("[A-Z]{2}-[A-Z0-9]{1,3}$", error="write as UA-14"))
    lat = fields.Float(allow_none=True, validate=Range(-90, 90, error="write degrees"))
    lon = fields.Float(allow_none=True, validate=Range(-180, 180, error="write degrees"))
    names = fields.Dict(keys=fields.String(), values=fields.String())


class RouteWish(Schema):
    """Where a corridor leads; at least an end or a name."""

    country = fields.String(required=True, error_messages={"required": "write a country, such as UA"})
    origin = PlaceWish()
    destination = PlaceWish()
    via = _several(PlaceWish())
    name = _maybe_text()
    direction = fields.String(allow_none=True, validate=OneOf(list(Direction)), metadata={"enum": list(Direction)})

    @validates_schema
    def leads_somewhere(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raise ValidationError for a route of nothing."""
        try:
            parse_country(data["country"])
        except ValueError as error:
            raise ValidationError(str(error), "country") from error
        if not any(data.get(part) for part in ("origin", "destination", "name")):
            raise ValidationError("name an origin, a destination, or the road, gate or crossing", "origin")


class WindowWish(Schema):
    """Hours of the local day; `zone` is the country's unless told."""

    start = fields.String(allow_none=True, validate=Regexp(_CLOCK.pattern + "$", error="write HH:MM"))
    end = fields.String(allow_none=True, validate=Regexp(_CLOCK.pattern + "$", error="write HH:MM"))
    zone = fields.String()

    @validates_schema
    def is_some_time(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raise ValidationError for hours without any, or in no zone."""
        if not (data.get("start") or data.get("end")):
            raise ValidationError("write `start`, `end`, or both", "start")
        if "zone" in data and data["zone"] not in available_timezones():
            raise ValidationError("write an IANA time zone, such as Europe/Kyiv", "zone")


class StanceWish(Schema):
    """How a party stands to it."""

    party = fields.String(required=True, validate=Regexp(_PARTY, error="write a code, such as UA"))
    stance = a_word(Stance, required=True)


class ChangedClaim(Schema):
    """The fields of a claim that a correction changes; those left out stay."""

    corridor = _text(metadata={"description": "id of the corridor whose route it is about; instead of `route`"})
    route = fields.Nested(RouteWish)
    status = a_word(Status)
    reason = fields.String(allow_none=True, validate=OneOf(list(Reason)), metadata={"enum": [*Reason, None]})
    arrangement = a_word(Arrangement)
    purpose = _several(a_word(Purpose))
    modes = _several(a_word(Mode))
    who = _maybe_text()
    valid_on = fields.List(
        OnDay(allow_none=True),
        validate=Length(equal=2, error="write [first day, last day]; the last null = until further notice"),
    )
    windows = _several(fields.Nested(WindowWish))
    announced_by = fields.String(allow_none=True, validate=Regexp(_PARTY, error="write a code, such as UA"))
    stances = _several(fields.Nested(StanceWish))
    guarantors = _several(_text())
    people = fields.Integer(strict=True, allow_none=True, validate=Range(0, 10**8, error="write how many people"))
    people_approximate = fields.Boolean()

    @validates_schema
    def ends_after_it_begins(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raise ValidationError for days in the wrong order, and for two routes at once."""
        if "valid_on" in data:
            first, last = data["valid_on"]
            if first is None or (last is not None and last < first):
                raise ValidationError(
                    "write [first day, last day], the first one a day and not after the last", "valid_on"
                )
        if "route" in data and "corridor" in data:
            raise ValidationError("give either `route` or `corridor`", "corridor")


class NewClaim(ChangedClaim):
    """What the desk says by itself; without `valid_on` it is about today."""

    status = a_word(Status, required=True)

    @validates_schema
    def is_about_something(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raise ValidationError without a route."""
        if "route" not in data and "corridor" not in data:
            raise ValidationError("name the `corridor`, or give a `route`", "corridor")


def statement_of(tx: Transaction, wish: Mapping[str, Any], now: datetime, before: Statement | None = None) -> Statement:
    """Return what a wish says, out of `before` where it corrects. Raises InvalidRequest, NotFound or NotReady."""
    route = _route_of(tx, wish) or (before.route if before else Route())
    zone = zone_of(route.country)
    today = local_day(now, zone)
    statement = before or Statement(route, Status(wish["status"]), (today, today))
    told: dict[str, Any] = {name: wish[name] for name in _PLAIN if name in wish}
    for name, words in _WORDS.items():
        if name in wish:
            told[name] = words(wish[name]) if wish[name] is not None else None
    for name, vocabulary in (("purpose", Purpose), ("modes", Mode)):
        if name in wish:
            told[name] = tuple(word for word in vocabulary if word in wish[name])
    if "windows" in wish:
        told["windows"] = tuple(Window(w.get("start"), w.get("end"), w.get("zone", zone)) for w in wish["windows"])
    if "stances" in wish:
        told["stances"] = tuple(PartyStance(each["party"], Stance(each["stance"])) for each in wish["stances"])
    for name in ("valid_on", "guarantors"):
        if name in wish:
            told[name] = tuple(wish[name])
    kept = {name: span for name, span in statement.spans.items() if name not in wish}
    return replace(statement, route=route, spans=kept, **told)


def route_of(wish: Mapping[str, Any]) -> Route:
    """Return the route that a checked RouteWish names. Raises InvalidRequest or NotReady."""
    country = str(wish["country"])
    origin, destination = (_place(wish.get(end), country, end) for end in ("origin", "destination"))
    via = tuple(place for stop in wish.get("via", ()) if (place := _place(stop, country, "via")))
    direction = Direction(wish["direction"]) if wish.get("direction") else None
    return Route(country, origin, destination, via, wish.get("name"), direction)


_PLAIN = ("who", "announced_by", "people", "people_approximate")
_WORDS: Mapping[str, Any] = {"status": Status, "reason": Reason, "arrangement": Arrangement}


def _route_of(tx: Transaction, wish: Mapping[str, Any]) -> Route | None:
    if "corridor" in wish:
        corridor = tx.corridors.get(wish["corridor"])
        if corridor is None:
            raise NotFound(f"there is no corridor {wish['corridor']}")
        return corridor.route
    return route_of(wish["route"]) if "route" in wish else None


def _place(wish: Any, country: str, where: str) -> Place | None:
    """Return the place that is meant; a name that the gazetteer gives to several places is refused with all of them."""
    if wish is None:
        return None
    if isinstance(wish, dict):
        return Place(**wish | {"type": PlaceType(wish["type"]), "country": country})
    found = [
        place
        for place in context().gazetteer().search(wish, [country], 20)
        if fold(wish) in {fold(name) for name in (place.name, *place.names.values())}
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise refusal({where: [f'no place "{wish}" is known in {country}; look at /v1/places, or give an object']})
    told = ", ".join(f"{place.name} ({place.adm1}, geonames {place.geonames})" for place in found[:8])
    raise refusal({where: [f'several places are called "{wish}": {told}; give the one that is meant as an object']})
