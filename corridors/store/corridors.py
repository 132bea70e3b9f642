"""Which corridors are there, and what holds on each of their days?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, and_, bindparam, exists, func, insert, select, update

from corridors import schema
from corridors.model import (
    CLEARANCES,
    Band,
    Corridor,
    Layers,
    Occurrence,
    Route,
    Sensitivity,
    Status,
    from_bands,
    runs,
)
from corridors.selection import EVERYTHING, Selection, day_facets, route_facets
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.desk_tables import decisions, moved
from corridors.store.index import Found, Index, on_today
from corridors.store.representations import Representations
from corridors.store.rulings import following
from corridors.store.sight import band_of, banded, seen
from corridors.store.tables import claims as claim_rows
from corridors.store.tables import (
    corridor_facets,
    corridors,
    occurrence_claims,
    occurrence_facets,
    occurrences,
    representations,
)
from corridors.store.upsert import insert_or_update
from corridors.store.versions import Versions

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


class NearDay(NamedTuple):
    """One of these days in short."""

    id: str
    status: Status


class Corridors:
    """Corridors and their occurrences, as a reader of one clearance sees them; `layers…` are for those who write."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._index = Index(connection, clearance)
        self._shown = Representations(connection, clearance)
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
        self._keep(id_, layers)

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
            is_named = exists().where(decisions.c.into == id_, decisions.c.undone_at.is_(None))
            if any(held and held.merged_into for held in layers) or self._connection.execute(select(is_named)).scalar():
                continue  # nothing is there but the will of the desk, which leads on
            left = [any(band.covers(level) for band in in_use) for level in CLEARANCES]
            self._versions.rise()
            self._keep(id_, [each if used else None for each, used in zip(layers, left, strict=True)])

    def _keep(self, id_: str, layers: Sequence[Corridor | None]) -> None:
        """Keep what each clearance sees of a corridor: the value, by what it is found, and how it is shown."""
        seen_by = [(band, corridor) for band, corridor in runs(layers) if corridor]
        self._replace(_CORRIDOR, id_, [_corridor_values(corridor) | banded(band) for band, corridor in seen_by])
        self._show(id_, seen_by)

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
        wanted: Selection = EVERYTHING,
        today: Mapping[str, date] | None = None,
        *,
        sort: str = "id",
        after: tuple[str, ...] | None = None,
        limit: int,
    ) -> list[Found]:
        """Return which corridors fit, in order; see Index.corridors."""
        wanted = following(self._connection, wanted)
        return self._index.corridors(wanted, today or {}, sort=sort, after=after, limit=limit)

    def parts(self, ids: Sequence[str]) -> dict[str, schema.CorridorPart]:
        """Return those of the corridors that exist, rendered, by id."""
        kept = self._shown.find(ids)
        missing = [id_ for id_ in ids if id_ not in kept]
        kept |= {id_: schema.corridor_part(corridor) for id_, corridor in self.find(missing).items()}
        return {id_: schema.CorridorPart.parse(part) for id_, part in kept.items()}

    def occurrence_parts(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Return those of the occurrences that exist, rendered, by id."""
        kept = self._shown.find(ids)
        missing = [id_ for id_ in ids if id_ not in kept]
        return kept | {id_: schema.occurrence_part(found) for id_, found in self.find_occurrences(missing).items()}

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
            route = from_same_text(row.route, Route) if row.route else None
            kept.setdefault(row.id, {})[band_of(row)] = replace(_occurrence(row), route=route)
        return {id_: from_bands(bands) for id_, bands in kept.items()}

    def linked_on(self, country: str | None, day: date) -> dict[str, Layers[frozenset[str]]]:
        """Return the claims on which the occurrences of a day stand or once stood for each clearance, by id."""
        links: dict[str, list[tuple[Band, str]]] = {}
        for row in self._connection.execute(
            select(occurrences.c.id, occurrence_claims.c.claim, occurrences.c.seen_from, occurrences.c.seen_to)
            .join(occurrence_claims, _LINKED)
            .where(occurrences.c.date == day, occurrences.c.country == (country or ""))
        ):
            links.setdefault(row.id, []).append((band_of(row), row.claim))
        found: dict[str, Layers[frozenset[str]]] = {}
        for id_, told in links.items():
            seen_by = [frozenset(claim for band, claim in told if band.covers(level)) for level in CLEARANCES]
            found[id_] = seen_by[0], seen_by[1], seen_by[2], seen_by[3]
        return found

    def routes(self, ids: Sequence[str], beside: date) -> dict[str, Layers[tuple[Route, ...]]]:
        """Return the different routes that the days of corridors tell, `beside` left out, for each clearance, by id."""
        told: dict[str, list[tuple[Band, Route]]] = {}
        rows = select(occurrences.c.corridor, occurrences.c.route, occurrences.c.seen_from, occurrences.c.seen_to)
        other_days = and_(occurrences.c.corridor.in_(ids), occurrences.c.date != beside)
        for row in self._connection.execute(rows.where(other_days, occurrences.c.route.is_not(None)).distinct()):
            told.setdefault(row.corridor, []).append((band_of(row), from_same_text(row.route, Route)))
        found: dict[str, Layers[tuple[Route, ...]]] = {}
        for id_ in ids:
            kept = [tuple(route for band, route in told.get(id_, ()) if band.covers(level)) for level in CLEARANCES]
            found[id_] = kept[0], kept[1], kept[2], kept[3]
        return found

    def days_of_claims(self, claims: Sequence[str]) -> list[tuple[str, date]]:
        """Return the (country, day) pairs of the occurrences that stand on any of `claims`; "" = no country known."""
        on = select(occurrences.c.country, occurrences.c.date).join(occurrence_claims, _LINKED)
        rows = self._connection.execute(on.where(occurrence_claims.c.claim.in_(claims)).distinct())
        return sorted((row.country, row.date) for row in rows)

    def days(self, corridor: str) -> list[date]:
        """Return the days on which a corridor has an occurrence, in order."""
        mine = select(occurrences.c.date).where(occurrences.c.corridor == corridor).distinct()
        return list(self._connection.execute(mine.order_by(occurrences.c.date)).scalars())

    def dates(self, country: str | None, since: date = date.min) -> list[date]:
        """Return the local days of a country, `since` and later, on which there is anything."""
        mine = select(occurrences.c.date).where(occurrences.c.country == (country or ""), *self._seen_days)
        mine = mine.where(occurrences.c.date >= since)
        return list(self._connection.execute(mine.distinct()).scalars())

    def change_layers(self, id_: str, change: Callable[[Corridor], Corridor]) -> None:
        """Change a corridor alike for everybody who sees it."""
        for held in self.layers([id_]).values():
            after = [change(corridor) if corridor else None for corridor in held]
            self.put_layers((after[0], after[1], after[2], after[3]))

    def lead_on(self, moved_to: Mapping[str, str], now: datetime) -> None:
        """Note where ids of corridors and occurrences that are no more lead from now on."""
        for id_, into in moved_to.items():
            row = {"id": id_, "into": into, "moved_at": now}
            self._connection.execute(insert_or_update(self._connection, moved, row, into=into, moved_at=now))

    def moved_to(self, id_: str) -> str | None:
        """Return where the id of a corridor or an occurrence that is no more leads, None where nowhere."""
        passed: set[str] = set()
        while id_ not in passed:
            passed.add(id_)
            into = self._connection.execute(select(moved.c.into).where(moved.c.id == id_)).scalar()
            if into is None:
                return None
            id_ = str(into)
            if self.get(id_) or self.occurrence(id_):
                return id_
        return None

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
        self._show_days(id_, country or "", kept)

    def refresh(self, limit: int) -> int:
        """Render anew what code of another release wrote, with what it is found by, and return how much it was."""
        fresh = select(representations.c.record).where(representations.c.form == schema.FORM)
        ids = self._connection.execute(
            select(corridors.c.id).where(corridors.c.id.not_in(fresh)).distinct().limit(limit)
        )
        old = self.layers(list(ids.scalars()))
        for id_, layers in old.items():
            self._show(id_, [(band, corridor) for band, corridor in runs(layers) if corridor])
        rows = self._connection.execute(select(occurrences).where(occurrences.c.id.not_in(fresh)).limit(limit)).all()
        days: dict[str, list[tuple[Band, Occurrence, Sequence[str]]]] = {}
        for row in rows:
            mine = and_(occurrence_claims.c.occurrence == row.id, occurrence_claims.c.seen_from == row.seen_from)
            claims = list(self._connection.execute(select(occurrence_claims.c.claim).where(mine)).scalars())
            days.setdefault(row.id, []).append((band_of(row), _occurrence(row), claims))
        for row in rows:
            if row.id in days:
                self._show_days(row.id, row.country, days.pop(row.id))
        return len(old) + len(rows)

    def _show(self, id_: str, seen_by: Sequence[tuple[Band, Corridor]]) -> None:
        self._index.forget(corridor=id_)
        self._shown.forget(id_)
        for band, corridor in seen_by:
            if corridor.merged_into is None:  # else nobody finds it but by its id
                self._index.keep_corridor(route_facets(corridor), corridor.updated_at, band)
            self._shown.keep(id_, schema.corridor_part(corridor), band)

    def _show_days(self, id_: str, country: str, seen_by: Sequence[tuple[Band, Occurrence, Sequence[str]]]) -> None:
        self._index.forget(occurrence=id_)
        self._shown.forget(id_)
        for band, occurrence, claims in seen_by:
            standing = and_(claim_rows.c.id.in_(claims), claim_rows.c.withdrawn_at.is_(None))
            said = select(claim_rows.c.source).where(standing).distinct()
            sources = list(self._connection.execute(said).scalars()) if claims else []
            self._index.keep_day(day_facets(occurrence, sources), occurrence.corridor, country, band)
            self._shown.keep(id_, schema.occurrence_part(occurrence), band)

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

    def corridors_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the corridor of each of the occurrences, ids by ids."""
        mine = occurrences.c
        query = select(mine.id, mine.corridor).where(mine.id.in_(ids), *self._seen_days)
        rows = self._connection.execute(query)
        return {row.id: row.corridor for row in rows}

    def near(self, ids: Sequence[str], today: Mapping[str, date]) -> dict[str, Near]:
        """Return current, next and last occurrence of each corridor. today: by country code, "" = elsewhere."""
        days = self.near_ids(ids, today)
        found = self.find_occurrences([day.id for near in days.values() for day in near.values()])
        return {id_: Near(**{name: found.get(day.id) for name, day in near.items()}) for id_, near in days.items()}

    def near_ids(self, ids: Sequence[str], today: Mapping[str, date]) -> dict[str, dict[str, NearDay]]:
        """Return the same by "current", "next" and "last" in short: id and status of each."""
        found: dict[str, dict[str, NearDay]] = {id_: {} for id_ in ids}
        for row in self._connection.execute(_near_query(ids, today, self._index)):
            for name in Near._fields:
                if day := getattr(row, name):
                    id_, _, status = day.partition("|")
                    found[row.corridor][name] = NearDay(id_, Status(status))
        return found

    def occurrence_page(
        self, wanted: Selection, *, sort: str = "-date", after: tuple[str, ...] | None = None, limit: int
    ) -> list[Found]:
        """Return which occurrences fit, in order; see Index.occurrences."""
        return self._index.occurrences(following(self._connection, wanted), sort=sort, after=after, limit=limit)

    def occurrences_of_day(self, country: str | None, day: date) -> list[Occurrence]:
        """Return what is on a local day, of one country or everywhere, in the order of their ids."""
        query = select(occurrences).where(occurrences.c.date == day, *self._seen_days).order_by(occurrences.c.id)
        if country:
            query = query.where(occurrences.c.country == country)
        return [_occurrence(row) for row in self._connection.execute(query)]

    def find_occurrences(self, ids: Sequence[str]) -> dict[str, Occurrence]:
        """Return those of the occurrences that exist, by id."""
        if not ids:
            return {}
        rows = self._connection.execute(select(occurrences).where(occurrences.c.id.in_(ids), *self._seen_days))
        return {row.id: _occurrence(row) for row in rows}

    def countries(self) -> list[str]:
        """Return the countries that have a corridor ("" = none known)."""
        return list(self._connection.execute(select(corridors.c.country).where(*self._seen).distinct()).scalars())


def _near_query(ids: Sequence[str], today: Mapping[str, date], index: Index) -> Any:
    """Return the query for "id|status" of three days of each corridor, each found by one look into an index."""
    mine, outer = occurrence_facets, corridor_facets

    def day(compare: str, order: Any) -> Any:
        near = select(mine.c.occurrence + "|" + mine.c.status).where(
            mine.c.corridor == outer.c.corridor, *index.seen(mine), on_today(mine, today, compare)
        )
        return near.order_by(order).limit(1).scalar_subquery()

    newest, oldest = mine.c.date.desc(), mine.c.date
    days = {"current": day("=", newest), "next": day(">", oldest), "last": day("<", newest)}
    columns = [found.label(name) for name, found in days.items()]
    return select(outer.c.corridor, *columns).where(outer.c.corridor.in_(ids), *index.seen(outer))


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
        "route": to_text(occurrence.route) if occurrence.route else None,
        "corridor": occurrence.corridor,
        "country": country or "",
        "date": occurrence.date,
        "zone": occurrence.zone,
        "status": occurrence.assessment.status.value,
        "operated": occurrence.assessment.operated,
        "revision": occurrence.revision,
        "content": to_text(replace(occurrence, route=None)),
        "due_at": occurrence.assessment.due_at,
        "updated_at": occurrence.updated_at,
    }


def _occurrence(row: Row[Any]) -> Occurrence:
    occurrence: Occurrence = from_same_text(row.content, Occurrence)
    return occurrence
