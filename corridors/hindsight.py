"""What did we know at an instant? The past replayed from the claims that had been learned by then.

Nothing is destroyed when it is edited, withdrawn or rejected, so what was known at 11:00 can be added up again. Start
at `on_day`. Instants are `known_at`: when it was recorded here, for imported history when it was published. What the
reader's clearance does not cover today is left out of the past, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from corridors import tally as tallies
from corridors.day import Day, Rules, seen_with
from corridors.model import Tally
from corridors.store import Transaction


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
