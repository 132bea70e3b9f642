"""Can what the operator wrote be true together? Keys that contradict each other, sources that are each other's double.

`contradictions` of one source and `clashes` among all are refused; `advice` is what is allowed but probably not meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from corridors.model import Dense, Source, Validators
from corridors.sources import Adapter

# Names under which the world's interfaces take keys and passwords; ReliefWeb's `appname` is personal, too.
_SECRET_PARAMETER = re.compile(
    r"(?:.*[_-])?(?:api[_-]?key|app[_-]?key|subscription[_-]?key|key|token|secret|password|passwd|pwd|signature|sig"
    r"|appname|app[_-]?identifier|access[_-]?token|auth)",
    re.I,
)
_SECRET_HEADER = re.compile(r".*(?:authorization|cookie|token|secret|password|key|app-identifier).*", re.I)

_DAY_MINUTES = 24 * 60

Problem = tuple[tuple[str, ...], str, str]


def contradictions(source: Source) -> Iterator[Problem]:
    """Yield (tables, key, what to write) for what cannot hold together within one source."""
    yield from _inline_secrets(source)
    yield from _dense(source)
    slowest = max(source.every, source.slowest or source.every)
    if source.every < source.min_gap:
        yield ("source",), "every", f"write at least {_span(source.min_gap)}, the min_gap of its rate group"
    if source.slowest is not None and source.slowest <= source.every:
        yield ("source",), "slowest", f"write more than {_span(source.every)}, the usual interval"
    if "max_age" in source.expect and source.expect["max_age"] < slowest:
        yield ("source", "expect"), "max_age", f"write more than {_span(slowest)}, the time between two polls"
    if source.min_gap and not source.rate_group:
        yield ("source", "rate"), "group", "name the group whose members keep this gap, such as the host's name"


def _inline_secrets(source: Source) -> Iterator[Problem]:
    for name, value in parse_qsl(urlsplit(source.url or "").query):
        if _SECRET_PARAMETER.fullmatch(name) and value:
            auth = f'auth = {{type = "query", name = "{name}", value_env = "{_variable(source)}"}}'
            yield ("source",), "url", f"leave {name} out of the address and write {auth}"
    for name in source.headers:
        if _SECRET_HEADER.fullmatch(name):
            auth = f'auth = {{type = "header", name = "{name}", value_env = "{_variable(source)}"}}'
            yield ("source", "fetch"), "headers", f"leave {name} out of the headers and write {auth}"


def _variable(source: Source) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", source.id.upper()) + "_KEY"


def _dense(source: Source) -> Iterator[Problem]:
    spans = []
    for dense in source.dense:
        if dense.start_local == dense.end_local:
            yield (
                ("source",),
                "dense",
                f"{dense.start_local} to {dense.end_local} is no time at all; write a later `to`",
            )
        if dense.every >= source.every:
            yield ("source",), "dense", f"write an `every` shorter than the usual {_span(source.every)}"
        if dense.every < source.min_gap:
            yield (
                ("source",),
                "dense",
                f"write an `every` of at least {_span(source.min_gap)}, the rate group's min_gap",
            )
        spans += [(*span, dense) for span in _spans(dense)]
    for (_, end, one), (start, _, other) in pairwise(sorted(spans, key=lambda span: span[:2])):
        if start < end and one is not other:
            hours = [f"{each.start_local}-{each.end_local}" for each in (one, other)]
            yield ("source",), "dense", f"{hours[0]} and {hours[1]} overlap; write windows that follow each other"


def _spans(dense: Dense) -> list[tuple[int, int]]:
    """The minutes of the day from and to; a window over midnight is two."""
    start, end = _minute(dense.start_local), _minute(dense.end_local)
    return [(start, end)] if start <= end else [(start, _DAY_MINUTES), (0, end)]


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def clashes(sources: Sequence[Source], adapters: Mapping[str, Adapter]) -> Iterator[str]:
    """Yield one line for each source that is another one's double."""
    ids: dict[str, Source] = {}
    addresses: dict[str, Source] = {}
    for source in sources:
        if source.id in ids:
            yield f"{source.defined_in}: source.id: {source.id!r} is taken by {ids[source.id].defined_in}"
        elif (address := _address(source, adapters)) in addresses:
            double = addresses[address]
            yield f"{source.defined_in}: source: {double.id} polls the same address ({double.defined_in}); keep one"
        else:
            addresses[address] = source
        ids.setdefault(source.id, source)


def _address(source: Source, adapters: Mapping[str, Adapter]) -> str:
    url = adapters[source.kind].first_request(source, Validators()).url
    parts = urlsplit(url)
    # Telegram's names mean the same in any case, and so does every host.
    path = parts.path.casefold() if source.kind == "telegram" else parts.path
    return f"{source.kind} {parts.netloc.casefold()}{path.rstrip('/')}?{parts.query}"


def advice(sources: Sequence[Source], languages: Collection[str], environment: Mapping[str, str]) -> list[str]:
    """Return one line for each thing that is allowed and probably not meant. languages: codes that can be read."""
    lines = []
    for source in sources:
        unread = [code for code in source.languages if code not in languages]
        if unread:
            lines.append(
                f"{source.defined_in}: source.languages: nothing here reads {', '.join(unread)} yet; "
                f"there is {', '.join(sorted(languages))}"
            )
        if not source.enabled:
            continue
        variable = source.auth.value_env if source.auth else ""
        if variable and not environment.get(variable) and not environment.get(variable + "_FILE"):
            lines.append(f"{source.defined_in}: source.auth: set {variable} (or {variable}_FILE) before polling")
        if source.kind == "telegram" and not source.url and not source.rate_group:
            lines.append(f'{source.defined_in}: source.rate: write group = "t.me", so that channels are asked in turn')
        if not source.licence:
            lines.append(f"{source.defined_in}: source.licence: say on what terms its words may be shown")
    return lines + list(_crowded(sources))


def _crowded(sources: Sequence[Source]) -> Iterator[str]:
    """A group whose members cannot all be polled in time, because they wait for each other."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        if source.enabled and source.rate_group:
            groups.setdefault(source.rate_group, []).append(source)
    for name, members in sorted(groups.items()):
        wanted = sum(source.min_gap / source.every for source in members)
        if wanted > 1:
            round_ = sum((source.min_gap for source in members), timedelta(0))
            yield (
                f"rate group {name}: one round of its {len(members)} sources takes {_span(round_)}, "
                "longer than some of them are to wait; write a longer `every`"
            )


def _span(length: timedelta) -> str:
    seconds = length.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
