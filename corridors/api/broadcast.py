"""How do a thousand open streams hear of an event at once? One thread of each process writes to all of them.

A stream that holds a thread costs a thread; with two threads a stream, hundreds of them were seen to stop everything
else. So a stream is only begun by the thread that answers (stream.py); its socket then belongs to the broadcaster,
which reads every event once for each clearance, renders it once, and sends it to whoever it fits. Nobody waits for a
slow reader: what it has not taken is kept, and when that is too much it is cut off, to come back where it left off.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from corridors.api.news import LONGEST_SILENCE_SECONDS, News
from corridors.audience import wants
from corridors.errors import StoreError
from corridors.model import CLEARANCES, Event, Facets, Sensitivity
from corridors.schema import cursor_text
from corridors.selection import Selection
from corridors.store import Store

BEAT_SECONDS = 15.0
LONGEST_LIFE_SECONDS = 3600.0  # after which a reader has to come back and show its key again
MOST_KEPT_BYTES = 1 << 20
_BATCH = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader of events asked for, and may see."""

    selection: Selection
    types: Sequence[str]
    clearance: Sensitivity

    def takes(self, event: Event) -> bool:
        """Return whether an event that its clearance sees fits."""
        if self.types and not wants(self.types, event.type):
            return False
        facets = event.facets or Facets(event.country)
        return self.selection.is_everything or self.selection.fits_event(facets, event.recorded_at)


@dataclass(slots=True)
class Listener:
    """An open stream. cursor: of the last event that was looked at for it."""

    socket: socket.socket
    wish: Wish
    cursor: int
    ends: float
    unsent: bytearray = field(default_factory=bytearray)


def frame(event: Event) -> bytes:
    """Return an event as Server-Sent Events have it (HTML Living Standard, 9.2); its body has no line breaks."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (cursor_text(event.cursor).encode(), event.type.encode(), event.body)


def beat(cursor: int) -> bytes:
    """Return a sign of life that also moves the reader's Last-Event-ID on."""
    return b": alive\nid: %s\n\n" % cursor_text(cursor).encode()


class Broadcaster:
    """The open streams of one process and the thread that serves them."""

    def __init__(self, store: Store, news: News) -> None:
        self._store = store
        self._news = news
        self._lock = threading.Lock()
        self._booked: set[object] = set()
        self._arrived: list[Listener] = []
        self._listeners: dict[int, Listener] = {}
        self._selector: selectors.BaseSelector | None = None
        self._woken, self._wake = -1, -1
        self._next_beat = 0.0

    def __len__(self) -> int:
        """Return how many streams are open or about to be."""
        return len(self._booked) + len(self._listeners) + len(self._arrived)

    def book(self, most: int) -> object | None:
        """Return a place for one more stream, to be taken or left; None where there are `most` already.

        A stream has its place before its head is sent: who counts open ones only, lets in everybody who asks while
        others are still served their past.
        """
        with self._lock:
            if len(self) >= most:
                return None
            place = object()
            self._booked.add(place)
            return place

    def leave(self, place: object) -> None:
        """Give a booked place to others, if its stream was not taken."""
        with self._lock:
            self._booked.discard(place)

    def take(self, taken: socket.socket, wish: Wish, cursor: int, place: object) -> None:
        """Serve a stream from now on, beginning behind `cursor`; the socket is the broadcaster's."""
        taken.setblocking(False)
        ends = time.monotonic() + LONGEST_LIFE_SECONDS
        with self._lock:
            if self._selector is None:
                self._begin()
            self._booked.discard(place)
            self._arrived.append(Listener(taken, wish, cursor, ends))
        self._tell()

    def _begin(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._next_beat = time.monotonic() + BEAT_SECONDS
        threading.Thread(target=self._run, args=(self._selector,), name="broadcast", daemon=True).start()
        self._news.call(self._tell)

    def _tell(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it is full of wishes to wake already
            os.write(self._wake, b"x")

    def _run(self, selector: selectors.BaseSelector) -> None:
        looks = time.monotonic()
        while True:
            for key, mask in selector.select(max(0.05, min(looks, self._next_beat) - time.monotonic())):
                if key.fd == self._woken:
                    os.read(self._woken, 65536)
                    looks = 0.0
                elif listener := self._listeners.get(key.fd):
                    self._attend(listener, mask)
            if time.monotonic() >= looks:
                looks = time.monotonic() + LONGEST_SILENCE_SECONDS
                try:
                    self._spread()
                except StoreError as error:
                    log.warning("streams wait for the database", error=str(error))
                    looks = time.monotonic() + 1
            if time.monotonic() >= self._next_beat:
                self._beat()

    def _attend(self, listener: Listener, mask: int) -> None:
        if mask & selectors.EVENT_READ:
            try:
                gone = not listener.socket.recv(4096)
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            if gone:
                self._drop(listener)
                return
        if mask & selectors.EVENT_WRITE:
            self._send(listener, b"")

    def _spread(self) -> None:
        """Send what is new to everybody, and to who just arrived what came since they were served last."""
        self._welcome()
        for clearance in CLEARANCES:
            mine = [each for each in self._listeners.values() if each.wish.clearance is clearance]
            while mine:
                mine = self._pass_on(clearance, mine)

    def _welcome(self) -> None:
        with self._lock:
            arrived, self._arrived = self._arrived, []
            for listener in arrived:
                self._listeners[listener.socket.fileno()] = listener
        assert self._selector
        for listener in arrived:
            self._selector.register(listener.socket, selectors.EVENT_READ)

    def _pass_on(self, clearance: Sensitivity, listeners: Sequence[Listener]) -> list[Listener]:
        """Send the next events and return the listeners that are not at the end of the feed yet."""
        first = min(listener.cursor for listener in listeners)
        with self._store.read(clearance) as tx:
            head = tx.events.head()
            events = tx.events.after(first, _BATCH) if head > first else []
        reached = events[-1].cursor if len(events) == _BATCH else head
        frames = [(event, frame(event)) for event in events]
        for listener in listeners:
            if new := b"".join(
                told for event, told in frames if event.cursor > listener.cursor and listener.wish.takes(event)
            ):
                self._send(listener, new)
            listener.cursor = max(listener.cursor, reached)
        return [each for each in listeners if each.cursor < head and each.socket.fileno() in self._listeners]

    def _beat(self) -> None:
        now = time.monotonic()
        self._next_beat = now + BEAT_SECONDS
        for listener in list(self._listeners.values()):
            if now > listener.ends:
                self._drop(listener)
            else:
                self._send(listener, beat(listener.cursor))

    def _send(self, listener: Listener, told: bytes) -> None:
        """Send what can be sent at once and keep the rest; too large a rest ends the stream."""
        assert self._selector
        listener.unsent += told
        try:
            sent = listener.socket.send(listener.unsent)
            del listener.unsent[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(listener)
            return
        if len(listener.unsent) > MOST_KEPT_BYTES:
            self._drop(listener)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if listener.unsent else 0)
        self._selector.modify(listener.socket, wanted)

    def _drop(self, listener: Listener) -> None:
        assert self._selector
        fileno = listener.socket.fileno()
        if self._listeners.pop(fileno, None):
            self._selector.unregister(listener.socket)
            listener.socket.close()
