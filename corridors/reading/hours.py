"""From when until when? Clock times and windows of a sentence, in the corridor's own zone.

A window has two ends or one; a stated zone ("Moscow time", GMT) is converted for the day it is about, and the words
are kept. Start at `windows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from corridors.reading.cues import LEADS, Cue
from corridors.reading.lexicon import IS_NUMBER, Lexicon
from corridors.reading.text import Kind, Token


@dataclass(frozen=True, slots=True)
class Hours:
    """A clock time or window at tokens [begin, end). zone: None = local; ranged: both ends or "from" was said.

    gathering: it is the hour of meeting or departure, not of the ceasefire.
    """

    start: str | None
    end: str | None
    begin: int
    stop: int
    zone: str | None = None
    ranged: bool = False

    def local(self, on: date | None, zone: str) -> Hours:
        """Return these hours in `zone`, converted for the day `on`; unchanged where they were local already."""
        if self.zone is None or on is None:
            return self
        return Hours(
            _moved(self.start, on, self.zone, zone),
            _moved(self.end, on, self.zone, zone),
            self.begin,
            self.stop,
            None,
            self.ranged,
        )


def _moved(clock: str | None, on: date, source: str, target: str) -> str | None:
    if clock is None:
        return None
    hour, minute = (int(part) for part in clock.split(":"))
    there = datetime(on.year, on.month, on.day, hour % 24, minute, tzinfo=ZoneInfo(source))
    return there.astimezone(ZoneInfo(target)).strftime("%H:%M")


@dataclass(frozen=True, slots=True)
class _Time:
    clock: str
    begin: int
    end: int
    half: str | None  # "am" or "pm" where said


def windows(words: Sequence[Token], lexicon: Lexicon) -> list[Hours]:
    """Return the windows and single times that a sentence tells, in order."""
    times = _times(words, lexicon)
    found: list[Hours] = []
    at = 0
    while at < len(times):
        here = times[at]
        following = times[at + 1] if at + 1 < len(times) else None
        if following is not None and _joined(words, here, following):
            start, stop = _same_half(here, following)
            found.append(_hours(words, start, stop, here.begin, following.end, lexicon))
            at += 2
            continue
        lead = words[max(0, here.begin - 2) : here.begin]
        if any(Cue.UNTIL in token.cues for token in lead):
            found.append(_hours(words, None, here.clock, here.begin, here.end, lexicon))
        else:
            found.append(_hours(words, here.clock, None, here.begin, here.end, lexicon))
        at += 1
    return found


def _joined(words: Sequence[Token], first: _Time, second: _Time) -> bool:
    between = words[first.end : second.begin]
    if len(between) > 4:
        return False
    joints = Cue.TO, Cue.UNTIL, Cue.AT_OR_UNTIL, Cue.TO_OR_AT, Cue.AND
    if any(token.kind is Kind.DASH for token in between):
        return all(token.kind is Kind.DASH for token in between)
    if any(token.kind in {Kind.COMMA, Kind.SEMICOLON, Kind.END} for token in between):
        return False
    hit = [token for token in between if token.cues & set(joints)]
    if not hit:
        return False
    if all(Cue.AND in token.cues for token in hit):
        return any(Cue.BETWEEN in token.cues for token in words[max(0, first.begin - 3) : first.begin])
    return True


def _same_half(first: _Time, second: _Time) -> tuple[str, str]:
    """Return both ends; "10 to 2 p.m." shares the half that only its end names when that keeps the order."""
    start = first.clock
    if first.half is None and second.half == "pm":
        hour = int(start[:2])
        shifted = f"{hour + 12:02}:{start[3:]}" if hour < 12 else start
        if shifted < second.clock and hour < 8:
            start = shifted
    return start, second.clock


def _hours(
    words: Sequence[Token], start: str | None, stop: str | None, begin: int, end: int, lexicon: Lexicon
) -> Hours:
    zone = None
    for at in range(end, min(end + 4, len(words))):
        if at == end and words[at].kind is Kind.COMMA:
            continue  # "10 à 21 h, heure de Moscou"
        if words[at].kind in {Kind.COMMA, Kind.SEMICOLON, Kind.END}:
            break
        hits = lexicon.zones.at(words, at) if words[at].kind is Kind.WORD else []
        if hits:
            zone = hits[0][1] if hits[0][1] != "local" else None
            end = at + hits[0][0]
            break
    if zone is None:
        for at in range(max(0, begin - 4), begin):
            hits = lexicon.zones.at(words, at) if words[at].kind is Kind.WORD else []
            if hits and hits[0][1] != "local":
                zone = hits[0][1]
    lead = words[max(0, begin - 2) : begin]
    ranged = (start is not None and stop is not None) or any(
        token.cues & {Cue.FROM, Cue.SINCE, Cue.UNTIL} for token in lead
    )
    return Hours(start, stop, begin, end, zone, ranged)


_FIGURES = frozenset({Kind.CLOCK, Kind.NUMBER})


def _times(words: Sequence[Token], lexicon: Lexicon) -> list[_Time]:
    found: list[_Time] = []
    at = 0
    while at < len(words):
        token = words[at]
        if not (token.kind in _FIGURES or token.uses & IS_NUMBER or Cue.NOON in token.cues):
            at += 1
            continue
        time = _clock(words, at, lexicon)
        if time is None:
            at += 1
            continue
        found.append(time)
        at = time.end
    return found


def _clock(words: Sequence[Token], at: int, lexicon: Lexicon) -> _Time | None:
    token = words[at]
    if token.kind is Kind.CLOCK:
        hour, minute = (int(part) for part in token.text.replace(".", ":").split(":"))
        following = words[at + 1] if at + 1 < len(words) else None
        plain_number = (
            "." in token.text
            and following is not None
            and (Cue.THOUSAND in following.cues or Cue.PEOPLE in following.cues or Cue.COUNTER in following.cues)
        )
        if plain_number or _is_date(words, at, lexicon):
            return None
        return _halved(words, hour, minute, at, at + 1)
    if Cue.NOON in token.cues:
        return _Time("12:00", at, at + token.cue_length, "pm")
    value, end = _hour_number(words, at, lexicon)
    if value is None or not 0 <= value <= 24:
        return None
    return _bare(words, value, at, end, lexicon)


def _hour_number(words: Sequence[Token], at: int, lexicon: Lexicon) -> tuple[int | None, int]:
    token = words[at]
    if token.kind is Kind.NUMBER and len(token.text) <= 2 and token.text.isdigit():
        return int(token.text), at + 1
    if token.kind is Kind.WORD:
        hits = lexicon.numbers.at(words, at)
        if hits and hits[0][1] <= 24:
            return hits[0][1], at + hits[0][0]
    return None, at


def _is_date(words: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Return whether 14.03 is a day: written with a stop and no hour cue, followed by a year or nothing clock-like."""
    text = words[at].text
    if "." not in text:
        return False
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    if after is not None and after.text == "." and not after.spaced:
        return True
    hourly = before is not None and (
        before.cues
        & {Cue.FROM, Cue.TO, Cue.UNTIL, Cue.AT_HOUR, Cue.AT, Cue.TO_OR_AT, Cue.SINCE, Cue.BETWEEN, Cue.ABOUT}
        or before.kind in {Kind.DASH, Kind.COMMA, Kind.COLON}
        or (before.kind is Kind.OPEN and not (after is not None and after.kind is Kind.CLOSE))
    )
    followed = after is not None and (
        after.kind is Kind.DASH or bool(after.cues & {Cue.HOUR, Cue.TO, Cue.UNTIL, Cue.AT_OR_UNTIL})
    )
    month = int(text.split(".")[1])
    del lexicon
    return not hourly and not followed and 1 <= month <= 12 and len(text.split(".")[1]) == 2


