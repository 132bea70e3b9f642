"""Common Alerting Protocol (OASIS CAP 1.2): alert hubs, emergency managers, apps.

An alert is an event: the first word about a corridor's day is an Alert, each later one an Update that refers to all
before it, a retraction a Cancel. A list is an Atom feed of the alerts' addresses. `responseType` never tells anybody to
evacuate or that all is clear: those are orders of an authority, and we relay what others say. The schema refuses `Z`
and fractions in its instants, so they end in +00:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from corridors.errors import NotFound
from corridors.formats import Frame, Records
from corridors.schema.area import polygons
from corridors.schema.flat import Row, certainty, name_of, points_of, row_of, told, was_retracted
from corridors.schema.hours import day_of, spans, zone_of
from corridors.schema.sentence import text_of, title_of
from corridors.wire import atom_feed
from corridors.wire.markup import HEAD, branch, decimal, leaf

_TYPE = "application/cap+xml"
_SINGLE = ("event", "occurrence")
_LONGEST_HEADLINE = 160  # CAP 1.2, 3.2.2
_RADIUS_KM = 5
_SOON = timedelta(hours=1)

# OCHA's levels as the Traffic Light Protocol and CAP name them.
_SCOPES = {
    "low_or_none": ("Public", None),
    "moderate": ("Restricted", "TLP:GREEN"),
    "high": ("Restricted", "TLP:AMBER"),
    "severe": ("Restricted", "TLP:RED"),
}
_RESPONSES = {"announced": "Prepare", "open": "Monitor", "suspended": "Avoid", "closed": "None", "unknown": "Monitor"}
_URGENCIES = {"announced": "Future", "open": "Immediate", "suspended": "Immediate", "closed": "Past"}

# The same sentences in the languages in which an alert is given, where the corridor has a name in them.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "event": "Humanitarian corridor",
        "announced": "announced",
        "open": "open",
        "suspended": "suspended",
        "closed": "closed",
        "unknown": "status unknown",
        "notice": "This is information about what others announced and reported; it is no guarantee that any road is "
        "safe.",
    },
    "uk": {
        "event": "Гуманітарний коридор",
        "announced": "оголошено",
        "open": "відкрито",
        "suspended": "призупинено",
        "closed": "закрито",
        "unknown": "стан невідомий",
        "notice": "Це відомості про те, що оголосили та повідомили інші; вони не гарантують безпеки жодної дороги.",
    },
    "ru": {
        "event": "Гуманитарный коридор",
        "announced": "объявлен",
        "open": "открыт",
        "suspended": "приостановлен",
        "closed": "закрыт",
        "unknown": "состояние неизвестно",
        "notice": "Это сведения о том, что объявили и сообщили другие; они не гарантируют безопасность дорог.",
    },
    "fr": {
        "event": "Couloir humanitaire",
        "announced": "annoncé",
        "open": "ouvert",
        "suspended": "suspendu",
        "closed": "fermé",
        "unknown": "état inconnu",
        "notice": "Ceci rapporte ce que d'autres ont annoncé et signalé ; ce n'est la garantie de la sécurité d'aucune "
        "route.",
    },
    "ar": {
        "event": "ممر إنساني",
        "announced": "معلن",
        "open": "مفتوح",
        "suspended": "معلق",
        "closed": "مغلق",
        "unknown": "الحالة غير معروفة",
        "notice": "هذه معلومات عما أعلنه وأبلغ عنه آخرون، وليست ضمانا لسلامة أي طريق.",
    },
}


class _Cap:
    """The format; without state."""

    media_type = _TYPE
    extension = "xml"
    carries: Mapping[str, str] = {
        **dict.fromkeys(_SINGLE, _TYPE),
        **dict.fromkeys(("events", "occurrences"), atom_feed.TYPE),
    }
    page_size: int | None = 100

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield one alert, or the feed of alerts. Raises NotFound for an event that is about no corridor."""
        if frame.noun in _SINGLE:
            record = next(records)
            row = row_of("event", record, frame) if frame.noun == "event" else _latest(record, frame)
            if not row.day or not row.corridor:
                raise NotFound("this is about no corridor, so there is no alert of it")
            yield f"{HEAD}{_alert(row)}\n".encode()
            return
        yield atom_feed.beginning(
            id_=frame.first_link,
            title=f"{frame.title}, as alerts",
            subtitle=f"{frame.notice} {frame.sight}",
            updated_at=frame.changed_at,
            author=frame.title.partition(":")[0],
            rights=frame.credit,
            links=[("self", frame.self_link), ("first", frame.first_link), ("next", frame.next_link)],
        )
        for record in records:
            row = row_of(frame.noun, record, frame)
            if row.day and row.corridor:
                yield _entry(row)
        yield atom_feed.END


