"""Which area lies around a route? For whatever takes areas only: alerts and routing engines.

The line is schematic, straight from one known place to the next, so the area is where the road is likely to run and no
more; a real road may leave it. All points within `buffer_m` metres of the line, on the Earth and not on a map. Where
it crosses the 180th meridian it is cut. Start at `polygons`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from corridors.schema.cut import Point, unrolled

BUFFER_M = 2_000

_METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180  # mean radius of the Earth (IUGG)
_LONGEST_STEP_DEGREES = 0.25  # in one step the scale of longitudes is taken as one: the error stays below 0.5 %
_LARGEST_LATITUDE = 89.0
_CORNERS = 4  # of a quarter circle
_DIGITS = 5  # of a degree: a metre

Ring = list[list[float]]


def polygons(points: Sequence[Point], buffer_m: float = BUFFER_M) -> list[list[Ring]]:
    """Return the area around a line through (longitude, latitude) points as coordinates of a GeoJSON MultiPolygon.

    One point gives a circle, none nothing. Outer rings go anticlockwise, inner ones clockwise (RFC 7946, 3.1.6).
    """
    from shapely import Polygon, box, unary_union  # here, as half a second of start-up is for few
    from shapely.affinity import translate
    from shapely.geometry.polygon import orient

    path = unrolled([(lon, max(-_LARGEST_LATITUDE, min(_LARGEST_LATITUDE, lat))) for lon, lat in points])
    if not path:
        return []
    whole: Any = unary_union([Polygon(capsule) for capsule in _capsules(path, buffer_m)])
    parts = []
    for turn in (-1, 0, 1):
        part = whole.intersection(box(360 * turn - 180, -90, 360 * turn + 180, 90))
        moved = translate(part, xoff=-360 * turn)
        parts += list(getattr(moved, "geoms", [moved]))
    found = [orient(part) for part in parts if isinstance(part, Polygon) and part.area > 0]
    return [[_ring(part.exterior), *(_ring(inner) for inner in part.interiors)] for part in found]


def _capsules(path: Sequence[Point], buffer_m: float) -> Iterator[list[Point]]:
    """All points within a distance of each short piece of the line, as a polygon each."""
    for start, end in pairwise(list(_stepped(path)) or [path[0], path[0]]):
        scale = math.cos(math.radians((start[1] + end[1]) / 2))
        tall = buffer_m / _METRES_PER_DEGREE
        wide = tall / scale
        # The direction of the piece in metres decides at which angles the half circles at its ends begin.
        angle = math.atan2(end[1] - start[1], (end[0] - start[0]) * scale)
        yield [
            (middle[0] + wide * math.cos(angle + turn), middle[1] + tall * math.sin(angle + turn))
            for middle, first in ((end, -_CORNERS), (start, _CORNERS))
            for turn in (math.pi / 2 * (first + step) / _CORNERS for step in range(2 * _CORNERS + 1))
        ]


def _stepped(path: Sequence[Point]) -> Iterator[Point]:
    for start, end in pairwise(path):
        length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
        steps = max(1, math.ceil(length / _LONGEST_STEP_DEGREES))
        yield from ((_between(start, end, step / steps)) for step in range(steps))
    if len(path) > 1:
        yield path[-1]


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _ring(line: Any) -> Ring:
    return [[round(lon, _DIGITS), round(lat, _DIGITS)] for lon, lat in line.coords]
