"""By what are corridors and their days found? The facets beside the records, and a `Selection` written as SQL.

The rules are those of selection.py, and a test keeps both equal. Where an area is asked for, the database chooses by
boxes and the lines themselves decide here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    delete,
    false,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from corridors import outline
from corridors.model import EVERYBODY, Band, DayFacets, RouteFacets, Sensitivity
from corridors.selection import DAY_KEYS, ROUTE_KEYS, TIME_KEYS, Selection
from corridors.store.sight import banded, seen
from corridors.store.tables import corridor_facets, occurrence_facets

_AREA_KEYS = frozenset({"bbox", "polygon", "near"})
_BATCH = 500


class Found(NamedTuple):
    """Where a record stands in the order that was asked for: `key` makes the page behind it."""

    id: str
    key: tuple[str, ...]


class holds(FunctionElement[bool]):  # noqa: N801 - it reads as the SQL function that it is
    """Whether a text holds another one, letter by letter (LIKE on SQLite takes "a" for "A")."""

    type = Boolean()
    inherit_cache = True


@compiles(holds, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(holds, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


class Index:
    """Facets of corridors and of their days, as a reader of one clearance finds them."""

    def __init__(self, connection: Connection, clearance: Sensitivity) -> None:
        self._connection = connection
        self._clearance = clearance

    def keep_corridor(self, facets: RouteFacets, updated_at: datetime, band: Band = EVERYBODY) -> None:
        """Note by what a corridor is found."""
        west, south, east, north = outline.box_of(facets.line) or (None,) * 4
        values: dict[str, Any] = {
            "slug": facets.slug,
            "country": facets.country or "",
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "updated_at": updated_at,
            "areas": as_set(facets.areas),
            "origin": as_set(facets.origin),
            "via": as_set(facets.via),
            "destination": as_set(facets.destination),
            "line": json.dumps(facets.line),
            "names": facets.names,
        }
        self._connection.execute(insert(corridor_facets), {"corridor": facets.corridor, **values, **banded(band)})

    def keep_day(self, facets: DayFacets, corridor: str, country: str, band: Band = EVERYBODY) -> None:
        """Note by what a day is found, and that something of its corridor changed."""
        values: dict[str, Any] = {
            "corridor": corridor,
            "country": country,
            "date": facets.date,
            "begins_at": facets.begins_at,
            "ends_at": facets.ends_at,
            "status": facets.status.value,
            "credibility": facets.credibility,
            "conflict": facets.conflict,
            "verified": facets.verified,
            "updated_at": facets.updated_at,
            "modes": as_set(facets.modes),
            "purpose": as_set(facets.purpose),
            "parties": as_set(facets.parties),
            "sources": as_set(facets.sources),
        }
        self._connection.execute(insert(occurrence_facets), {"occurrence": facets.occurrence, **values, **banded(band)})
        mine = corridor_facets
        self._connection.execute(
            update(mine)
            .where(mine.c.corridor == corridor, mine.c.updated_at < facets.updated_at, *_within(mine, band))
            .values(updated_at=facets.updated_at)
        )

    def forget(self, *, corridor: str | None = None, occurrence: str | None = None) -> None:
        """Drop what is noted of a corridor or of a day."""
        if corridor:
            self._connection.execute(delete(corridor_facets).where(corridor_facets.c.corridor == corridor))
        if occurrence:
            self._connection.execute(delete(occurrence_facets).where(occurrence_facets.c.occurrence == occurrence))

    def corridors(
        self,
        wanted: Selection,
        today: Mapping[str, date],
        *,
        sort: str = "id",
        after: tuple[str, ...] | None = None,
        limit: int,
    ) -> list[Found]:
        """Return which corridors fit, in the order of `sort`: id or country, "-" before it = backwards.

        today: local day by country, "" = elsewhere; it counts where a day is asked for without saying when.
        """
        mine = corridor_facets
        key = [mine.c.corridor] if sort.endswith("id") else [mine.c.country, mine.c.corridor]
        query: Select[Any] = select(mine.c.corridor, mine.c.country, mine.c.line).where(
            *self.seen(mine), *_route_conditions(wanted)
        )
        if wanted.updated_since:
            query = query.where(mine.c.updated_at >= wanted.updated_since)
        if wanted.asks(DAY_KEYS | TIME_KEYS):
            query = query.where(self._on_a_day(wanted, today))
        query = _in_order(query, key, after, backwards=sort.startswith("-"))
        names = [column.name for column in key]
        return [Found(row.corridor, _key(row, names)) for row in self._fitting(query, wanted, limit)]

    def occurrences(
        self, wanted: Selection, *, sort: str = "-date", after: tuple[str, ...] | None = None, limit: int
    ) -> list[Found]:
        """Return which days of corridors fit: by day, the latest first unless `sort` is "date", then by id."""
        mine = occurrence_facets
        query: Select[Any] = select(mine.c.occurrence, mine.c.date).where(
            *self.seen(mine), *_day_conditions(wanted), *_time_conditions(wanted)
        )
        if wanted.updated_since:
            query = query.where(mine.c.updated_at >= wanted.updated_since)
        if wanted.corridors:
            query = query.where(mine.c.corridor.in_(wanted.corridors))
        if wanted.countries:
            query = query.where(mine.c.country.in_(wanted.countries))
        if wanted.asks(ROUTE_KEYS - {"corridors", "countries"}):
            about = and_(corridor_facets.c.corridor == mine.c.corridor, *self.seen(corridor_facets))
            query = query.join(corridor_facets, about).where(*_route_conditions(wanted))
            query = query.add_columns(corridor_facets.c.line)
        backwards = sort.startswith("-")
        query = query.order_by(mine.c.date.desc() if backwards else mine.c.date, mine.c.occurrence)
        if after:
            day = date.fromisoformat(after[0])
            beyond = mine.c.date < day if backwards else mine.c.date > day
            query = query.where(or_(beyond, and_(mine.c.date == day, mine.c.occurrence > after[1])))
        return [
            Found(row.occurrence, (row.date.isoformat(), row.occurrence)) for row in self._fitting(query, wanted, limit)
        ]

    def seen(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions that the reader sees a row."""
        return seen(table, self._clearance)

    def _on_a_day(self, wanted: Selection, today: Mapping[str, date]) -> ColumnElement[bool]:
        mine = occurrence_facets
        timed = wanted.asks(TIME_KEYS)
        at_the_time = _time_conditions(wanted) if timed else [on_today(mine, today)]
        meant = select(mine.c.corridor).where(*self.seen(mine), *at_the_time)
        if timed and wanted.countries:
            meant = meant.where(mine.c.country.in_(wanted.countries))
        fitting = corridor_facets.c.corridor.in_(meant.where(*_day_conditions(wanted)))
        return or_(fitting, corridor_facets.c.corridor.not_in(meant)) if wanted.takes_silence else fitting

    def _fitting(self, query: Select[Any], wanted: Selection, limit: int) -> Iterable[Row[Any]]:
        if not wanted.asks(_AREA_KEYS):
            return self._connection.execute(query.limit(limit)).all()
        return list(islice(self._by_line(query, wanted), limit))

    def _by_line(self, query: Select[Any], wanted: Selection) -> Iterator[Row[Any]]:
        with self._connection.execute(query, execution_options={"yield_per": _BATCH}) as rows:
            for row in rows:
                if wanted.fits_line(json.loads(row.line)):
                    yield row


