"""Programs of others read what a running service gives them: each format by a client that people really use."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import geojson
import hxl
import icalendar
import openpyxl
import pyogrio.raw
import requests
import shapely
from hxl.validation import validate
from lxml import etree

from corridors.registry import load
from tests.formats.conftest import Service

CAP_SCHEMA = Path(__file__).parent / "cap-1.2.xsd"


def layer(path: str | Path, **options: Any) -> tuple[dict[str, Any], int]:
    """Return what GDAL says of a layer, and how many features it reads."""
    meta, _, geometries, columns = pyogrio.raw.read(path, **options)
    return meta, len(columns[0]) if columns else len(geometries)


def hxl_of(service: Service, path: str) -> Any:
    """Return a table as libhxl reads it."""
    return hxl.data(io.BytesIO(service.get(path))).cache()


def test_libhxl_finds_the_table_valid(service: Service) -> None:
    for path in ("occurrences", "corridors", "events", "tallies?date=2022-03-14&", "claims"):
        mark = "" if "?" in path else "?"
        dataset = hxl_of(service, f"/v1/{path}{mark}format=csv")
        assert validate(dataset)
        assert list(dataset), path


def test_the_first_forty_one_hashtags_are_the_agreed_ones(service: Service) -> None:
    expected = (
        "#meta+id,#meta+version+num,#meta+url,#country+code+v_iso3,"
        "#loc+origin+name+i_en,#loc+origin+name+i_uk,#loc+origin+code+v_geonames,#adm1+origin+code+v_pcodes,"
        "#geo+origin+lat,#geo+origin+lon,#loc+dest+name+i_en,#loc+dest+code+v_geonames,#adm1+dest+code+v_pcodes,"
        "#geo+dest+lat,#geo+dest+lon,#loc+via+name+list,#geo+precision,#status+code,#status+basis,"
        "#access+reason+code,#access+type+code,#x_transport+list,#activity+purpose+code,#date+start,#date+end,"
        "#x_time+start,#x_time+end,#x_time+tz,#date+reported,#date+updated,#date+verified,#affected+ind+evacuated,"
        "#group+agreed+list,#group+disputed+list,#meta+reliability,#meta+credibility,#meta+certainty,"
        "#meta+sensitivity,#org+reporting+name,#meta+source+url,#meta+lang"
    )
    tags = service.get("/v1/occurrences?format=csv").decode().splitlines()[1]
    assert tags.startswith(expected)
    assert len(expected.split(",")) == 41


def test_a_spreadsheet_has_typed_cells(service: Service) -> None:
    book = openpyxl.load_workbook(io.BytesIO(service.get("/v1/occurrences?format=xlsx")))
    sheet = book["Data"]
    tags = [cell.value for cell in sheet[2]]
    rows = [dict(zip(tags, row, strict=True)) for row in sheet.iter_rows(min_row=3, values_only=True)]
    far = next(row for row in rows if row["#meta+id+corridor"] == "cor_far")
    assert far["#date+start"] == datetime(2022, 3, 14)  # noqa: DTZ001 - a cell has no zone
    assert far["#date+updated"] == datetime(2022, 3, 14, 6)  # noqa: DTZ001
    assert (far["#affected+ind+evacuated"], far["#x_operated"]) == (600, False)
    assert (far["#x_time+start"], far["#x_time+end"]) == ("08:00; 14:00", "12:00; 24:00")
    assert "no guarantee" in str(book["About"]["B1"].value)


def test_gdal_reads_geojson_and_kml_alike(service: Service, tmp_path: Path) -> None:
    for name in ("geojson", "kml"):
        (tmp_path / f"days.{name}").write_bytes(service.get(f"/v1/occurrences?format={name}"))
        _, count = layer(tmp_path / f"days.{name}")
        assert count == 7, name
    meta, _ = layer(tmp_path / "days.geojson", columns=["status", "people", "date_start", "revision"])
    assert dict(zip(meta["fields"], meta["ogr_types"], strict=True))["revision"] == "OFTInteger"
    meta, count = layer(tmp_path / "days.geojson", where="status = 'suspended'")
    assert count == 1


def test_the_geojson_keeps_every_rule_that_a_checker_knows(service: Service) -> None:
    for noun in ("corridors", "occurrences", "events", "claims"):
        collection = geojson.loads(service.get(f"/v1/{noun}?format=geojson"))
        assert collection.is_valid, collection.errors()
        assert "crs" not in collection
        for feature in collection["features"]:
            shape = feature["geometry"]
            assert shape is None or shapely.geometry.shape(shape).is_valid


def test_a_line_over_the_180th_meridian_is_cut_there(service: Service) -> None:
    feature = json.loads(service.get("/v1/corridors/cor_far?format=geojson"))
    assert feature["geometry"]["type"] == "MultiLineString"
    first, second = feature["geometry"]["coordinates"]
    assert (first[-1][0], second[0][0], first[-1][1]) == (180.0, -180.0, second[0][1])
    west, _, east, _ = feature["bbox"]
    assert west > east


def test_feedparser_reads_both_feeds_in_pages(service: Service) -> None:
    for noun in ("events", "occurrences", "corridors"):
        path, entries = f"/v1/{noun}?format=atom&limit=3", []
        while path:
            feed = feedparser.parse(service.get(path))
            assert not feed.bozo, feed.get("bozo_exception")
            entries += feed.entries
            links = {link.rel: link.href for link in feed.feed.links}
            path = links.get("next", "").removeprefix(service.url)
        assert len({entry.id for entry in entries}) == len(entries) > 3
        assert "no guarantee" in feed.feed.subtitle
    line = next(entry for entry in entries if entry.id.endswith("cor_sumy"))
    assert line.where["type"] == "LineString"
    assert line.where["coordinates"][0] == (34.799, 50.917)


def test_what_was_retracted_is_a_tombstone_in_the_feed_and_cancelled_in_the_calendar(service: Service) -> None:
    gone = "occ_road_2022-03-12"
    feed = etree.fromstring(service.get("/v1/occurrences?format=atom"))
    (stone,) = feed.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert stone.get("ref") == f"{service.url}/v1/occurrences/{gone}"
    calendar: Any = icalendar.Calendar.from_ical(service.get("/v1/occurrences?format=ics"))
    states = {str(event["UID"]).partition("@")[0]: str(event["STATUS"]) for event in calendar.walk("VEVENT")}
    assert states[gone] == "CANCELLED"
    assert {states["occ_sumy_2022-03-14"], states["occ_far_2022-03-14"]} == {"CONFIRMED", "TENTATIVE"}


def test_icalendar_reads_hours_in_their_zone(service: Service) -> None:
    calendar: Any = icalendar.Calendar.from_ical(service.get("/v1/occurrences?format=ics"))
    events = {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}
    first, second = events["occ_far_2022-03-14"], events["occ_far_2022-03-14-2"]
    assert first["DTSTART"].dt.isoformat() == "2022-03-14T08:00:00+02:00"
    assert second["DTEND"].dt.isoformat() == "2022-03-15T00:00:00+02:00"
    assert "DTEND" not in events["occ_sumy_2022-03-14"]
    assert events["occ_road_2022-03-14"]["DTSTART"].dt == date(2022, 3, 14)
    assert "suspended (violated)" in str(first["SUMMARY"])
    assert (int(first["SEQUENCE"]), str(first["TRANSP"])) == (1, "TRANSPARENT")
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Kyiv"
    clocks, known = zone.to_tz(lookup_tzid=False), ZoneInfo("Europe/Kyiv")
    for year, month in product((2005, 2022, 2030), range(1, 13)):
        noon = datetime(year, month, 15, 12)  # noqa: DTZ001 - a wall clock
        assert clocks.utcoffset(noon) == known.utcoffset(noon), noon


def alerts(service: Service) -> list[Any]:
    """Return all alerts of the feed of alerts, oldest first."""
    feed = feedparser.parse(service.get("/v1/events?format=cap"))
    links = [link.href for entry in feed.entries for link in entry.links if link.type == "application/cap+xml"]
    return [etree.fromstring(service.get(link.removeprefix(service.url))) for link in reversed(links)]


def test_every_alert_is_valid_and_the_chain_refers_to_what_was_said_before(service: Service) -> None:
    schema = etree.XMLSchema(file=str(CAP_SCHEMA))
    found = alerts(service)
    assert len(found) == 8
    for alert in found:
        schema.assertValid(alert)
    names = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
    chain = [alert for alert in found if alert.findtext("c:incidents", namespaces=names) == "cor_far"]
    first, update = chain
    told = [first.findtext(f"c:{name}", namespaces=names) for name in ("sender", "identifier", "sent")]
    assert [each.findtext("c:msgType", namespaces=names) for each in chain] == ["Alert", "Update"]
    assert update.findtext("c:references", namespaces=names) == ",".join(told)
    assert update.findtext("c:info/c:responseType", namespaces=names) == "Avoid"
    latest = service.get("/v1/occurrences/occ_far_2022-03-14?format=cap")
    assert etree.tostring(etree.fromstring(latest)) == etree.tostring(update)


def test_the_schema_of_alerts_refuses_what_the_standard_refuses(service: Service) -> None:
    schema = etree.XMLSchema(file=str(CAP_SCHEMA))
    good = service.get("/v1/occurrences/occ_sumy_2022-03-14?format=cap").decode()
    for wrong in (
        good.replace("<sent>2022-03-14T06:00:00+00:00", "<sent>2022-03-14T06:00:00Z"),
        good.replace("<sent>2022-03-14T06:00:00+00:00", "<sent>2022-03-14T06:00:00.000+00:00"),
        good.replace("<urgency>", "<severity>Minor</severity><urgency>", 1),
        good.replace("<msgType>Alert", "<msgType>Warning"),
    ):
        assert wrong != good
        assert not schema.validate(etree.fromstring(wrong.encode()))


def test_areas_hold_the_line_and_turn_the_right_way(service: Service) -> None:
    avoid = json.loads(service.get("/v1/corridors?format=avoid"))
    allow = json.loads(service.get("/v1/corridors?format=allow"))
    assert [feature["id"] for feature in avoid["features"]] == ["cor_far"]
    assert [feature["id"] for feature in allow["features"]] == ["cor_sumy"]
    (feature,) = allow["features"]
    area = shapely.geometry.shape(feature["geometry"])
    assert area.is_valid
    assert area.exterior.is_ccw
    assert area.contains(shapely.LineString([(34.799, 50.917), (34.554, 49.589)]))
    assert (feature["properties"]["geometry_precision"], feature["properties"]["buffer_m"]) == ("schematic", 2000)
    assert avoid["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_every_noun_comes_in_every_format_that_carries_it(service: Service) -> None:
    event = json.loads(service.get("/v1/events"))["data"][0]["id"]
    addresses = {
        **{noun: f"/v1/{noun}" for noun in ("corridors", "occurrences", "events", "claims")},
        "tallies": "/v1/tallies?date=2022-03-14",
        "corridor": "/v1/corridors/cor_far",
        "occurrence": "/v1/occurrences/occ_far_2022-03-14",
        "event": f"/v1/events/{event}",
        "claim": "/v1/claims/clm_1",
    }
    for name, format_ in load("corridors.formats", "FORMAT").items():
        for noun, media_type in format_.carries.items():
            mark = "&" if "?" in addresses[noun] else "?"
            for language in ("", "&lang=uk") if noun not in {"event", "events", "tallies"} else ("",):
                path = f"{addresses[noun]}{mark}format={name}{language}"
                answer = requests.get(service.url + path, timeout=60)
                assert answer.status_code == 200, (path, answer.text)
                assert answer.headers["Content-Type"].startswith(media_type), path
                assert answer.content


def test_a_day_that_there_is_not_has_no_alert(service: Service) -> None:
    answer = requests.get(f"{service.url}/v1/occurrences/nothing?format=cap", timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
