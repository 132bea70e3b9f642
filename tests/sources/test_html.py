from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Validators
from corridors.sources import WrongOption
from corridors.sources.html import ADAPTER
from tests.sources.wire import a_response, a_source

URL = "https://ministry.example.org/news/"
OPTIONS = {
    "items": "ul.news > li",
    "map": {
        "title": "h2",
        "text": ".lead",
        "url": "a@href",
        "published": {"path": "time@datetime", "type": "datetime"},
    },
}
DETAIL = {"title": "h1", "text": ["article p", "article li"], "published": {"path": ".date", "formats": ["%d.%m.%Y"]}}


def listed(*items: str) -> str:
    return f"<html><body><ul class='news'>{''.join(f'<li>{item}</li>' for item in items)}</ul></body></html>"


ONE = "<h2>Corridor</h2><a href='1.html'>more</a><time datetime='2022-03-14T08:00'>8</time><p class='lead'>Open<br>now</p>"


def parse(body: str, *, request: Request | None = None, **options: Any) -> Parsed:
    response = a_response(body, URL)
    return ADAPTER.parse(
        replace(response, request=request or response.request), a_source("html", URL, **OPTIONS | options)
    )


def test_items_of_a_list_are_documents() -> None:
    parsed = parse(listed(ONE))
    assert (parsed.seen, parsed.understood, parsed.complete) == (1, 1, True)
    (document,) = parsed.documents
    assert (document.title, document.text) == ("Corridor", "Open now" if "\n" not in document.text else "Open\nnow")
    assert document.url == document.external_id == "https://ministry.example.org/news/1.html"
    assert document.published_at == datetime(2022, 3, 14, 6, tzinfo=UTC)


def test_pages_behind_the_items_are_asked_for_on_the_same_server_only() -> None:
    items = [
        f"<h2>n</h2><a href='{href}'>more</a>" for href in ("/1", "/2", "https://10.0.0.1/", "/1", "mailto:x", "/3")
    ]
    parsed = parse(listed(*items), detail=DETAIL, max_details=2)
    assert parsed.next_requests == tuple(
        Request(f"https://ministry.example.org/{number}", purpose="detail") for number in (1, 2)
    )
    assert (parsed.seen, parsed.documents) == (0, ())


def test_a_page_behind_an_item_is_the_document() -> None:
    page = "<html><h1>Corridor</h1><span class=date>14.03.2022</span><article><p>A</p><p>B</p><ul><li>C</li></ul></article>"
    asked = Request("https://ministry.example.org/1", purpose="detail")
    (document,) = parse(page, request=asked, detail=DETAIL).documents
    assert (document.external_id, document.title) == ("https://ministry.example.org/1", "Corridor")
    assert document.text.replace("\n", ", ") == "A, B, C"
    assert document.published_at == datetime(2022, 3, 13, 22, tzinfo=UTC)
    with pytest.raises(ParseError) as error:
        parse("<html><body><p>Gone</p></body></html>", request=asked, detail=DETAIL)
    assert error.value.outcome == "layout_changed"


def test_a_list_is_empty_only_where_the_page_says_so() -> None:
    nothing = "<html><body><p class='none'>No news</p></body></html>"
    assert parse(nothing, empty=".none") == Parsed((), 0, 0)
    for body in (nothing, listed("<h3>renamed</h3>"), "<html><body></body></html>"):
        with pytest.raises(ParseError) as error:
            parse(body)
        assert error.value.outcome == "layout_changed"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("<html><script>cf_chl_opt</script>", "blocked"),
        ("plain words", "wrong_type"),
        ("<html>" + "<p>" * 30_000, "malformed"),
        (listed("<h2>a</h2>").replace("li>", "dd>"), "layout_changed"),
    ],
)
def test_what_is_not_the_page_has_its_own_word(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(body)
    assert error.value.outcome == outcome


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"items": "ul >"}, "items"),
        ({"map": {"title": "h2["}}, "map"),
        ({"map": {"title": "h2"}, "detail": DETAIL}, "map"),
        ({"detail": {"text": "p["}}, "detail"),
        ({"detail": {"txt": "p"}}, "detail"),
        ({"empty": ":::"}, "empty"),
        ({"max_details": 99}, "max_details"),
    ],
)
def test_options_that_cannot_work_are_refused_at_their_key(options: Any, key: str) -> None:
    with pytest.raises(WrongOption) as error:
        ADAPTER.first_request(a_source("html", URL, **OPTIONS | options), Validators())
    assert error.value.key == key


@given(st.text(alphabet="<>/='\"ahlpti 2", max_size=120))
def test_nothing_but_parse_errors_comes_of_any_page(noise: str) -> None:
    with suppress(ParseError):
        parse(listed(ONE, noise) + noise)
