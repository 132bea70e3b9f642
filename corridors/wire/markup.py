"""How is XML written, whatever the texts in it hold? Two functions, so that nothing reaches a file unescaped.

`leaf` holds a text, `branch` holds elements. Characters that XML 1.0 cannot hold at all are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

# What is no Char of XML 1.0 (production 2), half characters included.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Return `text` without what XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def decimal(number: float) -> str:
    """Return a number without an exponent, to a hundred-thousandth: degrees to a metre."""
    written = f"{number:.5f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def leaf(name: str, text: object = None, /, **attributes: object) -> str:
    """Return an element with a text, or an empty one; an attribute that is None is left out.

    A name of an attribute is written with "_" for ":" and without one at its end: `xml_lang`, `type_`.
    """
    start = f"<{name}{_written(attributes)}"
    return f"{start}/>" if text is None else f"{start}>{escape(writable(str(text)))}</{name}>"


def branch(name: str, children: Iterable[str], /, **attributes: object) -> str:
    """Return an element with elements in it, each of which `leaf` or `branch` made."""
    return f"{opening(name, **attributes)}{''.join(children)}</{name}>"


def opening(name: str, /, **attributes: object) -> str:
    """Return the beginning of an element whose children are written one after the other."""
    return f"<{name}{_written(attributes)}>"


def _written(attributes: dict[str, object]) -> str:
    return "".join(
        f" {name.rstrip('_').replace('_', ':')}={quoteattr(writable(str(value)))}"
        for name, value in attributes.items()
        if value is not None
    )
