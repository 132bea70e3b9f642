"""Which corridors are there, and what holds on each of their days?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, func, insert, or_, select, update

from corridors.model import (
    CLEARANCES,
    Band,
    Corridor,
    Layers,
    Occurrence,
    Sensitivity,
    Status,
    from_bands,
    runs,
)
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.sight import band_of, banded, seen
from corridors.store.tables import corridors, occurrence_claims, occurrences
from corridors.store.versions import Versions

Conditions = Sequence[ColumnElement[bool]]

_LINKED = and_(
    occurrences.c.id == occurrence_claims.c.occurrence, occurrences.c.seen_from == occurrence_claims.c.seen_from
)


class Written(NamedTuple):
    """The statements that keep one table of state. Built once: they run with every change."""

    held: Any
    update: Any
    insert: Any
    delete: Any


def _written(table: Table) -> Written:
    row = and_(table.c.id == bindparam("which"), table.c.seen_from == bindparam("first"))
    held = select(table.c.seen_from).where(table.c.id == bindparam("which"))
    return Written(held, update(table).where(row), insert(table), table.delete().where(row))


_CORRIDOR, _OCCURRENCE = _written(corridors), _written(occurrences)


class Near(NamedTuple):
    """The days of a corridor that a reader asks for first: today's, the earliest later one, the latest earlier one."""

    current: Occurrence | None = None
    next: Occurrence | None = None
    last: Occurrence | None = None


