"""What people at the desk decided, what waits for them, and where that leads which moved.

Revision ID: 0007_desk
Revises: 0006_lasting
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_desk"
down_revision = "0006_lasting"

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("occurrences", sa.Column("route", sa.Text()))
    op.create_table(
        "decisions",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("made", sa.String(length=40)),
        sa.Column("corridor", sa.String(length=40)),
        sa.Column("into", sa.String(length=40)),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("review", sa.String(length=40)),
        sa.Column("undone_at", INSTANT),
        sa.Column("undone_by", sa.String(length=40)),
        sa.Column("undone_by_name", sa.Text()),
        sa.Column("undo_reason", sa.Text()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_decisions")),
        sa.UniqueConstraint("id", name=op.f("uq_decisions_id")),
    )
    for name, columns, condition in (
        ("merged", ["country"], "act = 'merge'"),
        ("review", ["review"], "review IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(f"ix_decisions_{name}", "decisions", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "decision_claims",
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("claim", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["decision"], ["decisions.id"], name=op.f("fk_decision_claims_decision")),
        sa.ForeignKeyConstraint(["claim"], ["claims.id"], name=op.f("fk_decision_claims_claim")),
        sa.PrimaryKeyConstraint("decision", "claim", name=op.f("pk_decision_claims")),
    )
    op.create_index("ix_decision_claims_claim", "decision_claims", ["claim"])
    op.create_table(
        "moved",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("into", sa.String(length=40), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moved")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("on", sa.Date()),
        sa.Column("corridor", sa.String(length=40)),
        sa.Column("document", sa.String(length=40)),
        sa.Column("acts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("sensitivity", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_day", "reviews", ["country", "on"])
    op.create_index("ix_reviews_document", "reviews", ["document"])
    op.create_index("ix_reviews_acts_at", "reviews", ["acts_at", "rank", "id"])
