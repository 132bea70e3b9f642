from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Validators
from corridors.sources.telegram import ADAPTER
from tests.sources.wire import a_response, a_source, sample

PAGE = sample("telegram.html").decode()
URL = "https://t.me/s/example_oda"
PADDING = "<!-- " + "x" * 600 + " -->"


def parse(body: str | bytes = PAGE, url: str = URL, purpose: str = "page", **options: Any) -> Parsed:
    source = a_source("telegram", **{"channel": "example_oda", **options})
    return ADAPTER.parse(a_response(body, url, purpose), source)


def post(number: int, **fields: Any) -> Document:
    return next(one for one in parse(**fields).documents if one.external_id.endswith(f"/{number}"))


def test_a_page_gives_its_posts_in_order() -> None:
    parsed = parse()
    assert [one.external_id.rpartition("/")[2] for one in parsed.documents] == ["4121", "4123", "4126", "4129"]
    assert (parsed.seen, parsed.understood, parsed.complete, parsed.warnings) == (5, 5, True, ())


def test_a_post_has_its_text_time_and_address() -> None:
    first = post(4121)
    assert first.external_id == "example_oda/4121"
    assert first.url == "https://t.me/Example_ODA/4121"
    assert first.published_at == datetime(2022, 3, 14, 6, 10, tzinfo=UTC)
    assert first.text == (
        "На 14 березня погоджено 2 коридори:\nМаріуполь – Запоріжжя\nТокмак – Запоріжжя\n\nРух о 9:00 & далі тут"
    )
    assert (first.edited, first.forwarded_from, first.media) == (False, None, ())


def test_an_album_is_one_post_with_its_caption_once() -> None:
    album = post(4123)
    assert album.text == "Схема руху"
    assert album.media == ("photo", "photo")
    assert album.forwarded_from == "https://t.me/other_channel/77"


def test_a_reply_does_not_say_what_it_quotes() -> None:
    reply = post(4126)
    assert reply.text == "Колона вийшла\nза планом"
    assert reply.published_at == datetime(2022, 3, 14, 9, 0, 5, tzinfo=UTC)
    assert reply.edited
    assert reply.media == ("video",)


def test_a_post_of_a_picture_alone_is_kept() -> None:
    picture = post(4129)
    assert (picture.text, picture.media, picture.forwarded_from) == ("", ("photo",), "Прихований автор")


def test_an_author_beside_the_time_is_no_edit() -> None:
    assert not post(4126, body=PAGE.replace(", edited &nbsp;", " &nbsp;")).edited
    assert post(4126, body=PAGE.replace(", edited &nbsp;", ", змінено &nbsp;")).edited


def test_a_mirror_links_to_itself() -> None:
    page = PAGE.replace("https://t.me/Example_ODA/4121", "/mirror/4121")
    assert post(4121, body=page, url="http://127.0.0.1:9000/s/example_oda").url == "http://127.0.0.1:9000/mirror/4121"
    scripted = PAGE.replace('href="https://t.me/Example_ODA/4121"', 'href="javascript:x/4121"')
    assert post(4121, body=scripted).url == "https://t.me/Example_ODA/4121"


def test_an_empty_channel_is_proven_empty_by_its_marker() -> None:
    empty = (
        '<section class="tgme_channel_history js-message_history">'
        '<div class="tme_no_messages_found">No posts found</div></section>'
    )
    assert parse(empty) == Parsed((), 0, 0, complete=True)


