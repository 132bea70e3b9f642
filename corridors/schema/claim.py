"""How does a claim look outside? One statement of one document, with its provenance."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from corridors.model import Arrangement, Authority, Mode, Purpose, Reason, Status
from corridors.schema.fields import Instant, Word, a_list, maybe_count, maybe_instant, maybe_text
from corridors.schema.route import PartyStanceSchema, RouteSchema, WindowSchema


class Spans(fields.Field[Any]):
    """Field → [stored field, start, end): code points of the document's title or text that produced it."""

    def __init__(self, **options: Any) -> None:
        span = {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 3, "maxItems": 3}
        super().__init__(metadata={"type": "object", "additionalProperties": span}, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, list[Any]]:
        return {name: list(span) for name, span in value.items()}


class ClaimSchema(Schema):
    """What one document says about one route.

    valid_on: first and last local day, the last null where it holds until further notice.
    revision: of the document, the one into which `spans` point.
    """

    id = fields.String()
    document = fields.String()
    revision = fields.Integer()
    source = fields.String()
    party = maybe_text()
    authority = Word(Authority)
    reliability = fields.String(metadata={"description": "Admiralty scale, a to f"})
    credibility = fields.Integer(metadata={"description": "Admiralty scale, 1 to 6"})
    route = fields.Nested(RouteSchema, attribute="statement.route")
    status = Word(Status, attribute="statement.status")
    reason = Word(Reason, attribute="statement.reason", allow_none=True)
    arrangement = Word(Arrangement, attribute="statement.arrangement")
    purpose = fields.List(Word(Purpose), attribute="statement.purpose")
    modes = fields.List(Word(Mode), attribute="statement.modes")
    who = maybe_text(attribute="statement.who")
    valid_on = fields.List(fields.Date(allow_none=True), attribute="statement.valid_on")
    windows = fields.List(fields.Nested(WindowSchema), attribute="statement.windows")
    announced_by = maybe_text(attribute="statement.announced_by")
    stances = fields.List(fields.Nested(PartyStanceSchema), attribute="statement.stances")
    guarantors = fields.List(fields.String(), attribute="statement.guarantors")
    people = maybe_count(attribute="statement.people")
    published_at = maybe_instant()
    recorded_at = Instant()
    known_at = Instant()
    historic = fields.Boolean()
    withdrawn_at = maybe_instant()
    confidence = fields.Float(attribute="statement.confidence")
    spans = Spans(attribute="statement.spans")
    state = fields.String(
        metadata={
            "enum": ["standing", "withdrawn", "rejected", "corrected"],
            "description": "whether anything follows from it; of why, see its decisions",
        }
    )
    confirmed = fields.Boolean(attribute="is_vouched", metadata={"description": "whether the desk stands behind it"})
    corrects = maybe_text(metadata={"description": "id of the claim that the desk put it in the place of"})


class WhySchema(Schema):
    """One reason of an assessment: the rule, the claims it used, one sentence."""

    rule = fields.String()
    claims = a_list(fields.String())
    text = fields.String()
