"""What does a language pack hold?

Words as data. A pack is one file in corridors/languages/ with a constant `LANGUAGE`; see that package for how to
write one. Nothing here knows any language; the engine knows none either.

Phrases are written as one string, separated by commas; a star ends a stem ("евакуац*"), a space separates words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from corridors.reading.cues import Cue
from corridors.reading.who import Who


@dataclass(frozen=True, slots=True)
class Expected:
    """What one claim of an example must be: names as the gazetteer has them, everything else only where given."""

    origin: str | None
    destination: str | None
    status: str
    reason: str | None = None
    on: date | None = None
    start: str | None = None
    modes: tuple[str, ...] | None = None
    people: int | None = None
    via: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A text that this pack must read as told.

    where: who published something like it, or "own" where the sentence was made up for the rule.
    totals: (planned, operated, people) of the document, None where nothing is checked.
    """

    text: str
    published: date
    claims: tuple[Expected, ...]
    where: str = "own"
    country: str = "UA"
    totals: tuple[int | None, int | None, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language.

    letters: letters by which a text shows that it is this language and not a neighbour; common: its commonest words.
    cues: phrases by what they do. months, weekdays: phrases by number (Monday = 0). numbers: phrases by value;
    ordinals: "third", "fourth" by value.
    zones: phrases by IANA zone ("local" = the corridor's own). shorthand: abbreviations that end no sentence.
    endings: how a name's dictionary form is won back: ending as written → (dictionary ending, cases) pairs; cases
    are letters of "ngdail" (nominative, genitive, dative, accusative, instrumental, locative).
    adjectives: the same for the adjective of a place ("Hirska community"), demonyms: for its people.
    elisions: what is cut off before an apostrophe ("d'"); suffixes: what follows one, by cue (Turkish 'dan).
    prefixes: letters written together with a word, by cue (Arabic و).
    romanise: one letter → Latin letters, for names that no gazetteer knows.
    month_first: "March 14"; caseless: the script has no capitals; postpositions: "from" and "to" stand behind the name;
    verb_last: a clause's verb may stand at its end; joined_numbers: long numbers are one word ("zweitausend").
    who: the parties and what they do; None = who announces and agrees is not read.
    inflection: only where a table cannot do it: a folded word → its possible dictionary forms.
    """

    code: str
    name: str
    common: str
    cues: Mapping[Cue, str]
    letters: str = ""
    months: Mapping[int, str] = field(default_factory=dict)
    weekdays: Mapping[int, str] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    ordinals: Mapping[int, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    shorthand: str = ""
    endings: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    adjectives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    demonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    elisions: frozenset[str] = frozenset()
    suffixes: Mapping[str, Cue] = field(default_factory=dict)
    prefixes: Mapping[str, Cue] = field(default_factory=dict)
    romanise: Mapping[str, str] = field(default_factory=dict)
    month_first: bool = False
    caseless: bool = False
    postpositions: bool = False
    verb_last: bool = False
    joined_numbers: bool = False
    inflection: Callable[[str], Sequence[tuple[str, str]]] | None = None
    who: Who | None = None
    examples: Sequence[Example] = ()


def forms(stems: str, written: str) -> str:
    """Return every stem with every ending, as a list of phrases: forms("вивез виїха", "ли но") has four."""
    return ", ".join(stem + ending for stem in stems.split() for ending in written.split())


def endings(table: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the `endings` of a compact table: one line per written ending, "ого ий/g е/g"; 0 is the empty ending."""
    rows: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in filter(None, map(str.strip, table.splitlines())):
        written, *bases = line.split()
        pairs = tuple((base.replace("0", ""), cases) for base, _, cases in (item.partition("/") for item in bases))
        written = written.replace("0", "")
        rows[written] = rows.get(written, ()) + pairs
    return rows
