"""Who is told: keys, webhook subscriptions, what each is owed, and every try to hand it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as stored: never the secret itself. Each scope includes the ones before it."""

    id: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


SCOPES = ("read", "subscribe", "desk", "admin")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook endpoint with its filter. `secrets` are the live ones, current first (`whsec_…`)."""

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
    failing_since_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event owed to one subscription. state: pending, succeeded, exhausted, held, superseded or cancelled.

    lease: fencing number of the claim under which it is being sent; a late result of an older lease changes nothing.
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
    """One try of one delivery, as kept in the log."""

    delivery: str
    number: int
    started_at: datetime
    outcome: Outcome
