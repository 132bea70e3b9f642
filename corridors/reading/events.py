"""What is said to hold? Status and reason from the cues of a stretch of words, with negation and modality.

The rules are a table of values: a cue under a negation or under "will" becomes another outcome. Start at `outcomes`
and `verdict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from corridors.model import Reason, Status
from corridors.reading.cues import Cue
from corridors.reading.text import Kind, Token


class Outcome(Enum):
    """What one phrase says about a route."""

    PLANNED = auto()
    AGREED = auto()
    OPEN = auto()
    RESUMED = auto()
    DONE = auto()
    HALTED = auto()
    BLOCKED = auto()
    VIOLATED = auto()
    CANCELLED = auto()
    FAILED = auto()
    REFUSED = auto()
    ASKED = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """One outcome at the token `at`. aside: the word leads to an origin as well ("those who flee A will be …")."""

    outcome: Outcome
    at: int
    end: int
    aside: bool = False


# cue → (as it stands, under a negation, under "will"); None = says nothing.
_RULES: dict[Cue, tuple[Outcome | None, Outcome | None, Outcome | None]] = {
    Cue.MOVED: (Outcome.DONE, Outcome.FAILED, Outcome.PLANNED),
    Cue.MOVING: (Outcome.OPEN, Outcome.BLOCKED, Outcome.PLANNED),
    Cue.WILL_MOVE: (Outcome.PLANNED, Outcome.FAILED, Outcome.PLANNED),
    Cue.ARRIVED: (Outcome.DONE, Outcome.FAILED, Outcome.PLANNED),
    Cue.PLANNED: (Outcome.PLANNED, None, Outcome.PLANNED),
    Cue.AGREED: (Outcome.AGREED, Outcome.REFUSED, Outcome.PLANNED),
    Cue.OPEN: (Outcome.OPEN, Outcome.FAILED, Outcome.PLANNED),
    Cue.OPENED: (Outcome.OPEN, Outcome.FAILED, Outcome.PLANNED),
    Cue.OPENING: (Outcome.OPEN, None, Outcome.PLANNED),
    Cue.WORKED: (Outcome.DONE, Outcome.FAILED, Outcome.PLANNED),
    Cue.RESUMED: (Outcome.RESUMED, Outcome.HALTED, Outcome.PLANNED),
    Cue.HALTED: (Outcome.HALTED, Outcome.HALTED, Outcome.HALTED),
    Cue.BLOCKED: (Outcome.BLOCKED, Outcome.BLOCKED, None),
    Cue.VIOLATED: (Outcome.VIOLATED, None, None),
    Cue.CANCELLED: (Outcome.CANCELLED, Outcome.CANCELLED, Outcome.CANCELLED),
    Cue.FAILED: (Outcome.FAILED, Outcome.FAILED, Outcome.FAILED),
    Cue.REFUSED: (Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED),
    Cue.DEMAND: (Outcome.ASKED, None, None),
}
_RULED = frozenset(_RULES)
# What the walk over a sentence listens to; most words with a cue only lead to a name.
_HEARD = _RULED | {Cue.CONTRAST, Cue.NOT, Cue.NONE, Cue.WILL, Cue.WAS_TO, Cue.ABLE, Cue.IF, Cue.FIRST, Cue.EVACUATION}
_REACH = 5
_NOT_ABLE = 3
_BEHIND = 2  # "to evacuate they managed", in languages of free order
_WISHED = {Outcome.OPEN, Outcome.PLANNED, Outcome.DONE}


def outcomes(words: Sequence[Token], begin: int = 0, end: int | None = None) -> list[Said]:
    """Return what tokens [begin, end) say, in order."""
    found: list[Said] = []
    stop = len(words) if end is None else end
    denied = willed = able = iffy = first = asked = evacuation = -100
    for at in range(begin, stop):
        token = words[at]
        if token.cues.isdisjoint(_HEARD):
            if token.kind is Kind.COMMA:
                denied = iffy = asked = -100
            elif token.kind is Kind.SEMICOLON or token.kind is Kind.END:
                denied = willed = able = iffy = asked = -100
            continue
        if Cue.CONTRAST in token.cues:
            denied = willed = able = iffy = asked = -100
        if token.cues & {Cue.NOT, Cue.NONE}:
            denied = at
        if token.cues & {Cue.WILL, Cue.WAS_TO} or (Cue.WILL_MOVE in token.cues and token.cue_length > 1):
            willed = at
        if Cue.ABLE in token.cues:
            able = at
        if Cue.IF in token.cues:
            iffy = at
        if Cue.FIRST in token.cues:
            first = at
        near = at - denied <= _REACH
        ruled = token.cues & _RULED
        for cue in sorted(ruled) if ruled else ():  # sorted: a set has another order in every process
            stands, negated, planned = _RULES[cue]
            outcome = negated if near else planned if at - willed <= _REACH + 2 or at - iffy <= _REACH else stands
            if outcome is Outcome.FAILED and at - iffy <= _REACH:
                outcome = None
            if cue is Cue.OPENING:
                outcome = _of_opening(words, at, begin, stop)
            if outcome is Outcome.DONE and at - first <= _REACH:
                outcome = Outcome.OPEN
            if at - asked <= _REACH and outcome in _WISHED:
                outcome = Outcome.ASKED  # "called for a corridor to be opened"
            if outcome is Outcome.RESUMED and not _taken_up(words, at):
                outcome = None
            if outcome is not None:
                aside = Cue.FROM in token.cues and outcome is not Outcome.DONE
                found.append(Said(outcome, at, at + token.cue_length, aside=aside))
        outcome = _of_ability(token, at - able, at - evacuation, at - denied, at - willed, able - denied)
        if outcome is None and Cue.EVACUATION in token.cues and at - willed <= _REACH and not near:
            outcome = Outcome.PLANNED
        if outcome is not None:
            found.append(Said(outcome, at, at + token.cue_length))
        if Cue.EVACUATION in token.cues:
            evacuation = at
        if Cue.DEMAND in token.cues:
            asked = at
    return found


_US = frozenset({Cue.EVACUATION, Cue.CORRIDOR, Cue.CONVOY, Cue.PAUSE, Cue.AID, Cue.BUS, Cue.TRAIN})


def _taken_up(words: Sequence[Token], at: int) -> bool:
    """Return whether it is the corridor that is taken up again: not the fighting, not a town that troops retook."""
    near = words[max(0, at - 3) : at]
    fighting = any(Cue.VIOLATED in token.cues for token in near) and all(t.kind is not Kind.COMMA for t in near)
    return not fighting and any(token.cues & _US for token in words)


_INTENDS = frozenset({Cue.PLANNED, Cue.WILL, Cue.AGREED, Cue.TOMORROW})


def _of_opening(words: Sequence[Token], at: int, begin: int, stop: int) -> Outcome:
    """Return what "the opening" says: asked for, announced or agreed, else that it happened."""
    near = frozenset[Cue]().union(*(t.cues for t in words[max(begin, at - _REACH - 2) : min(stop, at + _REACH)]))
    if Cue.DEMAND in near:
        return Outcome.ASKED
    return Outcome.PLANNED if near & _INTENDS else Outcome.OPEN


def _of_ability(
    token: Token, able: int, evacuation: int, denied: int, willed: int, able_after_denial: int
) -> Outcome | None:
    """Return what "managed to leave" says; the numbers tell how many tokens back each cue stands."""
    if Cue.ABLE in token.cues and evacuation <= _BEHIND:
        return Outcome.FAILED if denied <= _BEHIND else Outcome.PLANNED if willed <= _BEHIND else Outcome.DONE
    if Cue.EVACUATION not in token.cues or able > _REACH:
        return None
    if 0 <= able_after_denial <= _NOT_ABLE:
        return Outcome.FAILED
    return Outcome.PLANNED if 0 <= willed - able <= _REACH else Outcome.DONE


_NEGATIVE = {
    Outcome.REFUSED: Reason.NOT_AGREED,
    Outcome.CANCELLED: Reason.CANCELLED,
    Outcome.BLOCKED: Reason.BLOCKED,
    Outcome.VIOLATED: Reason.VIOLATED,
    Outcome.HALTED: None,
    Outcome.FAILED: None,
}
_FINAL = {Outcome.REFUSED, Outcome.CANCELLED, Outcome.FAILED}


def verdict(said: Iterable[Said], *, past: bool, counted: bool = False) -> tuple[Status, Reason | None] | None:
    """Return (status, reason) that outcomes add up to; None where they say nothing.

    counted: people are counted beside, so that shelling or a siege told with a movement is only its background;
    past: the day they speak of was over at publication: what failed then is closed, not halted.
    """
    heard = list(said)
    present = {one.outcome for one in heard if not one.aside}
    if present <= {Outcome.AGREED}:  # "they left under a deal"
        present = {one.outcome for one in heard}
    if Outcome.RESUMED in present:
        return Status.OPEN, None
    negative = [outcome for outcome in _NEGATIVE if outcome in present]
    if counted and Outcome.DONE in present and not set(negative) - {Outcome.BLOCKED, Outcome.VIOLATED}:
        negative = []
    if negative:
        reason = next((_NEGATIVE[outcome] for outcome in negative if _NEGATIVE[outcome]), None)
        final = past or bool(present & _FINAL)
        return (Status.CLOSED if final else Status.SUSPENDED), reason
    if Outcome.DONE in present and Outcome.OPEN not in present:
        return Status.CLOSED, Reason.COMPLETED
    if Outcome.OPEN in present:
        return Status.OPEN, None
    if present & {Outcome.PLANNED, Outcome.AGREED}:
        return Status.ANNOUNCED, None
    return None