FORMAT = _Cap()


def _latest(record: Mapping[str, Any], frame: Frame) -> Row:
    """The newest event of an occurrence; for one that has none, the occurrence as its own first word."""
    newest = record.get("event")
    if newest:
        return row_of("event", newest, frame)
    made = {"id": f"{record['id']}.{record.get('revision')}", "timestamp": record["updated_at"]}
    about = {"occurrence": record, "corridor": record.get("corridor_summary")}
    return row_of("event", made | {"data": about, "type": "corridor.changed"}, frame)


def _entry(row: Row) -> bytes:
    address = f"{row.frame.installation}/v1/{row.frame.noun}/{row.record['id']}"
    return atom_feed.entry(
        id_=address,
        title=title_of(row),
        updated=str(row.record.get("timestamp") or row.day["updated_at"]),
        published=row.record.get("timestamp"),
        text=text_of(row),
        categories=[(f"{row.frame.installation}/v1/status", str(row.day.get("status")))],
        links=[("alternate", _TYPE, f"{address}?format=cap"), ("related", "application/json", address)],
        line=points_of(row.route),
    )


def _alert(row: Row) -> str:
    record, day, frame = row.record, row.day, row.frame
    earlier = list(record.get("earlier") or ())
    is_cancel = record.get("type") == "corridor.retracted" or was_retracted(day)
    scope, restriction = _SCOPES.get(str(day.get("sensitivity")), ("Restricted", "TLP:RED"))
    references = " ".join(
        f"{_sender(frame)},{_identifier(one['id'], frame)},{_time(one['timestamp'])}" for one in earlier
    )
    return branch(
        "alert",
        [
            leaf("identifier", _identifier(str(record["id"]), frame)),
            leaf("sender", _sender(frame)),
            leaf("sent", _time(str(record["timestamp"]))),
            leaf("status", "Actual" if frame.actual else "Exercise"),
            leaf("msgType", "Cancel" if is_cancel and earlier else "Update" if earlier else "Alert"),
            *([leaf("source", _sources(record))] if _sources(record) else []),
            leaf("scope", scope),
            *([leaf("restriction", restriction)] if restriction else []),
            leaf("note", f"{frame.sight} {frame.credit}"),
            *([leaf("references", references)] if references else []),
            leaf("incidents", str(row.corridor["id"])),
            *(_info(row, language) for language in _languages(row)),
        ],
        xmlns="urn:oasis:names:tc:emergency:cap:1.2",
    )


def _languages(row: Row) -> list[str]:
    """The language asked for before English, else English before those in which the corridor has a name."""
    asked = row.frame.language
    if asked:
        return [*([asked] if asked in _WORDS and asked != "en" else []), "en"]
    return ["en", *(language for language in row.corridor.get("name") or {} if language in _WORDS and language != "en")]


def _info(row: Row, language: str) -> str:
    day, words = row.day, _WORDS[language]
    status = str(day.get("status") or "unknown")
    sent = str(row.record["timestamp"])
    named = name_of(row.corridor.get("name"), language) or str(row.corridor["id"])
    starts = [span.start for span in spans(day) if span.start]
    is_violated = status in {"suspended", "closed"} and day.get("reason") == "violated"
    return branch(
        "info",
        [
            leaf("language", language),
            leaf("category", "Transport"),
            leaf("category", "Other" if day.get("purpose") == ["aid_delivery"] else "Rescue"),
            leaf("event", f"{words['event']}: {words[status]}"),
            leaf("responseType", _RESPONSES[status]),
            leaf("urgency", _urgency(status, sent, starts)),
            leaf("severity", "Severe" if is_violated else "Moderate"),
            leaf("certainty", certainty(day)),
            *(_named_value("eventCode", name, value) for name, value in _codes(day)),
            leaf("effective", _time(sent)),
            *([leaf("onset", _local(min(starts)))] if starts else []),
            *([leaf("expires", expires)] if (expires := _expires(day)) else []),
            leaf("senderName", row.frame.title.partition(":")[0] or "corridors"),
            leaf("headline", f"{named}: {words[status]}"[:_LONGEST_HEADLINE]),
            leaf("description", text_of(row) if language == "en" else _plainly(row, named, words[status])),
            leaf("instruction", words["notice"]),
            leaf("web", f"{row.frame.installation}/v1/occurrences/{day['id']}"),
            *(_named_value("parameter", name, value) for name, value in _parameters(row) if value not in {None, ""}),
            *_areas(row, named),
        ],
    )


