"""`corridors places`: which names do we know beyond the packaged ones?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from corridors.config import data_dir
from corridors.store.gazetteer import imported, open_gazetteer


@click.group(short_help="Import place names, and list what was imported.")
def places() -> None:
    """Import place names, and list what was imported.

    The packaged names are towns of the whole world and what corridors have used. Villages come from GeoNames or from
    tables of P-codes. A running service notices an import by itself, and compiling anew keeps it.
    """


@places.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(files: tuple[Path, ...]) -> None:
    """Take in FILES: GeoNames country files (UA.txt, or the zip), or P-code tables (CSV of a COD-AB).

    All of a file or nothing. The same file again replaces what it gave before.

    \b
    corridors places import UA.zip
    corridors places import sdn_adminboundaries.csv
    """
    for file in files:
        made = imported.import_file(data_dir(), file, datetime.now(UTC), progress=_tell)
        click.echo(f"{file.name}: {made.places:,} places imported as {made.name!r}")


@places.command("list")
def list_() -> None:
    """List what was imported."""
    found = imported.imports(data_dir())
    for each in found:
        click.echo(f"{each.name}\t{each.kind}\t{each.places:,} places\t{each.imported_at}")
    if not found:
        click.echo("Nothing was imported.")


@places.command("forget")
@click.argument("name")
def forget(name: str) -> None:
    """Take the places of the import NAME away again."""
    imported.forget(data_dir(), name)
    click.echo(f"forgot {name!r}")


@places.command("compile")
def compile_() -> None:
    """Compile the packaged names now, as a worker does at its start; for a machine that has only the web process."""
    open_gazetteer(data_dir() / "gazetteer.db", progress=_tell)
    click.echo("The place names are ready.")


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(line, err=True)
