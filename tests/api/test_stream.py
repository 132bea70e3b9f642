"""Following what happens: long poll and Server-Sent Events, on gunicorn as an operator runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from corridors.model import EventType, Status
from corridors.store import Store
from tests.api.conftest import a_corridor, an_occurrence, fill, record
from tests.make import a_place, a_route
from tests.processes import ADMIN_KEY, SECRET_KEY, eventually, free_port

SOON = 120.0


@dataclass
class Service:
    """A running web process, and the store behind it."""

    url: str
    store: Store
    process: subprocess.Popen[bytes]

    def open_roads(self, count: int, first: int = 0, place: str = "Sumy") -> None:
        """Record so many openings, each of a corridor of its own."""
        with self.store.begin() as tx:
            for number in range(first, first + count):
                corridor = a_corridor(f"cor_{number}", a_route(a_place(place), "Poltava"))
                tx.corridors.put(corridor)
                occurrence = an_occurrence(corridor.id, Status.OPEN)
                tx.corridors.put_occurrence(occurrence, "UA", [])
                record(tx, EventType.OPENED, occurrence, corridor)


@contextmanager
def serving(store: Store, port: int, folder: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run gunicorn on a store."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "CORRIDORS_DATA": str(folder),
        "CORRIDORS_DATABASE": store.url,
        "CORRIDORS_SECRET_KEY": SECRET_KEY,
        "CORRIDORS_ADMIN_KEY": ADMIN_KEY,
        "CORRIDORS_CONFIG": str(folder),
        **settings,
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--threads", "16", "--log-level", "warning", "--no-control-socket", "corridors.app:create_app()"]
    with (folder / f"web-{port}.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}/healthz"
        eventually(lambda: requests.get(url, timeout=30).ok, "the web process answers", SOON)
        yield process
    finally:
        process.terminate()
        process.wait(SOON)


@pytest.fixture
def service(embedded: Store, tmp_path: Path) -> Iterator[Service]:
    """A web process that serves three streams at most, and a store with a day in it."""
    with embedded.begin() as tx:
        fill(tx)
    port = free_port()
    with serving(embedded, port, tmp_path, CORRIDORS_API_STREAMS="3", CORRIDORS_API_WAITING="1") as process:
        yield Service(f"http://127.0.0.1:{port}", embedded, process)


@contextmanager
def following(url: str, query: str = "", last: str | None = None) -> Iterator[Iterator[dict[str, str]]]:
    """Open a stream and yield its events, each a mapping of its fields; signs of life have no data."""
    headers = {"Last-Event-ID": last} if last else {}
    with requests.get(f"{url}/v1/events/stream?{query}", headers=headers, stream=True, timeout=SOON) as answer:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield events_in(answer.iter_lines(chunk_size=1, decode_unicode=True))


def events_in(lines: Iterator[Any]) -> Iterator[dict[str, str]]:
    """Yield the events of a stream of lines (HTML Living Standard, 9.2.6)."""
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "data" in event:
            yield event
            event = {}
        else:
            event = {"id": event["id"]} if "id" in event else {}


def test_a_stream_tells_events_as_they_are_recorded_in_the_bytes_of_the_feed(service: Service) -> None:
    with following(service.url) as events:
        service.open_roads(2)
        told = [next(events) for _ in range(2)]
    feed = requests.get(f"{service.url}/v1/events?after={int(told[0]['id']) - 1}", timeout=SOON).json()["data"]
    assert [json.loads(event["data"]) for event in told] == feed
    assert [event["event"] for event in told] == ["corridor.opened"] * 2
    assert [event["id"] for event in told] == [event["cursor"] for event in feed]


def test_who_comes_back_gets_what_was_missed_and_then_goes_on(service: Service) -> None:
    service.open_roads(520)
    with following(service.url, last="4") as events:
        missed = [next(events)["id"] for _ in range(520)]
        service.open_roads(1, first=520)
        missed.append(next(events)["id"])
    assert [int(id_) for id_ in missed] == list(range(5, 526))


def test_a_stream_is_chosen_like_any_list(service: Service) -> None:
    with following(service.url, "area=UA-59&status=open&types=corridor.*&after=0") as events:
        assert json.loads(next(events)["data"])["data"]["corridor"]["id"] == "cor_sumy"
        service.open_roads(1, first=1, place="Mariupol")
        service.open_roads(1, first=2)
        assert json.loads(next(events)["data"])["data"]["corridor"]["id"] == "cor_2"


def test_who_was_away_for_too_long_is_told_to_read_everything_again(service: Service) -> None:
    with following(service.url, last="999999") as events:
        told = next(events)
        assert (told["event"], json.loads(told["data"])["cursor"]) == ("resync", "0000000000000004")
        service.open_roads(1)
        assert int(next(events)["id"]) == 5


def test_one_stream_too_many_is_sent_away_and_a_closed_one_makes_room(service: Service) -> None:
    with following(service.url), following(service.url), following(service.url):
        refused = requests.get(f"{service.url}/v1/events/stream", timeout=SOON)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert refused.json()["status"] == 503

    def there_is_room() -> bool:
        with requests.get(f"{service.url}/v1/events/stream", stream=True, timeout=SOON) as answer:
            return answer.status_code == 200

    eventually(there_is_room, "a closed stream makes room", SOON)


def test_streams_hold_no_thread(embedded: Store, tmp_path: Path) -> None:
    port = free_port()
    with serving(embedded, port, tmp_path):
        url = f"http://127.0.0.1:{port}"
        held = [requests.get(f"{url}/v1/events/stream", stream=True, timeout=SOON) for _ in range(40)]
        assert {answer.status_code for answer in held} == {200}
        assert requests.get(f"{url}/v1/now", timeout=SOON).ok
        for answer in held:
            answer.close()


def test_a_bad_cursor_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/v1/events/stream", headers={"Last-Event-ID": "evt_1"})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, ["Last-Event-ID"])


def test_head_of_a_stream_ends(service: Service) -> None:
    answer = requests.head(f"{service.url}/v1/events/stream", timeout=SOON)
    assert (answer.status_code, answer.text) == (200, "")


def test_a_long_poll_answers_when_something_that_fits_comes(service: Service) -> None:
    answers: list[Any] = []

    def poll() -> None:
        asked = f"{service.url}/v1/events?after=4&wait=30&place=Sumy"
        answers.append(requests.get(asked, timeout=SOON).json())

    thread = threading.Thread(target=poll)
    thread.start()
    service.open_roads(1, first=1, place="Mariupol")
    service.open_roads(1, first=2)
    thread.join(SOON)
    (event,) = answers[0]["data"]
    assert event["data"]["corridor"]["id"] == "cor_2"


def test_a_long_poll_without_news_ends_and_one_too_many_does_not_wait(service: Service) -> None:
    first = threading.Thread(target=requests.get, args=(f"{service.url}/v1/events?after=4&wait=2",))
    first.start()
    answers = [requests.get(f"{service.url}/v1/events?after=4&wait=1", timeout=SOON).json() for _ in range(3)]
    assert all((answer["data"], answer["next"]) == ([], "0000000000000004") for answer in answers)
    first.join(SOON)


def test_a_reader_has_the_servers_state_after_a_restart(embedded: Store, tmp_path: Path) -> None:
    """What a reader of the stream has, who comes back where it left off, and one of the feed, is what the server has."""
    port, mirrored, last = free_port(), dict[str, str](), "0"
    with embedded.begin() as tx:
        fill(tx)
    for first in (0, 120):
        with serving(embedded, port, tmp_path) as process:
            service = Service(f"http://127.0.0.1:{port}", embedded, process)
            with following(service.url, last=last) as events:
                service.open_roads(60, first=first)
                while len(mirrored) < 4 + first + 60:
                    told = next(events)
                    assert told["id"] > last, "in order, and never twice"
                    last = told["id"]
                    occurrence = json.loads(told["data"])["data"]["occurrence"]
                    mirrored[occurrence["id"]] = occurrence["status"]
            held = requests.get(f"{service.url}/v1/occurrences?limit=1000", timeout=SOON).json()["data"]
            feed = requests.get(f"{service.url}/v1/events?after=0&limit=1000", timeout=SOON).json()
            assert mirrored == {occurrence["id"]: occurrence["status"] for occurrence in held}
            assert [event["data"]["occurrence"]["id"] for event in feed["data"]] == list(mirrored)
        service.open_roads(60, first=first + 60)  # while nobody serves
