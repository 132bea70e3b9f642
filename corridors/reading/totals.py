"""How many corridors and people does the text count for the whole day? Start at `totals`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corridors.model import PlaceType, Total
from corridors.reading.cues import Cue
from corridors.reading.events import Outcome
from corridors.reading.numbers import Counted, Quantity
from corridors.reading.sentences import Parts


@dataclass(slots=True)
class _Sum:
    on: date | None
    day: date | None = None
    planned: int | None = None
    operated: int | None = None
    people: int | None = None
    approximate: bool = False


def totals(told: Sequence[Parts], published: date | None) -> tuple[Total, ...]:
    """Return the counts that a text gives for a day: planned, operated, people moved. Nothing is summed up here."""
    found = _Sum(on=published)
    for number, part in enumerate(told):
        named = part.days[0].on if part.days else None
        before = (found.planned, found.operated, found.people)
        if found.day is None or named is None or named == found.day:
            _corridors(part, found)
        _people(part, found, first=number == 0)
        if before != (found.planned, found.operated, found.people):
            found.day = found.day or named or published
    if found.people is None:
        found.people, found.approximate = _sum_so_far(told)
    if found.on is None or (found.planned is None and found.operated is None and found.people is None):
        return ()
    return (Total(found.on, None, found.planned, found.operated, found.people, found.approximate),)


_HAPPENED = {Outcome.DONE}


def _sum_so_far(told: Sequence[Parts]) -> tuple[int | None, bool]:
    """Return the people counted "so far" or "since", for want of a count of the day."""
    for part in told:
        since = Cue.SO_FAR in part.cues or any(day.since for day in part.days)
        if not since or Outcome.DONE not in {one.outcome for one in part.said}:
            continue
        for count in part.numbers:
            if count.counted is Counted.PEOPLE and not count.part:
                return count.value, count.approximate
    return None, False


_BAD = {Outcome.FAILED, Outcome.BLOCKED, Outcome.VIOLATED}


def _corridors(part: Parts, found: _Sum) -> None:
    counts = [q for q in part.numbers if q.counted is Counted.CORRIDORS and q.value < 200]
    ratio = _ratio(part)
    if ratio is not None:
        worked, planned = ratio
        found.planned = planned if found.planned is None else found.planned
        found.operated = worked if found.operated is None else found.operated
        return
    if not counts:
        if found.planned is None and _none(part):
            found.planned = 0
        return
    if _none_of(part, counts[0]):
        found.planned = 0
        return
    if Cue.FAILED in part.cues and Cue.WORKED not in part.cues:
        return
    beside = _beside_worked(part)
    if beside is not None and found.operated is None:
        found.operated = beside
    for count in counts[:1]:
        opened = Cue.OPENED in part.cues and not part.cues & {Cue.PLANNED, Cue.AGREED}
        worked = (Cue.WORKED in part.cues or opened) and beside is None and not part.cues & {Cue.NOT, Cue.WILL}
        if worked and found.operated is None:
            found.operated = count.value
            if any(Cue.ALL in token.cues for token in part.words[max(0, count.begin - 2) : count.begin]):
                found.planned = found.planned or count.value
        elif found.planned is None and Cue.DEMAND not in part.cues:
            found.planned = count.value


def _none(part: Parts) -> bool:
    """Return whether a sentence says of the whole country that there are no corridors that day."""
    if Cue.CORRIDOR not in part.cues or any(group.role in {Cue.FROM, Cue.OF, Cue.TO} for group in part.groups):
        return False
    if part.cues & {Cue.DAY_BEFORE, Cue.YESTERDAY}:
        return False
    settled = (m.place for m in part.mentions if m.place is not None and not m.region)
    if part.routes or any(place.type is not PlaceType.COUNTRY for place in settled):
        return False
    denied = [at for at, token in enumerate(part.words) if token.cues & {Cue.NONE, Cue.NOT, Cue.FAILED}]
    named = [at for at, token in enumerate(part.words) if Cue.CORRIDOR in token.cues]
    return any(abs(at - name) <= _NEAR for at in denied for name in named) and Cue.REFUSED not in part.cues


_NEAR = 4


def _none_of(part: Parts, count: Quantity) -> bool:
    """Return whether "none of the five corridors" was agreed."""
    if not part.cues & {Cue.AGREED, Cue.REFUSED, Cue.OPEN, Cue.OPENED, Cue.PLANNED, Cue.WILL, Cue.WORKED}:
        return False
    return any(Cue.NONE in token.cues for token in part.words[max(0, count.begin - 3) : count.begin])


def _beside_worked(part: Parts) -> int | None:
    """Return the bare number next to "worked": "14 were opened, 9 worked"."""
    for number in part.numbers:
        if number.counted in {Counted.PEOPLE, Counted.OTHER} or number.value > 200:
            continue
        near = part.words[max(0, number.begin - 1) : number.end + 1]
        if any(Cue.WORKED in token.cues for token in near) and Cue.NOT not in part.words[max(0, number.begin - 2)].cues:
            return number.value
    return None


def _ratio(part: Parts) -> tuple[int, int] | None:
    """Return (worked, planned) of "7 of 10 corridors"."""
    for first, second in zip(part.numbers, part.numbers[1:], strict=False):
        between = part.words[first.end : second.begin]
        of = len(between) <= 4 and any(Cue.OUT_OF in token.cues for token in between)
        if of and Counted.CORRIDORS in {first.counted, second.counted} and first.value <= second.value:
            return first.value, second.value
    return None


def _planned(part: Parts, count: Quantity) -> bool:
    before = part.words[max(0, count.begin - 5) : count.begin]
    return any(token.cues & {Cue.PLANNED, Cue.WILL, Cue.WILL_MOVE} for token in before)


def _people(part: Parts, found: _Sum, *, first: bool) -> None:
    if found.people is not None:
        return
    summed = any(q.total and q.counted is Counted.PEOPLE for q in part.numbers)
    if not summed and not part.cues & {Cue.MOVED, Cue.ARRIVED, Cue.EVACUATION, Cue.WORKED}:
        return
    counts = [q for q in part.numbers if q.counted is Counted.PEOPLE and not q.part]
    regional = any(mention.region for mention in part.mentions)
    whole: list[Quantity] = [q for q in counts if (q.total or Cue.TOTAL in part.cues) and not regional]
    led = any(group.role in {Cue.FROM, Cue.OF, None} for group in part.groups)
    if not whole and not led and not regional and Cue.LAST_DAYS not in part.cues:
        whole = counts if any(one.outcome is Outcome.DONE for one in part.said) else []
    if (
        not whole
        and first
        and Cue.LAST_DAYS not in part.cues
        and len(counts) == 1
        and part.routes
        and all(route.shared for route in part.routes)
    ):
        one_list = len({(route.begin, route.end) for route in part.routes}) == 1
        whole = counts if one_list and any(one.outcome is Outcome.DONE for one in part.said) else []
    if whole and not _planned(part, whole[0]):
        found.people, found.approximate = whole[0].value, whole[0].approximate
