"""What waits for the desk, what first?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from flask import Response

from corridors import schema
from corridors.api.access import caller
from corridors.api.answer import alone, cut, listing, private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.desk import Decisive, decided, the_desk
from corridors.api.parameters import (
    ListQuery,
    Parameter,
    page_key,
    page_token,
    parse_country,
    parse_day,
    parse_id,
    parse_instant,
    word,
)
from corridors.errors import NotFound
from corridors.model import ReviewKind
from corridors.store.reviews import Place

reviews = Blueprint("reviews", "Doubts, conflicts and low credibility, which people at the desk resolve.")

_ONE = schema.ReviewSchema()
_MANY = schema.ReviewSchema(many=True)


class Turn(NamedTuple):
    """Behind which entry a page begins, in the order as it was at `now`."""

    now: datetime
    place: Place


def parse_turn(text: str) -> Turn:
    """Return where a page begins. Raises ValueError."""
    try:
        now, state, acts_at, rank, id_ = page_key(text)
        return Turn(parse_instant(now), Place(state == "over", parse_instant(acts_at), int(rank), parse_id(id_)))
    except ValueError as error:
        raise ValueError("this page is none of ours; begin without `page`") from error


class ReviewsQuery(ListQuery):
    """Filters of what waits."""

    page = Parameter(parse_turn, "`next` of the answer before")
    kind = word(ReviewKind, "why somebody has to look", many=True)
    country = Parameter(parse_country, "ISO 3166-1 alpha-2")
    date = Parameter(parse_day, "the local day that it is about")
    corridor = Parameter(parse_id, "id of a corridor")
    document = Parameter(parse_id, "id of a document")


@reviews.reads("/reviews", schema.list_of(schema.ReviewSchema), ReviewsQuery, scope="desk")
def list_reviews(query: dict[str, Any]) -> Response:
    """List what waits, the most pressing first.

    What is not over comes before what is, the soonest start first. At one instant: conflicts, doubts, low credibility;
    journeys of children, wounded and sick; most people. What is over comes after it, the latest first. An entry is
    gone when its cause is, or when a decision answers it (`review` in the body of any act, or dismissed).
    """
    turn = query["page"]
    now = turn.now if turn else context().now().at
    with context().store.read(caller().clearance) as tx:
        rows = tx.reviews.page(
            now,
            kinds=query["kind"],
            country=query["country"],
            on=query["date"],
            corridor=query["corridor"],
            document=query["document"],
            after=turn.place if turn else None,
            limit=query["limit"] + 1,
        )
        found, following = cut(rows, query["limit"], lambda row: _token(now, row[1]))
        return private(listing(tx, _MANY.dump([review for review, _ in found]), following))


@reviews.reads("/reviews/<id>", schema.answer_of(schema.ReviewSchema), scope="desk")
def show_review(_query: dict[str, Any], id_: str) -> Response:
    """Show one entry, answered or not, as long as its cause is there."""
    with context().store.read(caller().clearance) as tx:
        review = tx.reviews.get(id_)
        if review is None:
            raise NotFound("nothing of this id waits for the desk")
        return private(alone(tx, _ONE.dump(review)))


@reviews.writes("POST", "/reviews/<id>/dismiss", schema.DecisionSchema, Decisive, scope="desk", status=201)
def dismiss_review(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Take an entry off the queue without deciding anything else; a new cause makes a new entry."""
    return decided(wish, lambda tx, ruling: the_desk().dismiss(tx, id_, ruling, context().now()))


def _token(now: datetime, place: Place) -> str:
    state = "over" if place.is_over else "ahead"
    return page_token(now.isoformat(), state, place.acts_at.isoformat(), str(place.rank), place.id)
