"""Who wants to be told? Webhook subscriptions of the caller; an admin sees everybody's.

Sends nothing: that is the worker's. What became of deliveries is in deliveries.py.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Response

from corridors import patience, schema
from corridors.api.access import caller
from corridors.api.answer import cut, listing, private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.once import once
from corridors.api.parameters import ListQuery, page_token, refusal
from corridors.api.wishes import MOST_SECRETS, MOST_SUBSCRIPTIONS, Enabling, NewWish, Rotation, Wish, checked_url
from corridors.errors import InvalidRequest, NotFound
from corridors.model import Subscription
from corridors.signature import secret_of
from corridors.store import Transaction

subscriptions = Blueprint("subscriptions", "Webhooks (Standard Webhooks 1.0.0): who is told of which events.")

_ONE = schema.SubscriptionSchema()
_NEW = schema.NewSubscriptionSchema()
_MANY = schema.SubscriptionSchema(many=True)

# What an operations room wants to know unless it says otherwise; tallies move many times a day.
DEFAULT_TYPES = ("corridor.*", "source.*", "system.heartbeat", "subscription.*", "delivery.*")


@subscriptions.writes("POST", "/subscriptions", schema.NewSubscriptionSchema, NewWish, scope="subscribe", status=201)
def create_subscription(_query: dict[str, Any], wish: dict[str, Any]) -> Response:
    """Subscribe; active at once. The secret is in this answer and in no later one."""
    url = checked_url(wish["url"], context().egress)
    return once(lambda tx: _created(tx, url, wish))


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
        return _shown(tx, owned(tx, id_))


@subscriptions.writes("PATCH", "/subscriptions/<id>", schema.SubscriptionSchema, Wish, scope="subscribe")
def change_subscription(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Change what is given; a filter, types and headers are replaced whole."""
    if "url" in wish:
        with context().store.read() as tx:
            owned(tx, id_)  # nobody makes us look up names for a subscription that is not theirs
        wish["url"] = checked_url(wish["url"], context().egress)
        return _changed(id_, _fields(wish), healed=True)
    return _changed(id_, _fields(wish))


@subscriptions.writes("DELETE", "/subscriptions/<id>", scope="subscribe", status=204)
def delete_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Delete a subscription, its secrets, and everything it is still owed."""
    with context().store.begin() as tx:
        tx.subscriptions.delete(owned(tx, id_).id)
    return Response(status=204)


@subscriptions.writes("POST", "/subscriptions/<id>/pause", schema.SubscriptionSchema, scope="subscribe")
def pause_subscription(_query: dict[str, Any], id_: str) -> Response:
    """Stop sending; what is owed, and what comes, is held for 30 days until the subscription is enabled."""

    def work(tx: Transaction) -> Response:
        held = owned(tx, id_)
        if held.state == "disabled":
            raise refusal({"state": ["this subscription is disabled; there is nothing to pause"]})
        changed = replace(held, state="paused", updated_at=context().now().real_at)
        tx.subscriptions.put(changed)
        tx.deliveries.hold(id_)
        return _shown(tx, changed)

    return once(work)


@subscriptions.writes("POST", "/subscriptions/<id>/enable", schema.EnabledSchema, Enabling, scope="subscribe")
def enable_subscription(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Send again, after a pause or after we gave up. What was held meanwhile follows `catch_up`.

    none: it is dropped; latest: the newest word of each occurrence is sent; missed: all of it, in order, marked with
    `corridors-replay: 1`.
    """

    def work(tx: Transaction) -> Response:
        now, held = context().now().real_at, owned(tx, id_)
        if id_ in tx.subscriptions.ownerless(now, of=held.owner):
            raise refusal(
                {"state": ["the key that made this subscription does not hold any more; subscribe with another"]}
            )
        changed = replace(held, state="active", disabled_reason=None, updated_at=now)
        tx.subscriptions.put(changed)
        tx.queue.put_lanes([patience.healed(lane) for lane in tx.queue.lanes([id_]).values()])
        sent = tx.replays.catch_up(id_, wish["catch_up"], now)
        return private(schema.EnabledSchema().dump(_view(tx, changed)) | {"caught_up": sent})

    return once(work)


