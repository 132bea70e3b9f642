"""Which corridors should a routing engine avoid, and which may it use? As areas, of what is said and no more.

Avoid: suspended or closed. Allow: open alone, as the clock or an announcement opens nothing. What is announced or
unknown is in neither. Start at `features`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corridors.schema.area import BUFFER_M, polygons
from corridors.schema.event import json_bytes
from corridors.schema.flat import name_of, points_of, row_of
from corridors.schema.frame import Frame

AVOID = frozenset({"suspended", "closed"})
ALLOW = frozenset({"open"})

_PRECISION = (
    "schematic: a straight line from one known place to the next with the land on both sides of it; "
    "the real road may run outside"
)


def features(records: Iterable[Mapping[str, Any]], frame: Frame, use: str, statuses: frozenset[str]) -> Iterator[bytes]:
    """Yield a GeoJSON FeatureCollection of the areas of those records whose status is one of `statuses`.

    use: "avoid" or "allow". A corridor that nobody can draw is there without a geometry, so that it is not forgotten.
    """
    yield b'{"type":"FeatureCollection","features":['
    mark = b"\n"
    for record in records:
        row = row_of(frame.noun, record, frame)
        if row.day.get("status") in statuses:
            yield mark + json_bytes(_feature(row.record, row.day, row.corridor, frame, use))
            mark = b",\n"
    around = {
        "title": frame.title,
        "use": use,
        "buffer_m": BUFFER_M,
        "geometry_precision": _PRECISION,
        "links": [{"rel": "self", "type": "application/geo+json", "href": frame.self_link}],
        "notice": frame.notice,
        "coverage": frame.coverage,
        "attribution": list(frame.attribution),
    }
    yield b"\n]," + json_bytes(around)[1:]


def _feature(
    record: Mapping[str, Any], day: Mapping[str, Any], corridor: Mapping[str, Any], frame: Frame, use: str
) -> dict[str, Any]:
    points = points_of(corridor.get("route") or {})
    areas = polygons(points) if len(points) > 1 else []
    single = len(areas) == 1
    shape = {"type": "Polygon" if single else "MultiPolygon", "coordinates": areas[0] if single else areas}
    return {
        "type": "Feature",
        "id": record.get("id"),
        "geometry": shape if areas else None,
        "properties": {
            "use": use,
            "corridor": corridor.get("id"),
            "name": name_of(corridor.get("name"), frame.language),
            "country": (corridor.get("route") or {}).get("country"),
            "date": day.get("date"),
            "status": day.get("status"),
            "reason": day.get("reason"),
            "since_at": day.get("since_at"),
            "stale": day.get("stale"),
            "credibility": day.get("credibility"),
            "geometry_precision": "schematic" if areas else None,
            "buffer_m": BUFFER_M if areas else None,
            "notice": frame.notice,
        },
    }
