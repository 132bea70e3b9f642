"""Which text are these bytes?

Whatever is valid UTF-8 is UTF-8, whatever the server or the document declares: wrong declarations are common, and other
encodings almost never look like UTF-8 by chance. Start at `decode`. `clean` is for text that arrived in another way.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# What browsers read under these names (WHATWG Encoding Standard): the Windows sets hold the letters that Latin-1 lacks.
_ALIASES = {
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "cp-1251": "windows-1251",
    "cp-1252": "windows-1252",
    "win-1251": "windows-1251",
    "x-cp1251": "windows-1251",
}
# Only encodings that keep ASCII where it is: Python's others include codecs that unpack and rotate.
_KNOWN = re.compile(
    r"windows-125\d|cp125\d|iso-?8859-\d{1,2}|koi8-[ru]|mac-?cyrillic|big5|gbk|gb2312|gb18030|euc-(?:jp|kr)|shift_jis|utf-?8|cp866"
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I
)

# Not allowed in XML 1.0 (2.2), refused by PostgreSQL (NUL) or by UTF-8 (lone surrogates).
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# A few broken characters in a long text are damage; more of them are another encoding.
_DAMAGE = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without byte order mark and without characters that XML or the store refuse; `replaced` were lost."""

    text: str
    encoding: str
    replaced: int = 0


def decode(body: bytes, content_type: str = "", encoding: str | None = None) -> Decoded:
    """Return `body` as text; never raises.

    Order: byte order mark, valid UTF-8, nearly valid UTF-8, charset of `content_type`, the document's own declaration,
    the source's `encoding`, and last windows-1251 or windows-1252, whichever makes more letters.
    """
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], marked)
    if body[:4] in {b"<\x00?\x00", b"<\x00r\x00"}:
        return _decoded(body, "utf-16-le")
    if body[:4] in {b"\x00<\x00?", b"\x00<\x00r"}:
        return _decoded(body, "utf-16-be")
    utf8 = _decoded(body, "utf-8")
    beyond_ascii = sum(map(len, re.findall(rb"[\x80-\xff]+", body))) if utf8.replaced else 0
    if utf8.replaced <= _DAMAGE * beyond_ascii:
        return utf8
    declared = _DECLARED.search(body[:2048])
    in_document = [_text(name) for name in declared.groups()] if declared else []
    for name in (_charset(content_type), *in_document, encoding):
        if (known := _known(name)) and known not in {"utf-8", "utf8"}:
            return _decoded(body, known)
    return _decoded(body, _guess(body))


def clean(text: str) -> str:
    """Return `text` without NUL, other controls and lone surrogates, and with plain line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("", text) if _ILLEGAL.search(text) else text


def _decoded(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, errors="replace")
    replaced = text.count("\ufffd")
    return Decoded(clean(text.removeprefix("\ufeff")), encoding, replaced)


def _charset(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _text(name: bytes | None) -> str | None:
    return name.decode("ascii", errors="replace") if name else None


def _known(name: str | None) -> str | None:
    lowered = _ALIASES.get((name or "").lower(), (name or "").lower())
    return lowered if _KNOWN.fullmatch(lowered) and _exists(lowered) else None


def _exists(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _guess(body: bytes) -> str:
    """Cyrillic text is mostly 0xC0-0xFF in windows-1251; in western text such letters stand alone among ASCII ones."""
    high = len(re.findall(rb"[\xc0-\xff]", body))
    runs = sum(map(len, re.findall(rb"[\xc0-\xff]{3,}", body)))
    return "windows-1251" if high and runs > high / 3 else "windows-1252"
