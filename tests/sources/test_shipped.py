"""The mappings that are shipped read what their interfaces are documented to send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from corridors.config import load_sources
from corridors.errors import ParseError
from corridors.model import Document, Response, Source, Validators
from corridors.sources import load_adapters
from tests.sources.wire import FETCHED

ADAPTERS = load_adapters()
SHIPPED = {source.id: source for source in load_sources(Path(__file__).parents[2] / "config", ADAPTERS)}

RELIEFWEB = {
    "time": 3,
    "totalCount": 1,
    "count": 1,
    "data": [
        {
            "id": "4100001",
            "fields": {
                "title": "Sudan: first convoy through Adre",
                "url_alias": "https://reliefweb.int/report/sudan/first-convoy",
                "body-html": "<p>A convoy of <b>15 trucks</b> crossed.</p><p>Two more follow.</p>",
                "date": {"created": "2022-03-14T10:00:00+00:00", "changed": "2022-03-14T11:00:00+00:00"},
                "language": [{"code": "en"}],
            },
        }
    ],
}
ORDERS = [
    {"id": 7, "date": "2022-03-14", "source": "x", "link": "https://example.org/7", "displacement_blocks": [1, 2]}
]
ARTICLES = {"articles": [{"url": "https://example.org/a", "title": "Corridor agreed", "seendate": "20220314T080000Z"}]}


def read(id_: str, answer: Any) -> tuple[Source, list[Document]]:
    source = SHIPPED[id_]
    request = ADAPTERS[source.kind].first_request(source, Validators())
    response = Response(request.url, 200, {}, json.dumps(answer).encode(), FETCHED, request)
    return source, list(ADAPTERS[source.kind].parse(response, source).documents)


def test_reliefwebs_api() -> None:
    source, (document,) = read("reliefweb-api", RELIEFWEB)
    assert document.external_id == "4100001"
    assert document.title == "Sudan: first convoy through Adre"
    assert document.text == "A convoy of 15 trucks crossed.\nTwo more follow."
    assert document.url == "https://reliefweb.int/report/sudan/first-convoy"
    assert document.published_at == datetime(2022, 3, 14, 10, tzinfo=UTC)
    assert document.language == "en"
    asked = ADAPTERS["json"].first_request(source, Validators()).url
    assert asked.endswith("&limit=100&offset=0")
    with pytest.raises(ParseError, match="not approved"):
        read("reliefweb-api", {"status": 403, "error": {"message": "appname not approved"}})


def test_displacement_orders_of_gaza() -> None:
    _, (document,) = read("gaza-displacement-orders", ORDERS)
    assert (document.external_id, document.text) == ("7", "1, 2")


def test_articles_of_gdelt() -> None:
    _, (document,) = read("gdelt-articles", ARTICLES)
    assert document.published_at == datetime(2022, 3, 14, 8, tzinfo=UTC)
