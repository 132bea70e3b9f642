"""What was assessed before is taken from memory, and is what assessing it again would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from corridors.day import Memory, Rules, add_up
from corridors.model import Claim, Sensitivity, Status, Verdict
from tests.make import DAY, a_claim, a_route, a_window, at

LOOKS = st.integers(-4, 60).map(lambda halves: at("00:00") + timedelta(minutes=30 * halves))
TOWNS = [("Mariupol", "Zaporizhzhia"), ("Mariupol", None), ("Sumy", "Poltava"), (None, "Poltava")]


@st.composite
def spoken(draw: st.DrawFn) -> Claim:
    origin, destination = draw(st.sampled_from(TOWNS))
    return a_claim(
        draw(st.sampled_from(Status)),
        draw(LOOKS),
        route=a_route(origin, destination),
        publisher=draw(st.sampled_from("ABC")),
        reliability=draw(st.sampled_from("be")),
        valid_on=(DAY, draw(st.sampled_from([DAY, None]))),
        windows=draw(st.sampled_from([(), (a_window(),), (a_window("22:00", "06:00"),)])),
    )


def changed(claim: Claim, how: str) -> Claim:
    """Return the claim after something happened to it, under the id that it has."""
    if how == "rejected":
        return replace(claim, verdict=Verdict.REJECTED)
    if how == "withdrawn":
        return replace(claim, withdrawn_at=claim.known_at)
    return replace(claim, sensitivity=Sensitivity.HIGH) if how == "withheld" else claim


CHANGES = st.sampled_from(["", "", "", "rejected", "withdrawn", "withheld"])


@given(
    st.lists(spoken(), min_size=1, max_size=8), st.lists(st.tuples(LOOKS, st.lists(CHANGES, max_size=8)), max_size=8)
)
def test_a_day_remembered_is_the_day_added_up_anew(
    claims: list[Claim], looks: list[tuple[datetime, list[str]]]
) -> None:
    memory, rules = Memory(), Rules()
    for now, changes in looks:
        known = [changed(claim, how) for claim, how in zip(claims, changes, strict=False)]
        assert add_up("UA", DAY, known, now, rules, memory=memory) == add_up("UA", DAY, known, now, rules)


def test_other_rules_are_not_answered_from_memory() -> None:
    memory, claims = Memory(), [a_claim(windows=(a_window("09:00", "10:00"),))]
    for grace in (timedelta(hours=1), timedelta(hours=9)):
        rules = Rules(grace=grace)
        assert add_up("UA", DAY, claims, at("12:00"), rules, memory=memory) == add_up(
            "UA", DAY, claims, at("12:00"), rules
        )
