"""How many? Numbers in figures and words, and what is counted.

A number says nothing by itself: `Quantity` tells whether people, corridors or something else stands beside it.
Start at `quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from corridors.reading.cues import Cue
from corridors.reading.lexicon import IS_NUMBER, Lexicon
from corridors.reading.text import Kind, Token


class Counted(Enum):
    """What a number counts."""

    PEOPLE = auto()
    CORRIDORS = auto()
    OTHER = auto()
    NOTHING = auto()  # no counted word beside it


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at tokens [begin, end). approximate: "about", "more than", "nearly" stands before it."""

    value: int
    begin: int
    end: int
    counted: Counted
    approximate: bool = False
    total: bool = False
    part: bool = False


_GROUPS = re.compile(r"[\u00a0\u2009\u202f .,'’‘ʼ]")
_LARGEST = 100_000_000
_MOST_DIGITS = 20


def plain(text: str) -> float | None:
    """Return the value of a number in figures: groups of three belong together, anything else is a fraction."""
    parts = _GROUPS.split(text)
    if len(text) > _MOST_DIGITS or not all(part.isdigit() for part in parts):
        return None
    if len(parts) == 1:
        return float(text) if len(text) < 10 else None
    if all(len(part) == 3 for part in parts[1:]):
        return float("".join(parts))
    if len(parts[-1]) in {1, 2} and all(len(part) == 3 for part in parts[1:-1]):
        return float("".join(parts[:-1]) + "." + parts[-1])
    return None


_FIGURES = frozenset({Kind.CLOCK, Kind.NUMBER})


def quantities(words: Sequence[Token], lexicon: Lexicon) -> list[Quantity]:
    """Return the numbers of a sentence that count something or stand alone; never dates, clock times or numbering."""
    found = []
    at = 0
    while at < len(words):
        token = words[at]
        if not (token.kind in _FIGURES or token.uses & IS_NUMBER or Cue.THOUSAND in token.cues):
            at += 1
            continue
        value, end = _number(words, at, lexicon)
        if value is None or (token.head and token.kind is Kind.WORD):  # "several hundred", "every one"
            at += 1
            continue
        if not _is_label(words, at, end, lexicon):
            number = round(value)
            if 0 <= number < _LARGEST:
                found.append(_quantity(words, at, end, number))
        at = end
    return found


