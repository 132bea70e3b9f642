"""Who announced, agreed, refused and guaranteed: what the text states, in every language, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corridors.model import Document, Reading
from corridors.places import Gazetteer
from corridors.reading import read
from corridors.registry import load

LANGUAGES = load("corridors.languages", "LANGUAGE")
YES, NO, OPEN, WANTS = "accepted", "rejected", "unknown", "proposed"


def reading(text: str, gazetteer: Gazetteer, language: str, country: str = "UA") -> Reading:
    at = datetime(2022, 3, 14, 7, tzinfo=UTC)
    document = Document("s", "1", text, at, language=language, published_at=at)
    return read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=[country])


def said(
    text: str, gazetteer: Gazetteer, language: str, country: str = "UA"
) -> tuple[str | None, dict[str, str], list[str]]:
    """Return announcer, stances and guarantors of the first claim; every span must lie on words of the text."""
    found = reading(text, gazetteer, language, country)
    assert found.statements, f"no claim in {text!r}"
    first = found.statements[0]
    for name, span in first.spans.items():
        if name.startswith(("announced_by", "stances", "guarantors")):
            assert 0 <= span.start < span.end <= len(text)
    assert {f"stances.{n}" for n in range(len(first.stances))} <= set(first.spans)
    assert {f"guarantors.{n}" for n in range(len(first.guarantors))} <= set(first.spans)
    assert (first.announced_by is None) == ("announced_by" not in first.spans)
    return first.announced_by, {s.party: s.stance.value for s in first.stances}, list(first.guarantors)


_EN = "Buses will go from Mariupol to Zaporizhzhia on March 14. "


@pytest.mark.parametrize(
    ("text", "announcer", "stances", "guarantors"),
    [
        pytest.param("Russia has not confirmed.", None, {"RU": OPEN}, [], id="not confirmed is not refused"),
        pytest.param("Russia confirmed the route.", None, {"RU": YES}, [], id="confirmed"),
        pytest.param("The Russian side refused.", None, {"RU": NO}, [], id="refused"),
        pytest.param("The occupiers refused to agree to it.", None, {"RU": NO}, [], id="occupiers, in Ukraine"),
        pytest.param("Russia did not agree.", None, {"RU": NO}, [], id="did not agree"),
        pytest.param("Russia has not yet agreed.", None, {"RU": OPEN}, [], id="not yet"),
        pytest.param("It was agreed with the ICRC.", None, {"ICRC": YES}, [], id="agreed with"),
        pytest.param("The route was agreed with the Red Cross and the Russian side.", None, {"ICRC": YES, "RU": YES}, [], id="with two"),
        pytest.param("Ukraine and Russia agreed on the corridor.", None, {"UA": YES, "RU": YES}, [], id="both named"),
        pytest.param("Both sides agreed.", None, {"UA": YES, "RU": YES}, [], id="both sides"),
        pytest.param("Neither side agreed.", None, {"UA": NO, "RU": NO}, [], id="neither side"),
        pytest.param("Ukraine proposed the corridor and Russia agreed.", None, {"UA": WANTS, "RU": YES}, [], id="one proposes, one agrees"),
        pytest.param("If Russia agrees, it will open.", None, {"RU": OPEN}, [], id="a condition"),
        pytest.param("Ukraine called on Russia to agree.", None, {"RU": OPEN}, [], id="a call"),
        pytest.param("We are waiting for confirmation from Russia.", None, {"RU": OPEN}, [], id="waiting"),
        pytest.param("The ICRC guarantees safe passage.", None, {}, ["ICRC"], id="a guarantor"),
        pytest.param("Russia gave security guarantees.", None, {"RU": YES}, ["RU"], id="a side that guarantees"),
        pytest.param("Russia does not guarantee safety.", None, {"RU": OPEN}, [], id="no guarantee"),
        pytest.param("Russia must guarantee safety.", None, {"RU": OPEN}, [], id="a guarantee that is asked for"),
        pytest.param("The corridor was announced by Russia.", "RU", {}, [], id="announced by"),
        pytest.param("The corridor, announced by Moscow, was rejected by Kyiv.", "RU", {"UA": NO}, [], id="capitals that act"),
        pytest.param("Ukraine rejected Russia's proposal.", None, {"UA": NO, "RU": WANTS}, [], id="a proposal that is rejected"),
        pytest.param("There is no consent of the Russian side.", None, {"RU": OPEN}, [], id="no consent is no refusal"),
        pytest.param("Buses came from Russia.", None, {}, [], id="a place is no party"),
        pytest.param("Russia shelled the town of Tokmak.", None, {}, [], id="who shells says nothing"),
        pytest.param("Russia agreed to a route from Izium to Lozova.", None, {}, [], id="another route"),
        pytest.param("Ukraine accused Russia of refusing to open it.", None, {"RU": NO}, [], id="accused of refusing"),
    ],
)  # fmt: skip
def test_what_english_says_of_parties(
    gazetteer: Gazetteer, text: str, announcer: str | None, stances: dict[str, str], guarantors: list[str]
) -> None:
    assert said(_EN + text, gazetteer, "en") == (announcer, stances, guarantors)


_LANGUAGES = {
    "uk": ("14 березня евакуація з Маріуполя до Запоріжжя. ", "Російська сторона погодила маршрут.", "Росія не підтвердила маршрут.", "Окупанти відмовилися.", "Маршрут узгоджено з Червоним Хрестом.", "Безпеку гарантує МКЧХ.", "Росія оголосила про цей коридор.", "Якщо Росія погодить маршрут."),
    "ru": ("14 марта эвакуация из Мариуполя в Запорожье. ", "Российская сторона согласовала маршрут.", "Россия не подтвердила маршрут.", "Оккупанты отказались.", "Маршрут согласован с Красным Крестом.", "Безопасность гарантирует МККК.", "Россия объявила об этом коридоре.", "Если Россия согласует маршрут."),
    "fr": ("Le 14 mars, couloir humanitaire de Marioupol vers Zaporijia. ", "La partie russe a accepté.", "La Russie n'a pas confirmé.", "Les occupants ont refusé.", "L'itinéraire est convenu avec la Croix-Rouge.", "Le CICR garantit la sécurité.", "Le couloir a été annoncé par la Russie.", "Si la Russie accepte."),
    "es": ("El 14 de marzo, evacuación de Mariúpol a Zaporiyia. ", "La parte rusa aceptó.", "Rusia no ha confirmado.", "Los ocupantes se negaron.", "La ruta fue acordada con la Cruz Roja.", "El CICR garantiza la seguridad.", "El corredor fue anunciado por Rusia.", "Si Rusia acepta."),
    "de": ("Am 14. März Evakuierung aus Mariupol nach Saporischschja. ", "Die russische Seite stimmte zu.", "Russland hat nicht bestätigt.", "Die Besatzer lehnten ab.", "Die Route ist mit dem Roten Kreuz vereinbart.", "Das IKRK garantiert die Sicherheit.", "Russland kündigte diesen Korridor an.", "Falls Russland zustimmt."),
    "pl": ("14 marca ewakuacja z Mariupola do Zaporoża. ", "Strona rosyjska zgodziła się.", "Rosja nie potwierdziła.", "Okupanci odmówili.", "Trasę uzgodniono z Czerwonym Krzyżem.", "Bezpieczeństwo gwarantuje MKCK.", "Rosja ogłosiła ten korytarz.", "Jeśli Rosja zgodziła się."),
    "tr": ("14 Mart'ta Mariupol'dan Zaporijya'ya tahliye. ", "Rusya tarafı kabul etti.", "Rusya doğrulamadı.", "İşgalciler reddetti.", "Güzergah Kızılhaç ile kararlaştırıldı.", "Güvenliği Kızılhaç garanti ediyor.", "Koridor Rusya tarafından duyuruldu.", "Eğer Rusya kabul etti."),
    "it": ("Il 14 marzo evacuazione da Mariupol a Zaporizhzhia. ", "La parte russa ha accettato.", "La Russia non ha confermato.", "Gli occupanti hanno rifiutato.", "Il percorso è concordato con la Croce Rossa.", "Il CICR garantisce la sicurezza.", "Il corridoio è annunciato dalla Russia.", "Se la Russia accetta."),
    "ro": ("Pe 14 martie, evacuare din Mariupol la Zaporojie. ", "Partea rusă a acceptat.", "Rusia nu a confirmat.", "Ocupanții au refuzat.", "Traseul este convenit cu Crucea Roșie.", "CICR garantează siguranța.", "Coridorul a fost anunțat de Rusia.", "Dacă Rusia acceptă."),
    "pt": ("Em 14 de março, evacuação de Mariupol para Zaporizhzhia. ", "A parte russa aceitou.", "A Rússia não confirmou.", "Os ocupantes recusaram.", "A rota foi acordada com a Cruz Vermelha.", "O CICV garante a segurança.", "O corredor foi anunciado pela Rússia.", "Se a Rússia aceita."),
}  # fmt: skip
_CASES = [
    pytest.param(code, text, what, id=f"{code}: {text}")
    for code, (_, *texts) in _LANGUAGES.items()
    for text, what in zip(
        texts,
        (
            (None, {"RU": YES}, []),
            (None, {"RU": OPEN}, []),
            (None, {"RU": NO}, []),
            (None, {"ICRC": YES}, []),
            (None, {}, ["ICRC"]),
            ("RU", {}, []),
            (None, {"RU": OPEN}, []),
        ),
        strict=True,
    )
]


@pytest.mark.parametrize(("code", "text", "what"), _CASES)
def test_every_language_tells_parties_and_what_they_do(
    gazetteer: Gazetteer, code: str, text: str, what: tuple[str | None, dict[str, str], list[str]]
) -> None:
    assert said(_LANGUAGES[code][0] + text, gazetteer, code) == what


_AR = "سيتم إجلاء المدنيين اليوم من دير حافر إلى حلب. "


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("وافق الجيش السوري على الممر.", (None, {"SY": YES}, [])),
        ("رفضت قسد الممر.", (None, {"SY-SDF": NO}, [])),
        ("لم تؤكد روسيا ذلك.", (None, {"RU": OPEN}, [])),
        ("تم الاتفاق على الممر مع الصليب الأحمر.", (None, {"ICRC": YES}, [])),
        ("اقترحت روسيا الممر ووافقت الحكومة السورية.", (None, {"RU": WANTS, "SY": YES}, [])),
        ("أعلن الجيش السوري فتح الممر.", ("SY", {}, [])),
        ("يجب أن توافق قسد.", (None, {"SY-SDF": OPEN}, [])),
        ("يضمن الصليب الأحمر سلامة المدنيين.", (None, {}, ["ICRC"])),
    ],
)
def test_what_arabic_says_of_parties(
    gazetteer: Gazetteer, text: str, what: tuple[str | None, dict[str, str], list[str]]
) -> None:
    assert said(_AR + text, gazetteer, "ar", "SY") == what


@pytest.mark.parametrize(
    ("country", "language", "text", "what"),
    [
        pytest.param(
            "SD",
            "en",
            "The UN proposed a corridor from El Fasher to Tawila; the RSF accepted it, but the army has not yet agreed.",
            (None, {"UN": WANTS, "SD-RSF": YES, "SD": OPEN}, []),
            id="Sudan: three, and one of them not yet",
        ),
        pytest.param(
            "SD",
            "ar",
            "أعلنت قوات الدعم السريع فتح ممر آمن من الفاشر إلى طويلة. ورفض الجيش السوداني ذلك.",
            ("SD-RSF", {"SD": NO}, []),
            id="Sudan, in Arabic",
        ),
        pytest.param(
            "PS",
            "en",
            "The IDF said residents of Gaza City may leave to the south via Salah al-Din road until 4 p.m.",
            ("IL", {}, []),
            id="Gaza: the army announces",
        ),
        pytest.param(
            "CD",
            "fr",
            "Le CICR a évacué 1.000 soldats de Goma vers Kinshasa avec l'accord du M23 et des autorités congolaises.",
            (None, {"CD-M23": YES, "CD": YES}, []),
            id="Congo: a party with a number",
        ),
        pytest.param(
            "UA",
            "ru",
            "Минобороны РФ объявило коридор из Киева в Гомель 7 марта. Украина отвергла предложение.",
            ("RU", {"UA": NO}, []),
            id="an offer of the other side",
        ),
    ],
)
def test_parties_of_other_theatres(
    gazetteer: Gazetteer, country: str, language: str, text: str, what: tuple[str | None, dict[str, str], list[str]]
) -> None:
    assert said(text, gazetteer, language, country) == what


def test_each_route_has_its_own_answer(gazetteer: Gazetteer) -> None:
    text = "Russia agreed to a corridor from Mariupol to Zaporizhzhia but refused one from Izium to Lozova."
    first, second = reading(text, gazetteer, "en").statements
    assert [[(s.party, s.stance.value) for s in one.stances] for one in (first, second)] == [
        [("RU", YES)],
        [("RU", NO)],
    ]
