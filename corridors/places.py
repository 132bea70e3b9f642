"""Which place does a name mean?

Folding makes spellings comparable; a `Gazetteer` answers folded names with candidates; `resolve` chooses among
homonyms by country, region, the other places of the same text and distance. What cannot be told apart stays
unlocated: a name without a point, its candidates beside it. Knows no language, opens no file.
Start at `fold` and `resolve`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from corridors.model import Place, PlaceType

_DROP = dict.fromkeys(
    map(
        ord,
        "'’ʼ‘`´ʹ′ʻʿʾ\u0640\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff.ьъ",
    )
)
_SAME = str.maketrans(
    {
        "ё": "е",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ؤ": "و",
        "ئ": "ي",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "ə": "a",
        "-": " ",
        "‐": " ",
        "‑": " ",
        "–": " ",
        "—": " ",
        "_": " ",
        "/": " ",
        "\u00a0": " ",
    }
)
_KEEPS_MARKS = frozenset("йїґўЙЇҐЎ")


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the form under which spellings of one name meet: no case, apostrophes, soft signs, accents or hyphens.

    Soft signs go because half of all sources drop them; й and ї keep their marks, which tell words apart.
    """
    text = name.casefold()
    if not text.isascii():
        text = _without_marks(text)
    return " ".join(text.translate(_DROP).translate(_SAME).split())


def _without_marks(text: str) -> str:
    kept = []
    for letter in unicodedata.normalize("NFC", text):
        if letter in _KEEPS_MARKS or letter < "\u00c0":
            kept.append(letter)
            continue
        kept.extend(mark for mark in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(mark))
    return "".join(kept).casefold()


_SOUNDS = re.compile(
    r"shch|schtsch|chtch|stsch|szcz|tsch|tch|sch|dzh|cz|ch|sh|sz|zh|kh|ts|tz|ph|th|ck|qu|[bcdfghjklmnpqrstvwxyz]"
)
# One class for letters that transliterations of one name exchange: Gostomel and Hostomel, Zaporizhzhia and Saporischja.
_CLASSES = {
    **dict.fromkeys(("shch", "schtsch", "chtch", "stsch", "szcz", "sch", "sh", "sz", "s", "zh", "z", "dzh", "th"), "s"),
    **dict.fromkeys(("tsch", "tch", "cz"), "C"),
    **dict.fromkeys(("kh", "h", "g", "x"), "h"),
    **dict.fromkeys(("ts", "tz", "c"), "c"),
    **dict.fromkeys(("v", "w"), "v"),
    **dict.fromkeys(("f", "ph"), "f"),
    **dict.fromkeys(("k", "ck", "q", "qu"), "k"),
    "y": "",
}
_AMBIGUOUS = {"ch": ("C", "h", "s"), "j": ("", "s", "h"), "ck": ("k", "ck")}
_MOST_READINGS = 9
LOOSE = "~"
SMALL = "="


@lru_cache(maxsize=16384)
def loose(folded: str) -> tuple[str, ...]:
    """Return the keys under which transliterations of one name meet: its consonants, by class, each marked by LOOSE.

    folded: a folded name in Latin letters; other scripts have none. Letters that languages read differently (j, ch)
    give several keys.
    """
    if not folded.isascii() or len(folded) < 4:
        return ()
    readings = [""]
    for sound in _SOUNDS.findall(folded):
        options = _AMBIGUOUS.get(sound) or (_CLASSES.get(sound, sound),)
        readings = [
            reading + option if not reading.endswith(option) or not option else reading
            for reading in readings
            for option in options
        ][:_MOST_READINGS]
    start = "a" if folded[0] in "aeiou" else ""
    return tuple(dict.fromkeys(LOOSE + start + reading for reading in readings if len(reading) > 3))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean.

    own: from our own table, which was checked by hand; main: the name is the place's first one, not an alias.
    imported: from a file that an operator imported, which may name every hamlet.
    former: the place was called so once, and others may be called so today.
    """

    place: Place
    population: int = 0
    main: bool = False
    own: bool = False
    imported: bool = False
    former: bool = False


class Gazetteer(Protocol):
    """Answers names; every method is safe to call from several threads. version: other answers, another version."""

    @property
    def version(self) -> str:
        """Return what the answers depend on."""
        ...

    def renew(self) -> None:
        """Take notice of names that were imported since; whoever asks calls it before each text."""
        ...

    def known(self, key: str) -> bool:
        """Return whether `key`, a folded name, may be in the gazetteer (one wrong yes in several thousand)."""
        ...

    def lookup(self, keys: Collection[str]) -> Mapping[str, Sequence[Candidate]]:
        """Return the candidates of each folded name in `keys` that has any."""
        ...

    def search(self, q: str, countries: Sequence[str] = (), limit: int = 20) -> list[Place]:
        """Return places whose name begins with or equals `q`, the best known first."""
        ...


@dataclass(frozen=True, slots=True)
class Hints:
    """What the text and its source tell about where we are.

    countries: ISO 3166-1 alpha-2 of the source, empty = unknown; regions: ISO 3166-2 codes that the text names;
    near: places already certain.
    """

    countries: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    near: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The chosen place, or one without coordinates where `rivals` could not be told apart."""

    place: Place
    rivals: tuple[Place, ...] = ()
    score: float = 0.0
    population: int = field(default=0, compare=False)


