"""How does one poll ask? Every request of it shares one deadline, one allowance of bytes and one second chance.

The secret of a source is put on here, at the last moment, and taken out of whatever comes back: adapters, the store,
the API and the log never see it. Start at `Errand.fetch`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from corridors.errors import FetchError, ParseError
from corridors.model import Auth, Parsed, Request, Response, Source
from corridors.sources import Adapter

# Telegram's servers cut one connection in twenty-five and answer the next (300 requests observed in 2026).
SECOND_CHANCE_SECONDS = 5.0
_REMOVED = "…"


class Web(Protocol):
    """What a poll needs of the network: outbound.Fetcher, or a few lines in a test."""

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] = ...,
    ) -> Response:
        """Return the answer, status 200 or 304. Raises FetchError or BlockedAddress."""


Parse = Callable[[Source, Response, float], Parsed]  # raises ParseError; the number is the seconds left for it


def parse_here(adapter: Adapter) -> Parse:
    """Return what parses in the caller's own thread, where nothing can end a page that takes too long."""
    return lambda source, response, _: adapter.parse(response, source)


@dataclass(slots=True)
class Errand:
    """The requests of one poll. secret: what `source.auth` wants, None where it is not set; clock: in seconds."""

    source: Source
    web: Web
    secret: str | None
    pause: Callable[[float], None]
    clock: Callable[[], float]
    parse: Parse
    _ends: float = field(init=False)
    _bytes_left: int = field(init=False)
    _origin: tuple[str, str] | None = None
    _second_chance: bool = True

    def __post_init__(self) -> None:
        """Start the time of the poll."""
        self._ends = self.clock() + self.source.timeout.total_seconds()
        self._bytes_left = self.source.max_bytes

    def fetch(self, request: Request) -> Response:
        """Return the answer to `request`, without a trace of the secret. Raises FetchError.

        Between two requests the source's own gap is kept, as it is between the sources of its rate group.
        """
        if self._origin is not None and self.source.min_gap:
            self.pause(min(self.source.min_gap.total_seconds(), max(self._ends - self.clock(), 0.0)))
        try:
            response = self._ask(request)
        except FetchError as error:
            left = self._ends - self.clock()
            if not (error.cut and self._second_chance and left > SECOND_CHANCE_SECONDS):
                raise
            self._second_chance = False
            self.pause(SECOND_CHANCE_SECONDS)
            response = self._ask(request)
        self._bytes_left -= len(response.body)
        return response

    def parsed(self, response: Response) -> Parsed:
        """Return what an answer says, within the poll's time. Raises ParseError."""
        try:
            return self.parse(self.source, response, max(self._ends - self.clock(), 0.0))
        except ParseError:
            raise
        except Exception as error:  # the border to plug-ins: their fault must not blind us unnoticed
            kind = self.source.kind
            raise ParseError(f"the reader of {kind} sources failed: {type(error).__name__}: {error}") from error

    def _ask(self, request: Request) -> Response:
        left = self._ends - self.clock()
        if left <= 0:
            raise FetchError("the time of the poll is used up", outcome="too_slow")
        if self._bytes_left <= 0:
            raise FetchError(f"the pages hold more than {self.source.max_bytes} bytes together", outcome="too_large")
        signed, headers = self._signed(request)
        response = self.web.get(
            signed,
            timeout_seconds=left,
            max_bytes=self._bytes_left,
            max_redirects=self.source.max_redirects,
            headers=headers,
        )
        return self._without_secret(response, request)

    def _signed(self, request: Request) -> tuple[Request, Mapping[str, str]]:
        """The request with the secret on it, and its headers; to another server than the first, neither goes."""
        origin = urlsplit(request.url)[:2]
        self._origin = self._origin or (origin[0], origin[1])
        if origin != self._origin:
            return request, {}
        auth, headers = self.source.auth, self.source.headers
        if auth is None:
            return request, headers
        if not self.secret:
            raise FetchError(f"the environment variable {auth.value_env} is not set", outcome="auth_failed")
        if auth.type == "query":
            return replace(request, url=_with_parameter(request.url, auth.name, self.secret)), headers
        return request, {**headers, **_header(auth, self.secret)}

    def _without_secret(self, response: Response, request: Request) -> Response:
        if not self.secret:
            return replace(response, request=request)
        url, body = response.url, response.body
        for spelling in {self.secret, quote(self.secret, safe=""), quote_plus(self.secret)}:
            url = url.replace(spelling, quote(_REMOVED))
            body = body.replace(spelling.encode(), _REMOVED.encode())
        auth = self.source.auth
        if auth is not None and auth.type == "query":
            url = _with_parameter(url, auth.name, None)
        return replace(response, url=url, body=body, request=request)


def _with_parameter(url: str, name: str, value: str | None) -> str:
    """`url` with the parameter `name` set to `value`, or without it."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode(kept if value is None else [*kept, (name, value)])))


def _header(auth: Auth, secret: str) -> dict[str, str]:
    if auth.type == "header":
        return {auth.name: secret}
    pair = f"{auth.name}:{secret}" if auth.name else secret
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
