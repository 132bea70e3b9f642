"""What holds for every set of claims: the rules of the state, tried on days that hypothesis makes up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from corridors.model import (
    OPENNESS,
    Assessment,
    Authority,
    Basis,
    Claim,
    EventType,
    PartyStance,
    Reason,
    Stance,
    Status,
    Window,
)
from corridors.sketches import sketch
from corridors.status import assess, change
from tests.make import DAY, ZONE, a_claim, at

MIDNIGHT = at("00:00")
PARTIES = [None, None, "UA", "RU", "ICRC"]
STOPS = [Status.SUSPENDED, Status.CLOSED]
GOES = [Status.ANNOUNCED, Status.OPEN]
TEXT = "the corridor from the town to the city opens at nine with a stop for water on the way"
SKETCHES = [
    "",
    *map(sketch, (TEXT, f"{TEXT} and back", "buses wait at the theatre until the afternoon for all who come")),
]
CLOCKS = [None, "06:00", "09:00", "12:00", "18:00", "24:00"]


def moments(first: int = -24, last: int = 72) -> st.SearchStrategy[datetime]:
    """Instants on the half hour, so that two claims often share one; hours counted from the day's midnight."""
    return st.integers(2 * first, 2 * last).map(lambda half_hours: MIDNIGHT + timedelta(minutes=30 * half_hours))


windows = st.builds(
    Window, st.sampled_from(CLOCKS), st.sampled_from(CLOCKS), st.sampled_from([ZONE, "Europe/Moscow", "UTC"])
)
stances = st.builds(PartyStance, st.sampled_from(["UA", "RU"]), st.sampled_from(Stance))


def claims_of(
    statuses: list[Status], said: st.SearchStrategy[datetime] | None = None, reliabilities: str = "abcdef"
) -> st.SearchStrategy[Claim]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "reason": st.sampled_from([None, *Reason]),
        "windows": st.lists(windows, max_size=2).map(tuple),
        "valid_on": st.sampled_from([(DAY, DAY), (DAY, None)]),
        "announced_by": st.sampled_from([None, "UA", "RU"]),
        "stances": st.lists(stances, max_size=2).map(tuple),
        "people": st.sampled_from([None, 0, 40]),
    }
    return st.builds(
        a_claim,
        st.sampled_from(statuses),
        moments() if said is None else said,
        publisher=st.sampled_from("ABCD"),
        authority=st.sampled_from(Authority),
        reliability=st.sampled_from(reliabilities),
        party=st.sampled_from(PARTIES),
        voice=st.sampled_from([None, "x", "y"]),
        claim=st.fixed_dictionaries(
            {"sketch": st.sampled_from(SKETCHES), "forwarded_from": st.sampled_from([None, None, "A", "Elsewhere"])}
        ),
        **fields,
    )


any_claim = claims_of(list(Status))
any_claims = st.lists(any_claim, min_size=1, max_size=8)


def assessed(claims: list[Claim], now: datetime) -> Assessment:
    return assess(claims, DAY, ZONE, now)


@given(st.lists(claims_of([Status.ANNOUNCED, Status.UNKNOWN, *STOPS]), min_size=1, max_size=8), moments())
def test_the_clock_alone_never_opens(claims: list[Claim], now: datetime) -> None:
    found = assessed(claims, now)
    assert found.status is not Status.OPEN
    assert not any(window.start_verified for window in found.windows)


