"""How is an Atom feed (RFC 4287) written, entry by entry? For every output format that has one.

Pages are linked after RFC 5005, places are GeoRSS (latitude first), what is taken back is a deleted-entry (RFC 6721).
Start at `beginning`; `END` closes the feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from corridors.wire.markup import HEAD, branch, decimal, leaf, opening

TYPE = "application/atom+xml"
END = b"</feed>\n"

# The namespace of what an entry states in fields, beside its text for people.
STATED = "urn:corridors:stated"


def beginning(
    *,
    id_: str,
    title: str,
    subtitle: str,
    updated_at: datetime,
    author: str,
    rights: str,
    links: Iterable[tuple[str, str | None]],
) -> bytes:
    """Return the head of a feed. links: relation and address; those without an address are left out."""
    start = opening(
        "feed",
        xmlns="http://www.w3.org/2005/Atom",
        xmlns_at="http://purl.org/atompub/tombstones/1.0",
        xmlns_georss="http://www.georss.org/georss",
        xmlns_c=STATED,
        xml_lang="en",
    )
    parts = [
        leaf("id", id_),
        leaf("title", title),
        leaf("subtitle", subtitle),
        leaf("updated", instant(updated_at)),
        branch("author", [leaf("name", author)]),
        leaf("rights", rights),
        *(leaf("link", rel=rel, type=TYPE, href=href) for rel, href in links if href),
    ]
    return f"{HEAD}{start}{''.join(parts)}\n".encode()


def entry(
    *,
    id_: str,
    title: str,
    updated: str,
    published: str | None,
    text: str,
    categories: Iterable[tuple[str, str]],
    links: Iterable[tuple[str, str, str]],
    line: Sequence[tuple[float, float]] = (),
    language: str | None = None,
    stated: Mapping[str, str] | None = None,
) -> bytes:
    """Return an entry. updated, published: RFC 3339; links: relation, media type, address; line: (longitude, latitude).

    categories: scheme and term. stated: the fields of a day, by the names under which sources are mapped.
    """
    pairs = [f"{decimal(lat)} {decimal(lon)}" for lon, lat in line]
    parts = [
        leaf("id", id_),
        leaf("title", title, type="text"),
        leaf("updated", updated),
        *([leaf("published", published)] if published else []),
        *(leaf("category", scheme=scheme, term=term) for scheme, term in categories),
        *(leaf("link", rel=rel, type=kind, href=href) for rel, kind, href in links),
        leaf("content", text, type="text"),
        *([leaf("georss:line" if len(pairs) > 1 else "georss:point", " ".join(pairs))] if pairs else []),
        *([leaf("c:day", **stated)] if stated else []),
    ]
    return f"{branch('entry', parts, xml_lang=language)}\n".encode()


def deleted(id_: str, when: str, comment: str) -> bytes:
    """Return the tombstone of an entry. when: RFC 3339."""
    parts = [leaf("at:comment", comment)]
    return f"{branch('at:deleted-entry', parts, ref=id_, when=when)}\n".encode()


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
