"""How do people overrule the reader? Claims added, confirmed, rejected, corrected; corridors merged and split; undo.

Takes keys of the scope `desk`. Decides nothing: corridors/desk.py does. A POST may carry an Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema, fields
from marshmallow.validate import Length, Regexp

from corridors import schema
from corridors.api.access import ADMIN, caller
from corridors.api.answer import alone, cut, listing, private, public
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.once import once
from corridors.api.parameters import ListQuery, Parameter, page_token, parse_id, refusal, word
from corridors.api.statements import ChangedClaim, NewClaim, RouteWish, a_word, route_of, statement_of
from corridors.api.wishes import Moment
from corridors.desk import Desk, Ruling
from corridors.desk import Word as Said
from corridors.errors import NotFound
from corridors.ledger import Ledger
from corridors.model import Act, Author, Claim, Decision, Sensitivity
from corridors.store import Transaction

desk = Blueprint("desk", "What people decide: every act has an author, a reason and a time, and can be undone.")

LONGEST_REASON = 1000
_ONE = schema.DecisionSchema()
_MANY = schema.DecisionSchema(many=True)


class Decisive(Schema):
    """Why it is done."""

    reason = fields.String(
        required=True,
        validate=Length(3, LONGEST_REASON, error=f"write 3 to {LONGEST_REASON} characters: why?"),
        error_messages={"required": "write why", "invalid": "write text", "null": "write why"},
        metadata={
            "description": "why; everybody who may see the claim sees it, so name no private person",
            "example": "The administration says on the phone that buses did not leave",
        },
    )
    review = fields.String(metadata={"description": "id of the entry of /v1/reviews that this answers"})


class AddWish(Decisive):
    """A claim of the desk."""

    claim = fields.Nested(
        NewClaim,
        required=True,
        error_messages={"required": "write what holds"},
        metadata={
            "example": {
                "status": "suspended",
                "reason": "violated",
                "route": {"country": "UA", "origin": "Mariupol", "destination": "Zaporizhzhia"},
                "valid_on": ["2022-03-14", "2022-03-14"],
            }
        },
    )
    url = fields.String(
        validate=Regexp(r"https?://[^\s]{1,2000}$", error="write an address that begins with https:// or http://"),
        metadata={"description": "where it can be read", "example": "https://example.org/announcement"},
    )
    quote = fields.String(validate=Length(max=4000, error="write at most 4,000 characters"))
    said_at = Moment()
    sensitivity = a_word(Sensitivity)


class CorrectWish(Decisive):
    """What a claim should have said."""

    claim = fields.Nested(
        ChangedClaim,
        required=True,
        error_messages={"required": "write what is to be corrected"},
        metadata={"example": {"windows": [{"start": "09:00", "end": "19:00"}], "people": 400}},
    )


class MergeWish(Decisive):
    """Into which corridor."""

    into = fields.String(required=True, error_messages={"required": "write the id of the corridor that stays"})


class SplitWish(Decisive):
    """Which claims go to which corridor."""

    claims = fields.List(
        fields.String(),
        required=True,
        validate=Length(1, 100, error="write 1 to 100 ids of claims"),
        error_messages={"required": "write the ids of the claims", "invalid": "write a list"},
    )
    into = fields.String(metadata={"description": "id of a corridor; instead of `route`"})
    route = fields.Nested(RouteWish, metadata={"description": "of the corridor; instead of `into`"})


class DecisionsQuery(ListQuery):
    """Filters of decisions."""

    act = word(Act, "what was done", many=True)
    author = Parameter(parse_id, "id of a key")
    corridor = Parameter(parse_id, "id of a corridor that was merged or split, or that others were merged into")
    claim = Parameter(parse_id, "id of a claim that it is about, or that came of it")


@desk.writes("POST", "/claims", schema.DecisionSchema, AddWish, scope="desk", status=201)
def add_claim(_query: dict[str, Any], wish: dict[str, Any]) -> Response:
    """Add a claim by hand: what somebody told you, or what you saw. It outweighs every source."""
    now = context().now()
    if "said_at" in wish and wish["said_at"] > now.at:
        raise refusal({"said_at": ["this is still to come; write when it was said"]})

    def work(tx: Transaction, ruling: Ruling) -> Decision:
        statement = statement_of(_eyes(tx), wish["claim"], now.at)
        told = {name: wish[name] for name in ("said_at", "url", "quote") if name in wish}
        level = Sensitivity(wish.get("sensitivity", Sensitivity.LOW_OR_NONE))
        return the_desk().add(tx, Said(statement, sensitivity=level, **told), ruling, now)

    return decided(wish, work)


@desk.writes("POST", "/claims/<id>/confirm", schema.DecisionSchema, Decisive, scope="desk", status=201)
def confirm_claim(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Stand behind a claim: it counts from when it was said, however little its source does."""
    return decided(wish, lambda tx, ruling: the_desk().confirm(tx, _claim(tx, id_).id, ruling, context().now()))


