"""Placemarks of a KML document or of the KMZ file around it: Google My Maps, uMap exports, hand-drawn maps.

Placemarks have no stable ids, so a placemark is the same one as long as its folder, name and ends stay. Network links
are not followed. Start at `ADAPTER.parse`.

Keys of a source: `url`; `map` (see corridors/wire/records.py; paths begin at the placemark: `properties.name`,
`.description`, `.folder`, and its extended data, "properties.status"); `identity`; `bbox`; `encoding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import archive
from corridors.wire.decoding import decode
from corridors.wire.features import DEFAULT_MAP, documents_of
from corridors.wire.hardened_xml import local_name, parse, salvage
from corridors.wire.html_text import text_of_html, tidy
from corridors.wire.records import shape
from corridors.wire.sniff import is_challenge, is_html

MAX_UNPACKED = 4 * 1024 * 1024
_ROOTS = ("kml", "Document", "Folder")
_MOST_POINTS = 20_000


class _Kml:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "map": Option(dict, "which of their values are title, text, status, origin.name …"),
        "identity": Option(dict, "{from = JMESPath of the placemark's id}"),
        "bbox": Option(list, "[west, south, east, north] beyond which no point is believed"),
        "encoding": Option(str, "character set, should neither the server nor the document say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the document's address. Raises WrongOption for a mapping that cannot work."""
        if not source.url:
            raise WrongOption("url", "a kml source needs `url`")
        shape(source.options, option, default=DEFAULT_MAP)
        return Request(source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a placemark.

        Outcomes of ParseError: `blocked`, `wrong_type`, `too_large` (an archive), `layout_changed`, `malformed`.
        """
        try:
            mapping = shape(source.options, option, default=DEFAULT_MAP)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        body = response.body
        if archive.is_zip(body):
            body = archive.member(body, MAX_UNPACKED, lambda name: name.lower().endswith(".kml"))
        decoded = decode(body, response.headers.get("content-type", ""), source.options.get("encoding"))
        if is_html(decoded.text):
            if is_challenge(decoded.text):
                raise ParseError("an anti-robot page came instead of the map", outcome="blocked")
            raise ParseError("an HTML page came instead of the map", outcome="wrong_type")
        try:
            xml = parse(decoded.text, _ROOTS)
        except ParseError as error:
            if error.position is None:  # hostile, or no KML at all
                raise
            xml = salvage(decoded.text, _ROOTS, ("Placemark",))
        warnings = list(xml.warnings)
        features = list(_placemarks(xml.root, ""))
        if any(local_name(element) == "NetworkLink" for element in xml.root.iter()):
            warnings.append("a network link was not followed")
        if not features and not _is_proven_empty(xml.root):
            raise ParseError("the map has no placemarks, and does not look like an empty one", outcome="layout_changed")
        return documents_of(
            features, mapping, response, source, warnings=warnings, complete=xml.complete and not decoded.replaced
        )


ADAPTER = _Kml()


def _is_proven_empty(root: Element) -> bool:
    """A document that names itself and holds nothing but names, descriptions and styles."""
    frames = [element for element in root.iter() if local_name(element) in {"Document", "Folder"}]
    inside = {local_name(child) for frame in frames for child in frame}
    return any(_child(frame, "name") for frame in frames) and inside <= _FRAME


_FRAME = {"name", "description", "Style", "StyleMap", "Folder", "Document", "open", "visibility", "Schema", "author",
          "LookAt", "Camera", "Snippet", "snippet", "link", "styleUrl", "ExtendedData", "atom:author"}  # fmt: skip


def _placemarks(element: Element, folder: str) -> Iterator[Mapping[str, Any]]:
    """Every placemark below `element` as a feature, with the name of the nearest folder that has one."""
    for child in element:
        name = local_name(child)
        if name == "Placemark":
            yield _feature(child, folder)
        elif name in {"Folder", "Document"}:
            yield from _placemarks(child, _child(child, "name") if name == "Folder" else folder)


def _feature(placemark: Element, folder: str) -> Mapping[str, Any]:
    properties = {name: value for name, value in _extended(placemark) if value}
    properties |= {"name": _child(placemark, "name"), "description": _child(placemark, "description", html=True)}
    return {
        "id": placemark.get("id"),
        "properties": properties | {"folder": folder},
        "geometry": _geometry(placemark),
    }


def _extended(placemark: Element) -> Iterator[tuple[str, str]]:
    for element in placemark.iter():
        kind, name = local_name(element), element.get("name", "")
        if kind == "Data" and name:
            yield name, _child(element, "value")
        elif kind == "SimpleData" and name:
            yield name, tidy(element.text or "")


def _geometry(placemark: Element) -> Mapping[str, Any] | None:
    """The first point or line; longitude, latitude and perhaps a height in each group of coordinates."""
    for element in placemark.iter():
        kind = local_name(element)
        if kind in {"Point", "LineString"}:
            written = next((child.text or "" for child in element if local_name(child) == "coordinates"), "")
            points = [_point(group) for group in written.split()[:_MOST_POINTS]]
            found = [point for point in points if point is not None]
            if found:
                return {"type": kind, "coordinates": found[0] if kind == "Point" else found}
    return None


def _point(group: str) -> list[float] | None:
    try:
        lon, lat, *_ = (float(number[:40]) for number in group.split(","))
    except ValueError:
        return None
    return [lon, lat]


def _child(element: Element, name: str, *, html: bool = False) -> str:
    text = next((child.text or "" for child in element if local_name(child) == name), "")
    return text_of_html(text) if html else tidy(text)
