"""What does the whole text tell? Sentences in order, each seen in the light of those before it.

A heading lends its day, hours, status and means of travel to the list below it; a sentence without a route corrects
the routes before it; "there" is the place named last. Start at `tell`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corridors.model import Place, Reason, Span, Status
from corridors.reading.cues import Cue
from corridors.reading.drafts import Draft, merge, same
from corridors.reading.events import Outcome, Said, outcomes, verdict
from corridors.reading.hours import Hours
from corridors.reading.mentions import Mention
from corridors.reading.numbers import Counted, Quantity
from corridors.reading.routes import Candidate
from corridors.reading.sentences import Parts, modes_in, zones

_SPEAKS_OF_MOVING = frozenset(
    {Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION, Cue.CORRIDOR, Cue.WORKED, Cue.FAILED, Cue.ARRIVED}
)
_GATE = _SPEAKS_OF_MOVING | {Cue.OPEN, Cue.OPENED, Cue.PAUSE, Cue.BLOCKED, Cue.HALTED, Cue.AGREED, Cue.GATHER, Cue.REFUSED}


@dataclass(slots=True)
class _Context:
    """What earlier sentences lend to later ones. block: counts headings, so that a remark finds its list."""

    on: date | None
    until: date | None = None
    dated: bool = False
    verdict: tuple[Status, Reason | None] | None = None
    hours: Hours | None = None
    pause: bool = False
    modes: tuple[str, ...] = ()
    listing: bool = False
    gathering: bool = False
    block: int = 0
    relevant: bool = False
    origins: list[Place] = field(default_factory=list)
    ends: list[Place] = field(default_factory=list)


def tell(told: Sequence[Parts], published: date | None, zone: str) -> list[Draft]:
    """Return the drafts of a text's sentences, merged; hours are in `zone`."""
    context = _Context(on=published)
    context.relevant = _relevant(told)
    drafts: list[Draft] = []
    if not context.relevant:
        return []
    for number, part in enumerate(told):
        following = told[number + 1] if number + 1 < len(told) else None
        _one(part, following, context, drafts, published, zone)
    _whole_day_windows(told, drafts, zone, published)
    return merge(drafts)


def _relevant(told: Sequence[Parts]) -> bool:
    """Return whether a text is about people leaving or aid coming, and not about grain or a cruise ship."""
    ours = sum(bool(part.cues & _GATE) for part in told)
    others = sum(sum(Cue.NOT_OURS in token.cues for token in part.words) for part in told)
    return ours > 0 and others < 2


def _one(
    part: Parts, following: Parts | None, context: _Context, drafts: list[Draft], published: date | None, zone: str
) -> None:
    sentence = part.sentence
    in_list = sentence.bullet or (context.listing and sentence.first)
    if not in_list and sentence.first:
        context.listing = False
    if sentence.first and not sentence.bullet and not _is_item(part):
        context.gathering = False
    routes = _accepted(part, context, in_list)
    heading = sentence.ends_open and following is not None and _has_items(following)
    if heading and following is not None and following.routes:
        routes = []
    if not routes:
        _remark(part, context, drafts, heading, published, zone)
        return
    if not in_list:
        context.block += 1
    _drafts(part, routes, context, drafts, published, zone, in_list)


def _is_item(part: Parts) -> bool:
    return bool(part.routes) and part.routes[0].chain


def _has_items(part: Parts) -> bool:
    return bool(part.routes) or part.sentence.bullet or bool(part.mentions)


def _accepted(part: Parts, context: _Context, in_list: bool) -> list[Candidate]:
    """Return the candidate routes of a sentence that it does speak of."""
    if Cue.GATHER in part.words[0].cues:
        return []
    speaks = bool(part.cues & _GATE)
    accepted = []
    for route in part.routes:
        if route.origin is not None and route.origin.region and route.destination is None:
            continue
        whole = route.origin is not None and route.destination is not None
        if whole and not route.weak:
            accepted.append(route)
        elif route.weak:
            if part.cues & (_SPEAKS_OF_MOVING | {Cue.BLOCKED, Cue.REFUSED, Cue.HALTED}) and _people_leave(part):
                accepted.append(route)
            elif in_list and context.listing and part.words[0].kind == part.words[route.begin].kind and route.begin <= 2:
                accepted.append(route)
        elif speaks or in_list:
            accepted.append(route)
    return accepted


def _people_leave(part: Parts) -> bool:
    return bool(part.cues & (_SPEAKS_OF_MOVING | {Cue.REFUSED, Cue.BLOCKED}))


