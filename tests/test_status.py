"""What do claims add up to? By example; what holds for any claims is in test_status_rules.py, events in test_status_change.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corridors.model import (
    Agreement,
    AssessedWindow,
    Assessment,
    Authority,
    Basis,
    Claim,
    Mode,
    PartyStance,
    Purpose,
    Reason,
    Sensitivity,
    Stance,
    Status,
)
from corridors.status import assess, nothing
from tests.make import DAY, ZONE, a_claim, a_window, at

ANNOUNCED, OPEN, SUSPENDED, CLOSED, UNKNOWN = (
    Status.ANNOUNCED,
    Status.OPEN,
    Status.SUSPENDED,
    Status.CLOSED,
    Status.UNKNOWN,
)
NEXT_DAY = DAY + timedelta(days=1)


def assessed(*claims: Claim, now: str | datetime = "20:30", **options: Any) -> Assessment:
    return assess(claims, DAY, ZONE, at(now) if isinstance(now, str) else now, **options)


def rules(assessment: Assessment) -> list[str]:
    return [why.rule for why in assessment.why]


def ukraine(status: Status, said: str, **fields: Any) -> Claim:
    return a_claim(status, said, **{"publisher": "Ministry of Reintegration", "party": "UA"} | fields)


def russia(status: Status, said: str, **fields: Any) -> Claim:
    return a_claim(status, said, **{"publisher": "Defence Ministry", "party": "RU"} | fields)


def press(status: Status, said: str, name: str = "Agency", **fields: Any) -> Claim:
    return a_claim(status, said, **{"publisher": name, "authority": Authority.MEDIA, "reliability": "c"} | fields)


def desk(status: Status, said: str, **fields: Any) -> Claim:
    return a_claim(status, said, publisher="Desk", authority=Authority.DESK, reliability="a", **fields)


# -- opening -----------------------------------------------------------------------------------------------------------


def test_what_is_announced_for_nine_is_still_announced_a_minute_later() -> None:
    found = assessed(a_claim(windows=(a_window("09:00", None),)), now="09:01")
    assert (found.status, found.basis, found.operated) == (ANNOUNCED, Basis.REPORTED, False)
    assert found.windows == (AssessedWindow("09:00", None, start_verified=False, end_verified=False),)


def test_one_credible_report_opens() -> None:
    found = assessed(a_claim(), press(OPEN, "09:12"))
    assert (found.status, found.since_at, found.operated) == (OPEN, at("09:12"), True)
    assert found.why[0].text == "Agency reported it open at 09:12."


def test_an_announcement_after_the_opening_takes_nothing_back() -> None:
    assert assessed(a_claim(OPEN, "09:00"), a_claim(ANNOUNCED, "11:00", publisher="Late paper")).status is OPEN


@pytest.mark.parametrize("reliability", ["d", "e", "f"])
def test_a_source_that_is_not_credible_changes_nothing_and_is_noted(reliability: str) -> None:
    found = assessed(a_claim(), a_claim(OPEN, "10:00", publisher="Rumour", reliability=reliability, people=50))
    assert (found.status, found.people, found.operated, found.claims) == (ANNOUNCED, None, False, 2)
    assert rules(found) == ["reported", "noted"]


def test_a_rumour_alone_is_unknown_but_says_what_it_is_about() -> None:
    found = assessed(a_claim(OPEN, reliability="f", modes=(Mode.BUS,)))
    assert (found.status, found.basis, found.since_at, found.due_at) == (UNKNOWN, Basis.INFERRED, None, None)
    assert (found.modes, found.credibility, found.publishers) == ((Mode.BUS,), 6, 0)


# -- stopping and re-opening -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("authority", [Authority.NGO, Authority.MEDIA, Authority.VOLUNTEER])
def test_anybody_credible_can_stop_it(authority: Authority) -> None:
    stop = a_claim(
        SUSPENDED, "12:30", publisher="Witness", authority=authority, reliability="c", reason=Reason.VIOLATED
    )
    found = assessed(a_claim(OPEN, "09:00"), stop)
    assert (found.status, found.reason, found.since_at, found.operated) == (
        SUSPENDED,
        Reason.VIOLATED,
        at("12:30"),
        True,
    )
    assert found.why[0].text == "Witness reported it suspended (violated) at 12:30."


@pytest.mark.parametrize(
    ("later", "status"),
    [
        pytest.param([a_claim(OPEN, "14:00")], OPEN, id="equal authority re-opens"),
        pytest.param([a_claim(ANNOUNCED, "14:00")], ANNOUNCED, id="equal authority announces anew"),
        pytest.param([a_claim(OPEN, "14:00", publisher="Summit", authority=Authority.PRIMARY)], OPEN, id="higher, too"),
        pytest.param([press(OPEN, "14:00")], SUSPENDED, id="one paper does not"),
        pytest.param([press(OPEN, "14:00", "A"), press(OPEN, "15:00", "B")], OPEN, id="two independent papers do"),
        pytest.param(
            [press(OPEN, "14:00", "A", voice="x"), press(OPEN, "15:00", "B", voice="x")],
            SUSPENDED,
            id="one text in two papers is one voice",
        ),
        pytest.param([press(OPEN, "14:00", "A"), press(OPEN, "15:00", "A")], SUSPENDED, id="one paper twice is one"),
        pytest.param(
            [press(ANNOUNCED, "18:00", "A"), press(ANNOUNCED, "19:00", "B")],
            SUSPENDED,
            id="papers that tell the morning's announcement again do not",
        ),
        pytest.param([a_claim(OPEN, "14:00", reliability="d")], SUSPENDED, id="a source that is not credible does not"),
        pytest.param([a_claim(OPEN, "12:30")], SUSPENDED, id="nor does what was said at the same moment"),
    ],
)
def test_reopening_is_hard(later: list[Claim], status: Status) -> None:
    assert assessed(a_claim(OPEN, "09:00"), a_claim(SUSPENDED, "12:30"), *later).status is status


def test_it_is_open_again_since_the_word_that_lifted_the_stop() -> None:
    stop = a_claim(SUSPENDED, "12:30")
    found = assessed(stop, press(OPEN, "14:00", "A"), press(OPEN, "15:00", "B"))
    assert (found.status, found.since_at, found.credibility) == (OPEN, at("15:00"), 1)


def test_a_refused_opening_leaves_the_safer_status_and_says_why() -> None:
    found = assessed(a_claim(CLOSED, "12:00", reason=Reason.BLOCKED), press(OPEN, "14:00"))
    assert (found.status, found.reason, found.basis, found.operated) == (CLOSED, Reason.BLOCKED, Basis.INFERRED, False)
    assert "stop_stands" in rules(found)


def test_every_stop_must_be_lifted() -> None:
    stops = [ukraine(SUSPENDED, "12:00"), russia(SUSPENDED, "12:10")]
    assert assessed(*stops, ukraine(OPEN, "14:00")).status is SUSPENDED
    assert assessed(*stops, ukraine(OPEN, "14:00"), russia(OPEN, "14:05")).status is OPEN


def test_the_same_post_repeated_after_a_stop_opens_nothing() -> None:
    morning = a_claim(OPEN, "09:00", voice="post")
    again = a_claim(OPEN, "15:00", voice="post", publisher="Ministry of Reintegration")
    assert assessed(morning, a_claim(SUSPENDED, "12:00"), again).status is SUSPENDED


def test_what_was_completed_is_not_announced_again_by_a_summary_in_the_evening() -> None:
    day = [a_claim(windows=(a_window("09:00", "18:00"),)), a_claim(CLOSED, "19:00", people=600)]
    summary = a_claim(ANNOUNCED, "19:30", publisher="Oblast", windows=(a_window("09:00", "18:00"),))
    assert assessed(*day, summary).status is CLOSED
    second_column = a_claim(ANNOUNCED, "19:30", windows=(a_window("20:00", "22:00"),))
    assert assessed(*day, second_column).status is ANNOUNCED


def test_the_least_open_of_several_stops_holds() -> None:
    found = assessed(a_claim(CLOSED, "12:00", reason=Reason.BLOCKED), press(SUSPENDED, "13:00"))
    assert (found.status, found.reason, found.since_at) == (CLOSED, Reason.BLOCKED, at("12:00"))


def test_a_late_copy_of_a_stop_stops_again_because_that_is_the_safer_mistake() -> None:
    late = [a_claim(OPEN, "11:00"), press(SUSPENDED, "12:00", voice="stop")]
    assert assessed(*late).status is SUSPENDED
    assert assessed(a_claim(SUSPENDED, "10:00", voice="stop"), *late).status is SUSPENDED


# -- parties -----------------------------------------------------------------------------------------------------------


def test_a_party_does_not_lift_the_other_partys_stop() -> None:
    found = assessed(russia(SUSPENDED, "12:00", reason=Reason.VIOLATED), ukraine(OPEN, "14:00"))
    assert (found.status, found.conflict, found.basis) == (SUSPENDED, True, Basis.INFERRED)
    disagreement = next(why for why in found.why if why.rule == "parties_disagree")
    assert "Ministry of Reintegration reported it open at 14:00" in disagreement.text
    assert len(disagreement.claims) == 2


def test_a_partys_word_and_the_paper_that_repeats_it_are_not_enough_against_the_other_party() -> None:
    claims = [russia(SUSPENDED, "12:00"), ukraine(OPEN, "14:00", authority=Authority.MEDIA), press(OPEN, "14:20")]
    assert assessed(*claims).status is SUSPENDED


def test_two_neutral_publishers_lift_a_partys_stop_and_the_contradiction_stays_visible() -> None:
    claims = [russia(SUSPENDED, "12:00"), ukraine(OPEN, "14:00"), press(OPEN, "14:20", "A"), press(OPEN, "14:40", "B")]
    found = assessed(*claims)
    assert (found.status, found.conflict) == (OPEN, True)


def test_no_conflict_when_one_party_announces_and_the_other_reports_it_completed() -> None:
    assert not assessed(ukraine(ANNOUNCED, "08:00"), russia(CLOSED, "19:00")).conflict
    assert assessed(russia(CLOSED, "19:00"), ukraine(OPEN, "19:30")).conflict


def test_the_desk_settles_a_contradiction() -> None:
    found = assessed(russia(SUSPENDED, "12:00"), ukraine(OPEN, "14:00"), desk(OPEN, "15:00"))
    assert (found.status, found.basis, found.conflict) == (OPEN, Basis.MANUAL, False)


@pytest.mark.parametrize(
    ("stances", "roll_up"),
    [
        pytest.param({"RU": Stance.UNKNOWN}, Agreement.UNILATERAL, id="announcing is not agreeing"),
        pytest.param({"RU": Stance.ACCEPTED}, Agreement.UNILATERAL, id="nobody accepts for the other party"),
        pytest.param({"RU": Stance.REJECTED}, Agreement.REJECTED, id="a rejection counts whoever tells it"),
    ],
)
def test_what_an_announcing_party_says_of_the_other_one(stances: dict[str, Stance], roll_up: Agreement) -> None:
    said = tuple(PartyStance(party, stance) for party, stance in stances.items())
    found = assessed(ukraine(ANNOUNCED, "08:00", announced_by="UA", stances=said))
    assert (found.agreement, found.parties["UA"]) == (roll_up, Stance.PROPOSED)
    assert found.conflict is (roll_up is Agreement.REJECTED)


def test_it_is_agreed_once_the_other_party_says_so_itself() -> None:
    announced = ukraine(ANNOUNCED, "08:00", announced_by="UA")
    accepted = russia(ANNOUNCED, "08:30", stances=(PartyStance("RU", Stance.ACCEPTED),))
    found = assessed(announced, accepted)
    assert (found.agreement, found.parties) == (Agreement.AGREED, {"RU": Stance.ACCEPTED, "UA": Stance.PROPOSED})


def test_a_go_between_may_say_that_both_accepted() -> None:
    both = (PartyStance("UA", Stance.ACCEPTED), PartyStance("RU", Stance.ACCEPTED))
    found = assessed(a_claim(publisher="ICRC", party="ICRC", authority=Authority.PRIMARY, stances=both))
    assert (found.agreement, found.conflict) == (Agreement.AGREED, False)


def test_what_a_party_says_itself_outweighs_what_others_say_of_it() -> None:
    told = press(ANNOUNCED, "08:00", stances=(PartyStance("RU", Stance.ACCEPTED),))
    denied = russia(ANNOUNCED, "08:30", stances=(PartyStance("RU", Stance.REJECTED),))
    found = assessed(told, denied)
    assert (found.parties, found.agreement, found.conflict) == ({"RU": Stance.REJECTED}, Agreement.REJECTED, True)


def test_two_parties_that_each_announce_have_partly_agreed() -> None:
    found = assessed(ukraine(ANNOUNCED, "08:00", announced_by="UA"), russia(ANNOUNCED, "08:30", announced_by="RU"))
    assert (found.agreement, found.conflict) == (Agreement.PARTLY_AGREED, False)


# -- the desk ----------------------------------------------------------------------------------------------------------


def test_the_desk_outranks_everybody() -> None:
    closed = desk(CLOSED, "12:00", reason=Reason.CANCELLED)
    found = assessed(closed, a_claim(OPEN, "14:00"), press(OPEN, "14:10", "A"), press(OPEN, "14:20", "B"))
    assert (found.status, found.basis, found.reason) == (CLOSED, Basis.MANUAL, Reason.CANCELLED)
    assert assessed(closed, desk(OPEN, "15:00")).status is OPEN


def test_closing_stays_easy_after_the_desk_has_opened() -> None:
    assert assessed(desk(OPEN, "12:00"), press(SUSPENDED, "13:00")).status is SUSPENDED


def test_withdrawing_the_desks_decision_undoes_it() -> None:
    claims = [a_claim(OPEN, "09:00")]
    undone = desk(CLOSED, "12:00", claim={"withdrawn_at": at("13:00")})
    assert assessed(*claims, undone) == assessed(*claims)
    assert assessed(undone) == nothing(DAY)


# -- the clock ---------------------------------------------------------------------------------------------------------


def test_without_any_report_it_lapses_after_the_last_window_and_grace() -> None:
    claim = a_claim(windows=(a_window("09:00", "12:00"), a_window("14:00", "18:00")))
    assert assessed(claim, now="20:59").due_at == at("21:00")
    found = assessed(claim, now="21:00")
    assert (found.status, found.reason, found.basis) == (CLOSED, Reason.EXPIRED, Basis.EXPIRED)
    assert (found.since_at, found.operated, found.due_at) == (at("21:00"), False, None)
    assert "expired" in rules(found)


@pytest.mark.parametrize(
    ("claims", "due_at"),
    [
        pytest.param([a_claim()], at("03:00", NEXT_DAY), id="no hours known: the local day and grace"),
        pytest.param([a_claim(windows=(a_window("09:00", None),))], at("03:00", NEXT_DAY), id="an end is not known"),
        pytest.param([a_claim(windows=(a_window("09:00", "24:00"),))], at("03:00", NEXT_DAY), id="until 24:00"),
        pytest.param([a_claim(windows=(a_window("22:00", "06:00"),))], at("09:00", NEXT_DAY), id="over midnight"),
        pytest.param([a_claim(windows=(a_window("00:00", "00:00"),))], at("03:00", NEXT_DAY), id="around the clock"),
        pytest.param(
            [a_claim(windows=(a_window("09:00", "12:00"), a_window("15:00", None)))],
            at("03:00", NEXT_DAY),
            id="the last hours have no end",
        ),
        pytest.param(
            [a_claim(windows=(a_window("10:00", "18:00", "Europe/Moscow"),))], at("20:00"), id="hours of another zone"
        ),
        pytest.param(
            [a_claim(windows=(a_window(),)), a_claim(SUSPENDED, "10:00", windows=(a_window("09:00", "23:00"),))],
            at("00:00", NEXT_DAY),
            id="a stop has no hours",
        ),
        pytest.param(
            [a_claim(windows=(a_window("09:00", "12:00"),)), a_claim(OPEN, "14:30")],
            at("17:30"),
            id="a report of opening after the planned end",
        ),
        pytest.param(
            [a_claim(windows=(a_window("09:00", "12:00"),)), a_claim(OPEN, at("14:30", NEXT_DAY))],
            at("15:00"),
            id="a report of the next day does not bring the day back",
        ),
        pytest.param([a_claim(CLOSED, "18:00")], None, id="what is closed lapses no more"),
    ],
)
def test_when_the_clock_will_end_it(claims: list[Claim], due_at: datetime | None) -> None:
    assert assess(claims, DAY, ZONE, at("08:00")).due_at == due_at


def test_the_local_day_counts_where_clocks_change() -> None:
    spring = datetime(2022, 3, 27, tzinfo=UTC).date()
    claim = a_claim(said=at("08:00", spring), valid_on=(spring, spring))
    assert assess([claim], spring, ZONE, at("12:00", spring)).due_at == datetime(2022, 3, 28, 0, 0, tzinfo=UTC)


def test_until_further_notice_stays_but_goes_stale_after_a_day_without_news() -> None:
    claim = a_claim(OPEN, "10:00", valid_on=(DAY, None))
    assert assessed(claim).due_at == at("10:00", NEXT_DAY)
    found = assessed(claim, now=at("10:00", NEXT_DAY))
    assert (found.status, found.stale, found.due_at) == (OPEN, True, None)
    fresh = press(OPEN, at("09:00", NEXT_DAY), valid_on=(DAY, None))  # type: ignore[arg-type]
    assert not assessed(claim, fresh, now=at("10:00", NEXT_DAY)).stale


def test_daily_hours_until_further_notice_still_end_each_day() -> None:
    claim = a_claim(OPEN, "10:00", valid_on=(DAY, None), windows=(a_window("09:00", "16:00"),))
    assert assessed(claim, now="19:00").reason is Reason.EXPIRED


# -- the other fields --------------------------------------------------------------------------------------------------


def test_a_result_with_no_opening_before_it_operated() -> None:
    found = assessed(a_claim(CLOSED, "20:00", people=400))
    assert (found.status, found.reason, found.operated, found.people) == (CLOSED, Reason.COMPLETED, True, 400)


def test_the_latest_figure_of_the_highest_authority_counts() -> None:
    early, late = a_claim(CLOSED, "18:00", people=400), a_claim(CLOSED, "20:00", people=600)
    assert assessed(late, press(CLOSED, "20:20", people=1000), early).people == 600


@pytest.mark.parametrize(
    ("claims", "credibility", "publishers"),
    [
        pytest.param([press(OPEN, "09:00", "A"), press(OPEN, "09:10", "B")], 1, 2, id="two independent publishers"),
        pytest.param([ukraine(OPEN, "09:00"), press(OPEN, "09:10", "B")], 1, 2, id="a party and a neutral one"),
        pytest.param(
            [ukraine(OPEN, "09:00"), ukraine(OPEN, "09:10", publisher="Oblast")], 2, 2, id="two mouths of a party"
        ),
        pytest.param(
            [press(OPEN, "09:00", "A", voice="x"), press(OPEN, "09:10", "B", voice="x")],
            3,
            1,
            id="a repost is a carrier",
        ),
        pytest.param([a_claim(), press(OPEN, "09:10")], 3, 2, id="only who says what holds grades it"),
        pytest.param([desk(OPEN, "09:00")], 2, 0, id="the desk publishes nothing"),
        pytest.param([press(OPEN, "09:00", reliability="e")], 5, 0, id="a source that is not credible"),
    ],
)
def test_how_sure_it_is(claims: list[Claim], credibility: int, publishers: int) -> None:
    found = assessed(*claims)
    assert (found.credibility, found.publishers) == (credibility, publishers)


def test_modes_and_purposes_are_all_that_were_said_in_the_order_of_the_vocabulary() -> None:
    found = assessed(
        a_claim(modes=(Mode.TRAIN, Mode.BUS), purpose=(Purpose.MEDICAL_EVACUATION,)),
        a_claim(modes=(Mode.PRIVATE_CAR,), purpose=(Purpose.EVACUATION,)),
    )
    assert found.modes == (Mode.BUS, Mode.PRIVATE_CAR, Mode.TRAIN)
    assert found.purpose == (Purpose.EVACUATION, Purpose.MEDICAL_EVACUATION)


def test_the_most_sensitive_claim_decides_who_may_see_it() -> None:
    secret = a_claim(claim={"sensitivity": Sensitivity.HIGH}, reliability="f")
    assert assessed(a_claim(), secret).sensitivity is Sensitivity.HIGH


def planned_hours(*claims: Claim) -> list[tuple[str | None, str | None]]:
    return [(window.start, window.end) for window in assessed(*claims).windows]


@pytest.mark.parametrize(
    ("claims", "hours"),
    [
        pytest.param(
            [
                a_claim(windows=(a_window("09:00", None),)),
                press(ANNOUNCED, "08:30", windows=(a_window("09:00", "21:00"),)),
            ],
            [("09:00", "21:00")],
            id="one that says more replaces one that says less",
        ),
        pytest.param(
            [
                ukraine(ANNOUNCED, "08:00", windows=(a_window("09:00", "16:00"),)),
                russia(ANNOUNCED, "08:10", windows=(a_window("11:00", "18:00", "Europe/Moscow"),)),
            ],
            [("09:00", "16:00"), ("10:00", "17:00")],
            id="two parties' hours stand side by side, on the corridor's clocks",
        ),
        pytest.param(
            [
                a_claim(windows=(a_window("09:00", "16:00"),)),
                a_claim(ANNOUNCED, "13:00", windows=(a_window(None, "18:00"),)),
            ],
            [("09:00", "18:00")],
            id="extended in the middle of the day",
        ),
        pytest.param(
            [
                a_claim(windows=(a_window("09:00", "12:00"),), voice="x"),
                a_claim(windows=(a_window("14:00", "17:00"),), voice="x"),
            ],
            [("09:00", "12:00"), ("14:00", "17:00")],
            id="two statements of one document",
        ),
        pytest.param([a_claim(windows=(a_window(None, "15:00"),))], [(None, "15:00")], id="only until"),
        pytest.param([a_claim(CLOSED, windows=(a_window(),))], [], id="hours of a closure are no plan"),
    ],
)
def test_which_hours_are_planned(claims: list[Claim], hours: list[tuple[str, str]]) -> None:
    assert planned_hours(*claims) == hours


def test_reports_verify_the_hours_they_are_about() -> None:
    plan = a_claim(windows=(a_window("09:00", "12:00"), a_window("14:00", "17:00")))
    found = assessed(plan, a_claim(OPEN, "14:05"), a_claim(CLOSED, "17:30", reason=Reason.COMPLETED), now="18:00")
    assert found.windows == (
        AssessedWindow("09:00", "12:00", start_verified=False, end_verified=True),
        AssessedWindow("14:00", "17:00", start_verified=True, end_verified=True),
    )
