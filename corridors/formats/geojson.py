"""GeoJSON after RFC 7946: QGIS, geopandas, Leaflet, MapLibre, Kepler.

Flat properties, the same as the columns of tables. The line is straight from one known place to the next
(`geometry_precision` says "schematic"); a corridor without two located places has no geometry, and is there all the
same. The bounding box stands behind the features, as it is known only then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corridors.formats import Frame, Records
from corridors.schema.cut import Box, Point, around, box, pieces
from corridors.schema.event import json_bytes
from corridors.schema.flat import points_of, row, row_of

_TYPE = "application/geo+json"
_NOUNS = ("corridors", "occurrences", "events", "claims", "corridor", "occurrence", "event", "claim")


class _GeoJson:
    """The format; without state."""

    media_type = _TYPE
    extension = "geojson"
    carries: Mapping[str, str] = dict.fromkeys(_NOUNS, _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield a FeatureCollection feature by feature, or the one Feature of a single record."""
        if not frame.noun.endswith("s"):
            yield json_bytes(feature(next(records), frame) | _around(frame))
            return
        yield b'{"type":"FeatureCollection","features":['
        reach: Box | None = None
        for number, record in enumerate(records):
            points = points_of(row_of(frame.noun, record, frame).route)
            reach = around(reach, box(points) if len(points) > 1 else None)
            yield (b",\n" if number else b"\n") + json_bytes(feature(record, frame))
        members = _around(frame) | ({"bbox": list(reach)} if reach else {})
        yield b"\n]," + json_bytes(members)[1:]


FORMAT = _GeoJson()


def feature(record: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """Return a record as a Feature."""
    cells = row(frame.noun, record, frame)
    made: dict[str, Any] = {"type": "Feature", "id": record.get("id"), "geometry": None, "properties": cells}
    points = points_of(row_of(frame.noun, record, frame).route)
    lines = pieces(points)
    if lines:
        made["geometry"] = _geometry(lines)
        made["bbox"] = box(points)
    return made


def _geometry(lines: list[list[Point]]) -> dict[str, Any]:
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _around(frame: Frame) -> dict[str, Any]:
    links = [{"rel": "self", "type": _TYPE, "href": frame.self_link}]
    if frame.next_link:
        links.append({"rel": "next", "type": _TYPE, "href": frame.next_link})
    return {
        "title": frame.title,
        "links": links,
        "notice": frame.notice,
        "coverage": frame.coverage,
        "attribution": list(frame.attribution),
    }
