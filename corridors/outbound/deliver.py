"""Did the receiver take it? One POST of a webhook, with one deadline, to an address that the policy has vetted.

Does not sign, retry on a schedule or log: it answers with an Outcome and never with an exception text, which could hold
a receiver's secrets. Start at `Deliverer.deliver`. The status line decides: a receiver that has said 2xx has the event,
even if its body then drips for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from multidict import CIMultiDict
from yarl import URL

from corridors.errors import BlockedAddress
from corridors.model import Outcome
from corridors.outbound.addresses import DNS_SECONDS, Egress, Target
from corridors.outbound.content import retry_after_seconds
from corridors.outbound.names import Lookup, preferred, start, system_lookup
from corridors.outbound.trust import tls_context

IDLE_SECONDS = 60.0
AGE_SECONDS = 300.0
BODY_SECONDS = 2.0
BODY_BYTES = 16 * 1024
HEAD_BYTES = 4 * 1024
KNOWN_URLS = 16_384  # whose text is judged once; what a name means is judged at every connection

# OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH
_WRONG_NAME = {62, 64}

_ERRNO_CODES = {
    errno.ECONNREFUSED: "connect_refused",
    errno.ETIMEDOUT: "connect_timeout",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.EMFILE: "internal",
    errno.ENFILE: "internal",
    errno.ENOBUFS: "internal",
    errno.ENOMEM: "internal",
}


@dataclass(slots=True)
class _Attempt:
    """What one delivery has come to; what connects writes into it, so that a timeout knows what it interrupted."""

    target: Target
    late: str = "deadline"
    is_new: bool = False
    blocked: bool = False


_CURRENT: ContextVar[_Attempt] = ContextVar("attempt")


class _Answer(NamedTuple):
    """What a receiver said, in the order of Outcome, which adds how long it took."""

    code: str
    status: int | None = None
    retry_after_seconds: float | None = None
    response_head: str = ""


@dataclass(eq=False, slots=True)
class _Pool:
    """Kept connections of one generation; closed when it is old and its last user has left."""

    session: aiohttp.ClientSession
    born: float = field(default_factory=time.monotonic)
    users: int = 0


class Deliverer:
    """Hands webhooks over. An async context manager; any number of deliveries may run at once in its loop."""

    def __init__(self, egress: Egress, user_agent: str, *, lookup: Lookup = system_lookup) -> None:
        self._egress = egress
        self._lookup = lookup
        self._ours = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        self._checked = lru_cache(KNOWN_URLS)(self._check)
        self._tls = tls_context(egress.ca_file, _ObservedContext)
        self._pools: set[_Pool] = set()
        self._kept: _Pool | None = None
        self._fresh: _Pool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for pool in tuple(self._pools):
            await self._close(pool)
        self._kept = self._fresh = None

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        """Return what came of one POST of `body` to the URL `target`.

        headers: the caller's, except User-Agent and Accept-Encoding. deadline_seconds: until the answer's headers are
        here, names and TLS included; the body gets what is left of it, at most 2 s and 16 KiB.
        A kept connection that dies before it answers is replaced once, within the same deadline.
        """
        began = time.monotonic()
        try:
            judged, url = self._checked(target)
        except BlockedAddress:
            return Outcome("blocked_address")
        attempt = _Attempt(judged)
        token = _CURRENT.set(attempt)
        try:
            answer = await self._attempt(url, headers, body, began + deadline_seconds)
        except (aiohttp.ClientError, BlockedAddress, OSError, ValueError) as error:
            answer = _Answer(_code(error, attempt))
        finally:
            _CURRENT.reset(token)
        return Outcome(*answer, total_ms=round((time.monotonic() - began) * 1000))

    def _check(self, url: str) -> tuple[Target, URL]:
        target = self._egress.check_url(url)
        dialled = URL(url, encoded=True)
        if ((dialled.host or "").removesuffix("."), dialled.port) != (target.host, target.port):
            raise BlockedAddress("The URL is not well formed.")  # aiohttp's parser reads another host in it
        return target, dialled

    async def _attempt(self, url: URL, headers: Mapping[str, str], body: bytes, ends: float) -> _Answer:
        sent = CIMultiDict(headers)
        sent.update(self._ours)
        try:
            async with self._keeping() as session:
                return await _post(session, url, sent, body, ends)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if _CURRENT.get().is_new:
                raise
        async with self._connecting() as session:
            return await _post(session, url, sent, body, ends)

    @contextlib.asynccontextmanager
    async def _keeping(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Yield the session that reuses connections; none of them outlives AGE_SECONDS and the deliveries in it."""
        if self._kept is None or time.monotonic() - self._kept.born > AGE_SECONDS:
            retired, self._kept = self._kept, self._opened(force_close=False)
            if retired is not None and retired.users == 0:
                await self._close(retired)
        pool = self._kept
        pool.users += 1
        try:
            yield pool.session
        finally:
            pool.users -= 1
            if pool is not self._kept and pool.users == 0:
                await self._close(pool)

    @contextlib.asynccontextmanager
    async def _connecting(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Yield the session that opens a connection for every request."""
        if self._fresh is None:
            self._fresh = self._opened(force_close=True)
        yield self._fresh.session

    def _opened(self, *, force_close: bool) -> _Pool:
        kept_alive: dict[str, Any] = {} if force_close else {"keepalive_timeout": IDLE_SECONDS}
        connector = _ObservedConnector(
            ssl=self._tls,
            resolver=_VettedResolver(self._egress, self._lookup),
            socket_factory=self._socket,
            use_dns_cache=False,
            limit=0,
            force_close=force_close,
            **kept_alive,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            auto_decompress=False,
            read_bufsize=BODY_BYTES,
        )
        pool = _Pool(session)
        self._pools.add(pool)
        return pool

    async def _close(self, pool: _Pool) -> None:
        self._pools.discard(pool)
        await pool.session.close()

    def _socket(self, info: Any) -> socket.socket:
        """Make the socket for one address: the last gate, which literal addresses pass as well as resolved ones."""
        family, kind, protocol, _, address = info
        attempt = _CURRENT.get()
        try:
            self._egress.vet_text(attempt.target, str(address[0]))
        except BlockedAddress as error:
            attempt.blocked = True
            raise PermissionError(errno.EACCES, "refused by the address policy") from error
        attempt.late = "connect_timeout"
        return socket.socket(family, kind, protocol)


class _VettedResolver(AbstractResolver):
    """Resolves names within 2 s and refuses them all if the policy refuses one."""

    def __init__(self, egress: Egress, lookup: Lookup) -> None:
        self._egress = egress
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return at most two addresses of `host`; `family` is not asked for, the policy judges them all."""
        attempt = _CURRENT.get()
        attempt.late = "dns_timeout"
        async with asyncio.timeout(DNS_SECONDS):
            addresses = await asyncio.wrap_future(start(host, port, self._lookup))
        self._egress.vet(attempt.target, addresses)
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in preferred(addresses)
        ]

    async def close(self) -> None:
        """Hold nothing, so nothing is to be closed."""


