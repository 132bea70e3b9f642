"""Has another process committed? The cheap look that lets processes on one database notice each other."""

from __future__ import annotations

from sqlalchemy import Engine


class Changes:
    """Watches one database from one thread. On SQLite a look costs microseconds; elsewhere every look says yes."""

    def __init__(self, engine: Engine) -> None:
        # PRAGMA data_version compares with what this very connection saw last, so it must stay the same one.
        self._connection = engine.raw_connection() if engine.dialect.name == "sqlite" else None
        self._seen: int | None = None

    def moved(self) -> bool:
        """Return whether anything was committed since the last look; True at the first one."""
        if self._connection is None:
            return True
        cursor = self._connection.cursor()
        try:
            version = int(cursor.execute("PRAGMA data_version").fetchone()[0])
        finally:
            cursor.close()
        seen, self._seen = self._seen, version
        return version != seen

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
