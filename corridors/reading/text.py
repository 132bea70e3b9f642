"""Where are the words, sentences and lines?

Cuts a text into tokens that know their place in the stored text, and tokens into sentences. Every pattern is
linear: no nested repetition, so no text can make it slow. Start at `sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from corridors.places import fold
from corridors.reading.cues import LEADS, Cue


class Kind(IntEnum):
    """What a token is."""

    WORD = 0
    NUMBER = 1
    CLOCK = 2
    DASH = 3
    COMMA = 4
    COLON = 5
    SEMICOLON = 6
    OPEN = 7
    CLOSE = 8
    QUOTE = 9
    END = 10
    BULLET = 11
    SLASH = 12
    OTHER = 13


@dataclass(slots=True)
class Token:
    """One word, number or mark. start, end: code points of the field; folded: the comparable form of a word.

    spaced: white space stands before it; capital: begins with a capital letter (or its script has none).
    cues: what it does, written at the first word of a phrase; head: how many tokens back that first word stands.
    uses: which tables of the lexicon have a phrase that begins with it, as bits (lexicon.py).
    """

    kind: Kind
    text: str
    start: int
    end: int
    folded: str = ""
    spaced: bool = False
    capital: bool = False
    value: int | None = None
    cues: frozenset[Cue] = frozenset()
    cue_length: int = 0
    head: int = 0
    uses: int = 0


@dataclass(slots=True)
class Sentence:
    """A run of tokens on one line. `bullet`: the line begins as a list item; first, last: of its line."""

    field: str
    tokens: list[Token]
    line: int
    bullet: bool = False
    first: bool = True
    last: bool = True
    ends_open: bool = False
    text: str = ""

    @property
    def asks(self) -> bool:
        """Return whether it is a question."""
        return any(token.text in {"?", "؟"} for token in self.tokens[-2:])

    @property
    def start(self) -> int:
        """Return where it begins in its field."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Return where it ends in its field."""
        return self.tokens[-1].end


# Marks that belong to the letter before them, and signs that nobody sees.
_SILENT = "[\u0300-\u036f\u064b-\u065f\u0670\u0640\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_TOKEN = re.compile(
    r"(?P<clock>(?<![\d.,:])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d]|[.:]\d))"
    r"|(?P<number>\d+(?:[\u00a0\u2009\u202f .,'’‘ʼ]\d{3})*(?![\d])(?:[.,]\d{1,2}(?!\d))?|\d+)"
    rf"|(?P<word>[^\W\d_](?:[^\W\d_]|{_SILENT})*(?:['’ʼ`´‘ʹ](?:[^\W\d_]|{_SILENT})+)*)"
    rf"|(?P<silent>{_SILENT}+)"
    r"|(?P<mark>\S)"
)
_MARKS = {
    **dict.fromkeys("-–—−‐‑―→➡⇒", Kind.DASH),
    **dict.fromkeys(",،", Kind.COMMA),
    ":": Kind.COLON,
    **dict.fromkeys(";؛", Kind.SEMICOLON),
    **dict.fromkeys("([{", Kind.OPEN),
    **dict.fromkeys(")]}", Kind.CLOSE),
    **dict.fromkeys('«»"“”„‟‹›', Kind.QUOTE),
    **dict.fromkeys(".!?…؟", Kind.END),
    **dict.fromkeys("•●▪️◾◽🔹🔸📌📍✅✔❗➖*·▶►‣⁃🚌🚍🚗🟢🔴⚡", Kind.BULLET),
    "/": Kind.SLASH,
    **dict.fromkeys("'’‘`", Kind.QUOTE),
}


def tokens(text: str, elisions: Collection[str] = (), suffixes: Collection[str] = ()) -> Iterator[Token]:
    """Yield the tokens of `text`; a word is split at an apostrophe only after an elision or before a suffix."""
    end = 0
    for match in _TOKEN.finditer(text):
        kind, start, piece = match.lastgroup, match.start(), match.group()
        if kind == "silent":
            end = match.end() if start == end else end
            continue
        spaced = start > end or start == 0
        end = match.end()
        if kind == "word":
            yield from _words(piece, start, spaced, elisions, suffixes)
        elif kind == "number":
            yield Token(Kind.NUMBER, piece, start, end, spaced=spaced)
        elif kind == "clock":
            yield Token(Kind.CLOCK, piece, start, end, spaced=spaced)
        else:
            mark = _MARKS.get(piece, Kind.BULLET if ord(piece) > 0x1F000 else Kind.OTHER)
            yield Token(mark, piece, start, end, spaced=spaced)


_APOSTROPHE = re.compile(r"['’ʼ`´‘ʹ]")


