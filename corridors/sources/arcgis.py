"""Features of an ArcGIS layer (FeatureServer or MapServer), asked page by page.

A refusal comes with status 200 and an `error`; instants are milliseconds of the Unix epoch (type = "epoch_ms"); an
empty answer leaves its fields out. Start at `ADAPTER.parse`.

Keys of a source: `layer` (the layer's address, ending in a number) or `url` (a whole query); `query` ({where, fields,
order_by, size, max_pages}); `map` (see corridors/wire/records.py; paths begin at the feature, "properties.status");
`identity` (`from`: path of the id, where the object id is none); `bbox`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import hardened_json
from corridors.wire.decoding import decode
from corridors.wire.features import DEFAULT_MAP, documents_of
from corridors.wire.records import shape
from corridors.wire.sniff import is_challenge

_LAYER = re.compile(r"https?://[^\s?#]+/(?:FeatureServer|MapServer)/\d+/?", re.I)
_DEGREES = {4326, 4269, 104199}  # WGS 84, NAD 83 (a metre apart), and Esri's own number of the former
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked of the layer."""

    where: str = "1=1"
    fields: str = "*"
    order_by: str = ""
    size: int = 1000
    max_pages: int = 5


class _ArcGis:
    """The adapter; without state."""

    address = ("layer", "url")
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "layer": Option(str, "the layer's address, such as https://…/FeatureServer/0"),
        "query": Option(dict, "{where = …, fields = …, order_by = …, size = 1000, max_pages = 5}"),
        "map": Option(dict, "which of their values are title, text, status, origin.name …"),
        "identity": Option(dict, "{from = JMESPath of the feature's id}"),
        "bbox": Option(list, "[west, south, east, north] beyond which no point is believed"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the first page of the query. Raises WrongOption for a layer or a mapping that cannot work."""
        shape(source.options, option, default=DEFAULT_MAP)
        query, layer = _query(source.options), source.options.get("layer")
        if not layer:
            if not source.url:
                raise WrongOption("layer", "an arcgis source needs `layer`, or `url`")
            return Request(source.url, validators)
        if not _LAYER.fullmatch(layer):
            raise WrongOption("layer", 'write the layer\'s address, such as "https://…/FeatureServer/0"')
        asked = {"where": query.where, "outFields": query.fields, "outSR": 4326, "f": "json"}
        asked |= {"orderByFields": query.order_by} if query.order_by else {}
        asked |= {"resultOffset": 0, "resultRecordCount": query.size}
        address = layer.rstrip("/") if source.url is None else source.url.partition("?")[0].removesuffix("/query")
        return Request(f"{address}/query?{urlencode(asked)}", validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a feature of this page, and the request for the next.

        Outcomes of ParseError: `blocked`, `wrong_type`, `unavailable` (the layer refused), `layout_changed`.
        """
        try:
            mapping, query = shape(source.options, option, default=DEFAULT_MAP), _query(source.options)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        value = _value(decode(response.body, response.headers.get("content-type", "")).text)
        written = value.get("features")
        if not isinstance(written, list):
            raise ParseError("the answer has no list of features", outcome="layout_changed")
        key = hardened_json.text(value.get("objectIdFieldName")) or "OBJECTID"
        features = [_feature(one, key) for one in written]
        warnings: list[str] = []
        located = _wkid(value) in _DEGREES
        if not located and features:
            warnings.append("the coordinates are not degrees of WGS 84 and were left out")
        following = _next_page(value, len(written), query, response, warnings)
        return documents_of(
            features, mapping, response, source, warnings=warnings, next_requests=following, located=located
        )


ADAPTER = _ArcGis()


def _query(options: Mapping[str, Any]) -> _Query:
    written = options.get("query", {})
    with option("query"):
        if not isinstance(written, dict) or set(written) - set(_Query.__dataclass_fields__):
            raise ValueError("write a table of " + ", ".join(_Query.__dataclass_fields__))
        query = _Query(**written)
        counts = (query.size, query.max_pages)
        if any(type(count) is not int or not 0 < count <= 10_000 for count in counts):
            raise ValueError("write size and max_pages as whole numbers above 0")
    return query


def _value(text: str) -> Mapping[str, Any]:
    if text.lstrip()[:1] == "<":
        if is_challenge(text):
            raise ParseError("an anti-robot page came instead of the layer", outcome="blocked")
        raise ParseError("a page came instead of the layer", outcome="wrong_type")
    value = hardened_json.parse(text)
    if not isinstance(value, Mapping):
        raise ParseError("the answer is no object", outcome="layout_changed")
    refusal = value.get("error")
    if refusal is not None:
        said = hardened_json.text(refusal.get("message")) if isinstance(refusal, Mapping) else ""
        raise ParseError(f"the layer refuses with status 200: {said[:100] or 'no reason'}", outcome="unavailable")
    return value


def _wkid(value: Mapping[str, Any]) -> Any:
    """The number of the coordinates' system; GeoJSON has only one, and an empty answer none."""
    reference = value.get("spatialReference")
    if not isinstance(reference, Mapping):
        return 4326 if value.get("type") == "FeatureCollection" else None
    return reference.get("latestWkid") or reference.get("wkid")


def _feature(written: Any, key: str) -> Any:
    """A feature of Esri's JSON as one of GeoJSON; one that is GeoJSON already stays."""
    if not isinstance(written, dict) or "attributes" not in written:
        return written
    properties, geometry = written["attributes"], written.get("geometry")
    id_ = properties.get(key) if isinstance(properties, dict) else None
    return {"id": id_, "properties": properties, "geometry": _geometry(geometry)}


def _geometry(written: Any) -> Mapping[str, Any] | None:
    if not isinstance(written, dict):
        return None
    if "paths" in written:
        return {"type": "MultiLineString", "coordinates": written["paths"]}
    if "points" in written:
        return {"type": "MultiPoint", "coordinates": written["points"]}
    if "x" in written:
        return {"type": "Point", "coordinates": [written.get("x"), written.get("y")]}
    return None


def _next_page(
    value: Mapping[str, Any], count: int, query: _Query, response: Response, warnings: list[str]
) -> tuple[Request, ...]:
    """The request for the page after this one, as long as the layer says that it held something back."""
    inside = value.get("properties")
    more = value.get("exceededTransferLimit") or (isinstance(inside, dict) and inside.get("exceededTransferLimit"))
    if not more or not count:
        return ()
    asked = response.request.url if response.request else response.url
    purpose = response.request.purpose if response.request else "page"
    page = int(purpose.removeprefix("page-")) if re.fullmatch(r"page-\d{1,3}", purpose) else 1
    if page >= min(query.max_pages, _MOST_PAGES):
        warnings.append(f"there are more pages than the {page} that were read")
        return ()
    parts = urlsplit(asked)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    offset = pairs.get("resultOffset", "0")
    pairs["resultOffset"] = str((int(offset) if offset.isdigit() and len(offset) < 10 else 0) + count)
    return (Request(urlunsplit(parts._replace(query=urlencode(pairs))), purpose=f"page-{page + 1}"),)
