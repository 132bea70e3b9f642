"""Which names belong together, and what part do they play?

"From A, B and the village of C to D" is two groups: [A, B, C] led by FROM and [D] led by TO. A dash joins a group to
the one before. Start at `groups`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corridors.model import PlaceType
from corridors.places import SMALL, distance_km
from corridors.reading.cues import LEADS, Cue
from corridors.reading.mentions import Mention
from corridors.reading.text import Kind, Token

_ROLES = LEADS
_PASSED_OVER = frozenset({Cue.KIND, Cue.ABOUT_PLACE, Cue.ARTICLE})
_WAYS = frozenset({PlaceType.ROAD})
_GATES = frozenset({PlaceType.CROSSING, PlaceType.GATE})
_WORDS_BETWEEN = 3
# "left yesterday Aleppo": when and how many do not part a cue from its name.
_LIGHT = frozenset({Cue.TODAY, Cue.TOMORROW, Cue.YESTERDAY, Cue.MORNING, Cue.AFTERNOON, Cue.EVENING, Cue.ALL, Cue.NOON})


@dataclass(slots=True)
class Group:
    """Names in one part of a sentence: tokens [begin, end).

    dash: joined to the group before by a dash; carried: took its role from the group before, numbers between them;
    then: a further leg of the way before ("then to B");
    breaks: words or strong marks stand between this group and the one before.
    """

    role: Cue | None
    mentions: list[Mention]
    begin: int
    end: int
    dash: bool = False
    carried: bool = False
    breaks: bool = True
    cue_at: int | None = None
    then: bool = False


def groups(words: Sequence[Token], mentions: Sequence[Mention], *, postpositions: bool = False) -> list[Group]:
    """Return the groups of a sentence in order; names of streets and of provinces are no part of any.

    postpositions: the language puts "from" and "to" behind the name.
    """
    grouping = _Grouping(words, {m.begin for m in mentions if m.place is not None}, postpositions)
    for mention in mentions:
        if (mention.place is not None or mention.back is not None) and not (
            _is_address(words, mention) or _is_dateline(words, mention)
        ):
            grouping.take(mention)
    return grouping.found


class _Grouping:
    """Goes through the names of a sentence; each joins the group before it or begins one of its own."""

    def __init__(self, words: Sequence[Token], begins: set[int], postpositions: bool) -> None:
        self.found: list[Group] = []
        self._words = words
        self._begins = begins
        self._postpositions = postpositions

    def take(self, mention: Mention) -> None:
        """Put one name where it belongs."""
        previous = self.found[-1] if self.found else None
        since = previous.end if previous else 0
        between = _between(self._words, since, mention.begin)
        role, cue_at = self._role(since, mention)
        if previous is not None and mention.region and role is None and mention.begin == previous.end:
            previous.end = mention.end
            return
        then = previous is not None and any(Cue.THEN in token.cues for token in self._words[since : mention.begin])
        if previous is not None and self._owns(previous, mention):
            previous.mentions, previous.end = [mention], mention.end
            return
        if previous is not None and self._joins(previous, mention, role, between, then=then):
            if _narrows(self._words, previous, mention) or _lists(previous, mention):
                previous.mentions.pop()  # "to the south, beyond the river" ends at the latter
            previous.mentions.append(mention)
            previous.end = mention.end
            return
        waits = self._postpositions and role is None and previous is not None and previous.role is not None
        if previous is not None and between.dash_only and role is not Cue.VIA and not waits:
            self._begin(mention, role, cue_at, dash=True, breaks=False)
            return
        if not waits and self._means_nothing(mention, role):
            return
        carried = not waits and previous is not None and role is None and between.counts_only
        if carried and previous is not None:
            role = previous.role
        breaks = not (between.list_only or between.words <= 1)
        self._begin(mention, role, cue_at, carried=carried, breaks=breaks, then=then and between.words <= 2)

    def _begin(self, mention: Mention, role: Cue | None, cue_at: int | None, **marks: bool) -> None:
        self.found.append(Group(role, [mention], mention.begin, mention.end, cue_at=cue_at, **marks))

    def _role(self, since: int, mention: Mention) -> tuple[Cue | None, int | None]:
        """Return the part a name plays and where the cue stands that says so."""
        words = self._words
        role, cue_at = _after(words, mention) if self._postpositions else _role(words, since, mention)
        role = _of_type(role, mention)
        marks = words[since : mention.begin]
        if role is Cue.TO_OR_AT and any(token.kind is Kind.DASH or Cue.ALL in token.cues for token in marks):
            role = Cue.TO
        follows_its_town = mention.region and self.found and mention.begin == self.found[-1].end
        if role is None and not follows_its_town:
            role = _by_ending(mention) or _by_what_follows(words, mention)
            if role is Cue.TO and self.found and _lies_beside(self.found[-1], mention):
                role = None
        return role, cue_at

    def _owns(self, previous: Group, mention: Mention) -> bool:
        """Return whether a country only tells whose the place is that follows it: "Syria's Rukban camp"."""
        between = self._words[previous.end : mention.begin]
        owner = previous.mentions[-1]
        return len(previous.mentions) == 1 and owner.region and _is_abroad(owner) and _is_possessive(between)

    def _joins(self, previous: Group, mention: Mention, role: Cue | None, between: _Between, *, then: bool) -> bool:
        """Return whether a name goes on with the list before it."""
        if self._postpositions:
            if role is None and previous.role is not None:
                return False  # a bare name waits for the suffix of the last name of its own list
            if between.list_only and previous.role is None:
                previous.role = role  # that suffix holds for the whole list
        if mention.joined and role is None and between.words == 0:
            return True
        if previous.role is Cue.BETWEEN and len(previous.mentions) == 1 and role is None and between.words == 1:
            return True  # "linking A with B"
        if previous.role in {Cue.TO, Cue.TO_OR_AT, Cue.VIA} and _opens_chain(self._words, mention, self._begins):
            return False
        if _is_abroad(mention) and role is None and not _is_abroad(previous.mentions[-1]):
            return False  # "from A, Syria": where A lies
        return between.list_only and not then and role in {None, previous.role, Cue.OF}

    def _means_nothing(self, mention: Mention, role: Cue | None) -> bool:
        """Return whether a name is no place of a way: it speaks, it is a person's, it only sounds like one."""
        words = self._words
        if (role is None and mention.loose) or (mention.abroad and role is Cue.FROM):
            return True
        if role in {None, Cue.OF, Cue.AT} and _is_abroad(mention):
            return True
        if (role in {None, Cue.OF} and _speaks(words, mention)) or _aside(words, mention):
            return True
        return role is None and mention.end not in self._begins and _is_person(words, mention)