class Corridors:
    """Corridors and their occurrences, as a reader of one clearance sees them; `layers…` are for those who write."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._seen = seen(corridors, clearance)
        self._seen_days = seen(occurrences, clearance)

    def get(self, id_: str) -> Corridor | None:
        """Return a corridor by its id."""
        row = self._connection.execute(select(corridors.c.content).where(corridors.c.id == id_, *self._seen)).first()
        return from_text(row.content, Corridor) if row else None

    def find(self, ids: Sequence[str]) -> dict[str, Corridor]:
        """Return those of the corridors that exist, by id."""
        rows = self._connection.execute(
            select(corridors.c.content).where(corridors.c.id.in_(ids), *self._seen)
        ).scalars()
        return {corridor.id: corridor for corridor in (from_same_text(content, Corridor) for content in rows)}

    def layers(self, ids: Sequence[str]) -> dict[str, Layers[Corridor | None]]:
        """Return what each clearance sees of those of the corridors that exist, by id."""
        kept: dict[str, dict[Band, Corridor]] = {}
        for row in self._connection.execute(select(corridors).where(corridors.c.id.in_(ids))):
            kept.setdefault(row.id, {})[band_of(row)] = from_same_text(row.content, Corridor)
        return {id_: from_bands(bands) for id_, bands in kept.items()}

    def put_layers(self, layers: Layers[Corridor | None]) -> None:
        """Keep a corridor, new or changed, as each clearance sees it from now on."""
        self._versions.rise()
        id_ = next(corridor.id for corridor in layers if corridor)
        rows = [_corridor_values(corridor) | banded(band) for band, corridor in runs(layers) if corridor]
        self._replace(_CORRIDOR, id_, rows)

    def put(self, corridor: Corridor) -> None:
        """Keep a corridor, new or changed, that everybody sees alike."""
        self.put_layers((corridor, corridor, corridor, corridor))

    def forget_unused(self, ids: Sequence[str]) -> None:
        """Forget corridors for those who see no day of them any more."""
        for id_, layers in self.layers(ids).items():
            bands = (
                select(occurrences.c.seen_from, occurrences.c.seen_to).where(occurrences.c.corridor == id_).distinct()
            )
            in_use = [band_of(row) for row in self._connection.execute(bands)]
            left = [any(band.covers(level) for band in in_use) for level in CLEARANCES]
            rows = [
                _corridor_values(corridor) | banded(band)
                for band, corridor in runs([each if used else None for each, used in zip(layers, left, strict=True)])
                if corridor
            ]
            self._versions.rise()
            self._replace(_CORRIDOR, id_, rows)

    def _replace(self, written: Written, id_: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make the rows of an id equal to `rows`; children of rows that stay are left alone."""
        kept = [row["seen_from"] for row in rows]
        held = set(self._connection.execute(written.held, {"which": id_}).scalars())
        for gone in held.difference(kept):
            self._connection.execute(written.delete, {"which": id_, "first": gone})
        for row in rows:
            if row["seen_from"] in held:
                self._connection.execute(written.update, {**row, "which": id_, "first": row["seen_from"]})
            else:
                self._connection.execute(written.insert, {**row, "id": id_})

    def page(
        self,
        *,
        country: str | None = None,
        ids: Sequence[str] | None = None,
        slug: str | None = None,
        statuses: Sequence[Status] = (),
        today: Mapping[str, date] | None = None,
        after_id: str | None = None,
        limit: int,
    ) -> list[Corridor]:
        """Return corridors in the order of their ids.

        statuses: of the occurrence on the country's day in `today` (by country code, "" = elsewhere);
        `unknown` also means a corridor without an occurrence on that day.
        """
        query = select(corridors.c.content).where(*self._seen).order_by(corridors.c.id)
        if country:
            query = query.where(corridors.c.country == country)
        if ids is not None:
            query = query.where(corridors.c.id.in_(ids))
        if slug:
            query = query.where(corridors.c.slug == slug)
        if after_id:
            query = query.where(corridors.c.id > after_id)
        if statuses:
            query = query.where(_status_today(statuses, today or {}, self._seen_days))
        return [from_text(content, Corridor) for content in self._connection.execute(query.limit(limit)).scalars()]

    def occurrence(self, id_: str) -> Occurrence | None:
        """Return an occurrence by its id."""
        row = self._connection.execute(select(occurrences).where(occurrences.c.id == id_, *self._seen_days)).first()
        return _occurrence(row) if row else None

    def occurrences_on(self, country: str | None, day: date) -> dict[str, Occurrence]:
        """Return what is on a country's local day, by id."""
        rows = self._connection.execute(
            select(occurrences).where(
                occurrences.c.date == day, occurrences.c.country == (country or ""), *self._seen_days
            )
        )
        return {row.id: _occurrence(row) for row in rows}

    def layers_on(self, country: str | None, day: date) -> dict[str, Layers[Occurrence | None]]:
        """Return what each clearance sees of a country's local day, by id of the occurrence."""
        kept: dict[str, dict[Band, Occurrence]] = {}
        on_day = select(occurrences).where(occurrences.c.date == day, occurrences.c.country == (country or ""))
        for row in self._connection.execute(on_day):
            kept.setdefault(row.id, {})[band_of(row)] = _occurrence(row)
        return {id_: from_bands(bands) for id_, bands in kept.items()}

    def claims_of(self, occurrence: str) -> Layers[frozenset[str]]:
        """Return the ids of the claims that an occurrence stands on for each clearance."""
        rows = self._connection.execute(
            select(occurrence_claims.c.claim, occurrences.c.seen_from, occurrences.c.seen_to)
            .join(occurrences, _LINKED)
            .where(occurrences.c.id == occurrence)
        ).all()
        found = [frozenset(row.claim for row in rows if band_of(row).covers(level)) for level in CLEARANCES]
        return found[0], found[1], found[2], found[3]

    def put_occurrence(self, occurrence: Occurrence, country: str | None, claims: Sequence[str]) -> None:
        """Keep an occurrence, new or changed, that everybody sees alike, with the claims that it stands on."""
        kept = (occurrence, tuple(claims))
        self.put_occurrence_layers(occurrence.id, country, (kept, kept, kept, kept))

    def put_occurrence_layers(
        self, id_: str, country: str | None, layers: Layers[tuple[Occurrence, tuple[str, ...]] | None]
    ) -> None:
        """Keep an occurrence, new or changed, as each clearance sees it, with the claims that it stands on there."""
        self._versions.rise()
        kept = [(band, *seen_there) for band, seen_there in runs(layers) if seen_there]
        rows = [_occurrence_values(occurrence, country) | banded(band) for band, occurrence, _ in kept]
        self._replace(_OCCURRENCE, id_, rows)
        for band, _, claims in kept:
            self._link(id_, band.lowest.rank, claims)

    def _link(self, occurrence: str, seen_from: int, claims: Sequence[str]) -> None:
        mine = and_(occurrence_claims.c.occurrence == occurrence, occurrence_claims.c.seen_from == seen_from)
        held = set(self._connection.execute(select(occurrence_claims.c.claim).where(mine)).scalars())
        gone, new = held - set(claims), [claim for claim in dict.fromkeys(claims) if claim not in held]
        if gone:
            self._connection.execute(occurrence_claims.delete().where(mine, occurrence_claims.c.claim.in_(gone)))
        if new:
            self._connection.execute(
                insert(occurrence_claims),
                [{"occurrence": occurrence, "seen_from": seen_from, "claim": claim} for claim in new],
            )

    def due(self, now: datetime, limit: int) -> list[tuple[str, date]]:
        """Return the (country, day) pairs in which the clock changes something by `now`; "" = no country known."""
        rows = self._connection.execute(
            select(occurrences.c.country, occurrences.c.date)
            .where(occurrences.c.due_at <= now)
            .group_by(occurrences.c.country, occurrences.c.date)
            .order_by(func.min(occurrences.c.due_at))
            .limit(limit)
        )
        return [(row.country, row.date) for row in rows]

    def near(self, ids: Sequence[str], today: Mapping[str, date]) -> dict[str, Near]:
        """Return current, next and last occurrence of each corridor. today: by country code, "" = elsewhere."""
        found: dict[str, Near] = {}
        for name, day_of in (("current", None), ("next", func.min), ("last", func.max)):
            for row in self._connection.execute(_near_query(ids, today, day_of, self._seen_days, later=name == "next")):
                found[row.corridor] = found.get(row.corridor, Near())._replace(**{name: _occurrence(row)})
        return found

    def occurrence_page(
        self,
        *,
        corridor: str | None = None,
        country: str | None = None,
        first: date | None = None,
        last: date | None = None,
        statuses: Sequence[Status] = (),
        before: tuple[date, str] | None = None,
        limit: int,
    ) -> list[Occurrence]:
        """Return occurrences, latest day first, within a day in the order of their ids."""
        query = select(occurrences).where(*self._seen_days).order_by(occurrences.c.date.desc(), occurrences.c.id)
        if corridor:
            query = query.where(occurrences.c.corridor == corridor)
        if country:
            query = query.where(occurrences.c.country == country)
        if first:
            query = query.where(occurrences.c.date >= first)
        if last:
            query = query.where(occurrences.c.date <= last)
        if statuses:
            query = query.where(occurrences.c.status.in_([status.value for status in statuses]))
        if before:
            day, id_ = before
            query = query.where(or_(occurrences.c.date < day, and_(occurrences.c.date == day, occurrences.c.id > id_)))
        return [_occurrence(row) for row in self._connection.execute(query.limit(limit))]

    def countries(self) -> list[str]:
        """Return the countries that have a corridor ("" = none known)."""
        return list(self._connection.execute(select(corridors.c.country).where(*self._seen).distinct()).scalars())


