"""Turkish."""

from __future__ import annotations

from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.language import Example, Expected, Language
from corridors.reading.who import Act, Who

_MONTHS = {
    1: "ocak", 2: "şubat", 3: "mart", 4: "nisan", 5: "mayıs", 6: "haziran", 7: "temmuz", 8: "ağustos", 9: "eylül", 10: "ekim",
    11: "kasım", 12: "aralık",
}  # fmt: skip
_WEEKDAYS = {
    0: "pazartesi", 1: "salı", 2: "çarşamba", 3: "perşembe", 4: "cuma", 5: "cumartesi", 6: "pazar",
}  # fmt: skip
_NUMBERS = {
    2: "iki", 3: "üç", 4: "dört", 5: "beş", 6: "altı", 7: "yedi", 8: "sekiz", 9: "dokuz", 10: "on", 20: "yirmi", 30: "otuz",
    40: "kırk", 50: "elli", 60: "altmış", 70: "yetmiş", 80: "seksen", 90: "doksan", 100: "yüz",
}  # fmt: skip

_ORDINALS = {
    2: "ikinci", 3: "üçüncü", 4: "dördüncü", 5: "beşinci", 6: "altıncı", 7: "yedinci", 8: "sekizinci",
}  # fmt: skip

_CUES = {
    Cue.ORDINARY: "kar nedeniyle, seferleri, bilet, trafik",
    Cue.LONG_AGO: "yıl önce, filmde, romanda",
    Cue.DEAD: "yaralandı, öldü",
    Cue.THERE: "oraya",
    Cue.WAITING: "bekliyor, bekliyorlar",
    Cue.HALF: "buçuk",
    Cue.RESUMED: "yeniden başladı, tekrar başladı",
    Cue.TWO_DAYS_AGO: "evvelki gün, önceki gün",
    Cue.IN_TWO_DAYS: "öbür gün, ertesi gün",
    Cue.RETURN: "dönüyor, döndü, dönüş, geri",
    Cue.EARLIER: "daha önce, önceden",
    Cue.OPENING: "açılması, açılmasını, açılmasına",
    Cue.ANOTHER: "bir başka, bir de",
    Cue.THERE_ARE: "sayısı",
    Cue.FROM: "dan, den, tan, ten, ndan, nden, bölgesinden, kentinden, şehrinden, ilinden",
    Cue.TO: "ya, ye, a, e, na, ne, yönüne, kentine, şehrine, bölgesine, istikametine, doğru, kadar",
    Cue.VIA: "üzerinden, aracılığıyla",
    Cue.AT: "da, de, ta, te, nda, nde, kentinde, bölgesinde, yakınlarında",
    Cue.KIND: "kent, kenti, şehir, şehri, kasabası, köyü, ilçesi, liman",
    Cue.CAPITAL: "başkente",
    Cue.REGION: "bölgesi, oblastı, ili, eyaleti, bölgesinden, bölgesine",
    Cue.ADDRESS: "caddesi, sokağı, meydanı, okulu, oteli",
    Cue.GATHER: "toplanma noktası, toplanma noktaları, buluşma noktası",
    Cue.AND: "ve, ile, veya, ya da",
    Cue.SAYS: "açıkladı, duyurdu, bildirdi, söyledi, belirtti, dedi, kaydetti, göre, ifade etti, aktardı",
    Cue.NO_PLACE: "kızılhaç, kızılay",
    Cue.CONTRAST: "ancak, fakat, ama, ise, buna karşın",
    Cue.INCLUDING: "aralarında, dahil",
    Cue.CORRIDOR: "koridor*, insani koridor*, güzergah*, geçiş*, tahliye koridor*",
    Cue.CONVOY: "konvoy*",
    Cue.THEN: "ardından, oradan",
    Cue.TERMINUS: "son durak",
    Cue.PAUSE: "ateşkes*, çatışmasızlık",
    Cue.AID: "yardım*, insani yardım*, gıda, ilaç*",
    Cue.MEDICAL: "yaralı*, hasta*",
    Cue.EXCHANGE: "esir takas*, esir değişim*",
    Cue.PEOPLE: "kişi*, sivil*, insan*, sakin*, kadın*, çocuk*, vatandaş*, mülteci*, aile*, savaşçı*, muhalif*, militan*, göçmen*, hasta*, kalanların, çocuk",
    Cue.NOT_OURS: "tahıl*, konteyner*, blok tren, taşımacılık, gemi*, kruvaziyer*, buğday*, mısır, ihracat*, ithalat*, mal*, yük*, ticar*, ekonomik*, demiryolu*, tren hattı, otoyol*, kaza*, trafik*, kurt*, ayı*, yaban hayat*, organ nakli*, kalp*, böbrek*, karaciğer*, turist*, vize*, iltica*, gümrük*, lojistik*, zengezur*, orta koridor*, kar, otoyol, maç, trafik, gemi, gemiler",
    Cue.COUNTER: "otobüs*, ton, kilometre, km, saat, gün*, araç*, kamyon*, yıl",
    Cue.EVACUATION: "tahliye, tahliyesi, tahliyeler*, çıkış*, çıkarmalarına, kaçan*, kaçtı, ayrılış*, geçişine",
    Cue.MOVED: "tahliye edildi, çıkarıldı, ulaştı, ayrıldı, terk etti, kurtarıldı, geçti, çıktı, vardı, tahliye edilmişti, ulaştırıldı, kaçtı, çıkarılmıştı, geçmişti, yürüdü, ayrılmıştı, nakledildi, getirildi, götürüldü, varmıştı, girdi, çıkabildi, çıkabildiler, ayrılabildi",
    Cue.MOVING: "ayrılıyor, devam ediyor, başladı, yola çıktı, tahliye ediliyor, çıkıyor, başlatıldı, sürüyor, geçiyor, çıkıyorlar, geliyor, sürdürülüyor, yapılabiliyor",
    Cue.WILL_MOVE: "tahliye edilecek, çıkarılacak, gidecek, ayrılacak, ulaştırılacak, geçebilecek, ayrılabilecek, geçebileceğini, çıkabilecek, geçebilir, ayrılabilir, çıkış yapılabilecek, tahliye edileceği, çıkarılacağı, geçebilecekler, gidebilecek",
    Cue.ARRIVED: "ulaştı, vardı, giriş yaptı",
    Cue.WILL: "işleyecek, açılacak, olacak, planlanıyor, bekleniyor, yapılacak",
    Cue.ABLE: "başardı, çıkabildi",
    Cue.PLANNED: "planlandı, planlanıyor, duyurdu, açıkladı, duyuruldu, işleyecek, açılacak, faaliyet gösterecek, ilan etti",
    Cue.AGREED: "anlaştı, anlaşma, uzlaştı, mutabık, onayladı, üzerinde anlaşıldı, anlaşıldı",
    Cue.OPEN: "açık, çalışıyor, işliyor, faaliyette",
    Cue.OPENED: "açıldı, açtı, açıyor, faaliyete geçti",
    Cue.WORKED: "çalıştı, işledi, faaliyet gösterdi, gerçekleşti, yapıldı",
    Cue.HALTED: "durduruldu, askıya alındı, ertelendi, durdu",
    Cue.BLOCKED: "engelledi, engelleniyor, engelliyor, bloke, izin verilmiyor, izin vermedi, izin verilmedi, kapattı",
    Cue.VIOLATED: "bombardıman*, ihlal*, ateş açıldı, ateş açtı, saldırı*",
    Cue.CANCELLED: "iptal*",
    Cue.FAILED: "başarısız*, gerçekleşmedi, yapılamadı, açılmadı, çalışmadı, çıkamadı",
    Cue.REFUSED: "reddetti, reddedildi, anlaşılamadı, kabul etmedi, onaylanmadı, anlaşmaya varılamadı, kararlaştırılmadı, üzerinde anlaşılmadı, anlaşma sağlanamadı",
    Cue.NOT: "değil, yok, olmadan",
    Cue.NONE: "hiç, kimse, kimseyi, hiçbir",
    Cue.IF: "eğer, şartıyla, halinde",
    Cue.DEMAND: "istedi, talep etti, çağrı*, çağrıda, önerdi, çağrısı*, çağırdı, talep*, istiyor, istediler, rica*, öneriyor",
    Cue.DAILY: "her gün, günlük",
    Cue.FURTHER_NOTICE: "ikinci bir duyuruya kadar",
    Cue.BUS: "otobüs*",
    Cue.CAR: "özel araç*, kendi araç*, otomobil*, özel otomobil*",
    Cue.TRAIN: "tren*",
    Cue.FOOT: "yürüyerek, yaya*",
    Cue.BOAT: "tekne*, feribot*",
    Cue.AIRCRAFT: "uçak*, helikopter*",
    Cue.AMBULANCE: "ambulans*",
    Cue.TRUCK: "kamyon*, tır*",
    Cue.ONLY: "sadece, yalnızca",
    Cue.ABOUT: "yaklaşık, birkaç bin, birkaç yüz, fazla, yakın, civarında, en az, aşkın",
    Cue.TOTAL: "toplam, toplamda",
    Cue.THOUSAND: "bin, binden, bine",
    Cue.MILLION: "milyon",
    Cue.LAST_DAYS: "son 2 günde, son iki günde, son günlerde, bugüne kadar",
    Cue.SO_FAR: "bugüne kadar, şimdiye kadar",
    Cue.ALL: "tüm, bütün",
    Cue.TODAY: "bugün",
    Cue.TOMORROW: "yarın",
    Cue.YESTERDAY: "dün",
    Cue.DAY_BEFORE: "önceki gün",
    Cue.UNTIL: "kadar",
    Cue.AT_HOUR: "saat",
    Cue.HOUR: "saatleri, saatinde, saat",
    Cue.MORNING: "sabah",
    Cue.EVENING: "akşam",
    Cue.NOON: "öğlen",
}

