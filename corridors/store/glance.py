"""Has anybody committed since the last look? A look that costs microseconds, for answers that are kept ready.

SQLite counts the commits of other connections (PRAGMA data_version), so one connection that never writes sees those of
everybody. A server is not asked: its notifications come a moment after the commit, and who reads what they just wrote
must find it.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError


class Glance:
    """One look-out of a process; a forked child opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Any = None
        self._process = 0

    def look(self) -> int | None:
        """Return a number that moves with every commit, None on a server."""
        if self._engine.dialect.name != "sqlite":
            return None
        with self._lock:
            if self._process != os.getpid():
                pooled = self._engine.raw_connection()
                self._connection, self._process = pooled.driver_connection, os.getpid()
                pooled.detach()
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return int(version)

    def close(self) -> None:
        """Look no more."""
        with self._lock, suppress(SQLAlchemyError):
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection, self._process = None, 0
