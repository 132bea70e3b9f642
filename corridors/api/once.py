"""Was this asked before? A POST with an `Idempotency-Key` is done once; repeating it gets the first answer again.

The answer is kept in the transaction of what it tells, so that neither is without the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from flask import Response, request

from corridors.api.access import caller
from corridors.api.context import context
from corridors.api.parameters import refusal
from corridors.errors import Conflict, Unprocessable
from corridors.store import Transaction
from corridors.store.answers import Answer

KEPT = timedelta(days=1)
LONGEST_KEY = 200


def once(work: Callable[[Transaction], Response]) -> Response:
    """Return what `work` answers in a transaction of its own, or what it answered to the same request before.

    Raises InvalidRequest for a key that is none, and Unprocessable for one that came with another request.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with context().store.begin() as tx:
            return work(tx)
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise refusal({"Idempotency-Key": [f"write 1 to {LONGEST_KEY} printable ASCII characters"]})
    try:
        return _done(key, work)
    except Conflict:  # the same request came twice at once, and the other one was first
        return _done(key, work)


def _done(key: str, work: Callable[[Transaction], Response]) -> Response:
    here = context()
    asked = hashlib.sha256(repr((request.method, request.full_path, request.get_data())).encode()).hexdigest()
    with here.store.begin() as tx:
        before = tx.answers.find(caller().id, key)
        if before is None:
            answer = work(tx)
            kept = Answer(asked, answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location"))
            tx.answers.keep(caller().id, key, kept, here.now().real_at)
            return answer
    if before.request != asked:
        raise Unprocessable("this Idempotency-Key came with another request before; give every request its own")
    again = Response(before.body, before.status, mimetype="application/json")
    again.headers["Cache-Control"] = "private, no-store"
    again.headers["Idempotency-Replayed"] = "true"
    if before.location:
        again.headers["Location"] = before.location
    return again
