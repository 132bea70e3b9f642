"""Which settings are there, and what are they without being written?

One table of keys for each section; the defaults are here and nowhere else (a test keeps config/corridors.toml equal).
`Settings` is what the rest of the house sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corridors.config.kinds import (
    Key,
    choice,
    duration,
    flag,
    instant,
    items,
    network,
    number,
    text,
    web_address,
    whole,
)
from corridors.config.kinds import parse_duration as every
from corridors.day import Rules
from corridors.model import Clock


@dataclass(frozen=True, slots=True)
class Web:
    """The web process: where it listens, how it calls itself, how many threads answer."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    threads: int = 400
    processes: int = 1
    trusted_proxies: int = 0


@dataclass(frozen=True, slots=True)
class Api:
    """Who may read without a key, and how often anybody may ask. 0 a minute = without limit."""

    anonymous_read: bool = True
    anonymous_per_minute: int = 3000
    key_per_minute: int = 6000
    streams: int = 1000
    waiting: int = 100
    open_metrics: bool = True


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the ops-room page says at its top."""

    title: str = "corridors"
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """How much the worker does at once, and how often it looks."""

    fetchers: int = 256
    tick: timedelta = every("250ms")
    lapse_every: timedelta = every("30s")
    lease: timedelta = every("90s")


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """Who reads the announcements."""

    reader: str = "rules"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How subscribers are told."""

    deadline: timedelta = every("15s")
    lease: timedelta = every("45s")
    in_flight: int = 4096
    in_flight_per_subscription: int = 2
    in_flight_per_host: int = 32
    rate_per_minute: int = 6000
    heartbeat: timedelta = every("1h")


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """Which addresses beyond the public internet the service may contact."""

    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    allow_http: bool = False
    extra_ports: tuple[int, ...] = ()
    nat64: bool = False
    ca_file: str = ""

    def policy(self) -> dict[str, Any]:
        """Return the arguments of outbound.Egress; no file of authorities is None there."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return said | {"ca_file": self.ca_file or None}


@dataclass(frozen=True, slots=True)
class Log:
    """How the log looks."""

    level: str = "info"
    format: str = "auto"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is not history is kept."""

    bodies: timedelta = every("30d")
    polls: timedelta = every("30d")
    attempts: timedelta = every("30d")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. `data` is the data directory, `database` a URL that the store understands."""

    data: Path
    database: str
    config: Path | None = None
    admin_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    web: Web = Web()
    api: Api = Api()
    dashboard: Dashboard = Dashboard()
    worker: Worker = Worker()
    rules: Rules = Rules()
    reading: ReadingSettings = ReadingSettings()
    webhooks: Webhooks = Webhooks()
    egress: EgressSettings = EgressSettings()
    log: Log = Log()
    retention: Retention = Retention()
    clock: Clock = Clock()

    @property
    def public_url(self) -> str:
        """Return how this installation calls itself in links and webhooks, without a slash at the end."""
        host = "127.0.0.1" if self.web.host in {"0.0.0.0", "::"} else self.web.host  # noqa: S104 - compared, not bound
        return (self.web.public_url or f"http://{host}:{self.web.port}").rstrip("/")

    @property
    def embedded(self) -> bool:
        """Return whether the store is the embedded SQLite file."""
        return self.database.startswith("sqlite")

    def with_web(self, **changed: Any) -> Settings:
        """Return the same settings with fields of [web] replaced."""
        return replace(self, web=replace(self.web, **changed))


SECTIONS: Mapping[str, tuple[type, Mapping[str, Key]]] = MappingProxyType(
    {
        "web": (
            Web,
            {
                "host": Key(text, doc="address to listen on; 0.0.0.0 = every interface"),
                "port": Key(whole(0, 65535), doc="port to listen on; $PORT wins"),
                "public_url": Key(web_address, doc="how others reach this installation; used in links and webhooks"),
                "threads": Key(whole(4, 2000), doc="threads of one web process; every open stream holds one"),
                "processes": Key(whole(1, 64), doc="web processes (the Procfile's web line)"),
                "trusted_proxies": Key(whole(0, 10), doc="proxies of ours before us whose X-Forwarded-For is believed"),
            },
        ),
        "api": (
            Api,
            {
                "anonymous_read": Key(flag, doc="may public data be read without a key?"),
                "anonymous_per_minute": Key(whole(0, 1_000_000), doc="requests of one address; 0 = without limit"),
                "key_per_minute": Key(whole(0, 1_000_000), doc="requests with one key; 0 = without limit"),
                "streams": Key(whole(0, 100_000), doc="event streams that one web process holds open"),
                "waiting": Key(whole(0, 1000), doc="requests of one web process that wait for news (wait=)"),
                "open_metrics": Key(flag, doc="may /metrics be read without an admin key?"),
            },
        ),
        "dashboard": (
            Dashboard,
            {
                "title": Key(text, doc="name at the top of the page"),
                "banner": Key(text, doc="a sentence that the page shows always"),
            },
        ),
        "worker": (
            Worker,
            {
                "fetchers": Key(whole(1, 2048), doc="sources polled at the same time by one worker"),
                "tick": Key(duration("100ms", "1m"), doc="how often the worker looks for due sources"),
                "lapse_every": Key(duration("1s", "10m"), doc="how often the passing of time is applied"),
                "lease": Key(duration("10s", "1h"), doc="after this long a dead worker's source is taken over"),
            },
        ),
        "rules": (
            Rules,
            {
                "grace": Key(duration("0s", "2d"), doc="how long after its last hour a silent corridor lapses"),
                "stale_after": Key(duration("1h", "30d"), doc="when 'until further notice' needs a fresh word"),
                "notice_before": Key(duration("1m", "1d"), doc="how long before planned hours begin or end it is told"),
            },
        ),
        "reading": (
            ReadingSettings,
            {"reader": Key(text, doc="who reads announcements: rules, or the name of an installed reader")},
        ),
        "webhooks": (
            Webhooks,
            {
                "deadline": Key(duration("1s", "1m"), doc="one attempt, everything included"),
                "lease": Key(duration("5s", "10m"), doc="after this long a dead worker's delivery is taken over"),
                "in_flight": Key(whole(1, 16384), doc="attempts at the same time in one worker"),
                "in_flight_per_subscription": Key(whole(1, 64), doc="of these to one subscription"),
                "in_flight_per_host": Key(whole(1, 1024), doc="of these to one host"),
                "rate_per_minute": Key(whole(1, 60000), doc="default rate of a subscription"),
                "heartbeat": Key(duration("10s", "1d"), doc="how often every subscriber is told that we live"),
            },
        ),
        "egress": (
            EgressSettings,
            {
                "allow_networks": Key(items(network), doc="private networks that sources and receivers may be in"),
                "allow_hosts": Key(items(text), doc="internal names that sources and receivers may have"),
                "allow_http": Key(flag, doc="allow plain http to public addresses (development only)"),
                "extra_ports": Key(items(whole(1, 65535)), doc="ports beside 443 and 8443"),
                "nat64": Key(flag, doc="does this network reach IPv4 through 64:ff9b::/96?"),
                "ca_file": Key(text, doc="certificate authorities to trust beside the system's"),
            },
        ),
        "log": (
            Log,
            {
                "level": Key(choice(("debug", "info", "warning", "error")), doc="least level that is written"),
                "format": Key(choice(("auto", "text", "json")), doc="auto = text on a terminal, json otherwise"),
            },
        ),
        "retention": (
            Retention,
            {
                "bodies": Key(duration("1h"), doc="raw bytes of polled pages"),
                "polls": Key(duration("1h"), doc="the poll log"),
                "attempts": Key(duration("1h"), doc="the log of webhook attempts"),
            },
        ),
        "clock": (
            Clock,
            {
                "started_at": Key(instant, doc="real instant at which a story's time began"),
                "epoch_at": Key(instant, doc="the story's instant at that moment"),
                "speed": Key(number(0.01, 100000), doc="how many times faster the story runs"),
                "until_at": Key(instant, doc="the story's instant at which its time stops"),
            },
        ),
    }
)
