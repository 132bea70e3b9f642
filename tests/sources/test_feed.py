from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed, Request, Validators
from corridors.sources.feed import ADAPTER
from tests.sources.wire import a_response, a_source, sample

RSS = sample("rss.xml").decode()
SAMPLES = {name: sample(name) for name in ("rss.xml", "atom.xml", "rdf.xml", "feed.json")}


def parse(body: str | bytes, content_type: str = "", **options: Any) -> Parsed:
    response = a_response(body, "https://source.example.org/feed", content_type=content_type)
    return ADAPTER.parse(response, a_source("feed", "https://source.example.org/feed", **options))


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>News</title>{inside}</channel></rss>"


def test_rss_gives_the_full_text_and_the_source_zone() -> None:
    parsed = parse(RSS)
    first, second, third = parsed.documents
    assert (parsed.seen, parsed.understood, parsed.complete) == (3, 3, True)
    assert first.external_id == "news-1001"
    assert first.title == "Коридор з Маріуполя – відкрито"
    assert first.text == "Відкрито коридор Маріуполь – Запоріжжя.\nРух о 9:00\nЗбір о 8:00"
    assert first.url == "https://news.example.org/2022/03/14/corridor"
    assert first.published_at == datetime(2022, 3, 14, 7, 0, tzinfo=UTC)
    assert (first.language, first.media, first.edited) == ("uk", ("image",), False)
    assert second.url == second.external_id == "https://news.example.org/2022/03/14/aid"
    assert second.title == "Евакуація & допомога"
    assert second.published_at == datetime(2022, 3, 14, 6, 30, tzinfo=UTC)
    assert (second.text, second.media) == ("Конвой у дорозі", ("audio",))
    assert third.url == "https://source.example.org/relative/path"
    assert third.published_at is None
    assert parsed.warnings == ("bare ampersands were mended", "a date could not be read: '14 березня 2022'")


def test_atom_gives_its_published_time_and_its_alternate_link() -> None:
    parsed = parse(SAMPLES["atom.xml"])
    first, second = parsed.documents
    assert first.url == "https://agency.example.org/news/2022/route-opens"
    assert first.published_at == datetime(2022, 3, 14, 6, 0, tzinfo=UTC)
    assert first.text == "The route opens.\nBuses leave at nine."
    assert first.language == "en"
    assert (second.title, second.text, second.language) == ("Moins de 3 < 5 convois", "Un <seul> couloir", "fr")
    assert second.published_at == datetime(2022, 3, 14, 6, 0, tzinfo=UTC)
    assert parsed.complete


def test_rdf_is_identified_by_its_about() -> None:
    only = parse(SAMPLES["rdf.xml"]).documents[0]
    assert only.external_id == only.url == "https://bulletin.example.org/7"
    assert only.published_at == datetime(2022, 3, 14, 9, 0, tzinfo=UTC)


def test_a_json_feed_is_read_and_cleaned() -> None:
    first, second = parse(SAMPLES["feed.json"]).documents
    assert (first.external_id, first.text, first.media) == ("17", "A pause from 10:00\nto 16:00", ("application",))
    assert first.published_at == datetime(2022, 3, 14, 6, 0, tzinfo=UTC)
    assert (second.text, second.url, second.published_at) == ("5 < 6", None, None)


@pytest.mark.parametrize(
    "content_type", ["text/html", "application/octet-stream", "text/plain; charset=iso-8859-1", "image/png"]
)
def test_the_content_type_is_only_a_hint(content_type: str) -> None:
    assert len(parse(RSS, content_type).documents) == 3


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(RSS.replace("utf-8", "windows-1251").encode("cp1251"), id="windows-1251"),
        pytest.param(b"\n" + RSS.replace("utf-8", "windows-1251").encode("cp1251"), id="windows-1251 after a line"),
        pytest.param(RSS.replace("utf-8", "windows-1251").encode(), id="UTF-8 declared as windows-1251"),
        pytest.param(RSS.replace(' encoding="utf-8"', "").encode("cp1251"), id="undeclared windows-1251"),
        pytest.param(RSS.replace("utf-8", "utf-16").encode("utf-16"), id="UTF-16"),
        pytest.param(RSS.encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(RSS.replace("Коротко", "Кор\x01отко").encode(), id="a control character"),
        pytest.param(("<br />\n<b>Warning</b>: x in <b>y.php</b>\n" + RSS).encode(), id="a warning before it"),
    ],
)
def test_letters_arrive_whatever_the_encoding(body: bytes) -> None:
    parsed = parse(body)
    assert parsed.documents[0].text.startswith("Відкрито коридор Маріуполь – Запоріжжя.")
    assert parsed.complete


