"""How is a good page spoiled, so that a fuzzer gets further than the first byte?"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# What formats trip over: ends and starts of their structures, odd characters, numbers that are none.
NASTY = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"<!DOCTYPE x [",
    b"&#0;",
    b"&#xD800;",
    b"&nbsp;",
    b'"',
    b"'",
    b"\\u0000",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b";",
    b"\t",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xd0",
    b"NaN",
    b"1e400",
    b"-0",
    b"9" * 40,
    b"null",
    b"true",
    b"0000-00-00T00:00:00Z",
    b"9999-12-31T23:59:59+14:00",
    b"0001-01-01T00:00:00+14:00",
    b"2022-02-30",
    b"91,181 -91,-181",
    b"#geo+lat",
    b"http://[::1",
    b"javascript:x",
    b"//",
    b"PK\x03\x04",
    "İ".encode(),
    "\u202e\u2066".encode(),
)


@dataclass(frozen=True)
class Spoiler:
    """Spoils pages; the same seed spoils the same way."""

    seed: int
    changes: int

    def spoil(self, page: bytes) -> bytes:
        """Return the page after some changes: parts cut, doubled, moved, replaced by what is nasty, bits turned."""
        random = Random(self.seed)
        spoiled = bytearray(page)
        for _ in range(self.changes):
            start = random.randrange(len(spoiled) + 1)
            end = min(len(spoiled), start + random.choice((1, 1, 2, 5, 20, 200)))
            part = bytes(spoiled[start:end])
            way = random.randrange(6)
            if way == 0:
                del spoiled[start:end]
            elif way == 1:
                spoiled[start:start] = part * random.choice((1, 2, 30))
            elif way == 2:
                spoiled[start:end] = random.choice(NASTY)
            elif way == 3:
                spoiled[start:start] = random.choice(NASTY) * random.choice((1, 1, 50))
            elif way == 4:
                at = random.randrange(len(spoiled) + 1)
                spoiled[at:at] = part
            elif start < len(spoiled):
                spoiled[start] ^= 1 << random.randrange(8)
        return bytes(spoiled[:200_000])
