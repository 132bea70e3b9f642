"""Who is told: keys, webhook subscriptions, what each is owed, and every try to hand it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from corridors.model.words import EventType, Sensitivity


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as stored: never the secret itself. Each scope includes the ones before it.

    clearance: the most sensitive of what it sees.
    """

    id: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    clearance: Sensitivity = Sensitivity.LOW_OR_NONE


SCOPES = ("read", "subscribe", "desk", "admin")


def default_clearance(scope: str) -> Sensitivity:
    """Return what a key sees unless it is told otherwise: who decides sees everything, everybody else what is public.

    More is given to a key by name and never by its scope, as a partner that may read `moderate` need not write.
    """
    return Sensitivity.SEVERE if scope in {"desk", "admin"} else Sensitivity.LOW_OR_NONE


# What tells another status; what is sent before everything else; and what tells the whole of an occurrence, so that a
# newer one makes older ones needless.
# Corrections, retractions, mergers and disputes are about what was told before, and are never left out for newer news.
STATUS_TYPES = frozenset(
    {EventType.ANNOUNCED, EventType.OPENED, EventType.SUSPENDED, EventType.RESUMED, EventType.CLOSED}
)
URGENT_TYPES = STATUS_TYPES | {EventType.CORRECTED, EventType.RETRACTED, EventType.MERGED}
SNAPSHOT_TYPES = STATUS_TYPES | {EventType.CHANGED, EventType.STALE, EventType.STARTING, EventType.ENDING}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook endpoint with its filter. state: active, paused or disabled (by us; `disabled_reason` says why).

    secrets: current first (`whsec_…`); each may end at the instant of the same place in `secrets_until`.
    superseding: whether older news of an occurrence gives way to newer.
    clearance: that of the key that made it.
    """

    id: str
    owner: str
    url: str
    types: tuple[str, ...]
    filter: Mapping[str, Any]
    secrets: tuple[str, ...]
    state: str
    created_at: datetime
    updated_at: datetime
    rate_per_minute: int
    headers: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    secrets_until: tuple[datetime | None, ...] = ()
    superseding: bool = True
    disabled_reason: str | None = None
    clearance: Sensitivity = Sensitivity.LOW_OR_NONE

    def live_secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at `now`, current first."""
        ends = (*self.secrets_until, *[None] * len(self.secrets))
        return tuple(secret for secret, end in zip(self.secrets, ends, strict=False) if end is None or end > now)


@dataclass(frozen=True, slots=True)
class Lane:
    """How sending to one subscription goes: what the engine knows of it, apart from what its owner wants.

    served_at: when something was last taken from it, for fairness; free_at: when its rate allows the next;
    not_before_at: its receiver asked us to wait until then; probe_at: set while the breaker is open.
    failures: in a row; failed_attempts and failing_since_at: since the last success; rung: how many notices of failing
    were given; gone_at: the first of two answers 410; seq: number of the last delivery that was begun; window: how many
    deliveries may be taken for it at once, 0 = as many as may be sent at the same time.
    """

    subscription: str
    served_at: datetime | None = None
    free_at: datetime | None = None
    not_before_at: datetime | None = None
    failures: int = 0
    failed_attempts: int = 0
    failing_since_at: datetime | None = None
    probes: int = 0
    probe_at: datetime | None = None
    rung: int = 0
    gone_at: datetime | None = None
    seq: int = 0
    window: int = 0

    @property
    def is_well(self) -> bool:
        """Return whether nothing of its past counts, neither a failure nor a wish of its receiver to wait."""
        return not (
            self.failures
            or self.failed_attempts
            or self.failing_since_at
            or self.not_before_at
            or self.probes
            or self.probe_at
            or self.rung
            or self.gone_at
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event owed to one subscription. state: pending, succeeded, exhausted, held, superseded or cancelled.

    lease: fencing number of the claim under which it is being sent; a late result of an older lease changes nothing.
    status: of the occurrence in the body, None where there is none; seq: its number among those of its subscription,
    in the order in which they were begun; replay: how its owner asked for it to be sent again ("resend", "replay",
    "catch_up"); owed_since_at: since when it is tried, after which it is given up one day.
    """

    id: str
    subscription: str
    event: str
    type: str
    state: str
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    lease: int = 0
    body: bytes = b""
    occurrence: str | None = None
    occurrence_revision: int = 0
    last_code: str | None = None
    finished_at: datetime | None = None
    status: str | None = None
    seq: int | None = None
    replay: str | None = None
    superseded_by: str | None = None
    owed_since_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """How a subscription did for a while: attempts by result, how long the good ones took, deliveries by state."""

    codes: Mapping[str, int]
    milliseconds: tuple[int, ...]
    states: Mapping[str, int]
    oldest_pending_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt to deliver gave. code: "ok", "http_500", "deadline", "dns_error", "blocked_address" …"""

    code: str
    status: int | None = None
    retry_after_seconds: float | None = None
    response_head: str = ""
    total_ms: int = 0

    @property
    def success(self) -> bool:
        """Return whether the receiver took it: 200–299 only (Standard Webhooks 1.0.0)."""
        return self.code == "ok"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one delivery, as kept in the log. trigger: live, retry, probe, resend or replay."""

    delivery: str
    number: int
    started_at: datetime
    outcome: Outcome
    trigger: str = "live"
