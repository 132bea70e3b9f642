"""Who said what about which day? Claims, and the figures that documents give for a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, insert, or_, select, text, update

from corridors.model import CLEARANCES, Claim, OfficialFigure, Sensitivity
from corridors.selection import EVERYTHING, ROUTE_KEYS, Selection
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.ids import new_id
from corridors.store.index import Index, any_of, as_set
from corridors.store.rulings import following, with_rulings
from corridors.store.sight import covered, seen
from corridors.store.tables import claims, figures, occurrence_claims, occurrences

MOST_CORRIDORS = 10_000  # whose claims are looked for at once


class Claims:
    """Kept for ever: a withdrawn claim keeps its row and gets the instant of its withdrawal.

    `on_day` alone returns what is withheld from the reader, too: it is what states are made of, and no answer.
    """

    def __init__(self, connection: Connection, clearance: Sensitivity) -> None:
        self._connection = connection
        self._clearance = clearance

    @staticmethod
    def new_id() -> str:
        """Return an id for a claim that is about to be made."""
        return new_id("clm")

    def add(self, made: Sequence[Claim]) -> None:
        """Keep new claims."""
        if made:
            self._connection.execute(
                insert(claims),
                [
                    {
                        "id": claim.id,
                        "document": claim.document,
                        "revision": claim.revision,
                        "source": claim.source,
                        "country": claim.statement.route.country or "",
                        "first_on": claim.statement.valid_on[0],
                        "last_on": claim.statement.valid_on[1],
                        "status": claim.statement.status.value,
                        "content": to_text(claim),
                        "recorded_at": claim.recorded_at,
                        "known_at": claim.known_at,
                        "sensitivity": claim.sensitivity.rank,
                        "party": claim.party,
                        "credibility": claim.credibility,
                        "modes": as_set(claim.statement.modes),
                        "purpose": as_set(claim.statement.purpose),
                    }
                    for claim in made
                ],
            )

    def withdraw(self, document: str, now: datetime) -> list[Claim]:
        """Withdraw everything that a document says, figures included, and return the claims that held until now."""
        standing = and_(claims.c.document == document, claims.c.withdrawn_at.is_(None))
        held = [_claim(row) for row in self._connection.execute(select(claims).where(standing))]
        self._connection.execute(update(claims).where(standing).values(withdrawn_at=now))
        self._connection.execute(
            update(figures)
            .where(figures.c.document == document, figures.c.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
        )
        return held

    def withdraw_each(self, ids: Sequence[str], now: datetime) -> None:
        """Withdraw some claims."""
        self._connection.execute(update(claims).where(claims.c.id.in_(ids)).values(withdrawn_at=now))

    def withdraw_figures(self, document: str, now: datetime) -> None:
        """Withdraw the figures that a document gives."""
        mine = (figures.c.document == document, figures.c.withdrawn_at.is_(None))
        self._connection.execute(update(figures).where(*mine).values(withdrawn_at=now))

    def figures_of(self, document: str) -> list[OfficialFigure]:
        """Return the figures that a document gives."""
        mine = (figures.c.document == document, *_standing(figures, None), covered(figures, self._clearance))
        contents = self._connection.execute(select(figures.c.content).where(*mine)).scalars()
        return [from_text(content, OfficialFigure) for content in contents]

    def withdraw_one(self, id_: str, now: datetime) -> None:
        """Withdraw one claim, whatever else its document says."""
        standing = and_(claims.c.id == id_, claims.c.withdrawn_at.is_(None))
        self._connection.execute(update(claims).where(standing).values(withdrawn_at=now))

    def on_day(self, country: str | None, day: date, as_of: datetime | None = None) -> list[Claim]:
        """Return the claims about a country's local day that stand now, or that stood and were known at `as_of`."""
        here = (claims.c.country == (country or ""), *_standing(claims, as_of))
        begins = select(claims).where(*here, claims.c.first_on == day)
        goes_on = select(claims).where(*here, _LASTS, claims.c.first_on < day, claims.c.last_on >= day)
        is_open = select(claims).where(*here, claims.c.first_on < day, claims.c.last_on.is_(None))
        rows = self._connection.execute(begins.union_all(goes_on, is_open))  # an OR would look at all that ever was
        return with_rulings(self._connection, [_standing_then(_claim(row)) for row in rows], as_of)

    def spans(self, country: str | None, as_of: datetime) -> list[tuple[date, date | None]]:
        """Return the days, first and last, for which anything was said by an instant, withdrawn or not."""
        known = (claims.c.country == (country or ""), claims.c.known_at <= as_of)
        rows = self._connection.execute(select(claims.c.first_on, claims.c.last_on).where(*known).distinct())
        return [(row.first_on, row.last_on) for row in rows]

    def open_ended(self, country: str | None, day: date) -> bool:
        """Return whether anything said to hold until further notice reaches a day."""
        return (
            self._connection.execute(
                select(claims.c.id).where(
                    claims.c.country == (country or ""),
                    claims.c.first_on <= day,
                    claims.c.last_on.is_(None),
                    claims.c.withdrawn_at.is_(None),
                )
            ).first()
            is not None
        )

    def open_ended_countries(self) -> list[str]:
        """Return the countries in which something holds until further notice ("" = no country known)."""
        query = select(claims.c.country).where(claims.c.last_on.is_(None), claims.c.withdrawn_at.is_(None)).distinct()
        return list(self._connection.execute(query).scalars())

    def find(self, ids: Sequence[str], as_of: datetime | None = None) -> list[Claim]:
        """Return the claims of these ids that exist, or that were known at an instant, oldest first."""
        query = self._covered().where(claims.c.id.in_(ids)).order_by(claims.c.id)
        rows = self._connection.execute(query.where(claims.c.known_at <= as_of) if as_of else query)
        return with_rulings(self._connection, [_as_known(_claim(row), as_of) for row in rows], as_of)

    def classify(self, id_: str, level: Sensitivity) -> Sensitivity:
        """Set how sensitive a claim is, and return how sensitive its document is by all that was said in it."""
        self._connection.execute(update(claims).where(claims.c.id == id_).values(sensitivity=level.rank))
        document = select(claims.c.document).where(claims.c.id == id_).scalar_subquery()
        rows = self._connection.execute(select(claims).where(claims.c.document == document)).all()
        stated: list[Claim] = [from_same_text(row.content, Claim) for row in rows]
        ranks = [claim.sensitivity.rank for claim in stated] + [int(row.sensitivity) for row in rows]
        return CLEARANCES[max(ranks)]

    def stated_sensitivity(self, id_: str) -> Sensitivity:
        """Return how sensitive a claim is by its source."""
        content = self._connection.execute(select(claims.c.content).where(claims.c.id == id_)).scalar_one()
        stated: Claim = from_same_text(content, Claim)
        return CLEARANCES[stated.sensitivity.rank]

    def sources_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the source of each of these claims that exist."""
        rows = self._connection.execute(select(claims.c.id, claims.c.source).where(claims.c.id.in_(ids)))
        return {row.id: row.source for row in rows}

    def of_document(self, document: str, revision: int | None = None) -> list[Claim]:
        """Return what a document, or one revision of it, says; withdrawn claims included."""
        query = self._covered().where(claims.c.document == document).order_by(claims.c.id)
        if revision is not None:
            query = query.where(claims.c.revision == revision)
        return with_rulings(self._connection, [_claim(row) for row in self._connection.execute(query)])

    def page(
        self,
        wanted: Selection = EVERYTHING,
        *,
        sort: str = "-id",
        after: str | None = None,
        as_of: datetime | None = None,
        limit: int,
    ) -> list[Claim]:
        """Return claims that fit, withdrawn ones included, the newest first unless `sort` is "id".

        as_of: those that were known at an instant, with what was known of them then.

        What is asked of a route, an area or an occurrence is asked of the corridor that a claim counts for now.
        """
        backwards, wanted = sort.startswith("-"), following(self._connection, wanted)
        query = self._covered().order_by(claims.c.id.desc() if backwards else claims.c.id)
        query = query.where(*_conditions(wanted))
        if wanted.asks(ROUTE_KEYS - {"countries"}) or wanted.occurrences:
            query = query.where(claims.c.id.in_(self._about(wanted)))
        if after:
            query = query.where(claims.c.id < after if backwards else claims.c.id > after)
        if as_of:
            query = query.where(claims.c.known_at <= as_of)
        found = [_as_known(_claim(row), as_of) for row in self._connection.execute(query.limit(limit))]
        return with_rulings(self._connection, found, as_of)

    def _about(self, wanted: Selection) -> Select[Any]:
        """Return the query for the claims on which the occurrences stand that are asked for."""
        about = (
            select(occurrence_claims.c.claim)
            .join(occurrences, _OF_OCCURRENCE)
            .where(*seen(occurrences, self._clearance))
        )
        if wanted.occurrences:
            about = about.where(occurrences.c.id.in_(wanted.occurrences))
        if wanted.corridors:
            about = about.where(occurrences.c.corridor.in_(wanted.corridors))
        if not wanted.asks(ROUTE_KEYS - {"countries", "corridors"}):
            return about
        fitting = Index(self._connection, self._clearance).corridors(wanted.only(ROUTE_KEYS), {}, limit=MOST_CORRIDORS)
        return about.where(occurrences.c.corridor.in_([found.id for found in fitting]))

    def add_figures(self, made: Sequence[OfficialFigure]) -> None:
        """Keep what documents count for a day."""
        if made:
            self._connection.execute(
                insert(figures),
                [
                    {
                        "document": figure.document,
                        "country": figure.country or "",
                        "on": figure.total.on,
                        "region": figure.total.region,
                        "content": to_text(figure),
                        "known_at": figure.known_at,
                        "sensitivity": figure.sensitivity.rank,
                    }
                    for figure in made
                ],
            )

    def figures_on(
        self, first: date, last: date, country: str | None = None, as_of: datetime | None = None
    ) -> list[OfficialFigure]:
        """Return the figures for the days from `first` to `last` that stand now, or that were known at `as_of`."""
        query = select(figures.c.content).where(
            figures.c.on >= first,
            figures.c.on <= last,
            covered(figures, self._clearance),
            *_standing(figures, as_of),
        )
        if country:
            query = query.where(figures.c.country == country)
        return [from_text(content, OfficialFigure) for content in self._connection.execute(query).scalars()]

    def withholds(self, country: str | None, day: date, as_of: datetime | None = None) -> bool:
        """Return whether anything is said or counted about a country's local day that the reader may not see."""
        hidden_figures = select(figures.c.id).where(
            figures.c.on == day, ~covered(figures, self._clearance), *_standing(figures, as_of)
        )
        if country:
            hidden_figures = hidden_figures.where(figures.c.country == country)
        if self._connection.execute(hidden_figures).first():
            return True
        return any(claim.sensitivity.rank > self._clearance.rank for claim in self.on_day(country, day, as_of))

    def _covered(self) -> Select[Any]:
        return select(claims).where(covered(claims, self._clearance))


