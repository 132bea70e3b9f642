"""`corridors poll`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.errors import NotFound
from corridors.intake import SUCCESS
from corridors.intake import poll as poll_once
from corridors.model import Now
from corridors.work import make_intake


@click.command()
@click.argument("source", required=False)
@configured
def poll(source: str | None, config: Path | None, database: str | None) -> None:
    """Poll SOURCE, or every enabled source, now, and say what came of it.

    Works beside a running service; what is new is stored, and subscribers are told by the worker.
    """
    settings, sources = settings_and_sources(config, database)
    chosen = [each for each in sources if each.id == source or (source is None and each.enabled)]
    if source and not chosen:
        raise NotFound(f"no source {source!r}; there is: {', '.join(each.id for each in sources) or 'none'}")
    store = open_store(settings)
    intake = make_intake(settings, store, progress=lambda line: click.echo(line, err=True))
    with store.begin() as tx:
        tx.sources.configure([each for each in sources if each.enabled or each in chosen], datetime.now(UTC))
    failed = 0
    for each in chosen:
        real = datetime.now(UTC)
        line = poll_once(each, intake, Now(settings.clock.at(real), real))
        failed += line.outcome not in SUCCESS
        click.echo(
            f"{each.id}: {line.outcome}, {line.seen} seen, {line.documents_new} new"
            + (f" ({line.detail})" if line.detail else "")
        )
    if failed:
        raise SystemExit(1)
