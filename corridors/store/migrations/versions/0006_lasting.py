"""What is said about a day is found among a million claims as fast as among a thousand.

Revision ID: 0006_lasting
Revises: 0005_facets
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_lasting"
down_revision = "0005_facets"


def upgrade() -> None:
    for name, columns, condition in (
        ("lasting", ["country", "last_on"], "last_on > first_on"),
        ("open", ["country", "first_on"], "last_on IS NULL"),
    ):
        where = sa.text(condition)
        op.create_index(f"ix_claims_{name}", "claims", columns, sqlite_where=where, postgresql_where=where)
