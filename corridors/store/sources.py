"""How is each source doing, and who polls it next? Source rows, their leases, pace groups and the poll log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, func, insert, or_, select, update

from corridors.model import Coverage, Poll, Sensitivity, Source, SourceHealth, Validators
from corridors.store.codec import from_same_text, from_text, to_text
from corridors.store.sight import covered
from corridors.store.tables import polls, rate_groups, sources
from corridors.store.upsert import insert_or_update
from corridors.store.versions import Versions

# Members of a rate group wait for each other, and a poll takes its time: less than this is nobody's fault.
PATIENCE = timedelta(minutes=2)
SILENT_AFTER, LEAST_SILENCE = 20, timedelta(hours=1)  # as in corridors.intake.health, also while nobody polls


# Run with every poll and every event, and building a statement costs more than running it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_DEFINITIONS = select(sources.c.definition).where(sources.c.id.in_(_IDS))
_HEALTH = (
    update(sources)
    .where(sources.c.id == bindparam("source"))
    .values(documents=sources.c.documents + bindparam("documents_new"))
)
_GIVE_BACK = (
    update(sources)
    .where(sources.c.id == bindparam("source"), sources.c.leased_by == bindparam("holder"))
    .values(leased_by=None, leased_until=None)
)
_NOW: BindParameter[Any] = bindparam("now")
_DUE = and_(
    sources.c.configured,
    sources.c.next_poll_at <= _NOW,
    or_(sources.c.leased_until.is_(None), sources.c.leased_until <= _NOW),
)
_WAITING = select(func.min(sources.c.next_poll_at)).where(_DUE)
_FALLS_DUE = select(func.min(sources.c.next_poll_at)).where(sources.c.configured, sources.c.next_poll_at > _NOW)
_IS_FREE = select(func.min(rate_groups.c.free_at)).where(rate_groups.c.free_at > _NOW)


class Sources:
    """The sources that are polled. Instants here are real ones, whatever the domain clock says."""

    def __init__(self, connection: Connection, versions: Versions, clearance: Sensitivity) -> None:
        self._connection = connection
        self._versions = versions
        self._covered = covered(sources, clearance)

    def configure(self, configured: Sequence[Source], now: datetime) -> None:
        """Make the rows equal to the definitions: new sources are due at once, removed ones are kept but not polled."""
        self._versions.rise()
        known = set(self._connection.execute(select(sources.c.id)).scalars())
        for source in configured:
            values = {
                "configured": True,
                "definition": to_text(source),
                "rate_group": source.rate_group,
                "min_gap_seconds": source.min_gap.total_seconds(),
                "sensitivity": source.sensitivity.rank,
            }
            if source.id in known:
                self._connection.execute(update(sources).where(sources.c.id == source.id).values(**values))
            else:
                fresh = {"state": "pending", "failures": 0, "documents": 0, "next_poll_at": now}
                self._connection.execute(insert(sources).values(id=source.id, **values, **fresh))
        gone = known - {source.id for source in configured}
        if gone:
            self._connection.execute(update(sources).where(sources.c.id.in_(gone)).values(configured=False))

    def definitions(self) -> list[Source]:
        """Return the definitions of every source ever configured, in the order of their ids."""
        rows = self._connection.execute(select(sources.c.definition).order_by(sources.c.id)).scalars()
        return [from_text(definition, Source) for definition in rows]

    def configured(self, id_: str) -> Source | None:
        """Return the definition of a source that is polled, whoever may see it."""
        mine = (sources.c.id == id_, sources.c.configured)
        definition = self._connection.execute(select(sources.c.definition).where(*mine)).scalar()
        return from_text(definition, Source) if definition else None

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return what people call those of the sources that were ever configured, by id."""
        rows = self._connection.execute(_DEFINITIONS, {"ids": sorted(ids)}).scalars() if ids else ()
        return {source.id: source.title for source in (from_same_text(definition, Source) for definition in rows)}

    def lease_due(
        self, holder: str, now: datetime, length: timedelta, limit: int, doubtful: int | None = None
    ) -> list[str]:
        """Lease up to `limit` due sources and return their ids; sources of one pace group come one at a time.

        Those that failed last time come after those that did not, and at most `doubtful` of them (None: any number):
        what hangs must not take the place of what answers.
        """
        closed = select(rate_groups.c.name).where(rate_groups.c.free_at > _NOW)
        due = self._connection.execute(
            select(sources.c.id, sources.c.rate_group, sources.c.min_gap_seconds, sources.c.failures)
            .where(_DUE, or_(sources.c.rate_group.is_(None), sources.c.rate_group.not_in(closed)))
            .order_by(sources.c.failures > 0, sources.c.next_poll_at, sources.c.id)
            .limit(limit * 4)
            .with_for_update(skip_locked=True),
            {"now": now},
        ).all()
        first_of_groups = {row.rate_group: row for row in reversed(due) if row.rate_group}
        chosen = [row for row in due if not row.rate_group or first_of_groups[row.rate_group] is row]
        well, unwell = [row for row in chosen if not row.failures], [row for row in chosen if row.failures]
        chosen = [*well, *unwell[: limit if doubtful is None else max(doubtful, 0)]][:limit]
        passed = {
            group
            for group, gap in sorted((row.rate_group, row.min_gap_seconds) for row in chosen if row.rate_group)
            if self._pass_gate(group, now, timedelta(seconds=gap))
        }
        taken = [row.id for row in chosen if not row.rate_group or row.rate_group in passed]
        self._lease(taken, holder, now + length)
        return taken

    def renew(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        """Keep the leases of polls that take longer; one that somebody else has by now stays theirs.

        A row that is being written at this moment is left out: its poll has just ended.
        """
        mine = select(sources.c.id).where(sources.c.id.in_(ids), sources.c.leased_by == holder).order_by(sources.c.id)
        held = list(self._connection.execute(mine.with_for_update(skip_locked=True)).scalars())
        self._lease(held, holder, until)

    def _lease(self, ids: Sequence[str], holder: str, until: datetime) -> None:
        if ids:
            values = {"leased_by": holder, "leased_until": until}
            self._connection.execute(update(sources).where(sources.c.id.in_(ids)).values(**values))

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next source falls due or the next pace group is free again, None where nothing lies ahead."""
        ahead = [self._connection.execute(query, {"now": now}).scalar() for query in (_FALLS_DUE, _IS_FREE)]
        return min((at for at in ahead if at is not None), default=None)

    def _pass_gate(self, group: str, now: datetime, gap: timedelta) -> bool:
        """Return whether the pace group is free, and close it for `gap` if so."""
        until = now + gap
        row = {"name": group, "free_at": until}
        free = rate_groups.c.free_at <= now
        closed = insert_or_update(self._connection, rate_groups, row, free, free_at=until)
        return self._connection.execute(closed.returning(rate_groups.c.name)).first() is not None

    def record_poll(self, poll: Poll, health: SourceHealth, holder: str | None = None) -> None:
        """Log a poll, keep what it says about the source, and give the lease of `holder` back."""
        self._connection.execute(
            insert(polls),
            {
                "source": poll.source,
                "started_at": poll.started_at,
                "finished_at": poll.finished_at,
                "outcome": poll.outcome,
                "status": poll.status,
                "bytes": poll.bytes,
                "seen": poll.seen,
                "understood": poll.understood,
                "documents_new": poll.documents_new,
                "detail": poll.detail,
            },
        )
        values: dict[str, Any] = {
            "state": health.state,
            "outcome": health.outcome,
            "detail": health.detail,
            "last_poll_at": health.last_poll_at,
            "last_ok_at": health.last_ok_at,
            "next_poll_at": health.next_poll_at,
            "failures": health.failures,
            "etag": health.validators.etag,
            "last_modified": health.validators.last_modified,
            "source": poll.source,
            "documents_new": poll.documents_new,
        }
        self._connection.execute(_HEALTH, values)
        if holder is not None:
            self._connection.execute(_GIVE_BACK, {"source": poll.source, "holder": holder})

    def fall_silent(self, id_: str, detail: str) -> bool:
        """Note that a source is silent without a poll having said so; False where that is known already."""
        heard = and_(sources.c.id == id_, sources.c.state.not_in(("silent", "blocked")))
        values = {"state": "silent", "detail": detail}
        return bool(self._connection.execute(update(sources).where(heard).values(**values)).rowcount)

    def release(self, holder: str | None) -> None:
        """Give back every source that `holder` (None: anybody) has leased."""
        owner = sources.c.leased_by.is_not(None) if holder is None else sources.c.leased_by == holder
        self._connection.execute(update(sources).where(owner).values(leased_by=None, leased_until=None))

    def poll_soon(self, id_: str, now: datetime) -> bool:
        """Make a source due now; False when there is none of that id."""
        self._versions.rise()
        changed = self._connection.execute(update(sources).where(sources.c.id == id_).values(next_poll_at=now))
        return bool(changed.rowcount)

    def health(self, id_: str, now: datetime | None = None) -> SourceHealth:
        """Return how a source is doing; that of one never polled when there is none of that id.

        now: a source that should have been polled by then and was not is late, whatever its last poll said.
        """
        row = self._connection.execute(select(sources).where(sources.c.id == id_)).first()
        if row is None:
            return SourceHealth(id_)
        health = _health(row, now)
        return health if row.last_ok_at else replace(health, first_poll_at=self._first_poll_at(id_))

    def _first_poll_at(self, id_: str) -> datetime | None:
        first = select(polls.c.started_at).where(polls.c.source == id_).order_by(polls.c.id).limit(1)
        at: datetime | None = self._connection.execute(first).scalar()
        return at

    def page(
        self, *, after_id: str | None, limit: int, now: datetime | None = None
    ) -> list[tuple[Source, SourceHealth]]:
        """Return the configured sources with their health (at `now`, as above), in the order of their ids."""
        query = select(sources).where(sources.c.configured, self._covered).order_by(sources.c.id)
        if after_id:
            query = query.where(sources.c.id > after_id)
        return [
            (from_text(row.definition, Source), _health(row, now))
            for row in self._connection.execute(query.limit(limit))
        ]

    def polls(self, id_: str, limit: int) -> list[Poll]:
        """Return the last polls of a source, newest first."""
        rows = self._connection.execute(
            select(polls).where(polls.c.source == id_).order_by(polls.c.id.desc()).limit(limit)
        )
        names = Poll.__dataclass_fields__
        return [Poll(**{name: getattr(row, name) for name in names}) for row in rows]

    def last_poll(self) -> int:
        """Return a number that rises with every poll."""
        return int(self._connection.execute(select(func.max(polls.c.id))).scalar() or 0)

    def coverage(self, now: datetime | None = None) -> Coverage:
        """Return how many of the configured sources are in which state; refused ones are silent, too.

        now: sources that should have been polled by then are late, even if nobody is left who would poll them.
        """
        rows = self._connection.execute(
            select(sources.c.state, func.count().label("how_many"), func.min(sources.c.last_ok_at).label("oldest"))
            .where(sources.c.configured, self._covered)
            .group_by(sources.c.state)
        ).all()
        count = {row.state: row.how_many for row in rows}
        overdue = self._overdue(now) if now else []
        late, silent = overdue.count("late"), overdue.count("silent")
        oldest = min((row.oldest for row in rows if row.oldest), default=None)
        return Coverage(
            sources=sum(count.values()),
            ok=count.get("ok", 0) - len(overdue),
            late=count.get("late", 0) + count.get("pending", 0) + late,
            failing=count.get("failing", 0),
            silent=count.get("silent", 0) + count.get("blocked", 0) + silent,
            oldest_ok_at=oldest,
        )

    def _overdue(self, now: datetime) -> list[str]:
        """The true states of the sources that are called ok and should have been polled."""
        query = select(sources.c.state, sources.c.last_poll_at, sources.c.last_ok_at, sources.c.next_poll_at).where(
            sources.c.configured, self._covered, sources.c.state == "ok", sources.c.next_poll_at < now - PATIENCE
        )
        states = [_state(row, now) for row in self._connection.execute(query)]
        return [state for state in states if state != "ok"]

    def oldest_due_at(self, now: datetime) -> datetime | None:
        """Return since when the source that waits longest could have been leased, None when nothing waits."""
        due: datetime | None = self._connection.execute(_WAITING, {"now": now}).scalar()
        return due

    def forget_polls(self, before: datetime) -> int:
        """Delete poll log lines older than an instant and return how many."""
        return self._connection.execute(polls.delete().where(polls.c.started_at < before)).rowcount


def _state(row: Any, now: datetime) -> str:
    """The state of a source at an instant: what its last poll said is true until the next one should have been.

    late after a whole further interval, or PATIENCE where that is longer; silent after SILENT_AFTER of them.
    """
    state = str(row.state)
    if state != "ok" or row.next_poll_at is None or row.last_poll_at is None:
        return state
    every = row.next_poll_at - row.last_poll_at
    if row.next_poll_at + max(PATIENCE, every) >= now:
        return state
    return "silent" if now - (row.last_ok_at or row.last_poll_at) > max(every * SILENT_AFTER, LEAST_SILENCE) else "late"


def _health(row: Row[Any], now: datetime | None = None) -> SourceHealth:
    return SourceHealth(
        source=row.id,
        state=_state(row, now) if now is not None else row.state,
        outcome=row.outcome,
        detail=row.detail,
        last_poll_at=row.last_poll_at,
        last_ok_at=row.last_ok_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        validators=Validators(row.etag, row.last_modified),
        documents=row.documents,
    )