def test_one_broken_byte_is_one_broken_letter_and_an_incomplete_poll() -> None:
    parsed = parse(RSS.encode().replace("Коротко".encode(), b"\xd0"))
    assert parsed.documents[0].title == "Коридор з Маріуполя – відкрито"
    assert not parsed.complete


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("<!DOCTYPE html><html><body>Log in</body></html>", "wrong_type", id="a login page"),
        pytest.param("<html><script>cf_chl_opt</script></html>", "blocked", id="an anti-robot page"),
        pytest.param("<opml><body/></opml>", "wrong_type", id="another kind of XML"),
        pytest.param("name,date\na,b", "wrong_type", id="a table"),
        pytest.param('{"type": "FeatureCollection", "features": []}', "wrong_type", id="another kind of JSON"),
        pytest.param('{"version": "https://jsonfeed.org/version/1"}', "layout_changed", id="a JSON feed without items"),
        pytest.param('{"version": "https://json', "malformed", id="JSON that was cut"),
        pytest.param("{" * 100_000, "malformed", id="deep JSON"),
        pytest.param("<rss version='2.0'></rss>", "layout_changed", id="no channel"),
        pytest.param("<rss><channel></channel></rss>", "layout_changed", id="a channel without a name"),
        pytest.param(
            "<rss><channel><title>x</title>" + "<article>y</article>" * 5 + "</channel></rss>",
            "layout_changed",
            id="items under another name",
        ),
        pytest.param(rss("<headline>x</headline>"), "layout_changed", id="texts under another name"),
        pytest.param('<!DOCTYPE rss [<!ENTITY x "y">]>' + rss("<title>&x;</title>"), "malformed", id="an entity"),
        pytest.param("<rss><channel>" + "<item>" * 200_000, "malformed", id="a tower of items"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: str, outcome: str) -> None:
    with pytest.raises(ParseError) as failure:
        parse(body)
    assert failure.value.outcome == outcome


@pytest.mark.parametrize(
    "body",
    [
        rss(),
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>",
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
    ids=["RSS", "Atom", "JSON Feed"],
)
def test_an_empty_feed_is_proven_empty(body: str) -> None:
    assert parse(body) == Parsed((), 0, 0, complete=True)


def test_a_feed_cut_in_the_middle_gives_whole_items_and_is_incomplete() -> None:
    parsed = parse(rss(*(f"<guid>{n}</guid><title>{n}</title>" for n in range(5)))[:-30])
    assert [one.external_id for one in parsed.documents] == ["0", "1", "2", "3"]
    assert not parsed.complete


def test_an_unclosed_tag_costs_one_item() -> None:
    parsed = parse(rss("<title>one</title>", "<title>two<b></title>", "<title>three</title>"))
    assert [one.title for one in parsed.documents] == ["one", "three"]
    assert not parsed.complete


def test_a_guid_used_twice_belongs_to_the_first() -> None:
    twice = "<guid>1</guid><title>one</title>"
    other = "<guid>1</guid><link>https://source.example.org/2</link><title>two</title>"
    third = "<guid>1</guid><link>https://source.example.org/2</link><title>three</title>"
    parsed = parse(rss(twice, twice, other, third))
    assert [one.external_id.partition("|sha256:")[0] for one in parsed.documents] == [
        "1",
        "1|https://source.example.org/2",
        "1",
    ]
    assert (parsed.seen, parsed.understood, parsed.complete) == (4, 4, True)


def test_identity_can_be_the_link_or_a_part_of_it() -> None:
    item = "<guid>changes-with-title</guid><link>https://source.example.org/n/123-title</link><title>x</title>"
    by_link = parse(rss(item), identity={"from": "link"}).documents[0]
    assert by_link.external_id == "https://source.example.org/n/123-title"
    part = parse(rss(item), identity={"from": "link", "regex": r"/n/(\d+)"}).documents[0]
    assert part.external_id == "123"
    by_words = parse(rss(item), identity={"from": "content"}).documents[0]
    assert by_words.external_id.startswith("sha256:")


def test_an_entry_without_any_identifier_is_known_by_its_words() -> None:
    assert parse(rss("<title>x</title>")).documents[0].external_id.startswith("sha256:")


def test_an_absurdly_long_guid_is_shortened_and_stays_the_same() -> None:
    first = parse(rss(f"<guid>{'g' * 5000}</guid><title>x</title>")).documents[0]
    assert len(first.external_id) < 100
    assert parse(rss(f"<guid>{'g' * 5000}</guid><title>y</title>")).documents[0].external_id == first.external_id


def test_a_source_can_say_how_it_writes_dates() -> None:
    parsed = parse(rss("<title>x</title><pubDate>14/03-2022 09:00</pubDate>"), date_formats=["%d/%m-%Y %H:%M"])
    assert parsed.documents[0].published_at == datetime(2022, 3, 14, 7, 0, tzinfo=UTC)


def test_the_request_is_conditional() -> None:
    known = Validators('W/"x"', "then")
    source = a_source("feed", "https://source.example.org/feed")
    assert ADAPTER.first_request(source, known) == Request("https://source.example.org/feed", known)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.floats(0, 1),
    st.integers(0, 300),
    st.text(alphabet='<>/"=&;{}[],: \x00abcitem', max_size=40),
)
def test_a_damaged_feed_is_documents_or_a_parse_error(name: str, place: float, length: int, patch: str) -> None:
    body = SAMPLES[name]
    start = int(place * len(body))
    with suppress(ParseError):
        parsed = parse(body[:start] + patch.encode() + body[start + length :])
        assert parsed.understood <= parsed.seen
        for document in parsed.documents:
            (document.text + document.title + document.external_id).encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_parse_error_or_documents(body: bytes) -> None:
    with suppress(ParseError):
        parse(body)
