"""How right is a reading? The figures by which the reader is judged, against announcements annotated by hand.

An announcement is an object with `id`, `kind`, `claims` and `totals`, an answer is what `corridors read --jsonl` prints
for it. A claim counts as found when its route (origin and destination) is, or its route and status are; a destination
where the text gives none is as wrong as none where it gives one. What else a claim says is judged on routes that were
found, wherever either side states it: an invented value weighs as much as a missed one.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corridors.cli.read import _answer, _asked
from corridors.places import Gazetteer
from corridors.reading import Language, read

Json = Mapping[str, Any]
SAME_PLACE_KM = 15.0
EARTH_KM = 6371.0
PLAIN_FIELDS = ("date", "start", "evacuated")


@dataclass
class Score:
    """Counts over any number of announcements; add two of them to judge both sets together."""

    counts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Score) -> Score:
        return Score(self.counts + other.counts, self.right + other.right, self.stated + other.stated)

    def f1(self, what: str) -> float:
        """Return the F1 of "route" or "claim": 1 where nothing was to be found and nothing was."""
        claims = self.counts["gold"] + self.counts["found"]
        return 2 * self.counts[what] / claims if claims else 1.0

    def share(self, name: str) -> float | None:
        """Return the share of right values of a field, None where nobody states one."""
        return self.right[name] / self.stated[name] if self.stated[name] else None

    def false_alarms(self) -> float | None:
        """Return the share of negative announcements that got any claim, None where there are none."""
        return self.counts["alarms"] / self.counts["negatives"] if self.counts["negatives"] else None

    def figures(self) -> dict[str, float | int | None]:
        """Return every figure by its name, in the order in which they are shown."""
        shares = {name: self.share(name) for name in (*PLAIN_FIELDS, "modes", "via", "totals")}
        return {
            "documents": self.counts["documents"],
            "claims": self.counts["gold"],
            "route_f1": self.f1("route"),
            "claim_f1": self.f1("claim"),
            **shares,
            "false_alarms": self.false_alarms(),
        }


def announcements(*paths: Path) -> list[dict[str, Any]]:
    """Return the annotated announcements of JSON Lines files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line]


def answer(announcement: Json, languages: Mapping[str, Language], gazetteer: Gazetteer) -> dict[str, Any]:
    """Return what the reader makes of one announcement, knowing no more of it than `corridors read --jsonl` would."""
    given = {key: announcement.get(key) for key in ("id", "text", "title", "language", "published", "country")}
    asked = _asked(json.dumps(given))
    return _answer(asked, read(asked.document, languages=languages, gazetteer=gazetteer, countries=asked.countries))


def score(pairs: Iterable[tuple[Json, Json]]) -> Score:
    """Judge answers: pairs of an annotated announcement and the reader's answer to it."""
    result = Score()
    for gold, found in pairs:
        _judge(result, gold, found)
    return result


def missed_and_invented(gold: Json, found: Json) -> tuple[list[Json], list[Json]]:
    """Return the claims that were not found with route and status, and the ones that nobody made."""
    pairs = _pair_up(gold["claims"], found["claims"], _same_claim)
    hit_gold, hit_found = {i for i, _ in pairs}, {j for _, j in pairs}
    missed = [claim for i, claim in enumerate(gold["claims"]) if i not in hit_gold]
    return missed, [claim for j, claim in enumerate(found["claims"]) if j not in hit_found]


def _judge(result: Score, gold: Json, found: Json) -> None:
    routes = _pair_up(gold["claims"], found["claims"], _same_route)
    result.counts.update(
        documents=1,
        gold=len(gold["claims"]),
        found=len(found["claims"]),
        route=len(routes),
        claim=len(_pair_up(gold["claims"], found["claims"], _same_claim)),
    )
    if gold["kind"] == "negative":
        result.counts.update(negatives=1, alarms=bool(found["claims"]))
    for i, j in routes:
        _judge_fields(result, gold["claims"][i], found["claims"][j])
    for name, value in gold["totals"].items():
        _tell(result, "totals", value, found["totals"].get(name))


def _judge_fields(result: Score, gold: Json, found: Json) -> None:
    for name in PLAIN_FIELDS:
        _tell(result, name, gold[name], found[name])
    _tell(result, "modes", set(gold["modes"]) or None, set(found["modes"]) or None)
    same_way = len(gold["via"]) == len(found["via"]) and all(map(same_place, gold["via"], found["via"]))
    _tell(result, "via", gold["via"] or None, (gold if same_way else found)["via"] or None)


def _tell(result: Score, name: str, gold: object, found: object) -> None:
    if gold is not None or found is not None:
        result.stated[name] += 1
        result.right[name] += gold == found


def _pair_up(gold: Sequence[Json], found: Sequence[Json], same: Callable[[Json, Json], bool]) -> list[tuple[int, int]]:
    """Return pairs of indexes, each index at most once, likest first: the same status, then the same day."""

    def unlikeness(pair: tuple[int, int]) -> tuple[int, int, int]:
        one, other = gold[pair[0]], found[pair[1]]
        return -2 * (one["status"] == other["status"]) - (one["date"] == other["date"]), *pair

    candidates = [(i, j) for i, one in enumerate(gold) for j, other in enumerate(found) if same(one, other)]
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    pairs = []
    for i, j in sorted(candidates, key=unlikeness):
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((i, j))
    return pairs


def _same_route(one: Json, other: Json) -> bool:
    return same_place(one["origin"], other["origin"]) and same_place(one["destination"], other["destination"])


def _same_claim(one: Json, other: Json) -> bool:
    return one["status"] == other["status"] and _same_route(one, other)


def same_place(one: Json | None, other: Json | None) -> bool:
    """Return whether two places lie within 15 km or, where either has no coordinates, share a name or the words."""
    if one is None or other is None:
        return one is other
    if None not in (one["lat"], one["lon"], other["lat"], other["lon"]):
        return _kilometres(one, other) <= SAME_PLACE_KM
    return bool(_names(one) & _names(other))


def _names(place: Json) -> set[str]:
    return {_folded(place.get(key) or "") for key in ("name", "surface")} - {""}


def _folded(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())


def _kilometres(one: Json, other: Json) -> float:
    lat, lon, other_lat, other_lon = map(math.radians, (one["lat"], one["lon"], other["lat"], other["lon"]))
    half = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
