"""What was deleted at the source? Absence is a suspicion, never a proof by itself.

A kind that can ask about a missing item confirms it first; a source that always sends all that holds (`snapshot`) takes
back what is missing, but not too much of it at once: half a map that vanishes is rather a fault. Only a poll in which
every page came and every item was understood may conclude anything. Start at `retract_missing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from corridors.errors import SourceError
from corridors.intake.errand import Errand
from corridors.intake.gathering import Gathered
from corridors.ledger import Ledger
from corridors.model import EVERYTHING, Now, Snapshot, Source
from corridors.sources import Adapter

MOST_STANDING = 5_000  # of the newest documents, which can still be missed


def retract_missing(
    source: Source, adapter: Adapter, gathered: Gathered, errand: Errand, ledger: Ledger, now: Now
) -> None:
    """Withdraw what the documents said that are gone from the source."""
    if gathered.status != 200 or not (gathered.complete and gathered.whole):
        return
    suspects: Any = getattr(adapter, "suspects", None)
    if source.snapshot is None and suspects is None:
        return
    with ledger.store.read(EVERYTHING) as tx:
        standing = tx.documents.standing(source.id, MOST_STANDING)
    seen = {document.external_id for document in gathered.documents}
    if source.snapshot is not None:
        gone = _missing(source, source.snapshot, standing, seen, ledger)
    else:
        gone = _confirmed(suspects(source, list(standing), seen), errand)
    if gone:
        ledger.retract([standing[external_id] for external_id in gone if external_id in standing], now)


def _missing(
    source: Source, snapshot: Snapshot, standing: Mapping[str, str], seen: Collection[str], ledger: Ledger
) -> Collection[str]:
    """What is missing, unless it is too much and has not been so for long enough."""
    missing = set(standing) - set(seen)
    mark = f"missing.{source.id}"
    with ledger.store.begin() as tx:
        held = int(tx.leases.mark(mark) or 0)
        if missing and len(missing) > snapshot.max_drop * len(standing) and held < snapshot.grace:
            tx.leases.set_mark(mark, str(held + 1))
            return ()
        if held:
            tx.leases.set_mark(mark, "0")
    return missing


def _confirmed(requests: Collection[Any], errand: Errand) -> list[str]:
    """What the items' own pages say is gone; a page that cannot be read says nothing."""
    gone: list[str] = []
    for request in requests:
        try:
            gone += errand.parsed(errand.fetch(request)).gone
        except SourceError:
            break
    return gone
