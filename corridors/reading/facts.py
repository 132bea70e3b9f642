"""What does a sentence say about one of its routes? Day, hours, status, people, means of travel, with their words.

A fact is looked for in the route's own stretch of the sentence, then in the rest of it, then in what a heading or an
earlier sentence lends. Start at `draft`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from corridors.model import Place, Reason, Span, Status
from corridors.reading.cues import MODES, Cue
from corridors.reading.drafts import Draft
from corridors.reading.events import Outcome, Said, outcomes, verdict
from corridors.reading.hours import Hours
from corridors.reading.mentions import Mention
from corridors.reading.numbers import Counted, Quantity
from corridors.reading.routes import Candidate
from corridors.reading.sentences import Parts, modes_in
from corridors.reading.text import Kind


@dataclass(frozen=True, slots=True)
class Lent:
    """What earlier sentences lend. dated: the day was said and is not just the publication's.

    towards: where the vehicles of a list go, from its heading; lead: what the text says first of all.
    """

    published: date | None
    zone: str
    on: date | None
    until: date | None = None
    dated: bool = False
    verdict: tuple[Status, Reason | None] | None = None
    hours: Hours | None = None
    pause: bool = False
    modes: tuple[str, ...] = ()
    item: bool = False
    towards: Place | None = None
    lead: Status | None = None
    modes_span: Span | None = None


_BAD = {Status.SUSPENDED, Status.CLOSED}


def draft(part: Parts, route: Candidate, begin: int, end: int, lent: Lent) -> Draft | None:
    """Return what `part` says about `route`, whose own tokens are [begin, end); None where it is only asked for."""
    clause = _clause(part, route, begin, end)
    said = outcomes(part.words, *clause) or outcomes(part.words, begin, end)
    summed = _cumulative(part, begin, end, said)
    if _only_asked(said or part.said) or _asked_beside(part, route, said) or _none_from(part, route, said):
        return None
    if summed and (lent.lead is Status.ANNOUNCED or route.destination is None):
        return None
    day = _day(part, begin, end, clause, said, lent)
    counted = any(q.counted is Counted.PEOPLE and begin <= q.begin < end for q in part.numbers)
    status, reason, told = _status(part, said, counted, day.on, lent)
    if summed:
        if lent.lead is Status.OPEN:
            status, reason = Status.OPEN, None
        day = _When(lent.on, lent.until, lent.dated)
    if status is Status.OPEN and day.on is not None and lent.published is not None and day.on > lent.published:
        status = Status.ANNOUNCED  # what opens on a later day is a plan
    if status is Status.CLOSED and day.until is not None:
        day = replace(day, on=day.until, until=None)
    hours, pause = _hours(part, begin, end, day.on, lent) if reason is not Reason.COMPLETED else (None, False)
    people = _people(part, route, begin, end, status) if not summed else None
    made = Draft(
        place_of(route.origin),
        place_of(route.destination) or (lent.towards if lent.item else None),
        tuple(place for stop in route.via if (place := place_of(stop)) is not None),
        status,
        reason,
        day.on,
        day.until,
        day.dated,
        told,
        hours,
        pause,
        _modes(part, route, begin, end, lent),
        _purpose(part, clause, (begin, end)),
        people.value if people else None,
        people.approximate if people else False,
        weak=route.weak,
        chain=route.chain,
        fetched=_fetched(cues_in(part, *clause)),
        line=part.sentence.line,
        lent=lent.verdict is not None,
        title=part.sentence.field == "title",
        doubts=route.origin.rivals if route.origin else (),
    )
    if status in {Status.ANNOUNCED, Status.OPEN}:
        made.open_ended = Cue.FURTHER_NOTICE in cues_in(part, begin, end)
        made.more_hours = _further_windows(part, begin, end, hours, lent)
        _say_who(made, part, clause)
    _note(made, part, route, said or part.said, people, lent)
    return made


def _further_windows(part: Parts, begin: int, end: int, first: Hours | None, lent: Lent) -> tuple[Hours, ...]:
    """Return the windows of a route after its first: "from 9 to 12 and from 14 to 17"."""
    inside = [hours for hours in part.hours if begin <= hours.begin < end and hours.start and hours.end]
    if first is None or len(inside) < 2 or first.begin != inside[0].begin:
        return ()
    return tuple(hours.local(lent.on, lent.zone) for hours in inside[1:])


_PEOPLE = frozenset({Cue.PEOPLE, Cue.MEDICAL})


def _say_who(made: Draft, part: Parts, clause: tuple[int, int]) -> None:
    """Note the words for who may leave, "women, children and the sick"; not those that only count people."""
    words, (begin, end) = part.words, clause
    at = begin
    while at < end:
        if not words[at].cues & _PEOPLE or any(q.end == at for q in part.numbers):
            at += 1
            continue
        last = following = at + max(1, words[at].cue_length)
        while following < end:
            token = words[following]
            if token.cues & _PEOPLE:
                last = following = following + max(1, token.cue_length)
            elif token.kind is Kind.COMMA or token.cues & {Cue.AND, Cue.ARTICLE}:
                following += 1
            else:
                break
        made.spans["who"] = span(part, at, last)
        offset = part.sentence.start
        made.who = part.sentence.text[made.spans["who"].start - offset : made.spans["who"].end - offset]
        return


def _clause(part: Parts, route: Candidate, begin: int, end: int) -> tuple[int, int]:
    """Return the stretch between the colons and semicolons around a route: what follows a colon explains it."""
    marks = [at for at in range(begin, end) if part.words[at].kind in {Kind.COLON, Kind.SEMICOLON}]
    first = max((at + 1 for at in marks if at < route.begin), default=begin)
    last = min((at for at in marks if at >= route.end), default=end)
    return first, last


def place_of(mention: Mention | None) -> Place | None:
    """Return the place of a mention that may be absent."""
    return mention.place if mention is not None else None


def cues_in(part: Parts, begin: int, end: int) -> frozenset[Cue]:
    """Return the cues of a stretch of words."""
    return frozenset().union(*(token.cues for token in part.words[begin:end] if token.cues))


def _only_asked(said: Sequence[Said]) -> bool:
    present = {one.outcome for one in said}
    firm = {Outcome.DONE, Outcome.OPEN, Outcome.AGREED, Outcome.REFUSED, Outcome.VIOLATED, Outcome.FAILED}
    return Outcome.ASKED in present and not present & firm


def _asked_beside(part: Parts, route: Candidate, said: Sequence[Said]) -> bool:
    """Return whether a clause of its own only asks for a route: "no corridors, she said, calling for one from A"."""
    before = [one for one in said if one.at < route.begin]
    if not before or before[-1].outcome is not Outcome.ASKED or any(one.at >= route.end for one in said):
        return False
    return any(token.kind is Kind.COMMA for token in part.words[: before[-1].at]) and len(before) > 1


def _cumulative(part: Parts, begin: int, end: int, said: Sequence[Said]) -> bool:
    """Return whether a result is a sum "since Friday" or "so far", which is no result of one day."""
    if Outcome.DONE not in {one.outcome for one in said} or not any(begin <= q.begin < end for q in part.numbers):
        return False
    since = any(day.since for day in part.days if begin <= day.begin < end)
    return since or any(Cue.SO_FAR in token.cues for token in part.words[begin:end])


def _none_from(part: Parts, route: Candidate, said: Sequence[Said]) -> bool:
    """Return whether the text says only that no corridor begins there."""
    before = part.words[max(0, route.begin - 6) : route.begin]
    return route.destination is None and not said and any(Cue.NONE in token.cues for token in before)


def _fetched(cues: frozenset[Cue]) -> bool:
    """Return whether vehicles start here to fetch people, or goods leave: such a start is no origin of people."""
    if Cue.FETCH in cues and cues & {Cue.BUS, Cue.TRAIN, Cue.AMBULANCE}:
        return True
    vehicles = cues & {Cue.BUS, Cue.TRUCK, Cue.AID, Cue.FETCH, Cue.TRAIN}
    return bool(vehicles) and not cues & {Cue.PEOPLE, Cue.EVACUATION, Cue.CORRIDOR}


@dataclass(frozen=True, slots=True)
class _When:
    on: date | None
    until: date | None
    dated: bool


def _day(part: Parts, begin: int, end: int, clause: tuple[int, int], said: Sequence[Said], lent: Lent) -> _When:
    days = [day for day in part.days if not day.since]
    first, last = clause
    inside = [day for day in days if first <= day.begin < last]
    around = (
        [day for day in days if begin <= day.begin < end] if not (lent.dated and inside == [] and last < end) else []
    )
    before = [day for day in days if day.begin < begin]
    chosen = next(iter(inside or around or before[-1:] or ([] if lent.dated else days[:1])), None)
    if chosen is not None:
        return _When(chosen.on, chosen.last, True)
    if lent.on is not None and lent.published is not None and not lent.item:
        found = verdict(said, past=False)
        if found is not None and found[0] is Status.CLOSED and lent.on > lent.published:
            return _When(lent.published, None, False)
    return _When(lent.on, lent.until, lent.dated)


def _status(
    part: Parts, said: Sequence[Said], counted: bool, on: date | None, lent: Lent
) -> tuple[Status, Reason | None, bool]:
    """Return (status, reason, whether it was said); a condition keeps the bad news before it."""
    past = on is not None and lent.published is not None and on < lent.published
    past = past or lent.verdict == (Status.CLOSED, Reason.COMPLETED)
    own = verdict(said, past=past, counted=counted)
    conditional = own is not None and own[0] is Status.ANNOUNCED and bool(part.cues & {Cue.IF, Cue.WAS_TO})
    bad = (
        lent.on == on
        and lent.verdict is not None
        and lent.verdict[0] in _BAD
        and lent.verdict[1] is not Reason.COMPLETED
    )
    if conditional and bad and lent.verdict is not None:
        return *lent.verdict, True
    found = own or verdict(part.said, past=past, counted=counted)
    if found is not None:
        return *found, True
    if Cue.DAILY in part.cues and Cue.WILL not in part.cues and not past:
        return Status.OPEN, None, True
    if lent.verdict is not None:
        return *lent.verdict, False
    opened = lent.lead is Status.OPEN and not past and not lent.item and not part.hours
    return (Status.OPEN if opened else Status.ANNOUNCED), None, False


def _hours(part: Parts, begin: int, end: int, on: date | None, lent: Lent) -> tuple[Hours | None, bool]:
    inside = [hours for hours in part.hours if begin <= hours.begin < end] or part.hours
    ranged = [hours for hours in inside if hours.start and hours.end]
    chosen = next(iter(ranged or inside), None)
    if chosen is None:
        return lent.hours, lent.pause
    return chosen.local(on, lent.zone), Cue.PAUSE in part.cues


def _modes(part: Parts, route: Candidate, begin: int, end: int, lent: Lent) -> tuple[str, ...]:
    own = modes_in(part.words[begin:end])
    if own:
        return own
    first = min((other.begin for other in part.routes), default=0)
    return modes_in(part.words[:first]) or lent.modes if lent.item or route.shared else modes_in(part.words[:first])


_ADJACENT = 4


def _people(part: Parts, route: Candidate, begin: int, end: int, status: Status) -> Quantity | None:
    """Return the count that belongs to one route: people who moved, not a plan, not shared among several.

    A number beside the name is its own; a number before a colon is the sum of what follows it.
    """
    if status not in {Status.CLOSED, Status.OPEN} or route.shared:
        return None
    near = [q for q in part.numbers if begin <= q.begin < end and not q.part and q.value > 1 and not hoped(part, q)]
    near = [q for q in near if not _including(part, q, route)]
    first, last = _clause(part, route, begin, end)
    near = [q for q in near if first <= q.begin < last] or near
    usable = [q for q in near if q.counted in {Counted.PEOPLE, Counted.NOTHING}]
    beside = [q for q in usable if _gap(q, route) <= _ADJACENT and not _colon(part, q, route)]
    if beside:
        return min(beside, key=lambda q: (_gap(q, route), q.counted is not Counted.PEOPLE))
    counted = [q for q in usable if q.counted is Counted.PEOPLE and not q.total]
    own = [q for q in counted if not _colon(part, q, route)] or (counted if len(part.routes) == 1 else [])
    return min(own, key=lambda q: _gap(q, route), default=None)


def hoped(part: Parts, quantity: Quantity) -> bool:
    """Return whether a number is expected and not counted: "up to 500 will leave"."""
    before = part.words[max(0, quantity.begin - 4) : quantity.begin]
    return any(token.cues & {Cue.WILL, Cue.WILL_MOVE, Cue.PLANNED} for token in before)


def _including(part: Parts, quantity: Quantity, route: Candidate) -> bool:
    """Return whether a route is only named among others whose people are counted together."""
    between = part.words[quantity.end : route.begin]
    marks = [at for at, token in enumerate(between, start=quantity.end) if Cue.INCLUDING in token.cues]
    others = [other for other in part.numbers if other is not quantity and route.begin - other.end > 2]
    if _named_as_part(part, route) and quantity.begin > route.end:
        return True  # "1,449 left on Saturday, among others from A, on Friday 2,800"
    counted = any(abs(other.begin - mark) < _ADJACENT for mark in marks for other in others)
    return bool(marks) and not counted  # "1,200 people, among them 300 children" names no route


_BESIDE = 3


def _named_as_part(part: Parts, route: Candidate) -> bool:
    """Return whether "among them" leads to a route."""
    return any(Cue.INCLUDING in token.cues for token in part.words[max(0, route.begin - _BESIDE) : route.begin])


def _gap(quantity: Quantity, route: Candidate) -> int:
    return max(route.begin - quantity.end, quantity.begin - route.end, 0)


def _colon(part: Parts, quantity: Quantity, route: Candidate) -> bool:
    return quantity.end <= route.begin and any(
        token.kind in {Kind.COLON, Kind.OPEN} for token in part.words[quantity.end : route.begin]
    )


def _purpose(part: Parts, clause: tuple[int, int], whole: tuple[int, int]) -> tuple[str, ...]:
    """Return what a movement is for by its own clause, or by the rest of its sentence where that tells nothing."""
    own = cues_in(part, *clause)
    return purpose(own if own & _FOR else cues_in(part, *whole))


_FOR = frozenset({Cue.MEDICAL, Cue.EXCHANGE, Cue.AID, Cue.PEOPLE, Cue.EVACUATION})


def purpose(cues: frozenset[Cue]) -> tuple[str, ...]:
    """Return what a movement is for; people outweigh the goods that came the other way."""
    if Cue.MEDICAL in cues:
        return ("medical_evacuation",)
    if Cue.EXCHANGE in cues:
        return ("prisoner_exchange",)
    if Cue.AID in cues and not cues & {Cue.PEOPLE, Cue.EVACUATION}:
        return ("aid_delivery",)
    return ("evacuation",)


def lead_by(draft: Draft, part: Parts, stops: Sequence[Mention]) -> None:
    """Let a route pass these places, which this sentence names."""
    found = [(stop, place) for stop in stops if (place := place_of(stop)) is not None]
    draft.via = tuple(place for _, place in found)
    draft.spans = {key: shown for key, shown in draft.spans.items() if not key.startswith("via.")}
    for number, (stop, _) in enumerate(found):
        draft.spans[f"via.{number}"] = span(part, stop.begin, stop.end)


def modes_span(part: Parts) -> Span | None:
    """Return where a sentence first names a means of travel."""
    at = next((at for at, token in enumerate(part.words) if token.cues & MODES.keys()), None)
    return span(part, at, at + part.words[at].cue_length) if at is not None else None


def _note(
    made: Draft, part: Parts, route: Candidate, said: Sequence[Said], people: Quantity | None, lent: Lent
) -> None:
    """Write down which words produced which field."""
    for key, mention in (("origin", route.origin), ("destination", route.destination)):
        if mention is not None:
            made.spans[key] = span(part, mention.begin, mention.end)
    lead_by(made, part, route.via)
    shown = (modes_span(part) or lent.modes_span) if made.modes else None
    if shown is not None:
        made.spans["modes"] = shown
    if said:
        made.spans["status"] = span(part, said[0].at, said[0].end)
    if people is not None:
        made.spans["people"] = span(part, people.begin, people.end)
    if part.days:
        made.spans["date"] = span(part, part.days[0].begin, part.days[0].end)
    if part.hours:
        made.spans["start"] = span(part, part.hours[0].begin, part.hours[0].stop)
        text = made.spans["start"]
        made.stated = part.sentence.text[text.start - part.sentence.start : text.end - part.sentence.start]


def span(part: Parts, begin: int, end: int) -> Span:
    """Return where tokens [begin, end) of a sentence stand in the stored text."""
    last = min(max(begin, end - 1), len(part.words) - 1)
    return Span(part.sentence.field, part.words[begin].start, part.words[last].end)
