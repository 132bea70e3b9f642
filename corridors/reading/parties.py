"""Who announced, who agreed, who guaranteed? What a text states of parties, and nothing that it does not.

What a sentence says of parties (`attitudes`) belongs to the routes that its part of the sentence names, or to all where
it names none. The source's own party is no word of the text; the ledger knows it. Start at `attributed`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from corridors.model import PartyStance, PlaceType, Span, Stance, Statement, Status, is_side
from corridors.reading.attitudes import Attitude, attitudes, words_of
from corridors.reading.drafts import same
from corridors.reading.mentions import Mention
from corridors.reading.sentences import Parts
from corridors.reading.who import Act

_ANNOUNCES = frozenset({Act.ANNOUNCES, Act.ANNOUNCED})


def attributed(
    statements: Sequence[Statement], chapters: Sequence[Sequence[Parts]], lands: Collection[str]
) -> tuple[Statement, ...]:
    """Return `statements` with who announced, agreed to and guaranteed each, where the text says so.

    chapters: the sentences of the text, in order; what one chapter says is about the routes of that chapter.
    lands: the countries that the text is about.
    """
    found = [_Known(statement) for statement in statements]
    starts = [_position(told[0].sentence.field, told[0].sentence.start) for told in chapters]
    for number, told in enumerate(chapters):
        _hear(told, [known for known in found if bisect_right(starts, known.position, 1) - 1 == number], lands)
    return tuple(known.statement() for known in found)


def _hear(told: Sequence[Parts], found: Sequence[_Known], lands: Collection[str]) -> None:
    for part in told if found else ():
        words = words_of(part.lexicon)
        heard = attitudes(part, words, lands) if words is not None else ()
        named = {at for attitude in heard for at in range(*attitude.names)}
        for attitude in heard:
            for known in _concerned(part, attitude, found, named):
                known.learn(part, attitude)


def _concerned(part: Parts, attitude: Attitude, found: Sequence[_Known], named: Collection[int]) -> list[_Known]:
    """Return whom an attitude is about: the routes that its part of the sentence names, else those of the sentence,
    else, where it names none, all of the day it names, an announcement those that follow.

    named: tokens of parties, which are no places here ("Kyiv refused").
    """
    places = [m for m in part.mentions if m.place is not None and not m.region and m.begin not in named]
    for zone in (attitude.zone, (0, len(part.words))):
        if own := [known for known in found if _names(part, known, zone, places)]:
            return own
    if any(m.place is not None and m.place.type is not PlaceType.COUNTRY and not m.loose for m in places):
        return []
    days = {day.on for day in part.days}
    dated = [known for known in found if not days or known.made.valid_on[0] in days]
    if attitude.act in _ANNOUNCES | {Act.SAYS, Act.ACCORDING, Act.PROPOSES}:
        at = _position(part.sentence.field, part.sentence.start)
        return [known for known in dated if known.position > at] or dated
    return dated


def _names(part: Parts, known: _Known, zone: tuple[int, int], places: Sequence[Mention]) -> bool:
    """Return whether tokens [begin, end) name a route: its words stand there, or its places are named there."""
    if zone[0] >= zone[1]:
        return False
    start, end = part.words[zone[0]].start, part.words[zone[1] - 1].end
    spans = [span for name, span in known.made.spans.items() if name.startswith(("origin", "destination", "via"))]
    if any(span.field == part.sentence.field and start <= span.start < end for span in spans):
        return True
    route = known.made.route
    stops = [stop for stop in (route.origin, *route.via, route.destination) if stop is not None]
    mentioned = [m.place for m in places if m.place is not None and zone[0] <= m.begin < zone[1]]
    return any(p.type is not PlaceType.COUNTRY and same(p, stop) for p in mentioned for stop in stops)


def _position(name: str, start: int) -> tuple[bool, int]:
    return name != "title", start


@dataclass(slots=True)
class _Known:
    """What is known so far of who stands behind one statement, and the words that said so."""

    made: Statement
    announcer: tuple[str, Span] | None = None
    teller: tuple[str, Span] | None = None
    stances: dict[str, tuple[Stance, Span]] = field(default_factory=dict)
    guarantors: dict[str, Span] = field(default_factory=dict)

    @property
    def position(self) -> tuple[bool, int]:
        """Return where its words begin."""
        return min((_position(span.field, span.start) for span in self.made.spans.values()), default=(True, 0))

    def learn(self, part: Parts, attitude: Attitude) -> None:
        """Take in what an attitude says of it; a later word replaces an earlier one, silence replaces nothing."""
        words = part.words
        span = Span(part.sentence.field, words[attitude.begin].start, words[attitude.end - 1].end)
        if attitude.act in _ANNOUNCES:
            self.announcer = (attitude.parties[0], span)
        tells = attitude.act in {Act.SAYS, Act.ACCORDING, Act.CONFIRMS} and attitude.stance is None
        if tells and self.teller is None and is_side(attitude.parties[0]):
            self.teller = (attitude.parties[0], span)
        if attitude.act is Act.GUARANTEES and attitude.stance is Stance.ACCEPTED:
            self.guarantors.update(dict.fromkeys(attitude.parties, span))
        others = attitude.parties[1:] if attitude.act in _ANNOUNCES else ()
        stance = Stance.PROPOSED if others else attitude.stance
        for party in others or attitude.parties:
            weak = attitude.act is Act.GUARANTEES and (party in self.stances or not is_side(party))
            if stance is not None and not weak and (stance is not Stance.UNKNOWN or party not in self.stances):
                self.stances[party] = (stance, span)

    def statement(self) -> Statement:
        """Return the statement with its parties; who merely tells of it announces what is still to come or open."""
        announcer = self.announcer
        if announcer is None and self.made.status in {Status.ANNOUNCED, Status.OPEN}:
            others = {stance for party, (stance, _) in self.stances.items() if self.teller and party != self.teller[0]}
            announcer = self.teller if Stance.PROPOSED not in others else None
        held = {party: told for party, told in self.stances.items() if not self._is_announcing(party, told, announcer)}
        spans = dict(self.made.spans)
        if announcer is not None:
            spans["announced_by"] = announcer[1]
        spans |= {f"stances.{number}": span for number, (_, span) in enumerate(held.values())}
        spans |= {f"guarantors.{number}": span for number, span in enumerate(self.guarantors.values())}
        return replace(
            self.made,
            announced_by=announcer[0] if announcer else None,
            stances=tuple(PartyStance(party, stance) for party, (stance, _) in held.items()),
            guarantors=tuple(self.guarantors),
            spans=spans,
        )

    @staticmethod
    def _is_announcing(party: str, told: tuple[Stance, Span], announcer: tuple[str, Span] | None) -> bool:
        return announcer is not None and party == announcer[0] and told[0] is Stance.PROPOSED
