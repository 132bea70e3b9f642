"""`corridors work`."""

from __future__ import annotations

from pathlib import Path

import click

from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.journal import keep_journal
from corridors.work import make_worker, sole_worker


@click.command()
@configured
def work(config: Path | None, database: str | None) -> None:
    """Run a worker: poll sources, let time pass, deliver webhooks. Ctrl-C or SIGTERM stops it cleanly.

    Any number of workers share one PostgreSQL database; a SQLite file has one.
    """
    settings, sources = settings_and_sources(config, database)
    keep_journal(settings.log.level, settings.log.format)
    store = open_store(settings)
    with sole_worker(store):
        make_worker(settings, store, sources, progress=lambda line: click.echo(line, err=True)).run_until_signalled()
