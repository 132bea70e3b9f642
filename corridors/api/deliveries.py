"""What was a subscription owed, and what came of it? The log of deliveries, tests, and sending again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import cut, listing, private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.once import once
from corridors.api.parameters import (
    ListQuery,
    Parameter,
    Query,
    one_of,
    page_token,
    parse_id,
    parse_instant,
    refusal,
    whole,
)
from corridors.api.subscriptions import owned
from corridors.api.wishes import ReplayWish
from corridors.errors import NotFound, TooManyRequests
from corridors.model import Delivery, Event, EventType, Subscription
from corridors.store import Transaction
from corridors.store.replays import MOST, Wanted

deliveries = Blueprint("deliveries", "What subscriptions were owed, every attempt, and sending it again.")

_DELIVERY = schema.DeliverySchema()
_DETAIL = schema.DeliveryDetailSchema()
_DELIVERIES = schema.DeliverySchema(many=True)
_STATES = ("pending", "succeeded", "exhausted", "held", "superseded", "cancelled")
_TESTS_AN_HOUR = 10
_OLDEST_REPLAY = timedelta(days=30)


class DeliveriesQuery(ListQuery):
    """Filters of deliveries."""

    state = Parameter(one_of(_STATES), "how it stands", metadata={"enum": list(_STATES)})
    type = Parameter(one_of(EventType), "event type", metadata={"enum": list(EventType)})
    corridor = Parameter(parse_id, "id of a corridor")
    since = Parameter(parse_instant, "owed at or after this instant")
    until = Parameter(parse_instant, "owed before this instant")


class StatsQuery(Query):
    """How far back to count."""

    hours = Parameter(whole(1, 720), "hours to look back", shape="integer", load_default=24)


@deliveries.reads(
    "/subscriptions/<id>/deliveries", schema.list_of(schema.DeliverySchema), DeliveriesQuery, scope="subscribe"
)
def list_deliveries(query: dict[str, Any], id_: str) -> Response:
    """List what a subscription is or was owed, newest first, with every attempt."""
    with context().store.read() as tx:
        rows = tx.deliveries.page(
            owned(tx, id_).id,
            state=query["state"],
            type_=query["type"],
            corridor=query["corridor"],
            since=query["since"],
            until=query["until"],
            before_id=query["page"],
            limit=query["limit"] + 1,
        )
        found, following = cut(rows, query["limit"], lambda row: page_token(row.id))
        tries = tx.deliveries.attempts([delivery.id for delivery in found])
        views = [schema.DeliveryView(row, tries[row.id], context().installation) for row in found]
        body = listing(tx, _DELIVERIES.dump(views), following)
    return private(body)


@deliveries.reads("/subscriptions/<id>/deliveries/<delivery>", schema.DeliveryDetailSchema, scope="subscribe")
def show_delivery(_query: dict[str, Any], id_: str, delivery: str) -> Response:
    """Show one delivery with its exact body and every attempt."""
    with context().store.read() as tx:
        return private(_DETAIL.dump(_view(tx, _delivery(tx, owned(tx, id_), delivery))))


@deliveries.writes(
    "POST",
    "/subscriptions/<id>/deliveries/<delivery>/resend",
    schema.DeliverySchema,
    scope="subscribe",
    status=202,
)
def resend_delivery(_query: dict[str, Any], id_: str, delivery: str) -> Response:
    """Try a delivery again now, with the same id and bytes; if that fails, the schedule goes on."""

    def work(tx: Transaction) -> Response:
        subscription = _active(owned(tx, id_))
        now = context().now().real_at
        tx.replays.resend(_delivery(tx, subscription, delivery).id, now)
        tx.queue.ask_again(subscription.id, now)
        return private(_DELIVERY.dump(_view(tx, _delivery(tx, subscription, delivery))), 202)

    return once(work)


@deliveries.writes("POST", "/subscriptions/<id>/replay", schema.ReplaySchema, ReplayWish, scope="subscribe", status=202)
def replay_deliveries(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Send past deliveries again, behind what is live and marked with `corridors-replay: 1`.

    mode: failed = given up; missed = also held and superseded ones; all; latest = the newest word of each occurrence.
    At most 10,000 at once and 30 days back. With dry_run nothing is sent, and the answer says how many it would be.
    """

    def work(tx: Transaction) -> Response:
        subscription, now = owned(tx, id_), context().now().real_at
        wanted = _wanted(wish, now)
        count = tx.replays.count(subscription.id, wanted)
        is_dry = wish.get("dry_run", False)
        done = 0 if is_dry else tx.replays.replay(_active(subscription).id, wanted, now)
        return private({"matching": count, "replayed": done, "left": max(count - MOST, 0), "dry_run": is_dry}, 202)

    return once(work)


