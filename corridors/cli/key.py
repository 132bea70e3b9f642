"""`corridors key`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from corridors.cli.options import configured, open_store
from corridors.config import load_settings
from corridors.errors import NotFound
from corridors.model import SCOPES, Key, Sensitivity


@click.group()
def key() -> None:
    """Make, list and revoke API keys.

    Reading public data needs no key. Scopes, each including the ones before: read, subscribe (webhooks), desk, admin.
    """


@key.command()
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="What the key may do.")
@click.option("--name", default="", help="Whose key it is, for the list.")
@click.option(
    "--clearance",
    type=click.Choice([level.value for level in Sensitivity]),
    help="The most sensitive of what it sees. Without it: low_or_none, for desk and admin severe.",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Last day (UTC) on which it holds.")
@configured
def create(
    scope: str,
    name: str,
    clearance: str | None,
    expires: datetime | None,
    config: Path | None,
    database: str | None,
) -> None:
    """Make a key and show it once."""
    until = expires.replace(hour=23, minute=59, second=59, tzinfo=UTC) if expires else None
    if until and until <= datetime.now(UTC):
        raise click.BadParameter("this day is over; write one that is still to come", param_hint="--expires")
    store = open_store(load_settings(config, database=database))
    with store.begin() as tx:
        level = Sensitivity(clearance) if clearance else None
        made, secret = tx.keys.create(name, scope, datetime.now(UTC), until, level)
    click.echo(secret)
    click.echo(f"This is {made.id}, scope {scope}, clearance {made.clearance}.", err=True)
    click.echo("It is shown only now; send it as `Authorization: Bearer …`.", err=True)


@key.command(name="list")
@configured
def list_(config: Path | None, database: str | None) -> None:
    """List keys, never their secrets."""
    store = open_store(load_settings(config, database=database))
    with store.read() as tx:
        for each in tx.keys.all():
            click.echo(f"{each.id}  {each.scope:9}  {each.clearance:11}  {_state(each)}  {each.name}")


@key.command()
@click.argument("id")
@configured
def revoke(id: str, config: Path | None, database: str | None) -> None:  # noqa: A002 - the argument's public name
    """Revoke the key ID at once. Its webhook subscriptions are disabled within seconds, and told so."""
    store = open_store(load_settings(config, database=database))
    with store.begin() as tx:
        if not tx.keys.revoke(id, datetime.now(UTC)):
            raise NotFound(f"no valid key {id}; `corridors key list` shows them")
    click.echo(f"{id} is revoked.")


def _state(each: Key) -> str:
    if each.revoked_at:
        return f"revoked {each.revoked_at:%Y-%m-%d}"
    if each.expires_at and each.expires_at <= datetime.now(UTC):
        return f"expired {each.expires_at:%Y-%m-%d}"
    used = f"last used {each.last_used_at:%Y-%m-%d %H:%M}" if each.last_used_at else "never used"
    return used + (f", until {each.expires_at:%Y-%m-%d}" if each.expires_at else "")