def _is_abroad(mention: Mention) -> bool:
    """Return whether a name is a country's: one that nothing leads to speaks, or tells where something lies."""
    return mention.place is not None and mention.place.type is PlaceType.COUNTRY


def _is_possessive(between: Sequence[Token]) -> bool:
    """Return whether nothing but a genitive's "s" and words for kinds of places stand between two names."""
    return 0 < len(between) <= 2 and not between[0].spaced and all(Cue.KIND in token.cues for token in between)


def _lists(previous: Group, mention: Mention) -> bool:
    """Return whether an area only says where the buildings behind it stand: "in A, the hospitals B and C"."""
    wider = previous.mentions[-1].place
    if previous.role is not Cue.FROM or wider is None or mention.place is None or len(previous.mentions) > 1:
        return False
    inside = distance_km(wider, mention.place) <= _NARROWED_KM
    return inside and wider.type is PlaceType.AREA and mention.place.type is PlaceType.FACILITY


def _by_ending(mention: Mention) -> Cue | None:
    return _ATTACHED.get(mention.cases) if not mention.exact else None


_NARROWED_KM = 60.0
_OUTSKIRTS_KM = 30.0


def _lies_beside(previous: Group, mention: Mention) -> bool:
    """Return whether a particle "to" only tells which town an area belongs to: "the eastern Ghouta of Damascus"."""
    area = previous.mentions[-1].place
    if previous.end != mention.begin or area is None or mention.place is None or area.type is not PlaceType.AREA:
        return False
    return distance_km(area, mention.place) < _OUTSKIRTS_KM


def _narrows(words: Sequence[Token], previous: Group, mention: Mention) -> bool:
    """Return whether a name behind a comma says more closely where in the area before it people go."""
    wider = previous.mentions[-1].place
    if previous.role not in {Cue.TO, Cue.TO_OR_AT} or wider is None or mention.place is None:
        return False
    if wider.type is not PlaceType.AREA or distance_km(wider, mention.place) > _NARROWED_KM:
        return False
    return not any(Cue.AND in token.cues for token in words[previous.end : mention.begin])


