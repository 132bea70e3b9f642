"""What people at the desk decide, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from corridors.model.route import Place
from corridors.model.words import Act, ReviewKind


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides: the id of an API key, and the name under which it was made."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of the desk, kept for ever, in force from `decided_at` until it is undone.

    claims: what it is about; made: the claim that came of it; corridor, into: what was merged, or split, into what.
    country: of the days that it touches ("" = none known); review: the entry of the queue that it answers.
    """

    id: str
    act: Act
    author: Author
    reason: str
    decided_at: datetime
    claims: tuple[str, ...] = ()
    made: str | None = None
    corridor: str | None = None
    into: str | None = None
    country: str = ""
    review: str | None = None
    undone_at: datetime | None = None
    undone_by: Author | None = None
    undo_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Something that a person has to look at, and how much it presses.

    id: the same for the same cause. acts_at: when people would set out, ends_at: when it is too late to matter.
    on: the local day that it is about, None where nobody knows.
    """

    id: str
    kind: ReviewKind
    text: str
    country: str
    acts_at: datetime
    ends_at: datetime
    on: date | None = None
    corridor: str | None = None
    occurrence: str | None = None
    document: str | None = None
    claims: tuple[str, ...] = ()
    missing: str | None = None
    candidates: tuple[Place, ...] = ()
    vulnerable: bool = False
    people: int | None = None
    opened_at: datetime | None = None
