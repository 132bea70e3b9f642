"""How are subscribers told? Sign, deliver, back off, give up: Standard Webhooks 1.0.0.

The queue is the delivery table, written in the transaction of the change itself (ledger.py). A `Courier` leases what
is due, sends it, and writes the result; what it dies with comes back when the lease ends, with the same id and the
same bytes. Decides who is told: audience.py. Speaks HTTP: outbound.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from corridors.errors import StoreError
from corridors.model import Attempt, Delivery, Outcome, Subscription
from corridors.signature import sign
from corridors.store import Store

# Waits before the attempts 2 … 14: the length of the specification's example (76 hours), but five tries in the first
# eight minutes instead of three, because news of a corridor loses its worth in minutes.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 86400)
)
MAX_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2  # additive only: a retry is never earlier than promised
LONGEST_JITTER = timedelta(minutes=15)
LONGEST_REST = 1.0  # seconds until the queue is looked at although nobody woke us

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """What a courier needs of the network: outbound.Deliverer."""

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        """Return what one POST gave; never raises for what a receiver does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt's outcome means for its delivery. hold_off_at: nothing to this subscription before then."""

    state: str
    due_at: datetime
    hold_off_at: datetime | None = None


def judge(outcome: Outcome, number: int, now: datetime, chance: float) -> Verdict:
    """Return what follows from attempt `number` (from 1) ending in `outcome` at `now`. Pure; chance: 0 … 1.

    Retry-After (RFC 9110) moves the next attempt, within twice the step and an hour, and holds the subscription off.
    """
    if outcome.success:
        return Verdict("succeeded", now)
    if number >= MAX_ATTEMPTS:
        return Verdict("exhausted", now)
    step = WAITS[number - 1]
    wait = step
    hold_off = None
    if outcome.retry_after_seconds is not None and outcome.status in {429, 503}:
        asked = min(timedelta(seconds=min(outcome.retry_after_seconds, 1e6)), 2 * step + timedelta(hours=1))
        wait = max(step, asked)
        hold_off = now + asked
    return Verdict("pending", now + wait + min(wait * JITTER, LONGEST_JITTER) * chance, hold_off)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a courier does at once, and how long it waits."""

    deadline: timedelta = timedelta(seconds=15)
    lease: timedelta = timedelta(seconds=45)
    in_flight: int = 64
    per_subscription: int = 2
    per_host: int = 32


@dataclass(slots=True)
class _Sent:
    delivery: Delivery
    attempt: Attempt


@dataclass(slots=True)
class Courier:
    """Sends what is due until it is stopped. Runs in one asyncio loop; `wake` and `stop` may come from any thread."""

    store: Store
    holder: str
    pace: Pace = Pace()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random
    beat_at: datetime | None = None
    _in_flight: Counter[str] = field(default_factory=Counter)
    _hosts: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    _free_at: dict[str, float] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _sent: asyncio.Queue[_Sent] = field(default_factory=asyncio.Queue)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _stopping: bool = False
    _is_behind: bool = False  # results wait to be written; claiming goes on after that, or it might claim them again

    def wake(self) -> None:
        """Look at the queue now: something was committed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is in the air has landed."""
        self._stopping = True
        self.wake()

    async def run(self, sender: Sender) -> None:
        """Send until stopped. What is in the air when this is cancelled is leased and will come back."""
        self._loop = asyncio.get_running_loop()
        self._sent, self._woken = asyncio.Queue(), asyncio.Event()  # those of an earlier run belong to another loop
        self._tasks, self._in_flight, self._hosts = set(), Counter(), {}
        writer = asyncio.create_task(self._write())
        watch = self.store.watch(self.wake)
        try:
            while not self._stopping:
                self.beat_at = self.now()
                try:
                    await self._send_due(sender)
                except StoreError as error:  # the queue waits in the store until that can be read again
                    log.error("the queue of webhooks cannot be read", error=str(error))
                await self._rest()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self.pace.deadline.total_seconds() + 1)
            await self._sent.join()
        finally:
            writer.cancel()
            watch.close()
            self._release()

    async def _rest(self) -> None:
        """Wait until there may be something to send: a place is free, something was committed, a second is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), LONGEST_REST)
        self._woken.clear()

    async def _send_due(self, sender: Sender) -> None:
        while not self._stopping and not self._is_behind and (room := self.pace.in_flight - len(self._tasks)) > 0:
            busy = [id_ for id_, count in self._in_flight.items() if count >= self.pace.per_subscription]
            claimed = await asyncio.to_thread(self._claim, room, busy)
            for delivery, subscription in claimed:
                self._in_flight[subscription.id] += 1
                task = asyncio.create_task(self._attempt(sender, delivery, subscription))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if not claimed:
                return

    def _claim(self, room: int, busy: Sequence[str]) -> list[tuple[Delivery, Subscription]]:
        self.beat_at = self.now()  # as there may be no end of what is due
        with self.store.read() as tx:  # a look is cheaper than the writer's lock
            due = tx.deliveries.next_due_at()
        if due is None or due > self.now():
            return []
        with self.store.begin() as tx:
            most = max((count for count in self._in_flight.values() if count < self.pace.per_subscription), default=0)
            each = self.pace.per_subscription - most
            taken = tx.deliveries.lease_due(self.holder, self.now(), self.pace.lease, limit=room, each=each, busy=busy)
        with self.store.read() as tx:
            owners = tx.subscriptions.find([delivery.subscription for delivery in taken])
        return [(delivery, owners[delivery.subscription]) for delivery in taken if delivery.subscription in owners]

    async def _attempt(self, sender: Sender, delivery: Delivery, subscription: Subscription) -> None:
        host = self._hosts.setdefault(urlsplit(subscription.url).netloc, asyncio.Semaphore(self.pace.per_host))
        try:
            async with host:
                await self._keep_rate(subscription)
                attempt = await self._send(sender, delivery, subscription)
            await self._sent.put(_Sent(delivery, attempt))
        finally:
            self._in_flight[subscription.id] -= 1
            self._in_flight += Counter()  # drops the zeros
            self._woken.set()

    async def _keep_rate(self, subscription: Subscription) -> None:
        """Wait for this subscription's next place; waiting is not failing."""
        now = time.monotonic()
        place = max(now, self._free_at.get(subscription.id, now))
        self._free_at[subscription.id] = place + 60 / subscription.rate_per_minute
        if place > now:
            await asyncio.sleep(place - now)

    async def _send(self, sender: Sender, delivery: Delivery, subscription: Subscription) -> Attempt:
        started_at = self.now()
        number = delivery.attempts + 1
        headers = {
            **subscription.headers,
            "content-type": "application/json; charset=utf-8",
            **sign(subscription.secrets, delivery.event, started_at, delivery.body),
            "corridors-event": delivery.type,
            "corridors-delivery": delivery.id,
            "corridors-attempt": str(number),
        }
        outcome = await sender.deliver(subscription.url, headers, delivery.body, self.pace.deadline.total_seconds())
        return Attempt(delivery.id, number, started_at, outcome)

    async def _write(self) -> None:
        """Write results in batches: one transaction for all that came in while the last one was written."""
        while True:
            batch = [await self._sent.get()]
            while not self._sent.empty():
                batch.append(self._sent.get_nowait())
            while not await self._recorded(batch):  # or they would be sent again although they arrived
                await asyncio.sleep(LONGEST_REST)
            for _ in batch:
                self._sent.task_done()

    async def _recorded(self, batch: Sequence[_Sent]) -> bool:
        """Return whether the results are written, or given up: leases end, and then deliveries are sent again."""
        try:
            await asyncio.to_thread(self._record, batch)
        except StoreError as error:
            log.error("results of webhooks could not be written", count=len(batch), error=str(error))
            self._is_behind = True
            return self._stopping
        self._is_behind = False
        return True

    def _record(self, batch: Sequence[_Sent]) -> None:
        now = self.now()
        with self.store.begin() as tx:
            owners = tx.subscriptions.hold([sent.delivery.subscription for sent in batch])
            for sent in batch:
                if not tx.deliveries.exists(sent.delivery.id):  # its subscription was deleted meanwhile
                    continue
                verdict = judge(sent.attempt.outcome, sent.attempt.number, now, self.chance())
                tx.deliveries.record(
                    sent.attempt,
                    self.holder,
                    sent.delivery.lease,
                    state=verdict.state,
                    due_at=verdict.due_at,
                    finished_at=None if verdict.state == "pending" else now,
                )
                owner = owners.get(sent.delivery.subscription)
                if owner is None:
                    continue
                failing_since = None if verdict.state == "succeeded" else owner.failing_since_at or now
                if failing_since != owner.failing_since_at:
                    tx.subscriptions.note_health(owner.id, failing_since)
                    owners[owner.id] = replace(owner, failing_since_at=failing_since)
                if verdict.hold_off_at:
                    tx.subscriptions.hold_off(owner.id, verdict.hold_off_at)
        for sent in batch:
            self._tell(sent)

    def _tell(self, sent: _Sent) -> None:
        outcome = sent.attempt.outcome
        log.log(
            20 if outcome.success else 30,
            "webhook",
            delivery=sent.delivery.id,
            subscription=sent.delivery.subscription,
            type=sent.delivery.type,
            attempt=sent.attempt.number,
            result=outcome.code,
            ms=outcome.total_ms,
        )

    def _release(self) -> None:
        try:
            with self.store.begin() as tx:
                tx.deliveries.release(self.holder)
        except StoreError as error:  # the leases end by themselves
            log.warning("leases could not be given back", error=str(error))
