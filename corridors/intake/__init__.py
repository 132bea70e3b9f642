"""How is a source polled? Fetch, parse, read, hand to the ledger: the first half of the line through the program.

Start at `poll`. Knows no wire format, no language and no SQL: those are the plug-ins, the packs and the store.
A poll never raises for what a source does; it ends in one line of the poll log, and only `ok`, `not_modified` and
`proven_empty` count as success. One step a module: `errand` asks, `gathering` collects and judges, `locating` finds the
places of structured sources, `deletions` confirms what is gone, `moving` remembers new addresses, `recall` what the
last answers say about the next question, `joint` writes for several polls at once, `health` says when to ask again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from corridors.config import secret_of
from corridors.errors import Conflict, SourceError
from corridors.intake import moving, recall
from corridors.intake.deletions import retract_missing
from corridors.intake.errand import Errand, Parse, Web, parse_here
from corridors.intake.gathering import SUCCESS, Gathered, gather, judge, staleness, wanted
from corridors.intake.health import interval, next_health, unheard_since
from corridors.intake.joint import Joint
from corridors.intake.locating import located
from corridors.intake.recall import Recall
from corridors.intake.shelf import Shelf
from corridors.ledger import Announced, Ledger, Submission
from corridors.model import EVERYTHING, Document, EventType, Now, Poll, Reading, Source, SourceHealth, Validators
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.reading.reader import Reader
from corridors.sources import Adapter
from corridors.store import Store, Transaction

__all__ = [
    "SUCCESS",
    "Intake",
    "Web",
    "describe",
    "interval",
    "keep_history",
    "next_health",
    "notice_silence",
    "poll",
    "reading_of",
]

BACKLOG_AGE = timedelta(hours=24)  # older than this at a source's first poll is history: nobody is woken for it
NEWEST = 50  # of the documents kept last, one is the newest: pages are kept in their own order


@dataclass(frozen=True, slots=True)
class Entry:
    """What a poll leaves behind: its line of the log, how the source is doing since, and where it was led for good.

    recall: what was known for the next question, and what is known now.
    """

    source: Source
    adapter: Adapter
    line: Poll
    health: SourceHealth
    moved_to: str | None = None
    holder: str | None = None
    recall: tuple[Recall, Recall] = (Recall(), Recall())


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that a poll stands on. secret: the value of an environment variable; clock: monotonic seconds.

    parse: how pages are parsed; without it in the poll's own thread.
    """

    adapters: Mapping[str, Adapter]
    languages: Mapping[str, Language]
    gazetteer: Gazetteer
    web: Web
    ledger: Ledger
    secret: Callable[[str], str | None] = lambda name: secret_of(name, os.environ)
    pause: Callable[[float], None] = time.sleep
    parse: Parse | None = None
    reader: Reader = read
    clock: Callable[[], float] = time.monotonic
    submit: Joint[Submission, int] = field(init=False)
    record: Joint[Entry, None] = field(init=False)

    def __post_init__(self) -> None:
        """Let the polls of all threads write together."""
        object.__setattr__(self, "submit", Joint(self.ledger.submit_all))
        object.__setattr__(self, "record", Joint(partial(_record, self.ledger.store)))

    def errand(self, source: Source) -> Errand:
        """Return what asks for `source` once."""
        secret = self.secret(source.auth.value_env) if source.auth else None
        adapter = self.adapters[source.kind]
        web = Shelf(self.ledger.store) if source.kind == "inbox" else self.web
        return Errand(source, web, secret, self.pause, self.clock, self.parse or parse_here(adapter))


