"""Counts of requests: in this minute, for the limits, and for ever, for /metrics.

Revision ID: 0002_rates
Revises: 0001_first_tables
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_rates"
down_revision = "0001_first_tables"


def upgrade() -> None:
    op.create_table(
        "rates",
        sa.Column("bucket", sa.String(length=80), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "ends_at", name=op.f("pk_rates")),
    )
    op.create_index("ix_rates_ends_at", "rates", ["ends_at"])
    op.create_table(
        "traffic",
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("within_ms", sa.Integer(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("route", "method", "status", "within_ms", name=op.f("pk_traffic")),
    )
