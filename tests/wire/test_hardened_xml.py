from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.wire.hardened_xml import local_name, parse, salvage

ROOTS = ("rss", "feed")
ITEM = "<item><title>Коридор</title></item>"


def rss(inside: str) -> str:
    return f"<?xml version='1.0' encoding='windows-1251'?>\n<rss><channel>{inside}</channel></rss>"


BILLION_LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<rss><channel><title>&c;</title></channel></rss>"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BILLION_LAUGHS, id="billion laughs"),
        pytest.param('<!DOCTYPE rss [<!ENTITY a "' + "x" * 5000 + '">]><rss>' + "&a;" * 600 + "</rss>", id="quadratic"),
        pytest.param('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', id="a local file"),
        pytest.param('<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><rss/>', id="a parameter entity"),
        pytest.param('<!DOCTYPE rss [<!ATTLIST item a CDATA "' + "x" * 900 + '">]><rss/>', id="default attributes"),
        pytest.param("<rss>" * 300_000, id="300,000 nested tags"),
        pytest.param("<rss " + " ".join(f'a{n}=""' for n in range(200_000)) + "/>", id="200,000 attributes"),
        pytest.param("<rss " + " ".join(f'a{n}=""' for n in range(200)) + "/>", id="200 attributes"),
        pytest.param("<rss>" + "<a/>" * 150_000 + "</rss>", id="150,000 elements"),
        pytest.param("<rss>" + "&" * 8_000_000, id="eight million ampersands"),
        pytest.param("<rss><channel>" + ITEM, id="a document without its end"),
        pytest.param("<rss><channel></rss>", id="an unclosed tag"),
        pytest.param("<html><body>hello</body></html>", id="another root"),
        pytest.param("", id="nothing"),
        pytest.param("no markup at all", id="plain text"),
        pytest.param("<rss><\ud800/></rss>", id="a lone surrogate"),
    ],
)
def test_hostile_or_broken_xml_is_refused_quickly(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ParseError):
        parse(text, ROOTS)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param(rss(ITEM), "Коридор", id="a declaration that lies, in text already decoded"),
        pytest.param(rss("<title>a & b</title>"), "a & b", id="a bare ampersand"),
        pytest.param(rss("<title>a&nbsp;b&mdash;c&amp;d&LT;e</title>"), "a\u00a0b—c&d<e", id="HTML entities"),
        pytest.param(rss("<title>a &nosuch; b</title>"), "a &nosuch; b", id="an entity that nobody knows"),
        pytest.param(rss("<title>a&#0;b&#x1F;c&#55357;d&#x41;</title>"), "abcdA", id="impossible characters"),
        pytest.param(rss("<title><![CDATA[a & b &nbsp; <i>c</i>]]></title>"), "a & b &nbsp; <i>c</i>", id="CDATA"),
        pytest.param(rss("<dc:x>q</dc:x><title>t</title>"), "t", id="an undeclared prefix"),
        pytest.param("PHP Warning: foo() in <b>x.php</b>\n" + rss("<title>t</title>"), "t", id="a warning before it"),
        pytest.param(rss("<title>t</title>") + "<script>x</script>", "t", id="junk after it"),
        pytest.param("\n\n" + rss("<title>t</title>"), "t", id="empty lines before it"),
        pytest.param(
            '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://example.org/rss.dtd">'
            + rss("<title>t</title>"),
            "t",
            id="the DOCTYPE of RSS 0.91",
        ),
        pytest.param('<?xml-stylesheet href="http://example.org/"?>' + rss("<title>t</title>"), "t", id="a stylesheet"),
    ],
)
def test_what_the_wild_gets_wrong_is_mended(text: str, title: str) -> None:
    assert parse(text, ROOTS).root.findtext(".//title") == title


def test_mending_is_reported() -> None:
    text = "oops " + rss("<x:y/>a & b") + "more"
    assert parse(text, ROOTS).warnings == (
        "something precedes the document",
        "bare ampersands were mended",
        "prefixes without a namespace: x",
        "something follows the end of the document",
    )
    assert parse(rss(ITEM), ROOTS).warnings == ()


def test_an_unclosed_tag_costs_one_item() -> None:
    broken = "<item><title>two<b></title></item>"
    saved = salvage(rss(ITEM + broken + ITEM), ROOTS, ("item",))
    assert not saved.complete
    assert [local_name(item) for item in saved.root] == ["item", "item"]


def test_a_cut_costs_the_item_that_was_cut() -> None:
    saved = salvage(rss(ITEM * 3)[:-30], ROOTS, ("item",))
    assert len(saved.root) == 2


def test_an_item_that_was_never_closed_does_not_swallow_the_next() -> None:
    saved = salvage(rss("<item><title>lost</title>" + ITEM), ROOTS, ("item",))
    assert [item.findtext("title") for item in saved.root] == ["Коридор"]


def test_nothing_saved_is_no_document() -> None:
    with pytest.raises(ParseError):
        salvage("<rss><channel>" + "<item>" * 3, ROOTS, ("item",))


def test_salvaging_is_linear_in_what_is_thrown_at_it() -> None:
    began = time.process_time()
    salvage("<rss>" + "<item>" * 300_000 + "</item><item>x</item>", ROOTS, ("item",))
    assert time.process_time() - began < 2


@settings(deadline=None)
@given(st.text(alphabet="<>/&;#x!?[]-='\" abrsitemdc:0\n", max_size=200))
def test_any_text_is_a_document_or_a_parse_error(inside: str) -> None:
    for text in (inside, rss(inside), "<rss" + inside, rss(ITEM) + inside):
        with suppress(ParseError):
            parse(text, ROOTS)
        with suppress(ParseError):
            salvage(text, ROOTS, ("item",))
