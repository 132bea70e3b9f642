"""What is said, and by whom?"""

from __future__ import annotations

from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import cut
from corridors.api.blueprint import Blueprint
from corridors.api.formats import Rows, a_format, listed, media_types, single
from corridors.api.parameters import (
    ListQuery,
    NamedQuery,
    Parameter,
    a_language,
    page_id,
    page_token,
    parse_country,
    parse_day,
    parse_id,
)
from corridors.errors import NotFound
from corridors.model import Claim
from corridors.store import Transaction

claims = Blueprint("claims", "Every statement of every document, with its provenance.")

_ONE = schema.ClaimSchema()
_MANY = schema.ClaimSchema(many=True)


class ClaimsQuery(ListQuery):
    """Filters of claims."""

    corridor = Parameter(parse_id, "id of a corridor")
    occurrence = Parameter(parse_id, "id of an occurrence")
    country = Parameter(parse_country, "ISO 3166-1 alpha-2")
    source = Parameter(parse_id, "id of a source")
    date = Parameter(parse_day, "a local day that the claim is about")
    lang = a_language()
    format = a_format("claims")


class ClaimQuery(NamedQuery):
    """How one claim is wanted."""

    format = a_format("claim")


@claims.reads("/claims", schema.list_of(schema.ClaimSchema), ClaimsQuery, media_types=media_types("claims"))
def list_claims(query: dict[str, Any]) -> Response:
    """List claims, newest first, withdrawn ones included."""
    naming = schema.Naming(query["lang"])
    return listed("claims", claim_page, query, naming, next_page=page_id)


@claims.reads("/claims/<id>", schema.ClaimSchema, ClaimQuery, media_types=media_types("claim"))
def show_claim(query: dict[str, Any], id_: str) -> Response:
    """Show one claim."""
    naming = schema.Naming(query["lang"])
    return single("claim", lambda tx, naming: _ONE.dump(naming.claim(_claim(tx, id_))), query, naming)


def claim_page(tx: Transaction, query: dict[str, Any], naming: schema.Naming) -> Rows:
    """Return the page of claims that `query` asks for."""
    rows = tx.claims.page(
        corridor=query["corridor"],
        occurrence=query["occurrence"],
        country=query["country"],
        source=query["source"],
        day=query["date"],
        before_id=query["page"],
        limit=query["limit"] + 1,
    )
    found, following = cut(rows, query["limit"], lambda claim: page_token(claim.id))
    return _MANY.dump([naming.claim(claim) for claim in found]), following


def _claim(tx: Transaction, id_: str) -> Claim:
    found = tx.claims.find([id_])
    if not found:
        raise NotFound("there is no claim of this id")
    return found[0]
