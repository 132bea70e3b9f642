"""Who of this process writes next? On SQLite one at a time, and whoever waits is woken at once.

Its own lock makes who waits for it look again ever more rarely, up to ten times a second; between processes that must
do, within one it would be the longest part of many a write.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from corridors.errors import StoreError

LONGEST_WAIT_SECONDS = 30.0


class Turns:
    """The writers of one store in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the turn. Raises StoreError after half a minute."""
        lock = self._lock
        if not lock.acquire(timeout=LONGEST_WAIT_SECONDS):
            raise StoreError("another thread of this process has been writing for half a minute")
        try:
            yield
        finally:
            lock.release()

    def _forget(self) -> None:
        """Start anew in a child process, where whoever held the turn does not exist."""
        self._lock = threading.Lock()
