"""Everything that can be read: what each address answers, page by page, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from corridors import schema
from corridors.model import EventType, Status
from corridors.store import Store
from tests.api.conftest import a_corridor, an_occurrence, heard, record
from tests.make import DAY, a_route

pytestmark = pytest.mark.usefixtures("filled")

LISTS = [
    "/v1/corridors",
    "/v1/corridors/cor_mariupol/occurrences",
    "/v1/corridors/cor_mariupol/events",
    "/v1/corridors/cor_mariupol/claims",
    "/v1/occurrences",
    "/v1/tallies",
    "/v1/events",
    "/v1/claims",
    "/v1/documents",
    "/v1/sources",
    "/v1/sources/ua-ministry/polls",
]


def data(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    """Return the records of a list."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_a_list_carries_coverage_notice_and_attribution(client: FlaskClient, path: str) -> None:
    body = client.get(path).get_json()
    assert set(body) == {"data", "next", "coverage", "notice", "attribution"}
    assert body["data"]
    assert body["coverage"]["sources"] == 1
    assert body["notice"] == schema.NOTICE
    assert [owed["source"] for owed in body["attribution"]] == ["ua-ministry", "geonames"]


@pytest.mark.parametrize("noun", ["corridors", "occurrences", "claims", "events", "documents", "sources"])
def test_a_record_alone_carries_them_too_and_is_new_when_our_sight_changes(
    client: FlaskClient, store: Store, noun: str
) -> None:
    id_ = data(client, f"/v1/{noun}")[0]["id"]
    answer = client.get(f"/v1/{noun}/{id_}")
    shown, around = answer.get_json(), client.get(f"/v1/{noun}").get_json()
    for name in ("coverage", "notice", "attribution"):
        assert shown[name] == around["data"][0].get(name, around[name]), (
            "what the record itself says by that name stays"
        )
    with store.begin() as tx:
        heard(tx, "ua-ministry", datetime.now(UTC))
    again = client.get(f"/v1/{noun}/{id_}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_json()["coverage"]["ok"]) == (200, 1)


def test_a_corridor_shows_today_the_next_day_and_the_last_one(client: FlaskClient) -> None:
    corridor = client.get("/v1/corridors/cor_mariupol").get_json()
    days = [corridor[name]["date"] for name in ("last", "current", "next")]
    assert days == ["2022-03-13", "2022-03-14", "2022-03-15"]
    assert corridor["status"] == "announced"
    assert corridor["geometry"]["coordinates"][0] == [37.541, 47.095]
    assert corridor["links"]["self"].endswith("/v1/corridors/cor_mariupol")


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        pytest.param("/v1/corridors", ["cor_mariupol", "cor_sumy"], id="all corridors"),
        pytest.param("/v1/corridors?status=open", ["cor_sumy"], id="corridors that are open"),
        pytest.param("/v1/corridors?status=open,announced", ["cor_mariupol", "cor_sumy"], id="statuses with a comma"),
        pytest.param("/v1/corridors?status=open&status=closed", ["cor_sumy"], id="statuses repeated"),
        pytest.param("/v1/corridors?country=SD", [], id="corridors elsewhere"),
        pytest.param("/v1/corridors?slug=sumy", ["cor_sumy"], id="a corridor by its slug"),
        pytest.param("/v1/occurrences?date=2022-03-13", ["occ_mariupol_2022-03-13"], id="occurrences of a day"),
        pytest.param(
            "/v1/occurrences?first=2022-03-14&last=2022-03-15&corridor=cor_mariupol",
            ["occ_mariupol_2022-03-15", "occ_mariupol_2022-03-14"],
            id="occurrences of some days, the latest first",
        ),
        pytest.param("/v1/occurrences?status=open", ["occ_sumy_2022-03-14"], id="occurrences that are open"),
        pytest.param("/v1/claims?date=2022-03-14&country=UA", ["clm_1"], id="claims about a day"),
        pytest.param("/v1/claims?date=2022-03-15", [], id="claims about another day"),
        pytest.param("/v1/claims?occurrence=occ_mariupol_2022-03-14", ["clm_1"], id="claims of an occurrence"),
        pytest.param("/v1/corridors/cor_sumy/claims", [], id="claims of a corridor that has none"),
        pytest.param("/v1/corridors?area=UA-59", ["cor_sumy"], id="corridors in a region"),
        pytest.param("/v1/corridors?area=UA14", ["cor_mariupol"], id="corridors in a region by its P-code"),
        pytest.param("/v1/corridors?area=UA", ["cor_mariupol", "cor_sumy"], id="regions are within their country"),
        pytest.param("/v1/corridors?bbox=34,50,35,51", ["cor_sumy"], id="corridors that touch a box"),
        pytest.param("/v1/corridors?polygon=36,47;37,47;36.5,48", ["cor_mariupol"], id="only crossed by a line"),
        pytest.param("/v1/corridors?near=34.8,50.9&radius_km=5", ["cor_sumy"], id="corridors near a point"),
        pytest.param("/v1/corridors?origin=Маріуполь", ["cor_mariupol"], id="by where they begin, in any language"),
        pytest.param("/v1/corridors?place=687700", ["cor_mariupol"], id="by a GeoNames id"),
        pytest.param("/v1/corridors?q=МАРІУПОЛЬ", ["cor_mariupol"], id="by a word of a name"),
        pytest.param("/v1/corridors?mode=bus&sort=-id", ["cor_sumy", "cor_mariupol"], id="backwards"),
        pytest.param("/v1/corridors?source=ua-ministry", ["cor_mariupol"], id="corridors a source speaks of"),
        pytest.param("/v1/corridors?date=2022-03-13&status=closed", ["cor_mariupol"], id="what held on a day"),
        pytest.param("/v1/corridors?updated_since=2022-03-14T07:00:00Z", [], id="corridors that changed since"),
        pytest.param(
            "/v1/occurrences?datetime=2022-03-14T23:00:00Z/..", ["occ_mariupol_2022-03-15"], id="days in an interval"
        ),
        pytest.param("/v1/occurrences?area=UA-59&min_credibility=2", ["occ_sumy_2022-03-14"], id="days in a region"),
        pytest.param("/v1/claims?origin=mariupol&status=announced&party=UA", [], id="claims of nobody in particular"),
        pytest.param("/v1/claims?origin=mariupol", ["clm_1"], id="claims about a route"),
        pytest.param("/v1/sources", ["ua-ministry"], id="sources"),
        pytest.param("/v1/documents?source=icrc", [], id="documents of another source"),
    ],
)
def test_a_filter_keeps_what_fits(client: FlaskClient, path: str, ids: list[str]) -> None:
    assert [record["id"] for record in data(client, path)] == ids


