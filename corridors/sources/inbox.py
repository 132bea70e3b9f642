"""Signed announcements that somebody sends us, for channels that cannot be polled.

They arrive at `POST /v1/inbox/{source}` and wait in the store; a poll of the source takes what waits, one JSON object a
line: `seq`, `received_at` and `message`. A message is what `message` of this module reads: `text`, and perhaps `id`,
`title`, `url`, `published_at` (with an offset) and `language`. A second message of one `id` is an edit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option
from corridors.wire.decoding import clean

PREFIX = "inbox:"
LONGEST = {"id": 200, "title": 1_000, "url": 2_000, "language": 20, "text": 60_000}


class _Inbox:
    """The adapter; without state."""

    address = ("secret_env",)
    max_bytes = 8 * 1024 * 1024
    options: Mapping[str, Option] = {
        "secret_env": Option(str, "the environment variable that holds the sender's secret, whsec_…", required=True),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return where its messages wait; nothing is fetched over a network."""
        return Request(f"{PREFIX}{source.id}", validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a message. Raises ParseError (`malformed`) for what is none of our lines."""
        documents, last = [], None
        for line in response.body.splitlines():
            try:
                kept = json.loads(line)
                told, last = message(kept["message"]), str(kept["seq"])
                documents.append(_document(told, source, kept["id"], datetime.fromisoformat(kept["received_at"])))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise ParseError(f"a waiting message cannot be read ({error})", outcome="malformed") from error
        return Parsed(tuple(documents), seen=len(documents), understood=len(documents), cursor=last)


def message(told: Any) -> dict[str, Any]:
    """Return a message that can be taken in. Raises ValueError with a sentence for its sender."""
    if not isinstance(told, dict):
        raise ValueError("write one JSON object")
    if unknown := sorted(set(told) - {*LONGEST, "published_at"}):
        raise ValueError(
            f'there is no field "{str(unknown[0])[:60]}"; there is {", ".join([*LONGEST, "published_at"])}'
        )
    for name, most in LONGEST.items():
        value = told.get(name)
        if not isinstance(value, str | None) or (value is not None and not 0 < len(value) <= most):
            raise ValueError(f"{name}: write a text of 1 to {most:,} characters")
    if not (told.get("text") or "").strip():
        raise ValueError("text: write what is announced")
    if not (told.get("url") or "https://").startswith(("https://", "http://")):
        raise ValueError("url: write an address that begins with https://")
    published = told.get("published_at")
    if published is not None:
        try:
            if datetime.fromisoformat(published).tzinfo is None:
                raise ValueError(published)
        except (ValueError, TypeError) as error:
            raise ValueError("published_at: write an instant with its offset, as 2022-03-14T09:00:00+02:00") from error
    return told


def external_id(told: Mapping[str, Any], message_id: str) -> str:
    """Return which document a message is: that of its own id, else one of its own."""
    return f"{PREFIX}{told.get('id') or message_id}"


def _document(told: Mapping[str, Any], source: Source, message_id: str, received_at: datetime) -> Document:
    published = told.get("published_at")
    return Document(
        source=source.id,
        external_id=external_id(told, message_id),
        text=clean(told["text"]),
        fetched_at=received_at,
        title=clean(told.get("title") or ""),
        url=told.get("url"),
        language=told.get("language"),
        published_at=datetime.fromisoformat(published).astimezone(UTC) if published else received_at,
    )


ADAPTER = _Inbox()
