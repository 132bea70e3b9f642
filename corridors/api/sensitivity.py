"""How sensitive is a claim, whatever its source is? The desk says so, with a reason; undoing it is the desk's, too."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from corridors.api.access import ADMIN, caller
from corridors.api.answer import private
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.once import once
from corridors.desk import Desk, Ruling
from corridors.errors import NotFound
from corridors.ledger import Ledger
from corridors.model import Author, Sensitivity
from corridors.schema.fields import Instant, Word
from corridors.store import Transaction

sensitivity = Blueprint("sensitivity", "Who may see a claim: decided by people, over what its source is.")


class Classification(Schema):
    """How sensitive a claim is, and why."""

    sensitivity = fields.String(
        required=True,
        validate=OneOf(list(Sensitivity), error=f"write one of {', '.join(Sensitivity)}"),
        error_messages={"required": f"write one of {', '.join(Sensitivity)}", "invalid": "write text"},
        metadata={"enum": list(Sensitivity)},
    )
    reason = fields.String(
        required=True,
        validate=Length(3, 1000, error="write 3 to 1000 characters: why?"),
        error_messages={"required": "write why", "invalid": "write text", "null": "write why"},
    )


class ClassifiedSchema(Schema):
    """The decision; its id is what is undone."""

    id = fields.String()
    claim = fields.String()
    sensitivity = Word(Sensitivity)
    reason = fields.String()
    decided_at = Instant()


@sensitivity.writes("POST", "/claims/<id>/sensitivity", ClassifiedSchema, Classification, scope="desk", status=201)
def classify_claim(_query: dict[str, Any], wish: dict[str, Any], id_: str) -> Response:
    """Say how sensitive a claim is. Whoever may not see it any more has the state that the other claims add up to."""

    def work(tx: Transaction) -> Response:
        here, who = context(), caller()
        if not tx.seen_with(who.clearance).claims.find([id_]):
            raise NotFound("there is no claim of this id")
        ledger = Ledger(here.store, here.installation, here.settings.rules)
        key = tx.keys.find(who.id)
        author = Author(who.id, key.name if key else ADMIN)
        level = Sensitivity(wish["sensitivity"])
        decision = Desk(ledger).classify(tx, id_, level, Ruling(author, wish["reason"]), here.now())
        told = {"id": decision.id, "claim": id_, "sensitivity": level, "reason": decision.reason}
        return private(ClassifiedSchema().dump(told | {"decided_at": decision.decided_at}), 201)

    return once(work)