def as_set(words: Iterable[str]) -> str:
    """Return a set of words as text in which each can be found whole."""
    return "|" + "".join(f"{str(word).replace('|', '/')}|" for word in words)


def any_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a set kept as text has one of `words`."""
    return or_(false(), *(holds(column, f"|{word.replace('|', '/')}|") for word in sorted(words)))


def on_today(table: Table, today: Mapping[str, date], compare: str = "=") -> ColumnElement[bool]:
    """Return the condition that a row's day is its country's today, or before (<) or after (>) it."""
    by_day: dict[date, list[str]] = {}
    elsewhere = today.get("", date.max)
    for code, day in today.items():
        if day != elsewhere:
            by_day.setdefault(day, []).append(code)
    is_then = table.c.date.op(compare, is_comparison=True)
    if not by_day:
        return is_then(elsewhere)
    others = [code for codes in by_day.values() for code in codes]
    cases = [and_(is_then(day), table.c.country.in_(codes)) for day, codes in sorted(by_day.items())]
    days = [elsewhere, *by_day]
    first, last = min(days), max(days)
    # The widest of the days once more, as no index looks into an OR.
    bounds = {"=": table.c.date.between(first, last), ">": table.c.date > first, "<": table.c.date < last}
    return and_(bounds[compare], or_(and_(is_then(elsewhere), table.c.country.not_in(others)), *cases))


def _route_conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    mine = corridor_facets.c
    if wanted.countries:
        yield mine.country.in_(wanted.countries)
    if wanted.corridors:
        yield mine.corridor.in_(wanted.corridors)
    if wanted.slug:
        yield mine.slug == wanted.slug
    for column, words in (
        (mine.areas, wanted.areas),
        (mine.origin, wanted.origin),
        (mine.via, wanted.via),
        (mine.destination, wanted.destination),
    ):
        if words:
            yield any_of(column, words)
    if wanted.place:
        yield or_(*(any_of(column, wanted.place) for column in (mine.origin, mine.via, mine.destination)))
    for word in wanted.q:
        yield holds(mine.names, word)
    if wanted.boxes:
        yield or_(
            *(
                and_(mine.west <= east, mine.east >= west, mine.south <= north, mine.north >= south)
                for west, south, east, north in wanted.boxes
            )
        )


def _time_conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    mine = occurrence_facets.c
    if wanted.first and wanted.first == wanted.last:
        yield mine.date == wanted.first
    else:
        if wanted.first:
            yield mine.date >= wanted.first
        if wanted.last:
            yield mine.date <= wanted.last
    if wanted.since:
        yield mine.ends_at > wanted.since
    if wanted.until:
        yield mine.begins_at <= wanted.until


def _day_conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    mine = occurrence_facets.c
    if wanted.statuses:
        yield mine.status.in_([status.value for status in wanted.statuses])
    if wanted.occurrences:
        yield mine.occurrence.in_(wanted.occurrences)
    if wanted.min_credibility is not None:
        yield mine.credibility <= wanted.min_credibility
    if wanted.verified is not None:
        yield mine.verified.is_(wanted.verified)
    if wanted.conflict is not None:
        yield mine.conflict.is_(wanted.conflict)
    for column, words in (
        (mine.modes, wanted.modes),
        (mine.purpose, wanted.purposes),
        (mine.sources, wanted.sources),
        (mine.parties, wanted.parties),
    ):
        if words:
            yield any_of(column, words)


def _in_order(query: Select[Any], key: list[Any], after: tuple[str, ...] | None, *, backwards: bool) -> Select[Any]:
    query = query.order_by(*(column.desc() if backwards else column for column in key))
    if after is None:
        return query
    if len(key) == 1:
        return query.where(key[0] < after[0] if backwards else key[0] > after[0])
    (first, second), (said, id_) = key, after
    beyond = first < said if backwards else first > said
    within = second < id_ if backwards else second > id_
    return query.where(or_(beyond, and_(first == said, within)))


def _key(row: Row[Any], names: list[str]) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in names)


def _within(table: Table, band: Band) -> tuple[ColumnElement[bool], ...]:
    return table.c.seen_from <= band.highest.rank, table.c.seen_to >= band.lowest.rank
