"""Names and texts are anybody's: whatever is in them arrives as text, in every format, and breaks none."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import feedparser
import geojson
import icalendar
import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from lxml import etree

from corridors import schema
from corridors.formats import Format, Frame
from corridors.model import (
    AssessedWindow,
    Assessment,
    Basis,
    Change,
    Corridor,
    Event,
    EventType,
    Occurrence,
    Place,
    Route,
    Status,
)
from corridors.registry import load
from corridors.schema.area import polygons
from corridors.schema.cut import box, pieces
from tests.formats.test_foreign import CAP_SCHEMA
from tests.make import at

FORMATS: dict[str, Format] = load("corridors.formats", "FORMAT")
CAP = etree.XMLSchema(file=str(CAP_SCHEMA))

FRAME = Frame(
    noun="occurrences",
    title="corridors: occurrences",
    installation="https://corridors.example.org",
    self_link="https://corridors.example.org/v1/occurrences?a=1&b=2",
    first_link="https://corridors.example.org/v1/occurrences",
    changed_at=at("08:00"),
    notice=schema.NOTICE,
    coverage={"sources": 1, "ok": 1, "oldest_ok_at": None},
    attribution=[{"name": "<b>&", "licence": "]]>", "attribution": None}],
)

NASTY = [
    "]]>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1",
    "-1+1",
    "\t=1",
    " =1",
    "<script>alert(1)</script>&amp;",
    "\u202eright to left\u202c",
    "null\0and\x1b[31m",
    "line\r\nBEGIN:VEVENT\nX:1",
    "a;b,c\\n:d",
    "_x0041_",
    "\ud83d half",
    "\ufffe\uffff",
    "н" * 5000,
    '"quoted","cells"',
    "{{7*7}}${x}%n",
]
names = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=40), st.text(st.characters(categories=["Cs", "Cc", "Cf"]), max_size=10)
)
hours = st.sampled_from([None, "00:00", "09:00", "12:30", "23:59", "24:00"])
windows = st.lists(st.builds(AssessedWindow, hours, hours, st.booleans(), st.booleans()), max_size=3).map(tuple)
longitudes = st.one_of(st.none(), st.sampled_from([-180.0, 180.0, 179.9, -179.9, 0.0]), st.floats(-180, 180))
latitudes = st.one_of(st.sampled_from([-90.0, 90.0, 0.0]), st.floats(-90, 90))


@st.composite
def places(draw: st.DrawFn) -> Place | None:
    """Return a place with any name, perhaps without a point, or none."""
    if draw(st.integers(0, 4)) == 0:
        return None
    lon, name = draw(longitudes), draw(names)
    return Place(name, lat=draw(latitudes) if lon is not None else None, lon=lon, names={"en": name, "uk": draw(names)})


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Return an occurrence as the API shows it."""
    via = tuple(place for place in draw(st.lists(places(), max_size=2)) if place)
    route = Route(
        draw(st.sampled_from([None, "UA", "XX"])), draw(places()), draw(places()), via, draw(st.none() | names)
    )
    corridor = Corridor("cor_1", "slug", "key", route, {"en": draw(names), "uk": draw(names)}, at("08:00"), at("08:00"))
    status = draw(st.sampled_from(list(Status)))
    assessment = Assessment(
        status, Basis.REPORTED, draw(st.none() | st.just(at("08:00"))), windows=draw(windows), claims=1
    )
    zone = draw(st.sampled_from(["Europe/Kyiv", "UTC", "Asia/Gaza", "Africa/Khartoum"]))
    day = draw(st.sampled_from([date(2022, 3, 14), date(2022, 3, 27), date(2024, 2, 29), date(1999, 12, 31)]))
    occurrence = Occurrence("occ_1", "cor_1", day, zone, 1, assessment, at("08:00"))
    shown: dict[str, Any] = schema.ListedOccurrenceSchema().dump(schema.OccurrenceView(occurrence, corridor))
    event = Event("evt_1", EventType.CHANGED, at("08:00"), b"")
    body = schema.event_body(
        event, 1, installation="", occurrence=occurrence, corridor=corridor, change=Change(EventType.CHANGED)
    )
    told = shown["corridor_summary"]["route"]
    for end, place in (("origin", route.origin), ("destination", route.destination)):
        if place:
            told[end]["names"] = place.names
    return shown | {
        "event": json.loads(body),
        "sources": [{"name": draw(names), "url": draw(names), "reliability": "b"}],
    }


def written(name: str, made: list[dict[str, Any]], noun: str = "occurrences") -> bytes:
    """Return records in a format."""
    return b"".join(FORMATS[name].write(iter(made), replace(FRAME, noun=noun)))


def plain(text: str) -> str:
    """Return a text without what no file can hold, as it is compared."""
    return re.sub(
        r"[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]",
        "",
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", ""),
    )


