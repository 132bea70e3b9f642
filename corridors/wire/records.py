"""How does one foreign record become a document, and what does it state about a route?

A record is whatever a format's paths can be asked for values: a JSON object, a feature, a row. Fields of a document are
TEXT_FIELDS; those of ROUTE_FIELDS make a statement of it, which needs no reading. A record without a status of ours
states nothing by itself, and its text is read like anybody's. Start at `shape`, then `Shape.document`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

import pycountry

from corridors.errors import ParseError
from corridors.model import (
    Direction,
    Document,
    Mode,
    Place,
    Reason,
    Response,
    Route,
    Source,
    Statement,
    Status,
    Window,
)
from corridors.wire import hardened_json
from corridors.wire.links import web_address
from corridors.wire.mapping import Finder, Path, Rule, first, joined, rules

TEXT_FIELDS = ("title", "text", "url", "published", "language", "forwarded_from")
ROUTE_FIELDS = (
    *("name", "country", "direction", "status", "reason", "from", "until", "start", "end", "people", "modes", "who"),
    *("origin.name", "origin.lat", "origin.lon", "destination.name", "destination.lat", "destination.lon"),
)
FIELDS = TEXT_FIELDS + ROUTE_FIELDS

_LONGEST_ID = 300
_CLOCK = re.compile(r"(?:.*\b)?(\d{1,2})[:.](\d{2})(?::\d{2})?\b.*")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the records of a source are read. bbox: west, south, east, north, beyond which no point is believed."""

    fields: Mapping[str, tuple[Rule, ...]]
    identity: Finder | None = None
    bbox: tuple[float, float, float, float] | None = None

    def document(
        self,
        record: Any,
        response: Response,
        source: Source,
        warnings: list[str],
        *,
        ends: Sequence[Point] = (),
        identity: str = "",
    ) -> Document | None:
        """Return the document of `record`, None (and a warning) where it says nothing.

        ends: latitude and longitude of the first and the last point of its line. identity: its id where the format
        gives one and the source's definition names none. Raises ParseError where the record cannot be asked.
        """
        found = {
            name: (joined if name in {"title", "text"} else first)(ways, record)
            for name, ways in self.fields.items()
            if name != "published"
        }
        published_at = self._published(record, response, source, warnings)
        statement = _Told(found, source, published_at or response.fetched_at, self._inside(ends, warnings), warnings)
        stated = statement.statement()
        text = "\n".join(filter(None, (found.get("text", ""), _summary(found) if stated else "")))
        if not text and not found.get("title"):
            warnings.append("a record has neither title nor text")
            return None
        url = web_address(response.url, found.get("url", ""))
        language = re.match(r"[a-zA-Z]{2,3}\b", found.get("language", ""))
        return Document(
            source=source.id,
            external_id=self._identity(record, identity, found, url),
            text=text,
            fetched_at=response.fetched_at,
            title=" ".join(found.get("title", "").split()),
            url=url,
            language=language[0].lower() if language else None,
            published_at=published_at,
            forwarded_from=found.get("forwarded_from", "")[:200] or None,
            statements=(stated,) if stated else None,
        )

    def _published(self, record: Any, response: Response, source: Source, warnings: list[str]) -> datetime | None:
        published_at, warning = None, None
        for way in self.fields.get("published", ()):
            published_at, warning = way.instant(record, source.timezone, response.fetched_at)
            if published_at is not None:
                return published_at
        warnings += [warning] if warning else []
        return None

    def _identity(self, record: Any, given: str, found: Mapping[str, str], url: str | None) -> str:
        """The record's id, else its address, else what it is about; a number and its digits are the same id."""
        stands = self.identity.find(record) if self.identity is not None else given
        named = hardened_json.text(next(iter(stands), None) if isinstance(stands, list) else stands)
        if self.identity is not None and not named:
            raise ParseError(f"a record has no id at {self.identity.written!r}")
        if 0 < len(named or url or "") <= _LONGEST_ID:
            return named or url or ""
        about = [found.get(name, "") for name in _ABOUT]
        words = about if any(about) else [found.get("title", ""), found.get("text", "")]
        return "sha256:" + hashlib.sha256((named or url or "\n".join(words)).encode()).hexdigest()

    def _inside(self, points: Sequence[Point], warnings: list[str]) -> Sequence[Point]:
        """The points, none of them where one cannot be meant."""
        if all(is_point(*point) and self._within(point) for point in points):
            return points
        warnings.append("coordinates that cannot be meant were left out (are they swapped?)")
        return ()

    def _within(self, point: Point) -> bool:
        if self.bbox is None:
            return True
        west, south, east, north = self.bbox
        return south <= point[0] <= north and west <= point[1] <= east


