"""What does an exported file say beside its records? Where it comes from, whom it is owed to, what it must not be
taken for.

Every output format gets one `Frame` and puts it somewhere fitting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the records of one export. Everything in it follows from the state that is shown.

    noun: what the records are, in the plural for a list ("corridors"), in the singular for one record ("corridor").
    installation: root of every link, without a slash at its end; self_link: the address of this very export.
    changed_at: when the state shown last changed, not when somebody asked: the same state gives the same bytes.
    language: of names, as asked for (ISO 639-1), None = as recorded. coverage, attribution: as in every list.
    first_link: where the records begin, which names the export as a whole; next_link: where they go on, None at the
    end. gone: events about records that are no more, for formats that can take back what they told. actual: whether
    this is in earnest, False in a demo.
    """

    noun: str
    title: str
    installation: str
    self_link: str
    changed_at: datetime
    notice: str
    coverage: Mapping[str, Any] = field(default_factory=dict)
    attribution: Sequence[Mapping[str, Any]] = ()
    language: str | None = None
    first_link: str = ""
    next_link: str | None = None
    gone: Sequence[Mapping[str, Any]] = ()
    actual: bool = True

    @property
    def host(self) -> str:
        """Return the name under which the installation is known, for identifiers that must be the world's only ones."""
        return urlsplit(self.installation).hostname or "localhost"

    @property
    def sight(self) -> str:
        """Return in one sentence how much of what is watched could be seen."""
        told = self.coverage
        seen = f"{told.get('ok', 0)} of {told.get('sources', 0)} sources could be read"
        oldest = told.get("oldest_ok_at")
        return f"{seen}, the longest ago at {oldest}." if oldest else f"{seen}."

    @property
    def credit(self) -> str:
        """Return whom the data is owed to, in one line."""
        return "; ".join(dict.fromkeys(_owed(each) for each in self.attribution))


def _owed(each: Mapping[str, Any]) -> str:
    words = each.get("attribution") or each.get("name") or ""
    return f"{words} ({each['licence']})" if each.get("licence") else str(words)
