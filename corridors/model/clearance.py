"""Who sees what? Sensitivity, and the one state for each clearance that follows from it.

A reader with a clearance sees the claims whose sensitivity it covers, and nothing else. What those claims add up to is
*their* state: a public reader gets the corridors, statuses, events and tallies of the public claims alone, and where
more is known the record says `withheld`. Cutting fields out of one common state would not do: the status itself, since
when it holds, which route is the fullest, even which corridor a claim belongs to may come from what is withheld.

So state is assessed for each of the four clearances (`Layers`). They are the same value as long as every source is
`low_or_none`, and equal neighbours are kept as one row with the `Band` of clearances that see it: one row, one event
and one rendering unless something really is withheld, and one comparison more in every query. Whoever reads has
exactly one row of each record, so that revisions rise and events come once for every subscriber.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from corridors.model.words import Sensitivity

Value = TypeVar("Value")

PUBLIC = Sensitivity.LOW_OR_NONE
EVERYTHING = Sensitivity.SEVERE

CLEARANCES = tuple(Sensitivity)

Layers = tuple[Value, Value, Value, Value]  # what each of CLEARANCES sees, in their order


class Band(NamedTuple):
    """Neighbouring clearances, both ends included."""

    lowest: Sensitivity = PUBLIC
    highest: Sensitivity = EVERYTHING

    def covers(self, clearance: Sensitivity) -> bool:
        """Return whether a reader with `clearance` is among them."""
        return self.lowest.rank <= clearance.rank <= self.highest.rank


EVERYBODY = Band()


def from_bands(kept: Mapping[Band, Value]) -> Layers[Value | None]:
    """Return what each clearance sees of values that are kept with their bands, which do not overlap."""
    found = [next((value for band, value in kept.items() if band.covers(level)), None) for level in CLEARANCES]
    return found[0], found[1], found[2], found[3]


def runs(layers: Sequence[Value]) -> Iterator[tuple[Band, Value]]:
    """Yield the bands of neighbours that see the same, with what they see; `layers` has one for each clearance."""
    first = 0
    for level in range(1, len(CLEARANCES) + 1):
        if level == len(CLEARANCES) or not (layers[level] is layers[first] or layers[level] == layers[first]):
            yield Band(CLEARANCES[first], CLEARANCES[level - 1]), layers[first]
            first = level
