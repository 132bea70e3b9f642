"""What changed, in which order? The change feed: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from corridors.model import Event, EventType, Sensitivity
from corridors.store.ids import new_id
from corridors.store.sight import band_of, banded, seen
from corridors.store.tables import events
from corridors.store.versions import Versions

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
                **banded(event.band),
            },
        )
        cursor = int(result.inserted_primary_key[0])  # type: ignore[index]
        body = render(cursor)
        self._connection.execute(_BODY, {"at": cursor, "body": body})
        return replace(event, cursor=cursor, body=body)

    def after(
        self,
        cursor: int,
        limit: int,
        *,
        corridor: str | None = None,
        country: str | None = None,
        types: Sequence[EventType] = (),
    ) -> list[Event]:
        """Return the events that follow a cursor, in order."""
        query = self._kept(corridor, country, types).where(events.c.cursor > cursor).order_by(events.c.cursor)
        return [_event(row) for row in self._connection.execute(query.limit(limit))]

    def before(
        self,
        cursor: int | None,
        limit: int,
        *,
        corridor: str | None = None,
        country: str | None = None,
        types: Sequence[EventType] = (),
    ) -> list[Event]:
        """Return the events before a cursor, or the newest of all, from the newest back."""
        query = self._kept(corridor, country, types).order_by(events.c.cursor.desc())
        if cursor is not None:
            query = query.where(events.c.cursor < cursor)
        return [_event(row) for row in self._connection.execute(query.limit(limit))]

    def of_occurrence(self, corridor: str, occurrence: str) -> list[Event]:
        """Return everything that happened to an occurrence of a corridor, in order."""
        query = self._kept(corridor).where(events.c.occurrence == occurrence).order_by(events.c.cursor)
        return [_event(row) for row in self._connection.execute(query)]

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

    def get(self, id_: str) -> Event | None:
        """Return an event by its id."""
        row = self._connection.execute(select(events).where(events.c.id == id_, *self._seen)).first()
        return _event(row) if row else None

    def _kept(self, corridor: str | None, country: str | None = None, types: Sequence[EventType] = ()) -> Select[Any]:
        """Return the query of the reader's events that these filters let through."""
        query = select(events).where(*self._seen)
        if corridor:
            query = query.where(events.c.corridor == corridor)
        if country:
            query = query.where(events.c.country == country)
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
    )
