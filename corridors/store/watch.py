"""Has somebody committed? How processes on one database wake each other.

On PostgreSQL a writer sends NOTIFY with its commit (`tell`) and a `Watch` listens; on SQLite a watch takes a cheap
look several times a second. A notification may get lost with a connection, so whoever is told this way must also look
by itself from time to time.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import threading
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

LOOK_SECONDS = 0.2  # between two looks at PRAGMA data_version, which cost microseconds
PULSE_SECONDS = 30.0  # of silence, after which a listener asks whether its server is still there
PAUSE_SECONDS = (0.1, 5.0)  # before a lost connection is opened again, doubling from the first to the last

_CHANNEL = "corridors"

log = structlog.get_logger(__name__)


def tell(connection: Connection) -> None:
    """Wake every watch when this transaction commits. Telling twice wakes once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"NOTIFY {_CHANNEL}"))


class Watch:
    """Calls `told` from a thread of its own after a commit of another connection, and whenever it may have missed one.

    It survives the loss of its connection. `told` must be quick and must not raise. Close it, or use it in `with`.
    """

    def __init__(self, engine: Engine, told: Callable[[], None]) -> None:
        self._engine = engine
        self._told = told
        self._closed, self._close = os.pipe()  # readable = closed; a pipe, as one select waits for it and the server
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def __enter__(self) -> Watch:
        """Return the watch itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no more."""
        self.close()

    def close(self) -> None:
        """Watch no more; `told` is not called afterwards."""
        if self._close < 0:
            return
        os.write(self._close, b"x")
        self._thread.join()
        os.close(self._close)
        os.close(self._closed)
        self._close = -1

    def _run(self) -> None:
        pause, longest = PAUSE_SECONDS
        while True:
            try:
                for _ in self._looks() if self._engine.dialect.name == "sqlite" else self._notifications():
                    self._told()
                    pause = PAUSE_SECONDS[0]
                return
            except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
                log.warning("lost sight of the database", error=str(error))
            if self._wait(pause) is None:
                return
            pause = min(pause * 2, longest)

    def _looks(self) -> Iterator[None]:
        """Yield after every look that shows a commit. PRAGMA data_version counts those of other connections only."""
        seen = None
        with contextlib.closing(self._engine.raw_connection()) as connection:
            while True:
                (version,) = connection.cursor().execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    yield
                if self._wait(LOOK_SECONDS) is None:
                    return

    def _notifications(self) -> Iterator[None]:
        """Yield once at the start, as something may have been missed until then, and after every notification."""
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()  # it is ours for long, so the pool must not count it
        with contextlib.closing(connection):
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
            yield
            while (readable := self._wait(PULSE_SECONDS, connection.fileno())) is not None:
                if not readable:
                    connection.execute("SELECT 1")
                if list(connection.notifies(timeout=0)):
                    yield

    def _wait(self, seconds: float, *files: int) -> bool | None:
        """Wait until a file is readable (True), the time is over (False), or the watch is closed (None)."""
        with selectors.DefaultSelector() as waiting:
            for file in (self._closed, *files):
                waiting.register(file, selectors.EVENT_READ)
            readable = [key.fd for key, _ in waiting.select(seconds)]
        return None if self._closed in readable else bool(readable)
