"""How do GIS desks plug in? OGC API – Features, Part 1: Core (OGC 17-069r4), with GeoJSON and OpenAPI 3.0, under /ogc.

Two collections, corridors and their days, as features with the flat properties of every table. Filters are those of
/v1, found by the same rules. What real clients need beyond the letter: `itemType`, without which OWSLib lists nothing,
and a schema of the properties, as GDAL would otherwise guess types from the first features. Start at `landing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response, request

from corridors import schema
from corridors.api.access import require
from corridors.api.answer import around, public
from corridors.api.context import context
from corridors.api.corridors import corridor_page, shown_corridor
from corridors.api.filters import DayFilters, RouteFilters, parse_bbox, parse_time, selection
from corridors.api.formats import Page, frame_of, link, prepared
from corridors.api.limits import admit
from corridors.api.occurrences import occurrence_page, shown_occurrence
from corridors.api.ogc_description import CONFORMANCE, OPENAPI_TYPE, described, property_schema
from corridors.api.parameters import MOST, NamedQuery, Parameter, Parser, Query, SortedQuery, a_language
from corridors.errors import NotFound
from corridors.formats.geojson import feature
from corridors.selection import Selection
from corridors.store import Transaction

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_GEOJSON = "application/geo+json"
_JSON = "application/json"
_SCHEMA_TYPE = "application/schema+json"
_MOST_COUNTED = 10_000_000
_PARSER = Parser()

ogc = PlainBlueprint("ogc", __name__, url_prefix="/ogc")


def parse_limit(text: str) -> int:
    """Return how many; more than we give at once is no error (Core, requirement 21 C). Raises ValueError."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18 or int(text) < 1:
        raise ValueError("write a whole number from 1 on")
    return min(int(text), MOST)


def parse_any_bbox(text: str) -> tuple[float, float, float, float]:
    """Return a box of four numbers, or of six with heights, which say nothing of a road. Raises ValueError."""
    parts = text.split(",")
    return parse_bbox(",".join(parts[:2] + parts[3:5]) if len(parts) == 6 else text)


class ItemsQuery(SortedQuery, RouteFilters, DayFilters):
    """What may be asked of a collection."""

    limit = Parameter(
        parse_limit, "most features in the answer", shape="integer", load_default=100, metadata={"minimum": 1}
    )
    bbox = Parameter(parse_any_bbox, "west,south,east,north that the line touches, in degrees")
    datetime = Parameter(parse_time, "an instant, or an interval A/B with .. for an open end")
    lang = a_language()


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: its records are those of /v1 under `id`."""

    id: str
    title: str
    description: str
    page: Page
    sort: str
    one: Callable[[Transaction, str, schema.Naming], bytes]
    count: Callable[[Transaction, Selection], int]

    @property
    def record(self) -> str:
        """Return the noun of one record."""
        return self.id.removesuffix("s")


def _count_corridors(tx: Transaction, wanted: Selection) -> int:
    return len(tx.corridors.page(wanted, context().today(tx), limit=_MOST_COUNTED))


def _count_days(tx: Transaction, wanted: Selection) -> int:
    return len(tx.corridors.occurrence_page(wanted, limit=_MOST_COUNTED))


COLLECTIONS = {
    collection.id: collection
    for collection in (
        Collection(
            "corridors",
            "Corridors",
            "Each corridor once, with what holds on it today.",
            corridor_page,
            "id",
            shown_corridor,
            _count_corridors,
        ),
        Collection(
            "occurrences",
            "Days of corridors",
            "Each day of each corridor, with what held on it; `datetime` finds days.",
            occurrence_page,
            "-date",
            shown_occurrence,
            _count_days,
        ),
    )
}

View = Callable[..., Response]


def _reads(rule: str, query: type[Query] = Query) -> Callable[[View], View]:
    """Declare a view of (query, *ids), reached by GET by who may read."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(**ids: Any) -> Response:
            admit()
            require("read")
            return view(_PARSER.parse(query(), request, location="query"), **ids)

        ogc.add_url_rule(rule, view_func=guarded, strict_slashes=False)
        return view

    return declare


@_reads("/")
def landing(_query: dict[str, Any]) -> Response:
    """Show where everything is."""
    links = [
        _to("self", "", _JSON, "this page"),
        _to("service-desc", "/api", OPENAPI_TYPE, "the description of this interface"),
        _to("conformance", "/conformance", _JSON, "what it conforms to"),
        _to("data", "/collections", _JSON, "the collections"),
    ]
    about = {"title": context().settings.dashboard.title, "description": "Announced humanitarian corridors."}
    return public(lambda tx: about | {"links": links} | around(tx))


