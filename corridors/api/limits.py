"""How often may somebody ask? So many requests a minute with each key, and from each address without one.

Start at `admit`; what is counted, and how, is in meter.py.
"""

from __future__ import annotations

import contextlib
import hashlib
from ipaddress import IPv6Address, ip_address

from flask import Response, g, request

from corridors.api.access import ANYBODY, caller
from corridors.api.context import Context, context
from corridors.api.meter import WINDOW_SECONDS, Standing
from corridors.errors import TooManyRequests, Unauthorized


def admit() -> None:
    """Count the request. Raises TooManyRequests for one above the limit; a key that is not good counts as none."""
    here = context()
    try:
        who = caller()
    except Unauthorized:
        who = ANYBODY
    standing = _standing(here, who.id)
    if standing is None:
        return
    g.standing = standing
    if standing.remaining < 0:
        per = "this key" if who.id else "one address without a key"
        raise TooManyRequests(
            f"the limit is {standing.quota} requests a minute for {per}; wait {standing.reset_seconds} s, ask less "
            "often (send If-None-Match, follow /v1/events), or subscribe to webhooks",
            retry_after_seconds=standing.reset_seconds,
            policy=standing.policy,
        )


def _standing(here: Context, key: str) -> Standing | None:
    said = here.settings.api
    policy, whose, quota = (
        ("key", key, said.key_per_minute) if key else ("address", _address(), said.anonymous_per_minute)
    )
    return here.meter.count(policy, whose, quota, here.now().real_at) if quota else None


def _address() -> str:
    """Return a hash of where the request came from; of IPv6 the network, as one household has 2**64 addresses."""
    text = request.remote_addr or ""
    with contextlib.suppress(ValueError):
        address = ip_address(text)
        if isinstance(address, IPv6Address):
            text = str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def tell(answer: Response) -> Response:
    """Say in an answer where the caller stands (draft-ietf-httpapi-ratelimit-headers-11)."""
    standing: Standing | None = g.get("standing")
    if standing:
        answer.headers["RateLimit-Policy"] = f'"{standing.policy}";q={standing.quota};w={WINDOW_SECONDS}'
        remaining = max(0, standing.remaining)
        answer.headers["RateLimit"] = f'"{standing.policy}";r={remaining};t={standing.reset_seconds}'
    return answer
