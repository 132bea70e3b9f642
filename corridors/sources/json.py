"""Records of any JSON API, mapped to documents by JMESPath expressions in the source's own file.

Asks with GET; knowledge of an API lives in configuration, never here. Start at `ADAPTER.parse`.

Keys of a source: `url`; `records` (where the list is, "" = the document itself); `map` (rules of
corridors/wire/mapping.py, fields of corridors/wire/records.py); `identity` (`from`: path of the record's id; without it
the url or the words are one); `error` (path of what an API puts into a 200 when it refuses); `paging`:

    {type = "offset", param = "offset", size_param = "limit", size = 100, max_pages = 5}
    {type = "page", param = "page", start = 1, size_param = "per_page", size = 50, max_pages = 5}
    {type = "next_link", next = "links.next.href", max_pages = 10}
    {type = "cursor", param = "after", next = "meta.cursor", max_pages = 10}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import hardened_json
from corridors.wire.decoding import decode
from corridors.wire.links import web_address
from corridors.wire.mapping import Path
from corridors.wire.records import Shape, shape
from corridors.wire.sniff import is_challenge

_PAGINGS = ("none", "offset", "page", "next_link", "cursor")
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class _Paging:
    """How further records are asked for."""

    type: str = "none"
    param: str = ""
    size_param: str = ""
    size: int = 0
    start: int = 0
    next: Path | None = None
    max_pages: int = 5


@dataclass(frozen=True, slots=True)
class _Mapping:
    """A source's options, understood."""

    records: Path
    shape: Shape
    error: Path | None
    paging: _Paging


