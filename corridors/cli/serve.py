"""`corridors serve`."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from corridors.cli.household import Household
from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.config import Settings
from corridors.errors import ConfigError


@click.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1; 0.0.0.0 = every interface).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (default 8000).")
@configured
def serve(host: str | None, port: int | None, config: Path | None, database: str | None) -> None:
    """Run the whole service: web pages, API and worker, in one process group.

    The embedded database is made and brought up to date by itself. Ctrl-C or SIGTERM stops everything cleanly.
    """
    settings, sources = settings_and_sources(config, database)
    changed = {key: value for key, value in (("host", host), ("port", port)) if value}
    settings = settings.with_web(**changed)
    refuse_taken_port(settings)
    open_store(settings).dispose()
    with Household(environment_of(settings), lambda line: click.echo(line, err=True)) as household:
        household.start("web", web_command(settings))
        household.start("worker", worker_command())
        click.echo(f"corridors serves {settings.public_url} and polls {sum(s.enabled for s in sources)} sources.")
        if not sources:
            click.echo("No source is configured; see config/sources/ and `corridors check`.")
        household.watch()
    click.echo("Stopped.")


def web_command(settings: Settings) -> list[str]:
    """Return the command line of the web process."""
    web = settings.web
    address = f"[{web.host}]:{web.port}" if ":" in web.host else f"{web.host}:{web.port}"
    options = {
        "--bind": address,
        "--workers": str(web.processes),
        "--worker-class": "gthread",
        "--threads": str(web.threads),
        "--graceful-timeout": "10",
        "--log-level": "warning",
        "--logger-class": "corridors.app.GunicornJournal",
        "--no-control-socket": "",
    }
    flat = [part for option in options.items() for part in option if part]
    return [sys.executable, "-m", "gunicorn", *flat, "corridors.app:create_app()"]


def worker_command() -> list[str]:
    """Return the command line of the worker."""
    return [sys.executable, "-m", "corridors", "work"]


def environment_of(settings: Settings, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which children find the same settings."""
    return {
        **{key: value for key, value in os.environ.items() if key != "PORT"},
        **({"CORRIDORS_CONFIG": str(settings.config)} if settings.config else {}),
        "CORRIDORS_DATA": str(settings.data),
        "CORRIDORS_DATABASE": settings.database,
        "CORRIDORS_WEB_HOST": settings.web.host,
        "CORRIDORS_WEB_PORT": str(settings.web.port),
        "PYTHONUNBUFFERED": "1",
        **(extra or {}),
    }


def refuse_taken_port(settings: Settings) -> None:
    """Raise ConfigError when somebody listens there already."""
    web = settings.web
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((web.host, web.port))
        except OSError as error:
            raise ConfigError(
                f"--port: cannot listen on {web.host}:{web.port} ({error.strerror}); choose another with --port"
            ) from error
