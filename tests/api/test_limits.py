"""Limits hold, across processes and exactly where one process counts, and cost almost no writing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corridors.api.meter import BLOCKS, WINDOW_SECONDS, Meter
from corridors.app import create_app
from corridors.config import Settings
from corridors.store import Store
from tests.api.conftest import ADMIN_KEY, a_key, bearer
from tests.postgres import KEY

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Limited = Callable[..., Flask]


@pytest.fixture
def limited(settings: Settings, store: Store) -> Limited:
    """Make an app with limits, whose real clock stands still."""

    def make(own_store: Store | None = None, *, proxies: int = 0, now: datetime = NOON, **said: Any) -> Flask:
        web = replace(settings.web, trusted_proxies=proxies)
        limits = replace(settings, web=web, api=replace(settings.api, **said))
        return create_app(limits, store=own_store or store, real_now=lambda: now)

    return make


def statuses(client: FlaskClient, times: int, **options: Any) -> Counter[int]:
    """Ask a number of times and count the answers."""
    return Counter(client.get("/v1/now", **options).status_code for _ in range(times))


def test_an_address_is_told_where_it_stands_and_when_it_is_too_much(limited: Limited) -> None:
    client = limited(anonymous_per_minute=3).test_client()
    first = client.get("/v1/now")
    assert first.headers["RateLimit-Policy"] == '"address";q=3;w=60'
    assert first.headers["RateLimit"].startswith('"address";r=2;t=')
    assert statuses(client, 2) == {200: 2}
    refused = client.get("/v1/now")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.get_json()["type"].endswith("#quota-exceeded")
    assert refused.get_json()["violated-policies"] == ["address"]
    assert refused.headers["RateLimit"].startswith('"address";r=0;t=')
    assert 1 <= int(refused.headers["Retry-After"]) <= WINDOW_SECONDS
    assert f"wait {refused.headers['Retry-After']} s" in refused.get_json()["detail"]


def test_after_the_time_that_was_told_it_may_ask_again(limited: Limited) -> None:
    client = limited(anonymous_per_minute=1).test_client()
    wait = int([client.get("/v1/now") for _ in range(2)][1].headers["Retry-After"])
    assert (
        limited(anonymous_per_minute=1, now=NOON + timedelta(seconds=wait - 1)).test_client().get("/v1/now").status_code
        == 429
    )
    assert (
        limited(anonymous_per_minute=1, now=NOON + timedelta(seconds=wait)).test_client().get("/v1/now").status_code
        == 200
    )


def test_every_key_has_a_limit_of_its_own_wherever_it_asks_from(limited: Limited, store: Store) -> None:
    client = limited(anonymous_per_minute=1, key_per_minute=2).test_client()
    one, other = bearer(a_key(store, "read")), bearer(a_key(store, "read"))
    assert statuses(client, 2) == {200: 1, 429: 1}
    assert client.get("/v1/now", headers=one).headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert statuses(client, 2, headers=one, environ_base={"REMOTE_ADDR": "198.51.100.7"}) == {200: 1, 429: 1}
    assert statuses(client, 2, headers=other) == {200: 2}
    assert statuses(client, 3, headers=bearer(ADMIN_KEY)) == {200: 2, 429: 1}


def test_trying_keys_counts_for_the_address(limited: Limited) -> None:
    client = limited(anonymous_per_minute=2).test_client()
    assert statuses(client, 4, headers=bearer("wrong")) == {401: 2, 429: 2}


def test_the_page_its_files_and_health_checks_are_not_limited(limited: Limited) -> None:
    client = limited(anonymous_per_minute=1).test_client()
    assert statuses(client, 2) == {200: 1, 429: 1}
    for path in ("/", "/static/dashboard/main.js", "/healthz", "/metrics", "/openapi.json", "/docs"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            assert "RateLimit" not in answer.headers


def test_zero_is_no_limit(limited: Limited) -> None:
    answer = limited(anonymous_per_minute=0).test_client().get("/v1/now")
    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "same"),
    [
        pytest.param(0, ("203.0.113.1", "203.0.113.2"), True, id="without a proxy of ours nobody's word is believed"),
        pytest.param(1, ("203.0.113.1", "203.0.113.2"), False, id="behind one, callers are told apart"),
        pytest.param(1, ("9.9.9.9, 203.0.113.1", "8.8.8.8, 203.0.113.1"), True, id="what a caller claims is ignored"),
        pytest.param(2, ("203.0.113.1, 10.0.0.1", "203.0.113.2, 10.0.0.1"), False, id="behind two"),
        pytest.param(1, ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2"), True, id="one network of IPv6 is one caller"),
        pytest.param(1, ("2001:db8:1:2::1", "2001:db8:1:3::1"), False, id="two networks are two"),
        pytest.param(1, ("203.0.113.1", "::ffff:203.0.113.1"), True, id="IPv4 written as IPv6"),
    ],
)
def test_callers_are_told_apart_by_address(
    limited: Limited, proxies: int, forwarded: tuple[str, str], same: bool
) -> None:
    client = limited(anonymous_per_minute=1, proxies=proxies).test_client()
    told = [client.get("/v1/now", headers={"X-Forwarded-For": text}).status_code for text in forwarded]
    assert told == [200, 429 if same else 200]


def test_a_limit_holds_for_two_processes_together(limited: Limited, store: Store) -> None:
    quota = 200
    other_store = Store(store.engine.url.render_as_string(hide_password=False), KEY)
    one, other = (limited(own, anonymous_per_minute=quota).test_client() for own in (store, other_store))
    answers = Counter(client.get("/v1/now").status_code for _ in range(quota) for client in (one, other))
    assert quota <= answers[200] <= quota + quota // BLOCKS
    assert statuses(one, 1) == statuses(other, 1) == {429: 1}
    other_store.dispose()


def test_a_process_that_comes_later_knows_what_was_asked_before(limited: Limited, store: Store) -> None:
    quota = 100
    statuses(limited(anonymous_per_minute=quota).test_client(), quota)
    assert statuses(limited(anonymous_per_minute=quota).test_client(), 50)[200] < quota // BLOCKS


def test_threads_of_one_process_pass_a_limit_by_nothing(store: Store) -> None:
    meter, quota, passed = Meter(store), 100, Counter[bool]()

    def ask() -> None:
        for _ in range(40):
            passed[meter.count("address", "one", quota, NOON).remaining >= 0] += 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed[True] == quota


def test_most_requests_write_nothing(store: Store) -> None:
    meter = Meter(store)
    for number in range(1000):
        meter.count("address", f"caller {number % 50}", 600, NOON)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM rates").scalar() == 0
    for _ in range(600):
        meter.count("address", "one", 600, NOON)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT sum(requests) FROM rates").scalar() == 600


def test_a_store_that_cannot_be_written_stops_nobody(embedded: Store) -> None:
    with embedded.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE rates")
    meter = Meter(embedded)
    assert [meter.count("address", "one", 2, NOON).remaining for _ in range(3)] == [1, 0, -1]


def test_windows_that_are_over_are_forgotten(store: Store) -> None:
    with store.begin() as tx:
        assert tx.rates.add("one", NOON, 3) == 3
        assert tx.rates.add("one", NOON, 4) == 7
        assert tx.rates.add("one", NOON + timedelta(minutes=1), 1) == 1
        assert tx.rates.forget(NOON + timedelta(seconds=1)) == 1
