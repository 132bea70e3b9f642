"""Which corridor is a claim about?

Does not resolve names to places (places.py) and remembers nothing: `gather` sees all claims of one local day at once,
so that neither the order of arrival nor what was known yesterday can change an identity. Start at `gather`.
"""

from __future__ import annotations

import unicodedata
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from corridors.model import Claim, Corridor, Direction, Doubt, Place, Purpose, Route

_APOSTROPHES = frozenset("'`´ʹʻʼʽˈ‘’‛′＇")
_PLAIN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_WAYS = {Direction.OUT: "out", Direction.IN: "in", Direction.BOTH: "both ways"}

# Journeys that one text calls by one name and the next by another; any other purpose answers only to itself.
_PEOPLE_LEAVE = frozenset({Purpose.EVACUATION, Purpose.MEDICAL_EVACUATION, Purpose.CIVILIAN_MOVEMENT})


@dataclass(frozen=True, slots=True)
class Group:
    """The claims of a day about one corridor, by the time they were said, and the most complete route among them.

    guests: ids of those that are here because the desk says so; they name nothing.
    set_aside: claims that the desk rejected or corrected, and that would be here otherwise.
    """

    key: str
    id: str
    route: Route
    claims: tuple[Claim, ...]
    guests: frozenset[str] = frozenset()
    set_aside: tuple[Claim, ...] = ()


# The day of a desk that never merged a corridor and never gave a claim away.
NOTHING_RULED: Mapping[str, Corridor] = {}


@dataclass(frozen=True, slots=True)
class Gathering:
    """A day's corridors, ordered by key; `doubts` are routes that fit several of them and therefore stand alone."""

    groups: tuple[Group, ...]
    doubts: tuple[Doubt, ...]


def gather(claims: Sequence[Claim], ruled: Mapping[str, Corridor] = NOTHING_RULED) -> Gathering:
    """Return which of `claims`, all about one local day, are about the same corridor.

    A claim that lacks an end joins the day's only corridor that shares what it does name; where several do it is a
    doubt and stands alone. Claims with both ends never move: their identity has to be the same every day.
    ruled: the corridor for which an id stands by the will of the desk: where one was merged into, or claims were given.
    Withdrawn claims are left out, and those that the desk set aside decide nothing. Rule: "Identity" of the public
    interface, version 1.
    """
    stated: dict[str, list[Claim]] = defaultdict(list)
    given: list[Claim] = []
    for claim in claims:
        if claim.counts and claim.home in ruled:
            given.append(claim)
        elif claim.counts:
            stated[corridor_key(claim.statement.route)].append(claim)
    outlines = {key: _Outline.of(key, said) for key, said in stated.items()}
    found = _Found(outlines, _by_mark(outlines.values()), ruled)
    gathered: dict[str, list[Claim]] = defaultdict(list)
    guests: set[str] = set()
    doubts: dict[str, Doubt] = {}
    for claim in (*given, *(claim for said in stated.values() for claim in said)):
        home = found.home_of(claim)
        gathered[home.key].append(claim)
        if home.by_ruling:
            guests.add(claim.id)
        if home.candidates:
            doubts[home.key] = _doubt(claim.statement.route, home.candidates)
    aside: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.withdrawn_at is None and claim.is_set_aside:
            aside[found.home_of(claim).key].append(claim)
    groups = [found.group(key, gathered[key], guests, aside.get(key, ())) for key in sorted(gathered)]
    return Gathering(tuple(groups), tuple(doubts[key] for key in sorted(doubts)))


def corridor_key(route: Route) -> str:
    """Return the canonical text that makes `route` one corridor: country | origin | destination | name | direction.

    Via points do not count. Two ends say the direction themselves, so that only "both" adds to them; it has no first
    end, so the two are sorted.
    """
    ends = [_place_key(route.origin), _place_key(route.destination)]
    direction: str = route.direction or ""
    if all(ends):
        direction = direction if route.direction is Direction.BOTH else ""
        ends = sorted(ends) if direction else ends
    return "|".join((route.country or "", *ends, _fold(route.name or ""), direction))


def corridor_id(key: str) -> str:
    """Return the corridor's id, the same for the same key on every machine."""
    return "cor_" + _digest(key)


def occurrence_id(corridor_id: str, day: date) -> str:
    """Return the id of that corridor's occurrence on the local `day`, the same on every machine."""
    return "occ_" + _digest(f"{corridor_id}|{day.isoformat()}")


def fuller(one: Route, other: Route) -> Route:
    """Return the more complete of two routes of one corridor; the same one whichever came first."""
    return min(one, other, key=lambda route: (-len(route.via), *_detail(route)))


