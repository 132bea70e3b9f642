"""Who wants to be told? Webhook subscriptions of the caller; an admin sees everybody's.

Sends nothing: a test is a row in the queue of deliveries, sent by the worker like any other.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.access import caller
from corridors.api.answer import cut, listing, private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import ListQuery, Parameter, one_of, page_token, refusal
from corridors.api.wishes import MOST_SUBSCRIPTIONS, NewWish, Rotation, Wish, checked_url
from corridors.errors import InvalidRequest, NotFound
from corridors.model import Event, EventType, Subscription
from corridors.signature import secret_of
from corridors.store import Transaction

subscriptions = Blueprint("subscriptions", "Webhooks (Standard Webhooks 1.0.0): who is told of which events.")

_ONE = schema.SubscriptionSchema()
_NEW = schema.NewSubscriptionSchema()
_MANY = schema.SubscriptionSchema(many=True)
_DELIVERY = schema.DeliverySchema()
_DELIVERIES = schema.DeliverySchema(many=True)
_STATES = ("pending", "succeeded", "exhausted", "held", "superseded", "cancelled")

# What an operations room wants to know unless it says otherwise; tallies move many times a day.
DEFAULT_TYPES = ("corridor.*", "source.*", "system.heartbeat", "subscription.*", "delivery.*")


class DeliveriesQuery(ListQuery):
    """Filters of deliveries."""

    state = Parameter(one_of(_STATES), "how it stands", metadata={"enum": list(_STATES)})
    type = Parameter(one_of(EventType), "event type", metadata={"enum": list(EventType)})


@subscriptions.writes("POST", "/subscriptions", schema.NewSubscriptionSchema, NewWish, scope="subscribe", status=201)
def create_subscription(_query: dict[str, Any], wish: dict[str, Any]) -> Response:
    """Subscribe; active at once. The secret is in this answer and in no later one."""
    here, owner = context(), caller().id
    url = checked_url(wish["url"], here.egress)
    now = here.now().real_at
    secret = wish.get("secret") or _new_secret()
    with here.store.begin() as tx:
        if tx.subscriptions.count(owner) >= MOST_SUBSCRIPTIONS:
            raise InvalidRequest(f"a key may have {MOST_SUBSCRIPTIONS} subscriptions; delete one first")
        subscription = Subscription(
            id=tx.subscriptions.new_id(),
            owner=owner,
            url=url,
            types=tuple(wish.get("types", DEFAULT_TYPES)),
            filter=wish.get("filter", {}),
            secrets=(secret,),
            state="active",
            created_at=now,
            updated_at=now,
            rate_per_minute=wish.get("rate_per_minute", here.settings.webhooks.rate_per_minute),
            headers=wish.get("headers", {}),
            contact=wish.get("contact"),
        )
        tx.subscriptions.add(subscription)
        answer = private(_NEW.dump(_view(tx, subscription, secret)), 201)
    answer.headers["Location"] = f"{here.installation}/v1/subscriptions/{subscription.id}"
    return answer


@subscriptions.reads("/subscriptions", schema.list_of(schema.SubscriptionSchema), ListQuery, scope="subscribe")
def list_subscriptions(query: dict[str, Any]) -> Response:
    """List your subscriptions, oldest first."""
    owner = None if caller().is_admin else caller().id
    with context().store.read() as tx:
        rows = tx.subscriptions.page(owner=owner, after_id=query["page"], limit=query["limit"] + 1)
        found, following = cut(rows, query["limit"], lambda row: page_token(row.id))
        body = listing(tx, _MANY.dump([_view(tx, subscription) for subscription in found]), following)
    return private(body)


@subscriptions.reads("/subscriptions/<id>", schema.SubscriptionSchema, scope="subscribe")
def show_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Show one subscription."""
    with context().store.read() as tx:
        return private(_ONE.dump(_view(tx, _own(tx, id_))))


