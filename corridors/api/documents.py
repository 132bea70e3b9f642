"""What was announced, in whose words?"""

from __future__ import annotations

from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import alone, cut, listing, public
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import ListQuery, Parameter, page_token, parse_id
from corridors.errors import NotFound
from corridors.model import Revision
from corridors.store import Transaction

documents = Blueprint("documents", "Announcements as they were fetched, every state they had.")

_DETAIL = schema.DocumentDetailSchema()
_MANY = schema.DocumentSchema(many=True)


class DocumentsQuery(ListQuery):
    """Filters of documents."""

    source = Parameter(parse_id, "id of a source")


@documents.reads("/documents", schema.list_of(schema.DocumentSchema), DocumentsQuery)
def list_documents(query: dict[str, Any]) -> Response:
    """List documents in their latest state, newest first."""
    return public(lambda tx: _page(tx, query))


@documents.reads("/documents/<id>", schema.answer_of(schema.DocumentDetailSchema))
def show_document(_query: dict[str, Any], id_: str) -> Response:
    """Show one document with every state it had and what was read from it."""
    return public(lambda tx: alone(tx, _detail(tx, id_)))


def _page(tx: Transaction, query: dict[str, Any]) -> dict[str, Any]:
    rows = tx.documents.page(source=query["source"], before_id=query["page"], limit=query["limit"] + 1)
    found, following = cut(rows, query["limit"], lambda revision: page_token(revision.id))
    views = [schema.DocumentView(revision, _republish(tx, revision)) for revision in found]
    return listing(tx, _MANY.dump(views), following)


def _detail(tx: Transaction, id_: str) -> Any:
    revisions = tx.documents.revisions(id_)
    if not revisions:
        raise NotFound("there is no document of this id")
    republish = _republish(tx, revisions[-1])
    return _DETAIL.dump(
        schema.DocumentView(
            revisions[-1],
            republish,
            claims=tx.claims.of_document(id_),
            revisions=[schema.DocumentView(revision, republish) for revision in revisions],
        )
    )


def _republish(tx: Transaction, revision: Revision) -> str:
    """Return what the document's source allows; of a source that is no longer known only the link is shown."""
    source = context().sources(tx).get(revision.document.source)
    return source.republish if source else "link"
