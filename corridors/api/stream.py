"""How are events told while they happen? Server-Sent Events, from where a reader left off, chosen like any list.

The thread that answers sends what came since `Last-Event-ID`, then gives the socket to the broadcaster. That takes a
server that hands sockets out (gunicorn does); with any other one the stream keeps its thread.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Response, request

from corridors import schema
from corridors.api.access import caller
from corridors.api.blueprint import Blueprint
from corridors.api.broadcast import Wish, beat, frame
from corridors.api.context import Context, context
from corridors.api.events import EventsQuery
from corridors.api.filters import selection
from corridors.api.news import LONGEST_SILENCE_SECONDS
from corridors.api.parameters import refusal
from corridors.errors import NotReady, StoreError

MEDIA_TYPE = "text/event-stream"
MOST_REPLAYED = 10_000
RETRY_AFTER_SECONDS = 10
_BATCH = 500
_SEND_SECONDS = 20.0  # a reader that takes nothing for so long while it is served the past is gone
_RECONNECT_MS = 3000

stream = Blueprint("stream", "The change feed while it happens, as Server-Sent Events.")


class StreamQuery(EventsQuery):
    """Where to begin, and which events to leave out."""

    class Meta:
        """A stream has no pages and no formats."""

        exclude = ("latest", "limit", "page", "format", "wait", "as_of")


class Detached(Response):
    """An answer whose socket is given away: its head is written here, `serve` sends the rest as long as it likes."""

    def __init__(self, serve: Callable[[socket.socket], None], *rest: Any, **options: Any) -> None:
        super().__init__(*rest, **options)
        self.serve = serve

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Take the socket from the server where it hands it out, else answer like any other."""
        held = environ.get("gunicorn.socket")
        if type(held) is not socket.socket or request.method == "HEAD":
            return super().__call__(environ, start_response)
        head = self._head(environ)
        taken = socket.socket(fileno=held.detach())
        taken.settimeout(_SEND_SECONDS)
        try:
            taken.sendall(head)
            self.serve(taken)
        except BaseException as error:
            taken.close()
            if not isinstance(error, OSError | StoreError):
                raise
        finally:
            self.close()
        # The server's part ends as if the reader had gone: it says nothing more and closes what it no longer has.
        raise BrokenPipeError(errno.EPIPE, "the stream goes on without the server")

    def _head(self, environ: dict[str, Any]) -> bytes:
        headers = self.get_wsgi_headers(environ)
        headers.remove("Content-Length")
        headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {self.status_code} {HTTPStatus(self.status_code).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.to_wsgi_list()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@stream.reads("/events/stream", schema.EventSchema, StreamQuery, media_types=[MEDIA_TYPE])
def follow_events(query: dict[str, Any]) -> Response:
    """Send events as they are recorded, first those behind `after` or `Last-Event-ID`; `resync` = too far behind."""
    here = context()
    wish = Wish(selection(query), query["types"], caller().clearance)
    start = _start(query)
    here.news.count()
    place = here.broadcaster.book(here.settings.api.streams)
    if place is None:
        raise NotReady(
            "as many streams are open as this process serves; try again, or follow /v1/events with `wait`",
            retry_after_seconds=RETRY_AFTER_SECONDS,
        )

    def serve(taken: socket.socket) -> None:
        reached = 0
        for cursor, told in _past(here, wish, start):
            taken.sendall(told)
            reached = cursor
        here.broadcaster.take(taken, wish, reached, place)

    answer = Detached(serve, _without_detaching(here, wish, start), mimetype=MEDIA_TYPE)
    answer.call_on_close(lambda: here.broadcaster.leave(place))
    if request.method == "HEAD":
        here.broadcaster.leave(place)  # its body is never begun, and so never closed
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx would keep events until it has a page of them
    return answer


def _start(query: dict[str, Any]) -> int | None:
    """Return the cursor to go on behind: what a browser remembers counts more than the address it began with."""
    said = request.headers.get("Last-Event-ID")
    if not said:
        return query["after"] if query["after"] is None else int(query["after"])
    try:
        return schema.parse_cursor(said)
    except ValueError as error:
        raise refusal({"Last-Event-ID": [str(error)]}) from error


def _past(here: Context, wish: Wish, start: int | None) -> Iterator[tuple[int, bytes]]:
    """Yield what came behind `start`, each piece with the cursor that it reaches; with no start, where we are now."""
    with here.store.read(wish.clearance) as tx:
        head = tx.events.head()
    opening = b"retry: %d\n" % _RECONNECT_MS
    if start is None:
        yield head, opening + beat(head)
        return
    if start > head or _is_too_far(here, wish, start):
        yield head, opening + _resync(head)
        return
    yield start, opening + beat(start)
    while start < head:
        with here.store.read(wish.clearance) as tx:
            events = tx.events.after(start, _BATCH)
        start = events[-1].cursor if len(events) == _BATCH else max(start, head)
        yield start, b"".join(frame(event) for event in events if wish.takes(event) and event.cursor <= start)


def _is_too_far(here: Context, wish: Wish, start: int) -> bool:
    with here.store.read(wish.clearance) as tx:
        return tx.events.head() - start > MOST_REPLAYED


def _resync(head: int) -> bytes:
    """Return the event that says: read the lists again, then go on from here."""
    body = schema.json_bytes({"cursor": schema.cursor_text(head), "notice": schema.NOTICE})
    return b"id: %s\nevent: resync\ndata: %s\n\n" % (schema.cursor_text(head).encode(), body)


def _without_detaching(here: Context, wish: Wish, start: int | None) -> Iterator[bytes]:
    """Yield the stream from a thread of its own."""
    reached = 0
    for cursor, told in _past(here, wish, start):
        yield told
        reached = cursor
    while True:
        count = here.news.count()
        with here.store.read(wish.clearance) as tx:
            events, head = tx.events.after(reached, _BATCH), tx.events.head()
        yield b"".join(frame(event) for event in events if wish.takes(event))
        reached = events[-1].cursor if len(events) == _BATCH else max(reached, head)
        if not events:
            yield beat(reached)
            here.news.wait(count, LONGEST_SILENCE_SECONDS)
