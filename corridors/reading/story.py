"""What does the whole text tell? Sentences in order, each seen in the light of those before it.

A heading lends its day, hours, status and means of travel to the list below it; a sentence without a route completes
or corrects the routes before it (remarks.py). Start at `tell`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corridors.model import Place, PlaceType, Reason, Status
from corridors.reading import facts, remarks
from corridors.reading.cues import Cue
from corridors.reading.drafts import Draft, merge, same, without_sums, without_wholes
from corridors.reading.events import Outcome, verdict
from corridors.reading.facts import Lent
from corridors.reading.numbers import Counted
from corridors.reading.routes import Candidate
from corridors.reading.sentences import Parts, modes_in, zones
from corridors.reading.text import Kind

_MOVES = frozenset(
    {Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION, Cue.CORRIDOR, Cue.WORKED, Cue.FAILED, Cue.ARRIVED}
)
_GATE = _MOVES | {
    Cue.CONVOY,
    Cue.OPEN,
    Cue.OPENED,
    Cue.PAUSE,
    Cue.BLOCKED,
    Cue.HALTED,
    Cue.AGREED,
    Cue.GATHER,
    Cue.REFUSED,
}
_GOVERNS = _MOVES | {Cue.REFUSED, Cue.BLOCKED, Cue.HALTED, Cue.PLANNED}


# People who flee, goods for them, a truce: what no other corridor has.
_HUMANE = frozenset({Cue.EVACUATION, Cue.AID, Cue.PAUSE, Cue.GATHER, Cue.PEOPLE, Cue.MEDICAL, Cue.CONVOY, Cue.CAR})
# These make a text about a corridor one of ours only where nothing speaks for another kind.
_LIKELY = frozenset(
    {
        Cue.BUS,
        Cue.OPENED,
        Cue.TOMORROW,
        Cue.WORKED,
        Cue.FAILED,
        Cue.REFUSED,
        Cue.HALTED,
        Cue.WILL_MOVE,
        Cue.AGREED,
        Cue.PLANNED,
        Cue.TRAIN,
    }
)


def tell(told: Sequence[Parts], published: date | None, zone: str) -> list[Draft]:
    """Return the drafts of a text's sentences, merged; hours are in `zone`."""
    if not relevant(told):
        return []
    story = _Story(told, Lent(published, zone, published))
    for number in range(len(told)):
        story.take(number)
    _open_by_default(told, story.drafts)
    remarks.spread_windows(told, story.drafts, published, zone)
    remarks.spread_hours(told, story.drafts, published, zone)
    kept = _without_background(_without_fetched(story.drafts, story.absent), published)
    return without_sums(merge(without_wholes(kept)))


_BACKGROUND_DAYS = 7


def _without_background(drafts: list[Draft], published: date | None) -> list[Draft]:
    """Drop what is told of days long past about a place of which the text has news."""
    if published is None:
        return drafts
    news = [draft for draft in drafts if draft.on is not None and (published - draft.on).days <= _BACKGROUND_DAYS]
    return [
        draft
        for draft in drafts
        if draft in news or draft.on is None or not any(same(draft.origin, fresh.origin) for fresh in news)
    ]


def _open_by_default(told: Sequence[Parts], drafts: Sequence[Draft]) -> None:
    """Open the routes of whose status nothing was said, where the text speaks of open corridors and of no plan."""
    said = {one.outcome for part in told for one in part.said}
    if any(draft.chain or draft.destination is not None for draft in drafts):
        return
    if Outcome.OPEN not in said or said & {Outcome.PLANNED, Outcome.AGREED, Outcome.REFUSED, Outcome.FAILED}:
        return
    for draft in drafts:
        if not draft.told and not draft.lent and draft.status is Status.ANNOUNCED:
            draft.status = Status.OPEN


def relevant(told: Sequence[Parts]) -> bool:
    """Return whether a text is about people leaving or aid coming, and not about grain or a cruise ship."""
    ours = sum(bool(part.cues & _GATE) for part in told)
    others = _others(told)
    if ours == 0 or others > 1:
        return False
    if any(part.cues & _HUMANE or _counts_people(part) for part in told) or _many_routes(told):
        return True
    if others or any(Cue.ORDINARY in part.cues for part in told):
        return False
    return any(part.cues & _LIKELY or _names_corridor(part) for part in told)


