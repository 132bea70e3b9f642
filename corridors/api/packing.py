"""How does an answer travel? Packed with zstd, br or gzip, whichever the caller likes best (RFC 9110, 12.5.3).

Each packing is a representation of its own, so that its strong ETag is, too. Start at `install`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli
import zstandard
from flask import Flask, Response, g, request
from werkzeug.datastructures import Accept

from corridors.api.kept import Kept

CODINGS = ("zstd", "br", "gzip")  # in the order in which we like them
SMALLEST = 1024
_TEXTS = ("text/", "application/json", "application/xml", "image/svg")
_STREAM = "text/event-stream"
_GZIP_LEVEL, _BROTLI_QUALITY, _ZSTD_LEVEL = 5, 4, 3


def install(app: Flask) -> None:
    """Pack the answers of an app."""
    app.after_request(pack)


def pack(answer: Response) -> Response:
    """Return an answer packed as the caller likes best, where that is worth it."""
    if not _is_packable(answer):
        return answer
    answer.vary.add("Accept-Encoding")
    is_whole = isinstance(answer.response, list)
    if is_whole and len(answer.get_data()) < SMALLEST:
        return answer
    coding = preferred(request.accept_encodings)
    if coding is None:
        return answer
    if is_whole:
        kept: Kept | None = g.get("kept")
        answer.set_data(_packed(answer.get_data(), coding, kept))
    else:
        answer.response = _in_pieces(answer.response, coding)
        answer.headers.pop("Content-Length", None)
    answer.content_encoding = coding
    tag, is_weak = answer.get_etag()
    if tag and not is_weak:
        answer.set_etag(f"{tag}-{coding}")
    return answer


def preferred(accepted: Accept) -> str | None:
    """Return the coding that a caller likes best, of equals the one that we do; None = as it is."""
    if not accepted:
        return None
    plain = accepted.quality("identity") if "identity" in accepted.values() else 0.0
    best = max(CODINGS, key=lambda coding: (accepted.quality(coding), -CODINGS.index(coding)))
    quality = accepted.quality(best)
    return best if quality > 0 and quality >= plain else None


def _is_packable(answer: Response) -> bool:
    kind = answer.mimetype or ""
    is_text = kind.startswith(_TEXTS) or kind.endswith(("+json", "+xml"))
    is_ours = answer.status_code == 200 and not answer.content_encoding
    return is_ours and is_text and kind != _STREAM and not answer.direct_passthrough


def _packed(body: bytes, coding: str, kept: Kept | None) -> bytes:
    if kept is None or (kept.body is not body and kept.body != body):
        return b"".join(_in_pieces([body], coding))
    if coding not in kept.packed:
        kept.packed[coding] = b"".join(_in_pieces([body], coding))
    return kept.packed[coding]


def _in_pieces(pieces: Iterable[Any], coding: str) -> Iterator[bytes]:
    feed, finish = _packer(coding)
    for piece in pieces:
        if packed := feed(piece):
            yield packed
    yield finish()


def _packer(coding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    match coding:
        case "zstd":
            zstd = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
            return zstd.compress, zstd.flush
        case "br":
            br = brotli.Compressor(quality=_BROTLI_QUALITY)
            return br.process, br.finish
        case _:
            gzip = zlib.compressobj(_GZIP_LEVEL, wbits=31)
            return gzip.compress, gzip.flush
