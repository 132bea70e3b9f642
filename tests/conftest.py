"""What every test may use: a real store on each engine, and no network but loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from corridors.places import Gazetteer
from corridors.store import Store
from corridors.store.gazetteer import open_gazetteer
from tests.postgres import KEY, OwnServer, Server, own_server, server_for_tests

STRICT = bool(os.environ.get("CORRIDORS_TEST_STRICT"))
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1 << 30


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room, and let CI try the same examples for the same code.

    Each of thousands of small databases syncs at every commit, and no test ends with the loss of power: a disk that
    took 0.3 s to sync was seen to make the tests take twice as long.
    """
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    settings.register_profile("always the same", derandomize=True, deadline=None, database=None)
    settings.register_profile("something new each time", deadline=None)
    settings.load_profile("always the same" if STRICT else "something new each time")


@pytest.fixture(autouse=True)
def no_network_but_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    return host.startswith("127.") or host in {"::1", "localhost"}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server with a migrated template."""
    server = server_for_tests()
    server.begin()
    yield server
    server.end()


@pytest.fixture(scope="session")
def own_postgresql(postgresql: Server) -> Iterator[OwnServer]:
    """A PostgreSQL server that may be stopped and started: that of the session, unless that one was given."""
    if isinstance(postgresql, OwnServer):
        yield postgresql
        return
    server = own_server()
    server.begin()
    yield server
    server.end()


@pytest.fixture
def restartable(own_postgresql: OwnServer) -> Iterator[OwnServer]:
    """The server that may be stopped and started, running again afterwards."""
    yield own_postgresql
    own_postgresql.start()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "corridors.db"
    store = Store(f"sqlite:///{path}", KEY)
    store.migrate()
    store.dispose()  # with the last connection the write-ahead log goes into the file
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of this test alone."""
    return f"sqlite:///{shutil.copyfile(migrated_file, tmp_path / 'corridors.db')}"


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test alone."""
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Store]:
    """A migrated SQLite store of this test alone."""
    made = Store(sqlite_url, KEY)
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated store of this test alone, on each engine."""
    made = Store(request.getfixturevalue(f"{request.param}_url"), KEY)
    yield made
    made.dispose()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip into a failure under CI: what is missing there is a fault of the CI script."""
    outcome: Any = yield
    report = outcome.get_result()
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"


@pytest.fixture(scope="session")
def compiled_gazetteer(request: pytest.FixtureRequest) -> Path:
    """The place names of the whole world, compiled once and kept in pytest's cache."""
    assert request.config.cache is not None
    path = Path(request.config.cache.mkdir("gazetteer")) / "gazetteer.db"
    open_gazetteer(path)
    return path


@pytest.fixture(scope="session")
def gazetteer(compiled_gazetteer: Path) -> Gazetteer:
    """The compiled place names, open."""
    return open_gazetteer(compiled_gazetteer)
