"""Alerts in the Common Alerting Protocol (OASIS CAP 1.1 and 1.2): one alert, or an index (RSS or Atom) of many.

An index names alerts by their addresses; they are asked for in its order, as many as `max_alerts` says. Only actual,
public alerts count. An Update or Cancel is the next revision of the first alert that it refers to. Several `info`
blocks are one announcement in several languages. Start at `ADAPTER.parse`.

Keys of a source: `url`; `max_alerts` (20); `status_parameter` (the `parameter` whose value is a status of ours,
"corridor-status"); `statuses` (their values to ours).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from corridors.errors import ParseError
from corridors.model import (
    Document,
    Parsed,
    Place,
    PlaceType,
    Reason,
    Request,
    Response,
    Route,
    Source,
    Statement,
    Status,
    Validators,
    Window,
)
from corridors.sources import Option, WrongOption, option
from corridors.wire.dates import instant
from corridors.wire.decoding import decode
from corridors.wire.hardened_xml import Xml, local_name, parse, salvage
from corridors.wire.html_text import text_of_html, tidy
from corridors.wire.links import web_address
from corridors.wire.records import is_point, statement_of
from corridors.wire.sniff import is_challenge, is_html
from corridors.wire.syndication import ITEMS, ROOTS, entries_of, link_of

_MOST_ALERTS = 49
_MOST_VERTICES = 10_000
_DEFAULT_LIFE = timedelta(hours=24)
_LONGEST_ID = 300
_OWN = "corridors:"  # parameters of another installation of this service, which say everything
_TYPES = {"Alert", "Update", "Cancel"}
_CAP_TYPE = "application/cap+xml"


class _Cap:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "max_alerts": Option(int, "how many alerts of an index are asked for with each poll (20)"),
        "status_parameter": Option(str, "name of the CAP parameter that holds a status (corridor-status)"),
        "statuses": Option(dict, "their values of it to ours: {green = open}"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the alert's or the index's address. Raises WrongOption for statuses that are none."""
        if not source.url:
            raise WrongOption("url", "a cap source needs `url`")
        with option("max_alerts"):
            if not 0 < source.options.get("max_alerts", 20) <= _MOST_ALERTS:
                raise ValueError(f"write a whole number from 1 to {_MOST_ALERTS}")
        with option("statuses"):
            wrong = [str(each) for each in source.options.get("statuses", {}).values() if each not in list(Status)]
            if wrong:
                raise ValueError(f"{min(wrong)} is no status; there are {', '.join(Status)}")
        return Request(source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return the document of an alert, or the requests for the alerts of an index.

        Outcomes of ParseError: `blocked`, `wrong_type`, `layout_changed`, `malformed`.
        """
        decoded = decode(response.body, response.headers.get("content-type", ""))
        text = decoded.text.lstrip()
        if is_html(text):
            if is_challenge(text):
                raise ParseError("an anti-robot page came instead of the alert", outcome="blocked")
            raise ParseError("an HTML page came instead of the alert", outcome="wrong_type")
        if "<" not in text[:4096]:
            raise ParseError("this is no XML", outcome="wrong_type")
        try:
            xml = parse(text, ("alert", *ROOTS))
        except ParseError as error:
            if error.position is None or not re.search(r"<(?:\w+:)?(?:rss|feed|RDF)\b", text[:4096]):
                raise
            xml = salvage(text, ROOTS, ITEMS)
        whole = xml.complete and not decoded.replaced
        if local_name(xml.root) == "alert":
            return _of_alerts([xml.root], response, source, xml.warnings, complete=whole)
        return _of_index(xml, response, source, complete=whole)


ADAPTER = _Cap()


def _of_index(xml: Xml, response: Response, source: Source, *, complete: bool) -> Parsed:
    """What an index gives by itself: alerts that are in it, and the addresses of those that are not."""
    if response.request is not None and response.request.purpose != "page":
        raise ParseError("an index came instead of an alert", outcome="wrong_type")
    _, entries = entries_of(xml)
    most = int(source.options.get("max_alerts", 20))
    inside = [alert for entry in entries for alert in entry.iter() if local_name(alert) == "alert"]
    links = [web_address(response.url, _alert_link(entry)) for entry in entries]
    wanted = tuple(dict.fromkeys(link for link in links if link is not None))
    if entries and not inside and not wanted:
        raise ParseError(f"{len(entries)} entries were found, and none leads to an alert", outcome="layout_changed")
    warnings = list(xml.warnings)
    if len(wanted) > most:
        warnings.append(f"only the first {most} of {len(wanted)} alerts were asked for")
    parsed = _of_alerts(inside, response, source, warnings, complete=complete)
    requests = () if inside else tuple(Request(link, purpose="alert") for link in wanted[:most])
    return Parsed(parsed.documents, parsed.seen, parsed.understood, parsed.complete, requests, parsed.warnings)


def _alert_link(entry: Element) -> str:
    """The link that says it is CAP; else the ordinary one. The alert's root tells in the end what it is."""
    for child in entry:
        if local_name(child) == "link" and child.get("type") == _CAP_TYPE and child.get("href"):
            return child.get("href", "")
    return link_of(entry)


def _of_alerts(
    alerts: Sequence[Element], response: Response, source: Source, warnings: Sequence[str], *, complete: bool
) -> Parsed:
    told = list(warnings)
    documents: dict[str, Document] = {}
    understood = 0
    for element in alerts:
        alert = _Alert.of(element)
        if not alert.identifier or not alert.sender:
            told.append("an alert has no identifier or sender")
            continue
        understood += 1
        if not alert.counts:
            continue
        document = _document(alert, response, source, told)
        known = documents.get(document.external_id)
        if known is None or (
            document.published_at and known.published_at and document.published_at > known.published_at
        ):
            documents[document.external_id] = document
    if alerts and not understood:
        raise ParseError("the alert has no identifier or sender", outcome="layout_changed")
    return Parsed(
        tuple(documents.values()),
        len(alerts),
        understood,
        complete and understood == len(alerts),
        warnings=tuple(dict.fromkeys(told))[:20],
    )


@dataclass(frozen=True, slots=True)
class _Alert:
    """What stands in an alert; texts as written."""

    identifier: str
    sender: str
    sent: str
    status: str
    type: str
    scope: str
    references: tuple[str, ...]
    infos: tuple[Element, ...]

    @classmethod
    def of(cls, element: Element) -> _Alert:
        """Return what `element`, an <alert>, holds; what is missing or empty (both are in the wild) is ""."""
        texts = {name: _child(element, name) for name in ("identifier", "sender", "sent", "status", "msgType", "scope")}
        return cls(
            texts["identifier"],
            texts["sender"],
            texts["sent"],
            texts["status"] or "Actual",
            texts["msgType"] or "Alert",
            texts["scope"] or "Public",
            tuple(_child(element, "references").split()),
            tuple(child for child in element if local_name(child) == "info"),
        )

    @property
    def counts(self) -> bool:
        """Return whether it is meant for the public and in earnest; exercises and acknowledgements are not."""
        return self.status == "Actual" and self.scope == "Public" and self.type in _TYPES

    @property
    def chain(self) -> str:
        """Return the first alert that this one goes back to, by the time in the reference; itself without any."""
        parts = [reference.split(",") for reference in self.references if reference.count(",") == 2]
        first = (
            min(parts, key=lambda part: part[2]) if parts and self.type != "Alert" else [self.sender, self.identifier]
        )
        return f"{first[0]},{first[1]}"[:_LONGEST_ID]


def _document(alert: _Alert, response: Response, source: Source, warnings: list[str]) -> Document:
    sent_at, warning = instant(alert.sent, source.timezone, response.fetched_at)
    warnings += [warning] if warning else []
    infos = sorted(alert.infos, key=lambda info: _preference(info, source.languages))
    texts = [_text(info) for info in infos]
    statement = _statement(alert, infos[0], source, sent_at or response.fetched_at) if infos else None
    mark = "" if alert.type == "Alert" else f"{alert.type} of {alert.chain}"
    told = [*texts, mark, _summary(statement) if statement else ""]
    return Document(
        source=source.id,
        external_id=alert.chain,
        text="\n\n".join(filter(None, told)) or alert.identifier,
        fetched_at=response.fetched_at,
        title=_child(infos[0], "headline") or _child(infos[0], "event") if infos else "",
        url=web_address(response.url, _child(infos[0], "web") if infos else "") or response.url,
        language=_language(infos[0]) if infos else None,
        published_at=sent_at,
        edited=alert.type != "Alert",
        statements=(statement,) if statement else None,
    )


def _preference(info: Element, languages: Sequence[str]) -> int:
    language = _language(info)
    return languages.index(language) if language in languages else len(languages)


def _language(info: Element) -> str:
    """CAP 1.2, 3.2.2: without a language it is en-US."""
    return (_child(info, "language") or "en-US").partition("-")[0].lower()


def _text(info: Element) -> str:
    parts = [text_of_html(_child(info, name)) for name in ("headline", "description", "instruction")]
    areas = [_child(area, "areaDesc") for area in info if local_name(area) == "area"]
    return "\n".join(filter(None, [*parts, "; ".join(filter(None, areas))]))


def _summary(statement: Statement) -> str:
    """One line of what is stated, so that a change of the status alone is an edit."""
    last = statement.valid_on[1]
    return f"{statement.status} {statement.valid_on[0]} – {last or 'until further notice'}"


def _statement(alert: _Alert, info: Element, source: Source, at: datetime) -> Statement | None:
    """What the alert states about a route, where it says so in a parameter; None where its text is to be read."""
    wanted = source.options.get("status_parameter", "corridor-status")
    parameters = {_child(one, "valueName"): _child(one, "value") for one in info if local_name(one) == "parameter"}
    own = {name.removeprefix(_OWN): value for name, value in parameters.items() if name.startswith(_OWN)}
    if own and (said := statement_of(own, source, at, [])):
        return replace(said, status=Status.CLOSED, reason=Reason.CANCELLED) if alert.type == "Cancel" else said
    word = source.options.get("statuses", {}).get(parameters.get(wanted), parameters.get(wanted))
    places = [_place(area) for area in info if local_name(area) == "area"]
    named = [place for place in places if place is not None]
    if word not in set(Status) or not named:
        return None
    zone = ZoneInfo(source.timezone)
    onset, expires = (_when(info, name, source, at) for name in ("onset", "expires"))
    start = (onset or at).astimezone(zone)
    end = (expires or start + _DEFAULT_LIFE).astimezone(zone)
    cancelled = alert.type == "Cancel"
    return Statement(
        route=Route(
            country=source.countries[0] if len(source.countries) == 1 else None,
            origin=named[0],
            destination=named[1] if len(named) > 1 else None,
        ),
        status=Status.CLOSED if cancelled else Status(word),
        valid_on=(start.date(), max(start.date(), end.date())),
        reason=Reason.CANCELLED if cancelled else None,
        windows=(Window(f"{start:%H:%M}", f"{end:%H:%M}", source.timezone),) if onset and expires else (),
    )


def _when(info: Element, name: str, source: Source, at: datetime) -> datetime | None:
    """An instant that may lie ahead: alerts say when something will begin and end."""
    return instant(_child(info, name), source.timezone, at + timedelta(days=366))[0]


def _place(area: Element) -> Place | None:
    name = _child(area, "areaDesc")
    if not name:
        return None
    point = next(_points(area), None)
    lat, lon = point if point is not None else (None, None)
    return Place(name, PlaceType.AREA if point is None else PlaceType.SETTLEMENT, lat=lat, lon=lon)


def _points(area: Element) -> Iterator[tuple[float, float]]:
    """The middle of each circle and polygon; CAP writes latitude first."""
    for child in area:
        if local_name(child) in {"circle", "polygon"}:
            pairs = [_pair(group) for group in (child.text or "").split()[:_MOST_VERTICES]]
            found = [pair for pair in pairs if pair is not None]
            ring = found[:1] if local_name(child) == "circle" else found[:-1] or found
            if ring:
                yield sum(lat for lat, _ in ring) / len(ring), sum(lon for _, lon in ring) / len(ring)


def _pair(written: str) -> tuple[float, float] | None:
    try:
        lat, lon = (float(number[:40]) for number in written.split(","))
    except ValueError:
        return None
    return (lat, lon) if is_point(lat, lon) else None


def _child(element: Element, name: str) -> str:
    return next((tidy(child.text or "") for child in element if local_name(child) == name), "")
