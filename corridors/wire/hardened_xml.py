"""How is XML read that somebody may have written to hurt us, or simply wrote badly?

Nothing may be declared and nothing external is fetched (defusedxml); depth, attributes and elements are bounded; what
feeds in the wild get wrong (bare ampersands, HTML entities, undeclared prefixes, junk around the document) is mended
and reported. Start at `parse`; `salvage` reads item by item what can still be read. Text comes from wire.decoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from xml.etree.ElementTree import Element, TreeBuilder
from xml.etree.ElementTree import ParseError as ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from corridors.errors import ParseError

MAX_DEPTH = 100
MAX_ATTRIBUTES = 100
MAX_ELEMENTS = 100_000
MAX_REFERENCES = 400_000
MAX_SALVAGED = 2_000

# expat builds all attributes of a tag before it lets us count them
_LONG_TAG = re.compile(r"<[A-Za-z_][^<>]{65536}")
_LOOK_AHEAD = 4096
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}\?>", re.I)
# RSS 0.91 carries a DOCTYPE that names an external file; without an internal subset it says nothing.
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,1000}>", re.I)
_SUBSET = re.compile(r"<!DOCTYPE[^>\[]{0,1000}\[", re.I)
_PREAMBLE = re.compile(r"(?:\s++|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>]*>)*+", re.S | re.I)
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?\]\]>|&(?:#(\d{1,10})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]{1,31}));|&", re.S
)
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED_PREFIX = re.compile(r"\bxmlns:([A-Za-z_][\w.-]*)\s*=")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_MARKUP = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;"}


@dataclass(frozen=True, slots=True)
class Xml:
    """A parsed document: its root, whether it was read to its end, and what had to be mended."""

    root: Element
    complete: bool = True
    warnings: tuple[str, ...] = ()


def parse(text: str, roots: tuple[str, ...]) -> Xml:
    """Return the document in `text`, whose root must be one of `roots` (local names).

    Raises ParseError where it is hostile (declarations, depth, size), has another root, or is not well formed even
    after mending; then `salvage` may help.
    """
    mended, warnings = _mended(text, roots)
    builder = _Bounded(MAX_ELEMENTS)
    try:
        _read(mended, builder)
    except ExpatError as error:
        if not builder.finished:
            raise ParseError(f"the XML is not well formed: {error}", position=error.position[0]) from error
        warnings.append("something follows the end of the document")
    assert builder.root is not None
    name = local_name(builder.root)
    if name not in roots:
        raise ParseError(f"the document is <{name[:40]}>, not one of {', '.join(roots)}", outcome="wrong_type")
    return Xml(builder.root, warnings=tuple(warnings))


def salvage(text: str, roots: tuple[str, ...], items: tuple[str, ...]) -> Xml:
    """Return a document whose root holds every whole element named in `items` that can be read by itself.

    For documents that `parse` found not well formed: an unclosed tag or a cut costs one item, not all of them.
    Raises ParseError where not even the root's opening tag can be read.
    """
    mended, warnings = _mended(text, roots)
    found = re.search(_opening(roots) + r"[^<>]{0,4000}(?<!/)>", mended)
    if found is None:
        raise ParseError("the XML is not well formed and has no readable beginning")
    beginning, end = found[0], f"</{found[1]}>"
    root = Element(found[1])
    seen, allowed = 0, MAX_ELEMENTS
    for chunk in _chunks(mended, items):
        seen += 1
        builder = _Bounded(allowed)
        try:
            _read(f"{beginning}{chunk}{end}", builder)
        except (ExpatError, ParseError):
            continue
        assert builder.root is not None
        root.extend(builder.root)
        allowed -= builder.elements
        if seen >= MAX_SALVAGED:
            break
    if not len(root):
        raise ParseError("the XML is not well formed, and not one item can be read by itself")
    warnings.append(f"the XML is not well formed; {len(root)} items could be read by themselves")
    return Xml(root, complete=False, warnings=tuple(warnings))


def local_name(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _opening(names: tuple[str, ...]) -> str:
    """A pattern for the beginning of an opening tag; group 1 is the name as written."""
    return rf"<((?:[\w.-]+:)?(?:{'|'.join(names)}))(?=[\s/>])"


def _chunks(text: str, items: tuple[str, ...]) -> Iterator[str]:
    """Every whole item of `text`: what stands between a closing tag and the last opening one before it."""
    either = re.compile(rf"{_opening(items)}|</((?:[\w.-]+:)?(?:{'|'.join(items)}))\s*>")
    opened = None
    for found in either.finditer(text):
        if found[1]:
            opened = found
        elif opened is not None and opened[1] == found[2]:
            yield text[opened.start() : found.end()]
            opened = None


def _mended(text: str, roots: tuple[str, ...]) -> tuple[str, list[str]]:
    """`text` from its root on, with what expat would refuse put right, and what was put right."""
    warnings: list[str] = []
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1).lstrip()
    found = re.search(_opening(roots), text[:_LOOK_AHEAD])
    if _SUBSET.search(text, 0, found.start() if found else _LOOK_AHEAD):
        raise ParseError("the XML declares entities or other things of its own")
    if found is not None and _PREAMBLE.fullmatch(text, 0, found.start()) is None:
        warnings.append("something precedes the document")
        text = text[found.start() :]
    if _LONG_TAG.search(text):
        raise ParseError("a tag is longer than any real one")
    if text.count("&") > MAX_REFERENCES:
        raise ParseError("the XML holds more ampersands than any real document")
    if "&" in text:
        references = _References()
        text = _REFERENCE.sub(references.replacement, text)
        warnings += ["bare ampersands were mended"] if references.bare else []
    return _with_prefixes(text, roots, warnings), warnings


class _References:
    """Replaces what follows an ampersand by what XML understands, and leaves CDATA sections alone."""

    def __init__(self) -> None:
        self.bare = False

    def replacement(self, match: re.Match[str]) -> str:
        whole, decimal, hexadecimal, name = match[0], match[1], match[2], match[3]
        if whole == "&":
            self.bare = True
            return "&amp;"
        if decimal or hexadecimal:
            return whole if _is_xml_character(int(decimal) if decimal else int(hexadecimal, 16)) else ""
        if name is None or name in _XML_ENTITIES:
            return whole
        characters = html5.get(name + ";")
        if characters is None:
            self.bare = True
            return f"&amp;{name};"
        return "".join(_MARKUP.get(character, character) for character in characters)


def _is_xml_character(number: int) -> bool:
    return (
        number in {9, 10, 13} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
    )


def _with_prefixes(text: str, roots: tuple[str, ...], warnings: list[str]) -> str:
    missing = sorted(
        {found[1] for found in _PREFIX.finditer(text)} - set(_DECLARED_PREFIX.findall(text)) - {"xml", "xmlns"}
    )[:50]
    if not missing:
        return text
    warnings.append("prefixes without a namespace: " + ", ".join(name[:20] for name in missing[:5]))
    declarations = "".join(f' xmlns:{name}="urn:undeclared:{name}"' for name in missing)
    return re.sub(_opening(roots), lambda found: found[0] + declarations, text, count=1)


class _Bounded(TreeBuilder):
    """Builds the tree, and stops where no honest document goes."""

    def __init__(self, allowed: int) -> None:
        super().__init__()
        self.root: Element | None = None
        self.finished = False
        self.elements = 0
        self._allowed = allowed
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self.elements += 1
        if self._depth > MAX_DEPTH or self.elements > self._allowed or len(attrs) > MAX_ATTRIBUTES:
            raise ParseError("the XML is nested deeper or holds more than any real document")
        element = super().start(tag, attrs)
        if self.root is None:
            self.root = element
        return element

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        self.finished = self.finished or self._depth == 0
        return super().end(tag)


def _read(text: str, builder: _Bounded) -> None:
    """Let `builder` build; raises ExpatError where `text` is not well formed, ParseError where it is hostile."""
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException as error:
        raise ParseError("the XML declares entities or asks for files of its own") from error
    except ValueError as error:  # lone surrogates, where the text did not come from wire.decoding
        raise ParseError("the XML holds characters that XML does not have") from error
