"""`corridors migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from corridors.cli.options import configured
from corridors.config import load_settings
from corridors.store import Store


@click.command()
@configured
def migrate(config: Path | None, database: str | None) -> None:
    """Bring the database up to date. Running it twice changes nothing; two at once take turns."""
    settings = load_settings(config, database=database)
    store = Store.at(settings.database, settings.secret_key, settings.data)
    done = store.migrate()
    for name in done:
        click.echo(f"migrated {name}")
    click.echo("The database is up to date." if done else "The database was up to date.")
