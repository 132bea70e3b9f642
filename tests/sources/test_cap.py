from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.model import Parsed, Place, PlaceType, Request, Validators, Window
from corridors.sources import WrongOption
from corridors.sources.cap import ADAPTER
from tests.sources.wire import a_response, a_source

URL = "https://alerts.example.org/cap/rss.xml"
ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A-2</identifier>
 <sender>duty@example.org</sender><sent>2022-03-14T07:30:00+02:00</sent>
 <status>Actual</status><msgType>Alert</msgType><scope>Public</scope><references/>
 <info><language>en</language><category>Safety</category><event>Humanitarian corridor</event><urgency/>
  <headline>Corridor Mariupol - Zaporizhzhia open</headline><description>Buses leave at nine.</description>
  <onset>2022-03-14T09:00:00+02:00</onset><expires>2022-03-14T21:00:00+02:00</expires>
  <parameter><valueName>corridor-status</valueName><value>open</value></parameter>
  <area><areaDesc>Mariupol</areaDesc><polygon>47.05,37.45 47.15,37.45 47.15,37.70 47.05,37.70 47.05,37.45</polygon></area>
  <area><areaDesc>Zaporizhzhia</areaDesc><circle>47.84,35.14 5.0</circle></area></info>
 <info><language>uk-UA</language><event>Коридор</event><headline>Коридор Маріуполь – Запоріжжя відкрито</headline>
  <area><areaDesc>Маріуполь</areaDesc></area></info>
