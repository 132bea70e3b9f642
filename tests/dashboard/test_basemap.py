"""The basemap: what it shows of the world, and the script that makes it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corridors.dashboard as dashboard
from corridors.dashboard import make_basemap as basemap

FILE = Path(dashboard.__file__).parent / "static" / "basemap.json"


class Map:
    """The committed file, read with the script's own decoder."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = json.loads(FILE.read_bytes())
        self.topology = basemap.Topology(self.content)
        self.countries = {c["properties"]["name"]: c for c in self.content["objects"]["countries"]["geometries"]}

    def holds(self, country: str, point: basemap.Point) -> bool:
        """Return whether `point` lies in the outlines of `country`."""
        return any(basemap.inside(point, self.topology.line(polygon[0])) for polygon in self.countries[country]["arcs"])

    def lines_near(self, kind: str, point: basemap.Point, degrees: float) -> bool:
        """Return whether a line of `kind` passes within `degrees` of `point`."""
        lines = [self.topology.line(references) for references in self.content["objects"][kind]["arcs"]]
        return any(basemap.distance(point, a, b) < degrees for line in lines for a, b in pairwise(line))


@pytest.fixture(scope="module")
def world() -> Map:
    """Return the committed basemap."""
    return Map()


@pytest.mark.parametrize(
    "town",
    [(34.10, 44.95), (33.53, 44.60), (36.47, 45.34), (33.37, 45.19), (35.38, 45.03)],
    ids=["Simferopol", "Sevastopol", "Kerch", "Yevpatoria", "Feodosia"],
)
def test_crimea_is_in_ukraine_and_not_in_russia(world: Map, town: basemap.Point) -> None:
    assert world.holds("Ukraine", town)
    assert not world.holds("Russia", town)


@pytest.mark.parametrize("kind", ["borders", "contested"])
def test_no_border_is_drawn_between_crimea_and_kherson_oblast(world: Map, kind: str) -> None:
    assert not world.lines_near(kind, (33.69, 46.15), 0.4)
    assert not world.lines_near(kind, (34.4, 46.0), 0.4)


@pytest.mark.parametrize(
    "place",
    [
        (-10.0, 27.67),
        (76.5, 34.6),
        (127.0, 38.3),
        (35.2, 31.4),
        (35.85, 33.1),
        (33.4, 35.1),
        (20.9, 42.9),
        (49.0, 10.5),
    ],
    ids=["Western Sahara", "Kashmir", "Korea", "West Bank", "Golan", "Cyprus", "Kosovo", "Somaliland"],
)
def test_a_contested_line_is_not_drawn_as_a_settled_border(world: Map, place: basemap.Point) -> None:
    assert world.lines_near("contested", place, 0.8)


@pytest.mark.parametrize(
    "place", [(24.0, 50.5), (7.6, 48.5), (70.3, 27.9)], ids=["Ukraine and Poland", "the Rhine", "Rajasthan"]
)
def test_a_settled_border_is_drawn_whole(world: Map, place: basemap.Point) -> None:
    assert world.lines_near("borders", place, 0.5)
    assert not world.lines_near("contested", place, 0.5)


def test_the_file_is_small_enough_for_a_bad_line() -> None:
    assert FILE.stat().st_size < 700_000


def test_every_country_has_a_name_and_a_label_within_reach(world: Map) -> None:
    assert {"UA", "SD", "PS", "SY", "ET", "YE"} <= {c["properties"]["iso"] for c in world.countries.values()}
    for name in ("Ukraine", "Russia", "Sudan", "Syria", "Yemen", "Ethiopia"):
        assert world.holds(name, tuple(world.countries[name]["properties"]["at"]))


def test_every_ring_closes(world: Map) -> None:
    for country in world.countries.values():
        for polygon in country["arcs"]:
            for ring in polygon:
                line = world.topology.line(ring)
                assert (line[0][0] - line[-1][0]) % 360 == pytest.approx(0, abs=1e-6)
                assert line[0][1] == pytest.approx(line[-1][1])


def test_suburbs_do_not_stand_beside_their_city(world: Map) -> None:
    names = world.content["objects"]["cities"]["properties"]["names"]
    assert {"Kyiv", "Kharkiv", "Khartoum", "Gaza"} <= set(names)
    assert not {"Obolon", "Saltivka", "Omdurman"} & set(names)


def tiny(*, crimea: int = 1) -> dict[str, Any]:
    """Return a world of squares: Ukraine north of 46, Russia east of 40 and, `crimea` times, south of Ukraine."""

    def cells(*points: tuple[int, int]) -> list[list[int]]:
        return [[x - px, y - py] for (px, py), (x, y) in zip([(0, 0), *points], points, strict=False)]

    north = cells((36, 46), (36, 50), (30, 50), (30, 46))
    shared = cells((30, 46), (36, 46))
    south = cells((30, 46), (30, 42), (36, 42), (36, 46))
    russia = cells((40, 50), (50, 50), (50, 60), (40, 60), (40, 50))
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [north, shared, south, russia],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "804", "arcs": [[0, 1]], "properties": {"name": "Ukraine"}},
                    {
                        "type": "MultiPolygon",
                        "id": "643",
                        "arcs": [[[3]], *[[[~1, 2]]] * crimea],
                        "properties": {"name": "Russia"},
                    },
                ]
            },
            "lakes": {"geometries": []},
            "rivers": {"geometries": [{"type": "LineString", "arcs": [1]}]},
        },
    }


def test_a_moved_outline_leaves_no_line_behind() -> None:
    made = basemap.make(tiny(), tiny())
    ukraine, russia = made["objects"]["countries"]["geometries"]
    assert (len(ukraine["arcs"]), len(russia["arcs"])) == (2, 1)
    assert made["objects"]["borders"]["arcs"] == made["objects"]["contested"]["arcs"] == []
    assert (ukraine["properties"]["iso"], russia["properties"]["iso"]) == ("UA", "RU")


@pytest.mark.parametrize("count", [0, 2], ids=["none", "two"])
def test_the_script_refuses_a_source_that_draws_crimea_otherwise(count: int) -> None:
    with pytest.raises(ValueError, match=f"found {count}"):
        basemap.make(tiny(crimea=count), tiny())


coordinates = st.floats(-170, 170, allow_nan=False).map(lambda x: round(x, 3))
lines = st.lists(st.tuples(coordinates, coordinates.map(lambda y: y / 2)), min_size=2, max_size=40)


@given(lines, st.floats(0.01, 20))
def test_thinning_keeps_both_ends_and_stays_within_its_tolerance(line: basemap.Line, tolerance: float) -> None:
    kept = basemap.thin(line, tolerance)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    spans = list(pairwise(kept))
    assert all(min(basemap.distance(p, a, b) for a, b in spans) <= tolerance + 1e-9 for p in line)


@given(lines)
def test_the_parts_of_a_split_line_make_the_line_again(line: basemap.Line) -> None:
    joined: basemap.Line = []
    for _, part in basemap.runs(line, basemap.KASHMIR):
        joined.extend(part[1:] if joined else part)
    assert joined == line


def test_a_line_over_the_180th_meridian_goes_on_beyond_it() -> None:
    assert basemap.unwrapped([(179, 65), (-179, 66), (-178, 66), (179, 67)]) == [
        (179, 65),
        (181, 66),
        (182, 66),
        (179, 67),
    ]
