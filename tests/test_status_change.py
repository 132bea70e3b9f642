"""Which event does the step from one assessment to the next make?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from corridors.model import EventType, FieldChange, Mode, Status
from corridors.status import change, nothing
from tests.make import DAY, a_claim, a_window, at
from tests.test_status import assessed, press, russia, ukraine

ANNOUNCED, OPEN, SUSPENDED, CLOSED = Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED, Status.CLOSED
NEXT_DAY = DAY + timedelta(days=1)

STORY = {
    "announced": [a_claim()],
    "opened": [a_claim(), a_claim(OPEN, "09:10")],
    "suspended": [a_claim(), a_claim(OPEN, "09:10"), a_claim(SUSPENDED, "12:00")],
    "resumed": [a_claim(), a_claim(OPEN, "09:10"), a_claim(SUSPENDED, "12:00"), a_claim(OPEN, "13:00")],
    "announced anew": [a_claim(), a_claim(SUSPENDED, "12:00"), a_claim(ANNOUNCED, "13:00")],
    "completed": [a_claim(), a_claim(CLOSED, "19:00")],
    "rumoured": [a_claim(OPEN, reliability="f")],
    "disputed": [russia(ANNOUNCED, "07:00"), russia(SUSPENDED, "08:00"), ukraine(OPEN, "09:00")],
    "undisputed": [russia(ANNOUNCED, "07:00"), russia(SUSPENDED, "08:00")],
}


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        pytest.param(None, "announced", EventType.ANNOUNCED, id="new and announced"),
        pytest.param(None, "opened", EventType.OPENED, id="new and open"),
        pytest.param(None, "suspended", EventType.SUSPENDED, id="new and suspended"),
        pytest.param(None, "completed", EventType.CLOSED, id="a result that nothing came before"),
        pytest.param(None, "rumoured", None, id="a new rumour is no event"),
        pytest.param("rumoured", "announced", EventType.ANNOUNCED, id="a rumour, then an announcement"),
        pytest.param("rumoured", "opened", EventType.OPENED, id="a rumour, then an opening"),
        pytest.param("announced", "opened", EventType.OPENED, id="opened"),
        pytest.param("opened", "suspended", EventType.SUSPENDED, id="suspended"),
        pytest.param("suspended", "resumed", EventType.RESUMED, id="open again"),
        pytest.param("suspended", "announced anew", EventType.ANNOUNCED, id="announced anew after a stop"),
        pytest.param("opened", "completed", EventType.CLOSED, id="closed"),
        pytest.param("undisputed", "disputed", EventType.DISPUTED, id="a contradiction with the status as it was"),
        pytest.param("opened", "announced", EventType.CORRECTED, id="the opening was withdrawn"),
        pytest.param("suspended", "announced", EventType.CORRECTED, id="opening and stop were withdrawn"),
        pytest.param("opened", "rumoured", EventType.CORRECTED, id="all that counted was withdrawn"),
    ],
)
def test_which_event_a_step_makes(before: str | None, after: str, event: EventType | None) -> None:
    first = assessed(*STORY[before]) if before else None
    step = change(first, assessed(*STORY[after]))
    assert (step.type if step else None) is event
    if step:
        assert step.previous is (first.status if first else None)


def test_a_lapse_is_a_closing() -> None:
    claim = a_claim(windows=(a_window(),))
    step = change(assessed(claim, now="20:00"), assessed(claim, now=at("00:00", NEXT_DAY)))
    assert step is not None
    assert (step.type, step.previous, step.changed) == (EventType.CLOSED, ANNOUNCED, ())


def test_going_stale_is_an_event_of_its_own() -> None:
    claim = a_claim(OPEN, valid_on=(DAY, None))
    step = change(assessed(claim), assessed(claim, now=at("08:00", NEXT_DAY)))
    assert step is not None
    assert (step.type, step.changed) == (EventType.STALE, (FieldChange("stale", old=False, new=True),))


def test_an_occurrence_without_claims_is_retracted_once() -> None:
    left = nothing(DAY)
    step = change(assessed(a_claim()), left)
    assert step is not None
    assert (step.type, step.previous) == (EventType.RETRACTED, ANNOUNCED)
    assert change(left, left) is None


def test_a_change_names_the_fields_with_their_public_values() -> None:
    before = a_claim(modes=(Mode.BUS,), windows=(a_window("09:00", "16:00"),))
    after = a_claim(modes=(Mode.BUS, Mode.TRAIN), windows=(a_window("09:00", "18:00"),), announced_by="UA", people=0)
    step = change(assessed(before, now="10:00"), assessed(after, now="10:00"))
    assert step is not None
    assert step.type is EventType.CHANGED
    window = {"start": "09:00", "start_verified": False, "end_verified": False}
    assert step.changed == (
        FieldChange("windows", [window | {"end": "16:00"}], [window | {"end": "18:00"}]),
        FieldChange("modes", ["bus"], ["bus", "train"]),
        FieldChange("people", None, 0),
        FieldChange(
            "agreement", {"roll_up": "unknown", "parties": {}}, {"roll_up": "unilateral", "parties": {"UA": "proposed"}}
        ),
    )


def test_one_more_publisher_who_says_the_same_is_no_event() -> None:
    before, after = assessed(a_claim()), assessed(a_claim(), press(ANNOUNCED, "08:30"))
    assert after.credibility == 1 != before.credibility
    assert change(before, after) is None


def test_a_result_that_arrives_after_the_lapse_changes_the_reason() -> None:
    claim = a_claim(windows=(a_window("09:00", "16:00"),))
    step = change(assessed(claim), assessed(claim, a_claim(CLOSED, "20:00", people=7)))
    assert step is not None
    assert (step.type, [moved.field for moved in step.changed]) == (
        EventType.CHANGED,
        ["reason", "basis", "operated", "windows", "people"],
    )