</alert>"""
REFERENCES = "duty@example.org,A-1,2022-03-13T19:00:00+02:00 duty@example.org,A-2,2022-03-14T07:30:00+02:00"


def update(kind: str = "Update", number: str = "A-3", references: str = REFERENCES) -> str:
    return (
        ALERT.replace("<msgType>Alert", f"<msgType>{kind}")
        .replace("A-2", number)
        .replace("<references/>", f"<references>{references}</references>")
    )


def index(*entries: str) -> str:
    inside = "".join(f"<item><title>a</title>{entry}</item>" for entry in entries)
    return f"<rss version='2.0'><channel><title>Alerts</title>{inside}</channel></rss>"


def parse(body: str | bytes, *, purpose: str = "page", languages: tuple[str, ...] = ("uk",), **options: Any) -> Parsed:
    source = replace(a_source("cap", URL, **options), languages=languages, countries=("UA",))
    return ADAPTER.parse(a_response(body, URL, purpose), source)


def test_an_alert_is_one_document_in_the_sources_language_whatever_its_languages() -> None:
    parsed = parse(ALERT)
    assert (parsed.seen, parsed.understood, parsed.complete, parsed.warnings) == (1, 1, True, ())
    (document,) = parsed.documents
    assert document.external_id == "duty@example.org,A-2"
    assert (document.title, document.language) == ("Коридор Маріуполь – Запоріжжя відкрито", "uk")
    assert document.published_at == datetime(2022, 3, 14, 5, 30, tzinfo=UTC)
    assert "Buses leave at nine." in document.text
    assert document.statements is None  # this info has no status of its own, so its words are read


def test_a_status_in_a_parameter_is_stated_with_the_middles_of_the_areas() -> None:
    (document,) = parse(ALERT, languages=("en",)).documents
    (statement,) = document.statements or ()
    assert statement.status == "open"
    assert statement.route.origin is not None
    assert statement.route.origin.name == "Mariupol"
    assert statement.route.origin.lat == pytest.approx(47.1)
    assert statement.route.origin.lon == pytest.approx(37.575)
    assert statement.route.destination == Place("Zaporizhzhia", lat=47.84, lon=35.14)
    assert statement.valid_on == (date(2022, 3, 14), date(2022, 3, 14))
    assert statement.windows == (Window("09:00", "21:00", "Europe/Kyiv"),)


def test_an_area_without_a_shape_has_no_point() -> None:
    told = ALERT.replace("<circle>47.84,35.14 5.0</circle>", "<circle>147.84,35.14 5.0</circle>")
    (document,) = parse(told, languages=("en",)).documents
    assert document.statements is not None
    assert document.statements[0].route.destination == Place("Zaporizhzhia", PlaceType.AREA)


def test_updates_and_cancellations_are_revisions_of_the_first_alert_of_their_chain() -> None:
    (changed,) = parse(update()).documents
    assert changed.external_id == "duty@example.org,A-1"
    assert changed.edited
    (cancelled,) = parse(update("Cancel"), languages=("en",)).documents
    assert cancelled.external_id == changed.external_id
    assert cancelled.statements is not None
    assert (cancelled.statements[0].status, cancelled.statements[0].reason) == ("closed", "cancelled")
    (bare,) = parse(
        update("Cancel").partition("<info>")[0] + "</alert>"  # a cancellation need not repeat anything
    ).documents
    assert bare.text == "Cancel of duty@example.org,A-1"


@pytest.mark.parametrize(
    "change",
    [("Actual", "Exercise"), ("Actual", "Test"), ("Public", "Private"), ("<msgType>Alert", "<msgType>Ack")],
)
def test_exercises_and_what_is_not_for_the_public_are_understood_and_left_out(change: tuple[str, str]) -> None:
    parsed = parse(ALERT.replace(*change))
    assert (parsed.documents, parsed.seen, parsed.understood, parsed.complete) == ((), 1, 1, True)


def test_alerts_of_version_1_1_and_with_empty_elements_are_read() -> None:
    assert parse(ALERT.replace("cap:1.2", "cap:1.1").replace("<status>Actual</status>", "<status/>")).documents


def test_an_index_asks_for_its_alerts_as_many_as_wanted() -> None:
    links = [f"<link>https://alerts.example.org/cap/{number}.xml</link>" for number in range(5)]
    parsed = parse(index(*links), max_alerts=3)
    assert (parsed.documents, parsed.seen) == ((), 0)
    assert parsed.next_requests == tuple(
        Request(f"https://alerts.example.org/cap/{number}.xml", purpose="alert") for number in range(3)
    )
    assert parsed.warnings == ("only the first 3 of 5 alerts were asked for",)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><link href="page.html"/>'
        '<link type="application/cap+xml" href="query?id=7"/></entry></feed>'
    )
    assert [request.url for request in parse(atom).next_requests] == ["https://alerts.example.org/cap/query?id=7"]


def test_alerts_within_an_index_are_read_from_it() -> None:
    inside = ALERT.partition("?>")[2]
    parsed = parse(index(f"<content>{inside}</content>", f"<content>{update().partition('?>')[2]}</content>"))
    assert [document.external_id for document in parsed.documents] == ["duty@example.org,A-2", "duty@example.org,A-1"]
    assert parsed.next_requests == ()


def test_an_empty_index_is_proven_empty() -> None:
    assert parse(index()) == Parsed((), 0, 0)


@pytest.mark.parametrize(
    ("body", "purpose", "outcome"),
    [
        ("<html><body>Sign in</body></html>", "page", "wrong_type"),
        ("<html><script>cf_chl_opt</script></html>", "page", "blocked"),
        ("no alert", "page", "wrong_type"),
        (index("<guid>1</guid>"), "page", "layout_changed"),
        (index("<link>https://alerts.example.org/1</link>"), "alert", "wrong_type"),
        (ALERT.replace("identifier>", "identity>"), "page", "layout_changed"),
        (ALERT[:400], "page", "malformed"),
        (ALERT.replace("<alert", "<!DOCTYPE a [<!ENTITY x 'y'>]><alert"), "page", "malformed"),
    ],
)
def test_what_is_no_alert_has_its_own_word(body: str, purpose: str, outcome: str) -> None:
    with pytest.raises(ParseError) as error:
        parse(body, purpose=purpose)
    assert error.value.outcome == outcome


@pytest.mark.parametrize(
    ("options", "key"), [({"max_alerts": 0}, "max_alerts"), ({"statuses": {"green": "go"}}, "statuses")]
)
def test_options_that_cannot_work_are_refused_at_their_key(options: Any, key: str) -> None:
    with pytest.raises(WrongOption) as error:
        ADAPTER.first_request(a_source("cap", URL, **options), Validators())
    assert error.value.key == key


@given(
    st.text(alphabet="<>/,- 0123456789.aé&;\x00", max_size=40), st.sampled_from(["A-2", "47.05,37.45", "open", "uk-UA"])
)
def test_nothing_but_parse_errors_comes_of_any_alert(noise: str, place: str) -> None:
    with suppress(ParseError):
        parse(ALERT.replace(place, noise), languages=("en",))