def test_an_occurrence_stands_beside_its_corridor_in_short(client: FlaskClient) -> None:
    (occurrence,) = data(client, "/v1/occurrences?status=open")
    summary = occurrence["corridor_summary"]
    assert set(summary) == {"id", "slug", "name", "country", "route", "geometry", "geometry_precision"}
    shown = client.get(f"/v1/occurrences/{occurrence['id']}").get_json()
    assert {name: shown[name] for name in occurrence} == occurrence


def test_a_tally_shows_the_official_count_beside_ours(client: FlaskClient) -> None:
    rows = data(client, "/v1/tallies?date=2022-03-14")
    assert [(row["country"], row["region"]) for row in rows] == [("UA", None), ("UA", "UA-14"), ("UA", "UA-59")]
    assert rows[0]["official"]["planned"] == 10
    ledger = rows[0]["ledger"]
    assert (ledger["routes_planned"], ledger["routes_operated"], ledger["people"]) == (2, 1, 0)
    named = {route["name"]["en"]: (route["status"], route["operated"]) for route in ledger["routes"]}
    assert set(named) == {"cor_mariupol", "cor_sumy"}
    assert [name for name, (_, operated) in named.items() if operated] == ["cor_sumy"]
    for route in ledger["routes"]:
        assert client.get(f"/v1/occurrences/{route['occurrence']}").get_json()["corridor"] == route["corridor"]
    assert rows[2]["ledger"]["routes_operated"] == 1


def test_without_a_date_a_tally_is_about_today(client: FlaskClient) -> None:
    assert {row["date"] for row in data(client, "/v1/tallies")} == {DAY.isoformat()}