def corridor_slug(route: Route) -> str:
    """Return a readable ASCII word for addresses, such as "mariupol-zaporizhzhia"; homonyms share it."""
    if not (route.origin or route.destination or route.name):
        return (route.country or "unnamed").lower()
    parts: list[str | None] = [_ascii(route.name)]
    if route.origin and route.destination:
        parts += [_ascii(route.origin.name), _ascii(route.destination.name)]
    elif end := route.origin or route.destination:
        parts += ["from" if route.origin else "to", _ascii(end.name)]
    if _direction_counts(route) and route.direction:
        parts.append(_WAYS[route.direction].replace(" ", "-"))
    return "-".join(part for part in parts if part)


def corridor_name(route: Route) -> dict[str, str]:
    """Return the corridor's name by language: "en" always, others where both ends have a name in that language."""
    names = {"en": _english(route)}
    if route.origin and route.destination and not route.name and not _direction_counts(route):
        for language in sorted(route.origin.names.keys() & route.destination.names.keys() - {"en"}):
            names[language] = f"{route.origin.names[language]} – {route.destination.names[language]}"
    return names


def named(corridor: Corridor, route: Route, now: datetime) -> Corridor:
    """Return `corridor` with `route`, and what follows from a route: its names."""
    return replace(corridor, route=route, slug=corridor_slug(route), name=corridor_name(route), updated_at=now)


def first_said_at(key: str, claims: Sequence[Claim]) -> datetime:
    """Return when the corridor of `key` was first known, by the claims that tell its very route, if any does.

    What else belongs to it depends on what else is said on the day, and on the desk, and may leave it again.
    """
    own = [claim.known_at for claim in claims if corridor_key(claim.statement.route) == key]
    return min(own or [claim.known_at for claim in claims])


@dataclass(frozen=True, slots=True)
class _Outline:
    """What decides whether two routes of a day may be one; `ends` and `name` are "" where nothing is said of them.

    route: the most complete one with this key; direction: None where the two ends say it.
    """

    key: str
    route: Route
    ends: tuple[str, str]
    name: str
    direction: Direction | None
    errands: frozenset[str]

    @classmethod
    def of(cls, key: str, said: Sequence[Claim]) -> _Outline:
        route = min(said, key=_completeness).statement.route
        ends = (_place_key(route.origin), _place_key(route.destination))
        direction = route.direction if _direction_counts(route) else None
        return cls(key, route, ends, _fold(route.name or ""), direction, _errands(said))

    @property
    def marks(self) -> set[str]:
        """Return what another route may share with it, so that only such routes have to be compared."""
        return {mark for mark in (*self.ends, self.name and f"name {self.name}") if mark}

    def fits(self, whole: _Outline) -> bool:
        """Return whether `whole` names an end more, says all that this one says, and is on the same errand."""
        if self.ends.count("") <= whole.ends.count("") or not self.marks:
            return False
        if self.route.country not in {None, whole.route.country} or not self._may_go_the_way_of(whole):
            return False
        # A road that is named must be named by both: the next road out of the same town is another corridor.
        if self.name not in {"", whole.name} or not self._is_on_the_errand_of(whole):
            return False
        ways = (whole.ends, whole.ends[::-1]) if whole.direction is Direction.BOTH else (whole.ends,)
        return any(all(end in {"", there} for end, there in zip(self.ends, way, strict=True)) for way in ways)

    def _is_on_the_errand_of(self, whole: _Outline) -> bool:
        return not self.errands or not whole.errands or bool(self.errands & whole.errands)

    def _may_go_the_way_of(self, whole: _Outline) -> bool:
        unsaid = whole.direction is None and self.direction is not Direction.BOTH
        return self.direction in {None, whole.direction} or unsaid


class _Home(NamedTuple):
    """The corridor that a claim is about; `candidates` are the several that it may be about where that is open."""

    key: str
    by_ruling: bool = False
    candidates: Sequence[_Outline] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The routes that a day's claims outline, and what the desk says of them."""

    outlines: Mapping[str, _Outline]
    sharing: Mapping[str, Sequence[_Outline]]
    ruled: Mapping[str, Corridor]

    def home_of(self, claim: Claim) -> _Home:
        """Return the corridor that `claim` is about."""
        if claim.home and claim.home in self.ruled:
            return _Home(self.ruled[claim.home].key, by_ruling=True)
        key = corridor_key(claim.statement.route)
        homes = _homes(_Outline.of(key, [claim]), self.sharing)
        natural = homes[0].key if len(homes) == 1 else key
        keys = {self._standing_for(home.key) for home in homes}
        ruled = keys.pop() if len(keys) == 1 else self._standing_for(key)
        return _Home(ruled, ruled != natural, homes if len(homes) > 1 and ruled == key else ())

    def group(self, key: str, claims: Sequence[Claim], guests: Set[str], aside: Sequence[Claim]) -> Group:
        """Return the corridor of `key`; its own claims name it, and where there are none it is as the desk knew it."""
        outline = self.outlines.get(key)
        return Group(
            key=key,
            id=corridor_id(key),
            route=outline.route if outline else self._known(key),
            claims=_in_order(claims),
            guests=frozenset(claim.id for claim in claims) & guests,
            set_aside=_in_order(aside),
        )

    def _standing_for(self, key: str) -> str:
        merged = self.ruled.get(corridor_id(key))
        return merged.key if merged else key

    def _known(self, key: str) -> Route:
        return next(corridor.route for corridor in self.ruled.values() if corridor.key == key)