class _ObservedContext(ssl.SSLContext):
    """Notes that TCP has connected and TLS begins, which aiohttp's own hooks do not tell apart."""

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Begin the handshake, as asyncio asks."""
        attempt = _CURRENT.get(None)
        if attempt is not None:
            attempt.late = "tls_error"
        return super().wrap_bio(*args, **kwargs)


class _ObservedConnector(aiohttp.TCPConnector):
    """Tells the current attempt that its connection is new, and when it stands. Hooks of the session cost far more."""

    async def _create_connection(self, *args: Any, **kwargs: Any) -> ResponseHandler:
        attempt = _CURRENT.get()
        attempt.is_new = True
        protocol = await super()._create_connection(*args, **kwargs)
        attempt.late = "deadline"
        return protocol


async def _post(
    session: aiohttp.ClientSession, url: URL, headers: CIMultiDict[str], body: bytes, ends: float
) -> _Answer:
    async with asyncio.timeout(ends - time.monotonic()):
        answer = await session.post(url, data=body, headers=headers, allow_redirects=False)
    try:
        text = escaped(await _head(answer, min(BODY_SECONDS, ends - time.monotonic())))
    finally:
        if answer.content.at_eof():
            answer.release()
        else:
            answer.close()
    status = answer.status
    if 300 <= status < 400:
        host = _host(answer.headers.get("Location", ""))
        return _Answer("redirect", status, response_head=escaped(f"redirect to {host or 'no host'}: ".encode()) + text)
    return _Answer(
        "ok" if 200 <= status < 300 else f"http_{status}",
        status,
        retry_after_seconds(answer.headers.getall("Retry-After", []), datetime.now(UTC)),
        text,
    )


async def _head(answer: aiohttp.ClientResponse, seconds: float) -> bytes:
    """Read as much of the body as there is in `seconds`, up to BODY_BYTES; what is wrong with it does not matter."""
    read = bytearray()
    if answer.content.at_eof():
        return b""
    with contextlib.suppress(aiohttp.ClientError, OSError):
        async with asyncio.timeout(max(seconds, 0.0)):
            while len(read) < BODY_BYTES and (chunk := await answer.content.read(BODY_BYTES - len(read))):
                read += chunk
    return bytes(read)


def escaped(head: bytes) -> str:
    """Return the first 4 KiB as text in which every character can be seen: controls and bidi marks as escapes."""
    text = head[:HEAD_BYTES].decode("utf-8", errors="backslashreplace")
    shown = (char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return "".join(shown)[:HEAD_BYTES]


def _host(location: str) -> str | None:
    try:
        return urlsplit(location).hostname
    except ValueError:
        return None


def _code(error: Exception, attempt: _Attempt) -> str:
    """The word for `error`; its text is never used, it may hold paths and credentials of the receiver."""
    if isinstance(error, BlockedAddress) or attempt.blocked:
        return "blocked_address"
    if isinstance(error, TimeoutError):
        return attempt.late
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", None)
        return "tls_name" if code in _WRONG_NAME else "tls_error"
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls_error"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns_error"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "reset"
    if isinstance(error, OSError):
        connecting = isinstance(error, aiohttp.ClientConnectorError)
        return _ERRNO_CODES.get(error.errno or 0, "unreachable" if connecting else "reset")
    if isinstance(error, aiohttp.ClientError) and not isinstance(error, aiohttp.InvalidURL):
        return "protocol"
    return "internal"