def _plainly(row: Row, named: str, state: str) -> str:
    """Name, state, day and hours: what needs no words of a language."""
    hours = ", ".join(f"{each.get('start') or '…'}–{each.get('end') or '…'}" for each in row.day.get("windows") or ())
    return f"{named}: {state}. {row.day.get('date')} {hours} ({row.day.get('zone')})"


def _urgency(status: str, sent: str, starts: Sequence[datetime]) -> str:
    soon = bool(starts) and timedelta(0) <= min(starts) - datetime.fromisoformat(sent) <= _SOON
    return "Expected" if status == "announced" and soon else _URGENCIES.get(status, "Unknown")


def _codes(day: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "corridors:status", str(day.get("status") or "unknown")
    if day.get("reason"):
        yield "corridors:reason", str(day["reason"])


def _parameters(row: Row) -> Iterator[tuple[str, Any]]:
    day = row.day
    verified = any(window.get("start_verified") for window in day.get("windows") or ())
    yield from ((f"corridors:{name}", value) for name, value in told(row).items())
    yield "corridors:purpose", " ".join(day.get("purpose") or ())
    yield "corridors:agreement", (day.get("agreement") or {}).get("roll_up")
    yield "corridors:credibility", day.get("credibility")
    yield "corridors:start_verified", _truth(verified)
    yield "corridors:basis", day.get("basis")
    yield "corridors:operated", _truth(bool(day.get("operated")))
    yield "corridors:notice", row.frame.notice


def _areas(row: Row, named: str) -> Iterator[str]:
    """The ends as circles, then the schematic line with the land around it; by name alone where nothing is located."""
    ends = [row.route.get(end) for end in ("origin", "destination")]
    for place in ends:
        if place and place.get("name"):
            located = place.get("lat") is not None and place.get("lon") is not None
            circle = (
                [leaf("circle", f"{decimal(place['lat'])},{decimal(place['lon'])} {_RADIUS_KM}")] if located else []
            )
            code = [_named_value("geocode", "ISO3166-2", place["adm1"])] if place.get("adm1") else []
            yield branch("area", [leaf("areaDesc", place["name"]), *circle, *code])
    points = points_of(row.route)
    shapes = [
        leaf("polygon", " ".join(f"{decimal(lat)},{decimal(lon)}" for lon, lat in area[0]))
        for area in (polygons(points) if len(points) > 1 else [])
    ]
    if shapes or not any(ends):
        country = row.route.get("country")
        code = [_named_value("geocode", "ISO3166-1", country)] if country else []
        yield branch("area", [leaf("areaDesc", f"{named} (schematic)" if shapes else named), *shapes, *code])


def _named_value(element: str, name: str, value: object) -> str:
    return branch(element, [leaf("valueName", name), leaf("value", value)])


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _expires(day: Mapping[str, Any]) -> str | None:
    """The end of the last window, else of the local day."""
    ends = [span.end for span in spans(day) if span.end]
    if ends:
        return _local(max(ends))
    on = day_of(day)
    return _local(datetime(on.year, on.month, on.day, tzinfo=zone_of(day)) + timedelta(days=1)) if on else None


def _identifier(id_: str, frame: Frame) -> str:
    return _bare(f"urn:corridors:{frame.host}:{id_}")


def _sender(frame: Frame) -> str:
    return _bare(f"corridors@{frame.host}")


def _bare(text: str) -> str:
    """Without what identifier and sender must not have (CAP 1.2, 3.2.1)."""
    return re.sub(r"[\s,<&]", "", text)


def _sources(record: Mapping[str, Any]) -> str:
    return "; ".join(dict.fromkeys(str(each["name"]) for each in record.get("data", {}).get("sources") or ()))


def _time(written: str) -> str:
    return datetime.fromisoformat(written).astimezone(UTC).isoformat(timespec="seconds")


def _local(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat(timespec="seconds")
