"""What is about a corridor, and was not understood?

A sentence that names a way out and gave no statement is a doubt with what is missing in it: never dropped, never
guessed. Start at `unread`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corridors.model import Doubt, Span
from corridors.reading.cues import Cue
from corridors.reading.events import Outcome
from corridors.reading.facts import span
from corridors.reading.sentences import Parts

_WAY = frozenset({Cue.CORRIDOR, Cue.EVACUATION, Cue.CONVOY})
_ENDS = frozenset({Cue.FROM, Cue.TO, Cue.TO_OR_AT, Cue.BETWEEN})
_MOST = 20
_QUOTED = 250


def unread(told: Sequence[Parts], explained: Sequence[Span], *, ours: bool, empty: bool) -> tuple[Doubt, ...]:
    """Return the sentences of a text about corridors that nothing was made of, and what they lack.

    missing: "answer" where a sentence only asks, "route" where it names a way that was not understood, "purpose" where
    vehicles go from place to place and nothing says for whom.
    explained: the words of statements and doubts; ours: the text is about corridors for people and aid; empty: it
    gave no statement, count or doubt.
    """
    if not ours:
        return tuple(_unsaid(told))[:_MOST]
    found = [doubt for part in told if (doubt := _doubt(part, explained)) is not None]
    if not found and empty:
        found = list(_unexplained(told))
    return tuple(found[:_MOST])


def _unsaid(told: Sequence[Parts]) -> Iterator[Doubt]:
    """Yield the sentences about buses on their way, of which nobody says that they are an evacuation."""
    if any(part.cues & {Cue.NOT_OURS, Cue.ORDINARY, Cue.LONG_AGO} for part in told):
        return
    for part in told:
        whole = any(route.origin is not None and route.destination is not None for route in part.routes)
        if whole and part.cues & {Cue.BUS, Cue.BOAT, Cue.AMBULANCE, Cue.CORRIDOR}:
            yield _quoted(part, "purpose")


def _doubt(part: Parts, taken: Sequence[Span]) -> Doubt | None:
    if not part.cues & _WAY or not _names_way(part) or _is_told(part, taken):
        return None
    if part.sentence.asks:
        return _quoted(part, "answer")
    understood = part.cues & {Cue.EARLIER, Cue.RETURN, Cue.SO_FAR} or any(day.since for day in part.days)
    return None if understood or _only_asked(part) else _quoted(part, "route")


def _names_way(part: Parts) -> bool:
    """Return whether a sentence names a place from or to which somebody goes."""
    return any(
        group.role in _ENDS and any(m.place is not None and not m.region for m in group.mentions)
        for group in part.groups
    )


def _is_told(part: Parts, taken: Sequence[Span]) -> bool:
    sentence = part.sentence
    return any(one.field == sentence.field and sentence.start <= one.start < sentence.end for one in taken)


def _only_asked(part: Parts) -> bool:
    """Return whether a sentence is understood as a call that nobody has answered."""
    said = {one.outcome for one in part.said}
    return Outcome.ASKED in said or Cue.DEMAND in part.cues


def _unexplained(told: Sequence[Parts]) -> Iterator[Doubt]:
    """Yield the first sentence that speaks of a corridor, where nothing at all came of a text about one."""
    about = [part for part in told if Cue.CORRIDOR in part.cues and not _only_asked(part)]
    if about and not any(_only_asked(part) for part in told):
        yield _quoted(about[0], "route")


def _quoted(part: Parts, missing: str) -> Doubt:
    return Doubt(part.sentence.text[:_QUOTED], missing, span(part, 0, len(part.words)))
