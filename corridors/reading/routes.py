"""Who goes from where to where? Groups of names become candidate routes.

Chains of dashes, FROM–TO pairs in either order, several origins or destinations, origins alone. What a candidate's
status or day is, is not asked here. Start at `candidates`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corridors.model import PlaceType
from corridors.places import distance_km
from corridors.reading.cues import Cue
from corridors.reading.groups import Group
from corridors.reading.mentions import Mention
from corridors.reading.text import Kind, Token

_WITHIN_TOWN_KM = 10.0
_GATES = frozenset({PlaceType.CROSSING, PlaceType.GATE})
_EXIT_KM = 20.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route that a sentence may speak of, over tokens [begin, end).

    weak: only an "of" or a bare name makes it an origin, so the sentence must say that people move.
    bare: nothing at all leads to the origin; shared: what is counted may be counted for several origins together;
    between: "between A and B", which may only describe a road.
    """

    origin: Mention | None
    destination: Mention | None
    via: tuple[Mention, ...]
    begin: int
    end: int
    weak: bool = False
    chain: bool = False
    shared: bool = False
    bare: bool = False
    between: bool = False


def candidates(words: Sequence[Token], found: Sequence[Group]) -> list[Candidate]:
    """Return the candidate routes of a sentence, in the order of their first name."""
    if not found:
        return []
    plain: list[Group] = []
    made: list[Candidate] = []
    at = 0
    while at < len(found):
        stop = at + 1
        while stop < len(found) and found[stop].dash:
            stop += 1
        if stop > at + 1:
            links = list(found[at:stop])
            made.extend(_chain(links))
            further = found[stop] if stop < len(found) else None
            if further is not None and _is_further_end(further, links[-1]):
                made.extend(_chain([links[0], further]))
                stop += 1
        else:
            plain.append(found[at])
        at = stop
    plain = [group for group in plain if not _repeats(group, made) and not _goes_on(group, made)]
    chained = bool(made)
    for clause in _clauses(words, plain):
        made.extend(_Pairing(words, clause, chained).run())
    made = _without_repeated_origins(words, sorted(made, key=lambda c: (c.begin, c.end)))
    return _without_repeated_lists(made)


def _clauses(words: Sequence[Token], found: Sequence[Group]) -> list[Sequence[Group]]:
    """Return the groups in two runs where a "but" or semicolon parts two whole routes, else in one."""
    for number in range(1, len(found)):
        between = words[found[number - 1].end : found[number].begin]
        if any(token.kind is Kind.SEMICOLON or Cue.CONTRAST in token.cues for token in between):
            before, after = found[:number], found[number:]
            if _is_whole(before) and _is_whole(after):
                return [before, *_clauses(words, after)]
    return [found]


def _is_whole(found: Sequence[Group]) -> bool:
    """Return whether groups tell an origin and a destination of their own."""
    roles = {group.role for group in found}
    return bool(roles & {Cue.FROM, Cue.OF}) and bool(roles & {Cue.TO, Cue.TO_OR_AT})


def _goes_on(group: Group, made: list[Candidate]) -> bool:
    """Return whether a group is a further leg ("A – B, then C"), and make it the end of the routes before it."""
    if not group.then or not made or group.role not in {None, Cue.TO, Cue.TO_OR_AT}:
        return False
    last = made[-1]
    for number, route in enumerate(made):
        if (route.begin, route.end) == (last.begin, last.end) and route.destination is not None:
            made[number] = replace(
                route, via=(*route.via, route.destination), destination=group.mentions[-1], end=group.end
            )
    return True


def _is_further_end(group: Group, end: Group) -> bool:
    """Return whether a group is another end of the way before: "A – to B and to C"."""
    leads = {Cue.TO, Cue.TO_OR_AT}
    return group.role in leads and end.role in leads and not group.breaks and not group.dash


def _repeats(group: Group, made: list[Candidate]) -> bool:
    """Return whether a list is the whole way of the chain before it, "A – D (A, B, C, D)", and note its way points."""
    if not made or group.role is not None or len(group.mentions) < 3:
        return False
    last, names = made[-1], group.mentions
    if not last.chain or last.origin is None or last.destination is None:
        return False
    if names[0].place != last.origin.place or names[-1].place != last.destination.place:
        return False
    made[-1] = replace(last, via=tuple(names[1:-1]), end=group.end)
    return True


