"""Polish."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language, endings, forms
from corridors.reading.who import Act, Who

# Written ending → dictionary ending/cases. Folded: no accents, ł is l.
_ENDINGS = endings("""
a 0/g e/g o/g
u 0/gdl e/d o/dl
y a/g 0/n
i a/g 0/g
ej a/gdl
iej a/gdl ia/gdl
ie a/dl 0/l
e a/a ia/a
ia 0/g n/g s/g
iu 0/dl n/dl
iem 0/i n/i k/i
em 0/i e/i o/i
ow y/g i/g
om y/d
ach y/l i/l
owa ow/g
owie ow/l
owem ow/i
owi ow/d 0/d
cka ck/g
cku ck/dl
dzie d/l da/l
cie t/l ta/l
rze r/l ra/l
le l/l la/l
ce ka/dl
cy ca/g
wi iew/gdl
ca iec/g
cu iec/dl
ego e/g y/g i/g
emu e/d y/d
ym e/il y/il
im e/il i/il
0 y/g i/g a/g
""")

_MONTHS = {
    1: "stycznia", 2: "lutego", 3: "marca", 4: "kwietnia", 5: "maja", 6: "czerwca", 7: "lipca", 8: "sierpnia", 9: "września",
    10: "października", 11: "listopada", 12: "grudnia",
}  # fmt: skip
_WEEKDAYS = {
    0: "poniedziałek, poniedziałku", 1: "wtorek, wtorku", 2: "środę, środa, środy", 3: "czwartek, czwartku", 4: "piątek, piątku",
    5: "sobotę, sobota, soboty", 6: "niedzielę, niedziela, niedzieli",
}  # fmt: skip
_NUMBERS = {
    1: "jeden", 2: "dwa, dwie, dwóch, dwoje", 3: "trzy, trzech, troje", 4: "cztery, czterech", 5: "pięć, pięciu", 6: "sześć, sześciu",
    7: "siedem, siedmiu", 8: "osiem, ośmiu", 9: "dziewięć, dziewięciu", 10: "dziesięć, dziesięciu", 11: "jedenaście", 12: "dwanaście",
    14: "czternaście, czternastu", 15: "piętnaście", 20: "dwadzieścia", 30: "trzydzieści", 40: "czterdzieści", 50: "pięćdziesiąt", 100: "sto",
    13: "trzynaście, trzynastu", 16: "szesnaście, szesnastu", 17: "siedemnaście", 18: "osiemnaście",
    19: "dziewiętnaście", 60: "sześćdziesiąt", 70: "siedemdziesiąt", 80: "osiemdziesiąt", 90: "dziewięćdziesiąt",
    200: "dwieście", 300: "trzysta", 400: "czterysta", 500: "pięćset", 600: "sześćset", 700: "siedemset",
    800: "osiemset", 900: "dziewięćset",
}  # fmt: skip

_ORDINALS = {
    2: "drugi, drugiego", 3: "trzeci, trzeciego", 4: "czwarty, czwartego", 5: "piąty, piątego", 6: "szósty, szóstego", 7: "siódmy, siódmego", 8: "ósmy, ósmego",
    1: "pierwszego", 9: "dziewiątego", 10: "dziesiątego", 11: "jedenastego", 12: "dwunastego", 13: "trzynastego", 14: "czternastego",
    15: "piętnastego", 16: "szesnastego", 17: "siedemnastego", 18: "osiemnastego", 19: "dziewiętnastego", 20: "dwudziestego", 30: "trzydziestego",
}  # fmt: skip

_CUES = {
    Cue.ORDINARY: "zastępcze, bilety, rozkład, remont, co godzinę",
    Cue.LONG_AGO: "lat temu, w filmie, w powieści",
    Cue.WAITING: "czeka, czekają, pozostaje",
    Cue.HALF: "i pół",
    Cue.RESUMED: "wznowiona, wznowiono, wznowiony, została wznowiona",
    Cue.TWO_DAYS_AGO: "przedwczoraj",
    Cue.IN_TWO_DAYS: "pojutrze",
    Cue.RETURN: "wracają, wrócili, powrót",
    Cue.EARLIER: "wcześniej, przedtem, poprzednio",
    Cue.OPENING: "otwarcie, otwarcia, utworzenie",
    Cue.ANOTHER: "jeszcze jeden, kolejny",
    Cue.THERE_ARE: "jest ich, są, będzie ich",
    Cue.FROM: "z, ze, od, opuścili, opuściło, opuścić, spod",
    Cue.TO: "do, ku, w kierunku, w stronę, dokąd, także do, też do, również do",
    Cue.TO_OR_AT: "na, w, we, aż na",
    Cue.VIA: "przez, via",
    Cue.AT: "pod, koło, obok, w pobliżu, w okolicach, wokół, niedaleko",
    Cue.OF: "dla, mieszkańców, mieszkańcy, ludzi, mieszkańcom",
    Cue.BETWEEN: "między, pomiędzy",
    Cue.KIND: "miasta, miasto, mieście, miastem, miast, wsi, wieś, wiosek, wioski, osiedle, osiedla, miejscowości, portu, oblężonego, oblężonej, okupowanego, oblężony, stacji, zakładów, huty",
    Cue.ABOUT_PLACE: "okolic, rejonu, terenu, przedmieść",
    Cue.CAPITAL: "stolicy, stolica, stolicę",
    Cue.REGION: "obwód, obwodu, obwodzie, regionu, regionie, obwodów, województwo",
    Cue.ADDRESS: "ulica, ulicy, ul, plac, placu, szkoła, hotel, kościół, stadion, mer, burmistrz",
    Cue.FACILITY: "pociągu, pociąg do, szpital*, dworzec, dworca, centrum, obóz, szpitali, ośrodków",
    Cue.GATHER: "zbiórka, miejsce zbiórki, miejsca zbiórki, punkt zbiórki, punkty zbiórki",
    Cue.THERE: "tam, tam też",
    Cue.THENCE: "stamtąd",
    Cue.AND: "i, oraz, lub, albo, a także, jak również, poza tym",
    Cue.EXCEPT: "oprócz, z wyjątkiem, poza",
    Cue.SAYS: "poinformował*, zapowiedział*, twierdzi, potwierdził*, podał*, przekazał*, napisał*, według, oświadczył*, powiedział*, poinformowało, zdaniem",
    Cue.NO_PLACE: "czerwony krzyż, czerwonego krzyża, czerwonym krzyżem",
    Cue.CONTRAST: "ale, lecz, jednak, natomiast, zaś, choć, podczas gdy",
    Cue.INCLUDING: "w tym, wśród nich, między innymi",
    Cue.CORRIDOR: "korytarz*, korytarz* humanitarn*, tras*, zielon* korytarz*, drogach ewakuacji",
    Cue.CONVOY: "konwój, konwoju, kolumn*, konwoje",
    Cue.THEN: "potem, następnie, dalej",
    Cue.TERMINUS: "stacja końcowa",
    Cue.PAUSE: "zawieszenie broni, rozejm, przerwanie ognia, wstrzymanie ognia, przerwać ognia, cisza, przerwa w walkach, przerwy w walkach, przerwę w walkach, przerwie w walkach, pauza humanitarna, pauzy humanitarnej, zawieszenia broni, zawieszeniu broni, rozejmu",
    Cue.AID: "pomoc, pomocą, pomocy, żywność, leki, pomoc humanitarna, pomocą humanitarną",
    Cue.MEDICAL: "rannych, chorych, pacjentów",
    Cue.EXCHANGE: "wymiana jeńców, wymiany jeńców",
    Cue.PEOPLE: "osób, osoby, ludzi, ludzie, mieszkańców, mieszkańcy, cywilów, cywile, kobiet, dzieci, uchodźców, obywateli, ewakuowanych",
    Cue.NOT_OURS: "zboż*, statek, statki, statków, masow*, przeszczep*, pszenic*, kukurydz*, eksport*, import*, towar*, kontener*, handlow*, gospodarcz*, kolejow*, autostrad*, wypadek, wypadk*, korek, korki, rysi*, wilk*, żubr*, zwierz*, płaz*, siedlisk*, serce, nerk*, wątrob*, wycieczkow*, turyst*, wiz*, azyl*, przesiedle*, kierowc*, tir*, cło, ekologiczn*, korytarz życia, strażac*, karetk* na sygnale, transportow*, kolej*, port*, ładun*, zastępcze, mecz",
    Cue.COUNTER: "autobusów, autobusy, ton, kilometrów, km, godzin, dni, lat, ciężarówek, pojazdów, razy, samochodów, autobusami",
    Cue.EVACUATION: "ewakuacj*, ewakuować, wyjazd*, wyjechać, wyjść, wywieźć, wydostać, wydostani*, wywiezieni*, wywóz, wyjści*, ucieczk*, wydostanie, ewakuacyj*",
    Cue.MOVED: "wyjechało, wyjechali, wyjechał, wywieziono, ewakuowano, ewakuowali, opuściło, opuścili, wyszło, wyszli, dojechali, dotarli, uratowano, uciekło, przewieziono, przybyli, ewakuowani, ewakuowane, zostali ewakuowani, zostało ewakuowanych, przedostało, przedostali, wyszła, wyjechały, wyruszyło, przejechały, skorzystało, przybyło, zbiegło, uciekli, przewiezieni, opuściła, opuściły, zabrano, zabrały",
    Cue.MOVING: "wyruszyły, wyruszyła, jedzie, jadą, wyjeżdżają, trwa, rozpoczęła się, zaczęła się, opuszczają, w drodze, rozpoczęto, kontynuowana, jeżdżą, kursują, kursuje, wywożą, wyjeżdża, ruszył, ruszyła, ruszyły, ruszyli, wznowiono, trwają, opuszcza, są utrzymane",
    Cue.WILL_MOVE: "będą ewakuowani, pojadą, pojedzie, wyjadą, wyjedzie, wywieźć, zabiorą, zostaną ewakuowani, będą mogli wyjechać, trafi, dowieźć, mogą iść, mogą przejść, mogą wyjść, mogą opuścić, mogą wyjechać, będą mogły, będą mogli, wyruszą, wyruszy, odjedzie, odjadą, dowiozą, przewiozą, będą wywożeni, zostaną wywiezieni, zostaną przewiezieni, będą przewiezieni",
    Cue.ARRIVED: "dotarli, dojechali, przybyli, dotarło, dotarły, przybyło",
    Cue.WILL: "będzie, będą, ma, mają, można, mogą, planuje, planują, ma działać, ma wywieźć, zostanie, zostaną",
    Cue.WAS_TO: "miał, miało, miała, miały, powinien był",
    Cue.ABLE: "udało się, mogli, zdołali, zdołało",
    Cue.PLANNED: "zaplanowano, zaplanowane, planowane, zapowiedziała, zapowiedział, zapowiedziano, ogłoszono, ogłosiła, ma działać, miało działać, planuje się",
    Cue.AGREED: "uzgodniono, uzgodnione, uzgodniły, uzgodniła, porozumienie, zgodziła się, potwierdziła, potwierdzono, uzgodniony, uzgodniona",
    Cue.OPEN: "otwarty, otwarte, działa, działają, czynny, czynne, przejezdn*, otwarta, czynna, funkcjonuje, funkcjonują, funkcjonować",
    Cue.OPENED: "otwarto, otworzono, otworzyła, zaczął działać, uruchomiono, otwiera, otwarciu, otwarty został, utworzono, wyznaczono",
    Cue.WORKED: "zadziałało, zadziałały, zadziałał, działały, działał, działało, odbyła się, odbył się",
    Cue.HALTED: "wstrzymano, wstrzymana, zawieszono, przerwano, przełożono, odłożono, zatrzymano ewakuację, przerwana",
    Cue.BLOCKED: "zablokowano, zablokowany, zablokowana, zablokowali, blokują, blokuje, nie przepuścili, nie przepuszczono, nie wpuścili, zatrzymali, uniemożliwiają, zablokowane, zatrzymano, zatrzymana, zatrzymany, nie wpuszczono, nie przepuszczają, nie przepuściła, nie dopuścili, zamknięty, zamknięta, zamknięte, zamknięto, utknął, utknęła, utknęły, odcięta, uniemożliwiły, uniemożliwił, przeszkodziły, zawrócono, zawrócić, zawróciły, zawrócił, wróciły puste",
    Cue.VIOLATED: "ostrzał, ostrzału, ostrzelano, ostrzelali, ostrzeliwują, strzelały, strzelali, naruszyli, naruszono, naruszenie, ostrzały, złamali, ostrzeliwana, ostrzeliwany, ostrzeliwane, ostrzelana, ostrzelany, bombardowan*, bombardowani*, naruszył*, pod ostrzałem, ataku, ataki, atak, walki",
    Cue.CANCELLED: "odwołano, odwołana, odwołany, anulowano",
    Cue.FAILED: "nie powiodła się, nie udało się, nie zadziałał, nie zadziałały, nie odbyła się, nie mogli, nie będzie, nie otwarto, fiasko, fiaskiem, zakończyły się fiaskiem, nie doszła do skutku, nie doszło do, nikt nie, nie wyjechał, nie wyjechała, nie wyjechały, nie otworzono, nie ruszyły, nie ruszył, niemożliw*",
    Cue.REFUSED: "nie zgodziła się, nie uzgodniono, odmówiła, odmówili, odrzucono, nie potwierdziła, brak zgody, nie zgodzili się, nie zgodził się, nie wyraziła zgody, nie wyrazili zgody, nie uzyskał*, nie zatwierdzono, nie potwierdzono, nie uzgodnione, nie zatwierdzon*, nie został uzgodniony, nie zostały uzgodnione",
    Cue.NOT: "nie, bez, nigdy, ani",
    Cue.NONE: "żaden, żadnego, żadnej, nikt, nikogo",
    Cue.ABSENT: "nie ma",
    Cue.IF: "jeśli, jeżeli, pod warunkiem, o ile",
    Cue.DEMAND: "apeluje, apelując, żąda, domaga się, prosi, poprosiła, proponuje, wzywa, zaapelowa*, apelowa*, apel, wezwa*, wzywaj*, zażąda*, żądaj*, domagaj*, domaga*, prosz*, proponuj*, zaproponowa*, postuluj*, nawołuj*",
    Cue.DAILY: "codziennie, każdego dnia",
    Cue.FURTHER_NOTICE: "do odwołania",
    Cue.BUS: "autobus*, autokar*",
    Cue.CAR: "własnymi autami, własnymi samochodami, prywatnymi samochodami, prywatn* samochod*, własn* aut*, własn* samochod*, samochody prywatne, auta, aut, prywatne auta",
    Cue.TRAIN: "pociąg*",
    Cue.FOOT: "pieszo, piechotą",
    Cue.BOAT: "prom, promem, łodzi*",
    Cue.AIRCRAFT: "samolot*, śmigłow*",
    Cue.AMBULANCE: "karetk*, ambulans*",
    Cue.TRUCK: "ciężarówk*",
    Cue.ONLY: "tylko, wyłącznie, jedynie",
    Cue.ABOUT: "około, kilka tysięcy, kilkaset, kilka setek, kilkadziesiąt, ponad, prawie, blisko, więcej niż, co najmniej, mniej więcej, do",
    Cue.TOTAL: "łącznie, razem, w sumie, ogółem",
    Cue.OUT_OF: "z, ze",
    Cue.THOUSAND: "tysięcy, tysiące, tys, tysiąc, tysiąca",
    Cue.MILLION: "mln, milion*",
    Cue.LAST_DAYS: "w dwa dni, w ciągu dwóch dni, dotąd, od początku, do tej pory",
    Cue.SO_FAR: "dotąd, dotychczas, od początku, do tej pory",
    Cue.ALL: "wszystkie",
    Cue.TODAY: "dziś, dzisiaj",
    Cue.TOMORROW: "jutro",
    Cue.YESTERDAY: "wczoraj, wczorajsz*",
    Cue.DAY_BEFORE: "dzień wcześniej, poprzedniego dnia",
    Cue.UNTIL: "do",
    Cue.SINCE: "od, z",
    Cue.AT_HOUR: "o, od, do, o godz, godz, około, po",
    Cue.HOUR: "godz, godziny, godzinie",
    Cue.MORNING: "rano, rana",
    Cue.AFTERNOON: "po południu",
    Cue.EVENING: "wieczorem, wieczora",
    Cue.NOON: "w południe, południa, południem",
}

_WHO = Who(
    parties={
        "RU": "rosja, rosji, rosję, rosją, federacja rosyjska, kreml, kremla, rosjanie, rosjan, rosjanom, rosjanami, putin", "UA": "ukraina, ukrainy, ukrainie, ukrainę, ukrainą, wereszczuk, iryna wereszczuk, zełenski, zełenskiego, ukraińcy, hajdaj",
        "UA:RU": "okupant, okupanci, okupantów, okupantom, okupantami, najeźdźcy, najeźdźców, wróg, wroga, agresor, agresora", "UA:UA": "wicepremier, administracja obwodowa, mer, rada miejska",
        "UA:UA+RU": "obie strony, obu stron, obiema stronami, strony uzgodniły, żadna ze stron", "ICRC": "mkck, czerwony krzyż, czerwonego krzyża, czerwonym krzyżem, czerwonemu krzyżowi, międzynarodowy komitet czerwonego krzyża, międzynarodowego komitetu czerwonego krzyża, międzynarodowym komitetem czerwonego krzyża",
        "UN": "onz, narody zjednoczone, ocha, unhcr, unicef", "OSCE": "obwe", "EU": "unia europejska", "MSF": "lekarze bez granic", "TR": "turcja, turcji, turcją", "IL": "izrael, izraela, izraelowi, izraelem", "PS-HAMAS": "hamas, hamasu, hamasowi, hamasem", "PS:IL+PS-HAMAS": "obie strony, obu stron, obiema stronami",
        "EG": "egipt, egiptu, egiptem", "QA": "katar, kataru, katarem", "US": "usa, stany zjednoczone, waszyngton", "SD-RSF": "rsf, siły szybkiego wsparcia, sił szybkiego wsparcia", "SD": "sudan, sudanu", "SD:SD": "armia, armii, rząd, rządu", "SD:SD+SD-RSF": "obie strony, obu stron, obiema stronami",
        "SY": "syria, syrii, syrią, asad", "SY:SY": "armia, armii, reżim, reżimu, rząd", "SY:SY-OPPOSITION": "rebelianci, rebeliantów, opozycja, opozycji, rebeliantami", "AZ": "azerbejdżan, azerbejdżanu, azerbejdżanem", "AM": "armenia, armenii, armenią",
    },
    adjectives={"RU": "rosyjsk*, moskiewsk*", "UA": "ukraińsk*, kijowsk*", "IL": "izraelsk*", "SY": "syryjsk*", "SD": "sudańsk*", "AZ": "azerbejdżańsk*, azersk*", "AM": "ormiańsk*, armeńsk*", "TR": "tureck*", "EG": "egipsk*", "UA:RU": "okupacyjn*"},
    sides="stron*, wład*, armi*, wojsk*, sił, siły, siłami, okupan*, dowództw*, ministerstw*, rząd*, resort*, delegacj*, mon, msz, prezydent*, negocjator*, wicepremier, najeźdźc*",
    capitals={"RU": "moskwa, moskwy, moskwie, moskwę, moskwą", "UA": "kijów, kijowa, kijowowi, kijowem", "SY": "damaszek, damaszku, damaszkiem", "IL": "jerozolima, tel awiw", "AZ": "baku", "AM": "erywań", "TR": "ankara"},
    acts={
        Act.ANNOUNCES: forms("ogłosi zapowiedzia otworzy ustanowi utworzy wyznaczy", "ł ła ło li ły") + ", zapowiedzieli, ogłasza, ogłaszają, zapowiada, zapowiadają, otwiera, otwierają, otworzą, opublikował*, jednostronnie, umożliwi",
        Act.ANNOUNCED: "ogłoszon*, zapowiedzian*, otwart*, ustanowion*, utworzon*, ogłoszono, otwarto",
        Act.SAYS: forms("powiedzia poinformowa przekaza oświadczy poda napisa stwierdzi", "ł ła ło ły li") + ", powiedzieli, mówi, mówią, informuje, informują, twierdzi, twierdzą, podaje, pisze",
        Act.ACCORDING: "według, zdaniem, jak poinformował, jak poinformowała, powołując się na, jak podaje",
        Act.PROPOSES: forms("zaproponowa proponowa zaoferowa", "ł ła ło li ły") + ", proponuje, proponują, propozycj*, zaproponowan*, oferuje, inicjatyw*, gotowa otworzyć, gotowi otworzyć, gotowy otworzyć, gotowe otworzyć, oferta",
        Act.AGREES: forms("uzgodni zaakceptowa zatwierdzi", "ł ła ło li ły") + ", zgodził, zgodziła, zgodziło, zgodzili, zgodziły, zgadza się, zgadzają się, wyraził zgodę, wyraziła zgodę, wyraziło zgodę, wyrazili zgodę, wyraziły zgodę, dał zgodę, dała zgodę, dali zgodę, dały zgodę, porozumiał*, przyjął, przyjęła, przyjęli, przyjęły, zezwolił*, pozwolił*, doszły do porozumienia, osiągnęły porozumienie, akceptuje, akceptują",
        Act.CONSENT: "zgoda, zgody, zgodę, zgodą, zgodzie, porozumienie, porozumienia, porozumieniem, porozumieniu, uzgodnienie, uzgodnienia, pozwolenie, zezwolenie, zielone światło",
        Act.AGREED: "uzgodniono, uzgodnion*, zatwierdzon*, zaakceptowan*, skoordynowan*, ustalon*, ustalono",
        Act.CONFIRMS: "potwierdził, potwierdziła, potwierdziło, potwierdzili, potwierdziły, potwierdza, potwierdzają, potwierdzenie, potwierdzenia, potwierdzon*",
        Act.UNCONFIRMED: "nie potwierdził, nie potwierdziła, nie potwierdziło, nie potwierdzili, nie potwierdziły, nie potwierdza, nie potwierdzają, nie odpowiedział*, nie odpowiada, zignorował*, ignoruje, jeszcze nie zgodziła się, jeszcze się nie zgodziła, jeszcze nie wyraziła zgody, jeszcze nie wyrazili zgody, dotąd nie wyraziła zgody, nadal nie wyraziła zgody, milczy",
        Act.REFUSES: "odmówił, odmówiła, odmówiło, odmówili, odmówiły, odmawia, odmawiają, odmowa, odmowy, odmowę, odrzucił, odrzuciła, odrzucili, odrzuciły, odrzuciło, odrzuca, odrzucają, nie zgodził się, nie zgodziła się, nie zgodzili się, nie zgodziły się, nie zgodziło się, się nie zgodził, się nie zgodziła, się nie zgodzili, nie zgadza się, nie zgadzają się, nie wyraził zgody, nie wyraziła zgody, nie wyrazili zgody, nie wyraziły zgody, nie wyraża zgody, nie uzgodnił*, nie przyjął, nie przyjęła, nie zezwolił*, nie pozwolił*, nie zaakceptował*, nie dała zgody, nie dali zgody",
        Act.REFUSED: "odrzucono, odrzucon*",
        Act.GUARANTEES: "gwarantuje, gwarantują, gwarantował, gwarantowała, gwarantowali, zagwarantował, zagwarantowała, zagwarantowali, zagwarantowało, zagwarantuje, gwarancja, gwarancji, gwarancje, gwarancją, gwarancjami, gwarant, gwarantem, gwaranta, gwarantami, gwarantowan*, zagwarantowan*",
    },
    by="przez, ze strony, od, strony",
    together="z, ze, między, pomiędzy, wspólnie z",
    unsure="musi, muszą, powinna, powinni, powinien, powinny, czy, czekamy, czeka, czekają, oczekuje, oczekują, oczekujemy, mają nadzieję, liczą na, jeśli, jeżeli, o ile, pod warunkiem, może, mogą, zależy od, wymaga, potrzeba, potrzebna, żąda, żądają, apeluje, wzywa, prosi, proszą, zaprzecza, zaprzeczył*, dopóki, chce, chcą, stara się",
    yet="jeszcze, dotąd, nadal, na razie, wciąż",
    verb_first=True,
)  # fmt: skip

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="pl",
    name="Polish",
    letters="ąęłńśźż",
    common="i w z na do się nie że to jest po od o przez dla ma oraz za już a ze są było jak także który które",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
    zones={
        "Europe/Moscow": "czasu moskiewskiego",
        "local": "czasu lokalnego, czasu kijowskiego",
        "Europe/Warsaw": "czasu polskiego",
        "UTC": "gmt, utc",
    },
    shorthand="ul, pl, al, godz, tys, mln, m.in, np, dr, r, ok, nr, ww, in",
    endings=_ENDINGS,
    demonyms={"czykow": ("",), "czycy": ("",), "an": ("",), "anie": ("",)},
    who=_WHO,
    examples=(
        Example(
            "Na poniedziałek uzgodniono dwa korytarze: z Mariupola do Zaporoża i z Sum do Połtawy.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Sumy", "Poltava", "announced", on=_DAY),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Wczoraj z Buczy ewakuowano 600 osób.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "Ewakuację z Wołnowachy wstrzymano z powodu ostrzału.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "Mieszkańcy Irpienia pojadą autobusami do Kijowa.",
            _DAY,
            (Expected("Irpin", "Kyiv", "announced", on=_DAY, modes=("bus",)),),
        ),
        Example("Pierwszy statek ze zbożem przeszedł korytarzem, kolejne statki czekają.", _DAY, ()),
        Example(
            "Dwunastego marca z Buczy wyjechało 300 osób.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 12), people=300),),
        ),
        Example(
            "Korytarzy w niedzielę nie będzie, przekazała wicepremier, apelując o drogę z Mariupola.",
            _DAY,
            (),
            totals=(0, None, None),
        ),
    ),
)
