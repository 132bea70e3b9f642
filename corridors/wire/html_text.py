"""What does an HTML fragment say to somebody who reads it?

Blocks end lines, `<br>` breaks them, scripts and styles say nothing. Markup never survives: what is shown later is
text. Start at `text_of_html`; `page` and `text_of_node` are for adapters that look for elements themselves.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corridors.wire.decoding import clean

_SILENT = {"script", "style", "template", "noscript", "head", "iframe", "object", "svg", "math", "textarea", "select"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_TAG_OR_ENTITY = re.compile(r"<[a-zA-Z/!]|&(?:#\d|#x|[a-zA-Z]{2,})")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")

# A block's edge: one line feed, however many blocks begin or end there. No text holds this control character.
_EDGE = "\x1e"
_EDGES = re.compile(r"[ \n]*\x1e[ \n\x1e]*")

# lexbor 3 takes time quadratic in open blocks and in the attributes of a tag: 20,000 nested divs 0.6 s, 40,000
# attributes 2.5 s. Real pages have a tenth of these. Every `<a` counts, also where it is no tag, so nothing hides one.
MAX_PAGE_LENGTH = 2 * 1024 * 1024
_MAX_TAGS = 20_000
_TAG = re.compile(r"<[a-zA-Z]")
_MANY_ATTRIBUTES = re.compile(
    r"<[a-zA-Z][^\s/>]*+"
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){100}"
)
_ANY_TAG = re.compile(r"<[^<>]*>")


def text_of_html(fragment: str) -> str:
    """Return the text of `fragment`, lines separated as blocks and breaks separate them. Plain text stays as it is."""
    if not _TAG_OR_ENTITY.search(fragment):
        return tidy(fragment)
    tree = page(fragment)
    if tree is None:
        return tidy(html.unescape(_ANY_TAG.sub(" ", fragment)))
    return text_of_node(tree.body) if tree.body is not None else ""


def page(text: str) -> LexborHTMLParser | None:
    """Return `text` as a tree, or None where it is larger or stranger than a page for people can be."""
    if len(text) > MAX_PAGE_LENGTH or sum(1 for _ in _TAG.finditer(text)) > _MAX_TAGS or _MANY_ATTRIBUTES.search(text):
        return None
    return LexborHTMLParser(clean(text))


def text_of_node(node: LexborNode) -> str:
    """Return the text inside `node`, as `text_of_html` does."""
    parts: list[str] = []
    current = node.first_child
    while current is not None:
        tag = current.tag
        parts.append(_opening(current, tag))
        if tag not in _SILENT and current.first_child is not None:
            current = current.first_child
            continue
        current = _following(current, node, parts)
    return tidy(_EDGES.sub("\n", "".join(parts)))


def title_text(fragment: str) -> str:
    """Return `fragment` on one line."""
    return " ".join(text_of_html(fragment).split())


def tidy(text: str) -> str:
    """Return `text` with single spaces, at most one empty line in a row, and nothing at its ends."""
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", clean(text)))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _opening(node: LexborNode, tag: str | None) -> str:
    if tag == "-text":
        # Line breaks in the source are spaces, as in a browser.
        return (node.text_content or "").replace("\n", " ").replace("\r", " ")
    if tag == "br":
        return "\n"
    return _EDGE if tag in _BLOCKS else " " if tag in _CELLS else ""


def _following(node: LexborNode, top: LexborNode, parts: list[str]) -> LexborNode | None:
    """The node after `node` and all that is in it, closing the blocks left on the way; None at the end of `top`."""
    current = node
    while True:
        if current.tag in _BLOCKS:
            parts.append(_EDGE)
        if current.next is not None:
            return current.next
        parent = current.parent
        if parent is None or parent.mem_id == top.mem_id:
            return None
        current = parent