_RADIAN = math.pi / 180
_HALF = _RADIAN / 2
_DIAMETER_KM = 2 * 6371.0


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance in kilometres, infinity where a point is missing."""
    lat1, lon1, lat2, lon2 = a.lat, a.lon, b.lat, b.lon
    if lat1 is None or lon1 is None or lat2 is None or lon2 is None:
        return math.inf
    north, east = math.sin((lat2 - lat1) * _HALF), math.sin((lon2 - lon1) * _HALF)
    h = north * north + math.cos(lat1 * _RADIAN) * math.cos(lat2 * _RADIAN) * east * east
    return _DIAMETER_KM * math.asin(math.sqrt(h)) if h < 1.0 else _DIAMETER_KM * math.pi / 2


_SAME_PLACE_KM = 15.0
_CLEAR_MARGIN = 0.9
_NEIGHBOUR_KM = 120.0


def resolve(candidates: Sequence[Candidate], hints: Hints) -> Resolution | None:
    """Return what `candidates`, all of one name, mean under `hints`; None where no country fits.

    A candidate abroad counts only when the source's countries are unknown, or when it is a large town or a country.
    """
    candidates = of_today(candidates)
    at_home = [c for c in candidates if not hints.countries or c.place.country in hints.countries]
    fitting = at_home or [c for c in candidates if _fits(c, hints)]
    if not fitting:
        return None
    if len(fitting) == 1:
        only = fitting[0]
        return Resolution(only.place, (), _known_for(only, hints), only.population)
    ranked = sorted(((_score(c, hints), c) for c in fitting), key=lambda pair: (-pair[0], pair[1].place.name))
    best_score, best = ranked[0]
    rivals = tuple(
        c.place
        for score, c in ranked[1:]
        if best_score - score < _CLEAR_MARGIN and distance_km(best.place, c.place) > _SAME_PLACE_KM
    )
    if rivals and best.place.lat is not None:
        shown = replace(best.place, geonames=None, lat=None, lon=None, adm1=None)
        return Resolution(shown, (best.place, *rivals), best_score, best.population)
    return Resolution(best.place, (), best_score, best.population)


def of_today(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the places that are called so today, all where none is: a village is meant, not what a city once was."""
    return [candidate for candidate in candidates if not candidate.former] or candidates


_FOREIGN_POPULATION = 100_000


def _fits(candidate: Candidate, hints: Hints) -> bool:
    if not hints.countries or candidate.place.country in hints.countries:
        return True
    if candidate.place.type is PlaceType.COUNTRY:
        return True
    if candidate.place.type in {PlaceType.CROSSING, PlaceType.GATE}:
        return not hints.near or _nearest(candidate, hints) <= _ACROSS_THE_BORDER_KM
    if candidate.place.type is not PlaceType.SETTLEMENT or not _in_reach(candidate, hints):
        return False
    if candidate.main and hints.near and _nearest(candidate, hints) <= _ACROSS_THE_BORDER_KM:
        return candidate.population >= _BORDER_POPULATION
    return candidate.population >= (_FOREIGN_POPULATION if candidate.main else 2 * _FOREIGN_POPULATION)


_ACROSS_THE_BORDER_KM = 300.0
_BORDER_POPULATION = 20_000
_ABROAD_KM = 1500.0
_ALIAS_ABROAD_KM = 500.0


def _in_reach(candidate: Candidate, hints: Hints) -> bool:
    """Return whether a town abroad is near enough to be an end of a way; an alias must be nearer than a main name."""
    if not hints.near:
        return candidate.main
    return _nearest(candidate, hints) <= (_ABROAD_KM if candidate.main else _ALIAS_ABROAD_KM)


def _nearest(candidate: Candidate, hints: Hints) -> float:
    return min(distance_km(candidate.place, other) for other in hints.near)


def _known_for(candidate: Candidate, hints: Hints) -> float:
    """Return how much speaks for a candidate by itself, before distance does."""
    score = math.log10(candidate.population + 30)
    score += 1.0 if candidate.main else 0.0
    score += 2.0 if candidate.own else 0.0
    if hints.countries:
        score += 6.0 if candidate.place.country in hints.countries else 0.0
    if hints.regions and candidate.place.adm1 in hints.regions:
        score += 3.0
    return score


def _score(candidate: Candidate, hints: Hints) -> float:
    score = _known_for(candidate, hints)
    if hints.near and candidate.place.lat is not None:
        nearest = min(distance_km(candidate.place, other) for other in hints.near)
        score -= min(nearest / _NEIGHBOUR_KM, 5.0)
    return score


def centre(places: Iterable[Place]) -> tuple[float, float] | None:
    """Return the mean latitude and longitude of the located ones of `places`, None where there is none."""
    points = [(p.lat, p.lon) for p in places if p.lat is not None and p.lon is not None]
    if not points:
        return None
    return sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points)
