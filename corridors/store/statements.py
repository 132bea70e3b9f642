"""What does the queue of webhooks ask the database? Its statements, each built once: building costs more than running.

What a statement decides is said where it is used, in queue.py. Parameters: now, places (of one subscription), room (for
new deliveries), ids.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from corridors.model import EventType, Lane
from corridors.store.columns import Instant
from corridors.store.superseding import PENDING
from corridors.store.tables import attempts, deliveries, events, lanes, subscriptions

_NOW = bindparam("now", type_=Instant())
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LAST_WORD = EventType.SUBSCRIPTION_DISABLED.value


@cache
def ready(*, fresh: bool) -> Select[Any]:
    """Lanes from which something may be taken, with their places and how many of them are taken."""
    sent, due, probe, last = (deliveries.alias() for _ in range(4))
    on_their_way = (
        select(func.count())
        .where(sent.c.subscription == lanes.c.subscription, sent.c.leased_by.is_not(None), sent.c.leased_until > _NOW)
        .scalar_subquery()
    )
    wider = lanes.c.window > bindparam("places")
    allowed = case((lanes.c.failures > 0, 1), (wider, lanes.c.window), else_=bindparam("places"))
    return (
        select(
            lanes,
            subscriptions.c.rate_per_minute,
            subscriptions.c.updated_at.label("version"),
            on_their_way.label("on_their_way"),
            allowed.label("places"),
        )
        .join(subscriptions, subscriptions.c.id == lanes.c.subscription)
        .where(
            or_(subscriptions.c.state == "active", exists().where(_last_word(last))),
            or_(lanes.c.not_before_at.is_(None), lanes.c.not_before_at <= _NOW),
            or_(lanes.c.free_at.is_(None), lanes.c.free_at <= _NOW, lanes.c.free_at > bindparam("beyond", Instant())),
            or_(
                and_(lanes.c.probe_at.is_(None), exists().where(_due(due, fresh=fresh))),
                and_(lanes.c.probe_at <= _NOW, exists().where(_idle(probe), _its_turn(probe))),
            ),
            on_their_way < allowed,
        )
        .limit(bindparam("room"))
    )


@cache
def next_lanes(*, fresh: bool) -> Select[Any]:
    """The same, locked where others may want them: first who does not fail, of these who was served longest ago."""
    in_turn = ready(fresh=fresh).order_by(lanes.c.failures > 0, lanes.c.served_at.nulls_first())
    return in_turn.with_for_update(of=lanes, skip_locked=True, key_share=True)


@cache
def heads(each: int, *, fresh: bool) -> Select[Any]:
    """The first `each` ids that lanes give."""
    columns = [_head(place, fresh=fresh).label(f"head_{place}") for place in range(each)]
    return select(lanes.c.subscription, *columns).where(lanes.c.subscription.in_(_IDS))


@cache
def deep_heads(count: int, *, fresh: bool) -> CompoundSelect[Any]:
    """What `count` lanes give, each up to a number of its own: parameters of_0, room_0, of_1, room_1 …"""
    return union_all(*(select(_first(number, fresh=fresh).subquery()) for number in range(count)))


def _first(number: int, *, fresh: bool) -> Select[Any]:
    one = deliveries.alias()
    mine = select(one.c.subscription, one.c.id, one.c.priority, one.c.due_at).where(
        _due(one, fresh=fresh), lanes.c.subscription == bindparam(f"of_{number}")
    )
    return mine.order_by(one.c.priority, one.c.due_at, one.c.id).limit(bindparam(f"room_{number}"))


def _head(place: int, *, fresh: bool) -> ScalarSelect[Any]:
    one = deliveries.alias()
    in_order = select(one.c.id).where(_due(one, fresh=fresh)).order_by(one.c.priority, one.c.due_at, one.c.id)
    return in_order.limit(1).offset(place).scalar_subquery()


def _probes() -> Select[Any]:
    """What asks whether a receiver is back: what its owner wants tried, else the newest change of status."""
    one = deliveries.alias()
    newest = select(one.c.id).where(_idle(one), _its_turn(one)).order_by(one.c.priority, one.c.id.desc())
    return select(lanes.c.subscription, newest.limit(1).scalar_subquery()).where(lanes.c.subscription.in_(_IDS))


def _last_word(one: Any) -> ColumnElement[bool]:
    """What a receiver that works is told when nothing more will be: that its subscription was disabled."""
    return and_(_idle(one), one.c.subscription == lanes.c.subscription, one.c.type == _LAST_WORD)


def _due(one: Any, *, fresh: bool) -> ColumnElement[bool]:
    first = [one.c.attempts == 0] if fresh else []
    untried = and_(one.c.attempts == 0, one.c.last_code.is_(None))  # which waits for nothing, whatever a clock says
    return and_(_idle(one), or_(one.c.due_at <= _NOW, untried), *first, _its_turn(one))


def _idle(one: Any) -> ColumnElement[bool]:
    return and_(one.c.state == PENDING, or_(one.c.leased_until.is_(None), one.c.leased_until <= _NOW))


def _its_turn(one: Any) -> ColumnElement[bool]:
    """It is on this lane, and no earlier news of its occurrence is still to be sent, so that news rises."""
    earlier = deliveries.alias()
    return and_(
        one.c.subscription == lanes.c.subscription,
        or_(
            one.c.occurrence.is_(None),
            ~exists().where(
                earlier.c.subscription == one.c.subscription,
                earlier.c.occurrence == one.c.occurrence,
                earlier.c.state == "pending",
                earlier.c.occurrence_revision < one.c.occurrence_revision,
                earlier.c.replay.is_(None) == one.c.replay.is_(None),
            ),
        ),
    )


PROBES = _probes()
NEXT_AT = (
    select(func.min(deliveries.c.due_at)).where(deliveries.c.state == PENDING, deliveries.c.due_at > _NOW),
    select(func.min(deliveries.c.leased_until)).where(
        deliveries.c.leased_by.is_not(None), deliveries.c.leased_until > _NOW
    ),
    *(select(func.min(at)).where(at > _NOW) for at in (lanes.c.free_at, lanes.c.not_before_at, lanes.c.probe_at)),
)
TAKE = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(_IDS),
        deliveries.c.state == "pending",
        or_(
            deliveries.c.type == _LAST_WORD,
            exists().where(subscriptions.c.id == deliveries.c.subscription, subscriptions.c.state == "active"),
        ),
    )
    .values(leased_by=bindparam("holder"), leased_until=bindparam("until"), lease=deliveries.c.lease + 1)
    .returning(deliveries)
)
BODIES = select(events.c.id, events.c.body).where(events.c.id.in_(_IDS))
PUT_OFF = update(deliveries).where(deliveries.c.id == bindparam("of")).values(due_at=bindparam("new_due_at"))
NUMBER = update(deliveries).where(deliveries.c.id == bindparam("of")).values(seq=bindparam("new_seq"))
SERVED = (
    update(lanes)
    .where(lanes.c.subscription == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("seq", "served_at", "free_at")})
)
LANES = (
    select(*(lanes.c[each.name] for each in fields(Lane)))
    .where(lanes.c.subscription.in_(_IDS))
    .order_by(lanes.c.subscription)
)
HELD_LANES = LANES.with_for_update(key_share=True)
PUT_LANE = (
    update(lanes)
    .where(lanes.c.subscription == bindparam("new_subscription"))
    .values({each.name: bindparam(f"new_{each.name}") for each in fields(Lane) if each.name != "subscription"})
)
UNDER_WAY = (
    select(deliveries.c.id, deliveries.c.leased_by, deliveries.c.lease, deliveries.c.state)
    .where(deliveries.c.id.in_(_IDS))
    .order_by(deliveries.c.id)
    .with_for_update(key_share=True)
)
LOGGED = select(attempts.c.delivery, attempts.c.started_at).where(attempts.c.delivery.in_(_IDS))
SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("new_delivery"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "attempts", "due_at", "last_code", "finished_at")})
    .values(leased_by=None, leased_until=None)
)
GIVE_BACK = (
    update(deliveries)
    .where(deliveries.c.id.in_(_IDS), deliveries.c.leased_by == bindparam("holder"))
    .values(leased_by=None, leased_until=None)
)
