"""Who credibly said what, and when for the first time? Copies of one announcement are one voice.

Start at `credible_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from corridors.model import OPENNESS, Authority, Claim, Status
from corridors.status.copies import carriers
from corridors.status.hours import hours_of

GOES = frozenset({Status.ANNOUNCED, Status.OPEN})
STOPS = frozenset({Status.SUSPENDED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Word:
    """A credible claim and the instant that counts for it.

    claim: with the name of its voice, which all carriers of it share, in place of the fingerprint of its own text.
    ahead: it speaks of what is or will be, and not only of what once had been announced.
    """

    claim: Claim
    said_at: datetime
    ahead: bool

    @property
    def status(self) -> Status:
        """Return what it says of the corridor."""
        return self.claim.statement.status

    @property
    def is_desk(self) -> bool:
        """Return whether an operator of this installation decided it."""
        return self.claim.authority is Authority.DESK

    @property
    def rests_on_the_desk(self) -> bool:
        """Return whether the desk said or corrected it, or counts what would not count by itself."""
        return self.is_desk or self.claim.made_by is not None or self.claim.reliability not in {"a", "b", "c"}

    @property
    def order(self) -> tuple[Any, ...]:
        """Return its place among others: by time, at one instant openings before stops, then by content.

        Ids are random and the order of arrival is chance: an id decides only which of two equal claims is named first.
        """
        claim = self.claim
        said = claim.statement
        source = (claim.authority.rank, claim.publisher, claim.party or "", claim.voice, claim.reliability)
        content = (said.reason or "", said.people or 0, str((said.windows, said.stances, said.announced_by)))
        return (self.said_at, -OPENNESS[self.status], *source, *content, claim.id)


def credible_words(claims: Sequence[Claim], day: date) -> tuple[Word, ...]:
    """Return the credible ones of `claims` in the order in which they were said.

    An opening or an announcement counts from the first time its voice said so: repeating the morning's post in the
    evening opens nothing again. A stop counts whenever it is said: a late copy of one may stop again what had been
    re-opened, which is the safer mistake, and the reason why one more stop can never make anything more open.
    """
    credible = [claim for claim in claims if claim.credible]
    carried = carriers(credible)
    words = (_word(replace(claim, voice=carried[claim.id].voice), carried[claim.id].since, day) for claim in credible)
    return tuple(sorted(words, key=lambda word: word.order))


def authors(words: Iterable[Word]) -> dict[str, str | None]:
    """Return the independent publishers among `words` with their parties: of each voice, who said it first.

    The desk is none: it weighs what others publish.
    """
    firsts: dict[str, Word] = {}
    by_time = sorted((word for word in words if not word.is_desk), key=lambda word: (word.claim.said_at, word.order))
    for word in by_time:
        firsts.setdefault(word.claim.voice, word)
    return {word.claim.publisher: word.claim.party for word in firsts.values()}


def independent(one: Claim, other: Claim) -> bool:
    """Return whether two claims confirm each other: other publishers, other words, and not two mouths of one party."""
    same_party = one.party is not None and one.party == other.party
    return one.publisher != other.publisher and one.voice != other.voice and not same_party


def _word(claim: Claim, first_at: datetime, day: date) -> Word:
    said_at = first_at if claim.statement.status in GOES else claim.said_at
    ends = [at for hours in hours_of(claim, day) for at in (hours.start_at, hours.end_at) if at]
    return Word(claim, said_at, ahead=claim.statement.status is Status.OPEN or any(at > said_at for at in ends))
