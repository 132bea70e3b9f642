"""How do we talk to other people's servers? This is the only door.

`Egress` decides which addresses may be contacted, `Fetcher` reads sources (threads, requests), `Deliverer` hands
webhooks over (asyncio, aiohttp). Both dial only what the same policy has vetted, both have one total deadline, and
neither knows a proxy, a cookie or a netrc file. What the bytes mean is decided in corridors.sources.
"""

from __future__ import annotations

from corridors.outbound.addresses import Egress
from corridors.outbound.deliver import Deliverer
from corridors.outbound.fetch import Fetcher

__all__ = ["Deliverer", "Egress", "Fetcher"]
