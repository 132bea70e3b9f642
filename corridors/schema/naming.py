"""In which language are places called? The one asked for, else English, else as it was written.

A `Naming` turns values of the model into the same values with the chosen names, and remembers which languages it had
to take. Webhooks and the change feed are always as recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from corridors.model import Claim, Corridor, Place, Route


@dataclass(slots=True)
class Naming:
    """Names in the language `wanted` (ISO 639-1); None leaves everything as it is stored. One for each answer."""

    wanted: str | None = None
    used: set[str] = field(default_factory=set)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that were taken, the wanted one first."""
        return tuple(sorted(self.used, key=lambda language: (language != self.wanted, language)))

    def place(self, place: Place) -> Place:
        """Return a place by its name in the language; without one, and without an English one, as it was written."""
        return replace(place, name=self.name(place.name, place.names))

    def name(self, written: str, names: Mapping[str, str]) -> str:
        """Return what something is called that was written as `written` and has `names` by language."""
        language = self._language(names)
        return names[language] if language else written

    def text(self, names: Mapping[str, str]) -> Mapping[str, str]:
        """Return the one of `names` by language that is wanted, all of them where there is none in it."""
        language = self._language(names)
        return {language: names[language]} if language else names

    def route(self, route: Route) -> Route:
        """Return a route between places so named; the name of a road or gate stays."""
        if self.wanted is None:
            return route
        origin, destination = (end and self.place(end) for end in (route.origin, route.destination))
        return replace(route, origin=origin, destination=destination, via=tuple(self.place(stop) for stop in route.via))

    def corridor(self, corridor: Corridor) -> Corridor:
        """Return a corridor whose `name` holds the language alone."""
        if self.wanted is None:
            return corridor
        return replace(corridor, name=self.text(corridor.name), route=self.route(corridor.route))

    def claim(self, claim: Claim) -> Claim:
        """Return a claim about a route so named."""
        if self.wanted is None:
            return claim
        return replace(claim, statement=replace(claim.statement, route=self.route(claim.statement.route)))

    def _language(self, names: Mapping[str, str]) -> str | None:
        """Return the language to take out of `names`, and remember it."""
        if self.wanted is None:
            return None
        language = next((code for code in (self.wanted, "en") if code in names), None)
        if language:
            self.used.add(language)
        return language
