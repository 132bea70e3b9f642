"""What does the text count for a province? "Kyiv region: 2,028 people", "six of them in the Luhansk region".

Counts of corridors are planned ones unless the sentence says that they worked. Start at `regional`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corridors.model import Total
from corridors.reading.cues import Cue
from corridors.reading.events import Outcome, verdict
from corridors.reading.mentions import Mention
from corridors.reading.numbers import Counted, Quantity
from corridors.reading.sentences import Parts
from corridors.reading.text import Kind

_BEFORE = 5
_AFTER = 8


@dataclass(slots=True)
class _Counts:
    planned: int | None = None
    operated: int | None = None
    people: int | None = None
    approximate: bool = False


def regional(told: Sequence[Parts], published: date | None) -> tuple[Total, ...]:
    """Return the counts of each province that the text names, by day and ISO 3166-2 code, in the text's order."""
    found: dict[tuple[date, str], _Counts] = {}
    speaks = done = False
    for part in told:
        speaks = speaks or Cue.CORRIDOR in part.cues
        result = verdict(part.said, past=False)
        done = result[1] == "completed" if result is not None else done
        on = part.days[0].on if part.days else published
        provinces = [m for m in part.mentions if m.region and m.place is not None and m.place.adm1]
        for count in part.numbers if provinces and on is not None else ():
            mention = _owner(part, count, provinces)
            if mention is None or mention.place is None or mention.place.adm1 is None or on is None:
                continue
            counts = found.setdefault((on, mention.place.adm1), _Counts())
            _add(counts, count, part, done=done, speaks=speaks)
    return tuple(
        Total(on, region, counts.planned, counts.operated, counts.people, counts.approximate)
        for (on, region), counts in found.items()
        if (counts.planned, counts.operated, counts.people) != (None, None, None)
    )


def _owner(part: Parts, count: Quantity, provinces: Sequence[Mention]) -> Mention | None:
    """Return the province that a number belongs to: "Kyiv region – 2,028" or "six in the Kyiv region"."""
    if count.counted is Counted.OTHER:
        return None
    before = [m for m in provinces if m.end <= count.begin and not _cut(part, m.end, count.begin)]
    close = [m for m in before if count.begin - m.end < _AFTER]
    marked = count.begin > 0 and part.words[count.begin - 1].kind in {Kind.DASH, Kind.COLON}
    if close and marked:
        return close[-1]
    for mention in provinces:
        between = part.words[count.end : mention.begin]
        led = any(token.cues & {Cue.AT, Cue.TO_OR_AT, Cue.FROM, Cue.OF} for token in between)
        if 0 < len(between) <= _BEFORE and led and not _cut(part, count.end, mention.begin):
            return mention
    return close[-1] if close else None


def _cut(part: Parts, begin: int, end: int) -> bool:
    """Return whether a mark that ends a thought, or a place of its own, stands between."""
    own = any(begin <= m.begin < end and m.place is not None for m in part.mentions)
    return own or any(token.kind in {Kind.SEMICOLON, Kind.END, Kind.COMMA} for token in part.words[begin:end])


def _add(counts: _Counts, count: Quantity, part: Parts, *, done: bool, speaks: bool) -> None:
    moved = done or Outcome.DONE in {one.outcome for one in part.said}
    if count.counted is Counted.PEOPLE or (count.counted is Counted.NOTHING and moved):
        if counts.people is None and moved:
            counts.people, counts.approximate = count.value, count.approximate
    elif speaks and count.value < 100 and counts.planned is None and counts.operated is None:
        if Cue.WORKED in part.cues and Cue.NOT not in part.cues:
            counts.operated = count.value
        else:
            counts.planned = count.value
