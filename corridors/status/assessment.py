"""What do claims add up to at an instant? Puts together what the other files of this room decide. Start at `assess`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from corridors.model import (
    Assessment,
    Basis,
    Claim,
    Mode,
    Purpose,
    Reason,
    Sensitivity,
    Status,
    Why,
)
from corridors.status.lapse import Lapse, lapse, planned, windows
from corridors.status.parties import contradiction, rejection, roll_up, stances
from corridors.status.reasons import Teller, refused_by
from corridors.status.rivals import differing_hours
from corridors.status.standing import Standing, stand
from corridors.status.voices import Word, authors, credible_words

# Reliability a–f of the best source that says what holds → credibility, until independent publishers confirm it.
_CREDIBILITY = {"a": 2, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
_LAPSING = frozenset({Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED})


def assess(
    claims: Sequence[Claim],
    day: date,
    zone: str,
    now: datetime,
    *,
    grace: timedelta = timedelta(hours=3),
    stale_after: timedelta = timedelta(hours=24),
) -> Assessment:
    """Return what `claims`, all about one corridor on the local `day` in `zone`, add up to at `now`.

    claims: any order; withdrawn ones are left out, those that the desk set aside are only told, and without any that
    counts it is `nothing`. The same claims give the same assessment at every `now` before its `due_at`. Rules 1 to 7
    of the state.
    """
    aside = [claim for claim in claims if claim.withdrawn_at is None and claim.is_set_aside]
    claims = [claim for claim in claims if claim.counts]
    if not claims:
        return nothing(day, zone, aside)
    words = credible_words(claims, day)
    standing = stand(words)
    hours = planned(words, day)
    clock = lapse(words, hours, day, zone, grace, stale_after) if standing.status in _LAPSING else Lapse()
    status, reason, since_at = _outcome(standing, clock, now)
    people = _people(words)
    parties = stances(words)
    contradicting, rejecting = contradiction(words), rejection(words, parties)
    differing = differing_hours(words, day)
    teller = Teller(day, zone)
    return Assessment(
        status=status,
        basis=_basis(standing, words, clock, now),
        since_at=since_at,
        reason=reason,
        stale=clock.is_stale(now),
        operated=standing.opened or bool(people) or (status is Status.CLOSED and reason is Reason.COMPLETED),
        windows=windows(hours, words, zone),
        modes=_modes(words, claims),
        purpose=_purposes(words, claims),
        people=people,
        agreement=roll_up(parties),
        parties=parties,
        conflict=bool(contradicting or rejecting or differing),
        credibility=_credibility(standing.grounds, claims),
        publishers=len(authors(words)),
        sensitivity=max((claim.sensitivity for claim in claims), key=tuple(Sensitivity).index),
        why=(
            *teller.grounds(standing.grounds, sorted(authors(standing.grounds))),
            *teller.refused(standing.grounds, refused_by(standing.grounds, words)),
            *teller.disagreement(contradicting, rejecting),
            *teller.hours_differ(differing),
            *teller.clock(clock, now),
            *teller.vouched(claim for claim in claims if claim.is_vouched),
            *teller.noted(claim for claim in claims if not claim.credible),
            *teller.set_aside(aside),
        ),
        claims=len(claims),
        due_at=clock.due_at(now),
    )


def nothing(day: date, zone: str = "UTC", aside: Sequence[Claim] = ()) -> Assessment:
    """Return what holds when no claim about `day` is left that counts; `aside` are those that the desk set aside."""
    text = f"Every claim about {day.day} {day:%B %Y} has been {'set aside' if aside else 'withdrawn'}."
    told = Teller(day, zone).set_aside(aside)
    why = (Why("set_aside" if aside else "withdrawn", (), text), *told)
    return Assessment(Status.UNKNOWN, Basis.INFERRED, since_at=None, why=why)


def _outcome(standing: Standing, clock: Lapse, now: datetime) -> tuple[Status, Reason | None, datetime | None]:
    if clock.is_over(now):
        return Status.CLOSED, Reason.EXPIRED, clock.ends_at
    reasons = (word.claim.statement.reason for word in standing.grounds)
    return standing.status, next((reason for reason in reasons if reason), None), standing.since_at


def _basis(standing: Standing, words: Sequence[Word], clock: Lapse, now: datetime) -> Basis:
    if clock.is_over(now):
        return Basis.EXPIRED
    grounds = standing.grounds
    if grounds and grounds[0].rests_on_the_desk:
        return Basis.MANUAL
    return Basis.INFERRED if not grounds or refused_by(grounds, words) else Basis.REPORTED


def _people(words: Sequence[Word]) -> int | None:
    """Return the latest figure of the highest authority."""
    counted = [word for word in words if word.claim.statement.people is not None]
    best = max(counted, key=lambda word: (-word.claim.authority.rank, word.claim.said_at, word.order), default=None)
    return best.claim.statement.people if best else None


def _modes(words: Sequence[Word], claims: Sequence[Claim]) -> tuple[Mode, ...]:
    said = {mode for claim in _believed(words, claims) for mode in claim.statement.modes}
    return tuple(mode for mode in Mode if mode in said)


def _purposes(words: Sequence[Word], claims: Sequence[Claim]) -> tuple[Purpose, ...]:
    said = {purpose for claim in _believed(words, claims) for purpose in claim.statement.purpose}
    return tuple(purpose for purpose in Purpose if purpose in said)


def _believed(words: Sequence[Word], claims: Sequence[Claim]) -> Sequence[Claim]:
    """Return the credible claims; all of them where none is, so that even a rumour says what it is about."""
    return [word.claim for word in words] or claims


def _credibility(grounds: Sequence[Word], claims: Sequence[Claim]) -> int:
    """Return the Admiralty grade of the information: 1 = confirmed by independent publishers, one of them no party."""
    publishers = authors(grounds)
    if len(publishers) > 1 and None in publishers.values():
        return 1
    known = [word.claim for word in grounds] or claims
    return min(2 if claim.is_vouched else _CREDIBILITY.get(claim.reliability, 6) for claim in known)
