"""Posts of a public Telegram channel, from its preview page t.me/s/<channel>.

No account and no key is needed, and the page has no refusal status: a missing channel, a group and a channel without
preview all redirect to a landing card, everything else comes with 200. So a page without posts counts as empty only
with Telegram's own marker. An edit shows as the word "edited" and a changed text, never as a time; a deletion not at
all. Rules of the page as observed in 2025 and 2026. Start at `ADAPTER.parse`.

Keys of a source: `channel` (name, @name or address) or `url` (used as it is, where it is not on t.me), and
`recheck_pages` (or `edits.recheck_pages`): how many older pages are read again with each poll to notice edits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire.dates import instant
from corridors.wire.decoding import decode
from corridors.wire.html_text import page, text_of_node, title_text
from corridors.wire.links import web_address
from corridors.wire.sniff import is_challenge, is_html

_NAME = r"(?!joinchat\b)[A-Za-z][A-Za-z0-9_]{2,63}"  # what joinchat/ leads to has no preview page
_ADDRESS = re.compile(rf"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(?:s/)?({_NAME})(?:[/?#].*)?", re.I)
_SUBDOMAIN = re.compile(rf"(?:https?://)?({_NAME})\.t\.me/?(?:[?#].*)?", re.I)
_PLAIN_NAME = re.compile(rf"@?({_NAME})")
_IN_PATH = re.compile(rf"/s/({_NAME})(?:[/?#]|$)")
_POST = re.compile(rf"({_NAME})/(\d{{1,18}})")
_BEFORE = re.compile(r"[?&]before=(\d{1,18})\b")

_MOST_PAGES = 10
_MOST_SUSPECTS = 3  # of one poll; the next one asks on
_CONFIRM = "confirm:"
# The smallest real page seen had 62 kB, the smallest refusal 9.9 kB; less than this is a stop signal.
_STOP_SIGNAL_BYTES = 500

_MEDIA = {
    ".tgme_widget_message_photo_wrap": "photo",
    ".tgme_widget_message_video_player, .tgme_widget_message_roundvideo_player": "video",
    ".tgme_widget_message_voice_player": "voice",
    ".tgme_widget_message_document_wrap": "document",
    ".tgme_widget_message_location_wrap": "location",
    ".tgme_widget_message_poll": "poll",
    ".tgme_widget_message_sticker_wrap": "sticker",
    ".message_media_not_supported": "unsupported",
}


class _Telegram:
    """The adapter; without state."""

    address = ("channel", "url")
    max_bytes = 1024 * 1024
    options: Mapping[str, Option] = {
        "channel": Option(str, "the channel's name, such as luhanskaVTSA"),
        "recheck_pages": Option(int, "how many older pages are read again with each poll, to notice edits (0)"),
        "edits": Option(dict, "a table of recheck_pages and confirm_deletes (true: posts that vanished are looked up)"),
        "encoding": Option(str, "character set of the page, should the server forget to say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the newest page. Raises WrongOption where the channel's name cannot be one."""
        with option("recheck_pages"):
            _check_pages(source.options.get("recheck_pages", 0))
        with option("edits"):
            edits = source.options.get("edits", {})
            if not isinstance(edits, dict) or set(edits) - {"recheck_pages", "confirm_deletes"}:
                raise ValueError("write {recheck_pages = 1, confirm_deletes = true}")
            if not isinstance(edits.get("confirm_deletes", True), bool):
                raise ValueError("write confirm_deletes as true or false")
            _check_pages(edits.get("recheck_pages", 0))
        channel = source.options.get("channel")
        if source.url and not (_ADDRESS.fullmatch(source.url) or _SUBDOMAIN.fullmatch(source.url)):
            return Request(source.url, validators)
        name = _channel_name(str(channel or source.url or ""))
        if name is None:
            key = "channel" if channel else "url"
            raise WrongOption(key, 'write the channel\'s name, such as channel = "luhanskaVTSA"')
        return Request(f"https://t.me/s/{name}", validators)

    def suspects(self, source: Source, known: Collection[str], seen: Collection[str]) -> tuple[Request, ...]:
        """Return what to ask about the known posts that should have been among the `seen` ones, and were not.

        Only the page of a post itself can tell: albums lose members, and pages leave posts out now and then.
        """
        edits = source.options.get("edits", {})
        numbers = [_number(one) for one in seen]
        if not numbers or not edits.get("confirm_deletes", True):
            return ()
        lost = [one for one in known if min(numbers) < _number(one) < max(numbers) and one not in seen]
        base = self.first_request(source, Validators()).url.partition("?")[0].replace("/s/", "/").rstrip("/")
        return tuple(
            Request(f"{base}/{_number(one)}?embed=1", purpose=_CONFIRM + one)
            for one in sorted(lost, key=_number, reverse=True)[:_MOST_SUSPECTS]
        )

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return the posts of one page, oldest first.

        Outcomes of ParseError: `preview_off`, `gone`, `blocked`, `identity_changed`, `layout_changed`, `wrong_type`.
        """
        encoding = source.options.get("encoding")
        decoded = decode(response.body, response.headers.get("content-type", ""), encoding)
        tree = page(decoded.text)
        if tree is None:
            raise ParseError("the page is larger or stranger than any preview page")
        asked = response.request.purpose if response.request else ""
        if asked.startswith(_CONFIRM):
            return _confirmed(tree, asked.removeprefix(_CONFIRM))
        history = tree.css_first(".tgme_channel_history")
        found = (history or tree).css(".tgme_widget_message, [data-post]")
        blocks = tuple({block.mem_id: block for block in found}.values())  # one that matches both comes twice
        if not blocks:
            if history is not None and tree.css_first(".tme_no_messages_found") is not None:
                return Parsed((), 0, 0)
            raise _refusal(tree, decoded.text, response)
        reading = _Reading(_expected_channel(source), response, source)
        posts = [reading.post(block) for block in blocks]
        reading.check(len(blocks))
        return Parsed(
            tuple(sorted(reading.documents.values(), key=lambda document: _number(document.external_id))),
            seen=len(blocks),
            understood=sum(posts),
            complete=all(posts) and history is not None and not decoded.replaced,
            next_requests=tuple(_older_page(tree, response, source)),
            warnings=tuple(dict.fromkeys(reading.warnings)),
        )


ADAPTER = _Telegram()


def _confirmed(tree: LexborHTMLParser, external_id: str) -> Parsed:
    """Whether a post's own page says that there is none; without a word either way it may be anything."""
    error = tree.css_first('.err_message, [class*="message_error"]')
    missing = error is not None and tree.css_first("[data-post]") is None
    return Parsed((), 0, 0, gone=(external_id,) if missing else ())