def _drafts(
    part: Parts,
    routes: Sequence[Candidate],
    context: _Context,
    drafts: list[Draft],
    published: date | None,
    zone: str,
    in_list: bool,
) -> None:
    own = zones(part)
    first = min(begin for begin, _ in own.values())
    lead = (first, min(route.begin for route in routes))
    del lead
    for route in routes:
        begin, end = own[route.begin, route.end]
        draft = _draft(part, route, begin, end, context, published, zone, in_list)
        if draft is not None:
            draft.order, draft.block = len(drafts), context.block
            drafts.append(draft)
            context.origins = [draft.origin] if draft.origin else context.origins
            context.ends = [draft.destination] if draft.destination else context.ends
    if not in_list:
        days = part.days
        if days:
            context.on, context.until, context.dated = days[0].on, days[0].last, True
        context.verdict = verdict(part.said, past=False)
    if part.sentence.ends_open:
        context.listing = True


def _draft(
    part: Parts,
    route: Candidate,
    begin: int,
    end: int,
    context: _Context,
    published: date | None,
    zone: str,
    in_list: bool,
) -> Draft | None:
    said = [one for one in part.said if begin <= one.at < end]
    whole = outcomes(part.words, begin, end) if begin else said
    on, until, dated = _day(part, begin, end, context, whole, published)
    past = on is not None and published is not None and on < published
    stated = verdict(whole, past=past) or verdict(part.said, past=past)
    status, reason = stated or context.verdict or (Status.ANNOUNCED, None)
    if status is Status.ANNOUNCED and {one.outcome for one in whole or part.said} == {Outcome.ASKED}:
        return None
    hours, pause = _hours(part, begin, end, context, on, zone)
    people = _people(part, route, begin, end, status)
    zone_cues = frozenset().union(*(token.cues for token in part.words[begin:end]))
    modes = modes_in(part.words[begin:end]) or modes_in(part.words[: route.begin]) or (context.modes if in_list else ())
    draft = Draft(
        _place(route.origin),
        _place(route.destination),
        tuple(place for stop in route.via if (place := _place(stop)) is not None),
        status,
        reason,
        on,
        until,
        dated,
        stated is not None,
        hours,
        pause,
        modes,
        _purpose(zone_cues, part.cues),
        people.value if people else None,
        people.approximate if people else False,
        weak=route.weak,
        chain=route.chain,
    )
    draft.doubts = route.origin.rivals if route.origin else ()
    _note(draft, part, route, whole or part.said, people)
    return draft


def _place(mention: Mention | None) -> Place | None:
    return mention.place if mention is not None else None


def _day(
    part: Parts, begin: int, end: int, context: _Context, said: Sequence[Said], published: date | None
) -> tuple[date | None, date | None, bool]:
    """Return (day, last day, whether it was said) of a zone: its own, else the sentence's, else the one before."""
    inside = [day for day in part.days if begin <= day.begin < end]
    before = [day for day in part.days if day.begin < begin]
    chosen = (inside or before[-1:] or part.days[:1] or [None])[0]
    if chosen is not None:
        return chosen.on, chosen.last, True
    if context.on is not None and published is not None:
        done = verdict(said, past=False)
        if done is not None and done[0] is Status.CLOSED and context.on > published:
            return published, None, False
    return context.on, context.until, context.dated


def _hours(
    part: Parts, begin: int, end: int, context: _Context, on: date | None, zone: str
) -> tuple[Hours | None, bool]:
    inside = [hours for hours in part.hours if begin <= hours.begin < end] or part.hours
    ranged = [hours for hours in inside if hours.start and hours.end]
    chosen = (ranged or inside or [None])[0]
    if chosen is None:
        return context.hours, context.pause
    return chosen.local(on, zone), Cue.PAUSE in part.cues


def _people(part: Parts, route: Candidate, begin: int, end: int, status: Status) -> Quantity | None:
    """Return the count that belongs to one route: people who moved, not a plan, not shared among several."""
    if status not in {Status.CLOSED, Status.OPEN}:
        return None
    near = [q for q in part.numbers if begin <= q.begin < end and not q.total and q.value > 0]
    counted = [q for q in near if q.counted is Counted.PEOPLE and not q.part]
    if not counted:
        counted = [q for q in near if q.counted is Counted.NOTHING and _beside(part, q, route) and not q.part]
    if not counted or route.shared:
        return None
    return min(counted, key=lambda q: min(abs(q.begin - route.end), abs(route.begin - q.end)))


def _beside(part: Parts, quantity: Quantity, route: Candidate) -> bool:
    """Return whether a bare number stands next to the names: "from A – 400", "140 from B"."""
    low, high = sorted((quantity.end, route.begin)) if quantity.end <= route.begin else (route.end, quantity.begin)
    return high - low <= 4 and quantity.value > 1


