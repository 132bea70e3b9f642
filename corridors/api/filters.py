"""What may a reader choose by? The filter language of lists, formats, the change feed and streams, and how it is read.

One class for each group of parameters, to be inherited by the query of a noun; `selection` makes the value that is
matched (selection.py) or written as SQL (store/index.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from corridors.api.areas import parse_area
from corridors.api.parameters import (
    Parameter,
    Parse,
    Query,
    one_of,
    parse_country,
    parse_day,
    parse_id,
    parse_instant,
    refusal,
    shaped,
    whole,
    word,
)
from corridors.model import Mode, Purpose, Status
from corridors.outline import Box, Point
from corridors.places import fold
from corridors.selection import Selection, place_key

MOST_POINTS = 500
LARGEST_RADIUS_KM = 2000
LONGEST_TEXT = 100

_OPEN = {"", ".."}


_DEGREES = r"-?[0-8]?[0-9](\.[0-9]{1,6})?"  # what the description gives as an example of; more is taken than this
_POINT = f"{_DEGREES},{_DEGREES}"


def parse_numbers(text: str, how_many: int, how: str) -> tuple[float, ...]:
    """Return numbers that stand with commas between them. Raises ValueError."""
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ValueError(how) from error
    if len(numbers) != how_many or not all(map(math.isfinite, numbers)):
        raise ValueError(how)
    return numbers


def parse_bbox(text: str) -> Box:
    """Return a box; west may be greater than east, over the antimeridian (RFC 7946, 5.2). Raises ValueError."""
    how = "write west,south,east,north in degrees, such as 22,44,41,53"
    west, south, east, north = parse_numbers(text, 4, how)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(how)
    return west, south, east, north


@shaped(pattern=f"^{_POINT}$")
def parse_point(text: str) -> Point:
    """Return a point. Raises ValueError."""
    how = "write longitude,latitude in degrees, such as 37.54,47.1"
    lon, lat = parse_numbers(text, 2, how)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(how)
    return lon, lat


@shaped(pattern=f"^{_POINT}(;{_POINT}){{2,9}}$")
def parse_polygon(text: str) -> tuple[Point, ...]:
    """Return the corners of a polygon, the last joined to the first. Raises ValueError."""
    corners = [part for part in re.split(r"[;\s]+", text) if part]
    if not 3 <= len(corners) <= MOST_POINTS:
        raise ValueError(f"write 3 to {MOST_POINTS} corners as lon,lat;lon,lat;lon,lat")
    return tuple(parse_point(corner) for corner in corners)


@shaped(exclusiveMinimum=0, maximum=LARGEST_RADIUS_KM)
def parse_radius(text: str) -> float:
    """Return kilometres. Raises ValueError."""
    how = f"write kilometres, more than 0 and at most {LARGEST_RADIUS_KM}"
    (radius,) = parse_numbers(text, 1, how)
    if not 0 < radius <= LARGEST_RADIUS_KM:
        raise ValueError(how)
    return radius


@shaped(minLength=1, maxLength=LONGEST_TEXT)
def parse_place(text: str) -> str:
    """Return by what a place is compared: its GeoNames id or its folded name. Raises ValueError."""
    key = place_key(text)
    if not key or len(text) > LONGEST_TEXT or "\0" in text:
        raise ValueError(f"write a name in any language, or a GeoNames id; at most {LONGEST_TEXT} characters")
    return key


@shaped(minLength=1, maxLength=LONGEST_TEXT)
def parse_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a search. Raises ValueError."""
    words = tuple(fold(text).split())
    if not words or len(text) > LONGEST_TEXT or "\0" in text:
        raise ValueError(f"write a part of a name, at most {LONGEST_TEXT} characters")
    return words


def parse_time(text: str) -> tuple[datetime | None, datetime | None]:
    """Return an instant twice, or both ends of an interval, None = open (as in OGC API). Raises ValueError."""
    first, slash, last = text.partition("/")
    if not slash:
        at = parse_instant(first)
        return at, at
    since, until = (None if end in _OPEN else parse_instant(end) for end in (first, last))
    if since is None and until is None:
        raise ValueError("an interval with two open ends is all time; leave it out")
    if since and until and since > until:
        raise ValueError("the interval ends before it begins")
    return since, until


@shaped(type="boolean")
def parse_flag(text: str) -> bool:
    """Return yes or no. Raises ValueError."""
    return one_of(("true", "false"))(text) == "true"


