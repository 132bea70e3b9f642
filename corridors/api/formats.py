"""In which format is an answer wanted, and how does it get there? `?format=`, else Accept, else JSON.

An export is written inside one state of the store into a spool (memory, then a file), and sent from there: every row
is of the same moment, a slow reader holds no database, an error is an error and no torn file, and the process needs no
more memory for a hundred thousand rows than for one. Start at `listed` and `single`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from corridors import schema
from corridors.api.answer import alone, listing_of_bytes, public, trimmed
from corridors.api.context import context
from corridors.api.filters import selection
from corridors.api.parameters import MOST, Parameter, one_of, refusal
from corridors.formats import Format, Frame
from corridors.model import EventType, Route
from corridors.registry import load
from corridors.selection import ROUTE_KEYS
from corridors.store import Transaction

JSON = "json"

Record = Mapping[str, Any]
Rows = tuple[Sequence[Any], str | None]
Page = Callable[[Transaction, dict[str, Any], schema.Naming], Rows]

_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
_MERGERS = 100
_KNOWN = 10_000


@cache
def formats() -> Mapping[str, Format]:
    """Return every output format by its name."""
    return load("corridors.formats", "FORMAT")


def carrying(noun: str) -> dict[str, Format]:
    """Return the formats that can carry a noun, by name."""
    return {name: each for name, each in sorted(formats().items()) if noun in each.carries}


def a_format(noun: str) -> Parameter:
    """Return the parameter that chooses a format for a noun."""
    names = [JSON, *carrying(noun)]
    return Parameter(
        one_of(names), "file format; without it the Accept header decides, else json", metadata={"enum": names}
    )


def media_types(noun: str) -> list[str]:
    """Return the media types in which a noun can be had besides JSON."""
    return sorted({each.carries[noun] for each in carrying(noun).values()})


def chosen(noun: str, query: Mapping[str, Any]) -> tuple[str, Format] | None:
    """Return the name and the format that the caller wants; None = JSON, also where Accept names nothing that we have.

    Where several formats have one media type, Accept means the first by name that has it for all its nouns.
    """
    known = carrying(noun)
    if query["format"]:
        return (query["format"], known[query["format"]]) if query["format"] != JSON else None
    asked = {each.media_type: name for name, each in reversed(known.items()) if each.carries[noun] == each.media_type}
    best = request.accept_mimetypes.best_match(["application/json", *asked])
    return (asked[best], known[asked[best]]) if best in asked else None


def listed(
    noun: str,
    page: Page,
    query: dict[str, Any],
    naming: schema.Naming,
    *,
    next_page: Callable[[str], Any],
    moves_with: Callable[[Transaction], Any] | None = None,
) -> Response:
    """Return a list in the format that the caller wants.

    page: the rows (JSON, as objects or bytes) that a query asks for and the token of the page behind them; next_page:
    what such a token means as the query's `page`. An export holds all pages, unless the caller says `limit` or the
    format itself comes in pages.
    """
    wanted = chosen(noun, query)
    if wanted is None:
        as_json = public(lambda tx: _as_json(tx, page, query, naming), moves_with=moves_with, naming=naming)
        return _by_accept(as_json)
    if query.get("chosen"):
        raise refusal({"fields": ["this is for JSON; other formats have fields of their own"]})
    name, format_ = wanted
    is_limited = "limit" in request.args or format_.page_size is not None
    size = query["limit"] if "limit" in request.args else format_.page_size or MOST

    def render(tx: Transaction) -> Response:
        rows, token = page(tx, query | {"limit": size}, naming)
        frame = frame_of(tx, noun, naming, _next_link(token) if is_limited else None, gone=_gone(tx, noun, query))
        pages = _pages(tx, page, query | {"limit": size}, naming, next_page, rows, None if is_limited else token)
        known: dict[str, Route] = {}
        records = (record for rows in pages for record in prepared(tx, noun, rows, known))
        return _written(format_, records, frame)

    return _by_accept(public(render, moves_with=_with(name, moves_with), naming=naming))


def single(
    noun: str,
    record: Callable[[Transaction, schema.Naming], Any],
    query: dict[str, Any],
    naming: schema.Naming,
    *,
    moves_with: Callable[[Transaction], Any] | None = None,
) -> Response:
    """Return one record (JSON, as an object or bytes) in the format that the caller wants."""
    wanted = chosen(noun, query)
    if wanted is None:
        return _by_accept(public(lambda tx: alone(tx, record(tx, naming)), moves_with=moves_with, naming=naming))
    name, format_ = wanted

    def render(tx: Transaction) -> Response:
        frame = frame_of(tx, noun, naming, None)
        return _written(format_, iter(prepared(tx, noun, [record(tx, naming)])), frame)

    return _by_accept(public(render, moves_with=_with(name, moves_with), naming=naming))


def listed_as_json(render: Callable[[Transaction], Any]) -> Response:
    """Return what `render` makes, of a list that could be had in other formats, too."""
    return _by_accept(public(render))


def _as_json(tx: Transaction, page: Page, query: dict[str, Any], naming: schema.Naming) -> bytes:
    rows, token = page(tx, query, naming)
    records = [row if isinstance(row, bytes) else schema.json_bytes(row) for row in rows]
    return listing_of_bytes(tx, [trimmed(record, query.get("chosen", ())) for record in records], token)


def _pages(
    tx: Transaction,
    page: Page,
    query: dict[str, Any],
    naming: schema.Naming,
    next_page: Callable[[str], Any],
    rows: Sequence[Any],
    token: str | None,
) -> Iterator[Sequence[Any]]:
    yield rows
    while token is not None:
        rows, token = page(tx, query | {"page": next_page(token)}, naming)
        yield rows


def prepared(
    tx: Transaction, noun: str, rows: Sequence[Any], known: dict[str, Route] | None = None
) -> list[dict[str, Any]]:
    """Return rows as objects, with what formats get besides: names by language, sources, the events before.

    known: routes of corridors that were looked up for earlier rows, which is added to.
    """
    known = {} if known is None else known
    records = [orjson.loads(row) if isinstance(row, bytes) else dict(row) for row in rows]
    match noun.removesuffix("s"):
        case "corridor":
            _add_names(tx, known, [(record["id"], record) for record in records])
            _add_sources(tx, [(record, record.get("current") or {}) for record in records])
        case "occurrence":
            _add_names(tx, known, [(record["corridor"], record.get("corridor_summary") or {}) for record in records])
            _add_sources(tx, [(record, record) for record in records])
    if noun == "event":
        records = [_with_earlier(tx, record) for record in records]
    if noun == "occurrence":
        records = [record | {"event": _newest_event(tx, record)} for record in records]
    return records


def _with_earlier(tx: Transaction, record: dict[str, Any]) -> dict[str, Any]:
    """Return an event with those that told of the same day before it, oldest first."""
    told = record.get("data") or {}
    if not told.get("occurrence") or not told.get("corridor"):
        return record
    chain = tx.events.of_occurrence(told["corridor"]["id"], told["occurrence"]["id"])
    cursor = schema.parse_cursor(record["cursor"])
    earlier = [
        {"id": event.id, "timestamp": schema.instant_text(event.recorded_at)}
        for event in chain
        if event.cursor < cursor
    ]
    return record | {"earlier": earlier}


def _newest_event(tx: Transaction, record: Record) -> dict[str, Any] | None:
    chain = tx.events.of_occurrence(record["corridor"], record["id"])
    return _with_earlier(tx, orjson.loads(chain[-1].body)) if chain else None


def _add_names(tx: Transaction, known: dict[str, Route], described: Sequence[tuple[str, dict[str, Any]]]) -> None:
    if len(known) > _KNOWN:
        known.clear()
    missing = sorted({id_ for id_, _ in described} - known.keys())
    known |= {id_: corridor.route for id_, corridor in tx.corridors.find(missing).items()}
    for id_, corridor in described:
        if id_ in known and corridor.get("route"):
            corridor["route"] = _named(corridor["route"], known[id_])


def _named(told: Record, route: Route) -> dict[str, Any]:
    """Return a route as told, its ends with all their names."""
    ends = {"origin": route.origin, "destination": route.destination}
    return {**told} | {
        end: told[end] | {"names": place.names} for end, place in ends.items() if place is not None and told.get(end)
    }


def _add_sources(tx: Transaction, described: Sequence[tuple[dict[str, Any], Record]]) -> None:
    """Give each record the sources of the claims that the reasons of its day name: no others may be seen."""
    used = {claim for _, day in described for why in day.get("why") or () for claim in why["claims"]}
    source_of, known = tx.claims.sources_of(sorted(used)), context().sources(tx)
    for record, day in described:
        named = [source_of.get(claim) for why in day.get("why") or () for claim in why["claims"]]
        record["sources"] = [
            {"name": known[id_].publisher, "url": known[id_].url, "reliability": known[id_].reliability}
            for id_ in dict.fromkeys(named)
            if id_ in known
        ]


def _gone(tx: Transaction, noun: str, query: Record) -> list[dict[str, Any]]:
    """Return the newest mergers, for the first page of those who may still show what became part of another."""
    if noun != "occurrences" or query["page"] is not None:
        return []
    wanted = replace(selection(query).only(ROUTE_KEYS), recorded_by=query.get("as_of"))
    merged = tx.events.before(None, _MERGERS, wanted=wanted, types=[EventType.MERGED])
    return [orjson.loads(event.body) for event in merged]


def frame_of(
    tx: Transaction,
    noun: str,
    naming: schema.Naming,
    next_link: str | None,
    *,
    gone: Sequence[Record] = (),
) -> Frame:
    """Return what an export says beside its records."""
    here = context()
    return Frame(
        noun=noun,
        title=f"{here.settings.dashboard.title}: {noun}",
        installation=here.installation,
        self_link=link({}),
        changed_at=_changed_at(tx),
        notice=schema.NOTICE,
        coverage=schema.CoverageSchema().dump(tx.sources.coverage(here.now().real_at)),
        attribution=here.attribution(tx),
        language=naming.wanted,
        first_link=link({}, without=("page", "limit")),
        next_link=next_link,
        gone=gone,
        actual=here.settings.clock.epoch_at is None,
    )


def _changed_at(tx: Transaction) -> datetime:
    newest = tx.events.latest(1)
    return newest[0].recorded_at if newest else datetime.fromtimestamp(0, UTC)


def _next_link(token: str | None) -> str | None:
    return link({"page": token}) if token else None


def link(changed: Mapping[str, str], *, without: Sequence[str] = ()) -> str:
    """Return the address that was asked for, with some of its parameters changed or left out."""
    asked = [(name, text) for name, text in request.args.items(multi=True) if name not in {*changed, *without}]
    written = urlencode([*asked, *changed.items()])
    return f"{context().installation}{request.path}" + (f"?{written}" if written else "")


def _written(format_: Format, records: Iterator[Record], frame: Frame) -> Response:
    """Return an answer with the records written out; to HEAD, its head alone."""
    answer = Response(mimetype=format_.carries[frame.noun])
    answer.headers["Content-Disposition"] = f'inline; filename="{frame.noun}.{format_.extension}"'
    if frame.next_link:
        answer.headers["Link"] = f'<{frame.next_link}>; rel="next"'
    if request.method == "HEAD":
        answer.response = iter(())  # of a length that is not known: 0 would be said of an empty list (RFC 9110, 8.6)
        return answer
    spool = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    try:
        for piece in format_.write(records, frame):
            spool.write(piece)
    except BaseException:
        spool.close()
        raise
    size = spool.tell()
    spool.seek(0)
    if size <= _IN_MEMORY:
        with spool:
            answer.set_data(spool.read())
        return answer
    answer.content_length = size
    answer.response = _sent(spool)
    answer.call_on_close(spool.close)
    return answer


def _sent(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while piece := spool.read(_PIECE):
            yield piece


def _with(name: str, moves_with: Callable[[Transaction], Any] | None) -> Callable[[Transaction], Any]:
    """Return what an export moves with, too: the format may have been chosen by Accept, which no address shows."""
    return lambda tx: (name, moves_with(tx) if moves_with else None)


def _by_accept(answer: Response) -> Response:
    answer.vary.add("Accept")
    return answer
