"""Which web address does a link mean?"""

from __future__ import annotations

from urllib.parse import urljoin

LONGEST = 2048


def web_address(base: str, link: str | None) -> str | None:
    """Return `link`, relative to `base`, as an absolute http or https address; None where it is none or absurdly long.

    Scripts, mail and telephone links are none: what is returned may be shown as a link.
    """
    written = "".join((link or "").split())
    if not written:
        return None
    try:
        joined = urljoin(base, written)
    except ValueError:
        return None
    return joined if joined.startswith(("https://", "http://")) and len(joined) <= LONGEST else None
