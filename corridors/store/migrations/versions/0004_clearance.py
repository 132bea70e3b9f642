"""Who sees what: sensitivity of what was said, and rows of state with the clearances that see them.

Until now nothing was withheld from anybody, so every row of state is everybody's. Keys of the desk and of admins, and
their subscriptions, see everything. Processes of the release before have to be stopped: they know one row a corridor.

Revision ID: 0004_clearance
Revises: 0003_lanes
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_clearance"
down_revision = "0003_lanes"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("sources", "documents", "claims", "figures"):
        op.add_column(table, sa.Column("sensitivity", sa.SmallInteger(), nullable=False, server_default="0"))
    for column in _band():
        op.add_column("events", column)
    for table in ("keys", "subscriptions"):
        op.add_column(table, sa.Column("clearance", sa.SmallInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE keys SET clearance = 3 WHERE scope IN ('desk', 'admin')")
    op.execute(
        "UPDATE subscriptions SET clearance = 3"
        " WHERE owner = 'admin' OR owner IN (SELECT id FROM keys WHERE clearance = 3)"
    )
    _rebuild_state()


def _band() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("seen_from", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("seen_to", sa.SmallInteger(), nullable=False, server_default="3"),
    )


def _rebuild_state() -> None:
    """Give the tables of state their wider keys; SQLite cannot change a key, so each is made anew and filled.

    Children go before their parents: with foreign keys on, dropping a parent first would empty its children.
    """
    kept = {
        "corridors": "id, slug, key, country, content, first_seen_at, updated_at, merged_into",
        "occurrences": "id, corridor, country, date, zone, status, operated, revision, content, due_at, updated_at",
        "occurrence_claims": "occurrence, claim",
    }
    for table, columns in kept.items():
        op.execute(f"CREATE TABLE old_{table} AS SELECT {columns} FROM {table}")
    for table in reversed(kept):
        op.drop_table(table)
    _make_corridors()
    _make_occurrences()
    _make_links()
    for table, columns in kept.items():
        op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM old_{table}")
        op.drop_table(f"old_{table}")


def _make_corridors() -> None:
    op.create_table(
        "corridors",
        sa.Column("id", sa.String(length=40), nullable=False),
        *_band(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("merged_into", sa.String(length=40)),
        sa.PrimaryKeyConstraint("id", "seen_from", name=op.f("pk_corridors")),
    )
    op.create_index("ix_corridors_country", "corridors", ["country", "id"])
    op.create_index("ix_corridors_slug", "corridors", ["slug"])


def _make_occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", sa.String(length=40), nullable=False),
        *_band(),
        sa.Column("corridor", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("operated", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", "seen_from", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("corridor", "date", "seen_from", name=op.f("uq_occurrences_corridor")),
    )
    op.create_index("ix_occurrences_date", "occurrences", ["date", "country"])
    op.create_index("ix_occurrences_due_at", "occurrences", ["due_at"])


def _make_links() -> None:
    op.create_table(
        "occurrence_claims",
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        sa.Column("seen_from", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("claim", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["claim"], ["claims.id"], name=op.f("fk_occurrence_claims_claim")),
        sa.ForeignKeyConstraint(
            ["occurrence", "seen_from"],
            ["occurrences.id", "occurrences.seen_from"],
            name=op.f("fk_occurrence_claims_occurrence"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("occurrence", "seen_from", "claim", name=op.f("pk_occurrence_claims")),
    )
    op.create_index("ix_occurrence_claims_claim", "occurrence_claims", ["claim"])
