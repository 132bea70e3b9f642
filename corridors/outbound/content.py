"""What do the bytes of an answer unpack to, and how much of that do we take?

urllib3 and zlib's own shortcuts accept a gzip stream that ends half-way as if it were whole; here its end must have
been seen. Caps count unpacked bytes while they come out, so a small bomb stays small. Start at `Unpacker`.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from corridors.errors import FetchError
from corridors.outbound.encodings import Decoder, decoder

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_LONGEST_WAIT_SECONDS = 10 * 365 * 86_400.0


class Unpacker:
    """Collects a body chunk by chunk, undoing its content encoding.

    `add` raises FetchError with outcome `too_large` past `max_bytes` (packed or unpacked), `malformed` for garbage;
    `finish` raises `truncated` where the stream's end was not seen.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        self._max_bytes = max_bytes
        self._packed = 0
        self._body = bytearray()
        self._is_plain = self._encoding in {"", "identity"}
        self._decoder = None if self._is_plain else self._decoder_for(b"")

    def add(self, chunk: bytes) -> None:
        """Take the next bytes from the wire."""
        self._packed += len(chunk)
        if self._packed > self._max_bytes:
            raise self._too_large()
        if self._is_plain:
            self._body += chunk
            return
        if self._decoder is None or self._packed == len(chunk):
            self._decoder = self._decoder_for(chunk)
        try:
            for piece in self._decoder.unpack(chunk):
                self._body += piece
                if len(self._body) > self._max_bytes:
                    raise self._too_large()
        except ValueError as error:
            raise FetchError(f"the body is not valid {self._encoding}", outcome="malformed") from error

    def finish(self) -> bytes:
        """Return the whole body."""
        if self._decoder is not None and not self._decoder.is_whole:
            raise FetchError(f"the {self._encoding} body ends half-way", outcome="truncated")
        return bytes(self._body)

    def _decoder_for(self, start: bytes) -> Decoder:
        found = decoder(self._encoding, start)
        if found is None:
            raise FetchError("the body has a content encoding that was not offered", outcome="malformed")
        return found

    def _too_large(self) -> FetchError:
        return FetchError(f"the body is larger than {self._max_bytes} bytes", outcome="too_large")


def retry_after_seconds(values: list[str], now: datetime) -> float | None:
    """Return how long the `Retry-After` headers ask to wait, the longest of several; None where none can be read.

    Understands seconds, rounded up, and HTTP dates (RFC 9110, 10.2.3); a date in the past is 0. Callers set limits.
    """
    waits = [wait for wait in (_wait(value.strip(), now) for value in values) if wait is not None]
    return min(max(waits), _LONGEST_WAIT_SECONDS) if waits else None


def _wait(value: str, now: datetime) -> float | None:
    if _SECONDS.fullmatch(value):
        return float(math.ceil(float(value[:12])))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max((until - now).total_seconds(), 0.0)