_EVENING_BEFORE = 12


def _halved(words: Sequence[Token], hour: int, minute: int, begin: int, end: int) -> _Time:
    """Return a time with the half of the day applied that follows it ("8 p.m.", "7 in the evening")."""
    half = None
    for at in range(end, min(end + 3, len(words))):
        cues = words[at].cues
        if words[at].kind in {Kind.CLOCK, Kind.NUMBER, Kind.COMMA, Kind.END, Kind.DASH}:
            break
        if cues & {Cue.MORNING, Cue.AFTERNOON, Cue.EVENING}:
            half = "am" if Cue.MORNING in cues else "pm"
            end = at + words[at].cue_length
            stop = words[end] if end < len(words) else None
            if stop is not None and stop.kind is Kind.END and not stop.spaced and end + 1 < len(words):
                end += 1  # the full stop of "p.m."
            break
        if not cues & {Cue.HOUR, Cue.AT, Cue.TO_OR_AT}:
            break
    if half == "pm" and hour < _EVENING_BEFORE:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return _Time(f"{hour % 24:02}:{minute:02}", begin, end, half)


def _bare(words: Sequence[Token], hour: int, begin: int, end: int, lexicon: Lexicon) -> _Time | None:
    """Return a full hour, only where something says that it is one: "8 p.m.", "7 утра", "20 Uhr", "10 to 4 p.m."."""
    after = words[end] if end < len(words) else None
    if after is None:
        return None
    minutes = words[end + 1] if after.kind is Kind.DASH and not after.spaced and end + 1 < len(words) else None
    if minutes is not None and minutes.text in {"00", "15", "30", "45"} and not minutes.spaced and _led(words, begin):
        return _halved(words, hour, int(minutes.text), begin, end + 2)  # "9-00"
    if _follows_hour_word(words, begin) or _only_hour(words, begin, after):
        return _halved(words, hour, 0, begin, end)
    clock_word = after.cues & {Cue.HOUR, Cue.MORNING, Cue.AFTERNOON, Cue.EVENING}
    if Cue.AFTERNOON in after.cues and words[begin].kind is Kind.WORD and not _led(words, begin):
        return None  # "three days", where one word is both day and afternoon
    zoned = after.kind is Kind.WORD and bool(lexicon.zones.at(words, end))
    if after.kind in {Kind.END, Kind.COMMA, Kind.SEMICOLON, Kind.CLOSE} and _closes_range(words, begin, hour):
        return _Time(f"{hour % 24:02}:00", begin, end, None)
    if clock_word and not (Cue.HOUR in after.cues and (not _led(words, begin) or _lasts(words, begin, end))):
        past = end + after.cue_length if Cue.HOUR in after.cues else end
        minute = words[past] if past < len(words) else None
        written = minute is not None and minute.kind is Kind.NUMBER and len(minute.text) == 2
        glued = written and minute is not None and (not minute.spaced or len(after.text) == 1)  # "8 h 30"
        if glued and minute is not None and int(minute.text) < 60:
            return _halved(words, hour, int(minute.text), begin, past + 1)
        return _halved(words, hour, 0, begin, past)
    if zoned and _led(words, begin):
        return _Time(f"{hour % 24:02}:00", begin, end, None)
    joined = after.kind is Kind.DASH or after.cues & {Cue.TO, Cue.UNTIL, Cue.AT_OR_UNTIL, Cue.AND, Cue.TO_OR_AT}
    past = end + max(1, after.cue_length)
    if joined and _led(words, begin) and past < len(words):
        value, stop = _hour_number(words, past, lexicon)
        if words[past].kind is Kind.CLOCK:
            return _Time(f"{hour % 24:02}:00", begin, end, None)
        if value is not None and stop < len(words):
            tail = words[stop]
            if _plain_range(words, begin, hour, value, tail):
                return _Time(f"{hour % 24:02}:00", begin, end, None)
            if tail.cues & {Cue.HOUR, Cue.MORNING, Cue.AFTERNOON, Cue.EVENING} or lexicon.zones.at(words, stop):
                return _Time(f"{hour % 24:02}:00", begin, end, None)
    before = words[begin - 1] if begin else None
    if before is not None and before.kind is Kind.DASH and begin >= 2 and words[begin - 2].kind is Kind.CLOCK:
        return _Time(f"{hour % 24:02}:00", begin, end, None)
    earlier = words[max(0, begin - 4) : begin]
    opened = any(t.kind is Kind.NUMBER and t.text.isdigit() and int(t.text) <= 24 for t in earlier[:-1])
    if zoned and opened:
        return _Time(f"{hour % 24:02}:00", begin, end, None)
    return None


