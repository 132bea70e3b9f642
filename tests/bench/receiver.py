"""Receivers of webhooks for the benches: one process, one port for each way to behave, and a log of what came.

Run as `python -m tests.bench.receiver PORTS_FILE OK FAILING HANGING`, with how many ports of each kind to open. Their
numbers are written to the file; `GET /log` on the first one answers with everything received so far.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

OK = b"HTTP/1.1 204 No Content\r\n\r\n"
FAILING = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"

received: list[tuple[str, str, int, float]] = []  # delivery, event, hash of the body, monotonic instant


class Receiver(asyncio.Protocol):
    """One connection. answer: what it says to every request; None = nothing, ever."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1")
            if head.startswith("GET"):
                body = json.dumps(received).encode()
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                self.buffer = b""
                return
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
            length = int(fields["content-length"])
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            received.append((fields["corridors-delivery"], fields["webhook-id"], hash(body), time.monotonic()))
            if self.answer:
                self.transport.write(self.answer)


async def serve(ports_file: Path, counts: tuple[int, int, int]) -> None:
    """Open the ports, tell their numbers, and serve until killed."""
    loop = asyncio.get_running_loop()
    answers = [answer for answer, count in zip((OK, FAILING, None), counts, strict=True) for _ in range(count)]
    servers = [
        await loop.create_server(lambda answer=answer: Receiver(answer), "127.0.0.1", 0, backlog=4096)  # type: ignore[misc]
        for answer in answers
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    draft = ports_file.with_suffix(".draft")
    draft.write_text(json.dumps(ports))
    draft.rename(ports_file)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
