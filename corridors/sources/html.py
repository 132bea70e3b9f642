"""Announcements on an ordinary web page, found by CSS selectors: agencies and ministries without a feed.

A page says nothing about being empty, so a list without items is a changed layout unless the page holds what `empty`
names. With `detail`, each item's own page is asked for and gives the document. Start at `ADAPTER.parse`.

Keys of a source: `url`; `items` (selector of one item of the list); `map` (see corridors/wire/records.py; a path is a
selector within the item, "a@href" is an attribute, "" the item itself); `detail` (the same for the page behind the
item's `url`); `max_details` (5); `empty` (selector of what stands there when there is nothing); `encoding`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire.decoding import decode
from corridors.wire.html_text import page, text_of_node
from corridors.wire.links import web_address
from corridors.wire.mapping import joined
from corridors.wire.records import Shape, shape
from corridors.wire.sniff import is_challenge

_ATTRIBUTE = re.compile(r"(.*)@([A-Za-z][\w-]*)")
_MOST_ITEMS = 500
_MOST_DETAILS = 30
_MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class _Selector:
    """A CSS selector, and the attribute that is meant instead of the text."""

    written: str
    css: str = ""
    attribute: str = ""

    @classmethod
    def of(cls, written: Any) -> _Selector:
        """Return the selector for `written`; raises ValueError where it is none."""
        if not isinstance(written, str):
            raise ValueError(f"{written!r} is not a selector")
        found = _ATTRIBUTE.fullmatch(written.strip())
        css, attribute = (found[1].strip(), found[2]) if found else (written.strip(), "")
        _check(css)
        return cls(written, css, attribute)

    def find(self, record: Any) -> Any:
        """Return the text, or the attribute, of every element that is meant."""
        found = record.css(self.css)[:_MOST_FOUND] if self.css else [record]
        if self.attribute:
            return [node.attributes.get(self.attribute) or "" for node in found]
        return [text_of_node(node) for node in found]


def _check(css: str) -> None:
    try:
        LexborHTMLParser("<p></p>").css(css or "p")
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{css!r} is not a CSS selector") from error


class _Html:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 1024 * 1024
    options: Mapping[str, Option] = {
        "items": Option(str, "CSS selector of one item of the list", required=True),
        "map": Option(dict, "which parts of an item are title, text, url, published …", required=True),
        "detail": Option(dict, "the same for the page behind an item's url"),
        "max_details": Option(int, "how many of these pages are asked for with each poll (5)"),
        "identity": Option(dict, "{from = selector of the item's id}; its url without it"),
        "empty": Option(str, "CSS selector of what the page shows when there is no item"),
        "encoding": Option(str, "character set, should neither the server nor the page say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the list's address. Raises WrongOption for selectors that are none."""
        if not source.url:
            raise WrongOption("url", "an html source needs `url`")
        _shapes(source.options)
        with option("items"):
            if not source.options.get("items", "").strip():
                raise ValueError('write a CSS selector, such as "ul.news > li"')
            _check(source.options["items"])
        with option("empty"):
            _check(source.options.get("empty", ""))
        with option("max_details"):
            if not 0 < source.options.get("max_details", 5) <= _MOST_DETAILS:
                raise ValueError(f"write a whole number from 1 to {_MOST_DETAILS}")
        return Request(source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return the items of a list, or the one document of a detail page.

        Outcomes of ParseError: `blocked`, `layout_changed`, `wrong_type`, `malformed`.
        """
        try:
            item, detail = _shapes(source.options)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        decoded = decode(response.body, response.headers.get("content-type", ""), source.options.get("encoding"))
        if is_challenge(decoded.text):
            raise ParseError("an anti-robot page came instead of the page", outcome="blocked")
        if "<" not in decoded.text[:4096]:
            raise ParseError("this is no HTML", outcome="wrong_type")
        tree = page(decoded.text)
        if tree is None or tree.root is None:
            raise ParseError("the page is larger or stranger than any page for people")
        if detail is not None and response.request is not None and response.request.purpose == "detail":
            return _of_detail(tree.root, detail, response, source)
        return _of_list(tree, item, response, source, follow=detail is not None)


ADAPTER = _Html()


def _shapes(options: Mapping[str, Any]) -> tuple[Shape, Shape | None]:
    """The shapes of an item and of a detail page."""
    item = shape(options, option, path_of=_Selector.of)
    with option("map"):
        if "detail" in options and "url" not in item.fields:
            raise ValueError("with `detail`, say where an item's `url` is")
    if "detail" not in options:
        return item, None
    with option("detail"):
        try:
            return item, shape({"map": options["detail"]}, option, path_of=_Selector.of)
        except WrongOption as error:
            raise WrongOption("detail", str(error)) from error


def _of_list(tree: LexborHTMLParser, item: Shape, response: Response, source: Source, *, follow: bool) -> Parsed:
    nodes = tree.css(source.options["items"])[:_MOST_ITEMS]
    if not nodes:
        empty = source.options.get("empty")
        if empty and tree.css_first(empty) is not None:
            return Parsed((), 0, 0)
        raise ParseError(
            f"nothing on the page is {source.options['items']!r}, and nothing proves that there is nothing",
            outcome="layout_changed",
        )
    warnings: list[str] = []
    if follow:
        return _details(nodes, item, response, source, warnings)
    documents: dict[str, Document] = {}
    understood = 0
    for node in nodes:
        try:
            document = item.document(node, response, source, warnings)
        except ParseError as error:
            document = None
            warnings.append(str(error))
        if document is not None:
            understood += 1
            documents.setdefault(document.external_id, document)
    if not documents:
        raise ParseError(f"{len(nodes)} items were found, and none says anything", outcome="layout_changed")
    return Parsed(
        tuple(documents.values()),
        len(nodes),
        understood,
        complete=understood == len(nodes),
        warnings=tuple(dict.fromkeys(warnings))[:20],
    )


def _details(nodes: list[LexborNode], item: Shape, response: Response, source: Source, warnings: list[str]) -> Parsed:
    """The requests for the pages behind the items, only on the same server: elsewhere nobody has asked us to go."""
    links = [web_address(response.url, joined(item.fields["url"], node).partition(", ")[0]) for node in nodes]
    asked = response.request.url if response.request else response.url
    here = {url.split("/")[2] for url in (asked, response.url) if url.count("/") >= 2}
    wanted = dict.fromkeys(link for link in links if link is not None and link.split("/")[2] in here)
    if not wanted:
        raise ParseError(f"{len(nodes)} items were found, and none leads to its page", outcome="layout_changed")
    most = int(source.options.get("max_details", 5))
    return Parsed(
        (),
        0,
        0,
        complete=len(wanted) <= most,
        next_requests=tuple(Request(link, purpose="detail") for link in list(wanted)[:most]),
        warnings=tuple(warnings),
    )


def _of_detail(root: LexborNode, detail: Shape, response: Response, source: Source) -> Parsed:
    warnings: list[str] = []
    asked = response.request.url if response.request else response.url
    document = detail.document(root, response, source, warnings, identity=asked)
    if document is None:
        raise ParseError("the page of an item holds nothing of what is mapped", outcome="layout_changed")
    return Parsed((document,), 1, 1, warnings=tuple(warnings)[:20])
