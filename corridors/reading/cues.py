"""What can a word do in an announcement?

`Cue` is the grammar's whole alphabet: every language pack sorts its words under these, and everything else in
reading/ speaks of cues and never of words. A word may carry several. Start at `Cue`.
"""

from __future__ import annotations

from enum import StrEnum, auto


class Cue(StrEnum):
    """The part a word or phrase plays; see the language packs for the words."""

    __hash__ = str.__hash__  # Enum's own is Python code, and cues are looked up in sets all the time

    # -- what stands before or after a place
    FROM = auto()  # leads to where people leave
    TO = auto()  # leads to where they arrive
    VIA = auto()  # leads to what lies between
    AT = auto()  # leads to where something merely is
    TO_OR_AT = auto()  # one word for both; the name's case tells (Slavic в)
    OF = auto()  # leads to whose people or corridor it is: "residents of"
    BETWEEN = auto()
    KIND = auto()  # city, village: may stand between a cue and a name
    ARTICLE = auto()
    ABOUT_PLACE = auto()  # "the area of", "around": the name that follows still counts
    CAPITAL = auto()
    COMMUNITY = auto()  # an adjective before it is a place: "Hirska community"
    REGION = auto()  # a name beside it is a province, not its capital
    ADDRESS = auto()  # street, square, school: what follows is a meeting point
    FACILITY = auto()  # hospital, station: "to the hospital in X" goes to X
    GATHER = auto()
    THEN = auto()  # a further leg: "to A, then B"
    TERMINUS = auto()  # "last stop": where it is, they arrive
    THERE = auto()  # the destination named before
    THENCE = auto()  # the origin named before
    AND = auto()
    SAYS = auto()  # what stands before it speaks and is no place
    NO_PLACE = auto()  # looks like a place and is none: Red Cross
    EXCEPT = auto()
    CONTRAST = auto()  # but, while: another clause begins
    INCLUDING = auto()  # "among them": a part of what was already said

    # -- what it is about
    CORRIDOR = auto()
    CONVOY = auto()
    PAUSE = auto()  # ceasefire, silence regime
    AID = auto()
    MEDICAL = auto()
    EXCHANGE = auto()
    PEOPLE = auto()
    NOT_OURS = auto()  # grain, cruise ship, organ transplant: another kind of corridor
    RETURN = auto()  # people go back: where they arrive is no end of their flight
    ORDINARY = auto()  # tickets, timetables, ice on the road: travel as on any day, where nobody flees
    FETCH = auto()  # vehicles that come for people: where they start is no origin
    COUNTER = auto()  # counted, but no people: buses, tonnes, kilometres

    # -- what happens
    EVACUATION = auto()  # a noun or infinitive: no tense of its own
    MOVED = auto()  # done: left, were taken out
    MOVING = auto()  # under way
    WILL_MOVE = auto()
    ARRIVED = auto()
    WILL = auto()  # makes a plan of what follows
    WAS_TO = auto()  # was to, should have: planned and by now doubtful
    ABLE = auto()  # managed to, could: makes a fact of an infinitive
    PLANNED = auto()
    AGREED = auto()
    OPEN = auto()
    OPENED = auto()
    OPENING = auto()  # a noun or infinitive: planned where it is announced, else done
    WORKED = auto()
    RESUMED = auto()  # taken up again: what halted it before is over
    HALTED = auto()
    BLOCKED = auto()
    VIOLATED = auto()
    CANCELLED = auto()
    FAILED = auto()
    REFUSED = auto()
    NOT = auto()
    NONE = auto()
    ABSENT = auto()  # there is none
    THERE_ARE = auto()  # "there are two": counts what was named before
    IF = auto()
    DEMAND = auto()  # asks, calls for: nobody has agreed yet
    DAILY = auto()
    FURTHER_NOTICE = auto()

    # -- how
    BUS = auto()
    CAR = auto()
    TRAIN = auto()
    FOOT = auto()
    BOAT = auto()
    AIRCRAFT = auto()
    AMBULANCE = auto()
    TRUCK = auto()
    ONLY = auto()

    # -- how many
    ABOUT = auto()
    TOTAL = auto()
    ALL = auto()
    OUT_OF = auto()
    THOUSAND = auto()
    MILLION = auto()
    HALF = auto()  # "and a half", between a number and its thousand
    WAITING = auto()  # counted, but still there
    DEAD = auto()  # counted, but killed and not moved
    ANOTHER = auto()  # one more than were counted
    FIRST = auto()  # "the first ones left": it goes on

    # -- when
    TODAY = auto()
    TOMORROW = auto()
    YESTERDAY = auto()
    DAY_BEFORE = auto()
    IN_TWO_DAYS = auto()
    TWO_DAYS_AGO = auto()
    LAST_DAYS = auto()
    LONG_AGO = auto()  # history, a film, a book: no news
    EARLIER = auto()  # tells of what was before
    SO_FAR = auto()
    UNTIL = auto()
    AT_OR_UNTIL = auto()  # one word for both; "until" only behind another hour (à, alle, às)
    SINCE = auto()
    AT_HOUR = auto()
    MORNING = auto()
    AFTERNOON = auto()
    EVENING = auto()
    HOUR = auto()
    NOON = auto()


LEADS = frozenset({Cue.FROM, Cue.TO, Cue.VIA, Cue.AT, Cue.TO_OR_AT, Cue.OF, Cue.BETWEEN, Cue.EXCEPT})
"""Cues that lead to a name."""

MODES = {
    Cue.BUS: "bus",
    Cue.CAR: "private_car",
    Cue.TRAIN: "train",
    Cue.FOOT: "foot",
    Cue.BOAT: "boat",
    Cue.AIRCRAFT: "aircraft",
    Cue.AMBULANCE: "ambulance",
    Cue.TRUCK: "truck",
}
"""Cue of a means of travel → the word of model.Mode."""
