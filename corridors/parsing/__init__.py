"""Where are bytes of strangers parsed? In processes of their own, which are ended when they take too long.

A thread that burns the processor cannot be stopped, and in C code (a regular expression, a decoder) it stops every
other thread; a process can. It holds no secrets, gets no environment, may use so much memory and no more, and the
kernel ends it when its budget of processor time is used up: what a hostile page costs is one process, started anew
with the next page. What comes back may hold only values of the model. Start at `Parsers`.
"""

from __future__ import annotations

import io
import os
import pickle
import selectors
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from corridors.errors import ParseError
from corridors.model import Parsed, Response, Source

BUDGET_SECONDS = 10.0  # of processor time for one page; half a second is what the largest honest one takes
LEAST_SECONDS = 0.5  # is left for parsing, however late the page came
MOST_PROCESSES = 4
_SIZE = struct.Struct(">Q")
_STEP = 1 << 20
_OURS = ("corridors.model", "datetime", "zoneinfo")


class Parsers:
    """Processes that parse pages, started when they are needed. May be used by any number of threads at once."""

    def __init__(self, processes: int | None = None, budget_seconds: float = BUDGET_SECONDS) -> None:
        """Return a pool of at most `processes` (default: as many as there are processors, 2 to 4)."""
        self._places = threading.BoundedSemaphore(processes or min(max(os.cpu_count() or 2, 2), MOST_PROCESSES))
        self._budget_seconds = budget_seconds
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._closed = False

    def __call__(self, source: Source, response: Response, left_seconds: float) -> Parsed:
        """Return what the adapter of `source` makes of `response`.

        left_seconds: of the poll's own time. Raises ParseError as the adapter does, and `too_slow` where it takes more
        processor time than there is.
        """
        budget = max(min(self._budget_seconds, left_seconds), LEAST_SECONDS)
        ends = time.monotonic() + max(left_seconds, LEAST_SECONDS)
        if not self._places.acquire(timeout=max(left_seconds, LEAST_SECONDS)):
            raise ParseError("the time of the poll was used up before its page could be parsed", outcome="too_slow")
        try:
            return self._parse(source, response, budget, ends)
        finally:
            self._places.release()

    def close(self) -> None:
        """End every process that is idle; one that works ends with what it does."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def _parse(self, source: Source, response: Response, budget: float, ends: float) -> Parsed:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        if process is None:
            process = _Process()
        try:
            answer = process.ask((source, response, budget), ends)
        except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
            process.end()
            raise _ended(error, budget) from error
        with self._lock:
            if not self._closed:
                self._idle.append(process)
                process = None
        if process is not None:
            process.end()
        if isinstance(answer, Parsed):
            return answer
        message, outcome, position = answer
        raise ParseError(message, outcome=outcome, position=position)


class _Process:
    """One process, and the pipes to it."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corridors.parsing.apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
        )

    def ask(self, what: Any, ends: float) -> Any:
        """Return the answer. Raises EOFError where the process ended, TimeoutError at `ends` (time.monotonic)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.write(_SIZE.pack(len(asked)))
        for start in range(0, len(asked), _STEP):  # an unbuffered pipe may take less than it is given
            part = memoryview(asked)[start : start + _STEP]
            while part:
                part = part[self._process.stdin.write(part) :]
        file = self._process.stdout.fileno()
        (size,) = _SIZE.unpack(_read(file, _SIZE.size, ends))
        return _ModelsOnly(io.BytesIO(_read(file, size, ends))).load()

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        self._process.wait()


class _ModelsOnly(pickle.Unpickler):
    """Loads values of the model alone: whoever took over a parser by a page must not get further."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OURS) and "." not in name:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the model")


def _read(file: int, size: int, ends: float) -> bytes:
    read = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(file, selectors.EVENT_READ)
        while len(read) < size:
            left = ends - time.monotonic()
            if left <= 0 or not waiting.select(left):
                raise TimeoutError
            part = os.read(file, min(size - len(read), _STEP))
            if not part:
                raise EOFError
            read += part
    return bytes(read)


def _ended(error: Exception, budget: float) -> ParseError:
    if isinstance(error, pickle.UnpicklingError):
        return ParseError(f"the reader of the page gave back something else than documents ({error})")
    return ParseError(
        f"expected a page that can be parsed in {budget:.3g} s, saw one that takes longer or more memory than there is",
        outcome="too_slow",
    )
