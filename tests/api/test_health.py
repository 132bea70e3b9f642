"""/readyz is red within thirty seconds of a stall, says what stands still and what to do; told on a virtual clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.config import Settings
from corridors.intake import Intake
from corridors.ledger import Ledger
from corridors.model import EventType, Place, Poll, SourceHealth, Validators
from corridors.outbound import Egress, Fetcher
from corridors.places import Candidate
from corridors.store import Store
from corridors.store.pulse import COURIER_BEAT, POLLER_BEAT, WORKER_BEAT
from corridors.work import Worker
from tests.api.conftest import bearer
from tests.make import a_source
from tests.processes import eventually

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STEP = timedelta(seconds=5)
AT_LATEST = timedelta(seconds=30)


class NoPlaces:
    """A gazetteer of nowhere."""

    version = ""

    def renew(self) -> None:
        """Stay as it is."""

    def known(self, key: str) -> bool:
        """Know nothing."""
        return False

    def lookup(self, keys: Collection[str]) -> Mapping[str, Sequence[Candidate]]:
        """Find nothing."""
        return {}

    def search(self, q: str, countries: Sequence[str] = (), limit: int = 20) -> list[Place]:
        """Find nothing."""
        return []


@dataclass
class Service:
    """An installation on a clock that a test moves; each part of its worker lives until it is stalled."""

    store: Store
    client: FlaskClient
    now: datetime = NOON
    stalled: Sequence[str] = ()

    def run(self, length: timedelta) -> None:
        """Let time pass in the steps of a worker's beat."""
        end = self.now + length
        while self.now < end:
            self.now += STEP
            with self.store.begin() as tx:
                for part, mark in (("worker", WORKER_BEAT), ("poller", POLLER_BEAT), ("courier", COURIER_BEAT)):
                    if part not in self.stalled:
                        tx.leases.set_mark(mark, self.now.isoformat())
                if "polling" not in self.stalled:
                    for id_ in tx.sources.lease_due("worker", self.now, timedelta(seconds=90), 9):
                        _polled(tx, id_, self.now, timedelta(seconds=20))

    def problems(self) -> list[str]:
        """Return what /readyz says, after a look at its status."""
        answer = self.client.get("/readyz")
        said: list[str] = answer.get_json()["problems"]
        assert answer.status_code == (503 if said else 200)
        assert answer.get_json()["ready"] is not bool(said)
        return said


def _polled(tx: Any, id_: str, at: datetime, every: timedelta) -> None:
    health = SourceHealth(id_, "ok", "ok", None, at, at, at + every, 0, Validators())
    tx.sources.record_poll(Poll(id_, at, at, "ok", 200, 1, 1, 1, 0), health, "worker")


@pytest.fixture
def service(settings: Settings, store: Store) -> Service:
    """A service of two sources that has run for a minute."""
    with store.begin() as tx:
        tx.sources.configure([a_source("one"), a_source("two")], NOON)
    real = replace(settings, clock=type(settings.clock)())
    made = Service(store, FlaskClient(create_app(real, store=store)))
    made.client = create_app(real, store=store, real_now=lambda: made.now).test_client()
    made.run(timedelta(minutes=1))
    assert made.problems() == []
    return made


def owe(service: Service) -> None:
    """Owe a webhook from now on; nobody delivers here."""
    made = service.client.post(
        "/v1/subscriptions", json={"url": "https://8.8.8.8/hook", "types": ["*"]}, headers=bearer()
    ).get_json()
    with service.store.begin() as tx:
        tx.deliveries.owe_own(made["id"], "evt_x", EventType.SUBSCRIPTION_TEST.value, b"{}", service.now)