class _Reading:
    """What the blocks of one page have given so far."""

    def __init__(self, channel: str | None, response: Response, source: Source) -> None:
        self.documents: dict[str, Document] = {}
        self.warnings: list[str] = []
        self._channel = channel
        self._response = response
        self._source = source
        self._strangers: set[str] = set()
        self._identified = 0
        self._dated = 0
        self._service = 0

    def post(self, block: LexborNode) -> bool:
        """Take one block; return whether it was understood: a document, or something proven not to be any."""
        found = _POST.fullmatch(block.attributes.get("data-post") or "")
        if found is None:
            self.warnings.append("a block has no readable post number")
            return False
        channel, number = found[1], int(found[2])
        if self._channel is not None and channel.lower() != self._channel.lower():
            self._strangers.add(channel)
            return False
        self._identified += 1
        if "service_message" in (block.attributes.get("class") or "").split():
            self._service += 1
            return True
        text, media = _text(block), _media(block)
        if not text and not media:
            self.warnings.append(f"post {number} has neither text nor media")
            return False
        written = block.css_first("a.tgme_widget_message_date time[datetime]")
        published_at, warning = instant(
            written.attributes.get("datetime") if written else None, self._source.timezone, self._response.fetched_at
        )
        self.warnings += [warning] if warning else []
        self._dated += written is not None
        external_id = f"{channel.lower()}/{number}"
        self.documents.setdefault(
            external_id,
            Document(
                source=self._source.id,
                external_id=external_id,
                text=text,
                fetched_at=self._response.fetched_at,
                url=self._url(block, channel, number),
                published_at=published_at,
                edited=_edited(block),
                forwarded_from=_forwarded_from(block),
                media=media,
            ),
        )
        return True

    def check(self, seen: int) -> None:
        """Raise ParseError where the page as a whole is not what it was."""
        if self._strangers and not self._identified:
            others = ", ".join(sorted(self._strangers)[:3])
            raise ParseError(
                f"the posts are those of {others}, not of {self._channel}: the name has another owner",
                outcome="identity_changed",
            )
        if self._strangers:
            self.warnings.append("posts of another channel were left out")
        if not self.documents and self._service < seen:
            raise ParseError(
                f"{seen} blocks were found, and none is a post with text or media", outcome="layout_changed"
            )
        if self.documents and not self._dated:
            raise ParseError("no post has a time any more", outcome="layout_changed")

    def _url(self, block: LexborNode, channel: str, number: int) -> str:
        """The post's own link where the page has one (a mirror links to itself), else its address on t.me."""
        link = block.css_first("a.tgme_widget_message_date")
        href = web_address(self._response.url, link.attributes.get("href") if link else None)
        if href is not None and re.search(rf"/{number}(?:\?single)?$", href):
            return href
        return f"https://t.me/{channel}/{number}"


def _check_pages(number: object) -> None:
    if not isinstance(number, int) or not 0 <= number <= _MOST_PAGES:
        raise ValueError(f"write a whole number from 0 to {_MOST_PAGES}")


def _channel_name(written: str) -> str | None:
    found = _ADDRESS.fullmatch(written) or _SUBDOMAIN.fullmatch(written) or _PLAIN_NAME.fullmatch(written)
    return found[1] if found else None


