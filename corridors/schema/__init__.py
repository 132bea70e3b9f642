"""How does every record look outside? One marshmallow definition for API, webhooks, exports and OpenAPI.

Dumps values of the model to the shapes of the public interface, version 1, which only ever grows. Decides nothing and
reads nothing. Where a record needs more than one value of the model there is a View that holds them.
"""

from __future__ import annotations

from corridors.schema.claim import ClaimSchema
from corridors.schema.corridor import (
    CorridorSchema,
    CorridorSummarySchema,
    CorridorView,
    ListedOccurrenceSchema,
    OccurrenceSchema,
    OccurrenceView,
    TallySchema,
)
from corridors.schema.desk import DecisionSchema, DecisionView, ReviewSchema
from corridors.schema.envelope import (
    AttributionSchema,
    EventListSchema,
    ListSchema,
    NowSchema,
    ProblemSchema,
    answer_of,
    list_of,
)
from corridors.schema.event import (
    NOTICE,
    EventDataSchema,
    EventSchema,
    cursor_text,
    event_body,
    json_bytes,
    parse_cursor,
)
from corridors.schema.fields import instant_text, plain
from corridors.schema.key import KeySchema, KeyView, NewKeySchema
from corridors.schema.naming import Naming
from corridors.schema.parts import FORM, CorridorPart, corridor_json, corridor_part, listed_json, occurrence_part
from corridors.schema.route import FoundPlaceSchema
from corridors.schema.source import (
    CoverageSchema,
    DocumentDetailSchema,
    DocumentSchema,
    DocumentView,
    PollSchema,
    RevisionSchema,
    SourceSchema,
    SourceView,
)
from corridors.schema.subscription import (
    DeliveryDetailSchema,
    DeliverySchema,
    DeliveryView,
    EnabledSchema,
    NewSubscriptionSchema,
    ReplaySchema,
    StatsSchema,
    StatsView,
    SubscriptionSchema,
    SubscriptionView,
    masked_url,
)

__all__ = [
    "FORM",
    "NOTICE",
    "AttributionSchema",
    "ClaimSchema",
    "CorridorPart",
    "CorridorSchema",
    "CorridorSummarySchema",
    "CorridorView",
    "CoverageSchema",
    "DecisionSchema",
    "DecisionView",
    "DeliveryDetailSchema",
    "DeliverySchema",
    "DeliveryView",
    "DocumentDetailSchema",
    "DocumentSchema",
    "DocumentView",
    "EnabledSchema",
    "EventDataSchema",
    "EventListSchema",
    "EventSchema",
    "FoundPlaceSchema",
    "KeySchema",
    "KeyView",
    "ListSchema",
    "ListedOccurrenceSchema",
    "Naming",
    "NewKeySchema",
    "NewSubscriptionSchema",
    "NowSchema",
    "OccurrenceSchema",
    "OccurrenceView",
    "PollSchema",
    "ProblemSchema",
    "ReplaySchema",
    "ReviewSchema",
    "RevisionSchema",
    "SourceSchema",
    "SourceView",
    "StatsSchema",
    "StatsView",
    "SubscriptionSchema",
    "SubscriptionView",
    "TallySchema",
    "answer_of",
    "corridor_json",
    "corridor_part",
    "cursor_text",
    "event_body",
    "instant_text",
    "json_bytes",
    "list_of",
    "listed_json",
    "masked_url",
    "occurrence_part",
    "parse_cursor",
    "plain",
]