@given(any_claims, moments(), moments())
def test_as_time_passes_the_state_only_ends(claims: list[Claim], one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    before, after = assessed(claims, earlier), assessed(claims, later)
    assert OPENNESS[after.status] <= OPENNESS[before.status]
    assert after.status is before.status or after.reason is Reason.EXPIRED
    assert after.operated is before.operated


@given(st.lists(claims_of([Status.ANNOUNCED, Status.OPEN]), max_size=5), claims_of([Status.OPEN], reliabilities="abc"))
def test_a_credible_report_opens_where_nobody_stopped_it(claims: list[Claim], report: Claim) -> None:
    assert assessed([*claims, report], MIDNIGHT - timedelta(days=9)).status is Status.OPEN


@given(any_claims, claims_of(STOPS, reliabilities="abc"))
def test_a_stop_later_than_everything_else_wins_at_once(claims: list[Claim], stop: Claim) -> None:
    latest = max(claim.said_at for claim in claims)
    stop = replace(stop, published_at=latest + timedelta(minutes=1))
    found = assessed([*claims, stop], MIDNIGHT - timedelta(days=9))
    assert OPENNESS[found.status] <= OPENNESS[stop.statement.status]


@given(any_claims, claims_of(STOPS), moments())
def test_one_more_stop_never_makes_it_more_open(claims: list[Claim], stop: Claim, now: datetime) -> None:
    assert OPENNESS[assessed([*claims, stop], now).status] <= OPENNESS[assessed(claims, now).status]


@given(claims_of(STOPS, reliabilities="abc"), claims_of(GOES, reliabilities="abc"))
def test_a_single_opening_lifts_a_stop_only_with_the_right_to(stop: Claim, go: Claim) -> None:
    found = assessed([stop, go], MIDNIGHT - timedelta(days=9))
    if found.status in GOES:
        assert go.said_at > stop.said_at
        assert go.authority.rank <= stop.authority.rank
        parties = {go.party, stop.party}
        assert len(parties) == 1 or None in parties or go.publisher == stop.publisher or go.authority is Authority.DESK


@given(claims_of(STOPS, reliabilities="abc"), st.lists(claims_of(GOES, moments(0, 48), "abc"), max_size=4))
def test_two_words_of_one_voice_never_lift_what_one_could_not(stop: Claim, goes: list[Claim]) -> None:
    now = MIDNIGHT - timedelta(days=9)
    copies = [replace(go, voice="x", party=None) for go in goes]
    alone = [assessed([stop, copy], now).status in GOES for copy in copies]
    assert (assessed([stop, *copies], now).status in GOES) <= any(alone)


@given(any_claims, claims_of(list(Status), reliabilities="def"), moments())
def test_what_is_not_credible_changes_no_status(claims: list[Claim], rumour: Claim, now: datetime) -> None:
    if not rumour.credible:
        before, after = assessed(claims, now), assessed([*claims, rumour], now)
        assert (after.status, after.reason, after.due_at) == (before.status, before.reason, before.due_at)
        assert after.people == before.people


@given(any_claims, moments(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(claims: list[Claim], now: datetime, random: Random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert assessed(shuffled, now) == assessed(claims, now)


@given(any_claims, moments())
def test_the_ids_of_claims_do_not_matter(claims: list[Claim], now: datetime) -> None:
    for number, claim in enumerate(claims):  # an empty voice is a claim's own: give each a name that stays
        claims[number] = replace(claim, voice=claim.voice or f"own-{number}")
    renamed = [replace(claim, id=f"clm_{1_000_000 - number}") for number, claim in enumerate(claims)]
    one, other = assessed(claims, now), assessed(renamed, now)
    assert replace(one, why=()) == replace(other, why=())
    assert [(why.rule, why.text) for why in one.why] == [(why.rule, why.text) for why in other.why]


@given(any_claims, moments())
def test_assessing_twice_changes_nothing(claims: list[Claim], now: datetime) -> None:
    once = assessed(claims, now)
    assert assessed(claims, now) == once
    assert assessed([*claims, *claims], now).status is once.status
    assert change(once, assessed(claims, now)) is None


@given(any_claims, moments(), moments())
def test_nothing_changes_before_it_is_due_and_something_does_then(
    claims: list[Claim], now: datetime, later: datetime
) -> None:
    found = assessed(claims, now)
    if later >= now and (found.due_at is None or later < found.due_at):
        assert assessed(claims, later) == found
    if found.due_at is not None:
        assert found.due_at > now
        assert assessed(claims, found.due_at - timedelta(microseconds=1)) == found
        step = change(found, assessed(claims, found.due_at))
        assert step is not None
        assert step.type in {EventType.CLOSED, EventType.STALE}


@given(any_claims)
def test_following_due_at_comes_to_rest(claims: list[Claim]) -> None:
    found = assessed(claims, MIDNIGHT - timedelta(days=9))
    steps = 0
    while found.due_at is not None:
        found, steps = assessed(claims, found.due_at), steps + 1
    assert steps <= 2
    assert assessed(claims, MIDNIGHT + timedelta(days=900)) == found


@given(any_claims, any_claims, moments())
def test_a_step_makes_an_event_whenever_the_status_moves(
    claims: list[Claim], others: list[Claim], now: datetime
) -> None:
    before, after = assessed(claims, now), assessed(others, now)
    step = change(before, after)
    if after.status is not before.status:
        assert step is not None
        assert step.previous is before.status
    if step and step.type is EventType.CLOSED:
        assert after.status is Status.CLOSED


@given(any_claims, moments())
def test_every_assessment_says_why(claims: list[Claim], now: datetime) -> None:
    found = assessed(claims, now)
    assert found.why
    assert {claim_id for why in found.why for claim_id in why.claims} <= {claim.id for claim in claims}
    assert (found.basis is Basis.EXPIRED) is (
        found.reason is Reason.EXPIRED and "expired" in {w.rule for w in found.why}
    )
    assert found.claims == len(claims)


@given(any_claims, claims_of(list(Status)), moments())
def test_withdrawing_a_claim_restores_exactly_what_held_without_it(
    claims: list[Claim], extra: Claim, now: datetime
) -> None:
    undone = replace(extra, withdrawn_at=now)
    assert assessed([*claims, undone], now) == assessed(claims, now)
