"""What claims add up to: corridors, their days, the changes between them, and the figures of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from corridors.model.clearance import EVERYBODY, Band
from corridors.model.facets import Facets
from corridors.model.route import Route, Statement, Total
from corridors.model.words import (
    Agreement,
    Authority,
    Basis,
    EventType,
    Mode,
    Purpose,
    Reason,
    Sensitivity,
    Stance,
    Status,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement with its provenance.

    voice: fingerprint of the announcement's text; copies share it and count as one voice.
    sketch: by which texts are compared that are nearly the same; forwarded_from: whom its document copied.
    known_at: when we learned it; for historic documents when it was published. `as_of` filters on it.
    made_by: the decision of the desk that made it, None where it was read; corrects: the claim that it replaces.
    verdict, home: what the desk holds of it, and the corridor to which it gave it; the store adds them when it reads.
    """

    id: str
    document: str
    revision: int
    source: str
    publisher: str
    authority: Authority
    reliability: str
    credibility: int
    statement: Statement
    recorded_at: datetime
    known_at: datetime
    party: str | None = None
    voice: str = ""
    published_at: datetime | None = None
    historic: bool = False
    withdrawn_at: datetime | None = None
    sensitivity: Sensitivity = Sensitivity.LOW_OR_NONE
    made_by: str | None = None
    corrects: str | None = None
    verdict: Verdict | None = None
    home: str | None = None
    sketch: str = ""
    forwarded_from: str | None = None

    @property
    def said_at(self) -> datetime:
        """Return when it was said, as far as known."""
        return self.published_at or self.recorded_at

    @property
    def credible(self) -> bool:
        """Return whether it may change a status by itself (reliability a, b, c or the desk)."""
        return self.reliability in {"a", "b", "c"} or self.is_vouched

    @property
    def is_vouched(self) -> bool:
        """Return whether the desk stands behind it: it made it, or confirmed it."""
        return self.authority is Authority.DESK or self.made_by is not None or self.verdict is Verdict.CONFIRMED

    @property
    def counts(self) -> bool:
        """Return whether anything follows from it: neither withdrawn by its source nor set aside by the desk."""
        return self.withdrawn_at is None and not self.is_set_aside

    @property
    def state(self) -> str:
        """Return whether anything follows from it: standing, or withdrawn, rejected or corrected."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return str(self.verdict) if self.verdict and self.is_set_aside else "standing"

    @property
    def is_set_aside(self) -> bool:
        """Return whether the desk rejected or corrected it."""
        return self.verdict in {Verdict.REJECTED, Verdict.CORRECTED}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for an assessment: the rule's name, the claims it used, one sentence for people."""

    rule: str
    claims: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AssessedWindow:
    """Planned hours of an occurrence, and whether each end was confirmed by a report."""

    start: str | None
    end: str | None
    start_verified: bool = False
    end_verified: bool = False


@dataclass(frozen=True, slots=True)
class Nearing:
    """A planned hour that begins or ends at `at`, about to come or over already. start, end: the hours as planned."""

    type: EventType
    at: datetime
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an occurrence's claims add up to at an instant.

    since_at: since when this status holds; due_at: when the clock alone would change something, None = never.
    nearing: what of its hours had come near, so that each is told of once.
    """

    status: Status
    basis: Basis
    since_at: datetime | None
    reason: Reason | None = None
    stale: bool = False
    operated: bool = False
    windows: tuple[AssessedWindow, ...] = ()
    modes: tuple[Mode, ...] = ()
    purpose: tuple[Purpose, ...] = ()
    people: int | None = None
    agreement: Agreement = Agreement.UNKNOWN
    parties: Mapping[str, Stance] = field(default_factory=dict)
    conflict: bool = False
    credibility: int = 6
    publishers: int = 0
    sensitivity: Sensitivity = Sensitivity.LOW_OR_NONE
    withheld: bool = False
    why: tuple[Why, ...] = ()
    claims: int = 0
    due_at: datetime | None = None
    nearing: tuple[Nearing, ...] = ()


@dataclass(frozen=True, slots=True)
class Corridor:
    """The standing thing: one identity for the same route announced again and again. `key` is what makes the id.

    formerly: ids and slugs of the corridors that the desk merged into it.
    """

    id: str
    slug: str
    key: str
    route: Route
    name: Mapping[str, str]
    first_seen_at: datetime
    updated_at: datetime
    merged_into: str | None = None
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A corridor on one local day. `revision` rises with every change.

    route: as the day's own claims tell it, for those who write; None where the desk alone brought them here.
    """

    id: str
    corridor: str
    date: date
    zone: str
    revision: int
    assessment: Assessment
    updated_at: datetime
    route: Route | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an occurrence that moved, with its public old and new value."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """The decision that an event is due: its type, what held before, and which fields moved."""

    type: EventType
    previous: Status | None = None
    changed: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded change. `body` is the public JSON, rendered once in the transaction that recorded it.

    cursor: 0 until the store gives one; strictly increasing in commit order.
    band: whose clearance sees it. facets: what filters look at; None = those of its country alone.
    event_at, source_at: when it happened as far as known, and when the newest word of it was published; beside
    recorded_at, when we recorded it.
    """

    id: str
    type: EventType
    recorded_at: datetime
    body: bytes
    cursor: int = 0
    historic: bool = False
    corridor: str | None = None
    occurrence: str | None = None
    occurrence_revision: int = 0
    country: str | None = None
    band: Band = EVERYBODY
    facets: Facets | None = None
    event_at: datetime | None = None
    source_at: datetime | None = None

    @property
    def timestamp(self) -> datetime:
        """Return when it was recorded, as the envelope of Standard Webhooks calls it."""
        return self.recorded_at


@dataclass(frozen=True, slots=True)
class OfficialFigure:
    """What one announcer says about one day: a Total with its provenance."""

    total: Total
    country: str | None
    source: str
    publisher: str
    authority: Authority
    reliability: str
    said_at: datetime
    known_at: datetime
    document: str
    url: str | None = None
    sensitivity: Sensitivity = Sensitivity.LOW_OR_NONE


@dataclass(frozen=True, slots=True)
class TallyRoute:
    """One route that our own count of a day counts as planned. corridor, occurrence: ids; name: by language."""

    corridor: str
    occurrence: str
    name: Mapping[str, str]
    status: Status
    operated: bool
    people: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Planned, operated, people: the official figures beside our own count. None = nobody said.

    others: every other official statement that differs from the one chosen.
    withheld: more is known about the day than the reader may see.
    routes: those that `routes_planned` counts, by the ids of their corridors.
    """

    date: date
    country: str | None
    region: str | None
    planned: int | None
    operated: int | None
    people: int | None
    approximate: bool
    source: str | None
    others: tuple[OfficialFigure, ...]
    routes_planned: int
    routes_operated: int
    routes_people: int
    withheld: bool = False
    routes: tuple[TallyRoute, ...] = ()
