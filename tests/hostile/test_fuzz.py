"""Whatever the bytes, a parser gives documents that can be kept, or raises ParseError; never anything else."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Response, Source, Validators
from corridors.sources import WrongOption
from tests.hostile.mutations import Spoiler
from tests.hostile.samples import ADAPTERS, SAMPLES, Item, Sample
from tests.make import at

OUTCOMES = {
    "auth_failed",
    "blocked",
    "gone",
    "identity_changed",
    "layout_changed",
    "malformed",
    "preview_off",
    "too_large",
    "unavailable",
    "wrong_type",
}
PURPOSES = ("page", "page-2", "page-999", "alert", "detail", "check", "landing", "meta", "")
TYPES = (
    "",
    "text/html",
    "text/xml; charset=windows-1251",
    "application/json; charset=no-such",
    "text/csv;charset=utf-16",
)

spoilers = st.builds(Spoiler, st.integers(0, 1 << 30), st.integers(1, 12))


def parsed(sample: Sample, body: bytes, purpose: str, content_type: str) -> Parsed | ParseError:
    """What the adapter makes of a body, or how it refuses it."""
    source = Source("fuzzed", sample.kind, "p", "https://example.org/s", options=sample.options)
    headers = {"content-type": content_type} if content_type else {}
    request = Request("https://example.org/s", Validators(), purpose)
    try:
        return ADAPTERS[sample.kind].parse(Response(request.url, 200, headers, body, at("09:00"), request), source)
    except ParseError as refusal:
        return refusal


def check(result: Parsed | ParseError) -> None:
    if isinstance(result, ParseError):
        assert result.outcome in OUTCOMES
        assert str(result).encode()
        return
    assert 0 <= result.understood <= result.seen
    for document in result.documents:
        assert document.source == "fuzzed"
        assert document.external_id
        assert len(document.external_id) <= 2000
        for text in (document.external_id, document.text, document.title, document.url or ""):
            text.encode()  # PostgreSQL and JSON take no lone surrogate
            assert "\x00" not in text
        assert document.published_at is None or document.published_at.astimezone(UTC).year >= 2000
    for request in result.next_requests:
        assert request.url.startswith(("https://", "http://"))


@pytest.mark.parametrize("name", SAMPLES)
class TestEveryParser:
    @settings(max_examples=120, deadline=None)
    @given(spoiler=spoilers, purpose=st.sampled_from(PURPOSES), content_type=st.sampled_from(TYPES))
    def test_survives_a_page_that_was_spoiled(
        self, name: str, spoiler: Spoiler, purpose: str, content_type: str
    ) -> None:
        sample = SAMPLES[name]
        check(parsed(sample, spoiler.spoil(sample.good), purpose, content_type))

    @settings(max_examples=40, deadline=None)
    @given(body=st.binary(max_size=400), content_type=st.sampled_from(TYPES))
    def test_survives_any_bytes(self, name: str, body: bytes, content_type: str) -> None:
        check(parsed(SAMPLES[name], body, "page", content_type))

    @settings(max_examples=40, deadline=None)
    @given(text=st.text(max_size=200), when=st.text(max_size=40))
    def test_survives_any_words_in_a_good_page(self, name: str, text: str, when: str) -> None:
        try:
            body = SAMPLES[name].page([Item("1", text, when)])
        except (UnicodeEncodeError, ValueError, IllegalCharacterError):
            return  # the test's own writer cannot say it
        check(parsed(SAMPLES[name], body, "page", SAMPLES[name].content_type))


@pytest.mark.parametrize("name", SAMPLES)
def test_options_that_cannot_work_are_said_to_be_wrong_and_nothing_else(name: str) -> None:
    adapter = ADAPTERS[SAMPLES[name].kind]
    odd: tuple[Any, ...] = (
        "",
        "[",
        "a[",
        {"a": "["},
        [],
        [7],
        7,
        -1,
        True,
        {},
        {"from": "["},
        {"type": "x"},
        {"path": {}},
        "é\ud800",
        None,
    )
    faults: list[str] = []
    for key in adapter.options:
        for value in odd:
            options = {**SAMPLES[name].options, key: value}
            if not isinstance(value, adapter.options[key].type):
                continue  # the file's reader refuses it before
            source = Source("s", SAMPLES[name].kind, "p", "https://example.org/s", options=options)
            try:
                adapter.first_request(source, Validators())
            except WrongOption as wrong:
                faults.append(wrong.key)
                continue
            try:
                adapter.parse(Response("https://example.org/s", 200, {}, SAMPLES[name].good, at("09:00")), source)
            except ParseError:
                continue
    assert set(faults) <= set(adapter.options) | {"url"}
