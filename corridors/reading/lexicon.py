"""Which cues does each word of a sentence carry?

Compiles a language pack once into tables that answer a word in one or two dictionary look-ups, and marks tokens with
them. Start at `Lexicon`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from corridors.places import fold
from corridors.reading.cues import LEADS, Cue
from corridors.reading.language import Language
from corridors.reading.text import Kind, Token

_V = TypeVar("_V")
# "city of" is a kind of place: its "of" leads nowhere.
_NO_LEADERS = LEADS | {Cue.KIND, Cue.ABOUT_PLACE, Cue.ARTICLE}


class _Word(NamedTuple):
    text: str
    stem: bool

    def fits(self, folded: str) -> bool:
        """Return whether a folded word is this one or begins with this stem."""
        return folded.startswith(self.text) if self.stem else folded == self.text


def _phrases(listed: str) -> list[tuple[_Word, ...]]:
    """Return the phrases of a comma-separated list, each as words; folding must not eat the star."""
    return [
        tuple(_Word(fold(word.rstrip("*")), word.endswith("*")) for word in phrase.replace("-", " ").split())
        for phrase in listed.replace("\n", " ").split(",")
        if phrase.strip()
    ]


class _Beginning(NamedTuple, Generic[_V]):
    """The phrases that begin with one word. alone: those of that word only; the others by their second word."""

    every: tuple[tuple[tuple[_Word, ...], _V], ...]
    alone: list[tuple[int, _V]]
    longer: bool
    by_second: Mapping[str, tuple[tuple[tuple[_Word, ...], _V], ...]]
    by_stem: tuple[tuple[tuple[_Word, ...], _V], ...]


def _beginning(phrases: Sequence[tuple[tuple[_Word, ...], _V]]) -> _Beginning[_V]:
    longer = [pair for pair in phrases if len(pair[0]) > 1]
    by_second: dict[str, tuple[tuple[tuple[_Word, ...], _V], ...]] = {}
    for pair in longer:
        if not pair[0][1].stem:
            by_second[pair[0][1].text] = (*by_second.get(pair[0][1].text, ()), pair)
    alone = [(1, value) for phrase, value in phrases if len(phrase) == 1]
    stems = tuple(pair for pair in longer if pair[0][1].stem)
    return _Beginning(tuple(phrases), alone, bool(longer), by_second, stems)


class Phrases(Generic[_V]):
    """Phrases → values: which of them begin at a token, longest first. attached: particles written with a word."""

    def __init__(self, listed: Sequence[tuple[str, _V]], attached: Sequence[str] = ()) -> None:
        self._attached = tuple(attached)
        self._whole: dict[str, list[tuple[tuple[_Word, ...], _V]]] = {}
        self._stems: dict[str, list[tuple[tuple[_Word, ...], _V]]] = {}
        for text, value in listed:
            for phrase in _phrases(text):
                table = self._stems if phrase[0].stem else self._whole
                table.setdefault(phrase[0].text, []).append((phrase, value))
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._beginning = lru_cache(maxsize=8192)(self._begin)

    def _begin(self, folded: str) -> _Beginning[_V]:
        found = list(self._whole.get(folded, ()))
        for length in self._lengths:
            if length > len(folded):
                break
            found.extend(self._stems.get(folded[:length], ()))
        if not found:
            for prefix in self._attached:
                if folded.startswith(prefix) and len(folded) > len(prefix) + 1:
                    return self._begin(folded[len(prefix) :])
        return _beginning(sorted(found, key=lambda pair: -len(pair[0])))

    def begins(self, folded: str) -> bool:
        """Return whether a phrase begins with this word."""
        return bool(self._beginning(folded).every)

    def at(self, words: Sequence[Token], index: int) -> list[tuple[int, _V]]:
        """Return (number of tokens, value) of every phrase that begins at `index`, longest first.

        A hyphen between two words counts as their space and as a token of its own.
        """
        beginning = self._beginning(words[index].folded)
        if not beginning.longer:
            return beginning.alone
        second = words[index + 1] if index + 1 < len(words) else None
        if second is None:
            return beginning.alone
        phrases = beginning.every
        if second.kind is Kind.WORD:
            exact = beginning.by_second.get(second.folded, ())
            if not exact and not beginning.by_stem:
                return beginning.alone
            phrases = (*exact, *beginning.by_stem)
        found = []
        for phrase, value in phrases:
            if len(phrase) > 1:
                length = self._length(phrase, words, index)
                if length:
                    found.append((length, value))
        if not found:
            return beginning.alone
        found.sort(key=lambda pair: -pair[0])
        return found + beginning.alone

    @staticmethod
    def _length(phrase: tuple[_Word, ...], words: Sequence[Token], index: int) -> int:
        at = index + 1
        for word in phrase[1:]:
            if at < len(words) and words[at].kind is Kind.DASH and not words[at].spaced:
                at += 1
            if at < len(words) and words[at].kind in {Kind.END, Kind.QUOTE} and at == index + 1:
                at += 1
            if at >= len(words) or not word.fits(_comparable(words[at])):
                return 0
            at += 1
        return at - index


def _comparable(token: Token) -> str:
    """Return what a phrase's word is compared with; a number stands for itself ("M 23"), a mark for nothing."""
    return token.folded if token.kind is Kind.WORD else token.text if token.kind is Kind.NUMBER else ""