def _chain(links: Sequence[Group]) -> list[Candidate]:
    """Return the routes of groups joined by dashes: A, B – C; A – via – via – D; A–B, C–D, E–F."""
    made: list[Candidate] = []
    origins, via = list(links[0].mentions), list[Mention]()
    begin = links[0].begin
    for number, link in enumerate(links[1:], start=1):
        final = number == len(links) - 1
        if final or len(link.mentions) > 1:
            ends = link.mentions if final else link.mentions[:1]
            for origin in origins:
                made.extend(
                    Candidate(origin, end, tuple(via), begin, end.end, chain=True, shared=len(origins) > 1)
                    for end in ends
                    if not _same(origin, end)
                )
            origins, via = list(link.mentions[1:]), []
            begin = origins[0].begin if origins else link.end
        else:
            via.append(link.mentions[0])
    return made


def _same(one: Mention, other: Mention) -> bool:
    return one.place == other.place and one.text == other.text


class _Pairing:
    """Reads groups from left to right, keeping the origins that still wait for their destination."""

    def __init__(self, words: Sequence[Token], found: Sequence[Group], chained: bool) -> None:
        self._words = words
        self._groups = found
        self._made: list[Candidate] = []
        self._waiting: list[Group] = []
        self._via: list[Mention] = []
        self._lead: Group | None = None
        self._leads: list[Group] = []
        self._last: list[Mention] = []
        self._weak: list[Group] = []
        self._at: list[Group] = []
        self._chained = chained
        self._moves = any(
            token.cues & {Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION, Cue.CORRIDOR, Cue.ARRIVED}
            for token in words
        )

    def run(self) -> list[Candidate]:
        """Return the candidates of all groups."""
        for number, group in enumerate(self._groups):
            following = self._groups[number + 1] if number + 1 < len(self._groups) else None
            beyond = self._groups[number + 2] if number + 2 < len(self._groups) else None
            self._take(group, following, beyond)
        self._flush()
        if not self._made and not self._chained:
            self._weak_only()
        if any(made.destination is not None and not made.between for made in self._made):
            return [made for made in self._made if not made.between]  # "the road between A and B" is only described
        return self._made

    def _take(self, group: Group, following: Group | None, beyond: Group | None) -> None:
        role = group.role
        if role is None and following is not None and following.role is Cue.TO and following.cue_at == group.end:
            role = Cue.FROM  # "A to B" in a list of pairs
        if role is Cue.TO and self._made and group.cue_at == self._made[-1].end and not self._waiting:
            group.then = True  # "A to B to C"
        if group.mentions[0].back is not None:
            role = Cue.FROM if group.mentions[0].back is Cue.THENCE else Cue.TO
        if role is Cue.TO_OR_AT:
            role = Cue.TO if self._waiting or self._moves else Cue.AT
        if role is Cue.FROM:
            if self._waiting and self._separate(self._waiting[-1].end, group):
                self._flush()
            if not self._waiting:
                self._last = []
            self._waiting.append(group)
        elif group.then and not self._waiting and _goes_on(group, self._made):
            return
        elif role is Cue.TO:
            leads = following is not None and following.role is Cue.FROM and not following.breaks
            closed = beyond is not None and beyond.role in {Cue.TO, Cue.TO_OR_AT}
            self._arrive(group, leads=leads and not closed)
        elif role is Cue.VIA:
            self._pass(group)
        elif role is Cue.BETWEEN:
            self._between(group)
        elif role is Cue.OF and self._waiting and not group.breaks:
            self._arrive(group)  # "left A for B"
        elif role in {Cue.OF, None}:
            self._weak.append(group)
        elif role is Cue.AT:
            self._at.append(group)

    def _separate(self, end: int, group: Group) -> bool:
        """Return whether a new clause lies between: then the origins before it had no destination of their own."""
        start = group.cue_at if group.cue_at is not None else group.begin
        between = self._words[end:start]
        if group.carried:
            return True
        return any(
            token.kind in {Kind.SEMICOLON, Kind.COLON, Kind.NUMBER, Kind.END}
            or token.cues
            & {
                Cue.THOUSAND,
                Cue.ABSENT,
                Cue.NOT,
                Cue.MOVED,
                Cue.MOVING,
                Cue.WILL_MOVE,
                Cue.CONTRAST,
                Cue.PEOPLE,
                Cue.FAILED,
                Cue.WORKED,
            }
            for token in between
        )

    def _arrive(self, group: Group, *, leads: bool = False) -> None:
        usable = [m for m in group.mentions if not m.region] or []
        if self._waiting:
            for source in self._waiting:
                self._cross(source.mentions, usable, source.begin, group.end, len(self._waiting) > 1)
            self._last = [m for source in self._waiting for m in source.mentions]
            self._waiting, self._via = [], []
            self._lead = None
        elif self._last and not leads and (not group.breaks or self._alternative(group)):
            self._cross(self._last, usable, self._last[0].begin, group.end, shared=True)
        elif usable and self._lead is not None and not group.breaks:
            self._lead.mentions.extend(usable)  # "to A or to B", whoever goes
        elif usable:
            self._lead = group
            self._leads.append(group)

    def _alternative(self, group: Group) -> bool:
        """Return whether "or" stands before the cue: "to A, held by the army, or to B"."""
        at = group.cue_at
        return at is not None and at > 0 and Cue.AND in self._words[at - 1].cues

    def _cross(
        self, origins: Sequence[Mention], ends: Sequence[Mention], begin: int, stop: int, shared: bool = False
    ) -> None:
        origins = _without_works([origin for origin in origins if not origin.region])
        several = shared or len(origins) > 1
        for origin in origins:
            others = [end for end in ends if not _same(origin, end) and not self._is_exit(origin, end)]
            several = several or len(others) > 1
            if others:
                self._made.extend(
                    Candidate(origin, end, tuple(self._via), begin, stop, shared=several) for end in others
                )
            else:
                self._made.append(Candidate(origin, None, tuple(self._via), begin, stop, shared=several))

    def _is_exit(self, origin: Mention, end: Mention) -> bool:
        """Return whether a destination is only the gate by which people leave the place beside it; note it as way."""
        if origin.place is None or end.place is None or end.place.type not in _GATES:
            return False
        if distance_km(origin.place, end.place) > _EXIT_KM:
            return False
        self._via = [*self._via, end]
        return True

    def _pass(self, group: Group) -> None:
        stops = [mention for mention in group.mentions if not mention.region]
        if self._made and not self._waiting and not group.carried:
            last = self._made[-1]
            for number, made in enumerate(self._made):
                if made.begin == last.begin and made.end == last.end:
                    self._made[number] = replace(made, via=(*made.via, *stops), end=group.end)
        else:
            self._via.extend(stops)

    def _between(self, group: Group) -> None:
        ends = [mention for mention in group.mentions if not mention.region]
        if len(ends) == 2:
            self._made.append(Candidate(ends[0], ends[1], (), group.begin, group.end, between=True))

    def _flush(self) -> None:
        """Close what waits: with the destination that the sentence began with, or with none."""
        for source in self._waiting:
            shared = len(self._waiting) > 1
            if self._lead is not None and source.mentions[0].back is None:
                ends = [mention for mention in self._lead.mentions if not mention.region]
                self._cross(source.mentions, ends, source.begin, source.end, shared)
            else:
                self._cross(source.mentions, [], source.begin, source.end, shared)
        if self._waiting:
            self._last = [m for source in self._waiting for m in source.mentions]
            self._waiting, self._via = [], []

    def _reports(self, group: Group) -> bool:
        """Return whether the sentence is about where: "three worked, in A and B", "a truce at C, with corridors"."""
        cues = frozenset[Cue]().union(*(token.cues for token in self._words))
        for token in self._words[group.end : group.end + 4]:
            if token.kind in {Kind.COMMA, Kind.END, Kind.SEMICOLON}:
                break
            if token.cues & {Cue.EVACUATION, Cue.CORRIDOR}:
                return True
        if Cue.PAUSE in cues and cues & {Cue.CORRIDOR, Cue.WILL_MOVE, Cue.EVACUATION}:
            return True
        return Cue.WORKED in cues or (Cue.FAILED in cues and len(group.mentions) > 1)

    def _ends_beside(self, group: Group) -> list[Mention]:
        """Return the destination of an origin: the last one between the semicolons around it, else the last of all."""
        marks = [at for at, token in enumerate(self._words) if token.kind is Kind.SEMICOLON]
        first = max((at for at in marks if at < group.begin), default=-1)
        last = min((at for at in marks if at >= group.end), default=len(self._words))
        beside = [lead for lead in self._leads if first < lead.begin < last]
        lead = beside[-1] if beside else self._lead
        return [mention for mention in lead.mentions if not mention.region] if lead is not None else []

    def _sets_out(self, group: Group) -> bool:
        """Return whether people who are there go to the destination: "families held in A to B"."""
        if self._lead is None or not self._moves or group.end > self._lead.begin or group.mentions[-1].region:
            return False
        between = self._words[group.end : self._lead.begin]
        moves = {Cue.MOVED, Cue.MOVING, Cue.WILL_MOVE, Cue.EVACUATION}
        follows = self._lead.cue_at is not None and self._lead.cue_at - group.end <= 0
        return any(Cue.PEOPLE in token.cues for token in self._words) and (
            follows or any(token.cues & moves for token in between)
        )

    def _brought_through(self, ends: Sequence[Mention]) -> None:
        """Take the gate through which aid comes for its beginning where nothing else is one."""
        gates = [stop for stop in self._via if stop.place is not None and stop.place.type in _GATES]
        if not gates or not any(Cue.AID in token.cues for token in self._words):
            return
        begin, stop = min(gates[0].begin, ends[0].begin), max(gates[0].end, ends[-1].end)
        self._made.extend(Candidate(gates[0], end, (), begin, stop, weak=True) for end in ends)

    def _kept_out(self) -> bool:
        """Return whether vehicles that come to fetch people are not let in: then people cannot leave that place."""
        cues = frozenset[Cue]().union(*(token.cues for token in self._words))
        return Cue.BLOCKED in cues and bool(cues & {Cue.BUS, Cue.AMBULANCE}) and Cue.AID not in cues

    def _weak_only(self) -> None:
        """Take "residents of A" or a bare list of names for the origin where nothing else is one."""
        ends = [mention for mention in self._lead.mentions if not mention.region] if self._lead else []
        weak = self._weak or [group for group in self._at if self._reports(group) or self._sets_out(group)]
        if ends and not weak and self._via:
            self._brought_through(ends)
        if not weak and self._lead is not None and self._kept_out():
            weak, ends = [self._lead], []
        none: list[Mention | None] = [None]
        for group in weak:
            ends = self._ends_beside(group) if ends else ends
            if self._lead is not None and group.begin > self._lead.begin and group.role is None and ends:
                continue
            for origin in group.mentions:
                if origin.region:
                    continue
                shared = len(group.mentions) > 1
                stop = max(group.end, self._lead.end if self._lead else 0)
                for end in ends or none:
                    self._made.append(
                        Candidate(
                            origin,
                            end,
                            tuple(self._via),
                            group.begin,
                            stop,
                            weak=True,
                            shared=shared,
                            bare=group.role is None,
                        )
                    )


