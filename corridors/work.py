"""What runs in the background, and how often? The worker process.

APScheduler drives the jobs below; they are rebuilt at every start, and what must outlive a process (who is polled
next, what is owed to whom) is in the store. Every job coalesces, runs once at a time and never counts as missed.
Two workers on one database share the work by leases; a SQLite file refuses a second one.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import random
import resource
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor as JobPool
from apscheduler.schedulers.background import BackgroundScheduler

from corridors import __version__
from corridors.config import Settings
from corridors.errors import Busy, StoreError
from corridors.intake import SUCCESS, Intake, describe, notice_silence, poll
from corridors.ledger import Ledger
from corridors.model import Now, Source
from corridors.outbound import Deliverer, Egress, Fetcher
from corridors.parsing import Parsers
from corridors.reading.reader import chosen
from corridors.registry import load
from corridors.sources import load_adapters
from corridors.store import Store
from corridors.store.gazetteer import open_gazetteer
from corridors.store.pulse import COURIER_BEAT, POLLER_BEAT, WORKER_BEAT
from corridors.webhooks import Courier, Pace, Upkeep

BEAT_EVERY = timedelta(seconds=3)  # leases of polls under way are renewed with it: less than a third of the shortest
SWEEP_EVERY = timedelta(hours=1)
REST_EVERY = timedelta(seconds=5)
GARBAGE = (20_000, 10, 10)  # objects, and rounds, between two searches; the default looks every 700 objects
INBOX_REMEMBERED = timedelta(days=7)  # messages; their timestamps are good for minutes, and senders try again for days
LISTEN_EVERY = timedelta(minutes=1)
STOP_WITHIN_SECONDS = 15.0
OTHER_FILES = 500  # databases, logs, and the connections of those who fetch
SHORTEST_PAUSE_SECONDS = 0.02  # between two looks for due sources
SHARE_OF_UNWELL = 0.75  # of the fetchers, at most, for sources that failed last time: they may hang again
USER_AGENT = f"corridors/{__version__}"

log = structlog.get_logger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run that waits for the one before it is no news


@dataclass(slots=True)
class Worker:
    """One worker process. Make it, `start` it, and `stop` it; `run_until_signalled` does all three."""

    settings: Settings
    store: Store
    intake: Intake
    sources: tuple[Source, ...]
    egress: Egress
    user_agent: str
    real_now: Callable[[], datetime] = lambda: datetime.now(UTC)
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:80])
    _scheduler: BackgroundScheduler = field(init=False)
    _fetchers: ThreadPoolExecutor = field(init=False)
    _courier: Courier = field(init=False)
    _upkeep: Upkeep = field(init=False)
    _courier_thread: threading.Thread | None = None
    _poller_thread: threading.Thread | None = None
    _looked_at: datetime | None = None
    _polling: set[str] = field(default_factory=set)
    _unwell: set[str] = field(default_factory=set)
    _roused: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Build what the jobs stand on; nothing runs yet."""
        hooks = self.settings.webhooks
        self._fetchers = ThreadPoolExecutor(self.settings.worker.fetchers, thread_name_prefix="fetch")
        self._courier = Courier(
            self.store,
            self.holder,
            Pace(
                hooks.deadline,
                hooks.lease,
                _with_files_for(hooks.in_flight),
                hooks.in_flight_per_subscription,
                hooks.in_flight_per_host,
            ),
            self.real_now,
            installation=self.settings.public_url,
        )
        self._upkeep = Upkeep(self.store, self.holder, self.settings.public_url, hooks.heartbeat)
        self._scheduler = BackgroundScheduler(
            executors={"default": JobPool(8)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )

    @property
    def now(self) -> Now:
        """Return the moment on both clocks."""
        real = self.real_now()
        return Now(self.settings.clock.at(real), real)

    def start(self) -> None:
        """Bring the source rows up to date and start every job."""
        with self.store.begin() as tx:
            tx.sources.configure([source for source in self.sources if source.enabled], self.real_now())
            if self.store.embedded:  # it has one worker (`sole_worker`), so whoever holds a lease is dead
                tx.sources.release(None)
        jobs: tuple[tuple[str, Callable[[], None], timedelta], ...] = (
            ("poll", self.keep_polling, timedelta(seconds=1)),
            ("deliver", self.keep_delivering, timedelta(seconds=1)),
            ("lapse", self.let_time_pass, self.settings.worker.lapse_every),
            ("heartbeat", self.send_heartbeats, self._upkeep.tick),
            ("owners", self.end_ownerless, BEAT_EVERY),
            ("beat", self.beat, BEAT_EVERY),
            ("listen", self.notice_silence, LISTEN_EVERY),
            ("sweep", self.sweep, SWEEP_EVERY),
            ("rest", self.rest, REST_EVERY),
        )
        for name, job, every in jobs:
            first = self.real_now() + (every if name in {"heartbeat", "listen", "sweep", "rest"} else timedelta(0))
            self._scheduler.add_job(
                _guarded(name, job), "interval", seconds=every.total_seconds(), id=name, next_run_time=first
            )
        self._scheduler.start()
        log.info("working", sources=sum(source.enabled for source in self.sources), holder=self.holder)

    def keep_polling(self) -> None:
        """Keep one thread looking for due sources; a fault that ended it is logged and it starts anew."""
        if self._stopping.is_set() or (self._poller_thread and self._poller_thread.is_alive()):
            return
        self._poller_thread = threading.Thread(target=_guarded("poller", self._look), name="poller", daemon=True)
        self._poller_thread.start()

    def _look(self) -> None:
        while not self._stopping.is_set():
            self._roused.clear()
            self._roused.wait(self.poll_due())

    def poll_due(self) -> float:
        """Lease the sources that are due, poll each on a thread of its own, and return when to look again, in seconds.

        That is when the next source falls due; what others change meanwhile is seen within a tick.
        """
        tick = self.settings.worker.tick.total_seconds()
        self._looked_at = now = self.real_now()
        room = self.settings.worker.fetchers - len(self._polling)
        if room <= 0:  # whoever ends first rouses us
            return tick
        with self.store.read() as tx:  # a look is cheaper than the writer's lock
            waiting, next_at = tx.sources.oldest_due_at(now), tx.sources.next_due_at(now)
        if waiting is not None:
            self._begin_polls(room)
        if next_at is None:
            return tick
        return min(max((next_at - self.real_now()).total_seconds(), SHORTEST_PAUSE_SECONDS), tick)

    def _begin_polls(self, room: int) -> None:
        doubtful = int(self.settings.worker.fetchers * SHARE_OF_UNWELL) - len(self._unwell & self._polling)
        with self.store.begin() as tx:
            due = tx.sources.lease_due(self.holder, self.real_now(), self.settings.worker.lease, room, doubtful)
        known = {source.id: source for source in self.sources}
        for id_ in due:
            if id_ in known:
                self._polling.add(id_)
                future = self._fetchers.submit(_guarded(f"poll {id_}", partial(self._poll, known[id_])))
                future.add_done_callback(partial(self._end_poll, id_))

    def _end_poll(self, id_: str, _: Future[None]) -> None:
        self._polling.discard(id_)
        if len(self._polling) + 1 >= self.settings.worker.fetchers:  # nobody could be begun until now
            self._roused.set()

    def _poll(self, source: Source) -> None:
        line = poll(source, self.intake, self.now, holder=self.holder, jitter=random.uniform(-1, 1))  # noqa: S311
        (self._unwell.discard if line.outcome in SUCCESS else self._unwell.add)(source.id)
        told = log.info if line.outcome in SUCCESS else log.warning
        told("polled" if line.outcome in SUCCESS else "source cannot be read", **describe(line))
        if line.documents_new:
            self._courier.wake()

    def keep_delivering(self) -> None:
        """Keep one courier running; a fault that ended it is logged and it starts anew."""
        if self._stopping.is_set() or (self._courier_thread and self._courier_thread.is_alive()):
            return
        self._courier_thread = threading.Thread(target=_guarded("courier", self._deliver), name="courier", daemon=True)
        self._courier_thread.start()

    def _deliver(self) -> None:
        async def run() -> None:
            async with Deliverer(self.egress, self.user_agent) as sender:
                await self._courier.run(sender)

        asyncio.run(run())

    def let_time_pass(self) -> None:
        """Apply what the clock changes."""
        if self.intake.ledger.lapse(self.now):
            self._courier.wake()

    def send_heartbeats(self) -> None:
        """Tell subscribers that we live, everybody once an interval."""
        if self._upkeep.send_heartbeats(self.now):
            self._courier.wake()

    def end_ownerless(self) -> None:
        """Send nothing more to the receivers of those whose key does not hold any more, but that."""
        if self._upkeep.end_ownerless(self.real_now()):
            self._courier.wake()

    def beat(self) -> None:
        """Note that the worker lives and looks for sources and webhooks, so that /readyz can tell when it does not."""
        now = self.real_now()
        with self.store.begin() as tx:
            tx.leases.set_mark(WORKER_BEAT, now.isoformat())
            for mark, at in ((POLLER_BEAT, self._looked_at), (COURIER_BEAT, self._courier.beat_at)):
                if at and now - at < 2 * BEAT_EVERY:  # an older one may be older than another worker's
                    tx.leases.set_mark(mark, at.isoformat())
        if polling := sorted(self._polling):  # apart: who ends a poll locks its source before its marks
            with self.store.begin() as tx:
                tx.sources.renew(polling, self.holder, self.real_now() + self.settings.worker.lease)

    def notice_silence(self) -> None:
        """Tell of sources that were not heard for too long, also where no poll was there to say so."""
        if silent := notice_silence(self.sources, self.intake.ledger, self.now):
            log.warning("sources are silent", sources=silent)
            self._courier.wake()

    def sweep(self) -> None:
        """Delete what is kept for a while only."""
        now, keep = self.real_now(), self.settings.retention
        with self.store.begin() as tx:
            tx.documents.forget_bodies(now - keep.bodies)
            tx.sources.forget_polls(now - keep.polls)
            tx.rates.forget(now)
            tx.inbox.forget(now - INBOX_REMEMBERED)
        self._upkeep.sweep(now, now - keep.attempts)
        gc.unfreeze()  # what `rest` set aside may be garbage by now

    def rest(self) -> None:
        """Look for garbage in a quiet moment, and leave what stays out of later searches.

        They stop every thread; among words and places that never change one took 0.3 to 0.6 s, and it comes when much
        is read at once.
        """
        if not self._polling - self._unwell:  # those that failed last time may hang again
            gc.collect()
            gc.freeze()

    def stop(self) -> None:
        """Stop: nothing new is begun, what is under way may end, leases are given back."""
        self._stopping.set()
        self._roused.set()
        self._scheduler.shutdown(wait=False)
        self._courier.stop()
        self._fetchers.shutdown(wait=False, cancel_futures=True)
        if self._courier_thread:
            self._courier_thread.join(STOP_WITHIN_SECONDS)
        with contextlib.suppress(StoreError), self.store.begin() as tx:  # what cannot be given back runs out by itself
            tx.sources.release(self.holder)
            tx.leases.release(self.holder)
        log.info("stopped")

    def run_until_signalled(self) -> None:
        """Work until SIGTERM or SIGINT."""
        gc.set_threshold(*GARBAGE)
        told = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told.set())
        self.start()
        while not told.wait(1.0):
            pass
        self.stop()


