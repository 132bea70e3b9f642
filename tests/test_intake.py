"""A poll keeps what is new, says how it went, and never takes silence for success."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.errors import FetchError, ParseError
from corridors.intake import Intake, interval, next_health, poll
from corridors.ledger import Ledger
from corridors.model import (
    Dense,
    Document,
    Now,
    Parsed,
    Poll,
    Request,
    Response,
    Snapshot,
    Source,
    SourceHealth,
    Statement,
    Status,
    Validators,
)
from corridors.sources import Option
from corridors.store import Store
from tests.make import DAY, a_source, a_statement, at

MORNING = Now(at("09:00"), at("09:00"))


@dataclass
class Web:
    """A network of answers by address: bytes, an answer, or what to raise."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Response:
        self.asked.append(request)
        answer = self.answers[request.url]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return replace(answer, request=request)
        return Response(request.url, 200, {"etag": '"1"'}, answer, at("09:00"), request)


class Statements:
    """A wire format whose items are statements already: {"id", "status", "at"}; and further pages under "next"."""

    options: Mapping[str, Option] = MappingProxyType({})
    address = ("url",)
    max_bytes = 1000

    def first_request(self, source: Source, validators: Validators) -> Request:
        return Request(source.url or "", validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        try:
            told = json.loads(response.body)
        except ValueError as error:
            raise ParseError("this is no JSON") from error
        documents = [
            Document(
                source.id,
                item["id"],
                item["status"],
                response.fetched_at,
                published_at=datetime.fromisoformat(item["at"]) if "at" in item else at("08:00"),
                statements=(_statement(item["status"]),),
            )
            for item in told["items"]
        ]
        return Parsed(
            tuple(documents),
            told.get("seen", len(documents)),
            len(documents),
            next_requests=tuple(Request(url) for url in told.get("next", ())),
        )


class Asking(Statements):
    """The same, with a page of its own for each item: "gone" there proves that it was deleted."""

    def suspects(self, source: Source, known: Collection[str], seen: Collection[str]) -> tuple[Request, ...]:
        return tuple(Request(f"https://example.org/{one}", purpose="confirm") for one in known if one not in seen)

    def parse(self, response: Response, source: Source) -> Parsed:
        if response.request is not None and response.request.purpose == "confirm":
            gone = (response.url.rpartition("/")[2],) if response.body == b"gone" else ()
            return Parsed((), 0, 0, gone=gone)
        return super().parse(response, source)


def _statement(status: str) -> Statement:
    return a_statement(Status(status))


def page(*items: tuple[str, str], **more: Any) -> bytes:
    return json.dumps({"items": [{"id": id_, "status": status} for id_, status in items]} | more).encode()


class NoPlaces:
    """A gazetteer that knows nothing."""

    def lookup(self, keys: Any) -> dict[str, Any]:
        return {}

    def renew(self) -> None:
        """Nothing is added to what is not there."""


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def intake(store: Store, web: Web) -> Intake:
    places: Any = NoPlaces()
    ledger = Ledger(store, "https://corridors.example")
    return Intake({"telegram": Statements()}, {}, places, web, ledger, clock=lambda: 0.0)


@pytest.fixture
def source(store: Store) -> Source:
    made = a_source(jitter=0.0)
    with store.begin() as tx:
        tx.sources.configure([made], MORNING.real_at)
    return made


def health(store: Store, source: Source) -> SourceHealth:
    with store.read() as tx:
        return tx.sources.health(source.id)


def test_what_is_new_is_kept_and_the_source_is_well(store: Store, web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page(("1", "announced"), ("2", "open"))
    line = poll(source, intake, MORNING)
    assert (line.outcome, line.seen, line.documents_new) == ("ok", 2, 2)
    assert health(store, source).state == "ok"
    assert health(store, source).next_poll_at == MORNING.real_at + source.every
    with store.read() as tx:
        assert [event.type for event in tx.events.after(0, 9)] == ["corridor.opened"]


def test_the_same_page_again_makes_nothing_new(web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page(("1", "announced"))
    assert poll(source, intake, MORNING).documents_new == 1
    assert poll(source, intake, MORNING).documents_new == 0


def test_the_server_is_asked_only_for_what_changed(store: Store, web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page(("1", "announced"))
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = Response(source.url or "", 304, {}, b"", at("09:05"))
    assert poll(source, intake, MORNING).outcome == "not_modified"
    assert web.asked[1].validators == Validators('"1"', None)
    assert health(store, source).validators == Validators('"1"', None)
    assert health(store, source).state == "ok"


def test_a_page_that_proves_to_be_empty_is_a_success(web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page()
    assert poll(source, intake, MORNING).outcome == "proven_empty"


def test_items_that_nobody_understood_are_a_changed_layout(web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page(seen=7)
    assert poll(source, intake, MORNING).outcome == "layout_changed"


def test_fewer_items_than_expected_are_a_changed_layout(web: Web, intake: Intake, source: Source) -> None:
    web.answers[source.url or ""] = page(("1", "announced"))
    line = poll(replace(source, expect={"min_items": 3}), intake, MORNING)
    assert line.outcome == "layout_changed"
    assert line.detail == "expected at least 3 items, saw 1"
    assert line.documents_new == 0


def test_further_pages_are_fetched_and_one_that_fails_does_not_lose_the_others(
    web: Web, intake: Intake, source: Source
) -> None:
    web.answers |= {
        source.url or "": page(("1", "announced"), next=["https://example.org/2", "https://example.org/3"]),
        "https://example.org/2": page(("2", "announced")),
        "https://example.org/3": b"<html>",
    }
    line = poll(source, intake, MORNING)
    assert (line.outcome, line.documents_new) == ("ok", 2)
    assert line.detail == "this is no JSON"


def test_a_source_cannot_send_a_poll_round_for_ever(web: Web, intake: Intake, source: Source) -> None:
    pages = [source.url or "", *(f"https://example.org/{number}" for number in range(99))]
    web.answers |= {url: page(("1", "announced"), next=[url, following]) for url, following in pairwise(pages)}
    line = poll(source, intake, MORNING)
    assert len(web.asked) == 50
    assert len({request.url for request in web.asked}) == 50
    assert "there are more" in (line.detail or "")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        pytest.param(FetchError("down", outcome="unavailable", status=500), "unavailable", id="server error"),
        pytest.param(FetchError("slow", outcome="too_slow"), "too_slow", id="slow server"),
        pytest.param(ParseError("other page", outcome="blocked"), "blocked", id="refused"),
    ],
)
def test_a_fault_is_written_down_and_keeps_everything_known(
    store: Store, web: Web, intake: Intake, source: Source, fault: Exception, outcome: str
) -> None:
    web.answers[source.url or ""] = page(("1", "announced"))
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = fault
    assert poll(source, intake, MORNING).outcome == outcome
    after = health(store, source)
    assert (after.state, after.failures, after.last_ok_at) == ("late", 1, MORNING.real_at)
    assert after.validators == Validators('"1"', None)
    with store.read() as tx:
        assert len(tx.corridors.occurrences_on("UA", DAY)) == 1


def test_a_source_that_falls_silent_and_comes_back_is_told_of(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    web.answers[source.url or ""] = page(("1", "announced"))
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = FetchError("down")
    for hours in (1, 2, 3):
        later = MORNING.real_at + timedelta(hours=hours)
        poll(source, intake, Now(later, later))
    web.answers[source.url or ""] = page(("1", "announced"))
    poll(source, intake, Now(later, later))
    with store.read() as tx:
        told = [event.type for event in tx.events.after(0, 9)]
    assert told == ["corridor.announced", "source.silent", "source.recovered"]


def test_a_first_polls_backlog_is_history_and_its_fresh_posts_are_not(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    items = [{"id": "1", "status": "announced", "at": at("08:00").isoformat()}]
    old = {"id": "2", "status": "open", "at": (at("08:00") - timedelta(days=9)).isoformat()}
    web.answers[source.url or ""] = json.dumps({"items": [*items, old]}).encode()
    poll(source, intake, MORNING)
    with store.read() as tx:
        historic = {
            each.document.external_id: each.historic for each in tx.documents.page(source=None, before_id=None, limit=9)
        }
    assert historic == {"1": False, "2": True}


LINE = Poll("ua-ministry", at("09:00"), at("09:00"), "unavailable")


@given(failures=st.integers(0, 10_000))
def test_a_failing_source_is_asked_less_often_but_never_given_up(failures: int) -> None:
    source = a_source(every=timedelta(minutes=2))
    after = next_health(source, SourceHealth(source.id, failures=failures), LINE, Validators())
    assert after.next_poll_at is not None
    assert source.every <= after.next_poll_at - LINE.started_at <= timedelta(hours=1)


@given(asked=st.floats(0, 1e12))
def test_what_a_server_asks_for_is_followed_between_half_a_minute_and_a_day(asked: float) -> None:
    source = a_source(every=timedelta(seconds=10))
    after = next_health(source, SourceHealth(source.id), LINE, Validators(), retry_after_seconds=asked)
    assert after.next_poll_at is not None
    assert timedelta(seconds=30) <= after.next_poll_at - LINE.started_at <= timedelta(hours=24)


@given(chance=st.floats(-1, 1))
def test_jitter_moves_a_poll_by_its_share_and_not_at_all_where_it_is_zero(chance: float) -> None:
    well = replace(LINE, outcome="ok")
    for share in (0.0, 0.2):
        source = a_source(every=timedelta(minutes=10), jitter=share)
        after = next_health(source, SourceHealth(source.id), well, Validators(), jitter=chance)
        assert after.next_poll_at is not None
        moved = abs(after.next_poll_at - LINE.started_at - source.every)
        assert moved <= source.every * share + timedelta(milliseconds=1)


@pytest.mark.parametrize("outcome", ["blocked", "auth_failed", "preview_off", "identity_changed", "gone"])
def test_a_source_that_refuses_three_times_is_blocked_and_still_asked(
    store: Store, web: Web, intake: Intake, source: Source, outcome: str
) -> None:
    web.answers[source.url or ""] = FetchError("no", outcome=outcome)
    for _ in range(3):
        poll(source, intake, MORNING)
    assert health(store, source).state == "blocked"
    assert health(store, source).next_poll_at is not None
    with store.read() as tx:
        assert tx.sources.coverage().silent == 1
    web.answers[source.url or ""] = page()
    poll(source, intake, MORNING)
    with store.read() as tx:
        assert [event.type for event in tx.events.after(0, 9)] == ["source.silent", "source.recovered"]


def test_a_source_that_nobody_polls_any_more_is_late_by_its_own_cadence(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    web.answers[source.url or ""] = page()
    poll(source, intake, MORNING)
    due = health(store, source).next_poll_at
    assert due is not None
    with store.read() as tx:
        for later, state in ((timedelta(0), "ok"), (source.every, "ok"), (source.every * 1.1, "late")):
            assert tx.sources.health(source.id, due + later).state == state
            assert tx.sources.page(after_id=None, limit=9, now=due + later)[0][1].state == state
            coverage = tx.sources.coverage(due + later)
            assert (coverage.ok, coverage.late) == ((1, 0) if state == "ok" else (0, 1))


def test_a_source_where_nobody_writes_is_stale_asked_as_often_and_its_last_words_are_kept(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    source = replace(source, expect={"max_age": timedelta(minutes=30)})
    web.answers[source.url or ""] = page(("1", "announced"))
    line = poll(source, intake, MORNING)
    assert (line.outcome, line.documents_new) == ("stale", 1)
    assert line.detail == "expected something not older than 0.5 hours, saw the newest from 2022-03-14 06:00 UTC"
    assert health(store, source).next_poll_at == MORNING.real_at + source.every
    web.answers[source.url or ""] = Response(source.url or "", 304, {}, b"", at("09:05"))
    assert poll(source, intake, MORNING).outcome == "stale"
    assert health(store, source).validators == Validators('"1"', None)


@pytest.mark.parametrize(("quiet_hours", "minutes"), [(0, 2), (0.5, 2), (2, 5), (24, 30), (240, 30)], ids=str)
def test_a_quiet_source_is_polled_less_often_up_to_its_slowest(quiet_hours: float, minutes: int) -> None:
    source = a_source(every=timedelta(minutes=2), slowest=timedelta(minutes=30), jitter=0.0)
    after = next_health(
        source, SourceHealth(source.id), replace(LINE, outcome="ok"), Validators(), quiet=timedelta(hours=quiet_hours)
    )
    assert after.next_poll_at == LINE.started_at + timedelta(minutes=minutes)
    awake = replace(source, dense=(Dense("09:00", "10:00", timedelta(minutes=1)),))
    assert interval(awake, at("09:30"), timedelta(hours=quiet_hours)) == timedelta(minutes=1)


def standing(store: Store) -> dict[str, bool]:
    with store.read() as tx:
        kept = tx.documents.page(source=None, before_id=None, limit=9)
    return {one.document.external_id: one.deleted_at is None for one in kept}


def state_of_the_day(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.assessment.status.value for one in tx.corridors.occurrences_on("UA", DAY).values()]


@pytest.mark.parametrize(
    ("answer", "stands"),
    [
        pytest.param(b"gone", False, id="and its own page says so"),
        pytest.param(b"here", True, id="and its own page is there"),
        pytest.param(FetchError("down"), True, id="and its own page cannot be read"),
    ],
)
def test_an_item_that_is_missing_is_withdrawn_only_where_that_is_confirmed(
    store: Store, web: Web, intake: Intake, source: Source, answer: Any, stands: bool
) -> None:
    intake = replace(intake, adapters={"telegram": Asking()})
    web.answers |= {source.url or "": page(("1", "announced"), ("2", "open")), "https://example.org/2": answer}
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = page(("1", "announced"))
    assert poll(source, intake, MORNING).outcome == "ok"
    assert standing(store) == {"1": True, "2": stands}
    assert state_of_the_day(store) == ["open" if stands else "announced"]


def test_a_deleted_item_that_comes_back_stands_again(store: Store, web: Web, intake: Intake, source: Source) -> None:
    source = replace(source, snapshot=Snapshot(max_drop=1.0))
    for items in ([("1", "announced"), ("2", "open")], [("1", "announced")], [("1", "announced"), ("2", "open")]):
        web.answers[source.url or ""] = page(*items)
        poll(source, intake, MORNING)
    assert standing(store) == {"1": True, "2": True}
    assert state_of_the_day(store) == ["open"]


def test_a_snapshot_takes_back_what_is_missing_and_much_of_it_only_after_a_while(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    source = replace(source, snapshot=Snapshot(max_drop=0.5, grace=2))
    web.answers[source.url or ""] = page(("1", "announced"), ("2", "open"), ("3", "announced"))
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = page(("1", "announced"), ("3", "announced"))
    poll(source, intake, MORNING)
    assert standing(store) == {"1": True, "2": False, "3": True}
    web.answers[source.url or ""] = page()
    for expected in (True, True, False):
        poll(source, intake, MORNING)
        assert standing(store) == {"1": expected, "2": False, "3": expected}


def test_a_page_that_was_not_understood_whole_deletes_nothing(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    source = replace(source, snapshot=Snapshot(max_drop=1.0))
    web.answers |= {source.url or "": page(("1", "announced"), ("2", "open")), "https://example.org/2": b"<html>"}
    poll(source, intake, MORNING)
    web.answers[source.url or ""] = page(("1", "announced"), next=["https://example.org/2"])
    poll(source, intake, MORNING)
    assert standing(store) == {"1": True, "2": True}


def test_a_filter_that_let_an_item_through_lets_its_edits_through(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    source = replace(source, filter={"include": ("open",)})
    for status in ("open", "closed"):
        web.answers[source.url or ""] = page(("1", status), ("2", "announced"))
        poll(source, intake, MORNING)
    assert standing(store) == {"1": True}
    assert state_of_the_day(store) == ["closed"]


def led_to(address: str, *, moved: bool = True) -> Response:
    return Response(address, 200, {}, page(("1", "announced")), at("09:00"), moved=moved)


@pytest.mark.parametrize(
    ("address", "moved", "third"),
    [
        pytest.param("https://www.example.org/new", True, "https://www.example.org/new", id="within the site"),
        pytest.param("https://feeds.example.org/new", True, "https://feeds.example.org/new", id="to a name below it"),
        pytest.param("https://example.org/new", False, None, id="for a while only"),
        pytest.param("https://parked.example.com/", True, None, id="to another site"),
        pytest.param("http://example.org/new", True, None, id="to plain http"),
    ],
)
def test_a_permanent_redirect_is_followed_at_once_after_two_good_polls(
    web: Web, intake: Intake, source: Source, address: str, moved: bool, third: str | None
) -> None:
    own = source.url or ""
    web.answers |= {own: led_to(address, moved=moved), address: page(("1", "announced"))}
    for _ in range(3):
        assert poll(source, intake, MORNING).outcome == "ok"
    assert [request.url for request in web.asked] == [own, own, third or own]
    web.answers[address] = FetchError("gone", outcome="gone")
    poll(source, intake, MORNING)
    web.answers[address] = page()
    poll(source, intake, MORNING)
    assert web.asked[-1].url == own


def test_validators_stay_while_a_further_page_is_lacking(
    store: Store, web: Web, intake: Intake, source: Source
) -> None:
    web.answers |= {source.url or "": page(("1", "announced"), next=["https://example.org/2"])}
    web.answers["https://example.org/2"] = FetchError("down")
    assert poll(source, intake, MORNING).outcome == "ok"
    assert health(store, source).validators == Validators()
    web.answers["https://example.org/2"] = page(("2", "announced"))
    assert poll(source, intake, MORNING).documents_new == 1
    assert health(store, source).validators == Validators('"1"', None)


def test_an_index_of_which_nothing_could_be_fetched_is_no_success(web: Web, intake: Intake, source: Source) -> None:
    web.answers |= {source.url or "": page(next=["https://example.org/2"])}
    web.answers["https://example.org/2"] = FetchError("too busy", outcome="rate_limited", retry_after_seconds=90)
    line = poll(source, intake, MORNING)
    assert (line.outcome, line.detail) == ("rate_limited", "too busy")


@pytest.mark.parametrize(
    ("clock", "minutes"),
    [("06:59", 10), ("07:00", 1), ("09:59", 1), ("10:00", 10), ("23:30", 2), ("00:30", 2)],
)
def test_in_a_dense_window_of_the_local_day_a_source_is_polled_more_often(clock: str, minutes: int) -> None:
    dense = (
        Dense("07:00", "10:00", timedelta(minutes=1)),
        Dense("23:00", "01:00", timedelta(minutes=2)),
    )
    source = a_source(every=timedelta(minutes=10), dense=dense)
    assert interval(source, at(clock)) == timedelta(minutes=minutes)
