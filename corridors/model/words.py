"""The words: every closed vocabulary that the model, the store and the API share (INTERFACE of v1)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property


class Status(StrEnum):
    """What holds. From the most open to the least: open, announced, unknown, suspended, closed."""

    ANNOUNCED = "announced"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    UNKNOWN = "unknown"


OPENNESS = {Status.CLOSED: 0, Status.SUSPENDED: 1, Status.UNKNOWN: 2, Status.ANNOUNCED: 3, Status.OPEN: 4}


def least_open(statuses: Sequence[Status]) -> Status:
    """Return the safest of `statuses` (at least one)."""
    return min(statuses, key=OPENNESS.__getitem__)


class Reason(StrEnum):
    """Why something is suspended or closed."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NOT_AGREED = "not_agreed"
    VIOLATED = "violated"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    POSTPONED = "postponed"
    RELOCATED = "relocated"


class Basis(StrEnum):
    """What a status rests on."""

    REPORTED = "reported"
    INFERRED = "inferred"
    EXPIRED = "expired"
    MANUAL = "manual"


class Authority(StrEnum):
    """How close a source stands to the decision; `rank` 0 is the highest."""

    DESK = "desk"
    PRIMARY = "primary"
    OFFICIAL = "official"
    NGO = "ngo"
    MEDIA = "media"
    VOLUNTEER = "volunteer"

    @cached_property
    def rank(self) -> int:
        """The place in the order, 0 = highest."""
        return _AUTHORITIES.index(self)


_AUTHORITIES = tuple(Authority)


class Arrangement(StrEnum):
    """What was arranged, in the words of the United Nations' access glossary."""

    HUMANITARIAN_CORRIDOR = "humanitarian_corridor"
    HUMANITARIAN_PAUSE = "humanitarian_pause"
    CEASEFIRE = "ceasefire"
    EVACUATION_TRAIN = "evacuation_train"
    NOTIFICATION = "notification"


class Purpose(StrEnum):
    """What the corridor is for."""

    EVACUATION = "evacuation"
    AID_DELIVERY = "aid_delivery"
    MEDICAL_EVACUATION = "medical_evacuation"
    PRISONER_EXCHANGE = "prisoner_exchange"
    CIVILIAN_MOVEMENT = "civilian_movement"
    RETURN = "return"


class Mode(StrEnum):
    """How people or goods move."""

    BUS = "bus"
    PRIVATE_CAR = "private_car"
    TRAIN = "train"
    FOOT = "foot"
    BOAT = "boat"
    AIRCRAFT = "aircraft"
    AMBULANCE = "ambulance"
    TRUCK = "truck"


class Stance(StrEnum):
    """How one party stands to an arrangement."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Agreement(StrEnum):
    """What the stances of all parties add up to."""

    AGREED = "agreed"
    PARTLY_AGREED = "partly_agreed"
    UNILATERAL = "unilateral"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


# Two letters that are no state's: whoever helps, watches or goes between is no side of a war.
_UNIONS = frozenset({"UN", "EU", "AU"})


def is_side(party: str) -> bool:
    """Return whether `party` can be a side of a war: a state ("RU") or an armed group of a country ("SD-RSF")."""
    return (len(party) == 2 and party not in _UNIONS) or party[2:3] == "-"


class Verdict(StrEnum):
    """What the desk holds of a claim; of a rejected or corrected one nothing follows any more."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class Act(StrEnum):
    """What the desk can do."""

    ADD = "add"
    CONFIRM = "confirm"
    REJECT = "reject"
    CORRECT = "correct"
    MERGE = "merge"
    SPLIT = "split"
    DISMISS = "dismiss"
    CLASSIFY = "classify"


class ReviewKind(StrEnum):
    """Why a person has to look, the most pressing first."""

    CONFLICT = "conflict"
    DOUBT = "doubt"
    LOW_CREDIBILITY = "low_credibility"


class Sensitivity(StrEnum):
    """Who may see it (OCHA information sensitivity classification)."""

    LOW_OR_NONE = "low_or_none"
    MODERATE = "moderate"
    HIGH = "high"
    SEVERE = "severe"

    @cached_property
    def rank(self) -> int:
        """The place in the order, 0 = may be seen by everybody."""
        return _SENSITIVITIES.index(self)


_SENSITIVITIES = tuple(Sensitivity)


class PlaceType(StrEnum):
    """What kind of place a route can name."""

    SETTLEMENT = "settlement"
    DISTRICT = "district"
    AREA = "area"
    COUNTRY = "country"
    ROAD = "road"
    GATE = "gate"
    CROSSING = "crossing"
    CAMP = "camp"
    FACILITY = "facility"


class Direction(StrEnum):
    """Which way a named road, gate or crossing is used, seen from the people inside."""

    OUT = "out"
    IN = "in"
    BOTH = "both"


class EventType(StrEnum):
    """Every kind of event that is recorded or delivered."""

    ANNOUNCED = "corridor.announced"
    OPENED = "corridor.opened"
    SUSPENDED = "corridor.suspended"
    RESUMED = "corridor.resumed"
    CLOSED = "corridor.closed"
    CHANGED = "corridor.changed"
    DISPUTED = "corridor.disputed"
    STALE = "corridor.stale"
    CORRECTED = "corridor.corrected"
    RETRACTED = "corridor.retracted"
    MERGED = "corridor.merged"
    STARTING = "corridor.starting"
    ENDING = "corridor.ending"
    TALLY_UPDATED = "tally.updated"
    SOURCE_SILENT = "source.silent"
    SOURCE_RECOVERED = "source.recovered"
    HEARTBEAT = "system.heartbeat"
    SUBSCRIPTION_TEST = "subscription.test"
    SUBSCRIPTION_FAILING = "subscription.failing"
    SUBSCRIPTION_RECOVERED = "subscription.recovered"
    SUBSCRIPTION_DISABLED = "subscription.disabled"
    DELIVERY_EXHAUSTED = "delivery.exhausted"
