"""What was sent to us and waits to be read? Messages, kept before their sender is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from corridors.store.ids import new_id
from corridors.store.tables import documents, inbox
from corridors.store.versions import Versions


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was sent. document: the id that it has or will have; body: None = it was read."""

    seq: int
    source: str
    id: str
    document: str
    digest: str
    received_at: datetime
    body: bytes | None


class Inbox:
    """Messages by source, in the order in which they came."""

    def __init__(self, connection: Connection, versions: Versions) -> None:
        self._connection = connection
        self._versions = versions

    def find(self, source: str, id_: str) -> Message | None:
        """Return the message that a source sent under this id."""
        mine = (inbox.c.source == source, inbox.c.id == id_)
        row = self._connection.execute(select(inbox).where(*mine)).first()
        return _message(row) if row else None

    def waiting(self, source: str) -> int:
        """Return how many messages of a source were not read yet."""
        query = select(func.count()).select_from(inbox).where(inbox.c.source == source, inbox.c.body.is_not(None))
        return int(self._connection.execute(query).scalar_one())

    def keep(self, source: str, id_: str, external_id: str, digest: str, body: bytes, now: datetime) -> str:
        """Keep a message and return its document's id. Raises Conflict where one of this id came at the same moment."""
        self._versions.alone()
        document = self._document(source, external_id) or new_id("doc")
        self._connection.execute(
            insert(inbox).values(
                source=source,
                id=id_,
                external_id=external_id,
                document=document,
                digest=digest,
                received_at=now,
                body=body,
            )
        )
        return document

    def after(self, source: str, seq: int, limit: int) -> list[Message]:
        """Return what waits behind a number, in order."""
        query = (
            select(inbox)
            .where(inbox.c.source == source, inbox.c.seq > seq, inbox.c.body.is_not(None))
            .order_by(inbox.c.seq)
            .limit(limit)
        )
        return [_message(row) for row in self._connection.execute(query)]

    def read_up_to(self, source: str, seq: int) -> None:
        """Note that what a source sent up to a number was read; what is kept is only that it came."""
        mine = (inbox.c.source == source, inbox.c.seq <= seq, inbox.c.body.is_not(None))
        self._connection.execute(update(inbox).where(*mine).values(body=None))

    def forget(self, before: datetime) -> int:
        """Forget what was read and came before an instant, and return how many messages."""
        old = (inbox.c.body.is_(None), inbox.c.received_at < before)
        return self._connection.execute(inbox.delete().where(*old)).rowcount

    def _document(self, source: str, external_id: str) -> str | None:
        for table, column in ((documents, documents.c.id), (inbox, inbox.c.document)):
            known = select(column).where(table.c.source == source, table.c.external_id == external_id).limit(1)
            if found := self._connection.execute(known).scalar():
                return str(found)
        return None


def promised(connection: Connection, source: str, external_id: str) -> str | None:
    """Return the id that the sender of a document was told it would have."""
    query = select(inbox.c.document).where(inbox.c.source == source, inbox.c.external_id == external_id).limit(1)
    found: str | None = connection.execute(query).scalar()
    return found


def _message(row: Row[Any]) -> Message:
    return Message(row.seq, row.source, row.id, row.document, row.digest, row.received_at, row.body)
