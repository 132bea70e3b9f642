"""What does the desk hold of a claim? Every claim that is read from the store goes through `with_rulings`.

A ruling is in force from its decision until that is undone; of several the latest counts, so that undoing one brings
back the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from corridors.model import Act, Claim, Verdict
from corridors.selection import Selection
from corridors.store.desk_tables import decision_claims, decisions
from corridors.store.tables import corridors

_VERDICTS = {
    Act.CONFIRM.value: Verdict.CONFIRMED,
    Act.REJECT.value: Verdict.REJECTED,
    Act.CORRECT.value: Verdict.CORRECTED,
}
_RULINGS = (*_VERDICTS, Act.SPLIT.value)
_AT_ONCE = 500  # ids in one question; SQLite takes a limited number of parameters


def in_force(as_of: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a decision was made and not yet undone, now or at an instant."""
    if as_of is None:
        return decisions.c.undone_at.is_(None)
    not_undone = or_(decisions.c.undone_at.is_(None), decisions.c.undone_at > as_of)
    return and_(decisions.c.decided_at <= as_of, not_undone)


def with_rulings(connection: Connection, claims: Sequence[Claim], as_of: datetime | None = None) -> list[Claim]:
    """Return `claims` with what the desk holds of each, now or at an instant."""
    told: dict[str, dict[str, Any]] = {}
    for row in _rows(connection, [claim.id for claim in claims], as_of):
        ruling = {"home": row.into} if row.act == Act.SPLIT else {"verdict": _VERDICTS[row.act]}
        told.setdefault(row.claim, {}).update(ruling)
    return [replace(claim, **told[claim.id]) if claim.id in told else claim for claim in claims]


def following(connection: Connection, wanted: Selection) -> Selection:
    """Return what is wanted with the corridors into which those were merged that it names."""
    asked = wanted.corridors
    while asked:
        into = select(corridors.c.merged_into).where(corridors.c.id.in_(asked), corridors.c.merged_into.is_not(None))
        asked = frozenset(connection.execute(into).scalars()) - wanted.corridors
        wanted = replace(wanted, corridors=wanted.corridors | asked)
    return wanted


def _rows(connection: Connection, ids: Sequence[str], as_of: datetime | None) -> Iterator[Any]:
    for first in range(0, len(ids), _AT_ONCE):
        yield from connection.execute(
            select(decision_claims.c.claim, decisions.c.act, decisions.c.into)
            .join(decisions, decisions.c.id == decision_claims.c.decision)
            .where(
                decision_claims.c.claim.in_(ids[first : first + _AT_ONCE]),
                decisions.c.act.in_(_RULINGS),
                in_force(as_of),
            )
            .order_by(decisions.c.number)
        )
