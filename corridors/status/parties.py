"""Who agreed to what, and where do the parties contradict each other? Start at `stances` and `contradiction`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corridors.model import Agreement, Reason, Stance, is_side
from corridors.status.voices import GOES, STOPS, Word

_CAUTION = (Stance.UNKNOWN, Stance.ACCEPTED, Stance.PROPOSED, Stance.REJECTED)


def stances(words: Sequence[Word]) -> dict[str, Stance]:
    """Return how each party that `words` name stands to it, by party in order.

    A party's own word comes first, then what others say of it, then that it announced: announcing is proposing, not
    accepting. Nobody who has a stance in it accepts for another.
    """
    parties = _parties(words)
    best: dict[str, tuple[Any, ...]] = dict.fromkeys(parties, ())
    for word in words:
        for party, stance, weight in _said(word, parties):
            best[party] = max(best[party], (*weight, word.said_at, _CAUTION.index(stance)))
    return {party: _CAUTION[best[party][-1]] if best[party] else Stance.UNKNOWN for party in sorted(parties)}


def roll_up(parties: Mapping[str, Stance]) -> Agreement:
    """Return what all stances add up to. Agreed = at least two sides, one of them at most only proposing it.

    The Red Cross and the United Nations are no side: that they agree with one tells nothing of its enemy.
    """
    known = [stance for stance in parties.values() if stance is not Stance.UNKNOWN]
    if not known:
        return Agreement.UNKNOWN
    if Stance.REJECTED in known:
        return Agreement.REJECTED
    if known == [Stance.PROPOSED]:
        return Agreement.UNILATERAL
    sides = [stance for party, stance in parties.items() if is_side(party)]
    everybody = len(sides) > 1 and Stance.UNKNOWN not in sides
    return Agreement.AGREED if everybody and sides.count(Stance.PROPOSED) <= 1 else Agreement.PARTLY_AGREED


def contradiction(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return two parties' latest words that cannot both hold, the stop first; nothing where there are none.

    That a route which another party announced was completed contradicts nobody; that it is open afterwards does.
    What was said before the desk decided is settled.
    """
    last: dict[str, Word] = {}
    for word in words:
        if word.is_desk and word.status in GOES | STOPS:
            last.clear()
        elif word.claim.party and word.status in GOES | STOPS:
            last[word.claim.party] = word
    for stop in (word for word in last.values() if word.status in STOPS):
        for go in (word for word in last.values() if word.status in GOES):
            if go.said_at >= stop.said_at or stop.claim.statement.reason is not Reason.COMPLETED:
                return stop, go
    return ()


def rejection(words: Sequence[Word], parties: Mapping[str, Stance]) -> tuple[Word, ...]:
    """Return the words that disagree where one of `parties` rejects what others want or say that it accepted."""
    against = {party for party, stance in parties.items() if stance is Stance.REJECTED}
    no = [word for word in words if any(stance is Stance.REJECTED for _, stance in _told(word))]
    yes = [
        word
        for word in words
        if word.claim.party not in against
        and any(stance in {Stance.PROPOSED, Stance.ACCEPTED} for _, stance in _told(word))
    ]
    return tuple(word for word in words if word in no or word in yes) if against and yes else ()


def _said(word: Word, parties: frozenset[str]) -> Iterator[tuple[str, Stance, tuple[int, int]]]:
    """Yield what `word` says of each party's stance, and how much that weighs."""
    speaker = word.claim.party
    for party, stance in _told(word):
        if stance is Stance.PROPOSED:
            yield party, stance, (1, 0)
        elif party == speaker:
            yield party, stance, (3, 0)
        elif stance is Stance.REJECTED or speaker not in parties:
            yield party, stance, (2, -word.claim.authority.rank)


def _told(word: Word) -> Iterator[tuple[str, Stance]]:
    statement = word.claim.statement
    yield from ((told.party, told.stance) for told in statement.stances if told.stance is not Stance.UNKNOWN)
    if statement.announced_by:
        yield statement.announced_by, Stance.PROPOSED


def _parties(words: Sequence[Word]) -> frozenset[str]:
    """Return every party that has a stance in it, known or not; who only speaks of others' stances is none."""
    told = {stance.party for word in words for stance in word.claim.statement.stances}
    return frozenset(told | {by for word in words if (by := word.claim.statement.announced_by)})
