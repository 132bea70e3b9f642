"""What does one poll bring, and does it count as success?

`gather` fetches and parses the first request of a source and those that follow from the answers; `judge` says what
that is worth, by what the operator expects of the source. Neither knows the store. Only an outcome in SUCCESS counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from corridors.errors import FetchError, ParseError, SourceError
from corridors.intake.errand import Errand
from corridors.model import Document, Parsed, Response, Source, Validators
from corridors.sources import Adapter
from corridors.wire.decoding import decode
from corridors.wire.html_text import tidy

SUCCESS = frozenset({"ok", "not_modified", "proven_empty"})
MAX_REQUESTS = 50  # pages, details and index entries that one poll may follow

_ENTRIES = {"alert", "detail"}
_UNCHANGED = Parsed((), seen=1, understood=1, complete=False)

# After one of these, asking the same server for more would be a nuisance or a waste.
_ENDING = {"rate_limited", "auth_failed", "blocked", "too_slow", "too_large"}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the requests of one poll brought together.

    complete: every item of every page was understood. whole: every page that was needed came; only then may the
    validators move. body, status, content_type: of the first answer.
    fault: of the first further page that failed. moved_to: where permanent redirects led the first request.
    entries: what to send with the next request for each page of an index. cursor: of the last page.
    """

    documents: tuple[Document, ...] = ()
    seen: int = 0
    understood: int = 0
    complete: bool = True
    whole: bool = True
    size: int = 0
    body: bytes = b""
    status: int | None = None
    content_type: str = ""
    validators: Validators = Validators()
    warnings: tuple[str, ...] = ()
    retry_after_seconds: float | None = None
    fault: SourceError | None = None
    moved_to: str | None = None
    entries: Mapping[str, Validators] = field(default_factory=dict)
    cursor: str | None = None


def gather(
    source: Source,
    adapter: Adapter,
    errand: Errand,
    validators: Validators,
    address: str | None = None,
    entries: Mapping[str, Validators] = MappingProxyType({}),
) -> Gathered:
    """Return what the source sends. Raises SourceError when the first request fails; a later one costs only itself.

    address: asked instead of the source's own, because it has moved there for good.
    entries: what is known of the pages that an index leads to, by address, so that only changed ones are sent again.
    """
    first = adapter.first_request(source, validators)
    first = replace(first, url=address) if address else first
    response = errand.fetch(first)
    if response.status == 304:
        moved_to = response.url if response.moved else None
        return Gathered(status=304, validators=_validators(response, first.validators), moved_to=moved_to)
    parsed = errand.parsed(response)
    gathered = Gathered(
        body=response.body,
        status=response.status,
        content_type=response.headers.get("content-type", ""),
        validators=_validators(response, Validators()),
        moved_to=response.url if response.moved else None,
    )
    gathered = _with(gathered, parsed, response)
    waiting, asked = list(parsed.next_requests), {(first.url, first.body)}
    while waiting:
        request = waiting.pop(0)
        if (request.url, request.body) in asked:
            continue
        if len(asked) >= MAX_REQUESTS:
            gathered = _lacking(gathered, f"only {MAX_REQUESTS} pages were asked for, and there are more")
            break
        asked.add((request.url, request.body))
        is_entry = request.purpose in _ENTRIES
        request = replace(request, validators=entries.get(request.url, Validators())) if is_entry else request
        try:
            response = errand.fetch(request)
            # What is unchanged was understood before; as it is not here, nothing may be concluded from its absence.
            parsed = _UNCHANGED if response.status == 304 else errand.parsed(response)
        except FetchError as error:
            gathered = _lacking(gathered, str(error), error)
            if error.outcome in _ENDING:
                break
        except ParseError as error:
            gathered = _lacking(gathered, str(error), error)
        else:
            gathered = _with(gathered, parsed, response)
            if is_entry:
                known = {request.url: _validators(response, request.validators)}
                gathered = replace(gathered, entries={**gathered.entries, **known})
            waiting += parsed.next_requests
    return replace(gathered, documents=tuple(_newest(gathered.documents)))


