"""The ways in which a server can be wrong: what it does on the wire, and what a poll must say to that.

Numbers are those of the list of hostile inputs that the collector was built against; a number may have several rows.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import brotli
from backports import zstd

from tests.hostile.samples import WORDS, Item, Sample
from tests.outbound.hostile import PATHS, Path, drips, endless, resets, says

EVERY = ("html", "xml", "json", "csv", "zip")
TEXT = ("html", "xml", "json", "csv")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@dataclass(frozen=True)
class Row:
    """One hostile input. outcomes: any of them is right; documents: how many must be kept, None = none of failures."""

    number: int
    name: str
    path: Callable[[Sample], Path]
    outcomes: tuple[str, ...]
    families: tuple[str, ...] = EVERY
    documents: int | None = None


def body(change: Callable[[Sample], bytes], **headers: str) -> Callable[[Sample], Path]:
    """Serve what `change` makes of a sample, as the sample's own type."""
    return lambda sample: says(body=change(sample), **({"Content_Type": sample.content_type} | headers))


def always(path: Path) -> Callable[[Sample], Path]:
    return lambda sample: path


def at(name: str) -> Callable[[Sample], Path]:
    return always(PATHS[name])


def said(change: Callable[[str], str]) -> Callable[[Sample], Path]:
    """Serve the sample's page with its text changed."""
    return body(lambda sample: change(sample.good.decode()).encode())


def words(text: str) -> Callable[[Sample], Path]:
    return body(lambda sample: sample.page([Item("1", text), Item("2", WORDS)]))


def inside_root(junk: str) -> Callable[[str], str]:
    """Put `junk` behind the first tag of a page."""

    def change(page: str) -> str:
        start = page.index(">", page.index("?>") + 2 if page.startswith("<?") else 0) + 1
        return page[:start] + junk + page[start:]

    return change


def doctype(subset: str) -> Callable[[str], str]:
    def change(page: str) -> str:
        head, _, rest = page.partition("?>")
        return f"{head}?><!DOCTYPE x {subset}>{rest}"

    return change


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
_PARAGRAPHS = "<html><head><title>Sign in</title></head><body>" + "<p>Please sign in to go on.</p>" * 400 + "</body>"
_CAPTCHA = "<html><body><script>window._cf_chl_opt={}</script>" + "<p>checking</p>" * 100


def _cyrillic(sample: Sample) -> bytes:
    return sample.good.decode().replace('encoding="utf-8"', 'encoding="windows-1251"').encode("cp1251", "replace")


_FAR = [Item("1", at="2222-01-01T00:00:00+00:00"), Item("2", at="1970-01-01T00:00:00+00:00")]
_ODD = [Item("1", at="yesterday"), Item("2", at="2022-13-45T99:00")]


def _renamed(page: str) -> str:
    """The page after somebody renamed whatever holds the items."""
    for name in ("tgme_widget_message", "entry", "Placemark", "words", "<li", "</li", "items", "data", "features"):
        page = page.replace(name, name + "x")
    return page.replace("data-post", "data-ref")


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _members(sample: Sample) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sample.good)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _swelling(sample: Sample) -> bytes:
    """The sample's archive with 200 MB of nothing in it, which packs to 200 kB."""
    name = "doc.kml" if sample.kind == "kml" else "xl/worksheets/sheet1.xml"
    return _zip(_members(sample) | {name: bytes(200_000_000)})


def _crowded(sample: Sample) -> bytes:
    return _zip(_members(sample) | {f"x{number}": b"" for number in range(1000)})