@desk.writes("POST", "/claims/<id>/reject", schema.DecisionSchema, Decisive, scope="desk", status=201)
def reject_claim(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Set a claim aside: it stays visible, and nothing follows from it."""
    return decided(wish, lambda tx, ruling: the_desk().reject(tx, _claim(tx, id_).id, ruling, context().now()))


@desk.writes("POST", "/claims/<id>/correct", schema.DecisionSchema, CorrectWish, scope="desk", status=201)
def correct_claim(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Put another claim in the place of one that was misread, as said by the same source at the same time."""

    def work(tx: Transaction, ruling: Ruling) -> Decision:
        now = context().now()
        claim = _claim(tx, id_)
        statement = statement_of(_eyes(tx), wish["claim"], now.at, claim.statement)
        return the_desk().correct(tx, id_, statement, ruling, now)

    return decided(wish, work)


@desk.writes("POST", "/corridors/<id>/merge", schema.DecisionSchema, MergeWish, scope="desk", status=201)
def merge_corridor(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Let a corridor be another one, from now on and in the past; its id leads there, and filters follow."""
    return decided(
        wish, lambda tx, ruling: the_desk().merge(_seen(tx, id_), id_, wish["into"], ruling, context().now())
    )


@desk.writes("POST", "/corridors/<id>/split", schema.DecisionSchema, SplitWish, scope="desk", status=201)
def split_corridor(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Give claims of a corridor to another one: one that is known, or the one of a route."""
    if ("into" in wish) == ("route" in wish):
        raise refusal({"into": ["give either `into`, the id of a corridor, or a `route`"]})

    def work(tx: Transaction, ruling: Ruling) -> Decision:
        _seen(tx, id_)
        claims = [_claim(tx, claim).id for claim in wish["claims"]]
        to = wish["into"] if "into" in wish else route_of(wish["route"])
        return the_desk().split(tx, claims, to, ruling, context().now())

    return decided(wish, work)


@desk.reads("/decisions", schema.list_of(schema.DecisionSchema), DecisionsQuery, scope="desk")
def list_decisions(query: dict[str, Any]) -> Response:
    """List what the desk decided, newest first, undone decisions included."""
    with context().store.read(caller().clearance) as tx:
        rows = tx.decisions.page(
            acts=query["act"],
            author=query["author"],
            corridor=query["corridor"],
            claim=query["claim"],
            before_id=query["page"],
            limit=query["limit"] + 1,
        )
        found, following = cut(rows, query["limit"], lambda row: page_token(row.id))
        return private(listing(tx, _MANY.dump([_view(decision) for decision in found]), following))


@desk.reads("/decisions/<id>", schema.answer_of(schema.DecisionSchema), scope="desk")
def show_decision(_query: dict[str, Any], id_: str) -> Response:
    """Show one decision."""
    with context().store.read(caller().clearance) as tx:
        decision = tx.decisions.get(id_)
        if decision is None:
            raise NotFound("there is no decision of this id")
        return private(alone(tx, _ONE.dump(_view(decision))))


@desk.writes("POST", "/decisions/<id>/undo", schema.DecisionSchema, Decisive, scope="desk")
def undo_decision(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Take a decision back: everything is as if it had not been made, and that it was made stays known."""
    return decided(wish, lambda tx, ruling: the_desk().undo(tx, id_, ruling, context().now()), status=200)


@desk.reads("/claims/<id>/decisions", schema.list_of(schema.DecisionSchema))
def list_decisions_about(_query: dict[str, Any], id_: str) -> Response:
    """List what the desk decided about a claim, oldest first; who did is told to keys of the desk alone."""

    def render(tx: Transaction) -> dict[str, Any]:
        if not tx.claims.find([id_]):
            raise NotFound("there is no claim of this id")
        found = tx.decisions.page(claim=id_, limit=1000)
        return listing(tx, _MANY.dump([_view(decision) for decision in reversed(found)]))

    return public(render)


def decided(wish: dict[str, Any], work: Callable[[Transaction, Ruling], Decision], status: int = 201) -> Response:
    """Return the answer to an act, done once."""

    def answer(tx: Transaction) -> Response:
        tx.alone()
        decision = work(tx, Ruling(author(tx), wish["reason"], wish.get("review")))
        view = _view(decision)
        made = private(_ONE.dump(view), status)
        if status == 201:
            made.headers["Location"] = view.links["self"]
        return made

    return once(answer)


def author(tx: Transaction) -> Author:
    """Return who is calling, as the author of a decision."""
    key = tx.keys.find(caller().id)
    return Author(caller().id, key.name if key else ADMIN)


def the_desk() -> Desk:
    """Return the desk of this installation."""
    here = context()
    return Desk(Ledger(here.store, here.installation, here.settings.rules))


def _eyes(tx: Transaction) -> Transaction:
    """Return the transaction with the eyes of the caller: nobody decides about what they may not see."""
    return tx.seen_with(caller().clearance)


def _claim(tx: Transaction, id_: str) -> Claim:
    found = _eyes(tx).claims.find([id_])
    if not found:
        raise NotFound(f"there is no claim {id_}")
    return found[0]


def _seen(tx: Transaction, id_: str) -> Transaction:
    """Return the transaction, after a look that the caller may see a corridor."""
    if _eyes(tx).corridors.get(id_) is None:
        raise NotFound(f"there is no corridor {id_}")
    return tx


def _view(decision: Decision) -> schema.DecisionView:
    return schema.DecisionView(decision, context().installation, names_authors=caller().reaches("desk"))