def test_a_tally_can_be_asked_for_one_region(client: FlaskClient) -> None:
    rows = data(client, "/v1/tallies?date=2022-03-14&region=UA-59")
    assert [row["region"] for row in rows] == ["UA-59"]


def test_events_are_the_bytes_that_were_recorded(client: FlaskClient, store: Store) -> None:
    with store.read() as tx:
        bodies = [event.body for event in tx.events.after(0, 10)]
    assert b",".join(bodies) in client.get("/v1/events").get_data()


def test_the_feed_goes_on_after_a_cursor_also_when_nothing_is_new(client: FlaskClient) -> None:
    first = client.get("/v1/events?limit=3").get_json()
    rest = client.get(f"/v1/events?after={first['next']}").get_json()
    none = client.get(f"/v1/events?after={rest['next']}").get_json()
    assert [len(page["data"]) for page in (first, rest, none)] == [3, 1, 0]
    assert none["next"] == rest["next"] == rest["data"][-1]["cursor"]


def test_the_latest_events_end_where_following_begins(client: FlaskClient) -> None:
    latest = client.get("/v1/events?latest=2").get_json()
    assert [event["cursor"] for event in latest["data"]] == ["0000000000000003", "0000000000000004"]
    assert latest["next"] == "0000000000000004"


@pytest.mark.parametrize(
    ("query", "types"),
    [
        pytest.param("types=corridor.opened", ["corridor.opened"], id="one type"),
        pytest.param("types=corridor.opened,corridor.closed", ["corridor.closed", "corridor.opened"], id="two types"),
        pytest.param("types=source.*", [], id="a family without events"),
        pytest.param("corridor=cor_sumy&types=*", ["corridor.opened"], id="one corridor"),
        pytest.param("country=SD", [], id="another country"),
        pytest.param("area=UA-59&status=open", ["corridor.opened"], id="what is open in a region"),
        pytest.param("date=2022-03-13", ["corridor.closed"], id="a day"),
    ],
)
def test_events_can_be_filtered(client: FlaskClient, query: str, types: list[str]) -> None:
    body = client.get(f"/v1/events?{query}").get_json()
    assert [event["type"] for event in body["data"]] == types
    assert body["next"] == "0000000000000004", "what was left out is behind the reader, too"


def test_only_some_fields_can_be_asked_for(client: FlaskClient) -> None:
    for noun in ("corridors", "occurrences", "claims"):
        assert {frozenset(record) for record in data(client, f"/v1/{noun}?fields=status")} == {
            frozenset({"id", "status"})
        }


def test_one_event_can_be_shown(client: FlaskClient) -> None:
    event = data(client, "/v1/events")[0]
    shown = client.get(f"/v1/events/{event['id']}").get_json()
    assert {name: shown[name] for name in event} == event


def test_a_document_shows_its_words_as_far_as_its_source_allows(client: FlaskClient) -> None:
    (listed,) = data(client, "/v1/documents")
    shown = client.get(f"/v1/documents/{listed['id']}").get_json()
    assert len(shown["text"]) == 300
    assert shown["totals"][0]["planned"] == 10
    assert shown["doubts"][0]["missing"] == "origin"
    assert [claim["id"] for claim in shown["claims"]] == ["clm_1"]
    assert [revision["revision"] for revision in shown["revisions"]] == [1]


def test_a_claim_can_be_shown(client: FlaskClient) -> None:
    assert client.get("/v1/claims/clm_1").get_json()["status"] == "announced"


def test_a_source_that_nobody_has_read_for_years_is_silent_whatever_its_last_poll_said(client: FlaskClient) -> None:
    source = client.get("/v1/sources/ua-ministry").get_json()
    assert (source["state"], source["outcome"], source["name"]) == ("silent", "ok", "Ministry of Reintegration")


def test_pages_hold_everything_once_although_records_come_and_go(client: FlaskClient, store: Store) -> None:
    with store.begin() as tx:
        for number in range(10):
            tx.corridors.put(a_corridor(f"cor_x{number}"))
    seen: list[str] = []
    page = ""
    while True:
        body = client.get(f"/v1/corridors?limit=3{page}").get_json()
        seen += [corridor["id"] for corridor in body["data"]]
        if body["next"] is None:
            break
        page = f"&page={body['next']}"
        with store.begin() as tx:
            tx.corridors.put(a_corridor(f"cor_a{len(seen)}"))
    assert seen == ["cor_mariupol", "cor_sumy", *(f"cor_x{number}" for number in range(10))]