def _words(
    piece: str, start: int, spaced: bool, elisions: Collection[str], suffixes: Collection[str]
) -> Iterator[Token]:
    cut = _APOSTROPHE.search(piece) if (elisions or suffixes) else None
    if cut:
        left, right = piece[: cut.start()], piece[cut.end() :]
        if left and right and (left.casefold() in elisions or fold(right) in suffixes):
            yield Token(Kind.WORD, left, start, start + cut.start(), fold(left), spaced, _capital(left))
            at = start + cut.end()
            yield Token(Kind.WORD, right, at, start + len(piece), fold(right), False, _capital(right))
            return
    yield Token(Kind.WORD, piece, start, start + len(piece), fold(piece), spaced, _capital(piece))


def _capital(word: str) -> bool:
    first = word[0]
    return first.isupper() or not (first.islower() or first.isupper())


def sentences(
    text: str,
    name: str,
    *,
    shorthand: Collection[str] = (),
    elisions: Collection[str] = (),
    suffixes: Collection[str] = (),
    months: Collection[str] = (),
) -> list[Sentence]:
    """Return the sentences of `text`, the stored field called `name`. A line break always ends a sentence.

    shorthand: abbreviations that end none; months: folded names that a day's number and its full stop lead to.
    """
    found: list[Sentence] = []
    offset = 0
    for number, line in enumerate(text.split("\n")):
        pieces = list(tokens(line, elisions, suffixes))
        for token in pieces:
            token.start += offset
            token.end += offset
        found.extend(_split(pieces, name, number, line, offset, (shorthand, months)))
        offset += len(line) + 1
    return found


# Nobody writes sentences of this length; cutting there keeps the time linear, whatever a text is.
_LONGEST_SENTENCE = 400


def _split(
    pieces: list[Token], name: str, number: int, line: str, offset: int, kept: tuple[Collection[str], Collection[str]]
) -> Iterator[Sentence]:
    bullet, begin = _bullet(pieces)
    first, current = True, list[Token]()
    for at in range(begin, len(pieces)):
        token = pieces[at]
        current.append(token)
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        ended = following is None or (token.kind is Kind.END and _ends(pieces, at, *kept))
        if ended or len(current) >= _LONGEST_SENTENCE:
            words = line[current[0].start - offset : current[-1].end - offset]
            yield Sentence(
                name,
                current,
                number,
                bullet=bullet and first,
                first=first,
                last=following is None,
                ends_open=following is None and token.kind is Kind.COLON,
                text=words,
            )
            first, current = False, []


def _bullet(pieces: list[Token]) -> tuple[bool, int]:
    """Return whether a line begins as a list item, and at which token its words begin."""
    at, marked = 0, False
    while at < len(pieces):
        token = pieces[at]
        if token.kind is Kind.BULLET or (token.kind is Kind.DASH and at == 0) or token.text == "\ufe0f":
            at, marked = at + 1, True
        elif (
            token.kind is Kind.NUMBER
            and at + 1 < len(pieces)
            and len(token.text) < 3
            and pieces[at + 1].text in {".", ")"}
            and (at + 2 < len(pieces) and pieces[at + 2].kind is not Kind.NUMBER)
        ):
            at, marked = at + 2, True
        else:
            break
    return marked, at


_ABBREVIATED = 4


def _ends(pieces: list[Token], at: int, shorthand: Collection[str], months: Collection[str]) -> bool:
    """Return whether the full stop at `at` ends a sentence: not after an abbreviation, not before a small letter."""
    mark, before, after = pieces[at], pieces[at - 1] if at else None, pieces[at + 1]
    if not after.spaced:
        return False
    if mark.text != ".":
        return True
    if before is not None and before.kind is Kind.WORD and not mark.spaced:
        short = len(before.text) == 1 and before.capital
        if short or before.folded in shorthand:
            return False
    abbreviated = before is not None and before.folded in months and len(before.text) <= _ABBREVIATED
    if abbreviated and at > 1 and pieces[at - 2].kind is Kind.NUMBER:
        return False  # "9 Nov. – Israel opens"
    if before is not None and before.kind is Kind.NUMBER and after.folded in months:
        return False  # "am 22. März"
    return after.capital or after.kind is not Kind.WORD


_OPENS_NAME = frozenset({Kind.COMMA, Kind.DASH, Kind.COLON, Kind.OPEN, Kind.BULLET, Kind.SLASH})
_LEADS_NAME = LEADS | {Cue.AND, Cue.THEN, Cue.KIND, Cue.ABOUT_PLACE}


def is_led(words: Sequence[Token], begin: int, end: int) -> bool:
    """Return whether something says that tokens [begin, end) are a place: a cue, a list, a dash."""
    after = words[end] if end < len(words) else None
    if after is not None and (after.kind is Kind.DASH or Cue.COMMUNITY in after.cues):
        return True
    at = begin - 1
    while at >= 0 and (words[at].kind is Kind.QUOTE or Cue.ARTICLE in words[at].cues):
        at -= 1
    if at < 0:
        return False
    return words[at].kind in _OPENS_NAME or bool(words[at - words[at].head].cues & _LEADS_NAME)