def _number(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Return (value, token after it) of the number that begins at `at`, multiplied by a following "thousand"."""
    token = words[at]
    if token.kind is Kind.NUMBER:
        value, end = plain(token.text), at + 1
    elif token.kind is Kind.WORD:
        value, end = _spelled(words, at, lexicon)
        if value is None and Cue.THOUSAND in token.cues and at and Cue.ABOUT in words[at - 1].cues:
            return 1000, at + token.cue_length
    elif token.kind is Kind.CLOCK and at + 1 < len(words) and Cue.THOUSAND in words[at + 1].cues:
        value, end = plain(token.text), at + 1
    else:
        return None, at + 1
    if value is not None and end < len(words) and Cue.HALF in words[end].cues and value < _HUNDRED:
        past = end + words[end].cue_length
        if past < len(words) and Cue.THOUSAND in words[past].cues:
            value, end = value + 0.5, past
    if value is not None and end < len(words) and words[end].kind is Kind.WORD:
        if Cue.THOUSAND in words[end].cues and value < _THOUSAND:
            past = _past_stop(words, end + words[end].cue_length)
            rest, stop = _rest(words, past, lexicon)
            return value * _THOUSAND + rest, stop
        if Cue.MILLION in words[end].cues:
            return value * 1_000_000, end + 1
    return value, end


_THOUSAND = 1000


def _rest(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[float, int]:
    """Return what follows a thousand and belongs to it ("12 bin 500", "two thousand five hundred"), and its end."""
    begin = at + 1 if at < len(words) and Cue.AND in words[at].cues else at
    if begin >= len(words):
        return 0, at
    token = words[begin]
    if token.kind is Kind.NUMBER and begin == at and len(token.text) == 3 and token.text.isdigit():
        return float(token.text), begin + 1
    if token.kind is not Kind.WORD:
        return 0, at
    value, end = _spelled(words, begin, lexicon)
    fits = value is not None and value < _THOUSAND and (begin == at or value >= _HUNDRED)
    return (value, end) if fits and value is not None else (0, at)


def _past_stop(words: Sequence[Token], end: int) -> int:
    """Return the token after the full stop of an abbreviated "thousand", if there is one."""
    stop = words[end] if end < len(words) else None
    return end + 1 if stop is not None and stop.kind is Kind.END and not stop.spaced and end + 1 < len(words) else end


_HUNDRED = 100


def _spelled(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[float | None, int]:
    """Return the value of number words; smaller ones after larger ones are added ("twenty five")."""
    total, end, last = 0, at, 10**9
    while end < len(words) and words[end].kind is Kind.WORD:
        hits = lexicon.numbers.at(words, end)
        if hits and hits[0][1] == _HUNDRED and 1 < total < 10:
            total, last, end = total * _HUNDRED, _HUNDRED, end + hits[0][0]
            continue
        if not hits or hits[0][1] >= last:
            break
        length, last = hits[0]
        total, end = total + last, end + length
        following = words[end] if end < len(words) else None
        if following is not None and following.kind is Kind.DASH and not following.spaced:
            end += 1
    if end == at:
        value = lexicon.compound_number(words[at].folded)
        return value, at + 1
    if words[end - 1].kind is Kind.DASH:
        end -= 1
    return float(total), end


def _is_label(words: Sequence[Token], at: int, end: int, lexicon: Lexicon) -> bool:
    """Return whether a number names rather than counts: a date, an hour, a train, a street, "№ 5", "M23", 46/45."""
    before = words[at - 1] if at else None
    after = words[end] if end < len(words) else None
    if before is not None:
        if before.text in {"№", "#", "/", "N"} or (before.kind is Kind.DASH and not before.spaced and at >= 2):
            return True
        if Cue.ADDRESS in before.cues or (before.kind is Kind.WORD and not words[at].spaced):
            return True
        if before.kind is Kind.WORD and lexicon.months.at(words, at - 1) and _dates(words[at].text):
            return True
    if after is None:
        return False
    if after.text in {"/", "%", "-", "°"} and not after.spaced and words[at].kind is Kind.NUMBER:
        return True
    if after.kind is Kind.WORD and (lexicon.months.at(words, end) or (not after.spaced and len(after.text) < 3)):
        return True
    return Cue.HOUR in after.cues


_LAST_DAY_OF_A_MONTH = 31


def _dates(text: str) -> bool:
    """Return whether a number beside a month can be its day or year: not "on 12 March 640 people"."""
    return not text.isdigit() or int(text[:5]) <= _LAST_DAY_OF_A_MONTH or int(text[:5]) in _YEARS


_NEAR = 3


def _quantity(words: Sequence[Token], at: int, end: int, value: int) -> Quantity:
    before = words[max(0, at - _NEAR) : at]
    return Quantity(
        value,
        at,
        end,
        _counted(words, at, end),
        approximate=any(Cue.ABOUT in token.cues for token in before),
        total=any(Cue.TOTAL in token.cues for token in (*words[max(0, at - 5) : at], *words[end : end + 1])),
        part=any(Cue.INCLUDING in token.cues for token in words[max(0, at - 4) : at]) or _stays(words, at, end),
    )


_CLAUSE = 5


def _stays(words: Sequence[Token], at: int, end: int) -> bool:
    """Return whether people are counted who have not left: "another 1,650 are waiting", "300 of them children"."""
    for token in words[end : end + _CLAUSE]:
        if token.kind in {Kind.COMMA, Kind.SEMICOLON, Kind.END, Kind.COLON, Kind.NUMBER}:
            break
        if Cue.WAITING in token.cues or (token is words[end] and Cue.INCLUDING in token.cues):
            return True
    for token in reversed(words[max(0, at - _CLAUSE) : at]):
        if token.kind in {Kind.COMMA, Kind.SEMICOLON, Kind.END, Kind.COLON, Kind.NUMBER}:
            break
        if Cue.WAITING in token.cues:
            return True
    return False


def _counted(words: Sequence[Token], at: int, end: int) -> Counted:
    for at_people, token in enumerate(words[end : end + _NEAR + 1], start=end):
        if token.kind in {Kind.COMMA, Kind.SEMICOLON, Kind.CLOSE, Kind.OPEN, Kind.NUMBER, Kind.COLON}:
            break
        if token.kind is Kind.END:
            break
        if Cue.DEAD in token.cues:
            return Counted.OTHER
        if Cue.PEOPLE in token.cues or (Cue.OF in token.cues and token.cue_length > 1):  # "residents of"
            if any(Cue.DEAD in later.cues for later in words[at_people + 1 : at_people + 3]):
                return Counted.OTHER
            return Counted.PEOPLE
        if Cue.CORRIDOR in token.cues:
            return Counted.CORRIDORS
        if Cue.MOVED in token.cues and at_people == end:
            return Counted.PEOPLE
        if Cue.COUNTER in token.cues or token.cues & {Cue.BUS, Cue.CAR, Cue.TRAIN, Cue.TRUCK, Cue.BOAT, Cue.AMBULANCE}:
            return Counted.OTHER
    after = words[end] if end < len(words) else None
    closes = after is None or after.kind in {Kind.COMMA, Kind.END, Kind.COLON, Kind.SEMICOLON}
    if closes and any(Cue.CORRIDOR in token.cues for token in words[max(0, at - 4) : at]):
        return Counted.CORRIDORS  # "of corridors there are three:"
    told = words[max(0, at - 3) : at]
    if closes and any(Cue.PEOPLE in t.cues for t in told) and told[-1].cues & {Cue.MOVED, Cue.ABOUT}:
        return Counted.PEOPLE  # "of people there left 4,676"
    previous = words[at - 1] if at else None
    if previous is not None and Cue.COUNTER in previous.cues:
        return Counted.OTHER
    return Counted.PEOPLE if closes and _is_said_of_people(words, at, end) else Counted.NOTHING


_HUNDREDS = 100
_YEARS = range(1900, 2101)
_DAY_DIGITS = 2


def _is_said_of_people(words: Sequence[Token], at: int, end: int) -> bool:
    """Return whether a large bare number ends what is said of people: "the number of those displaced was 84,770"."""
    value = plain(words[at].text) if words[at].kind is Kind.NUMBER and end == at + 1 else _HUNDREDS
    if value is None or value < _HUNDREDS or (value in _YEARS and words[at].text.isdigit()):
        return False
    for back, token in enumerate(reversed(words[:at])):
        if token.kind in {Kind.SEMICOLON, Kind.COLON, Kind.END}:
            return False
        if token.kind is Kind.NUMBER and len(token.text) > _DAY_DIGITS:
            return False  # another count; a day of the month is none
        if Cue.PEOPLE in token.cues:
            return True
        if back <= _CLAUSE and token.cues & {Cue.CORRIDOR, Cue.DEAD, Cue.COUNTER}:
            return False
    return False