IS_CUE, IS_NUMBER, IS_WEEKDAY, IS_MONTH = 1, 2, 4, 8
"""Bits of `Token.uses`."""
_MOST_WORDS = 50_000
_SHORTEST_COMPOUND = 7
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


def _pieces(language: Language) -> dict[str, float]:
    """Return the words of which a language writes long numbers together; 0 stands for "and"."""
    listed: list[tuple[str, float]] = [(text, float(value)) for value, text in language.numbers.items()]
    for cue, value in ((Cue.THOUSAND, 1000.0), (Cue.HALF, 0.5), (Cue.AND, 0.0)):
        listed.append((language.cues.get(cue, ""), value))
    return {phrase[0].text: value for text, value in listed for phrase in _phrases(text) if len(phrase) == 1}


class Lexicon:
    """A language pack made ready for reading."""

    def __init__(self, language: Language) -> None:
        self.language = language
        joined = [prefix for prefix, cue in language.prefixes.items() if cue is Cue.AND]
        self._cues = Phrases([(text, cue) for cue, text in language.cues.items()], joined)
        self.months = Phrases([(text, number) for number, text in language.months.items()])
        self.weekdays = Phrases([(text, number) for number, text in language.weekdays.items()])
        self.numbers = Phrases([(text, value) for value, text in language.numbers.items()], joined)
        self._pieces = _pieces(language) if language.joined_numbers else {}
        self._uses: dict[str, int] = {}
        self.ordinals = Phrases([(text, value) for value, text in language.ordinals.items()])
        self._by_length = sorted(self._pieces, key=lambda piece: (-len(piece), piece))
        self.zones = Phrases([(text, zone) for zone, text in language.zones.items()])
        self.shorthand = frozenset(fold(word) for word in language.shorthand.replace("\n", " ").split(",") if word)
        self.suffixes: Mapping[str, Cue] = {fold(text): cue for text, cue in language.suffixes.items()}
        self.month_names = frozenset(fold(name) for listed in language.months.values() for name in listed.split(","))
        self.common = frozenset(fold(word) for word in language.common.replace("\n", " ").split())

    def compound_number(self, folded: str) -> float | None:
        """Return the value of a number written as one word ("zweieinhalbtausend"), None where it is none."""
        if len(folded) < _SHORTEST_COMPOUND or not self._pieces:
            return None
        total, group, at = 0.0, 0.0, 0
        while at < len(folded):
            piece = next((p for p in self._by_length if folded.startswith(p, at)), None)
            if piece is None:
                return None
            at += len(piece)
            value = self._pieces[piece]
            if value == _THOUSAND:
                total, group = total + max(group, 1) * _THOUSAND, 0.0
            elif value == _HUNDRED and 1 < group < _TEN:
                group *= _HUNDRED
            else:
                group += value
        return total + group or None

    def uses(self, folded: str) -> int:
        """Return which tables have a phrase that begins with a word, as bits; kept for the words met last."""
        found = self._uses.get(folded)
        if found is None:
            if len(self._uses) >= _MOST_WORDS:
                self._uses.clear()
            number = self.numbers.begins(folded) or self.compound_number(folded) is not None
            found = self._uses[folded] = (
                IS_CUE * self._cues.begins(folded)
                | IS_NUMBER * number
                | IS_WEEKDAY * self.weekdays.begins(folded)
                | IS_MONTH * self.months.begins(folded)
            )
        return found

    def knows(self, folded: str) -> bool:
        """Return whether a word begins a cue, a number or a day of the week."""
        return self._cues.begins(folded) or self.numbers.begins(folded) or self.weekdays.begins(folded)

    def mark(self, words: Sequence[Token]) -> None:
        """Write into each token the cues that begin there and how many tokens the longest of them takes.

        A longer phrase silences the shorter ones inside it: "not agreed" is no "agreed".
        """
        taken = 0
        for index, token in enumerate(words):
            if token.kind is not Kind.WORD:
                continue
            token.uses = uses = self.uses(token.folded)
            if index < taken or not uses & IS_CUE:
                continue
            found = self._cues.at(words, index)
            if not found:
                continue
            if token.capital and self._is_month(words, index):
                continue
            longest = found[0][0]
            cues = {cue for length, cue in found if length == longest}
            if longest > 1 and not cues & _NO_LEADERS:
                # "have left", "were let out of": the last word of a phrase still leads to the name behind it.
                leads = [(length, cue) for length, cue in self._cues.at(words, index + longest - 1) if cue in LEADS]
                further = max((length for length, _ in leads), default=1)
                cues |= {cue for length, cue in leads if length == further}
                longest += further - 1
            token.cues, token.cue_length = frozenset(cues), longest
            for inner in range(index + 1, index + longest):
                words[inner].head = inner - index
            taken = index + longest

    def _is_month(self, words: Sequence[Token], index: int) -> bool:
        """Return whether a word is a month beside a number: "May 4" permits nothing."""
        if not self.months.at(words, index):
            return False
        beside = [words[at] for at in (index - 1, index + 1) if 0 <= at < len(words)]
        return any(token.kind is Kind.NUMBER for token in beside)


_READY: dict[int, Lexicon] = {}


def ready(language: Language) -> Lexicon:
    """Return the lexicon of `language`, compiled at its first use."""
    known = _READY.get(id(language))
    if known is None or known.language is not language:
        known = _READY[id(language)] = Lexicon(language)
    return known