def _opens_chain(words: Sequence[Token], mention: Mention, begins: set[int]) -> bool:
    """Return whether a dash and another name follow: "to B, C–D" begins a new pair at C."""
    after = words[mention.end] if mention.end < len(words) else None
    return after is not None and after.kind is Kind.DASH and mention.end + 1 in begins


@dataclass(frozen=True, slots=True)
class _Between:
    list_only: bool
    dash_only: bool
    counts_only: bool
    words: int


def _between(words: Sequence[Token], begin: int, end: int) -> _Between:
    """Return what stands between two names: separators of a list, a dash, counts, or words."""
    commas = dashes = numbers = others = strong = articles = 0
    depth = 0
    for at in range(begin, end):
        token = words[at]
        if token.kind is Kind.OPEN:
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth = max(0, depth - 1)
        elif depth or token.kind is Kind.QUOTE:
            continue
        elif token.kind in {Kind.COMMA, Kind.SLASH} or Cue.AND in token.cues:
            commas += 1
        elif token.kind is Kind.DASH:
            dashes += 1
        elif token.kind is Kind.NUMBER or token.cues & {Cue.THOUSAND, Cue.PEOPLE, Cue.ABOUT}:
            numbers += 1
        elif token.kind is Kind.END and at > begin and Cue.KIND in words[at - 1].cues:
            continue
        elif token.kind in {Kind.SEMICOLON, Kind.COLON, Kind.END, Kind.CLOCK}:
            strong += 1
        elif token.cues & _PASSED_OVER or token.cues & _ROLES:
            continue
        elif token.kind is Kind.WORD and not token.capital and not token.cues:
            articles += 1
        else:
            others += 1
    plain = not others and not strong and depth == 0
    return _Between(
        list_only=plain and commas > 0 and not dashes and not numbers and articles <= 1,
        dash_only=plain and dashes == 1 and not commas and not numbers and not articles,
        counts_only=plain and numbers > 0 and articles <= 2,
        words=others + articles + strong,
    )


def _role(words: Sequence[Token], since: int, mention: Mention) -> tuple[Cue | None, int | None]:
    """Return the cue that leads to `mention`, looking back over kinds of places and a few adjectives, and where."""
    unknown = 0
    weak: tuple[Cue, int] | None = None
    at = mention.begin - 1
    while at >= since:
        at -= words[at].head  # a phrase speaks at its first word
        token = words[at]
        if token.kind in {Kind.QUOTE, Kind.OPEN}:
            at -= 1
            continue
        if token.kind in {Kind.END, Kind.COLON} and at and Cue.KIND in words[at - 1].cues:
            at -= 1
            continue
        if token.kind is not Kind.WORD:
            break
        cues = token.cues & _ROLES
        if cues:
            cue = _by_case(cues, mention)
            if cue is None:
                return Cue.AT, at
            cue = _beside(words, at, cue)
            if cue is Cue.AT:
                led = _area_where(words, at)
                cue, at = led if led is not None else (cue, at)
            if cue is not Cue.OF:
                return cue, at
            weak = weak or (cue, at)
            at -= 1
            continue
        if token.cues & _PASSED_OVER or (token.cues and token.cues <= _LIGHT) or _between_kinds(words, at):
            at -= 1
            continue
        if token.cues and not _inside_phrase(words, at):
            break
        unknown += 1
        if unknown > _WORDS_BETWEEN or (token.capital and not _before_kind(words, at)):
            break
        at -= 1
    return weak if weak is not None else (None, None)


_CLAUSE = 8


def _area_where(words: Sequence[Token], at: int) -> tuple[Cue, int] | None:
    """Return what leads to "the areas that they hold in" before `at`: the name that follows is where those lie."""
    for back in range(at - 1, max(0, at - _CLAUSE), -1):
        token = words[back]
        if token.kind is not Kind.WORD:
            return None
        if Cue.ABOUT_PLACE in token.cues:
            before = words[back - 1 - words[back - 1].head]
            cue = next((cue for cue in (Cue.FROM, Cue.TO) if cue in before.cues), None)
            return (cue, back - 1 - words[back - 1].head) if cue is not None else None
    return None


def _before_kind(words: Sequence[Token], at: int) -> bool:
    """Return whether a kind of place follows at once: "the Syrian city of A"."""
    return at + 1 < len(words) and Cue.KIND in words[at + 1].cues


