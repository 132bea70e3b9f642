"""Whom do we listen to, and can we hear them?"""

from __future__ import annotations

from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import alone, cut, fresh, listing, public
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import MOST, ListQuery, Parameter, Query, page_token, whole
from corridors.errors import NotFound
from corridors.store import Transaction

sources = Blueprint("sources", "The places that are polled, and how each is doing.")

_ONE = schema.SourceSchema()
_MANY = schema.SourceSchema(many=True)
_POLLS = schema.PollSchema(many=True)


class PollsQuery(Query):
    """How many lines of the poll log."""

    limit = Parameter(whole(1, MOST), "most polls in the answer", shape="integer", load_default=100)


@sources.reads("/sources", schema.list_of(schema.SourceSchema), ListQuery)
def list_sources(query: dict[str, Any]) -> Response:
    """List the configured sources with their health."""
    return public(lambda tx: _page(tx, query), moves_with=lambda tx: tx.sources.last_poll())


@sources.reads("/sources/<id>", schema.answer_of(schema.SourceSchema))
def show_source(_query: dict[str, Any], id_: str) -> Response:
    """Show one source."""
    return public(lambda tx: alone(tx, _ONE.dump(_view(tx, id_))), moves_with=lambda tx: tx.sources.last_poll())


@sources.reads("/sources/<id>/polls", schema.list_of(schema.PollSchema), PollsQuery)
def list_polls(query: dict[str, Any], id_: str) -> Response:
    """List the last polls of a source, newest first."""
    return public(
        lambda tx: listing(tx, _POLLS.dump(tx.sources.polls(_view(tx, id_).source.id, query["limit"]))),
        moves_with=lambda tx: tx.sources.last_poll(),
    )


@sources.writes("POST", "/sources/<id>/poll", schema.SourceSchema, scope="admin", status=202)
def poll_source(_query: dict[str, Any], id_: str) -> Response:
    """Make a source due now; the worker polls it within a second or two."""
    here = context()
    with here.store.begin() as tx:
        _view(tx, id_)
        tx.sources.poll_soon(id_, here.now().real_at)
        return fresh(_ONE.dump(_view(tx, id_)), 202)


def _page(tx: Transaction, query: dict[str, Any]) -> dict[str, Any]:
    rows = tx.sources.page(after_id=query["page"], limit=query["limit"] + 1, now=context().now().real_at)
    found, following = cut(rows, query["limit"], lambda row: page_token(row[0].id))
    return listing(tx, _MANY.dump([schema.SourceView(source, health) for source, health in found]), following)


def _view(tx: Transaction, id_: str) -> schema.SourceView:
    source = context().sources(tx).get(id_)
    if source is None:
        raise NotFound("there is no source of this id")
    return schema.SourceView(source, tx.sources.health(id_, context().now().real_at))
