"""How does a line cross the 180th meridian? Cut there into pieces, as RFC 7946, 3.1.9 asks, the short way round.

Points are (longitude, latitude). Start at `pieces`, and at `box`.
"""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def pieces(points: Sequence[Point]) -> list[list[Point]]:
    """Return the line through `points` as one or more lines, none of which crosses the 180th meridian."""
    if not points:
        return []
    made, before = [[points[0]]], points[0]
    for lon, lat in points[1:]:
        near = _near(lon, before[0])
        at = (near if near == before[0] else lon, lat)  # 180 and -180 are one meridian
        if near != at[0]:
            edge = 180.0 if near > before[0] else -180.0
            crossed = before[1] + (edge - before[0]) / (near - before[0]) * (lat - before[1])
            made[-1].append((edge, crossed))
            made.append([(-edge, crossed)])
        made[-1].append(at)
        before = at
    return [piece for piece in (_without_repeats(piece) for piece in made) if len(piece) > 1]


def unrolled(points: Sequence[Point]) -> list[Point]:
    """Return the points with longitudes that may lie beyond 180°, so that each is the short way from the one before."""
    made: list[Point] = []
    for lon, lat in points:
        made.append((_near(lon, made[-1][0]) if made else lon, lat))
    return made


def box(points: Sequence[Point]) -> Box | None:
    """Return west, south, east, north around a line; west is greater than east where it crosses the 180th meridian."""
    if not points:
        return None
    lons, lats = zip(*unrolled(points), strict=True)
    return _turned(min(lons), min(lats), max(lons), max(lats))


def around(one: Box | None, other: Box | None) -> Box | None:
    """Return the narrowest box around two, of which either may cross the 180th meridian."""
    if one is None or other is None:
        return one or other
    west, east = one[0], one[2] + (360 if one[2] < one[0] else 0)
    low, high = other[0], other[2] + (360 if other[2] < other[0] else 0)
    spans = [(min(west, low + turn), max(east, high + turn)) for turn in (-360, 0, 360)]
    left, right = min(spans, key=lambda span: (span[1] - span[0], abs(span[0])))
    return _turned(left, min(one[1], other[1]), right, max(one[3], other[3]))


def _turned(west: float, south: float, east: float, north: float) -> Box:
    """A box with its longitudes between -180 and 180."""
    if east - west >= 360:
        return (-180.0, south, 180.0, north)
    return (_wrapped(west), south, _wrapped(east), north)


def _near(lon: float, before: float) -> float:
    """The same meridian, written so that it is at most half a turn from `before`."""
    while lon - before > 180:
        lon -= 360
    while lon - before < -180:
        lon += 360
    return lon


def _wrapped(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def _without_repeats(piece: Sequence[Point]) -> list[Point]:
    return [point for place, point in enumerate(piece) if place == 0 or point != piece[place - 1]]
