"""Which kinds of event are there, and what does each carry? One entry for every word of EventType.

Fields may be added to `data`; removing or changing one needs another DATA_VERSION.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from marshmallow import Schema, fields

from corridors.model import EventType
from corridors.schema.corridor import TallySchema
from corridors.schema.event import EventDataSchema
from corridors.schema.fields import Instant, Plain, maybe_instant, maybe_text
from corridors.schema.source import CoverageSchema

SINCE = "0.1.0"


class MergedDataSchema(EventDataSchema):
    """A corridor event, and where the corridor went."""

    merged_into = maybe_text(metadata={"description": "id of the corridor that goes on"})


class NearWindowSchema(Schema):
    """Planned hours, on the clocks of the occurrence's zone, and the instant at which they begin or end."""

    start = maybe_text()
    end = maybe_text()
    at = Instant()


class NearDataSchema(EventDataSchema):
    """A corridor event, and which of the planned hours are about to begin or end."""

    window = fields.Nested(NearWindowSchema)


class TallyDataSchema(Schema):
    """A day's figures."""

    tally = fields.Nested(TallySchema)


class NamedSourceSchema(Schema):
    """A source by name."""

    id = fields.String()
    name = fields.String()
    url = maybe_text()


class SourceDataSchema(Schema):
    """A source, and what is the matter."""

    source = fields.Nested(NamedSourceSchema)
    detail = fields.String()


class BeatFiguresSchema(Schema):
    """How the subscription does that a heartbeat is sent to."""

    id = fields.String()
    seq = fields.Integer(metadata={"description": "number of the last delivery that was begun (corridors-seq)"})
    pending = fields.Integer()
    oldest_pending_at = maybe_instant()
    failed_24h = fields.Integer(metadata={"description": "attempts that failed within a day"})
    superseded_24h = fields.Integer(metadata={"description": "deliveries that newer news took the place of"})


class HeartbeatDataSchema(Schema):
    """That we live, how far the change feed has come, and what we see. No heartbeat for 2.5 intervals = alarm."""

    interval_seconds = fields.Integer()
    cursor = fields.String()
    coverage = fields.Nested(CoverageSchema)
    subscription = fields.Nested(BeatFiguresSchema)


class AboutSubscriptionSchema(Schema):
    """A subscription by its id."""

    id = fields.String()
    state = fields.String()


class TestDataSchema(Schema):
    """A trial. A receiver that is being verified answers with the challenge in its body."""

    __test__ = False  # its name is no wish to be run

    subscription = Plain(metadata={"type": "object"})
    challenge = fields.String()


class NoticeDataSchema(Schema):
    """A notice about another subscription of the same owner."""

    subscription = fields.Nested(AboutSubscriptionSchema)
    links = fields.Dict(keys=fields.String(), values=fields.String())
    since = maybe_instant()
    attempts = fields.Integer()


class FailingDataSchema(NoticeDataSchema):
    """A receiver fails."""

    disable_at = Instant()


class DisabledDataSchema(NoticeDataSchema):
    """A subscription was disabled; what it is owed is held for 30 days."""

    reason = fields.String(metadata={"enum": ["gone", "failing", "key_revoked", "key_expired"]})


class ExhaustedDataSchema(Schema):
    """Deliveries were given up; they can be replayed."""

    subscription = fields.Nested(AboutSubscriptionSchema)
    links = fields.Dict(keys=fields.String(), values=fields.String())
    count = fields.Integer()
    oldest_at = Instant()


@dataclass(frozen=True, slots=True)
class Kind:
    """What one type of event tells, and the shape of its `data`."""

    text: str
    data: type[Schema]


CATALOGUE: Mapping[EventType, Kind] = MappingProxyType(
    {
        EventType.ANNOUNCED: Kind("a corridor is announced for a day", EventDataSchema),
        EventType.OPENED: Kind("a corridor is reported open", EventDataSchema),
        EventType.SUSPENDED: Kind("a corridor is suspended; data.occurrence.reason says why", EventDataSchema),
        EventType.RESUMED: Kind("a suspended corridor is open again", EventDataSchema),
        EventType.CLOSED: Kind("a corridor is closed for the day; data.occurrence.reason says why", EventDataSchema),
        EventType.CHANGED: Kind("hours, modes or people changed, the status did not", EventDataSchema),
        EventType.DISPUTED: Kind("sources contradict each other", EventDataSchema),
        EventType.STALE: Kind("nobody has confirmed it for a day; do not rely on it", EventDataSchema),
        EventType.CORRECTED: Kind("what was told before was our error, and is put right", EventDataSchema),
        EventType.RETRACTED: Kind("what was told before does not stand any more", EventDataSchema),
        EventType.MERGED: Kind("two corridors turned out to be one", MergedDataSchema),
        EventType.STARTING: Kind("announced hours are about to begin", NearDataSchema),
        EventType.ENDING: Kind("announced hours are about to end", NearDataSchema),
        EventType.TALLY_UPDATED: Kind("the figures of a day changed", TallyDataSchema),
        EventType.SOURCE_SILENT: Kind("a source has given nothing for too long", SourceDataSchema),
        EventType.SOURCE_RECOVERED: Kind("a silent source speaks again", SourceDataSchema),
        EventType.HEARTBEAT: Kind("we live; silence means that something is wrong", HeartbeatDataSchema),
        EventType.SUBSCRIPTION_TEST: Kind("a trial that you asked for", TestDataSchema),
        EventType.SUBSCRIPTION_FAILING: Kind("another subscription of yours fails", FailingDataSchema),
        EventType.SUBSCRIPTION_RECOVERED: Kind("a failing subscription of yours works again", NoticeDataSchema),
        EventType.SUBSCRIPTION_DISABLED: Kind(
            "a subscription of yours was disabled: nothing more is sent to it", DisabledDataSchema
        ),
        EventType.DELIVERY_EXHAUSTED: Kind("deliveries to a subscription of yours were given up", ExhaustedDataSchema),
    }
)


class EventTypeSchema(Schema):
    """One type of event."""

    name = fields.String()
    text = fields.String()
    schema = fields.String(metadata={"description": "address of its JSON Schema"})
    example = Plain(metadata={"type": "object", "description": "an event of this type; it was never sent"})
    since = fields.String(metadata={"description": "release that brought it"})
    deprecated = fields.Boolean()
    default = fields.Boolean(metadata={"description": "is a new subscription told of it unless it says otherwise?"})


class EventTypesSchema(Schema):
    """All types of event."""

    data = fields.List(fields.Nested(EventTypeSchema))
