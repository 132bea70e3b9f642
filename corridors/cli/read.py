"""`corridors read`: what does this announcement say?

One text for people, as a table or with the words marked; or many as JSON lines for programs. Needs no configuration.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import IO, Any
from zoneinfo import ZoneInfo

import click

from corridors.config import data_dir
from corridors.model import Document, Mode, Place, Reading, Span, Statement
from corridors.places import Gazetteer
from corridors.reading import Language
from corridors.reading.reader import DEFAULT, chosen
from corridors.reading.zones import zone_of
from corridors.registry import load
from corridors.store.gazetteer import open_gazetteer


@dataclass(frozen=True, slots=True)
class _Asked:
    """One announcement to read, as a line or the command's options give it."""

    id: str
    document: Document
    countries: tuple[str, ...]


class _BadLine(ValueError):
    """A line cannot be read; the message names its field."""


@click.command(short_help="Read announcements from a file and print what they say.")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"), default="-")
@click.option("--jsonl", is_flag=True, help="One JSON object a line in (id, text, …), one a line out.")
@click.option("--published", metavar="DAY", help="Day or instant of publication, such as 2022-03-14.")
@click.option("--country", "countries", multiple=True, metavar="CODE", help="ISO 3166-1 code, such as UA; repeatable.")
@click.option("--language", metavar="CODE", help="ISO 639-1 code; found from the text when not given.")
@click.option("--title", default="", help="The headline, where it is not part of the text.")
@click.option("--reader", default=DEFAULT, metavar="NAME", help="An installed reader instead of the rules.")
@click.option("--marks", is_flag=True, help="Show the text with the words marked that said so.")
def read(
    file: IO[str],
    jsonl: bool,
    published: str | None,
    countries: tuple[str, ...],
    language: str | None,
    title: str,
    reader: str,
    marks: bool,
) -> None:
    """Read announcements from FILE (or standard input) and print the claims in them.

    \b
    corridors read post.txt --published 2022-03-14 --country UA
    corridors read --jsonl posts.jsonl > claims.jsonl
    """
    asks = _Reader(reader)
    if jsonl:
        sys.exit(_lines(file, asks))
    text = file.read()
    if not _is_unicode(text):
        raise click.UsageError("the text is not UTF-8")
    try:
        document = _document(title, text, language, published, _upper(countries))
    except _BadLine as error:
        raise click.UsageError(str(error)) from error
    asked = _Asked("text", document, _upper(countries))
    reading = asks.read(asked)
    if marks:
        _show_marks(asked.document, reading)
    _show_table(reading)


class _Reader:
    """The packs and the gazetteer, opened once."""

    def __init__(self, reader: str) -> None:
        self._understand = chosen(reader, load("corridors.readers", "READER"))
        self._languages: Mapping[str, Language] = load("corridors.languages", "LANGUAGE")
        say = (lambda line: click.echo(line, err=True)) if sys.stderr.isatty() else None
        self._gazetteer: Gazetteer = open_gazetteer(data_dir() / "gazetteer.db", progress=say)

    def read(self, asked: _Asked) -> Reading:
        """Return what one announcement says."""
        return self._understand(
            asked.document, languages=self._languages, gazetteer=self._gazetteer, countries=asked.countries
        )


def _upper(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.upper() for code in codes)


def _lines(file: IO[str], reader: _Reader) -> int:
    """Answer each line of `file`; return 1 where one of them could not be read."""
    failed = 0
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            asked = _asked(line)
        except _BadLine as error:
            click.echo(f"line {number}: {error}", err=True)
            failed = 1
            continue
        click.echo(json.dumps(_answer(asked, reader.read(asked)), ensure_ascii=False))
    return failed


def _asked(line: str) -> _Asked:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise _BadLine(f"not JSON ({error})") from error
    except RecursionError as error:
        raise _BadLine("not JSON (too deep)") from error
    if not isinstance(fields, dict):
        raise _BadLine("not a JSON object")
    for name in ("id", "text"):
        if not isinstance(fields.get(name), str):
            raise _BadLine(f"{name}: a string is needed")
    for name in ("title", "language", "published"):
        if not isinstance(fields.get(name), str | None):
            raise _BadLine(f"{name}: a string or null is needed")
    for name in ("id", "title", "text"):
        if not _is_unicode(fields.get(name) or ""):
            raise _BadLine(f"{name}: bytes or characters that no UTF-8 text has")
    country = fields.get("country") or []
    listed = [country] if isinstance(country, str) else country
    if not isinstance(listed, list) or not all(
        isinstance(code, str) and re.fullmatch("[A-Za-z]{2}", code) for code in listed
    ):
        raise _BadLine("country: ISO 3166-1 codes of two letters are needed")
    codes = _upper(listed)
    document = _document(
        fields.get("title") or "", fields["text"], fields.get("language"), fields.get("published"), codes
    )
    return _Asked(fields["id"], document, codes)


def _is_unicode(words: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in words)


def _document(title: str, text: str, language: str | None, published: str | None, countries: Sequence[str]) -> Document:
    at = _instant(published, countries) if published else None
    fetched = at or datetime(1970, 1, 1, tzinfo=UTC)
    return Document("read", "text", text, fetched, title=title, language=language or None, published_at=at)


def _instant(published: str, countries: Sequence[str]) -> datetime:
    """Return the instant of publication; a bare day is noon of the corridor's own day."""
    try:
        if len(published) == 10:
            return datetime.combine(date.fromisoformat(published), time(12), ZoneInfo(zone_of(countries)))
        instant = datetime.fromisoformat(published)
    except ValueError as error:
        raise _BadLine(
            f"published: {published!r} is no day such as 2022-03-14 and no instant with an offset"
        ) from error
    if instant.tzinfo is None:
        raise _BadLine(f"published: {published!r} lacks an offset such as +02:00")
    return instant


