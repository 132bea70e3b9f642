"""Did this come from us? Signatures of Standard Webhooks 1.0.0 (symmetric, `v1`), made and checked.

Sends nothing and reads no clock; the official vectors are in the tests.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300  # what the official libraries allow a timestamp to be off, both ways


def secret_of(key: bytes) -> str:
    """Return the secret that a subscriber is shown: `whsec_` and the key, 24 to 64 random bytes, in base64."""
    return PREFIX + base64.b64encode(key).decode()


def sign(secrets: Sequence[str], id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks for an attempt, signed with every live secret, current first.

    Signed is the exact sequence of bytes `id.timestamp.body`; at: the instant of this attempt.
    """
    timestamp = str(int(at.timestamp()))
    content = f"{id_}.{timestamp}.".encode() + body
    signatures = [f"v1,{_mac(secret, content)}" for secret in secrets]
    return {"webhook-id": id_, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
    """Return None when a received request was signed with `secret` within five minutes of `now`, else what is wrong.

    headers: names in lower case. Any matching signature of the list is enough; entries of other versions are skipped.
    """
    id_, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id_ or not timestamp.isdecimal() or len(timestamp) > 12:
        return "a webhook header is missing or is not a timestamp"
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return "the timestamp is more than five minutes off; check the clock"
    expected = _mac(secret, f"{id_}.{timestamp}.".encode() + body)
    for entry in headers.get("webhook-signature", "").split():
        version, _, signature = entry.partition(",")
        if version == "v1" and hmac.compare_digest(signature.encode(), expected.encode()):
            return None
    return "no signature matches; is this the secret that was shown when the subscription was made?"


def _mac(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.digest(secret_bytes(secret), content, "sha256")).decode()


@lru_cache(4096)
def secret_bytes(secret: str) -> bytes:
    """Return the key in a secret. Raises ValueError with a sentence for the subscriber who wrote it."""
    if secret.startswith("v1,"):
        raise ValueError(f"this is a signature (v1,), not a secret; a secret starts with {PREFIX}")
    if not secret.startswith(PREFIX):
        raise ValueError(f"write {PREFIX} and then 24 to 64 random bytes in base64")
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"what follows {PREFIX} is not base64") from error
    if not 24 <= len(key) <= 64:
        raise ValueError(f"write 24 to 64 bytes in base64 after {PREFIX}; this is {len(key)}")
    return key
