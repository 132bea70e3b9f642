"""How do requests and urllib3 connect, when only vetted addresses may be dialled?

Only `_new_conn` of urllib3's connections is replaced: the name stays the host, so the Host header, SNI and the
certificate check see what the URL says, and the address below them is one that the policy has passed.
Start at `Attempt`, then `guarded_adapter`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import PoolManager

from corridors.errors import BlockedAddress, FetchError
from corridors.outbound.addresses import DNS_SECONDS, Egress, Target, target_of
from corridors.outbound.deadline import Watch
from corridors.outbound.names import Lookup, preferred, resolve

CONNECT_SECONDS = 5.0

_CURRENT: ContextVar[Attempt] = ContextVar("attempt")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a connection must obey: the policy, the resolver and the deadline of the fetch it is made for."""

    egress: Egress
    lookup: Lookup
    watch: Watch

    @contextlib.contextmanager
    def current(self) -> Iterator[None]:
        """Make this the attempt that connections opened inside the block obey. Without one, none can be opened."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def dial(self, target: Target) -> socket.socket:
        """Return a connected socket that the deadline guards; raises FetchError."""
        addresses = (target.address,) if target.address is not None else self._resolved(target)
        try:
            self.egress.vet(target, addresses)
        except BlockedAddress as error:
            raise FetchError(str(error), outcome="refused_address", permanent=True) from error
        for address in preferred(addresses):
            try:
                connection = self._connect(str(address), target.port)
            except OSError as error:
                refusal = error
            else:
                self.watch.guard(connection)
                return connection
        raise FetchError(_refusal(target, refusal), outcome="unavailable") from refusal

    def _resolved(self, target: Target) -> Any:
        try:
            return resolve(target.host, target.port, min(DNS_SECONDS, self.watch.remaining), self.lookup)
        except TimeoutError as error:
            raise FetchError(f"the name {target.host} was not resolved in time", outcome="dns_error") from error
        except OSError as error:
            raise FetchError(f"the name {target.host} has no address", outcome="dns_error") from error

    def _connect(self, address: str, port: int) -> socket.socket:
        # 0 would mean "do not block", not "no time left"
        connection = socket.create_connection((address, port), max(min(CONNECT_SECONDS, self.watch.remaining), 0.001))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def guarded_adapter(context: ssl.SSLContext) -> HTTPAdapter:
    """Return a requests adapter whose connections obey the current Attempt and trust what `context` trusts."""
    return _GuardedAdapter(context)


class _GuardedHTTP(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _dial("http", self.host, self.port)


class _GuardedHTTPS(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _dial("https", self.host, self.port)


class _UsedOnce(HTTPConnectionPool):
    """Closes every connection after its answer, whatever the server promises: a kept one would outlive its deadline."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()


class _GuardedHTTPPool(_UsedOnce):
    ConnectionCls = _GuardedHTTP


class _GuardedHTTPSPool(_UsedOnce, HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, ssl_context=self._context)
        # A dictionary of its own: the class attribute belongs to everybody who uses urllib3 in this process.
        self.poolmanager.pool_classes_by_scheme = {"http": _GuardedHTTPPool, "https": _GuardedHTTPSPool}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # requests would add certifi's roots for every connection; the context already knows whom to trust.
        conn.cert_reqs = "CERT_REQUIRED"


def _dial(scheme: str, host: str, port: int | None) -> socket.socket:
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    try:
        target = target_of(f"{scheme}://{name}:{port}/")
    except BlockedAddress as error:
        raise FetchError(str(error), outcome="refused_address", permanent=True) from error
    return _CURRENT.get().dial(target)


def _refusal(target: Target, error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return f"{target.host} does not answer"
    if isinstance(error, ConnectionRefusedError):
        return f"{target.host} refuses the connection"
    return f"{target.host} cannot be reached"
