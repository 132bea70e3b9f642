"""A running service on loopback, over a store with all that a corridor can be, for clients of others to read."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from corridors.app import create_app
from corridors.config import Settings
from corridors.config.settings import Web
from corridors.model import (
    AssessedWindow,
    Direction,
    EventType,
    Reason,
    Sensitivity,
    Stance,
    Status,
    Why,
)
from corridors.store import Store, Transaction
from tests.api.conftest import a_corridor, an_occurrence, fill, record
from tests.make import DAY, a_place, a_route
from tests.postgres import KEY

FAR = "cor_far"
ROAD = "cor_road"


@dataclass(frozen=True)
class Service:
    """A service that answers at `url`."""

    url: str

    def get(self, path: str) -> bytes:
        """Return the body at a path."""
        answer = requests.get(f"{self.url}{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.content


@pytest.fixture(scope="module")
def service(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the day of the API's tests, and more."""
    folder = tmp_path_factory.mktemp("service")
    path = folder / "corridors.db"
    path.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{path}", KEY)
    with store.begin() as tx:
        fill(tx)
        fill_more(tx)
    store.dispose()
    # A process of its own: GDAL waits for answers without letting other threads of Python run.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        process = get_context("spawn").Process(target=serve, args=(listening, folder, url), daemon=True)
        process.start()
        yield Service(url)
        process.terminate()
        process.join()


def serve(listening: socket.socket, folder: Path, url: str) -> None:
    """Answer on a socket, at ten in the morning of the day."""
    settings = Settings(data=folder, database=f"sqlite:///{folder / 'corridors.db'}", web=Web(public_url=url))
    store = Store(settings.database, KEY)
    app = create_app(settings, store=store, real_now=lambda: datetime(2022, 3, 14, 10, tzinfo=UTC))
    host, port = listening.getsockname()
    make_server(host, port, app, threaded=True, fd=listening.fileno()).serve_forever()


def fill_more(tx: Transaction) -> None:
    """Add a corridor across the 180th meridian with two windows, a road without ends, and a retracted day."""
    west = a_place("Taveuni", country="FJ", lat=-16.9, lon=179.9, names={"en": "Taveuni"})
    east = a_place("Cikobia", country="FJ", lat=-15.7, lon=-179.9, names={"en": "Cikobia"})
    far = a_corridor(FAR, a_route(west, east, country="FJ"))
    road = a_corridor(ROAD, a_route(None, None, name="Salah al-Din road", country="PS", direction=Direction.OUT))
    windows = (AssessedWindow("08:00", "12:00", start_verified=True), AssessedWindow("14:00", "24:00"))
    suspended = an_occurrence(
        FAR, Status.SUSPENDED, windows=windows, reason=Reason.VIOLATED, parties={"UA": Stance.ACCEPTED}, people=600
    )
    announced = an_occurrence(
        ROAD,
        windows=(),
        why=(Why("reported", ("clm_1",), "The ministry announced it."),),
        sensitivity=Sensitivity.LOW_OR_NONE,
    )
    gone = an_occurrence(ROAD, Status.UNKNOWN, date=DAY - timedelta(days=2), claims=0, revision=2, windows=())
    for corridor, occurrence, type_ in (
        (far, an_occurrence(FAR, windows=windows), EventType.ANNOUNCED),
        (far, suspended, EventType.SUSPENDED),
        (road, announced, EventType.ANNOUNCED),
        (road, gone, EventType.RETRACTED),
    ):
        tx.corridors.put(corridor)
        tx.corridors.put_occurrence(occurrence, corridor.route.country, [])
        record(tx, type_, occurrence, corridor)
