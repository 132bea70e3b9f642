"""What does a record say in one line, and in a few? For calendars, feeds and alerts, which people read as they are.

In English, as the words of the API are; names are in the language that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridors.schema.flat import Row, name_of

Value = Mapping[str, Any]


def title_of(row: Row) -> str:
    """Return which corridor it is and what holds on it: "Mariupol – Zaporizhzhia: suspended (violated)"."""
    named = name_of(row.corridor.get("name"), row.frame.language) or str(row.record.get("id") or "")
    return f"{named}: {state_of(row.day)}"


def state_of(day: Value) -> str:
    """Return status and reason in words."""
    status, reason = str(day.get("status") or "unknown"), day.get("reason")
    return f"{status} ({str(reason).replace('_', ' ')})" if reason else status


def text_of(row: Row) -> str:
    """Return what is known of a corridor's day, a line each, the notice last."""
    day, lines = row.day, []
    if day.get("date"):
        hours = ", ".join(_hours(window) for window in day.get("windows") or ()) or "no hours stated"
        lines.append(f"{day['date']}, {hours} ({day.get('zone')})")
    lines += [
        f"{label}: {value}"
        for label, value in (
            ("status", state_of(day)),
            ("transport", ", ".join(day.get("modes") or ())),
            ("purpose", ", ".join(day.get("purpose") or ())),
            ("people moved", day.get("people")),
            ("agreement", (day.get("agreement") or {}).get("roll_up")),
            ("credibility", day.get("credibility")),
        )
        if value not in {None, ""}
    ]
    lines += [text for held, text in _MARKS.items() if day.get(held)]
    lines += [str(why["text"]) for why in day.get("why") or () if why.get("text")]
    return "\n".join([*lines, row.frame.notice])


_MARKS = {
    "conflict": "Reports contradict each other.",
    "stale": "Nobody has confirmed it for a day.",
    "withheld": "Some information is withheld.",
}


def _hours(window: Value) -> str:
    start, end = window.get("start"), window.get("end")
    if start and end:
        return f"{start}–{end}"
    return f"from {start}" if start else f"until {end}"
