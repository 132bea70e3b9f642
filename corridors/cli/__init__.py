"""The commands: what can I type? One file a group; each is imported only when it is called.

`main` is the border: an error that we raise on purpose is one sentence on standard error and exit code 1 (2 for a
wrong call or a wrong configuration).
"""

from __future__ import annotations

import importlib
import sys
from keyword import iskeyword

import click

from corridors import __version__
from corridors.errors import ConfigError, CorridorsError

COMMANDS = {
    "serve": "Run the whole service: web pages, API and worker.",
    "demo": "Show the service at work on 13–15 March 2022, without a network.",
    "work": "Run a worker: poll sources, let time pass, deliver webhooks.",
    "migrate": "Bring the database up to date.",
    "poll": "Poll sources now and say what came of it.",
    "read": "Read announcements from a file and print what they say.",
    "check": "Check settings and sources, and change nothing.",
    "try-source": "Show what a source would give, without storing anything.",
    "sources": "List the sources with their health, or the last polls of one.",
    "import": "Take in an archive of a source: silent, as history.",
    "reread": "Read stored documents again with today's reader, and show the difference.",
    "places": "Import place names, and list what was imported.",
    "key": "Make, list and revoke API keys.",
    "webhooks": "Receive and verify webhooks; see how subscriptions do.",
}


class Commands(click.Group):
    """The group of all commands; finds `corridors.cli.<name>` when it is called, so that --help is instant.

    A dash in a command's name is an underscore in its module's, and a word of the language gets one at its end.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command object that carries the name of its module."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        command: click.Command = getattr(importlib.import_module(f"corridors.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones there are."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message} There is: {', '.join(COMMANDS)}.", ctx) from error


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `corridors demo`; run it for real with `corridors serve`.",
)
@click.version_option(__version__, prog_name="corridors")
def corridors() -> None:
    """Track announced humanitarian corridors: which routes, what holds now, who says so.

    It informs. It never permits, orders or guarantees that a road is safe.
    """


def main() -> None:
    """Run a command and turn our own errors into sentences."""
    try:
        corridors()
    except ConfigError as error:
        for problem in error.problems:
            click.echo(f"corridors: {problem}", err=True)
        sys.exit(2)
    except CorridorsError as error:
        click.echo(f"corridors: {error}", err=True)
        sys.exit(1)
