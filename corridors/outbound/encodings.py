"""Which content encodings can be undone, a bounded piece at a time? Those of the standard library, and of two packages.

brotli (RFC 7932) and zstd (RFC 8878) are offered where their decoders are installed. Every decoder here gives at most
STEP bytes at once, however much a few packed bytes stand for. Start at `OFFERED` and `decoder`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol

STEP = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_LARGEST_WINDOW_LOG = 23  # 8 MiB, the most that RFC 9659 allows a zstd body to ask a client for


class Decoder(Protocol):
    """Undoes one encoding."""

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` and what came before stand for, at most about STEP bytes at once. Raises ValueError."""

    @property
    def is_whole(self) -> bool:
        """Return whether the end of the stream was seen."""


class _Zlib:
    """gzip (RFC 1952, any number of members) and deflate (RFC 1950, or the bare stream that some servers send)."""

    def __init__(self, start: bytes, *, gzip: bool) -> None:
        # RFC 9110 means zlib, whose first byte has the low nibble 8 (CM of RFC 1950).
        bare = not gzip and start[:1] and start[0] & 0x0F != 8
        self._gzip = gzip
        self._inflate = zlib.decompressobj(_GZIP if gzip else -zlib.MAX_WBITS if bare else zlib.MAX_WBITS)

    @property
    def is_whole(self) -> bool:
        return self._inflate.eof

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._inflate.eof:
                if not self._gzip or not chunk.startswith(b"\x1f\x8b"):
                    return  # padding after the end, as gzip(1) ignores it
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                yield self._inflate.decompress(chunk, STEP)
            except zlib.error as error:
                raise ValueError(str(error)) from error
            chunk = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail


class _Brotli:
    """br."""

    def __init__(self, module: ModuleType) -> None:
        self._module: Any = module
        self._decompressor = self._module.Decompressor()

    @property
    def is_whole(self) -> bool:
        return bool(self._decompressor.is_finished())

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        try:
            yield self._decompressor.process(chunk, output_buffer_limit=STEP)
            while not self._decompressor.can_accept_more_data():
                yield self._decompressor.process(b"", output_buffer_limit=STEP)
        except self._module.error as error:
            raise ValueError(str(error)) from error


class _Zstd:
    """zstd, any number of frames."""

    def __init__(self, module: ModuleType) -> None:
        self._module: Any = module
        self._decompressor = self._fresh()

    def _fresh(self) -> Any:
        return self._module.ZstdDecompressor(
            options={self._module.DecompressionParameter.window_log_max: _LARGEST_WINDOW_LOG}
        )

    @property
    def is_whole(self) -> bool:
        return bool(self._decompressor.eof)

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk or not (self._decompressor.eof or self._decompressor.needs_input):
                if self._decompressor.eof:
                    self._decompressor = self._fresh()
                yield self._decompressor.decompress(chunk, STEP)
                chunk = self._decompressor.unused_data if self._decompressor.eof else b""
        except self._module.ZstdError as error:
            raise ValueError(str(error)) from error


def _installed(*names: str) -> ModuleType | None:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None


def _decoders() -> Mapping[str, Callable[[bytes], Decoder]]:
    found: dict[str, Callable[[bytes], Decoder]] = {
        "gzip": lambda start: _Zlib(start, gzip=True),
        "deflate": lambda start: _Zlib(start, gzip=False),
    }
    brotli, zstd = _installed("brotli"), _installed("compression.zstd", "backports.zstd")
    if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):  # without it nothing bounds a bomb
        found["br"] = lambda _: _Brotli(brotli)
    if zstd is not None:
        found["zstd"] = lambda _: _Zstd(zstd)
    return found


_DECODERS = _decoders()
OFFERED = ", ".join(_DECODERS)  # the value of Accept-Encoding: anything else is the server's mistake


def decoder(encoding: str, start: bytes) -> Decoder | None:
    """Return what undoes `encoding`, None where it was not offered. start: the first bytes of the body."""
    make = _DECODERS.get(encoding)
    return make(start) if make else None
