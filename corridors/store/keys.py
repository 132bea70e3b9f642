"""Who may call? API keys: 32 random bytes shown once, only their SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from corridors.model import CLEARANCES, Key, Sensitivity, default_clearance
from corridors.store.ids import new_id
from corridors.store.tables import keys

_USE_RESOLUTION = timedelta(minutes=1)


class Keys:
    """API keys. A fast hash is enough: the secret is 256 random bits, not a password that could be guessed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        name: str,
        scope: str,
        now: datetime,
        expires_at: datetime | None = None,
        clearance: Sensitivity | None = None,
    ) -> tuple[Key, str]:
        """Make a key and return it with its secret, which cannot be had again.

        clearance: None = what its scope sees unless told otherwise.
        """
        secret = "cor_key_" + secrets.token_urlsafe(32)
        key = Key(new_id("key"), name, scope, now, expires_at, clearance=clearance or default_clearance(scope))
        self._connection.execute(
            insert(keys).values(
                id=key.id,
                hash=_hash(secret),
                name=name,
                scope=scope,
                created_at=now,
                expires_at=expires_at,
                clearance=key.clearance.rank,
            )
        )
        return key, secret

    def by_secret(self, secret: str) -> Key | None:
        """Return the key with this secret, expired and revoked ones too."""
        row = self._connection.execute(select(keys).where(keys.c.hash == _hash(secret))).first()
        return _key(row) if row else None

    def touch(self, key: Key, now: datetime) -> None:
        """Note that a key was used, at most once a minute."""
        self._connection.execute(
            update(keys)
            .where(keys.c.id == key.id, or_(keys.c.last_used_at.is_(None), keys.c.last_used_at < now - _USE_RESOLUTION))
            .values(last_used_at=now)
        )

    def all(self) -> list[Key]:
        """Return every key, oldest first."""
        return [_key(row) for row in self._connection.execute(select(keys).order_by(keys.c.id))]

    def page(self, *, after_id: str | None, limit: int) -> list[Key]:
        """Return keys, oldest first."""
        query = select(keys).order_by(keys.c.id).limit(limit)
        return [_key(row) for row in self._connection.execute(query.where(keys.c.id > after_id) if after_id else query)]

    def find(self, id_: str) -> Key | None:
        """Return the key of an id."""
        row = self._connection.execute(select(keys).where(keys.c.id == id_)).first()
        return _key(row) if row else None

    def revoke(self, id_: str, now: datetime) -> bool:
        """Revoke a key; False when there is none of that id that still holds."""
        revoked = self._connection.execute(
            update(keys).where(keys.c.id == id_, keys.c.revoked_at.is_(None)).values(revoked_at=now)
        )
        return bool(revoked.rowcount)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(
        row.id,
        row.name,
        row.scope,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.last_used_at,
        CLEARANCES[row.clearance],
    )
