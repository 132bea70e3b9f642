"""English."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language
from corridors.reading.who import Act, Who

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

_ORDINALS = {
    2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth",
}  # fmt: skip

_CUES = {
    Cue.ORDINARY: "tickets, timetable, timetables, replacement buses, roadworks, a1, flights, busiest, cinemas, the film, nothing to declare, delays, commuters, weekend, the weekend, sunshine, snow, match, league",
    Cue.LONG_AGO: "years ago, decades ago, a century ago, centuries ago, in the film, in the novel, in the book, the film tells",
    Cue.WAITING: "waiting, wait, are waiting, still waiting, remain, remained, are stuck, still trapped, stayed behind, are trapped",
    Cue.HALF: "and a half",
    Cue.RESUMED: "resumed, has resumed, have resumed, was resumed, were resumed, started again, restarted, is running again",
    Cue.TWO_DAYS_AGO: "the day before yesterday, day before yesterday, two days ago",
    Cue.IN_TWO_DAYS: "the day after tomorrow, day after tomorrow, in two days time",
    Cue.RETURN: "returned, return, returning, going back, go back, went back, came back, come back, drove back",
    Cue.EARLIER: "earlier, previously, in the past, had earlier, had already, before that, formerly, at the time, until then, back then",
    Cue.OPENING: "opening, the opening of, opening of",
    Cue.ANOTHER: "another, one more, a further, an additional",
    Cue.THERE_ARE: "there are, there were, there will be",
    Cue.FROM: "have quit, quit, from, out of, outside of, left, leave, leaves, leaving, flee, fled, fleeing, exit, exited, departed, departing, had left, get out of, got out of, getting out of, come out of, came out of, coming out of, brought out of, taken out of, let out of, let people out of, let civilians out of, moved out of, move out of, bring out of, go out of, going out of, went out of, pulled out of, quitting, vacate, abandon their homes in, escape from, escaped from, escaping from, flee from, fled from, fleeing from, evacuated from, evacuate from, leave from, withdrawn from, bused out of, driven out of",
    Cue.TO: "set off for, left for, leave for, leaving for, departed for, depart for, set out for, made for, drove into, have come to, got to, on to, to, towards, toward, into, onto, bound for, heading for, headed for, in the direction of, on to, reached, reach, reaching, arrived in, arrive in, for the city of, to leave for, leave to, heading to, heading toward, heading towards, headed to, headed toward, headed towards, en route to, on their way to, on its way to, on the road to, bound towards, evacuated to, moved to, taken to, brought to, transferred to, transported to, bused to, relocated to, relocate to, go to, going to, move to, moving to, travel to, travelled to, went to, crossed into, cross into, crossing into, entered, enter, arrived at, arrive at, arriving in, arriving at, came to, access to, enter into, deliver to, delivered to, reach the, down to, up to the",
    Cue.VIA: "via, through, by way of, passing, along, past, through the, along the, by way of the, using, over the, across",
    Cue.AT: "in, at, near, around, outside, close to, north of, south of, east of, west of, inside of, behind, by, border between, link between, fighting between, war between, talks between, clashes between, conflict between, negotiations between, relations between, ceasefire between, truce between, frontier between, inside, north from, south from, distance between, differences between",
    Cue.OF: "of, for, residents of, people of, civilians of, citizens of, inhabitants of, trapped in, stranded in, besieged in, people in, civilians in, residents in, those in, families in, people trapped in, civilians trapped in, stuck in, remaining in, living in, everyone in, population of, families of",
    Cue.BETWEEN: "between, linking, connecting, links, connects, corridor between, road between",
    Cue.ARTICLE: "the, there is, there are, there was, there were, there has, there have, there will",
    Cue.KIND: "city, cities, town, towns, village, villages, settlement, settlements, port, besieged, occupied, encircled, capital, hamlet, plant, works, steel, steelworks, nearby, stricken, "
    "bombarded, blockaded, embattled, embattled, district, neighbourhood, neighborhood, camp, city of, town of, village of, villages of, towns of, cities of, settlement of, settlements of, port of, community of, district of, plant of, capital of, districts, quarters, neighbourhoods, neighborhoods, parts, part, sections, section, suburb, suburbs, hospitals, camps, several, rebel held, opposition held, government held, jihadist held, terrorist held, insurgent held, war torn, devastated, enclave, enclave of, stronghold, stronghold of, pocket, front line, frontline, old city, city centre, town centre, battered, closed military area, closed military areas, closed military zone, closed military zones",
    Cue.ABOUT_PLACE: "area, areas, area of, ruins, ruins of, surroundings of, outskirts of, suburbs, suburb of, suburbs of, vicinity of",
    Cue.COMMUNITY: "community",
    Cue.CAPITAL: "the capital",
    Cue.REGION: "region, regions, oblast, province, governorate, county, raion, state of",
    Cue.ADDRESS: "street, st, avenue, ave, blvd, boulevard, square, school, hotel, church, stadium, colony, mayor, council, hospital, mayor of, city council, road",
    Cue.FACILITY: "hospital, station, centre, center, shelter, shelters, hospitals, clinics, residence, accommodation, camps, centres, centers, places",
    Cue.GATHER: "gathering, meeting point, meeting points, assembly point, assembly points, gathering points, collection points, boarding, where to go, pick up points, addresses, assemble, gather at",
    Cue.THERE: "there",
    Cue.THENCE: "from there, thence",
    Cue.AND: "and, or, as well as, also, plus",
    Cue.SAYS: "said, says, announced, announces, confirmed, wrote, claimed, claims, calls, told, has agreed, demands, said on, said in, said late, told reporters, state television, state tv, state media, insisted, denied, according to, in the words of, was quoted, quoted, report, reported, reports",
    Cue.NO_PLACE: "red cross, red crescent, security council, white house",
    Cue.EXCEPT: "except, apart from, other than, excluding",
    Cue.CONTRAST: "but, while, however, whereas, although, though, yet, meanwhile, instead",
    Cue.INCLUDING: "including, among them, of them, of whom, among these, among whom, of those",
    Cue.CORRIDOR: "corridor, corridors, route, routes, safe passage, way out, evacuation route, evacuation routes, humanitarian corridor*, green corridor*, passage, exits, safe route, safe routes, secure route, secure routes, safe corridor, safe corridors, evacuation corridor, evacuation corridors, humanitarian route, humanitarian routes, humanitarian passage, exit, exit route, exit routes, escape route, escape routes, exit corridor, crossing point, crossing points, safe exit, safe exits, passageway, passageways, lifeline, corridor between, road between",
    Cue.CONVOY: "convoy, convoys, column, columns",
    Cue.THEN: "then, and on",
    Cue.TERMINUS: "last stop, terminus, final stop",
    Cue.PAUSE: "ceasefire, cease fire, ceasefires, truce, truces, silence regime, regime of silence, humanitarian pause, tactical pause, hold fire, pause in fighting, lull, cessation of hostilities, pauses, humanitarian pauses, tactical pauses, daily pause, pause in the fighting, pause of fighting, pause in hostilities, halt in fighting, halt to fighting, halt in hostilities",
    Cue.AID: "aid, supplies, humanitarian goods, humanitarian cargo, food, medicine, medicines, relief, a load of, deliver, delivered, delivery, aid convoy, humanitarian aid, humanitarian assistance, assistance, aid trucks, relief supplies, relief goods, humanitarian supplies, humanitarian convoy, humanitarian convoys, flour, fuel, medical supplies, aid shipment, aid shipments, relief convoy",
    Cue.MEDICAL: "wounded, patients, patient, medical evacuation*, sick, injured, critically ill, medical patients, cancer patients, seriously ill, gravely ill, medevac, medevacs",
    Cue.EXCHANGE: "prisoner exchange, prisoner swap, prisoners of war, exchange of prisoners",
    Cue.PEOPLE: "people, persons, civilians, residents, evacuees, women, children, citizens, refugees, inhabitants, passengers, families, patients, displaced, students, gazans, palestinians, syrians, foreigners, others, locals, men, elderly, individuals, fighters, militants, rebels, gunmen, returnees, nationals, holders, passport holders, armenians, yazidis, sudanese, newborns, babies, premature babies, employees, workers, staff, prisoners, insurgents, noncombatants, non combatants, relatives, dependants, souls, christians, muslims, druze, bedouin, bedouins",
    Cue.NOT_OURS: "grain, vessel*, ship, ships, cruise, bulk carrier*, cargo ship*, exports, merchant, organ, organs, heart, elephant*, wildlife, bears, species, motorway, trainload, lobito, atlantic port, transplant*, resettle*, resettlement, mining, railway line, copper, investors, minerals, freight, cargo, trade, economic corridor, transport corridor, transit corridor, grain corridor, shipping, shipment of grain, surgeon, surgeons, kidney, liver, donor, airport to hospital, elephant, tiger*, leopard*, animals, forest, cows, visas, visa, airlift, repatriation, repatriated, chartered, charter flight, passengers disembarked, resettled, asylum, zangezur, containers, railway, pipeline, migratory, bird*, butterflies, marathon, cyclists, wheat, corn, maize, bulk, seaborne, shippers, exporters, importers, customs, hauliers, logistics hub, economic, energy corridor, middle corridor, trade corridor, trade route, trade routes, wildlife corridor, habitat, nature reserve, traffic jam, traffic jams, motorists fined, accident, accidents, organ transplant, traffic police, suwalki, imec, quarantine, tourists, cruise ship, sant'egidio, sponsorship, scholarship, scholarships, resettlement programme, ambulance chase, lynx, deer, toads, hotel, school corridor, patrol, power lines, bicycle, nothing to declare, to declare, corridors programme, humanitarian corridors programme, ward, emergency room, transplant, centre backs, midfield, match, fans, lorries, snow, cinemas",
    Cue.COUNTER: "bus, buses, tons, tonnes, tonne, km, kilometres, kilometers, miles, trucks, truck, cars, vehicles, hours, hour, minutes, days, day, years, year, percent, cent, trains, wagons, lorries, months, weeks, places, points, times, metres, convoys, locations, attempts, schools, operations, groups",
    Cue.EVACUATION: "bring, evacuation, evacuations, evacuate, evacuating, evacuation of, to leave, to flee, get out, bring out, taking civilians out, way out, fled, flee, fleeing, have fled, had fled, has fled, flight, exodus, bringing, taking people, taking civilians, moving people, to get from, get from",
    Cue.MOVED: "took, have quit, quit, taken to, brought to, moved to, transferred to, returned, evacuated from, taken from, helped out, evacuated, were taken, was taken, have left, had left, left, were moved, was moved, were brought, were rescued, rescued, fled, got out, came out, moved out, departed, escaped, were transported, were saved, saved, were evacuated, have been evacuated, been evacuated, "
    "managed to leave, taken out, brought out, led out, were able to leave, have fled, brought, came, travelled, traveled, were driven, have come, walked, drove, took people, transported, was evacuated, exited, flowed, went, were taken out, were bused, were bused out, were transferred, were relocated, have been moved, have been transferred, have been relocated, has been evacuated, had been evacuated, have exited, had fled, had arrived, have crossed, crossed, had crossed, were able to get out, were able to exit, managed to get out, managed to flee, made it out, made it, were let out, was let out, were led to safety, used the corridor, passed through, have passed, have used, used it, walked out, were allowed out, relocated, were flown, was flown, were ferried, were escorted, got out of, came out of, brought out of, taken out of, let out of, moved out of, went out of, fled from, escaped from, evacuated to, came through, crossed into, travelled to, went to, carried, carried out, ferried, bused, bused out, shuttled, drove out, evacuating nearly",
    Cue.MOVING: "heading to, heading for, runs, now use, keeps working, are leaving, is leaving, leaving, under way, underway, are being evacuated, are moving, is moving, are heading, is heading, set out, set off, are on their way, is on its way, on the way to, have begun, has begun, began, started, has started, continues, continue, continued, are fleeing, being taken, being evacuated, moves, lets civilians, lets people, lets residents, letting civilians, letting people"
    "are getting out, is escorting, began to flee, have left in, have begun to leave, are travelling, are going, travel, are being let, let through, are coming out, is coming out, getting out of, coming out of, are being taken, are being moved, are being bused, are being let out, are crossing, is crossing, are pouring, are streaming, streamed, streaming, pouring, rolling, is rolling, rolled, keep leaving, began leaving, started leaving, began to leave, started to leave, have started leaving, began to move, began moving, begun leaving, have begun leaving, are arriving, are pulling out, is pulling out, is proceeding, proceeding, ongoing, on the move, go on, goes on, still leaving, began crossing, are passing, is passing",
    Cue.WILL_MOVE: "will be taken, will be evacuated, will leave, will go, will travel, will bring, will take, will depart, will be driven, are evacuated, is evacuated, leaves, depart, departs, can go, can leave, could leave, may leave, will run, will be moved, to be evacuated, will be brought, be taken, be evacuated, may go, will move, can evacuate, take people, be led, will be allowed to leave, will be able to leave, be able to leave, may move, may travel, may exit, may use, can exit, can use, can travel, can cross, can move, could exit, could travel, will exit, will pass, will be transferred, will be bused, will be relocated, will be let out, be allowed to leave, be allowed out, be allowed to exit, be permitted to leave, be transferred, be relocated, be bused, be moved, be escorted, wish to leave, who want to leave, wanting to leave, wishing to leave, want to leave, who wish to leave, those wishing, are to leave, are to be, are to be taken, are to be evacuated, is to be evacuated, are to be moved, told to leave, told to move, ordered to leave, urged to leave, ordered to move, instructed to leave, instructed to move, may pass, can pass, would leave, would be taken, would be allowed to leave, would be evacuated",
    Cue.ARRIVED: "arrived, reached, have reached, got to, have arrived, drove into, have come to, arrived in, got through, entered, had entered, have entered, has entered, pulled up in, has got to, have got to",
    Cue.WILL: "to be, will, would, can, could, may, might, shall, is to, are to, plans, plan, planned, plan to, expected, scheduled, going to, due to, set to, hopes, intends, proposes, offers, offered, should, would be, permitted to, allowed to, to let, let, are allowed to, is allowed to, be allowed",
    Cue.WAS_TO: "was to, were to, should have, was supposed to, were supposed to, had planned, was due to",
    Cue.ABLE: "helped to, helped, able, managed to, able to, succeeded in, was possible to, could be, allowed, enabled, made it possible",
    Cue.PLANNED: "permitted, is allowed, planned, plan, plans, announced, announces, are scheduled, scheduled, expected, named, to be opened, declared, promised, promise, intends, proposed, set up, announce, announcing, has announced, have announced, announcement, designated, designates, will allow, will permit, would allow, would permit, allows, is allowing, is giving, giving civilians, ordered, told residents, tells, instructed, would open, would be opened, will open, to open, opens from, is opening, be opened, will be opened, in preparation, preparing, prepares, prepared, readies, ready to, readiness, set for, slated, prolonged, extended, extends, extend, will be extended, is extended, has extended, work is under way, talks are under way, preparations are under way, preparations under way, talks under way",
    Cue.AGREED: "agreed, agreement, confirmed, approved, arranged, deal, accord, agreeing, agree, agrees, has agreed, have agreed, green light, consent, pact, agreement between, deal between",
    Cue.OPEN: "passable, usable, in use, runs daily, open, operating, is working, are working, in operation, in force, functioning, functions, operate, active, operational, remains open, remain open, stays open, stay open, is open, are open, was open, were open, functional, stands open, still open, in effect, is used",
    Cue.OPENED: "created, were created, established, have been created, set up by, has set up, opened, opens, has opened, reopened, has been opened, have been opened, declared open, re opened, is opening, has been established, was established, was opened, were opened, been opened, has reopened, have reopened, was reopened, were reopened, reopens, has created, has established, inaugurated, set up, been set up, unblocked, was unblocked, reopening",
    Cue.WORKED: "worked, operated, ran, were operating, functioned, in operation were, took place, has taken place, went ahead",
    Cue.HALTED: "halted, halts, paused, suspended, suspends, postponed, stopped, put off, put back, called off for now, called the evacuation off, put the evacuation back, delayed, on hold, interrupted, collapsed, pauses, had stopped, abandoned the, has been suspended, was suspended, were suspended, is suspended, has been halted, was halted, were halted, stalled, stall, came to a halt, ground to a halt, broke down, on pause, is paused, was paused, temporarily closed, temporarily shut",
    Cue.BLOCKED: "blocked, blocks, blocking, block, blockade, blockaded by, could not get past, not let through, did not let, not allowed, refused to let, convoy stuck, buses stuck, buses were trapped, convoy is stuck, column stuck, stopped at, held up, not let, prevented, prevents, does not let, turned back, turn back, closed off, could not pass, shut, closed, is closed, are closed, was closed, were closed, remains closed, remain closed, has been closed, have been closed, shut down, was shut, is shut, has been shut, cut, cut off, is cut, was cut, sealed, sealed off, impassable, barred, bars, keeps closed, kept closed, were stopped, was stopped, prevent, preventing, obstructed, obstruct, obstructing, denied access, denied passage, denying, not allowing, not permit, not permitted, will not let, would not let, does not allow, did not allow, is blocking, are blocking, has blocked, have blocked, turned around",
    Cue.VIOLATED: "shelled, shelling, shells fell, keeps firing, kept firing, violated, violation, violations, violates, broke the, break the truce, came under fire, under fire, fired on, bombardment, attacked, had not stopped firing, not holding, opened fire, ceasefire failed, fire continued, truce failed, mortar, mortars, shellfire, snipers, sniper fire, sniper, gunfire, clashes, shot at, were shot, opened fire on, rocket fire, rockets, mortar fire, under shelling, came under attack, was attacked, were attacked, targeted, air strike, airstrike, air strikes, airstrikes, strikes hit",
    Cue.CANCELLED: "cancelled, canceled, called off, abandoned, scrapped, aborted, was dropped, were dropped, plan dropped",
    Cue.FAILED: "failed, did not work, did not open, did not take place, did not happen, not work, could not leave, nobody was able, no one was able, failed to, will not begin, did not begin, not take place, unable to, fell through, will not open, nobody, no one, could not be, nobody left, no one left, nobody came, no one came, none left, no civilians left, no civilian left, not a single, not one, remained empty, stayed empty, stood empty, went unused, unused, fails, failing, could not get out, were unable, was unable, not been able, unable to leave, cannot leave, no sign of",
    Cue.REFUSED: "not agreed, were not agreed, did not agree, not been agreed, has not agreed, not give its consent, did not give consent, did not confirm, refused, no agreement, none agreed, rejected, not give consent, did not consent, without agreement, turned down, refuses, refuse, refusing, dismissed, not accepted, denied permission, rejects, reject, has not given, not given permission, no deal, no permission",
    Cue.NOT: "not, no, never, without, neither, nor, cannot",
    Cue.ABSENT: "there is no, there was no, there are no, there were no",
    Cue.NONE: "none, no, nobody, none of, not a single, at all",
    Cue.IF: "if, provided, unless, should the",
    Cue.DEMAND: "calls for, called for, calls on, urged, urges, demands, demanded, asks, asked, appeals, appealed, proposes, wants, requested, request, should be, pleaded, call for, calling for, called on, urge, urging, appeal, appealing, appeal for, seeking, seeks, sought, demand, demanding, plea, pleads, pressing for, pushed for, pushing for, need for, must be, needs to be, should open, should be opened, hopes for, wants to see, discuss, discussed, discussing, talks on, talks about, consider, considering, considers, mulls, would be needed, requests, offered to carry, offered to take in, offered to transport, offered to host, call on, plead, pleading, begged, insisted on, lobby, lobbying, petition, dream of, dreams of, hope for, wish for, would like",
    Cue.DAILY: "daily, every day, each day, a day, per day, daily basis, on a daily basis",
    Cue.FURTHER_NOTICE: "until further notice, indefinitely, until further announcement, until otherwise",
    Cue.BUS: "bus, buses, minibus*, mini bus, coaches, green buses, coach, minivans",
    Cue.CAR: "private car*, private vehicle*, own car*, own vehicle*, private transport, own transport, car, cars, by car, car owners, own means, personal vehicle*, vehicles, their own cars, own vehicles, by vehicle, in vehicles, private cars, taxis, by road in cars, motorcycles, motorbikes, motorists",
    Cue.TRAIN: "train, trains, by rail",
    Cue.FOOT: "on foot, walking, walked, walk, by foot, pedestrians, foot, walking distance, pedestrian, trekked, trekking",
    Cue.BOAT: "boat, boats, ferry, barge, by sea, ship, ferries, by boat, naval vessel, warship",
    Cue.AIRCRAFT: "helicopter*, plane, planes, aircraft, flight, flights, by air, airplane, flown, airlifted, helicopters, military plane",
    Cue.AMBULANCE: "ambulance, ambulances",
    Cue.TRUCK: "truck, trucks, lorries",
    Cue.DEAD: "dead, killed, died, wounded, injured, deaths, death",
    Cue.FIRST: "first",
    Cue.FETCH: "wait, waiting, sent from, will come from, come from, to pick up, to collect, empty",
    Cue.ONLY: "only, exclusively",
    Cue.ABOUT: "about, several hundred, a few hundred, several thousand, a few thousand, some hundred, some, around, nearly, almost, more than, over, approximately, at least, roughly, up to, as many as, another, further, upwards of, an estimated, nearly, close to, some of the, just over, just under, well over, as much as, no fewer than, no less than, in excess of, hundreds, tens of",
    Cue.TOTAL: "in all, in total, total, altogether, overall, a total of",
    Cue.OUT_OF: "of, out of, of the, out of the",
    Cue.THOUSAND: "thousand",
    Cue.MILLION: "million",
    Cue.SO_FAR: "by now, in all since, so far, to date, since the beginning, since the start, since the start of, since the beginning of, since february, since the operation began, since it opened, until now, up to now, since then, in total since, as of",
    Cue.ALL: "all, every one, each one",
    Cue.TODAY: "today, today's",
    Cue.TOMORROW: "tomorrow, tomorrow's",
    Cue.YESTERDAY: "yesterday, yesterday's",
    Cue.DAY_BEFORE: "the day before, on the previous day, the previous day",
    Cue.LAST_DAYS: "in two days, over two days, in recent days, since the, so far, last week, in the past, in recent weeks, over the past, in the last, in the past week, over the last, in 24 hours",
    Cue.UNTIL: "until, till, to",
    Cue.SINCE: "from, since, starting",
    Cue.AT_HOUR: "at, from, to, until, by, between, about, around, before, after, of",
    Cue.HOUR: "o clock, hrs, h",
    Cue.MORNING: "a.m, am, in the morning, a m",
    Cue.AFTERNOON: "p.m, pm, in the afternoon, p m",
    Cue.EVENING: "in the evening, at night",
    Cue.NOON: "noon, midday",
}

_WHO = Who(
    parties={
        "RU": "russia, russia's, russian federation, rf, kremlin, mod rf",
        "UA": "ukraine, vereshchuk, iryna vereshchuk, haidai, zelensky, zelenskyy, arakhamia",
        "UA:RU": "the occupiers, occupiers, invaders, the enemy, aggressor, occupying forces, occupation forces",
        "UA:UA": "deputy prime minister, mayor, regional administration, military administration, city council",
        "UA:UA+RU": "both sides, both parties, the two sides, either side, neither side, warring parties, both countries",
        "ICRC": "icrc, red cross, international committee of the red cross, committee of the red cross",
        "UN": "un, u n, united nations, ocha, unhcr, unicef, wfp, world food programme, un office, un spokesman",
        "OSCE": "osce",
        "EU": "european union",
        "MSF": "msf, doctors without borders",
        "TR": "turkey, türkiye, ankara",
        "IL": "israel, idf, cogat, netanyahu",
        "PS:IL": "the army, the military, the occupation, occupation forces, occupation army, the army's",
        "PS-HAMAS": "hamas, qassam brigades",
        "PS": "palestinian authority",
        "PS:IL+PS-HAMAS": "both sides, both parties, the two sides, either side, neither side, warring parties",
        "EG": "egypt",
        "QA": "qatar",
        "US": "united states, washington, the us, u s",
        "SD-RSF": "rsf, rapid support forces, hemedti, dagalo, janjaweed",
        "SD": "sudan's army, sudanese armed forces, saf, sudan, burhan, transitional sovereignty council, army of sudan",
        "SD:SD": "the army, the government, the armed forces, army, the authorities",
        "SD:SD+SD-RSF": "both sides, both parties, the two sides, both warring sides, warring sides, either side, neither side, warring parties",
        "TD": "chad",
        "SY": "syria, syria's army, assad, syrian arab army",
        "SY:SY": "the army, the government, the regime, the authorities, army, government forces, regime forces",
        "SY:SY-OPPOSITION": "the rebels, rebels, the opposition, opposition factions, rebel groups, armed groups, armed opposition",
        "SY-SDF": "sdf, syrian democratic forces, ypg",
        "SY-HTS": "hts, hayat tahrir al sham, nusra front",
        "SARC": "syrian arab red crescent, sarc, syrian red crescent",
        "LB-HEZBOLLAH": "hezbollah, hizbullah",
        "LB": "lebanon",
        "LB:IL": "the idf",
        "AZ": "azerbaijan, aliyev",
        "AM": "armenia",
        "AZ-ARTSAKH": "artsakh, artsakh authorities, stepanakert authorities",
        "AZ:RU": "peacekeepers, russian peacekeepers",
        "YE-HOUTHIS": "houthis, houthi, ansar allah, the houthis",
        "YE": "yemen, yemeni government",
        "SA": "saudi led coalition, saudi arabia, the coalition",
        "LY-LNA": "lna, haftar, libyan national army",
        "LY": "gna, government of national accord",
        "CD": "fardc, dr congo, congo, kinshasa government",
        "CD-M23": "m 23, afc, afc m 23",
        "RW": "rwanda",
        "ET": "ethiopia",
        "ET-TPLF": "tplf, tigray people's liberation front, tigray forces",
        "LK": "sri lanka",
        "LK-LTTE": "ltte, tamil tigers, the tigers",
        "MM": "myanmar, the junta, junta, tatmadaw",
        "MM-AA": "arakan army",
        "AF-TALIBAN": "taliban, the taliban",
        "IQ": "iraq, iraq's army",
        "GE": "georgia",
    },
    adjectives={
        "RU": "russian, russia's, moscow's, kremlin's", "UA": "ukrainian, ukraine's, kyiv's", "IL": "israeli, israel's",
        "SY": "syrian, syria's, syrian state", "SD": "sudanese, sudan's", "AZ": "azerbaijani, azerbaijan's, azeri", "AM": "armenian, armenia's",
        "IQ": "iraqi, iraq's", "ET": "ethiopian, ethiopia's", "CD": "congolese", "MM": "burmese, myanmar's", "TR": "turkish, turkey's",
        "LB": "lebanese", "YE": "yemeni", "LK": "sri lankan", "EG": "egyptian", "PS": "palestinian", "RW": "rwandan", "GE": "georgian",
        "YE-HOUTHIS": "houthi",
    },
    sides="side, side's, army, military, forces, troops, government, authorities, ministry, defence ministry, defense ministry, officials, occupiers, "
    "commanders, officers, command, president, president's, delegation, armed forces, foreign ministry, reconciliation centre, "
    "reconciliation center, envoy, peacekeepers, defence minister, defense minister, foreign minister, deputy prime minister, general staff, "
    "parliament, regime, negotiators, ambassador, health ministry, junta, cabinet, emergency service, state television, military source",
    capitals={"RU": "moscow", "UA": "kyiv, kiev", "IL": "jerusalem, tel aviv", "SY": "damascus", "SD": "khartoum", "AZ": "baku", "AM": "yerevan",
              "ET": "addis ababa", "CD": "kinshasa", "TR": "ankara", "RW": "kigali", "MM": "naypyidaw"},
    acts={
        Act.ANNOUNCES: "announced, announces, announce, has announced, have announced, declared, declares, declare, opened, opens, has opened, have opened, "
        "will open, would open, to open, is opening, are opening, set up, has set up, have set up, established, establishes, has established, will set up, designated, designates, "
        "unilaterally, ordered, created, will allow, would allow, allows, will let, reopened, has reopened, will reopen, publishes, published",
        Act.ANNOUNCED: "was announced, were announced, been announced, was opened, were opened, been opened, was set up, were set up, been set up, was declared, were declared, was established, were established, been established",
        Act.SAYS: "said, says, told, tells, wrote, writes, reported, reports, stated, states, claimed, claims, posted, added, informed, named, tweeted",
        Act.ACCORDING: "according to, citing, quoting",
        Act.PROPOSES: "proposed, proposes, propose, proposal, proposals, offered, offers, offer, suggested, suggests, initiative, initiated, is ready to open, ready to open, "
        "are ready to open, readiness to open, prepared to open, promised to open, has offered, have offered, has proposed, have proposed, ready to provide, ready to ensure",
        Act.AGREES: "agreed, agrees, agree, has agreed, have agreed, had agreed, are agreed, consented, accepted, accepts, accept, has accepted, have accepted, "
        "approved, approves, gave its consent, gave its approval, signed off on, gave the green light, gave permission, authorised, authorized, endorsed, coordinated, reached a deal, "
        "gave consent, gave their consent, given its consent, given permission, came to an agreement, struck a deal, reached an agreement, negotiated",
        Act.CONSENT: "agreement, consent, approval, green light, permission, deal, accord, go ahead",
        Act.AGREED: "been agreed, was agreed, were agreed, is agreed, be agreed, been approved, was approved, were approved, been coordinated, was coordinated, were coordinated, "
        "been accepted, was accepted, were accepted, agreed route, agreed routes, agreed corridors, agreed corridor, been confirmed, was confirmed, were confirmed",
        Act.CONFIRMS: "confirmed, confirms, confirm, confirmation, has confirmed, have confirmed",
        Act.UNCONFIRMED: "will agree, will consent, will confirm, unconfirmed by, did not confirm, has not confirmed, have not confirmed, had not confirmed, does not confirm, not yet confirmed, not yet agreed, has yet to confirm, has yet to agree, "
        "have yet to agree, yet to respond, has not responded, did not respond, has not replied, did not reply, not commented, no confirmation, no reply, no answer, no response, remained silent, "
        "ignored, ignores, has not yet agreed, have not yet agreed, not answered, has not yet answered, did not answer",
        Act.REFUSES: "not give its consent, not give consent, not give their consent, not given its consent, not given consent, not give permission, refused, refuses, refuse, refusal, rejected, rejects, reject, has rejected, have rejected, has refused, have refused, rejection, turned down, dismissed, vetoed, declined, "
        "declines, refusing, rejecting, denied permission, withdrew its consent, withdrew consent, withdrew, ruled out, not agree, did not agree, does not agree, do not agree, disagreed, disrupted the agreement",
        Act.REFUSED: "was rejected, were rejected, been rejected, was refused, were refused, been refused, was turned down, were turned down, was denied, were denied",
        Act.GUARANTEES: "guarantee, guarantees, guaranteed, guaranteeing, guarantor, guarantors, has guaranteed, have guaranteed, promised safe passage, promised safety, security guarantees, vouched, vouches, "
        "assured safe passage, security assurances, assurances, safety guarantees, will guarantee, under the guarantee, under guarantees, guarantee of",
    },
    by="by, from, of, on the part of, by the",
    together="with, between, with the, together with",
    unsure="must, should, ought, whether, waiting for, waits for, awaiting, await, awaits, unless, until, hopes, hope, hoped, expects, expected, would need, could, might, may, "
    "asks for, seeking, seeks, sought, needs, need, depends on, depend on, subject to, pending, requires, require, negotiating, wants, want, denied, denies, conditional on, once, demanding, demands, demanded, "
    "called on, calls on, urged, urges, in case, supposed to, without waiting for",
    yet="yet, so far, still",
)  # fmt: skip

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="en",
    name="English",
    common="the of and to in a is that for on was with as by are be from it has have will were at this which said not or an they people",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
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
    who=_WHO,
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
        Example(
            "Residents of Gaza City may go to the south, beyond Wadi Gaza, by Salah al-Din Road.",
            _DAY,
            (Expected("Gaza City", "South of Wadi Gaza", "announced", on=_DAY, via=("Salah al-Din Road",)),),
            country="PS",
        ),
        Example(
            "Wounded people were let out of eastern Aleppo and reached Ramouseh in ambulances.",
            _DAY,
            (Expected("Eastern Aleppo", None, "closed", "completed", modes=("ambulance",), via=("Ramouseh",)),),
            country="SY",
        ),
        Example(
            "The UN called for a humanitarian corridor from El Fasher to Tawila to be opened.", _DAY, (), country="SD"
        ),
        Example("The grain vessel left Odesa through the corridor; more ships will follow.", _DAY, ()),
        Example(
            "The centre put the number of people who left the Rukban camp on 4 April at 760.",
            date(2019, 4, 6),
            (Expected("Rukban camp", None, "closed", "completed", on=date(2019, 4, 4), people=760),),
            country="SY",
        ),
        Example(
            "The Syrian army said 350 people left the Eastern Ghouta. The 350 people came from Hammuriyah.",
            date(2018, 3, 15),
            (Expected("Hammuriyah", None, "closed", "completed", people=350),),
            country="SY",
        ),
        Example(
            "A convoy with humanitarian aid for Mariupol is leaving Zaporizhzhia.",
            _DAY,
            (Expected("Zaporizhzhia", "Mariupol", "open", on=_DAY),),
        ),
    ),
)
