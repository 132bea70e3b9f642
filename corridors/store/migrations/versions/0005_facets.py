"""What filters look at and what the interface shows, kept beside the records; filled by the first `migrate`.

Revision ID: 0005_facets
Revises: 0004_clearance
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005_facets"
down_revision = "0004_clearance"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _corridor_facets()
    _occurrence_facets()
    op.create_table(
        "representations",
        sa.Column("record", sa.String(length=40), nullable=False),
        *_band(),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", "seen_from", name=op.f("pk_representations")),
    )
    op.create_index("ix_representations_form", "representations", ["form"])
    op.add_column("events", sa.Column("facets", sa.Text()))
    op.add_column("claims", sa.Column("party", sa.Text()))
    op.add_column("claims", sa.Column("credibility", sa.Integer(), nullable=False, server_default="6"))
    op.add_column("claims", sa.Column("modes", sa.Text(), nullable=False, server_default="|"))
    op.add_column("claims", sa.Column("purpose", sa.Text(), nullable=False, server_default="|"))
    _fill_claims()


def _band() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("seen_from", sa.SmallInteger(), autoincrement=False, nullable=False, server_default="0"),
        sa.Column("seen_to", sa.SmallInteger(), nullable=False, server_default="3"),
    )


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _corridor_facets() -> None:
    op.create_table(
        "corridor_facets",
        sa.Column("corridor", sa.String(length=40), nullable=False),
        *_band(),
        *_texts("slug"),
        sa.Column("country", sa.String(length=2), nullable=False),
        *(sa.Column(side, sa.Float()) for side in ("west", "south", "east", "north")),
        sa.Column("updated_at", INSTANT, nullable=False),
        *_texts("areas", "origin", "via", "destination", "line", "names"),
        sa.PrimaryKeyConstraint("corridor", "seen_from", name=op.f("pk_corridor_facets")),
    )
    op.create_index("ix_corridor_facets_country", "corridor_facets", ["country", "corridor"])
    op.create_index("ix_corridor_facets_slug", "corridor_facets", ["slug"])
    op.create_index("ix_corridor_facets_updated_at", "corridor_facets", ["updated_at"])
    op.create_index("ix_corridor_facets_box", "corridor_facets", ["west", "east", "south", "north"])


def _occurrence_facets() -> None:
    op.create_table(
        "occurrence_facets",
        sa.Column("occurrence", sa.String(length=40), nullable=False),
        *_band(),
        sa.Column("corridor", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("credibility", sa.Integer(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        *_texts("modes", "purpose", "parties", "sources"),
        sa.PrimaryKeyConstraint("occurrence", "seen_from", name=op.f("pk_occurrence_facets")),
    )
    op.create_index("ix_occurrence_facets_corridor", "occurrence_facets", ["corridor", "date", "occurrence"])
    op.create_index("ix_occurrence_facets_status", "occurrence_facets", ["date", "status", "corridor"])
    op.create_index("ix_occurrence_facets_date", "occurrence_facets", ["date", "occurrence"])
    op.create_index("ix_occurrence_facets_updated_at", "occurrence_facets", ["updated_at"])


def _fill_claims() -> None:
    """Take out of each claim's content what its filters look at."""
    connection = op.get_bind()
    last = ""
    while True:
        rows = connection.execute(
            sa.text("SELECT id, content FROM claims WHERE id > :last ORDER BY id LIMIT 1000"), {"last": last}
        ).all()
        if not rows:
            return
        last = rows[-1].id
        connection.execute(
            sa.text(
                "UPDATE claims SET party = :party, credibility = :credibility, modes = :modes, purpose = :purpose"
                " WHERE id = :id"
            ),
            [_claim(row.id, json.loads(row.content)) for row in rows],
        )


def _claim(id_: str, content: dict) -> dict:
    said = content["statement"]
    return {
        "id": id_,
        "party": content.get("party"),
        "credibility": content["credibility"],
        "modes": _set(said.get("modes", ())),
        "purpose": _set(said.get("purpose", ("evacuation",))),
    }


def _set(words: list) -> str:
    return "|" + "".join(f"{word}|" for word in words)
