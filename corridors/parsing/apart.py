"""The process in which pages are parsed: `python -m corridors.parsing.apart`, run by corridors.parsing alone.

Takes (source, response, budget) from its standard input, one after the other, and answers each on its standard output
with what the adapter returns, or with the message, outcome and position of what it raises.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from corridors.errors import ParseError
from corridors.sources import load_adapters

MOST_BYTES = 768 * 1024 * 1024  # of memory; a page may cost 32 MiB, the modules do not need a tenth of it
_SIZE = struct.Struct(">Q")


def answer(asked: bytes, adapters: Any) -> Any:
    """Return a Parsed, or (message, outcome, position)."""
    source, response, budget = pickle.loads(asked)  # noqa: S301 - from our own parent
    # The signal's default ends the process, in the midst of whatever it does; a handler would have to wait for that.
    signal.setitimer(signal.ITIMER_PROF, budget)
    try:
        return adapters[source.kind].parse(response, source)
    except ParseError as error:
        return str(error), error.outcome, error.position
    except MemoryError:
        return "parsing the page takes more memory than there is", "too_large", None
    except Exception as error:  # noqa: BLE001 - the border to plug-ins: their fault must not blind us unnoticed
        return f"the reader of {source.kind} sources failed: {type(error).__name__}: {error}", "malformed", None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    adapters = load_adapters()
    gc.freeze()  # the modules stay
    while head := questions.read(_SIZE.size):
        told = answer(questions.read(*_SIZE.unpack(head)), adapters)
        packed = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        answers.write(_SIZE.pack(len(packed)) + packed)
        answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which closes our input
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a plug-in prints is no answer
    serve(sys.stdin.buffer, out)