def poll(source: Source, intake: Intake, now: Now, *, holder: str | None = None, jitter: float = 0.0) -> Poll:
    """Poll a source once: keep what is new, with everything that follows, and return the line of the poll log.

    holder: whose lease is given back. jitter: -1 … 1, the part of source.jitter by which the next poll is moved.
    """
    began, adapter = intake.clock(), intake.adapters[source.kind]
    with intake.ledger.store.read(EVERYTHING) as tx:
        before, first = tx.sources.health(source.id), not tx.documents.has_any(source.id)
        address, known = moving.address_of(source, adapter, tx), recall.recalled(source, tx)
    validators, entries = recall.question(known, before.validators, now.real_at)
    gathered, new = Gathered(), 0
    try:
        errand = intake.errand(source)
        gathered = gather(source, adapter, errand, validators, address, entries)
        outcome, detail = judge(source, gathered)
        if announced := _announced(gathered.documents, source, intake, now, first=first):
            new = intake.submit(Submission(source, announced, now, gathered.body))
        retract_missing(source, adapter, gathered, errand, intake.ledger, now)
        if stale := staleness(source, _newest_at(source, intake), now.at):
            outcome, detail = "stale", stale
        retry_after = gathered.retry_after_seconds
    except SourceError as error:
        gathered = replace(gathered, status=getattr(error, "status", None) or gathered.status)
        outcome, detail, retry_after = error.outcome, str(error), error.retry_after_seconds
    line = Poll(
        source=source.id,
        started_at=now.real_at,
        finished_at=now.real_at + timedelta(seconds=intake.clock() - began),
        outcome=outcome,
        status=gathered.status,
        bytes=gathered.size,
        seen=gathered.seen,
        understood=gathered.understood,
        documents_new=new,
        detail=detail,
    )
    learned = known
    if outcome in SUCCESS or outcome == "stale":
        asked_whole = replace(validators, cursor=None) == Validators() and not entries
        learned = recall.learned(known, gathered, asked_whole=asked_whole, at=now.real_at)
    quiet = _quiet(source, intake, now) if source.slowest else timedelta(0)
    given = gathered.validators if gathered.whole else before.validators
    after = next_health(source, before, line, given, retry_after_seconds=retry_after, jitter=jitter, quiet=quiet)
    intake.record(Entry(source, adapter, line, after, gathered.moved_to, holder, (known, learned)))
    _tell_of_silence(source, before, after, intake.ledger, now)
    return line


def keep_history(documents: Sequence[Document], source: Source, intake: Intake, now: Now) -> int:
    """Keep `documents`, taken from an archive, in one transaction, as history that nobody is told of.

    Returns how many were new.
    """
    with intake.ledger.store.read(EVERYTHING) as tx:
        _, held = tx.documents.known_and_held(source.id, documents)
    unknown = [one for one in documents if one.external_id not in held]
    announced = []
    for document in unknown:
        reading = reading_of(document, source, intake.languages, intake.gazetteer, intake.reader)
        kept = replace(document, language=document.language or reading.language)
        announced.append(Announced(kept, reading, historic=True))
    return intake.ledger.submit(source, announced, now) if announced else 0


def _announced(
    documents: Sequence[Document], source: Source, intake: Intake, now: Now, *, first: bool
) -> list[Announced]:
    """Return what is new in `documents` with what was read in it; what is known already is not read again.

    What was once wanted stays so: "closed" may be written over the word that the filter asks for.
    """
    with intake.ledger.store.read(EVERYTHING) as tx:
        known, held = tx.documents.known_and_held(source.id, documents)
    fresh = [one for one in documents if one.external_id not in known]
    return [
        _read(one, source, intake, now, first=first) for one in fresh if one.external_id in held or wanted(source, one)
    ]


def _read(document: Document, source: Source, intake: Intake, now: Now, *, first: bool) -> Announced:
    reading = reading_of(document, source, intake.languages, intake.gazetteer, intake.reader)
    published = document.published_at
    historic = first and (published is None or now.at - published > BACKLOG_AGE)
    return Announced(replace(document, language=document.language or reading.language), reading, historic)


def _record(store: Store, entries: Sequence[Entry]) -> list[None]:
    """Keep what polls leave behind, in one transaction."""
    try:
        return _record_once(store, entries)
    except Conflict:  # another process waited for the same rows, and the database let it go first
        return _record_once(store, entries)