class _JsonAdapter:
    """The adapter; without state."""

    address = ("url",)
    max_bytes = 2 * 1024 * 1024
    options: Mapping[str, Option] = {
        "map": Option(dict, "which of their values are title, text, url, published, language", required=True),
        "records": Option(str, "JMESPath of the list of records; empty = the document itself is the list"),
        "identity": Option(dict, "{from = JMESPath of the record's id}"),
        "paging": Option(dict, "how further records are asked for: {type = offset | page | next_link | cursor, …}"),
        "error": Option(str, "JMESPath of what the API puts into a successful answer when it refuses"),
        "encoding": Option(str, "character set, should the server forget to say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the first page. Raises WrongOption with a sentence for options that cannot work."""
        if not source.url:
            raise WrongOption("url", "a json source needs `url`")
        paging = _understood(source.options).paging
        added = {paging.size_param: paging.size} if paging.size_param and paging.size else {}
        if paging.type in {"offset", "page"}:
            added[paging.param] = paging.start
        return Request(_with(source.url, added) if added else source.url, validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document a record, in the API's order, and the request for the next page.

        Outcomes of ParseError: `blocked`, `wrong_type`, `unavailable` (the API refused), `layout_changed`, `malformed`.
        """
        try:
            mapping = _understood(source.options)
        except ValueError as error:
            raise ParseError(f"the source's definition cannot be used: {error}") from error
        decoded = decode(response.body, response.headers.get("content-type", ""), source.options.get("encoding"))
        value = _value(decoded.text, mapping)
        records = mapping.records.find(value)
        if not isinstance(records, list):
            raise ParseError(f"there is no list at {mapping.records.written!r}", outcome="layout_changed")
        documents, warnings = _documents(records, mapping, response, source)
        if records and not documents:
            raise ParseError(
                f"{len(records)} records were found, and none has a title or text", outcome="layout_changed"
            )
        further = tuple(_next_page(value, len(records), mapping.paging, response, warnings))
        return Parsed(
            tuple({one.external_id: one for one in reversed(documents)}.values())[::-1],
            seen=len(records),
            understood=len(documents),
            complete=len(documents) == len(records) and not decoded.replaced,
            next_requests=further,
            warnings=tuple(dict.fromkeys(warnings))[:20],
        )


ADAPTER = _JsonAdapter()


def _understood(options: Mapping[str, Any]) -> _Mapping:
    """The options as a mapping; raises WrongOption with a sentence for whoever wrote them."""
    mapping = shape(options, option)
    with option("records"):
        records = Path.of(options.get("records", ""))
    with option("error"):
        error = Path.of(options["error"]) if options.get("error") else None
    with option("paging"):
        paging = _paging(options.get("paging", {}))
    return _Mapping(records, mapping, error, paging)


def _paging(written: Any) -> _Paging:
    if not isinstance(written, dict) or set(written) - set(_Paging.__dataclass_fields__):
        raise ValueError("write a table of " + ", ".join(_Paging.__dataclass_fields__))
    numbers = [written.get(name, 0) for name in ("size", "start", "max_pages")]
    if any(not isinstance(number, int) or number < 0 for number in numbers):
        raise ValueError("write size, start and max_pages as whole numbers")
    paging = _Paging(**{**written, "next": Path.of(written["next"]) if "next" in written else None})
    if paging.type not in _PAGINGS:
        raise ValueError("write type as one of " + ", ".join(f'"{one}"' for one in _PAGINGS))
    if paging.type in {"offset", "page", "cursor"} and not paging.param:
        raise ValueError(f'type "{paging.type}" needs `param`, the name of the parameter')
    if paging.type in {"offset", "page"} and not paging.size:
        raise ValueError(f'type "{paging.type}" needs `size`, to know a full page')
    if paging.type in {"next_link", "cursor"} and paging.next is None:
        raise ValueError(f'type "{paging.type}" needs `next`, the JMESPath of what to ask for next')
    return paging


def _value(text: str, mapping: _Mapping) -> Any:
    if text.lstrip()[:1] == "<":
        if is_challenge(text):
            raise ParseError("an anti-robot page came instead of the JSON", outcome="blocked")
        raise ParseError("a page came instead of the JSON", outcome="wrong_type")
    value = hardened_json.parse(text)
    refusal = mapping.error.find(value) if mapping.error is not None else None
    if refusal:
        said = hardened_json.text(refusal)[:100] or "no reason that is a text"
        raise ParseError(f"the API refuses with status 200: {said}", outcome="unavailable")
    return value


def _documents(
    records: list[Any], mapping: _Mapping, response: Response, source: Source
) -> tuple[list[Document], list[str]]:
    documents: list[Document] = []
    warnings: list[str] = []
    for record in records:
        try:
            document = mapping.shape.document(record, response, source, warnings)
        except ParseError as error:
            document = None
            warnings.append(str(error))
        documents += [document] if document is not None else []
    return documents, warnings


def _next_page(value: Any, count: int, paging: _Paging, response: Response, warnings: list[str]) -> Iterator[Request]:
    """The request for the page after this one; none where this is the last, or as many as wanted were read."""
    purpose = response.request.purpose if response.request else "page"
    page = int(purpose.removeprefix("page-")) if re.fullmatch(r"page-\d{1,3}", purpose) else 1
    asked = response.request.url if response.request else response.url
    url = _next_url(value, count, page, paging, asked)
    if url is None or url in {asked, response.url}:
        return
    if page >= min(paging.max_pages, _MOST_PAGES):
        warnings.append(f"there are more pages than the {page} that were read")
    elif urlsplit(url)[:2] != urlsplit(asked)[:2]:
        # The source's own headers, which may hold its key, would go there.
        warnings.append("the next page is on another server and was not asked for")
    else:
        yield Request(url, purpose=f"page-{page + 1}")


def _next_url(value: Any, count: int, page: int, paging: _Paging, url: str) -> str | None:
    if paging.type in {"offset", "page"}:
        step = page * paging.size if paging.type == "offset" else page
        return _with(url, {paging.param: paging.start + step}) if count >= paging.size else None
    if paging.next is None or not count:
        return None
    following = hardened_json.text(paging.next.find(value))
    if not following:
        return None
    return web_address(url, following) if paging.type == "next_link" else _with(url, {paging.param: following})


def _with(url: str, added: Mapping[str, Any]) -> str:
    """`url` with the parameters `added`, in the place of those of the same name."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in added]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added.items()]), fragment=""))