@_reads("/conformance")
def conformance(_query: dict[str, Any]) -> Response:
    """Say what this conforms to."""
    return public(lambda _: {"conformsTo": list(CONFORMANCE)})


@_reads("/api")
def api(_query: dict[str, Any]) -> Response:
    """Describe this interface (OpenAPI 3.0)."""
    document = described(context().installation, {each.id: each.title for each in COLLECTIONS.values()}, ItemsQuery())
    return public(lambda _: Response(schema.json_bytes(document), content_type=OPENAPI_TYPE))


@_reads("/collections")
def collections(_query: dict[str, Any]) -> Response:
    """List the collections."""
    found = [_shown(each) for each in COLLECTIONS.values()]
    own = _to("self", "/collections", _JSON, "this list")
    return public(lambda tx: {"links": [own], "collections": found} | around(tx))


@_reads("/collections/<collection>")
def one_collection(_query: dict[str, Any], collection: str) -> Response:
    """Show a collection."""
    shown = _shown(_collection(collection))
    return public(lambda _: shown)


@_reads("/collections/<collection>/schema")
def properties(_query: dict[str, Any], collection: str) -> Response:
    """Show which properties features have (JSON Schema), so that no client has to guess their types."""
    known = _collection(collection)
    made = property_schema(known.id, f"{context().installation}/ogc/collections/{known.id}/schema")
    return public(lambda _: Response(schema.json_bytes(made), content_type=_SCHEMA_TYPE))


@_reads("/collections/<collection>/items", ItemsQuery)
def items(query: dict[str, Any], collection: str) -> Response:
    """Return a page of features."""
    known, naming = _collection(collection), schema.Naming(query["lang"])
    asked = query | {"sort": known.sort}

    def render(tx: Transaction) -> Response:
        rows, token = known.page(tx, asked, naming)
        frame = frame_of(tx, known.id, naming, link({"page": token}) if token else None)
        links = [_link("self", frame.self_link, _GEOJSON), _to("collection", f"/collections/{known.id}", _JSON)]
        links += [_link("next", frame.next_link, _GEOJSON)] if frame.next_link else []
        return _features(
            {
                "type": "FeatureCollection",
                "timeStamp": schema.instant_text(frame.changed_at),
                "numberMatched": known.count(tx, selection(asked)),
                "numberReturned": len(rows),
                "links": links,
                "features": [feature(record, frame) for record in prepared(tx, known.id, rows)],
                **around(tx),
            }
        )

    return public(render, moves_with=context().today, naming=naming)


@_reads("/collections/<collection>/items/<id_>", NamedQuery)
def item(query: dict[str, Any], collection: str, id_: str) -> Response:
    """Return one feature."""
    known, naming = _collection(collection), schema.Naming(query["lang"])

    def render(tx: Transaction) -> Response:
        frame = frame_of(tx, known.record, naming, None)
        (record,) = prepared(tx, known.record, [known.one(tx, id_, naming)])
        links = [_link("self", frame.self_link, _GEOJSON), _to("collection", f"/collections/{known.id}", _JSON)]
        return _features(feature(record, frame) | {"links": links} | around(tx))

    return public(render, moves_with=context().today, naming=naming)


def _collection(id_: str) -> Collection:
    if id_ not in COLLECTIONS:
        raise NotFound(f"there is no such collection; there are {', '.join(COLLECTIONS)}")
    return COLLECTIONS[id_]


def _shown(collection: Collection) -> dict[str, Any]:
    own = f"/collections/{collection.id}"
    return {
        "id": collection.id,
        "title": collection.title,
        "description": f"{collection.description} {schema.NOTICE}",
        "itemType": "feature",
        "crs": [_CRS84],
        "extent": {
            "spatial": {"bbox": [[-180, -90, 180, 90]], "crs": _CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "links": [
            _to("self", own, _JSON, collection.title),
            _to("items", f"{own}/items", _GEOJSON, collection.title),
            _to("describedby", f"{own}/schema", _SCHEMA_TYPE, "the properties"),
        ],
    }


def _features(body: Mapping[str, Any]) -> Response:
    return Response(schema.json_bytes(body), content_type=_GEOJSON)


def _to(rel: str, path: str, kind: str, title: str = "") -> dict[str, str]:
    return _link(rel, f"{context().installation}/ogc{path}", kind, title)


def _link(rel: str, address: str, kind: str, title: str = "") -> dict[str, str]:
    return {"rel": rel, "type": kind, "href": address} | ({"title": title} if title else {})
