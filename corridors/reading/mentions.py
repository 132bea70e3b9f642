"""Which words name a place?

Finds name-shaped runs of words, wins back their dictionary forms with the pack's tables, asks the gazetteer once for
all of them, and lets `places.resolve` choose among homonyms. Start at `find`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from corridors.model import Place, PlaceType
from corridors.places import SMALL, Candidate, Gazetteer, Hints, Resolution, distance_km, fold, loose, of_today, resolve
from corridors.reading.cues import Cue
from corridors.reading.lexicon import Lexicon
from corridors.reading.names import SHORTEST_DEMONYM, Names, names_of
from corridors.reading.text import Kind, Sentence, Token, is_led

_LONGEST = 6
_MEETING_POINT = 1000


@dataclass(slots=True)
class Mention:
    """A name in a sentence: tokens [begin, end), what it may mean, and what it was taken to mean.

    cases: the grammatical cases its form allows, "" = unknown; exact: written as in the dictionary.
    joined: an "and" is written together with it;
    loose: it only sounds like the place's name;
    led: something says that a place stands here: a cue, a list, a dash;
    people: the name is of its inhabitants ("Mariupolites"); region: a province, not a place of its own;
    abroad: a country that the source is not about;
    back: "there" or "thence", which stand for a place named before;
    inflects: the language marks who does what by endings, so that the order of words tells nothing.
    """

    begin: int
    end: int
    text: str
    keys: tuple[tuple[str, str], ...]
    exact: bool = False
    people: bool = False
    region: bool = False
    place: Place | None = None
    rivals: tuple[Place, ...] = ()
    cases: str = ""
    population: int = 0
    guessed: bool = False
    inflects: bool = False
    back: Cue | None = None
    joined: bool = False
    verb_last: bool = False
    loose: bool = False
    led: bool = False
    abroad: bool = False

    @property
    def minor(self) -> bool:
        """Return whether it is a mere meeting point in its town."""
        return self.population < _MEETING_POINT


_NO_NAME = frozenset(
    {
        Cue.FROM,
        Cue.TO,
        Cue.VIA,
        Cue.AT,
        Cue.TO_OR_AT,
        Cue.KIND,
        Cue.AND,
        Cue.NOT,
        Cue.CORRIDOR,
        Cue.PEOPLE,
        Cue.TODAY,
        Cue.ARTICLE,
        Cue.THEN,
        Cue.OF,
        Cue.AID,
        Cue.ALL,
        Cue.CONTRAST,
        Cue.NONE,
    }
)


_BACK = (Cue.THENCE, Cue.THERE)


def find(sentence: Sentence, lexicon: Lexicon, gazetteer: Gazetteer, capital: str | None = None) -> list[Mention]:
    """Return the name-shaped runs of `sentence` that the gazetteer may know, the longest at each place, unresolved."""
    names, pieces = names_of(lexicon), sentence.tokens
    caseless = lexicon.language.caseless
    mentions: list[Mention] = []
    at = 0
    while at < len(pieces):
        token = pieces[at]
        found = None
        if Cue.NO_PLACE in token.cues:
            at += token.cue_length
            continue
        if token.folded in lexicon.month_names and _beside_number(pieces, at):
            at += 1
            continue
        back = next((cue for cue in _BACK if cue in token.cues), None) if token.cues else None
        if back is not None:
            found = Mention(at, at + token.cue_length, token.text, (), back=back)
        elif token.kind is Kind.WORD and len(token.folded) > 1:
            if token.capital or caseless:
                found = _small(pieces, at, _reach(pieces, at), gazetteer) if caseless else None
                found = found or _longest(pieces, at, names, gazetteer)
            elif not names.dull(token.folded, gazetteer):
                found = _lower(pieces, at, names, gazetteer)
        if capital is not None and Cue.CAPITAL in token.cues:
            found = Mention(at, at + token.cue_length, token.text, ((fold(capital), "na"),), exact=True)
        if found is not None:
            found.joined = not found.exact and any(
                cue is Cue.AND and token.folded.startswith(prefix) for prefix, cue in lexicon.language.prefixes.items()
            )
            found.led = is_led(pieces, found.begin, found.end)
            found.inflects = bool(lexicon.language.endings)
            found.verb_last = lexicon.language.verb_last
            mentions.append(found)
            at = found.end
        else:
            at += 1
    return mentions


def _beside_number(pieces: Sequence[Token], at: int) -> bool:
    """Return whether a month's name stands in a date: "Jan. 25" is no town of that name."""
    near = [token.kind for token in pieces[max(0, at - 1) : at + 3] if token.kind is not Kind.END]
    return Kind.NUMBER in near