def _full(sample: Sample) -> bytes:
    """A page that is as large as it may be, and of the smallest things that its format has."""
    page, room = sample.good, sample.max_bytes - len(sample.good) - 1000
    if sample.family in {"xml", "html"}:
        return inside_root("<a/>" * (room // 4))(page.decode()).encode()
    if sample.family == "json":
        return page.replace(b"[", b"[" + b"[]," * (room // 3), 1)
    return page + b",\n" * (room // 2)


def _emptied(page: str) -> str:
    """The frame of the page without anything in it."""
    if page.startswith("id,"):
        return "\n"
    if page.startswith("{"):
        return json.dumps(dict.fromkeys(json.loads(page), None))
    end = page.index(">", page.index("?>") + 2 if page.startswith("<?") else 0) + 1
    return page[:end] + next((f"</{root}>" for root in ("feed", "kml", "html") if f"<{root}" in page), "")


FAILED = ("malformed", "wrong_type", "layout_changed")

ROWS = (
    Row(0, "a good page", body(lambda s: s.good), ("ok",), documents=2),
    Row(1, "endless body", always(endless(_HEAD + b"\r\n", bytes(65536))), ("too_large",)),
    Row(1, "endless chunks", at("/endless-chunks"), ("too_large",)),
    Row(1, "huge announced body", body(lambda s: s.good, Content_Length="999999999"), ("too_large",)),
    Row(1, "a page full of nothing", body(_full), (*FAILED, "ok")),
    Row(2, "gzip bomb", at("/gzip-bomb"), ("too_large",)),
    Row(2, "gzip in gzip", at("/gzip-twice"), ("malformed",)),
    Row(3, "body drop by drop", always(drips(_HEAD + b"Content-Length: 90000\r\n\r\n", b"x")), ("too_slow",)),
    Row(4, "headers drop by drop", at("/drip-headers"), ("too_slow",)),
    Row(4, "silence", at("/silence"), ("too_slow",)),
    Row(5, "shorter than announced", body(lambda s: s.good, Content_Length="60000"), ("truncated",)),
    Row(5, "cut within a chunk", at("/cut-chunk"), ("truncated",)),
    Row(5, "reset within the body", at("/reset-body"), ("truncated",)),
    Row(
        6,
        "gzip that ends half-way",
        body(lambda s: gzip.compress(s.good)[:-30], Content_Encoding="gzip"),
        ("truncated", "malformed"),
    ),
    Row(7, "redirect loop", always(says("302 Found", Location="/row")), ("moved",)),
    Row(8, "redirect to 10.0.0.1", always(says("302 Found", Location="http://10.0.0.1/")), ("refused_address",)),
    Row(8, "redirect to metadata", always(says("302 Found", Location="http://169.254.169.254/")), ("refused_address",)),
    Row(8, "redirect to a file", always(says("302 Found", Location="file:///etc/passwd")), ("refused_address",)),
    Row(8, "redirect to a number", always(says("302 Found", Location="http://2130706433/")), ("refused_address",)),
    Row(9, "billion laughs", said(doctype(f'[<!ENTITY l0 "lol">{_LAUGHS}]')), ("malformed",), ("xml",)),
    Row(10, "entity of a file", said(doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]')), ("malformed",), ("xml",)),
    Row(10, "DTD of a server", said(doctype('SYSTEM "http://127.0.0.1:1/x.dtd"')), ("ok",), ("xml",), 2),
    Row(11, "300,000 nested tags", said(inside_root("<a>" * 300_000)), FAILED, ("xml", "html")),
    Row(11, "100,000 nested lists", body(lambda s: b"[" * 100_000), FAILED, ("json",)),
    Row(
        12,
        "90,000 attributes",
        said(inside_root("<a " + " ".join(f'a{n}="1"' for n in range(90_000)) + "/>")),
        FAILED,
        ("xml", "html"),
    ),
    Row(13, "bare ampersands and &nbsp;", words("A & B &nbsp; C &bogus; D"), ("ok",), ("xml", "html"), 2),
    Row(13, "junk after the end", said(lambda page: page + "</div> junk"), ("ok",), ("xml", "html"), 2),
    Row(14, "cut in the last item", body(lambda s: s.good[: int(len(s.good) * 0.8)]), ("ok", *FAILED), ("xml",), 1),
    Row(14, "cut JSON", body(lambda s: s.good[: int(len(s.good) * 0.8)]), ("malformed",), ("json",)),
    Row(15, "a warning before the root", said(lambda page: "<br />\n<b>Warning</b>: x\n" + page), ("ok",), ("xml",), 2),
    Row(16, "a login page", body(lambda s: _PARAGRAPHS.encode()), ("wrong_type", "layout_changed")),
    Row(16, "a captcha with 200", body(lambda s: _CAPTCHA.encode()), ("blocked",)),
    Row(17, "a broken byte", body(lambda s: s.good.replace("Кор".encode(), b"\xff\xd0", 1)), ("ok",), TEXT, 2),
    Row(17, "windows-1251, undeclared", body(_cyrillic, Content_Type="text/plain"), ("ok",), ("xml", "html", "csv"), 2),
    Row(17, "a lying charset", body(lambda s: s.good, Content_Type="text/html; charset=koi8-r"), ("ok",), TEXT, 2),
    Row(17, "a mark and empty lines first", body(lambda s: b"\xef\xbb\xbf\n\n" + s.good), ("ok",), TEXT, 2),
    Row(17, "control characters", words("A \x08\x0c\x1b[31m B"), ("ok",), TEXT, 2),
    Row(17, "UTF-16", body(lambda s: s.good.decode().encode("utf-16")), ("ok",), TEXT, 2),
    Row(18, "NaN", said(lambda page: page.replace('"1"', "NaN", 1)), ("malformed",), ("json",)),
    Row(18, "1e400", said(lambda page: page.replace('"1"', "1e400", 1)), ("malformed",), ("json",)),
    Row(
        18, "a number of 5,000 digits", said(lambda page: page.replace('"1"', "9" * 5000, 1)), ("malformed",), ("json",)
    ),
    Row(18, "a lone surrogate and NUL", words("A \ud800 \x00 B"), ("ok",), ("json",), 2),
    Row(18, "a key twice", said(lambda page: page.replace('"1"', '"0", "id": "1"', 1)), ("ok",), ("json",), 2),
    Row(20, "items of another name", said(_renamed), ("layout_changed", "wrong_type"), TEXT),
    Row(21, "nothing at all", said(_emptied), ("layout_changed", "wrong_type", "blocked"), TEXT),
    Row(24, "dates of 2222 and 1970", body(lambda s: s.page(_FAR)), ("ok",), TEXT, 2),
    Row(25, "dates that are none", body(lambda s: s.page(_ODD)), ("ok",), TEXT, 2),
    Row(26, "an id twice", body(lambda s: s.page([Item("1"), Item("1"), Item("2")])), ("ok",), documents=2),
    Row(31, "429, two minutes", at("/429"), ("rate_limited",)),
    Row(31, "429, ten years", at("/429-years"), ("rate_limited",)),
    Row(31, "429, a date in the past", at("/429-past"), ("rate_limited",)),
    Row(31, "503 without a word", always(says("503 Service Unavailable")), ("unavailable",)),
    Row(32, "401", at("/401"), ("auth_failed",)),
    Row(32, "403", at("/403"), ("auth_failed",)),
    Row(33, "304 to an unconditional request", at("/304"), ("malformed",)),
    Row(34, "204", at("/204"), ("malformed",)),
    Row(34, "206", at("/206"), ("malformed",)),
    Row(34, "200 without a body", at("/empty"), ("malformed",)),
    Row(36, "reset before the answer", always(resets()), ("unavailable",)),
    Row(2, "brotli bomb", at("/brotli-bomb"), ("too_large",)),
    Row(2, "zstd bomb", at("/zstd-bomb"), ("too_large",)),
    Row(37, "compress, not offered", at("/compress"), ("malformed",)),
    Row(
        37,
        "brotli, offered",
        body(lambda s: brotli.compress(s.good, quality=5), Content_Encoding="br"),
        ("ok",),
        documents=2,
    ),
    Row(37, "zstd, offered", body(lambda s: zstd.compress(s.good), Content_Encoding="zstd"), ("ok",), documents=2),
    Row(38, "served as octets", body(lambda s: s.good, Content_Type="application/octet-stream"), ("ok",), documents=2),
    Row(38, "served as a picture", body(lambda s: s.good, Content_Type="image/png"), ("ok",), documents=2),
    Row(39, "an open quote", body(lambda s: s.good + b'"' + b"x\n" * 9_000), ("malformed",), ("csv",)),
    Row(39, "a cell of 200,000 characters", body(lambda s: s.good + b"x" * 200_000), ("malformed",), ("csv",)),
    Row(39, "100,000 columns", body(lambda s: s.good + b"," * 100_000), ("malformed",), ("csv",)),
    Row(39, "an archive that swells", body(_swelling), ("too_large",), ("zip",)),
    Row(39, "an archive of 1,000 files", body(_crowded), ("malformed",), ("zip",)),
    Row(39, "an archive that is cut", body(lambda s: s.good[:-60]), FAILED, ("zip",)),
    Row(39, "an archive of something else", body(lambda s: _zip({"a.txt": b"x"})), FAILED, ("zip",)),
    Row(40, "a script in the words", words("&lt;script&gt;x()&lt;/script&gt; road"), ("ok",), ("xml",), 2),
    Row(40, "a script among the tags", words("<script>x()</script> road"), ("ok",), ("html", "json", "csv"), 2),
    Row(41, "bidi and zero-width characters", words("A\u202e\u200b\u2066 B \ufeff C"), ("ok",), TEXT, 2),
    Row(41, "unassigned and huge code points", words("A \U000e0001 \U0010fffd B"), ("ok",), TEXT, 2),
)
