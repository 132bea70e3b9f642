from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.outbound.hostile import Hostile, hostile_server


@pytest.fixture(scope="module")
def hostile() -> Iterator[Hostile]:
    """One server for a module; tests look at `asked` only for paths of their own."""
    with hostile_server() as server:
        yield server