@subscriptions.writes("PATCH", "/subscriptions/<id>", schema.SubscriptionSchema, Wish, scope="subscribe")
def change_subscription(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Change what is given; a filter, types and headers are replaced whole."""
    if "url" in wish:
        with context().store.read() as tx:
            _own(tx, id_)  # nobody makes us look up names for a subscription that is not theirs
        wish["url"] = checked_url(wish["url"], context().egress)
    if "types" in wish:
        wish["types"] = tuple(wish["types"])
    return _changed(id_, wish)


@subscriptions.writes("DELETE", "/subscriptions/<id>", scope="subscribe", status=204)
def delete_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Delete a subscription, its secrets, and everything it is still owed."""
    with context().store.begin() as tx:
        tx.subscriptions.delete(_own(tx, id_).id)
    return Response(status=204)


@subscriptions.writes("POST", "/subscriptions/<id>/pause", schema.SubscriptionSchema, scope="subscribe")
def pause_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Stop sending until it is enabled again; events of the meantime are in the change feed."""
    return _changed(id_, {"state": "paused"})


@subscriptions.writes("POST", "/subscriptions/<id>/enable", schema.SubscriptionSchema, scope="subscribe")
def enable_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Send again, after a pause or after we gave up."""
    return _changed(id_, {"state": "active"})


@subscriptions.writes("POST", "/subscriptions/<id>/rotate", schema.NewSubscriptionSchema, Rotation, scope="subscribe")
def rotate_secret(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Change the secret. Signatures carry the old one, too, until the next rotation, or not at all with `revoke`."""
    secret = wish.get("secret") or _new_secret()
    with context().store.begin() as tx:
        held = _own(tx, id_)
        kept = () if wish.get("revoke") else held.secrets[:1]
        changed = replace(held, secrets=(secret, *kept), updated_at=context().now().real_at)
        tx.subscriptions.put(changed)
        return private(_NEW.dump(_view(tx, changed, secret)))


@subscriptions.writes("POST", "/subscriptions/<id>/test", schema.DeliverySchema, scope="subscribe", status=202)
def send_test(_query: dict[str, Any], id_: str) -> Response:
    """Send a `subscription.test` the way every event is sent; the answer links to the delivery with its attempts."""
    here = context()
    now = here.now()
    with here.store.begin() as tx:
        subscription = _own(tx, id_)
        if subscription.state != "active":
            raise refusal({"state": [f"this subscription is {subscription.state}; enable it first"]})
        event = Event(tx.events.new_id(), EventType.SUBSCRIPTION_TEST, now.at, b"")
        body = schema.event_body(
            event,
            tx.events.head(),
            installation=here.installation,
            occurrence=None,
            corridor=None,
            change=None,
            data={"subscription": {"id": subscription.id, "types": subscription.types, "filter": subscription.filter}},
        )
        delivery = tx.deliveries.owe_own(subscription.id, event.id, event.type.value, body, now.real_at)
    answer = private(_DELIVERY.dump(schema.DeliveryView(delivery, (), here.installation)), 202)
    answer.headers["Location"] = schema.DeliveryView(delivery, (), here.installation).links["self"]
    return answer


@subscriptions.reads(
    "/subscriptions/<id>/deliveries", schema.list_of(schema.DeliverySchema), DeliveriesQuery, scope="subscribe"
)
def list_deliveries(query: dict[str, Any], id_: str) -> Response:
    """List what a subscription is or was owed, newest first, with every attempt."""
    with context().store.read() as tx:
        rows = tx.deliveries.page(
            _own(tx, id_).id,
            state=query["state"],
            type_=query["type"],
            before_id=query["page"],
            limit=query["limit"] + 1,
        )
        found, following = cut(rows, query["limit"], lambda row: page_token(row.id))
        tries = tx.deliveries.attempts([delivery.id for delivery in found])
        views = [schema.DeliveryView(row, tries[row.id], context().installation) for row in found]
        body = listing(tx, _DELIVERIES.dump(views), following)
    return private(body)


@subscriptions.reads("/subscriptions/<id>/deliveries/<delivery>", schema.DeliverySchema, scope="subscribe")
def show_delivery(_query: dict[str, Any], id_: str, delivery: str) -> Response:
    """Show one delivery with every attempt."""
    with context().store.read() as tx:
        found = [row for row in tx.deliveries.find([delivery]) if row.subscription == _own(tx, id_).id]
        if not found:
            raise NotFound("this subscription has no delivery of this id")
        tries = tx.deliveries.attempts([delivery])[delivery]
        return private(_DELIVERY.dump(schema.DeliveryView(found[0], tries, context().installation)))


def _changed(id_: str, fields: Mapping[str, Any]) -> Response:
    with context().store.begin() as tx:
        changed = replace(_own(tx, id_), updated_at=context().now().real_at, **fields)
        tx.subscriptions.put(changed)
        return private(_ONE.dump(_view(tx, changed)))


def _own(tx: Transaction, id_: str) -> Subscription:
    """Return a subscription of the caller's. Raises NotFound, also for somebody else's."""
    subscription = tx.subscriptions.get(id_)
    if subscription is None or not (caller().is_admin or subscription.owner == caller().id):
        raise NotFound("you have no subscription of this id")
    return subscription


def _view(tx: Transaction, subscription: Subscription, secret: str | None = None) -> schema.SubscriptionView:
    lane = tx.queue.lanes([subscription.id])[subscription.id]
    return schema.SubscriptionView(subscription, context().installation, lane, secret)


def _new_secret() -> str:
    return secret_of(random.token_bytes(32))