_SUFFIXES = {
    **dict.fromkeys(("dan", "den", "tan", "ten", "ndan", "nden"), Cue.FROM),
    **dict.fromkeys(("ya", "ye", "a", "e", "na", "ne"), Cue.TO),
    **dict.fromkeys(("da", "de", "ta", "te", "nda", "nde"), Cue.AT),
    **dict.fromkeys(("ın", "in", "un", "ün", "nın", "nin", "nun", "nün"), Cue.OF),
}
_WHO = Who(
    parties={
        "RU": "rusya, kremlin, rusya federasyonu", "UA": "ukrayna, vereşçuk, irina vereşçuk, zelenski, zelenskiy", "UA:RU": "işgalci, işgalciler, düşman", "UA:UA+RU": "iki taraf, her iki taraf, taraflar, iki ülke",
        "ICRC": "kızılhaç, uluslararası kızılhaç komitesi, kızılhaç komitesi, icrc", "UN": "bm, birleşmiş milletler, ocha, unicef", "OSCE": "agit", "EU": "avrupa birliği", "TR": "türkiye, erdoğan, afad", "IL": "israil, idf", "PS-HAMAS": "hamas", "PS:IL+PS-HAMAS": "iki taraf, her iki taraf, taraflar",
        "EG": "mısır hükümeti, mısır yönetimi", "QA": "katar", "US": "abd, washington", "SD-RSF": "hızlı destek kuvvetleri, hdk, hızlı destek güçleri", "SD": "sudan", "SD:SD": "ordu, hükümet", "SD:SD+SD-RSF": "iki taraf, her iki taraf, taraflar",
        "SY": "suriye, esed, esad", "SY:SY": "ordu, rejim, esed rejimi, hükümet, yönetim", "SY:SY-OPPOSITION": "muhalifler, muhalefet, muhalif gruplar", "SY-SDF": "sdg, suriye demokratik güçleri, ypg", "AZ": "azerbaycan", "AM": "ermenistan",
    },
    adjectives={"RU": "rus, rusya", "UA": "ukrayna", "IL": "israil", "SY": "suriye", "SD": "sudan", "AZ": "azerbaycan", "AM": "ermenistan, ermeni", "TR": "türk, türkiye", "EG": "mısır"},
    sides="tarafı, ordusu, askerleri, güçleri, hükümeti, yetkilileri, savunma bakanlığı, dışişleri bakanlığı, yönetimi, birlikleri, heyeti, makamları, bakanlığı, rejimi, başbakan yardımcısı, silahlı kuvvetleri, işgalcileri, tarafının, ordusunun, hükümetinin, yönetiminin, güçlerinin",
    capitals={"RU": "moskova", "UA": "kiev, kiyiv", "SY": "şam", "IL": "tel aviv", "AZ": "bakü", "AM": "erivan", "TR": "ankara"},
    acts={
        Act.ANNOUNCES: "duyurdu, duyurdular, açıkladı, açıkladılar, ilan etti, ilan ettiler, açtı, açtılar, açacak, açacağını, açacaklarını, açıyor, oluşturdu, kurdu, belirledi, yayımladı, tek taraflı, açtığını, açıldığını duyurdu",
        Act.ANNOUNCED: "duyuruldu, duyurulan, açıklandı, açıklanan, açıldı, açılan, ilan edildi, ilan edilen, oluşturuldu",
        Act.SAYS: "söyledi, bildirdi, belirtti, dedi, kaydetti, ifade etti, aktardı, yazdı, bildirdiler, iddia etti",
        Act.ACCORDING: "göre",
        Act.PROPOSES: "önerdi, önerdiler, öneriyor, önerisi, önerisini, teklif etti, teklif ettiler, teklif ediyor, teklifi, teklifini, önerilen, teklifine, önerisine, açmaya hazır, girişimi",
        Act.AGREES: "kabul etti, kabul ettiler, kabul ediyor, onayladı, onayladılar, onaylıyor, anlaştı, anlaştılar, uzlaştı, uzlaştılar, mutabık kaldı, mutabakata vardı, izin verdi, izin verdiler, onay verdi, onay verdiler, razı oldu, anlaşmaya vardı, anlaşmaya vardılar, rıza gösterdi",
        Act.CONSENT: "onayı, onayıyla, anlaşma, anlaşması, mutabakat, mutabakatı, izni, izniyle, rızası, koordinasyon, koordinasyonu",
        Act.AGREED: "üzerinde anlaşıldı, anlaşıldı, onaylandı, kabul edildi, kararlaştırıldı, koordine edildi, üzerinde anlaşılan, mutabık kalınan, onaylanan",
        Act.CONFIRMS: "doğruladı, doğruladılar, teyit etti, teyit ettiler, teyidi",
        Act.UNCONFIRMED: "doğrulamadı, doğrulamadılar, teyit etmedi, teyit etmediler, yanıt vermedi, yanıt vermediler, cevap vermedi, henüz onaylamadı, henüz onay vermedi, henüz kabul etmedi, henüz yanıt vermedi, sessiz kaldı",
        Act.REFUSES: "reddetti, reddettiler, reddediyor, geri çevirdi, kabul etmedi, kabul etmediler, kabul etmiyor, onaylamadı, onaylamadılar, izin vermedi, izin vermediler, izin vermiyor, onay vermedi, yanaşmadı, reddini, reddi, karşı çıktı",
        Act.REFUSED: "reddedildi, reddedilen, geri çevrildi",
        Act.GUARANTEES: "garanti etti, garanti ettiler, garanti ediyor, garanti verdi, garanti verdiler, garantisi, garantisiyle, garantisinde, garantörü, garantör, garantörlüğünde, güvence verdi, güvencesi, güvencesiyle, garantörlüğü, garantiledi",
    },
    by="tarafından, tarafınca",
    together="ile, arasında, birlikte",
    unsure="eğer, halinde, şartıyla, bekleniyor, bekliyor, bekleniyordu, gerekiyor, gerek, umuyor, umut, istedi, istiyor, talep etti, çağrısında, çağrıda, zorunda, henüz belli değil, yalanladı",
    yet="henüz, hâlâ, şimdilik",
)  # fmt: skip