def _expected_channel(source: Source) -> str | None:
    """The channel whose posts these must be; None where neither the option nor the address says it."""
    if source.options.get("channel"):
        return _channel_name(str(source.options["channel"]))
    in_path = _IN_PATH.search(source.url or "")
    return _channel_name(source.url or "") or (in_path[1] if in_path else None)


def _text(block: LexborNode) -> str:
    """The post's own words: the first text element, as albums nest it twice and replies quote in the same class."""
    for node in block.css(".tgme_widget_message_text"):
        classes = (node.attributes.get("class") or "").split()
        if "js-message_reply_text" not in classes and not _within(node, "tgme_widget_message_reply", block):
            return text_of_node(node)
    return ""


def _media(block: LexborNode) -> tuple[str, ...]:
    kinds = []
    for selector, kind in _MEDIA.items():
        inside = [node for node in block.css(selector) if not _within(node, "tgme_widget_message_reply", block)]
        kinds += [kind] * len(inside)
    return tuple(kinds[:20])


def _within(node: LexborNode, class_name: str, top: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.mem_id != top.mem_id:
        if class_name in (parent.attributes.get("class") or "").split():
            return True
        parent = parent.parent
    return False


def _edited(block: LexborNode) -> bool:
    """Whether words stand before the time: today "edited", in whatever language the page may one day be."""
    meta = block.css_first(".tgme_widget_message_meta")
    child = meta.first_child if meta is not None else None
    while child is not None and child.tag != "a":
        if child.tag == "-text" and any(character.isalpha() for character in child.text_content or ""):
            return True
        child = child.next
    return False


def _forwarded_from(block: LexborNode) -> str | None:
    """Where the post was copied from: a link, or the bare name where the origin is hidden."""
    name = block.css_first(".tgme_widget_message_forwarded_from_name")
    if name is None:
        return None
    return web_address("https://t.me/", name.attributes.get("href")) or text_of_node(name)[:200] or None


def _older_page(tree: LexborHTMLParser, response: Response, source: Source) -> Iterator[Request]:
    """The request for the page before this one, as long as `recheck_pages` asks for it."""
    edits = source.options.get("edits")
    nested = edits.get("recheck_pages") if isinstance(edits, dict) else None
    wanted = nested if nested is not None else source.options.get("recheck_pages", 0)
    purpose = response.request.purpose if response.request else "page"
    depth = int(purpose.removeprefix("older-")) if re.fullmatch(r"older-\d{1,3}", purpose) else 0
    before = _cursor(tree)
    if before is not None and isinstance(wanted, int) and depth < min(wanted, _MOST_PAGES):
        # of what was asked, not of where a redirect led: the source's own headers go there
        asked = response.request.url if response.request else response.url
        url = urlunsplit(urlsplit(asked)._replace(query=f"before={before}", fragment=""))
        yield Request(url, purpose=f"older-{depth + 1}")


def _cursor(tree: LexborHTMLParser) -> int | None:
    """The post before which the older page ends; never from rel=canonical, which names the page itself."""
    link = tree.css_first("link[rel=prev]")
    found = _BEFORE.search((link.attributes.get("href") if link else None) or "")
    if found is not None:
        return int(found[1])
    more = tree.css_first("a.tme_messages_more[data-before]")
    number = (more.attributes.get("data-before") if more else None) or ""
    return int(number) if re.fullmatch(r"\d{1,18}", number) else None


@dataclass(frozen=True, slots=True)
class _Landing:
    """The card that stands at t.me/<name>."""

    title: str
    extra: str


def _refusal(tree: LexborHTMLParser, text: str, response: Response) -> ParseError:
    """Why there is no post on this page."""
    if is_challenge(text):
        return ParseError("an anti-robot page came instead of the channel", outcome="blocked")
    if tree.css_first(".tgme_channel_history") is not None:
        return ParseError("the page has no posts, and nothing says that the channel is empty", outcome="layout_changed")
    landing = _landing(tree)
    if landing is not None and landing.title.startswith("Telegram: Contact") and not landing.extra:
        return ParseError("there is no such channel", outcome="gone")
    if landing is not None:
        kind = "group" if "member" in landing.extra else "channel"
        return ParseError(f"this {kind} shows no preview to people without an account", outcome="preview_off")
    if len(response.body) < _STOP_SIGNAL_BYTES:
        return ParseError("a page of a few bytes came instead of the channel", outcome="blocked")
    if is_html(text) and "tgme_" in text:
        return ParseError("the page holds none of the elements that hold posts", outcome="layout_changed")
    return ParseError("this is not a page of Telegram", outcome="wrong_type")


def _landing(tree: LexborHTMLParser) -> _Landing | None:
    card, title = tree.css_first(".tgme_page"), tree.css_first("title")
    if card is None or title is None:
        return None
    extra = card.css_first(".tgme_page_extra")
    return _Landing(title_text(title.text()), text_of_node(extra) if extra is not None else "")


def _number(external_id: str) -> int:
    return int(external_id.rpartition("/")[2])
