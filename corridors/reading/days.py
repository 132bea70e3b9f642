"""On which day? Dates and relative days, seen from the day of publication.

No date is invented: a day and month without a year lies within half a year of the publication, and without a
publication only a full date counts. Start at `days`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.lexicon import IS_MONTH, IS_WEEKDAY, Lexicon
from corridors.reading.text import Kind, Token


@dataclass(frozen=True, slots=True)
class Day:
    """A day named at tokens [begin, end); `last` where it is a span of days. relative: "today", a weekday."""

    on: date
    begin: int
    end: int
    last: date | None = None
    relative: bool = False
    since: bool = False


def days(words: Sequence[Token], lexicon: Lexicon, published: date | None) -> list[Day]:
    """Return the days that a sentence names, in order; those that cannot be told without a publication are left out."""
    found: list[Day] = []
    at = 0
    while at < len(words):
        token = words[at]
        if token.kind is Kind.WORD and not (token.cues & _RELATIVE or token.uses & (IS_WEEKDAY | IS_MONTH)):
            at += 1
            continue
        day = _full(words, at) or _dated(words, at, lexicon, published) or _relative(words, at, lexicon, published)
        if day is None:
            at += 1
            continue
        found.append(day)
        at = max(day.end, at + 1)
    return _without_echoes(found)


def _without_echoes(found: list[Day]) -> list[Day]:
    """Drop "on Wednesday" beside "13 April", and today's name beside its date."""
    kept: list[Day] = []
    for day in found:
        before = kept[-1] if kept else None
        if before is not None and day.begin - before.end <= 3 and (before.relative or day.relative):
            if before.relative and not day.relative:
                kept[-1] = day
                continue
            if day.relative and not before.relative and before.last is None and day.on != before.on:
                kept.append(day)
            elif day.relative and before.relative:
                kept.append(day) if day.on != before.on else None
            continue
        kept.append(day)
    return kept


def _full(words: Sequence[Token], at: int) -> Day | None:
    """Return a date in figures: 14.03.2022, 2022-03-14, 14/03/2022."""
    token = words[at]
    if token.kind not in {Kind.NUMBER, Kind.CLOCK}:
        return None
    end, text = at + 1, token.text
    while end < len(words) and end - at < 6 and not words[end].spaced and words[end].text in {".", "/", "-", ":"}:
        if end + 1 >= len(words) or words[end + 1].kind not in {Kind.NUMBER, Kind.CLOCK} or words[end + 1].spaced:
            break
        text += "." + words[end + 1].text
        end += 2
    parts = text.replace("-", ".").split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    built = _built(year + 2000 if year < 100 else year, month, day)
    return Day(built, at, end) if built else None