_DAY = date(2022, 3, 14)

LANGUAGE = Language(
    code="tr",
    name="Turkish",
    letters="ğışİ",
    common="ve bir bu için ile da de olarak daha çok olan gibi kadar sonra göre en var ise ancak dedi kişi",
    cues=_CUES,
    months=_MONTHS,
    weekdays=_WEEKDAYS,
    numbers=_NUMBERS,
    ordinals=_ORDINALS,
    zones={"Europe/Moscow": "moskova saatiyle", "local": "yerel saatle", "UTC": "gmt"},
    shorthand="dr, vb, vs, no",
    suffixes=_SUFFIXES,
    postpositions=True,
    who=_WHO,
    examples=(
        Example(
            "Bugün iki insani koridor açılacak: Mariupol'dan Zaporijya'ya ve Sumi'den Poltava'ya.",
            _DAY,
            (
                Expected("Mariupol", "Zaporizhzhia", "announced", on=_DAY),
                Expected("Sumy", "Poltava", "announced", on=_DAY),
            ),
            totals=(2, None, None),
        ),
        Example(
            "Dün Buca'dan 600 kişi tahliye edildi.",
            _DAY,
            (Expected("Bucha", None, "closed", "completed", on=date(2022, 3, 13), people=600),),
        ),
        Example(
            "Volnovaha'dan tahliye bombardıman nedeniyle durduruldu.",
            _DAY,
            (Expected("Volnovakha", None, "suspended", "violated", on=_DAY),),
        ),
        Example(
            "İrpen'den Kiev'e otobüslerle siviller tahliye edilecek.",
            _DAY,
            (Expected("Irpin", "Kyiv", "announced", on=_DAY, modes=("bus",)),),
        ),
        Example("İlk tahıl gemisi koridordan geçti, başka gemiler de bekleniyor.", _DAY, ()),
    ),
)
