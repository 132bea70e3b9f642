"""14 March 2022, from bytes to webhooks and back through the API: ten planned, seven operated, about 4,000 people."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from corridors.app import create_app
from corridors.cli.demo import demo_sources
from corridors.cli.demo.loopback import Loopback
from corridors.cli.demo.story import BANNER, Story, load_story
from corridors.config import Settings
from corridors.config.settings import Dashboard
from corridors.intake import Intake, poll
from corridors.ledger import Ledger
from corridors.model import Clock, Now, Source, Subscription
from corridors.outbound import Deliverer, Egress, Fetcher
from corridors.places import Gazetteer
from corridors.registry import load
from corridors.signature import secret_of
from corridors.sources import load_adapters
from corridors.store import Store
from corridors.webhooks import Courier

SECRET = secret_of(bytes(range(32)))
EGRESS = Egress(allow_networks=(ip_network("127.0.0.0/8"),))


@dataclass
class Stage:
    """The service around the story, driven by hand: what the worker does, at the instants that a test chooses."""

    store: Store
    intake: Intake
    sources: tuple[Source, ...]
    loopback: Loopback
    story: Story
    printed: list[str]
    client: FlaskClient = field(init=False)

    def tell_until(self, end: datetime) -> None:
        """Let every post come out, polling after each, and the clock pass in between."""
        for post in self.story.posts:
            if post.at <= end:
                self.pass_to(post.at + timedelta(minutes=1))
        self.pass_to(end)

    def pass_to(self, at: datetime) -> None:
        """Let it be `at`: time passes, every source is polled."""
        now = Now(at.astimezone(UTC), datetime.now(UTC))
        self.loopback.clock = Clock(datetime.now(UTC), at, 1.0, at)
        self.intake.ledger.lapse(now)
        for source in self.sources:
            line = poll(source, self.intake, now)
            assert line.outcome in {"ok", "proven_empty"}, line
        self.intake.ledger.lapse(now)

    def deliver(self) -> None:
        """Deliver until nothing is owed."""

        async def run() -> None:
            courier = Courier(self.store, "story")
            async with Deliverer(EGRESS, "corridors-test") as sender:
                running = asyncio.create_task(courier.run(sender))
                while self._owed():
                    assert not running.done(), running.result()
                    await asyncio.sleep(0)
                courier.stop()
                await running

        asyncio.run(asyncio.wait_for(run(), 240))

    def _owed(self) -> bool:
        with self.store.read() as tx:
            return tx.deliveries.next_due_at() is not None

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def stage(store: Store, gazetteer: Gazetteer, tmp_path: Path) -> Iterator[Stage]:
    story = load_story()
    printed: list[str] = []
    with Loopback(story, SECRET, printed.append) as loopback:
        sources = demo_sources(loopback.url)
        now = datetime.now(UTC)
        subscription = Subscription(
            "sub_story", "desk", loopback.url + "/receiver", ("*",), {}, (SECRET,), "active", now, now, 60000
        )
        with store.begin() as tx:
            tx.sources.configure(sources, now)
            tx.subscriptions.add(subscription)
        intake = Intake(
            load_adapters(),
            load("corridors.languages", "LANGUAGE"),
            gazetteer,
            Fetcher(EGRESS, "corridors-test"),
            Ledger(store, "http://127.0.0.1:8000"),
        )
        told = Stage(store, intake, sources, loopback, story, printed)
        clock = Clock(now, datetime(2022, 3, 14, 21, 45, tzinfo=UTC), 1e-9)
        told.client = create_app(Settings(tmp_path, store.url, clock=clock), store=store).test_client()
        yield told


def test_fourteen_march_is_told_right(stage: Stage) -> None:
    stage.tell_until(datetime(2022, 3, 14, 21, 45, tzinfo=UTC))
    stage.deliver()

    (country,) = [row for row in stage.get("/v1/tallies?date=2022-03-14")["data"] if row["region"] is None]
    official = {key: country["official"][key] for key in ("planned", "operated", "people", "approximate")}
    assert official == {"planned": 10, "operated": 7, "people": 4000, "approximate": True}
    assert country["official"]["source"] == "demo-reintegration"
    assert (
        country["ledger"]["routes_planned"] >= 12
    )  # more routes than corridors: "A and B to C" is one corridor to some
    assert country["ledger"]["people"] == 400 + 100 + 700 + 600 + 210 + 76 + 480 + 82 + 340

    day = {row["corridor_summary"]["name"]["en"]: row for row in stage.get("/v1/occurrences?date=2022-03-14")["data"]}
    assert day["Hostomel – Bilohorodka"]["people"] == 400
    assert (day["Berdiansk – Mariupol"]["status"], day["Berdiansk – Mariupol"]["reason"]) == ("closed", "blocked")
    assert not day["Bobryk – Brovary"]["operated"]
    assert day["Sievierodonetsk – Bakhmut"]["operated"]
    assert sum(row["operated"] for row in day.values()) == country["ledger"]["routes_operated"]

    events = stage.get("/v1/events?limit=1000")["data"]
    assert [event["cursor"] for event in events] == sorted({event["cursor"] for event in events})
    told = [event["type"] for event in events]
    assert {"corridor.announced", "corridor.opened", "corridor.suspended", "corridor.closed"} <= set(told)
    for corridor in {event["data"]["corridor"]["id"] for event in events if "corridor" in event["data"]}:
        about = [event for event in events if event["data"].get("corridor", {}).get("id") == corridor]
        per_day = [(event["data"]["occurrence"]["date"], event["data"]["occurrence"]["revision"]) for event in about]
        assert per_day == sorted(per_day)

    with stage.store.read() as tx:
        owed = tx.deliveries.page("sub_story", state=None, type_=None, before_id=None, limit=1000)
    assert len(owed) == len([event for event in events if not event["historic"]])
    told = [line for line in stage.printed if line.startswith("verified")]
    assert len(told) == len([delivery for delivery in owed if delivery.state == "succeeded"])
    assert {delivery.state for delivery in owed} == {"succeeded", "superseded"}  # nobody listened until the evening
    assert not [line for line in stage.printed if line.startswith("REFUSED")]


def test_at_ten_in_the_morning_ten_were_planned_and_nobody_knew_what_operated(stage: Stage) -> None:
    stage.tell_until(datetime(2022, 3, 14, 21, 45, tzinfo=UTC))
    path = "/v1/tallies?date=2022-03-14&country=UA&as_of=2022-03-14T10:00:00%2B02:00"
    (country,) = [row for row in stage.get(path)["data"] if row["region"] is None]
    official = {key: country["official"][key] for key in ("planned", "operated", "people")}
    assert official == {"planned": 10, "operated": None, "people": None}
    day = stage.get("/v1/occurrences?date=2022-03-14&as_of=2022-03-14T10:00:00%2B02:00")["data"]
    assert {row["status"] for row in day} == {"announced", "open"}
    now = stage.get("/v1/occurrences?date=2022-03-14&as_of=2022-03-14T21:45:00Z")["data"]
    held = stage.get("/v1/occurrences?date=2022-03-14")["data"]
    told = ("id", "status", "reason", "operated", "people", "windows", "why")
    by_id = {row["id"]: {key: row[key] for key in told} for row in held}
    assert {row["id"]: {key: row[key] for key in told} for row in now} == by_id
    then = stage.get("/v1/corridors?limit=1000&as_of=2022-03-14T10:00:00%2B02:00")["data"]
    assert {row["status"] for row in then if row["current"]} == {"announced", "open"}
    assert {row["current"]["id"] for row in then if row["current"]} == {row["id"] for row in day}
    assert without_times(stage.get("/v1/corridors?as_of=2022-03-14T21:45:00Z")) == without_times(
        stage.get("/v1/corridors")
    )
    one = then[0]["id"]
    alone = stage.get(f"/v1/corridors/{one}?as_of=2022-03-14T10:00:00%2B02:00")
    assert {name: alone[name] for name in then[0]} == then[0]
    for noun, at in (("occurrences", "updated_at"), ("events", "timestamp"), ("claims", "known_at")):
        known = stage.get(f"/v1/corridors/{one}/{noun}?as_of=2022-03-14T10:00:00%2B02:00")["data"]
        assert known
        assert all(row[at] <= "2022-03-14T08:00:00.000Z" for row in known)
    assert without_times(stage.get(f"/v1/corridors/{one}/occurrences?as_of=2022-03-14T21:45:00Z")) == without_times(
        stage.get(f"/v1/corridors/{one}/occurrences")
    )
    first = stage.get("/v1/corridors?as_of=2022-03-14T10:00:00%2B02:00&limit=1")
    rest = stage.get(f"/v1/corridors?as_of=2022-03-14T10:00:00%2B02:00&page={first['next']}")
    assert [*first["data"], *rest["data"]] == then
    sheet = stage.client.get("/v1/corridors?format=csv&as_of=2022-03-14T10:00:00%2B02:00").text
    assert all(row["id"] in sheet for row in then)
    before = stage.client.get(f"/v1/corridors/{one}?as_of=2022-03-01T00:00:00Z")
    assert (before.status_code, "at that instant" in before.text) == (404, True)
    refused = stage.client.get("/v1/corridors?as_of=2022-03-14T10:00:00Z&updated_since=2022-03-14T08:00:00Z")
    assert (refused.status_code, list(refused.get_json()["errors"])) == (400, ["updated_since"])


def without_times(answer: Any) -> Any:
    """Return the records of a list without what differs when they are added up anew."""

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(each) for each in value]
        if isinstance(value, dict):
            return {name: told(each) for name, each in value.items() if name not in {"revision", "updated_at"}}
        return value

    return told(answer["data"])


def test_polling_the_same_pages_again_makes_nothing_new(stage: Stage) -> None:
    end = datetime(2022, 3, 13, 21, 30, tzinfo=UTC)
    stage.tell_until(end)
    before = stage.get("/v1/events?limit=1000")["data"]
    stage.pass_to(end)
    stage.pass_to(end)
    assert stage.get("/v1/events?limit=1000")["data"] == before


def test_every_event_can_be_traced_to_the_words_of_a_post(stage: Stage) -> None:
    stage.tell_until(datetime(2022, 3, 14, 6, 0, tzinfo=UTC))
    corridor = stage.get("/v1/corridors?country=UA")["data"][0]
    claim = stage.get(f"/v1/corridors/{corridor['id']}/claims")["data"][0]
    document = stage.get(f"/v1/documents/{claim['document']}")
    field_, start, end = claim["spans"]["origin"]
    assert document[field_][start:end]
    assert re.search(r"[А-Яа-яІіЇїЄє]", document[field_][start:end])


def test_the_page_of_the_demo_says_that_its_posts_are_reconstructions(store: Store, tmp_path: Path) -> None:
    settings = Settings(tmp_path, store.url, dashboard=Dashboard(banner=BANNER))
    page = create_app(settings, store=store).test_client().get("/").text
    assert "these posts are reconstructions" in page
    assert all("reconstruction" in (source.licence or "") for source in demo_sources("http://127.0.0.1:1"))
