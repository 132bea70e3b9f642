"""Who carries the webhooks out? A courier: one asyncio loop that claims, sends and writes what came of it.

Start at `Courier.run`. Every turn is one transaction: it writes what has landed and claims what is due in its place, so
that nothing new is claimed while results cannot be written, and one commit pays for both. What the process dies with is
leased, and comes back when the lease ends, with the same id and the same bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from corridors.errors import StoreError
from corridors.model import Attempt, Delivery, Outcome, Subscription
from corridors.signature import sign
from corridors.store import Store, Transaction
from corridors.store.queue import Claimed
from corridors.webhooks.notices import Notices
from corridors.webhooks.settlement import Landed, Settlement

LONGEST_REST = 1.0  # seconds until the queue is looked at although nobody woke us
MOST_AT_ONCE = 256  # results written and deliveries claimed in one turn, so that none takes long
LONGEST_PAUSE = 0.02  # seconds between two turns; they pause as long as they took
LONGEST_HAND = 0.25  # seconds in which what was claimed is sent or given back, as newer news may overtake it
MOST_QUEUEING = 20_000  # deliveries that may wait for a host besides those that are on their way
CLOCK_STEP = timedelta(seconds=30)  # that the clock is set back, from which on what waits is set back, too
FOR_FIRST_ATTEMPTS = 0.25  # share of the places that retries may not take

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """What a courier needs of the network: outbound.Deliverer."""

    async def deliver(self, target: str, headers: Mapping[str, str], body: bytes, deadline_seconds: float) -> Outcome:
        """Return what one POST gave; never raises for what a receiver does."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a courier does at once, and how long it waits."""

    deadline: timedelta = timedelta(seconds=15)
    lease: timedelta = timedelta(seconds=45)
    in_flight: int = 4096
    per_subscription: int = 2
    per_host: int = 32


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed delivery with the subscription to send it to. claimed_at: of time.monotonic."""

    delivery: Delivery
    subscription: Subscription
    trigger: str
    claimed_at: float


@dataclass(slots=True)
class Hand:
    """What is claimed for one subscription and not sent yet, and how many of its requests are on their way."""

    waiting: deque[Errand] = field(default_factory=deque)
    sending: int = 0


@dataclass(slots=True)
class Courier:
    """Sends what is due until it is stopped. Runs in one asyncio loop; `wake` and `stop` may come from any thread.

    installation: root of the links in notices; chance: 0 … 1, spreads retries; beat_at: when it last looked.
    """

    store: Store
    holder: str
    pace: Pace = Pace()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random
    installation: str = ""
    beat_at: datetime | None = None
    _landed: list[Landed] = field(default_factory=list)
    _unsent: list[str] = field(default_factory=list)
    _hands: dict[str, Hand] = field(default_factory=dict)
    _in_flight: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _hosts: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    _known: dict[str, Subscription] = field(default_factory=dict)
    _doubted: dict[str, Delivery] = field(default_factory=dict)
    _wanted: set[str] = field(default_factory=set)
    _one_look: asyncio.Lock = field(default_factory=asyncio.Lock)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _next_at: datetime | None = None
    _queueing: int = 0
    _looked_at: tuple[datetime, float] | None = None  # when the last turn began, by the clock and by time.monotonic
    _stopping: bool = False
    _is_in_doubt: bool = False  # whether a commit went through that we did not hear of

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
        self._woken = asyncio.Event()  # that of an earlier run belongs to another loop, as do its tasks
        self._landed, self._unsent, self._hands, self._in_flight, self._hosts = [], [], {}, {}, {}
        self._doubted, self._wanted, self._one_look = {}, set(), asyncio.Lock()
        self._queueing = 0
        self._is_in_doubt = True
        watch = self.store.watch(self.wake)
        try:
            while not self._stopping:
                began = time.monotonic()
                errands = await self._turn()
                for errand in errands:
                    self._take(sender, errand)
                await asyncio.sleep(min(time.monotonic() - began, LONGEST_PAUSE))  # so that the next one finds more
                if not errands and not self._landed:
                    await self._rest()
            await self._finish()
        finally:
            watch.close()
            for task in [*self._in_flight.values()]:
                task.cancel()
            self._release()

    async def _turn(self) -> list[Errand]:
        """Write what has landed and claim what is due; while the store cannot be used, neither."""
        self._woken.clear()
        landed, self._landed = self._landed[:MOST_AT_ONCE], self._landed[MOST_AT_ONCE:]
        unsent, self._unsent = self._unsent, []
        ours = [*self._in_flight, *(each.delivery.id for hand in self._hands.values() for each in hand.waiting)]
        try:
            return await asyncio.to_thread(self._write_and_claim, landed, unsent, ours)
        except StoreError as error:
            log.error("the queue of webhooks cannot be used", results=len(landed), error=str(error))
            self._landed = landed + self._landed  # or they would be sent again although they arrived
            self._is_in_doubt = True
            await asyncio.sleep(LONGEST_REST)
            return []

    def _write_and_claim(self, landed: Sequence[Landed], unsent: Sequence[str], ours: Sequence[str]) -> list[Errand]:
        self.beat_at = now = self.now()
        set_back = self._set_back_by(now)
        room = 0 if self._stopping else self._room(len(ours))
        places, fresh = self.pace.per_subscription, room <= self.pace.in_flight * FOR_FIRST_ATTEMPTS
        if (
            not landed and not unsent and not set_back and not self._is_in_doubt
        ):  # a look is cheaper than the writer's lock
            with self.store.read() as tx:
                self._next_at = tx.queue.next_at(now)
                if room <= 0 or not tx.queue.is_ready(now, places, fresh=fresh):
                    return []
        with self.store.begin() as tx:
            if set_back and tx.leases.take("webhooks.clock", self.holder, now, CLOCK_STEP):  # one of several workers
                tx.queue.set_back(now, set_back, self.pace.lease)
            if self._is_in_doubt:
                self._clear_doubt(tx, [*ours, *(each.delivery.id for each in landed)])
            if landed:
                settlement = Settlement(self.holder, Notices(self.installation), self.chance)
                settlement.settle(tx, landed, now, again=self._is_in_doubt)
            tx.queue.give_back(self.holder, unsent)
            most = min(room, MOST_AT_ONCE)
            claimed = tx.queue.claim(self.holder, now, self.pace.lease, room=most, places=places, fresh=fresh)
        self._is_in_doubt = False
        if not claimed and not landed:  # another worker has just taken it, or is about to give some back
            self._next_at = now + timedelta(seconds=LONGEST_PAUSE)
        _log(landed)
        return self._errands(claimed)

    def _set_back_by(self, now: datetime) -> timedelta:
        """Return how far the clock was set back since the last turn; nothing may wait an hour because of that."""
        at, before = time.monotonic(), self._looked_at
        self._looked_at = (now, at)
        lost = timedelta(seconds=at - before[1]) - (now - before[0]) if before else timedelta(0)
        return lost if lost > CLOCK_STEP else timedelta(0)

    def _room(self, ours: int) -> int:
        """Return how many more may be taken: those who wait for a host of many receivers count up to MOST_QUEUEING."""
        return self.pace.in_flight - ours + min(self._queueing, MOST_QUEUEING)

    def _clear_doubt(self, tx: Transaction, ours: Sequence[str]) -> None:
        """Give back what is leased to us and we do not know of. A SQLite file has one worker: all leases are ours."""
        tx.queue.release(None if self.store.embedded else self.holder, besides=ours)

    def _errands(self, claimed: Sequence[Claimed]) -> list[Errand]:
        """Return what to do for claimed deliveries; addresses and secrets are unsealed once, and again when changed."""
        known = self._known
        versions = {each.delivery.subscription: each.version for each in claimed}
        news = [id_ for id_, at in versions.items() if id_ not in known or known[id_].updated_at != at]
        if news:
            with self.store.read() as tx:
                known.update(tx.subscriptions.find(news))
        ours = [each for each in claimed if each.delivery.subscription in known]
        at = time.monotonic()
        return [Errand(each.delivery, known[each.delivery.subscription], each.trigger, at) for each in ours]

    def _take(self, sender: Sender, errand: Errand) -> None:
        """Send an errand now, or when one before it to the same subscription has landed."""
        hand = self._hands.setdefault(errand.subscription.id, Hand())
        if hand.sending < self.pace.per_subscription:
            self._begin(sender, errand, hand)
        else:
            hand.waiting.append(errand)

    def _begin(self, sender: Sender, errand: Errand, hand: Hand) -> None:
        hand.sending += 1
        task = asyncio.create_task(self._run_errand(sender, errand))
        self._in_flight[errand.delivery.id] = task
        task.add_done_callback(lambda _: self._end(sender, errand, hand))

    def _end(self, sender: Sender, errand: Errand, hand: Hand) -> None:
        """Go on with what is still in the hand; what has been there for too long is given back."""
        del self._in_flight[errand.delivery.id]
        hand.sending -= 1
        following = hand.waiting.popleft() if hand.waiting else None
        if following is None:
            if not hand.sending:
                self._hands.pop(errand.subscription.id, None)
        elif self._stopping or time.monotonic() - following.claimed_at > LONGEST_HAND:
            self._unsent += [following.delivery.id, *(each.delivery.id for each in hand.waiting)]
            hand.waiting.clear()
        else:
            self._begin(sender, following, hand)
        self._woken.set()

    async def _run_errand(self, sender: Sender, errand: Errand) -> None:
        host = self._hosts.setdefault(urlsplit(errand.subscription.url).netloc, asyncio.Semaphore(self.pace.per_host))
        self._queueing += 1  # at the host; it takes nobody's place while it waits there
        try:
            await host.acquire()
        finally:
            self._queueing -= 1
        try:
            if not await self._is_still_wanted(errand):
                self._unsent.append(errand.delivery.id)
                return
            attempt = await self._send(sender, errand)
        finally:
            host.release()
        self._landed.append(Landed(errand.delivery, attempt))

    async def _is_still_wanted(self, errand: Errand) -> bool:
        """Return whether it may be sent now; after waiting for its host there may be newer news, or a pause."""
        waited = time.monotonic() - errand.claimed_at
        if waited > (self.pace.lease - self.pace.deadline).total_seconds():
            return False  # its lease might end while it is sent
        return waited <= LONGEST_HAND or await self._is_found_wanted(errand.delivery)

    async def _is_found_wanted(self, delivery: Delivery) -> bool:
        """Look at a delivery again, with all that come to be asked about during the look before: one by one, looks
        would cost more than sending. The lock lets in who came first, so that all have read a look before the next.
        """
        self._doubted[delivery.id] = delivery
        async with self._one_look:
            if delivery.id in self._doubted:
                asked = [*self._doubted.values()][:MOST_AT_ONCE]
                for each in asked:
                    del self._doubted[each.id]
                self._wanted = await asyncio.to_thread(self._look_again, asked)
            return delivery.id in self._wanted

    def _look_again(self, asked: Sequence[Delivery]) -> set[str]:
        try:
            with self.store.read() as tx:
                return tx.queue.wanted(self.holder, asked)
        except StoreError:  # then the next turn says so
            return set()

    async def _send(self, sender: Sender, errand: Errand) -> Attempt:
        started_at = self.now()
        delivery, subscription = errand.delivery, errand.subscription
        number = delivery.attempts + 1
        headers = {
            **subscription.headers,
            "content-type": "application/json; charset=utf-8",
            **sign(subscription.live_secrets(started_at), delivery.event, started_at, delivery.body),
            "corridors-event": delivery.type,
            "corridors-delivery": delivery.id,
            "corridors-attempt": str(number),
            "corridors-seq": str(delivery.seq),
        }
        if delivery.replay:
            headers["corridors-replay"] = "1"
        outcome = await sender.deliver(subscription.url, headers, delivery.body, self.pace.deadline.total_seconds())
        return Attempt(delivery.id, number, started_at, outcome, errand.trigger)

    async def _rest(self) -> None:
        """Wait until there may be something to do: something landed or was committed, or the time of something came."""
        until_next = (self._next_at - self.now()).total_seconds() if self._next_at else LONGEST_REST
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), min(max(until_next, 0.001), LONGEST_REST))

    async def _finish(self) -> None:
        """Let land what is in the air, and write what came of it."""
        if self._in_flight:
            await asyncio.wait([*self._in_flight.values()], timeout=self.pace.deadline.total_seconds() + 1)
        failures = 0
        while self._landed and failures < 3:  # what cannot be written is sent again after its lease
            await self._turn()
            failures += self._is_in_doubt

    def _release(self) -> None:
        try:
            with self.store.begin() as tx:
                tx.queue.release(self.holder)
        except StoreError as error:  # the leases end by themselves
            log.warning("leases could not be given back", error=str(error))


def _log(landed: Sequence[Landed]) -> None:
    line = log.bind()  # once: it costs more than a line that the level drops
    for each in landed:
        outcome = each.attempt.outcome
        (line.debug if outcome.success else line.warning)(
            "webhook",
            delivery=each.delivery.id,
            subscription=each.delivery.subscription,
            type=each.delivery.type,
            attempt=each.attempt.number,
            trigger=each.attempt.trigger,
            result=outcome.code,
            ms=outcome.total_ms,
        )
