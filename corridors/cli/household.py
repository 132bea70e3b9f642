"""How do several processes live and die together? The children of `serve` and `demo`, in one process group.

A child that dies is started again; one that cannot stay alive ends the household. When the parent dies, however it
dies, the kernel ends the children (Linux; elsewhere they notice at the next signal of the terminal).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

from corridors.errors import CorridorsError

STOP_WITHIN_SECONDS = 18.0
SHORT_LIFE_SECONDS = 5.0
MOST_SHORT_LIVES = 3
_PR_SET_PDEATHSIG = 1


class ChildError(CorridorsError):
    """A child process cannot stay alive; what it said stands above."""


@dataclass(slots=True)
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    started: float
    short_lives: int = 0


@dataclass(slots=True)
class Household:
    """Children by name. Use as a context manager, then `watch`."""

    environment: Mapping[str, str]
    say: Callable[[str], None]
    _children: list[_Child] = field(default_factory=list)
    _told: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Household:
        """Take SIGTERM and SIGINT as the wish to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._told.set())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every child: a request first, and after its time the end."""
        for child in self._children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child and keep it alive from now on."""
        self._children.append(_Child(name, command, self._spawn(command), time.monotonic()))

    def watch(self, *, tick_seconds: float = 0.2, each_tick: Callable[[], None] = lambda: None) -> None:
        """Return when told to stop. Raises ChildError when a child died three times within seconds of its start."""
        while not self._told.wait(tick_seconds):
            each_tick()
            for child in self._children:
                code = child.process.poll()
                if code is not None and not self._told.is_set():
                    self._revive(child, code)

    def _revive(self, child: _Child, code: int) -> None:
        lived = time.monotonic() - child.started
        child.short_lives = child.short_lives + 1 if lived < SHORT_LIFE_SECONDS else 0
        if child.short_lives >= MOST_SHORT_LIVES or code == 2:  # 2 = its configuration is wrong, which stays so
            raise ChildError(f"the {child.name} process cannot stay alive (exit code {code}); see what it said above")
        self.say(f"The {child.name} process ended (exit code {code}) and is started again.")
        child.process, child.started = self._spawn(child.command), time.monotonic()

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-m", "corridors.cli.household", str(os.getpid())]
        return subprocess.Popen([*launcher, *command], env=dict(self.environment), stdin=subprocess.DEVNULL)  # noqa: S603


def _become(parent: int, command: Sequence[str]) -> None:
    """Become `command`, with SIGTERM from the kernel at the parent's death (the request survives exec)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:  # it may have died before the request
        os.execv(command[0], list(command))  # noqa: S606 - our own commands, no shell


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
