"""Which answers are ready? Public answers of one process, for as long as nothing was committed that they depend on.

Making a page costs milliseconds, giving it again a hundredth of that. An answer is given again without a look at the
tables while the database says that nobody committed and the clock shows the same second, as how fresh sources are
moves with the clock; after that its tag is worked out anew, and the bytes are the same where the tag is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

MOST_BYTES = 32 << 20
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer as it went out, without what is each request's own. rule: of its address, for the count."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    rule: str


@dataclass(slots=True)
class Kept:
    """An answer. token: the state and the second in which its tag was worked out; body: None = only the tag is known.

    packed: its body by coding; ready: the whole answer by coding, "" = as it is.
    """

    token: Hashable
    tag: str
    changed_at: int
    body: bytes | None
    headers: tuple[tuple[str, str], ...]
    packed: dict[str, bytes] = field(default_factory=dict)
    ready: dict[str, Ready] = field(default_factory=dict)


class Shelf:
    """Answers by what was asked; the one that was asked for longest ago makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, asked: Hashable) -> Kept | None:
        """Return what was answered, if it is here."""
        with self._lock:
            found = self._kept.get(asked)
            if found:
                self._kept.move_to_end(asked)
            return found

    def put(self, asked: Hashable, answer: Kept) -> None:
        """Keep an answer, unless it is very large."""
        if len(answer.body or b"") > LARGEST:
            return
        with self._lock:
            if old := self._kept.pop(asked, None):
                self._bytes -= _size(old)
            self._kept[asked] = answer
            self._bytes += _size(answer)
            while self._bytes > MOST_BYTES:
                self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(answer: Kept) -> int:
    return 2 * len(answer.body or b"") + 1000  # what it takes packed, and what stands around it
