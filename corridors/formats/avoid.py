"""Areas that a routing engine should avoid: corridors that are suspended or closed. OpenRouteService, Valhalla,
GraphHopper.

A FeatureCollection of polygons, which GraphHopper takes as `areas`; `jq` makes of it what the others take:
`[.features[].geometry | select(.)]`. See corridors/schema/routing.py for what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corridors.formats import Frame, Records
from corridors.schema import routing

_TYPE = 'application/geo+json; profile="avoid"'


class _Avoid:
    """The format; without state."""

    media_type = _TYPE
    extension = "geojson"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the areas, one feature after the other."""
        return routing.features(records, frame, "avoid", routing.AVOID)


FORMAT = _Avoid()
