from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.wire.html_text import page, text_of_html, title_text


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        pytest.param("Маріуполь<br/>Токмак<br>Бердянськ", "Маріуполь\nТокмак\nБердянськ", id="breaks"),
        pytest.param("<p>one</p><p>two</p>three", "one\ntwo\nthree", id="paragraphs"),
        pytest.param("a<br><br><br><br>b", "a\n\nb", id="at most one empty line"),
        pytest.param("<ul><li>x</li>\n<li>y</li></ul>", "x\ny", id="a list"),
        pytest.param("<table><tr><td>From</td><td>To</td></tr><tr><td>a</td></tr></table>", "From To\na", id="a table"),
        pytest.param("one\ntwo  three &nbsp; four<b> five</b>", "one two three four five", id="spaces"),
        pytest.param("a<script>alert(1)</script><style>b{}</style><!-- c -->d", "ad", id="what nobody reads"),
        pytest.param("Fish &amp; chips &lt;b&gt;", "Fish & chips <b>", id="entities"),
        pytest.param("plain text\nwith lines", "plain text\nwith lines", id="plain text keeps its lines"),
        pytest.param("5 < 6 & 7 > 3", "5 < 6 & 7 > 3", id="signs that are no markup"),
        pytest.param(
            "<blockquote expandable>quoted <tg-spoiler>hidden</tg-spoiler></blockquote>x",
            "quoted hidden\nx",
            id="a quote",
        ),
        pytest.param("a\x00b<br>\ud800c", "ab\nc", id="characters that cannot be stored"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_html_reads_as_people_read_it(fragment: str, text: str) -> None:
    assert text_of_html(fragment) == text


def test_a_title_is_one_line() -> None:
    assert title_text("<b>Коридор</b><br> відкрито ") == "Коридор відкрито"


@pytest.mark.parametrize(
    "fragment",
    [
        pytest.param("<div>" * 300_000, id="nested blocks"),
        pytest.param("<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x", id="attributes"),
        pytest.param(
            "<!--" + "<p a='-->" + " ".join(f"a{n}" for n in range(200_000)) + ">", id="attributes in disguise"
        ),
        pytest.param("<a " * 500_000, id="tags in tags"),
        pytest.param("<" * 2_000_000, id="signs"),
        pytest.param("&" * 1_000_000 + "<b>", id="ampersands"),
        pytest.param("<b>" + "x" * 3_000_000, id="a page that is too long"),
        pytest.param("<p a='\"" * 200_000, id="quotes that never end"),
    ],
)
def test_hostile_html_takes_a_moment_and_no_more(fragment: str) -> None:
    began = time.process_time()
    text_of_html(fragment)
    assert time.process_time() - began < 1


def test_an_ordinary_page_is_a_tree() -> None:
    assert page("<p class='a b' data-x=\"1\">" * 50) is not None


@settings(deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="<>/&;=\"' abpdivr!-\n", max_size=300))
def test_any_fragment_becomes_storable_text(fragment: str) -> None:
    text = text_of_html(fragment)
    text.encode()
    assert "\x00" not in text
    assert text == text.strip()