def _purpose(zone: frozenset[Cue], sentence: frozenset[Cue]) -> tuple[str, ...]:
    if Cue.MEDICAL in zone:
        return ("medical_evacuation",)
    if Cue.EXCHANGE in zone:
        return ("prisoner_exchange",)
    if Cue.AID in zone and not zone & {Cue.PEOPLE, Cue.EVACUATION}:
        return ("aid_delivery",)
    del sentence
    return ("evacuation",)


def _note(draft: Draft, part: Parts, route: Candidate, said: Sequence[Said], people: Quantity | None) -> None:
    """Write down which words produced which field."""
    words, name = part.words, part.sentence.field

    def span(begin: int, end: int) -> Span:
        return Span(name, words[begin].start, words[max(begin, end - 1)].end)

    for key, mention in (("origin", route.origin), ("destination", route.destination)):
        if mention is not None:
            draft.spans[key] = span(mention.begin, mention.end)
    for number, stop in enumerate(route.via):
        draft.spans[f"via.{number}"] = span(stop.begin, stop.end)
    if said:
        draft.spans["status"] = span(said[0].at, min(said[0].end, len(words)))
    if people is not None:
        draft.spans["people"] = span(people.begin, people.end)
    if part.days:
        draft.spans["date"] = span(part.days[0].begin, part.days[0].end)
    if part.hours:
        draft.spans["start"] = span(part.hours[0].begin, part.hours[0].stop)
        draft.stated = part.sentence.text[
            words[part.hours[0].begin].start - part.sentence.start : words[part.hours[0].stop - 1].end
            - part.sentence.start
        ]


def _remark(
    part: Parts, context: _Context, drafts: list[Draft], heading: bool, published: date | None, zone: str
) -> None:
    """Let a sentence without a route change the context or the routes before it."""
    if part.days and (heading or not drafts or part.sentence.field == "title" or part.cues & _SPEAKS_OF_MOVING):
        context.on, context.until, context.dated = part.days[0].on, part.days[0].last, True
    found = verdict(part.said, past=False)
    if heading or not drafts:
        if found is not None or heading:
            context.verdict = found or context.verdict
        if part.hours:
            ranged = [hours for hours in part.hours if hours.start and hours.end]
            context.hours = (ranged or part.hours)[0].local(context.on, zone)
            context.pause = Cue.PAUSE in part.cues
        if heading or part.cues & {Cue.CORRIDOR, Cue.EVACUATION, Cue.WILL_MOVE}:
            context.modes = modes_in(part.words) if Cue.AID not in part.cues else ()
            context.block += 1
        context.listing = context.listing or heading
        context.gathering = Cue.GATHER in part.cues
        return
    modes = modes_in(part.words)
    if modes and not any(group.role is Cue.FROM for group in part.groups) and Cue.AID not in part.cues:
        for draft in drafts:
            if draft.block == context.block and not draft.modes:
                draft.modes = modes
    _correct(part, context, drafts, found, published)


def _correct(
    part: Parts,
    context: _Context,
    drafts: list[Draft],
    found: tuple[Status, Reason | None] | None,
    published: date | None,
) -> None:
    """Apply bad news without a route of its own to the routes it can mean."""
    if found is None or found[0] not in {Status.SUSPENDED, Status.CLOSED} or found[1] is Reason.COMPLETED:
        return
    if not part.cues & _GATE:
        return
    on = part.days[0].on if part.days else published
    named = [mention.place for mention in part.mentions if mention.place is not None]
    targets = [
        draft
        for draft in drafts
        if draft.on == on
        and draft.status in {Status.ANNOUNCED, Status.OPEN}
        and any(same(draft.origin, place) for place in named)
    ]
    if not targets and not named:
        targets = [
            d for d in drafts if d.block == context.block and d.on == on and d.status in {Status.ANNOUNCED, Status.OPEN}
        ]
    for draft in targets:
        draft.status, draft.reason, draft.told = found[0], found[1], True
        draft.spans["status"] = Span(part.sentence.field, part.sentence.start, part.sentence.end)


def _whole_day_windows(told: Sequence[Parts], drafts: list[Draft], zone: str, published: date | None) -> None:
    """Give the one ceasefire window of a text to each of its routes of that day that has none of its own."""
    for part in told:
        if Cue.PAUSE not in part.cues:
            continue
        for hours in part.hours:
            if hours.start is None and hours.end is None:
                continue
            on = part.days[0].on if part.days else published
            for draft in drafts:
                if draft.on == on and not draft.pause and draft.status is not Status.CLOSED:
                    draft.hours, draft.pause = hours.local(on, zone), True


def shifted(draft: Draft, on: date) -> Draft:
    """Return the same draft on another day."""
    return replace(draft, on=on, dated=True)