def _longest(pieces: Sequence[Token], at: int, names: Names, gazetteer: Gazetteer) -> Mention | None:
    seen = names.seen(pieces[at].folded, gazetteer)
    ends = _reach(pieces, at, _LONGEST if seen.heads else 2)
    if len(ends) > 1:
        for end in reversed(ends[1:]) if seen.heads else ():
            words = tuple(token.folded for token in pieces[at:end] if token.kind is Kind.WORD)
            keys = names.compound(words, gazetteer)
            if keys:
                return _mention(pieces, at, end, keys)
    longer = _loosely(pieces, at, ends[1:2], gazetteer) if len(ends) > 1 else None
    if longer is not None:
        return longer
    if pieces[at].cues & _NO_NAME and pieces[at].cue_length == 1:
        return None
    nearby = pieces[at + 1] if at + 1 < len(pieces) else None
    if nearby is not None and Cue.COMMUNITY in nearby.cues:
        keys = tuple(v for v in names.of_adjective(pieces[at].folded) if gazetteer.known(v[0]))
        if keys:
            return _mention(pieces, at, at + 2, keys)
    keys = seen.names
    if keys:
        if not names.postpositions and any(Cue.REGION in token.cues for token in pieces[max(0, at - 2) : at]):
            keys += tuple((key + " region", "") for key, _ in keys)
        return _mention(pieces, at, at + 1, keys)
    return _loosely(pieces, at, ends, gazetteer) or _people(pieces, at, names, gazetteer)


_SHORTEST_LOOSE = 5


def _loosely(pieces: Sequence[Token], at: int, ends: Sequence[int], gazetteer: Gazetteer) -> Mention | None:
    """Return a name that only sounds like a known one; where nothing leads to it, it will not count."""
    for end in ends[:1]:
        words = [token for token in pieces[at:end] if token.kind is Kind.WORD]
        if not all(word.text[:1].isupper() for word in words) or any(word.cues for word in words):
            continue
        folded = " ".join(word.folded for word in words)
        if len(folded) < _SHORTEST_LOOSE:
            continue
        keys = tuple((key, "") for key in loose(folded) if gazetteer.known(key))
        if keys:
            mention = _mention(pieces, at, end, keys)
            mention.loose = True
            return mention
    return None


def _lower(pieces: Sequence[Token], at: int, names: Names, gazetteer: Gazetteer) -> Mention | None:
    """Return a name whose first word is small ("northern Gaza"), or a word for a place's people."""
    seen = names.seen(pieces[at].folded, gazetteer)
    if not seen.small and not seen.plain:
        return _people(pieces, at, names, gazetteer)
    ends = _reach(pieces, at)
    small = _small(pieces, at, ends, gazetteer) if seen.small else None
    if small is not None:
        return small
    if len(ends) > 1 and seen.plain:
        for end in reversed(ends[1:]):
            words = [piece for piece in pieces[at:end] if piece.kind is Kind.WORD]
            if not any(word.capital for word in words[1:]):
                continue
            keys = names.compound(tuple(word.folded for word in words), gazetteer, declined=False)
            if keys:
                return _mention(pieces, at, end, keys)
    return _people(pieces, at, names, gazetteer)