def _follows_hour_word(words: Sequence[Token], begin: int) -> bool:
    """Return whether the word for hour stands before a number, or before the other end of its range: "hour 9–16"."""
    at = begin - 1
    if at > 1 and words[at].kind is Kind.DASH and words[at - 1].kind in {Kind.NUMBER, Kind.CLOCK}:
        at -= 2
    if at > 0 and words[at].kind is Kind.END and not words[at].spaced:
        at -= 1  # the full stop of an abbreviation
    return at >= 0 and words[at].kind is Kind.WORD and Cue.HOUR in words[at].cues and words[begin].kind is Kind.NUMBER


def _only_hour(words: Sequence[Token], begin: int, after: Token) -> bool:
    """Return whether the word before a number leads to nothing but hours ("alle 9"), and nothing is counted."""
    before = words[begin - 1] if begin else None
    if before is None or Cue.AT_OR_UNTIL not in before.cues or before.cues & LEADS or before.cue_length > 1:
        return False
    return after.kind is not Kind.NUMBER and not after.cues & {
        Cue.HOUR,
        Cue.COUNTER,
        Cue.PEOPLE,
        Cue.CORRIDOR,
        Cue.THOUSAND,
    }


def _closes_range(words: Sequence[Token], begin: int, hour: int) -> bool:
    """Return whether a number is the second end of "from 9 to 17"."""
    if begin < 3:
        return False
    joint = words[begin - 1]
    if not joint.cues & {Cue.UNTIL, Cue.AT_OR_UNTIL, Cue.TO, Cue.AND} and joint.kind is not Kind.DASH:
        return False
    first, lead = words[begin - 2], words[begin - 3]
    if first.kind is not Kind.NUMBER or not first.text.isdigit() or len(first.text) > 2:
        return False
    return bool(lead.cues & {Cue.SINCE, Cue.BETWEEN}) and int(first.text) < hour <= 24


