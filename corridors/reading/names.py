"""Which forms of a word are names?

Wins back the dictionary forms of a word with the pack's tables and asks the gazetteer which of them it may know; both
are kept, for announcements name the same places every day. Start at `names_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from corridors.places import SMALL, Gazetteer, fold
from corridors.reading.lexicon import Lexicon

_MOST_VARIANTS = 160
SHORTEST_DEMONYM = 7

_Variants = tuple[tuple[str, str], ...]


class _Seen(NamedTuple):
    """What the gazetteer knows of a word: the forms that are names, and those that begin compound ones.

    small: a name that is written small may be it or begin with it; plain: a compound may begin with it as it stands;
    people: it may name the inhabitants of a place.
    """

    names: _Variants
    heads: _Variants
    small: bool
    plain: bool
    people: bool


_MOST_SEEN = 20_000


class Names:
    """The name-finding half of a language: dictionary forms of a word, and which of them a gazetteer knows."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._language = lexicon.language
        self._longest = max((len(ending) for ending in self._language.endings), default=0)
        self._adjectives = _folded(self._language.adjectives)
        self._demonyms = _folded(self._language.demonyms)
        self.postpositions = lexicon.language.postpositions
        self.variants = lru_cache(maxsize=16384)(self._variants)
        self._gazetteer: tuple[Gazetteer, str] | None = None
        self._seen: dict[str, _Seen] = {}
        self._compounds: dict[tuple[str, ...], _Variants] = {}

    def seen(self, folded: str, gazetteer: Gazetteer) -> _Seen:
        """Return what `gazetteer` knows of a folded word."""
        self._settle_on(gazetteer)
        found = self._seen.get(folded)
        if found is None:
            forms = self.variants(folded)
            found = self._seen[folded] = _Seen(
                tuple(form for form in forms if gazetteer.known(form[0])),
                tuple(form for form in forms if gazetteer.known(form[0] + " ")),
                gazetteer.known(SMALL + folded) or gazetteer.known(SMALL + folded + " "),
                gazetteer.known(folded + " "),
                len(folded) >= SHORTEST_DEMONYM and any(gazetteer.known(key) for key, _ in self.of_people(folded)),
            )
        return found

    def dull(self, folded: str, gazetteer: Gazetteer) -> bool:
        """Return whether a word written small can begin no name and name nobody's inhabitants."""
        seen = self.seen(folded, gazetteer)
        return not (seen.small or seen.plain or seen.people)

    def compound(self, words: tuple[str, ...], gazetteer: Gazetteer, *, declined: bool = True) -> _Variants:
        """Return the compound names that folded words may be; `declined`: the first may stand in any case."""
        self._settle_on(gazetteer)
        mark = words if declined else ("", *words)
        found = self._compounds.get(mark)
        if found is None:
            heads = self.seen(words[0], gazetteer).heads if declined else ((words[0], "n"),)
            made = _compound(heads, words[1:], self, gazetteer)
            # `known` says yes to one in some thousand strangers, and a text has more runs of words than that.
            real = gazetteer.lookup({key for key, _ in made}) if made else {}
            found = self._compounds[mark] = tuple(form for form in made if real.get(form[0]))
        return found

    def _settle_on(self, gazetteer: Gazetteer) -> None:
        held = self._gazetteer
        fresh = held is not None and held[0] is gazetteer and held[1] == gazetteer.version
        if not fresh or len(self._seen) + len(self._compounds) > _MOST_SEEN:
            self._gazetteer, self._seen, self._compounds = (gazetteer, gazetteer.version), {}, {}

    def _variants(self, folded: str) -> _Variants:
        """Return (dictionary form, cases) of a folded word, as written first."""
        found = {folded: "n"}
        language = self._language
        if language.inflection is not None:
            for base, cases in language.inflection(folded):
                found.setdefault(base, cases)
        for length in range(min(self._longest, len(folded) - 1), -1, -1):
            ending = folded[len(folded) - length :] if length else ""
            stem = folded[: len(folded) - length]
            for base, cases in language.endings.get(ending, ()):
                if len(stem) + len(base) > 2:
                    found.setdefault(stem + base, cases)
        return tuple(found.items())

    def of_adjective(self, folded: str) -> _Variants:
        """Return the place names that an adjective may come from."""
        return self._stripped(folded, self._adjectives)

    def of_people(self, folded: str) -> _Variants:
        """Return the place names whose inhabitants a word may name."""
        return self._stripped(folded, self._demonyms)

    @staticmethod
    def _stripped(folded: str, table: Mapping[str, Sequence[str]]) -> _Variants:
        found: dict[str, str] = {}
        for ending, bases in table.items():
            if folded.endswith(ending) and len(folded) - len(ending) > 2:
                stem = folded[: len(folded) - len(ending)]
                found.update(dict.fromkeys((stem + base for base in bases), ""))
        return tuple(found.items())


def _folded(table: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {fold(ending): tuple(fold(base) for base in bases) for ending, bases in table.items()}


_READY: dict[int, tuple[Lexicon, Names]] = {}


def names_of(lexicon: Lexicon) -> Names:
    """Return the name tables of a lexicon, made at its first use."""
    held = _READY.get(id(lexicon))
    if held is None or held[0] is not lexicon:
        held = _READY[id(lexicon)] = (lexicon, Names(lexicon))
    return held[1]


def _compound(
    heads: Iterable[tuple[str, str]], rest: Sequence[str], names: Names, gazetteer: Gazetteer
) -> tuple[tuple[str, str], ...]:
    tails = [names.variants(word) for word in rest]
    found: list[tuple[str, str]] = []
    for count, parts in enumerate(product(tuple(heads), *tails)):
        if count >= _MOST_VARIANTS:
            break
        if len(parts) > 1 and not _agree(parts[0][1], parts[-1][1]):
            continue
        key = " ".join(part for part, _ in parts)
        if gazetteer.known(key):
            found.append((key, parts[-1][1]))
    return tuple(found)


def _agree(one: str, other: str) -> bool:
    """Return whether the words of a name can stand in one case; an undeclined one goes with any."""
    return not one or not other or "n" in one + other or not set(one).isdisjoint(other)
