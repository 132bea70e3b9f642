"""What is a name's address, and how long may the answer take?

The system's resolver has no deadline, so it is asked on a thread of its own that nobody has to wait for.
Nothing is cached: a connection is made to what the name means now. Start at `resolve` or `start`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address

Lookup = Callable[[str, int], Sequence[str]]
Addresses = tuple[IPv4Address | IPv6Address, ...]

# A resolver that never answers may hold this many threads, not all of them.
_SLOTS = threading.BoundedSemaphore(256)


def system_lookup(host: str, port: int) -> Sequence[str]:
    """Return the addresses that the system's resolver gives for `host`; raises OSError. Blocks without a deadline."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


def start(host: str, port: int, lookup: Lookup) -> Future[Addresses]:
    """Return a future of the addresses of `host`, at least one; its exception is an OSError."""
    future: Future[Addresses] = Future()
    if not _SLOTS.acquire(blocking=False):
        future.set_exception(TimeoutError("too many names are being looked up"))
        return future
    threading.Thread(target=_answer, args=(future, host, port, lookup), name=f"lookup {host}", daemon=True).start()
    return future


def resolve(host: str, port: int, timeout_seconds: float, lookup: Lookup) -> Addresses:
    """Return the addresses of `host`, at least one, in the resolver's order.

    Raises TimeoutError after `timeout_seconds`, another OSError where there is no such name.
    """
    return start(host, port, lookup).result(timeout=max(timeout_seconds, 0.0))


def preferred(addresses: Addresses) -> Addresses:
    """Return at most two of `addresses` to dial: the first, and the first of the other family or else the second."""
    first, *others = addresses
    other = next((address for address in others if address.version != first.version), None)
    second = other if other is not None else next(iter(others), None)
    return (first,) if second is None else (first, second)


def _plain(text: str) -> IPv4Address | IPv6Address:
    """The address in `text`, an IPv4 address out of its IPv6 wrapping: what is judged is what is dialled."""
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def _answer(future: Future[Addresses], host: str, port: int, lookup: Lookup) -> None:
    try:
        addresses = tuple(dict.fromkeys(_plain(text) for text in lookup(host, port)))
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
    except OSError as error:
        outcome: Addresses | OSError = error
    except ValueError as error:  # a name that IDNA refuses, or an answer that is no address
        outcome = socket.gaierror(socket.EAI_NONAME, str(error))
    else:
        outcome = addresses
    finally:
        _SLOTS.release()
    # The asker may have stopped waiting; then nobody needs the answer.
    if future.set_running_or_notify_cancel():
        if isinstance(outcome, OSError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
