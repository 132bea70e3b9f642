"""What is a list of entries in RSS, Atom or RDF, and when is one proven empty?

For the kinds that read entries as announcements and for those that read them as links to something else.
Start at `entries_of`.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from corridors.errors import ParseError
from corridors.wire.hardened_xml import Xml, local_name
from corridors.wire.html_text import tidy

ROOTS = ("rss", "feed", "RDF")
ITEMS = ("item", "entry")

_REPEATED = {"category", "link", "author", "contributor", "skipDays", "skipHours"}
# What may hold elements of its own without being an entry (RSS 2.0, RSS 1.0, RFC 4287, iTunes).
_COMPOSED = _REPEATED | {"image", "textInput", "textinput", "items", "owner", "div"}


def entries_of(xml: Xml) -> tuple[Element, list[Element]]:
    """Return the frame of a feed (its channel, or its root) and its entries.

    Raises ParseError (`layout_changed`) where it has none and nothing proves that there are none.
    """
    entries = [element for element in xml.root.iter() if local_name(element) in ITEMS]
    channel = next((element for element in xml.root if local_name(element) == "channel"), None)
    if xml.complete and channel is None and local_name(xml.root) != "feed":
        raise ParseError("the feed has no channel", outcome="layout_changed")
    frame = xml.root if channel is None else channel
    if xml.complete and not entries and not _is_proven_empty(frame):
        raise ParseError("the feed has no entries, and does not look like an empty one", outcome="layout_changed")
    return frame, entries


def link_of(element: Element) -> str:
    """Return where an entry leads, "" where it does not say."""
    links = [child for child in element if local_name(child) == "link"]
    for link in links:
        if link.get("rel", "alternate") == "alternate" and (link.get("href") or _text(link)):
            return link.get("href") or _text(link)
    return ""


def _is_proven_empty(frame: Element) -> bool:
    """A frame that names itself, and holds nothing that could be entries under another name."""
    names = [local_name(child) for child in frame]
    titled = any(local_name(child) == "title" and _text(child) for child in frame)
    repeated = any(names.count(name) >= 3 and name not in _REPEATED for name in set(names))
    composed = any(len(child) and local_name(child) not in _COMPOSED for child in frame)
    return titled and not repeated and not composed


def _text(element: Element) -> str:
    return tidy(element.text or "")
