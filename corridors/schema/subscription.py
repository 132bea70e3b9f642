"""How do webhook subscriptions and their deliveries look outside? Never a secret, never a whole address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from marshmallow import Schema, fields

from corridors import patience
from corridors.model import Attempt, Delivery, EventType, Lane, Stats, Subscription
from corridors.schema.fields import Instant, Plain, a_list, instant_text, maybe_instant, maybe_text

MASK = "…"

_REASONS = {
    "gone": "your receiver answered 410 Gone twice",
    "failing": "your receiver took nothing for five days",
    "key_revoked": "the API key that made it was revoked",
    "key_expired": "the API key that made it has expired",
}


def masked_url(url: str) -> str:
    """Return scheme and host of an address; its path may be a secret."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}/{MASK}"


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as its owner may see it. `secret`: only in the answer that made it."""

    subscription: Subscription
    installation: str
    lane: Lane
    now: datetime
    secret: str | None = None

    @property
    def health(self) -> str:
        """Return how it does: ok, degraded, failing or disabled."""
        return patience.health(self.subscription, self.lane, self.now)

    @property
    def superseding(self) -> str:
        """Return whether older news gives way to newer."""
        return "on" if self.subscription.superseding else "off"

    @property
    def secrets_live(self) -> int:
        """Return how many secrets sign at the moment."""
        return len(self.subscription.live_secrets(self.now))

    @property
    def disable_at(self) -> datetime | None:
        """Return when it will be disabled unless its receiver takes something before."""
        return patience.disable_at(self.lane) if self.health == "failing" else None

    @property
    def notice(self) -> str | None:
        """Return what its owner has to know and do, in a sentence; None when all is well."""
        again = f"POST {self.links['enable']} with a catch_up sends again."
        match self.health:
            case "disabled":
                reason = self.subscription.disabled_reason or ""
                why = _REASONS.get(reason, "it was disabled")
                if reason.startswith("key_"):
                    return f"Disabled: {why}. Subscribe again with a key that holds."
                return f"Disabled: {why}. Events are held for 30 days; {again}"
            case "failing":
                since, until = self.lane.failing_since_at, self.disable_at
                assert since  # a receiver that fails does so since an instant
                assert until
                return f"Failing since {instant_text(since)}; it will be disabled at {instant_text(until)}."
            case _:
                return f"Paused. Events are held for 30 days; {again}" if self.subscription.state == "paused" else None

    @property
    def url(self) -> str:
        """Return the masked address."""
        return masked_url(self.subscription.url)

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the names of the own headers, their values masked."""
        return dict.fromkeys(self.subscription.headers, MASK)

    @property
    def links(self) -> dict[str, str]:
        """Return where to read on."""
        own = f"{self.installation}/v1/subscriptions/{self.subscription.id}"
        names = ("deliveries", "test", "verify", "rotate", "pause", "enable", "replay", "stats")
        return {"self": own} | {name: f"{own}/{name}" for name in names}


class SubscriptionSchema(Schema):
    """A webhook endpoint with its filter; dumps a SubscriptionView."""

    id = fields.String(attribute="subscription.id")
    state = fields.String(attribute="subscription.state", metadata={"enum": ["active", "paused", "disabled"]})
    url = fields.String(metadata={"description": "scheme and host only"})
    types = fields.List(fields.String(), attribute="subscription.types")
    filter = Plain(attribute="subscription.filter", metadata={"type": "object"})
    rate_per_minute = fields.Integer(attribute="subscription.rate_per_minute")
    headers = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "values are masked"})
    superseding = fields.String(metadata={"enum": ["on", "off"]})
    contact = maybe_text(attribute="subscription.contact")
    health = fields.String(metadata={"enum": ["ok", "degraded", "failing", "disabled"]})
    notice = maybe_text(metadata={"description": "what its owner has to know and do"})
    disabled_reason = maybe_text(attribute="subscription.disabled_reason")
    disable_at = maybe_instant()
    secrets_live = fields.Integer(metadata={"description": "how many secrets sign at the moment"})
    failing_since_at = maybe_instant(attribute="lane.failing_since_at")
    created_at = Instant(attribute="subscription.created_at")
    updated_at = Instant(attribute="subscription.updated_at")
    links = fields.Dict(keys=fields.String(), values=fields.String())


class NewSubscriptionSchema(SubscriptionSchema):
    """A subscription in the answer that made it or changed its secret."""

    secret = fields.String(metadata={"description": "shown this once: whsec_ and base64"})


class EnabledSchema(SubscriptionSchema):
    """A subscription that was enabled again."""

    caught_up = fields.Integer(dump_only=True, metadata={"description": "how much of what was held is sent now"})


class ReplaySchema(Schema):
    """What a replay does."""

    matching = fields.Integer(metadata={"description": "how many deliveries the wish describes"})
    replayed = fields.Integer(metadata={"description": "how many of them are sent again now"})
    left = fields.Integer(metadata={"description": "how many were too many for once"})
    dry_run = fields.Boolean()


