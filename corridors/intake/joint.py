"""How do many threads write at once? Together: what arrives while one of them writes is written next, as one.

A transaction costs the same for one document as for thirty, and a country's day is added up once for all of them; a
hundred sources that change at the same moment would otherwise wait for each other a hundred times. Nobody waits for
company: whoever comes first writes at once. Start at `Joint`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_AT_ONCE = 128


@dataclass(slots=True)
class _Errand(Generic[Item, Result]):
    """One item that waits, and what became of it."""

    item: Item
    done: bool = False
    result: Result | None = None
    error: Exception | None = None


class Joint(Generic[Item, Result]):
    """Calls `write` with the items of all threads that wait, one call at a time.

    write: all or nothing, with a result for each item in order. Where it fails for several, each is tried alone, so
    that the fault of one is nobody else's.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._write = write
        self._waiting: list[_Errand[Item, Result]] = []
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def __call__(self, item: Item) -> Result:
        """Return what `write` makes of `item`, or raise what it raises."""
        mine: _Errand[Item, Result] = _Errand(item)
        with self._lock:
            self._waiting.append(mine)
        while not mine.done:
            with self._turn:
                if not mine.done:
                    self._run(self._next())
        if mine.error is not None:
            raise mine.error
        return mine.result  # type: ignore[return-value]

    def _next(self) -> list[_Errand[Item, Result]]:
        with self._lock:
            taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        return taken

    def _run(self, errands: Sequence[_Errand[Item, Result]]) -> None:
        try:
            results = self._write([errand.item for errand in errands])
        except Exception as error:  # noqa: BLE001 - it is raised again, in the thread of whoever it belongs to
            if len(errands) == 1:
                errands[0].error, errands[0].done = error, True
                return
            for errand in errands:
                self._run([errand])
            return
        for errand, result in zip(errands, results, strict=True):
            errand.result, errand.done = result, True