_LASTS = text("last_on > first_on")  # written out, so that the index of what lasts is used
_OF_OCCURRENCE = and_(
    occurrences.c.id == occurrence_claims.c.occurrence, occurrences.c.seen_from == occurrence_claims.c.seen_from
)


def _conditions(wanted: Selection) -> Iterator[ColumnElement[bool]]:
    """Yield what is asked of the claims themselves."""
    mine = claims.c
    for column, words in (
        (mine.country, wanted.countries),
        (mine.source, wanted.sources),
        (mine.party, wanted.parties),
        (mine.status, [status.value for status in wanted.statuses]),
    ):
        if words:
            yield column.in_(words)
    for column, words in ((mine.modes, wanted.modes), (mine.purpose, wanted.purposes)):
        if words:
            yield any_of(column, words)
    if wanted.min_credibility is not None:
        yield mine.credibility <= wanted.min_credibility
    if wanted.updated_since:
        yield or_(mine.recorded_at >= wanted.updated_since, mine.withdrawn_at >= wanted.updated_since)
    if wanted.last:
        yield mine.first_on <= wanted.last
    if wanted.first:
        yield or_(mine.last_on >= wanted.first, mine.last_on.is_(None))


def _standing(table: Table, as_of: datetime | None) -> list[Any]:
    """Return the conditions that a row was known and not yet withdrawn, now or at an instant."""
    if as_of is None:
        return [table.c.withdrawn_at.is_(None)]
    return [table.c.known_at <= as_of, or_(table.c.withdrawn_at.is_(None), table.c.withdrawn_at > as_of)]


def _standing_then(claim: Claim) -> Claim:
    return replace(claim, withdrawn_at=None) if claim.withdrawn_at else claim


def _as_known(claim: Claim, as_of: datetime | None) -> Claim:
    """Return a claim as it was known at an instant: one that was withdrawn later still stood."""
    later = as_of is not None and claim.withdrawn_at is not None and claim.withdrawn_at > as_of
    return replace(claim, withdrawn_at=None) if later else claim


def _claim(row: Row[Any]) -> Claim:
    claim: Claim = from_same_text(row.content, Claim)
    if claim.withdrawn_at == row.withdrawn_at and claim.sensitivity.rank == row.sensitivity:
        return claim
    return replace(claim, withdrawn_at=row.withdrawn_at, sensitivity=CLEARANCES[row.sensitivity])
