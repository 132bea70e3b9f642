"""Entries of an RSS 2.0, Atom, RSS 1.0 (RDF) or JSON feed; which of them it is shows in its first element.

A feed is a window: what has left it is not deleted. An entry is the same one as long as its guid (or what `identity`
names instead) stays; a changed text under it is a revision. Start at `ADAPTER.parse`.

Keys of a source: `url`; `identity` (`from`: guid, link or content; `regex`: the part of it that counts, for guids that
hold the headline); `date_formats` (strptime, for dates that no standard knows); `encoding`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, tostring

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import hardened_json
from corridors.wire.dates import instant
from corridors.wire.decoding import Decoded, decode
from corridors.wire.hardened_xml import Xml, local_name, parse, salvage
from corridors.wire.html_text import text_of_html, tidy, title_text
from corridors.wire.links import web_address
from corridors.wire.records import statement_of
from corridors.wire.sniff import is_challenge, is_html
from corridors.wire.syndication import ITEMS, ROOTS, entries_of, link_of

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML = "{http://www.w3.org/XML/1998/namespace}"

# What another installation of this service says in fields, beside the text for people.
_STATED = "{urn:corridors:stated}day"

_MOST_ENTRIES = 5_000
_LONGEST_ID = 300


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item as the feed gives it, whatever the feed's format; texts are still HTML where `html` says so."""

    guid: str
    link: str
    title: str
    content: str
    date: str
    language: str = ""
    html: bool = True
    media: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a document holds: its entries, and whether all of it was read."""

    entries: tuple[_Entry, ...]
    complete: bool = True
    warnings: tuple[str, ...] = ()


class _FeedAdapter:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "identity": Option(dict, "what makes an entry the same one: {from = guid | link | content, regex = …}"),
        "date_formats": Option(list, "strptime formats of dates that no standard knows, such as %d/%m-%Y %H:%M"),
        "encoding": Option(str, "character set, should neither the server nor the document say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the feed's address. Raises WrongOption for an identity or date format that cannot be one."""
        if not source.url:
            raise WrongOption("url", "a feed source needs `url`")
        with option("identity"):
            _check_identity(source.options.get("identity", {}))
        with option("date_formats"):
            if not all(isinstance(one, str) and "%" in one for one in source.options.get("date_formats", ())):
                raise ValueError('write strptime formats, such as ["%d.%m.%Y %H:%M"]')
        return Request(source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return the entries in the feed's own order.

        ParseError has the outcome `blocked`, `wrong_type`, `layout_changed` or `malformed`.
        """
        decoded = decode(response.body, response.headers.get("content-type", ""), source.options.get("encoding"))
        feed = _feed(decoded, response.url)
        warnings = list(feed.warnings)
        if len(feed.entries) > _MOST_ENTRIES:
            warnings.append(f"only the first {_MOST_ENTRIES} of {len(feed.entries)} entries were read")
        documents: dict[str, Document] = {}
        understood = 0
        for entry in feed.entries[:_MOST_ENTRIES]:
            document = _document(entry, response, source, documents, warnings)
            if document is not None:
                understood += 1
                documents.setdefault(document.external_id, document)
        if feed.entries and not documents:
            raise ParseError(
                f"{len(feed.entries)} entries were found, and none has a text or title", outcome="layout_changed"
            )
        return Parsed(
            tuple(documents.values()),
            seen=len(feed.entries),
            understood=understood,
            complete=feed.complete and understood == len(feed.entries) and not decoded.replaced,
            warnings=tuple(dict.fromkeys(warnings))[:20],
        )


ADAPTER = _FeedAdapter()


def _feed(decoded: Decoded, url: str) -> _Feed:
    text = decoded.text.lstrip()
    if text.startswith("{"):
        return _json_feed(hardened_json.parse(text))
    if is_html(text):
        if is_challenge(text):
            raise ParseError("an anti-robot page came instead of the feed", outcome="blocked")
        raise ParseError("an HTML page came instead of the feed", outcome="wrong_type")
    if "<" not in text[:4096]:
        raise ParseError("this is neither XML nor a JSON feed", outcome="wrong_type")
    try:
        xml = parse(text, ROOTS)
    except ParseError as error:
        if error.position is None:  # hostile, or not a feed at all
            raise
        xml = salvage(text, ROOTS, ITEMS)
    return _xml_feed(xml, url)


def _xml_feed(xml: Xml, url: str) -> _Feed:
    frame, entries = entries_of(xml)
    language = _child(frame, "language") or frame.get(XML + "lang", "")
    base = web_address(url, xml.root.get(XML + "base", "")) or url
    return _Feed(tuple(_xml_entry(element, base, language) for element in entries), xml.complete, xml.warnings)


def _xml_entry(element: Element, base: str, language: str) -> _Entry:
    base = web_address(base, element.get(XML + "base", "")) or base
    guid = next((child for child in element if local_name(child) in {"guid", "id"}), None)
    identifier = _text(guid) or element.get(RDF + "about", "")
    permanent = guid is not None and local_name(guid) == "guid" and guid.get("isPermaLink", "true").lower() != "false"
    link = link_of(element) or (identifier if permanent and identifier.startswith(("https:", "http:")) else "")
    content, html = _content(element)
    return _Entry(
        guid=identifier,
        link=web_address(base, link) or "",
        title=_markup(next((child for child in element if local_name(child) == "title"), None))[0],
        content=content,
        date=next(filter(None, (_child(element, name) for name in _DATES)), ""),
        language=element.get(XML + "lang") or _child(element, "language") or language,
        html=html,
        media=tuple(_media(element)),
        stated=next((dict(child.attrib) for child in element if child.tag == _STATED), {}),
    )


# In the order of trust; `updated` only where nothing says when the entry was published.
_DATES = ("pubDate", "published", "date", "issued", "updated", "modified")


def _content(element: Element) -> tuple[str, bool]:
    """The fullest form of the text that the entry offers, and whether it is HTML."""
    for names in (("encoded",), ("content",), ("description", "summary")):
        for child in element:
            if local_name(child) in names and not child.tag.startswith(MEDIA) and (found := _markup(child))[0].strip():
                return found
    return "", True


def _markup(child: Element | None) -> tuple[str, bool]:
    """The content of a text construct, and whether it is HTML (RFC 4287, 3.1; in RSS it always may be)."""
    if child is None:
        return "", True
    if len(child):
        inside = "".join(tostring(part, encoding="unicode") for part in child)
        return (child.text or "") + re.sub(r"<(/?)[\w.-]+:", r"<\1", inside), True
    return child.text or "", not (child.tag.startswith(ATOM) and child.get("type", "text") == "text")


def _media(element: Element) -> Iterator[str]:
    for child in element:
        kind = child.get("type", "") or child.get("medium", "")
        attached = local_name(child) == "enclosure" or child.get("rel") == "enclosure"
        embedded = child.tag == MEDIA + "content" and bool(child.get("url"))
        if (attached or embedded) and re.match(r"[a-z]{3,12}\b", kind):
            yield kind.partition("/")[0]


def _child(element: Element, name: str) -> str:
    return next((_text(child) for child in element if local_name(child) == name and _text(child)), "")


def _text(element: Element | None) -> str:
    return tidy(element.text or "") if element is not None else ""


def _json_feed(value: Any) -> _Feed:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    if not isinstance(value, dict) or not hardened_json.text(value.get("version")).startswith("https://jsonfeed.org/"):
        raise ParseError("this JSON is not a JSON feed", outcome="wrong_type")
    items = value.get("items")
    if not isinstance(items, list):
        raise ParseError("the JSON feed has no list of items", outcome="layout_changed")
    language = hardened_json.text(value.get("language"))
    read = tuple(_json_entry(item, language) for item in items if isinstance(item, dict))
    return _Feed(read, complete=len(read) == len(items))


def _json_entry(item: dict[str, Any], language: str) -> _Entry:
    values = {name: hardened_json.text(value) for name, value in item.items()}
    content = values.get("content_html", "")
    attachments = item.get("attachments")
    attached = [one for one in attachments if isinstance(one, dict)] if isinstance(attachments, list) else []
    kinds = [hardened_json.text(one.get("mime_type")) for one in attached]
    return _Entry(
        guid=values.get("id", ""),
        link=values.get("url") or values.get("external_url", ""),
        title=values.get("title", ""),
        content=content or values.get("content_text", "") or values.get("summary", ""),
        date=values.get("date_published") or values.get("date_modified", ""),
        language=values.get("language") or language,
        html=bool(content),
        media=tuple(kind.partition("/")[0] for kind in kinds if kind)[:20],
    )


def _document(
    entry: _Entry, response: Response, source: Source, known: Mapping[str, Document], warnings: list[str]
) -> Document | None:
    title = title_text(entry.title)
    text = text_of_html(entry.content) if entry.html else tidy(entry.content)
    if not title and not text:
        warnings.append("an entry has neither text nor title")
        return None
    formats = source.options.get("date_formats")
    published_at, warning = instant(
        entry.date, source.timezone, response.fetched_at, formats if isinstance(formats, list) else ()
    )
    warnings += [warning] if warning else []
    link = web_address(response.url, entry.link)
    stated = entry.stated and statement_of(entry.stated, source, published_at or response.fetched_at, warnings)
    return Document(
        source=source.id,
        external_id=_identity(entry, title, text, source.options.get("identity"), known),
        text=text,
        fetched_at=response.fetched_at,
        title=title,
        url=link,
        language=_language(entry.language),
        published_at=published_at,
        media=entry.media,
        statements=(stated,) if stated else None,
    )


def _identity(entry: _Entry, title: str, text: str, option: Any, known: Mapping[str, Document]) -> str:
    """What makes the entry the same one at the next poll.

    A guid that occurs twice in one document is the first entry's only; a later one with other words is told apart by
    its link, or else by its words. The same entry printed twice keeps its one identity.
    """
    rule = option if isinstance(option, dict) else {}
    content = "sha256:" + hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    chosen = {"link": entry.link, "content": content}.get(str(rule.get("from", "guid")), entry.guid)
    chosen = _part(chosen, rule.get("regex")) or entry.guid or entry.link or content
    for candidate in (_short(chosen), _short(f"{chosen}|{entry.link}")):
        holder = known.get(candidate)
        if holder is None or (holder.title, holder.text) == (title, text):
            return candidate
    return _short(f"{chosen}|{content}")


def _check_identity(rule: Any) -> None:
    if not isinstance(rule, dict) or set(rule) - {"from", "regex"}:
        raise ValueError('write {from = "guid", regex = "…"}, each of them if wanted')
    if rule.get("from", "guid") not in {"guid", "link", "content"}:
        raise ValueError('write from as one of "guid", "link", "content"')
    try:
        re.compile(rule.get("regex", ""))
    except (re.error, TypeError) as error:
        raise ValueError(f"regex is not a regular expression: {error}") from error


def _part(value: str, pattern: Any) -> str:
    if not isinstance(pattern, str):
        return value
    try:
        found = re.search(pattern, value[:2048])
    except re.error as error:
        raise ParseError(f"identity.regex is not a regular expression: {error}") from error
    return "" if found is None else found[found.re.groups and 1]


def _short(identifier: str) -> str:
    if len(identifier) <= _LONGEST_ID:
        return identifier
    return "sha256:" + hashlib.sha256(identifier.encode()).hexdigest()


def _language(tag: str) -> str | None:
    found = re.match(r"[a-zA-Z]{2,3}\b", tag)
    return found[0].lower() if found else None
