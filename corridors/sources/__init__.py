"""How do bytes from a source become documents? One file a wire format; the file's name is the source's `kind`.

How to write a source kind
--------------------------
Write `corridors/sources/<kind>.py` (or a module elsewhere with an entry point in the group `corridors.sources`) that
defines `ADAPTER`, an object with the members of `Adapter`. Nothing else is edited: configuration learns the kind
and its keys from the object. A test with a sample of real bytes belongs beside it.

- Pure: no network, no files, no clock. Pages that are needed besides go into `Parsed.next_requests`; whoever polls
  fetches them and calls `parse` again with the answer, whose `request.purpose` says what it was asked for.
- `parse` raises ParseError and nothing else, whatever the bytes are; its `outcome` is one of `layout_changed`,
  `wrong_type`, `blocked`, `preview_off`, `identity_changed`, `gone`, `malformed`.
- Silence must be earned. `Parsed` with `seen` 0 and `complete` True says "proven empty"; a page in which nothing was
  found and nothing proves that there is nothing is `layout_changed`.
- What is wrong with a source's options shows in `first_request`, before anything is fetched: inside
  `with option("map"):` a ValueError becomes a sentence at that key of the operator's file.
- `complete` is True only if every item was understood: only then may the absence of an item mean something.
- A kind that can tell what was deleted has a method `suspects(source, known, seen)`: the requests that ask about known
  external ids which should have been among those seen. The answers go through `parse`, which fills `Parsed.gone`.
- `external_id` never depends on text that an editor may correct, and `published_at` is never "now".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from corridors.model import Parsed, Request, Response, Source, Validators
from corridors.registry import load


@dataclass(frozen=True, slots=True)
class Option:
    """One key of `Source.options` that a kind understands.

    type: what TOML must give (`str`, `int`, `bool`, `dict`, `list`); meaning: one line for whoever writes the file.
    """

    type: type
    meaning: str
    required: bool = False


class WrongOption(ValueError):
    """An option of a source cannot work; `key` is where it stands, and the message says what to write instead."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


@contextmanager
def option(key: str) -> Iterator[None]:
    """Turn a ValueError of the block into a WrongOption at `key`."""
    try:
        yield
    except WrongOption:
        raise
    except ValueError as error:
        raise WrongOption(key, str(error)) from error


def load_adapters() -> dict[str, Adapter]:
    """Return every adapter by its kind, ours and those of installed packages. Raises PluginError."""
    needs = ("options", "address", "max_bytes", "first_request", "parse")
    return load("corridors.sources", "ADAPTER", needs)


class Adapter(Protocol):
    """What `ADAPTER` of a source kind offers."""

    @property
    def options(self) -> Mapping[str, Option]:
        """Return the keys that the kind understands besides those of every source."""

    @property
    def address(self) -> tuple[str, ...]:
        """Return the keys of which one must be given to say where the source is: `url`, or an option of this kind."""

    @property
    def max_bytes(self) -> int:
        """Return how many bytes one poll may fetch unless the source says otherwise: a hostile page of that size must
        not cost more than 32 MiB of memory.
        """

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return what to fetch when `source` is due. Raises WrongOption for options that cannot work."""

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return the documents in `response`, in the order in which they were published as far as that is known.

        Raises ParseError, and nothing else.
        """
