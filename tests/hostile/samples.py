"""Good pages of each kind of source, to be served well or badly."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from corridors.sources import load_adapters

ADAPTERS = load_adapters()
WORDS = "Коридор Маріуполь – Запоріжжя відкрито"


@dataclass(frozen=True)
class Item:
    """One announcement of a sample page."""

    id: str
    text: str = WORDS
    at: str = "2022-03-14T07:00:00+00:00"


@dataclass(frozen=True)
class Sample:
    """A kind of source: its family of formats, what it is served as, its options, and how its pages are written."""

    kind: str
    family: str
    content_type: str
    page: Callable[[Sequence[Item]], bytes]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def max_bytes(self) -> int:
        """Return how much one poll of this kind may fetch."""
        return int(ADAPTERS[self.kind].max_bytes)

    @property
    def good(self) -> bytes:
        """Return a page of two items."""
        return self.page([Item("1"), Item("2", WORDS + " о 9:00")])


def telegram(items: Sequence[Item]) -> bytes:
    blocks = "".join(
        f'<div class="tgme_widget_message js-widget_message" data-post="example_oda/{item.id}">'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{item.text}</div>'
        f'<div class="tgme_widget_message_meta"><a class="tgme_widget_message_date" '
        f'href="https://t.me/example_oda/{item.id}"><time datetime="{item.at}">09:00</time></a></div></div>'
        for item in items
    )
    return f'<html><body><section class="tgme_channel_history">{blocks}</section></body></html>'.encode()


def feed(items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<entry><id>urn:x:{item.id}</id><title>t</title><published>{item.at}</published>"
        f'<content type="html">{item.text}</content></entry>'
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
    return f"{head}{entries}</feed>".encode()


def json_feed(items: Sequence[Item]) -> bytes:
    entries = [{"id": item.id, "content_text": item.text, "date_published": item.at} for item in items]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}).encode()


def records(items: Sequence[Item]) -> bytes:
    return json.dumps({"data": [{"id": item.id, "words": item.text, "at": item.at} for item in items]}).encode()


def geojson(items: Sequence[Item]) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": item.id,
            "geometry": {"type": "Point", "coordinates": [37.5, 47.1]},
            "properties": {"description": item.text, "at": item.at},
        }
        for item in items
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def arcgis(items: Sequence[Item]) -> bytes:
    features = [
        {
            "attributes": {"OBJECTID": item.id, "description": item.text, "at": item.at},
            "geometry": {"x": 37.5, "y": 47.1},
        }
        for item in items
    ]
    told = {"objectIdFieldName": "OBJECTID", "spatialReference": {"wkid": 4326}, "features": features}
    return json.dumps(told).encode()


def kml(items: Sequence[Item]) -> bytes:
    placemarks = "".join(
        f'<Placemark id="{item.id}"><description>{item.text}</description><ExtendedData><Data name="at"><value>{item.at}'
        "</value></Data></ExtendedData><Point><coordinates>37.5,47.1</coordinates></Point></Placemark>"
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    return f"{head}<Document><name>Map</name>{placemarks}</Document></kml>".encode()


def kmz(items: Sequence[Item]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", kml(items))
    return file.getvalue()


def csv(items: Sequence[Item]) -> bytes:
    rows = "".join(f'{item.id},"{item.text}",{item.at}\n' for item in items)
    return f"id,words,at\n{rows}".encode()


def xlsx(items: Sequence[Item]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in [("id", "words", "at"), *((item.id, item.text, item.at) for item in items)]:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


def cap(items: Sequence[Item]) -> bytes:
    alerts = "".join(
        f'<entry><content><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{item.id}</identifier>'
        f"<sender>a@b</sender><sent>{item.at}</sent><status>Actual</status><msgType>Alert</msgType>"
        f"<scope>Public</scope><info><event>e</event><description>{item.text}</description></info></alert></content></entry>"
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Alerts</title>'
    return f"{head}{alerts}</feed>".encode()


def html(items: Sequence[Item]) -> bytes:
    inside = "".join(f'<li id="{item.id}"><time>{item.at}</time><p>{item.text}</p></li>' for item in items)
    return f"<html><body><ul>{inside}</ul></body></html>".encode()


_MAPPED = {"map": {"text": "properties.description", "published": "properties.at"}}
_COLUMNS = {"identity": {"from": "id"}, "map": {"text": "words", "published": "at"}}

SAMPLES = {
    "telegram": Sample("telegram", "html", "text/html; charset=utf-8", telegram, {"channel": "example_oda"}),
    "feed": Sample("feed", "xml", "application/atom+xml", feed),
    "feed (JSON)": Sample("feed", "json", "application/feed+json", json_feed),
    "json": Sample(
        "json",
        "json",
        "application/json",
        records,
        {
            "records": "data",
            "identity": {"from": "id"},
            "error": "error",
            "map": {"text": "words", "published": {"path": "at", "type": "datetime"}},
        },
    ),
    "geojson": Sample("geojson", "json", "application/geo+json", geojson, _MAPPED),
    "arcgis": Sample("arcgis", "json", "application/json", arcgis, _MAPPED),
    "kml": Sample("kml", "xml", "application/vnd.google-earth.kml+xml", kml, _MAPPED),
    "kml (KMZ)": Sample("kml", "zip", "application/vnd.google-earth.kmz", kmz, _MAPPED),
    "table (CSV)": Sample("table", "csv", "text/csv", csv, _COLUMNS),
    "table (XLSX)": Sample("table", "zip", "application/octet-stream", xlsx, _COLUMNS),
    "cap": Sample("cap", "xml", "application/cap+xml", cap),
    "html": Sample(
        "html",
        "html",
        "text/html",
        html,
        {"items": "li", "identity": {"from": "@id"}, "map": {"text": "p", "published": "time"}},
    ),
}