def _record_once(store: Store, entries: Sequence[Entry]) -> list[None]:
    with store.begin() as tx:
        for entry in sorted(entries, key=lambda entry: entry.source.id):  # two workers must not wait for each other
            tx.sources.record_poll(entry.line, entry.health, entry.holder)
            moving.remember(entry.source, entry.adapter, entry.moved_to, entry.line, tx)
            recall.remember(entry.source, *entry.recall, tx)
            if entry.source.kind == "inbox" and entry.line.outcome in SUCCESS and _has_more(entry, tx):
                tx.sources.poll_soon(entry.source.id, entry.line.finished_at)
    return [None] * len(entries)


def _has_more(entry: Entry, tx: Transaction) -> bool:
    """Return whether something was sent to an inbox while it was being read."""
    return bool(tx.inbox.after(entry.source.id, int(entry.recall[1].cursor or 0), 1))


def reading_of(
    document: Document,
    source: Source,
    languages: Mapping[str, Language],
    gazetteer: Gazetteer,
    reader: Reader = read,
) -> Reading:
    """Return what `document` says, read as an announcement of `source`."""
    reading = reader(
        document,
        languages=_preferred(languages, source.languages),
        gazetteer=gazetteer,
        countries=source.countries,
        timezone=None if source.timezone == "UTC" else source.timezone,
    )
    return reading if document.statements is None else located(reading, source, gazetteer)


def _preferred(languages: Mapping[str, Language], order: Sequence[str]) -> dict[str, Language]:
    """Return the packs, those of the source first."""
    first = {code: languages[code] for code in order if code in languages}
    return first | {code: pack for code, pack in languages.items() if code not in first}


def _newest_at(source: Source, intake: Intake) -> datetime | None:
    """When the newest of the source's kept documents was published, or first seen where it does not say."""
    if "max_age" not in source.expect:
        return None
    with intake.ledger.store.read(EVERYTHING) as tx:
        kept = tx.documents.page(source=source.id, before_id=None, limit=NEWEST)
    return max((one.document.published_at or one.recorded_at for one in kept), default=None)


def _quiet(source: Source, intake: Intake, now: Now) -> timedelta:
    """How long nothing new has come; nothing for a source from which nothing ever came."""
    with intake.ledger.store.read(EVERYTHING) as tx:
        kept = tx.documents.page(source=source.id, before_id=None, limit=1)
    return now.at - kept[0].recorded_at if kept else timedelta(0)


_UNHEARD = {"silent", "blocked"}


def _tell_of_silence(source: Source, before: SourceHealth, after: SourceHealth, ledger: Ledger, now: Now) -> None:
    """Record that a source fell silent or came back: silence is the failure that must never go unnoticed."""
    if after.state in _UNHEARD and before.state not in _UNHEARD:
        ledger.note_source(EventType.SOURCE_SILENT, source, after.detail or after.outcome or "", now)
    elif after.state == "ok" and before.state in _UNHEARD:
        ledger.note_source(EventType.SOURCE_RECOVERED, source, after.outcome or "", now)


def notice_silence(sources: Sequence[Source], ledger: Ledger, now: Now) -> list[str]:
    """Tell of the sources that nobody has heard for too long without a poll having said so; return their ids.

    Polls may not have run at all: no worker lived, or their turn never came.
    """
    with ledger.store.read(EVERYTHING) as tx:
        healths = [(source, tx.sources.health(source.id)) for source in sources if source.enabled]
    return [
        source.id
        for source, health in healths
        if health.state not in _UNHEARD
        and (since := unheard_since(source, health, now.real_at)) is not None
        and ledger.note_silence(source, f"nothing was heard since {since:%Y-%m-%d %H:%M} UTC", now)
    ]


def describe(line: Poll) -> dict[str, Any]:
    """Return a poll's line as the log prints it."""
    return {
        "source": line.source,
        "outcome": line.outcome,
        "new": line.documents_new,
        "seen": line.seen,
        "detail": line.detail,
    }
