from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed
from corridors.sources.kml import ADAPTER
from tests.sources.wire import a_response, a_source

URL = "https://maps.example.org/map.kml"
MAP = {
    "title": "properties.name",
    "text": "properties.description",
    "name": "properties.name",
    "origin": {"name": "properties.start"},
    "destination": {"name": "properties.finish"},
    "status": ["properties.status", "properties.folder"],
}
PLACEMARK = (
    "<Placemark><name>M-18</name><description><![CDATA[Open <b>from</b> 9:00<br>by bus]]></description>"
    '<ExtendedData><Data name="status"><value>open</value></Data><Data name="start"><value>Mariupol</value></Data>'
    '<SchemaData><SimpleData name="finish">Zaporizhzhia</SimpleData></SchemaData></ExtendedData>'
    "<LineString><coordinates>37.55,47.10,0 36.79,46.75,0\n 35.14,47.84,0</coordinates></LineString></Placemark>"
)


def kml(inside: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Map</name>{head}'
        f"<Folder><name>Routes</name>{inside}</Folder></Document></kml>"
    )


def zipped(text: str, name: str = "doc.kml", **others: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in others.items():
            archive.writestr(other, content)
        archive.writestr(name, text)
    return file.getvalue()


def parse(body: str | bytes, **options: Any) -> Parsed:
    return ADAPTER.parse(a_response(body, URL), a_source("kml", URL, **(options or {"map": MAP})))


@pytest.mark.parametrize(
    "body", [kml(PLACEMARK), zipped(kml(PLACEMARK)), zipped(kml(PLACEMARK), "a/Map.KML", icon=b"x")]
)
def test_a_placemark_states_its_route_packed_or_not(body: str | bytes) -> None:
    parsed = parse(body)
    assert (parsed.seen, parsed.understood, parsed.complete, parsed.warnings) == (1, 1, True, ())
    (document,) = parsed.documents
    assert document.title == "M-18"
    assert document.text.startswith("Open from 9:00\nby bus\nname: M-18")
    (statement,) = document.statements or ()
    assert statement.status == "open"
    assert statement.route.origin is not None
    assert (statement.route.origin.name, statement.route.origin.lat) == ("Mariupol", 47.1)
    assert statement.route.destination is not None
    assert (statement.route.destination.name, statement.route.destination.lon) == ("Zaporizhzhia", 35.14)


def test_a_placemark_stays_the_same_one_while_its_folder_name_and_ends_stay() -> None:
    first = parse(kml(PLACEMARK)).documents[0].external_id
    assert parse(kml(PLACEMARK.replace("open", "closed"))).documents[0].external_id == first
    assert parse(kml(PLACEMARK.replace("M-18", "M-19"))).documents[0].external_id != first
    assert parse(kml(PLACEMARK.replace("<Placemark>", '<Placemark id="p1">'))).documents[0].external_id == "p1"


def test_a_network_link_is_not_followed() -> None:
    link = "<NetworkLink><Link><href>http://10.0.0.1/</href></Link></NetworkLink>"
    parsed = parse(kml(PLACEMARK, link))
    assert parsed.next_requests == ()
    assert parsed.warnings == ("a network link was not followed",)


def test_an_empty_map_is_proven_by_its_name_and_its_styles() -> None:
    assert parse(kml("", "<Style/>")) == Parsed((), 0, 0)
    with pytest.raises(ParseError) as error:
        parse(kml("<Spot><name>A</name></Spot>"))
    assert error.value.outcome == "layout_changed"


def test_a_cut_map_keeps_its_whole_placemarks() -> None:
    parsed = parse(kml(PLACEMARK + PLACEMARK.replace("M-18", "M-19"))[:-150])
    assert [document.title for document in parsed.documents] == ["M-18"]
    assert not parsed.complete


def test_an_archive_that_lies_or_swells_is_refused() -> None:
    with pytest.raises(ParseError) as error:
        parse(zipped(kml(" " * 9_000_000)))
    assert error.value.outcome == "too_large"
    for body in (zipped(kml(""), "map.txt"), zipped(kml(PLACEMARK))[:-40], b"PK\x03\x04" + b"x" * 40):
        with pytest.raises(ParseError):
            parse(body)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_nothing_but_parse_errors_comes_of_any_bytes(noise: bytes, place: int) -> None:
    for whole in (kml(PLACEMARK).encode(), zipped(kml(PLACEMARK))):
        with suppress(ParseError):
            parse(whole[:place] + noise + whole[place:])
