"""A poll asks within its means, tells nobody its secret, and measures what comes by what was expected."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from corridors.errors import FetchError, ParseError, SourceError
from corridors.intake.errand import Errand, parse_here
from corridors.intake.gathering import Gathered, gather, judge, staleness, wanted
from corridors.model import Auth, Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option
from tests.make import a_document, a_source, at

URL = "https://example.org/list"
SECRET = "hush hush/1"
NOTHING_KNOWN = Validators()


@dataclass
class Web:
    """A network of answers by address; what is a list is answered one after the other."""

    answers: dict[str, Any]
    asked: list[Request] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    limits: list[tuple[float, int]] = field(default_factory=list)

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        self.asked.append(request)
        self.headers.append(headers)
        self.limits.append((timeout_seconds, max_bytes))
        answer = self.answers[request.url.partition("?")[0]]
        answer = answer.pop(0) if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Response(request.url, 200, {"etag": '"1"', "content-type": "text/plain"}, body, at("09:00"), request)


class Lines:
    """A wire format of texts: {"texts": [...], "next": [...]}."""

    options: Mapping[str, Option] = MappingProxyType({})
    address = ("url",)
    max_bytes = 1000

    def first_request(self, source: Source, validators: Validators) -> Request:
        return Request(source.url or "", validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        told = json.loads(response.body)
        documents = tuple(a_document(text, external_id=text) for text in told["texts"])
        return Parsed(
            documents, len(documents), len(documents), next_requests=tuple(map(Request, told.get("next", ())))
        )


def gathered(web: Web, source: Source | None = None, *, secret: str | None = None, **errand: Any) -> Gathered:
    source = source or a_source(url=URL)
    pause: Callable[[float], None] = errand.pop("pause", lambda seconds: pytest.fail("nothing to wait for"))
    clock: Callable[[], float] = errand.pop("clock", lambda: 0.0)
    return gather(source, Lines(), Errand(source, web, secret, pause, clock, parse_here(Lines())), Validators())


def texts(found: Gathered) -> list[str]:
    return [document.text for document in found.documents]


class TestFurtherPages:
    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(FetchError("gone", outcome="gone"), id="not there"),
            pytest.param(ParseError("other"), id="not understood"),
            pytest.param(b"<html>", id="a reader that fails"),
        ],
    )
    def test_one_that_fails_costs_only_itself(self, fault: Any) -> None:
        web = Web(
            {
                URL: {"texts": ["a"], "next": ["https://example.org/2", "https://example.org/3"]},
                "https://example.org/2": fault,
                "https://example.org/3": {"texts": ["c"]},
            }
        )
        found = gathered(web)
        assert texts(found) == ["a", "c"]
        assert not found.whole
        assert not found.complete
        assert len(found.warnings) == 1

    @pytest.mark.parametrize("outcome", ["rate_limited", "blocked", "auth_failed", "too_slow", "too_large"])
    def test_after_a_refusal_no_more_are_asked_for(self, outcome: str) -> None:
        web = Web(
            {
                URL: {"texts": ["a"], "next": ["https://example.org/2", "https://example.org/3"]},
                "https://example.org/2": FetchError("no", outcome=outcome, retry_after_seconds=90.0),
            }
        )
        found = gathered(web)
        assert texts(found) == ["a"]
        assert len(web.asked) == 2
        assert found.retry_after_seconds == 90.0

    def test_all_of_them_share_the_time_and_the_bytes_of_the_poll(self) -> None:
        web = Web({URL: {"texts": ["a"], "next": ["https://example.org/2"]}, "https://example.org/2": {"texts": []}})
        ticks = iter([0.0, 1.0, 2.0, 12.0, 12.0])
        source = a_source(url=URL, timeout=timedelta(seconds=30), max_bytes=1000)
        gathered(web, source, clock=lambda: next(ticks))
        first = len(json.dumps(web.answers[URL]))
        assert web.limits == [(29.0, 1000), (18.0, 1000 - first)]

    def test_when_the_time_is_up_what_came_is_kept(self) -> None:
        web = Web({URL: {"texts": ["a"], "next": ["https://example.org/2"]}})
        ticks = iter([0.0, 1.0, 2.0, 31.0, 31.0])
        found = gathered(web, clock=lambda: next(ticks))
        assert texts(found) == ["a"]
        assert found.warnings == ("the time of the poll is used up",)


class TestASecondChance:
    def test_is_given_once_after_five_seconds_to_a_connection_that_was_cut(self) -> None:
        waited: list[float] = []
        web = Web({URL: [FetchError("cut", cut=True), {"texts": ["a"]}]})
        assert texts(gathered(web, pause=waited.append)) == ["a"]
        assert waited == [5.0]
        web = Web({URL: [FetchError("cut", cut=True), FetchError("cut again", cut=True)]})
        with pytest.raises(FetchError, match="cut again"):
            gathered(web, pause=waited.append)

    @pytest.mark.parametrize("outcome", ["dns_error", "tls_error", "unavailable", "too_slow", "truncated"])
    def test_is_given_to_nothing_else(self, outcome: str) -> None:
        web = Web({URL: FetchError("no", outcome=outcome)})
        with pytest.raises(FetchError):
            gathered(web)
        assert len(web.asked) == 1

    def test_is_not_given_where_no_time_is_left_for_it(self) -> None:
        web = Web({URL: FetchError("cut", cut=True)})
        with pytest.raises(FetchError):
            gathered(web, a_source(url=URL, timeout=timedelta(seconds=4)))


def with_auth(type_: str, name: str = "", **fields: Any) -> Source:
    return a_source(url=URL + "?lang=uk&key=old", auth=Auth(type_, "A_KEY", name), **fields)


class TestASecret:
    def test_goes_into_the_query_and_nobody_further_sees_it(self) -> None:
        echo = {"texts": [f"you are {SECRET} or hush+hush%2F1"], "next": [f"{URL}?page=2"]}
        web = Web({URL: [echo, {"texts": ["b"]}]})
        source = with_auth("query", "key")
        found = gathered(web, source, secret=SECRET)
        assert [request.url for request in web.asked] == [
            f"{URL}?lang=uk&key=hush+hush%2F1",
            f"{URL}?page=2&key=hush+hush%2F1",
        ]
        assert "hush" not in repr(found)
        assert "hush" not in repr(source)

    def test_does_not_stand_in_the_answers_address(self) -> None:
        source = with_auth("query", "key")
        web = Web({URL: {"texts": []}})
        response = Errand(source, web, SECRET, lambda _: None, lambda: 0.0, parse_here(Lines())).fetch(
            Request(source.url or "")
        )
        assert response.url == f"{URL}?lang=uk"
        assert response.request is not None
        assert response.request.url == source.url

    def test_goes_into_a_header_beside_the_sources_own(self) -> None:
        web = Web({URL: {"texts": []}})
        gathered(web, with_auth("header", "X-Key", headers={"Accept-Language": "uk"}), secret=SECRET)
        assert web.headers == [{"Accept-Language": "uk", "X-Key": SECRET}]

    @pytest.mark.parametrize(("name", "secret"), [("user", "word"), ("", "user:word")])
    def test_goes_into_basic_authentication(self, name: str, secret: str) -> None:
        web = Web({URL: {"texts": []}})
        gathered(web, with_auth("basic", name), secret=secret)
        assert base64.b64decode(web.headers[0]["Authorization"].removeprefix("Basic ")) == b"user:word"

    @pytest.mark.parametrize("elsewhere", ["https://other.org/2", "http://example.org/2", "https://example.org:8443/2"])
    def test_goes_to_no_other_server_and_neither_do_the_sources_headers(self, elsewhere: str) -> None:
        web = Web({URL: {"texts": [], "next": [elsewhere]}, elsewhere: {"texts": []}})
        gathered(web, with_auth("header", "X-Key", headers={"Cookie": "a"}), secret=SECRET)
        assert web.headers[1] == {}
        web = Web({URL: {"texts": [], "next": [elsewhere]}, elsewhere: {"texts": []}})
        gathered(web, with_auth("query", "key"), secret=SECRET)
        assert web.asked[1].url == elsewhere

    def test_that_is_not_set_is_told_by_the_name_of_its_variable_before_anything_is_asked(self) -> None:
        web = Web({})
        with pytest.raises(FetchError, match="A_KEY is not set") as error:
            gathered(web, with_auth("query", "key"))
        assert error.value.outcome == "auth_failed"
        assert not web.asked


def expecting(**expect: Any) -> Source:
    return a_source(url=URL, expect=expect)


class TestExpectations:
    @pytest.mark.parametrize(
        ("expect", "outcome", "said"),
        [
            pytest.param({"min_items": 3}, "layout_changed", "expected at least 3 items, saw 1", id="fewer items"),
            pytest.param(
                {"content_types": ("application/json", "text/json")},
                "wrong_type",
                "expected content of type application/json or text/json, saw text/plain",
                id="another type",
            ),
            pytest.param(
                {"must_contain": "<rss"},
                "layout_changed",
                "expected '<rss' in the page, saw one that begins '{\"texts\": [\"a\"]}'",
                id="words that are not there",
            ),
        ],
    )
    def test_that_are_not_met_say_what_was_expected_and_what_was_seen(
        self, expect: dict[str, Any], outcome: str, said: str
    ) -> None:
        found = gathered(Web({URL: {"texts": ["a"]}}), expecting(**expect))
        with pytest.raises(SourceError) as error:
            judge(expecting(**expect), found)
        assert (error.value.outcome, str(error.value)) == (outcome, said)

    def test_that_are_met_say_nothing(self) -> None:
        source = expecting(min_items=1, content_types=("TEXT/plain",), must_contain='"texts"')
        assert judge(source, gathered(Web({URL: {"texts": ["a"]}}), source)) == ("ok", None)

    def test_do_not_hold_for_an_answer_without_a_body(self) -> None:
        source = expecting(min_items=1, content_types=("text/html",), must_contain="x")
        assert judge(source, Gathered(status=304)) == ("not_modified", None)

    @pytest.mark.parametrize(
        ("newest", "said"),
        [
            pytest.param("08:00", None, id="young enough"),
            pytest.param(
                "05:59",
                "expected something not older than 3 hours, saw the newest from 2022-03-14 03:59 UTC",
                id="too old",
            ),
            pytest.param(None, "expected something not older than 3 hours, saw nothing at all", id="nothing"),
        ],
    )
    def test_of_freshness(self, newest: str | None, said: str | None) -> None:
        source = expecting(max_age=timedelta(hours=3))
        assert staleness(source, at(newest) if newest else None, at("09:00")) == said

    def test_of_freshness_hold_only_where_they_are_written(self) -> None:
        assert staleness(expecting(), None, at("09:00")) is None


@pytest.mark.parametrize(
    ("filter_", "passes"),
    [
        ({}, True),
        ({"include": ("евакуац",)}, True),
        ({"include": ("коридор", "КОЛОН")}, True),
        ({"include": ("хлеб",)}, False),
        ({"exclude": ("навчан",)}, True),
        ({"include": ("евакуац",), "exclude": ("колона",)}, False),
    ],
)
def test_a_filter_lets_through_what_holds_one_of_its_words_and_none_of_the_others(
    filter_: dict[str, tuple[str, ...]], passes: bool
) -> None:
    document: Document = replace(a_document("Колона вирушила."), title="ЕВАКУАЦІЯ")
    assert wanted(a_source(filter=filter_), document) is passes
