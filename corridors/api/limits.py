"""How often may somebody ask? So many requests a minute with each key, and from each address without one.

Start at `admit`; what is counted, and how, is in meter.py.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from flask import Response, g, request

from corridors.api.access import ANYBODY, caller
from corridors.api.context import Context, context
from corridors.api.meter import WINDOW_SECONDS, Standing
from corridors.errors import TooManyRequests, Unauthorized

COUNTED = "corridors.counted"  # in the environment: where a caller stands whose request was counted already


def admit() -> None:
    """Count the request. Raises TooManyRequests for one above the limit; a key that is not good counts as none."""
    here = context()
    try:
        who = caller()
    except Unauthorized:
        who = ANYBODY
    before: Standing | None = request.environ.get(COUNTED)
    standing = before or counted(here, who.id, request.remote_addr or "")
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


def counted(here: Context, key: str, address: str) -> Standing | None:
    """Count a request of a key ("" = none) from an address, and return where the caller stands; None = no limit."""
    said = here.settings.api
    policy, whose, quota = (
        ("key", key, said.key_per_minute) if key else ("address", _hidden(address), said.anonymous_per_minute)
    )
    return here.meter.count(policy, whose, quota, here.now().real_at) if quota else None


@lru_cache(maxsize=4096)
def _hidden(address: str) -> str:
    """Return a hash of where a request came from; of IPv6 the network, as one household has 2**64 addresses."""
    with contextlib.suppress(ValueError):
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address):
            address = str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def tell(answer: Response) -> Response:
    """Say in an answer where the caller stands."""
    standing: Standing | None = g.get("standing")
    if standing:
        answer.headers.extend(told(standing))
    return answer


def told(standing: Standing) -> list[tuple[str, str]]:
    """Return the headers that say where a caller stands (draft-ietf-httpapi-ratelimit-headers-11)."""
    remaining = max(0, standing.remaining)
    return [
        ("RateLimit-Policy", f'"{standing.policy}";q={standing.quota};w={WINDOW_SECONDS}'),
        ("RateLimit", f'"{standing.policy}";r={remaining};t={standing.reset_seconds}'),
    ]
