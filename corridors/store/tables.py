"""Which rows are there? The tables, the same on SQLite and PostgreSQL; migrations/ builds them.

Every index says which question it answers. Instants are aware and in UTC on both engines.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from corridors.store.columns import Instant, Serial, band, only, sensitivity

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("configured", Boolean, nullable=False),
    Column("definition", Text, nullable=False),
    Column("rate_group", Text),
    Column("min_gap_seconds", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String(32)),
    Column("detail", Text),
    Column("last_poll_at", Instant),
    Column("last_ok_at", Instant),
    Column("next_poll_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("documents", Integer, nullable=False),
    Column("leased_by", String(80)),
    Column("leased_until", Instant),
    sensitivity(),
    Index("ix_sources_next_poll_at", "next_poll_at"),  # which sources are due?
)

rate_groups = Table(
    "rate_groups",
    metadata,
    Column("name", Text, primary_key=True),
    Column("free_at", Instant, nullable=False),
)

polls = Table(
    "polls",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("status", Integer),
    Column("bytes", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("understood", Integer, nullable=False),
    Column("documents_new", Integer, nullable=False),
    Column("detail", Text),
    Index("ix_polls_source_id", "source", "id"),  # the last polls of one source
    Index("ix_polls_started_at", "started_at"),  # retention
)

bodies = Table(
    "bodies",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Index("ix_bodies_stored_at", "stored_at"),  # retention
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("source", String(64), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    sensitivity(),  # of its source, or of the most sensitive thing it says
    UniqueConstraint("source", "external_id"),  # the same announcement is never kept twice
)

revisions = Table(
    "revisions",
    metadata,
    Column("document", String(40), ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body_hash", String(64)),
    Column("published_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("historic", Boolean, nullable=False),
    Column("totals", Text, nullable=False),
    Column("doubts", Text, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("document", String(40), ForeignKey("documents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("source", String(64), nullable=False),
    Column("country", String(2), nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date),
    Column("status", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    sensitivity(),
    Column("party", Text),
    Column("credibility", Integer, nullable=False, server_default="6"),
    Column("modes", Text, nullable=False, server_default="|"),
    Column("purpose", Text, nullable=False, server_default="|"),
    # what is said about a day? What begins on it, what goes on beyond its first day, what holds until further notice
    Index("ix_claims_day", "country", "first_on", "last_on"),
    Index("ix_claims_lasting", "country", "last_on", **only("last_on > first_on")),
    Index("ix_claims_open", "country", "first_on", **only("last_on IS NULL")),
    Index("ix_claims_document", "document", "revision"),  # what does a document say?
)

figures = Table(
    "figures",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("document", String(40), ForeignKey("documents.id"), nullable=False),
    Column("country", String(2), nullable=False),
    Column("on", Date, nullable=False),
    Column("region", Text),
    Column("content", Text, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    sensitivity(),
    Index("ix_figures_on", "on", "country"),  # the official figures of a day
    Index("ix_figures_document", "document"),  # withdraw what a revised document said
)

corridors = Table(
    "corridors",
    metadata,
    Column("id", String(40), primary_key=True),
    *band(key=True),
    Column("slug", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("content", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("merged_into", String(40)),
    Index("ix_corridors_country", "country", "id"),  # list of one country
    Index("ix_corridors_slug", "slug"),  # by readable name
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", String(40), primary_key=True),
    *band(key=True),
    Column("corridor", String(40), nullable=False),
    Column("country", String(2), nullable=False),
    Column("date", Date, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("operated", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("due_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("route", Text),  # as the day's own claims tell it; of all days together it is the corridor's
    UniqueConstraint("corridor", "date", "seen_from"),
    Index("ix_occurrences_date", "date", "country"),  # what is on that day?
    Index("ix_occurrences_due_at", "due_at"),  # which of them does the clock end now?
)

occurrence_claims = Table(
    "occurrence_claims",
    metadata,
    Column("occurrence", String(40), primary_key=True),
    Column("seen_from", SmallInteger, primary_key=True, autoincrement=False, server_default="0"),  # of the occurrence
    Column("claim", String(40), ForeignKey("claims.id"), primary_key=True),
    ForeignKeyConstraint(["occurrence", "seen_from"], ["occurrences.id", "occurrences.seen_from"], ondelete="CASCADE"),
    Index("ix_occurrence_claims_claim", "claim"),  # which corridor is this claim about?
)

# What filters look at (model/facets.py), apart from the records themselves, whose rows are a hundred times as wide.
# Sets are texts such as "|bus|train|".
corridor_facets = Table(
    "corridor_facets",
    metadata,
    Column("corridor", String(40), primary_key=True),
    *band(key=True),
    Column("slug", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("west", Float),
    Column("south", Float),
    Column("east", Float),
    Column("north", Float),
    Column("updated_at", Instant, nullable=False),  # of the corridor or of any of its days
    Column("areas", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("names", Text, nullable=False),
    Index("ix_corridor_facets_country", "country", "corridor"),  # those of one country, in order
    Index("ix_corridor_facets_slug", "slug"),  # by readable name
    Index("ix_corridor_facets_updated_at", "updated_at"),  # what changed since?
    Index("ix_corridor_facets_box", "west", "east", "south", "north"),  # which may touch an area?
)

occurrence_facets = Table(
    "occurrence_facets",
    metadata,
    Column("occurrence", String(40), primary_key=True),
    *band(key=True),
    Column("corridor", String(40), nullable=False),
    Column("country", String(2), nullable=False),
    Column("date", Date, nullable=False),
    Column("begins_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("credibility", Integer, nullable=False),
    Column("conflict", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("modes", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("parties", Text, nullable=False),
    Column("sources", Text, nullable=False),
    Index("ix_occurrence_facets_corridor", "corridor", "date", "occurrence"),  # the days of one corridor
    Index("ix_occurrence_facets_status", "date", "status", "corridor"),  # what is open on that day?
    Index("ix_occurrence_facets_date", "date", "occurrence"),  # days in their order
    Index("ix_occurrence_facets_updated_at", "updated_at"),  # what changed since?
)

# What the public interface shows of a record, rendered in the transaction that changed it. form: of the code that did.
representations = Table(
    "representations",
    metadata,
    Column("record", String(40), primary_key=True),
    *band(key=True),
    Column("form", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_representations_form", "form"),  # which were rendered by code of another release?
)

events = Table(
    "events",
    metadata,
    Column("cursor", Serial, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("type", String(40), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("historic", Boolean, nullable=False),
    Column("corridor", String(40)),
    Column("occurrence", String(40)),
    Column("occurrence_revision", Integer, nullable=False),
    Column("country", String(2)),
    Column("body", LargeBinary, nullable=False),
    *band(),
    Column("facets", Text),  # what filters look at; null = recorded by a release that kept none
    Index("ix_events_corridor", "corridor", "cursor"),  # what happened to this corridor?
    sqlite_autoincrement=True,  # a cursor is never given twice, whatever is deleted
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    Column("clearance", SmallInteger, nullable=False, server_default="0"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("url", LargeBinary, nullable=False),  # sealed, as a URL may hold a secret and who listens is sensitive
    Column("secrets", LargeBinary, nullable=False),  # sealed
    Column("headers", LargeBinary, nullable=False),  # sealed
    Column("types", Text, nullable=False),
    Column("filter", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("rate_per_minute", Integer, nullable=False),
    Column("contact", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("secrets_until", Text, nullable=False, server_default="[]"),
    Column("superseding", Boolean, nullable=False, server_default=true()),
    Column("disabled_reason", Text),
    Column("clearance", SmallInteger, nullable=False, server_default="0"),
    Index("ix_subscriptions_state", "state"),  # whom does an event concern?
)

lanes = Table(
    "lanes",
    metadata,
    Column("subscription", String(40), ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True),
    Column("served_at", Instant),
    Column("free_at", Instant),
    Column("not_before_at", Instant),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("failing_since_at", Instant),
    Column("probes", Integer, nullable=False, server_default="0"),
    Column("probe_at", Instant),
    Column("rung", Integer, nullable=False, server_default="0"),
    Column("gone_at", Instant),
    Column("seq", Integer, nullable=False, server_default="0"),
    Column("window", Integer, nullable=False, server_default="0"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subscription", String(40), ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    Column("event", String(40), nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", LargeBinary),  # only for what is no event of the change feed (tests, heartbeats)
    Column("occurrence", String(40)),
    Column("occurrence_revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_by", String(80)),
    Column("leased_until", Instant),
    Column("lease", Integer, nullable=False),
    Column("last_code", String(32)),
    Column("finished_at", Instant),
    Column("status", String(16)),
    Column("superseded_by", String(40)),
    Column("seq", Integer),
    Column("replay", String(40)),
    Column("owed_since_at", Instant),
    Column("priority", Integer, nullable=False, server_default="0"),  # the lowest first; see deliveries.py
    UniqueConstraint("event", "subscription"),  # an event is owed to a subscription once
    CheckConstraint("attempts >= 0", name="attempts"),
    # what is due, and what is next for this subscription? Only what is pending, as the rest is a hundred times as much
    Index("ix_deliveries_due_at", "due_at", **only("state = 'pending'")),
    Index("ix_deliveries_next", "subscription", "priority", "due_at", "id", **only("state = 'pending'")),
    # what does newer word about an occurrence take the place of?
    Index("ix_deliveries_occurrence", "occurrence", **only("state = 'pending'")),
    # how many are on their way to it, and which does a dead worker still hold?
    Index("ix_deliveries_leased", "subscription", "leased_until", **only("leased_by IS NOT NULL")),
    # is there earlier or newer word about the same occurrence?
    Index("ix_deliveries_order", "subscription", "occurrence", "occurrence_revision"),
    # the log of one subscription, newest first
    Index("ix_deliveries_subscription", "subscription", "id"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("delivery", String(40), ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("code", String(32), nullable=False),
    Column("status", Integer),
    Column("retry_after_seconds", Float),
    Column("response_head", Text, nullable=False),
    Column("total_ms", Integer, nullable=False),
    Column("trigger", String(16), nullable=False, server_default="live"),
    Index("ix_attempts_delivery", "delivery", "number"),  # every try of one delivery
    Index("ix_attempts_started_at", "started_at"),  # retention
)

answered = Table(
    "answered",
    metadata,
    Column("key", String(64), primary_key=True),  # hash of who asked and of their Idempotency-Key
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # sealed: it may show a secret
    Column("location", Text),
    Column("answered_at", Instant, nullable=False),
    Index("ix_answered_at", "answered_at"),  # retention
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("id", String(200), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("document", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("body", LargeBinary),  # NULL = it was read
    UniqueConstraint("source", "id"),  # a message that is sent again is taken once
    Index("ix_inbox_external_id", "source", "external_id"),  # which document is it?
    sqlite_autoincrement=True,
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until_at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)

rates = Table(
    "rates",
    metadata,
    Column("bucket", String(80), primary_key=True),
    Column("ends_at", Instant, primary_key=True),
    Column("requests", Integer, nullable=False),
    Index("ix_rates_ends_at", "ends_at"),  # which windows are over?
)

traffic = Table(
    "traffic",
    metadata,
    Column("route", String(200), primary_key=True),
    Column("method", String(16), primary_key=True),
    Column("status", Integer, primary_key=True, autoincrement=False),
    Column("within_ms", Integer, primary_key=True, autoincrement=False),
    Column("requests", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)