def test_pages_of_occurrences_go_on_within_a_day(client: FlaskClient) -> None:
    everything = [record["id"] for record in data(client, "/v1/occurrences")]
    seen, page = [], ""
    for _ in everything:
        body = client.get(f"/v1/occurrences?limit=1{page}").get_json()
        seen += [record["id"] for record in body["data"]]
        page = f"&page={body['next']}"
    assert seen == everything
    assert body["next"] is None


@pytest.mark.parametrize(
    "path",
    [
        *LISTS,
        "/v1/corridors/cor_mariupol",
        "/v1/occurrences/occ_sumy_2022-03-14",
        "/v1/claims/clm_1",
        "/v1/sources/ua-ministry",
    ],
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, store: Store, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    with store.begin() as tx:
        corridor = a_corridor("cor_new")
        tx.corridors.put(corridor)
        record(tx, EventType.ANNOUNCED, an_occurrence("cor_new"), corridor)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_source_that_falls_silent_is_never_hidden_by_not_modified(
    client: FlaskClient, store: Store, path: str
) -> None:
    with store.begin() as tx:
        heard(tx, "ua-ministry", datetime.now(UTC))
    tag = client.get(path).headers["ETag"]
    with store.begin() as tx:
        tx.sources.fall_silent("ua-ministry", "nothing was heard")
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.get_json()["coverage"]["silent"] == 1


def test_a_change_that_makes_no_event_moves_the_tag(client: FlaskClient, store: Store) -> None:
    tag = client.get("/v1/occurrences").headers["ETag"]
    with store.begin() as tx:
        tx.corridors.put_occurrence(an_occurrence(publishers=2, revision=2), "UA", ["clm_1"])
    answer = client.get("/v1/occurrences?date=2022-03-14", headers={"If-None-Match": tag})
    assert answer.get_json()["data"][0]["publishers"] == 2


def test_another_poll_moves_the_list_of_sources(client: FlaskClient, store: Store) -> None:
    tag = client.get("/v1/sources").headers["ETag"]
    with store.begin() as tx:
        heard(tx, "ua-ministry")
    assert client.get("/v1/sources", headers={"If-None-Match": tag}).status_code == 200


def test_any_tag_at_all_is_no_claim_to_know_the_answer(client: FlaskClient) -> None:
    assert client.get("/v1/corridors/cor_none", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/v1/corridors", headers={"If-None-Match": "*"}).status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_head_answers_like_get_without_the_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.get_data() == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_pages_of_any_origin_may_read(client: FlaskClient) -> None:
    assert client.get("/v1/corridors").headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options(
        "/v1/corridors", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("path", "name", "sentence"),
    [
        pytest.param("/v1/corridors?countri=UA", "countri", 'the nearest is "country"', id="an unknown parameter"),
        pytest.param("/v1/corridors/cor_sumy?x=1", "x", 'there is no parameter "x"', id="a parameter where none is"),
        pytest.param("/v1/corridors?limit=0", "limit", "write a whole number from 1 to 1000", id="a limit of none"),
        pytest.param("/v1/corridors?limit=1001", "limit", "from 1 to 1000", id="a limit above the highest"),
        pytest.param("/v1/corridors?limit=%D9%A3", "limit", "whole number", id="digits of another script"),
        pytest.param("/v1/corridors?limit=1&limit=2", "limit", "give it once", id="a limit twice"),
        pytest.param("/v1/corridors?status=active", "status", '"active" is not one of announced', id="no such status"),
        pytest.param("/v1/corridors?country=ua", "country", "two capital letters", id="a country in small letters"),
        pytest.param("/v1/corridors?country=UA%00", "country", "two capital letters", id="a NUL"),
        pytest.param("/v1/corridors?page=x", "page", "this page is none of ours", id="a page that is not ours"),
        pytest.param("/v1/occurrences?page=WyJjb3JfMSJd", "page", "none of ours", id="a page of another list"),
        pytest.param("/v1/occurrences?date=14.03.2022", "date", "YYYY-MM-DD", id="a date in another notation"),
        pytest.param("/v1/occurrences?date=2022-02-30", "date", "there is no day 2022-02-30", id="no such day"),
        pytest.param("/v1/occurrences?date=2022-03-14&last=2022-03-15", "date", "either", id="a day and a range"),
        pytest.param("/v1/tallies?country=UA&region=SD-DN", "region", "not in UA", id="a region of another country"),
        pytest.param("/v1/events?types=corridor.open", "types", '"corridor.opened"', id="no such event type"),
        pytest.param("/v1/events?after=evt_1", "after", "a cursor is a number", id="an id for a cursor"),
        pytest.param("/v1/events?after=1&latest=2", "latest", "give it alone", id="after and latest"),
        pytest.param("/v1/corridors?area=UA-99", "area", "there is no area UA-99", id="no such area"),
        pytest.param("/v1/corridors?area=UA1412345", "area", "below the first level", id="a P-code that is too fine"),
        pytest.param("/v1/corridors?bbox=1,2,3", "bbox", "west,south,east,north", id="a box of three"),
        pytest.param("/v1/corridors?bbox=1,9,3,2", "bbox", "west,south,east,north", id="a box upside down"),
        pytest.param("/v1/corridors?near=1,2", "radius_km", "belong together", id="a point without a radius"),
        pytest.param("/v1/corridors?polygon=1,2;3,4", "polygon", "3 to 500 corners", id="a polygon of two corners"),
        pytest.param("/v1/corridors?fields=nam", "fields", 'the nearest is "name"', id="no such field"),
        pytest.param("/v1/corridors?sort=updated_at", "sort", "is not one of", id="an order that would skip"),
        pytest.param("/v1/corridors?page=WyItaWQiLCJjb3JfMSJd", "page", "order in which it began", id="another order"),
        pytest.param("/v1/events?datetime=../..", "datetime", "two open ends", id="all time"),
        pytest.param("/v1/claims?corridor=%27%20OR%201", "corridor", "this is no id", id="what no id looks like"),
    ],
)
def test_a_wrong_parameter_is_refused_with_a_sentence(client: FlaskClient, path: str, name: str, sentence: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    problem = answer.get_json()
    assert list(problem["errors"]) == [name]
    assert sentence in problem["errors"][name][0]
    assert sentence in problem["detail"]


@pytest.mark.parametrize("noun", ["corridors", "occurrences", "events", "claims", "documents", "sources"])
@pytest.mark.parametrize("id_", ["nothing", "%00", "a" * 5000, "%ED%A0%80", "..%2f", "9" * 400])
def test_an_id_that_is_none_is_not_found(client: FlaskClient, noun: str, id_: str) -> None:
    answer = client.get(f"/v1/{noun}/{id_}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


NAMES = ["limit", "page", "country", "status", "slug", "date", "first", "last", "corridor", "after", "latest", "types"]


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    path=st.sampled_from(LISTS),
    query=st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=5),
        st.text(st.characters(codec="utf-8"), max_size=12) | st.integers().map(str) | st.dates().map(str),
        max_size=3,
    ),
)
def test_no_query_breaks_us(client: FlaskClient, path: str, query: dict[str, str]) -> None:
    answer = client.get(path, query_string=query)
    assert answer.status_code in {200, 400}, answer.get_data(as_text=True)


@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(path=st.sampled_from(LISTS), query=st.binary(max_size=30))
def test_no_bytes_in_a_query_break_us(client: FlaskClient, path: str, query: bytes) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in query)
    answer = client.get(f"{path}?limit=1&{encoded}=1&page={encoded}")
    assert answer.status_code in {200, 400}


def test_a_corridor_that_nobody_spoke_of_today_is_unknown(client: FlaskClient, store: Store) -> None:
    with store.begin() as tx:
        tx.corridors.put(a_corridor("cor_gaza", a_route(None, None, name="Salah al-Din road", country="PS")))
        tx.corridors.put_occurrence(an_occurrence("cor_gaza", Status.OPEN, date=DAY - timedelta(days=9)), "PS", [])
    (corridor,) = data(client, "/v1/corridors?status=unknown")
    assert (corridor["id"], corridor["status"], corridor["current"]) == ("cor_gaza", "unknown", None)
    assert corridor["geometry"] is None