def _between_kinds(words: Sequence[Token], at: int) -> bool:
    """Return whether an "of" only joins two kinds of place: "the districts of the city of A"."""
    if Cue.OUT_OF not in words[at].cues or not at:
        return False
    before = words[at - 1 - words[at - 1].head]
    return bool(before.cues & _PASSED_OVER) and before.kind is Kind.WORD


def _of_type(role: Cue | None, mention: Mention) -> Cue | None:
    """Return the role that a kind of place can play: a road is always a way, a crossing mostly; "southward" leads."""
    if mention.place is None:
        return role
    if mention.place.type in _WAYS:
        return Cue.VIA
    if mention.place.type in _GATES and role not in {Cue.FROM, Cue.TO}:
        return Cue.VIA
    if role in {None, Cue.VIA, Cue.OF} and mention.keys and mention.keys[0][0].startswith(SMALL):
        return Cue.TO
    return role


def _speaks(words: Sequence[Token], mention: Mention) -> bool:
    """Return whether a name says something: "Kyiv said" is a government."""
    after = words[mention.end] if mention.end < len(words) else None
    if after is not None and Cue.SAYS in after.cues:
        return True
    at = mention.begin - 1
    while at >= 0 and words[at].cues & {Cue.KIND, Cue.REGION}:
        at -= 1 + words[at].head
    return at >= 0 and Cue.SAYS in words[at - words[at].head].cues and words[at].kind is Kind.WORD


def _aside(words: Sequence[Token], mention: Mention) -> bool:
    """Return whether a name stands in brackets within a way: "A (mall in B) – C"."""
    at = mention.begin - 1
    while at >= 0 and mention.begin - at < 8 and words[at].kind is not Kind.OPEN:
        if words[at].kind is Kind.CLOSE:
            return False
        at -= 1
    if at < 1 or words[at].kind is not Kind.OPEN:
        return False
    closing = next(
        (n for n in range(mention.end, min(mention.end + 8, len(words))) if words[n].kind is Kind.CLOSE), None
    )
    return closing is not None and closing + 1 < len(words) and words[closing + 1].kind is Kind.DASH


def _by_what_follows(words: Sequence[Token], mention: Mention) -> Cue | None:
    """Return the role of a name that nothing leads to: it is left, its people leave, "the Polohy corridor"."""
    if _is_left(words, mention):
        return Cue.FROM
    if mention.people:
        return Cue.FROM
    after = words[mention.end] if mention.end < len(words) else None
    named = after is not None and bool(after.cues & {Cue.CORRIDOR, Cue.EVACUATION}) and not mention.inflects
    return Cue.OF if named else None


def _is_left(words: Sequence[Token], mention: Mention) -> bool:
    """Return whether "left" follows a name as its object: "Kherson left 593 people" in a language of free order."""
    for at in range(mention.end, len(words) if mention.verb_last else min(mention.end + 1, len(words))):
        if words[at].kind in {Kind.COMMA, Kind.END, Kind.SEMICOLON}:
            return False
        if Cue.FROM in words[at].cues and words[at].cues & {Cue.MOVED, Cue.EVACUATION}:
            return mention.inflects or mention.verb_last
    return False


def _is_person(words: Sequence[Token], mention: Mention) -> bool:
    """Return whether a name that nothing leads to is a given name: another unknown capital follows at once."""
    after = words[mention.end] if mention.end < len(words) else None
    if after is None or mention.end - mention.begin > 1 or mention.guessed or mention.back:
        return False
    return after.kind is Kind.WORD and after.spaced and after.text[:1].isupper() and not after.cues


_ATTACHED = {"T": Cue.TO, "L": Cue.AT}


def _after(words: Sequence[Token], mention: Mention) -> tuple[Cue | None, int | None]:
    """Return the role that a suffix or postposition behind a name gives it, and where that stands."""
    for at in range(mention.end, min(mention.end + 3, len(words))):
        token = words[at]
        if token.kind is not Kind.WORD:
            break
        cues = token.cues & _ROLES
        if cues:
            return next(cue for cue in (Cue.FROM, Cue.TO, Cue.VIA, Cue.AT, Cue.OF, *cues) if cue in cues), mention.begin
        if not token.cues & _PASSED_OVER:
            break
    return None, None


