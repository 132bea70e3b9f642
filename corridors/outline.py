"""Do lines and areas on the map touch, and how far apart are they? True geometry of lines, not of their boxes.

Points are (longitude, latitude) in degrees. A line takes the shorter way round, so that one over the antimeridian stays
there; areas are planar, right for those that span no pole. Start at `touches_box`, `touches_ring` and `is_near`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Line = Sequence[Point]
Box = tuple[float, float, float, float]  # west, south, east, north; west > east spans the antimeridian (RFC 7946, 5.2)

KM_PER_DEGREE = 111.195  # of a great circle: the mean radius of the earth is 6,371.0 km


def touches_box(line: Line, box: Box) -> bool:
    """Return whether a line has a point in common with a box; its edge belongs to it."""
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return any(touches_ring(line, _corners(left, south, right, north)) for left, right in spans)


def touches_ring(line: Line, ring: Line) -> bool:
    """Return whether a line has a point in common with a polygon, closed or not; its edge belongs to it."""
    edges = list(pairwise([*ring, ring[0]]))
    return any(_touches(piece, edges) for piece in pieces(line))


def is_near(line: Line, point: Point, radius_km: float) -> bool:
    """Return whether a line comes within so many kilometres of a point.

    Measured on a plane that touches the earth at the point, which is true to a percent up to some 500 km.
    """
    if len(line) == 1:
        return math.hypot(*_on_plane(line[0], point)) <= radius_km
    return any(_comes_near(a, b, point, radius_km) for a, b in pairwise(line))


def boxes_around(point: Point, radius_km: float) -> list[Box]:
    """Return boxes that hold everything within so many kilometres of a point, two over the antimeridian."""
    lon, lat = point
    height = radius_km / KM_PER_DEGREE * 1.02
    south, north = max(lat - height, -90.0), min(lat + height, 90.0)
    nearest_pole = math.cos(math.radians(lat))
    width = min(180.0, height / nearest_pole) if nearest_pole > 1e-9 else 180.0
    if width >= 180.0:
        return [(-180.0, south, 180.0, north)]
    west, east = lon - width, lon + width
    if west < -180.0:
        return [(-180.0, south, east, north), (west + 360.0, south, 180.0, north)]
    if east > 180.0:
        return [(west, south, 180.0, north), (-180.0, south, east - 360.0, north)]
    return [(west, south, east, north)]


def box_of(line: Line) -> Box | None:
    """Return the box around a line, west <= east; over the antimeridian it has the whole width. None = no point."""
    points = [point for piece in pieces(line) for point in piece]
    if not points:
        return None
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return min(lons), min(lats), max(lons), max(lats)


def pieces(line: Line) -> list[list[Point]]:
    """Return a line cut where it crosses the antimeridian."""
    if not line:
        return []
    cut = [[line[0]]]
    for (lon, lat), (next_lon, next_lat) in pairwise(line):
        if abs(next_lon - lon) > 180:
            side = math.copysign(180.0, lon)
            step = next_lon + 2 * side - lon
            share = (side - lon) / step if step else 0.0
            at = lat + (next_lat - lat) * share
            cut[-1].append((side, at))
            cut.append([(-side, at)])
        cut[-1].append((next_lon, next_lat))
    return cut


def _corners(west: float, south: float, east: float, north: float) -> list[Point]:
    return [(west, south), (east, south), (east, north), (west, north)]


def _touches(line: Line, edges: Sequence[tuple[Point, Point]]) -> bool:
    if any(_inside(point, edges) for point in line):
        return True
    return any(_cross(step, edge) for step in pairwise(line) for edge in edges)


def _inside(point: Point, edges: Sequence[tuple[Point, Point]]) -> bool:
    """Return whether a point lies in the polygon: on an edge, or an odd number of edges lie to its east."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in edges:
        if _turn((x1, y1), (x2, y2), point) == 0 and _between((x1, y1), (x2, y2), point):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Return whether two straight lines have a point in common."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0 and _overlap(a, b, c, d)


def _turn(a: Point, b: Point, c: Point) -> int:
    """Return 1 when a → b → c turns left, -1 to the right, 0 straight on."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _between(a: Point, b: Point, point: Point) -> bool:
    return all(min(a[axis], b[axis]) <= point[axis] <= max(a[axis], b[axis]) for axis in (0, 1))


def _overlap(a: Point, b: Point, c: Point, d: Point) -> bool:
    return all(
        max(min(a[axis], b[axis]), min(c[axis], d[axis])) <= min(max(a[axis], b[axis]), max(c[axis], d[axis]))
        for axis in (0, 1)
    )


def _comes_near(a: Point, b: Point, point: Point, radius_km: float) -> bool:
    """Return whether the shorter way from a to b passes near; told from either end, as it may begin far behind us."""
    for one, other in ((a, b), (b, a)):
        start = _on_plane(one, point)
        unrolled = point[0] + _turned(one[0] - point[0]) + _turned(other[0] - one[0])
        if _distance(start, _on_plane((unrolled, other[1]), point, turned=False)) <= radius_km:
            return True
    return False


def _on_plane(point: Point, middle: Point, *, turned: bool = True) -> Point:
    """Return where a point is on the plane that touches the earth at `middle`, in kilometres."""
    away = point[0] - middle[0]
    wide = _turned(away) if turned else away
    return wide * math.cos(math.radians(middle[1])) * KM_PER_DEGREE, (point[1] - middle[1]) * KM_PER_DEGREE


def _turned(degrees: float) -> float:
    """Return an angle between -180 and 180."""
    return (degrees + 180.0) % 360.0 - 180.0


def _distance(a: Point, b: Point) -> float:
    """Return how far a straight line passes from the origin of the plane."""
    along = (b[0] - a[0], b[1] - a[1])
    squared = along[0] ** 2 + along[1] ** 2
    share = min(1.0, max(0.0, -(a[0] * along[0] + a[1] * along[1]) / squared)) if squared else 0.0
    return math.hypot(a[0] + share * along[0], a[1] + share * along[1])