# What a row without an id is about: never its status, which changes.
_ABOUT = ("name", "origin.name", "destination.name", "direction", "from")


def shape(
    options: Mapping[str, Any],
    at: Callable[[str], AbstractContextManager[None]],
    *,
    path_of: Callable[[Any], Finder] = Path.of,
    default: Any = None,
) -> Shape:
    """Return the shape that `map`, `identity` and `bbox` of a source describe.

    at: corridors.sources.option, which says at which key a ValueError arose. default: the `map` of who writes none.
    """
    with at("map"):
        fields = _fields(options.get("map", default), path_of)
    with at("identity"):
        identity = _identified_by(options.get("identity"), path_of)
    with at("bbox"):
        return Shape(fields, identity, _bbox(options.get("bbox")))


def _fields(written: Any, path_of: Callable[[Any], Finder]) -> Mapping[str, tuple[Rule, ...]]:
    fields = rules(written, FIELDS, path_of)
    if not {"title", "text", "status"} & set(fields):
        raise ValueError("say where `title` or `text` is, or `status`")
    if "status" in fields and not {"name", "origin.name", "destination.name"} & set(fields):
        raise ValueError("a `status` needs a route: say where `name`, `origin.name` or `destination.name` is")
    return fields


def _identified_by(written: Any, path_of: Callable[[Any], Finder]) -> Finder | None:
    if not written:
        return None
    if not isinstance(written, dict) or set(written) != {"from"}:
        raise ValueError('write {from = "…"}, the path of the record\'s id')
    return path_of(written["from"])