LANDING = '<title>Telegram: {}</title><div class="tgme_page">{}</div>' + PADDING
MEMBERS = '<div class="tgme_page_extra">1 024 members, 12 online</div>'
SUBSCRIBERS = '<div class="tgme_page_extra">11 110 268 subscribers</div>'


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(LANDING.format("Contact @example_oda", ""), "gone", id="no such name"),
        pytest.param(LANDING.format("View @example_oda", SUBSCRIBERS), "preview_off", id="a channel without preview"),
        pytest.param(LANDING.format("View @example_oda", MEMBERS), "preview_off", id="a group"),
        pytest.param("ok", "blocked", id="a few bytes"),
        pytest.param("<html><script>window._cf_chl_opt={}</script>" + PADDING, "blocked", id="an anti-robot page"),
        pytest.param("<html><body>Welcome</body></html>" + PADDING, "wrong_type", id="another site"),
        pytest.param('{"ok": true}' + " " * 600, "wrong_type", id="JSON"),
        pytest.param(PAGE.replace("Example_ODA", "Somebody_Else"), "identity_changed", id="another owner"),
        pytest.param(PAGE.replace("data-post", "data-message"), "layout_changed", id="renamed post numbers"),
        pytest.param(
            PAGE.replace("_message_text", "_words").replace("_photo_wrap", "_x").replace("_video_player", "_y"),
            "layout_changed",
            id="renamed texts and media",
        ),
        pytest.param(PAGE.replace("<time ", "<when "), "layout_changed", id="renamed times"),
        pytest.param(
            PAGE.replace("tgme_widget_message", "w").replace("data-post", "d"), "layout_changed", id="renamed blocks"
        ),
        pytest.param(
            '<html><section class="tgme_channel_history"></section>' + PADDING,
            "layout_changed",
            id="no posts, no marker",
        ),
        pytest.param("<div>" * 300_000, "malformed", id="300,000 blocks in each other"),
    ],
)
def test_a_page_without_posts_says_why(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as failure:
        parse(body)
    assert failure.value.outcome == outcome


def test_one_strange_block_makes_the_page_incomplete_and_no_more() -> None:
    parsed = parse(PAGE.replace('data-post="Example_ODA/4121"', f'data-post="Example_ODA/{"9" * 5000}"'))
    assert (parsed.seen, parsed.understood, parsed.complete) == (5, 4, False)
    assert parsed.warnings == ("a block has no readable post number",)


def test_a_post_of_another_channel_is_left_out() -> None:
    parsed = parse(PAGE.replace("Example_ODA/4121", "other/4121"))
    assert len(parsed.documents) == 3
    assert not parsed.complete


def test_a_time_that_cannot_be_true_is_not_taken() -> None:
    parsed = parse(PAGE.replace("2022-03-14T06:10:00+00:00", "2099-03-14T06:10:00+00:00"))
    assert parsed.documents[0].published_at is None
    assert parsed.warnings == ("a date cannot be true: '2099-03-14T06:10:00+00:00'",)


def test_posts_outside_a_history_are_read_but_prove_nothing() -> None:
    parsed = parse(PAGE.replace("tgme_channel_history", "another_name"))
    assert len(parsed.documents) == 4
    assert not parsed.complete


def test_older_pages_are_asked_for_only_as_often_as_wanted() -> None:
    assert parse().next_requests == ()
    older = parse(recheck_pages=2).next_requests[0]
    assert (older.url, older.purpose) == ("https://t.me/s/example_oda?before=4121", "older-1")
    assert parse(edits={"recheck_pages": 1}).next_requests == (older,)
    oldest = parse(recheck_pages=2, url=older.url, purpose=older.purpose).next_requests[0]
    assert oldest.purpose == "older-2"
    assert parse(recheck_pages=2, url=oldest.url, purpose=oldest.purpose).next_requests == ()


def test_the_oldest_page_has_none_before_it() -> None:
    page = re.sub(r"<link rel=.prev[^>]*>|<a href[^>]*tme_messages_more[^>]*></a>", "", PAGE)
    assert parse(page, recheck_pages=3).next_requests == ()


@pytest.mark.parametrize(
    "channel", ["example_oda", "@example_oda", "t.me/example_oda", "https://telegram.me/s/example_oda?before=5"]
)
def test_a_channel_can_be_written_in_many_ways(channel: str) -> None:
    source = a_source("telegram", channel=channel)
    assert ADAPTER.first_request(source, Validators()).url == URL
    assert ADAPTER.parse(a_response(PAGE, URL), source).seen == 5


@pytest.mark.parametrize("url", ["https://t.me/example_oda", "https://example_oda.t.me/", URL])
def test_an_address_of_telegram_leads_to_the_preview(url: str) -> None:
    assert ADAPTER.first_request(a_source("telegram", url), Validators()).url == URL


def test_another_address_is_used_as_it_is_and_says_whose_posts_to_expect() -> None:
    source = a_source("telegram", "http://127.0.0.1:9000/s/somebody_else")
    assert ADAPTER.first_request(source, Validators('"x"')).url == "http://127.0.0.1:9000/s/somebody_else"
    with pytest.raises(ParseError, match="another owner"):
        ADAPTER.parse(a_response(PAGE), source)


@pytest.mark.parametrize("channel", ["", "no spaces please", "1abc"])
def test_what_is_no_channel_is_refused(channel: str) -> None:
    with pytest.raises(ValueError, match="channel"):
        ADAPTER.first_request(a_source("telegram", channel=channel), Validators())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PAGE)), st.integers(0, 400), st.text(alphabet='<>/"= \x00\ud800abc', max_size=40))
def test_a_damaged_page_is_documents_or_a_parse_error(start: int, length: int, patch: str) -> None:
    damaged = (PAGE[:start] + patch + PAGE[start + length :]).encode(errors="surrogatepass")
    with suppress(ParseError):
        parsed = parse(damaged, recheck_pages=1)
        assert parsed.understood <= parsed.seen
        for document in parsed.documents:
            document.text.encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_are_a_parse_error_or_documents(body: bytes) -> None:
    with suppress(ParseError):
        parse(body)


class TestDeletions:
    def test_only_posts_between_those_on_the_page_are_suspected_newest_first(self) -> None:
        source = a_source("telegram", channel="example_oda")
        known = [f"example_oda/{number}" for number in (1, 11, 12, 13, 14, 15, 99)]
        requests = ADAPTER.suspects(source, known, ["example_oda/10", "example_oda/12", "example_oda/20"])
        assert [request.url for request in requests] == [
            f"https://t.me/example_oda/{number}?embed=1" for number in (15, 14, 13)
        ]
        assert ADAPTER.suspects(source, known, []) == ()
        quiet = a_source("telegram", channel="example_oda", edits={"confirm_deletes": False})
        assert ADAPTER.suspects(quiet, known, ["example_oda/10", "example_oda/20"]) == ()

    @pytest.mark.parametrize(
        ("body", "gone"),
        [
            ('<div class="err_message">Post not found</div>', ("example_oda/13",)),
            ('<div class="tgme_widget_message_error">Post not found</div>', ("example_oda/13",)),
            ('<div data-post="example_oda/13"></div><div class="err_message"></div>', ()),
            ("<html>something else</html>", ()),
        ],
    )
    def test_a_posts_own_page_proves_its_deletion_or_nothing(self, body: str, gone: tuple[str, ...]) -> None:
        response = a_response(body, "https://t.me/example_oda/13?embed=1", "confirm:example_oda/13")
        parsed = ADAPTER.parse(response, a_source("telegram", channel="example_oda"))
        assert (parsed.gone, parsed.documents) == (gone, ())
