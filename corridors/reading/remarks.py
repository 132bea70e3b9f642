"""What does a sentence without a route of its own say about the routes before it?

It gives them a destination, means of travel, a count, another day, or bad news. Start at `apply`.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date

from corridors.model import Place, Reason, Status
from corridors.reading.cues import Cue
from corridors.reading.drafts import Draft, same
from corridors.reading.events import Outcome, verdict
from corridors.reading.facts import Lent, hoped, lead_by, modes_span, span
from corridors.reading.numbers import Counted
from corridors.reading.sentences import Parts, modes_in

_MOVES = frozenset({Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION, Cue.ARRIVED})
_BAD = {Status.SUSPENDED, Status.CLOSED}
_OURS = _MOVES | {Cue.CORRIDOR, Cue.PAUSE, Cue.FAILED, Cue.WORKED, Cue.HALTED, Cue.BLOCKED, Cue.CANCELLED}


def apply(part: Parts, drafts: list[Draft], block: int, lent: Lent) -> None:
    """Let `part` complete or correct `drafts`, of which those with the number `block` are the latest list."""
    latest = [draft for draft in drafts if draft.line == part.sentence.line and draft.block == block]
    latest = latest or [draft for draft in drafts if draft.block == block]
    if not latest:
        return
    _last(part, latest)
    _way(part, latest)
    _further_end(part, drafts, latest)
    _arrive(part, drafts, latest)
    _another_day(part, drafts, latest, lent)
    _clock(part, latest, lent)
    _travel(part, latest)
    _count(part, latest)
    _good_news(part, latest)
    _bad_news(part, drafts, latest, lent)


def _last(part: Parts, latest: Sequence[Draft]) -> None:
    """Let routes hold "until further notice"."""
    if Cue.FURTHER_NOTICE in part.cues and Cue.BLOCKED not in part.cues:
        for draft in latest:
            draft.open_ended = draft.open_ended or draft.status in {Status.ANNOUNCED, Status.OPEN}


def _arrive(part: Parts, drafts: list[Draft], latest: Sequence[Draft]) -> None:
    """Give routes without an end the place to which "they go" or "were brought"."""
    if not part.cues & (_MOVES | {Cue.TERMINUS}) or part.cues & {Cue.AID, Cue.RETURN}:
        return
    leads = {Cue.TO, Cue.TO_OR_AT, Cue.AT} if Cue.TERMINUS in part.cues else {Cue.TO, Cue.TO_OR_AT}
    ends = [m for g in part.groups if g.role in leads for m in g.mentions if not m.region and m.place]
    if part.days and any(part.days[0].on != draft.on for draft in latest):
        return
    if not ends or any(group.role is Cue.FROM for group in part.groups):
        return
    via = [m for g in part.groups if g.role is Cue.VIA for m in g.mentions if m.place]
    found = verdict(part.said, past=False)
    for draft in latest:
        if draft.destination is not None or any(same(draft.origin, end.place) for end in ends):
            continue
        failed = draft.reason is not Reason.COMPLETED and draft.status in _BAD
        if failed and found is not None and found[0] not in _BAD and Cue.WAS_TO not in part.cues:
            continue
        for number, end in enumerate(ends):
            target = draft if number == 0 else copy(draft)
            target.destination = end.place
            if len(ends) > 1:
                target.people = None  # counted for all ends together
            target.spans = {**draft.spans, "destination": span(part, end.begin, end.end)}
            if via:
                lead_by(target, part, via)
            if number:
                drafts.append(target)


def _way(part: Parts, latest: Sequence[Draft]) -> None:
    """Give routes without way points the road or crossing that this sentence says they use."""
    if not part.cues & (_MOVES | {Cue.CORRIDOR, Cue.OPEN, Cue.OPENED}):
        return
    stops = [m for g in part.groups if g.role is Cue.VIA for m in g.mentions if m.place and not m.region]
    for draft in latest:
        if (
            stops
            and not draft.via
            and not any(same(stop.place, end) for stop in stops for end in (draft.origin, draft.destination))
        ):
            lead_by(draft, part, stops)


def _further_end(part: Parts, drafts: list[Draft], latest: Sequence[Draft]) -> None:
    """Add a destination to which vehicles go as well, where all routes of the sentence before share one origin."""
    modes = modes_in(part.words)
    if not modes or not part.cues & {Cue.MOVING, Cue.WILL_MOVE} or part.cues & {Cue.AID, Cue.BLOCKED, Cue.NOT}:
        return
    origin = latest[0].origin
    if origin is None or not all(same(draft.origin, origin) and draft.destination for draft in latest):
        return
    if any(group.role in {Cue.FROM, Cue.OF} for group in part.groups) or part.days:
        return
    found = verdict(part.said, past=False)
    ends = [m for g in part.groups if g.role is Cue.TO for m in g.mentions if not m.region and m.place]
    for end in ends:
        if found is None or any(same(draft.destination, end.place) or same(origin, end.place) for draft in latest):
            continue
        further = copy(latest[0])
        further.destination, further.modes, further.people = end.place, modes, None
        further.status, further.reason, further.told = found[0], found[1], True
        further.spans = {**latest[0].spans, "destination": span(part, end.begin, end.end)}
        lead_by(further, part, ())
        drafts.append(further)


def _another_day(part: Parts, drafts: list[Draft], latest: Sequence[Draft], lent: Lent) -> None:
    """Repeat a route for the day on which "it will go on"."""
    leads = any(group.role in {Cue.FROM, Cue.TO, Cue.OF} for group in part.groups)
    if not part.days or len(latest) > 2 or leads:
        return
    planned = {one.outcome for one in part.said} & {Outcome.PLANNED, Outcome.AGREED, Outcome.HALTED}
    on = part.days[0].on
    if lent.published is None or not part.cues & {Cue.EVACUATION, Cue.CORRIDOR, Cue.WILL_MOVE, Cue.MOVED}:
        return
    before = on < lent.published
    found = verdict(part.said, past=True) if before else (Status.ANNOUNCED, None)
    counts = [q for q in part.numbers if q.counted is Counted.PEOPLE and not q.part]
    if found is None or (before and found[0] is not Status.CLOSED):
        return
    if before and found[1] is Reason.COMPLETED and (not counts or len(latest) > 1 or part.days[0].since):
        return
    if not before and not planned:
        return
    for draft in latest:
        if draft.on == on or draft.on is None or draft.purpose != ("evacuation",):
            continue
        later = copy(draft)
        later.on, later.until, later.dated, later.told = on, part.days[0].last, True, True
        later.status, later.reason, later.people, later.destination = found[0], found[1], None, None
        if found[1] is Reason.COMPLETED:
            later.people, later.approximate = counts[0].value, counts[0].approximate
        later.via, later.modes = (), modes_in(part.words)
        later.hours = part.hours[0].local(on, lent.zone) if part.hours else None
        later.spans = {"origin": draft.spans["origin"]} if "origin" in draft.spans else {}
        later.spans["date"] = span(part, part.days[0].begin, part.days[0].end)
        drafts.append(later)


def _clock(part: Parts, latest: Sequence[Draft], lent: Lent) -> None:
    """Give routes without hours those at which "boarding is" or "movement begins"."""
    if not part.hours or any(group.role in {Cue.FROM, Cue.TO} for group in part.groups) or Cue.AID in part.cues:
        return
    if part.days and any(part.days[0].on != draft.on for draft in latest):
        return
    ranged = [hours for hours in part.hours if hours.start and hours.end]
    chosen = (ranged or part.hours)[0]
    for draft in latest:
        if draft.hours is None and draft.status in {Status.ANNOUNCED, Status.OPEN}:
            draft.hours = chosen.local(draft.on, lent.zone)
            draft.spans["start"] = span(part, chosen.begin, chosen.stop)


def _travel(part: Parts, latest: Sequence[Draft]) -> None:
    modes = modes_in(part.words)
    elsewhere = bool(part.cues & {Cue.AID, Cue.BLOCKED})
    named = [m.place for m in part.mentions if m.place is not None and not m.region]
    known = [end for draft in latest for end in (draft.origin, *draft.via, draft.destination)]
    elsewhere = elsewhere or any(not any(same(place, end) for end in known) for place in named)
    if not modes or (elsewhere and Cue.ONLY not in part.cues):
        return
    shown = modes_span(part)
    for draft in latest:
        if not draft.modes or part.sentence.line in {draft.line, draft.travel_line}:
            draft.travel_line = part.sentence.line
            if shown is not None:
                draft.spans.setdefault("modes", shown)
            draft.modes = tuple(dict.fromkeys((*draft.modes, *modes)))


def _count(part: Parts, latest: Sequence[Draft]) -> None:
    """Give the only route of the sentence before the people that this one counts."""
    counts = [q for q in part.numbers if q.counted is Counted.PEOPLE and not q.part and not hoped(part, q)]
    counts = [q for q in counts if q.value > 1]
    done = {one.outcome for one in part.said} & {Outcome.DONE, Outcome.OPEN}
    led = any(group.role in {Cue.FROM, Cue.TO, Cue.OF} for group in part.groups)
    if len(latest) != 1 or not counts or not done or led or part.cues & {Cue.TOTAL, Cue.LAST_DAYS, Cue.SO_FAR}:
        return
    only = latest[0]
    if part.days and only.dated and all(day.on != only.on for day in part.days):
        return
    if only.people is None and only.status is Status.OPEN and _is_result(part):
        only.status, only.reason = Status.CLOSED, Reason.COMPLETED
    if only.people is None and only.status in {Status.CLOSED, Status.OPEN}:
        only.people, only.approximate = counts[0].value, counts[0].approximate
        only.spans["people"] = span(part, counts[0].begin, counts[0].end)


def _is_result(part: Parts) -> bool:
    """Return whether people are counted as moved, and not as the first ones or those so far."""
    said = {one.outcome for one in part.said}
    return Outcome.DONE in said and Outcome.OPEN not in said and not part.cues & {Cue.SO_FAR, Cue.FIRST, Cue.EARLIER}


def _good_news(part: Parts, latest: Sequence[Draft]) -> None:
    """Open what was announced when "the first ones have left"."""
    if Cue.FIRST in part.cues and Outcome.OPEN in {one.outcome for one in part.said} and not part.groups:
        for draft in latest:
            if draft.status is Status.ANNOUNCED:
                draft.status, draft.told = Status.OPEN, True


def _bad_news(part: Parts, drafts: Sequence[Draft], latest: Sequence[Draft], lent: Lent) -> None:
    """Apply bad news without a route of its own to the routes that it can mean."""
    on = part.days[0].on if part.days else lent.published
    found = verdict(part.said, past=on is not None and lent.published is not None and on < lent.published)
    if found is None or found[0] not in _BAD or found[1] is Reason.COMPLETED or not part.cues & _OURS:
        return
    if not part.days and is_of_before(part):
        return
    live = [
        d for d in drafts if d.on == on and d.status in {Status.ANNOUNCED, Status.OPEN} and "aid" not in d.purpose[0]
    ]
    named: list[Place] = [m.place for m in part.mentions if m.place is not None and not m.region]
    targets = [draft for draft in live if any(same(draft.origin, place) for place in named)]
    if not targets and not named:
        targets = [draft for draft in live if draft in latest]
    for draft in targets:
        draft.status, draft.reason, draft.told = found[0], found[1], True
        if part.said:
            draft.spans["status"] = span(part, part.said[0].at, part.said[0].end)


def is_of_before(part: Parts) -> bool:
    """Return whether all that a sentence says stands behind an "earlier": bad news of before is none of today."""
    first = next((at for at, token in enumerate(part.words) if Cue.EARLIER in token.cues), None)
    return first is not None and all(one.at > first for one in part.said)


def spread_windows(told: Sequence[Parts], drafts: Sequence[Draft], published: date | None, zone: str) -> None:
    """Give the ceasefire window of a text to each of its routes of that day that has none of its own."""
    for part in told:
        if Cue.PAUSE not in part.cues or not part.hours:
            continue
        on = part.days[0].on if part.days else published
        ranged = [hours for hours in part.hours if hours.start and hours.end]
        hours = (ranged or part.hours)[0].local(on, zone)
        for draft in drafts:
            if draft.on == on and not draft.pause and draft.reason is not Reason.COMPLETED:
                draft.hours, draft.pause = hours, True
                draft.spans["start"] = span(part, part.hours[0].begin, part.hours[0].stop)


_ABOUT_HOURS = _OURS | {Cue.OPEN, Cue.OPENED, Cue.DAILY, Cue.WILL, Cue.PLANNED}


def spread_hours(told: Sequence[Parts], drafts: Sequence[Draft], published: date | None, zone: str) -> None:
    """Give the only hours of a text, told in a sentence without a route, to the routes of that day that have none."""
    telling = [part for part in told if part.hours and part.cues & _ABOUT_HOURS]
    if len(telling) != 1 or telling[0].routes:
        return
    part = telling[0]
    on = part.days[0].on if part.days else None
    starts = [hours for hours in part.hours if hours.start]
    if not starts:
        return
    for draft in drafts:
        if draft.hours is None and draft.reason is None and (on is None or draft.on == on):
            draft.hours = starts[0].local(draft.on or published, zone)
            draft.spans["start"] = span(part, starts[0].begin, starts[0].stop)
