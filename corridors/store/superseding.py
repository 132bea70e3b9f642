"""Which news is overtaken? The condition under which a delivery that waits is not sent any more.

A newer snapshot for the same subscription overtakes older ones, and so does any change of the status that they tell:
nobody may be told "open" once the corridor is known to be otherwise, even if they never asked for closings. What must
not be lost for newer news (corrections, everything where superseding is off) gives way only after attempts of its own
have failed, or a receiver that chokes on it would not hear of the closing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from corridors.model import SNAPSHOT_TYPES, STATUS_TYPES, Event, EventType
from corridors.store.tables import deliveries, occurrences, subscriptions

PENDING: ColumnElement[str] = literal_column(
    "'pending'"
)  # written out, so that the indexes of what is pending are used
PATIENCE = 3  # failed attempts, some 35 seconds


def drop_overtaken(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Supersede those of some deliveries that are overtaken by now."""
    if ids:
        connection.execute(_AMONG, {"ids": padded(ids), "now": now})


def overtake(connection: Connection, event: Event, status: str | None, now: datetime) -> None:
    """Supersede what waits and is overtaken by an event, after which its occurrence has `status`."""
    about = {"of": event.occurrence, "revision": event.occurrence_revision, "by": event.id}
    band = {"lowest": event.band.lowest.rank, "highest": event.band.highest.rank}
    connection.execute(_BY_EVENT, about | band | {"holds": status, "now": now})


def padded(ids: Sequence[str]) -> list[str]:
    """Return ids for an IN with the last one repeated, so that statements come in few lengths and stay prepared."""
    missing = (1 << max(len(ids) - 1, 0).bit_length()) - len(ids)
    return [*ids, *[ids[-1]] * missing] if ids else []


def _overtaken(status: Any) -> ColumnElement[bool]:
    newer = deliveries.alias("newer")
    of_newer = (
        newer.c.subscription == deliveries.c.subscription,
        newer.c.occurrence == deliveries.c.occurrence,
        newer.c.occurrence_revision > deliveries.c.occurrence_revision,
        newer.c.replay.is_(None),
        newer.c.state != "cancelled",
    )
    snapshot = exists().where(*of_newer, newer.c.type.in_(sorted(SNAPSHOT_TYPES)))
    change = exists().where(*of_newer, newer.c.type.in_(sorted(STATUS_TYPES)))
    moved = and_(deliveries.c.status.is_not(None), deliveries.c.status.is_distinct_from(status))
    is_snapshot = deliveries.c.type.in_(sorted(SNAPSHOT_TYPES))
    wanted = exists().where(subscriptions.c.id == deliveries.c.subscription, subscriptions.c.superseding)
    patience = case((is_snapshot, 1), else_=PATIENCE)
    return and_(
        deliveries.c.occurrence.is_not(None),
        deliveries.c.replay.is_(None),
        or_(and_(is_snapshot, wanted, or_(snapshot, moved)), and_(deliveries.c.attempts >= patience, change)),
    )


def _newest() -> Any:
    """The event that a superseded delivery gave way to, as far as it was owed to the same subscription."""
    newest = deliveries.alias("newest")
    return (
        select(newest.c.event)
        .where(newest.c.subscription == deliveries.c.subscription, newest.c.occurrence == deliveries.c.occurrence)
        .where(newest.c.occurrence_revision > deliveries.c.occurrence_revision)
        .order_by(newest.c.occurrence_revision.desc())
        .limit(1)
        .scalar_subquery()
    )


def _status_seen() -> Any:
    """The status of a delivery's occurrence as its subscription's clearance sees it."""
    whose = subscriptions.alias("whose")
    return (
        select(occurrences.c.status)
        .join(whose, whose.c.clearance.between(occurrences.c.seen_from, occurrences.c.seen_to))
        .where(occurrences.c.id == deliveries.c.occurrence, whose.c.id == deliveries.c.subscription)
        .scalar_subquery()
    )


_GIVEN_BACK: dict[str, Any] = {"leased_by": None, "leased_until": None, "finished_at": bindparam("now")}
_AMONG = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)), deliveries.c.state == "pending")
    .where(_overtaken(_status_seen()))
    .values(state="superseded", superseded_by=_newest(), **_GIVEN_BACK)
)
_BY_EVENT = (
    update(deliveries)
    .where(
        deliveries.c.state == PENDING,
        deliveries.c.occurrence == bindparam("of"),
        deliveries.c.occurrence_revision < bindparam("revision"),
        or_(deliveries.c.leased_by.is_(None), deliveries.c.leased_until <= bindparam("now")),
        exists().where(
            subscriptions.c.id == deliveries.c.subscription,
            subscriptions.c.clearance.between(bindparam("lowest"), bindparam("highest")),
        ),
        _overtaken(bindparam("holds", type_=String())),
    )
    .values(state="superseded", superseded_by=bindparam("by"), **_GIVEN_BACK)
)
_receiver = subscriptions.alias("receiver")
WANTED = (
    select(deliveries.c.id, deliveries.c.lease)
    .join(_receiver, _receiver.c.id == deliveries.c.subscription)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)), deliveries.c.state == "pending")
    .where(or_(_receiver.c.state == "active", deliveries.c.type == EventType.SUBSCRIPTION_DISABLED.value))
    .where(deliveries.c.leased_by == bindparam("holder"))
    .where(~_overtaken(_status_seen()))
)
