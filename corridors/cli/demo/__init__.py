"""`corridors demo`: three days in March 2022, replayed through the real service.

The same web process and worker as `serve`, in a temporary folder, fed by loopback sources (loopback.py) that publish
the posts of posts.toml (story.py) when the story's clock reaches them, and telling a loopback webhook receiver.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import tempfile
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from corridors.cli.demo.loopback import Loopback
from corridors.cli.demo.story import BANNER, UNTIL_AT, load_story
from corridors.cli.household import Household
from corridors.cli.serve import environment_of, refuse_taken_port, web_command, worker_command
from corridors.config import Settings, data_dir, load_settings, parse_sources
from corridors.config.written import Written
from corridors.errors import ConfigError
from corridors.model import EVERYTHING, Clock, Source, Subscription
from corridors.signature import secret_of
from corridors.sources import load_adapters
from corridors.store import Store
from corridors.store.gazetteer import open_gazetteer

DEFAULT_SPEED = 1800.0
_SOURCES = """
[[source]]
id = "demo-reintegration"
name = "Ministry of Reintegration (reconstruction)"
kind = "telegram"
channel = "demo_reintegration"
url = "URL/s/demo_reintegration"
publisher = "Ministry of Reintegration of Ukraine (reconstruction)"
party = "UA"
authority = "primary"
reliability = "b"
countries = ["UA"]
languages = ["uk"]
timezone = "Europe/Kyiv"
every = "1s"
jitter = 0
licence = "reconstruction, written for this demo"
republish = "full"

[[source]]
id = "demo-regions"
name = "Regional administrations (reconstruction)"
kind = "feed"
url = "URL/feed/demo_regions"
publisher = "Regional administrations (reconstruction)"
party = "UA"
authority = "official"
reliability = "b"
countries = ["UA"]
languages = ["uk", "ru", "en"]
timezone = "Europe/Kyiv"
every = "1s"
jitter = 0
licence = "reconstruction, written for this demo"
republish = "full"
"""
HEAD_START = timedelta(seconds=4)  # for the processes to come up before the story begins


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the page.")
@click.option(
    "--speed",
    type=click.FloatRange(1, 20000),
    default=DEFAULT_SPEED,
    show_default=True,
    help="How many times faster than in 2022 the story runs.",
)
@click.option("--database", metavar="URL", help="Use this empty database instead of a temporary file.")
@click.option("--processes", type=click.IntRange(1, 8), default=1, hidden=True, help="How many web processes.")
@click.option("--workers", type=click.IntRange(1, 8), default=1, hidden=True, help="How many workers (PostgreSQL).")
def demo(port: int, speed: float, database: str | None, processes: int, workers: int) -> None:
    """Show the service at work on 13–15 March 2022. Needs no network and leaves nothing behind.

    The posts are reconstructions, written for this demo from the published facts. Stop it with Ctrl-C.
    """
    with tempfile.TemporaryDirectory(prefix="corridors-demo-") as folder:
        _run(Path(folder), port, speed, database, processes, workers)
    click.echo("Stopped; the temporary folder is gone.")


def _run(folder: Path, port: int, speed: float, database: str | None, processes: int, workers: int) -> None:
    _borrow_gazetteer(folder)
    open_gazetteer(folder / "gazetteer.db", progress=click.echo)
    story = load_story()
    secret = secret_of(b"a demonstration, not a secret...")
    with Loopback(story, secret, click.echo) as loopback:
        _write_config(folder, loopback.url)
        settings = _settings(folder, port, speed, story.begins_at, database).with_web(processes=processes)
        refuse_taken_port(settings)
        loopback.clock = settings.clock
        store = _empty_store(settings)
        _subscribe(store, loopback.url + "/receiver", secret)
        store.dispose()
        with Household(environment_of(settings, _own_variables(settings)), click.echo) as household:
            household.start("web", web_command(settings))
            for _ in range(workers):
                household.start("worker", worker_command())
            click.echo(f"\nThe page:  {settings.public_url}/")
            click.echo(f"The API:   {settings.public_url}/v1/tallies?date=2022-03-14")
            click.echo(f"{BANNER}\nThe story runs {speed:g} times faster; Ctrl-C ends it.\n")
            household.watch(each_tick=loopback.tell_time)


def _borrow_gazetteer(folder: Path) -> None:
    """Use the place names that another command has compiled already, if there are any."""
    compiled = data_dir(make=False) / "gazetteer.db"
    if compiled.is_file():
        shutil.copyfile(compiled, folder / "gazetteer.db")


def _settings(folder: Path, port: int, speed: float, begins_at: datetime, database: str | None) -> Settings:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    environment = {"CORRIDORS_DATA": str(folder), "CORRIDORS_LOG_LEVEL": "warning", "CORRIDORS_SECRET_KEY": key}
    settings = load_settings(folder / "config", database=database, environment=environment)
    clock = Clock(datetime.now(UTC) + HEAD_START, begins_at, speed, UNTIL_AT)
    return replace(settings, clock=clock).with_web(port=port, threads=64)


def _own_variables(settings: Settings) -> dict[str, str]:
    """Return the variables in which the children find the same clock and the key of this demo."""
    clock = settings.clock
    if clock.started_at is None or clock.epoch_at is None or clock.until_at is None or settings.secret_key is None:
        return {}
    return {
        "CORRIDORS_CLOCK_STARTED_AT": clock.started_at.isoformat(),
        "CORRIDORS_CLOCK_EPOCH_AT": clock.epoch_at.isoformat(),
        "CORRIDORS_CLOCK_SPEED": str(clock.speed),
        "CORRIDORS_CLOCK_UNTIL_AT": clock.until_at.isoformat(),
        "CORRIDORS_LOG_LEVEL": "warning",
        "CORRIDORS_SECRET_KEY": settings.secret_key,
    }


def _empty_store(settings: Settings) -> Store:
    """Return the store. Raises ConfigError where it holds anything: the story would run into it, and stay in it."""
    store = Store.at(settings.database, settings.secret_key, settings.data)
    store.migrate()
    with store.read(EVERYTHING) as tx:
        if tx.events.version():
            raise ConfigError("--database: this database is in use; give the demo an empty one")
    return store


def _write_config(folder: Path, url: str) -> None:
    sources = folder / "config" / "sources"
    sources.mkdir(parents=True)
    (folder / "config" / "corridors.toml").write_text(
        f"""
[dashboard]
title = "corridors · demo"
banner = "{BANNER}"

[egress]
allow_networks = ["127.0.0.0/8"]

[worker]
tick = "200ms"
lapse_every = "1s"
lease = "10s"

[webhooks]
heartbeat = "1d"
""",
        encoding="utf-8",
    )
    (sources / "demo.toml").write_text(_SOURCES.replace("URL", url), encoding="utf-8")


def demo_sources(url: str) -> tuple[Source, ...]:
    """Return the demo's sources, whose outlets are at `url`."""
    text = _SOURCES.replace("URL", url)
    return parse_sources(Written("demo.toml", tomllib.loads(text), text), load_adapters())


def _subscribe(store: Store, url: str, secret: str) -> None:
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.subscriptions.add(
            Subscription(
                id=tx.subscriptions.new_id(),
                owner="demo",
                url=url,
                types=("corridor.*", "tally.updated"),
                filter={},
                secrets=(secret,),
                state="active",
                created_at=now,
                updated_at=now,
                rate_per_minute=6000,
            )
        )
