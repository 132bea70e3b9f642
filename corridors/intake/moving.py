"""Where has a source moved for good? A permanent redirect is believed after two good polls through it.

Only within one site: a domain that was lost redirects to whoever bought it, so another site has to be written into
the source's file by a person. The first poll that fails at the new address forgets it. Start at `address_of`.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from corridors.intake.gathering import SUCCESS
from corridors.model import Poll, Source, Validators
from corridors.sources import Adapter
from corridors.store import Transaction

BELIEVED_AFTER = 2


def address_of(source: Source, adapter: Adapter, tx: Transaction) -> str | None:
    """Return the address to ask instead of the source's own, None where it has not moved."""
    mark = tx.leases.mark(_name(source))
    if not mark:
        return None
    own, moved_to, polls = json.loads(mark)
    known = own == adapter.first_request(source, Validators()).url and polls >= BELIEVED_AFTER
    return str(moved_to) if known else None


def remember(source: Source, adapter: Adapter, moved_to: str | None, line: Poll, tx: Transaction) -> None:
    """Count a good poll that was led to `moved_to`; a poll that failed begins the count anew."""
    mark = tx.leases.mark(_name(source))
    own = adapter.first_request(source, Validators()).url
    before = json.loads(mark) if mark else None
    if line.outcome not in SUCCESS:
        after = None
    elif moved_to is None or not _same_site(own, moved_to):
        return
    else:
        polls = before[2] if before and before[:2] == [own, moved_to] else 0
        after = [own, moved_to, polls + 1]
    if after != before:
        tx.leases.set_mark(_name(source), json.dumps(after) if after else "")


def _name(source: Source) -> str:
    return f"moved.{source.id}"


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host, or of a host and a name below it; never from https to plain http."""
    first, second = urlsplit(one), urlsplit(other)
    hosts = [(part.hostname or "").removeprefix("www.") for part in (first, second)]
    below = hosts[0] == hosts[1] or hosts[0].endswith("." + hosts[1]) or hosts[1].endswith("." + hosts[0])
    return below and second.scheme in {first.scheme, "https"}
