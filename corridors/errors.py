"""Every exception that corridors raises on purpose, drawn as a tree.

    CorridorsError
    ├── ConfigError           settings or a source file: the process refuses to start
    ├── PluginError           a plug-in clashes with another or lacks its constant
    ├── SourceError           a source could not be read; says whether to try again
    │   ├── FetchError        the network half: address, status, deadline, size
    │   └── ParseError        the bytes are not what this kind of source sends
    ├── BlockedAddress        outbound: the address may not be contacted
    ├── StoreError            wraps the driver's error, chained
    │   ├── Conflict          somebody else changed the row first: try again
    │   ├── Busy              the one thing there may be only one of is taken
    │   └── ForeignSeal       a secret that was sealed with another key, or for another row
    └── RequestError          becomes an application/problem+json answer
        ├── InvalidRequest    with errors by parameter
        ├── NotFound
        ├── Unauthorized      no key, or a key that is not ours
        ├── Forbidden         the key is good, its scope is not enough
        ├── TooManyRequests   more often than the limit allows
        └── NotReady          what the answer stands on is still being made

Foreign exceptions (requests, SQLAlchemy, expat) are translated where they enter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class CorridorsError(Exception):
    """The root: whatever we raise on purpose can be caught as this."""


class ConfigError(CorridorsError):
    """Settings or a source definition is wrong; `problems` has one line for each fault, with file and key."""

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class PluginError(CorridorsError):
    """A plug-in clashes with another or lacks the constant that its package asks for."""


class SourceError(CorridorsError):
    """A source could not be read. `outcome` is a word of the poll log; `permanent` = trying again soon is useless."""

    def __init__(
        self,
        message: str,
        *,
        outcome: str = "unavailable",
        permanent: bool = False,
        retry_after_seconds: float | None = None,
    ) -> None:
        self.outcome = outcome
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class FetchError(SourceError):
    """The network half of a poll failed; `status` is the HTTP status if there was one.

    cut: the connection was reset before an answer, so that one more try soon is worth it.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: str = "unavailable",
        permanent: bool = False,
        retry_after_seconds: float | None = None,
        status: int | None = None,
        cut: bool = False,
    ) -> None:
        self.status = status
        self.cut = cut
        super().__init__(message, outcome=outcome, permanent=permanent, retry_after_seconds=retry_after_seconds)


class ParseError(SourceError):
    """The bytes are not what this kind of source sends; `position` is an offset or line where known."""

    def __init__(self, message: str, *, outcome: str = "malformed", position: int | None = None) -> None:
        self.position = position
        super().__init__(message, outcome=outcome)


class BlockedAddress(CorridorsError):
    """The egress policy refuses this address; the message names the setting, never the resolved address."""


class StoreError(CorridorsError):
    """The database refused; the driver's own error is chained."""


class Conflict(StoreError):
    """Somebody else changed the row first; reading again and trying again is safe."""


class Busy(StoreError):
    """The one thing there may be only one of (the worker of a SQLite file) is taken."""


class ForeignSeal(StoreError):
    """A secret does not open: it was sealed with another key, or for another row."""


class RequestError(CorridorsError):
    """A request that cannot be answered as asked; becomes an RFC 9457 problem document."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        self.detail = detail
        self.errors = {key: list(texts) for key, texts in (errors or {}).items()}
        super().__init__(detail)


class InvalidRequest(RequestError):
    """A parameter or body is wrong; `errors` maps each parameter to sentences."""

    status = 400
    title = "Invalid request"


class NotFound(RequestError):
    """There is no such thing, or none that this caller may see."""

    status = 404
    title = "Not found"


class Moved(RequestError):
    """What was asked for stands for itself no more; `into` is the id of what took its place."""

    status = 308
    title = "Permanent redirect"

    def __init__(self, id_: str, into: str) -> None:
        self.id = id_
        self.into = into
        super().__init__(f"{id_} was merged into {into}")


class Unauthorized(RequestError):
    """No key, or a key that is not ours, expired or revoked."""

    status = 401
    title = "Unauthorized"


class Forbidden(RequestError):
    """The key is good but its scope does not reach this far."""

    status = 403
    title = "Forbidden"


class Unprocessable(RequestError):
    """A request that is well formed and contradicts an earlier one."""

    status = 422
    title = "Unprocessable content"


class TooManyRequests(RequestError):
    """More requests than the limit allows; `policy` is the name of the limit."""

    status = 429
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_seconds: int, policy: str) -> None:
        self.retry_after_seconds = retry_after_seconds
        self.policy = policy
        super().__init__(detail)


class NotReady(RequestError):
    """What the answer stands on is still being made."""

    status = 503
    title = "Not ready"

    def __init__(self, detail: str, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail)
