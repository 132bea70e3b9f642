"""Which language is each line in? A channel may post in two, one below the other.

The text's own language is kept for every line in which any word of it is known; only a line that it has no word for
is tried with the others. Start at `reread`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corridors.reading.detection import likeness
from corridors.reading.language import Language
from corridors.reading.lexicon import Lexicon, ready
from corridors.reading.text import Kind, Sentence, sentences

_FEWEST_WORDS = 4
_KNOWN_SHARE = 0.12
_CLEARLY = 2.0
_ENOUGH = 3.0


def cut(text: str, name: str, lexicon: Lexicon) -> list[Sentence]:
    """Return the marked sentences of a field, cut by the rules of one language."""
    found = sentences(
        text,
        name,
        shorthand=lexicon.shorthand,
        elisions=lexicon.language.elisions,
        suffixes=lexicon.suffixes,
        months=lexicon.month_names,
    )
    for sentence in found:
        lexicon.mark(sentence.tokens)
    return found


def reread(
    found: Sequence[Sentence], text: str, lexicon: Lexicon, languages: Mapping[str, Language]
) -> list[tuple[Sentence, Lexicon]]:
    """Return the sentences of a field, each with the language it is in; lines in another one are cut anew."""
    result: list[tuple[Sentence, Lexicon]] = []
    at = 0
    while at < len(found):
        stop = at + 1
        while stop < len(found) and found[stop].line == found[at].line:
            stop += 1
        line = found[at:stop]
        other = _other(line, text, lexicon, languages)
        if other is None:
            result.extend((sentence, lexicon) for sentence in line)
        else:
            result.extend((sentence, other) for sentence in _anew(line, text, other))
        at = stop
    return result


def _other(line: Sequence[Sentence], text: str, lexicon: Lexicon, languages: Mapping[str, Language]) -> Lexicon | None:
    """Return the language of a line of which the text's own knows next to nothing."""
    words = [token for sentence in line for token in sentence.tokens if token.kind is Kind.WORD]
    if len(words) < _FEWEST_WORDS:
        return None
    known = sum(bool(token.uses) or token.folded in lexicon.common for token in words)
    if known > _KNOWN_SHARE * len(words):
        return None
    piece = text[line[0].start : line[-1].end]
    scores = {code: likeness(piece, languages[code]) for code in sorted(languages)}
    best = max(scores, key=lambda code: scores[code])
    own = scores.get(lexicon.language.code, 0.0)
    clear = scores[best] >= _ENOUGH and scores[best] > _CLEARLY * own
    return ready(languages[best]) if clear and best != lexicon.language.code else None


def _anew(line: Sequence[Sentence], text: str, lexicon: Lexicon) -> list[Sentence]:
    """Cut a line by the rules of another language, its tokens where they stand in the whole text."""
    start = text.rfind("\n", 0, line[0].start) + 1
    end = text.find("\n", line[-1].end)
    made = cut(text[start : end if end >= 0 else len(text)], line[0].field, lexicon)
    for sentence in made:
        sentence.line = line[0].line
        for token in sentence.tokens:
            token.start += start
            token.end += start
    return made
