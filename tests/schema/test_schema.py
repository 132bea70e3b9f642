"""Every record has exactly the keys of the public interface, and instants look the same everywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors import schema
from corridors.model import (
    AssessedWindow,
    Assessment,
    Basis,
    Change,
    Corridor,
    Doubt,
    Event,
    EventType,
    FieldChange,
    Lane,
    Occurrence,
    Reason,
    Revision,
    Route,
    Span,
    Stance,
    Status,
    Subscription,
    Tally,
    Why,
)
from tests.make import DAY, ZONE, a_claim, a_document, a_place, a_route, a_window, at

AT = at("21:00")

OCCURRENCE = Occurrence(
    id="occ_1",
    corridor="cor_1",
    date=DAY,
    zone=ZONE,
    revision=3,
    assessment=Assessment(
        Status.CLOSED,
        Basis.REPORTED,
        AT,
        reason=Reason.COMPLETED,
        operated=True,
        windows=(AssessedWindow("09:00", None, start_verified=True),),
        parties={"UA": Stance.PROPOSED},
        people=600,
        why=(Why("reported", ("clm_1",), "The evening result."),),
    ),
    updated_at=AT,
)
CORRIDOR = Corridor("cor_1", "mariupol-zaporizhzhia", "key", a_route(), {"en": "Mariupol – Zaporizhzhia"}, AT, AT)

OCCURRENCE_KEYS = (
    "id corridor date zone revision status reason basis since_at stale operated windows modes purpose people agreement "
    "conflict credibility publishers sensitivity withheld why claims updated_at"
)
CORRIDOR_KEYS = (
    "id slug name country route geometry geometry_precision status current next last first_seen_at updated_at "
    "merged_into links"
)
CLAIM_KEYS = (
    "id document revision source party authority reliability credibility route status reason arrangement purpose modes "
    "who valid_on windows announced_by stances guarantors people published_at recorded_at known_at historic "
    "withdrawn_at confidence spans state confirmed corrects"
)


def test_an_occurrence_has_the_keys_of_the_interface_and_no_other() -> None:
    shown = schema.OccurrenceSchema().dump(OCCURRENCE)
    assert " ".join(shown) == OCCURRENCE_KEYS
    assert shown["windows"] == [{"start": "09:00", "end": None, "start_verified": True, "end_verified": False}]
    assert shown["agreement"] == {"roll_up": "unknown", "parties": {"UA": "proposed"}}
    assert shown["why"] == [{"rule": "reported", "claims": ["clm_1"], "text": "The evening result."}]
    assert (shown["date"], shown["since_at"]) == ("2022-03-14", "2022-03-14T19:00:00.000Z")


def test_a_corridor_without_an_occurrence_today_is_unknown() -> None:
    shown = schema.CorridorSchema().dump(schema.CorridorView(CORRIDOR, "https://c.example", next=OCCURRENCE))
    assert " ".join(shown) == CORRIDOR_KEYS
    assert (shown["status"], shown["current"], shown["next"]["id"]) == ("unknown", None, "occ_1")
    assert shown["links"]["claims"] == "https://c.example/v1/corridors/cor_1/claims"


def test_a_claim_points_at_its_words_and_names_its_days() -> None:
    claim = a_claim(windows=(a_window(),), spans={"status": Span("text", 0, 9)})
    shown = schema.ClaimSchema().dump(claim)
    assert " ".join(shown) == CLAIM_KEYS
    assert shown["valid_on"] == ["2022-03-14", "2022-03-14"]
    assert shown["spans"] == {"status": ["text", 0, 9]}
    assert list(shown["route"]["origin"]) == ["name", "type", "geonames", "adm1", "lat", "lon"]
    assert shown["windows"] == [{"start": "09:00", "end": "21:00", "zone": ZONE, "stated": None}]


def test_until_further_notice_is_a_null_last_day() -> None:
    assert schema.ClaimSchema().dump(a_claim(valid_on=(DAY, None)))["valid_on"] == ["2022-03-14", None]


def test_a_tally_keeps_official_figures_and_our_own_apart() -> None:
    tally = Tally(DAY, "UA", None, 10, 7, 4000, True, "ua-ministry", (), 10, 6, 600)
    assert schema.TallySchema().dump(tally) == {
        "date": "2022-03-14",
        "country": "UA",
        "region": None,
        "official": {
            "planned": 10,
            "operated": 7,
            "people": 4000,
            "approximate": True,
            "source": "ua-ministry",
            "others": [],
        },
        "ledger": {"routes_planned": 10, "routes_operated": 6, "people": 600, "routes": []},
        "withheld": False,
    }


@pytest.mark.parametrize(
    ("republish", "shown", "quoted"),
    [
        pytest.param("full", "а" * 400, "Маріуполь?", id="full shows the whole text and quotes it"),
        pytest.param("excerpt", "а" * 300, None, id="excerpt shows 300 characters"),
        pytest.param("link", None, None, id="link shows no words"),
    ],
)
def test_the_text_of_a_document_respects_what_its_source_allows(
    republish: str, shown: str | None, quoted: str | None
) -> None:
    revision = Revision("doc_1", 1, a_document("а" * 400), AT, doubts=(Doubt("Маріуполь?", "destination"),))
    document = schema.DocumentSchema().dump(schema.DocumentView(revision, republish))
    assert document["text"] == shown
    assert document["doubts"] == [{"text": quoted, "missing": "destination", "span": None, "candidates": []}]


def test_a_subscription_shows_neither_its_path_nor_its_secrets() -> None:
    subscription = Subscription(
        "sub_1", "key_1", "https://h.example:8443/a?t=1", ("*",), {}, ("whsec_x",), "active", AT, AT, 60, {"X-Key": "s"}
    )
    shown = schema.SubscriptionSchema().dump(schema.SubscriptionView(subscription, "", Lane("sub_1"), AT))
    assert shown["url"] == "https://h.example:8443/…"
    assert shown["headers"] == {"X-Key": "…"}
    assert "secret" not in shown
    assert "whsec" not in json.dumps(shown)


EVENT = Event("evt_1", EventType.CLOSED, AT, b"", corridor="cor_1", occurrence="occ_1", occurrence_revision=3)


def test_an_event_is_its_envelope_with_the_whole_record_after_the_change() -> None:
    body = schema.event_body(
        EVENT,
        42,
        installation="https://c.example",
        occurrence=OCCURRENCE,
        corridor=CORRIDOR,
        change=Change(EventType.CLOSED, Status.OPEN, (FieldChange("windows", (), (AssessedWindow("09:00", None),)),)),
        sources=[{"id": "ua", "name": "Ministry", "url": None, "published_at": AT}],
    )
    event = json.loads(body)
    assert body == schema.json_bytes(event), "compact, sorted keys"
    assert (
        " ".join(sorted(event))
        == "cursor data data_version event_at historic id installation notice recorded_at source_at timestamp type"
    )
    assert event["cursor"] == "0000000000000042"
    assert event["timestamp"] == "2022-03-14T19:00:00.000Z"
    assert event["notice"] == schema.NOTICE
    data = event["data"]
    assert data["occurrence"] == schema.OccurrenceSchema().dump(OCCURRENCE)
    assert set(data["corridor"]) == {"id", "slug", "name", "country", "route"}
    assert data["previous"] == {"status": "open", "revision": 2}
    assert data["changed"][0]["new"][0]["start"] == "09:00"
    assert data["sources"] == [
        {"id": "ua", "name": "Ministry", "url": None, "published_at": "2022-03-14T19:00:00.000Z"}
    ]
    assert data["links"] == {
        "self": "https://c.example/v1/events/evt_1",
        "occurrence": "https://c.example/v1/occurrences/occ_1",
        "corridor": "https://c.example/v1/corridors/cor_1",
    }


def test_an_event_about_no_corridor_carries_its_own_data() -> None:
    event = Event("evt_2", EventType.SOURCE_SILENT, AT, b"")
    body = schema.event_body(
        event, 1, installation="", occurrence=None, corridor=None, change=None, data={"source": "ua", "since_at": AT}
    )
    assert json.loads(body)["data"] == {"source": "ua", "since_at": "2022-03-14T19:00:00.000Z"}


def test_the_first_word_about_a_day_has_nothing_before_it() -> None:
    body = schema.event_body(
        EVENT, 1, installation="", occurrence=OCCURRENCE, corridor=CORRIDOR, change=Change(EventType.ANNOUNCED)
    )
    assert json.loads(body)["data"]["previous"] is None


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_becomes_json_in_utf_8(text: str) -> None:
    shown = json.loads(schema.json_bytes({"text": text}).decode("utf-8"))["text"]
    if text.isascii():
        assert shown == text


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_survives_being_written(cursor: int) -> None:
    assert schema.parse_cursor(schema.cursor_text(cursor)) == cursor


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_cursors_sort_as_text_like_the_numbers(one: int, other: int) -> None:
    assert (schema.cursor_text(one) < schema.cursor_text(other)) == (one < other)


@pytest.mark.parametrize("text", ["", "-1", "٣", "1e3", " 1", "1\x00", "9" * 19, "9" * 5000])
def test_what_no_cursor_looks_like_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        schema.parse_cursor(text)


def test_instants_are_in_utc_with_z_and_milliseconds() -> None:
    kyiv = datetime(2022, 3, 14, 9, 0, 0, 123456, timezone(timedelta(hours=2)))
    assert schema.instant_text(kyiv) == "2022-03-14T07:00:00.123Z"
    assert schema.instant_text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000Z"


def test_a_naive_instant_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="naive"):
        schema.instant_text(datetime(2022, 3, 14))  # noqa: DTZ001 - the fault is the subject


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        pytest.param(
            a_route("Sumy", "Poltava", via=["Brovary"]),
            [[34.799, 50.917], [30.791, 50.511], [34.554, 49.589]],
            id="origin, via and destination in order",
        ),
        pytest.param(a_route("Sumy", a_place("Nowhere")), None, id="one located place draws no line"),
        pytest.param(a_route(None, None, name="Salah al-Din road"), None, id="a road alone draws no line"),
        pytest.param(
            a_route(a_place("Null Island", lat=0.0, lon=0.0), "Sumy"),
            [[0.0, 0.0], [34.799, 50.917]],
            id="zero is a coordinate",
        ),
    ],
)
def test_a_route_draws_a_schematic_line_between_its_located_places(route: Route, expected: list[Any] | None) -> None:
    corridor = Corridor("cor_1", "s", "k", route, {}, AT, AT)
    shown = schema.CorridorSummarySchema().dump(corridor)
    assert shown["geometry"] == (expected and {"type": "LineString", "coordinates": expected})
    assert shown["geometry_precision"] == ("schematic" if expected else None)
