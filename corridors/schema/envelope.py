"""What stands around records? The envelope of every list, and the problem document of every error."""

from __future__ import annotations

from functools import cache

from marshmallow import Schema, fields

from corridors.schema.event import EventSchema
from corridors.schema.fields import Instant, a_list, maybe_text
from corridors.schema.source import CoverageSchema


class ProblemSchema(Schema):
    """What went wrong (RFC 9457); `errors` has sentences by parameter."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    violated_policies = fields.List(
        fields.String(),
        data_key="violated-policies",
        metadata={"description": "names of the limits (RateLimit-Policy) that the request is above"},
    )


class AttributionSchema(Schema):
    """Whose words or data the answer rests on, and under which licence."""

    source = fields.String()
    name = fields.String()
    url = maybe_text()
    licence = maybe_text()
    attribution = maybe_text()


class AroundSchema(Schema):
    """What every answer carries beside its records: what we see, what nobody promises, whose words these are."""

    coverage = fields.Nested(CoverageSchema)
    notice = fields.String()
    attribution = a_list(AttributionSchema)


class ListSchema(AroundSchema):
    """What every list carries beside its records. next: the `page` that continues it, null at the end."""

    next = maybe_text()


class EventListSchema(ListSchema):
    """A piece of the change feed; `next` is the cursor to go on `after`, also when nothing is new."""

    data = a_list(EventSchema)


class TodaySchema(Schema):
    """The local day of a country that has corridors; null = those whose country is not known, in UTC."""

    country = maybe_text()
    date = fields.Date()
    zone = fields.String()


class NowSchema(Schema):
    """The clocks of an installation: that of its corridors, which a demo lets run faster, and the real one."""

    now_at = Instant()
    real_at = Instant()
    speed = fields.Float()
    today = a_list(TodaySchema)


@cache
def answer_of(record: type[Schema]) -> type[Schema]:
    """Return the schema of a `record` answered alone, named after it ("ClaimAnswer"); its own members stay."""
    name = record.__name__.removesuffix("Schema") + "AnswerSchema"
    made = type(name, (record, AroundSchema), {"__doc__": record.__doc__})
    assert issubclass(made, Schema)
    return made


@cache
def list_of(record: type[Schema]) -> type[Schema]:
    """Return the schema of a list of `record`s, named after it ("ClaimList")."""
    name = record.__name__.removesuffix("Schema") + "ListSchema"
    made = type(name, (ListSchema,), {"data": a_list(record), "__doc__": f"A page of {record.__name__}."})
    assert issubclass(made, Schema)
    return made
