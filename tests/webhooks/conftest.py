"""What tests of the engine use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from corridors.store import Store
from tests.postgres import KEY
from tests.webhooks.engine import Engine


@pytest.fixture
def engine(store: Store) -> Engine:
    """An engine on a store of its own, on each kind of database."""
    return Engine(store)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A store on SQLite alone, for what needs many runs or many rows."""
    made = Store(sqlite_url, KEY)
    yield made
    made.dispose()
