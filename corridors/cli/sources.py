"""`corridors sources`: whom do we listen to, and can we hear them?"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from corridors import schema
from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.errors import NotFound
from corridors.model import EVERYTHING, Poll, Source, SourceHealth

_PAINTS = {"ok": "green", "late": "yellow", "failing": "red", "silent": "red", "blocked": "red"}
_ORDER = ("blocked", "silent", "failing", "late", "pending", "ok", "off")


@click.command()
@click.argument("source", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in the shapes of the API.")
@configured
def sources(source: str | None, as_json: bool, config: Path | None, database: str | None) -> None:
    """List the sources with their health, the worst first; or the last polls of SOURCE.

    Exit code 1 where a source that is polled is silent, failing or blocked.
    """
    settings, defined = settings_and_sources(config, database)
    known = {each.id: each for each in defined}
    if source and source not in known:
        raise NotFound(f"no source {source!r}; there is: {', '.join(known) or 'none'}")
    now = datetime.now(UTC)
    with open_store(settings).read(EVERYTHING) as tx:
        health = {id_: tx.sources.health(id_, now) for id_ in known}
        polls = tx.sources.polls(source, 20) if source else []
    chosen = [known[source]] if source else sorted(defined, key=lambda each: _rank(each, health[each.id]))
    if as_json:
        views = [schema.SourceView(each, health[each.id]) for each in chosen]
        told = {
            "sources": schema.SourceSchema(many=True).dump(views),
            "polls": schema.PollSchema(many=True).dump(polls),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for each in chosen:
            click.echo(_line(each, health[each.id], now))
        for line in polls:
            click.echo(_poll(line))
    if any(each.enabled and health[each.id].state in {"silent", "failing", "blocked"} for each in chosen):
        raise SystemExit(1)


def _state(source: Source, health: SourceHealth) -> str:
    return health.state if source.enabled else "off"


def _rank(source: Source, health: SourceHealth) -> tuple[int, str]:
    return _ORDER.index(_state(source, health)), source.id


def _line(source: Source, health: SourceHealth, now: datetime) -> str:
    state = _state(source, health)
    shown = f"{state:<8}"
    if sys.stdout.isatty():
        shown = click.style(shown, fg=_PAINTS.get(state))
    heard = f"heard {_ago(now - health.last_ok_at)} ago" if health.last_ok_at else "never heard"
    parts = [f"{source.id:<28}", f"{source.kind:<9}", f"{heard:<17}", f"{health.documents} documents"]
    parts += [f"{health.outcome}: {health.detail}" if health.detail else health.outcome or ""]
    return f"{shown} {'  '.join(parts)}".rstrip()


def _poll(line: Poll) -> str:
    seconds = (line.finished_at - line.started_at).total_seconds()
    counts = f"{line.seen} seen, {line.understood} understood, {line.documents_new} new"
    told = f"  {line.started_at:%Y-%m-%d %H:%M:%S}  {line.outcome:<16} {line.status or '':<4} {line.bytes:>9,} B  "
    return f"{told}{seconds:5.1f} s  {counts}" + (f"  ({line.detail})" if line.detail else "")


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"