def _text(parse: Parse[Any], doc: str, example: str) -> Parameter:
    return Parameter(parse, doc, metadata={"example": example})


def _place(doc: str) -> Parameter:
    return Parameter(parse_place, f"{doc}: exact name in any language, or GeoNames id", many=True)


def _flag(doc: str) -> Parameter:
    return Parameter(parse_flag, doc, shape="boolean")


class RouteFilters(Query):
    """By what a corridor is, whatever the day."""

    country = Parameter(parse_country, "ISO 3166-1 alpha-2", many=True)
    area = Parameter(parse_area, "ISO 3166-2 or P-code of an area that a place of the route is in", many=True)
    bbox = _text(parse_bbox, "west,south,east,north that the line of the route touches, in degrees", "22,44,41,53")
    polygon = _text(parse_polygon, "lon,lat;lon,lat;… that the line of the route touches", "30,50;32,50;31,51")
    near = _text(parse_point, "lon,lat that the route passes within `radius_km`", "37.54,47.1")
    radius_km = Parameter(parse_radius, "kilometres around `near`", shape="number")
    origin = _place("where it begins")
    destination = _place("where it ends")
    via = _place("where it passes")
    place = _place("where it begins, passes or ends")
    q = _text(parse_words, "words of any of its names, in any language and spelling of case and accents", "mariupol")


class DayFilters(Query):
    """By what holds on a day."""

    status = word(Status, "what holds; unknown = nothing was said", many=True)
    mode = word(Mode, "how people or goods move", many=True)
    purpose = word(Purpose, "what it is for", many=True)
    source = Parameter(parse_id, "id of a source on whose word it stands", many=True)
    party = Parameter(parse_id, "a side of the conflict that has a stance in it", many=True)
    min_credibility = Parameter(whole(1, 6), "Admiralty scale: this or more credible, 1 = confirmed", shape="integer")
    verified = _flag("was an hour of it confirmed by a report?")
    conflict = _flag("do sources contradict each other?")


class TimeFilters(Query):
    """By when it holds, and by when it changed."""

    date = _text(parse_day, "a local day", "2022-03-14")
    first = Parameter(parse_day, "no local day before this one")
    last = Parameter(parse_day, "no local day after this one")
    datetime = _text(
        parse_time,
        "an instant, or an interval A/B with .. for an open end; days that lie in it",
        "2022-03-14T06:00:00Z/..",
    )
    updated_since = Parameter(parse_instant, "changed at this instant or later")


def selection(query: Mapping[str, Any], **known: Any) -> Selection:
    """Return what a query chooses; `known` are conditions that its address makes. Raises InvalidRequest."""
    if (query.get("near") is None) != (query.get("radius_km") is None):
        missing = "radius_km" if query.get("radius_km") is None else "near"
        raise refusal({missing: ["near=lon,lat and radius_km=… belong together"]})
    if query.get("date") and (query.get("first") or query.get("last")):
        raise refusal({"date": ["give either `date`, or `first` and `last`"]})
    first, last = (query.get("date") or query.get(end) for end in ("first", "last"))
    if first and last and first > last:
        raise refusal({"last": ["this day is before `first`"]})
    since, until = query.get("datetime") or (None, None)
    said: dict[str, Any] = {
        "countries": _set(query, "country"),
        "areas": frozenset[str]().union(*query.get("area", ())),
        "bbox": query.get("bbox"),
        "polygon": query.get("polygon") or (),
        "near": (query["near"], query["radius_km"]) if query.get("near") else None,
        "q": query.get("q") or (),
        "slug": query.get("slug"),
        "first": first,
        "last": last,
        "since": since,
        "until": until,
        "updated_since": query.get("updated_since"),
        "statuses": _set(query, "status"),
        "modes": _set(query, "mode"),
        "purposes": _set(query, "purpose"),
        "sources": _set(query, "source"),
        "parties": _set(query, "party"),
        "corridors": _set(query, "corridor"),
        "occurrences": _set(query, "occurrence"),
        **{name: _set(query, name) for name in ("origin", "via", "destination", "place")},
        **{name: query.get(name) for name in ("min_credibility", "verified", "conflict")},
    }
    return Selection(**said | known)


def _set(query: Mapping[str, Any], name: str) -> frozenset[Any]:
    return frozenset(query.get(name) or ())
