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
_LETTER_WEIGHT = 0.5
_CUE_WEIGHT = 0.6


def detect(text: str, languages: Mapping[str, Language]) -> str | None:
    """Return the code of the language that `text` most looks like, by its first few hundred words."""
    words = [fold(word) for word in _WORDS.findall(text[:8000])[:_ENOUGH]]
    lowered = text[:8000].casefold()
    best, most = None, 0.0
    for code in sorted(languages):
        language, lexicon = languages[code], ready(languages[code])
        score = float(sum(word in lexicon.common for word in words))
        score += _CUE_WEIGHT * sum(lexicon.knows(word) for word in words)
        score += _LETTER_WEIGHT * sum(lowered.count(letter) for letter in language.letters)
        if score > most:
            best, most = code, score
    return best
