"""`corridors check`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from corridors.cli.options import configured, settings_and_sources
from corridors.config import Settings, advice
from corridors.errors import BlockedAddress, ConfigError
from corridors.model import Source, Validators
from corridors.reading.reader import chosen
from corridors.registry import load
from corridors.sources import load_adapters
from corridors.work import make_egress


def _refused(sources: Sequence[Source], settings: Settings) -> list[str]:
    """A line for each source whose address no poll would contact, because of [egress]."""
    egress, adapters, lines = make_egress(settings), load_adapters(), []
    for source in sources:
        if source.kind == "inbox":
            continue
        try:
            egress.check_url(adapters[source.kind].first_request(source, Validators()).url)
        except BlockedAddress as error:
            lines.append(f"{source.defined_in}: source.url: {error}")
    return lines


@click.command()
@configured
def check(config: Path | None, database: str | None) -> None:
    """Check settings and sources, and change nothing.

    Every problem is one line with its file, its line, its key and what to write instead; exit code 2 if there is one.
    What is allowed and probably not meant is a warning, and changes no exit code.
    """
    settings, sources = settings_and_sources(config, database)
    chosen(settings.reading.reader, load("corridors.readers", "READER"))
    click.echo(f"settings: {settings.config or 'the defaults (no folder of settings was found)'}")
    enabled = [source for source in sources if source.enabled]
    click.echo(f"sources: {len(sources)}, of which {len(enabled)} are enabled")
    for source in sources:
        every = f"every {source.every.total_seconds() / 60:g} min"
        click.echo(f"  {'on ' if source.enabled else 'off'} {source.id}  {source.kind}, {every}, {source.publisher}")
    if refused := _refused(enabled, settings):
        raise ConfigError(refused)
    warnings = advice(sources, load("corridors.languages", "LANGUAGE"), os.environ)
    for line in warnings:
        click.echo(f"warning: {line}")
    click.echo("No problem found" + (f", {len(warnings)} warnings." if warnings else "."))
