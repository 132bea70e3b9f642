"""What does an event of each type look like? One example of each, rendered as real ones are, for who writes a receiver.

They tell of the road from Mariupol on 14 March 2022. They stand in the catalogue and are never sent: a receiver could
take one for news.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from corridors.model import (
    AssessedWindow,
    Assessment,
    Basis,
    Change,
    Corridor,
    Coverage,
    Event,
    EventType,
    FieldChange,
    Mode,
    Occurrence,
    Place,
    Purpose,
    Reason,
    Route,
    Stance,
    Status,
    Tally,
    Why,
)
from corridors.schema.corridor import TallySchema
from corridors.schema.event import cursor_text, event_body
from corridors.schema.source import CoverageSchema

_AT = datetime(2022, 3, 14, 9, 30, tzinfo=UTC)
_DAY = date(2022, 3, 14)
_ID = "01fy3q8v6z5t9kx2m4c7b0n1rd"
_CURSOR = 4217

_MARIUPOL = Place("Mariupol", geonames=701822, country="UA", adm1="UA-14", lat=47.10, lon=37.55)
_ZAPORIZHZHIA = Place("Zaporizhzhia", geonames=687700, country="UA", adm1="UA-23", lat=47.85, lon=35.12)
_CORRIDOR = Corridor(
    id="cor_mariupol-zaporizhzhia",
    slug="mariupol-zaporizhzhia",
    key="",
    route=Route("UA", _MARIUPOL, _ZAPORIZHZHIA),
    name={"en": "Mariupol – Zaporizhzhia", "uk": "Маріуполь – Запоріжжя"},
    first_seen_at=_AT,
    updated_at=_AT,
)
_SOURCE = {"id": "ua-ministry", "name": "Ministry of Reintegration", "url": "https://minre.example/post/14"}

# Type: the status that it tells, the one before, and whatever else is particular to it.
_TOLD: Mapping[EventType, tuple[Status, Status | None, dict[str, Any]]] = {
    EventType.ANNOUNCED: (Status.ANNOUNCED, None, {}),
    EventType.OPENED: (Status.OPEN, Status.ANNOUNCED, {}),
    EventType.SUSPENDED: (Status.SUSPENDED, Status.OPEN, {"reason": Reason.VIOLATED}),
    EventType.RESUMED: (Status.OPEN, Status.SUSPENDED, {}),
    EventType.CLOSED: (Status.CLOSED, Status.OPEN, {"reason": Reason.COMPLETED, "people": 160}),
    EventType.CHANGED: (Status.OPEN, Status.OPEN, {"people": 160}),
    EventType.DISPUTED: (Status.SUSPENDED, Status.OPEN, {"conflict": True}),
    EventType.STALE: (Status.OPEN, Status.OPEN, {"stale": True}),
    EventType.CORRECTED: (Status.ANNOUNCED, Status.OPEN, {"basis": Basis.MANUAL}),
    EventType.RETRACTED: (Status.UNKNOWN, Status.ANNOUNCED, {}),
    EventType.MERGED: (Status.UNKNOWN, Status.ANNOUNCED, {}),
    EventType.STARTING: (Status.ANNOUNCED, Status.ANNOUNCED, {}),
    EventType.ENDING: (Status.OPEN, Status.OPEN, {}),
}
_CHANGED = {
    EventType.CHANGED: (FieldChange("people", None, 160),),
    EventType.DISPUTED: (FieldChange("conflict", False, True),),
    EventType.STALE: (FieldChange("stale", False, True),),
}
# When, in Kyiv, the planned hours begin and end.
_NEAR = {
    EventType.STARTING: datetime(2022, 3, 14, 7, tzinfo=UTC),
    EventType.ENDING: datetime(2022, 3, 14, 19, tzinfo=UTC),
}


def example(type_: EventType, installation: str) -> dict[str, Any]:
    """Return an example of an event of a type, as the change feed and the body of a webhook have it."""
    event = Event(f"evt_{_ID}", type_, _AT, b"", cursor=_CURSOR, country="UA")
    told = _TOLD.get(type_)
    body = event_body(
        event,
        _CURSOR,
        installation=installation,
        occurrence=_occurrence(*told) if told else None,
        corridor=_CORRIDOR if told else None,
        change=Change(type_, told[1], _CHANGED.get(type_, ())) if told else None,
        sources=[{**_SOURCE, "published_at": _AT}] if told else (),
        data=_data(type_, installation),
    )
    shown: dict[str, Any] = json.loads(body)
    return shown


def _occurrence(status: Status, before: Status | None, particular: dict[str, Any]) -> Occurrence:
    ordinary: dict[str, Any] = {
        "basis": Basis.REPORTED,
        "since_at": _AT,
        "operated": status in {Status.OPEN, Status.CLOSED},
        "windows": (AssessedWindow("09:00", "21:00", start_verified=status is not Status.ANNOUNCED),),
        "modes": (Mode.PRIVATE_CAR,),
        "purpose": (Purpose.EVACUATION,),
        "parties": {"UA": Stance.PROPOSED},
        "credibility": 2,
        "publishers": 1,
        "why": (Why("reported", (f"clm_{_ID}",), f"Ministry of Reintegration reports it {status}."),),
        "claims": 1,
    }
    assessment = Assessment(status, **ordinary | particular)
    revision = 1 if before is None else 2
    return Occurrence("occ_mariupol-0314", _CORRIDOR.id, _DAY, "Europe/Kyiv", revision, assessment, _AT)


def _data(type_: EventType, installation: str) -> dict[str, Any] | None:
    """Return what an event of a type carries beside the records of a corridor."""
    family, about = type_.split(".", maxsplit=1)[0], f"sub_{_ID}"
    links = {"subscription": f"{installation}/v1/subscriptions/{about}"}
    notice: dict[str, Any] = {"subscription": {"id": about, "state": "active"}, "links": links}
    if type_ is EventType.MERGED:
        return {"merged_into": "cor_mariupol-zaporizhzhia-by-berdiansk"}
    if type_ in _NEAR:
        return {"window": {"start": "09:00", "end": "21:00", "at": _NEAR[type_]}}
    if family == "source":
        return {"source": {name: _SOURCE[name] for name in ("id", "name", "url")}, "detail": "nothing new for 3 days"}
    if type_ is EventType.TALLY_UPDATED:
        tally = Tally(_DAY, "UA", None, 10, 7, 4000, True, "ua-ministry", (), 10, 7, 3980)
        return {"tally": TallySchema().dump(tally)}
    if type_ is EventType.HEARTBEAT:
        return _beat(about)
    if type_ is EventType.SUBSCRIPTION_TEST:
        return {"subscription": {"id": about, "types": ["corridor.*"], "filter": {"countries": ["UA"]}}}
    if type_ is EventType.DELIVERY_EXHAUSTED:
        return notice | {"count": 3, "oldest_at": _AT}
    if family != "subscription":
        return None
    ending: dict[EventType, dict[str, Any]] = {
        EventType.SUBSCRIPTION_FAILING: {"disable_at": datetime(2022, 3, 19, 8, 30, tzinfo=UTC)},
        EventType.SUBSCRIPTION_DISABLED: {"reason": "failing", "subscription": {"id": about, "state": "disabled"}},
    }
    failing = {"since": datetime(2022, 3, 14, 8, 30, tzinfo=UTC), "attempts": 7}
    return notice | failing | ending.get(type_, {})


def _beat(about: str) -> dict[str, Any]:
    coverage = Coverage(12, 10, 1, 0, 1, _AT)
    figures = {"id": about, "seq": 48, "pending": 0, "oldest_pending_at": None, "failed_24h": 0, "superseded_24h": 2}
    beat = {"interval_seconds": 3600, "cursor": cursor_text(_CURSOR), "coverage": CoverageSchema().dump(coverage)}
    return beat | {"subscription": figures}
