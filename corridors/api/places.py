"""Which places does a name mean? The gazetteer, as the reading of announcements uses it."""

from __future__ import annotations

from typing import Any

from flask import Response

from corridors import schema
from corridors.api.answer import listing, public
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.api.parameters import Parameter, Query, a_language, parse_country, refusal, whole

places = Blueprint("places", "Names of places, roads, gates and crossings in every spelling that we know.")

_MANY = schema.FoundPlaceSchema(many=True)
_LONGEST_NAME = 100
_MOST = 100


def parse_name(text: str) -> str:
    """Return what a name begins with. Raises ValueError."""
    if not text.strip() or len(text) > _LONGEST_NAME or "\0" in text:
        raise ValueError(f"write the beginning of a name, at most {_LONGEST_NAME} characters")
    return text


class PlacesQuery(Query):
    """What to look for."""

    q = Parameter(parse_name, "the beginning of a name, in any language and spelling that we know")
    country = Parameter(parse_country, "ISO 3166-1 alpha-2", many=True)
    limit = Parameter(whole(1, _MOST), "most places in the answer", shape="integer", load_default=20)
    lang = a_language()


@places.reads("/places", schema.list_of(schema.FoundPlaceSchema), PlacesQuery)
def list_places(query: dict[str, Any]) -> Response:
    """List places whose name begins with `q`: exact names first, then the best known."""
    if query["q"] is None:
        raise refusal({"q": ["write the beginning of a name, such as Mari"]})
    gazetteer = context().gazetteer()
    naming = schema.Naming(query["lang"])
    return public(
        lambda tx: listing(
            tx,
            _MANY.dump(
                [naming.place(place) for place in gazetteer.search(query["q"], query["country"], query["limit"])]
            ),
        ),
        moves_with=lambda _tx: gazetteer.version,
        naming=naming,
    )
