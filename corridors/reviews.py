"""What does a person have to look at, and what first? Doubts, conflicts and low credibility, and nothing else.

Pure: a day and a document give their entries, the store keeps the difference, so that an entry is gone as soon as its
cause is. The order is that of `rank` and of store/reviews.py: what is not over comes before what is, the soonest start
first; at one instant conflicts before doubts before rumours, then journeys of children, wounded and sick, then those of
most people. Start at `of_day` and `of_document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from corridors import identity
from corridors.day import Day, Held
from corridors.localtime import day_bounds, zone_of
from corridors.model import Claim, Doubt, Mode, Purpose, Review, ReviewKind, Revision, Sensitivity
from corridors.status.hours import hours_of

DISPUTES = frozenset({"parties_disagree", "agreement_disputed", "windows_differ", "rival_routes"})
STILL_MATTERS = timedelta(hours=36)  # an announcement is about its day or the next one, where nobody understood which
_MOST_PEOPLE = 10**9
_VULNERABLE = re.compile(
    r"child|orphan|infant|pregnan|wounded|injured|sick|patient|hospital|elderly|disab|enfant|bless|malade|niñ|herid|"
    r"kind|verletz|dziec|rann|bambin|ferit|copii|răni|crian|çocuk|yaral|діт|сирот|поранен|хвор|вагітн|дет|ранен|больн|"
    r"беремен|طفل|أطفال|جرح|مرض",
    re.IGNORECASE,
)


def of_day(country: str, day: date, seen: Day) -> list[Review]:
    """Return what a day that was added up, `seen` by whoever may see all of it, leaves to be decided."""
    found = [review for held in seen.held for review in (*_disputes(held, country), *_rumours(held, country))]
    return [*found, *(_open_identity(doubt, seen.held, country, day) for doubt in seen.doubts)]


def of_document(revision: Revision, country: str) -> list[Review]:
    """Return what a document leaves to be decided: one entry for all sentences that were not understood."""
    if not revision.doubts or revision.deleted_at is not None:
        return []
    said_at = revision.document.published_at or revision.recorded_at
    first, more = revision.doubts[0], len(revision.doubts) - 1
    text = f'Not understood ({first.missing}): "{first.text[:300]}"' + (f", and {more} more" if more else "")
    cause = (revision.id, *(f"{doubt.missing} {doubt.text}" for doubt in revision.doubts))
    return [
        Review(
            id=_id(ReviewKind.DOUBT, *cause),
            kind=ReviewKind.DOUBT,
            text=text,
            country=country,
            acts_at=said_at,
            ends_at=said_at + STILL_MATTERS,
            document=revision.id,
            missing=first.missing,
            candidates=first.candidates,
            vulnerable=any(_VULNERABLE.search(doubt.text) for doubt in revision.doubts),
        )
    ]


def rank(review: Review) -> int:
    """Return what comes first among entries that begin at one instant: the lowest."""
    kind = list(ReviewKind).index(review.kind)
    fewer = _MOST_PEOPLE - 1 - min(review.people or 0, _MOST_PEOPLE - 1)
    return (kind * 2 + (not review.vulnerable)) * _MOST_PEOPLE + fewer


def sensitivity(review: Review, claims: Iterable[Claim]) -> Sensitivity:
    """Return who may see an entry: whoever sees all claims that it is about."""
    levels = [claim.sensitivity for claim in claims if claim.id in review.claims]
    return max(levels, key=lambda level: level.rank, default=Sensitivity.LOW_OR_NONE)


def _disputes(held: Held, country: str) -> Iterator[Review]:
    why = [each for each in held.occurrence.assessment.why if each.rule in DISPUTES]
    if held.occurrence.assessment.conflict and why:
        claims = sorted({id_ for each in why for id_ in each.claims})
        yield _about(held, country, ReviewKind.CONFLICT, " ".join(each.text for each in why), claims)
    refused = [each for each in held.occurrence.assessment.why if each.rule == "stop_stands"]
    if refused and any(claim.authority == "desk" for claim in held.claims):
        text = " ".join(each.text for each in refused) + " Only the desk can lift its own stop."
        yield _about(held, country, ReviewKind.CONFLICT, text, sorted({id_ for each in refused for id_ in each.claims}))


def _rumours(held: Held, country: str) -> Iterator[Review]:
    """Yield what sources of low credibility say, unless others say it, too."""
    status = held.occurrence.assessment.status
    told = [claim for claim in held.claims if not claim.credible and claim.statement.status is not status]
    if told:
        said = "; ".join(f"{claim.publisher} ({claim.reliability}): {claim.statement.status}" for claim in told[:5])
        text = f"{held.corridor.name['en']}: {said}. It counts once somebody confirms it."
        yield _about(held, country, ReviewKind.LOW_CREDIBILITY, text, sorted(claim.id for claim in told))


def _open_identity(doubt: Doubt, held: Sequence[Held], country: str, day: date) -> Review:
    """Return the question which of several corridors an incomplete route means."""
    mine = next((each for each in held if identity.corridor_name(each.corridor.route)["en"] == doubt.text), None)
    ends = " or ".join(place.name for place in doubt.candidates)
    text = f"{doubt.text}: its {doubt.missing} may be {ends}. Merge it into the corridor that is meant."
    if mine:
        about = _about(mine, country, ReviewKind.DOUBT, text, [claim.id for claim in mine.claims])
    else:
        starts_at, ends_at = day_bounds(day, zone_of(country))
        id_ = _id(ReviewKind.DOUBT, doubt.text, day.isoformat())
        about = Review(id_, ReviewKind.DOUBT, text, country, starts_at, ends_at, day)
    return replace(about, missing=doubt.missing, candidates=doubt.candidates)


def _about(held: Held, country: str, kind: ReviewKind, text: str, claims: Sequence[str]) -> Review:
    occurrence = held.occurrence
    starts_at, ends_at = _hours(held)
    assessment = occurrence.assessment
    said = [claim.statement for claim in held.claims]
    return Review(
        id=_id(kind, occurrence.id, *claims),
        kind=kind,
        text=text,
        country=country,
        acts_at=starts_at,
        ends_at=ends_at,
        on=occurrence.date,
        corridor=occurrence.corridor,
        occurrence=occurrence.id,
        claims=tuple(claims),
        vulnerable=Purpose.MEDICAL_EVACUATION in assessment.purpose
        or Mode.AMBULANCE in assessment.modes
        or any(statement.who and _VULNERABLE.search(statement.who) for statement in said),
        people=max((statement.people for statement in said if statement.people), default=None),
    )


def _hours(held: Held) -> tuple[datetime, datetime]:
    """Return when the day's first stated hours begin and its last ones end, whoever said so; else the day itself."""
    begins_at, over_at = day_bounds(held.occurrence.date, held.occurrence.zone)
    stated = [hours for claim in held.claims for hours in hours_of(claim, held.occurrence.date)]
    starts = [hours.start_at for hours in stated if hours.start_at]
    ends = [hours.end_at for hours in stated if hours.end_at]
    last = max(ends, default=over_at) if all(hours.end_at for hours in stated) else over_at
    return min(starts, default=begins_at), last


def _id(*cause: str) -> str:
    return "rev_" + sha256("\x00".join(map(str, cause)).encode("utf-8", "surrogatepass")).hexdigest()[:26]
