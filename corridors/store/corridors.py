"""Which corridors are there, and what holds on each of their days?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from corridors.model import Corridor, Occurrence, Status
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.tables import corridors, occurrence_claims, occurrences
from corridors.store.versions import Versions

# Built once: they run with every change.
_CORRIDOR = update(corridors).where(corridors.c.id == bindparam("which"))
_OCCURRENCE = update(occurrences).where(occurrences.c.id == bindparam("which"))


class Near(NamedTuple):
    """The days of a corridor that a reader asks for first: today's, the earliest later one, the latest earlier one."""

    current: Occurrence | None = None
    next: Occurrence | None = None
    last: Occurrence | None = None


class Corridors:
    """Corridors and their occurrences."""

    def __init__(self, connection: Connection, versions: Versions) -> None:
        self._connection = connection
        self._versions = versions

    def get(self, id_: str) -> Corridor | None:
        """Return a corridor by its id."""
        row = self._connection.execute(select(corridors.c.content).where(corridors.c.id == id_)).first()
        return from_text(row.content, Corridor) if row else None

    def find(self, ids: Sequence[str]) -> dict[str, Corridor]:
        """Return those of the corridors that exist, by id."""
        rows = self._connection.execute(select(corridors.c.content).where(corridors.c.id.in_(ids))).scalars()
        return {corridor.id: corridor for corridor in (from_same_text(content, Corridor) for content in rows)}

    def put(self, corridor: Corridor) -> None:
        """Keep a corridor, new or changed."""
        self._versions.rise()
        values = {
            "slug": corridor.slug,
            "key": corridor.key,
            "country": corridor.route.country or "",
            "content": to_text(corridor),
            "first_seen_at": corridor.first_seen_at,
            "updated_at": corridor.updated_at,
            "merged_into": corridor.merged_into,
        }
        if not self._connection.execute(_CORRIDOR, values | {"which": corridor.id}).rowcount:
            self._connection.execute(insert(corridors), values | {"id": corridor.id})

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
        query = select(corridors.c.content).order_by(corridors.c.id)
        if country:
            query = query.where(corridors.c.country == country)
        if ids is not None:
            query = query.where(corridors.c.id.in_(ids))
        if slug:
            query = query.where(corridors.c.slug == slug)
        if after_id:
            query = query.where(corridors.c.id > after_id)
        if statuses:
            query = query.where(_status_today(statuses, today or {}))
        return [from_text(content, Corridor) for content in self._connection.execute(query.limit(limit)).scalars()]

    def occurrence(self, id_: str) -> Occurrence | None:
        """Return an occurrence by its id."""
        row = self._connection.execute(select(occurrences).where(occurrences.c.id == id_)).first()
        return _occurrence(row) if row else None

    def occurrences_on(self, country: str | None, day: date) -> dict[str, Occurrence]:
        """Return what is on a country's local day, by id."""
        rows = self._connection.execute(
            select(occurrences).where(occurrences.c.date == day, occurrences.c.country == (country or ""))
        )
        return {row.id: _occurrence(row) for row in rows}

    def put_occurrence(self, occurrence: Occurrence, country: str | None, claims: Sequence[str]) -> None:
        """Keep an occurrence, new or changed, with the claims that it stands on."""
        self._versions.rise()
        assessment = occurrence.assessment
        values = {
            "corridor": occurrence.corridor,
            "country": country or "",
            "date": occurrence.date,
            "zone": occurrence.zone,
            "status": assessment.status.value,
            "operated": assessment.operated,
            "revision": occurrence.revision,
            "content": to_text(occurrence),
            "due_at": assessment.due_at,
            "updated_at": occurrence.updated_at,
        }
        if not self._connection.execute(_OCCURRENCE, values | {"which": occurrence.id}).rowcount:
            self._connection.execute(insert(occurrences), values | {"id": occurrence.id})
        self._link(occurrence.id, claims)

    def _link(self, occurrence: str, claims: Sequence[str]) -> None:
        mine = occurrence_claims.c.occurrence == occurrence
        held = set(self._connection.execute(select(occurrence_claims.c.claim).where(mine)).scalars())
        gone, new = held - set(claims), [claim for claim in dict.fromkeys(claims) if claim not in held]
        if gone:
            self._connection.execute(occurrence_claims.delete().where(mine, occurrence_claims.c.claim.in_(gone)))
        if new:
            self._connection.execute(
                insert(occurrence_claims), [{"occurrence": occurrence, "claim": claim} for claim in new]
            )

    def drop_occurrence(self, occurrence: Occurrence) -> None:
        """Forget an occurrence whose claims turned out to be about another corridor, and its corridor if now empty."""
        self._versions.rise()
        self._connection.execute(occurrence_claims.delete().where(occurrence_claims.c.occurrence == occurrence.id))
        self._connection.execute(occurrences.delete().where(occurrences.c.id == occurrence.id))
        others = select(occurrences.c.id).where(occurrences.c.corridor == occurrence.corridor)
        if not self._connection.execute(others).first():
            self._connection.execute(corridors.delete().where(corridors.c.id == occurrence.corridor))

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
            for row in self._connection.execute(_near_query(ids, today, day_of, later=name == "next")):
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
        query = select(occurrences).order_by(occurrences.c.date.desc(), occurrences.c.id)
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
        return list(self._connection.execute(select(corridors.c.country).distinct()).scalars())


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


def _status_today(statuses: Sequence[Status], today: Mapping[str, date]) -> Any:
    on_today = select(occurrences.c.corridor).where(_on_today(today, "="))
    wanted = corridors.c.id.in_(on_today.where(occurrences.c.status.in_([status.value for status in statuses])))
    return or_(wanted, corridors.c.id.not_in(on_today)) if Status.UNKNOWN in statuses else wanted


def _near_query(ids: Sequence[str], today: Mapping[str, date], day_of: Any, *, later: bool) -> Any:
    mine = occurrences.c.corridor.in_(ids)
    if day_of is None:
        return select(occurrences).where(mine, _on_today(today, "="))
    nearest = (
        select(occurrences.c.corridor, day_of(occurrences.c.date).label("date"))
        .where(mine, _on_today(today, ">" if later else "<"))
        .group_by(occurrences.c.corridor)
        .subquery()
    )
    return select(occurrences).join(
        nearest, and_(occurrences.c.corridor == nearest.c.corridor, occurrences.c.date == nearest.c.date)
    )


def _occurrence(row: Row[Any]) -> Occurrence:
    occurrence: Occurrence = from_same_text(row.content, Occurrence)
    return occurrence
