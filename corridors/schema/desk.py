"""How do decisions of the desk, and what waits for it, look outside?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from corridors.model import Act, Author, Decision, Review, ReviewKind
from corridors.schema.fields import Instant, Word, a_list, maybe_count, maybe_instant, maybe_text
from corridors.schema.route import PlaceSchema


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision as its reader sees it; names_authors: whether they may know who decided."""

    decision: Decision
    installation: str
    names_authors: bool = False

    @property
    def author(self) -> Author | None:
        """Return who decided."""
        return self.decision.author if self.names_authors else None

    @property
    def undone_by(self) -> Author | None:
        """Return who took it back."""
        return self.decision.undone_by if self.names_authors else None

    @property
    def links(self) -> dict[str, str]:
        """Return where to read on."""
        root, decision = f"{self.installation}/v1", self.decision
        links = {"self": f"{root}/decisions/{decision.id}"}
        if decision.made:
            links["made"] = f"{root}/claims/{decision.made}"
        if decision.into:
            links["into"] = f"{root}/corridors/{decision.into}"
        return links


class AuthorSchema(Schema):
    """Who decided: the id and the name of an API key."""

    key = fields.String()
    name = fields.String()


class DecisionSchema(Schema):
    """One act of the desk, in force from `decided_at` to `undone_at`; dumps a DecisionView.

    claims: what it is about; made: the claim that came of it; corridor, into: what was merged or split into what.
    author, undone_by: null for who has no key of the desk.
    """

    id = fields.String(attribute="decision.id")
    act = Word(Act, attribute="decision.act")
    reason = fields.String(attribute="decision.reason")
    decided_at = Instant(attribute="decision.decided_at")
    author = fields.Nested(AuthorSchema, allow_none=True)
    claims = fields.List(fields.String(), attribute="decision.claims")
    made = maybe_text(attribute="decision.made")
    corridor = maybe_text(attribute="decision.corridor")
    into = maybe_text(attribute="decision.into")
    review = maybe_text(attribute="decision.review")
    undone_at = maybe_instant(attribute="decision.undone_at")
    undone_by = fields.Nested(AuthorSchema, allow_none=True)
    undo_reason = maybe_text(attribute="decision.undo_reason")
    links = fields.Dict(keys=fields.String(), values=fields.String())


class ReviewSchema(Schema):
    """Something that a person has to look at; dumps a Review.

    acts_at: when people would set out; ends_at: when it is too late to matter. vulnerable: children, wounded or sick.
    """

    id = fields.String()
    kind = Word(ReviewKind)
    text = fields.String(metadata={"description": "one sentence: what is to be decided"})
    country = maybe_text()
    date = fields.Date(attribute="on", allow_none=True)
    acts_at = Instant()
    ends_at = Instant()
    vulnerable = fields.Boolean()
    people = maybe_count()
    corridor = maybe_text()
    occurrence = maybe_text()
    document = maybe_text()
    claims = fields.List(fields.String())
    missing = maybe_text()
    candidates = a_list(PlaceSchema)
    opened_at = maybe_instant()

    def get_attribute(self, obj: Review, attr: str, default: Any) -> Any:
        """Return what `obj` holds; no country known is null."""
        return (obj.country or None) if attr == "country" else super().get_attribute(obj, attr, default)
