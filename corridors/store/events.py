"""What changed, in which order? The change feed: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, insert, select, update

from corridors.model import Event, EventType, Facets, Sensitivity
from corridors.selection import EVERYTHING, Selection
from corridors.store.codec import from_text, to_text
from corridors.store.ids import new_id
from corridors.store.sight import band_of, banded, seen
from corridors.store.tables import deliveries, events, occurrence_claims, subscriptions
from corridors.store.versions import Versions

MOST_LOOKED_AT = 20_000
_BATCH = 200

_BODY = update(events).where(events.c.cursor == bindparam("at"))  # built once: it runs with every event


class Events:
    """Events in commit order: who appends one is the only writer of state until the commit."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._seen = seen(events, clearance)

    @staticmethod
    def new_id() -> str:
        """Return an id for an event that is about to be recorded."""
        return new_id("evt")

    def append(self, event: Event, render: Callable[[int], bytes]) -> Event:
        """Record an event with the body that `render` makes of its cursor, and return it complete."""
        self._versions.rise()
        result = self._connection.execute(
            insert(events),
            {
                "id": event.id,
                "type": event.type.value,
                "recorded_at": event.recorded_at,
                "historic": event.historic,
                "corridor": event.corridor,
                "occurrence": event.occurrence,
                "occurrence_revision": event.occurrence_revision,
                "country": event.country,
                "body": b"",
                "facets": to_text(event.facets) if event.facets else None,
                **banded(event.band),
            },
        )
        cursor = int(result.inserted_primary_key[0])  # type: ignore[index]
        body = render(cursor)
        self._connection.execute(_BODY, {"at": cursor, "body": body})
        return replace(event, cursor=cursor, body=body)

    def after(
        self, cursor: int, limit: int, *, wanted: Selection = EVERYTHING, types: Sequence[EventType] = ()
    ) -> list[Event]:
        """Return the events that follow a cursor and fit, in order; see Selection.fits_event."""
        query = self._kept(wanted, types).where(events.c.cursor > cursor).order_by(events.c.cursor)
        return self._looked_through(query, wanted, limit)[0]

    def scan(
        self, cursor: int, limit: int, *, wanted: Selection = EVERYTHING, types: Sequence[EventType] = ()
    ) -> tuple[list[Event], int | None]:
        """Return the same, and the cursor up to which was looked; None = to the end.

        Among very many events that do not fit it stops looking after MOST_LOOKED_AT of them.
        """
        query = self._kept(wanted, types).where(events.c.cursor > cursor).order_by(events.c.cursor)
        return self._looked_through(query, wanted, limit, most=MOST_LOOKED_AT)

    def _looked_through(
        self, query: Select[Any], wanted: Selection, limit: int, most: int | None = None
    ) -> tuple[list[Event], int | None]:
        found: list[Event] = []
        with self._connection.execute(query.limit(most), execution_options={"yield_per": _BATCH}) as rows:
            for looked, row in enumerate(rows, 1):
                event = _event(row)
                if wanted.is_everything or wanted.fits_event(event.facets or Facets(event.country), event.recorded_at):
                    found.append(event)
                if len(found) == limit or looked == most:
                    return found, event.cursor
        return found, None

    def before(
        self, cursor: int | None, limit: int, *, wanted: Selection = EVERYTHING, types: Sequence[EventType] = ()
    ) -> list[Event]:
        """Return the events before a cursor, or the newest of all, that fit, from the newest back."""
        query = self._kept(wanted, types).order_by(events.c.cursor.desc())
        if cursor is not None:
            query = query.where(events.c.cursor < cursor)
        return self._looked_through(query, wanted, limit)[0]

    def of_occurrence(self, corridor: str, occurrence: str) -> list[Event]:
        """Return everything that happened to an occurrence of a corridor, in order."""
        query = select(events).where(*self._seen, events.c.corridor == corridor, events.c.occurrence == occurrence)
        query = query.order_by(events.c.cursor)
        return [_event(row) for row in self._connection.execute(query)]

    def last_revision(self, corridor: str, occurrence: str) -> int:
        """Return the highest revision of an occurrence that anybody was ever told, 0 where none was."""
        told = select(func.max(events.c.occurrence_revision)).where(
            events.c.corridor == corridor, events.c.occurrence == occurrence
        )
        return int(self._connection.execute(told).scalar() or 0)

    def withhold(self, claim: str, level: Sensitivity, since: datetime) -> None:
        """Show what was recorded since an instant of the days that a claim is about only to readers of `level`.

        What is still owed of it to others is cancelled; what they were sent is theirs. For good: showing it again after
        an undoing would tell what had been withheld.
        """
        about = select(occurrence_claims.c.occurrence).where(occurrence_claims.c.claim == claim)
        told = and_(events.c.occurrence.in_(about), events.c.recorded_at >= since, events.c.seen_from < level.rank)
        hidden = list(self._connection.execute(select(events.c.id).where(told)).scalars())
        self._connection.execute(update(events).where(told).values(seen_from=level.rank))
        lesser = select(subscriptions.c.id).where(subscriptions.c.clearance < level.rank)
        self._connection.execute(
            update(deliveries)
            .where(deliveries.c.event.in_(hidden), deliveries.c.subscription.in_(lesser))
            .where(deliveries.c.state.in_(("pending", "held", "superseded", "exhausted")))
            .values(state="cancelled", finished_at=since)
        )

    def latest(self, limit: int) -> list[Event]:
        """Return the newest events, in order."""
        newest = select(events).where(*self._seen).order_by(events.c.cursor.desc()).limit(limit)
        rows = self._connection.execute(newest).all()
        return [_event(row) for row in reversed(rows)]

    def head(self) -> int:
        """Return the newest cursor, 0 before the first event."""
        return int(self._connection.execute(select(func.max(events.c.cursor))).scalar() or 0)

    def version(self) -> int:
        """Return a number that rises with every write of public state, also with those that make no event."""
        return self._versions.current()

    def changed_at(self) -> float:
        """Return when that number last rose, in POSIX time."""
        return self._versions.changed_at()

    def get(self, id_: str) -> Event | None:
        """Return an event by its id."""
        row = self._connection.execute(select(events).where(events.c.id == id_, *self._seen)).first()
        return _event(row) if row else None

    def _kept(self, wanted: Selection, types: Sequence[EventType]) -> Select[Any]:
        """Return the query of the reader's events that may fit, by what has columns of its own."""
        query = select(events).where(*self._seen)
        if wanted.corridors:
            query = query.where(events.c.corridor.in_(wanted.corridors))
        if wanted.recorded_by:
            query = query.where(events.c.recorded_at <= wanted.recorded_by)
        if types:
            query = query.where(events.c.type.in_([type_.value for type_ in types]))
        return query


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        type=EventType(row.type),
        recorded_at=row.recorded_at,
        body=row.body,
        cursor=row.cursor,
        historic=row.historic,
        corridor=row.corridor,
        occurrence=row.occurrence,
        occurrence_revision=row.occurrence_revision,
        country=row.country,
        band=band_of(row),
        facets=from_text(row.facets, Facets) if row.facets else None,
    )
