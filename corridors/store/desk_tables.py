"""Which rows are there about the desk? The tables of its decisions, of what waits for it, and of ids that lead on."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, String, Table, Text

from corridors.store.columns import Instant, Serial, only, sensitivity
from corridors.store.tables import metadata

decisions = Table(
    "decisions",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),  # in the order of commits
    Column("id", String(40), nullable=False, unique=True),
    Column("act", String(16), nullable=False),
    Column("author", String(40), nullable=False),
    Column("author_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("made", String(40)),
    Column("corridor", String(40)),
    Column("into", String(40)),
    Column("country", String(2), nullable=False),
    Column("review", String(40)),
    Column("undone_at", Instant),
    Column("undone_by", String(40)),
    Column("undone_by_name", Text),
    Column("undo_reason", Text),
    Index("ix_decisions_merged", "country", **only("act = 'merge'")),  # which corridors stand for which?
    Index("ix_decisions_review", "review", **only("review IS NOT NULL")),  # was this answered?
)

decision_claims = Table(
    "decision_claims",
    metadata,
    Column("decision", String(40), ForeignKey("decisions.id"), primary_key=True),
    Column("claim", String(40), ForeignKey("claims.id"), primary_key=True),
    Index("ix_decision_claims_claim", "claim"),  # what does the desk hold of this claim?
)

moved = Table(
    "moved",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("into", String(40), nullable=False),
    Column("moved_at", Instant, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("country", String(2), nullable=False),
    Column("on", Date),
    Column("corridor", String(40)),
    Column("document", String(40)),
    Column("acts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    sensitivity(),
    Index("ix_reviews_day", "country", "on"),  # what waits for the desk about a day?
    Index("ix_reviews_document", "document"),  # ... and about a document?
    Index("ix_reviews_acts_at", "acts_at", "rank", "id"),  # what presses most?
)
