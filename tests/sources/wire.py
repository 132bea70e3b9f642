"""Responses and sources for the tests of source kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corridors.model import Request, Response, Source

SAMPLES = Path(__file__).parent / "samples"
FETCHED = datetime(2022, 3, 14, 18, 0, tzinfo=UTC)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def a_response(
    body: bytes | str, url: str = "https://source.example.org/feed", purpose: str = "page", content_type: str = ""
) -> Response:
    headers: Mapping[str, str] = {"content-type": content_type} if content_type else {}
    encoded = body.encode() if isinstance(body, str) else body
    return Response(url, 200, headers, encoded, FETCHED, Request(url, purpose=purpose))


def a_source(kind: str, url: str | None = None, timezone: str = "Europe/Kyiv", **options: Any) -> Source:
    return Source(f"test-{kind}", kind, "Somebody", url, timezone=timezone, options=options)