def make_egress(settings: Settings) -> Egress:
    """Return the address policy that the settings describe."""
    return Egress(**settings.egress.policy())


def make_intake(settings: Settings, store: Store, progress: Callable[[str], None]) -> Intake:
    """Return everything that a poll stands on; the gazetteer is made at first use, which `progress` is told about."""
    return Intake(
        adapters=load_adapters(),
        languages=load("corridors.languages", "LANGUAGE"),
        gazetteer=open_gazetteer(settings.data / "gazetteer.db", progress=progress),
        web=Fetcher(make_egress(settings), USER_AGENT),
        ledger=Ledger(store, settings.public_url, settings.rules),
        parse=Parsers(),
        reader=chosen(settings.reading.reader, load("corridors.readers", "READER")),
    )


def make_worker(
    settings: Settings, store: Store, sources: tuple[Source, ...], progress: Callable[[str], None]
) -> Worker:
    """Return a worker that is ready to start."""
    user_agent = f"{USER_AGENT} (+{settings.public_url})"
    return Worker(settings, store, make_intake(settings, store, progress), sources, make_egress(settings), user_agent)


@contextmanager
def sole_worker(store: Store) -> Iterator[None]:
    """Hold the worker's lock of a SQLite file; on a server any number may work. Raises Busy for the second one.

    The lock is the kernel's, on a file beside the database: it ends with the process, however that ends.
    """
    if store.path is None:
        yield
        return
    with store.path.with_name(store.path.name + ".worker").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy(
                f"another worker already works on {store.path}; stop it, or use PostgreSQL for several"
            ) from error
        yield


def _with_files_for(connections: int) -> int:
    """Let this process open as many files as that takes, as far as it may, and return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else max(min(connections, soft - OTHER_FILES), 1)


def _guarded(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """Return `job` with the worker's border around it: a fault is logged and the next run tries again."""

    def run() -> None:
        try:
            job()
        except Exception as error:
            log.error("job failed", job=name, error=str(error), exc_info=not isinstance(error, StoreError))

    return run
