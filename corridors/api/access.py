"""Who is calling, and may they? API keys, the bootstrap admin key, and reading without a key.

Start at `require`. A key that is given has to be good, also where none would be needed: a caller who believes to be
known must not be answered as a stranger.
"""

from __future__ import annotations

import contextlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, request

from corridors.api.context import Context, context
from corridors.errors import Forbidden, StoreError, Unauthorized
from corridors.model import EVERYTHING, PUBLIC, SCOPES, Key, Sensitivity

ADMIN = "admin"
HOW = "send it as `Authorization: Bearer <key>` or `X-Api-Key: <key>`"

_NOTE_USE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling. id: of their key; scope: None for somebody without one; clearance: the most they may see."""

    id: str
    scope: str | None
    clearance: Sensitivity = PUBLIC

    @property
    def is_admin(self) -> bool:
        """Return whether they see what belongs to others."""
        return self.scope == ADMIN

    def reaches(self, scope: str) -> bool:
        """Return whether their scope includes `scope`."""
        return self.scope is not None and SCOPES.index(self.scope) >= SCOPES.index(scope)


ANYBODY = Caller("", None)


def require(scope: str) -> Caller:
    """Return who is calling. Raises Unauthorized or Forbidden unless they may do what takes `scope`."""
    who = caller()
    if who.reaches(scope) or (scope == "read" and who is ANYBODY and context().settings.api.anonymous_read):
        return who
    if who is ANYBODY:
        raise Unauthorized(f"this takes an API key with the scope {scope}; {HOW}")
    raise Forbidden(f"this takes a key with the scope {scope}; yours has {who.scope}")


def caller() -> Caller:
    """Return who is calling, found out once a request. Raises Unauthorized for a key that is not good."""
    if "caller" not in g:
        g.caller = _recognise(_given_key(), context())
    known: Caller = g.caller
    return known


def _given_key() -> str | None:
    authorization = request.headers.get("Authorization")
    if authorization is None:
        return request.headers.get("X-Api-Key")
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Unauthorized(f"the Authorization header holds no Bearer key; {HOW}")
    return key.strip()


def _recognise(given: str | None, here: Context) -> Caller:
    if given is None:
        return ANYBODY
    admin_key = here.settings.admin_key
    if admin_key and hmac.compare_digest(_bytes(given), _bytes(admin_key)):
        return Caller(ADMIN, ADMIN, EVERYTHING)
    with here.store.read() as tx:
        key = tx.keys.by_secret(given)
    now = here.now().real_at
    if key is None:
        raise Unauthorized("this key is not known here; check that it was copied whole, or ask for a new one")
    if key.revoked_at is not None:
        raise Unauthorized("this key was revoked; ask whoever runs this installation for a new one")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthorized(f"this key expired on {key.expires_at:%d %B %Y}; ask for a new one")
    _note_use(key, here, now)
    return Caller(key.id, key.scope, key.clearance)


def _note_use(key: Key, here: Context, now: datetime) -> None:
    """Note that a key was used; rarely, as a read should not wait for the writer's lock, and never at its expense."""
    if key.last_used_at is None or key.last_used_at < now - _NOTE_USE_AFTER:
        with contextlib.suppress(StoreError), here.store.begin() as tx:
            tx.keys.touch(key, now)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
