"""What does one sentence tell? Everything that can be seen without its neighbours, gathered once.

`Parts` is a sentence with its names, groups, candidate routes, days, hours, numbers and outcomes; `zone` cuts it
into the stretches that each route may call its own. Start at `parts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from corridors.reading.cues import MODES, Cue
from corridors.reading.days import Day, days
from corridors.reading.events import Said, outcomes
from corridors.reading.groups import Group, groups
from corridors.reading.hours import Hours, windows
from corridors.reading.lexicon import Lexicon
from corridors.reading.mentions import Mention
from corridors.reading.numbers import Counted, Quantity, quantities
from corridors.reading.routes import Candidate, candidates
from corridors.reading.text import Kind, Sentence, Token


@dataclass(slots=True)
class Parts:
    """A sentence taken apart. cues: every cue that stands anywhere in it."""

    sentence: Sentence
    lexicon: Lexicon
    mentions: list[Mention]
    groups: list[Group]
    routes: list[Candidate]
    days: list[Day]
    hours: list[Hours]
    numbers: list[Quantity]
    said: list[Said]
    cues: frozenset[Cue]

    @property
    def words(self) -> list[Token]:
        """Return its tokens."""
        return self.sentence.tokens


def parts(sentence: Sentence, lexicon: Lexicon, mentions: list[Mention], published: date | None) -> Parts:
    """Return `sentence` taken apart; `mentions` have been settled."""
    words = sentence.tokens
    found = groups(words, mentions, postpositions=lexicon.language.postpositions)
    named_days = days(words, lexicon, published)
    cues = frozenset().union(*(token.cues for token in words if token.cues))
    hours = [h for h in windows(words, lexicon) if not any(d.begin <= h.begin < d.end for d in named_days)]
    numbers = [
        q
        for q in quantities(words, lexicon)
        if not any(d.begin <= q.begin < d.end for d in named_days)
        and not any(h.begin <= q.begin < h.stop for h in hours)
    ]
    inhabitants = {mention.begin for mention in mentions if mention.people and mention.place is not None}
    numbers = [replace(q, counted=Counted.PEOPLE) if q.end in inhabitants else q for q in numbers]
    return Parts(
        sentence, lexicon, mentions, found, candidates(words, found), named_days, hours, numbers, outcomes(words), cues
    )


_CUTS = frozenset({Kind.COMMA, Kind.SEMICOLON, Kind.COLON, Kind.END})


def zones(part: Parts) -> dict[tuple[int, int], tuple[int, int]]:
    """Return {(begin, end) of a candidate: tokens [begin, end) that are its own}.

    The sentence is cut at the last separator before each candidate; the first one owns what stands before it.
    """
    spans = sorted({(route.begin, route.end) for route in part.routes})
    cut: dict[tuple[int, int], tuple[int, int]] = {}
    start = 0
    for number, span in enumerate(spans):
        following = spans[number + 1] if number + 1 < len(spans) else None
        stop = len(part.words)
        if following is not None:
            beyond = following[0] if following[0] > span[0] else following[1]  # "from A to B 300; there, to C, aid"
            stop = _cut(part.words, span[1], max(beyond, span[1]))
        cut[span] = (start, stop)
        start = stop
    return cut


def _cut(words: Sequence[Token], begin: int, end: int) -> int:
    """Return where to cut between two routes: at the strongest separator, the last of them."""
    for kinds in (frozenset({Kind.SEMICOLON, Kind.END}), _CUTS):
        marks = [at for at in range(begin, end) if words[at].kind in kinds]
        if marks:
            return marks[-1] + 1 if kinds is not _CUTS else marks[-1]
    joints = [at for at in range(begin, end) if words[at].cues & {Cue.AND, Cue.CONTRAST}]
    return joints[0] if joints else end


_MODE_CUES = frozenset(MODES)


def modes_in(words: Sequence[Token]) -> tuple[str, ...]:
    """Return the means of travel that the words name, in order; "not by train" names none."""
    found: dict[str, None] = {}
    for at, token in enumerate(words):
        named = token.cues & _MODE_CUES if token.cues else token.cues
        for cue in sorted(named) if named else ():
            mode = MODES[cue]
            if not (at and Cue.NOT in words[at - 1].cues):
                found.setdefault(mode)
    return tuple(found)
