"""Who wants to be told? Webhook subscriptions; their addresses and secrets are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from corridors.model import CLEARANCES, Subscription
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.ids import new_id
from corridors.store.sealing import Seal
from corridors.store.tables import keys, lanes, subscriptions


class Subscriptions:
    """Webhook endpoints."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    @staticmethod
    def new_id() -> str:
        """Return an id for a subscription that is about to be made."""
        return new_id("sub")

    def add(self, subscription: Subscription) -> None:
        """Keep a new subscription."""
        self._connection.execute(insert(subscriptions).values(id=subscription.id, **self._values(subscription)))
        self._connection.execute(insert(lanes).values(subscription=subscription.id))

    def put(self, subscription: Subscription) -> None:
        """Keep a changed subscription."""
        self._connection.execute(
            update(subscriptions).where(subscriptions.c.id == subscription.id).values(**self._values(subscription))
        )

    def delete(self, id_: str) -> bool:
        """Delete a subscription with its secrets and everything it was owed; False when there is none of that id."""
        return bool(self._connection.execute(subscriptions.delete().where(subscriptions.c.id == id_)).rowcount)

    def get(self, id_: str) -> Subscription | None:
        """Return a subscription by its id; in a transaction that writes, nobody else changes it until the commit."""
        writes = self._connection.get_execution_options()["corridors_writes"]
        return (self.hold([id_]) if writes else self.find([id_])).get(id_)

    def find(self, ids: Sequence[str]) -> dict[str, Subscription]:
        """Return those of the subscriptions that exist, by id."""
        return self._found(select(subscriptions).where(subscriptions.c.id.in_(ids)))

    def hold(self, ids: Sequence[str]) -> dict[str, Subscription]:
        """Return what `find` does, and let nobody else change or delete it until the commit."""
        wanted = select(subscriptions).where(subscriptions.c.id.in_(ids)).order_by(subscriptions.c.id)
        return self._found(wanted.with_for_update(key_share=True))  # new deliveries may refer to them meanwhile

    def _found(self, query: Select[Any]) -> dict[str, Subscription]:
        return {row.id: self._subscription(row) for row in self._connection.execute(query)}

    def page(self, *, owner: str | None, after_id: str | None, limit: int) -> list[Subscription]:
        """Return subscriptions, oldest first; of one owner, or of all for None."""
        query = select(subscriptions).order_by(subscriptions.c.id)
        if owner is not None:
            query = query.where(subscriptions.c.owner == owner)
        if after_id:
            query = query.where(subscriptions.c.id > after_id)
        return [self._subscription(row) for row in self._connection.execute(query.limit(limit))]

    def all(self) -> list[Subscription]:
        """Return every subscription without opening its seals: url, secrets and headers are empty."""
        return [self._subscription(row, sealed=True) for row in self._connection.execute(select(subscriptions))]

    def active(self) -> list[Subscription]:
        """Return those of `all` that are sent what they are owed."""
        return [subscription for subscription in self.all() if subscription.state == "active"]

    def ownerless(self, now: datetime, of: str | None = None) -> dict[str, str]:
        """Return the subscriptions whose key does not hold any more, with the reason; `of` one key, else all to end."""
        gone = or_(keys.c.revoked_at.is_not(None), keys.c.expires_at <= now)
        query = (
            select(subscriptions.c.id, keys.c.revoked_at)
            .join(keys, keys.c.id == subscriptions.c.owner)
            .where(gone, subscriptions.c.state != "disabled" if of is None else subscriptions.c.owner == of)
        )
        return {row.id: "key_revoked" if row.revoked_at else "key_expired" for row in self._connection.execute(query)}

    def count(self, owner: str) -> int:
        """Return how many subscriptions an owner has."""
        query = select(func.count()).select_from(subscriptions).where(subscriptions.c.owner == owner)
        return int(self._connection.execute(query).scalar_one())

    def _values(self, subscription: Subscription) -> dict[str, Any]:
        def seal(column: str, plain: str) -> bytes:
            return self._seal.close(plain, f"subscriptions:{subscription.id}:{column}")

        return {
            "owner": subscription.owner,
            "url": seal("url", subscription.url),
            "secrets": seal("secrets", to_text(subscription.secrets)),
            "headers": seal("headers", to_text(dict(subscription.headers))),
            "types": to_text(subscription.types),
            "filter": to_text(dict(subscription.filter)),
            "state": subscription.state,
            "rate_per_minute": subscription.rate_per_minute,
            "contact": subscription.contact,
            "created_at": subscription.created_at,
            "updated_at": subscription.updated_at,
            "secrets_until": to_text(subscription.secrets_until),
            "superseding": subscription.superseding,
            "disabled_reason": subscription.disabled_reason,
            "clearance": subscription.clearance.rank,
        }

    def _subscription(self, row: Row[Any], *, sealed: bool = False) -> Subscription:
        def opened(column: str, value: bytes) -> str:
            return self._seal.open(value, f"subscriptions:{row.id}:{column}")

        return Subscription(
            id=row.id,
            owner=row.owner,
            url="" if sealed else opened("url", row.url),
            types=from_same_text(row.types, tuple[str, ...]),
            filter=from_text(row.filter, dict[str, Any]),
            secrets=() if sealed else from_text(opened("secrets", row.secrets), tuple[str, ...]),
            state=row.state,
            created_at=row.created_at,
            updated_at=row.updated_at,
            rate_per_minute=row.rate_per_minute,
            headers={} if sealed else from_text(opened("headers", row.headers), dict[str, str]),
            contact=row.contact,
            secrets_until=from_same_text(row.secrets_until, tuple[datetime | None, ...]),
            superseding=row.superseding,
            disabled_reason=row.disabled_reason,
            clearance=CLEARANCES[row.clearance],
        )
