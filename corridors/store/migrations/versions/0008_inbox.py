"""Messages that are sent to an inbox and wait to be read.

Revision ID: 0008_inbox
Revises: 0007_desk
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_inbox"
down_revision = "0007_desk"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "id", name=op.f("uq_inbox_source")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_external_id", "inbox", ["source", "external_id"])
