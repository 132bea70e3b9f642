"""What of names that no gazetteer knows?

A village that stands where a village must stand ("from the village of X", a list of places) is kept as a place
without a point, its name in Latin letters. Start at `name_unknown`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from corridors.model import Place, PlaceType
from corridors.reading.cues import LEADS, Cue
from corridors.reading.lexicon import Lexicon
from corridors.reading.mentions import Mention
from corridors.reading.text import Kind, Sentence, Token

_LEADS = frozenset({Cue.FROM, Cue.TO, Cue.VIA, Cue.TO_OR_AT})


def name_unknown(sentence: Sentence, mentions: list[Mention], lexicon: Lexicon) -> None:
    """Add to `mentions` the unknown names that stand where only a place can stand, keeping the order of the text."""
    words = sentence.tokens
    known = [mention for mention in mentions if mention.place is not None]
    taken = {at for mention in known for at in range(mention.begin, mention.end)}
    edges = _Edges({mention.begin for mention in known}, {mention.end for mention in known})
    added: list[Mention] = []
    at = 0
    while at < len(words):
        if (
            at in taken
            or not _name_like(words[at])
            or not _placed(words, at, edges, inflects=bool(lexicon.language.endings))
        ):
            at += 1
            continue
        end = at + 1
        while end < len(words) and end not in taken and _name_like(words[end]) and words[end].spaced and end - at < 3:
            end += 1
        added.append(_guess(words, at, end, lexicon))
        at = end
    if added:
        covered = {at for mention in added for at in range(mention.begin, mention.end)}
        kept = [m for m in mentions if m.place is not None or not covered & set(range(m.begin, m.end))]
        mentions[:] = sorted([*kept, *added], key=lambda mention: mention.begin)


class _Edges(NamedTuple):
    """Where known names begin and end."""

    begins: set[int]
    ends: set[int]


def _name_like(token: Token) -> bool:
    return (
        token.kind is Kind.WORD
        and token.text[:1].isupper()
        and len(token.text) > 2
        and not token.cues
        and not token.text.isupper()
    )


def _placed(words: list[Token], at: int, edges: _Edges, *, inflects: bool) -> bool:
    """Return whether a settlement's kind stands before an unknown word, or it is an item among known places."""
    back = at - 1
    while back >= 0 and (words[back].kind is Kind.QUOTE or words[back].text == "."):
        back -= 1
    if back < 0:
        return False
    if Cue.KIND in words[back - words[back].head].cues:
        return inflects or words[back].head > 0  # "besieged Syrian" is no "village of X"
    begins, ends = edges
    before = words[back]
    listed = before.kind is Kind.COMMA or Cue.AND in before.cues
    if listed and back in ends:
        return _closes_item(words, at + 1, begins)
    joined = before.kind is Kind.DASH and back in ends
    after = words[at + 1] if at + 1 < len(words) else None
    if joined:
        return after is None or after.kind is not Kind.WORD
    return (
        after is not None and after.kind is Kind.DASH and at + 2 in begins and bool(words[back].kind is not Kind.WORD)
    )


def _closes_item(words: list[Token], following: int, begins: set[int]) -> bool:
    """Return whether what follows an unknown name ends an item of a list of places."""
    if following >= len(words) or following in begins:
        return True
    token = words[following]
    return token.kind in {Kind.COMMA, Kind.DASH, Kind.END, Kind.CLOSE} or bool(token.cues & (LEADS | {Cue.AND}))


def _guess(words: list[Token], begin: int, end: int, lexicon: Lexicon) -> Mention:
    text = unicodedata.normalize("NFC", " ".join(token.text for token in words[begin:end]))
    name = romanised(text, lexicon.language.romanise)
    place = Place(name, PlaceType.SETTLEMENT, names={lexicon.language.code: text})
    return Mention(begin, end, text, (), place=place, guessed=True)


def romanised(text: str, letters: Mapping[str, str]) -> str:
    """Return `text` in Latin letters; a word's first letter has a rule of its own where the table says "^я"."""
    if not letters:
        return text
    words = []
    for word in text.split(" "):
        made = ""
        for number, letter in enumerate(word):
            low = letter.casefold()
            latin = letters.get("^" + low, letters.get(low, low)) if number == 0 else letters.get(low, low)
            made += latin.capitalize() if letter.isupper() else latin
        words.append(made)
    return " ".join(words)
