"""The store keeps what it was given, gives work to one at a time, and lets nobody read its secrets."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from corridors.errors import Busy, ConfigError, Conflict, StoreError
from corridors.model import Event, EventType, Poll, SourceHealth, Subscription
from corridors.signature import secret_of
from corridors.store import Store
from corridors.store.sealing import installation_key
from corridors.store.tables import metadata
from corridors.work import sole_worker
from tests.make import a_claim, a_document, a_source

NOW = datetime(2022, 3, 14, 9, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def test_the_migrations_build_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert store.missing_migrations() == []
    assert store.migrate() == []


def test_processes_that_migrate_at_once_take_turns(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_migrate, args=(url,)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(240)
    assert [process.exitcode for process in both] == [0, 0]


def _migrate(url: str) -> None:
    Store(url, bytes(32)).migrate()


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin() as tx:
        tx.documents.add(a_document(), now=NOW, historic=False)
        raise RuntimeError
    with store.read() as tx:
        assert tx.documents.page(source=None, before_id=None, limit=9) == []


def test_a_claim_comes_back_as_it_was_kept(store: Store) -> None:
    with store.begin() as tx:
        revision = tx.documents.add(a_document(), now=NOW, historic=False)
        claim = a_claim(claim={"document": revision.id})
        tx.claims.add([claim])
    with store.read() as tx:
        assert tx.claims.find([claim.id]) == [claim]


def test_a_naive_instant_is_refused(store: Store) -> None:
    with pytest.raises((StoreError, ValueError)), store.begin() as tx:
        tx.leases.take("job", "me", datetime(2022, 3, 14), LEASE)  # noqa: DTZ001 - naive on purpose


def test_a_broken_rule_of_the_database_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict), store.begin() as tx:
        event = Event("evt_1", EventType.OPENED, NOW, b"")
        tx.events.append(event, lambda _: b"")
        tx.events.append(event, lambda _: b"")


def test_a_lease_has_one_holder_until_it_runs_out(store: Store) -> None:
    with store.begin() as tx:
        assert tx.leases.take("job", "one", NOW, LEASE)
        assert tx.leases.take("job", "one", NOW, LEASE)
        assert not tx.leases.take("job", "two", NOW + LEASE / 2, LEASE)
        assert tx.leases.take("job", "two", NOW + LEASE, LEASE)


def test_many_who_reach_for_a_source_at_once_poll_it_once(store: Store) -> None:
    with store.begin() as tx:
        tx.sources.configure([a_source(f"source-{number}") for number in range(10)], NOW)
    taken: list[str] = []
    start = threading.Barrier(8)

    def reach(name: str) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                taken.extend(tx.sources.lease_due(name, NOW, LEASE, 2))

    threads = [threading.Thread(target=reach, args=(f"worker-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"source-{number}" for number in range(10))


def test_a_dead_workers_source_is_taken_over_after_the_lease(store: Store) -> None:
    with store.begin() as tx:
        tx.sources.configure([a_source("one")], NOW)
        assert tx.sources.lease_due("dead", NOW, LEASE, 9) == ["one"]
        assert tx.sources.lease_due("alive", NOW + LEASE / 2, LEASE, 9) == []
        assert tx.sources.lease_due("alive", NOW + LEASE, LEASE, 9) == ["one"]


def test_sources_of_one_pace_group_come_one_at_a_time(store: Store) -> None:
    group = {"rate_group": "t.me", "min_gap": timedelta(seconds=3)}
    with store.begin() as tx:
        tx.sources.configure([a_source("one", **group), a_source("two", **group), a_source("free")], NOW)
        assert sorted(tx.sources.lease_due("w", NOW, LEASE, 9)) == ["free", "one"]
        assert tx.sources.lease_due("w", NOW + timedelta(seconds=2), LEASE, 9) == []
        assert tx.sources.lease_due("w", NOW + timedelta(seconds=3), LEASE, 9) == ["two"]


def test_a_polls_result_is_logged_and_the_next_poll_is_kept(store: Store) -> None:
    later = NOW + timedelta(minutes=5)
    with store.begin() as tx:
        tx.sources.configure([a_source("one")], NOW)
        tx.sources.lease_due("w", NOW, LEASE, 9)
        poll = Poll("one", NOW, NOW, "ok", 200, 10, 3, 3, 2)
        tx.sources.record_poll(poll, SourceHealth("one", "ok", "ok", None, NOW, NOW, later), "w")
    with store.begin() as tx:
        assert tx.sources.polls("one", 9) == [poll]
        assert tx.sources.health("one").documents == 2
        assert tx.sources.coverage().ok == 1
        assert tx.sources.lease_due("w", later - timedelta(seconds=1), LEASE, 9) == []
        assert tx.sources.lease_due("w", later, LEASE, 9) == ["one"]


def test_a_source_taken_out_of_the_configuration_is_polled_no_more(store: Store) -> None:
    with store.begin() as tx:
        tx.sources.configure([a_source("one"), a_source("two")], NOW)
        tx.sources.configure([a_source("two")], NOW)
        assert tx.sources.lease_due("w", NOW, LEASE, 9) == ["two"]
        assert tx.sources.coverage().sources == 1


def test_a_key_is_found_by_its_secret_and_its_secret_is_kept_nowhere(embedded: Store) -> None:
    with embedded.begin() as tx:
        key, secret = tx.keys.create("desk", "read", NOW)
        assert tx.keys.by_secret(secret) == key
        assert tx.keys.by_secret(secret + "x") is None
        assert tx.keys.revoke(key.id, NOW)
        assert not tx.keys.revoke(key.id, NOW)
    assert secret.encode() not in _file(embedded)


def test_a_receivers_address_and_secret_are_sealed_on_disk(embedded: Store) -> None:
    secret = secret_of(bytes(range(32)))
    subscription = Subscription(
        "sub_1", "o", "https://marker.example/in", ("*",), {}, (secret,), "active", NOW, NOW, 60, {"x-token": "marker2"}
    )
    with embedded.begin() as tx:
        tx.subscriptions.add(subscription)
    with embedded.read() as tx:
        assert tx.subscriptions.get("sub_1") == subscription
    for marker in ("marker.example", secret, "marker2"):
        assert marker.encode() not in _file(embedded)


def test_another_secret_key_opens_nothing_and_says_so(store: Store) -> None:
    with store.begin() as tx:
        tx.subscriptions.add(Subscription("sub_1", "o", "https://x", ("*",), {}, (), "active", NOW, NOW, 60))
    other = Store(store.url, bytes(range(1, 33)))
    with pytest.raises(StoreError, match="another secret key"), other.read() as tx:
        tx.subscriptions.get("sub_1")
    other.dispose()


def test_the_installations_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = installation_key(None, tmp_path)
    assert installation_key(None, tmp_path) == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "secret.key"]


@pytest.mark.parametrize("said", ["short", "AAAA", "é" * 44], ids=["no base64", "too few bytes", "no ASCII"])
def test_what_is_no_key_is_refused(said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CORRIDORS_SECRET_KEY: is not a key"):
        installation_key(said, tmp_path)


def test_a_second_worker_of_a_sqlite_file_is_refused(embedded: Store) -> None:
    with sole_worker(embedded):
        with pytest.raises(Busy, match="another worker already works on"), sole_worker(embedded):
            pass
    with sole_worker(embedded):
        pass


def test_a_reader_sees_one_state_while_a_writer_commits(store: Store) -> None:
    with store.read() as reader:
        assert reader.leases.mark("x") is None
        with store.begin() as tx:
            tx.leases.set_mark("x", "1")
        assert reader.leases.mark("x") is None
    with store.read() as reader:
        assert reader.leases.mark("x") == "1"


def test_writers_survive_a_power_loss_as_far_as_sqlite_can(embedded: Store) -> None:
    with embedded.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def _file(store: Store) -> bytes:
    assert store.path is not None
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return store.path.read_bytes()
