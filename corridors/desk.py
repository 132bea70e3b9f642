"""How do people overrule the reader? What the desk decides becomes rows in the same ledger, and can be undone.

Nothing is erased: a claim that is rejected or corrected keeps its row, and everything that was known at an instant can
still be added up again. What the desk says by itself is a claim of the source `desk`; what it corrects is said by
whoever said it, in the reading of the desk, so that mending a misread hour lifts nobody's closure. Start at `Desk`.
Works inside a transaction of its caller, and decides nothing about who may do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from corridors import identity
from corridors.errors import NotFound, Unprocessable
from corridors.ledger import Ledger, Touched, days_about
from corridors.localtime import local_day, zone_of
from corridors.model import (
    CLEARANCES,
    PUBLIC,
    Act,
    Author,
    Authority,
    Claim,
    Corridor,
    Decision,
    Document,
    Now,
    Route,
    Sensitivity,
    Statement,
    Verdict,
)
from corridors.store import Transaction

SOURCE = "desk"
PUBLISHER = "The desk"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decides what for which reason; review: the entry of the queue that it answers."""

    author: Author
    reason: str
    review: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What the desk says by itself. said_at: when it was said or seen, by default now; url: where that can be read."""

    statement: Statement
    said_at: datetime | None = None
    url: str | None = None
    quote: str = ""
    sensitivity: Sensitivity = PUBLIC


@dataclass(frozen=True, slots=True)
class Desk:
    """Decides. Every act returns its decision, and raises NotFound or Unprocessable for what cannot be done."""

    ledger: Ledger

    def add(self, tx: Transaction, word: Word, ruling: Ruling, now: Now) -> Decision:
        """Add a claim of the desk."""
        decision = _begin(tx, Act.ADD, ruling, now, country=word.statement.route.country or "")
        said_at = word.said_at or now.at
        document = Document(
            SOURCE, decision.id, word.quote, now.at, url=word.url, published_at=said_at, statements=(word.statement,)
        )
        revision = tx.documents.add(document, now=now.at, historic=False, sensitivity=word.sensitivity)
        claim = Claim(
            id=tx.claims.new_id(),
            document=revision.id,
            revision=revision.number,
            source=SOURCE,
            publisher=PUBLISHER,
            authority=Authority.DESK,
            reliability="a",
            credibility=2,
            statement=word.statement,
            recorded_at=now.at,
            known_at=now.at,
            published_at=said_at,
            sensitivity=word.sensitivity,
            made_by=decision.id,
        )
        tx.claims.add([claim])
        return self._keep(tx, replace(decision, made=claim.id), _days(tx, [claim], now), now)

    def confirm(self, tx: Transaction, id_: str, ruling: Ruling, now: Now) -> Decision:
        """Stand behind a claim: it counts, however little its source does."""
        decision = _begin(tx, Act.CONFIRM, ruling, now)
        claim = _standing(tx, id_)
        if claim.is_vouched:
            _refuse("the desk stands behind this claim already")
        return self._keep(tx, replace(decision, claims=(id_,)), _days(tx, [claim], now), now)

    def reject(self, tx: Transaction, id_: str, ruling: Ruling, now: Now) -> Decision:
        """Set a claim aside: nothing follows from it any more."""
        decision = _begin(tx, Act.REJECT, ruling, now)
        claim = _standing(tx, id_)
        return self._keep(tx, replace(decision, claims=(id_,)), _days(tx, [claim], now, ruled=True), now)

    def correct(self, tx: Transaction, id_: str, statement: Statement, ruling: Ruling, now: Now) -> Decision:
        """Set a claim aside and put `statement` in its place, as said by the same source at the same time."""
        decision = _begin(tx, Act.CORRECT, ruling, now)
        claim = _standing(tx, id_)
        if statement == claim.statement:
            _refuse("this is what the claim says already; name what is to be corrected")
        made = replace(
            claim,
            id=tx.claims.new_id(),
            statement=statement,
            recorded_at=now.at,
            known_at=now.at,
            made_by=decision.id,
            corrects=claim.id,
            verdict=None,
            home=None,
        )
        tx.claims.add([made])
        decision = replace(decision, claims=(id_,), made=made.id)
        if claim.home and identity.corridor_key(statement.route) == identity.corridor_key(claim.statement.route):
            tx.decisions.give_with(id_, made.id)
        return self._keep(tx, decision, _days(tx, [claim, made], now, ruled=True), now)

    def merge(self, tx: Transaction, id_: str, into: str, ruling: Ruling, now: Now) -> Decision:
        """Let one corridor be another one from now on and in the past; its id leads there."""
        decision = _begin(tx, Act.MERGE, ruling, now)
        corridor, target = _corridor(tx, id_), _corridor(tx, into)
        if id_ == into:
            _refuse("a corridor cannot be merged into itself")
        if corridor.route.country != target.route.country:
            _refuse("corridors of two countries cannot be merged; correct the country of the claims instead")
        tx.corridors.change_layers(id_, lambda each: replace(each, merged_into=into))
        decision = replace(decision, corridor=id_, into=into, country=corridor.route.country or "")
        tx.decisions.add(decision)
        _name_anew(tx, decision.country, into)
        self.ledger.settle(tx, _days_of_corridors(tx, [id_], [id_, into], now), now)
        return decision

    def split(self, tx: Transaction, claims: Sequence[str], to: str | Route, ruling: Ruling, now: Now) -> Decision:
        """Give claims to another corridor: one that is known, by its id, or the one of a route."""
        decision = _begin(tx, Act.SPLIT, ruling, now)
        given = [_standing(tx, id_) for id_ in dict.fromkeys(claims)]
        target = _corridor(tx, to) if isinstance(to, str) else _corridor_of(tx, to, given, now)
        for claim in given:
            if (claim.statement.route.country or "") != (target.route.country or ""):
                _refuse(f"{claim.id} is about another country than the corridor; correct its country instead")
        decision = replace(
            decision,
            claims=tuple(claim.id for claim in given),
            into=target.id,
            country=target.route.country or "",
        )
        return self._keep(tx, decision, _days(tx, given, now, ruled=True), now)

    def classify(self, tx: Transaction, id_: str, level: Sensitivity, ruling: Ruling, now: Now) -> Decision:
        """Say how sensitive a claim is, whatever its source is; its document is as sensitive as all that is in it.

        What was told of it to readers who may not see it any more is taken out of what they can look up.
        """
        decision = _begin(tx, Act.CLASSIFY, ruling, now)
        claim = _standing(tx, id_)
        if claim.sensitivity is level:
            _refuse(f"this claim is {level} already")
        _classify(tx, claim, level)
        return self._keep(tx, replace(decision, claims=(id_,), into=level.value), _days(tx, [claim], now), now)

    def dismiss(self, tx: Transaction, review: str, ruling: Ruling, now: Now) -> Decision:
        """Take an entry off the queue without anything else."""
        decision = _begin(tx, Act.DISMISS, replace(ruling, review=review), now)
        tx.decisions.add(decision)
        return decision

    def undo(self, tx: Transaction, id_: str, ruling: Ruling, now: Now) -> Decision:
        """Take a decision back: everything is as if it had not been made, and that it was made stays known."""
        tx.alone()
        decision = tx.decisions.get(id_)
        if decision is None:
            raise NotFound("there is no decision of this id")
        if decision.undone_at is not None:
            _refuse("this decision was undone already")
        touched = self._before_undoing(tx, decision, now)
        tx.decisions.undo(id_, now.at, ruling.author, ruling.reason)
        if decision.made:
            tx.claims.withdraw_one(decision.made, now.at)
        if decision.act is Act.CLASSIFY:
            for claim in tx.claims.find(decision.claims):
                said = tx.decisions.about([claim.id]).get(claim.id, [])
                standing = [
                    each.into for each in said if each.act is Act.CLASSIFY and each.undone_at is None and each.into
                ]
                stated = tx.claims.stated_sensitivity(claim.id)
                _classify(tx, claim, Sensitivity(standing[-1]) if standing else stated)
        if decision.act is Act.MERGE and decision.corridor and decision.into:
            tx.corridors.change_layers(decision.corridor, lambda each: replace(each, merged_into=None))
            _name_anew(tx, decision.country, decision.into)
        self.ledger.settle(tx, touched, now)
        tx.corridors.forget_unused([id_ for id_ in (decision.corridor, decision.into) if id_])
        return replace(decision, undone_at=now.at, undone_by=ruling.author, undo_reason=ruling.reason)

    def _before_undoing(self, tx: Transaction, decision: Decision, now: Now) -> Touched:
        """Return the days on which something changes once `decision` is undone."""
        if decision.act is Act.MERGE and decision.corridor and decision.into:
            standing = tx.decisions.merges(decision.country).get(decision.corridor, decision.into)
            return _days_of_corridors(tx, [standing], [decision.corridor, standing], now)
        about = [*decision.claims, *([decision.made] if decision.made else [])]
        return _days(tx, tx.claims.find(about), now, ruled=True)

    def _keep(self, tx: Transaction, decision: Decision, touched: Touched, now: Now) -> Decision:
        tx.decisions.add(decision)
        self.ledger.settle(tx, touched, now)
        return decision


def _classify(tx: Transaction, claim: Claim, level: Sensitivity) -> None:
    tx.documents.classify(claim.document, tx.claims.classify(claim.id, level))
    if level.rank > claim.sensitivity.rank:
        tx.events.withhold(claim.id, level, claim.recorded_at)


def _begin(tx: Transaction, act: Act, ruling: Ruling, now: Now, *, country: str = "") -> Decision:
    """Return a decision that is about to be made, alone."""
    tx.alone()
    if ruling.review and tx.reviews.get(ruling.review) is None:
        raise NotFound(f"nothing called {ruling.review} waits for the desk")
    if ruling.review and tx.decisions.answered(ruling.review):
        _refuse(f"{ruling.review} was answered already")
    return Decision(
        id=tx.decisions.new_id(),
        act=act,
        author=ruling.author,
        reason=ruling.reason,
        decided_at=now.at,
        country=country,
        review=ruling.review,
    )


def _standing(tx: Transaction, id_: str) -> Claim:
    """Return a claim about which the desk can decide something."""
    found = tx.claims.find([id_])
    if not found:
        raise NotFound(f"there is no claim {id_}")
    (claim,) = found
    if claim.withdrawn_at is not None:
        _refuse(f"{id_} was withdrawn; nothing follows from it any more")
    if claim.verdict is Verdict.REJECTED:
        _refuse(f"{id_} was rejected; undo that decision first")
    if claim.verdict is Verdict.CORRECTED:
        _refuse(f"{id_} was corrected; decide about the claim that took its place, or undo the correction first")
    return claim


def _corridor(tx: Transaction, id_: str) -> Corridor:
    """Return a corridor that stands for itself."""
    corridor = tx.corridors.get(id_)
    if corridor is None:
        raise NotFound(f"there is no corridor {id_}")
    if corridor.merged_into:
        _refuse(f"{id_} was merged into {corridor.merged_into}; name that one, or undo the merger first")
    return corridor


def _corridor_of(tx: Transaction, route: Route, given: Sequence[Claim], now: Now) -> Corridor:
    """Return the corridor of a route, made where there is none."""
    key = identity.corridor_key(route)
    id_ = identity.corridor_id(key)
    if tx.corridors.get(id_):
        return _corridor(tx, id_)
    made = Corridor(
        id=id_,
        slug=identity.corridor_slug(route),
        key=key,
        route=route,
        name=identity.corridor_name(route),
        first_seen_at=min((claim.known_at for claim in given), default=now.at),
        updated_at=now.at,
    )
    lowest = min((claim.sensitivity.rank for claim in given), default=0)
    seen = [made if level.rank >= lowest else None for level in CLEARANCES]
    tx.corridors.put_layers((seen[0], seen[1], seen[2], seen[3]))
    return made


def _days(tx: Transaction, claims: Iterable[Claim], now: Now, *, ruled: bool = False) -> Touched:
    """Return the days that `claims` are about, and those that stand on them already.

    ruled: nothing new was heard. Who was never told of something is not told of its correction, either.
    """
    touched = Touched()
    for claim in claims:
        for day in {*days_about(tx, claim, now.at), *tx.corridors.days_of_claims([claim.id])}:
            touched.add(day, live=not claim.historic)
        if ruled:
            touched.ruled.add(claim.id)
    return touched


def _days_of_corridors(tx: Transaction, ids: Sequence[str], ruled: Sequence[str], now: Now) -> Touched:
    """Return every day of corridors; only the latest and what is still to come is news, the rest is history."""
    touched = Touched(ruled=set(ruled))
    for id_ in ids:
        corridor, days = tx.corridors.get(id_), tx.corridors.days(id_)
        country = (corridor.route.country if corridor else None) or ""
        today = local_day(now.at, zone_of(country))
        for day in days:
            touched.add((country, day), live=day >= today or day == days[-1])
    return touched


def _name_anew(tx: Transaction, country: str, id_: str) -> None:
    """Note under which ids and slugs a corridor, and the one it was merged into, were known before mergers."""
    merges = tx.decisions.merges(country)
    for target in {id_, merges.get(id_, id_)}:
        former = [old for old, into in merges.items() if into == target]
        known = tx.corridors.layers([target, *former])
        layers = [
            _named_after(known[target][level], [known[old][level] for old in former if old in known])
            for level in range(len(CLEARANCES))
        ]
        tx.corridors.put_layers((layers[0], layers[1], layers[2], layers[3]))


def _named_after(corridor: Corridor | None, former: Iterable[Corridor | None]) -> Corridor | None:
    """Return a corridor, as one clearance sees it, with the names of those of `former` that it sees, too."""
    if corridor is None:
        return None
    names = {name for old in former if old for name in (old.id, old.slug)} - {corridor.id, corridor.slug}
    return replace(corridor, formerly=tuple(sorted(names)))


def _refuse(why: str) -> NoReturn:
    raise Unprocessable(why)
