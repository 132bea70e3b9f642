"""`corridors try-source`: what would this source give us?

Asks a source (or reads a page that was saved) as a poll would, and shows documents, claims, doubts and health. Opens
no database and stores nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import click

from corridors import schema
from corridors.cli.options import configured
from corridors.config import Settings, data_dir, load_settings, load_sources, parse_sources, secret_of
from corridors.config.kinds import web_address
from corridors.config.written import Written
from corridors.errors import ConfigError, FetchError, NotFound, SourceError
from corridors.intake import SUCCESS, Web, next_health, reading_of
from corridors.intake.errand import Errand, parse_here
from corridors.intake.gathering import Gathered, gather, judge, staleness, wanted
from corridors.model import Document, Poll, Reading, Request, Response, Revision, Source, SourceHealth, Validators
from corridors.provenance import claims_of
from corridors.reading.reader import chosen
from corridors.registry import load
from corridors.sources import load_adapters
from corridors.store.gazetteer import open_gazetteer

# What to do about an outcome, for whoever writes the source file.
_HINTS = {
    "refused_address": "private addresses need egress.allow_networks or allow_hosts, plain http egress.allow_http",
    "dns_error": "check the host's spelling, and that this machine can resolve names",
    "tls_error": "a private certificate authority can be named in egress.ca_file; certificates are always checked",
    "auth_failed": 'name the secret\'s variable: auth = {type = "query", name = "…", value_env = "…"}',
    "rate_limited": 'ask less often, and put the host\'s sources into one group: rate = {group = "…", min_gap = "5s"}',
    "blocked": "the server keeps programs out; ask its owner, or look for a feed or an API",
    "wrong_type": "open the address in a browser: is it the feed itself, and is `kind` the right one?",
    "layout_changed": "save the page with --save, compare it with what `kind` expects, and mend the mapping",
    "too_large": "ask for fewer items, or raise fetch.max_bytes",
    "too_slow": "raise fetch.timeout, or ask for fewer items",
    "gone": "look for the new address",
    "preview_off": "the channel shows nothing without an account; only its owner can change that",
    "identity_changed": "the name belongs to somebody else now: do not poll it",
    "stale": "is somebody still writing there? Otherwise raise expect.max_age",
}
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class _Trial:
    """What came of asking one source."""

    source: Source
    asked: str
    gathered: Gathered
    outcome: str
    detail: str | None
    read: tuple[tuple[Document, Reading], ...]
    left_out: int
    health: SourceHealth
    answers: tuple[Response, ...]
    at: datetime


@dataclass(slots=True)
class _Remembering:
    """A network that remembers its answers, so that a page nobody understood can be shown."""

    web: Web
    answers: list[Response] = field(default_factory=list)

    def get(self, request: Request, **limits: Any) -> Response:
        """Return what the network returns."""
        response = self.web.get(request, **limits)
        self.answers.append(response)
        return response


@dataclass(frozen=True, slots=True)
class _Saved:
    """A network that is one saved page: the first request is answered with it, no other is."""

    body: bytes
    url: str
    content_type: str

    def get(self, request: Request, **_limits: Any) -> Response:
        """Return the saved page. Raises FetchError for any other."""
        if request.url != self.url:
            raise FetchError("further pages are not in the saved one", outcome="unavailable")
        return Response(request.url, 200, {"content-type": self.content_type}, self.body, datetime.now(UTC), request)


@click.command("try-source", short_help="Show what a source would give, without storing anything.")
@click.argument("what", metavar="FILE|ID")
@click.option("--id", "id_", metavar="ID", help="Which source of FILE, where it holds several.")
@click.option("--body", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read this saved page.")
@click.option("--url", metavar="URL", help="Ask this address instead of the source's own.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Keep the page that came, for --body.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, in the shapes of the API.")
@configured
def try_source(
    what: str,
    id_: str | None,
    body: Path | None,
    url: str | None,
    save: Path | None,
    as_json: bool,
    config: Path | None,
    database: str | None,
) -> None:
    """Ask a source once and show what it gives: documents, claims, doubts, and how it would be doing.

    FILE is a source file that need not be in config/sources yet, ID a source that is. Nothing is stored; the exit code
    is 1 where the poll would not count as a success.

    \b
    corridors try-source new.toml --save page.html
    corridors try-source new.toml --body page.html
    """
    settings = load_settings(config, database=database)
    source = _chosen(what, id_, settings)
    if url:
        source = replace(source, url=_checked_url(url))
    trial = _try(source, settings, body)
    if save and trial.answers:
        save.write_bytes(trial.answers[0].body)
    if as_json:
        click.echo(json.dumps(_as_json(trial), ensure_ascii=False, indent=2))
    else:
        _show(trial)
    if trial.outcome not in SUCCESS:
        raise SystemExit(1)


def _chosen(what: str, id_: str | None, settings: Settings) -> Source:
    """The one source that is meant. Raises ConfigError for a wrong file, NotFound where there is no such source."""
    adapters = load_adapters()
    path = Path(what)
    if path.is_file() or path.suffix == ".toml":
        sources = parse_sources(Written.read(path), adapters)
    else:
        sources, id_ = load_sources(settings.config, adapters), id_ or what
    found = [source for source in sources if id_ is None or source.id == id_]
    known = ", ".join(source.id for source in sources) or "none"
    if not found:
        raise NotFound(f"no source {id_ or ''!r}; there is: {known}")
    if len(found) > 1:
        raise NotFound(f"{path.name} holds several sources; choose one with --id: {known}")
    return found[0]


def _checked_url(url: str) -> str:
    try:
        return str(web_address(url))
    except ValueError as error:
        raise ConfigError(f"--url: {error}") from error


def _try(source: Source, settings: Settings, body: Path | None) -> _Trial:
    adapter = load_adapters()[source.kind]
    asked = adapter.first_request(source, Validators()).url
    web = _Remembering(_saved(source, asked, body) if body else _network(settings))
    secret = secret_of(source.auth.value_env, os.environ) if source.auth else None
    now, retry_after = datetime.now(UTC), None
    gathered, read, left_out = Gathered(), [], 0
    try:
        errand = Errand(source, web, "saved" if body else secret, time.sleep, time.monotonic, parse_here(adapter))
        gathered = gather(source, adapter, errand, Validators())
        kept = [document for document in gathered.documents if wanted(source, document)]
        left_out, read = len(gathered.documents) - len(kept), list(_read(kept, source, settings.reading.reader))
        outcome, detail = judge(source, gathered)
        newest = max((document.published_at or now for document in gathered.documents), default=None)
        if not body and (stale := staleness(source, newest, now)):
            outcome, detail = "stale", stale
    except SourceError as error:
        outcome, detail, retry_after = error.outcome, str(error), error.retry_after_seconds
    line = Poll(source.id, now, now, outcome, detail=detail)
    health = next_health(source, SourceHealth(source.id), line, gathered.validators, retry_after_seconds=retry_after)
    return _Trial(source, asked, gathered, outcome, detail, tuple(read), left_out, health, tuple(web.answers), now)


def _network(settings: Settings) -> Web:
    from corridors.outbound import Fetcher
    from corridors.work import USER_AGENT, make_egress

    return Fetcher(make_egress(settings), USER_AGENT)


def _saved(source: Source, asked: str, body: Path) -> Web:
    """The saved page; it has no headers, so its type is taken to be the one expected."""
    types = source.expect.get("content_types", ("",))
    return _Saved(body.read_bytes(), asked, types[0])


def _read(documents: list[Document], source: Source, reader: str) -> Iterator[tuple[Document, Reading]]:
    if not documents:
        return
    say = (lambda line: click.echo(line, err=True)) if sys.stderr.isatty() else None
    gazetteer = open_gazetteer(data_dir() / "gazetteer.db", progress=say)
    languages = load("corridors.languages", "LANGUAGE")
    read = chosen(reader, load("corridors.readers", "READER"))
    for document in documents:
        yield document, reading_of(document, source, languages, gazetteer, read)


def _as_json(trial: _Trial) -> dict[str, Any]:
    documents = schema.DocumentDetailSchema(many=True).dump([_view(trial, *one) for one in trial.read])
    return {
        "source": schema.SourceSchema().dump(schema.SourceView(trial.source, trial.health)),
        "asked": trial.asked,
        "status": trial.gathered.status,
        "bytes": trial.gathered.size,
        "outcome": trial.outcome,
        "detail": trial.detail,
        "hint": _HINTS.get(trial.outcome),
        "seen": trial.gathered.seen,
        "understood": trial.gathered.understood,
        "complete": trial.gathered.complete,
        "left_out": trial.left_out,
        "warnings": list(trial.gathered.warnings),
        "documents": [
            dict(one, external_id=pair[0].external_id) for one, pair in zip(documents, trial.read, strict=True)
        ],
    }


def _view(trial: _Trial, document: Document, reading: Reading) -> schema.DocumentView:
    """The document as the API would show it, had it been stored; its words whole, whatever may be shown to others."""
    numbers = count(1)
    text = replace(document, language=document.language or reading.language)
    revision = Revision("doc_trial", 1, text, trial.at, totals=reading.totals, doubts=reading.doubts)
    claims = claims_of(revision, reading, trial.source, lambda: f"clm_trial_{next(numbers)}")
    return schema.DocumentView(revision, "full", claims)


def _show(trial: _Trial) -> None:
    """Print the trial: in colours on a terminal, plain otherwise."""
    paint = _PAINTS if sys.stdout.isatty() else {}
    for name, text in _lines(trial):
        click.echo(click.style(f"{name:<10}", **paint.get(name, {})) + text)
    began = trial.answers[0].body[:_EXCERPT] if trial.answers and not trial.read else b""
    if began and trial.outcome not in SUCCESS:
        click.echo(f"{'it begins':<10}{began.decode('utf-8', 'replace')!r}")


_PAINTS: Mapping[str, dict[str, Any]] = {
    "outcome": {"bold": True},
    "document": {"fg": "cyan", "bold": True},
    "  claim": {"fg": "green"},
    "  doubt": {"fg": "yellow"},
    "  total": {"fg": "blue"},
    "warning": {"fg": "yellow"},
    "hint": {"fg": "magenta"},
}


def _lines(trial: _Trial) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each line."""
    source, gathered = trial.source, trial.gathered
    yield "source", f"{source.id}  {source.kind}, {source.publisher}  ({source.defined_in})"
    came = f"{gathered.status}, {gathered.size:,} bytes" if gathered.status else "nothing"
    yield "asked", f"{trial.asked}  → {came}"
    counts = f"{gathered.seen} seen, {gathered.understood} understood"
    counts += f", {trial.left_out} left out by the filter" if trial.left_out else ""
    counts += "" if gathered.complete else ", not complete"
    yield "outcome", f"{trial.outcome}: {counts if trial.outcome in SUCCESS else trial.detail}"
    if trial.outcome in _HINTS:
        yield "hint", _HINTS[trial.outcome]
    for warning in dict.fromkeys(gathered.warnings):
        yield "warning", warning
    yield "health", f"{trial.health.state}; the next poll would be after {_span(trial)}"
    for document, reading in trial.read:
        yield from _document_lines(document, reading)
    claims = sum(len(reading.statements) for _, reading in trial.read)
    doubts = sum(len(reading.doubts) for _, reading in trial.read)
    yield "together", f"{len(trial.read)} documents, {claims} claims, {doubts} doubts; nothing was stored"


