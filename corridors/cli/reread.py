"""`corridors reread`: what would today's reader make of what was announced before?

A run that was broken off goes on behind its last batch; a whole one that is begun again finds nothing to change.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from corridors.cli.options import configured, open_store, settings_and_sources
from corridors.errors import NotFound
from corridors.intake.rereading import Difference, batches, keep
from corridors.model import Claim, Now
from corridors.store import Store
from corridors.work import make_intake


@click.command(short_help="Read stored documents again with today's reader.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only documents first seen on or after this day (UTC)."
)
@click.option("--source", help="Only documents of this source.")
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@configured
def reread(
    since: datetime | None, source: str | None, dry_run: bool, config: Path | None, database: str | None
) -> None:
    """Read stored documents again and keep what differs, as history of which no subscriber is told.

    Prints each document whose claims differ before it writes: lines for people on a terminal, one JSON object a
    document into a pipe. May run beside a working service.
    """
    settings, defined = settings_and_sources(config, database)
    known = {each.id: each for each in defined}
    if source and source not in known:
        raise NotFound(f"no source {source!r}; there is: {', '.join(known) or 'none'}")
    store = open_store(settings)
    intake = make_intake(settings, store, progress=lambda line: click.echo(line, err=True))
    first = since.replace(tzinfo=UTC) if since else None
    progress = _Progress(store, f"reread.{source or '*'}.{since or '*'}", is_dry=dry_run)
    read = changed = 0
    real = datetime.now(UTC)
    now = Now(settings.clock.at(real), real)
    for last, size, found in batches(intake, known, now.at, source=source, since=first, after=progress.begin()):
        for each in found:
            _show(each)
        changed += len(found) if dry_run else keep(found, intake, now)
        read += size
        progress.note(last)
    progress.note("")
    would = "would change" if dry_run else "changed"
    click.echo(f"{read:,} documents read, {changed:,} {would}", err=True)


class _Progress:
    """Where a run that writes has come to, kept beside the data."""

    def __init__(self, store: Store, name: str, *, is_dry: bool) -> None:
        self._store, self._name, self._is_dry = store, name[:80], is_dry

    def begin(self) -> str:
        """Return the id behind which to begin."""
        if self._is_dry:
            return ""
        with self._store.read() as tx:
            after = tx.leases.mark(self._name) or ""
        if after:
            click.echo(f"going on behind {after}, where an earlier run was broken off", err=True)
        return after

    def note(self, last: str) -> None:
        """Note the last document that is done, "" at the end."""
        if not self._is_dry:
            with self._store.begin() as tx:
                tx.leases.set_mark(self._name, last)


def _show(difference: Difference) -> None:
    told = difference.correction
    if not sys.stdout.isatty():
        click.echo(
            json.dumps(
                {
                    "document": told.revision.id,
                    "source": difference.source.id,
                    "withdrawn": [_claim(claim) | {"id": claim.id} for claim in told.gone],
                    "added": [_claim(claim) for claim in told.made],
                    "figures_changed": told.figures is not None,
                    "doubts": [len(told.revision.doubts), len(told.reread.doubts)],
                },
                ensure_ascii=False,
            )
        )
        return
    click.echo(f"{told.revision.id}  {difference.source.id}")
    for mark, claims in (("-", told.gone), ("+", told.made)):
        for claim in claims:
            said = _claim(claim)
            days = " – ".join(day or "until further notice" for day in said["valid_on"])
            hours = ", ".join(f"{window['start'] or ''}–{window['end'] or ''}" for window in said["windows"])
            click.echo(f"  {mark} {said['status']:9}  {said['route']}  {days}  {hours}".rstrip())
    if told.figures is not None:
        click.echo("  the figures of the day differ")


def _claim(claim: Claim) -> dict[str, Any]:
    said = claim.statement
    ends = [place.name for place in (said.route.origin, *said.route.via, said.route.destination) if place]
    first, last = said.valid_on
    return {
        "status": said.status.value,
        "reason": said.reason.value if said.reason else None,
        "route": " → ".join(ends) or said.route.name or "",
        "valid_on": [first.isoformat(), last.isoformat() if last else None],
        "windows": [{"start": window.start, "end": window.end, "zone": window.zone} for window in said.windows],
        "people": said.people,
        "sensitivity": claim.sensitivity.value,
    }