def _on_today(today: Mapping[str, date], compare: str) -> Any:
    """Return the condition that an occurrence's day is before, on or after its country's today."""
    elsewhere = today.get("", date.max)
    cases = [
        and_(occurrences.c.country == code, occurrences.c.date.op(compare)(day)) for code, day in today.items() if code
    ]
    rest = and_(
        occurrences.c.country.not_in([code for code in today if code]), occurrences.c.date.op(compare)(elsewhere)
    )
    return or_(*cases, rest)


def _status_today(statuses: Sequence[Status], today: Mapping[str, date], is_seen: Conditions) -> Any:
    on_today = select(occurrences.c.corridor).where(_on_today(today, "="), *is_seen)
    wanted = corridors.c.id.in_(on_today.where(occurrences.c.status.in_([status.value for status in statuses])))
    return or_(wanted, corridors.c.id.not_in(on_today)) if Status.UNKNOWN in statuses else wanted


def _near_query(ids: Sequence[str], today: Mapping[str, date], day_of: Any, is_seen: Conditions, *, later: bool) -> Any:
    mine = and_(occurrences.c.corridor.in_(ids), *is_seen)
    if day_of is None:
        return select(occurrences).where(mine, _on_today(today, "="))
    nearest = (
        select(occurrences.c.corridor, day_of(occurrences.c.date).label("date"))
        .where(mine, _on_today(today, ">" if later else "<"))
        .group_by(occurrences.c.corridor)
        .subquery()
    )
    return (
        select(occurrences)
        .join(nearest, and_(occurrences.c.corridor == nearest.c.corridor, occurrences.c.date == nearest.c.date))
        .where(*is_seen)
    )


def _corridor_values(corridor: Corridor) -> dict[str, Any]:
    return {
        "slug": corridor.slug,
        "key": corridor.key,
        "country": corridor.route.country or "",
        "content": to_text(corridor),
        "first_seen_at": corridor.first_seen_at,
        "updated_at": corridor.updated_at,
        "merged_into": corridor.merged_into,
    }


def _occurrence_values(occurrence: Occurrence, country: str | None) -> dict[str, Any]:
    return {
        "corridor": occurrence.corridor,
        "country": country or "",
        "date": occurrence.date,
        "zone": occurrence.zone,
        "status": occurrence.assessment.status.value,
        "operated": occurrence.assessment.operated,
        "revision": occurrence.revision,
        "content": to_text(occurrence),
        "due_at": occurrence.assessment.due_at,
        "updated_at": occurrence.updated_at,
    }


def _occurrence(row: Row[Any]) -> Occurrence:
    occurrence: Occurrence = from_same_text(row.content, Occurrence)
    return occurrence
