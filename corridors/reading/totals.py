"""How many corridors and people does the text count for the whole day?

Corridors that are counted are planned ones unless the clause says that they opened or worked; people are a total when
no single route owns them. Nothing is summed up here but "three, and a fourth". Start at `totals`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corridors.model import PlaceType, Status, Total
from corridors.reading.cues import Cue
from corridors.reading.drafts import Draft
from corridors.reading.events import Outcome, Said
from corridors.reading.numbers import Counted, Quantity
from corridors.reading.sentences import Parts
from corridors.reading.text import Kind

_MOST_CORRIDORS = 200


@dataclass(slots=True)
class _Sum:
    planned: int | None = None
    operated: int | None = None
    people: int | None = None
    approximate: bool = False
    day: date | None = None


def totals(told: Sequence[Parts], drafts: Sequence[Draft], published: date | None) -> tuple[Total, ...]:
    """Return the counts that a text gives for its day: planned, operated, people moved.

    drafts: the routes it tells, which own their people and say which day it is about.
    """
    found = _Sum()
    for part in told:
        named = part.days[0].on if part.days else None
        if found.day is None or named is None or named == found.day:
            before = (found.planned, found.operated)
            _corridors(part, found, first=part is told[0])
            if before != (found.planned, found.operated):
                found.day = found.day or _counted_on(part, published)
    day = found.day or _main_day(drafts) or published
    people = _people(told, drafts, day, published, planned=bool(found.planned) and found.operated is None)
    if people is not None:
        found.people, found.approximate = people.value, people.approximate
    if published is None or (found.planned is None and found.operated is None and found.people is None):
        return ()
    counted = found.planned is not None or found.operated is not None
    on = (found.day if counted else None) or published
    return (Total(on, None, found.planned, found.operated, found.people, found.approximate),)


def _counted_on(part: Parts, published: date | None) -> date | None:
    """Return the day for which a sentence counts corridors: the one it names, unless that only begins a span."""
    named = part.days[0] if part.days else None
    return published if named is None or named.since or named.last else named.on


def _main_day(drafts: Sequence[Draft]) -> date | None:
    """Return the day that most of the routes are about."""
    days = Counter(draft.on for draft in drafts if draft.on is not None)
    return max(days, key=lambda day: (days[day], day), default=None)


# -- corridors


def _corridors(part: Parts, found: _Sum, *, first: bool) -> None:
    ratio = _ratio(part)
    if ratio is not None:
        worked, planned = ratio
        found.planned = planned if found.planned is None else found.planned
        found.operated = worked if found.operated is None else found.operated
        return
    counts = [q for q in part.numbers if _counts_corridors(part, q)]
    if not counts:
        _without_number(part, found, first=first)
        return
    if _none_of(part, counts[0]):
        found.planned = 0
        return
    if Cue.FAILED in part.cues and Cue.WORKED not in part.cues:
        return
    beside = _beside_worked(part)
    if beside is not None and found.operated is None:
        found.operated = beside
    count = counts[0]
    if beside is None and _opened(part, count):
        if found.operated is None:
            found.operated = count.value
            if _all_of(part, count):
                found.planned = found.planned or count.value
    elif found.planned is None and found.operated != count.value and not _asked(part):
        found.planned = count.value + _and_another(part, count)


def _without_number(part: Parts, found: _Sum, *, first: bool) -> None:
    """Take "there are none" for no corridors, and "a fourth" or "one more" for an addition to those counted."""
    if found.planned is None and (first or part.days) and _none(part):
        found.planned = 0
    ordinal = _ordinal(part)
    if ordinal is None or not part.cues & {Cue.OPEN, Cue.OPENED, Cue.PLANNED, Cue.AGREED} or _asked(part):
        return
    if found.planned and ordinal == found.planned + 1:
        found.planned = ordinal
    elif found.planned is None and found.operated is None and _outcomes(part) & _OPENED:
        found.operated = ordinal


def _counts_corridors(part: Parts, count: Quantity) -> bool:
    """Return whether a number counts the corridors of the text: not "the first two", not "one of the two"."""
    if not 0 < count.value < _MOST_CORRIDORS:
        return False
    before = part.words[max(0, count.begin - 2) : count.begin]
    if any(Cue.FIRST in token.cues for token in before):
        return False
    return count.counted is Counted.CORRIDORS or _there_are(part, count)


def _there_are(part: Parts, count: Quantity) -> bool:
    """Return whether "there are two" counts what the sentence before named: nothing counted follows the number."""
    if count.counted is not Counted.NOTHING or not count.begin:
        return False
    before = part.words[count.begin - 1]
    after = part.words[count.end] if count.end < len(part.words) else None
    closes = after is None or after.kind in {Kind.COMMA, Kind.COLON, Kind.END, Kind.SEMICOLON}
    return closes and Cue.THERE_ARE in part.words[count.begin - 1 - before.head].cues


_OPENED = {Outcome.OPEN, Outcome.DONE}
_PLANNED = {Outcome.PLANNED, Outcome.AGREED}


def _outcomes(part: Parts) -> set[Outcome]:
    return {one.outcome for one in part.said}


def _beside(part: Parts, count: Quantity) -> set[Outcome]:
    """Return what is said of a count in its own clause, between the strong marks around it."""
    strong = [at for at, t in enumerate(part.words) if t.kind is Kind.SEMICOLON or Cue.CONTRAST in t.cues]
    first = max((at for at in strong if at < count.begin), default=-1)
    last = min((at for at in strong if at >= count.end), default=len(part.words))
    return {one.outcome for one in part.said if first < one.at < last}


def _opened(part: Parts, count: Quantity) -> bool:
    """Return whether the counted corridors opened or worked, and were not only planned or agreed."""
    said = _beside(part, count)
    if part.cues & {Cue.WILL, Cue.TOMORROW}:
        return False
    if Cue.WORKED in part.cues and Cue.NOT not in part.cues:
        return True
    if said & _PLANNED:
        return False
    return Outcome.OPEN in said and bool(part.cues & {Cue.OPEN, Cue.OPENED}) and not part.cues & {Cue.NOT, Cue.DAILY}


def _asked(part: Parts) -> bool:
    return Cue.DEMAND in part.cues or Outcome.ASKED in _outcomes(part)


def _all_of(part: Parts, count: Quantity) -> bool:
    near = (*part.words[max(0, count.begin - 2) : count.begin], *part.words[count.end : count.end + 2])
    return any(Cue.ALL in token.cues for token in near)


def _and_another(part: Parts, count: Quantity) -> int:
    """Return 1 where "and one more corridor" stands behind a count of corridors in the same sentence."""
    for at in range(count.end, len(part.words)):
        if Cue.ANOTHER in part.words[at].cues:
            added = any(Cue.AND in token.cues for token in part.words[max(count.end, at - 3) : at])
            near = part.words[max(count.end, at - 1) : at + 3]  # "another corridor", and "corridor another" in Arabic
            return int(added and any(Cue.CORRIDOR in token.cues for token in near))
    return 0


_BEGINNING = 6


def _ordinal(part: Parts) -> int | None:
    """Return 3 for "a third corridor", 4 for "a fourth" that opens a sentence about the corridors before it."""
    for at, token in enumerate(part.words[:_BEGINNING]):
        hits = part.lexicon.ordinals.at(part.words, at) if token.kind is Kind.WORD else []
        if not hits:
            continue
        length, value = hits[0]
        if part.lexicon.months.at(part.words, at + length) if at + length < len(part.words) else False:
            continue  # "the fifth of March"
        near = part.words[at + length : at + length + 3]
        if any(Cue.CORRIDOR in one.cues for one in near) or (at <= 1 and part.cues & {Cue.OPENED, Cue.PLANNED}):
            return value
    return None


_NOT_TODAY = frozenset({Cue.DAY_BEFORE, Cue.YESTERDAY, Cue.DEMAND, Cue.REFUSED})


def _none(part: Parts) -> bool:
    """Return whether a sentence says of the whole country that there are no corridors that day."""
    named = next((at for at, token in enumerate(part.words) if Cue.CORRIDOR in token.cues), None)
    denied = next((at for at in range(len(part.words)) if named is not None and _denies(part, at, named)), None)
    if named is None or denied is None:
        return False
    end = next((at for at in range(max(named, denied), len(part.words)) if part.words[at].kind is Kind.COMMA), None)
    clause = len(part.words) if end is None else end
    if any(token.cues & _NOT_TODAY for token in part.words[:clause]):
        return False
    if any(group.begin < clause and group.role in {Cue.FROM, Cue.OF, Cue.TO} for group in part.groups):
        return False
    settled = (m.place for m in part.mentions if m.begin < clause and m.place is not None)
    return all(place.type is PlaceType.COUNTRY for place in settled)


_NEAR = 6
_EXISTS = {Cue.OPEN, Cue.OPENED, Cue.WORKED, Cue.PLANNED, Cue.AGREED, Cue.EVACUATION, Cue.TODAY, Cue.TOMORROW, Cue.AT}


def _denies(part: Parts, at: int, name: int) -> bool:
    """Return whether the word at `at` says that the corridors at `name` do not exist, and not what they will not do."""
    cues = part.words[at].cues
    if not cues & {Cue.NONE, Cue.NOT, Cue.FAILED, Cue.ABSENT} or abs(at - name) > _NEAR:
        return False
    if at < name or cues & {Cue.NONE, Cue.FAILED, Cue.ABSENT}:
        return True
    after = part.words[at + part.words[at].cue_length : at + part.words[at].cue_length + 3]
    for token in after[1:]:
        if token.kind is not Kind.WORD or token.cues & _EXISTS:
            return True
        if not token.cues:
            return False
    return True


def _none_of(part: Parts, count: Quantity) -> bool:
    """Return whether "none of the five corridors" was agreed."""
    if not part.cues & {Cue.AGREED, Cue.REFUSED, Cue.OPEN, Cue.OPENED, Cue.PLANNED, Cue.WILL, Cue.WORKED}:
        return False
    return any(Cue.NONE in token.cues for token in part.words[max(0, count.begin - 3) : count.begin])


def _beside_worked(part: Parts) -> int | None:
    """Return the bare number next to "worked": "14 were opened, 9 worked"."""
    for number in part.numbers:
        if number.counted in {Counted.PEOPLE, Counted.OTHER} or number.value > _MOST_CORRIDORS:
            continue
        near = part.words[max(0, number.begin - 1) : number.end + 1]
        if any(Cue.WORKED in token.cues for token in near) and Cue.NOT not in part.words[max(0, number.begin - 2)].cues:
            return number.value
    return None


def _ratio(part: Parts) -> tuple[int, int] | None:
    """Return (worked, planned) of "7 of 10 corridors", "of 10 corridors 7", "4 of 9 did not work"."""
    for first, second in zip(part.numbers, part.numbers[1:], strict=False):
        if Counted.CORRIDORS not in {first.counted, second.counted} or _denied(part, second):
            continue
        between = part.words[first.end : second.begin]
        of = len(between) <= 4 and any(Cue.OUT_OF in token.cues for token in between)
        leads = first.begin > 0 and Cue.OUT_OF in part.words[first.begin - 1 - part.words[first.begin - 1].head].cues
        if of and first.value <= second.value:
            part_, whole = first.value, second.value
        elif leads and first.counted is Counted.CORRIDORS and second.value <= first.value and _closed(second):
            part_, whole = second.value, first.value
        else:
            continue
        said = _outcomes(part)
        failed = Outcome.FAILED in said and not said & _OPENED
        return (whole - part_ if failed else part_), whole
    return None


def _denied(part: Parts, count: Quantity) -> bool:
    return count.begin > 0 and bool(part.words[count.begin - 1].cues & {Cue.NONE, Cue.NOT})


def _closed(count: Quantity) -> bool:
    return count.counted in {Counted.NOTHING, Counted.CORRIDORS}


# -- people


def _people(
    told: Sequence[Parts], drafts: Sequence[Draft], day: date | None, published: date | None, *, planned: bool
) -> Quantity | None:
    """Return the people counted for all routes together: those called a total, those whom no place owns, a sum so far.

    A sum of many days counts only where a text reports, not where it announces.
    """
    stated = {draft.status for draft in drafts}
    announces = Status.CLOSED not in stated and (Status.ANNOUNCED in stated or (planned and not drafts))
    owned = max((draft.people for draft in drafts if draft.people is not None), default=0)
    found = [
        count
        for rule in (_called_total, _of_one_list, _of_no_place, _so_far)
        for part in told
        if not _on_another_day(part, day, published) and not (announces and _over_days(part))
        for count in rule(part, drafts, first=part is told[0])
        if count.value >= owned and not _planned(part, count)
    ]
    headline = [count for count in found if any(count is q for q in told[0].numbers)] if told else []
    if headline and max(c.value for c in found[:1]) < max(c.value for c in headline):
        return max(headline, key=lambda count: count.value)  # what a list below sums up is a part of it
    return _exact(found) if found else None


def _exact(found: Sequence[Quantity]) -> Quantity:
    """Return the first count, or the exact one that a rounded first one stands for: "over 113,000", "113,715"."""
    first = found[0]
    if not first.approximate and first.value % 1000:
        return first
    return next((c for c in found[1:] if abs(c.value - first.value) <= first.value // 50 and c.value % 100), first)


def _over_days(part: Parts) -> bool:
    return bool(part.cues & {Cue.SO_FAR, Cue.LAST_DAYS}) or any(day.since or day.last for day in part.days)


def _on_another_day(part: Parts, day: date | None, published: date | None) -> bool:
    """Return whether a sentence counts for a day that the text is not about."""
    if not part.days or day is None or _over_days(part):
        return False
    named = {one.on for one in part.days}
    return day not in named and (published is None or published not in named)


def _counts(part: Parts) -> Iterator[Quantity]:
    yield from (q for q in part.numbers if q.counted is Counted.PEOPLE and not q.part and q.value > 1)


def _in_region(part: Parts) -> bool:
    return any(mention.region for mention in part.mentions)


def _happened(said: Sequence[Said]) -> bool:
    return any(one.outcome in {Outcome.DONE, Outcome.OPEN} for one in said)


def _called_total(part: Parts, drafts: Sequence[Draft], *, first: bool) -> Iterator[Quantity]:
    """Yield counts that are called a total of all."""
    del drafts, first
    led = bool(part.routes) and any(group.role is Cue.FROM for group in part.groups)
    sums = any(_sums_up(part, count) for count in part.numbers)
    if (_in_region(part) or led) and not _over_days(part) and not sums:
        return
    moved = bool(part.cues & {Cue.MOVED, Cue.ARRIVED, Cue.EVACUATION, Cue.WORKED, Cue.FROM, Cue.PEOPLE})
    for count in part.numbers:
        if count.counted is Counted.PEOPLE and _sums_up(part, count):
            yield count
            continue
        others = any(other.total for other in part.numbers if other is not count)
        near = count.total or (count.counted is Counted.PEOPLE and Cue.TOTAL in part.cues and not others)
        people = count.counted is Counted.PEOPLE or (count.total and count.counted is Counted.NOTHING)
        if near and people and not count.part and (moved or count.total) and count.value > 1:
            yield count


def _sums_up(part: Parts, count: Quantity) -> bool:
    """Return whether a count stands before a colon, and the counts of the places it sums up behind it."""
    colon = next((at for at in range(count.end, len(part.words)) if part.words[at].kind is Kind.COLON), None)
    if (
        colon is None
        or _in_region(part)
        or any(group.begin < colon and group.role in {Cue.FROM, Cue.OF} for group in part.groups)
    ):
        return False
    behind = [q for q in part.numbers if q.begin > colon and q.counted in {Counted.PEOPLE, Counted.NOTHING}]
    return bool(behind) and all(q.value <= count.value for q in behind)


def _of_no_place(part: Parts, drafts: Sequence[Draft], *, first: bool) -> Iterator[Quantity]:
    """Yield the people who moved in a sentence that names no place which they left."""
    del drafts
    led = any(group.role in {Cue.FROM, Cue.OF, Cue.AT, None} for group in part.groups)
    if led or _in_region(part) or (Cue.LAST_DAYS in part.cues and not first):
        return
    if len({day.on for day in part.days}) > 1 and Cue.LAST_DAYS not in part.cues:
        return
    if any(one.outcome is Outcome.DONE for one in part.said):
        yield from _counts(part)


def _of_one_list(part: Parts, drafts: Sequence[Draft], *, first: bool) -> Iterator[Quantity]:
    """Yield the only count of the first sentence where it is counted for all places named there together."""
    counts = list(_counts(part))
    if not first or not counts or not any(one.outcome is Outcome.DONE for one in part.said):
        return
    if any(other.value > counts[0].value // 2 for other in counts[1:]):
        return
    one_list = bool(part.routes) and len({(route.begin, route.end) for route in part.routes}) == 1
    shared = one_list and all(route.shared for route in part.routes)
    unowned = all(draft.people != counts[0].value for draft in drafts) and bool(drafts)
    if (shared or (unowned and not _in_region(part))) and Cue.LAST_DAYS not in part.cues:
        yield counts[0]


def _so_far(part: Parts, drafts: Sequence[Draft], *, first: bool) -> Iterator[Quantity]:
    """Yield the people counted "so far" or "since", for want of a count of the day."""
    del first
    since = Cue.SO_FAR in part.cues or any(day.since for day in part.days)
    if since and _happened(part.said):
        yield from _counts(part)
    elif Cue.ARRIVED in part.cues and _happened(part.said):
        yield from (q for q in _counts(part) if all(draft.people != q.value for draft in drafts))


def _planned(part: Parts, count: Quantity) -> bool:
    for token in reversed(part.words[max(0, count.begin - 5) : count.begin]):
        if token.kind in {Kind.SEMICOLON, Kind.COLON, Kind.END}:
            return False
        if token.cues & {Cue.PLANNED, Cue.WILL, Cue.WILL_MOVE}:
            return True
    return False
