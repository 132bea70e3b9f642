"""What does a sentence say of parties? Who does what about a corridor, negation and modality weighed.

A deed (`who.Act`, words of the pack) belongs to the party that does it: to the one that "by" leads to, else to its
subject. What is denied, demanded, hoped for or made a condition leaves a stance unknown. Start at `attitudes`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from corridors.model import Stance
from corridors.reading.cues import Cue
from corridors.reading.lexicon import Lexicon, Phrases
from corridors.reading.sentences import Parts
from corridors.reading.text import Kind, Token
from corridors.reading.who import Act, Who

_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Attitude:
    """What one act says of one or more parties.

    Token ranges: [begin, end) its own words, names those of its parties, zone its part of the sentence.
    stance is None where the act only announces or tells.
    """

    act: Act
    parties: tuple[str, ...]
    stance: Stance | None
    begin: int
    end: int
    names: tuple[int, int]
    zone: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Party:
    """Parties named together in tokens [begin, end); capital: a town that stands for its government."""

    codes: tuple[str, ...]
    begin: int
    end: int
    capital: bool = False


@dataclass(frozen=True, slots=True)
class _Deed:
    act: Act
    begin: int
    end: int


class Words:
    """A pack's `Who`, compiled."""

    def __init__(self, lexicon: Lexicon, who: Who) -> None:
        language = lexicon.language
        joined = [prefix for prefix, cue in language.prefixes.items() if cue is Cue.AND]
        cut = bool(language.elisions or language.suffixes)

        def table(*listed: tuple[str, _V]) -> Phrases[_V]:
            # Where a word is cut at its apostrophe, so is a phrase.
            return Phrases([(text.replace("'", " ") if cut else text, value) for text, value in listed], joined)

        self.verb_first = who.verb_first
        self.postpositions, self.verb_last = language.postpositions, language.verb_last
        self.parties = table(*who.names())
        self.capitals = table(*((phrases, code) for code, phrases in who.capitals.items()))
        self.acts = table(*((phrases, act) for act, phrases in who.acts.items()))
        self.by, self.together = table((who.by, True)), table((who.together, True))
        self.unsure = table((who.unsure, True), (language.cues.get(Cue.IF, ""), True))
        self.demands = table((language.cues.get(Cue.DEMAND, ""), True))
        self.denials = table(*((language.cues.get(cue, ""), True) for cue in (Cue.NOT, Cue.NONE)))
        self.yet = table((who.yet, True))


_READY: dict[int, tuple[Lexicon, Words]] = {}


def words_of(lexicon: Lexicon) -> Words | None:
    """Return the words of a lexicon, compiled at their first use; None where its pack names no parties."""
    if lexicon.language.who is None:
        return None
    held = _READY.get(id(lexicon))
    if held is None or held[0] is not lexicon:
        held = _READY[id(lexicon)] = (lexicon, Words(lexicon, lexicon.language.who))
    return held[1]


def attitudes(part: Parts, words: Words, lands: Collection[str]) -> list[Attitude]:
    """Return what a sentence says of parties, in order, each with the part of the sentence that is its own."""
    tokens = part.words
    deeds = _deeds(tokens, words)
    named = _named(tokens, words, lands) if deeds else []
    if not named or len(deeds) > _MOST_DEEDS:
        return []
    starts = [party.begin for party in named]
    found: list[Attitude] = []
    for begin, end in _clauses(tokens):
        told: list[Attitude] = []
        for deed in (deed for deed in deeds if begin <= deed.begin < end):
            first, last = max(0, deed.begin - _WITHIN), min(end, deed.end + _WITHIN)
            near = named[bisect_left(starts, first) : bisect_left(starts, last)]
            beside = [d for d in deeds if first <= d.begin < last] if near else []
            told.extend(_Clause(tokens, words, begin, end, near, beside).attitudes(deed))
        found.extend(_zoned(told, tokens, begin, end))
    return found


def _deeds(tokens: Sequence[Token], words: Words) -> list[_Deed]:
    found: list[_Deed] = []
    at = 0
    while at < len(tokens):
        hits = words.acts.at(tokens, at) if tokens[at].kind is Kind.WORD else []
        if hits:
            found.append(_Deed(hits[0][1], at, at + hits[0][0]))
        at += hits[0][0] if hits else 1
    return found


