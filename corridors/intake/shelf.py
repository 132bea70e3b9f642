"""How does a poll take what was sent to an inbox? It asks the store as it would ask a server, with a cursor.

The cursor is kept with the poll that read what lay before it, so a message is let go only after it was read and added
up; a poll that died is simply repeated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from corridors.model import Request, Response
from corridors.sources.inbox import PREFIX
from corridors.store import Store

MOST = 200  # messages in one poll


@dataclass(frozen=True, slots=True)
class Shelf:
    """Answers the requests of inbox sources."""

    store: Store

    def get(
        self,
        request: Request,
        *,
        timeout_seconds: float,
        max_bytes: int,
        max_redirects: int,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return what waits behind the request's cursor, at most `max_bytes` of it, one message a line."""
        source = request.url.removeprefix(PREFIX)
        seq = int(request.validators.cursor or 0)
        with self.store.read() as tx:
            found = tx.inbox.after(source, seq, MOST)
            waiting = tx.inbox.waiting(source)
        if waiting > len(found):
            with self.store.begin() as tx:
                tx.inbox.read_up_to(source, seq)
        lines: list[bytes] = []
        for each in found:
            told = {"seq": each.seq, "id": each.id, "received_at": each.received_at.isoformat()}
            line = json.dumps(told | {"message": json.loads(each.body or b"{}")}).encode()
            if lines and sum(map(len, lines)) + len(line) > max_bytes // 2:
                break
            lines.append(line)
        kind = {"content-type": "application/x-ndjson"}
        return Response(request.url, 200, kind, b"\n".join(lines), datetime.now(UTC), request)