def _by_mark(outlines: Iterable[_Outline]) -> dict[str, list[_Outline]]:
    sharing: dict[str, list[_Outline]] = defaultdict(list)
    for outline in sorted(outlines, key=lambda outline: outline.key):
        for mark in outline.marks:
            sharing[mark].append(outline)
    return sharing


def _homes(part: _Outline, sharing: Mapping[str, Sequence[_Outline]]) -> list[_Outline]:
    """Return the more complete corridors of the day that `part` may be about, by key."""
    if all(part.ends) or not part.marks:
        return []
    fitting = [whole for whole in sharing[min(part.marks)] if part.fits(whole)]
    # "From A" fits "from A by the northern gate" and "from A to B by the northern gate": the fullest is meant by all.
    return [whole for whole in fitting if all(whole.ends) or not any(whole.fits(other) for other in fitting)]


def _errands(claims: Iterable[Claim]) -> frozenset[str]:
    """Return what the journeys are for: trucks with aid say nothing about people who left."""
    purposes = {purpose for claim in claims for purpose in claim.statement.purpose}
    return frozenset("people leave" if purpose in _PEOPLE_LEAVE else purpose.value for purpose in purposes)


def _doubt(part: Route, homes: Sequence[_Outline]) -> Doubt:
    """Return what a person has to decide: which of `homes` the incomplete route means."""
    missing = [end for end in ("origin", "destination") if getattr(part, end) is None]
    ends = {_place_key(place): place for home in homes for end in missing if (place := getattr(home.route, end))}
    return Doubt(
        text=_english(part),
        missing=" and ".join(missing),
        candidates=tuple(ends[key] for key in sorted(ends)),
    )


def _in_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: (claim.said_at, claim.id)))


def _completeness(claim: Claim) -> tuple[Any, ...]:
    """Sort the best route first: via points by the highest authority, then the most detail; content ends every tie."""
    route = claim.statement.route
    return (not route.via, claim.authority.rank, -len(route.via), *_detail(route))


def _detail(route: Route) -> tuple[Any, ...]:
    places = [place for place in (route.origin, route.destination, *route.via) if place]
    detail = sum((place.lat is not None) + (place.adm1 is not None) + len(place.names) for place in places)
    content = [(place.name, place.type, place.geonames or 0, str((place.lat, place.lon))) for place in places]
    names = [sorted(place.names.items()) for place in places]
    return (-detail, content, names, route.name or "", str(route.direction))


def _english(route: Route) -> str:
    ends = ""
    if route.origin and route.destination:
        ends = f"{route.origin.name} – {route.destination.name}"
    elif route.origin:
        ends = f"from {route.origin.name}"
    elif route.destination:
        ends = f"to {route.destination.name}"
    told = ": ".join(part for part in (route.name, ends) if part)
    if not told:
        return f"unnamed route in {route.country}" if route.country else "unnamed route"
    return f"{told}, {_WAYS[route.direction]}" if _direction_counts(route) and route.direction else told


def _direction_counts(route: Route) -> bool:
    both_ends = route.origin is not None and route.destination is not None
    return route.direction is Direction.BOTH or (route.direction is not None and not both_ends)


def _place_key(place: Place | None) -> str:
    if place is None:
        return ""
    return f"g{place.geonames}" if place.geonames is not None else f"{place.type}:{_fold(place.name)}"


@lru_cache(maxsize=4096)
def _fold(name: str) -> str:
    """Return `name` without case, accents, apostrophes and punctuation. Vowel signs of Indic scripts are letters."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = (c for c in letters if c not in _APOSTROPHES and not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in kept).split())


def _ascii(name: str | None) -> str:
    """Return `name` as a part of a slug; a name in another alphabet becomes a short word of its own."""
    folded = _fold(name or "")
    plain = "-".join(folded.translate(_PLAIN_LETTERS).encode("ascii", "ignore").decode().split())
    return plain if plain or not folded else _digest(folded)[:6]


def _digest(text: str) -> str:
    """Return 80 bits as 16 letters and digits: enough for 10^9 corridors with a chance of a clash below 10^-6."""
    return b32encode(sha256(text.encode()).digest()[:10]).decode().lower()
