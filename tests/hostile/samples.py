"""Good pages of each kind of source, to be served well or badly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corridors.registry import load

ADAPTERS = load("corridors.sources", "ADAPTER")
WORDS = "Коридор Маріуполь – Запоріжжя відкрито"


@dataclass(frozen=True)
class Item:
    """One announcement of a sample page."""

    id: str
    text: str = WORDS
    at: str = "2022-03-14T07:00:00+00:00"


@dataclass(frozen=True)
class Sample:
    """A kind of source: its family of formats, what it is served as, its options, and how its pages are written."""

    kind: str
    family: str
    content_type: str
    page: Callable[[Sequence[Item]], bytes]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def max_bytes(self) -> int:
        """Return how much one poll of this kind may fetch."""
        return int(ADAPTERS[self.kind].max_bytes)

    @property
    def good(self) -> bytes:
        """Return a page of two items."""
        return self.page([Item("1"), Item("2", WORDS + " о 9:00")])


def telegram(items: Sequence[Item]) -> bytes:
    blocks = "".join(
        f'<div class="tgme_widget_message js-widget_message" data-post="example_oda/{item.id}">'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{item.text}</div>'
        f'<div class="tgme_widget_message_meta"><a class="tgme_widget_message_date" '
        f'href="https://t.me/example_oda/{item.id}"><time datetime="{item.at}">09:00</time></a></div></div>'
        for item in items
    )
    return f'<html><body><section class="tgme_channel_history">{blocks}</section></body></html>'.encode()


def feed(items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<entry><id>urn:x:{item.id}</id><title>t</title><published>{item.at}</published>"
        f'<content type="html">{item.text}</content></entry>'
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'
    return f"{head}{entries}</feed>".encode()


def json_feed(items: Sequence[Item]) -> bytes:
    entries = [{"id": item.id, "content_text": item.text, "date_published": item.at} for item in items]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": entries}).encode()


def records(items: Sequence[Item]) -> bytes:
    return json.dumps({"data": [{"id": item.id, "words": item.text, "at": item.at} for item in items]}).encode()


SAMPLES = {
    "telegram": Sample("telegram", "html", "text/html; charset=utf-8", telegram, {"channel": "example_oda"}),
    "feed": Sample("feed", "xml", "application/atom+xml", feed),
    "feed (JSON)": Sample("feed", "json", "application/feed+json", json_feed),
    "json": Sample(
        "json",
        "json",
        "application/json",
        records,
        {
            "records": "data",
            "identity": {"from": "id"},
            "error": "error",
            "map": {"text": "words", "published": {"path": "at", "type": "datetime"}},
        },
    ),
}
