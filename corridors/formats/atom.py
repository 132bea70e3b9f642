"""Atom 1.0 with GeoRSS: feed readers, Slack, Teams, aggregators, QGIS.

Events: an entry for each change, which stays as it is. Corridors and their days: an entry each, whose `updated` moves;
what was retracted or became part of another is a tombstone. The newest first, in pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corridors.formats import Frame, Records
from corridors.schema.event import json_bytes
from corridors.schema.flat import Row, points_of, row_of, told, was_retracted
from corridors.schema.sentence import text_of, title_of
from corridors.wire import atom_feed

_TYPE = atom_feed.TYPE


class _Atom:
    """The format; without state."""

    media_type = _TYPE
    extension = "atom"
    carries: Mapping[str, str] = dict.fromkeys(("events", "occurrences", "corridors"), _TYPE)
    page_size: int | None = 100

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the feed entry by entry."""
        yield atom_feed.beginning(
            id_=frame.first_link,
            title=frame.title,
            subtitle=f"{frame.notice} {frame.sight}",
            updated_at=frame.changed_at,
            author=frame.title.partition(":")[0],
            rights=frame.credit,
            links=[("self", frame.self_link), ("first", frame.first_link), ("next", frame.next_link)],
        )
        for body in frame.gone:
            yield _merged(body, frame)
        for record in records:
            yield _entry(row_of(frame.noun, record, frame))
        yield atom_feed.END


FORMAT = _Atom()


def _entry(row: Row) -> bytes:
    own, noun = _address(row), row.frame.noun
    day, record = row.day, row.record
    updated = str(record.get("timestamp") or day.get("updated_at") or record.get("updated_at"))
    if noun == "occurrences" and was_retracted(day):
        return atom_feed.deleted(own, updated, "what was told of this day does not stand any more")
    links = [("alternate", "application/json", own)]
    if noun == "corridors":
        links.append(("alternate", "application/geo+json", f"{own}?format=geojson"))
    elif day:
        links.append(("alternate", "application/cap+xml", f"{own}?format=cap"))
    return atom_feed.entry(
        id_=own,
        title=title_of(row) if row.corridor else str(record.get("type")),
        updated=updated,
        published=record.get("timestamp") or record.get("first_seen_at"),
        text=text_of(row) if row.corridor else _other(row),
        categories=list(_categories(row)),
        links=links,
        line=points_of(row.route),
        language=row.frame.language,
        stated=told(row) if day else None,
    )


def _address(row: Row) -> str:
    return f"{row.frame.installation}/v1/{row.frame.noun}/{row.record.get('id')}"


def _categories(row: Row) -> Iterator[tuple[str, str]]:
    scheme = f"{row.frame.installation}/v1"
    if row.corridor:
        yield f"{scheme}/status", str(row.day.get("status") or "unknown")
    for name, value in (("reason", row.day.get("reason")), ("country", row.route.get("country"))):
        if value:
            yield f"{scheme}/{name}", str(value)
    if row.frame.noun == "events":
        yield f"{scheme}/event-types", str(row.record.get("type"))


def _other(row: Row) -> str:
    """An event about no corridor, such as a tally or a source."""
    told = json_bytes(row.record.get("data") or {}).decode()
    return f"{told}\n{row.frame.notice}"


def _merged(body: Mapping[str, Any], frame: Frame) -> bytes:
    gone = body["data"]["occurrence"]["id"]
    return atom_feed.deleted(
        f"{frame.installation}/v1/occurrences/{gone}", str(body["timestamp"]), "became part of another"
    )
