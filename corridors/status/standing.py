"""Does the corridor stand open or stopped, by what was said so far? The heart of the assessment.

Knows no hours and no clock: what time alone ends is decided in lapse.py. Start at `stand`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from corridors.model import OPENNESS, Reason, Status, least_open
from corridors.status.voices import GOES, STOPS, Word, independent


@dataclass(frozen=True, slots=True)
class Stop:
    """A suspension or closure that holds, and the words against it that may count once they are two."""

    word: Word
    supporters: tuple[Word, ...] = ()

    def after(self, word: Word) -> Stop | None:
        """Return the stop as `word`, an opening or announcement, leaves it: None when it lifts it.

        Closing is easy and re-opening is hard. Whoever speaks for the side that stopped it, or for no side, lifts with
        at least equal authority, or together with a second independent publisher. No party lifts another's stop.
        """
        if word.is_desk:
            return None
        if self.word.is_desk or not self._may_be_answered_by(word):
            return self
        if word.claim.authority.rank <= self.word.claim.authority.rank and (word.ahead or not self._is_final):
            return None
        if not word.ahead:  # the evening's papers tell again what had been announced in the morning
            return self
        if any(independent(word.claim, other.claim) for other in self.supporters):
            return None
        return replace(self, supporters=(*self.supporters, word))

    @property
    def _is_final(self) -> bool:
        return self.word.claim.statement.reason is Reason.COMPLETED

    def _may_be_answered_by(self, word: Word) -> bool:
        same_publisher = word.claim.publisher == self.word.claim.publisher
        return (
            same_publisher
            or None in {word.claim.party, self.word.claim.party}
            or word.claim.party == self.word.claim.party
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds after some words: the stops not lifted yet, and the openings and announcements since the last stop.

    since_at: when the present status began. opened: whether it stood open at any time.

    One more stop never makes the result more open: it adds to `stops`, empties `goes`, and changes neither whether
    later words lift the other stops nor which of them become `goes`.
    """

    stops: tuple[Stop, ...] = ()
    goes: tuple[Word, ...] = ()
    since_at: datetime | None = None
    opened: bool = False

    @property
    def status(self) -> Status:
        """Return the least open of the stops that stand; without one, the most open word since the last of them."""
        if self.stops:
            return least_open([stop.word.status for stop in self.stops])
        return max((word.status for word in self.goes), key=OPENNESS.__getitem__, default=Status.UNKNOWN)

    @property
    def grounds(self) -> tuple[Word, ...]:
        """Return the words that say what holds: the highest authority first, and of one authority the latest."""
        words = [stop.word for stop in self.stops] or list(self.goes)
        latest_first = [word for word in reversed(words) if word.status is self.status]
        return tuple(sorted(latest_first, key=lambda word: word.claim.authority.rank))

    def after(self, word: Word) -> Standing:
        """Return what holds once `word` is said, too. Words come in their order (`Word.order`)."""
        if word.status in STOPS:
            moved = replace(self, stops=(*self.stops, Stop(word)), goes=())
        else:
            left = (stop.after(word) for stop in self.stops)
            moved = replace(self, stops=tuple(stop for stop in left if stop), goes=(*self.goes, word))
        since_at = self.since_at if moved.status is self.status else word.said_at
        return replace(moved, since_at=since_at, opened=self.opened or moved.status is Status.OPEN)


def stand(words: Iterable[Word]) -> Standing:
    """Return what `words`, in their order, add up to. Rules 1, 3, 4 and 6 of the state."""
    return reduce(Standing.after, (word for word in words if word.status in GOES | STOPS), Standing())
