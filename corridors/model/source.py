"""Where announcements come from: sources, what they send, and the documents made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from corridors.model.route import Doubt, Statement, Total
from corridors.model.words import Authority, Sensitivity


@dataclass(frozen=True, slots=True)
class Dense:
    """Hours of the source's local day in which it is polled more often."""

    start_local: str
    end_local: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class Auth:
    """How a source is told who asks. The secret itself is never here: `value_env` names the variable that holds it.

    type: query (a parameter `name`), header (a header `name`) or basic (user `name`, or "user:password" in the secret).
    """

    type: str
    value_env: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The source always sends all that holds, so that what is missing has been removed.

    max_drop: the share that may be missing at once; more is held back for `grace` polls, as it may be a fault.
    """

    max_drop: float = 0.5
    grace: int = 2


@dataclass(frozen=True, slots=True)
class Source:
    """One place that we poll, or an inbox or desk that people write into.

    options: the keys of the source's own kind (see the kind's module docstring in corridors/sources/).
    party: a side of the conflict that speaks here, None for everybody else.
    timeout, max_bytes: of one whole poll, all its pages together.
    slowest: how long the interval may become while nothing new comes; None = it stays.
    filter: `include` (words of which a document must hold one) and `exclude` (of which it may hold none).
    """

    id: str
    kind: str
    publisher: str
    url: str | None = None
    name: str | None = None
    party: str | None = None
    authority: Authority = Authority.MEDIA
    reliability: str = "c"
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    timezone: str = "UTC"
    every: timedelta = timedelta(minutes=5)
    jitter: float = 0.2
    dense: tuple[Dense, ...] = ()
    licence: str | None = None
    attribution: str | None = None
    republish: str = "excerpt"
    sensitivity: Sensitivity = Sensitivity.LOW_OR_NONE
    enabled: bool = True
    rate_group: str | None = None
    min_gap: timedelta = timedelta(0)
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 8 * 1024 * 1024
    max_redirects: int = 5
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    defined_in: str = ""
    auth: Auth | None = None
    slowest: timedelta | None = None
    snapshot: Snapshot | None = None
    filter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return what people call it."""
        return self.name or self.publisher


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional GET sends back, verbatim as the server gave it.

    cursor: for a source that is asked only for what is new: the highest one seen.
    """

    etag: str | None = None
    last_modified: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a source needs; an adapter asks for more of them in `Parsed.next_requests`.

    purpose: "alert" and "detail" are entries of an index, which stay as they are for long and are asked conditionally.
    body: JSON that is sent with a POST.
    """

    url: str
    validators: Validators = Validators()
    purpose: str = "page"
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """Bytes as fetched. `body` is decoded from its transfer and content encodings; header names are lower case.

    moved: `url` is where permanent redirects (301, 308) led, and no others.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    request: Request | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One announcement as fetched, before the store knows it. Identity: (source, external_id).

    published_at: None where the source gives none that can be believed; never "now".
    statements: what a structured source says by itself; None = the text is to be read.
    forwarded_from: the place it was copied from, which makes the copy a carrier and not a second voice.
    """

    source: str
    external_id: str
    text: str
    fetched_at: datetime
    title: str = ""
    url: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    edited: bool = False
    forwarded_from: str | None = None
    media: tuple[str, ...] = ()
    statements: tuple[Statement, ...] | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an adapter made of one response.

    seen: items found; understood: items that became documents or were proven not to be any (service messages).
    complete: every item of this response was parsed; only then may absence mean something.
    gone: external ids of which the response proves that they are deleted.
    cursor: where to go on asking, as `Validators.cursor` of the next poll; None = where this poll began.
    """

    documents: tuple[Document, ...]
    seen: int
    understood: int
    complete: bool = True
    next_requests: tuple[Request, ...] = ()
    warnings: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored state of a document: id `doc_…`, number from 1; the last one holds, none is ever overwritten."""

    id: str
    number: int
    document: Document
    recorded_at: datetime
    historic: bool = False
    totals: tuple[Total, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is doing. state: pending, ok, late, failing, silent or blocked; outcome: the last poll's word.

    pending = never polled yet. An outcome of ok, not_modified or proven_empty is a success, nothing else is.
    first_poll_at: of a source that never was a success.
    """

    source: str
    state: str = "pending"
    outcome: str | None = None
    detail: str | None = None
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    validators: Validators = Validators()
    documents: int = 0
    first_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """One line of the poll log."""

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    status: int | None = None
    bytes: int = 0
    seen: int = 0
    understood: int = 0
    documents_new: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what we watch we can see. Stands in every list answer."""

    sources: int
    ok: int
    late: int
    failing: int
    silent: int
    oldest_ok_at: datetime | None
