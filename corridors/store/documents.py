"""What was announced? Documents with all their revisions, and the pages they were found in."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, insert, select, update

from corridors.model import PUBLIC, Document, Doubt, Revision, Sensitivity, Total
from corridors.store.codec import from_text, to_text
from corridors.store.ids import new_id
from corridors.store.inbox import promised
from corridors.store.sight import covered
from corridors.store.tables import bodies, documents, revisions
from corridors.store.upsert import insert_or_leave
from corridors.store.versions import Versions

_CURRENT = and_(revisions.c.document == documents.c.id, revisions.c.number == documents.c.revision)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
# Asked with every poll of every source, and building a statement costs more than running it.
_FINGERPRINTS = (
    select(documents.c.external_id, documents.c.deleted_at, revisions.c.fingerprint)
    .join(revisions, _CURRENT)
    .where(documents.c.source == bindparam("source"), documents.c.external_id.in_(_IDS))
)
_BATCH = 500


def fingerprint(document: Document) -> str:
    """Return what two states of a document share when nothing that matters changed (not the view counter)."""
    return hashlib.sha256(f"{document.title}\x00{document.text}".encode("utf-8", "surrogatepass")).hexdigest()


class Documents:
    """Kept for ever: an edit adds a revision, a deletion a date, nothing is overwritten."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._covered = covered(documents, clearance)

    def known(self, source: str, found: Sequence[Document]) -> set[str]:
        """Return the external ids of those in `found` of which the latest revision already says the same."""
        return self.known_and_held(source, found)[0]

    def known_and_held(self, source: str, found: Sequence[Document]) -> tuple[set[str], set[str]]:
        """Return the same, and the external ids of those of which any revision was ever kept."""
        rows = self._latest(source, sorted({one.external_id for one in found}))
        held = {one.external_id: rows.get(one.external_id) or rows.get(_storable(one.external_id)) for one in found}
        same = {
            one.external_id
            for one in found
            if (row := held[one.external_id]) and row.deleted_at is None and row.fingerprint == fingerprint(one)
        }
        return same, {id_ for id_, row in held.items() if row}

    def _latest(self, source: str, ids: Sequence[str]) -> dict[str, Row[Any]]:
        found: dict[str, Row[Any]] = {}
        for start in range(0, len(ids), _BATCH):
            asked = {"source": source, "ids": ids[start : start + _BATCH]}
            found |= {row.external_id: row for row in self._connection.execute(_FINGERPRINTS, asked)}
        return found

    def add(
        self,
        document: Document,
        *,
        now: datetime,
        historic: bool,
        totals: Sequence[Total] = (),
        doubts: Sequence[Doubt] = (),
        body_hash: str | None = None,
        sensitivity: Sensitivity = PUBLIC,
    ) -> Revision:
        """Keep a document as its first or next revision. Raises Conflict when another process just kept it.

        A next revision never lowers the sensitivity of what was said before.
        """
        old = self._connection.execute(
            select(documents.c.id, documents.c.revision, documents.c.sensitivity).where(
                documents.c.source == document.source, documents.c.external_id == document.external_id
            )
        ).first()
        self._versions.rise()
        number = old.revision + 1 if old else 1
        id_ = old.id if old else promised(self._connection, document.source, document.external_id) or new_id("doc")
        if old:
            highest = max(old.sensitivity, sensitivity.rank)
            values = {"revision": number, "deleted_at": None, "sensitivity": highest}
            self._connection.execute(update(documents).where(documents.c.id == id_).values(values))
        else:
            self._connection.execute(
                insert(documents),
                {
                    "id": id_,
                    "source": document.source,
                    "external_id": document.external_id,
                    "revision": number,
                    "first_seen_at": now,
                    "sensitivity": sensitivity.rank,
                },
            )
        self._connection.execute(
            insert(revisions),
            {
                "document": id_,
                "number": number,
                "content": to_text(document),
                "fingerprint": fingerprint(document),
                "body_hash": body_hash,
                "published_at": document.published_at,
                "recorded_at": now,
                "historic": historic,
                "totals": to_text(tuple(totals)),
                "doubts": to_text(tuple(doubts)),
            },
        )
        return Revision(id_, number, document, now, historic, tuple(totals), tuple(doubts))

    def holds(self, source: str, external_id: str) -> bool:
        """Return whether any revision of a document was ever kept."""
        mine = and_(documents.c.source == source, documents.c.external_id == external_id)
        return self._connection.execute(select(documents.c.id).where(mine)).first() is not None

    def standing(self, source: str, limit: int) -> dict[str, str]:
        """Return the ids of a source's documents that were not deleted by their external ids, the newest first."""
        rows = self._connection.execute(
            select(documents.c.external_id, documents.c.id)
            .where(documents.c.source == source, documents.c.deleted_at.is_(None))
            .order_by(documents.c.id.desc())
            .limit(limit)
        )
        return {row.external_id: row.id for row in rows}

    def bury(self, id_: str, now: datetime) -> None:
        """Note that a document was deleted where it stood; its revisions are kept."""
        self._versions.rise()
        self._connection.execute(update(documents).where(documents.c.id == id_).values(deleted_at=now))

    def keep_body(self, body: bytes, now: datetime) -> str:
        """Keep the bytes of a page, once, and return their hash."""
        digest = hashlib.sha256(body).hexdigest()
        if not self._connection.execute(select(bodies.c.hash).where(bodies.c.hash == digest)).first():
            row = {"hash": digest, "bytes": zlib.compress(body), "stored_at": now}
            self._connection.execute(insert_or_leave(self._connection, bodies, row))
        return digest

    def forget_bodies(self, before: datetime) -> int:
        """Delete pages kept before an instant and return how many."""
        return self._connection.execute(bodies.delete().where(bodies.c.stored_at < before)).rowcount

    def has_any(self, source: str) -> bool:
        """Return whether anything was ever kept from a source."""
        return self._connection.execute(select(documents.c.id).where(documents.c.source == source)).first() is not None

    def revisions(self, id_: str) -> list[Revision]:
        """Return every revision of a document, oldest first; empty when there is none of that id."""
        rows = self._connection.execute(
            select(revisions, documents.c.deleted_at)
            .join(documents, documents.c.id == revisions.c.document)
            .where(revisions.c.document == id_, self._covered)
            .order_by(revisions.c.number)
        )
        return [_revision(row) for row in rows]

    def current(self, ids: Sequence[str]) -> dict[str, Revision]:
        """Return the latest revision of each of the documents that exist."""
        rows = self._connection.execute(
            select(revisions, documents.c.deleted_at)
            .join(documents, _CURRENT)
            .where(documents.c.id.in_(ids), self._covered)
        )
        return {row.document: _revision(row) for row in rows}

    def following(
        self, after_id: str, limit: int, *, source: str | None = None, since: datetime | None = None
    ) -> list[Revision]:
        """Return latest revisions that were not deleted, oldest document first. since: first seen at or after it."""
        states = select(revisions, documents.c.deleted_at).join(documents, _CURRENT).order_by(documents.c.id)
        query = states.where(self._covered, documents.c.id > after_id, documents.c.deleted_at.is_(None))
        if source:
            query = query.where(documents.c.source == source)
        if since:
            query = query.where(documents.c.first_seen_at >= since)
        return [_revision(row) for row in self._connection.execute(query.limit(limit))]

    def classify(self, id_: str, level: Sensitivity) -> None:
        """Set how sensitive a document is."""
        self._versions.rise()
        self._connection.execute(update(documents).where(documents.c.id == id_).values(sensitivity=level.rank))

    def note_reading(self, reread: Revision, sensitivity: Sensitivity) -> bool:
        """Keep what reading a revision again gave beside its claims; False where it is not the latest any more."""
        mine = and_(
            documents.c.id == reread.id, documents.c.revision == reread.number, documents.c.deleted_at.is_(None)
        )
        row = self._connection.execute(select(documents.c.sensitivity).where(mine)).first()
        if row is None:
            return False
        self._versions.rise()
        highest = max(row.sensitivity, sensitivity.rank)
        self._connection.execute(update(documents).where(mine).values(sensitivity=highest))
        self._connection.execute(
            update(revisions)
            .where(revisions.c.document == reread.id, revisions.c.number == reread.number)
            .values(totals=to_text(tuple(reread.totals)), doubts=to_text(tuple(reread.doubts)))
        )
        return True

    def page(self, *, source: str | None, before_id: str | None, limit: int) -> list[Revision]:
        """Return latest revisions, newest document first."""
        states = select(revisions, documents.c.deleted_at).join(documents, _CURRENT)
        query = states.where(self._covered).order_by(documents.c.id.desc())
        if source:
            query = query.where(documents.c.source == source)
        if before_id:
            query = query.where(documents.c.id < before_id)
        return [_revision(row) for row in self._connection.execute(query.limit(limit))]


def _storable(text: str) -> str:
    """`text` as PostgreSQL keeps it, which has no U+0000."""
    return text.replace("\x00", "\ufffd")


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        row.document,
        row.number,
        from_text(row.content, Document),
        row.recorded_at,
        row.historic,
        from_text(row.totals, tuple[Total, ...]),
        from_text(row.doubts, tuple[Doubt, ...]),
        row.deleted_at,
    )
