"""What do the last answers of a source say about the next question? Kept between polls, beside its validators.

The cursor of a source that is asked only for what is new; the validators of the pages that an index leads to; and when
everything was last sent whole: a server whose validators are wrong would say "not modified" for ever, so once a day
it is asked without them. Only a good poll in which every page came changes any of this. Start at `recalled`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from corridors.intake.gathering import Gathered
from corridors.model import Source, Validators
from corridors.store import Transaction

REVALIDATE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Recall:
    """entries: by address. whole_at: when the source was last sent whole, None where that is not known."""

    cursor: str | None = None
    entries: Mapping[str, Validators] = field(default_factory=dict)
    whole_at: datetime | None = None


def recalled(source: Source, tx: Transaction) -> Recall:
    """Return what is known of a source."""
    mark = tx.leases.mark(_name(source))
    if not mark:
        return Recall()
    kept = json.loads(mark)
    return Recall(
        kept["cursor"],
        {url: Validators(*pair) for url, pair in kept["entries"].items()},
        datetime.fromisoformat(kept["whole_at"]) if kept["whole_at"] else None,
    )


def question(known: Recall, validators: Validators, at: datetime) -> tuple[Validators, Mapping[str, Validators]]:
    """Return what to send with the source's own request at `at`, and with those for the entries of its index."""
    if known.whole_at is None or at - known.whole_at >= REVALIDATE_AFTER:
        return Validators(cursor=known.cursor), {}
    return replace(validators, cursor=known.cursor), known.entries


def learned(known: Recall, gathered: Gathered, *, asked_whole: bool, at: datetime) -> Recall:
    """Return what is known after a good poll. asked_whole: nothing that was asked for was asked for conditionally."""
    if not gathered.whole or gathered.status == 304:
        return known
    given = [gathered.validators, *gathered.entries.values()]
    whole_at = at if asked_whole else known.whole_at
    entries = {url: each for url, each in gathered.entries.items() if each != Validators()}
    return Recall(
        gathered.cursor or known.cursor, entries, whole_at if any(each != Validators() for each in given) else None
    )


def remember(source: Source, before: Recall, after: Recall, tx: Transaction) -> None:
    """Keep what is known of a source."""
    if after != before:
        entries = {url: [each.etag, each.last_modified] for url, each in after.entries.items()}
        whole_at = after.whole_at.isoformat() if after.whole_at else None
        tx.leases.set_mark(
            _name(source), json.dumps({"cursor": after.cursor, "entries": entries, "whole_at": whole_at})
        )


def _name(source: Source) -> str:
    return f"recall.{source.id}"
