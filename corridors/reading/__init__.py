"""What does a text say about corridors? Text to statements, counts and doubts; knows no language by name.

The way of a text, one module a step: `text` (tokens, sentences) → `lexicon` (cues) → `tongues` (which language each
line is in) → `names`, `mentions` (names to places) → `groups`, `routes` (who from where to where) → `days`, `hours`,
`numbers`, `events` (when, how many, what holds) → `sentences` (all that one sentence tells) → `story` (what earlier
sentences lend to later ones) → `drafts` → `totals`, `regions` (counts) → `parties` (who announced, agreed, guaranteed)
→ `unread` (what was not understood) → here. corridors/languages/ tells how to add a language.
Start at `read`. It never raises on content, and what it cannot tell is a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from corridors.model import (
    Arrangement,
    Document,
    Doubt,
    Mode,
    Place,
    PlaceType,
    Purpose,
    Reading,
    Route,
    Span,
    Statement,
    Status,
    Total,
    Window,
)
from corridors.places import Gazetteer
from corridors.reading.detection import detect
from corridors.reading.drafts import Draft
from corridors.reading.language import Example, Expected, Language
from corridors.reading.lexicon import Lexicon, ready
from corridors.reading.mentions import find, settle
from corridors.reading.parties import attributed
from corridors.reading.regions import regional
from corridors.reading.sentences import Parts, parts
from corridors.reading.story import counts_ours, tell
from corridors.reading.text import Sentence
from corridors.reading.tongues import cut, reread
from corridors.reading.totals import totals
from corridors.reading.unknown import name_unknown
from corridors.reading.unread import unread
from corridors.reading.zones import capital_of, zone_of

__all__ = ["Example", "Expected", "Language", "read"]


def read(
    document: Document,
    *,
    languages: Mapping[str, Language],
    gazetteer: Gazetteer,
    countries: Sequence[str] = (),
    timezone: str | None = None,
) -> Reading:
    """Return what `document` says: statements, counts and doubts.

    languages: the packs to read with, by code. countries: ISO 3166-1 alpha-2 codes of the source, empty = found
    from the places named. timezone: IANA zone of the corridor's days and hours, None = the country's.
    A document that carries statements of its own passes through untouched.
    """
    if document.statements is not None:
        return Reading(document.statements, language=document.language)
    code = document.language if document.language in languages else None
    code = code or detect(f"{document.title}\n{document.text}", languages)
    if code is None:
        return Reading(language=document.language)
    gazetteer.renew()
    found = _sentences(document, ready(languages[code]), languages)
    capital = capital_of(countries)
    mentions = [find(sentence, lexicon, gazetteer, capital) for sentence, lexicon in found]
    lands = settle([mention for several in mentions for mention in several], gazetteer, countries)
    for (sentence, lexicon), several in zip(found, mentions, strict=True):
        name_unknown(sentence, several, lexicon)
    zone = timezone or zone_of([*countries, *sorted(lands)])
    published = document.published_at.astimezone(ZoneInfo(zone)).date() if document.published_at else None
    named = zip(found, mentions, strict=True)
    told = [parts(s, lexicon, several, published) for (s, lexicon), several in named if s.tokens]
    drafts = [draft for part in _chapters(told) for draft in tell(part, published, zone)]
    ours = counts_ours(told)
    counts = totals(told, drafts, published) if ours else ()
    statements, doubts = _finish(_not_denied(drafts, counts), document, countries, lands, zone)
    statements = attributed(statements, list(_chapters(told)), {*countries, *lands})
    explained = [*(shown for one in statements for shown in one.spans.values()), *(d.span for d in doubts if d.span)]
    doubts += unread(told, explained, ours=ours, empty=not (statements or counts or doubts))
    return Reading(statements, (*counts, *(regional(told, published) if ours else ())), doubts, code)


# An announcement has a few dozen sentences. Longer texts are told chapter by chapter, which keeps the time linear.
_CHAPTER = 300


def _chapters(told: Sequence[Parts]) -> Iterator[Sequence[Parts]]:
    for start in range(0, len(told), _CHAPTER):
        yield told[start : start + _CHAPTER]


def _sentences(
    document: Document, lexicon: Lexicon, languages: Mapping[str, Language]
) -> list[tuple[Sentence, Lexicon]]:
    found: list[tuple[Sentence, Lexicon]] = []
    for name, text in (("title", document.title), ("text", document.text)):
        if name == "text" and document.title and text.startswith(document.title):
            # Many feeds repeat the headline as the first line; read once, it lends nothing to itself.
            found = []
        found.extend(reread(cut(text, name, lexicon), text, lexicon, languages))
    return found


def _not_denied(drafts: Sequence[Draft], counts: Sequence[Total]) -> list[Draft]:
    """Drop mere plans for a day of which the text says that there is no corridor at all."""
    without = {total.on for total in counts if total.planned == 0}
    return [draft for draft in drafts if draft.on not in without or draft.status is not Status.ANNOUNCED]


def _finish(
    drafts: Sequence[Draft], document: Document, countries: Sequence[str], lands: frozenset[str], zone: str
) -> tuple[tuple[Statement, ...], tuple[Doubt, ...]]:
    statements, doubts = [], []
    for draft in drafts:
        if draft.doubts:
            doubts.append(
                Doubt(_quoted(document, draft.spans.get("origin")), "place", draft.spans.get("origin"), draft.doubts)
            )
        if draft.on is None:
            doubts.append(Doubt(_quoted(document, draft.spans.get("origin")), "day", draft.spans.get("origin")))
            continue
        statements.append(_statement(draft, draft.on, countries, lands, zone))
    return tuple(statements), tuple(doubts)


_QUOTED = 250


def _quoted(document: Document, span: Span | None) -> str:
    if span is None:
        return ""
    text = document.title if span.field == "title" else document.text
    first, last = max(0, span.start - _QUOTED), min(len(text), span.end + _QUOTED)
    begin = text.rfind("\n", first, span.start) + 1 or first
    end = text.find("\n", span.end, last)
    return text[begin : last if end < 0 else end]


_NAMED = frozenset({PlaceType.ROAD, PlaceType.GATE, PlaceType.CROSSING})


def _statement(draft: Draft, on: date, countries: Sequence[str], lands: frozenset[str], zone: str) -> Statement:
    told = (draft.hours, *draft.more_hours) if draft.hours is not None else ()
    windows = tuple(Window(h.start, h.end, zone, None if n else draft.stated) for n, h in enumerate(told))
    lasts = draft.open_ended and draft.status in {Status.ANNOUNCED, Status.OPEN}
    confidence, reasons = _confidence(draft)
    name = next((stop.name for stop in draft.via if stop.type in _NAMED), None)
    route = Route(_country(draft, countries, lands), draft.origin, draft.destination, draft.via, name)
    by_train = draft.modes == (Mode.TRAIN.value,)
    return Statement(
        route,
        draft.status,
        (on, None if lasts else draft.until or on),
        draft.reason,
        Arrangement.EVACUATION_TRAIN if by_train else Arrangement.HUMANITARIAN_CORRIDOR,
        purpose=tuple(Purpose(word) for word in draft.purpose),
        modes=tuple(Mode(word) for word in draft.modes),
        who=draft.who,
        windows=windows,
        people=draft.people,
        people_approximate=draft.approximate,
        confidence=confidence,
        lowered_by=reasons,
        spans=draft.spans,
    )


def _country(draft: Draft, countries: Sequence[str], lands: frozenset[str]) -> str | None:
    ends: list[Place] = [place for place in (draft.origin, draft.destination) if place is not None]
    named = next((place.country for place in ends if place.country), None)
    return named or next(iter(countries), None) or next(iter(sorted(lands)), None)


_SURE = 0.95
_LEAST_SURE = 0.1


def _confidence(draft: Draft) -> tuple[float, tuple[str, ...]]:
    """Return how sure a statement is, and why no surer: each field that was inherited or guessed and not said."""
    lowered = (
        (0.15, "status not stated", not draft.told),
        (0.1, "day not stated", not draft.dated),
        (0.2, "origin only named in passing", draft.weak),
        (0.1, "no destination", draft.destination is None),
        (0.2, "origin not located", draft.origin is not None and draft.origin.lat is None),
    )
    sure = _SURE - sum(weight for weight, _, holds in lowered if holds)
    return round(max(_LEAST_SURE, sure), 2), tuple(reason for _, reason, holds in lowered if holds)


def dated(reading: Reading, on: date) -> Reading:
    """Return `reading` with every statement on the day `on`; for a desk that knows better than the text."""
    return replace(reading, statements=tuple(replace(s, valid_on=(on, on)) for s in reading.statements))
