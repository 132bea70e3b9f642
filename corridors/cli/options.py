"""The options that several commands share, and what they are made of: settings, sources, an open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from corridors.config import Settings, load_settings, load_sources
from corridors.errors import StoreError
from corridors.model import Source
from corridors.sources import load_adapters
from corridors.store import Store

Command = Callable[..., Any]


def configured(command: Command) -> Command:
    """Add --config and --database to a command."""
    command = click.option(
        "--database",
        metavar="URL",
        help="sqlite:////folder/corridors.db or postgresql://… (default: a file of its own).",
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder of corridors.toml and sources/ (default: $CORRIDORS_CONFIG, else ./config).",
    )(command)


def settings_and_sources(config: Path | None, database: str | None) -> tuple[Settings, tuple[Source, ...]]:
    """Return what the operator said. Raises ConfigError with every problem at once."""
    settings = load_settings(config, database=database)
    return settings, load_sources(settings.config, load_adapters())


def open_store(settings: Settings) -> Store:
    """Return the store, its tables up to date; those of the embedded database are brought there.

    Raises StoreError where a server's database still wants `migrate`, ConfigError where its secrets were sealed with
    another key.
    """
    store = Store.at(settings.database, settings.secret_key, settings.data)
    if store.embedded:
        store.migrate()
    elif missing := store.missing_migrations():
        raise StoreError(f"the database lacks {', '.join(missing)}; run `corridors migrate`")
    store.check_key()
    return store
