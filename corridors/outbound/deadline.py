"""How does a blocked read end on time? A watchdog shuts the socket down at the deadline, in any phase.

A socket timeout counts from one received byte to the next, so a server that sends a byte a second is never late for it.
Shutting the socket down ends a blocked read at once, in the TLS handshake, the headers or the body alike; the caller
then asks `Watch.fired`, because a cut in the headers can look like an empty answer.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import socket
import threading
import time
from collections.abc import Iterator


class Watch:
    """One piece of work with a deadline. Sockets given to `guard` are shut down when it passes."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._done = False
        self._fired = False

    @property
    def fired(self) -> bool:
        """Return whether the deadline has passed, so that whatever came of the work is not to be trusted."""
        return self._fired or time.monotonic() >= self.ends

    @property
    def remaining(self) -> float:
        """Return the seconds left, never less than 0."""
        return max(self.ends - time.monotonic(), 0.0)

    def guard(self, connection: socket.socket) -> None:
        """Watch over `connection` until `close`.

        A duplicate is kept: TLS takes the descriptor away from the socket, and its number could go to a stranger.
        """
        duplicate = connection.dup()
        with self._lock:
            self._sockets.append(duplicate)
            if self._fired:
                _shut_down(duplicate)

    def fire(self) -> None:
        """Shut every guarded socket down."""
        with self._lock:
            if not self._done:
                self._fired = True
                for connection in self._sockets:
                    _shut_down(connection)

    def close(self) -> None:
        """Forget the sockets; they belong to the caller again."""
        with self._lock:
            self._done = True
            for connection in self._sockets:
                connection.close()
            self._sockets.clear()


class Watchdog:
    """One thread that fires watches on time, started with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Watch]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watch(self, seconds: float) -> Iterator[Watch]:
        """Yield a Watch that fires after `seconds` unless the block has ended."""
        watch = Watch(seconds)
        with self._changed:
            if self._thread is None or not self._thread.is_alive():  # not alive: this process is a fork
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            entry = (watch.ends, next(self._number), watch)
            heapq.heappush(self._due, entry)
            if self._due[0] is entry:
                self._changed.notify()
        try:
            yield watch
        finally:
            watch.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                watch = heapq.heappop(self._due)[2]
            watch.fire()


def _shut_down(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