def _named(tokens: Sequence[Token], words: Words, lands: Collection[str]) -> list[_Party]:
    """Return the parties of a sentence, the longest name at each place; those named together are one."""
    found: list[_Party] = []
    at = 0
    while at < len(tokens):
        party = _party_at(tokens, at, words, lands) if tokens[at].kind is Kind.WORD else None
        if party is None:
            at += 1
            continue
        if found and not party.capital and _joined(tokens, found[-1], party, words):
            before = found.pop()
            party = _Party(tuple(dict.fromkeys((*before.codes, *party.codes))), before.begin, party.end)
        found.append(party)
        at = party.end
    return found


def _party_at(tokens: Sequence[Token], at: int, words: Words, lands: Collection[str]) -> _Party | None:
    for table, capital in ((words.parties, False), (words.capitals, True)):
        for length, code in table.at(tokens, at):
            land, _, codes = code.rpartition(":")
            if not land or land in lands:
                return _Party(tuple(codes.split("+")), at, at + length, capital)
    return None


_JOINT = 4


def _joined(tokens: Sequence[Token], before: _Party, party: _Party, words: Words) -> bool:
    """Return whether two names stand together: "the army and its enemy, the RSF"."""
    between = tokens[before.end : party.begin]
    if any(words.acts.at(between, n) for n, token in enumerate(between) if token.kind is Kind.WORD):
        return False
    if set(before.codes) & set(party.codes):  # "the Rapid Support Forces (RSF)"
        return len(between) <= 1
    joint = any(Cue.AND in token.cues for token in between) or Cue.AND in tokens[party.begin].cues
    comma = len(between) == 1 and between[0].kind is Kind.COMMA
    return (joint and len(between) <= _JOINT) or comma or (joint and not between)