def _plain_range(words: Sequence[Token], begin: int, hour: int, until: int, tail: Token) -> bool:
    """Return whether "from 9 to 17" are hours: two ends in order, and nothing counted behind them."""
    opened = bool(words[begin - 1].cues & {Cue.SINCE, Cue.BETWEEN}) if begin else False
    ends = tail.kind in {Kind.END, Kind.COMMA, Kind.SEMICOLON, Kind.CLOSE}
    return opened and ends and hour < until <= 24


def _lasts(words: Sequence[Token], begin: int, end: int) -> bool:
    """Return whether an hour is a length: "a truce of 5 hours", led by "of" and with no other end."""
    before = words[begin - 1]
    measured = words[begin - 2 - words[begin - 2].head] if begin > 1 else before
    if not before.cues & {Cue.FROM, Cue.OF} or not measured.cues & {Cue.PAUSE, Cue.CORRIDOR}:
        return False
    following = words[end + 1 : end + 5]
    return not any(
        token.cues & {Cue.TO, Cue.UNTIL, Cue.AT_OR_UNTIL, Cue.TO_OR_AT} or token.kind is Kind.DASH
        for token in following
    )


def _led(words: Sequence[Token], begin: int) -> bool:
    """Return whether a word before a number says that an hour follows."""
    lead = {
        Cue.AT_HOUR,
        Cue.AT_OR_UNTIL,
        Cue.FROM,
        Cue.TO,
        Cue.UNTIL,
        Cue.SINCE,
        Cue.TO_OR_AT,
        Cue.BETWEEN,
        Cue.AT,
        Cue.ABOUT,
        Cue.AND,
    }
    before = words[begin - 1] if begin else None
    if before is None:
        return False
    return bool(words[begin - 1 - before.head].cues & lead) or before.kind in {Kind.DASH, Kind.OPEN}
