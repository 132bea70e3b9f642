"""What would today's reader make of what was announced long ago? Documents are read again, and the difference kept.

What is said alike stays as it is, with its id; what is not said any more is withdrawn, what is new is added, as known
from now on, so that what was known at an earlier instant stays what it was. It is history: nobody is told. A document
that was edited in between is left to its poll. Start at `differences`; `keep` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from corridors.intake import Intake, reading_of
from corridors.ledger import Correction
from corridors.model import EVERYTHING, Claim, Now, OfficialFigure, Revision, Source
from corridors.provenance import claims_of, figures_of

BATCH = 100  # documents read, and written in one transaction


@dataclass(frozen=True, slots=True)
class Difference:
    """What reading a document again would change."""

    source: Source
    correction: Correction

    @property
    def is_any(self) -> bool:
        """Return whether it would change anything."""
        told = self.correction
        return bool(told.gone or told.made or told.figures is not None or told.reread.doubts != told.revision.doubts)


def batches(
    intake: Intake,
    sources: Mapping[str, Source],
    now: datetime,
    *,
    source: str | None,
    since: datetime | None,
    after: str,
) -> Iterator[tuple[str, int, list[Difference]]]:
    """Yield, for each batch of documents behind the id `after`, its last id, its size, and what would change.

    sources: those that are configured, by id; documents of others are left alone. since: first seen at or after it.
    """
    while True:
        with intake.ledger.store.read(EVERYTHING) as tx:
            kept = tx.documents.following(after, BATCH, source=source, since=since)
            said = {revision.id: tx.claims.of_document(revision.id, revision.number) for revision in kept}
            counted = {revision.id: tx.claims.figures_of(revision.id) for revision in kept}
        if not kept:
            return
        after = kept[-1].id
        known = [revision for revision in kept if revision.document.source in sources]
        found = [
            difference(
                revision, said[revision.id], counted[revision.id], sources[revision.document.source], intake, now
            )
            for revision in known
        ]
        yield after, len(kept), [each for each in found if each.is_any]


def difference(
    revision: Revision,
    claims: Sequence[Claim],
    figures: Sequence[OfficialFigure],
    source: Source,
    intake: Intake,
    now: datetime,
) -> Difference:
    """Return what reading `revision` again changes; `claims` and `figures` are what was made of it before.

    What the desk made of it is no reading, and stays.
    """
    reading = reading_of(revision.document, source, intake.languages, intake.gazetteer, intake.reader)
    again = replace(revision, totals=reading.totals, doubts=reading.doubts)
    standing = [claim for claim in claims if claim.withdrawn_at is None and claim.made_by is None]
    left = {_content(claim): claim for claim in standing}
    made = []
    for claim in claims_of(revision, reading, source, lambda: ""):
        dated = replace(
            claim,
            published_at=claim.published_at or revision.recorded_at,
            recorded_at=now,
            known_at=now,
            historic=True,
        )
        if left.pop(_content(dated), None) is None:
            made.append(dated)
    kept = {claim.id for claim in standing} - {claim.id for claim in left.values()}
    gone = tuple(claim for claim in standing if claim.id not in kept)
    counted = tuple(replace(figure, known_at=now) for figure in figures_of(revision, reading, source))
    is_same = {_count(figure) for figure in counted} == {_count(figure) for figure in figures}
    return Difference(source, Correction(revision, again, gone, tuple(made), None if is_same else counted))


def keep(differences: Sequence[Difference], intake: Intake, now: Now) -> int:
    """Write differences as history, and return how many of them still applied."""
    return intake.ledger.correct([each.correction for each in differences], now) if differences else 0


def _content(claim: Claim) -> str:
    """Return what two claims share that say the same with the same provenance, whenever they were made."""
    plain = replace(
        claim,
        id="",
        published_at=None,
        recorded_at=claim.said_at,
        known_at=claim.said_at,
        historic=False,
        withdrawn_at=None,
        credibility=0,
    )
    return repr(replace(plain, statement=replace(plain.statement, spans=dict(sorted(plain.statement.spans.items())))))


def _count(figure: OfficialFigure) -> str:
    return repr(replace(figure, known_at=figure.said_at))