def _span(trial: _Trial) -> str:
    wait = (trial.health.next_poll_at or trial.at) - trial.at
    return f"{wait / timedelta(minutes=1):g} min" if wait >= timedelta(minutes=2) else f"{wait.total_seconds():g} s"


def _document_lines(document: Document, reading: Reading) -> Iterator[tuple[str, str]]:
    published = f"{document.published_at:%Y-%m-%d %H:%M} UTC" if document.published_at else "no date"
    language = document.language or reading.language or "language not known"
    marks = [
        mark for mark, holds in (("edited", document.edited), ("forwarded", bool(document.forwarded_from))) if holds
    ]
    yield "document", "  ".join([document.external_id, published, language, *marks, *document.media])
    for words in filter(None, (document.title, document.text)):
        line = " ".join(words.split())
        yield "", line if len(line) <= _EXCERPT else line[:_EXCERPT] + " …"
    for statement in reading.statements:
        route = statement.route
        ends = [place.name if place else "?" for place in (route.origin, *route.via, route.destination)]
        way = " → ".join(ends) if route.origin or route.destination else (route.name or "?")
        first, last = statement.valid_on
        parts = [way, f"({route.name})" if route.name and way != route.name else "", statement.status.value]
        parts += [f"({statement.reason.value})" if statement.reason else "", first.isoformat()]
        parts += ["until further notice" if last is None else f"to {last.isoformat()}" if last != first else ""]
        parts += [f"{window.start or ''}–{window.end or ''} {window.zone}" for window in statement.windows]
        parts += [", ".join(statement.modes), f"{statement.people:,} people" if statement.people is not None else ""]
        yield "  claim", "  ".join(filter(None, parts))
    for total in reading.totals:
        told = (("planned", total.planned), ("operated", total.operated), ("people", total.people))
        counts = ", ".join(f"{name} {number:,}" for name, number in told if number is not None)
        yield "  total", f"{total.on.isoformat()} {total.region or ''} {counts}".replace("  ", " ")
    for doubt in reading.doubts:
        yield "  doubt", f"({doubt.missing}) {' '.join(doubt.text.split())[:_EXCERPT]}"
