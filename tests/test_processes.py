"""The service as its operators run it: real processes, killed and restarted, lose nothing and repeat nothing that was acknowledged."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from corridors.intake.health import SMALL_DELAY
from corridors.model import EVERYTHING
from corridors.store import Store
from tests.postgres import KEY, OwnServer, Server
from tests.processes import (
    EVERY_SECONDS,
    LEASE_SECONDS,
    Installation,
    Outside,
    children,
    eventually,
    installation,
    kill,
    kill_group,
    procfile,
    program,
)

UNFINISHED = 3  # polls of one source without a line in the log: of each worker that was killed, and one under way
ON_THEIR_WAY = "SELECT id FROM deliveries WHERE state = 'pending' AND leased_by LIKE '%%:{pid}:%%'"


@pytest.fixture
def served(tmp_path: Path, postgresql_url: str, compiled_gazetteer: Path) -> Iterator[Installation]:
    """An installation on PostgreSQL."""
    with installation(tmp_path, postgresql_url, compiled_gazetteer) as made:
        yield made


@pytest.fixture
def embedded_installation(tmp_path: Path, compiled_gazetteer: Path) -> Iterator[Installation]:
    """An installation on a SQLite file."""
    with installation(tmp_path, f"sqlite:///{tmp_path / 'data' / 'corridors.db'}", compiled_gazetteer) as made:
        yield made


def begin(there: Installation, workers: int = 1) -> tuple[subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]:
    """Start what the Procfile says and return the web process and the workers."""
    lines = procfile()
    released = there.start(lines["release"])
    assert released.wait(60) == 0, there.logs()
    web = there.start(lines["web"])
    working = [there.start(lines["worker"]) for _ in range(workers)]
    there.ready()
    there.subscribe()
    return web, working


def everything_arrived(there: Installation) -> bool:
    return len({each.delivery for each in there.outside.received}) == there.outside.published


def leased_by(database: str, pid: int) -> set[str]:
    """Return the deliveries that a process of this id took and never came back with."""
    store = Store(database, KEY)
    try:
        with store.engine.connect() as connection:
            return set(connection.exec_driver_sql(ON_THEIR_WAY.format(pid=pid)).scalars())
    finally:
        store.dispose()


def assert_nothing_is_lost_or_doubled(there: Installation, may_repeat: set[str]) -> None:
    outside = there.outside
    events = there.events()
    assert len(events) == outside.published, "every announcement made one event"
    assert [event["cursor"] for event in events] == sorted({event["cursor"] for event in events})
    assert {each.event for each in outside.received} == {event["id"] for event in events}
    assert outside.repeats() <= may_repeat
    first: dict[str, list[int]] = {}
    for each in outside.received:
        occurrence, revision = each.revision
        if revision not in first.setdefault(occurrence, []):
            first[occurrence].append(revision)
    assert all(revisions == sorted(revisions) for revisions in first.values()), "news never runs backwards"


def assert_each_was_polled_once_an_interval(there: Installation) -> None:
    """By the poll log: what comes late through a busy machine makes the gap to the next arrival short, and is no more.

    An interval counts from when the poll was due, of which it may be late by SMALL_DELAY.
    """
    store = Store(there.database, KEY)
    try:
        for source, arrived in there.outside.polls.items():
            with store.read(EVERYTHING) as tx:
                began = sorted(line.started_at for line in tx.sources.polls(source, 10_000))
            assert (len(began) - 1) * timedelta(seconds=EVERY_SECONDS) <= began[-1] - began[0] + SMALL_DELAY
            assert len(arrived) <= len(began) + UNFINISHED, "what arrived was begun once"
    finally:
        store.dispose()


def test_processes_of_the_procfile_share_the_work_and_any_of_them_may_be_killed(served: Installation) -> None:
    outside = served.outside
    web, (first, second) = begin(served, workers=2)
    outside.answering.clear()
    outside.publish(4)
    eventually(lambda: len(outside.received) >= 2, "deliveries are on their way")
    dying, serving = program(first), program(web)
    kill(dying)
    first.wait()
    may_repeat = leased_by(served.database, dying)
    kill(children(serving)[0])
    outside.answering.set()
    eventually(lambda: served.ask("/v1/events?limit=1")[0] == 200, "the other web process answers")

    outside.publish(8)
    eventually(lambda: everything_arrived(served), "what the dead worker had is taken over", LEASE_SECONDS * 3)
    third = served.start(procfile()["worker"])
    outside.open_all()
    eventually(lambda: everything_arrived(served), "work goes on")
    assert third.poll() is None
    assert second.poll() is None
    eventually(lambda: len(children(serving)) == 2, "the web process is back")
    assert_nothing_is_lost_or_doubled(served, may_repeat)
    assert_each_was_polled_once_an_interval(served)


def test_a_restart_of_the_web_process_loses_no_request(served: Installation) -> None:
    web, _ = begin(served)
    answers: list[int] = []
    enough = threading.Event()

    def keep_asking() -> None:
        while not enough.is_set():
            answers.append(served.ask("/v1/corridors?limit=1")[0])

    serving = program(web)
    before = set(children(serving))
    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    os.kill(serving, signal.SIGHUP)
    eventually(lambda: len(children(serving)) == 2 and not before & set(children(serving)), "new processes serve")
    begun = len(answers)
    eventually(lambda: len(answers) > begun + 20, "they answer")
    enough.set()
    for asker in askers:
        asker.join()
    assert Counter(answers) == {200: len(answers)}


def test_a_request_that_is_under_way_is_answered_before_the_web_process_ends(served: Installation) -> None:
    served.environment["WEB_CONCURRENCY"] = "1"
    web, _ = begin(served)
    with socket.create_connection(("127.0.0.1", served.port)) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\n")
        assert served.ask("/healthz")[0] == 200, "a later request is answered, so the earlier one has begun"
        os.kill(program(web), signal.SIGTERM)
        eventually(lambda: "Handling signal: term" in served.logs(), "it has heard")
        client.sendall(b"Connection: close\r\n\r\n")
        assert client.makefile("rb").readline().split()[1] == b"200"
    assert web.wait(30) == 0


def test_a_restart_of_postgresql_loses_and_doubles_nothing(
    tmp_path: Path, restartable: OwnServer, compiled_gazetteer: Path
) -> None:
    url = restartable.fresh()
    with installation(tmp_path, url, compiled_gazetteer) as there:
        begin(there, workers=2)
        there.outside.answering.clear()
        there.outside.publish(4)
        eventually(lambda: len(there.outside.received) >= 2, "deliveries are on their way")
        restartable.stop()
        there.outside.answering.set()
        there.outside.publish(4)
        restartable.start()
        eventually(lambda: everything_arrived(there), "everybody came back", LEASE_SECONDS * 3)
        assert_nothing_is_lost_or_doubled(there, set())
        assert there.ask("/readyz")[0] == 200
    restartable.drop(url)


def test_a_service_on_one_file_may_be_killed_at_any_moment(embedded_installation: Installation) -> None:
    there, chance = embedded_installation, random.Random(5)
    outside = there.outside
    may_repeat: set[str] = set()
    for kills in range(5):
        serve = there.start(f"corridors serve --port {there.port}")
        eventually(lambda: there.ask("/readyz")[0] in {200, 503}, "it answers")
        if not kills:
            there.subscribe()
        outside.publish(4)
        awaited = len(outside.received) + chance.randint(0, 4)
        _await(outside, awaited)
        kill_group(serve)
        with Store(there.database, KEY).engine.connect() as connection:
            leased = "SELECT id FROM deliveries WHERE state = 'pending' AND leased_by IS NOT NULL"
            may_repeat |= set(connection.exec_driver_sql(leased).scalars())
    there.start(f"corridors serve --port {there.port}")
    eventually(lambda: everything_arrived(there), "everything arrives in the end")
    eventually(lambda: there.ask("/healthz")[0] == 200, "it answers again")
    assert_nothing_is_lost_or_doubled(there, may_repeat)


def test_a_worker_that_is_told_to_stop_lets_land_what_is_on_its_way(embedded_installation: Installation) -> None:
    there = embedded_installation
    outside = there.outside
    _, (worker,) = begin(there)
    outside.answering.clear()
    outside.publish(3)
    eventually(lambda: outside.received, "a delivery is on its way")
    os.kill(program(worker), signal.SIGTERM)
    outside.answering.set()
    worker.wait(120)
    with Store(there.database, KEY).engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM deliveries WHERE leased_by IS NOT NULL").scalar_one()
    assert left == 0
    there.start(procfile()["worker"])
    eventually(lambda: everything_arrived(there), "the rest arrives")
    assert_nothing_is_lost_or_doubled(there, set())


def _await(outside: Outside, deliveries: int) -> None:
    eventually(lambda: len(outside.received) >= deliveries, "it is at work")


def test_one_file_has_one_worker_and_any_number_of_other_processes(embedded_installation: Installation) -> None:
    there = embedded_installation
    begin(there)
    second = there.run("corridors work")
    assert second.returncode == 1
    assert "another worker already works on" in second.stderr
    assert "use PostgreSQL for several" in second.stderr
    assert "Traceback" not in second.stderr
    polled = there.run("corridors poll north")
    assert (polled.returncode, polled.stderr) == (0, ""), polled.stderr
    assert there.run("corridors key list").returncode == 0
    there.outside.publish(1)
    eventually(lambda: everything_arrived(there), "the first worker works on")


def test_the_story_is_told_right_by_two_of_each_on_postgresql_though_some_are_killed(
    tmp_path: Path, postgresql: Server, compiled_gazetteer: Path
) -> None:
    url = postgresql.empty()
    with installation(tmp_path, url, compiled_gazetteer) as there:
        address = f"--database '{there.environment['DATABASE_URL']}' --port {there.port}"
        demo = there.start(f"corridors demo {address} --speed 7200 --processes 2 --workers 2")
        there.ready()
        web, first, _ = children(program(demo))
        eventually(lambda: _told(there, "2022-03-14", "planned"), "the morning of 14 March has come")
        kill(first)
        kill(children(web)[0])
        eventually(lambda: _told(there, "2022-03-14", "operated"), "and the evening", 90)
        eventually(lambda: there.ask("/v1/now")[1]["now_at"] >= "2022-03-15T21:59:59", "and the end of the story")
        eventually(lambda: not _owed(url), "and everybody was told")
        _, answer = there.ask("/v1/tallies?date=2022-03-14&country=UA")
        (country,) = [row for row in answer["data"] if row["region"] is None]
        official = {key: country["official"][key] for key in ("planned", "operated", "people")}
        assert official == {"planned": 10, "operated": 7, "people": 4000}
        assert "REFUSED" not in there.logs()
        os.kill(program(demo), signal.SIGTERM)
        assert demo.wait(60) == 0
        used = there.start(f"corridors demo {address}")
        assert used.wait(60) == 2
        assert "--database: this database is in use" in there.logs()


def _told(there: Installation, date: str, figure: str) -> bool:
    _, answer = there.ask(f"/v1/tallies?date={date}&country=UA")
    return any(row["official"] and row["official"][figure] for row in answer["data"])


def _owed(url: str) -> list[str]:
    store = Store(url, KEY)
    try:
        with store.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT id FROM deliveries WHERE state = 'pending'")
            return list(rows.scalars())
    finally:
        store.dispose()


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_process_without_its_tables_says_what_to_do_and_ends(
    process: str, tmp_path: Path, postgresql: Server, compiled_gazetteer: Path
) -> None:
    with installation(tmp_path, postgresql.empty(), compiled_gazetteer) as there:
        ended = there.start(procfile()[process])
        assert ended.wait(60) != 0
        assert "run `corridors migrate`" in there.logs()
