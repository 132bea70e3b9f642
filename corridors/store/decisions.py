"""What did the desk decide? Rows that are added and undone, and never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, literal, select, update

from corridors.model import Act, Author, Decision
from corridors.store.desk_tables import decision_claims, decisions
from corridors.store.ids import new_id
from corridors.store.rulings import in_force
from corridors.store.versions import Versions


class Decisions:
    """The log of the desk."""

    def __init__(self, connection: Connection, versions: Versions) -> None:
        self._connection = connection
        self._versions = versions

    @staticmethod
    def new_id() -> str:
        """Return an id for a decision that is about to be made."""
        return new_id("dec")

    def add(self, decision: Decision) -> None:
        """Keep a new decision."""
        self._versions.rise()
        self._connection.execute(
            insert(decisions).values(
                id=decision.id,
                act=decision.act.value,
                author=decision.author.key,
                author_name=decision.author.name,
                reason=decision.reason,
                decided_at=decision.decided_at,
                made=decision.made,
                corridor=decision.corridor,
                into=decision.into,
                country=decision.country,
                review=decision.review,
            )
        )
        if decision.claims:
            links = [{"decision": decision.id, "claim": claim} for claim in decision.claims]
            self._connection.execute(insert(decision_claims), links)

    def give_with(self, claim: str, made: str) -> None:
        """Give the claim `made` wherever the one that it corrects was given."""
        given = (
            select(decisions.c.id, literal(made))
            .join(decision_claims, decision_claims.c.decision == decisions.c.id)
            .where(decision_claims.c.claim == claim, decisions.c.act == "split", in_force(None))
        )
        self._connection.execute(insert(decision_claims).from_select(["decision", "claim"], given))

    def answered(self, review: str) -> bool:
        """Return whether a decision that is in force answers an entry of the queue."""
        answering = select(decisions.c.id).where(decisions.c.review == review, in_force(None))
        return self._connection.execute(answering).first() is not None

    def undo(self, id_: str, now: datetime, author: Author, reason: str) -> None:
        """Note that a decision holds no longer."""
        self._versions.rise()
        values = {
            "undone_at": now,
            "undone_by": author.key,
            "undone_by_name": author.name,
            "undo_reason": reason,
        }
        self._connection.execute(update(decisions).where(decisions.c.id == id_).values(**values))

    def get(self, id_: str) -> Decision | None:
        """Return a decision by its id."""
        found = self._complete(self._connection.execute(select(decisions).where(decisions.c.id == id_)).all())
        return found[0] if found else None

    def page(
        self,
        *,
        acts: Sequence[Act] = (),
        author: str | None = None,
        corridor: str | None = None,
        claim: str | None = None,
        before_id: str | None = None,
        limit: int,
    ) -> list[Decision]:
        """Return decisions, newest first, undone ones included. author: the id of a key."""
        query = select(decisions).order_by(decisions.c.number.desc()).limit(limit)
        if acts:
            query = query.where(decisions.c.act.in_([act.value for act in acts]))
        if author:
            query = query.where(decisions.c.author == author)
        if corridor:
            query = query.where((decisions.c.corridor == corridor) | (decisions.c.into == corridor))
        if claim:
            about = select(decision_claims.c.decision).where(decision_claims.c.claim == claim)
            query = query.where(decisions.c.id.in_(about) | (decisions.c.made == claim))
        if before_id:
            before = decisions.alias()
            turn = select(before.c.number).where(before.c.id == before_id).scalar_subquery()
            query = query.where(decisions.c.number < turn)
        return self._complete(self._connection.execute(query).all())

    def about(self, claims: Sequence[str]) -> dict[str, list[Decision]]:
        """Return what was decided about each of `claims`, by its id, oldest first, undone ones included."""
        rows = self._connection.execute(
            select(decisions, decision_claims.c.claim)
            .join(decision_claims, decision_claims.c.decision == decisions.c.id)
            .where(decision_claims.c.claim.in_(claims))
            .order_by(decisions.c.number)
        ).all()
        found: dict[str, list[Decision]] = {}
        for row, decision in zip(rows, self._complete(rows), strict=True):
            found.setdefault(row.claim, []).append(decision)
        return found

    def merges(self, country: str, as_of: datetime | None = None) -> dict[str, str]:
        """Return which corridors of a country stand for which others, by id, now or at an instant; chains are followed.

        Of a corridor that was merged more than once the latest merger counts.
        """
        rows = self._connection.execute(
            select(decisions.c.corridor, decisions.c.into)
            .where(decisions.c.act == "merge", decisions.c.country == country, in_force(as_of))
            .order_by(decisions.c.number)
        )
        into = {row.corridor: row.into for row in rows}
        return {corridor: _end_of(into, corridor) for corridor in into}

    def _complete(self, rows: Sequence[Row[Any]]) -> list[Decision]:
        ids = [row.id for row in rows]
        links: dict[str, list[str]] = {}
        query = select(decision_claims).where(decision_claims.c.decision.in_(ids)).order_by(decision_claims.c.claim)
        for link in self._connection.execute(query):
            links.setdefault(link.decision, []).append(link.claim)
        return [_decision(row, tuple(links.get(row.id, ()))) for row in rows]


def _end_of(into: dict[str, str], corridor: str) -> str:
    """Return where a chain of mergers ends; one that closes on itself, which the desk refuses, ends where it began."""
    seen = {corridor}
    while (following := into.get(corridor)) and following not in seen:
        corridor = following
        seen.add(corridor)
    return corridor


def _decision(row: Row[Any], claims: tuple[str, ...]) -> Decision:
    return Decision(
        id=row.id,
        act=Act(row.act),
        author=Author(row.author, row.author_name),
        reason=row.reason,
        decided_at=row.decided_at,
        claims=claims,
        made=row.made,
        corridor=row.corridor,
        into=row.into,
        country=row.country,
        review=row.review,
        undone_at=row.undone_at,
        undone_by=Author(row.undone_by, row.undone_by_name) if row.undone_by else None,
        undo_reason=row.undo_reason,
    )
