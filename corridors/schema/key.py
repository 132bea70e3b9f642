"""How do API keys look outside? Never the secret, but in the answer that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marshmallow import Schema, fields

from corridors.model import SCOPES, Key, Sensitivity
from corridors.schema.fields import Instant, Word, maybe_instant


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key at an instant. `secret`: only in the answer that made it."""

    key: Key
    now: datetime
    secret: str | None = None

    @property
    def state(self) -> str:
        """Return whether it holds."""
        if self.key.revoked_at is not None:
            return "revoked"
        return "expired" if self.key.expires_at is not None and self.key.expires_at <= self.now else "valid"


class KeySchema(Schema):
    """An API key; dumps a KeyView. last_used_at: noted every five minutes at most."""

    id = fields.String(attribute="key.id")
    name = fields.String(attribute="key.name")
    scope = fields.String(attribute="key.scope", metadata={"enum": list(SCOPES)})
    clearance = Word(Sensitivity, attribute="key.clearance")
    state = fields.String(metadata={"enum": ["valid", "expired", "revoked"]})
    created_at = Instant(attribute="key.created_at")
    expires_at = maybe_instant(attribute="key.expires_at")
    revoked_at = maybe_instant(attribute="key.revoked_at")
    last_used_at = maybe_instant(attribute="key.last_used_at")


class NewKeySchema(KeySchema):
    """A key in the answer that made it."""

    secret = fields.String(metadata={"description": "shown this once; send it as `Authorization: Bearer …`"})
