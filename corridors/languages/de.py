"""German."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language

_MONTHS = {
    1: "januar, jänner", 2: "februar", 3: "märz", 4: "april", 5: "mai", 6: "juni", 7: "juli", 8: "august", 9: "september",
    10: "oktober", 11: "november", 12: "dezember",
}  # fmt: skip
_WEEKDAYS = {
    0: "montag, montagmorgen, montagabend", 1: "dienstag, dienstagmorgen, dienstagabend", 2: "mittwoch, mittwochmorgen, mittwochabend",
    3: "donnerstag, donnerstagmorgen", 4: "freitag, freitagmorgen, freitagabend", 5: "samstag, samstagmorgen, sonnabend, samstagabend",
    6: "sonntag, sonntagmorgen, sonntagabend",
}  # fmt: skip
_NUMBERS = {
    2: "zwei", 3: "drei", 4: "vier", 5: "fünf", 6: "sechs", 7: "sieben", 8: "acht", 9: "neun", 10: "zehn", 11: "elf",
    12: "zwölf", 13: "dreizehn", 14: "vierzehn", 15: "fünfzehn", 16: "sechzehn", 17: "siebzehn", 18: "achtzehn", 19: "neunzehn",
    20: "zwanzig", 30: "dreißig", 40: "vierzig", 50: "fünfzig", 100: "hundert, einhundert",
    60: "sechzig", 70: "siebzig", 80: "achtzig", 90: "neunzig", 200: "zweihundert", 300: "dreihundert",
    400: "vierhundert", 500: "fünfhundert", 600: "sechshundert", 700: "siebenhundert", 800: "achthundert",
    900: "neunhundert",
}  # fmt: skip

_ORDINALS = {
    2: "zweiter, zweiten, zweite", 3: "dritter, dritten, dritte", 4: "vierter, vierten, vierte", 5: "fünfter, fünften, fünfte", 6: "sechster, sechsten", 7: "siebter, siebten", 8: "achter, achten",
}  # fmt: skip

_CUES = {
    Cue.ANOTHER: "ein weiterer, einen weiteren, ein zusätzlicher",
    Cue.THERE_ARE: "es gibt, es sind, es gebe",
    Cue.FROM: "aus, von, ab, verließen, verlassen, verlässt, verliess, verliessen, raus aus, aus der, aus dem, aus den, verlassen hatten, verließ",
    Cue.TO: "nach, bis, bis nach, richtung, in richtung, auf dem weg nach, gen, erreichten, erreicht, auf den weg nach, in die provinz, in den, zu den, aufgebrochen nach, in die",
    Cue.VIA: "über, via, durch, entlang",
    Cue.AT: "in, im, bei, nahe, nördlich von, südlich von, östlich von, westlich von, nordwestlich von, rund um, um, vor, unter, grenze zwischen, abkommen zwischen, kämpfe zwischen, krieg zwischen, verhandlungen zwischen, gespräche zwischen, konflikt zwischen",
    Cue.OF: "für, für die, bewohner von, einwohner von, menschen aus, etwa für, einwohner der, bewohner der, aus dem osten, menschen in",
    Cue.BETWEEN: "zwischen",
    Cue.ARTICLE: "der, die, das, dem, den",
    Cue.KIND: "stadt, städte, städten, dorf, dörfer, dörfern, ort, orte, gemeinde, hafenstadt, umkämpften, umkämpfte, belagerten, belagerte, eingekesselte, eingekesselten, "
    "kleinstädte, kleinstadt, hauptstadt, werk, stahlwerk, lager, östlichen, stadt wie",
    Cue.ABOUT_PLACE: "region um, gebiet um, umgebung von, vororten, raum, vierteln",
    Cue.CAPITAL: "die hauptstadt, der hauptstadt",
    Cue.REGION: "region, gebiet, oblast, provinz",
    Cue.ADDRESS: "straße, strasse, platz, allee, schule, hotel, kirche, stadion, bürgermeister",
    Cue.FACILITY: "krankenhaus, bahnhof, zentrum, lager",
    Cue.GATHER: "sammelpunkt, sammelpunkte, treffpunkt, treffpunkte",
    Cue.THERE: "dorthin",
    Cue.THENCE: "von dort",
    Cue.AND: "und, oder, sowie, sowie aus, sowie von",
    Cue.EXCEPT: "außer, ausgenommen, bis auf",
    Cue.SAYS: "teilte mit, erklärte, meldet, bestätigte, fordert, sagte, sagt, laut, berichtet, berichtete, gab bekannt, gaben an, zufolge",
    Cue.NO_PLACE: "rotes kreuz, roten kreuz, rote kreuz, roten kreuzes",
    Cue.CONTRAST: "aber, jedoch, doch, während, hingegen, allerdings",
    Cue.INCLUDING: "darunter, davon",
    Cue.CORRIDOR: "korridor*, fluchtkorridor*, fluchtroute*, fluchtweg*, evakuierungskorridor*, humanitäre* korridor*, route, routen, evakuierungsroute*, durchgänge, übergang",
    Cue.CONVOY: "konvoi*, kolonne*",
    Cue.THEN: "dann, danach, anschließend",
    Cue.TERMINUS: "endstation",
    Cue.PAUSE: "feuerpause*, waffenruhe*, waffenstillstand*, feuerpausen, schweigen die waffen, kampfpause*",
    Cue.AID: "hilfsgüter*, hilfslieferung*, hilfe, lebensmittel, medikamente, hilfskonvoi*",
    Cue.MEDICAL: "verwundete*, verletzte*, kranke*, patienten",
    Cue.EXCHANGE: "gefangenenaustausch",
    Cue.PEOPLE: "menschen, personen, zivilisten, bewohner, einwohner, frauen, kinder, bürger, flüchtlinge, evakuierte, leute, armenier, kämpfer, rebellen, angehörige, angehörigen, verwundete, gefangene, aufständische, extremisten, islamisten, christen, palästinenser, bewaffnete, flüchtenden, geflüchtete, sudanesen",
    Cue.NOT_OURS: "getreide*, schiff, schiffe, frachter, handelsschiff*, kreuzfahrt*, organ, weizen, mais, exporte, exporteur*, güter, güterverkehr, fracht, container*, handel*, wirtschaft*, bahnstrecke, autobahn, autofahrer*, unfall*, stau, rettungsgasse, feuerwehr*, luchs*, wildtier*, wildkatze*, arten*, amphibien, transplantation*, spenderherz, niere, leber, kreuzfahrtschiff, touristen, visum, visa, asyl, umsiedlung*, aufnahmeprogramm*, sant'egidio, rohstoffe, kupfer, erze, zoll",
    Cue.COUNTER: "busse, bussen, tonnen, kilometer, km, stunden, tage, jahre, fahrzeuge, lastwagen, prozent, autos, versuch, jahren",
    Cue.EVACUATION: "evakuierung*, evakuieren, verlassen, herauskommen, herausholen, flucht, abziehen, heraus, rauszukommen, geflohen, flohen, fliehen, geflüchtet, Flucht",
    Cue.MOVED: "evakuiert, gerettet, herausgebracht, herausgekommen, verließen, verliessen, haben verlassen, gebracht, geholt, geflohen, in sicherheit gebracht, entkommen, geflüchtet, ausgereist, angekommen, brachten, abgezogen, ausgeflogen, evakuierten, konnten verlassen, geflogen worden, wurden geflogen",
    Cue.MOVING: "unterwegs, läuft, laufen, läuft weiter, begonnen, hat begonnen, haben begonnen, fahren, losgefahren, sind aufgebrochen, verlassen gerade, weiter, begleiteten, kommen an, rollten, rollen, rollen an, abziehen, ziehen ab, setzen sich in bewegung, brachen auf",
    Cue.WILL_MOVE: "sollen evakuiert werden, soll es gehen, werden evakuiert, werden gebracht, können verlassen, dürfen, fahren ab, gehen, nehmen mit",
    Cue.ARRIVED: "erreichten, erreicht, angekommen, eingetroffen",
    Cue.WILL: "wird, werden, soll, sollen, will, wollen, kann, können, darf, dürfen, plant, planen, möchte, könnten",
    Cue.WAS_TO: "sollte, sollten, hätte, hätten, war geplant",
    Cue.ABLE: "konnten, konnte, gelang es, gelungen",
    Cue.PLANNED: "geplant, plant, angekündigt, kündigte an, vorgesehen, soll, sollen, festgelegt, gibt es",
    Cue.AGREED: "vereinbart, geeinigt, einigten, verständigt, zugestimmt, bestätigt, vereinbarung, einigung",
    Cue.OPEN: "offen, geöffnet, funktioniert, funktionieren, in betrieb, in kraft",
    Cue.OPENED: "eröffnet, öffnete, öffneten, wurde geöffnet, öffnet, öffnen, eingerichtet",
    Cue.WORKED: "funktionierten, funktioniert haben, hat funktioniert, haben funktioniert",
    Cue.HALTED: "gestoppt, unterbrochen, ausgesetzt, verschoben, abgebrochen, eingestellt, pausiert",
    Cue.BLOCKED: "blockiert, blockieren, blockierte, aufgehalten, nicht durchgelassen, verhindert, gesperrt, festgehalten, nicht durch",
    Cue.VIOLATED: "beschuss, beschossen, angriffe, verletzt die, bruch, gebrochen, nicht eingehalten, unter feuer, feuern",
    Cue.CANCELLED: "abgesagt, gestrichen",
    Cue.FAILED: "gescheitert, scheiterte, scheitern, fehlgeschlagen, nicht zustande, kam nicht zustande, kein korridor, keine korridore, konnten nicht, konnte nicht, nicht möglich, niemand",
    Cue.REFUSED: "abgelehnt, nicht zugestimmt, nicht vereinbart, keine einigung, lehnte ab, verweigert",
    Cue.NOT: "nicht, ohne, nie, kein, keine, keinen",
    Cue.NONE: "keine, kein, keinen, niemand, keiner",
    Cue.IF: "wenn, falls, sofern",
    Cue.DEMAND: "fordert, forderte, verlangt, verlangte, ruft auf, bittet, appelliert, schlägt vor, gefordert, forderten, fordern, forderung, appell, appellierte, appellieren, rief auf, riefen auf, rief dazu auf, aufgerufen, aufruf, dringt auf, drängt auf, drängte, pocht auf, bat, baten, mahnt, mahnte, verlangen, verlangten, ersuchte, spricht sich für",
    Cue.DAILY: "täglich, jeden tag",
    Cue.FURTHER_NOTICE: "bis auf weiteres",
    Cue.BUS: "bus, busse, bussen, buskonvoi*",
    Cue.CAR: "privatauto*, auto, autos, privatwagen, pkw, eigene fahrzeuge, eigenen fahrzeugen, privatfahrzeug*, eigenen autos, privaten fahrzeugen",
    Cue.TRAIN: "zug, züge, zügen, evakuierungszug*, sonderzug*",
    Cue.FOOT: "zu fuß, zu fuss, fußgänger",
    Cue.BOAT: "boot, boote, fähre",
    Cue.AIRCRAFT: "flugzeug*, hubschrauber*",
    Cue.AMBULANCE: "krankenwagen, rettungswagen, ambulanz*",
    Cue.TRUCK: "lastwagen, lkw",
    Cue.ONLY: "nur, ausschließlich",
    Cue.ABOUT: "etwa, rund, ungefähr, mehr als, über, fast, circa, ca, mindestens, knapp, bis zu",
    Cue.TOTAL: "insgesamt, in summe",
    Cue.OUT_OF: "von, der",
    Cue.THOUSAND: "tausend",
    Cue.MILLION: "million, millionen, mio",
    Cue.LAST_DAYS: "in zwei tagen, seit beginn, bisher, in den letzten tagen",
    Cue.SO_FAR: "bisher, bislang, seit beginn",
    Cue.ALL: "alle",
    Cue.TODAY: "heute",
    Cue.TOMORROW: "morgen",
    Cue.YESTERDAY: "gestern",
    Cue.DAY_BEFORE: "am vortag",
    Cue.UNTIL: "bis",
    Cue.SINCE: "ab, seit, von, vom",
    Cue.AT_HOUR: "um, ab, bis, von, gegen, zwischen, vom",
    Cue.HOUR: "uhr",
    Cue.MORNING: "morgens, vormittags",
    Cue.AFTERNOON: "nachmittags",
    Cue.EVENING: "abends",
    Cue.NOON: "mittag",
}

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="de",
    name="German",
    letters="äöüß",
    common="der die das und in den von zu mit ist im für auf des dem nicht ein eine sich aus nach bei auch es an werden wird sind wurden hat laut",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
    zones={"Europe/Moscow": "moskauer zeit", "local": "ortszeit", "Europe/Berlin": "mez", "UTC": "gmt, utc"},
    shorthand="z, b, d, h, u, a, ca, dr, st, bzw, usw, mio, nr, str, jan, feb, apr, aug, sept, okt, nov, dez",
    verb_last=True,
    examples=(
        Example(
            "Für Montag sind zwei Fluchtkorridore vereinbart: aus Mariupol nach Saporischschja und aus Sumy nach Poltawa.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Sumy", "Poltava", "announced", on=_DAY),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Gestern wurden aus Butscha 600 Menschen evakuiert.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "Die Evakuierung aus Wolnowacha wurde wegen Beschuss gestoppt.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Aus Irpin fahren Busse nach Kiew, die Feuerpause gilt bis 20 Uhr.",
            _DAY,
            (Expected("Irpin", "Kyiv", "open", on=_DAY, modes=("bus",)),),
        ),
        Example("Das erste Schiff mit Getreide hat den Korridor genommen, weitere Schiffe folgen.", _DAY, ()),
    ),
)
