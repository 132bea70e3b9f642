from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed, Validators
from corridors.sources.json import ADAPTER
from tests.sources.wire import a_response, a_source, sample

URL = "https://api.example.org/v2/reports?appname=x"
RECORDS = sample("records.json")
MAP = {
    "title": "fields.title",
    "text": ["fields.headline.summary", {"path": 'fields."body-html"', "type": "html"}],
    "url": "fields.url_alias",
    "published": {"path": "fields.date.created", "type": "datetime"},
    "language": "fields.language[0].code",
}
OPTIONS: dict[str, Any] = {"records": "data", "map": MAP, "identity": {"from": "id"}}
NEXT_LINK = {"type": "next_link", "next": "links.next.href"}
OFFSET = {"type": "offset", "param": "offset", "size_param": "limit", "size": 2}
CURSOR = {"type": "cursor", "param": "after", "next": "meta.cursor"}


def parse(body: str | bytes = RECORDS, url: str = URL, purpose: str = "page", **options: Any) -> Parsed:
    return ADAPTER.parse(a_response(body, url, purpose), a_source("json", URL, **{**OPTIONS, **options}))


def test_records_become_documents_as_the_map_says() -> None:
    parsed = parse()
    first, second = parsed.documents
    assert (parsed.seen, parsed.understood, parsed.complete) == (2, 2, True)
    assert (first.external_id, first.title, first.language) == ("3837112", "Safe passage agreed", "en")
    assert first.text == "In short\nBuses leave Mariupol.\nAt 9:00."
    assert first.url == "https://reports.example.org/a"
    assert first.published_at == datetime(2022, 3, 14, 6, 0, tzinfo=UTC)
    assert (second.external_id, second.text, second.published_at) == ("3837113", "", None)
    assert parsed.warnings == ("a date could not be read: 'soon'",)


@pytest.mark.parametrize(
    ("way", "text"),
    [
        pytest.param({"const": "Displacement order"}, "Displacement order", id="a constant"),
        pytest.param("fields.source[*].shortname", "OCHA, ICRC", id="several values"),
        pytest.param({"path": "fields.source[*].shortname", "join": "/"}, "OCHA/ICRC", id="joined otherwise"),
        pytest.param({"path": "fields.state", "values": {"CLOSED": "closed"}}, "closed", id="their word for ours"),
        pytest.param("length(fields.source)", "2", id="a number"),
    ],
)
def test_a_rule_can_be_more_than_a_path(way: Any, text: str) -> None:
    assert parse(map={"title": "fields.title", "text": way}).documents[0].text == text


@pytest.mark.parametrize(
    "way", [{"path": "fields.date.ms", "type": "epoch_ms"}, [{"path": "nothing"}, "fields.date.created"]]
)
def test_a_time_can_be_a_count_or_a_second_choice(way: Any) -> None:
    assert parse(map={**MAP, "published": way}).documents[0].published_at == datetime(2022, 3, 14, 6, 0, tzinfo=UTC)


def test_the_whole_document_can_be_the_list() -> None:
    assert len(parse('[{"t": "x"}]', records="", map={"title": "t"}, identity={}).documents) == 1


def test_without_an_id_the_address_or_the_words_are_one() -> None:
    first, second = parse(identity={}).documents
    assert first.external_id == "https://reports.example.org/a"
    assert second.external_id.startswith("sha256:")


def test_an_empty_list_is_proven_empty() -> None:
    assert parse('{"data": []}') == Parsed((), 0, 0, complete=True)


