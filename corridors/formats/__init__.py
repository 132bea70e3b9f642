"""How do corridors leave us as bytes? One file an output format; the file's name is what `?format=` takes.

How to write an output format
-----------------------------
Write `corridors/formats/<name>.py` (or a module elsewhere with an entry point in the group `corridors.formats`) that
defines `FORMAT`, an object with the members of `Format`. Nothing else is edited: the API, its description and the
choice by `Accept` learn it from the object.

- Pure: no network, no files, no clock. The same records and frame give the same bytes, for the sake of ETags.
- A record is what the API's JSON holds, already cut to what its reader may see. Besides, places of routes may carry
  `names` (by language), occurrences `sources` (name, url and reliability of those that its reasons rest on), and
  single events and occurrences `earlier` (id and timestamp of the events before, oldest first).
- Records come from an iterator and are written as they come: an export is as long as it likes, memory is not.
- Names and texts are anybody's: whatever they hold must arrive as text, in the file's syntax and in the programs that
  open it.
- The frame's notice, coverage and attribution stand somewhere fitting in every file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from corridors.schema.frame import Frame

__all__ = ["Format", "Frame", "Records"]

Records = Iterator[Mapping[str, Any]]


class Format(Protocol):
    """What `FORMAT` of an output format offers."""

    @property
    def media_type(self) -> str:
        """Return the media type by which `Accept` asks for the format."""

    @property
    def extension(self) -> str:
        """Return how the names of its files end, without the dot."""

    @property
    def carries(self) -> Mapping[str, str]:
        """Return which nouns it can carry, each with the media type that it then has.

        Nouns are those of the API: "corridors", "occurrences", "events", "tallies", "claims" are lists, "corridor",
        "occurrence", "event" and "claim" are one record.
        """

    @property
    def page_size(self) -> int | None:
        """Return how many records one file holds unless somebody asks for a number; None = all there are."""

    def write(self, records: Records, frame: Frame) -> Iterator[bytes]:
        """Yield the file in pieces."""
