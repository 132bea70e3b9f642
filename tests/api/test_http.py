"""How answers travel and are kept: packed, conditional, given again while nothing moved, and never a moment longer."""

from __future__ import annotations

import gzip
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import brotli
import pytest
import zstandard
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.config import Settings
from corridors.model import EventType
from corridors.store import Store
from tests.api.conftest import a_corridor, an_occurrence, record
from tests.postgres import KEY

LISTS = ["/v1/corridors", "/v1/occurrences", "/v1/events", "/v1/claims", "/v1/tallies", "/v1/sources", "/v1/documents"]

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def store(embedded: Store) -> Store:
    """SQLite alone: nothing here depends on the engine but the look that spares a query, which the server lacks."""
    return embedded


def unpack(body: bytes, coding: str | None) -> bytes:
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "br":
        return bytes(brotli.decompress(body))
    return zstandard.ZstdDecompressor().decompressobj().decompress(body) if coding == "zstd" else body


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("identity, gzip;q=0.5", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_an_answer_is_packed_as_the_caller_likes_best(client: FlaskClient, accepted: str, coding: str | None) -> None:
    plain = client.get("/v1/corridors", headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        packed = client.get("/v1/corridors", headers={"Accept-Encoding": accepted})
        assert packed.headers.get("Content-Encoding") == coding
        assert unpack(packed.get_data(), coding) == plain.get_data()
        assert "Accept-Encoding" in packed.headers["Vary"]
    assert (packed.headers["ETag"] == plain.headers["ETag"]) is (coding is None)


@pytest.mark.parametrize("path", ["/v1/occurrences", "/v1/occurrences?format=csv", "/v1/corridors/cor_sumy"])
def test_a_packed_answer_is_not_sent_again_either(client: FlaskClient, path: str) -> None:
    for coding in ("gzip", "br", "identity"):
        first = client.get(path, headers={"Accept-Encoding": coding})
        asked = {"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]}
        again = client.get(path, headers=asked)
        assert (again.status_code, again.headers["ETag"]) == (304, first.headers["ETag"])


@pytest.mark.parametrize("path", [*LISTS, "/v1/occurrences?format=csv", "/v1/claims/clm_1"])
def test_every_answer_says_when_it_changed_and_whether_it_did_since(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    said = parsedate_to_datetime(first.headers["Last-Modified"])
    assert said <= parsedate_to_datetime(format_datetime(datetime.now(UTC)))
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    assert client.get(path, headers={"If-Modified-Since": later}).status_code == 304
    earlier = format_datetime(said - timedelta(hours=1), usegmt=True)
    assert client.get(path, headers={"If-Modified-Since": earlier}).status_code == 200
    both = {"If-Modified-Since": later, "If-None-Match": '"other"'}
    assert client.get(path, headers=both).status_code == 200, "a tag that does not fit counts more than a date"


@pytest.mark.parametrize("path", [*LISTS, "/v1/occurrences?format=csv", "/v1/corridors?lang=uk"])
def test_an_answer_that_is_given_again_is_the_same_to_the_letter(client: FlaskClient, path: str) -> None:
    first, again = client.get(path), client.get(path)
    moving = {"X-Request-Id", "RateLimit", "RateLimit-Policy"}
    said = [sorted(header for header in answer.headers if header[0] not in moving) for answer in (first, again)]
    assert said[0] == said[1]
    assert again.get_data() == first.get_data()


def test_what_changed_within_the_second_of_the_last_look_is_never_not_modified(
    client: FlaskClient, store: Store
) -> None:
    for number in range(5):
        since = client.get("/v1/corridors").headers["Last-Modified"]
        with store.begin() as tx:
            tx.corridors.put(a_corridor(f"cor_{number}"))
        answer = client.get("/v1/corridors", headers={"If-Modified-Since": since})
        assert answer.status_code == 200
        assert f"cor_{number}" in {corridor["id"] for corridor in answer.get_json()["data"]}


def test_an_answer_is_new_as_soon_as_anybody_committed(client: FlaskClient, store: Store) -> None:
    other = Store(store.url, KEY)
    seen = []
    for number in range(5):
        with other.begin() as tx:
            corridor = a_corridor(f"cor_{number}")
            tx.corridors.put(corridor)
            record(tx, EventType.ANNOUNCED, an_occurrence(corridor.id), corridor)
        seen.append(len(client.get("/v1/corridors").get_json()["data"]))
    other.dispose()
    assert seen == [3, 4, 5, 6, 7]


def test_many_readers_beside_a_writer_never_see_an_older_state_than_before(settings: Settings, store: Store) -> None:
    app = create_app(replace(settings, api=replace(settings.api, anonymous_per_minute=0)), store=store)
    ends = threading.Event()
    faults: list[str] = []

    def read() -> None:
        client, highest = app.test_client(), 0
        while not ends.is_set():
            count = len(client.get("/v1/corridors").get_json()["data"])
            if count < highest:
                faults.append(f"{count} after {highest}")
            highest = count

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(15):
        with store.begin() as tx:
            tx.corridors.put(a_corridor(f"cor_{number:02}"))
        assert len(app.test_client().get("/v1/corridors").get_json()["data"]) == 3 + number
    ends.set()
    for reader in readers:
        reader.join()
    assert not faults


def test_a_shared_cache_may_carry_what_is_public_for_seconds_and_nothing_that_is_old(client: FlaskClient) -> None:
    said = client.get("/v1/corridors").headers
    assert said["Cache-Control"] == "public, max-age=0, s-maxage=5, must-revalidate"
    assert {"Accept", "Accept-Encoding", "Authorization", "X-Api-Key"} <= {
        name.strip() for name in said["Vary"].split(",")
    }
    assert "no-cache" in client.get("/v1/events?after=9&wait=0").headers["Cache-Control"]