def test_one_strange_record_makes_the_poll_incomplete_and_no_more() -> None:
    parsed = parse('{"data": [{"id": 1, "fields": {"title": "x"}}, 7, {"fields": {"title": "no id"}}]}')
    assert (parsed.seen, parsed.understood, parsed.complete) == (3, 1, False)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("<html>Log in</html>", "wrong_type", id="a page"),
        pytest.param("<html>cf_chl_opt</html>", "blocked", id="an anti-robot page"),
        pytest.param('{"results": []}', "layout_changed", id="no list where it was"),
        pytest.param('{"data": {"id": 1}}', "layout_changed", id="an object where the list was"),
        pytest.param('{"data": [{"id": 1, "headline": "x"}]}', "layout_changed", id="renamed fields"),
        pytest.param(
            '{"error": {"code": 400, "message": "Invalid query"}}', "unavailable", id="an error with status 200"
        ),
        pytest.param('{"data": [', "malformed", id="cut off"),
        pytest.param("[" * 100_000, "malformed", id="deep"),
        pytest.param('{"data": [NaN]}', "malformed", id="NaN"),
    ],
)
def test_what_is_not_the_list_says_what_it_is(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as failure:
        parse(body, error="error.message")
    assert failure.value.outcome == outcome


def next_url(**options: Any) -> str | None:
    return next((request.url for request in parse(**options).next_requests), None)


def test_paging_by_offset_goes_on_while_pages_are_full() -> None:
    source = a_source("json", URL, **OPTIONS, paging=OFFSET)
    first = ADAPTER.first_request(source, Validators())
    assert first.url == "https://api.example.org/v2/reports?appname=x&limit=2&offset=0"
    assert next_url(paging=OFFSET, url=first.url) == "https://api.example.org/v2/reports?appname=x&limit=2&offset=2"
    assert next_url(paging=OFFSET, url=first.url, purpose="page-2") == first.url.replace("offset=0", "offset=4")
    assert next_url(paging={**OFFSET, "size": 3}, url=first.url) is None


def test_paging_by_number_counts_from_where_the_api_does() -> None:
    paging = {"type": "page", "param": "p", "start": 1, "size": 2}
    assert ADAPTER.first_request(a_source("json", URL, **OPTIONS, paging=paging), Validators()).url == URL + "&p=1"
    assert next_url(paging=paging, url=URL + "&p=1") == URL + "&p=2"


def test_paging_by_link_and_by_cursor() -> None:
    assert next_url(paging=NEXT_LINK) == "https://api.example.org/v2/reports?offset=2&limit=2"
    assert next_url(paging=CURSOR) == URL + "&after=abc+1"
    assert next_url(paging=CURSOR, url=URL + "&after=abc+1") is None
    assert next_url(paging=CURSOR, body='{"data": [], "meta": {"cursor": "x"}}') is None


def test_a_redirect_does_not_take_the_next_pages_with_it() -> None:
    answer = replace(a_response(RECORDS, URL), url="https://elsewhere.example.org/v2/reports")
    parsed = ADAPTER.parse(answer, a_source("json", URL, **OPTIONS, paging=CURSOR))
    assert parsed.next_requests[0].url == URL + "&after=abc+1"


def test_paging_ends_at_the_limit_and_says_so() -> None:
    parsed = parse(paging={**NEXT_LINK, "max_pages": 3}, purpose="page-3")
    assert parsed.next_requests == ()
    assert "there are more pages than the 3 that were read" in parsed.warnings


def test_a_next_link_to_another_server_is_not_followed() -> None:
    body = RECORDS.replace(b"https://api.example.org", b"https://elsewhere.example.org")
    parsed = parse(body, paging=NEXT_LINK)
    assert parsed.next_requests == ()
    assert "the next page is on another server and was not asked for" in parsed.warnings


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"map": None}, "must be a table", id="no map"),
        pytest.param({"map": {"url": "u"}}, "`title` or `text`", id="no text"),
        pytest.param({"map": {"title": "a", "titel": "b"}}, "no field 'titel'", id="an unknown field"),
        pytest.param({"map": {"title": "a["}}, "not a JMESPath", id="a broken path"),
        pytest.param({"map": {"title": {"path": "a", "const": "b"}}}, "either", id="two ways at once"),
        pytest.param({"map": {"title": {"path": "a", "type": "date"}}}, "not one of", id="an unknown type"),
        pytest.param({"map": {"title": {"path": "a", "tpye": "html"}}}, "no key 'tpye'", id="an unknown key"),
        pytest.param({"records": "a b"}, "not a JMESPath", id="a broken list"),
        pytest.param({"identity": {"form": "id"}}, "path of the record", id="a broken identity"),
        pytest.param({"paging": {"type": "scroll"}}, "write type as one of", id="an unknown paging"),
        pytest.param({"paging": {"type": "offset", "param": "o"}}, "size", id="an offset without a size"),
        pytest.param({"paging": {"type": "cursor", "param": "c"}}, "`next`", id="a cursor from nowhere"),
        pytest.param({"paging": {"type": "page", "size": 5}}, "`param`", id="a page without its parameter"),
        pytest.param({"paging": {"pages": 5}}, "write a table of", id="an unknown key of paging"),
        pytest.param(
            {"paging": {"type": "page", "param": "p", "size": "5"}}, "whole numbers", id="a text for a number"
        ),
    ],
)
def test_options_that_cannot_work_are_refused_with_a_sentence(options: dict[str, Any], sentence: str) -> None:
    source = a_source("json", URL, **{**OPTIONS, **options})
    with pytest.raises(ValueError, match=sentence):
        ADAPTER.first_request(source, Validators())
    with pytest.raises(ParseError, match=sentence):
        ADAPTER.parse(a_response(RECORDS, URL), source)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "id", "fields", "t"]), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([NEXT_LINK, OFFSET, CURSOR, {}]))
def test_any_json_is_documents_or_a_parse_error(value: Any, paging: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"records": "", "map": {"text": "@", "published": {"path": "t", "type": "epoch_s"}}}
    for options in ({}, whole):
        with suppress(ParseError):
            for document in parse(json.dumps(value), paging=paging, **options).documents:
                (document.text + document.title + document.external_id).encode()


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1), st.integers(0, 200), st.binary(max_size=30))
def test_a_damaged_answer_is_documents_or_a_parse_error(place: float, length: int, patch: bytes) -> None:
    start = int(place * len(RECORDS))
    with suppress(ParseError):
        parse(RECORDS[:start] + patch + RECORDS[start + length :], paging=NEXT_LINK)
