"""Which event, if any, does the step from one assessment to the next make? Start at `change`."""

from __future__ import annotations

from typing import Any

from corridors.model import Assessment, Change, EventType, FieldChange, Status

_STOPPED = frozenset({Status.SUSPENDED, Status.CLOSED})
_NEW = {
    Status.ANNOUNCED: EventType.ANNOUNCED,
    Status.OPEN: EventType.OPENED,
    Status.SUSPENDED: EventType.SUSPENDED,
    Status.CLOSED: EventType.CLOSED,
}

# What a subscriber acts on. How many say it, who, and how surely, may move without an event; so does whether something
# is withheld, or everybody would be told when a secret was written down.
_PUBLIC = (
    "reason",
    "basis",
    "stale",
    "operated",
    "windows",
    "modes",
    "purpose",
    "people",
    "agreement",
    "conflict",
    "sensitivity",
)


def change(before: Assessment | None, after: Assessment, *, corrected: bool = False) -> Change | None:
    """Return the event that is due when `after` follows `before`, None where nothing happened that anybody acts on.

    before: None for a new occurrence. One step makes one event: a result that is reported with no opening before it
    is a closing, and no opening is invented. `changed` is filled where the status stayed or was corrected.
    corrected: nothing new was heard, the desk rejected, corrected or undid: so no road opened, and none was closed.
    """
    if corrected and before is not None and (after.status is not before.status or _changed(before, after)):
        return Change(
            EventType.CORRECTED if after.claims else EventType.RETRACTED, before.status, _changed(before, after)
        )
    if before is None or before.status is Status.UNKNOWN is not after.status:
        kind = _NEW.get(after.status)
        return Change(kind, before.status if before else None) if kind else None
    if after.status is not before.status:
        kind = _moved(before, after)
        changed = _changed(before, after) if kind is EventType.CORRECTED else ()
        return Change(kind, before.status, changed)
    if not (changed := _changed(before, after)):
        return None
    if after.conflict and not before.conflict:
        return Change(EventType.DISPUTED, before.status, changed)
    if after.stale and not before.stale:
        return Change(EventType.STALE, before.status, changed)
    return Change(EventType.CHANGED, before.status, changed)


def _moved(before: Assessment, after: Assessment) -> EventType:
    if after.status is Status.UNKNOWN:
        return EventType.CORRECTED if after.claims else EventType.RETRACTED
    if after.status is Status.OPEN:
        return EventType.RESUMED if before.status in _STOPPED else EventType.OPENED
    if after.status is Status.ANNOUNCED and not _is_later(after, before):
        return EventType.CORRECTED
    return _NEW[after.status]


def _is_later(after: Assessment, before: Assessment) -> bool:
    """Return whether `after` rests on something said since `before`: announced anew, and not fallen back to it."""
    if before.status not in _STOPPED or after.since_at is None or before.since_at is None:
        return False
    return after.since_at > before.since_at


def _changed(before: Assessment, after: Assessment) -> tuple[FieldChange, ...]:
    pairs = ((name, _public(before, name), _public(after, name)) for name in _PUBLIC)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _public(assessment: Assessment, name: str) -> Any:
    """Return the field as it looks outside: plain words, numbers, lists and mappings."""
    value = getattr(assessment, name)
    if name == "agreement":
        parties = {party: stance.value for party, stance in sorted(assessment.parties.items())}
        return {"roll_up": value.value, "parties": parties}
    if name == "windows":
        return [
            {
                "start": window.start,
                "end": window.end,
                "start_verified": window.start_verified,
                "end_verified": window.end_verified,
            }
            for window in value
        ]
    if isinstance(value, tuple):
        return [str(word) for word in value]
    return str(value) if isinstance(value, str) else value
