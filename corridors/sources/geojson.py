"""Features of a GeoJSON document: road events (WZDx), uMap layers and downloads, WFS answers, anybody's map.

Start at `ADAPTER.parse`. Keys of a source: `url`; `map` (see corridors/wire/records.py; paths begin at the feature,
"properties.status"; title and text are properties.name and .description unless it says otherwise); `identity`
(`from`: path of the id, where the feature's own is none); `records` (path of the features, where it is not `features`);
`bbox` ([west, south, east, north]: a point beyond it is not believed); `encoding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import hardened_json
from corridors.wire.decoding import decode
from corridors.wire.features import DEFAULT_MAP, documents_of
from corridors.wire.mapping import Path
from corridors.wire.records import shape
from corridors.wire.sniff import is_challenge

_DEEPEST_LAYER = 5


class _GeoJson:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "map": Option(dict, "which of their values are title, text, status, origin.name …"),
        "identity": Option(dict, "{from = JMESPath of the feature's id}"),
        "records": Option(str, "JMESPath of the list of features, where it is not `features`"),
        "bbox": Option(list, "[west, south, east, north] beyond which no point is believed"),
        "encoding": Option(str, "character set, should the server forget to say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the document's address. Raises WrongOption for a mapping that cannot work."""
        if not source.url:
            raise WrongOption("url", "a geojson source needs `url`")
        shape(source.options, option, default=DEFAULT_MAP)
        _records(source.options)
        return Request(source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a feature.

        Outcomes of ParseError: `blocked`, `wrong_type`, `unavailable` (an error with status 200), `layout_changed`.
        """
        try:
            mapping, records = shape(source.options, option, default=DEFAULT_MAP), _records(source.options)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        decoded = decode(response.body, response.headers.get("content-type", ""), source.options.get("encoding"))
        value = _value(decoded.text)
        features = records.find(value) if records else list(_features(value, 0))
        if not isinstance(features, list):
            raise ParseError(
                f"there is no list of features at {records.written if records else 'features'!r}",
                outcome="layout_changed",
            )
        warnings, located = [], True
        if (
            isinstance(value, Mapping)
            and "crs" in value
            and "CRS84" not in str(value["crs"])
            and "4326" not in str(value["crs"])
        ):
            warnings, located = ["the coordinates are not degrees of WGS 84 and were left out"], False
        return documents_of(
            features, mapping, response, source, warnings=warnings, complete=not decoded.replaced, located=located
        )


ADAPTER = _GeoJson()


def _records(options: Mapping[str, Any]) -> Path | None:
    with option("records"):
        return Path.of(options["records"]) if "records" in options else None


def _value(text: str) -> Any:
    if text.lstrip()[:1] == "<":
        if is_challenge(text):
            raise ParseError("an anti-robot page came instead of the map", outcome="blocked")
        raise ParseError("a page came instead of GeoJSON", outcome="wrong_type")
    value = hardened_json.parse(text)
    if isinstance(value, Mapping) and isinstance(value.get("error"), Mapping) and "features" not in value:
        said = hardened_json.text(value["error"].get("message"))[:100] or "no reason that is a text"
        raise ParseError(f"the server refuses with status 200: {said}", outcome="unavailable")
    return value


def _in_degrees(value: Any) -> bool:
    """Return whether the coordinates are what RFC 7946 says they are; `crs` is of the years before it."""
    crs = str(value["crs"]) if isinstance(value, Mapping) and value.get("crs") else "CRS84"
    return "CRS84" in crs or "4326" in crs


def _features(value: Any, depth: int) -> Iterator[Any]:
    """The features of a collection, of a lone feature, or of all layers of a uMap download."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind == "Feature":
        yield value
    elif kind == "FeatureCollection" and isinstance(value.get("features"), list):
        yield from value["features"]
    elif kind == "umap" and isinstance(value.get("layers"), list) and depth < _DEEPEST_LAYER:
        for layer in value["layers"]:
            if isinstance(layer, Mapping) and layer.get("type") == "umap":
                yield from _features(layer, depth + 1)
            elif isinstance(layer, Mapping) and "features" in layer:
                yield from _features({**layer, "type": "FeatureCollection"}, depth + 1)
    else:
        raise ParseError("this JSON is no collection of features", outcome="layout_changed")