def _counts_people(part: Parts) -> bool:
    """Return whether people are counted, or named by where they live: "residents of A", "412 of them"."""
    named = any(Cue.OF in token.cues and token.cue_length > 1 for token in part.words)
    return named or any(quantity.counted is Counted.PEOPLE for quantity in part.numbers)


def counts_ours(told: Sequence[Parts]) -> bool:
    """Return whether the corridors and people that a text counts are ours: "10 corridors begin to work"."""
    if relevant(told) or (not _others(told) and any(Cue.CORRIDOR in part.cues for part in told[:1])):
        return True
    return any(_counts_humane_corridors(part) for part in told)  # one sentence in a long article of something else


def _counts_humane_corridors(part: Parts) -> bool:
    counted = any(quantity.counted is Counted.CORRIDORS for quantity in part.numbers)
    humane = _names_corridor(part) or bool(part.cues & {Cue.EVACUATION, Cue.AID})
    return counted and humane and Cue.NOT_OURS not in part.cues


def _others(told: Sequence[Parts]) -> int:
    """Return how many words tell that another kind of corridor is meant."""
    others = [part for part in told if Cue.NOT_OURS in part.cues and Cue.AID not in part.cues]
    return sum(sum(Cue.NOT_OURS in token.cues for token in part.words) for part in others)


def _names_corridor(part: Parts) -> bool:
    """Return whether a corridor is called what only ours are: "humanitarian corridor", "safe passage"."""
    return any(Cue.CORRIDOR in token.cues and token.cue_length > 1 for token in part.words)


def _many_routes(told: Sequence[Parts]) -> bool:
    """Return whether a text lists routes as nobody lists trade roads: with their number, or three."""
    pairs = {
        frozenset((route.origin.text, route.destination.text))
        for part in told
        for route in part.routes
        if route.origin is not None and route.destination is not None
    }
    counted = any(q.counted is Counted.CORRIDORS for part in told for q in part.numbers)
    return len(pairs) > 2 or (bool(pairs) and counted)


def _without_fetched(drafts: list[Draft], absent: Sequence[Place]) -> list[Draft]:
    """Drop starts of empty vehicles and of aid, and places for which the text says that there is no corridor."""
    ends = [draft.destination for draft in drafts if draft.destination is not None]
    ends += [stop for draft in drafts for stop in draft.via]
    listed = sum(not draft.title for draft in drafts) > 1
    kept = []
    for draft in drafts:
        forth = _forth(draft, drafts) if draft.fetched else None
        if forth is not None:
            forth.modes = tuple(dict.fromkeys((*forth.modes, *draft.modes)))
            continue
        if draft.destination is None:
            arrives = any(same(draft.origin, end) for end in ends)
            if draft.fetched and arrives and (draft.status is not Status.CLOSED or draft.reason is Reason.COMPLETED):
                _share_modes(draft, drafts)
                continue
            if draft.fetched and draft.purpose == ("aid_delivery",):
                continue
            if draft.title and listed and not any(same(draft.origin, d.origin) for d in drafts if not d.title):
                continue
            if any(same(draft.origin, place) for place in absent):
                continue
        kept.append(draft)
    return kept


def _share_modes(empty: Draft, drafts: Sequence[Draft]) -> None:
    """Give the means of travel of vehicles that set out to fetch people to the routes that end where they start."""
    for draft in drafts:
        if same(draft.destination, empty.origin) and not draft.modes:
            draft.modes = tuple(mode for mode in empty.modes if mode != "truck")


def _is_back(route: Candidate) -> bool:
    return route.origin is not None and route.origin.back is not None


def _own_day(part: Parts, begin: int, end: int) -> bool:
    return any(begin <= day.begin < end for day in part.days)


