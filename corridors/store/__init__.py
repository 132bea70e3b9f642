"""Where is everything kept? The only package that knows SQL.

`Store.begin()` yields a `Transaction` that writes, `Store.read()` one that reads a single state; their rooms
(`documents`, `claims`, `corridors`, …) are named after what callers need and take and return model values, never rows.

What a transaction reads is what its clearance covers; one that is not told sees what everybody may see, so that who
forgets it withholds too much. Writers see everything.

Several processes: on SQLite a writer holds the lock from its first statement (BEGIN IMMEDIATE; with the default BEGIN
eight workers were seen to record eight closings instead of two), on PostgreSQL `Transaction.alone` takes an advisory
lock to the commit. Work is taken by leases that expire, so a dead process gives its work back; who waits for a commit
of another process has a `Watch`.

No two writers of ours can wait for each other: locks are taken in the order advisory lock, state version, sources,
pace groups by name, subscriptions by id, their lanes, deliveries; a database that ends one of them nevertheless raises
Conflict.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from corridors.errors import ConfigError, Conflict, ForeignSeal, StoreError
from corridors.model import CLEARANCES, EVERYTHING, PUBLIC, Claim, Corridor, Layers, Sensitivity
from corridors.store.answers import Answers
from corridors.store.claims import Claims
from corridors.store.corridors import Corridors
from corridors.store.decisions import Decisions
from corridors.store.deliveries import Deliveries
from corridors.store.documents import Documents
from corridors.store.events import Events
from corridors.store.glance import Glance
from corridors.store.inbox import Inbox
from corridors.store.keys import Keys
from corridors.store.leases import Leases
from corridors.store.migrations import migrate, missing_migrations
from corridors.store.pulse import Pulse
from corridors.store.queue import Queue
from corridors.store.rates import Rates
from corridors.store.replays import Replays
from corridors.store.reviews import Reviews
from corridors.store.sealing import Seal, installation_key
from corridors.store.sources import Sources
from corridors.store.subscriptions import Subscriptions
from corridors.store.traffic import Traffic
from corridors.store.turns import Turns
from corridors.store.versions import Versions
from corridors.store.watch import Watch

__all__ = ["Store", "Transaction", "Watch"]

# PostgreSQL allows 100 connections unless told otherwise: 10 of each process (and one of its watch) leave room for two
# web and two worker processes, for as many web processes again while gunicorn restarts, and for an operator. More would
# not help: a process answers on one core, and 4 connections were seen to answer as many requests a second as 16.
_POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 30.0}
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 10}
_DISCREET = {"hide_parameters": True}  # an error of the driver is logged, and its values may be anybody's secrets

_REFRESHED = 500  # records in one transaction, so that a running worker gets its turn

# serialization_failure, deadlock_detected, lock_not_available: the transaction was ended for another one's sake
_CONFLICTS = frozenset({"40001", "40P01", "55P03"})


class Transaction:
    """One transaction: all of it happens at the end of the `with` block, or none of it.

    clearance: whose eyes it reads with, as far as sources, documents, claims, corridors and events are concerned.
    """

    def __init__(
        self, connection: Connection, seal: Seal, clearance: Sensitivity, versions: Versions | None = None
    ) -> None:
        self.clearance = clearance
        self._connection, self._seal = connection, seal
        self._versions = versions = versions or Versions(connection)
        self.sources = Sources(connection, versions, clearance)
        self.documents = Documents(connection, versions, clearance)
        self.claims = Claims(connection, clearance)
        self.corridors = Corridors(connection, versions, clearance)
        self.decisions = Decisions(connection, versions)
        self.reviews = Reviews(connection, versions, clearance)
        self.events = Events(connection, versions, clearance)
        self.inbox = Inbox(connection, versions)
        self.subscriptions = Subscriptions(connection, seal)
        self.deliveries = Deliveries(connection)
        self.queue = Queue(connection)
        self.replays = Replays(connection)
        self.keys = Keys(connection)
        self.answers = Answers(connection, seal)
        self.leases = Leases(connection)
        self.rates = Rates(connection)
        self.traffic = Traffic(connection)
        self.pulse = Pulse(connection)

    def seen_with(self, clearance: Sensitivity) -> Transaction:
        """Return this transaction with the eyes of a reader of `clearance`."""
        return Transaction(self._connection, self._seal, clearance, self._versions)

    def ruled(
        self, country: str, claims: Sequence[Claim], as_of: datetime | None = None
    ) -> Layers[Mapping[str, Corridor]]:
        """Return the corridors for which ids stand by the will of the desk, by these ids, as each clearance sees them.

        country: of the mergers, "" = none known; claims: those that may have been given to another corridor.
        """
        into = self.decisions.merges(country, as_of)
        into |= {claim.home: into.get(claim.home, claim.home) for claim in claims if claim.home}
        known = self.corridors.layers(sorted(set(into.values()))) if into else {}
        found = [
            {id_: corridor for id_, home in into.items() if home in known and (corridor := known[home][level])}
            for level in range(len(CLEARANCES))
        ]
        return found[0], found[1], found[2], found[3]

    def alone(self) -> None:
        """Keep every other writer of state out until the commit. Call it before reading what the write depends on."""
        self._versions.alone()


class Store:
    """A database. url: "sqlite:///…" or "postgresql+psycopg://…"; key: 32 bytes that seal secrets."""

    def __init__(self, url: str, key: bytes) -> None:
        self.url = url
        self.engine = _engine(url)
        self._turns = Turns()
        self._seal = Seal(key)
        self._glance = Glance(self.engine)

    @classmethod
    def at(cls, url: str, secret_key: str | None, folder: Path) -> Store:
        """Return the store at `url`, sealed with `secret_key` or the key file in `folder`. Raises ConfigError."""
        return cls(url, installation_key(secret_key, folder))

    @property
    def embedded(self) -> bool:
        """Return whether this is the embedded SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """Return the SQLite file, None on a server."""
        return Path(self.engine.url.database or "") if self.embedded else None

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Yield a transaction that writes. Raises Conflict where a unique row came first, else StoreError."""
        with self._turns.writing() if self.embedded else nullcontext(), self._connected(writes=True) as connection:
            yield Transaction(connection, self._seal, EVERYTHING)

    @contextmanager
    def read(self, clearance: Sensitivity = PUBLIC) -> Iterator[Transaction]:
        """Yield a transaction that reads one state of the database with the eyes of a reader of `clearance`."""
        with self._connected(writes=False) as connection:
            yield Transaction(connection, self._seal, clearance)

    def check_key(self) -> None:
        """Raise ConfigError when secrets were sealed with another key: at the start, not at the first delivery."""
        with self.read() as tx:
            try:
                tx.subscriptions.page(owner=None, after_id=None, limit=1)
            except ForeignSeal as error:
                raise ConfigError(
                    "the secret key (CORRIDORS_SECRET_KEY, or secret.key in the data folder) is not the one with which "
                    "this database was sealed; restore that one from your backups"
                ) from error

    def migrate(self) -> list[str]:
        """Bring the tables and what is shown of records up to date; return the names of the migrations that ran."""
        with _translated():
            done = migrate(self.engine)
        while True:
            with self.begin() as tx:
                if not tx.corridors.refresh(_REFRESHED):
                    return done

    def missing_migrations(self) -> list[str]:
        """Return the migrations that this code needs and the database lacks."""
        with _translated():
            return missing_migrations(self.engine)

    def watch(self, told: Callable[[], None]) -> Watch:
        """Return a watch that calls `told` from its own thread soon after every commit, until its user closes it."""
        return Watch(self.engine, told)

    def glance(self) -> int | None:
        """Return a number that moves with every commit; None where only a query can tell (on a server)."""
        with _translated():
            return self._glance.look()

    def dispose(self) -> None:
        """Close every connection."""
        self._glance.close()
        self.engine.dispose()

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        with _translated(), self.engine.connect() as connection:
            options: dict[str, Any] = {"corridors_writes": writes}
            if not writes and not self.embedded:
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            chosen = connection.execution_options(**options)
            with chosen.begin():
                yield chosen


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"somebody else wrote it first ({error.orig})") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
            raise Conflict(f"somebody else wrote at the same moment ({error.orig})") from error
        raise StoreError(f"the database refused ({error.orig})") from error
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used ({error})") from error


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, pool_size=16, max_overflow=48, connect_args={"timeout": 30}, **_DISCREET)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, **_POOL, pool_pre_ping=True, connect_args=_ALIVE, **_DISCREET)
        event.listen(engine, "connect", _open_postgresql)
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


def _open_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a writer; see _begin_sqlite
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("corridors_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_postgresql(connection: Any, _record: Any) -> None:
    from psycopg.types.string import StrDumper  # of the extra `postgres`

    class WithoutNul(StrDumper):
        """Text of others may hold U+0000, which PostgreSQL refuses and nobody can read."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)
