"""How sending to each subscription goes, what newer news took the place of, and what was answered already.

Revision ID: 0003_lanes
Revises: 0002_rates
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_lanes"
down_revision = "0002_rates"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("subscription", sa.String(length=40), nullable=False),
        sa.Column("served_at", INSTANT),
        sa.Column("free_at", INSTANT),
        sa.Column("not_before_at", INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failed_attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failing_since_at", INSTANT),
        sa.Column("probes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("probe_at", INSTANT),
        sa.Column("rung", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("gone_at", INSTANT),
        sa.Column("seq", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("window", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_lanes_subscription"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscription", name=op.f("pk_lanes")),
    )
    op.execute(
        "INSERT INTO lanes (subscription, not_before_at, failing_since_at)"
        " SELECT id, not_before_at, failing_since_at FROM subscriptions"
    )
    op.drop_column("subscriptions", "not_before_at")
    op.drop_column("subscriptions", "failing_since_at")
    op.add_column("subscriptions", sa.Column("secrets_until", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("subscriptions", sa.Column("superseding", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("subscriptions", sa.Column("disabled_reason", sa.Text()))
    op.add_column("deliveries", sa.Column("status", sa.String(length=16)))
    op.add_column("deliveries", sa.Column("superseded_by", sa.String(length=40)))
    op.add_column("deliveries", sa.Column("seq", sa.Integer()))
    op.add_column("deliveries", sa.Column("replay", sa.String(length=40)))
    op.add_column("deliveries", sa.Column("owed_since_at", INSTANT))
    op.add_column("deliveries", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_deliveries_due_at", "deliveries")
    op.drop_index("ix_deliveries_order", "deliveries")
    op.create_index("ix_deliveries_order", "deliveries", ["subscription", "occurrence", "occurrence_revision"])
    for name, columns, condition in (
        ("due_at", ["due_at"], "state = 'pending'"),
        ("next", ["subscription", "priority", "due_at", "id"], "state = 'pending'"),
        ("occurrence", ["occurrence"], "state = 'pending'"),
        ("leased", ["subscription", "leased_until"], "leased_by IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(f"ix_deliveries_{name}", "deliveries", columns, sqlite_where=where, postgresql_where=where)
    op.add_column("attempts", sa.Column("trigger", sa.String(length=16), nullable=False, server_default="live"))
    op.create_table(
        "answered",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text()),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answered")),
    )
    op.create_index("ix_answered_at", "answered", ["answered_at"])
