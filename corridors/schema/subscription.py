"""How do webhook subscriptions and their deliveries look outside? Never a secret, never a whole address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from marshmallow import Schema, fields

from corridors.model import Attempt, Delivery, Lane, Subscription
from corridors.schema.fields import Instant, Plain, a_list, maybe_instant, maybe_text

MASK = "…"


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
    secret: str | None = None

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
        return {"self": own, "deliveries": f"{own}/deliveries", "test": f"{own}/test"}


class SubscriptionSchema(Schema):
    """A webhook endpoint with its filter; dumps a SubscriptionView."""

    id = fields.String(attribute="subscription.id")
    state = fields.String(attribute="subscription.state", metadata={"enum": ["active", "paused", "disabled"]})
    url = fields.String(metadata={"description": "scheme and host only"})
    types = fields.List(fields.String(), attribute="subscription.types")
    filter = Plain(attribute="subscription.filter", metadata={"type": "object"})
    rate_per_minute = fields.Integer(attribute="subscription.rate_per_minute")
    headers = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "values are masked"})
    contact = maybe_text(attribute="subscription.contact")
    failing_since_at = maybe_instant(attribute="lane.failing_since_at")
    created_at = Instant(attribute="subscription.created_at")
    updated_at = Instant(attribute="subscription.updated_at")
    links = fields.Dict(keys=fields.String(), values=fields.String())


class NewSubscriptionSchema(SubscriptionSchema):
    """A subscription in the answer that made it or changed its secret."""

    secret = fields.String(metadata={"description": "shown this once: whsec_ and base64"})


class AttemptSchema(Schema):
    """One try of one delivery; dumps an Attempt."""

    number = fields.Integer()
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
        return {"self": f"{own}/deliveries/{self.delivery.id}", "subscription": own}


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
    attempts = a_list(AttemptSchema)
    links = fields.Dict(keys=fields.String(), values=fields.String())