def _inside_phrase(words: Sequence[Token], at: int) -> bool:
    return any(words[back].cue_length > at - back and words[back].cues & _ROLES for back in range(max(0, at - 3), at))


def _beside(words: Sequence[Token], at: int, cue: Cue) -> Cue:
    """Return the role that the words before a cue give it: "corridor in A" is A's, "to a hospital in B" goes to B."""
    if cue not in {Cue.AT, Cue.TO_OR_AT, Cue.OF} or not at:
        return cue
    before = words[at - 1]
    if cue is Cue.OF:
        single = words[at].cue_length == 1 and Cue.FROM not in words[at].cues
        return Cue.TO if single and Cue.AID in before.cues | words[at - 1 - before.head].cues else cue  # "aid for A"
    owner = words[at - 1 - before.head]
    if cue is Cue.AT and owner.cues & {Cue.CORRIDOR, Cue.EVACUATION, Cue.PEOPLE} and before.kind is Kind.WORD:
        return Cue.OF
    if Cue.FACILITY in before.cues:
        return _leads_to_facility(words, at - 1) or cue
    return cue


_FACILITY_WORDS = 5


def _leads_to_facility(words: Sequence[Token], at: int) -> Cue | None:
    """Return the role of the facility at `at`: "to the field hospital in B", "out of three hospitals in A"."""
    for back in range(at - 1, max(-1, at - _FACILITY_WORDS - 1), -1):
        token = words[back]
        cues = token.cues | words[back - token.head].cues if token.head else token.cues
        if Cue.FACILITY in cues or (Cue.OF in cues and not cues & {Cue.FROM, Cue.TO}):
            continue  # "to places of temporary residence in"
        if cues & {Cue.TO, Cue.TO_OR_AT}:
            return Cue.TO
        if Cue.FROM in cues:
            return Cue.FROM
        if token.kind not in {Kind.WORD, Kind.NUMBER} or (token.cues and not token.cues & _PASSED_OVER):
            return None
    return None


def _by_case(cues: frozenset[Cue], mention: Mention) -> Cue | None:
    """Return the role that the name's case allows: Slavic "з" leads to a genitive, "в" to two different cases."""
    cases = mention.cases
    if Cue.TO_OR_AT in cues:
        if not cases or "n" in cases:
            return Cue.TO_OR_AT
        return Cue.TO if "a" in cases else Cue.AT
    for cue in (Cue.FROM, Cue.TO, Cue.VIA, Cue.BETWEEN, Cue.EXCEPT, Cue.AT, Cue.OF):
        if cue in cues:
            if cue is Cue.FROM and cases and ("g" not in cases and ("i" in cases or "n" not in cases)):
                return None  # with the instrumental the same word means "with"
            return cue
    return None


_DATELINE = 12


def _is_dateline(words: Sequence[Token], mention: Mention) -> bool:
    """Return whether a name that begins a sentence only says where it was written: "MOSCOW, 29 December (X) —"."""
    if mention.begin or mention.end >= len(words):
        return False
    following = words[mention.end]
    if following.kind is Kind.OPEN or (words[0].text.isupper() and len(words[0].text) > 3):
        marks = {Kind.DASH, Kind.COLON, Kind.CLOSE}
    else:
        marks = {Kind.DASH}
    if following.kind not in {Kind.COMMA, Kind.OPEN, Kind.END} and not words[0].text.isupper():
        return False
    stretch = words[mention.end : mention.end + _DATELINE]
    spaced = [at for at, token in enumerate(stretch) if token.kind in marks and token.spaced]
    told = [token for token in stretch[: spaced[0]] if token.kind is Kind.NUMBER] if spaced else []
    agency = bool(spaced) and any(token.text.isupper() and len(token.text) > 1 for token in stretch[: spaced[0]])
    return bool(told or agency)


def _is_address(words: Sequence[Token], mention: Mention) -> bool:
    before = words[max(0, mention.begin - 2) : mention.begin]
    after = words[mention.end] if mention.end < len(words) else None
    if after is not None and after.kind is Kind.DASH and not after.spaced:
        return False
    if any(Cue.ADDRESS in token.cues for token in before[-1:]):
        return True
    if len(before) == 2 and Cue.ADDRESS in before[0].cues and not before[1].cues & LEADS:
        return True
    return after is not None and Cue.ADDRESS in after.cues and not mention.region
