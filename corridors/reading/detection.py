"""Which language is this? Letters that only one pack has, its commonest words, and the words it has a use for.

Start at `detect`; the answer is one of the packs that were given, None where nothing speaks for any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from corridors.places import fold
from corridors.reading.language import Language
from corridors.reading.lexicon import ready

_WORDS = re.compile(r"[^\W\d_]+")
_ENOUGH = 400
_READ = 8000
_LETTER_WEIGHT = 0.5
_CUE_WEIGHT = 0.6


def detect(text: str, languages: Mapping[str, Language]) -> str | None:
    """Return the code of the language that `text` most looks like, by its first few hundred words."""
    best, most = None, 0.0
    for code in sorted(languages):
        score = likeness(text, languages[code])
        if score > most:
            best, most = code, score
    return best


def likeness(text: str, language: Language) -> float:
    """Return how much `text` looks like a language, by its first few hundred words; 0 = not at all."""
    lexicon = ready(language)
    words = [fold(word) for word in _WORDS.findall(text[:_READ])[:_ENOUGH]]
    lowered = text[:_READ].casefold()
    score = float(sum(word in lexicon.common for word in words))
    score += _CUE_WEIGHT * sum(lexicon.knows(word) for word in words)
    return score + _LETTER_WEIGHT * sum(lowered.count(letter) for letter in language.letters)
