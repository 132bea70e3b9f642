"""Spanish."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language

_MONTHS = {
    1: "enero", 2: "febrero", 3: "marzo", 4: "abril", 5: "mayo", 6: "junio", 7: "julio", 8: "agosto", 9: "septiembre, setiembre",
    10: "octubre", 11: "noviembre", 12: "diciembre",
}  # fmt: skip
_WEEKDAYS = {0: "lunes", 1: "martes", 2: "miércoles", 3: "jueves", 4: "viernes", 5: "sábado", 6: "domingo"}
_NUMBERS = {
    2: "dos", 3: "tres", 4: "cuatro", 5: "cinco", 6: "seis", 7: "siete", 8: "ocho", 9: "nueve", 10: "diez", 11: "once",
    12: "doce, una docena", 13: "trece", 14: "catorce", 15: "quince", 16: "dieciséis", 17: "diecisiete", 18: "dieciocho", 19: "diecinueve",
    20: "veinte, una veintena", 30: "treinta", 40: "cuarenta", 50: "cincuenta", 100: "cien, un centenar",
}  # fmt: skip

_CUES = {
    Cue.FROM: "de, del, desde, fuera de, abandonaron, abandonar, abandonan, dejaron, dejar, procedentes de, salieron de, salir de, dejar el",
    Cue.TO: "a, al, hacia, hasta, rumbo a, con destino a, en dirección a, camino de, rumbo al, ir al",
    Cue.VIA: "por, vía, a través de, pasando por",
    Cue.AT: "en, cerca de, alrededor de, al norte de, al sur de, al este de, al oeste de",
    Cue.OF: "para, habitantes de, residentes de, civiles de, vecinos de, población de",
    Cue.BETWEEN: "entre",
    Cue.KIND: "la, el, los, las, ciudad, ciudades, pueblo, pueblos, aldea, aldeas, localidad, localidades, puerto, sitiada, asediada, ciudad de, ciudades de, capital, planta, acería, campo, barrios, distritos, asediado, sector",
    Cue.ABOUT_PLACE: "zona de, alrededores de, afueras de, cercanías de",
    Cue.REGION: "región, óblast, provincia, gobernación",
    Cue.ADDRESS: "calle, avenida, plaza, escuela, hotel, iglesia, estadio, alcalde",
    Cue.FACILITY: "hospital, estación, centro",
    Cue.GATHER: "punto de encuentro, puntos de encuentro, concentración",
    Cue.THERE: "allí",
    Cue.THENCE: "de allí, desde allí",
    Cue.AND: "y, e, o, u, así como, y de",
    Cue.EXCEPT: "excepto, salvo",
    Cue.NO_PLACE: "cruz roja, media luna roja",
    Cue.CONTRAST: "pero, mientras que, sin embargo, aunque, en cambio",
    Cue.INCLUDING: "incluidos, entre ellos, de ellos, de ellas",
    Cue.CORRIDOR: "corredor, corredores, corredor humanitario, corredores humanitarios, ruta, rutas, pasillo, pasillos, corredor de evacuación, paso, vía",
    Cue.PAUSE: "alto el fuego, tregua, cese del fuego, pausa humanitaria, cese de hostilidades",
    Cue.AID: "ayuda, ayuda humanitaria, víveres, alimentos, medicinas, medicamentos, suministros",
    Cue.MEDICAL: "heridos, enfermos, pacientes",
    Cue.EXCHANGE: "intercambio de prisioneros, canje de prisioneros",
    Cue.PEOPLE: "personas, habitantes, civiles, residentes, ciudadanos, niños, mujeres, evacuados, refugiados, familias, desplazados, gazatíes",
    Cue.NOT_OURS: "granos, cereales, buque, buques, barco mercante, crucero, elefantes, fauna, órganos, vuelo de reasentamiento",
    Cue.COUNTER: "autobuses, toneladas, kilómetros, km, camiones, vehículos, horas, días, años, meses, coches, veces",
    Cue.EVACUATION: "evacuación, evacuaciones, evacuar, salir, salida, huir, trasladarse, irse",
    Cue.MOVED: "evacuaron, evacuados, evacuadas, fueron evacuados, fueron evacuadas, salieron, han salido, lograron salir, lograron, abandonaron, dejaron, huyeron, llegaron, partieron, trasladadas, trasladados, han sido evacuados, habían entrado, usaron, se han servido",
    Cue.MOVING: "están saliendo, sale, salen, en marcha, en curso, ha comenzado, comenzó, continúa, se dirigen, abandonan, parten, se van, avanza, siguen saliendo",
    Cue.WILL_MOVE: "serán evacuados, saldrán, podrán salir, irán, partirán, serán trasladados, podrá huir, puedan trasladarse, evacuarán",
    Cue.ARRIVED: "llegaron, han llegado, entraron, llegan",
    Cue.WILL: "será, serán, va a, van a, puede, pueden, podrán, podrá, planea, prevé, probará, se espera, abrirá, abrirán, intentará",
    Cue.WAS_TO: "debía, debían, iba a, iban a",
    Cue.ABLE: "lograron, pudieron, consiguieron",
    Cue.PLANNED: "previsto, previstos, prevista, anunciado, anunciados, anunció, anuncia, planeado, programado, probará, habilitados",
    Cue.AGREED: "acordado, acordados, acordaron, acuerdo, acordada, confirmado, pactado, pactados, pactada",
    Cue.OPEN: "abierto, abiertos, funciona, funcionan, operativo, en funcionamiento, en vigor, vigente",
    Cue.OPENED: "abrió, abrieron, ha abierto, fue abierto, abre, abren",
    Cue.WORKED: "funcionaron, funcionó, han funcionado, operaron",
    Cue.HALTED: "suspendido, suspendida, suspendidos, suspendió, aplazada, aplazado, interrumpida, detenida, paralizada, pospuesta, suspenden",
    Cue.BLOCKED: "bloqueado, bloqueados, bloqueada, bloquean, bloqueó, impiden, impidieron, impedido, no dejaron, retenidos",
    Cue.VIOLATED: "bombardeos, bombardeo, violación, violó, violado, ataques, disparos, bombardeado, incumplimiento",
    Cue.CANCELLED: "cancelado, cancelada, cancelaron",
    Cue.FAILED: "fracasó, fracasado, fracasaron, no pudieron salir, no se pudo, no funcionó, no funcionaron, no abrió, no se abrió, no hubo, ningún corredor, nadie",
    Cue.REFUSED: "rechazó, rechazado, no acordado, sin acuerdo, se negó, no aceptó",
    Cue.NOT: "no, sin, nunca, ni",
    Cue.NONE: "ninguno, ninguna, ningún, nadie",
    Cue.ABSENT: "no hay, no existe",
    Cue.IF: "si, siempre que",
    Cue.DEMAND: "pide, pidió, exige, exigió, reclama, llama a, instó, propone, propuso, solicita",
    Cue.DAILY: "cada día, diariamente, todos los días, a diario",
    Cue.FURTHER_NOTICE: "hasta nuevo aviso",
    Cue.BUS: "autobús, autobuses, autocar, autocares, bus, buses",
    Cue.CAR: "coche, coches, vehículos privados, coches privados, vehículos particulares, vehículo propio, propio coche, automóviles",
    Cue.TRAIN: "tren, trenes",
    Cue.FOOT: "a pie, caminando, andando",
    Cue.BOAT: "barco, barcos, por mar",
    Cue.AIRCRAFT: "avión, aviones, helicóptero, helicópteros",
    Cue.AMBULANCE: "ambulancia, ambulancias",
    Cue.TRUCK: "camión, camiones",
    Cue.ONLY: "solo, sólo, únicamente",
    Cue.ABOUT: "unas, unos, cerca de, alrededor de, más de, casi, aproximadamente, al menos, hasta",
    Cue.TOTAL: "en total, un total de",
    Cue.OUT_OF: "de, de los",
    Cue.THOUSAND: "mil, miles",
    Cue.MILLION: "millón, millones",
    Cue.LAST_DAYS: "en dos días, en los últimos días, desde el inicio, hasta ahora",
    Cue.TODAY: "hoy",
    Cue.TOMORROW: "mañana",
    Cue.YESTERDAY: "ayer",
    Cue.DAY_BEFORE: "la víspera",
    Cue.UNTIL: "hasta, a",
    Cue.SINCE: "desde, a partir de, de",
    Cue.AT_HOUR: "a, de, desde, hasta, a las, entre, las",
    Cue.HOUR: "horas, h, hrs",
    Cue.MORNING: "de la mañana, am",
    Cue.AFTERNOON: "de la tarde, pm",
    Cue.EVENING: "de la noche",
    Cue.NOON: "mediodía",
}

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="es",
    name="Spanish",
    letters="ñ¿¡",
    common="el la los las de del y en que un una por con para se es al lo su no más ha han fue como según este desde unas unos",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    zones={"Europe/Moscow": "hora de moscú", "local": "hora local, horas locales", "UTC": "gmt, utc"},
    shorthand="sr, sra, dr, av, núm, aprox, ee, uu",
    examples=(
        Example(
            "Ucrania abrirá hoy dos corredores humanitarios: de Mariúpol a Zaporiyia y de Sumy a Poltava, de 09:00 a 21:00.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY, start="09:00"),
                Expected("Sumy", "Poltava", "announced", on=_DAY, start="09:00"),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Ayer 600 personas fueron evacuadas de Bucha.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "La evacuación de Volnovaja ha sido suspendida por los bombardeos.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Los civiles saldrán en autobuses desde Irpín hacia Kyiv.",
            _DAY,
            (Expected("Irpin", "Kyiv", "announced", on=_DAY, modes=("bus",)),),
        ),
        Example("El primer buque con cereales usó el corredor; otros buques lo seguirán.", _DAY, ()),
    ),
)