def _forth(back: Draft, drafts: Sequence[Draft]) -> Draft | None:
    """Return the route whose empty vehicles `back` brings to its beginning."""
    if back.destination is None or back.purpose == ("aid_delivery",):
        return None
    return next((d for d in drafts if same(d.origin, back.destination) and same(d.destination, back.origin)), None)


@dataclass(slots=True)
class _Story:
    """The walk through a text. block: counts headings, so that a remark finds the list it is about."""

    told: Sequence[Parts]
    lent: Lent
    drafts: list[Draft] = field(default_factory=list)
    absent: list[Place] = field(default_factory=list)
    block: int = 0
    listing: bool = False

    def take(self, number: int) -> None:
        """Read one sentence."""
        part = self.told[number]
        below = self._below(number)
        item = self._is_item(part)
        if part.sentence.first and not item and Cue.GATHER not in part.words[0].cues:
            self.listing = False
        heading = not item and below is not None and (part.sentence.ends_open or _begins_list(below))
        if self._is_way(part):
            part.routes = []
        routes = [] if heading and below is not None and _only_heads(part, below) else self._accepted(part, item)
        if routes:
            self._routes(part, routes, item, heading)
        elif heading or not self.drafts or (self._before_list(number) and not self._in_item_line(part)):
            self._lend(part, heading)
        elif not part.sentence.asks:
            remarks.apply(part, self.drafts, self.block, self.lent)
        self.listing = self.listing or heading
        if self.lent.lead is None:
            found = verdict(part.said, past=False)
            self.lent = replace(self.lent, lead=found[0] if found is not None else None)

    def _is_way(self, part: Parts) -> bool:
        """Note the way points of the route above, when this line lists its whole way from end to end."""
        last = self.drafts[-1] if self.drafts else None
        if last is None or not last.chain or not part.groups or part.groups[0].role is not None:
            return False
        way = [mention for mention in part.groups[0].mentions if mention.place is not None]
        if len(way) < 3 or not same(way[0].place, last.origin) or not same(way[-1].place, last.destination):
            return False
        facts.lead_by(last, part, way[1:-1])
        last.line = part.sentence.line
        return True

    def _in_item_line(self, part: Parts) -> bool:
        """Return whether a sentence goes on in the line of the latest route."""
        return bool(self.drafts) and self.drafts[-1].line == part.sentence.line and not part.sentence.first

    def _below(self, number: int) -> Parts | None:
        """Return the first sentence of the next line, when this one ends its line."""
        following = self.told[number + 1] if number + 1 < len(self.told) else None
        return following if following is not None and self.told[number].sentence.last else None

    def _before_list(self, number: int) -> bool:
        """Return whether a list begins below the line of this sentence."""
        line, after = self.told[number].sentence.line, number + 1
        while after < len(self.told) and self.told[after].sentence.line == line:
            after += 1
        below = self.told[after] if after < len(self.told) else None
        return below is not None and not self._is_item(self.told[number]) and _begins_list(below)

    def _is_item(self, part: Parts) -> bool:
        return part.sentence.bullet or _begins_list(part) or (self.listing and _begins_with_name(part))

    def _accepted(self, part: Parts, item: bool) -> list[Candidate]:
        """Return the candidate routes of a sentence that it does speak of."""
        if Cue.GATHER in part.words[0].cues or part.sentence.asks:
            return []
        speaks = bool(part.cues & _GATE) or bool(part.cues & {Cue.BUS, Cue.TRAIN, Cue.AMBULANCE})
        if _historic(part, self.lent.published):
            return []
        counted = self.lent.verdict is not None and bool(part.numbers)
        accepted = []
        for told in part.routes:
            route = _from_gate(told)
            if self._is_background(part, route):
                continue
            if route.origin is not None and (route.origin.region or _no_origin(route)):
                continue
            if _is_back(route) and not part.days:
                continue
            if route.weak:
                fits = _speaks_of(part, route) or (item and route.begin <= 2) or (counted and _after_mark(part, route))
            else:
                fits = route.destination is not None or speaks or item or counted
            if fits:
                accepted.append(route)
        return accepted

    def _is_background(self, part: Parts, route: Candidate) -> bool:
        """Return whether what "earlier" went wrong, with no day, is told of a place of which the text has news."""
        if part.days or not remarks.is_of_before(part) or not part.said:
            return False
        found = verdict(part.said, past=True)
        if found is None or found[0] is not Status.CLOSED or found[1] is Reason.COMPLETED:
            return False
        return any(same(draft.origin, facts.place_of(route.origin)) for draft in self.drafts)

    def _routes(self, part: Parts, routes: Sequence[Candidate], item: bool, heading: bool) -> None:
        own = zones(part)
        lent = replace(self.lent, item=item) if item else replace(self.lent, hours=None, modes=(), item=False)
        if not item:
            self.block += 1
        if not item and not heading and _fresh(part) and not part.cues & {Cue.IF, Cue.WAS_TO}:
            lent = replace(lent, verdict=None)
        for route in routes:
            begin, end = own[route.begin, route.end]
            if not self._named_before(route):
                continue
            cues = facts.cues_in(part, begin, end)
            made = facts.draft(part, route, begin, end, lent)
            if made is None:
                continue
            if Cue.ABSENT in cues and Cue.CORRIDOR in cues and made.reason is None and made.origin is not None:
                self.absent.append(made.origin)
                continue
            if same(made.origin, made.destination) or (_is_back(route) and not _own_day(part, begin, end)):
                continue
            made.order, made.block = len(self.drafts), self.block
            self.drafts.append(made)
        if not item:
            self._lend(part, heading)
            latest = [draft for draft in self.drafts if draft.block == self.block and draft.dated]
            if latest:
                self.lent = replace(self.lent, on=latest[0].on, until=latest[0].until)

    def _named_before(self, route: Candidate) -> bool:
        """Say what "there" and "thence" stand for; return whether it is known."""
        for mention in (route.origin, route.destination):
            if mention is None or mention.back is None:
                continue
            places = [d.origin if mention.back is Cue.THENCE else d.destination for d in self.drafts]
            mention.place = next((place for place in reversed(places) if place is not None), None)
            if mention.place is None:
                return False
        return True

    def _lend(self, part: Parts, heading: bool) -> None:
        """Keep what this sentence says for the ones below."""
        lent = self.lent
        if part.days:
            lent = replace(lent, on=part.days[0].on, until=part.days[0].last, dated=True)
        found = verdict(part.said, past=False)
        if found is not None:
            lent = replace(lent, verdict=found)
        if part.hours:
            ranged = [hours for hours in part.hours if hours.start and hours.end]
            chosen = (ranged or part.hours)[0].local(lent.on, lent.zone)
            lent = replace(lent, hours=chosen, pause=Cue.PAUSE in part.cues)
        modes = modes_in(part.words) if Cue.AID not in part.cues else ()
        if modes:
            lent = replace(lent, modes=modes, modes_span=facts.modes_span(part))
        if heading:
            self.block += 1
            lent = replace(lent, towards=_towards(part))
        self.lent = lent


