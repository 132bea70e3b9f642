"""What line does a route draw? GeoJSON (RFC 7946) from the places that are located; never a surveyed road.

Start at `line`. `precision` says how much the line may be believed.
"""

from __future__ import annotations

from typing import Any

from corridors.model import Route


def line(route: Route) -> dict[str, Any] | None:
    """Return a LineString through the located places, None with fewer than two: one point has no direction."""
    through = route.points
    return {"type": "LineString", "coordinates": [list(point) for point in through]} if len(through) > 1 else None


def precision(route: Route) -> str | None:
    """Return "schematic" (straight lines between known points) for a route that draws a line, else None."""
    return "schematic" if len(route.points) > 1 else None
