"""A loopback server with one path per way in which a server can be wrong, and the sockets it takes to be so."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser

import brotli
from backports import zstd

FEED = (
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Новини</title>"
    "<item><guid>1</guid><title>Коридор відкрито</title><pubDate>Mon, 14 Mar 2022 07:00:00 +0200</pubDate></item>"
    "</channel></rss>"
).encode()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass
class Hostile:
    """A running server: its port, what it was asked, and what it does on which path."""

    port: int
    paths: Mapping[str, Path] = field(default_factory=lambda: PATHS)
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    connections: int = 0

    def url(self, path: str, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def pause(self, seconds: float) -> bool:
        """Wait, and return False when the server is being stopped."""
        return not self.stopping.wait(seconds)


Path = Callable[["Hostile", socket.socket, Asked], None]


@contextmanager
def hostile_server(tls: ssl.SSLContext | None = None, paths: Mapping[str, Path] | None = None) -> Iterator[Hostile]:
    """Serve `paths` until the block ends; every connection has a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = Hostile(listener.getsockname()[1], PATHS if paths is None else paths)
    threads: list[threading.Thread] = []
    open_now: set[socket.socket] = set()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            open_now.add(connection)
            thread = threading.Thread(target=serve, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            open_now.add(wrapped)
            with wrapped:
                while _answer_one(server, wrapped):
                    pass
        with suppress(OSError):
            connection.close()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in tuple(open_now):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        acceptor.join(5)
        for thread in threads:
            thread.join(5)


def _answer_one(server: Hostile, connection: socket.socket) -> bool:
    """Answer one request; return whether the connection is to be kept."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return False
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    line, _, fields = head.partition(b"\r\n")
    headers = BytesHeaderParser().parsebytes(fields + b"\r\n\r\n")
    length = int(headers.get("Content-Length", "0"))
    while len(body) < length:
        body += connection.recv(65536)
    method, path, _ = line.decode("latin-1").split(" ", 2)
    asked = Asked(method, path, headers, body)
    server.asked.append(asked)
    server.paths[path.split("?")[0]](server, connection, asked)
    return path.startswith("/keep")


def answer(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """Return a whole response; keyword names become header names with dashes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if name != "Content_Length"]
    if "Content_Length" in headers:
        lines[1] = f"Content-Length: {headers['Content_Length']}"
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def says(status: str = "200 OK", body: bytes = b"", **headers: str) -> Path:
    whole = answer(status, body, **headers)
    return lambda server, connection, asked: connection.sendall(whole)