def _bbox(written: Any) -> tuple[float, float, float, float] | None:
    if written is None:
        return None
    numbers = [one for one in written if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(written) != 4 or len(numbers) != 4 or not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
        raise ValueError("write [west, south, east, north] in degrees")
    west, south, east, north = map(float, numbers)
    return west, south, east, north


def is_point(lat: float, lon: float) -> bool:
    """Return whether there is such a place on Earth."""
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def _summary(found: Mapping[str, str]) -> str:
    """One line of all that is stated, so that whatever changes in it is an edit."""
    return " · ".join(f"{name}: {found[name]}" for name in ROUTE_FIELDS if found.get(name))


def statement_of(
    found: Mapping[str, str], source: Source, at: datetime, warnings: list[str], ends: Sequence[Point] = ()
) -> Statement | None:
    """Return what fields of ROUTE_FIELDS, as texts, state about a route; None (and a warning) where they state nothing.

    at: when it was said, whose local day counts where none is given. ends: as of `Shape.document`.
    """
    return _Told(found, source, at, ends, warnings).statement()


@dataclass(slots=True)
class _Told:
    """What the fields of one record state."""

    found: Mapping[str, str]
    source: Source
    at: datetime
    ends: Sequence[Point]
    warnings: list[str] = field(default_factory=list)

    def statement(self) -> Statement | None:
        status = self._word("status", Status)
        if status is None:
            return None
        route = self._route()
        if route.name is None and route.origin is None and route.destination is None:
            self.warnings.append("a record has a status and no route")
            return None
        reason = self._word("reason", Reason)
        begins = self._day("from") or self.at.astimezone(ZoneInfo(self.source.timezone)).date()
        last = self._day("until")
        return Statement(
            route=route,
            status=Status(status),
            valid_on=(begins, last if last is None or last >= begins else begins),
            reason=Reason(reason) if reason else None,
            modes=tuple(mode for mode in Mode if mode in re.split(r"[^a-z_]+", self.found.get("modes", "").lower())),
            who=self.found.get("who") or None,
            windows=self._windows(),
            people=self._count("people"),
        )

    def _route(self) -> Route:
        country = alpha_2(self.found.get("country", "").upper())
        direction = self._word("direction", Direction)
        return Route(
            country=country or next(iter(self._only_country()), None),
            origin=self._place("origin", self.ends[0] if self.ends else None),
            destination=self._place("destination", self.ends[-1] if len(self.ends) > 1 else None),
            name=self.found.get("name") or None,
            direction=Direction(direction) if direction else None,
        )

    def _only_country(self) -> Sequence[str]:
        return self.source.countries if len(self.source.countries) == 1 else ()

    def _place(self, end: str, point: Point | None) -> Place | None:
        name = " ".join(self.found.get(f"{end}.name", "").split())
        if not name:
            return None
        lat, lon = self._degrees(f"{end}.lat"), self._degrees(f"{end}.lon")
        if lat is not None and lon is not None:
            point = (lat, lon) if is_point(lat, lon) else None
        return Place(name, country=None, lat=point[0] if point else None, lon=point[1] if point else None)

    def _word(self, name: str, words: type[StrEnum]) -> str | None:
        said = self.found.get(name, "").strip()
        if not said:
            return None
        if said.casefold() in set(words):
            return said.casefold()
        self.warnings.append(f"{name} {said[:40]!r} is not one of {', '.join(words)}; map it with `values`")
        return None

    def _degrees(self, name: str) -> float | None:
        try:
            return float(self.found.get(name, "").replace(",", "."))
        except ValueError:
            return None

    def _count(self, name: str) -> int | None:
        digits = re.sub(r"[\s\u00a0\u202f,.]", "", self.found.get(name, ""))
        return int(digits) if re.fullmatch(r"[0-9]{1,8}", digits) else None

    def _day(self, name: str) -> date | None:
        written = re.match(r"\s*(\d{4})-(\d{2})-(\d{2})|\s*(\d{1,2})[./](\d{1,2})[./](\d{4})", self.found.get(name, ""))
        if written is None:
            return None
        year, month, day = written.group(1, 2, 3) if written[1] else written.group(6, 5, 4)
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None

    def _windows(self) -> tuple[Window, ...]:
        """The hours; several windows are divided by ";" in both fields, in the same order."""
        said = [self.found.get(name, "").split(";") for name in ("start", "end")]
        return tuple(filter(None, (self._window(start, end) for start, end in zip_longest(*said, fillvalue=""))))

    def _window(self, start: str, end: str) -> Window | None:
        hours = _clock(start), _clock(end)
        stated = "-".join(filter(None, (start.strip(), end.strip())))
        return Window(*hours, self.source.timezone, stated) if any(hours) else None


def _clock(said: str) -> str | None:
    written = _CLOCK.fullmatch(said)
    if written is None or not ((int(written[1]) < 24 and int(written[2]) < 60) or written.group(1, 2) == ("24", "00")):
        return None
    return f"{int(written[1]):02}:{written[2]}"


def alpha_2(code: str) -> str | None:
    """Return ISO 3166-1 alpha-2 of an alpha-2 or alpha-3 code in capitals, None for what is neither."""
    if re.fullmatch("[A-Z]{3}", code):
        found = pycountry.countries.get(alpha_3=code)
        return str(found.alpha_2) if found else None
    return code if re.fullmatch("[A-Z]{2}", code) else None
