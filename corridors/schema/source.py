"""How do sources, what they sent, and our sight of them look outside?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields

from corridors.model import Authority, Claim, Doubt, Revision, Sensitivity, Source, SourceHealth
from corridors.redaction import redacted
from corridors.schema.claim import ClaimSchema
from corridors.schema.fields import Instant, Word, a_list, maybe_count, maybe_instant, maybe_text
from corridors.schema.route import PlaceSchema

EXCERPT_LENGTH = 300

_STATES = ["pending", "ok", "late", "failing", "silent", "blocked"]


class Seconds(fields.Field[timedelta]):
    """A span of time in seconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "number"}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.total_seconds()


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source and how it is doing."""

    source: Source
    health: SourceHealth


class SourceSchema(Schema):
    """One place that we poll, and how it is doing; dumps a SourceView.

    state: pending (never polled yet), ok, late, failing, silent, or blocked (refused on purpose).
    """

    id = fields.String(attribute="source.id")
    name = fields.String(attribute="source.title")
    kind = fields.String(attribute="source.kind")
    publisher = fields.String(attribute="source.publisher")
    url = maybe_text(attribute="source.url")
    party = maybe_text(attribute="source.party")
    authority = Word(Authority, attribute="source.authority")
    reliability = fields.String(attribute="source.reliability")
    countries = fields.List(fields.String(), attribute="source.countries")
    languages = fields.List(fields.String(), attribute="source.languages")
    timezone = fields.String(attribute="source.timezone")
    every_seconds = Seconds(attribute="source.every")
    licence = maybe_text(attribute="source.licence")
    attribution = maybe_text(attribute="source.attribution")
    republish = fields.String(attribute="source.republish")
    sensitivity = Word(Sensitivity, attribute="source.sensitivity")
    enabled = fields.Boolean(attribute="source.enabled")
    state = fields.String(attribute="health.state", metadata={"enum": _STATES})
    outcome = maybe_text(attribute="health.outcome")
    detail = maybe_text(attribute="health.detail")
    last_poll_at = maybe_instant(attribute="health.last_poll_at")
    last_ok_at = maybe_instant(attribute="health.last_ok_at")
    next_poll_at = maybe_instant(attribute="health.next_poll_at")
    failures = fields.Integer(attribute="health.failures")
    documents = fields.Integer(attribute="health.documents")


class PollSchema(Schema):
    """One line of the poll log; dumps a Poll."""

    source = fields.String()
    started_at = Instant()
    finished_at = Instant()
    outcome = fields.String()
    status = maybe_count(metadata={"description": "HTTP status"})
    bytes = fields.Integer()
    seen = fields.Integer()
    understood = fields.Integer()
    documents_new = fields.Integer()
    detail = maybe_text()


class CoverageSchema(Schema):
    """How much of what we watch we can see; dumps a Coverage."""

    sources = fields.Integer()
    ok = fields.Integer()
    late = fields.Integer()
    failing = fields.Integer()
    silent = fields.Integer()
    oldest_ok_at = maybe_instant()


class TotalSchema(Schema):
    """A count that a document gives for a day; dumps a Total."""

    on = fields.Date()
    region = maybe_text()
    planned = maybe_count()
    operated = maybe_count()
    people = maybe_count()
    approximate = fields.Boolean()


class DoubtSchema(Schema):
    """A sentence that was not fully understood; dumps a Doubt."""

    text = fields.String(allow_none=True)
    missing = fields.String()
    span = fields.List(fields.Raw(), allow_none=True)
    candidates = a_list(PlaceSchema)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A state of a document, as far as its source lets us show its words.

    republish: full, excerpt (the first 300 characters) or link (no words at all).
    """

    revision: Revision
    republish: str = "link"
    claims: Sequence[Claim] = ()
    revisions: Sequence[DocumentView] = field(default_factory=tuple)

    @property
    def title(self) -> str | None:
        """Return the title, None without one or where only the link may be shown."""
        return (redacted(self.revision.document.title) or None) if self.republish != "link" else None

    @property
    def text(self) -> str | None:
        """Return the words that may be shown, without what would tell of private persons."""
        if self.republish == "link":
            return None
        text = redacted(self.revision.document.text)
        return text if self.republish == "full" else text[:EXCERPT_LENGTH]

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """Return the doubts; their quotations only where the whole text may be shown."""
        return [_doubt(doubt, quote=self.republish == "full") for doubt in self.revision.doubts]


def _doubt(doubt: Doubt, *, quote: bool) -> dict[str, Any]:
    return {
        "text": redacted(doubt.text) if quote else None,
        "missing": doubt.missing,
        "span": doubt.span,
        "candidates": doubt.candidates,
    }


class RevisionSchema(Schema):
    """One stored state of a document; dumps a DocumentView."""

    revision = fields.Integer(attribute="revision.number")
    title = maybe_text()
    text = maybe_text()
    language = maybe_text(attribute="revision.document.language")
    edited = fields.Boolean(attribute="revision.document.edited")
    published_at = maybe_instant(attribute="revision.document.published_at")
    fetched_at = Instant(attribute="revision.document.fetched_at")
    recorded_at = Instant(attribute="revision.recorded_at")
    historic = fields.Boolean(attribute="revision.historic")
    totals = fields.List(fields.Nested(TotalSchema), attribute="revision.totals")
    doubts = fields.List(fields.Nested(DoubtSchema))


class DocumentSchema(RevisionSchema):
    """An announcement in its latest state; dumps a DocumentView."""

    id = fields.String(attribute="revision.id")
    source = fields.String(attribute="revision.document.source")
    url = fields.String(allow_none=True, attribute="revision.document.url")
    republish = fields.String(metadata={"enum": ["full", "excerpt", "link"]})
    forwarded_from = fields.String(allow_none=True, attribute="revision.document.forwarded_from")
    media = fields.List(fields.String(), attribute="revision.document.media")
    deleted_at = maybe_instant(attribute="revision.deleted_at")


class DocumentDetailSchema(DocumentSchema):
    """An announcement with every state it had, and what was read from all of them."""

    revisions = fields.List(fields.Nested(RevisionSchema))
    claims = fields.List(fields.Nested(ClaimSchema))
