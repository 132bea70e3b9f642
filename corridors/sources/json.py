"""Records of any JSON API, mapped to documents by JMESPath expressions in the source's own file.

Knowledge of an API lives in configuration, never here. Start at `ADAPTER.parse`.

Keys of a source: `url`; `records` (where the list is, "" = the document itself); `map` (rules of
corridors/wire/mapping.py, fields of corridors/wire/records.py); `identity` (`from`: path of the record's id; without it
the url or the words are one); `error` (path of what an API puts into a 200 when it refuses); `method` and `body` (a
table, sent as JSON with a POST); `cursor` (asks only for what is new, see corridors/wire/asking.py); `paging`, whose
parameters go into the body with `in = "body"`:

    {type = "offset", param = "offset", size_param = "limit", size = 100, max_pages = 5}
    {type = "page", param = "page", start = 1, size_param = "per_page", size = 50, max_pages = 5}
    {type = "next_link", next = "links.next.href", max_pages = 10}
    {type = "cursor", param = "after", next = "meta.cursor", max_pages = 10}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from corridors.errors import ParseError
from corridors.model import Document, Parsed, Request, Response, Source, Validators
from corridors.sources import Option, WrongOption, option
from corridors.wire import hardened_json
from corridors.wire.asking import Cursor, filled, filled_url, has_place
from corridors.wire.decoding import decode
from corridors.wire.links import web_address
from corridors.wire.mapping import Path
from corridors.wire.records import Shape, shape
from corridors.wire.sniff import is_challenge

_PAGINGS = ("none", "offset", "page", "next_link", "cursor")
_MOST_PAGES = 50
_MORE = "there are more pages than the {} that were read"


@dataclass(frozen=True, slots=True)
class _Paging:
    """How further records are asked for."""

    type: str = "none"
    place: str = "query"
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
    cursor: Cursor | None


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
        "method": Option(str, '"GET" (without it) or "POST"'),
        "body": Option(dict, "what is sent with a POST, as JSON; {cursor} stands for the cursor"),
        "cursor": Option(dict, "asks only for what is new: {from = JMESPath of what rises with every change, …}"),
        "encoding": Option(str, "character set, should the server forget to say it"),
    }

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the first page. Raises WrongOption with a sentence for options that cannot work."""
        if not source.url:
            raise WrongOption("url", "a json source needs `url`")
        mapping = _understood(source.options)
        method = _method(source.options)
        paging, cursor, body = mapping.paging, mapping.cursor, source.options.get("body", {})
        added: dict[str, Any] = {paging.size_param: paging.size} if paging.size_param and paging.size else {}
        if paging.type in {"offset", "page"}:
            added[paging.param] = paging.start
        url, known = source.url, None
        if cursor is None and has_place(source.url, body):
            raise WrongOption("cursor", 'say what {cursor} stands for: cursor = {from = "date.changed", start = "…"}')
        if cursor is not None:
            _check_cursor(cursor, source)
            known = validators.cursor
            asked = cursor.asked(known)
            url, body = filled_url(url, asked), filled(body, asked)
            added |= {cursor.param: asked} if cursor.param and asked else {}
        if paging.place == "body":
            body, added = body | added, {}
        return Request(
            _with(url, added) if added else url,
            # What the server said of another question is no answer to this one.
            Validators(cursor=known) if cursor or method == "POST" else validators,
            method=method,
            body=json.dumps(body, ensure_ascii=False).encode() if method == "POST" else b"",
        )

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
        cursor, told = _cursor(records, mapping, response), len(warnings)
        further = tuple(_next_page(value, len(records), mapping.paging, response, warnings, cursor))
        if not further and len(warnings) > told and mapping.cursor is not None and not mapping.cursor.rises(records):
            cursor = None  # there is more than was read, and it is older
        return Parsed(
            tuple({one.external_id: one for one in reversed(documents)}.values())[::-1],
            seen=len(records),
            understood=len(documents),
            complete=len(documents) == len(records) and not decoded.replaced,
            next_requests=further,
            warnings=tuple(dict.fromkeys(warnings))[:20],
            cursor=cursor,
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
    with option("cursor"):
        cursor = Cursor.of(options["cursor"]) if "cursor" in options else None
    return _Mapping(records, mapping, error, paging, cursor)


def _method(options: Mapping[str, Any]) -> str:
    method = str(options.get("method", "GET"))
    with option("method"):
        if method not in {"GET", "POST"}:
            raise ValueError('write "GET" or "POST"')
    with option("body"):
        if "body" in options and method != "POST":
            raise ValueError('a body is sent with method = "POST" alone: write that, or leave the body out')
        try:
            json.dumps(options.get("body", {}), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError("write texts, numbers, true, false, lists and tables; dates in quotes") from error
    return method


def _check_cursor(cursor: Cursor, source: Source) -> None:
    with option("cursor"):
        placed = has_place(source.url, source.options.get("body", {}))
        if not placed and not cursor.param:
            raise ValueError("say where it goes: {cursor} in `url` or `body`, or `param`, the name of the parameter")
        if placed and not cursor.start:
            raise ValueError("write start, what {cursor} stands for before there is one")
        if source.snapshot is not None:
            raise ValueError("with `snapshot` all that holds must be asked for: leave one of the two out")


def _cursor(records: list[Any], mapping: _Mapping, response: Response) -> str | None:
    if mapping.cursor is None:
        return None
    return mapping.cursor.highest(records, response.request.validators.cursor if response.request else None)


def _paging(written: Any) -> _Paging:
    names = [*_Paging.__dataclass_fields__.keys() - {"place"}, "in"]
    if not isinstance(written, dict) or set(written) - set(names):
        raise ValueError("write a table of " + ", ".join(sorted(names)))
    numbers = [written.get(name, 0) for name in ("size", "start", "max_pages")]
    if any(not isinstance(number, int) or number < 0 for number in numbers):
        raise ValueError("write size, start and max_pages as whole numbers")
    place = written.get("in", "query")
    if place not in {"query", "body"}:
        raise ValueError('write in as "query" or "body"')
    kept = {name: value for name, value in written.items() if name != "in"}
    paging = _Paging(**{**kept, "place": place, "next": Path.of(written["next"]) if "next" in written else None})
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


def _next_page(
    value: Any, count: int, paging: _Paging, response: Response, warnings: list[str], cursor: str | None
) -> Iterator[Request]:
    """The request for the page after this one; none where this is the last, or as many as wanted were read."""
    before = response.request or Request(response.url)
    page = int(before.purpose.removeprefix("page-")) if re.fullmatch(r"page-\d{1,3}", before.purpose) else 1
    following = _following(value, count, page, paging, before)
    if following is None or (following.url in {before.url, response.url} and following.body == before.body):
        return
    if page >= min(paging.max_pages, _MOST_PAGES):
        warnings.append(_MORE.format(page))
    elif urlsplit(following.url)[:2] != urlsplit(before.url)[:2]:
        # The source's own headers, which may hold its key, would go there.
        warnings.append("the next page is on another server and was not asked for")
    else:
        yield replace(following, purpose=f"page-{page + 1}", validators=Validators(cursor=cursor))


def _following(value: Any, count: int, page: int, paging: _Paging, before: Request) -> Request | None:
    if paging.type in {"offset", "page"}:
        step = page * paging.size if paging.type == "offset" else page
        return _asking(before, paging, paging.start + step) if count >= paging.size else None
    if paging.next is None or not count:
        return None
    told = hardened_json.text(paging.next.find(value))
    if not told:
        return None
    if paging.type == "cursor":
        return _asking(before, paging, told)
    url = web_address(before.url, told)
    return replace(before, url=url) if url is not None else None


def _asking(before: Request, paging: _Paging, value: str | int) -> Request:
    """The same request with another value of the parameter that pages, where it was."""
    if paging.place == "query":
        return replace(before, url=_with(before.url, {paging.param: value}))
    body = {**json.loads(before.body or b"{}"), paging.param: value}
    return replace(before, body=json.dumps(body, ensure_ascii=False).encode())


def _with(url: str, added: Mapping[str, Any]) -> str:
    """`url` with the parameters `added`, in the place of those of the same name."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in added]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added.items()]), fragment=""))
