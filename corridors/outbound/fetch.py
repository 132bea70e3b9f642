"""What does a source send? One question, with a deadline for all of it and a cap on what it may unpack to.

Does not decide when to ask again, and does not look into the body. requests knows no total deadline, takes a truncated
gzip body for a whole one, follows redirects anywhere and reads proxies and passwords from the environment; so only its
adapter is used, and all of that is done here. Start at `Fetcher.get`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urldefrag, urljoin

import requests
from requests.utils import requote_uri
from urllib3.exceptions import HTTPError

from corridors.errors import BlockedAddress, FetchError
from corridors.model import Request, Response, Validators
from corridors.outbound.addresses import Egress, Target
from corridors.outbound.content import Unpacker, retry_after_seconds
from corridors.outbound.deadline import Watch, Watchdog
from corridors.outbound.dial import CONNECT_SECONDS, Attempt, guarded_adapter
from corridors.outbound.encodings import OFFERED
from corridors.outbound.names import Lookup, system_lookup
from corridors.outbound.trust import tls_context
from corridors.wire.sniff import is_challenge

_CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_PEEK_BYTES = 16 * 1024

# A server that asks for no pause gets one, and one that asks for years is asked again tomorrow.
_RETRY_AFTER_SECONDS = (30.0, 86_400.0)

# What only this module may say, whatever a source's own headers hold.
_OURS = {"host", "connection", "accept-encoding", "content-length", "transfer-encoding", "user-agent"}

_NO_HEADERS: Mapping[str, str] = {}


class Fetcher:
    """Gets documents of sources. One instance may be used by any number of threads at once."""

    def __init__(self, egress: Egress, user_agent: str, *, lookup: Lookup = system_lookup) -> None:
        self._egress = egress
        self._user_agent = user_agent
        self._lookup = lookup
        self._watchdog = Watchdog()
        self._adapter = guarded_adapter(tls_context(egress.ca_file))

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> Response:
        """Return the answer to `request`, with status 200 or, where `request` is conditional, 304.

        timeout_seconds: for everything together: names, connections, redirects, headers, body.
        max_bytes: of the unpacked body. headers: sent to the first origin only, never along a redirect to another.
        Raises FetchError in every other case; its message names the host, never a path, query or credential.
        """
        with self._watchdog.watch(timeout_seconds) as watch:
            attempt = Attempt(self._egress, self._lookup, watch)
            try:
                with attempt.current():
                    response = self._follow(request, watch, max_bytes, max_redirects, headers)
            except (FetchError, BlockedAddress, requests.RequestException, HTTPError, OSError) as error:
                raise _as_fetch_error(error, watch, timeout_seconds) from error
            if watch.fired:  # headers cut by the watchdog look like an empty answer
                raise _too_slow(timeout_seconds)
            return response

    def _follow(
        self, request: Request, watch: Watch, max_bytes: int, max_redirects: int, headers: Mapping[str, str]
    ) -> Response:
        url = request.url
        first = target = self._egress.check_url(url)
        moves: set[int] = set()
        for _ in range(max_redirects + 1):
            own = headers if target.origin == first.origin else _NO_HEADERS
            answer = self._send(url, request, own, watch)
            try:
                if answer.status_code not in _REDIRECTS:
                    moved = bool(moves) and moves <= _PERMANENT
                    return replace(_response(answer, url, request, target.host, max_bytes), moved=moved)
                moves.add(answer.status_code)
                url = _next_url(answer, url, target)
            finally:
                answer.close()
            target = self._egress.check_url(url)
            request = _redirected(request, answer.status_code, elsewhere=target.origin != first.origin)
        raise FetchError(f"{first.host} redirects more than {max_redirects} times", outcome="moved")

    def _send(self, url: str, request: Request, headers: Mapping[str, str], watch: Watch) -> requests.Response:
        sent = {"Accept": "*/*"}
        sent |= {name: value for name, value in headers.items() if name.lower() not in _OURS}
        # Sources are polled minutes apart: a fresh connection each time asks the policy again and is never a stale one.
        sent |= {"User-Agent": self._user_agent, "Accept-Encoding": OFFERED, "Connection": "close"}
        if request.body:
            sent["Content-Type"] = "application/json"
        if request.validators.etag:
            sent["If-None-Match"] = request.validators.etag
        if request.validators.last_modified:
            sent["If-Modified-Since"] = request.validators.last_modified
        prepared = requests.Request(request.method, url, headers=sent, data=request.body or None).prepare()
        timeout = max(watch.remaining, 0.001)
        return self._adapter.send(prepared, stream=True, timeout=(min(CONNECT_SECONDS, timeout), timeout), verify=True)


def _redirected(request: Request, status: int, *, elsewhere: bool) -> Request:
    """What to ask after a redirect: 307 and 308 repeat a POST, to the same server only; others make it a GET."""
    if request.method == "GET":
        return request
    if status not in {307, 308}:
        return replace(request, method="GET", body=b"")
    if elsewhere:
        raise FetchError("the server sends our POST to another server", outcome="refused_address")
    return request


def _next_url(answer: requests.Response, url: str, target: Target) -> str:
    location = answer.headers.get("Location", "")
    try:
        # Locations hold raw UTF-8 in the wild; latin-1 is how http.client hands header bytes over.
        text = location.encode("latin-1").decode("utf-8", errors="replace")
        following = requote_uri(urldefrag(urljoin(url, text.strip())).url)
    except (ValueError, requests.RequestException) as error:
        raise FetchError(f"{target.host} redirects to something that is no URL", outcome="malformed") from error
    if not location:
        raise FetchError(f"{target.host} redirects without saying where", outcome="malformed")
    if target.scheme == "https" and following.lower().startswith("http:"):
        raise FetchError(f"{target.host} redirects from https to plain http", outcome="refused_address")
    return following


def _response(answer: requests.Response, url: str, request: Request, host: str, max_bytes: int) -> Response:
    status = answer.status_code
    if status == HTTPStatus.OK:
        body = _body(answer, host, max_bytes)
        if not body:
            raise FetchError(f"{host} sends an empty body", outcome="malformed", status=status)
    elif status == HTTPStatus.NOT_MODIFIED and request.validators == Validators():
        raise FetchError(f"{host} says 304 to an unconditional request", outcome="malformed", status=status)
    elif status == HTTPStatus.NOT_MODIFIED:
        body = b""
    else:
        raise _refused(answer, host)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(url, status, headers, body, datetime.now(UTC), request)


def _body(answer: requests.Response, host: str, max_bytes: int) -> bytes:
    unpacker = Unpacker(answer.headers.get("Content-Encoding", ""), max_bytes)
    length = answer.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > max_bytes:
        raise FetchError(f"{host} announces a body larger than {max_bytes} bytes", outcome="too_large")
    raw: Any = answer.raw
    try:
        while chunk := raw.read1(_CHUNK, decode_content=False):
            unpacker.add(chunk)
    except (HTTPError, OSError) as error:
        raise FetchError(f"the body of {host} ends half-way", outcome="truncated") from error
    return unpacker.finish()


def _refused(answer: requests.Response, host: str) -> FetchError:
    """What a status other than 200 and 304 means; words of the poll log."""
    status = answer.status_code
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown status"
    outcome, permanent = _STATUS_OUTCOMES.get(status, (None, False))
    if outcome is None:
        outcome = "unavailable" if status >= 400 else "malformed"
    if status in {401, 403, 429, 503} and _challenged(answer):
        outcome, permanent = "blocked", False
    wait = None
    if status in {429, 503}:
        asked = retry_after_seconds([answer.headers.get("Retry-After", "")], datetime.now(UTC))
        wait = min(max(asked, _RETRY_AFTER_SECONDS[0]), _RETRY_AFTER_SECONDS[1]) if asked else None
    return FetchError(
        f"{host} answers {status} {phrase}",
        outcome=outcome,
        permanent=permanent,
        retry_after_seconds=wait,
        status=status,
    )


_STATUS_OUTCOMES = {
    401: ("auth_failed", False),
    403: ("auth_failed", False),
    407: ("auth_failed", False),
    404: ("gone", False),
    410: ("gone", True),
    429: ("rate_limited", False),
    451: ("blocked", False),
    400: ("unavailable", True),
    405: ("unavailable", True),
    406: ("unavailable", True),
    414: ("unavailable", True),
}


def _challenged(answer: requests.Response) -> bool:
    if answer.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    raw: Any = answer.raw
    try:
        return is_challenge(raw.read(_PEEK_BYTES, decode_content=True).decode("latin-1"))
    except (HTTPError, OSError):
        return False


def _as_fetch_error(error: Exception, watch: Watch, timeout_seconds: float) -> FetchError:
    if watch.fired:
        return _too_slow(timeout_seconds)
    if isinstance(error, FetchError):
        return error
    if isinstance(error, BlockedAddress):
        return FetchError(str(error), outcome="refused_address", permanent=True)
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("the server's TLS certificate or handshake is not valid", outcome="tls_error")
    if isinstance(error, requests.exceptions.Timeout):
        return _too_slow(timeout_seconds)
    causes = _chain(error)
    if any(isinstance(cause, ConnectionError) for cause in causes):
        return FetchError("the server cut the connection", outcome="unavailable", cut=True)
    if any(isinstance(cause, requests.exceptions.InvalidHeader) for cause in causes):
        return FetchError("a header configured for the source is not valid", outcome="malformed", permanent=True)
    return FetchError("the answer is not HTTP", outcome="malformed")


def _chain(error: BaseException | None) -> list[BaseException]:
    """Every exception that led to `error`: causes, contexts, and those that urllib3 keeps as arguments."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if one is None or one in found:
            continue
        found.append(one)
        waiting += [one.__cause__, one.__context__, *(arg for arg in one.args if isinstance(arg, BaseException))]
    return found


def _too_slow(timeout_seconds: float) -> FetchError:
    return FetchError(f"no complete answer within {timeout_seconds:g} s", outcome="too_slow")
