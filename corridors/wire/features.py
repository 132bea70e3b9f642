"""How do features on a map become documents? What GeoJSON, ArcGIS layers and KML share once they are parsed.

A feature is a mapping with `id`, `properties` and a GeoJSON `geometry`; the source's `map` asks it with JMESPath
("properties.status"). Start at `documents_of`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source
from corridors.wire import hardened_json
from corridors.wire.records import Point, Shape

MAX_FEATURES = 5_000

# Where a source's definition says nothing else: what every map maker fills in.
DEFAULT_MAP = {"title": "properties.name", "text": "properties.description"}

_LINES = {"LineString": 1, "MultiPoint": 1, "MultiLineString": 2}


def documents_of(
    features: Sequence[Any],
    shape: Shape,
    response: Response,
    source: Source,
    *,
    warnings: Sequence[str] = (),
    complete: bool = True,
    next_requests: tuple[Request, ...] = (),
    located: bool = True,
) -> Parsed:
    """Return one document a feature, in their order. located: coordinates are degrees of WGS 84.

    Raises ParseError (`layout_changed`) where there are features and not one says anything.
    """
    told = list(warnings)
    if len(features) > MAX_FEATURES:
        told.append(f"only the first {MAX_FEATURES} of {len(features)} features were read")
    documents: dict[str, Document] = {}
    understood = 0
    for feature in features[:MAX_FEATURES]:
        document = _document(feature, shape, response, source, told, located=located)
        if document is not None:
            understood += 1
            documents.setdefault(document.external_id, document)
    if features and not documents:
        raise ParseError(f"{len(features)} features were found, and none says anything", outcome="layout_changed")
    return Parsed(
        tuple(documents.values()),
        seen=len(features),
        understood=understood,
        complete=complete and understood == len(features),
        next_requests=next_requests,
        warnings=tuple(dict.fromkeys(told))[:20],
    )


def _document(
    feature: Any, shape: Shape, response: Response, source: Source, warnings: list[str], *, located: bool
) -> Document | None:
    if not isinstance(feature, Mapping):
        warnings.append("a feature is no object")
        return None
    ends = list(_ends(feature.get("geometry"))) if located else []
    identity = hardened_json.text(feature.get("id")) or _without_id(feature, ends)
    try:
        return shape.document(feature, response, source, warnings, ends=ends, identity=identity)
    except ParseError as error:
        warnings.append(str(error))
        return None


def _without_id(feature: Mapping[str, Any], ends: Sequence[Point]) -> str:
    """Where a feature is and how it is called: volunteers' maps know no ids, and a redrawn map is numbered anew."""
    properties = feature.get("properties")
    told = properties if isinstance(properties, Mapping) else {}
    named = [hardened_json.text(told.get(key)) for key in ("folder", "name")]
    where = [f"{lat:.3f},{lon:.3f}" for lat, lon in ends]
    if not any(named) and not where:
        return ""
    return "sha256:" + hashlib.sha256("\n".join([*named, *where]).encode()).hexdigest()


def _ends(geometry: Any) -> Iterator[Point]:
    """The first and the last point of a line, or the one point; nothing for areas and what is no geometry."""
    if not isinstance(geometry, Mapping):
        return
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    if kind == "Point":
        yield from _point(coordinates)
        return
    for _ in range(_LINES.get(kind, 0) - 1):
        if not isinstance(coordinates, list) or not coordinates:
            return
        if not all(isinstance(line, list) and line for line in (coordinates[0], coordinates[-1])):
            return
        coordinates = [coordinates[0][0], coordinates[-1][-1]]
    if kind in _LINES and isinstance(coordinates, list) and coordinates:
        yield from _point(coordinates[0])
        yield from _point(coordinates[-1])


def _point(written: Any) -> Iterator[Point]:
    """GeoJSON is longitude first (RFC 7946, 3.1.1)."""
    if isinstance(written, list) and len(written) >= 2:
        lon, lat = written[:2]
        if all(isinstance(one, int | float) and not isinstance(one, bool) for one in (lon, lat)):
            yield float(lat), float(lon)
