"""How many requests did somebody make in this minute? Counted by all web processes together, with few writes.

Most requests write nothing: a process counts by itself and reports a block of requests at once, a twentieth of the
limit. With several processes a limit may thus be passed by at most a block for each of the others, and is never held
too early. Knows no HTTP: limits.py does.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from zlib import crc32

from corridors.errors import StoreError
from corridors.store import Store

WINDOW_SECONDS = 60
BLOCKS = 20  # reports of one bucket in a window, at most, by one process
MOST_BUCKETS = 20_000  # counted by one process before it forgets those of past windows


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands. policy: the name of the limit; remaining: below 0 for a request that is too much."""

    policy: str
    quota: int
    remaining: int
    reset_seconds: int


@dataclass(slots=True)
class _Count:
    """Requests of one bucket in the window that ends at `ends_at`. reported: of all processes, as far as known."""

    ends_at: int
    reported: int = 0
    own: int = 0


@dataclass(slots=True)
class Meter:
    """Counts the requests of one process; one for each app."""

    store: Store
    _counts: dict[str, _Count] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, policy: str, whose: str, quota: int, now: datetime) -> Standing:
        """Count a request of `whose` under a limit of `quota` a minute and return where they stand.

        Buckets have windows that begin at different seconds, so that not everybody comes back at once.
        """
        bucket = f"{policy}:{whose}"
        second = now.timestamp()
        shift = crc32(bucket.encode()) % WINDOW_SECONDS
        ends_at = (int(second - shift) // WINDOW_SECONDS + 1) * WINDOW_SECONDS + shift
        block = 0
        with self._lock:
            count = self._current(bucket, ends_at, int(second))
            if count.reported + count.own < quota:
                count.own += 1
                if count.own >= max(1, quota // BLOCKS):
                    block, count.own = count.own, 0
                    count.reported += block
                remaining = quota - count.reported - count.own
            else:
                remaining = -1
        if block:
            remaining = min(remaining, quota - self._report(bucket, count, block))
        return Standing(policy, quota, max(remaining, -1), max(1, ceil(ends_at - second)))

    def _current(self, bucket: str, ends_at: int, second: int) -> _Count:
        count = self._counts.get(bucket)
        if count is None or count.ends_at != ends_at:
            if len(self._counts) >= MOST_BUCKETS:
                self._counts = {name: held for name, held in self._counts.items() if held.ends_at > second}
            count = self._counts[bucket] = _Count(ends_at)
        return count

    def _report(self, bucket: str, count: _Count, block: int) -> int:
        """Write a block down and return the requests of all processes; where that fails, those that we know of."""
        with contextlib.suppress(StoreError):
            with self.store.begin() as tx:
                total = tx.rates.add(bucket, datetime.fromtimestamp(count.ends_at, UTC), block)
            with self._lock:
                count.reported = max(count.reported, total)
        return count.reported