def _clauses(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between semicolons and words of contrast."""
    begin = 0
    for at, token in enumerate(tokens):
        if token.kind is Kind.SEMICOLON or Cue.CONTRAST in token.cues:
            yield begin, at
            begin = at
    yield begin, len(tokens)


_DENIED = 4
_ASKED = 3
_AFTER = 3
_BESIDE = 2
_FARTHEST = 6
_WITHIN = 30
# Nobody writes so many into one sentence; leaving them be keeps the time linear, whatever a text is.
_MOST_DEEDS = 40
_PASSIVE = frozenset({Act.ANNOUNCED, Act.AGREED, Act.REFUSED})


@dataclass(slots=True)
class _Clause:
    """One clause [begin, end), and the parties and deeds near the one in question."""

    tokens: Sequence[Token]
    words: Words
    begin: int
    end: int
    named: Sequence[_Party]
    deeds: Sequence[_Deed]

    def attitudes(self, deed: _Deed) -> Iterator[Attitude]:
        """Yield what a deed says of the parties that it belongs to."""
        if any(self._governed(before, deed) for before in self.deeds if before.end <= deed.begin):
            return
        partner = self._behind(deed, self.words.together) if deed.act in _MUTUAL else None
        for party in filter(None, (self._doer(deed, partner), partner)):
            stance = self._stance(deed, party)
            if stance is not None or self._only_tells(deed, party):
                first, last = min(party.begin, deed.begin), max(party.end, deed.end)
                yield Attitude(deed.act, party.codes, stance, first, last, names=(party.begin, party.end))

    def _only_tells(self, deed: _Deed, party: _Party) -> bool:
        if deed.act in _STANCES and deed.act is not Act.CONFIRMS:
            return False
        return not self._is_denied(deed, party) and not self._is_open(deed, party)

    def _governed(self, before: _Deed, deed: _Deed) -> bool:
        """Return whether a deed is only what another one is about: "refused to guarantee", "agreed to announce"."""
        between = self.tokens[before.end : deed.begin]
        near = len(between) <= 2 and not any(token.kind is Kind.COMMA or Cue.AND in token.cues for token in between)
        party = any(before.end <= party.begin < deed.begin for party in self.named)
        return near and not party and before.act in {Act.REFUSES, Act.AGREES, Act.UNCONFIRMED}

    def _doer(self, deed: _Deed, partner: _Party | None) -> _Party | None:
        agent = self._behind(deed, self.words.by)
        if agent is not None and agent is not partner:
            return agent
        if deed.act is Act.ACCORDING:
            return self._next(deed, _BESIDE)
        if deed.act in _PASSIVE:
            return self._next(deed, _BESIDE) if partner is None else None
        before, behind = self._before(deed), self._next(deed, _AFTER) if partner is None else None
        if before is None:
            return behind or (self._earlier(deed) if deed.act in _BINDING else None)
        inverted = self.words.verb_first and behind is not None and behind.begin == deed.end > before.end + 1
        return behind if inverted else before

    def _segment(self, at: int) -> int:
        """Return where the stretch between commas that holds token `at` begins."""
        return next((n + 1 for n in range(at - 1, self.begin - 1, -1) if self.tokens[n].kind is Kind.COMMA), self.begin)

    def _before(self, deed: _Deed) -> _Party | None:
        """Return the nearest party before a deed that no comma parts from it."""
        start = self._segment(deed.begin)
        for party in reversed(self.named):
            if start < party.end <= deed.begin and self._reaches(party, deed) and self._is_free(party):
                return party
        return None

    def _reaches(self, party: _Party, deed: _Deed) -> bool:
        """Return whether a subject is near enough to its verb; who tells stands beside it."""
        between = self.tokens[party.end : deed.begin]
        if party.capital:
            return len(between) <= _BESIDE
        if deed.act is Act.SAYS:
            return len(between) <= _DENIED and not any(Cue.AND in token.cues for token in between)
        return len(between) <= _FARTHEST

    def _earlier(self, deed: _Deed) -> _Party | None:
        """Return the party that an interrupted sentence began with: "Russia, which holds the town, refused".

        Across a contrast only where it goes on at once: "Russia agreed to one, but refused the other".
        """
        start = self._segment(deed.begin)
        tellers = {id(party) for party in self.named for told in self.deeds if self._tells(told, party)}
        for party in reversed(self.named):
            if party.begin < self.begin and deed.begin - self.begin > _BESIDE:
                return None
            if party.end <= start and not party.capital and id(party) not in tellers and self._is_free(party):
                return party
        return None

    def _tells(self, told: _Deed, party: _Party) -> bool:
        beside = told.begin - party.end if told.begin >= party.end else party.begin - told.end
        return told.act in {Act.SAYS, Act.ACCORDING} and 0 <= beside <= _AFTER

    def _next(self, deed: _Deed, reach: int) -> _Party | None:
        """Return the party that stands behind a deed: "consent of the Russian side", a verb before its subject."""
        for party in self.named:
            between = self.tokens[deed.end : party.begin]
            told_in = deed.act is Act.SAYS and len(between) == 1 and bool(between[0].cues & {Cue.AT, Cue.TO_OR_AT})
            if deed.end <= party.begin and len(between) <= reach and (told_in or self._is_free(party)):
                stopped = any(t.kind not in {Kind.WORD, Kind.QUOTE} or Cue.AND in t.cues for t in between)
                other = any(deed.end <= other.begin < party.begin for other in self.deeds)
                return None if stopped or other or (party.capital and between) else party
        return None

    def _behind(self, deed: _Deed, leads: Phrases[bool]) -> _Party | None:
        """Return the party that "by" or "with" leads to; where such words stand behind names, the one before."""
        if self.words.postpositions:
            for party in reversed(self.named):
                after = party.end
                while after < deed.begin and self.tokens[after].kind is Kind.WORD and after - party.end < _BESIDE:
                    if leads.at(self.tokens, after):
                        return party
                    after += 1
            return None
        if self.words.verb_last and (before := self._led_before(deed, leads)) is not None:
            return before
        for party in self.named:
            # "annoncé par" is one phrase, and its last word leads.
            between = range(deed.end - (deed.end - deed.begin > 1), party.begin)
            if deed.end <= party.begin and len(between) <= _REACH_BY:
                led = [at for at in between if self.tokens[at].kind is Kind.WORD and leads.at(self.tokens, at)]
                stopped = any(self.tokens[at].kind in {Kind.COMMA, Kind.COLON} for at in between)
                if led and party.begin - led[-1] <= _AFTER and not stopped:
                    return party
        return None

    def _led_before(self, deed: _Deed, leads: Phrases[bool]) -> _Party | None:
        """Return the party that "by" or "with" leads to before a verb that stands last."""
        start = self._segment(deed.begin)
        for party in reversed(self.named):
            between = range(max(party.begin - _BESIDE, start), party.begin)
            if start < party.end <= deed.begin and any(leads.at(self.tokens, at) for at in between):
                return party
        return None

    def _is_free(self, party: _Party) -> bool:
        """Return whether a name stands for who acts: not "from Russia", not "through the Red Cross"."""
        if self.words.postpositions:
            after = self.tokens[party.end] if party.end < len(self.tokens) else None
            return after is None or not after.cues & _PLACED or bool(self.words.by.at(self.tokens, party.end))
        at = party.begin - 1
        while at >= self.begin and self.tokens[at].cues & {Cue.ARTICLE, Cue.KIND}:
            at -= 1
        if at < self.begin:
            return True
        head = at - self.tokens[at].head
        if any(leads.at(self.tokens, n) for leads in (self.words.by, self.words.together) for n in {at, head}):
            return False
        return not self.tokens[head].cues & _PLACED or bool(self.words.acts.at(self.tokens, head))

    def _is_denied(self, deed: _Deed, party: _Party) -> bool:
        start = max(self._segment(deed.begin), deed.begin - _DENIED)
        if party.end <= deed.begin:
            start = max(start, min(party.begin - 1, deed.begin)) if party.begin > start else start
        return self._any(self.words.denials, max(start, self.begin), deed.begin)

    def _is_open(self, deed: _Deed, party: _Party) -> bool:
        """Return whether it is only a condition, a demand or a hope."""
        first = min(deed.begin, party.begin)
        if self._any(self.words.unsure, max(self._segment(first), first - _DENIED), deed.begin):
            return True
        near = [at for at in range(max(self.begin, first - _ASKED), deed.begin) if self.tokens[at].kind is Kind.WORD]
        return any(self.words.demands.at(self.tokens, n) and not self.words.acts.at(self.tokens, n) for n in near)

    def _confirms_it(self, deed: _Deed, party: _Party) -> bool:
        """Return whether the corridor is confirmed, and not merely a fact: "confirmed that it was shelled"."""
        after = max(deed.end, party.end)
        stop = next((n for n in range(after, self.end) if self.tokens[n].kind is Kind.COMMA), self.end)
        following = self.tokens[after : min(after + _FARTHEST, stop)]
        cues = frozenset[Cue]().union(*(token.cues for token in following))
        words = sum(token.kind is Kind.WORD for token in following)
        return not cues & _WENT_WRONG and (words <= 1 or bool(cues & {Cue.CORRIDOR, Cue.PAUSE, Cue.EVACUATION}))

    def _any(self, phrases: Phrases[bool], begin: int, end: int) -> bool:
        return any(self.tokens[at].kind is Kind.WORD and phrases.at(self.tokens, at) for at in range(begin, end))

    def _stance(self, deed: _Deed, party: _Party) -> Stance | None:
        """Return what a deed makes of its party's stance; None where it says nothing of it."""
        if deed.act not in _STANCES:
            return None
        if self._is_open(deed, party):
            return Stance.UNKNOWN if deed.act in _BINDING else None
        if not self._is_denied(deed, party):
            return _STANCES[deed.act] if deed.act is not Act.CONFIRMS or self._confirms_it(deed, party) else None
        if deed.act in {Act.CONSENT, Act.CONFIRMS, Act.GUARANTEES}:
            return Stance.UNKNOWN
        if deed.act in {Act.AGREES, Act.AGREED}:
            waits = self._any(self.words.yet, max(self.begin, deed.begin - _DENIED), min(self.end, deed.end + _ASKED))
            return Stance.UNKNOWN if waits else Stance.REJECTED
        return None


_MUTUAL = frozenset({Act.AGREES, Act.CONSENT, Act.AGREED, Act.CONFIRMS})
_BINDING = frozenset({Act.AGREES, Act.CONSENT, Act.AGREED, Act.CONFIRMS, Act.UNCONFIRMED, Act.GUARANTEES, Act.REFUSES})
_STANCES = {
    Act.PROPOSES: Stance.PROPOSED,
    Act.AGREES: Stance.ACCEPTED,
    Act.CONSENT: Stance.ACCEPTED,
    Act.AGREED: Stance.ACCEPTED,
    Act.CONFIRMS: Stance.ACCEPTED,
    Act.UNCONFIRMED: Stance.UNKNOWN,
    Act.REFUSES: Stance.REJECTED,
    Act.REFUSED: Stance.REJECTED,
    Act.GUARANTEES: Stance.ACCEPTED,
}
_WENT_WRONG = frozenset({Cue.VIOLATED, Cue.BLOCKED, Cue.HALTED, Cue.FAILED, Cue.CANCELLED, Cue.MOVED})
_PLACED = frozenset({Cue.FROM, Cue.TO, Cue.VIA, Cue.AT, Cue.TO_OR_AT, Cue.BETWEEN})
_REACH_BY = 5


def _zoned(found: Sequence[Attitude], tokens: Sequence[Token], begin: int, end: int) -> Iterator[Attitude]:
    """Yield each attitude with its part of the clause: the next one's begins at the last comma before it."""
    start = begin
    for number, attitude in enumerate(found):
        following = found[number + 1].begin if number + 1 < len(found) else end
        commas = [at for at in range(attitude.end, following) if tokens[at].kind is Kind.COMMA]
        stop = end if following == end else max(commas[-1] if commas else following, attitude.end)
        yield replace(attitude, zone=(start, stop))
        start = stop
