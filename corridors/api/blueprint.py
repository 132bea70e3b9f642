"""How is an address of the API declared? With its scope, what it takes and what it gives; OpenAPI is made of the same.

`reads` is for GET (and HEAD), `writes` for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Response
from flask_smorest import Blueprint as DocumentedBlueprint
from marshmallow import Schema

from corridors.api.access import require
from corridors.api.limits import admit
from corridors.api.parameters import Parser, Query

View = Callable[..., Response]


class Blueprint(DocumentedBlueprint):  # type: ignore[misc] # flask-smorest has no types
    """The addresses of one noun under /v1."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(noun, __name__, url_prefix="/v1", description=description)

    def reads(
        self,
        rule: str,
        shape: type[Schema],
        query: type[Query] = Query,
        *,
        scope: str = "read",
        media_types: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """Declare a view of (query, *ids) that is reached by GET. media_types: in which it answers besides JSON."""

        def declare(view: View) -> View:
            documented = self.response(200, shape)(view)
            if media_types:
                other = {"content": {media_type: {"schema": _bytes_of(media_type)} for media_type in media_types}}
                documented = self.doc(responses={200: other})(documented)
            described = self.arguments(query, location="query")(documented)
            self.route(rule)(_guarded(described, scope))
            return view

        return declare

    def writes(
        self,
        method: str,
        rule: str,
        shape: type[Schema] | None = None,
        body: type[Schema] | None = None,
        *,
        scope: str,
        status: int = 200,
    ) -> Callable[[View], View]:
        """Declare a view of (query, body, *ids), or (query, *ids) where there is no body, that changes something."""

        def declare(view: View) -> View:
            described = self.response(status, shape)(view)
            if body is not None:
                described = self.arguments(body, location="json")(described)
            described = self.arguments(Query, location="query")(described)
            self.route(rule, methods=[method])(_guarded(described, scope))
            return view

        return declare

    def receives(self, rule: str, shape: type[Schema], described: Mapping[str, Any]) -> Callable[[View], View]:
        """Declare a view of (*ids) that is reached by a POST which proves by itself who sent it, without a key."""

        def declare(view: View) -> View:
            @wraps(view)
            def guarded(**ids: Any) -> Response:
                admit()
                return view(**ids)

            self.route(rule, methods=["POST"])(self.doc(**described)(self.response(202, shape)(guarded)))
            return view

        return declare


def _bytes_of(media_type: str) -> dict[str, str]:
    """Return the schema of a body that no schema of ours describes (OpenAPI 3.1, 4.8.14.1)."""
    is_json = media_type.endswith("json")
    return {"type": "object"} if is_json else {"type": "string", "contentMediaType": media_type}


def _guarded(view: View, scope: str) -> View:
    """Ask how often and who before anything else: a stranger learns nothing from what is wrong with a request.

    The {id} of the path, Python's own name for something else, reaches the view as `id_`.
    """

    @wraps(view)
    def guarded(**ids: Any) -> Response:
        admit()
        require(scope)
        return view(**{"id_" if name == "id" else name: id_ for name, id_ in ids.items()})

    return guarded