def _small(pieces: Sequence[Token], at: int, ends: Sequence[int], gazetteer: Gazetteer) -> Mention | None:
    """Return a name that is written small ("the south"), unless it is only a part of another: "the south of A"."""
    for end in reversed(ends):
        key = SMALL + " ".join(piece.folded for piece in pieces[at:end] if piece.kind is Kind.WORD)
        if gazetteer.known(key) and not _goes_on(pieces[end : end + 3]):
            return _mention(pieces, at, end, ((key, ""),))
    return None


def _goes_on(following: Sequence[Token]) -> bool:
    """Return whether a name of its own hangs on a name before it by "of"."""
    if not following or not following[0].cues & {Cue.OF, Cue.FROM, Cue.OUT_OF, Cue.ARTICLE}:
        return False
    return any(token.kind is Kind.WORD and token.text[:1].isupper() for token in following)


def _people(pieces: Sequence[Token], at: int, names: Names, gazetteer: Gazetteer) -> Mention | None:
    if len(pieces[at].folded) < SHORTEST_DEMONYM or pieces[at].cues:
        return None
    keys = tuple(v for v in names.of_people(pieces[at].folded) if gazetteer.known(v[0]))
    if not keys:
        return None
    mention = _mention(pieces, at, at + 1, keys)
    mention.people = True
    return mention


def _reach(pieces: Sequence[Token], at: int, most: int = _LONGEST) -> list[int]:
    """Return the ends of runs of up to `most` words that stand together, only spaces or hyphens between them."""
    ends, end = [at + 1], at + 1
    for _ in range(most - 1):
        if end < len(pieces) and pieces[end].kind is Kind.DASH and not pieces[end].spaced:
            end += 1
            if end < len(pieces) and pieces[end].spaced:
                break
        if end >= len(pieces) or pieces[end].kind is not Kind.WORD:
            break
        end += 1
        ends.append(end)
    return ends


def _mention(pieces: Sequence[Token], begin: int, end: int, keys: tuple[tuple[str, str], ...]) -> Mention:
    written = " ".join(token.folded for token in pieces[begin:end] if token.kind is Kind.WORD)
    text = "".join((" " if t.spaced and i else "") + t.text for i, t in enumerate(pieces[begin:end]))
    return Mention(begin, end, text, keys, exact=any(key == written for key, _ in keys))


_CLEARLY_LARGER = 8
_NEAR = 16
_ONE_TOWN_KM = 15.0


def _is_actor(place: Place, hints: Hints) -> bool:
    """Return whether a country's name means its government or the whole of it: no end of a route inside it."""
    return place.type is PlaceType.COUNTRY and len(hints.countries) == 1 and place.country in hints.countries


@dataclass(frozen=True, slots=True)
class _Choice:
    mention: Mention
    options: tuple[tuple[Candidate, str, bool], ...]


def settle(mentions: Sequence[Mention], gazetteer: Gazetteer, countries: Sequence[str]) -> frozenset[str]:
    """Fill in what each mention means, judged together, and return the countries that were assumed.

    Certain names come first; the doubtful ones are then measured by their distance from these.
    """
    answers = gazetteer.lookup({key for mention in mentions for key, _ in mention.keys})
    choices = [_Choice(mention, _options(mention, answers)) for mention in mentions]
    land = frozenset(countries) or _countries([c for c in choices if c.options])
    hints = Hints(countries=land)
    near = tuple(place for choice in choices if (place := _certain(choice, hints)) is not None)
    regions = frozenset(p.adm1 for p in near if p.type is PlaceType.DISTRICT and p.adm1)
    hints = replace(
        hints, near=_distinct(tuple(p for p in near if p.type is not PlaceType.DISTRICT)[:_NEAR]), regions=regions
    )
    for choice in choices:
        noted = choice if countries else replace(choice, options=tuple(o for o in choice.options if _noted(o[0])))
        _decide(noted, hints, countries)
    return land