def _answer(asked: _Asked, reading: Reading) -> dict[str, Any]:
    whole = next((total for total in reading.totals if total.region is None), None)
    regional = [
        {
            "region": total.region,
            "date": total.on.isoformat(),
            "planned": total.planned,
            "operated": total.operated,
            "people": total.people,
            "approximate": total.approximate,
        }
        for total in reading.totals
        if total.region is not None
    ]
    return {
        "id": asked.id,
        "language": reading.language,
        "claims": [_claim(asked.document, statement) for statement in reading.statements],
        "totals": {
            "announced": whole.planned if whole else None,
            "operated": whole.operated if whole else None,
            "evacuated": whole.people if whole else None,
        },
        "regional_totals": regional,
        "doubts": [
            {
                "text": doubt.text,
                "missing": doubt.missing,
                "span": list(doubt.span) if doubt.span else None,
                "candidates": [_place(place, None) for place in doubt.candidates],
            }
            for doubt in reading.doubts
        ],
    }


def _claim(document: Document, statement: Statement) -> dict[str, Any]:
    window = statement.windows[0] if statement.windows else None
    last = statement.valid_on[1]
    return {
        "origin": _named(document, statement, statement.route.origin, "origin"),
        "destination": _named(document, statement, statement.route.destination, "destination"),
        "via": [_named(document, statement, stop, f"via.{n}") for n, stop in enumerate(statement.route.via)],
        "name": statement.route.name,
        "status": statement.status.value,
        "reason": statement.reason.value if statement.reason else None,
        "date": statement.valid_on[0].isoformat(),
        "until": last.isoformat() if last else None,
        "start": window.start if window else None,
        "end": window.end if window else None,
        "modes": [mode.value for mode in statement.modes if mode is not Mode.TRUCK],
        "purpose": [purpose.value for purpose in statement.purpose],
        "evacuated": statement.people,
        "announced_by": statement.announced_by,
        "stances": [{"party": one.party, "stance": one.stance.value} for one in statement.stances],
        "guarantors": list(statement.guarantors),
        "who": statement.who,
        "windows": [{"start": w.start, "end": w.end, "stated": w.stated} for w in statement.windows],
        "confidence": statement.confidence,
        "lowered_by": list(statement.lowered_by),
        "spans": {name: list(span) for name, span in statement.spans.items()},
    }


def _named(document: Document, statement: Statement, place: Place | None, name: str) -> dict[str, Any] | None:
    return _place(place, _words(document, statement.spans.get(name))) if place is not None else None


def _words(document: Document, span: Span | None) -> str | None:
    if span is None:
        return None
    return (document.title if span.field == "title" else document.text)[span.start : span.end]


def _place(place: Place, surface: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": place.name}
    if surface:
        shown["surface"] = surface
    shown |= {"type": place.type.value, "geonames": place.geonames, "adm1": place.adm1}
    return shown | {"lat": place.lat, "lon": place.lon}


def _rows(reading: Reading) -> Iterator[tuple[str, ...]]:
    for statement in reading.statements:
        route, window = statement.route, statement.windows[0] if statement.windows else None
        ends = [route.origin, *route.via, route.destination]
        way = " → ".join(place.name for place in ends if place is not None) + ("" if route.destination else " → ?")
        status = statement.status.value + (f" ({statement.reason.value})" if statement.reason else "")
        hours = f"{window.start or ''}–{window.end or ''}" if window else ""
        people = "" if statement.people is None else f"{'about ' * statement.people_approximate}{statement.people:,}"
        modes = ", ".join(mode.value for mode in statement.modes)
        day, sure = statement.valid_on[0].isoformat(), f"{statement.confidence:.2f}"
        yield way, status, day, hours, modes, people, _parties(statement), sure


def _parties(statement: Statement) -> str:
    """Return who stands behind it in a few words: "announced by UA; RU accepted; guaranteed by ICRC"."""
    told = [f"announced by {statement.announced_by}"] if statement.announced_by else []
    told += [f"{one.party} {one.stance.value}" for one in statement.stances]
    told += [f"guaranteed by {', '.join(statement.guarantors)}"] if statement.guarantors else []
    return "; ".join(told)


_HEADINGS = ("route", "status", "day", "hours", "modes", "people", "parties", "sure")


def _show_table(reading: Reading) -> None:
    rows = list(_rows(reading))
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(*_HEADINGS)
        for row in rows:
            table.add_row(*row)
        Console().print(table)
    else:
        for row in rows:
            click.echo("\t".join(row))
    for total in reading.totals:
        told = (("planned", total.planned), ("operated", total.operated), ("people", total.people))
        counts = ", ".join(f"{name} {value:,}" for name, value in told if value is not None)
        click.echo(f"total {total.on.isoformat()}{f' {total.region}' if total.region else ''}: {counts}")
    for doubt in reading.doubts:
        click.echo(f"doubt ({doubt.missing}): {doubt.text}")


def _show_marks(document: Document, reading: Reading) -> None:
    """Print the text with [words]{field} where a claim's field came from."""
    for name, text in (("title", document.title), ("text", document.text)):
        marks: dict[tuple[int, int], list[str]] = {}
        for statement in reading.statements:
            for field, span in statement.spans.items():
                if span.field == name and field not in marks.setdefault((span.start, span.end), []):
                    marks[span.start, span.end].append(field)
        shown, at = "", 0
        for (start, end), fields in sorted(marks.items()):
            if start >= at:
                shown += f"{text[at:start]}[{text[start:end]}]{{{','.join(fields)}}}"
                at = end
        if text:
            click.echo(shown + text[at:])