@subscriptions.writes("POST", "/subscriptions/<id>/rotate", schema.NewSubscriptionSchema, Rotation, scope="subscribe")
def rotate_secret(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Change the secret. For `grace_seconds` (a day unless told) signatures carry the old one, too; 0 = it leaked."""
    secret = wish.get("secret") or _new_secret()
    grace = timedelta(seconds=wish.get("grace_seconds", 86_400))

    def work(tx: Transaction) -> Response:
        held, now = owned(tx, id_), context().now().real_at
        kept = _kept_secrets(held, now, grace)
        if len(kept) >= MOST_SECRETS:
            ends_at = schema.instant_text(min(end for _, end in kept))
            raise refusal(
                {"grace_seconds": [f"{MOST_SECRETS} secrets sign already; one ends at {ends_at}. 0 ends them all now"]}
            )
        changed = replace(
            held,
            secrets=(secret, *(old for old, _ in kept)),
            secrets_until=(None, *(end for _, end in kept)),
            updated_at=now,
        )
        tx.subscriptions.put(changed)
        return private(_NEW.dump(_view(tx, changed, secret)))

    return once(work)


def _kept_secrets(held: Subscription, now: datetime, grace: timedelta) -> list[tuple[str, datetime]]:
    """Return the secrets that go on signing beside a new one, and until when; none after a leak."""
    if not grace:
        return []
    ends = dict(zip(held.secrets, (*held.secrets_until, *[None] * len(held.secrets)), strict=False))
    return [(old, ends[old] or now + grace) for old in held.live_secrets(now)]


def _created(tx: Transaction, url: str, wish: Mapping[str, Any]) -> Response:
    here, owner = context(), caller().id
    if tx.subscriptions.count(owner) >= MOST_SUBSCRIPTIONS:
        raise InvalidRequest(f"a key may have {MOST_SUBSCRIPTIONS} subscriptions; delete one first")
    now, secret = here.now().real_at, wish.get("secret") or _new_secret()
    left_out: dict[str, Any] = {
        "types": DEFAULT_TYPES,
        "filter": {},
        "rate_per_minute": here.settings.webhooks.rate_per_minute,
    }
    subscription = Subscription(
        id=tx.subscriptions.new_id(),
        owner=owner,
        clearance=caller().clearance,
        secrets=(secret,),
        state="active",
        created_at=now,
        updated_at=now,
        **left_out | _fields(wish) | {"url": url},
    )
    tx.subscriptions.add(subscription)
    answer = private(_NEW.dump(_view(tx, subscription, secret)), 201)
    answer.headers["Location"] = f"{here.installation}/v1/subscriptions/{subscription.id}"
    return answer


def _fields(wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a subscription that a wish names."""
    told = {name: value for name, value in wish.items() if name != "secret"}
    if "types" in told:
        told["types"] = tuple(told["types"])
    if "superseding" in told:
        told["superseding"] = told["superseding"] == "on"
    return told


def _changed(id_: str, fields: Mapping[str, Any], *, healed: bool = False) -> Response:
    with context().store.begin() as tx:
        changed = replace(owned(tx, id_), updated_at=context().now().real_at, **fields)
        tx.subscriptions.put(changed)
        if healed:  # nothing is known about another address
            tx.queue.put_lanes([patience.healed(lane) for lane in tx.queue.lanes([id_]).values()])
        return _shown(tx, changed)


def _shown(tx: Transaction, subscription: Subscription) -> Response:
    """Return a subscription, with a header that nobody can overlook when it does not do well."""
    view = _view(tx, subscription)
    answer = private(_ONE.dump(view))
    if view.notice:
        answer.headers["Corridors-Notice"] = view.notice
    return answer


def owned(tx: Transaction, id_: str) -> Subscription:
    """Return a subscription of the caller's. Raises NotFound, also for somebody else's."""
    subscription = tx.subscriptions.get(id_)
    if subscription is None or not (caller().is_admin or subscription.owner == caller().id):
        raise NotFound("you have no subscription of this id")
    return subscription


def _view(tx: Transaction, subscription: Subscription, secret: str | None = None) -> schema.SubscriptionView:
    here = context()
    lane = tx.queue.lanes([subscription.id])[subscription.id]
    return schema.SubscriptionView(subscription, here.installation, lane, here.now().real_at, secret)


def _new_secret() -> str:
    return secret_of(random.token_bytes(32))
