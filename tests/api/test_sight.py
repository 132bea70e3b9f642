"""What is seen of the service: its log without secrets, its figures without addresses."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from corridors.app import create_app
from corridors.config import Settings
from corridors.errors import StoreError
from corridors.journal import keep_journal
from corridors.model import Attempt, EventType, Outcome
from corridors.store import Store
from corridors.store.pulse import COURIER_BEAT, WORKER_BEAT
from tests.api.conftest import a_key, bearer

MARKER = "marker7f3a"
LABELS = ("version", "state", "outcome", "result", "kind", "route", "method", "status", "le")

Journal = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """Keep the journal at level debug and return a function that gives its lines so far."""
    written = io.StringIO()
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    monkeypatch.setattr(sys, "stderr", written)
    keep_journal("debug", "json")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    structlog.configure(**before)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_a_request_is_one_line_with_what_an_operator_needs(client: FlaskClient, store: Store, journal: Journal) -> None:
    key = a_key(store, "read")
    answer = client.get(f"/v1/corridors?slug={MARKER}", headers=bearer(key))
    (line,) = journal()
    assert {name: line[name] for name in ("event", "level", "method", "path", "status")} == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/v1/corridors",
        "status": 200,
    }
    assert line["ms"] >= 0
    assert line["key"].startswith("key_")
    assert line["request"] == answer.headers["X-Request-Id"]
    assert MARKER not in str(line)
    assert key not in str(line)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("abc-123.XYZ_9", True, id="a proxy's id is kept"),
        pytest.param("short", False, id="too short"),
        pytest.param("x" * 65, False, id="too long"),
        pytest.param("a b\tc d e f g", False, id="letters that could forge a line"),
    ],
)
def test_every_answer_has_the_id_of_its_lines(
    client: FlaskClient, store: Store, journal: Journal, given: str, kept: bool
) -> None:
    answer = client.get("/v1/now", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept
    assert {line["request"] for line in journal()} == {answer.headers["X-Request-Id"]}


def test_health_checks_and_files_are_told_at_debug_only(client: FlaskClient, store: Store, journal: Journal) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/static/dashboard/main.js", "/docs/docs.js"):
        client.get(path).close()
    assert {line["level"] for line in journal()} == {"debug"}


def test_no_secret_reaches_the_log(app: Flask, client: FlaskClient, store: Store, journal: Journal) -> None:
    def break_(kind: str) -> str:
        hidden = f"https://{MARKER}:{MARKER}@{MARKER}.example/{MARKER}?k={MARKER}"
        raise StoreError(f"failed at {hidden[:8]}host.example/{MARKER}") if kind == "store" else ValueError(kind)

    app.add_url_rule("/break/<kind>", view_func=break_)
    key = a_key(store, "subscribe")
    hook = {"url": f"https://8.8.8.8/{MARKER}?{MARKER}", "headers": {"X-Token": MARKER}, "types": ["*"]}
    made = client.post("/v1/subscriptions", json=hook, headers=bearer(key))
    secret = made.get_json()["secret"]
    client.post(f"/v1/subscriptions/{made.get_json()['id']}/test", headers=bearer(key))
    client.post("/v1/subscriptions", json=hook | {"url": f"http://10.0.0.1/{MARKER}"}, headers=bearer(key))
    client.get("/v1/corridors", headers=bearer(f"cor_key_{MARKER}"))
    client.get(f"/nowhere/cor_key_{MARKER}?{MARKER}")
    for kind in ("store", "us"):
        assert client.get(f"/break/{kind}").status_code in {500, 503}
    logging.getLogger("a.library").warning("cannot reach https://host.example/%s", MARKER)
    lines = journal()
    assert len(lines) >= 8
    said = json.dumps(lines)
    for hidden in (MARKER, key, secret, key.removeprefix("cor_key_"), secret.removeprefix("whsec_")):
        assert hidden not in said


def test_an_exception_shows_where_it_came_from_and_no_variables(app: Flask, journal: Journal) -> None:
    def break_() -> str:
        hidden = MARKER
        raise ZeroDivisionError(len(hidden))

    app.add_url_rule("/break", view_func=break_)
    app.test_client().get("/break")
    (broken,) = [line for line in journal() if line["level"] == "error"]
    assert "test_sight.py" in broken["exception"]
    assert MARKER not in broken["exception"].replace("MARKER", "")


def figures(client: FlaskClient, **options: Any) -> dict[tuple[str, str], float]:
    """Return the figures of /metrics by name and the values of their labels."""
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    return {
        (sample.name, " ".join(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_store(client: FlaskClient, filled: Store) -> None:
    now = datetime.now(UTC)
    subscription = client.post(
        "/v1/subscriptions", json={"url": "https://8.8.8.8/hook", "types": ["*"]}, headers=bearer()
    ).get_json()["id"]
    with filled.begin() as tx:
        for number, (due, code) in enumerate(((now - timedelta(seconds=90), "http_500"), (now, "ok"))):
            delivery = tx.deliveries.owe_own(
                subscription, f"evt_{number}", EventType.SUBSCRIPTION_TEST.value, b"{}", due
            )
            tx.queue.log([Attempt(delivery.id, 1, now, Outcome(code))])
        tx.leases.set_mark(WORKER_BEAT, (now - timedelta(seconds=7)).isoformat())
        tx.leases.set_mark(COURIER_BEAT, now.isoformat())
        tx.leases.take("heartbeat", "worker", now, timedelta(minutes=1))
    seen = figures(client)
    assert seen["corridors_events_total", ""] == 4
    assert seen["corridors_documents_total", ""] == 1
    assert seen["corridors_claims_total", ""] == 1
    assert seen["corridors_subscriptions", ""] == 1
    assert (seen["corridors_sources", "ok"], seen["corridors_sources", "silent"]) == (1, 0)
    assert seen["corridors_deliveries_pending", "due"] == 2
    assert 90 <= seen["corridors_delivery_oldest_due_seconds", ""] < 120
    assert (
        seen["corridors_delivery_attempts_recent", "http_500"],
        seen["corridors_delivery_attempts_recent", "ok"],
    ) == (1, 1)
    assert seen["corridors_leases", "job"] == 1
    assert 7 <= seen["corridors_worker_beat_age_seconds", ""] < 37
    assert ("corridors_source_oldest_due_seconds", "") in seen
    assert ("corridors_courier_beat_age_seconds", "") in seen


def test_requests_are_counted_by_pattern_method_and_status(client: FlaskClient, filled: Store) -> None:
    for path in ("/v1/corridors/cor_mariupol", "/v1/corridors/cor_sumy", "/v1/corridors/none", f"/{MARKER}"):
        client.get(path)
    client.open(f"/{MARKER}", method=MARKER.upper())
    seen = figures(client)
    assert seen["corridors_http_requests_total", "/v1/corridors/<id> GET 200"] == 2
    assert seen["corridors_http_requests_total", "/v1/corridors/<id> GET 404"] == 1
    assert seen["corridors_http_requests_total", "(nowhere) GET 404"] == 1
    assert seen["corridors_http_requests_total", "(nowhere) OTHER 404"] == 1
    assert seen["corridors_http_request_seconds_count", "/v1/corridors/<id> GET"] == 3
    buckets = [value for (name, labels), value in seen.items() if name.endswith("_bucket") and "/<id> GET" in labels]
    assert (buckets, buckets[-1]) == (sorted(buckets), 3)


def test_the_requests_of_all_processes_are_counted_together(settings: Settings, store: Store) -> None:
    one, other = (create_app(settings, store=store) for _ in range(2))
    one.test_client().get("/v1/now")
    figures(one.test_client())
    other.test_client().get("/v1/now")
    assert figures(other.test_client())["corridors_http_requests_total", "/v1/now GET 200"] == 2
    assert figures(one.test_client())["corridors_http_requests_total", "/v1/now GET 200"] == 2


def test_what_could_not_be_written_is_kept_for_the_next_time(app: Flask, embedded: Store, settings: Settings) -> None:
    client = create_app(settings, store=embedded).test_client()
    client.get("/v1/now")
    with embedded.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE traffic RENAME TO away")
    assert client.get("/metrics").status_code == 503
    with embedded.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO traffic")
    assert figures(client)["corridors_http_requests_total", "/v1/now GET 200"] == 1


def test_no_label_names_an_address_a_source_or_an_owner(client: FlaskClient, filled: Store) -> None:
    client.post("/v1/subscriptions", json={"url": f"https://8.8.8.8/{MARKER}", "types": ["*"]}, headers=bearer())
    text = client.get("/metrics").text
    for hidden in (MARKER, "8.8.8.8", "ua-ministry", "https:", "key_", "127.0.0.1"):
        assert hidden not in text
    assert {label for labels in re.findall(r"\{(.*?)\}", text) for label in re.findall(r"(\w+)=", labels)} <= set(
        LABELS
    )


def test_figures_can_be_kept_for_admins(settings: Settings, store: Store) -> None:
    closed = replace(settings, api=replace(settings.api, open_metrics=False))
    client = create_app(closed, store=store).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=bearer(a_key(store, "desk"))).status_code == 403
    assert client.get("/metrics", headers=bearer()).status_code == 200
