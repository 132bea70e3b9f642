"""Which words tell who stands behind an announcement?

Data only: the parties as a language names them, and what they do. `corridors.reading.parties` reads with it.

A party is written as sources write theirs: a state by its ISO 3166-1 code ("RU"), an armed group by the country and
its short name ("SD-RSF"), an organisation by its short name ("ICRC", "UN").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Act(StrEnum):
    """What a party can do about a corridor."""

    ANNOUNCES = auto()  # announces, opens, sets up
    ANNOUNCED = auto()  # passive: who announced stands behind it
    SAYS = auto()  # merely tells of it
    ACCORDING = auto()  # "according to": leads to who tells it
    PROPOSES = auto()
    AGREES = auto()  # under a negation it has refused
    CONSENT = auto()  # the noun; where there is none, nothing is known
    AGREED = auto()  # passive: who agreed stands behind it, "agreed with the Red Cross"
    CONFIRMS = auto()  # under a negation nothing is known
    UNCONFIRMED = auto()  # leaves it open: "has not confirmed", "will agree"
    REFUSES = auto()
    REFUSED = auto()  # passive
    GUARANTEES = auto()


@dataclass(frozen=True, slots=True)
class Who:
    """The parties of one language and their acts; phrases as in a pack's cues.

    parties: code → names. A code "UA:RU" holds only where the corridor is in Ukraine ("the occupiers"), and several
    joined by + are meant together ("both sides").
    adjectives: code → "Russian"; each stands before or behind one of `sides`: "side", "army", "ministry".
    capitals: code → towns that stand for a government; only directly beside what they do.
    by, together: what leads to who did it, and with whom; unsure: what leaves it open (waits for, must, whether);
    yet: not so far; verb_first: who acts may stand directly behind the verb.
    """

    parties: Mapping[str, str] = field(default_factory=dict)
    adjectives: Mapping[str, str] = field(default_factory=dict)
    sides: str = ""
    capitals: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[Act, str] = field(default_factory=dict)
    by: str = ""
    together: str = ""
    unsure: str = ""
    yet: str = ""
    verb_first: bool = False

    def names(self) -> list[tuple[str, str]]:
        """Return (phrases, code) of every way in which a party can be named, capitals left out."""
        listed = [(phrases, code) for code, phrases in self.parties.items()]
        sides = [side.strip() for side in self.sides.split(",") if side.strip()]
        for code, written in self.adjectives.items():
            for adjective in filter(None, map(str.strip, written.split(","))):
                listed.append((", ".join(f"{adjective} {side}, {side} {adjective}" for side in sides), code))
        return listed