def _without_works(origins: list[Mention]) -> list[Mention]:
    """Return origins without a plant or mall of a town that is an origin itself."""
    towns = [o.place for o in origins if o.place is not None and o.place.type is PlaceType.SETTLEMENT]
    return [
        o
        for o in origins
        if o.place is None
        or o.place.type is not PlaceType.FACILITY
        or len(origins) == 1
        or not any(distance_km(o.place, town) < _WITHIN_TOWN_KM for town in towns)
        or not o.minor
    ]


def _without_repeated_origins(words: Sequence[Token], made: list[Candidate]) -> list[Candidate]:
    """Fold "the people of A left A for B" into one route: the first A is no second route without an end."""
    kept: list[Candidate] = []
    for number, candidate in enumerate(made):
        following = made[number + 1] if number + 1 < len(made) else None
        if following is not None and _begins_again(words, candidate, following):
            made[number + 1] = replace(following, begin=candidate.begin)
        else:
            kept.append(candidate)
    return kept


def _begins_again(words: Sequence[Token], one: Candidate, other: Candidate) -> bool:
    """Return whether a way without an end begins where the next one of its clause does."""
    if one.origin is None or other.origin is None or one.destination or one.via or not other.destination or one.chain:
        return False
    parted = any(t.kind is Kind.SEMICOLON or Cue.CONTRAST in t.cues for t in words[one.end : other.begin])
    return one.origin.place is not None and one.origin.place == other.origin.place and not parted


def _without_repeated_lists(made: list[Candidate]) -> list[Candidate]:
    """Fold "A – D (A, B, C, D)" and "A – D: A – B – C – D" into one route with its way points."""
    kept: list[Candidate] = []
    for candidate in made:
        twin = next(
            (
                number
                for number, other in enumerate(kept)
                if other.origin
                and candidate.origin
                and other.destination
                and candidate.destination
                and other.origin.place == candidate.origin.place
                and other.destination.place == candidate.destination.place
            ),
            None,
        )
        if twin is None:
            kept.append(candidate)
        elif len(candidate.via) > len(kept[twin].via):
            kept[twin] = replace(kept[twin], via=candidate.via, end=max(kept[twin].end, candidate.end))
    return kept
