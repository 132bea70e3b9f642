from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.wire.dates import instant

FETCHED = datetime(2022, 3, 14, 12, 0, tzinfo=UTC)
SEVEN = datetime(2022, 3, 14, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mon, 14 Mar 2022 07:00:00 GMT", SEVEN),
        ("Mon, 14 Mar 2022 09:00:00 +0200", SEVEN),
        ("Mon, 14 Mar 2022 09:00:00 EET", SEVEN),
        ("Mon, 14 Mar 2022 10:00:00 MSK", SEVEN),
        ("14 Mar 22 07:00 Z", SEVEN),
        ("14 March 2022 07:00 UT", SEVEN),
        ("2022-03-14T07:00:00Z", SEVEN),
        ("2022-03-14T09:00:00.123+02:00", SEVEN),
        ("2022-03-14T09:00:00+02", SEVEN),
        ("2022-03-14 07:00:00 UTC", SEVEN),
        ("20220314T070000Z", SEVEN),
        # without a zone: the source's, Kyiv, in winter two hours ahead
        ("2022-03-14T09:00:00", SEVEN),
        ("2022-03-14 09:00", SEVEN),
        ("14.03.2022 09:00", SEVEN),
        ("14.03.2022, 09:00", SEVEN),
        ("Mon, 14 Mar 2022 09:00:00", SEVEN),
        # an abbreviation of several countries is the source's own
        ("Mon, 14 Mar 2022 09:00:00 IST", SEVEN),
        ("2022-03-14", datetime(2022, 3, 13, 22, 0, tzinfo=UTC)),
        ("Sun, 13 Mar 2022 24:00:00 GMT", datetime(2022, 3, 14, 0, 0, tzinfo=UTC)),
        ("Mon, 14 Mar 2022 07:00:60 GMT", SEVEN + timedelta(seconds=59)),
        ("Mon, 14 Mar 2022 12:14:00 GMT", datetime(2022, 3, 14, 12, 14, tzinfo=UTC)),
    ],
)
def test_a_date_means_one_instant(text: str, at: datetime) -> None:
    assert instant(text, "Europe/Kyiv", FETCHED) == (at, None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mon, 14 Mar 2222 07:00:00 GMT", id="the far future"),
        pytest.param("Mon, 14 Mar 2022 12:16:00 GMT", id="a quarter of an hour from now"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", id="1970"),
        pytest.param("14 березня 2022", id="a month in another language"),
        pytest.param("yesterday", id="a word"),
        pytest.param("Mon, 32 Mar 2022 07:00:00 GMT", id="a day that does not exist"),
        pytest.param("2022-03-14T25:00:00Z", id="an hour that does not exist"),
        pytest.param("9" * 5000, id="digits"),
    ],
)
def test_a_date_that_cannot_be_believed_is_none_and_said_so(text: str) -> None:
    at, warning = instant(text, "Europe/Kyiv", FETCHED)
    assert at is None
    assert warning is not None
    assert len(warning) < 100


def test_no_date_is_no_date() -> None:
    assert instant(None, "UTC", FETCHED) == instant("  ", "UTC", FETCHED) == (None, None)


def test_a_source_can_say_its_own_formats() -> None:
    assert instant("14/03-2022 kl. 09:00", "Europe/Kyiv", FETCHED, ["%d/%m-%Y kl. %H:%M"]) == (SEVEN, None)


@settings(deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="0123456789-:TZ+ .,/MonMarGMT", max_size=40), st.text(max_size=10))
def test_any_text_is_an_instant_in_the_believable_past_or_none(text: str, zone: str) -> None:
    at, _ = instant(text, zone, FETCHED, [text])
    assert at is None or datetime(2000, 1, 1, tzinfo=UTC) <= at <= FETCHED + timedelta(minutes=15)
