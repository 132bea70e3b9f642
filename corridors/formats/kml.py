"""KML 2.2: Google Earth, OsmAnd, Organic Maps.

A placemark a record, drawn in the colour of its status and named with the word, as colour is never the only signal.
Everything that tables have is in ExtendedData. TimeSpan holds the planned hours, or the day where none are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corridors.formats import Frame, Records
from corridors.schema.cut import Point, pieces
from corridors.schema.flat import columns, name_of, points_of, row, row_of
from corridors.schema.hours import spans
from corridors.wire.markup import HEAD, branch, decimal, leaf, opening

_TYPE = "application/vnd.google-earth.kml+xml"

# aabbggrr, of a palette that people with colour blindness can tell apart (Okabe and Ito, 2008).
_COLOURS = {
    "open": "ff739e00",
    "announced": "ffb27200",
    "suspended": "ff009fe6",
    "closed": "ff005ed5",
    "unknown": "ff999999",
}


class _Kml:
    """The format; without state."""

    media_type = _TYPE
    extension = "kml"
    carries: Mapping[str, str] = dict.fromkeys(("corridors", "occurrences", "corridor", "occurrence"), _TYPE)
    page_size: int | None = None

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the document, one placemark after the other."""
        said = [frame.notice, frame.sight, frame.credit]
        head = [
            leaf("name", frame.title),
            leaf("atom:link", rel="self", href=frame.self_link),
            leaf("description", "\n".join(said)),
            *(_style(status, colour) for status, colour in _COLOURS.items()),
        ]
        start = opening("kml", xmlns="http://www.opengis.net/kml/2.2", xmlns_atom="http://www.w3.org/2005/Atom")
        yield f"{HEAD}{start}\n<Document>{''.join(head)}\n".encode()
        for record in records:
            yield f"{_placemark(record, frame)}\n".encode()
        yield b"</Document>\n</kml>\n"


FORMAT = _Kml()


def _style(status: str, colour: str) -> str:
    line = branch("LineStyle", [leaf("color", colour), leaf("width", 4)])
    icon = branch("IconStyle", [leaf("color", colour)])
    return branch("Style", [icon, line], id=status)


def _placemark(record: Mapping[str, Any], frame: Frame) -> str:
    made = row_of(frame.noun, record, frame)
    cells = row(frame.noun, record, frame)
    status = str(cells["status"])
    titled = name_of(made.corridor.get("name"), frame.language) or str(record.get("id"))
    parts = [
        leaf("name", f"{titled} ({status})"),
        leaf("atom:link", href=cells["url"]),
        leaf("description", _description(cells, frame)),
        *_time_span(made.day),
        leaf("styleUrl", f"#{status if status in _COLOURS else 'unknown'}"),
        branch(
            "ExtendedData",
            [
                branch("Data", [leaf("displayName", column.title), leaf("value", cells[column.name])], name=column.name)
                for column in columns(frame.noun, frame.language)
                if cells[column.name] is not None and column.name not in {"notice", "coverage", "attribution"}
            ],
        ),
        *_geometry(points_of(made.route)),
    ]
    return branch("Placemark", parts, id=f"p_{record.get('id')}")


def _description(cells: Mapping[str, Any], frame: Frame) -> str:
    told = [
        cells["status"],
        cells["reason"],
        cells["date_start"],
        cells["time_start"],
        cells["time_end"],
        cells["timezone"],
    ]
    return " · ".join(str(each) for each in told if each) + f"\n{frame.notice}"


def _time_span(day: Mapping[str, Any]) -> list[str]:
    """The planned hours, of which each end may be open; the whole day where there are none (KML 2.2, 16.11)."""
    if not day.get("date"):
        return []
    known = spans(day)
    starts, ends = [span.start for span in known if span.start], [span.end for span in known if span.end]
    begin = min(starts).isoformat(timespec="seconds") if starts else str(day["date"])
    end = max(ends).isoformat(timespec="seconds") if ends else None if starts else begin
    return [branch("TimeSpan", [leaf("begin", begin), *([leaf("end", end)] if end else [])])]


def _geometry(points: list[Point]) -> list[str]:
    lines = [
        branch(
            "LineString",
            [
                leaf("tessellate", 1),
                leaf("coordinates", " ".join(f"{decimal(lon)},{decimal(lat)}" for lon, lat in line)),
            ],
        )
        for line in pieces(points)
    ]
    return lines if len(lines) < 2 else [branch("MultiGeometry", lines)]
