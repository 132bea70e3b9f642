"""How does anything new become state?

`submit` takes documents with what was read in them, `lapse` lets time pass; both end in `_reassess`, and everything
that follows from one of them (documents, claims, state, event, deliveries owed) is one transaction. Does not fetch,
parse or read text (intake.py does), and sends nothing (webhooks.py does).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from corridors import audience, identity, reviews, schema
from corridors import tally as tallies
from corridors.day import Day as DayView
from corridors.day import Memory, Rules, seen_with_each
from corridors.errors import Conflict
from corridors.localtime import local_day, zone_of
from corridors.model import (
    CLEARANCES,
    EVERYTHING,
    PUBLIC,
    STATUS_TYPES,
    Band,
    Claim,
    Document,
    Event,
    EventType,
    Layers,
    Now,
    Occurrence,
    OfficialFigure,
    Reading,
    Revision,
    Sensitivity,
    Source,
    Tally,
    runs,
)
from corridors.provenance import Day, claims_of, days_of, figures_of, is_standing
from corridors.selection import event_facets
from corridors.steps import Before, Step, named, rerouted, steps
from corridors.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Announced:
    """A document with what was read in it. historic = it is written as history and nobody is told."""

    document: Document
    reading: Reading
    historic: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """What one poll brings: its documents with what was read in them, and the page in which they were found."""

    source: Source
    announced: Sequence[Announced]
    now: Now
    body: bytes = b""

    @property
    def is_live(self) -> bool:
        """Return whether none of it is history."""
        return not any(item.historic for item in self.announced)


@dataclass(frozen=True, slots=True)
class Correction:
    """What reading a stored document again changes.

    reread: the revision with today's totals and doubts; made: claims without ids; figures: None = they stay.
    """

    revision: Revision
    reread: Revision
    gone: tuple[Claim, ...]
    made: tuple[Claim, ...]
    figures: tuple[OfficialFigure, ...] | None


@dataclass(slots=True)
class Touched:
    """The days that something new speaks about, whether any of it is live, and how sensitive its figures are.

    ruled: ids of claims and corridors about which the desk decided, so that what changes was not newly heard.
    """

    days: dict[Day, bool] = field(default_factory=dict)
    figures: dict[Day, tuple[bool, Sensitivity]] = field(default_factory=dict)
    ruled: set[str] = field(default_factory=set)

    def add(self, day: Day, *, live: bool) -> None:
        """Note that a day has to be added up anew."""
        self.days[day] = self.days.get(day, False) or live

    def add_figure(self, day: Day, sensitivity: Sensitivity, *, live: bool) -> None:
        """Note that the official figures of a day moved."""
        before, since = self.figures.get(day, (False, sensitivity))
        self.figures[day] = before or live, min(since, sensitivity, key=lambda level: level.rank)


def days_about(tx: Transaction, claim: Claim, now: datetime) -> set[Day]:
    """Return the days to add up anew for a claim: its own and, where it holds for long, all that were added up since.

    Otherwise a day that was added up before the claim came would differ from one that came after it.
    """
    country, (first, last) = claim.statement.route.country or "", claim.statement.valid_on
    since = tx.corridors.dates(country, first) if is_standing(claim.statement.valid_on) else []
    return {*days_of(claim, now), *((country, day) for day in since if last is None or day <= last)}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes state. installation: how this service calls itself in links, without a slash at the end."""

    store: Store
    installation: str
    rules: Rules = Rules()
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def submit(self, source: Source, announced: Sequence[Announced], now: Now, body: bytes = b"") -> int:
        """Keep what is new in `announced`, found in the page `body`, with all that follows, and return how much it was.

        Documents that are known unchanged add nothing. Raises StoreError, then nothing at all was kept.
        """
        return self.submit_all([Submission(source, announced, now, body)])[0]

    def submit_all(self, submissions: Sequence[Submission]) -> list[int]:
        """Do the same for several polls in one transaction; a day that several speak about is added up once."""
        try:
            return self._submit_all(submissions)
        except Conflict:  # another process kept the same document in between: now it is known
            return self._submit_all(submissions)

    def _submit_all(self, submissions: Sequence[Submission]) -> list[int]:
        kept: list[int] = []
        with self.store.begin() as tx:
            tx.alone()
            for live, together in groupby(submissions, key=lambda each: each.is_live):
                # History beside news of the same day would be told as news.
                for group in [list(together)] if live else [[each] for each in together]:
                    touched = Touched()
                    kept += [self._keep_new(tx, each, touched) for each in group]
                    self.settle(tx, touched, group[-1].now)
        return kept

    def _keep_new(self, tx: Transaction, submission: Submission, touched: Touched) -> int:
        source, now = submission.source, submission.now
        known = tx.documents.known(source.id, [item.document for item in submission.announced])
        new = [item for item in submission.announced if item.document.external_id not in known]
        body_hash = tx.documents.keep_body(submission.body, now.real_at) if new and submission.body else None
        for item in new:
            self._keep(tx, source, item, now, body_hash, touched)
        return len(new)

    def settle(self, tx: Transaction, touched: Touched, now: Now) -> None:
        """Add up anew what was touched in `tx`, and record what came of it."""
        for (country, day), live in sorted(touched.days.items()):
            self._reassess(tx, country, day, now, historic=not live, ruled=touched.ruled)
        for (country, day), (live, since) in sorted(touched.figures.items(), key=lambda item: item[0]):
            self._tell_tally(tx, country, day, now, since, historic=not live)

    def correct(self, corrections: Sequence[Correction], now: Now) -> int:
        """Replace what was read in documents, as history that nobody is told of; return how many were still current."""
        with self.store.begin() as tx:
            tx.alone()
            touched, kept = Touched(), 0
            for each in corrections:
                level = max((claim.sensitivity for claim in each.made), key=lambda one: one.rank, default=PUBLIC)
                if tx.documents.note_reading(each.reread, level):
                    self._correct(tx, each, now, touched)
                    kept += 1
            self.settle(tx, touched, now)
            return kept

    def _correct(self, tx: Transaction, each: Correction, now: Now, touched: Touched) -> None:
        tx.claims.withdraw_each([claim.id for claim in each.gone], now.at)
        made = [replace(claim, id=tx.claims.new_id()) for claim in each.made]
        tx.claims.add(made)
        known = [claim.sensitivity for claim in (*each.gone, *made)]
        countries = {claim.statement.route.country or "" for claim in (*each.gone, *made)}
        _ask(tx, each.reread, countries, max(known, key=lambda level: level.rank, default=EVERYTHING), now)
        for claim in (*each.gone, *made):
            for day in days_about(tx, claim, now.at):
                touched.add(day, live=False)
        if each.figures is not None:
            tx.claims.withdraw_figures(each.revision.id, now.at)
            tx.claims.add_figures(each.figures)
            for figure in each.figures:
                touched.add_figure((figure.country or "", figure.total.on), figure.sensitivity, live=False)

    def retract(self, documents: Sequence[str], now: Now) -> None:
        """Note that `documents` were deleted where they stood: their claims are withdrawn, and nothing is erased."""
        with self.store.begin() as tx:
            tx.alone()
            touched = Touched()
            for id_ in documents:
                tx.documents.bury(id_, now.at)
                tx.reviews.replace_document(id_, {}, now.at)
                for claim in tx.claims.withdraw(id_, now.at):
                    for about in days_about(tx, claim, now.at):
                        touched.add(about, live=not claim.historic)
            self.settle(tx, touched, now)

    def lapse(self, now: Now, limit: int = 50) -> int:
        """Let time pass: end what the clock ends, begin the new day of what holds until further notice.

        Returns how many days were looked at; at most `limit` of them, so that no transaction holds the lock for long.
        """
        with self.store.read(EVERYTHING) as tx:
            due = tx.corridors.due(now.at, limit)
            rolled = {country: tx.leases.mark(f"rolled.{country}") for country in tx.claims.open_ended_countries()}
        today = {country: local_day(now.at, zone_of(country)) for country in rolled}
        fresh = [(country, day) for country, day in today.items() if rolled[country] != day.isoformat()]
        for country, day in sorted({*due, *fresh}):
            with self.store.begin() as tx:
                tx.alone()
                self._reassess(tx, country, day, now, historic=False, rollover=(country, day) in fresh)
                if (country, day) in fresh:
                    tx.leases.set_mark(f"rolled.{country}", day.isoformat())
        return len({*due, *fresh})

    def note_source(self, type_: EventType, source: Source, detail: str, now: Now) -> None:
        """Record that a source fell silent or came back."""
        with self.store.begin() as tx:
            tx.alone()
            self._note_source(tx, type_, source, detail, now)

    def note_silence(self, source: Source, detail: str, now: Now) -> bool:
        """Note that a source is silent and record it; False where that is known already."""
        with self.store.begin() as tx:
            tx.alone()
            if not tx.sources.fall_silent(source.id, detail):
                return False
            self._note_source(tx, EventType.SOURCE_SILENT, source, detail, now)
        return True

    def _note_source(self, tx: Transaction, type_: EventType, source: Source, detail: str, now: Now) -> None:
        data = {"source": {"id": source.id, "name": source.title, "url": source.url}, "detail": detail}
        band = Band(lowest=source.sensitivity)
        self._record(tx, Event(tx.events.new_id(), type_, now.at, b"", band=band), now, data=data)

    def _keep(
        self, tx: Transaction, source: Source, item: Announced, now: Now, body_hash: str | None, touched: Touched
    ) -> None:
        revision = tx.documents.add(
            item.document,
            now=now.at,
            historic=item.historic,
            totals=item.reading.totals,
            doubts=item.reading.doubts,
            body_hash=body_hash,
            sensitivity=source.sensitivity,
        )
        _ask(tx, revision, source.countries, source.sensitivity, now)
        withdrawn = tx.claims.withdraw(revision.id, now.at) if revision.number > 1 else []
        made = claims_of(revision, item.reading, source, tx.claims.new_id)
        figures = figures_of(revision, item.reading, source)
        tx.claims.add(made)
        tx.claims.add_figures(figures)
        for claim in (*withdrawn, *made):
            for day in days_about(tx, claim, now.at):
                touched.add(day, live=not item.historic)
        for figure in figures:
            touched.add_figure((figure.country or "", figure.total.on), figure.sensitivity, live=not item.historic)

    def _reassess(
        self,
        tx: Transaction,
        country: str,
        day: date,
        now: Now,
        *,
        historic: bool,
        rollover: bool = False,
        ruled: Collection[str] = frozenset(),
    ) -> None:
        """Add up a country's day anew for every clearance, keep what changed, and tell of it."""
        claims = tx.claims.on_day(country or None, day)
        seen = seen_with_each(country, day, claims, now.at, self.rules, tx.ruled(country, claims), self.memory)
        before = _before(tx, country, day, seen, rollover=rollover)
        corridors = named(before, seen, now.at)
        for id_, layers in corridors.items():
            if layers != before.corridors.get(id_):
                tx.corridors.put_layers(layers)
        waiting = {review: reviews.sensitivity(review, claims) for review in reviews.of_day(country, day, seen[-1])}
        tx.reviews.replace_day(country, day, waiting, now.at)
        known = {**before.corridors, **corridors}
        for id_, taken in steps(seen, before, known, claims, now.at, ruled).items():
            if any(step and step.changes for step in taken):
                tx.corridors.put_occurrence_layers(id_, country or None, _kept(taken))
                for band, step in runs(taken):
                    if step and step.changes:
                        self._tell(tx, step, band, now, historic=historic)
                    if step and step.moved_to:
                        home = identity.occurrence_id(step.moved_to, day)
                        tx.corridors.lead_on({id_: home, step.corridor.id: step.moved_to}, now.at)
                tx.corridors.forget_unused([step.corridor.id for step in taken if step and step.after is None])

    def _tell(self, tx: Transaction, step: Step, band: Band, now: Now, *, historic: bool) -> None:
        """Record what happened to an occurrence, and what is about to, for the readers in a band of clearances."""
        if step.change:
            moved = {"merged_into": step.moved_to} if step.moved_to else None
            happened_at = step.told.assessment.since_at if step.change.type in STATUS_TYPES else None
            event = _event_about(tx, step, step.change.type, now, band, happened_at, historic=historic)
            self._record(tx, event, now, step=step, data=moved)
        for each in step.notices if not historic else ():
            event = _event_about(tx, step, each.type, now, band, each.at)
            window = {"start": each.start, "end": each.end, "at": each.at}
            self._record(tx, event, now, step=replace(step, change=None), data={"window": window})

    def _tell_tally(
        self, tx: Transaction, country: str, day: date, now: Now, since: Sensitivity, *, historic: bool
    ) -> None:
        """Record the day's tally after its official figures moved, for readers who see those of sensitivity `since`."""
        for band, tally in runs(_tallies(tx, country or None, day)):
            if band.highest.rank >= since.rank:
                seen_by = band._replace(lowest=max(band.lowest, since, key=lambda level: level.rank))
                kind, where = EventType.TALLY_UPDATED, country or None
                event = Event(tx.events.new_id(), kind, now.at, b"", historic=historic, country=where, band=seen_by)
                self._record(tx, event, now, data={"tally": schema.TallySchema().dump(tally)})

    def _record(
        self,
        tx: Transaction,
        event: Event,
        now: Now,
        *,
        step: Step | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Record an event and owe it to every subscription that it concerns."""
        mentions = _mentions(tx, step.claims) if step else []
        said_by = [mention["id"] for mention in mentions]
        facets = event_facets(event.country, step.corridor, step.before, step.told, said_by) if step else None
        source_at = max((mention["published_at"] for mention in mentions if mention["published_at"]), default=None)
        event_at = event.event_at or source_at or event.recorded_at
        event = replace(event, facets=facets, event_at=event_at, source_at=source_at)

        def render(cursor: int) -> bytes:
            return schema.event_body(
                event,
                cursor,
                installation=self.installation,
                occurrence=step.told if step else None,
                corridor=step.corridor if step and not step.is_lost else None,
                change=step.change if step else None,
                sources=mentions,
                data=data,
            )

        recorded = tx.events.append(event, render)
        sources = {mention["id"] for mention in mentions}
        before, told, corridor = (step.before, step.told, step.corridor) if step else (None, None, None)
        concerned = [
            subscription
            for subscription in tx.subscriptions.all()
            if audience.matches(subscription, recorded, before, told, corridor, sources)
        ]
        tx.deliveries.owe(
            recorded,
            [subscription.id for subscription in concerned if subscription.state == "active"],
            now.real_at,
            status=step.told.assessment.status if step else None,
            held=[subscription.id for subscription in concerned if subscription.state != "active"],
        )


def _event_about(
    tx: Transaction,
    step: Step,
    type_: EventType,
    now: Now,
    band: Band,
    event_at: datetime | None = None,
    *,
    historic: bool = False,
) -> Event:
    return Event(
        tx.events.new_id(),
        type_,
        now.at,
        b"",
        historic=historic,
        corridor=step.corridor.id,
        occurrence=step.told.id,
        occurrence_revision=step.told.revision,
        country=step.corridor.route.country,
        band=band,
        event_at=event_at,
    )


def _ask(tx: Transaction, revision: Revision, countries: Collection[str], level: Sensitivity, now: Now) -> None:
    """Queue what nobody understood of a document, which is about one of `countries`."""
    country = next(iter(countries)) if len(countries) == 1 else ""
    tx.reviews.replace_document(revision.id, dict.fromkeys(reviews.of_document(revision, country), level), now.at)


def _before(tx: Transaction, country: str, day: date, seen: Layers[DayView], *, rollover: bool) -> Before:
    """Return what is kept of a day until now."""
    held, linked = tx.corridors.layers_on(country, day), tx.corridors.linked_on(country, day)
    found = [{each.occurrence.id for each in view.held} for view in seen]
    about = {each.corridor.id for view in seen for each in view.held}
    about |= {occurrence.corridor for layers in held.values() for occurrence in layers if occurrence}
    left = {
        claim
        for id_, layers in held.items()
        for old, ids, links in zip(layers, found, linked.get(id_, (frozenset(),) * 4), strict=True)
        if old and id_ not in ids
        for claim in links
    }
    new = {each.occurrence.id: each.corridor.id for view in seen for each in view.held}
    moved = rerouted(seen, held)
    return Before(
        held,
        tx.corridors.layers(sorted(about)),
        linked,
        tx.corridors.layers_on(country, day - timedelta(days=1)) if rollover else {},
        tx.corridors.routes(moved, day) if moved else {},
        {
            id_: tx.events.last_revision(corridor, id_)
            for id_, corridor in new.items()
            if not all(held.get(id_, (None,)))
        },
        frozenset(claim.id for claim in tx.claims.find(sorted(left)) if claim.made_by),
    )


def _kept(taken: Layers[Step | None]) -> Layers[tuple[Occurrence, tuple[str, ...]] | None]:
    kept = [(step.after, tuple(sorted(step.links))) if step and step.after else None for step in taken]
    return kept[0], kept[1], kept[2], kept[3]


def tally_of(tx: Transaction, country: str | None, region: str | None, day: date) -> Tally:
    """Return the tally of a country's (or, with `region`, of one region's) day from what is stored."""
    occurrences = list(tx.corridors.occurrences_on(country, day).values())
    corridors = tx.corridors.find([occurrence.corridor for occurrence in occurrences])
    pairs = [(corridors[occurrence.corridor], occurrence) for occurrence in occurrences]
    found = tallies.tally(day, country, region, tx.claims.figures_on(day, day, country), pairs)
    return replace(found, withheld=tx.claims.withholds(country, day))


def _tallies(tx: Transaction, country: str | None, day: date) -> list[Tally]:
    """Return the tally of a country's day as each clearance sees it."""
    if not tx.seen_with(PUBLIC).claims.withholds(country, day):
        return [tally_of(tx, country, None, day)] * len(CLEARANCES)
    return [tally_of(tx.seen_with(clearance), country, None, day) for clearance in CLEARANCES]


def _mentions(tx: Transaction, claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return the sources behind claims as an event names them: the newest word of each, newest first."""
    documents = tx.documents.current([claim.document for claim in claims])
    names = tx.sources.titles({claim.source for claim in claims})
    newest: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: (claim.said_at, claim.id)):
        newest[claim.source] = claim
    return [
        {
            "id": claim.source,
            "name": names.get(claim.source, claim.publisher),
            "url": documents[claim.document].document.url,
            "published_at": claim.published_at.astimezone(UTC) if claim.published_at else None,
        }
        for claim in sorted(newest.values(), key=lambda claim: (claim.said_at, claim.id), reverse=True)
    ]
