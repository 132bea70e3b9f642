"""What is in a ZIP file that somebody may have packed to hurt us?

Sizes are checked before anything is unpacked and again while it is; names are only compared, never used as paths.
Start at `checked`.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable

from corridors.errors import ParseError

MAX_MEMBERS = 200
# What the standard library raises for damaged archives, when they are opened and when they are read.
FAULTS = (
    zipfile.BadZipFile,
    ValueError,
    OSError,
    NotImplementedError,
    EOFError,
    IndexError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
_MAGIC = b"PK\x03\x04"


def is_zip(body: bytes) -> bool:
    """Return whether `body` begins like a ZIP file."""
    return body.startswith(_MAGIC)


def checked(body: bytes, max_bytes: int) -> zipfile.ZipFile:
    """Return the archive in `body`, not encrypted and of at most `max_bytes` when unpacked. Raises ParseError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        members = archive.infolist()
    except FAULTS as error:
        raise ParseError("the archive cannot be read") from error
    if len(members) > MAX_MEMBERS:
        raise ParseError(f"the archive holds {len(members)} files, more than any real one")
    if sum(member.file_size for member in members) > max_bytes:
        raise ParseError(f"the archive unpacks to more than {max_bytes} bytes", outcome="too_large")
    if any(member.flag_bits & 1 for member in members):
        raise ParseError("the archive is encrypted")
    return archive


def member(body: bytes, max_bytes: int, wanted: Callable[[str], bool]) -> bytes:
    """Return the first member whose name is `wanted`. Raises ParseError for none, or one that lies about its size."""
    with checked(body, max_bytes) as archive:
        names = [name for name in archive.namelist() if wanted(name)]
        if not names:
            raise ParseError("the archive does not hold what it should", outcome="wrong_type")
        try:
            with archive.open(names[0]) as file:
                unpacked = file.read(max_bytes + 1)
        except FAULTS as error:
            raise ParseError("the archive is damaged") from error
    if len(unpacked) > max_bytes:
        raise ParseError(f"the archive unpacks to more than {max_bytes} bytes", outcome="too_large")
    return unpacked
