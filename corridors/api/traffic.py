"""Which answers did this process give since it last wrote them down? For /metrics, which counts those of all processes.

A process writes when it answers for /metrics, with an answer at most every few seconds, and in a process of its own
(`keep_writing`) also while nobody asks and at its end; one that is killed loses a few seconds.
"""

from __future__ import annotations

import atexit
import threading
import time
from dataclasses import dataclass, field

from corridors.errors import StoreError
from corridors.store import Store
from corridors.store.traffic import Answered, Spent

WRITE_EVERY_SECONDS = 5.0
SLOWER_MS = 2**31 - 1
BOUNDS_MS = (5, 25, 100, 500, 2500, 10_000, SLOWER_MS)

_NONE = Spent(0, 0.0)


@dataclass(slots=True)
class Traffic:
    """Answers by kind, not written down yet; one for each app."""

    store: Store
    _counts: dict[Answered, Spent] = field(default_factory=dict)
    _written: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        within_ms = next(bound for bound in BOUNDS_MS if seconds * 1000 <= bound or bound == SLOWER_MS)
        answered = Answered(route, method, status, within_ms)
        with self._lock:
            requests, spent = self._counts.get(answered, _NONE)
            self._counts[answered] = Spent(requests + 1, spent + seconds)

    def write_at_times(self) -> None:
        """Write down what was counted if that is due."""
        if time.monotonic() - self._written >= WRITE_EVERY_SECONDS:
            self.write()

    def keep_writing(self) -> None:
        """Write from now on by itself, from a thread that ends with the process, and at its end."""

        def run() -> None:
            while True:
                time.sleep(WRITE_EVERY_SECONDS)
                self.write()

        threading.Thread(target=run, name="traffic", daemon=True).start()
        atexit.register(self.write)

    def write(self) -> None:
        """Write down what was counted; where that fails it is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._written = time.monotonic()
        try:
            if counts:
                with self.store.begin() as tx:
                    tx.traffic.add(counts)
        except StoreError:
            with self._lock:
                for answered, (requests, spent) in counts.items():
                    more = self._counts.get(answered, _NONE)
                    self._counts[answered] = Spent(requests + more.requests, spent + more.seconds)
