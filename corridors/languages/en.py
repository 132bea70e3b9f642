"""English."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language

_MONTHS = {
    1: "january, jan", 2: "february, feb", 3: "march, mar", 4: "april, apr", 5: "may", 6: "june, jun", 7: "july, jul",
    8: "august, aug", 9: "september, sept, sep", 10: "october, oct", 11: "november, nov", 12: "december, dec",
}  # fmt: skip
_WEEKDAYS = {
    0: "monday, monday's", 1: "tuesday, tuesday's", 2: "wednesday, wednesday's", 3: "thursday, thursday's", 4: "friday, friday's", 5: "saturday, saturday's", 6: "sunday, sunday's",
}  # fmt: skip
_NUMBERS = {
    1: "one, a single", 2: "two, both", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven",
    12: "twelve, a dozen", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen",
    20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
    100: "a hundred, one hundred, hundred",
}  # fmt: skip

_CUES = {
    Cue.FROM: "from, out of, outside of, left, leave, leaves, leaving, flee, fled, fleeing, exit, exited, departed, departing, inside, had left",
    Cue.TO: "set off for, left for, leave for, leaving for, departed for, depart for, set out for, made for, drove into, have come to, got to, on to, to, towards, toward, into, onto, bound for, heading for, headed for, in the direction of, on to, reached, reach, reaching, arrived in, arrive in, for the city of",
    Cue.VIA: "via, through, by way of, passing, along, past",
    Cue.AT: "in, at, near, around, outside, close to, north of, south of, east of, west of, inside of, behind, by",
    Cue.OF: "of, for, residents of, people of, civilians of, citizens of, inhabitants of",
    Cue.BETWEEN: "between",
    Cue.ARTICLE: "the",
    Cue.KIND: "city, cities, town, towns, village, villages, settlement, settlements, port, besieged, occupied, encircled, capital, hamlet, plant, works, steel, steelworks, nearby, stricken, "
    "bombarded, blockaded, embattled, embattled, district, neighbourhood, neighborhood, camp, city of, town of, village of, villages of, towns of, cities of, settlement of, settlements of, port of, community of, district of, plant of, capital of",
    Cue.ABOUT_PLACE: "area, areas, area of, ruins, ruins of, surroundings of, outskirts of, suburbs, suburb of, suburbs of, vicinity of",
    Cue.COMMUNITY: "community",
    Cue.CAPITAL: "the capital",
    Cue.REGION: "region, regions, oblast, province, governorate, county, raion, state of",
    Cue.ADDRESS: "street, st, avenue, ave, blvd, boulevard, square, school, hotel, church, stadium, colony, mayor, council, hospital, mayor of, city council, road",
    Cue.FACILITY: "hospital, station, centre, center, shelter, shelters",
    Cue.GATHER: "gathering, meeting point, meeting points, assembly point, assembly points, gathering points, collection points, boarding, where to go, pick up points, addresses",
    Cue.THERE: "there",
    Cue.THENCE: "from there, thence",
    Cue.AND: "and, or, as well as, also, plus",
    Cue.NO_PLACE: "red cross, red crescent, security council, white house",
    Cue.EXCEPT: "except, apart from, other than, excluding",
    Cue.CONTRAST: "but, while, however, whereas, although, though, yet, meanwhile, instead",
    Cue.INCLUDING: "including, among them, of them, of whom, among these",
    Cue.CORRIDOR: "corridor, corridors, route, routes, safe passage, way out, evacuation route, evacuation routes, humanitarian corridor*, green corridor*, passage, exits",
    Cue.CONVOY: "convoy, convoys, column, columns",
    Cue.THEN: "then, and on",
    Cue.TERMINUS: "last stop, terminus, final stop",
    Cue.PAUSE: "ceasefire, cease fire, ceasefires, truce, truces, silence regime, regime of silence, humanitarian pause, tactical pause, hold fire, pause in fighting, lull, cessation of hostilities",
    Cue.AID: "aid, supplies, humanitarian goods, humanitarian cargo, food, medicine, medicines, relief, a load of, deliver, delivered, delivery, aid convoy",
    Cue.MEDICAL: "wounded, patients, patient, medical evacuation*, sick, injured",
    Cue.EXCHANGE: "prisoner exchange, prisoner swap, prisoners of war, exchange of prisoners",
    Cue.PEOPLE: "people, persons, civilians, residents, evacuees, women, children, citizens, refugees, inhabitants, passengers, families, patients, displaced, students, gazans, palestinians, syrians, foreigners, others, locals, men, elderly",
    Cue.NOT_OURS: "grain, vessel*, ship, ships, cruise, bulk carrier*, cargo ship*, exports, merchant, organ, organs, heart, elephant*, wildlife, transplant*, resettle*, resettlement, mining, railway line, copper, investors",
    Cue.COUNTER: "bus, buses, tons, tonnes, tonne, km, kilometres, kilometers, miles, trucks, truck, cars, vehicles, hours, hour, minutes, days, day, years, year, percent, cent, trains, wagons, lorries, months, weeks, places, points, times, metres, convoys, locations, attempts, schools, operations, groups",
    Cue.EVACUATION: "bring, evacuation, evacuations, evacuate, evacuating, evacuation of, to leave, to flee, get out, bring out, taking civilians out, way out",
    Cue.MOVED: "taken to, brought to, moved to, transferred to, returned, evacuated from, taken from, helped out, evacuated, were taken, was taken, have left, had left, left, were moved, was moved, were brought, were rescued, rescued, fled, got out, came out, moved out, departed, escaped, were transported, were saved, saved, were evacuated, have been evacuated, been evacuated, "
    "managed to leave, taken out, brought out, led out, were able to leave, have fled, brought, came, travelled, traveled, were driven, have come, walked, drove, took people, transported, was evacuated, exited, flowed, went",
    Cue.MOVING: "are leaving, is leaving, leaving, under way, underway, are being evacuated, are moving, is moving, are heading, is heading, set out, set off, are on their way, is on its way, on the way to, have begun, has begun, began, started, has started, continues, continue, continued, are fleeing, being taken, being evacuated, moves, "
    "are getting out, is escorting, began to flee, have left in, have begun to leave, are travelling, are going, travel, are being let, let through",
    Cue.WILL_MOVE: "will be taken, will be evacuated, will leave, will go, will travel, will bring, will take, will depart, will be driven, are evacuated, is evacuated, leaves, depart, departs, can go, can leave, could leave, may leave, will run, will be moved, to be evacuated, will be brought, be taken, be evacuated, may go, will move, can evacuate, take people, be led",
    Cue.ARRIVED: "arrived, reached, have reached, got to, have arrived, drove into, have come to, arrived in, got through",
    Cue.WILL: "to be, will, would, can, could, may, might, shall, is to, are to, plans, plan, planned, plan to, expected, scheduled, going to, due to, set to, hopes, intends, proposes, offers, offered, should",
    Cue.WAS_TO: "was to, were to, should have, was supposed to, were supposed to, had planned, was due to",
    Cue.ABLE: "helped to, helped, able, managed to, able to, succeeded in, was possible to, could be",
    Cue.PLANNED: "planned, plan, plans, announced, announces, are scheduled, scheduled, expected, named, to be opened, declared, promised, promise, intends, proposed, set up",
    Cue.AGREED: "agreed, agreement, confirmed, approved, arranged, deal",
    Cue.OPEN: "open, operating, is working, are working, in operation, in force, functioning, functions, operate, active, operational",
    Cue.OPENED: "created, were created, established, have been created, set up by, has set up, opened, opens, has opened, reopened, has been opened, have been opened, declared open, re opened, opening, is opening",
    Cue.WORKED: "worked, operated, ran, were operating, functioned, in operation were",
    Cue.HALTED: "halted, halts, paused, suspended, suspends, postponed, stopped, put off, put back, called off for now, called the evacuation off, put the evacuation back, delayed, on hold, interrupted, collapsed, pauses, had stopped, abandoned the",
    Cue.BLOCKED: "blocked, blocks, blocking, block, blockade, blockaded by, could not get past, not let through, did not let, not allowed, refused to let, convoy stuck, buses stuck, buses were trapped, convoy is stuck, column stuck, stopped at, held up, not let, prevented, prevents, does not let, turned back, turn back, closed off, could not pass, shut",
    Cue.VIOLATED: "shelled, shelling, shells fell, keeps firing, kept firing, violated, violation, violations, violates, broke the, break the truce, came under fire, under fire, fired on, bombardment, attacked, had not stopped firing, not holding, opened fire, ceasefire failed, fire continued, truce failed",
    Cue.CANCELLED: "cancelled, canceled, called off, abandoned, scrapped",
    Cue.FAILED: "failed, did not work, did not open, did not take place, did not happen, not work, could not leave, nobody was able, no one was able, failed to, will not begin, did not begin, not take place, unable to, fell through, will not open, no corridors, no corridor, nobody, no one, could not be",
    Cue.REFUSED: "not agreed, were not agreed, did not agree, not been agreed, has not agreed, not give its consent, did not give consent, did not confirm, refused, no agreement, none agreed, rejected, not give consent, did not consent, without agreement",
    Cue.NOT: "not, no, never, without, neither, nor, cannot",
    Cue.ABSENT: "there is no, there was no, there are no, there were no",
    Cue.NONE: "none, no, nobody, none of, not a single, at all",
    Cue.IF: "if, provided, unless, should the",
    Cue.DEMAND: "calls for, called for, calls on, urged, urges, demands, demanded, asks, asked, appeals, appealed, proposes, wants, requested, request, should be, pleaded",
    Cue.DAILY: "daily, every day, each day",
    Cue.FURTHER_NOTICE: "until further notice, indefinitely",
    Cue.BUS: "bus, buses, minibus*, mini bus, coaches",
    Cue.CAR: "private car*, private vehicle*, own car*, own vehicle*, private transport, own transport, car, cars, by car, car owners, own means, personal vehicle*, vehicles",
    Cue.TRAIN: "train, trains, by rail",
    Cue.FOOT: "on foot, walking, walked, walk, by foot, pedestrians",
    Cue.BOAT: "boat, boats, ferry, barge, by sea, ship",
    Cue.AIRCRAFT: "helicopter*, plane, planes, aircraft, flight, flights, by air",
    Cue.AMBULANCE: "ambulance, ambulances",
    Cue.TRUCK: "truck, trucks, lorries",
    Cue.DEAD: "dead, killed, died, wounded, injured, deaths, death",
    Cue.FIRST: "first",
    Cue.FETCH: "wait, waiting, sent from, will come from, come from, to pick up, to collect, empty",
    Cue.ONLY: "only, exclusively",
    Cue.ABOUT: "about, some, around, nearly, almost, more than, over, approximately, at least, roughly, up to, as many as, another, further, upwards of, an estimated, nearly",
    Cue.TOTAL: "in all, in total, total, altogether, overall, a total of",
    Cue.OUT_OF: "of, out of, of the, out of the",
    Cue.THOUSAND: "thousand",
    Cue.MILLION: "million",
    Cue.SO_FAR: "by now, in all since, so far, to date, since the beginning, since the start",
    Cue.ALL: "all",
    Cue.TODAY: "today, today's",
    Cue.TOMORROW: "tomorrow, tomorrow's",
    Cue.YESTERDAY: "yesterday, yesterday's",
    Cue.DAY_BEFORE: "the day before, on the previous day, the previous day",
    Cue.LAST_DAYS: "in two days, over two days, in recent days, since the, so far, last week, in the past",
    Cue.UNTIL: "until, till, to",
    Cue.SINCE: "from, since, starting",
    Cue.AT_HOUR: "at, from, to, until, by, between, about, around, before, after, of",
    Cue.HOUR: "o clock, hrs, h",
    Cue.MORNING: "a.m, am, in the morning, a m",
    Cue.AFTERNOON: "p.m, pm, in the afternoon, p m",
    Cue.EVENING: "in the evening, at night",
    Cue.NOON: "noon, midday",
}

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="en",
    name="English",
    common="the of and to in a is that for on was with as by are be from it has have will were at this which said not or an they people",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    zones={
        "Europe/Moscow": "moscow time, its own time, msk",
        "local": "local time, kyiv time, local, kiev time",
        "UTC": "gmt, utc",
        "Europe/Berlin": "cet",
    },
    shorthand="mr, mrs, dr, st, lt, col, gen, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec, no, vs, approx, u.s, u.n, a.m, p.m, p, m",
    elisions=frozenset(),
    suffixes={"s": Cue.KIND},
    month_first=True,
    examples=(
        Example(
            "Corridors for March 14:\n- Mariupol – Zaporizhzhia\n- From Bucha and Irpin to Kyiv, by bus from 9 a.m.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Bucha", "Kyiv", "announced", on=_DAY, start="09:00", modes=("bus",)),
                Expected("Irpin", "Kyiv", "announced", on=_DAY, start="09:00", modes=("bus",)),
            ),
        ),
        Example(
            "On Sunday 600 people were taken from Borodyanka to Zhytomyr.",
            _DAY,
            (Expected("Borodianka", "Zhytomyr", "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "The evacuation from Mariupol was halted because of shelling.",
            _DAY,
            (Expected("Mariupol", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Seven of the ten planned corridors worked; in all 4,000 people were evacuated.",
            _DAY,
            (),
            totals=(10, 7, 4000),
        ),
        Example("The grain vessel left Odesa through the corridor; more ships will follow.", _DAY, ()),
    ),
)
