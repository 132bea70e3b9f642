"""What did we know at an instant? The past replayed from the claims that had been learned by then.

Nothing is destroyed when it is edited, withdrawn or rejected, so what was known at 11:00 can be added up again. Start
at `on_day`, or at `known` for corridors with all their days. Instants are `known_at`: when it was recorded here, for
imported history when it was published. What the reader's clearance does not cover today is left out of the past, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce

from corridors import identity, status
from corridors import tally as tallies
from corridors.day import Day, Held, Rules, seen_with
from corridors.localtime import local_day, zone_of
from corridors.model import Claim, Corridor, Occurrence, Tally
from corridors.provenance import days_within
from corridors.store import Transaction


@dataclass(frozen=True, slots=True)
class Known:
    """A corridor as it was known at an instant, with all its days of which anything was known, in their order."""

    corridor: Corridor
    days: tuple[Held, ...]


def on_day(tx: Transaction, country: str, day: date, as_of: datetime, rules: Rules) -> Day:
    """Return what a country's local day added up to by what was known at `as_of`."""
    claims = tx.claims.on_day(country or None, day, as_of)
    return seen_with(tx.clearance, country, day, claims, as_of, rules, tx.ruled(country, claims, as_of))


def tally_on(
    tx: Transaction, country: str | None, region: str | None, day: date, as_of: datetime, rules: Rules
) -> Tally:
    """Return the tally of a country's (or, with `region`, of one region's) day by what was known at `as_of`."""
    held = on_day(tx, country or "", day, as_of, rules).held
    figures = tx.claims.figures_on(day, day, country, as_of)
    return tallies.tally(day, country, region, figures, [(each.corridor, each.occurrence) for each in held])


def countries(tx: Transaction, asked: str | None) -> Iterable[str]:
    """Return the countries to look at: the one asked for, else all that ever had a corridor."""
    return [asked] if asked is not None else tx.corridors.countries()


def known(tx: Transaction, country: str | None, as_of: datetime, rules: Rules) -> dict[str, Known]:
    """Return the corridors of a country that were known at an instant, by id.

    Every day of which anything had been said by then is added up anew, as a corridor's route is the fullest of its days
    and a claim that was withdrawn since may have made another corridor of it.
    """
    found: dict[str, list[Held]] = {}
    for day in _days(tx, country or "", as_of):
        held = on_day(tx, country or "", day, as_of, rules).held
        for each in (*held, *_retracted(tx, country, day, as_of, held)):
            found.setdefault(each.corridor.id, []).append(each)
    kept = tx.corridors.find(sorted(found))
    return {id_: _as_known(days, kept.get(id_), as_of) for id_, days in found.items()}


def merged(tx: Transaction, country: str, as_of: datetime) -> Mapping[str, str]:
    """Return which corridors of a country stood for which others at an instant, by id."""
    return tx.decisions.merges(country, as_of)


def _days(tx: Transaction, country: str, as_of: datetime) -> list[date]:
    """Return the local days of which anything had been said; those of "until further notice" as they came."""
    today = local_day(as_of, zone_of(country))
    said = {day for span in tx.claims.spans(country, as_of) for day in days_within(span, today)}
    return sorted(said | {day for day in tx.corridors.dates(country) if day <= today})


def _retracted(
    tx: Transaction, country: str | None, day: date, as_of: datetime, held: Sequence[Held]
) -> Iterable[Held]:
    """Yield what is left of a day when all that had been said of it was withdrawn or set aside by then."""
    there = {each.occurrence.id for each in held}
    elsewhere = {claim.id for each in held for claim in (*each.claims, *each.set_aside)}
    left = [each for id_, each in tx.corridors.occurrences_on(country, day).items() if id_ not in there]
    linked = tx.corridors.linked_on(country, day) if left else {}
    kept = tx.corridors.find([each.corridor for each in left])
    for each in left:
        mine = linked[each.id][tx.clearance.rank] if each.id in linked else frozenset[str]()
        claims = tx.claims.find(sorted(mine - elsewhere), as_of)
        if claims and each.corridor in kept and not any(claim.counts for claim in claims):
            aside = tuple(claim for claim in claims if claim.withdrawn_at is None)
            nothing = status.nothing(day, each.zone, aside)
            occurrence = Occurrence(each.id, each.corridor, day, each.zone, 1, nothing, as_of)
            yield Held(_as_said(kept[each.corridor], claims, as_of), occurrence, (), aside)


def _as_said(corridor: Corridor, claims: Sequence[Claim], as_of: datetime) -> Corridor:
    """Return a corridor with the route that it has today if that was said by then, else with the fullest one.

    Where no claim tells its route, the desk did, when it gave it claims of another one.
    """
    stated = [claim.statement.route for claim in claims]
    routes = [route for route in stated if identity.corridor_key(route) == corridor.key]
    is_known = not routes or corridor.route in routes
    route = corridor.route if is_known else reduce(identity.fuller, routes)
    since = identity.first_said_at(corridor.key, claims)
    return identity.named(replace(corridor, first_seen_at=since, merged_into=None), route, as_of)


def _as_known(days: Sequence[Held], kept: Corridor | None, as_of: datetime) -> Known:
    """Return a corridor by what its days tell. kept: as it stands today, None where it is no more."""
    routes = [each.occurrence.route for each in days if each.occurrence.route]
    first = days[0].corridor
    corridor = identity.named(first, reduce(identity.fuller, routes), as_of) if routes else first
    since = [each.corridor.first_seen_at for each in days]
    since += [kept.first_seen_at] if kept and kept.first_seen_at <= as_of else []
    corridor = replace(corridor, first_seen_at=min(since), merged_into=None)
    return Known(corridor, tuple(replace(each, corridor=corridor) for each in days))
