"""Does a ledger that has seen a million claims keep up like a young one? Prints a table.

Run `python -m tests.bench.ledger [DATABASE_URL …]`: without an address on SQLite in memory-backed storage; an address of
an empty PostgreSQL database measures that one, too. Every day has the same number of claims in the small store and in
the large one, as days grow more with the years and not fuller; the document is about a day that both hold.
`--quick` makes the large one ten times smaller.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from corridors import identity
from corridors.ledger import Announced, Ledger
from corridors.model import Corridor, Now, Place, Reading, Route, Status
from corridors.store import Store
from corridors.store.codec import to_text
from corridors.store.corridors import _corridor_values as corridor_values
from corridors.store.tables import claims, corridors, metadata
from tests.make import a_claim, a_document, a_source, a_statement
from tests.postgres import KEY

A_DAY = 20  # claims about one country's day
DOCUMENTS = 40  # submitted and measured
LIMIT = 2.0
MEMORY = Path("/dev/shm")
TODAY = date(2022, 3, 14)
NOON = datetime(2022, 3, 14, 10, tzinfo=UTC)
COUNTRIES = ("UA", "PS", "SD", "SY", "CD", "YE", "ET", "AM", "LB", "MM")


def main() -> None:
    """Measure every engine and say whether the limit holds."""
    large = 100_000 if "--quick" in sys.argv else 1_000_000
    failed = False
    print(f"{'engine':12}{'claims':>10}{'corridors':>10}{'filled':>9}{'median':>9}{'p90':>9}{'times':>7}")
    for engine, url in [("sqlite", None), *(("postgresql", given) for given in sys.argv[1:] if "://" in given)]:
        base = 0.0
        for count in (1_000, large):
            with _store(url) as store:
                began = time.perf_counter()
                _fill(store, count, count // 10)
                filled = time.perf_counter() - began
                took = sorted(_submit(store))
            median = statistics.median(took)
            base = base or median
            failed |= median > LIMIT * base
            times = (filled, median * 1000, took[int(len(took) * 0.9)] * 1000, median / base)
            print(
                f"{engine:12}{count:>10,}{count // 10:>10,}{times[0]:>8.1f}s{times[1]:>7.1f}ms{times[2]:>7.1f}ms{times[3]:>7.2f}"
            )
    sys.exit(f"assessing one document takes more than {LIMIT} times as long" if failed else 0)


@contextmanager
def _store(url: str | None) -> Iterator[Store]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        store = Store(url or f"sqlite:///{folder}/corridors.db", KEY)
        if url:
            with store.engine.begin() as connection:
                metadata.drop_all(connection)
                connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        store.migrate()
        yield store
        store.dispose()


def _fill(store: Store, count: int, routes: int) -> None:
    """Fill a store: `count` claims in ten countries on as many days as that takes, and `routes` corridors."""
    with store.begin() as tx:
        held = tx.documents.add(a_document(), now=NOON, historic=True).id
    with store.engine.execution_options(corridors_writes=True).begin() as connection:
        for start in range(0, routes, 10_000):
            rows = [_corridor(number) for number in range(start, min(start + 10_000, routes))]
            connection.execute(insert(corridors), rows)
        for start in range(0, count, 10_000):
            connection.execute(
                insert(claims), [_claim(number, routes, held) for number in range(start, min(start + 10_000, count))]
            )
    if not store.embedded:
        with store.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _route(number: int) -> Route:
    country = COUNTRIES[number % len(COUNTRIES)]
    origin = Place(f"Place {number}", geonames=10_000_000 + number, country=country, lat=47.0, lon=37.0)
    return Route(country, origin, Place("Haven", geonames=9_999_999, country=country, lat=48.0, lon=35.0))


def _corridor(number: int) -> dict[str, Any]:
    route = _route(number)
    key = str(number)
    found = Corridor(f"cor_{number:08}", identity.corridor_slug(route), key, route, {"en": key}, NOON, NOON)
    return {"id": found.id, **corridor_values(found)}


_PLAIN = a_claim(Status.ANNOUNCED, NOON - timedelta(hours=3), claim={"id": "clm_X", "document": "doc_0"})


def _claim(number: int, routes: int, document: str) -> dict[str, Any]:
    """Return a claim: 20 a day and country, one in 20 for three days, one in 500 until further notice and withdrawn."""
    country = number % len(COUNTRIES)
    day = TODAY - timedelta(days=number // (A_DAY * len(COUNTRIES)))
    last = day + timedelta(days=2) if number % 20 == 7 else None if number % 500 == 3 else day
    about = (number // len(COUNTRIES) % max(routes // len(COUNTRIES), 1)) * len(COUNTRIES) + country
    statement = replace(_PLAIN.statement, route=_route(about), valid_on=(day, last))
    claim = replace(
        _PLAIN, id=f"clm_{number:08}", document=document, statement=statement, publisher=f"publisher {number % 7}"
    )
    return {
        "id": claim.id,
        "document": claim.document,
        "revision": 1,
        "source": claim.source,
        "country": COUNTRIES[country],
        "first_on": day,
        "last_on": last,
        "status": claim.statement.status.value,
        "content": to_text(claim),
        "recorded_at": claim.recorded_at,
        "known_at": claim.known_at,
        "withdrawn_at": NOON if last is None else None,
    }


def _submit(store: Store) -> Iterator[float]:
    """Submit documents about today, each with a word on one known route, and yield the seconds that each took."""
    ledger = Ledger(store, "https://corridors.example")
    for number in range(DOCUMENTS):
        statuses = (Status.OPEN, Status.SUSPENDED)
        statement = a_statement(statuses[number % 2], _route(number % 5 * len(COUNTRIES)), valid_on=(TODAY, TODAY))
        at = NOON + timedelta(minutes=number)
        announced = Announced(a_document(f"word {number}", published_at=at), Reading((statement,)))
        began = time.perf_counter()
        ledger.submit(a_source(), [announced], Now(at, at))
        if number >= 5:  # the first ones make what later ones find: the day's occurrences, prepared statements
            yield time.perf_counter() - began


if __name__ == "__main__":
    main()