def _newest(documents: Iterable[Document]) -> Iterable[Document]:
    """One document of each identity: an index may list an alert beside its updates, the newest first or last."""
    chosen: dict[str, Document] = {}
    for document in documents:
        known = chosen.setdefault(document.external_id, document)
        if known.published_at and document.published_at and document.published_at > known.published_at:
            chosen[document.external_id] = document
    return chosen.values()


def judge(source: Source, gathered: Gathered) -> tuple[str, str | None]:
    """Return the outcome of a poll that was answered, and what is to be said about it.

    Raises ParseError where an answer cannot count as success; it says what was expected and what was seen.
    """
    if gathered.status == 304:
        return "not_modified", None
    _check_content(source, gathered)
    if not gathered.seen and gathered.fault is not None:
        raise gathered.fault
    least = source.expect.get("min_items", 0)
    if gathered.seen < least:
        raise ParseError(f"expected at least {least} items, saw {gathered.seen}", outcome="layout_changed")
    if gathered.seen and not gathered.understood:
        raise ParseError(f"saw {gathered.seen} items and understood none", outcome="layout_changed")
    detail = "; ".join(dict.fromkeys(gathered.warnings))[:500] or None
    return ("ok" if gathered.seen else "proven_empty"), detail


def staleness(source: Source, newest_at: datetime | None, at: datetime) -> str | None:
    """Return a sentence where the source's newest announcement is older than it should be, else None.

    A server may answer well for weeks after the last person stopped writing there, or while a cache is frozen.
    """
    allowed: timedelta | None = source.expect.get("max_age")
    if allowed is None:
        return None
    if newest_at is None:
        return f"expected something not older than {_days(allowed)}, saw nothing at all"
    age = at - newest_at
    if age <= allowed:
        return None
    return f"expected something not older than {_days(allowed)}, saw the newest from {newest_at:%Y-%m-%d %H:%M} UTC"


def wanted(source: Source, document: Document) -> bool:
    """Return whether the source's filter lets `document` through; words count wherever they stand, in any case."""
    text = f"{document.title}\n{document.text}".casefold()
    include, exclude = source.filter.get("include", ()), source.filter.get("exclude", ())
    return (not include or _holds(text, include)) and not _holds(text, exclude)


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word.casefold() in text for word in words)


def _with(gathered: Gathered, parsed: Parsed, response: Response) -> Gathered:
    return replace(
        gathered,
        documents=(*gathered.documents, *parsed.documents),
        seen=gathered.seen + parsed.seen,
        understood=gathered.understood + parsed.understood,
        complete=gathered.complete and parsed.complete,
        size=gathered.size + len(response.body),
        warnings=(*gathered.warnings, *parsed.warnings),
        cursor=gathered.cursor if parsed is _UNCHANGED else parsed.cursor,
    )


def _lacking(gathered: Gathered, why: str, fault: SourceError | None = None) -> Gathered:
    return replace(
        gathered,
        complete=False,
        whole=False,
        warnings=(*gathered.warnings, why),
        retry_after_seconds=(fault and fault.retry_after_seconds) or gathered.retry_after_seconds,
        fault=gathered.fault or fault,
    )


def _validators(response: Response, sent: Validators) -> Validators:
    """Return what to send next time: what the server gave, verbatim; a 304 may renew them (RFC 9110 section 15.4.5)."""
    return Validators(
        response.headers.get("etag", sent.etag), response.headers.get("last-modified", sent.last_modified)
    )


def _check_content(source: Source, gathered: Gathered) -> None:
    types = source.expect.get("content_types", ())
    media_type = gathered.content_type.partition(";")[0].strip().lower()
    if types and media_type not in {one.lower() for one in types}:
        raise ParseError(
            f"expected content of type {' or '.join(types)}, saw {media_type or 'none named'}", outcome="wrong_type"
        )
    needle = source.expect.get("must_contain")
    if needle:
        text = decode(gathered.body, gathered.content_type, source.options.get("encoding")).text
        if needle not in text:
            raise ParseError(
                f"expected {needle!r} in the page, saw one that begins {tidy(text[:200])[:60]!r}",
                outcome="layout_changed",
            )


def _days(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours"
