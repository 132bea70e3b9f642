"""The other side of the demo, on loopback: two outlets that publish the story, and a subscriber that verifies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from corridors.cli.demo.story import Story, channel_page, feed_page
from corridors.model import Clock
from corridors.signature import verify

LARGEST_BODY = 256 * 1024


class Loopback:
    """Serves the story's outlets under /s/ and /feed/, and takes webhooks at /receiver. Use as a context manager."""

    def __init__(self, story: Story, secret: str, say: Callable[[str], None]) -> None:
        self._story = story
        self._secret = secret
        self._say = say
        self._told_day = ""
        self.clock = Clock(epoch_at=story.begins_at)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Loopback:
        """Serve from now on."""
        threading.Thread(target=self._server.serve_forever, name="loopback", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()

    def now(self) -> datetime:
        """Return the story's instant."""
        return self.clock.at(datetime.now(UTC))

    def tell_time(self) -> None:
        """Say when the story reaches a new day, and when its last one is over."""
        now = self.now()
        day = "over" if self.clock.until_at and now >= self.clock.until_at else f"{now:%d %B %Y}"
        if day != self._told_day:
            self._told_day = day
            self._say("— the story is over; the page stays —" if day == "over" else f"— {day} —")

    def page(self, path: str) -> bytes | None:
        """Return what an outlet shows now, None where there is no such outlet."""
        kind, _, channel = path.strip("/").partition("/")
        if kind == "s":
            return channel_page(channel, self._story.told(channel, self.now()))
        if kind == "feed":
            return feed_page(channel, f"{self.url}/feed/{channel}", self._story.told(channel, self.now()))
        return None

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        """Verify a webhook, print it, and return the HTTP status of the answer."""
        if problem := verify(self._secret, headers, body, datetime.now(UTC)):
            self._say(f"REFUSED a webhook: {problem}")
            return 400
        self._say(describe(json.loads(body)))
        return 204

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            """One request of the demo's own processes."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Answer with an outlet's page."""
                body = loopback.page(self.path)
                self._answer(404 if body is None else 200, body or b"")

            def do_POST(self) -> None:
                """Take a webhook."""
                length = min(int(self.headers.get("content-length", "0")), LARGEST_BODY)
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._answer(loopback.receive(headers, self.rfile.read(length)), b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Say nothing: the receiver prints what matters."""

        return Handler


def describe(event: dict[str, Any]) -> str:
    """Return one line about a verified event."""
    data = event["data"]
    head = f"verified  {event['type']:20}"
    if "tally" in data:
        told = data["tally"]["official"]
        counts = ", ".join(f"{name} {told[name]}" for name in ("planned", "operated", "people"))
        return f"{head} {data['tally']['date']}  {counts}"
    occurrence, corridor = data.get("occurrence"), data.get("corridor")
    if not occurrence or not corridor:
        return head
    reason = f" ({occurrence['reason']})" if occurrence["reason"] else ""
    people = f", {occurrence['people']} people" if occurrence["people"] else ""
    return f"{head} {occurrence['date']}  {corridor['name'].get('en', '')}: {occurrence['status']}{reason}{people}"