def drips(start: bytes, drop: bytes, every_seconds: float = 0.05) -> Path:
    """Send `start`, then `drop` again and again until the other side or the server gives up."""

    def drip(server: Hostile, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(start)
        while server.pause(every_seconds):
            connection.sendall(drop)

    return drip


def endless(start: bytes, block: bytes) -> Path:
    def pour(server: Hostile, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(start)
        while not server.stopping.is_set():
            connection.sendall(block)

    return pour


def resets(after: bytes = b"") -> Path:
    def reset(server: Hostile, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(after)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return reset


def silence(server: Hostile, connection: socket.socket, asked: Asked) -> None:
    server.stopping.wait()


def keeps_then_dies(server: Hostile, connection: socket.socket, asked: Asked) -> None:
    """Promise to keep the connection, and close it right after the answer."""
    connection.sendall(answer(body=b"fine"))
    connection.shutdown(socket.SHUT_RDWR)


def redirect_by_query(server: Hostile, connection: socket.socket, asked: Asked) -> None:
    connection.sendall(answer(Location=asked.path.partition("?to=")[2], status="302 Found"))


def conditional(server: Hostile, connection: socket.socket, asked: Asked) -> None:
    if asked.headers["If-None-Match"] == 'W/"one"' or asked.headers["If-Modified-Since"] == "yesterday, verbatim":
        connection.sendall(answer("304 Not Modified", ETag='W/"one"'))
    else:
        connection.sendall(answer(body=FEED, ETag='W/"one"', Last_Modified="yesterday, verbatim"))


def _bomb(layers: int = 1) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join([packer.compress(bytes(1024 * 1024)) for _ in range(64)] + [packer.flush()])
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


def _wide() -> bytes:
    """A body that asks its reader to keep 128 MiB of it in memory."""
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    return packer.compress(FEED, packer.FLUSH_BLOCK) + packer.flush()


_PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
_CHUNKED = _PLAIN + b"Transfer-Encoding: chunked\r\n\r\n"

PATHS: dict[str, Path] = {
    "/feed": says(body=FEED, Content_Type="application/rss+xml"),
    "/gzip": says(body=gzip.compress(FEED), Content_Encoding="gzip"),
    "/gzip-members": says(body=gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), Content_Encoding="gzip"),
    "/gzip-padded": says(body=gzip.compress(FEED) + bytes(64), Content_Encoding="x-gzip"),
    "/deflate": says(body=zlib.compress(FEED), Content_Encoding="deflate"),
    "/deflate-bare": says(body=zlib.compress(FEED)[2:-4], Content_Encoding="deflate"),
    "/chunked": lambda s, c, a: c.sendall(_CHUNKED + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
    "/huge": says(body=bytes(300_000)),
    "/endless": endless(_PLAIN + b"\r\n", bytes(65536)),
    "/endless-chunks": endless(_CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"),
    "/gzip-bomb": says(body=_bomb(), Content_Encoding="gzip"),
    "/gzip-twice": says(body=_bomb(2), Content_Encoding="gzip, gzip"),
    "/drip-body": drips(_PLAIN + b"Content-Length: 100000\r\n\r\n", b"x"),
    "/drip-chunks": drips(_CHUNKED, b"1\r\nx\r\n"),
    "/drip-headers": drips(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "/drip-status": drips(b"HTTP/1.1 200 O", b"K"),
    "/continue": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.005),
    "/silence": silence,
    "/short": says(body=b"half", Content_Length="4000"),
    "/cut-chunk": lambda server, connection, asked: connection.sendall(_CHUNKED + b"100\r\nabc"),
    "/bad-chunk": lambda server, connection, asked: connection.sendall(_CHUNKED + b"zz\r\nabc"),
    "/reset": resets(),
    "/reset-headers": resets(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "/reset-body": resets(_PLAIN + b"Content-Length: 4000\r\n\r\nhalf"),
    "/close": lambda server, connection, asked: None,
    "/gzip-truncated": says(body=gzip.compress(FEED * 50)[:-40], Content_Encoding="gzip"),
    "/gzip-garbage": says(body=b"this is not gzip at all", Content_Encoding="gzip"),
    "/brotli": says(body=brotli.compress(FEED), Content_Encoding="br"),
    "/brotli-bomb": says(body=brotli.compress(bytes(64 << 20), quality=5), Content_Encoding="br"),
    "/brotli-truncated": says(body=brotli.compress(FEED * 50)[:-40], Content_Encoding="br"),
    "/brotli-garbage": says(body=b"this is not brotli at all", Content_Encoding="br"),
    "/zstd": says(body=zstd.compress(FEED), Content_Encoding="zstd"),
    "/zstd-frames": says(body=zstd.compress(FEED[:50]) + zstd.compress(FEED[50:]), Content_Encoding="zstd"),
    "/zstd-bomb": says(body=zstd.compress(bytes(64 << 20)), Content_Encoding="zstd"),
    "/zstd-truncated": says(body=zstd.compress(FEED * 50)[:-40], Content_Encoding="zstd"),
    "/zstd-garbage": says(body=b"this is not zstd at all", Content_Encoding="zstd"),
    "/zstd-window": says(body=_wide(), Content_Encoding="zstd"),
    "/compress": says(body=b"\x1f\x9d\x90", Content_Encoding="compress"),
    "/loop": says("302 Found", Location="/loop"),
    "/moved": says("301 Moved Permanently", Location="/feed"),
    "/moved-nowhere": says("302 Found"),
    "/moved-unicode": lambda s, c, a: c.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: /feed?q=\xd0\xba\xd0\xbe\xd1\x80#top\r\n\r\n"
    ),
    "/redirect": redirect_by_query,
    "/conditional": conditional,
    "/304": says("304 Not Modified"),
    "/204": says("204 No Content"),
    "/206": says("206 Partial Content", body=b"part"),
    "/empty": says(),
    "/401": says("401 Unauthorized"),
    "/403": says("403 Forbidden"),
    "/challenge": says("403 Forbidden", body=b"<html>", cf_mitigated="challenge"),
    "/captcha": says("503 Service Unavailable", body=b"<html><script>window._cf_chl_opt={}</script>"),
    "/404": says("404 Not Found"),
    "/410": says("410 Gone"),
    "/429": says("429 Too Many Requests", Retry_After="120"),
    "/429-soon": says("429 Too Many Requests", Retry_After="1"),
    "/429-years": says("429 Too Many Requests", Retry_After="315360000"),
    "/429-past": says("429 Too Many Requests", Retry_After="Mon, 14 Mar 2022 07:00:00 GMT"),
    "/429-garbage": says("429 Too Many Requests", Retry_After="soon"),
    "/500": says("500 Internal Server Error", body=b"\x1b[31m<script>\x00 \xe2\x80\xae\xff"),
    "/503": says("503 Service Unavailable", Retry_After="60"),
    "/101": says("101 Switching Protocols"),
    "/garbage": lambda server, connection, asked: connection.sendall(b"\x00\x01garbage\r\n\r\n"),
    "/http-0.9": lambda server, connection, asked: connection.sendall(b"<html>hello</html>"),
    "/many-headers": lambda s, c, a: c.sendall(_PLAIN + b"".join(b"X-%d: y\r\n" % n for n in range(2000)) + b"\r\n"),
    "/long-header": lambda s, c, a: c.sendall(_PLAIN + b"X: " + b"y" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n"),
    "/cookie": says(body=b"fine", Set_Cookie="a=b"),
    "/keep": says(body=b"fine"),
    "/keep-dying": keeps_then_dies,
    "/keep-none": says("204 No Content"),
}
