"""What was answered already? Answers kept for a day, so that a request that is repeated is done once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from corridors.store.sealing import Seal
from corridors.store.tables import answered


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given. request: a hash of what was asked."""

    request: str
    status: int
    body: str
    location: str | None


class Answers:
    """Answers by who asked and the key that they gave to the request; sealed, as they may show a secret."""

    def __init__(self, connection: Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def find(self, owner: str, key: str) -> Answer | None:
        """Return what was answered to this request, if it was."""
        row = self._connection.execute(select(answered).where(answered.c.key == _name(owner, key))).first()
        if row is None:
            return None
        return Answer(row.request, row.status, self._seal.open(row.answer, f"answered:{row.key}"), row.location)

    def keep(self, owner: str, key: str, answer: Answer, now: datetime) -> None:
        """Keep an answer in the transaction of what it tells. Raises Conflict where the same request came first."""
        name = _name(owner, key)
        self._connection.execute(
            insert(answered).values(
                key=name,
                request=answer.request,
                status=answer.status,
                answer=self._seal.close(answer.body, f"answered:{name}"),
                location=answer.location,
                answered_at=now,
            )
        )

    def forget(self, before: datetime) -> int:
        """Delete answers older than an instant and return how many."""
        return self._connection.execute(answered.delete().where(answered.c.answered_at < before)).rowcount


def _name(owner: str, key: str) -> str:
    return hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
