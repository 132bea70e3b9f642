"""Romanian."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language

_MONTHS = {
    1: "ianuarie", 2: "februarie", 3: "martie", 4: "aprilie", 5: "mai", 6: "iunie", 7: "iulie", 8: "august", 9: "septembrie",
    10: "octombrie", 11: "noiembrie", 12: "decembrie",
}  # fmt: skip
_WEEKDAYS = {
    0: "luni", 1: "marți, marţi", 2: "miercuri", 3: "joi", 4: "vineri", 5: "sâmbătă", 6: "duminică",
}  # fmt: skip
_NUMBERS = {
    2: "două, doi", 3: "trei", 4: "patru", 5: "cinci", 6: "șase", 7: "șapte", 8: "opt", 9: "nouă", 10: "zece", 11: "unsprezece",
    12: "doisprezece, douăsprezece", 14: "paisprezece", 15: "cincisprezece", 20: "douăzeci", 30: "treizeci", 40: "patruzeci", 50: "cincizeci", 100: "o sută",
    13: "treisprezece", 16: "șaisprezece", 17: "șaptesprezece", 18: "optsprezece", 19: "nouăsprezece",
    60: "șaizeci", 70: "șaptezeci", 80: "optzeci", 90: "nouăzeci",
}  # fmt: skip

_ORDINALS = {
    2: "al doilea", 3: "al treilea", 4: "al patrulea", 5: "al cincilea", 6: "al șaselea",
}  # fmt: skip

_CUES = {
    Cue.RETURN: "se întorc, întoarcere",
    Cue.EARLIER: "anterior, mai devreme, înainte",
    Cue.OPENING: "deschiderea, redeschiderea",
    Cue.ANOTHER: "încă un, alt",
    Cue.THERE_ARE: "sunt, vor fi",
    Cue.FROM: "din, de la, dinspre, au părăsit, părăsesc, părăsi, părăsit",
    Cue.TO: "la, spre, către, până la, în direcția, înspre, spre orașul",
    Cue.VIA: "prin, via, peste, trecând prin",
    Cue.AT: "în, lângă, în apropiere de, în jurul, aproape de",
    Cue.OF: "pentru, locuitorii din, locuitori din, civilii din, civili din",
    Cue.BETWEEN: "între",
    Cue.KIND: "orașul, oraşul, orașe, orașele, oraşele, satul, sat, satele, sate, localitatea, localitățile, portul, asediat, oțelăria, oţelăria, combinatul, capitala, tabăra",
    Cue.ABOUT_PLACE: "zona, împrejurimile, regiunea din jurul",
    Cue.CAPITAL: "capitala, capitală",
    Cue.REGION: "regiunea, regiune, oblast, provincia",
    Cue.ADDRESS: "strada, bulevardul, piața, școala, hotelul, biserica, primarul",
    Cue.FACILITY: "spital, spitalul, gara, centrul",
    Cue.GATHER: "punct de adunare, puncte de adunare, locul de întâlnire",
    Cue.THENCE: "de acolo",
    Cue.AND: "și, şi, sau, precum și, precum şi",
    Cue.EXCEPT: "cu excepția",
    Cue.SAYS: "a declarat, a anunțat, a anunţat, potrivit, conform",
    Cue.NO_PLACE: "crucea roșie, crucea roşie, crucii roșii",
    Cue.CONTRAST: "dar, însă, iar, în timp ce",
    Cue.INCLUDING: "inclusiv, printre care, dintre care",
    Cue.CORRIDOR: "coridor, coridoare, coridorul, coridoarele, coridor umanitar, coridoare umanitare, rută, rute, ruta",
    Cue.CONVOY: "convoi, convoiul, coloana, coloană",
    Cue.THEN: "apoi, ulterior",
    Cue.TERMINUS: "destinația finală",
    Cue.PAUSE: "încetarea focului, armistițiu, armistiţiu, pauză umanitară",
    Cue.AID: "ajutoare, ajutor umanitar, alimente, medicamente",
    Cue.MEDICAL: "răniți, răniţi, bolnavi, pacienți",
    Cue.EXCHANGE: "schimb de prizonieri",
    Cue.PEOPLE: "oameni, persoane, civili, locuitori, femei, copii, cetățeni, cetăţeni, refugiați, refugiaţi, evacuați, civilii, locuitorii, răniți, familii, luptători, palestinieni, sirieni, armeni, strămutați",
    Cue.NOT_OURS: "cereale, cerealelor, navă, nave, vas, exportului, export, comercială, grâu, porumb, exporturi, exportatori, mărfuri, marfă, containere, comercial, economic, feroviar, autostradă, accident, accidente, urși, lupi, faună, specii, transplant, organe, inimă, rinichi, ficat, croazieră, turiști, vize, azil, relocare, camionagii, vamă, ecologic",
    Cue.COUNTER: "autobuze, autocare, tone, kilometri, km, camioane, vehicule, ore, zile, ani, mașini",
    Cue.EVACUATION: "evacuare, evacuarea, evacua, evacuări, evacuării, pleca, ieși, ieşi, scoate, ieșire, ieșirea, fugă, fugit, plecarea",
    Cue.MOVED: "evacuați, evacuaţi, evacuate, au fost evacuați, au fost evacuaţi, au fost evacuate, au plecat, au ieșit, au părăsit, scoși, scoşi, transportați, au ajuns, salvați, au fugit, sunt deja în, au fost scoși, au fost transportați, au trecut, au intrat",
    Cue.MOVING: "pleacă, a început, au început, este în curs, în curs, se îndreaptă, continuă, sunt în drum",
    Cue.WILL_MOVE: "vor fi evacuați, vor fi evacuaţi, vor duce, vor pleca, va pleca, vor putea pleca, vor merge, vor fi evacuate, pot pleca, pot ieși, vor ieși, vor fi transportați",
    Cue.ARRIVED: "au ajuns, au sosit, sunt deja în, ajuns, au intrat",
    Cue.WILL: "va, vor, urmează, poate, pot, ar putea, intenționează, planificat",
    Cue.WAS_TO: "trebuia, trebuiau",
    Cue.ABLE: "au reușit, a reușit, au putut",
    Cue.PLANNED: "planificat, planificate, anunțat, anunţat, anunțate, anunţate, prevăzut, prevăzute, vor duce",
    Cue.AGREED: "convenit, convenite, acord, agreat, agreate, confirmat, s-au înțeles",
    Cue.OPEN: "deschis, deschise, funcționează, funcţionează, în vigoare",
    Cue.OPENED: "a deschis, au deschis, a fost deschis, au fost deschise, se deschide, deschide, redeschis",
    Cue.WORKED: "au funcționat, a funcționat, au funcţionat",
    Cue.HALTED: "suspendat, suspendată, suspendate, oprită, oprit, amânată, amânat, întrerupt, întreruptă",
    Cue.BLOCKED: "blocat, blocate, blocați, blochează, nu au lăsat, împiedică, împiedicat, blocată, blocat de, închis, închisă, închise, opriți, oprit, întors din drum",
    Cue.VIOLATED: "bombardamente, bombardamentelor, bombardament, încălcat, încălcare, atacuri, tras asupra",
    Cue.CANCELLED: "anulat, anulată, anulate",
    Cue.FAILED: "eșuat, eşuat, nu a funcționat, nu au funcționat, nu au putut, nu s-a deschis, niciun coridor",
    Cue.REFUSED: "refuzat, respins, fără acord, nu a acceptat",
    Cue.NOT: "nu, fără, nici",
    Cue.NONE: "niciun, nicio, nimeni",
    Cue.ABSENT: "nu există",
    Cue.IF: "dacă, cu condiția",
    Cue.DEMAND: "cere, a cerut, solicită, a solicitat, propune, a propus, au cerut, cer, îndeamnă, apel, face apel",
    Cue.DAILY: "zilnic, în fiecare zi",
    Cue.FURTHER_NOTICE: "până la noi ordine",
    Cue.BUS: "autobuz, autobuze, autobuzul, autocar, autocare, autobuzele",
    Cue.CAR: "mașini, maşini, mașini personale, autoturisme, mașina personală, vehicule personale, mașini proprii",
    Cue.TRAIN: "tren, trenuri, trenul",
    Cue.FOOT: "pe jos",
    Cue.BOAT: "barcă, bărci, feribot",
    Cue.AIRCRAFT: "avion, avioane, elicopter",
    Cue.AMBULANCE: "ambulanță, ambulanțe, ambulanţe",
    Cue.TRUCK: "camion, camioane",
    Cue.ONLY: "doar, numai",
    Cue.ABOUT: "circa, aproximativ, peste, aproape, cel puțin, mai mult de, în jur de",
    Cue.TOTAL: "în total",
    Cue.OUT_OF: "din, din cele",
    Cue.THOUSAND: "mii, mie",
    Cue.MILLION: "milion, milioane",
    Cue.LAST_DAYS: "în două zile, în ultimele zile, de la începutul, până acum",
    Cue.SO_FAR: "până acum, de la începutul",
    Cue.ALL: "toate, toate cele",
    Cue.TODAY: "astăzi, azi",
    Cue.TOMORROW: "mâine",
    Cue.YESTERDAY: "ieri",
    Cue.DAY_BEFORE: "cu o zi înainte",
    Cue.UNTIL: "până la, și, la, până",
    Cue.SINCE: "de la, din, începând cu",
    Cue.AT_HOUR: "la, ora, de la, orele, între",
    Cue.HOUR: "ore, ora, orele, orei",
    Cue.MORNING: "dimineața, dimineaţa",
    Cue.AFTERNOON: "după-amiaza",
    Cue.EVENING: "seara",
    Cue.NOON: "prânz, amiază",
}

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="ro",
    name="Romanian",
    letters="ăâșțşţ",
    common="și şi în de la cu din pe un o că nu este au fost sunt pentru care prin după mai sau a ce se va vor",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
    zones={"Europe/Moscow": "ora moscovei", "local": "ora locală, ora kievului", "UTC": "gmt, utc"},
    shorthand="dl, dna, dr, str, nr",
    examples=(
        Example(
            "Astăzi vor funcționa două coridoare: din Mariupol la Zaporojie și din Sumî la Poltava.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Sumy", "Poltava", "announced", on=_DAY),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Ieri 600 de oameni au fost evacuați din Bucha.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "Evacuarea din Volnovaha a fost suspendată din cauza bombardamentelor.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Civilii vor pleca cu autobuze din Irpin spre Kiev.",
            _DAY,
            (Expected("Irpin", "Kyiv", "announced", on=_DAY, modes=("bus",)),),
        ),
        Example("O navă comercială cu cereale a folosit coridorul, alte nave o vor urma.", _DAY, ()),
    ),
)
