"""What must a reader be? The protocol of those that installed packages may supply instead of the rules.

Start at `chosen`. A reader is pure as far as the house is concerned: it gets a document and what it may stand on, and
returns a `Reading`. It is called from several threads. It must not raise on content (what it cannot tell is a doubt);
an exception ends the poll, which keeps nothing and tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Protocol

from corridors.errors import PluginError
from corridors.model import Document, Reading, Statement
from corridors.places import Gazetteer
from corridors.reading.language import Language

DEFAULT = "rules"


class Reader(Protocol):
    """Text to claims."""

    def __call__(
        self,
        document: Document,
        *,
        languages: Mapping[str, Language],
        gazetteer: Gazetteer,
        countries: Sequence[str] = (),
        timezone: str | None = None,
    ) -> Reading:
        """Return what `document` says.

        languages: the packs by code, those of the source first; gazetteer: names to places. countries: ISO 3166-1
        alpha-2 codes of the source; timezone: IANA zone of the corridor's days and hours, None = the country's.
        A document that carries statements of its own passes through untouched.
        """
        ...


def chosen(name: str, readers: Mapping[str, Any]) -> Reader:
    """Return the reader called `name` among `readers`. Raises PluginError where there is none.

    One from outside is asked to keep the protocol at every call: what is no Reading is refused with the reader's name.
    """
    if name not in readers:
        raise PluginError(
            f"the setting reading.reader is {name!r}, but there is only: {', '.join(sorted(readers))}; "
            "install the package that supplies it, or choose another"
        )
    reader = readers[name]
    if not callable(reader):
        raise PluginError(f"the reader {name!r} is no function and cannot be called")
    return reader if name == DEFAULT else _kept_to_its_word(name, reader)


def _kept_to_its_word(name: str, reader: Callable[..., Any]) -> Reader:
    @wraps(reader)
    def read(document: Document, **given: Any) -> Reading:
        reading = reader(document, **given)
        if not isinstance(reading, Reading) or not all(isinstance(each, Statement) for each in reading.statements):
            raise PluginError(f"the reader {name!r} returned a {type(reading).__name__}, no Reading of statements")
        return reading

    return read