def _after_mark(part: Parts, route: Candidate) -> bool:
    """Return whether a bare list follows a dash or colon: "in Luhansk region – A, B – 526 people"."""
    before = part.words[route.begin - 1] if route.begin else None
    return route.bare and before is not None and before.kind in {Kind.DASH, Kind.COLON}


_LONG_AGO_YEARS = 3


def _historic(part: Parts, published: date | None) -> bool:
    """Return whether a sentence tells of a year long past."""
    if Cue.LONG_AGO in part.cues:
        return True
    if published is None:
        return False
    years = [int(t.text) for t in part.words if t.kind is Kind.NUMBER and len(t.text) == 4 and t.text.isdigit()]
    return any(1800 <= year <= published.year - _LONG_AGO_YEARS for year in years)


def _from_gate(route: Candidate) -> Candidate:
    """Return a way inside a country as it begins at its border: "Sudan keeps the Adre crossing open for Darfur"."""
    place, end = facts.place_of(route.origin), facts.place_of(route.destination)
    if place is None or end is None or place.type is not PlaceType.COUNTRY or place.country != end.country:
        return route
    gate = next((s for s in route.via if s.place is not None and s.place.type in _BORDERS), None)
    return replace(route, origin=gate, via=tuple(s for s in route.via if s is not gate)) if gate else route