@deliveries.writes("POST", "/subscriptions/<id>/test", schema.DeliverySchema, scope="subscribe", status=202)
def send_test(_query: dict[str, Any], id_: str) -> Response:
    """Send a `subscription.test` the way every event is sent; the answer links to the delivery with its attempts."""
    return once(lambda tx: _tested(tx, owned(tx, id_), None))


@deliveries.writes("POST", "/subscriptions/<id>/verify", schema.DeliverySchema, scope="subscribe", status=202)
def verify_receiver(_query: dict[str, Any], id_: str) -> Response:
    """Ask a receiver to prove that it reads what it gets. Optional: a subscription is active from the start.

    A `subscription.test` carries `data.challenge`; a receiver that answers 2xx with the challenge in its body turns
    `verified` of the delivery true.
    """
    return once(lambda tx: _tested(tx, owned(tx, id_), secrets.token_hex(16)))


@deliveries.reads("/subscriptions/<id>/stats", schema.StatsSchema, StatsQuery, scope="subscribe")
def show_stats(query: dict[str, Any], id_: str) -> Response:
    """Count what was tried lately, and what still waits."""
    now = context().now().real_at
    since = now - timedelta(hours=query["hours"])
    with context().store.read() as tx:
        subscription = owned(tx, id_)
        lane = tx.queue.lanes([subscription.id])[subscription.id]
        stats = tx.deliveries.stats(subscription.id, since)
    return private(schema.StatsSchema().dump(schema.StatsView(stats, lane, since)))


def _tested(tx: Transaction, subscription: Subscription, challenge: str | None) -> Response:
    here = context()
    now = here.now()
    _active(subscription)
    kind = EventType.SUBSCRIPTION_TEST
    if tx.deliveries.count_since(subscription.id, kind, now.real_at - timedelta(hours=1)) >= _TESTS_AN_HOUR:
        raise TooManyRequests(
            f"a subscription may be tested {_TESTS_AN_HOUR} times an hour", retry_after_seconds=3600, policy="tests"
        )
    event = Event(tx.events.new_id(), kind, now.at, b"")
    data: dict[str, Any] = {
        "subscription": {"id": subscription.id, "types": subscription.types, "filter": subscription.filter}
    }
    if challenge:
        data["challenge"] = challenge
    body = schema.event_body(
        event,
        tx.events.head(),
        installation=here.installation,
        occurrence=None,
        corridor=None,
        change=None,
        data=data,
    )
    delivery = tx.deliveries.owe_own(subscription.id, event.id, kind.value, body, now.real_at, priority=-1)
    tx.queue.ask_again(subscription.id, now.real_at)
    view = schema.DeliveryView(delivery, (), here.installation)
    answer = private(_DELIVERY.dump(view), 202)
    answer.headers["Location"] = view.links["self"]
    return answer


def _wanted(wish: dict[str, Any], now: datetime) -> Wanted:
    if now - wish["since"] > _OLDEST_REPLAY:
        raise refusal({"since": ["write an instant of the last 30 days"]})
    return Wanted(wish["since"], wish.get("until", now), wish["mode"], wish.get("types", ()), wish.get("corridors", ()))


def _active(subscription: Subscription) -> Subscription:
    if subscription.state != "active":
        raise refusal({"state": [f"this subscription is {subscription.state}; enable it first"]})
    return subscription


def _delivery(tx: Transaction, subscription: Subscription, id_: str) -> Delivery:
    found = [row for row in tx.deliveries.find([id_]) if row.subscription == subscription.id]
    if not found:
        raise NotFound("this subscription has no delivery of this id")
    return found[0]


def _view(tx: Transaction, delivery: Delivery) -> schema.DeliveryView:
    return schema.DeliveryView(delivery, tx.deliveries.attempts([delivery.id])[delivery.id], context().installation)
