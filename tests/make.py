"""What does an ordinary claim, place, document or source look like? Values for tests, on 14 March 2022 unless told.

Every function returns the model's own value with defaults that read well; a test names only what it is about.
Start at `a_claim`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from corridors.model import (
    Authority,
    Claim,
    Direction,
    Document,
    Place,
    PlaceType,
    Reason,
    Route,
    Source,
    Statement,
    Status,
    Window,
)

DAY = date(2022, 3, 14)
ZONE = "Europe/Kyiv"

# English name → (GeoNames id, ISO 3166-2, latitude, longitude, Ukrainian name).
KNOWN_PLACES: dict[str, tuple[int, str, float, float, str]] = {
    "Mariupol": (701822, "UA-14", 47.095, 37.541, "Маріуполь"),
    "Zaporizhzhia": (687700, "UA-23", 47.852, 35.117, "Запоріжжя"),
    "Berdiansk": (712451, "UA-23", 46.756, 36.788, "Бердянськ"),
    "Sumy": (692194, "UA-59", 50.917, 34.799, "Суми"),
    "Poltava": (696643, "UA-53", 49.589, 34.554, "Полтава"),
    "Hostomel": (708251, "UA-32", 50.568, 30.265, "Гостомель"),
    "Bilohorodka": (712590, "UA-32", 50.390, 30.227, "Білогородка"),
    "Brovary": (711390, "UA-32", 50.511, 30.791, "Бровари"),
}

_numbers = count(1)


def at(clock: str, day: date = DAY, zone: str = ZONE) -> datetime:
    """Return the instant, in UTC, at which the clocks of `zone` show `clock` ("HH:MM") on `day`."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def a_place(name: str = "Mariupol", **fields: Any) -> Place:
    """Return a place; those in KNOWN_PLACES come with their id and coordinates, others with a name and a country."""
    if name not in KNOWN_PLACES or fields.get("type", PlaceType.SETTLEMENT) is not PlaceType.SETTLEMENT:
        unknown: dict[str, Any] = {"name": name, "country": "UA", "names": {"en": name}}
        return Place(**unknown | fields)
    geonames, adm1, lat, lon, local = KNOWN_PLACES[name]
    known: dict[str, Any] = {
        "name": name,
        "names": {"en": name, "uk": local},
        "geonames": geonames,
        "country": "UA",
        "adm1": adm1,
        "lat": lat,
        "lon": lon,
    }
    return Place(**known | fields)


def a_route(
    origin: str | Place | None = "Mariupol",
    destination: str | Place | None = "Zaporizhzhia",
    *,
    via: Sequence[str | Place] = (),
    name: str | None = None,
    direction: Direction | None = None,
    country: str | None = "UA",
) -> Route:
    """Return a route between two places, given as such or by name."""
    return Route(
        country=country,
        origin=_place(origin),
        destination=_place(destination),
        via=tuple(a_place(stop) if isinstance(stop, str) else stop for stop in via),
        name=name,
        direction=direction,
    )


def a_window(start: str | None = "09:00", end: str | None = "21:00", zone: str = ZONE) -> Window:
    """Return hours of a day."""
    return Window(start, end, zone)


def a_statement(status: Status = Status.ANNOUNCED, route: Route | None = None, **fields: Any) -> Statement:
    """Return what a text says about one route, valid on DAY alone; a closure is `completed` unless told."""
    values: dict[str, Any] = {
        "route": route or a_route(),
        "status": status,
        "valid_on": (DAY, DAY),
        "reason": Reason.COMPLETED if status is Status.CLOSED else None,
    }
    return Statement(**values | fields)


def a_claim(
    status: Status = Status.ANNOUNCED,
    said: str | datetime = "08:00",
    *,
    route: Route | None = None,
    statement: Statement | None = None,
    publisher: str = "Ministry of Reintegration",
    authority: Authority = Authority.OFFICIAL,
    reliability: str = "b",
    party: str | None = None,
    voice: str | None = None,
    claim: dict[str, Any] | None = None,
    **fields: Any,
) -> Claim:
    """Return a claim of its own voice, said (and learned) at `said` on DAY.

    said: an instant, or "HH:MM" of DAY. `claim` sets further fields of the claim, `fields` those of its statement.
    """
    number = next(_numbers)
    instant = at(said) if isinstance(said, str) else said
    values: dict[str, Any] = {
        "id": f"clm_{number:06}",
        "document": f"doc_{number:06}",
        "revision": 1,
        "source": publisher.lower().replace(" ", "-"),
        "publisher": publisher,
        "authority": authority,
        "reliability": reliability,
        "credibility": 2,
        "statement": statement or a_statement(status, route, **fields),
        "recorded_at": instant,
        "known_at": instant,
        "published_at": instant,
        "party": party,
        "voice": f"voice-{number:06}" if voice is None else voice,
    }
    return Claim(**values | (claim or {}))


def a_document(text: str = "Гуманітарний коридор Маріуполь — Запоріжжя, початок о 9:00.", **fields: Any) -> Document:
    """Return an announcement as fetched, published at 08:00 and fetched a minute later."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "source": "ua-ministry",
        "external_id": f"ua-ministry/{number}",
        "text": text,
        "published_at": at("08:00"),
        "fetched_at": at("08:01"),
        "url": f"https://example.org/ua-ministry/{number}",
    }
    return Document(**values | fields)


def a_source(id: str = "ua-ministry", **fields: Any) -> Source:  # noqa: A002 - the model's own name
    """Return a Telegram channel of an official Ukrainian publisher."""
    values: dict[str, Any] = {
        "kind": "telegram",
        "publisher": "Ministry of Reintegration",
        "url": f"https://example.org/s/{id}",
        "party": "UA",
        "authority": Authority.OFFICIAL,
        "reliability": "b",
        "countries": ("UA",),
        "languages": ("uk", "ru"),
        "timezone": ZONE,
        "licence": "CC BY 4.0",
        "republish": "full",
    }
    return Source(**{"id": id} | values | fields)


def _place(place: str | Place | None) -> Place | None:
    return a_place(place) if isinstance(place, str) else place
