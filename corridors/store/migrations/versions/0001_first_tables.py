"""The first tables.

Revision ID: 0001_first_tables
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('bodies',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('bytes', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_bodies'))
    )
    op.create_index('ix_bodies_stored_at', 'bodies', ['stored_at'], unique=False)
    op.create_table('corridors',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('first_seen_at', INSTANT, nullable=False),
    sa.Column('updated_at', INSTANT, nullable=False),
    sa.Column('merged_into', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corridors'))
    )
    op.create_index('ix_corridors_country', 'corridors', ['country', 'id'], unique=False)
    op.create_index('ix_corridors_slug', 'corridors', ['slug'], unique=False)
    op.create_table('documents',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('first_seen_at', INSTANT, nullable=False),
    sa.Column('deleted_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    sa.UniqueConstraint('source', 'external_id', name=op.f('uq_documents_source'))
    )
    op.create_table('events',
    sa.Column('cursor', SERIAL, autoincrement=True, nullable=False),
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('historic', sa.Boolean(), nullable=False),
    sa.Column('corridor', sa.String(length=40), nullable=True),
    sa.Column('occurrence', sa.String(length=40), nullable=True),
    sa.Column('occurrence_revision', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('cursor', name=op.f('pk_events')),
    sa.UniqueConstraint('id', name=op.f('uq_events_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_events_corridor', 'events', ['corridor', 'cursor'], unique=False)
    op.create_table('keys',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('scope', sa.String(length=16), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('expires_at', INSTANT, nullable=True),
    sa.Column('revoked_at', INSTANT, nullable=True),
    sa.Column('last_used_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_keys')),
    sa.UniqueConstraint('hash', name=op.f('uq_keys_hash'))
    )
    op.create_table('leases',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('holder', sa.String(length=80), nullable=False),
    sa.Column('until_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_leases'))
    )
    op.create_table('marks',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_marks'))
    )
    op.create_table('polls',
    sa.Column('id', SERIAL, autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('started_at', INSTANT, nullable=False),
    sa.Column('finished_at', INSTANT, nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('understood', sa.Integer(), nullable=False),
    sa.Column('documents_new', sa.Integer(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls'))
    )
    op.create_index('ix_polls_source_id', 'polls', ['source', 'id'], unique=False)
    op.create_index('ix_polls_started_at', 'polls', ['started_at'], unique=False)
    op.create_table('rate_groups',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('free_at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_rate_groups'))
    )
    op.create_table('sources',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('configured', sa.Boolean(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('rate_group', sa.Text(), nullable=True),
    sa.Column('min_gap_seconds', sa.Float(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('last_poll_at', INSTANT, nullable=True),
    sa.Column('last_ok_at', INSTANT, nullable=True),
    sa.Column('next_poll_at', INSTANT, nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('documents', sa.Integer(), nullable=False),
    sa.Column('leased_by', sa.String(length=80), nullable=True),
    sa.Column('leased_until', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sources'))
    )
    op.create_index('ix_sources_next_poll_at', 'sources', ['next_poll_at'], unique=False)
    op.create_table('subscriptions',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('owner', sa.String(length=40), nullable=False),
    sa.Column('url', sa.LargeBinary(), nullable=False),
    sa.Column('secrets', sa.LargeBinary(), nullable=False),
    sa.Column('headers', sa.LargeBinary(), nullable=False),
    sa.Column('types', sa.Text(), nullable=False),
    sa.Column('filter', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('rate_per_minute', sa.Integer(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=True),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('updated_at', INSTANT, nullable=False),
    sa.Column('not_before_at', INSTANT, nullable=True),
    sa.Column('failing_since_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions'))
    )
    op.create_index('ix_subscriptions_state', 'subscriptions', ['state'], unique=False)
    op.create_table('claims',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('known_at', INSTANT, nullable=False),
    sa.Column('withdrawn_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['document'], ['documents.id'], name=op.f('fk_claims_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims'))
    )
    op.create_index('ix_claims_day', 'claims', ['country', 'first_on', 'last_on'], unique=False)
    op.create_index('ix_claims_document', 'claims', ['document', 'revision'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('subscription', sa.String(length=40), nullable=False),
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('occurrence', sa.String(length=40), nullable=True),
    sa.Column('occurrence_revision', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', INSTANT, nullable=False),
    sa.Column('due_at', INSTANT, nullable=False),
    sa.Column('leased_by', sa.String(length=80), nullable=True),
    sa.Column('leased_until', INSTANT, nullable=True),
    sa.Column('lease', sa.Integer(), nullable=False),
    sa.Column('last_code', sa.String(length=32), nullable=True),
    sa.Column('finished_at', INSTANT, nullable=True),
    sa.CheckConstraint('attempts >= 0', name=op.f('ck_deliveries_attempts')),
    sa.ForeignKeyConstraint(['subscription'], ['subscriptions.id'], name=op.f('fk_deliveries_subscription'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('event', 'subscription', name=op.f('uq_deliveries_event'))
    )
    op.create_index('ix_deliveries_due_at', 'deliveries', ['state', 'due_at'], unique=False)
    op.create_index('ix_deliveries_order', 'deliveries', ['subscription', 'occurrence', 'state', 'occurrence_revision'], unique=False)
    op.create_index('ix_deliveries_subscription', 'deliveries', ['subscription', 'id'], unique=False)
    op.create_table('figures',
    sa.Column('id', SERIAL, autoincrement=True, nullable=False),
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('region', sa.Text(), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('known_at', INSTANT, nullable=False),
    sa.Column('withdrawn_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['document'], ['documents.id'], name=op.f('fk_figures_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures'))
    )
    op.create_index('ix_figures_document', 'figures', ['document'], unique=False)
    op.create_index('ix_figures_on', 'figures', ['on', 'country'], unique=False)
    op.create_table('occurrences',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('corridor', sa.String(length=40), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('operated', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('due_at', INSTANT, nullable=True),
    sa.Column('updated_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['corridor'], ['corridors.id'], name=op.f('fk_occurrences_corridor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrences')),
    sa.UniqueConstraint('corridor', 'date', name=op.f('uq_occurrences_corridor'))
    )
    op.create_index('ix_occurrences_date', 'occurrences', ['date', 'country'], unique=False)
    op.create_index('ix_occurrences_due_at', 'occurrences', ['due_at'], unique=False)
    op.create_table('revisions',
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=True),
    sa.Column('published_at', INSTANT, nullable=True),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('historic', sa.Boolean(), nullable=False),
    sa.Column('totals', sa.Text(), nullable=False),
    sa.Column('doubts', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document'], ['documents.id'], name=op.f('fk_revisions_document')),
    sa.PrimaryKeyConstraint('document', 'number', name=op.f('pk_revisions'))
    )
    op.create_table('attempts',
    sa.Column('id', SERIAL, autoincrement=True, nullable=False),
    sa.Column('delivery', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started_at', INSTANT, nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('retry_after_seconds', sa.Float(), nullable=True),
    sa.Column('response_head', sa.Text(), nullable=False),
    sa.Column('total_ms', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['delivery'], ['deliveries.id'], name=op.f('fk_attempts_delivery'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    op.create_index('ix_attempts_delivery', 'attempts', ['delivery', 'number'], unique=False)
    op.create_index('ix_attempts_started_at', 'attempts', ['started_at'], unique=False)
    op.create_table('occurrence_claims',
    sa.Column('occurrence', sa.String(length=40), nullable=False),
    sa.Column('claim', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['claim'], ['claims.id'], name=op.f('fk_occurrence_claims_claim')),
    sa.ForeignKeyConstraint(['occurrence'], ['occurrences.id'], name=op.f('fk_occurrence_claims_occurrence'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('occurrence', 'claim', name=op.f('pk_occurrence_claims'))
    )
    op.create_index('ix_occurrence_claims_claim', 'occurrence_claims', ['claim'], unique=False)
