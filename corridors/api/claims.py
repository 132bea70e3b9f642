"""What is said, and by whom?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.filters import RouteFilters, TimeFilters, selection
from corridors.api.formats import Rows, a_format, listed, media_types, single
from corridors.api.parameters import (
    NamedQuery,
    Parameter,
    SortedQuery,
    a_language,
    behind,
    page_token,
    parse_id,
    parse_instant,
    parse_page,
    some_fields,
    sorting,
    whole,
    word,
)
from corridors.errors import NotFound
from corridors.model import Claim, Mode, Purpose, Status
from corridors.store import Transaction

claims = Blueprint("claims", "Every statement of every document, with its provenance.")

_ONE = schema.ClaimSchema()
_MANY = schema.ClaimSchema(many=True)


class ClaimsQuery(SortedQuery, RouteFilters, TimeFilters):
    """Filters of claims. Those of a route ask for the corridor that a claim counts for now."""

    class Meta:
        """A claim has no hours of its own."""

        exclude = ("datetime",)

    corridor = Parameter(parse_id, "id of a corridor", many=True)
    occurrence = Parameter(parse_id, "id of an occurrence", many=True)
    source = Parameter(parse_id, "id of the source that says it", many=True)
    party = Parameter(parse_id, "the side of the conflict that says it", many=True)
    status = word(Status, "what it says", many=True)
    mode = word(Mode, "how people or goods move", many=True)
    purpose = word(Purpose, "what it is for", many=True)
    min_credibility = Parameter(whole(1, 6), "Admiralty scale: this or more credible", shape="integer")
    as_of = Parameter(parse_instant, "those that were known at this instant, as they were known then")
    sort = sorting("-id", "id")
    chosen = some_fields(schema.ClaimSchema)
    lang = a_language()
    format = a_format("claims")


class ClaimQuery(NamedQuery):
    """How one claim is wanted."""

    as_of = Parameter(parse_instant, "as it was known at this instant")
    format = a_format("claim")


@claims.reads("/claims", schema.list_of(schema.ClaimSchema), ClaimsQuery, media_types=media_types("claims"))
def list_claims(query: dict[str, Any]) -> Response:
    """List claims, newest first, withdrawn ones included."""
    naming = schema.Naming(query["lang"])
    return listed("claims", claim_page, query, naming, next_page=parse_page)


@claims.reads("/claims/<id>", schema.answer_of(schema.ClaimSchema), ClaimQuery, media_types=media_types("claim"))
def show_claim(query: dict[str, Any], id_: str) -> Response:
    """Show one claim."""
    naming = schema.Naming(query["lang"])
    return single("claim", lambda tx, naming: _ONE.dump(naming.claim(_claim(tx, id_, query["as_of"]))), query, naming)


def claim_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the page of claims that `query` asks for."""
    after = behind(query, parse_id)
    rows = tx.claims.page(
        selection(query),
        sort=query["sort"],
        after=after[0] if after else None,
        as_of=query["as_of"],
        limit=query["limit"] + 1,
    )
    found, following = cut(rows, query["limit"], lambda claim: page_token(query["sort"], claim.id))
    return _MANY.dump([naming.claim(claim) for claim in found]), following


def _claim(tx: Transaction, id_: str, as_of: datetime | None) -> Claim:
    found = tx.claims.find([id_], as_of)
    if not found:
        raise NotFound("there is no claim of this id")
    return found[0]
