"""What does every answer stand on? The settings, the store and the clock of the app that is answering.

`context()` is the only place where a view finds them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, current_app

from corridors import schema
from corridors.api.broadcast import Broadcaster
from corridors.api.kept import Shelf
from corridors.api.meter import Meter
from corridors.api.news import News
from corridors.api.traffic import Traffic
from corridors.config import Settings
from corridors.errors import NotReady
from corridors.localtime import local_day, zone_of
from corridors.model import Coverage, Now, Sensitivity, Source
from corridors.outbound import Egress
from corridors.store import Store, Transaction
from corridors.store.gazetteer import SqliteGazetteer, find_gazetteer, is_compiling

_EXTENSION = "corridors"

# Coordinates and names of places are GeoNames', whichever source spoke (CC BY 4.0 asks for the credit).
GEONAMES = {
    "source": "geonames",
    "name": "GeoNames",
    "url": "https://www.geonames.org/",
    "licence": "CC BY 4.0",
    "attribution": "Names and coordinates of places from GeoNames",
}


@dataclass(slots=True)
class Context:
    """An app's settings, store and clock. The sources are read again only when something public was written."""

    settings: Settings
    store: Store
    egress: Egress
    real_now: Callable[[], datetime] = lambda: datetime.now(UTC)
    meter: Meter = field(init=False)
    traffic: Traffic = field(init=False)
    news: News = field(init=False)
    waiting: threading.Semaphore = field(init=False)
    broadcaster: Broadcaster = field(init=False)
    shelf: Shelf = field(default_factory=Shelf)
    _known: tuple[int, dict[str, Source]] = field(default=(-1, {}))
    _coverage: dict[Sensitivity, tuple[Coverage | None, int]] = field(default_factory=dict)
    _countries: dict[Sensitivity, tuple[int, list[str]]] = field(default_factory=dict)
    _gazetteer: SqliteGazetteer | None = None

    def __post_init__(self) -> None:
        """Begin to count."""
        self.meter = Meter(self.store)
        self.traffic = Traffic(self.store)
        self.news = News(self.store)
        self.waiting = threading.Semaphore(self.settings.api.waiting)
        self.broadcaster = Broadcaster(self.store, self.news)

    @property
    def installation(self) -> str:
        """Return the root of every link."""
        return self.settings.public_url

    def now(self) -> Now:
        """Return the moment on both clocks."""
        real = self.real_now()
        return Now(self.settings.clock.at(real), real)

    def changed_at(self, tx: Transaction) -> int:
        """Return the second by which all that a reader sees had become as it is, in POSIX time, rounded up.

        Rounded up because two changes may share a second, and who saw the first of them must not be told that nothing
        changed since. A change of our sight of the sources is dated by when this process noticed it.
        """
        coverage = tx.sources.coverage(self.now().real_at)
        if self._coverage.get(tx.clearance, (None, 0))[0] != coverage:
            self._coverage[tx.clearance] = (coverage, int(self.real_now().timestamp()))
        return 1 + max(int(tx.events.changed_at()), self._coverage[tx.clearance][1])

    def today(self, tx: Transaction) -> dict[str, date]:
        """Return the local day of every country that has a corridor; "" stands for everywhere else, in UTC."""
        at = self.now().at
        return {country: local_day(at, zone_of(country)) for country in self._countries_of(tx)}

    def _countries_of(self, tx: Transaction) -> list[str]:
        version = tx.events.version()
        if self._countries.get(tx.clearance, (-1,))[0] != version:
            self._countries[tx.clearance] = (version, sorted({"", *tx.corridors.countries()}))
        return self._countries[tx.clearance][1]

    def gazetteer(self) -> SqliteGazetteer:
        """Return the place names. Raises NotReady where they are not compiled in this process's data folder."""
        path = self.settings.data / "gazetteer.db"
        if self._gazetteer is None:
            self._gazetteer = find_gazetteer(path)
        if self._gazetteer is None and is_compiling(path):
            raise NotReady(
                "the place names are being compiled, which takes about half a minute", retry_after_seconds=10
            )
        if self._gazetteer is None:
            raise NotReady(
                "the place names are not compiled in the data folder of this web process; a worker on the same folder "
                "does it at its start, and where there is none, `corridors places compile` does",
                retry_after_seconds=60,
            )
        self._gazetteer.renew()
        return self._gazetteer

    def sources(self, tx: Transaction) -> dict[str, Source]:
        """Return every source that the reader may see, by its id."""
        version = tx.events.version()
        if self._known[0] != version:
            self._known = (version, {source.id: source for source in tx.sources.definitions()})
        known = self._known[1]
        return {id_: source for id_, source in known.items() if source.sensitivity.rank <= tx.clearance.rank}

    def attribution(self, tx: Transaction) -> list[dict[str, Any]]:
        """Return whom the data is owed to."""
        owed = [
            {
                "source": source.id,
                "name": source.title,
                "url": source.url,
                "licence": source.licence,
                "attribution": source.attribution,
            }
            for source in self.sources(tx).values()
        ]
        return [*schema.AttributionSchema(many=True).dump(owed), GEONAMES]


def install(app: Flask, context: Context) -> None:
    """Give an app its context."""
    app.extensions[_EXTENSION] = context


def context() -> Context:
    """Return the context of the app that is answering."""
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Context)
    return found