hostile = tried(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


@hostile
@given(st.lists(records(), max_size=3))
def test_geojson_stays_json_and_keeps_the_rules(made: list[dict[str, Any]]) -> None:
    collection = geojson.loads(written("geojson", made))
    assert len(collection["features"]) == len(made)
    for feature in collection["features"]:
        if feature["geometry"]:
            assert geojson.loads(json.dumps(feature["geometry"])).is_valid
    for name in ("avoid", "allow"):
        json.loads(written(name, made))


@hostile
@given(st.lists(records(), max_size=3))
def test_csv_has_as_many_rows_and_no_cell_that_begins_a_formula(made: list[dict[str, Any]]) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", made).decode(), newline="")))
    assert len(rows) == 2 + len(made)
    assert len({len(row) for row in rows}) == 1
    for row in rows[2:]:
        for cell in row:
            assert not re.match(r"\s*[=@+\t\r]", cell) or cell == ""
            assert not re.match(r"\s*-(?!\d+(\.\d+)?(e-?\d+)?$)", cell)


@hostile
@given(st.lists(records(), max_size=3))
def test_a_workbook_opens_and_evaluates_nothing(made: list[dict[str, Any]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", made)))["Data"]
    rows = list(sheet.iter_rows(min_row=3))
    assert len(rows) == len(made)
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]


@hostile
@given(st.lists(records(), max_size=3))
def test_xml_stays_well_formed_and_alerts_stay_valid(made: list[dict[str, Any]]) -> None:
    placemarks = etree.fromstring(written("kml", made)).findall(".//{http://www.opengis.net/kml/2.2}Placemark")
    assert len(placemarks) == len(made)
    for name in ("atom", "cap"):
        feed = feedparser.parse(written(name, made))
        assert not feed.bozo
    for record in made:
        CAP.assertValid(etree.fromstring(written("cap", [record], "occurrence")))


@hostile
@given(st.lists(records(), max_size=3))
def test_a_calendar_keeps_its_events_and_their_texts(made: list[dict[str, Any]]) -> None:
    body = written("ics", made)
    assert max(map(len, body.split(b"\r\n"))) <= 75
    calendar: Any = icalendar.Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    expected = sum(max(1, sum(bool(window["start"]) for window in record["windows"])) for record in made)
    assert len(events) == expected
    for event in events:
        if "DTEND" in event:
            assert event["DTEND"].dt > event["DTSTART"].dt


def test_a_name_arrives_letter_by_letter() -> None:
    name = "Ψ]]>&<b>\"'é 日本 \U0001f6a7"
    corridor = Corridor("cor_1", "slug", "key", Route("UA"), {"en": name}, at("08:00"), at("08:00"))
    occurrence = Occurrence(
        "occ_1", "cor_1", date(2022, 3, 14), "UTC", 1, Assessment(Status.OPEN, Basis.REPORTED, None), at("08:00")
    )
    record = schema.ListedOccurrenceSchema().dump(schema.OccurrenceView(occurrence, corridor))
    kml = etree.fromstring(written("kml", [record])).findtext(".//{*}Placemark/{*}name")
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", [record])))["Data"]
    calendar: Any = icalendar.Calendar.from_ical(written("ics", [record]))
    (event,) = calendar.walk("VEVENT")
    assert kml == f"{name} (open)"
    assert name in [cell.value for cell in sheet[3]]
    assert str(event["SUMMARY"]) == f"{name}: open"
    assert name in written("csv", [record]).decode().replace('""', '"')


points = st.tuples(st.floats(-180, 180), st.floats(-89, 89))


@hostile
@given(st.lists(points, min_size=2, max_size=4))
def test_a_cut_line_never_leaves_the_world_and_its_box_holds_it(line: list[tuple[float, float]]) -> None:
    west, south, east, north = box(line) or (0, 0, 0, 0)
    for piece in pieces(line):
        assert all(-180 <= lon <= 180 for lon, _ in piece)
        assert all(abs(after[0] - before[0]) <= 180 for before, after in pairwise(piece))
        for lon, lat in piece:
            assert south - 1e-9 <= lat <= north + 1e-9
            inside = west - 1e-9 <= lon <= east + 1e-9 if west <= east else lon >= west - 1e-9 or lon <= east + 1e-9
            assert inside or abs(abs(lon) - 180) < 1e-9


@hostile
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=3))
def test_an_area_holds_its_line_and_stays_in_the_world(line: list[tuple[float, float]]) -> None:
    areas = [shapely.Polygon(area[0], area[1:]) for area in polygons(line)]
    assert areas
    for area in areas:
        assert area.exterior.is_ccw
        west, south, east, north = area.bounds
        assert (west, south) >= (-180, -90)
        assert (east <= 180, north <= 90) == (True, True)
    whole = shapely.union_all([area.buffer(1e-4) for area in areas])
    for lon, lat in line:
        assert whole.contains(shapely.Point(lon, lat))


def test_a_format_from_outside_sees_whole_batches_without_holding_them() -> None:
    taken = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal taken
        while True:
            taken += 1
            yield {"id": f"occ_{taken}", "status": "open"}

    for name in ("csv", "xlsx", "geojson", "kml", "atom"):
        taken = 0
        pieces_of = FORMATS[name].write(endless(), FRAME)
        for _ in range(20):
            next(pieces_of)
        assert taken < 5000, name


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_same_records_give_the_same_bytes(name: str) -> None:
    record = {
        "id": "occ_1",
        "corridor": "cor_1",
        "status": "open",
        "date": "2022-03-14",
        "zone": "UTC",
        "windows": [],
        "updated_at": "2022-03-14T06:00:00.000Z",
        "revision": 1,
        "claims": 1,
        "corridor_summary": {"id": "cor_1", "name": {"en": "A"}, "route": {}},
    }
    assert written(name, [record]) == written(name, [record])
    assert datetime.now(UTC).strftime("%Y-%m-%d").encode() not in written(name, [record])