@pytest.mark.parametrize(
    ("part", "prepare", "said"),
    [
        pytest.param("worker", None, ["no worker has been heard", "corridors work"], id="the worker is gone"),
        pytest.param("poller", None, ["has not looked for due sources", "start it again"], id="the poll loop hangs"),
        pytest.param("courier", None, ["has not looked for due webhooks", "start it again"], id="the courier hangs"),
        pytest.param("polling", None, ["a source has been due", "nobody polls"], id="nobody polls"),
        pytest.param("delivery", owe, ["a webhook has been due", "nobody sends it"], id="nobody delivers"),
    ],
)
def test_a_stall_is_seen_within_thirty_seconds_and_says_what_to_do(
    service: Service, part: str, prepare: Callable[[Service], None] | None, said: list[str]
) -> None:
    service.stalled = [part]
    if prepare:
        prepare(service)
    # the part may have worked until a moment before what it does next was due: 20 s for a source
    service.run(AT_LATEST + (timedelta(seconds=20) if part == "polling" else timedelta(0)))
    (problem,) = service.problems()
    assert all(words in problem for words in said)
    service.stalled = ()
    for subscription in service.client.get("/v1/subscriptions", headers=bearer()).get_json()["data"]:
        service.client.post(f"/v1/subscriptions/{subscription['id']}/pause", headers=bearer())
    service.run(STEP)
    assert service.problems() == [], "the part works again; who paused is late by their own wish"


def test_nothing_is_red_while_everything_works(service: Service) -> None:
    for _ in range(24):
        service.run(STEP)
        assert service.problems() == []


def test_a_poll_that_takes_long_is_no_stall(service: Service) -> None:
    service.stalled = ["polling"]
    service.run(timedelta(seconds=20))
    with service.store.begin() as tx:
        assert tx.sources.lease_due("worker", service.now, timedelta(seconds=90), 1)
    service.run(timedelta(seconds=60))
    assert service.problems() == []
    service.run(timedelta(seconds=35))
    assert "nobody polls" in service.problems()[0], "the lease ran out and nobody took the source over"


def test_an_installation_without_sources_is_ready(settings: Settings, store: Store) -> None:
    with store.begin() as tx:
        for mark in (WORKER_BEAT, COURIER_BEAT):
            tx.leases.set_mark(mark, NOON.isoformat())
    client = create_app(settings, store=store, real_now=lambda: NOON).test_client()
    assert client.get("/readyz").get_json() == {"ready": True, "problems": []}


def test_before_the_first_worker_it_says_how_to_start_one(settings: Settings, store: Store) -> None:
    client = create_app(settings, store=store, real_now=lambda: NOON).test_client()
    assert client.get("/readyz").get_json()["problems"] == [
        "no worker has ever run on this database; start `corridors work`"
    ]


def test_a_worker_beats_for_each_loop_that_looks_and_for_none_that_hangs(settings: Settings, store: Store) -> None:
    clock = [NOON]
    ledger = Ledger(store, "")
    intake = Intake({}, {}, NoPlaces(), Fetcher(Egress(), "test"), ledger)
    worker = Worker(settings, store, intake, (), Egress(), "test", real_now=lambda: clock[0])
    client = create_app(settings, store=store, real_now=lambda: clock[0]).test_client()
    for _ in range(3):
        clock[0] += STEP
        worker.poll_due()
        worker.beat()
    assert client.get("/readyz").status_code == 200
    for _ in range(6):
        clock[0] += STEP
        worker.beat()
    (problem,) = client.get("/readyz").get_json()["problems"]
    assert "has not looked for due sources for 30 s" in problem


def test_a_courier_that_dies_is_replaced(settings: Settings, embedded: Store) -> None:
    died = threading.Event()

    def now() -> datetime:
        if threading.current_thread().name.startswith("asyncio") and not died.is_set():
            died.set()
            raise RuntimeError("a fault of ours")
        return datetime.now(UTC)

    intake = Intake({}, {}, NoPlaces(), Fetcher(Egress(), "test"), Ledger(embedded, ""))
    worker = Worker(settings, embedded, intake, (), Egress(), "test", real_now=now)
    worker.start()
    try:
        eventually(died.is_set, "its first look ends it")
        dead_at = datetime.now(UTC)
        eventually(lambda: (worker._courier.beat_at or NOON) > dead_at, "another one looks")
    finally:
        worker.stop()