def _distinct(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return places once each: the distance to a town need not be measured twice."""
    return tuple({(place.name, place.lat, place.lon): place for place in places}.values())


_NOTED_POPULATION = 3000


def _noted(candidate: Candidate) -> bool:
    """Return whether a place is known well enough to be meant where nothing tells the country."""
    return candidate.own or candidate.population >= _NOTED_POPULATION


def _options(mention: Mention, answers: Mapping[str, Sequence[Candidate]]) -> tuple[tuple[Candidate, str, bool], ...]:
    options: dict[tuple[str, float | None, float | None], tuple[Candidate, str, bool]] = {}
    for number, (key, cases) in enumerate(mention.keys):
        for candidate in answers.get(key, ()):
            if candidate.imported and not mention.led:
                continue  # villages are called like common words; where none must stand, none is meant
            if mention.loose and not _sounds_alike(mention.text, candidate.place):
                continue
            exact = number == 0 and mention.exact
            mark = (candidate.place.name, candidate.place.lat, candidate.place.lon)
            held = options.get(mark)
            options[mark] = (candidate, cases, exact) if held is None else (held[0], held[1] + cases, held[2] or exact)
    return tuple(options.values())


_ALIKE = 0.6


def _sounds_alike(text: str, place: Place) -> bool:
    return SequenceMatcher(None, fold(text), fold(place.name)).ratio() >= _ALIKE


def _countries(choices: Sequence[_Choice]) -> frozenset[str]:
    """Return the country that most names agree on, weighed by how few others they could be in."""
    votes: dict[str, float] = {}
    for choice in choices:
        if choice.mention.loose:
            continue
        lands = {c.place.country: max(c.population, 1) for c, _, _ in choice.options if c.place.country}
        whole = sum(lands.values())
        for land, population in lands.items():
            votes[land] = votes.get(land, 0.0) + 0.5 / len(lands) + 0.5 * population / whole
    if not votes:
        return frozenset()
    most = max(votes.values())
    return frozenset(land for land, weight in votes.items() if weight >= 0.6 * most)


def _certain(choice: _Choice, hints: Hints) -> Place | None:
    known = of_today([c for c, _, _ in choice.options])
    fitting = [c for c in known if not hints.countries or c.place.country in hints.countries]
    if not fitting or choice.mention.people or choice.mention.loose:
        return None
    best = max(fitting, key=lambda c: (c.own, c.population))
    for other in fitting:
        rivals = not (best.own and not other.own) and other.population * _CLEARLY_LARGER >= best.population
        if rivals and other is not best and distance_km(other.place, best.place) > _ONE_TOWN_KM:
            return None
    return best.place


def _decide(choice: _Choice, hints: Hints, given: Sequence[str]) -> None:
    mention = choice.mention
    if not choice.options:
        return
    provinces = [c for c, _, _ in choice.options if c.place.type is PlaceType.DISTRICT]
    if provinces and any(key.endswith(" region") for key, _ in mention.keys) and len(mention.keys) > 1:
        mention.place, mention.region = provinces[0].place, True
        return
    exact = [c for c, _, is_exact in choice.options if is_exact]
    found: Resolution | None = resolve(exact, hints) if exact else None
    inflected = [c for c, _, is_exact in choice.options if not is_exact]
    other = resolve(inflected, hints) if inflected else None
    # A form that is itself a name wins unless it is a far worse fit: "Сум" is also a hamlet, "Сум" is Sumy's genitive.
    if found is None or (other is not None and other.score > found.score + 1.5):
        found = other
    if found is None:
        return
    mention.place, mention.rivals, mention.population = found.place, found.rivals, found.population
    mention.region = found.place.type is PlaceType.DISTRICT or _is_actor(found.place, hints)
    mention.abroad = bool(given) and found.place.type is PlaceType.COUNTRY and found.place.country not in given
    named = {cases for c, cases, _ in choice.options if c.place.name == found.place.name}
    mention.cases = "".join(sorted(set("".join(named))))
