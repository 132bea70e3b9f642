"""Is this the same announcement again? Reposts, forwards and texts that are nearly the same are one voice.

Only claims about one corridor and day are compared; who changed what is said said something new, however alike the
words are. Rule 5 of the state. Start at `carriers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from corridors.model import Claim, Status
from corridors.sketches import likeness, plain_words

WITHIN = timedelta(hours=48)
# Of the pairs of words of both texts together. Independent reports of one day share 0.13 at most in 283 pairs of 2022;
# short ones about one route share up to 0.3; a copy with a few words changed or a sentence added shares 0.6.
ALIKE = 0.5
_STOPS = frozenset({Status.SUSPENDED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Carrier:
    """How a claim carries its voice. voice: its name, one for all carriers; since: when what it says was first said."""

    voice: str
    since: datetime


def carriers(claims: Sequence[Claim]) -> dict[str, Carrier]:
    """Return of each of `claims`, all about one corridor and day, by its id, which voice it carries.

    What is a copy of a copy is a copy of both, so that the order of claims does not matter. Whoever says the very same
    words again, or carries those of another publisher, says nothing new; a publisher that fills in its own form once
    more does. After two days everything is said anew.
    """
    ordered = sorted(claims, key=lambda claim: claim.said_at)
    leads = {claim.id: claim.id for claim in ordered}
    since: dict[str, datetime] = {}
    for at, claim in enumerate(ordered):
        since[claim.id] = claim.said_at
        earlier = []
        for other in _copied(ordered, at):
            first, second = sorted((_end(leads, claim.id), _end(leads, other.id)))
            leads[second] = first
            if _repeats(other, claim) and claim.said_at - since[other.id] <= WITHIN:
                earlier.append(since[other.id])
        since[claim.id] = max(earlier, default=claim.said_at)
    names: dict[str, str] = {}
    for claim in ordered:
        kind, lead = "stop" if _stops(claim) else "go", _end(leads, claim.id)
        name = f"{kind} {claim.said_at.isoformat()} {claim.voice or claim.id}"
        names[lead] = min(name, names.get(lead, name))
    return {claim.id: Carrier(names[_end(leads, claim.id)], since[claim.id]) for claim in ordered}


def _end(leads: dict[str, str], id_: str) -> str:
    while leads[id_] != id_:
        id_ = leads[id_]
    return id_


def _copied(ordered: Sequence[Claim], at: int) -> Iterator[Claim]:
    """Yield what was said before the claim at a place, within two days, and is the same."""
    for before in range(at - 1, -1, -1):
        if ordered[at].said_at - ordered[before].said_at > WITHIN:
            return
        if _is_copy(ordered[before], ordered[at]):
            yield ordered[before]


def _repeats(one: Claim, other: Claim) -> bool:
    """Return whether a copy of `one` that is said later says nothing new."""
    if one.statement.status is not other.statement.status or one.said_at == other.said_at:
        return False
    return one.publisher != other.publisher or _is_same_text(one, other)


def _is_copy(one: Claim, other: Claim) -> bool:
    if _stops(one) is not _stops(other):
        return False
    if _is_same_text(one, other):
        return True
    return _says(one) == _says(other) and (_is_forwarded(one, other) or likeness(one.sketch, other.sketch) >= ALIKE)


def _stops(claim: Claim) -> bool:
    """Return whether it stops a corridor: then it copies no opening, or one more stop could make two openings one."""
    return claim.statement.status in _STOPS


def _is_same_text(one: Claim, other: Claim) -> bool:
    return bool(one.voice) and one.voice == other.voice


def _says(claim: Claim) -> tuple[object, ...]:
    """Return what, once changed, makes a new statement of however similar words."""
    said = claim.statement
    return said.status, said.reason, said.windows, said.people


def _is_forwarded(one: Claim, other: Claim) -> bool:
    """Return whether one was copied from the other, or both from one place, in whatever language."""
    return not _origins(one).isdisjoint(_origins(other)) and bool(one.forwarded_from or other.forwarded_from)


def _origins(claim: Claim) -> set[str]:
    if claim.forwarded_from:
        return {_folded(claim.forwarded_from)}
    return {_folded(claim.publisher), _folded(claim.source)}


def _folded(name: str) -> str:
    return "".join(plain_words(name)) or name