_BORDERS = frozenset({PlaceType.CROSSING, PlaceType.GATE})


def _no_origin(route: Candidate) -> bool:
    """Return whether nobody can be said to leave from there: a whole country or a crossing with no destination."""
    place, end = facts.place_of(route.origin), facts.place_of(route.destination)
    if place is None:
        return False
    if end is not None:  # "from Sudan to Darfur" names no beginning
        return place.type is PlaceType.COUNTRY and place.country == end.country
    return place.type in {PlaceType.COUNTRY, PlaceType.CROSSING, PlaceType.GATE, PlaceType.ROAD}


def _towards(part: Parts) -> Place | None:
    """Return where a heading says that all of its list goes: "buses to Sumy leave from:"."""
    ends = [m.place for g in part.groups if g.role in {Cue.TO, Cue.TO_OR_AT} for m in g.mentions if not m.region]
    origins = any(group.role is Cue.FROM for group in part.groups)
    return ends[0] if len(ends) == 1 and not origins else None


def _fresh(part: Parts) -> bool:
    """Return whether a sentence of prose stands for itself, so that an earlier result does not colour it."""
    return not part.numbers or bool(part.cues & {Cue.WILL, Cue.TOMORROW, Cue.TODAY})


def _begins_list(part: Parts) -> bool:
    """Return whether a line reads as an item: a bullet, or a chain of names at its beginning."""
    if not part.sentence.first:
        return False
    if part.sentence.bullet:
        return True
    if not part.routes or not part.routes[0].chain:
        return False
    before = part.words[: part.routes[0].begin]
    return all(token.kind is not Kind.WORD or Cue.KIND in token.cues for token in before)


def _begins_with_name(part: Parts) -> bool:
    """Return whether a line begins with a name, after at most a cue and a kind of place."""
    return bool(part.groups) and part.groups[0].begin <= 3 and part.sentence.first


def _only_heads(part: Parts, below: Parts) -> bool:
    """Return whether the routes of a heading only sum up those of the list below it."""
    if not below.routes:
        return False
    if part.sentence.ends_open:
        return True
    ends = [facts.place_of(route.destination) for route in below.routes]
    return bool(part.routes) and all(
        any(same(facts.place_of(route.destination), end) for end in ends) for route in part.routes
    )


def _speaks_of(part: Parts, route: Candidate) -> bool:
    """Return whether a sentence makes a weak name an origin: its people move, or a result names it."""
    if route.destination is not None and any(token.kind is Kind.DASH for token in part.words[route.begin : route.end]):
        return True
    if not part.cues & (
        _MOVES | {Cue.BUS, Cue.TRAIN, Cue.BLOCKED, Cue.REFUSED, Cue.HALTED, Cue.CANCELLED, Cue.AGREED, Cue.PLANNED}
    ):
        return False
    if not route.bare:
        return True
    if route.destination is not None:
        between = part.words[route.begin : route.end]
        return any(token.cues & {Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION, Cue.BUS} for token in between)
    at = route.begin - 1
    while at >= 0 and (Cue.KIND in part.words[at].cues or part.words[at].kind is Kind.QUOTE):
        at -= 1
    if at < 0 and part.days and part.cues & {Cue.BLOCKED, Cue.HALTED, Cue.CANCELLED}:
        return True
    if at < 0:
        after = part.words[route.end] if route.end < len(part.words) else None
        dash = after is not None and after.kind is Kind.DASH and any(q.begin == route.end + 1 for q in part.numbers)
        return dash or (after is not None and after.kind is Kind.COLON)
    leader = part.words[at - part.words[at].head]
    if route.via and part.cues & {Cue.PLANNED, Cue.WILL, Cue.TOMORROW}:
        return True
    return leader.kind in {Kind.COLON, Kind.DASH, Kind.OPEN} or bool(leader.cues & _GOVERNS)


def is_over(status: Status) -> bool:
    """Return whether nothing more is expected on that day."""
    return status is Status.CLOSED