@dataclass(frozen=True, slots=True)
class StatsView:
    """How a subscription did since an instant."""

    stats: Stats
    lane: Lane
    since_at: datetime

    @property
    def attempts(self) -> int:
        """Return how many attempts there were."""
        return sum(self.stats.codes.values())

    @property
    def success_rate(self) -> float | None:
        """Return the share of them that succeeded."""
        return round(self.stats.codes.get("ok", 0) / self.attempts, 4) if self.attempts else None

    @property
    def milliseconds(self) -> dict[str, int | None]:
        """Return how long receivers took: half of the good answers came within p50, 19 of 20 within p95."""
        took = self.stats.milliseconds
        return {f"p{share}": took[min(len(took) * share // 100, len(took) - 1)] if took else None for share in (50, 95)}

    @property
    def breaker(self) -> str:
        """Return whether a receiver that fails is left alone at the moment."""
        return "open" if self.lane.probe_at else "closed"


class StatsSchema(Schema):
    """How a subscription did lately; dumps a StatsView."""

    since_at = Instant()
    attempts = fields.Integer()
    results = fields.Dict(keys=fields.String(), values=fields.Integer(), attribute="stats.codes")
    success_rate = fields.Float(allow_none=True)
    milliseconds = fields.Dict(keys=fields.String(), values=fields.Integer(allow_none=True))
    deliveries = fields.Dict(keys=fields.String(), values=fields.Integer(), attribute="stats.states")
    oldest_pending_at = maybe_instant(attribute="stats.oldest_pending_at")
    breaker = fields.String(metadata={"enum": ["open", "closed"]})
    next_probe_at = maybe_instant(attribute="lane.probe_at")
    failing_since_at = maybe_instant(attribute="lane.failing_since_at")


class AttemptSchema(Schema):
    """One try of one delivery; dumps an Attempt."""

    number = fields.Integer()
    trigger = fields.String(metadata={"enum": ["live", "retry", "probe", "resend", "replay", "catch_up"]})
    started_at = Instant()
    code = fields.String(attribute="outcome.code")
    status = fields.Integer(allow_none=True, attribute="outcome.status", metadata={"description": "HTTP status"})
    retry_after_seconds = fields.Float(allow_none=True, attribute="outcome.retry_after_seconds")
    response_head = fields.String(attribute="outcome.response_head")
    total_ms = fields.Integer(attribute="outcome.total_ms")


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery and every try to hand it over."""

    delivery: Delivery
    attempts: Sequence[Attempt]
    installation: str

    @property
    def links(self) -> dict[str, str]:
        """Return where to look again."""
        own = f"{self.installation}/v1/subscriptions/{self.delivery.subscription}"
        me = f"{own}/deliveries/{self.delivery.id}"
        return {"self": me, "subscription": own, "resend": f"{me}/resend"}

    @property
    def body(self) -> str:
        """Return the exact bytes that are sent, which are UTF-8."""
        return self.delivery.body.decode("utf-8", "replace")

    @property
    def verified(self) -> bool | None:
        """Return whether the receiver gave back the challenge in it; None where there is none."""
        challenge = _challenge(self.delivery)
        answers = [attempt.outcome for attempt in self.attempts if attempt.outcome.success]
        return any(challenge in answer.response_head for answer in answers) if challenge else None


class DeliverySchema(Schema):
    """One event owed to one subscription; dumps a DeliveryView."""

    id = fields.String(attribute="delivery.id")
    subscription = fields.String(attribute="delivery.subscription")
    event = fields.String(attribute="delivery.event")
    type = fields.String(attribute="delivery.type")
    state = fields.String(
        attribute="delivery.state",
        metadata={"enum": ["pending", "succeeded", "exhausted", "held", "superseded", "cancelled"]},
    )
    created_at = Instant(attribute="delivery.created_at")
    due_at = Instant(attribute="delivery.due_at")
    finished_at = maybe_instant(attribute="delivery.finished_at")
    last_code = maybe_text(attribute="delivery.last_code")
    superseded_by = maybe_text(attribute="delivery.superseded_by", metadata={"description": "id of the newer event"})
    seq = fields.Integer(allow_none=True, attribute="delivery.seq")
    replay = maybe_text(attribute="delivery.replay", metadata={"description": "why it is sent again"})
    verified = fields.Boolean(allow_none=True, metadata={"description": "did the receiver give back the challenge?"})
    attempts = a_list(AttemptSchema)
    links = fields.Dict(keys=fields.String(), values=fields.String())


class DeliveryDetailSchema(DeliverySchema):
    """One delivery with what is sent."""

    body = fields.String(metadata={"description": "the exact body, as it is signed"})


def _challenge(delivery: Delivery) -> str | None:
    if delivery.type != EventType.SUBSCRIPTION_TEST or not delivery.body:
        return None
    challenge: str | None = json.loads(delivery.body).get("data", {}).get("challenge")
    return challenge
