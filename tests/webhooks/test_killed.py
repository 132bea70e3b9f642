"""Workers in processes of their own are killed, frozen and thawed under load; nothing is lost, every repeat is the same."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corridors.store import Store
from tests.bench.webhooks import Receivers, owe, pending, receivers, subscribe, workers
from tests.postgres import KEY
from tests.processes import eventually

KILLS, EVENTS = 3, 10


def leased(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        query = "SELECT id FROM deliveries WHERE state = 'pending' AND leased_by IS NOT NULL"
        return set(connection.exec_driver_sql(query).scalars())


def test_workers_killed_at_random_under_load_lose_nothing(embedded: Store, tmp_path: Path) -> None:
    with receivers(tmp_path, 10) as there:
        ids = subscribe(embedded, [there.url(number) for number in range(10)])
        owed, may_repeat, took = 0, set[str](), 0
        for kill in range(KILLS):
            owed += 10 * len(owe(embedded, ids, EVENTS))
            with workers(embedded.url, 1):
                eventually(lambda: len(there.log()) > took + 7 * kill, "it is at work")  # noqa: B023
            may_repeat |= leased(embedded)
            took = len(there.log())
        with workers(embedded.url, 1):
            eventually(lambda: pending(embedded) == 0, "the rest is sent")
        assert_nothing_is_lost(there, owed, may_repeat)


def assert_nothing_is_lost(there: Receivers, owed: int, may_repeat: set[str]) -> None:
    log = there.log()
    times = Counter(delivery for delivery, *_ in log)
    assert len(times) == owed
    assert {delivery for delivery, count in times.items() if count > 1} <= may_repeat
    assert len({(delivery, event, body) for delivery, event, body, _ in log}) == owed, "the same id and bytes"


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """Stop a process in the middle of whatever it does, and let it go on at the end."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_a_worker_frozen_past_its_leases_changes_nothing_when_it_thaws(postgresql_url: str, tmp_path: Path) -> None:
    store = Store(postgresql_url, KEY)
    with receivers(tmp_path, 2, 0, 1) as there, workers(store.url, 1, 3.0) as (sleeper,):
        ids = subscribe(store, [there.url(number) for number in range(3)])
        owe(store, ids[2:])  # to the one that hangs, so that the worker has something on its way
        eventually(lambda: leased(store), "it is on its way")
        with frozen(sleeper.pid):
            owed = 2 * len(owe(store, ids[:2], 20))
            taken = leased(store)
            with workers(store.url, 1, 3.0):
                answered = "SELECT count(*) FROM deliveries WHERE state = 'succeeded'"
                eventually(lambda: _count(store, answered) == owed, "the other one takes over")
                eventually(
                    lambda: _count(store, "SELECT max(lease) FROM deliveries") > 1, "the old lease is taken, too"
                )
        eventually(lambda: leased(store) == set() or sleeper.poll() is None, "it goes on")
        owed += 2 * len(owe(store, ids[:2], 5))
        eventually(lambda: _count(store, answered) == owed, "and works as before")
        log = [row for row in there.log() if row[0] not in taken]
        assert_each_once(log, owed)
        assert _count(store, "SELECT count(*) FROM attempts WHERE code = 'ok'") == owed
    store.dispose()


def assert_each_once(log: list[tuple[str, str, int, float]], owed: int) -> None:
    assert len(log) == len({delivery for delivery, *_ in log}) == owed


def _count(store: Store, query: str) -> int:
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())
