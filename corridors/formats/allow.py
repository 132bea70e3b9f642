"""Areas of the corridors that are reported open, as `avoid` gives those that are not.

For showing, and for weighing a route; never for permitting one: no area here says that its roads are safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corridors.formats import Frame, Records
from corridors.schema import routing

_TYPE = 'application/geo+json; profile="allow"'


class _Allow:
    """The format; without state."""

    media_type = _TYPE
    extension = "geojson"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the areas, one feature after the other."""
        return routing.features(records, frame, "allow", routing.ALLOW)


FORMAT = _Allow()
