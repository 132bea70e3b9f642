"""How is a source polled? Fetch, parse, read, hand to the ledger: the first half of the line through the program.

Start at `poll`. Knows no wire format, no language and no SQL: those are the plug-ins, the packs and the store.
A poll never raises for what a source does; it ends in one line of the poll log, and only `ok`, `not_modified` and
`proven_empty` count as success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from corridors.errors import ParseError, SourceError
from corridors.ledger import Announced, Ledger
from corridors.model import (
    Document,
    EventType,
    Now,
    Parsed,
    Poll,
    Reading,
    Request,
    Response,
    Source,
    SourceHealth,
    Validators,
)
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.sources import Adapter

SUCCESS = frozenset({"ok", "not_modified", "proven_empty"})
MAX_REQUESTS = 10  # pages, details and index entries that one poll may follow
BACKLOG_AGE = timedelta(hours=24)  # older than this at a source's first poll is history: nobody is woken for it
LONGEST_BACKOFF = timedelta(hours=1)
RETRY_AFTER = (timedelta(seconds=30), timedelta(hours=24))  # a server's wish is followed between these
FAILING_AFTER = 3
SILENT_AFTER = 20  # intervals without a success, but at least an hour


class Web(Protocol):
    """What a poll needs of the network: outbound.Fetcher, or a few lines in a test."""

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] = ...,
    ) -> Response:
        """Return the answer, status 200 or 304. Raises FetchError or BlockedAddress."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a poll stands on."""

    adapters: Mapping[str, Adapter]
    languages: Mapping[str, Language]
    gazetteer: Gazetteer
    web: Web
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the requests of one poll brought together."""

    documents: tuple[Document, ...] = ()
    seen: int = 0
    understood: int = 0
    complete: bool = True
    size: int = 0
    body: bytes = b""
    status: int | None = None
    validators: Validators = Validators()
    warnings: tuple[str, ...] = ()


def poll(source: Source, intake: Intake, now: Now, *, holder: str | None = None, jitter: float = 0.0) -> Poll:
    """Poll a source once: keep what is new, with everything that follows, and return the line of the poll log.

    holder: whose lease is given back. jitter: -1 … 1, the part of source.jitter by which the next poll is moved.
    """
    store = intake.ledger.store
    with store.read() as tx:
        before, first = tx.sources.health(source.id), not tx.documents.has_any(source.id)
    try:
        gathered = _gather(source, intake, before.validators)
        outcome, detail = _judge(source, gathered)
        announced = [_announced(document, source, intake, now, first=first) for document in gathered.documents]
        new = intake.ledger.submit(source, announced, now, gathered.body)
        retry_after = None
    except SourceError as error:
        gathered, new = _Gathered(status=getattr(error, "status", None)), 0
        outcome, detail, retry_after = error.outcome, str(error), error.retry_after_seconds
    line = Poll(
        source=source.id,
        started_at=now.real_at,
        finished_at=now.real_at,
        outcome=outcome,
        status=gathered.status,
        bytes=gathered.size,
        seen=gathered.seen,
        understood=gathered.understood,
        documents_new=new,
        detail=detail,
    )
    after = next_health(source, before, line, gathered.validators, retry_after_seconds=retry_after, jitter=jitter)
    with store.begin() as tx:
        tx.sources.record_poll(line, after, holder)
    _tell_of_silence(source, before, after, intake.ledger, now)
    return line


def _gather(source: Source, intake: Intake, validators: Validators) -> _Gathered:
    """Fetch and parse the first request and those that follow from it. Raises SourceError when the first one fails."""
    adapter = intake.adapters[source.kind]
    gathered = _Gathered()
    requests = [adapter.first_request(source, validators)]
    for number in range(MAX_REQUESTS):
        if not requests:
            break
        request = requests.pop(0)
        response = intake.web.get(
            request,
            timeout_seconds=source.timeout.total_seconds(),
            max_bytes=source.max_bytes,
            max_redirects=source.max_redirects,
            headers=source.headers,
        )
        if response.status == 304:
            return replace(gathered, status=304, validators=_validators(response, request.validators))
        try:
            parsed = adapter.parse(response, source)
        except ParseError as error:
            if number == 0:
                raise
            return replace(gathered, complete=False, warnings=(*gathered.warnings, str(error)))
        gathered = _with(gathered, parsed, response, first=number == 0)
        requests += parsed.next_requests
    return gathered


def _with(gathered: _Gathered, parsed: Parsed, response: Response, *, first: bool) -> _Gathered:
    return _Gathered(
        documents=(*gathered.documents, *parsed.documents),
        seen=gathered.seen + parsed.seen,
        understood=gathered.understood + parsed.understood,
        complete=gathered.complete and parsed.complete,
        size=gathered.size + len(response.body),
        body=response.body if first else gathered.body,
        status=response.status if first else gathered.status,
        validators=_validators(response, Validators()) if first else gathered.validators,
        warnings=(*gathered.warnings, *parsed.warnings),
    )


def _validators(response: Response, sent: Validators) -> Validators:
    """Return what to send next time: what the server gave, verbatim; a 304 may renew them (RFC 9110 section 15.4.5)."""
    return Validators(
        response.headers.get("etag", sent.etag), response.headers.get("last-modified", sent.last_modified)
    )


def _judge(source: Source, gathered: _Gathered) -> tuple[str, str | None]:
    """Return the outcome of a poll that was answered. Raises ParseError where an answer cannot count as success."""
    if gathered.status == 304:
        return "not_modified", None
    least = source.expect.get("min_items", 0)
    if gathered.seen < least:
        raise ParseError(f"expected at least {least} items, saw {gathered.seen}", outcome="layout_changed")
    if gathered.seen and not gathered.understood:
        raise ParseError(f"saw {gathered.seen} items and understood none", outcome="layout_changed")
    detail = "; ".join(gathered.warnings)[:500] or None
    return ("ok" if gathered.seen else "proven_empty"), detail


def _announced(document: Document, source: Source, intake: Intake, now: Now, *, first: bool) -> Announced:
    """Return a document with what was read in it; one that is known already is not read again."""
    with intake.ledger.store.read() as tx:
        if tx.documents.is_known(document):
            return Announced(document, Reading())
    reading = read(
        document,
        languages=_preferred(intake.languages, source.languages),
        gazetteer=intake.gazetteer,
        countries=source.countries,
        timezone=None if source.timezone == "UTC" else source.timezone,
    )
    published = document.published_at
    historic = first and (published is None or now.at - published > BACKLOG_AGE)
    return Announced(replace(document, language=document.language or reading.language), reading, historic)


def _preferred(languages: Mapping[str, Language], order: Sequence[str]) -> dict[str, Language]:
    """Return the packs, those of the source first."""
    first = {code: languages[code] for code in order if code in languages}
    return first | {code: pack for code, pack in languages.items() if code not in first}


def next_health(
    source: Source,
    before: SourceHealth,
    line: Poll,
    validators: Validators,
    *,
    retry_after_seconds: float | None = None,
    jitter: float = 0.0,
) -> SourceHealth:
    """Return how a source is doing after a poll, and when it is polled next. Pure.

    Success: after the interval. Failure: the interval doubled with every further failure up to an hour, or what the
    server asked for. `late` at first, `failing` after three in a row, `silent` after twenty intervals without success.
    """
    every = interval(source, line.started_at)
    success = line.outcome in SUCCESS
    failures = 0 if success else before.failures + 1
    wait = every if success else min(every * 2 ** min(failures - 1, 10), max(LONGEST_BACKOFF, every))
    if retry_after_seconds is not None:
        asked = timedelta(seconds=min(retry_after_seconds, RETRY_AFTER[1].total_seconds()))
        wait = max(wait, min(max(asked, RETRY_AFTER[0]), RETRY_AFTER[1]))
    wait += every * source.jitter * jitter
    last_ok = line.finished_at if success else before.last_ok_at
    return SourceHealth(
        source=source.id,
        state="ok" if success else _failing_state(every, failures, last_ok, before, line.finished_at),
        outcome=line.outcome,
        detail=line.detail,
        last_poll_at=line.finished_at,
        last_ok_at=last_ok,
        next_poll_at=line.started_at + max(wait, timedelta(milliseconds=100)),
        failures=failures,
        validators=validators if success else before.validators,
    )


def _failing_state(
    every: timedelta, failures: int, last_ok: datetime | None, before: SourceHealth, at: datetime
) -> str:
    since = last_ok or before.last_poll_at or at
    if at - since > max(every * SILENT_AFTER, timedelta(hours=1)):
        return "silent"
    return "failing" if failures >= FAILING_AFTER else "late"


def interval(source: Source, at: datetime) -> timedelta:
    """Return how long after a poll at an instant the next one is due: in a dense window its own interval."""
    local = at.astimezone(ZoneInfo(source.timezone)).strftime("%H:%M")
    for dense in source.dense:
        crosses_midnight = dense.start_local > dense.end_local
        inside = dense.start_local <= local < dense.end_local
        if inside or (crosses_midnight and (local >= dense.start_local or local < dense.end_local)):
            return dense.every
    return source.every


def _tell_of_silence(source: Source, before: SourceHealth, after: SourceHealth, ledger: Ledger, now: Now) -> None:
    """Record that a source fell silent or came back: silence is the failure that must never go unnoticed."""
    if after.state == "silent" and before.state != "silent":
        ledger.note_source(EventType.SOURCE_SILENT, source, after.detail or after.outcome or "", now)
    elif after.state == "ok" and before.state == "silent":
        ledger.note_source(EventType.SOURCE_RECOVERED, source, after.outcome or "", now)


def describe(line: Poll) -> dict[str, Any]:
    """Return a poll's line as the log prints it."""
    return {
        "source": line.source,
        "outcome": line.outcome,
        "new": line.documents_new,
        "seen": line.seen,
        "detail": line.detail,
    }
