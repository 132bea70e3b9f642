"""What waits for the desk? Entries that are there as long as their cause is, most pressing first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, insert, select, tuple_

from corridors import reviews as queue
from corridors.model import Review, ReviewKind, Sensitivity
from corridors.store.codec import from_text, to_text
from corridors.store.desk_tables import decisions, reviews
from corridors.store.sight import covered
from corridors.store.versions import Versions


class Place(NamedTuple):
    """Where an entry stands in the order. is_over: it was too late for it at the instant that the order is of."""

    is_over: bool
    acts_at: datetime
    rank: int
    id: str


class Reviews:
    """The queue of the desk, as a reader of one clearance sees it. What a decision in force answers is not shown."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._covered = covered(reviews, clearance)

    def replace_day(self, country: str, day: date, found: Mapping[Review, Sensitivity], now: datetime) -> None:
        """Keep what a day leaves to be decided, and forget what it left before; "" = no country known."""
        self._replace(found, now, reviews.c.country == country, reviews.c.on == day, reviews.c.document.is_(None))

    def replace_document(self, id_: str, found: Mapping[Review, Sensitivity], now: datetime) -> None:
        """Keep what a document leaves to be decided, and forget what it left before."""
        self._replace(found, now, reviews.c.document == id_)

    def get(self, id_: str) -> Review | None:
        """Return an entry by its id, answered or not."""
        row = self._connection.execute(select(reviews).where(reviews.c.id == id_, self._covered)).first()
        return _review(row) if row else None

    def page(
        self,
        now: datetime,
        *,
        kinds: Sequence[ReviewKind] = (),
        country: str | None = None,
        on: date | None = None,
        corridor: str | None = None,
        document: str | None = None,
        after: Place | None = None,
        limit: int,
    ) -> list[tuple[Review, Place]]:
        """Return open entries: what is not over at `now` by its start, then what is, the latest first."""
        wanted = [
            self._covered,
            ~exists().where(decisions.c.review == reviews.c.id, decisions.c.undone_at.is_(None)),
            *([reviews.c.kind.in_([kind.value for kind in kinds])] if kinds else []),
            *([reviews.c.country == country] if country else []),
            *([reviews.c.on == on] if on else []),
            *([reviews.c.corridor == corridor] if corridor else []),
            *([reviews.c.document == document] if document else []),
        ]
        found: list[Row[Any]] = []
        if after is None or not after.is_over:
            ahead = select(reviews).where(*wanted, reviews.c.ends_at > now)
            found += self._connection.execute(_behind(ahead, after).limit(limit))
        past = [(row, False) for row in found]
        if len(found) < limit:
            over = select(reviews).where(*wanted, reviews.c.ends_at <= now)
            rows = self._connection.execute(_before(over, after).limit(limit - len(found)))
            past += [(row, True) for row in rows]
        return [(_review(row), Place(is_over, row.acts_at, row.rank, row.id)) for row, is_over in past]

    def _replace(self, found: Mapping[Review, Sensitivity], now: datetime, *mine: ColumnElement[bool]) -> None:
        held = {row.id: row.content for row in self._connection.execute(select(reviews).where(*mine))}
        new = {review.id: (review, level) for review, level in found.items()}
        gone = [id_ for id_ in held if id_ not in new or to_text(new[id_][0]) != held[id_]]
        if gone:
            self._versions.rise()
            self._connection.execute(reviews.delete().where(reviews.c.id.in_(gone)))
        made = [each for id_, each in new.items() if id_ not in held or id_ in gone]
        if made:
            self._versions.rise()
            self._connection.execute(insert(reviews), [_values(review, level, now) for review, level in made])


def _behind(query: Select[Any], after: Place | None) -> Select[Any]:
    order = (reviews.c.acts_at, reviews.c.rank, reviews.c.id)
    if after and not after.is_over:
        query = query.where(tuple_(*order) > tuple_(after.acts_at, after.rank, after.id))
    return query.order_by(*order)


def _before(query: Select[Any], after: Place | None) -> Select[Any]:
    if after and after.is_over:
        same = (reviews.c.acts_at == after.acts_at) & (tuple_(reviews.c.rank, reviews.c.id) > (after.rank, after.id))
        query = query.where((reviews.c.acts_at < after.acts_at) | same)
    return query.order_by(reviews.c.acts_at.desc(), reviews.c.rank, reviews.c.id)


def _values(review: Review, level: Sensitivity, now: datetime) -> dict[str, Any]:
    return {
        "id": review.id,
        "kind": review.kind.value,
        "country": review.country,
        "on": review.on,
        "corridor": review.corridor,
        "document": review.document,
        "acts_at": review.acts_at,
        "ends_at": review.ends_at,
        "rank": queue.rank(review),
        "content": to_text(review),
        "opened_at": now,
        "sensitivity": level.rank,
    }


def _review(row: Row[Any]) -> Review:
    review: Review = from_text(row.content, Review)
    return replace(review, opened_at=row.opened_at)
