"""Which texts are copies of each other? Announcements as fingerprints that are compared without reading them again.

Start at `sketch`.
"""

from __future__ import annotations

import re
from hashlib import blake2b, sha256
from itertools import pairwise

FEWEST_WORDS = 8  # shorter texts are alike by chance; they are copies only when they are the same
_BUCKETS = 64
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+|(?<![\w.])@\w+")
_WORD = re.compile(r"[^\W_]+")
# Who had it first is no part of what was said: a line above a forwarded text, or a mark before it.
_HEADER = re.compile(r"(?:forwarded|reposted|переслан[оы]?|репост)\b.{0,100}$", re.IGNORECASE)
_MARK = re.compile(r"(?:rt\s+@\w+:?|fwd?:)", re.IGNORECASE)
_FOOTER_WORDS = 8  # a line with a link and so few words beside it subscribes, and announces nothing


def plain_words(text: str) -> list[str]:
    """Return the words of an announcement as they are compared: without links, signatures, forward headers and case."""
    lines = [_MARK.sub("", line.strip(), count=1) for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and _HEADER.match(lines[0]):
        del lines[0]
    told = [line for line in lines if not _is_footer(line)] or lines
    return _WORD.findall("\n".join(_LINK.sub(" ", line) for line in told).casefold())


def fingerprint(text: str) -> str:
    """Return what copies of one text share, whatever their layout; "" where nothing is left to compare."""
    letters = "".join(plain_words(text))
    return sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32] if letters else ""


def sketch(text: str) -> str:
    """Return 64 bytes, in hex, by which `likeness` compares texts; "" of one too short to be compared.

    One-permutation MinHash over pairs of words (Li, Owen, Zhang 2012): every pair falls into one bucket, the smallest
    of a bucket stands for it, 00 is a bucket without any.
    """
    words = plain_words(text)
    if len(words) < FEWEST_WORDS:
        return ""
    least: list[int | None] = [None] * _BUCKETS
    for pair in {f"{one} {other}" for one, other in pairwise(words)}:
        digest = int.from_bytes(blake2b(pair.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        value, bucket = divmod(digest, _BUCKETS)
        held = least[bucket]
        least[bucket] = value if held is None else min(held, value)
    return bytes(0 if value is None else 1 + value % 255 for value in least).hex()


def likeness(one: str, other: str) -> float:
    """Return the estimated share of word pairs that two sketched texts have in common, 0 where either has no sketch."""
    if not one or not other:
        return 0.0
    buckets = [(a, b) for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True) if a or b]
    return sum(a == b for a, b in buckets) / len(buckets)


def _is_footer(line: str) -> bool:
    return bool(_LINK.search(line)) and len(_WORD.findall(_LINK.sub(" ", line))) <= _FOOTER_WORDS
