"""What one poll learned is what the next one asks with: cursors, entries of an index, and the day's whole answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from corridors.intake import Intake, notice_silence, poll
from corridors.ledger import Ledger
from corridors.model import Now, Poll, Source
from corridors.outbound import Egress, Fetcher
from corridors.sources import load_adapters
from corridors.store import Store
from tests.make import at
from tests.outbound.hostile import Asked, Hostile, Path, answer, hostile_server, says

ADAPTERS = load_adapters()
MORNING = Now(at("09:00"), at("09:00"))
ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{id}</identifier><sender>a@b.example</sender>'
    "<sent>2022-03-14T07:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><language>en</language><headline>{text}</headline></info></alert>"
)


class NoPlaces:
    """A gazetteer that knows nothing."""

    def lookup(self, forms: Any) -> dict[str, Any]:
        return {}

    def known(self, forms: Any) -> frozenset[str]:
        return frozenset()

    def renew(self) -> None:
        """Nothing is added to what is not there."""


def later(now: Now, by: timedelta) -> Now:
    return Now(now.at + by, now.real_at + by)


@contextmanager
def polling(store: Store, paths: dict[str, Path]) -> Iterator[tuple[Hostile, Intake]]:
    places: Any = NoPlaces()
    with hostile_server(paths=paths) as server:
        web = Fetcher(Egress(allow_networks=(ip_network("127.0.0.0/8"),)), "tests")
        yield server, Intake(ADAPTERS, {}, places, web, Ledger(store, "https://x"), pause=lambda seconds: None)


def polled(source: Source, intake: Intake, now: Now = MORNING) -> Poll:
    with intake.ledger.store.begin() as tx:
        tx.sources.configure([source], MORNING.real_at)
    return poll(source, intake, now)


def conditional(body: str, tag: str) -> Path:
    def path(server: Hostile, connection: Any, asked: Asked) -> None:
        same = asked.headers["If-None-Match"] == tag
        connection.sendall(answer("304 Not Modified", ETag=tag) if same else answer(body=body.encode(), ETag=tag))

    return path


def index(server: Hostile, names: list[str]) -> str:
    items = "".join(f"<item><guid>{name}</guid><link>{server.url('/' + name)}</link></item>" for name in names)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>alerts</title>{items}</channel></rss>'


class TestTheEntriesOfAnIndex:
    def test_are_sent_again_only_when_they_changed(self, embedded: Store) -> None:
        paths: dict[str, Path] = {
            name: conditional(ALERT.format(id=name, text="one"), f'"{name}-1"') for name in ("/a", "/b")
        }
        with polling(embedded, paths) as (server, intake):
            paths["/index"] = says(body=index(server, ["a", "b"]).encode())
            source = Source("caps", "cap", "p", server.url("/index"), jitter=0.0)
            assert (polled(source, intake).outcome, polled(source, intake).documents_new) == ("ok", 0)
            asked = [(each.path, each.headers["If-None-Match"]) for each in server.asked]
            assert asked == [
                ("/index", None),
                ("/a", None),
                ("/b", None),
                ("/index", None),
                ("/a", '"/a-1"'),
                ("/b", '"/b-1"'),
            ]
            paths["/b"] = conditional(ALERT.format(id="/b", text="two"), '"/b-2"')
            line = polled(source, intake)
            assert (line.outcome, line.seen, line.understood, line.documents_new) == ("ok", 2, 2, 1)

    def test_are_sent_whole_once_a_day(self, embedded: Store) -> None:
        paths: dict[str, Path] = {"/a": conditional(ALERT.format(id="a", text="one"), '"1"')}
        with polling(embedded, paths) as (server, intake):
            paths["/index"] = conditional(index(server, ["a"]), '"i"')
            source = Source("caps", "cap", "p", server.url("/index"), jitter=0.0)
            for hours, outcome in (
                (0, "ok"),
                (1, "not_modified"),
                (23, "not_modified"),
                (24, "ok"),
                (25, "not_modified"),
            ):
                assert polled(source, intake, later(MORNING, timedelta(hours=hours))).outcome == outcome


def api(pages: dict[str, list[dict[str, Any]]]) -> Path:
    """An API that answers with the records since what is asked for, in a parameter or in a body."""

    def path(server: Hostile, connection: Any, asked: Asked) -> None:
        question = json.loads(asked.body) if asked.body else {}
        since = question.get("since") or parse_qs(urlsplit(asked.path).query).get("since", [""])[0]
        found = [record for record in pages["all"] if record["changed"] >= since]
        start = question.get("offset", 0)
        connection.sendall(answer(body=json.dumps({"data": found[start : start + 2]}).encode()))

    return path


def records(*changed: str) -> list[dict[str, Any]]:
    return [{"id": each, "changed": each, "words": f"said on {each}"} for each in changed]


CURSOR = {
    "records": "data",
    "identity": {"from": "id"},
    "map": {"text": "words"},
    "cursor": {"from": "changed", "param": "since"},
}


class TestACursor:
    def test_asks_for_what_changed_since_the_last_good_poll(self, embedded: Store) -> None:
        pages = {"all": records("2022-03-14T07:00:00Z")}
        with polling(embedded, {"/api": api(pages)}) as (server, intake):
            source = Source("api", "json", "p", server.url("/api"), options=CURSOR, jitter=0.0)
            assert polled(source, intake).documents_new == 1
            pages["all"] = records("2022-03-14T07:00:00Z", "2022-03-14T08:00:00Z")
            assert polled(source, intake).documents_new == 1
            pages["all"] = []
            assert polled(source, intake).outcome == "proven_empty"
            assert polled(source, intake).outcome == "proven_empty"
            since = [parse_qs(urlsplit(each.path).query).get("since") for each in server.asked]
            assert since == [None, ["2022-03-14T07:00:00Z"], ["2022-03-14T08:00:00Z"], ["2022-03-14T08:00:00Z"]]

    def test_overlaps_goes_into_a_body_and_is_paged_there(self, embedded: Store) -> None:
        pages = {"all": records(*(f"2022-03-14T0{hour}:00:00+00:00" for hour in range(5)))}
        options = {
            **CURSOR,
            "method": "POST",
            "body": {"since": "{cursor}", "fields": ["id"]},
            "cursor": {"from": "changed", "start": "2022-03-01T00:00:00Z", "overlap": "1h"},
            "paging": {"type": "offset", "in": "body", "param": "offset", "size": 2, "max_pages": 5},
        }
        with polling(embedded, {"/api": api(pages)}) as (server, intake):
            source = Source("api", "json", "p", server.url("/api"), options=options, jitter=0.0)
            assert polled(source, intake).documents_new == 5
            assert polled(source, intake).outcome == "ok"
            bodies = [(each.method, json.loads(each.body)) for each in server.asked]
            assert [each["offset"] for _, each in bodies] == [0, 2, 4, 0, 2][: len(bodies)]
            assert {method for method, _ in bodies} == {"POST"}
            assert bodies[0][1] == {"since": "2022-03-01T00:00:00Z", "fields": ["id"], "offset": 0}
            assert bodies[3][1]["since"] == "2022-03-14T03:00:00+00:00"
            assert server.asked[0].headers["Content-Type"] == "application/json"

    def test_stays_where_a_page_failed(self, embedded: Store) -> None:
        pages = {"all": records("2022-03-14T07:00:00Z", "2022-03-14T08:00:00Z")}
        options = {**CURSOR, "paging": {"type": "next_link", "next": "next", "max_pages": 3}}
        body = json.dumps({"data": pages["all"], "next": "/broken"}).encode()
        with polling(embedded, {"/api": says(body=body), "/broken": says("500 Internal Server Error")}) as (
            server,
            intake,
        ):
            source = Source("api", "json", "p", server.url("/api"), options=options, jitter=0.0)
            assert polled(source, intake).documents_new == 2
            polled(source, intake)
            assert {each.path for each in server.asked} == {"/api", "/broken"}

    def test_of_a_list_that_was_cut_moves_only_where_the_newest_come_last(self, embedded: Store) -> None:
        times = ["2022-03-14T07:00:00Z", "2022-03-14T08:00:00Z"]
        for order, moves in ((times, True), (times[::-1], False)):
            options = {**CURSOR, "paging": {"type": "next_link", "next": "next", "max_pages": 1}}
            body = json.dumps({"data": records(*order), "next": "/more"}).encode()
            with polling(embedded, {"/api": says(body=body)}) as (server, intake):
                source = Source(f"api-{moves}", "json", "p", server.url("/api"), options=options, jitter=0.0)
                polled(source, intake)
                polled(source, intake)
                assert ("since" in server.asked[1].path) is moves


class TestAPost:
    @pytest.mark.parametrize(
        ("status", "method"), [("307 x", "POST"), ("308 x", "POST"), ("302 x", "GET"), ("303 x", "GET")]
    )
    def test_is_repeated_by_redirects_that_say_so_alone(self, embedded: Store, status: str, method: str) -> None:
        paths = {"/api": says(status, Location="/there"), "/there": says(body=b'{"data": []}')}
        options = {"records": "data", "map": {"text": "words"}, "method": "POST", "body": {"q": "corridor"}}
        with polling(embedded, paths) as (server, intake):
            line = polled(Source("api", "json", "p", server.url("/api"), options=options, jitter=0.0), intake)
            assert line.outcome == "proven_empty"
            assert [(each.method, bool(each.body)) for each in server.asked] == [
                ("POST", True),
                (method, method == "POST"),
            ]

    def test_is_never_carried_to_another_server(self, embedded: Store) -> None:
        options = {"records": "data", "map": {"text": "words"}, "method": "POST", "body": {"q": "corridor"}}
        with hostile_server(paths={"/there": says(body=b'{"data": []}')}) as other:
            with polling(embedded, {"/api": says("307 x", Location=other.url("/there"))}) as (server, intake):
                line = polled(Source("api", "json", "p", server.url("/api"), options=options, jitter=0.0), intake)
            assert (line.outcome, other.asked) == ("refused_address", [])


class TestSilence:
    def test_is_noticed_although_no_poll_runs(self, store: Store) -> None:
        body = json.dumps({"data": records("2022-03-14T07:00:00Z")}).encode()
        with polling(store, {"/api": says(body=body)}) as (server, intake):
            source = Source("api", "json", "p", server.url("/api"), options=CURSOR, jitter=0.0)
            polled(source, intake)
            ledger = intake.ledger
            assert notice_silence([source], ledger, later(MORNING, timedelta(minutes=99))) == []
            night = later(MORNING, timedelta(minutes=101))
            with store.read() as tx:
                assert tx.sources.coverage(night.real_at).silent == 1  # although nobody has noticed yet
                assert tx.sources.health("api", night.real_at).state == "silent"
            assert notice_silence([source], ledger, night) == ["api"]
            assert notice_silence([source], ledger, night) == []
            assert polled(source, intake, later(night, timedelta(minutes=1))).outcome == "ok"
            with store.read() as tx:
                told = [event.type for event in tx.events.after(0, 9) if event.type.startswith("source.")]
                assert told == ["source.silent", "source.recovered"]

    def test_of_a_source_that_never_worked_is_told_once(self, embedded: Store) -> None:
        with polling(embedded, {"/api": says("500 Internal Server Error")}) as (server, intake):
            source = Source("api", "json", "p", server.url("/api"), options=CURSOR, jitter=0.0)
            now = MORNING
            for _ in range(12):
                polled(source, intake, now)
                with embedded.read() as tx:
                    health = tx.sources.health("api")
                now = replace(now, real_at=health.next_poll_at or datetime.now(UTC))
            assert health.state == "silent"
            with embedded.read() as tx:
                assert [event.type for event in tx.events.after(0, 9)] == ["source.silent"]

    def test_of_a_source_whose_turn_never_came_is_told(self, embedded: Store) -> None:
        source = Source("api", "json", "p", "https://example.org/", options=CURSOR)
        with embedded.begin() as tx:
            tx.sources.configure([source], MORNING.real_at)
        ledger = Ledger(embedded, "https://x")
        assert notice_silence([source], ledger, later(MORNING, timedelta(minutes=50))) == []
        assert notice_silence([source], ledger, later(MORNING, timedelta(hours=2))) == ["api"]
