"""How does a database become what this code needs? Numbered Alembic migrations, forward only.

Each is compatible with the release before it: old and new processes may run side by side while it is rolled out.
"""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from corridors.store.tables import metadata

_MIGRATING = 7_230_315  # advisory lock of PostgreSQL: one migration at a time


def migrate(engine: Engine) -> list[str]:
    """Run every missing migration in one transaction, alone, and return their names."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        missing = _missing(connection)
        if missing:
            _upgrade(connection)
        return missing


def missing_migrations(engine: Engine) -> list[str]:
    """Return the names of the migrations that a database lacks, oldest first."""
    with engine.connect() as connection, connection.begin():
        return _missing(connection)


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _missing(connection: Connection) -> list[str]:
    from alembic.runtime.migration import MigrationContext

    done = MigrationContext.configure(connection).get_current_revision()
    steps = list(_scripts().walk_revisions(base=done or "base"))
    return [step.revision for step in reversed(steps) if step.revision != done]


def _upgrade(connection: Connection) -> None:
    scripts = _scripts()
    environment = EnvironmentContext(
        Config(), scripts, fn=lambda revision, _context: scripts._upgrade_revs("head", revision)
    )
    environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
    environment.run_migrations()
