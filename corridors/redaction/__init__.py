"""What of an announcement must not be passed on? Phone numbers, number plates, addresses of mail, private names.

A post that names a driver with a phone number was written for those who wait for the bus, and not for everybody who
reads a feed. What is found is covered character by character, so that the places of words, which claims point at, stay
what they are. The stored text is left alone.

Names are found by patronymics, initials, given names beside a capitalised word, and words such as "driver" or "call"
before them. Officials named with their office stay. In doubt a name is covered; a single word that could be a name of
a place is left. Start at `redacted`. The words of each language are in words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corridors.redaction.words import CONTACT, ENDINGS, GIVEN, GIVEN_ARABIC, OFFICE, PHONE

COVER = "█"

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄҐ]"
_SMALL = r"[a-zß-öø-ÿā-žа-яёіїєґ]"
_WORD = rf"{_CAPITAL}{_SMALL}+(?:['’ʼ-]{_CAPITAL}?{_SMALL}+)*"
_INITIAL = rf"{_CAPITAL}\.[ \u00a0]?"
_GAP = r"[ \u00a0]+"

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_DIGITS = re.compile(r"(?<![\w.,:/-])(?:\+|00)?\(?\d(?:[ \u00a0().\-–/]{0,3}\d){6,16}(?![\w])")
_PHONE = re.compile(rf"(?i)\b(?:{PHONE})\b[^\w\n]{{0,6}}(\+?[\d(][\d \u00a0().–-]{{1,24}}\d)")
_NO_PHONE = re.compile(
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|\d{4}-\d{2}-\d{2}.*|.*\d{1,2}:\d{2}.*"  # days and hours
    r"|\d{1,3}(?:[ \u00a0.]000)+|(?:19|20)\d\d[-–/ ](?:19|20)\d\d"  # round numbers, years
)
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-ZА-ЯІЇЄ]{2}[ -]?\d{4}[ -]?[A-ZА-ЯІЇЄ]{2}|[A-ZА-Я]\d{3}[A-ZА-Я]{2}[ -]?\d{2,3}"
    r"|[A-Z]{1,3}[ -]\d{3,4}[ -][A-Z]{1,3}|\d{2,4}[ -][A-Z]{2,3}[ -]\d{2,4}|\d{4,5}[ -][A-Z]{2,3})(?![\w-])"
)
_GIVEN = rf"(?:{'|'.join(sorted(GIVEN, key=len, reverse=True))})(?:{'|'.join(sorted(ENDINGS, key=len, reverse=True))})?"
_PATRONYMIC = rf"{_CAPITAL}{_SMALL}+(?:ович|евич|йович|івн|ївн|овн|евн|иничн)(?:{_SMALL}{{0,3}})"
_NAMES = (
    re.compile(rf"(?<!\w)(?:{_WORD}{_GAP}){{1,2}}{_PATRONYMIC}(?!\w)"),
    re.compile(rf"(?<!\w){_WORD}{_GAP}{_PATRONYMIC}(?:{_GAP}{_WORD})?(?!\w)"),
    re.compile(rf"(?<!\w)(?:{_INITIAL}){{1,2}}{_WORD}(?!\w)"),
    re.compile(rf"(?<!\w){_WORD}{_GAP}(?:{_CAPITAL}\.[ \u00a0]?){{2}}"),
    re.compile(rf"(?<!\w){_GIVEN}(?:{_GAP}{_WORD}){{1,2}}(?!\w)"),
    re.compile(rf"(?<!\w){_WORD}{_GAP}{_GIVEN}(?!\w)"),
    re.compile(rf"(?<!\w)(?:{'|'.join(GIVEN_ARABIC)}){_GAP}[\u0621-\u064a]+(?:{_GAP}[\u0621-\u064a]+)?"),
)
_ASKED_FOR = re.compile(rf"(?i:\b(?:{CONTACT})\b)[ \u00a0:–—-]{{1,4}}({_WORD}(?:{_GAP}{_WORD}){{0,2}})(?!\w)")
_OFFICE = re.compile(rf"(?i)\b(?:{OFFICE})\w*(?:[^.!?;:,\n]{{0,50}})$")
_AN_OFFICE = re.compile(rf"(?i)(?:{OFFICE})")
_BEFORE = 90  # characters before a name in which its office may stand


def redacted(text: str) -> str:
    """Return `text` with what must not be passed on covered; as long as it was, and the same the second time."""
    covered = list(text)
    for start, end in _found(text):
        covered[start:end] = [each if each.isspace() else COVER for each in text[start:end]]
    return "".join(covered)


def _found(text: str) -> Iterator[tuple[int, int]]:
    for match in _MAIL.finditer(text):
        yield match.span()
    for match in _DIGITS.finditer(text):
        if 7 <= sum(map(str.isdecimal, match[0])) <= 15 and not _NO_PHONE.fullmatch(match[0]):
            yield match.span()
    for match in _PHONE.finditer(text):
        yield match.span(1)
    for match in _PLATE.finditer(text):
        yield match.span()
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            of_office = _OFFICE.search(text[max(0, match.start() - _BEFORE) : match.start()])
            if not of_office and not _AN_OFFICE.match(match[0]):
                yield match.span()
    for match in _ASKED_FOR.finditer(text):
        yield match.span(1)
