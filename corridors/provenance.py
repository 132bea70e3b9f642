"""Who said it, when, and about which days? What a reading says becomes claims and figures with their provenance.

Pure: ledger.py keeps what comes out. Start at `claims_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from corridors.localtime import local_day, zone_of
from corridors.model import Claim, OfficialFigure, Reading, Revision, Source
from corridors.sketches import fingerprint, sketch

CREDIBILITY = {"a": 2, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
LONGEST_RANGE = timedelta(days=62)  # a claim for longer than this is taken as until further notice after its first day

Day = tuple[str, date]  # a country ("" = none known) and one of its local days


def claims_of(revision: Revision, reading: Reading, source: Source, new_id: Callable[[], str]) -> list[Claim]:
    """Return the claims that a reading makes of a stored document: its statements with their provenance."""
    document = revision.document
    known_at = (document.published_at or revision.recorded_at) if revision.historic else revision.recorded_at
    text = f"{document.title}\n{document.text}"
    return [
        Claim(
            id=new_id(),
            document=revision.id,
            revision=revision.number,
            source=source.id,
            publisher=source.publisher,
            authority=source.authority,
            reliability=source.reliability,
            credibility=CREDIBILITY[source.reliability],
            statement=replace(statement, announced_by=statement.announced_by or source.party),
            recorded_at=revision.recorded_at,
            known_at=known_at,
            party=source.party,
            voice=fingerprint(text),
            sketch=sketch(text),
            forwarded_from=document.forwarded_from,
            published_at=document.published_at,
            historic=revision.historic,
            sensitivity=source.sensitivity,
        )
        for statement in reading.statements
    ]


def figures_of(revision: Revision, reading: Reading, source: Source) -> list[OfficialFigure]:
    """Return the counts that a document gives, with their provenance."""
    document = revision.document
    said_at = document.published_at or revision.recorded_at
    stated = {statement.route.country for statement in reading.statements if statement.route.country}
    countries = stated if len(stated) == 1 else set(source.countries)
    country = countries.pop() if len(countries) == 1 else None
    return [
        OfficialFigure(
            total=total,
            country=total.region.partition("-")[0] if total.region else country,
            source=source.id,
            publisher=source.publisher,
            authority=source.authority,
            reliability=source.reliability,
            said_at=said_at,
            known_at=said_at if revision.historic else revision.recorded_at,
            document=revision.id,
            url=document.url,
            sensitivity=source.sensitivity,
        )
        for total in reading.totals
    ]


def days_of(claim: Claim, now: datetime) -> Iterable[Day]:
    """Yield the local days that a claim is about; until further notice is its first day and today."""
    country = claim.statement.route.country or ""
    for day in days_within(claim.statement.valid_on, local_day(now, zone_of(country))):
        yield country, day


def is_standing(valid_on: tuple[date, date | None]) -> bool:
    """Return whether a claim holds until further notice, or for so long that it is taken so."""
    first, last = valid_on
    return last is None or last - first > LONGEST_RANGE


def days_within(valid_on: tuple[date, date | None], today: date) -> Iterable[date]:
    """Yield the local days of a claim that is valid from a day to another one, None = until further notice."""
    first, last = valid_on
    yield first
    if last is None or is_standing(valid_on):
        if first < today <= (last or today):
            yield today
        return
    for offset in range(1, (last - first).days + 1):
        yield first + timedelta(days=offset)
