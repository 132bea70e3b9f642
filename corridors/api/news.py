"""Has anything been committed since? One watch on the database for everybody in a process who waits for news.

It begins with the first who waits, as a process that was forked must have its own. Told without cause now and then,
never long without being told: whoever waits looks by itself every few seconds, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from corridors.store import Store, Watch

LONGEST_SILENCE_SECONDS = 5.0


@dataclass(slots=True)
class News:
    """Wakes threads, and calls who asked to be called, soon after every commit; one for each app."""

    store: Store
    _came: threading.Condition = field(default_factory=threading.Condition)
    _count: int = 0
    _watch: Watch | None = None
    _told: list[Callable[[], None]] = field(default_factory=list)

    def count(self) -> int:
        """Return how often there was news; take it before looking, so that nothing comes unseen in between."""
        with self._came:
            if self._watch is None:
                self._watch = self.store.watch(self._tell)
            return self._count

    def wait(self, count: int, seconds: float) -> None:
        """Return when there was news after `count`, or some seconds have passed."""
        with self._came:
            self._came.wait_for(lambda: self._count != count, min(seconds, LONGEST_SILENCE_SECONDS))

    def call(self, told: Callable[[], None]) -> None:
        """Call `told`, which must be quick and never raise, from now on whenever there is news."""
        self._told.append(told)
        self.count()

    def close(self) -> None:
        """Watch no more."""
        with self._came:
            watch, self._watch = self._watch, None
        if watch:
            watch.close()

    def _tell(self) -> None:
        with self._came:
            self._count += 1
            self._came.notify_all()
        for told in self._told:
            told()