def _built(year: int, month: int, day: int) -> date | None:
    if not (1990 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(words: Sequence[Token], at: int, lexicon: Lexicon, published: date | None) -> Day | None:
    """Return "14 March [2022]", "March 14", "5, 6 and 7 May", "30-31 March", "from 8 to 9 March"."""
    token = words[at]
    if token.kind is Kind.NUMBER and len(token.text) <= 2:
        return _day_month(words, at, lexicon, published)
    if token.kind is Kind.WORD and token.uses & IS_MONTH:
        return (_month_day(words, at, lexicon, published) if token.capital else None) or _ordinal_month(
            words, at, lexicon, published
        )
    return None


_LAST_DAY_OF_A_MONTH = 31
_TEN = 10


def _ordinal_month(words: Sequence[Token], at: int, lexicon: Lexicon, published: date | None) -> Day | None:
    """Return "the twenty-fifth of March" in words that stand before the month, as Slavic languages write it."""
    if not at or words[at - 1].kind is not Kind.WORD or not lexicon.months.at(words, at):
        return None
    ordinals = lexicon.ordinals.at(words, at - 1)
    if not ordinals:
        return None
    number, begin = ordinals[0][1], at - 1
    tens = lexicon.numbers.at(words, at - 2) or lexicon.ordinals.at(words, at - 2) if at > 1 and number < _TEN else []
    if tens and tens[0][0] == 1 and tens[0][1] in {2 * _TEN, 3 * _TEN}:
        number, begin = number + tens[0][1], at - 2
    length, month = lexicon.months.at(words, at)[0]
    if number > _LAST_DAY_OF_A_MONTH:
        return None
    return _in_year(words, begin, at + length, [number], month, published)


def _day_month(words: Sequence[Token], at: int, lexicon: Lexicon, published: date | None) -> Day | None:
    numbers, end, night = [int(words[at].text)], at + 1, False
    while end < len(words) and end - at < 9:
        token = words[end]
        if token.kind is Kind.WORD and not token.spaced and len(token.text) <= 2:
            end += 1
            continue
        if token.text == "." and not token.spaced:
            end += 1
            continue
        if token.kind is Kind.WORD and token.folded in {"de", "of"}:
            end += 1
            continue
        months = lexicon.months.at(words, end) if token.kind is Kind.WORD else []
        if months:
            length, month = months[0]
            # "the night from 8 to 9 March" is told of the 9th.
            return _in_year(words, at, end + length, numbers[-1:] if night else numbers, month, published)
        night = night or (Cue.TO_OR_AT in token.cues and Cue.AT_OR_UNTIL not in token.cues)
        joins = token.kind in {Kind.COMMA, Kind.DASH} or token.cues & _JOINS
        end += max(1, token.cue_length) - 1
        number = words[end + 1] if end + 1 < len(words) else None
        if not joins or number is None or number.kind is not Kind.NUMBER or len(number.text) > 2:
            return None
        numbers.append(int(number.text))
        end += 2
    return None


_JOINS = frozenset({Cue.AND, Cue.TO, Cue.UNTIL, Cue.AT_OR_UNTIL, Cue.TO_OR_AT})


def _month_day(words: Sequence[Token], at: int, lexicon: Lexicon, published: date | None) -> Day | None:
    months = lexicon.months.at(words, at)
    if not months:
        return None
    length, month = months[0]
    end = at + length
    if end < len(words) and words[end].text == ".":
        end += 1
    if end >= len(words) or words[end].kind is not Kind.NUMBER or len(words[end].text) > 2:
        return None
    numbers = [int(words[end].text)]
    end += 1
    while end + 1 < len(words) and words[end + 1].kind is Kind.NUMBER and len(words[end + 1].text) <= 2:
        if not (words[end].kind in {Kind.COMMA, Kind.DASH} or Cue.AND in words[end].cues):
            break
        numbers.append(int(words[end + 1].text))
        end += 2
    if end + 2 < len(words) and words[end].kind is Kind.COMMA and Cue.AND in words[end + 1].cues:
        end += 0
    return _in_year(words, at, end, numbers, month, published)


def _in_year(
    words: Sequence[Token], begin: int, end: int, numbers: Sequence[int], month: int, published: date | None
) -> Day | None:
    year, after = None, end
    if after < len(words) and words[after].kind is Kind.COMMA:
        after += 1
    if after < len(words) and words[after].kind is Kind.NUMBER and len(words[after].text) == 4:
        year, end = int(words[after].text), after + 1
    first = _near(numbers[0], month, year, published)
    last = _near(numbers[-1], month, year, published) if len(numbers) > 1 else None
    if first is None or not 1 <= numbers[0] <= 31:
        return None
    span = last if last is not None and last > first else None
    over = published is None or first < published
    return Day(first, begin, end, span, since=over and span is None and _since(words, begin))


def _since(words: Sequence[Token], begin: int) -> bool:
    """Return whether "since" leads to a day: what happened since then is no news of that day."""
    return any(Cue.SINCE in token.cues and Cue.FROM not in token.cues for token in words[max(0, begin - 4) : begin])


def _near(day: int, month: int, year: int | None, published: date | None) -> date | None:
    if year is not None:
        return _built(year, month, day)
    if published is None:
        return None
    options = [_built(published.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((o for o in options if o), key=lambda o: abs((o - published).days), default=None)


_SHIFTS = {
    Cue.TODAY: 0,
    Cue.TOMORROW: 1,
    Cue.YESTERDAY: -1,
    Cue.DAY_BEFORE: -1,
    Cue.IN_TWO_DAYS: 2,
    Cue.TWO_DAYS_AGO: -2,
}


_RELATIVE = frozenset(_SHIFTS)


def _relative(words: Sequence[Token], at: int, lexicon: Lexicon, published: date | None) -> Day | None:
    token = words[at]
    if published is None or token.kind is not Kind.WORD:
        return None
    shifts = token.cues & _SHIFTS.keys()
    if shifts:
        on = _moved(published, max(_SHIFTS[cue] for cue in shifts))
        return Day(on, at, at + token.cue_length, relative=True) if on else None
    hits = lexicon.weekdays.at(words, at)
    if not hits:
        return None
    length, weekday = hits[0]
    on = _weekday(weekday, published)
    if on is None:
        return None
    since = _since(words, at)
    if since and on > published and _has_passed(words):
        on = _moved(on, -7) or on
    return Day(on, at, at + length, relative=True, since=on < published and since)  # "starting on Monday"


_PAST = frozenset({Cue.MOVED, Cue.ARRIVED, Cue.SO_FAR})


def _has_passed(words: Sequence[Token]) -> bool:
    """Return whether a sentence tells of what has happened, so that "since Friday" is a Friday gone by."""
    return any(token.cues & _PAST for token in words) and not any(Cue.WILL in token.cues for token in words)


def _weekday(weekday: int, published: date) -> date | None:
    """Return the nearest such day, today included; a tie of three and four days goes to the past."""
    ahead = (weekday - published.weekday()) % 7
    return _moved(published, ahead if ahead <= 2 else ahead - 7)


def _moved(day: date, shift: int) -> date | None:
    """Return the day so many days on, None beyond the calendar's ends."""
    number = day.toordinal() + shift
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None
