"""`corridors import`: what was said before we began to listen?

Archives become history: nobody is told of it, and what is known already is left as it is, so that an import that was
broken off is simply begun again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.errors import CorridorsError, NotFound, ParseError
from corridors.intake import Intake, keep_history
from corridors.model import Document, Now, Request, Response, Source, Validators
from corridors.wire.decoding import clean
from corridors.work import make_intake

BATCH = 100  # documents in one transaction, so that a running service never waits long for the writer's lock


class BadLine(CorridorsError):
    """A line of an archive is no document; the message names its field."""


@click.command("import", short_help="Take in an archive of a source: silent, as history.")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@configured
def import_(source: str, files: tuple[Path, ...], config: Path | None, database: str | None) -> None:
    """Take in archives of SOURCE as history, of which no subscriber is told.

    A FILE that ends in .jsonl has one announcement a line: id, text, and perhaps title, url, published (with an
    offset), language, forwarded_from. Any other FILE is a page saved from the source. Run it again after a fault:
    what is known already is not taken twice.

    \b
    corridors import ua-luhansk-oma archive.jsonl
    corridors import ua-luhansk-oma page-*.html
    """
    settings, defined = settings_and_sources(config, database)
    chosen = next((each for each in defined if each.id == source), None)
    if chosen is None:
        raise NotFound(f"no source {source!r}; there is: {', '.join(each.id for each in defined) or 'none'}")
    store = open_store(settings)
    intake = make_intake(settings, store, progress=lambda line: click.echo(line, err=True))
    with store.begin() as tx:
        tx.sources.configure([each for each in defined if each.enabled or each is chosen], datetime.now(UTC))
    faults = _Faults()
    for path in files:
        read = new = 0
        for batch in _batches(_documents(path, chosen, intake, faults)):
            real = datetime.now(UTC)
            new += keep_history(batch, chosen, intake, Now(settings.clock.at(real), real))
            read += len(batch)
            if sys.stderr.isatty():
                click.echo(f"\r{path.name}: {read:,} read, {new:,} new", nl=False, err=True)
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)
        click.echo(f"{path.name}: {read:,} read, {new:,} new")
    if faults.count:
        raise SystemExit(1)


class _Faults:
    """Tells what could not be read, and goes on."""

    def __init__(self) -> None:
        self.count = 0

    def tell(self, where: str, error: CorridorsError) -> None:
        """Say one fault on standard error."""
        self.count += 1
        click.echo(f"{where}: {error}", err=True)


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _documents(path: Path, source: Source, intake: Intake, faults: _Faults) -> Iterator[Document]:
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    try:
                        yield _document(line, source)
                    except BadLine as error:
                        faults.tell(f"{path.name}:{number}", error)
        return
    adapter = intake.adapters[source.kind]
    url = adapter.first_request(source, Validators()).url
    page = Response(url, 200, {}, path.read_bytes(), datetime.now(UTC), Request(url))
    try:
        yield from adapter.parse(page, source).documents
    except ParseError as error:
        faults.tell(path.name, error)


def _document(line: str, source: Source) -> Document:
    """The document of a line. Raises BadLine."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError by itself
        raise BadLine("this is no JSON") from error
    if not isinstance(told, dict):
        raise BadLine("this is no JSON object")
    for name in ("id", "text"):
        if not isinstance(told.get(name), str) or not told[name].strip():
            raise BadLine(f"{name}: a text is needed")
    for name in ("title", "url", "published", "language", "forwarded_from"):
        if not isinstance(told.get(name), str | None):
            raise BadLine(f"{name}: a text or null is needed")
    return Document(
        source=source.id,
        external_id=told["id"],
        text=clean(told["text"]),
        fetched_at=datetime.now(UTC),
        title=clean(told.get("title") or ""),
        url=told.get("url"),
        language=told.get("language"),
        published_at=_instant(told.get("published")),
        forwarded_from=told.get("forwarded_from"),
    )


def _instant(written: Any) -> datetime | None:
    if not written:
        return None
    try:
        instant = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadLine(f"published: {written!r} is no instant such as 2022-03-14T09:00:00+02:00") from error
    if instant.tzinfo is None:
        raise BadLine(f"published: {written!r} lacks an offset such as +02:00")
    return instant.astimezone(UTC)
