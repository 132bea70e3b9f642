"""Reading stored documents again changes what differs, as history: nobody is told, and nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from corridors.cli.reread import reread
from corridors.intake import Intake
from corridors.intake.rereading import batches, keep
from corridors.ledger import Announced, Ledger
from corridors.model import EVERYTHING, Claim, Now, Reading, Source, Status
from corridors.outbound import Egress, Fetcher
from corridors.places import Gazetteer
from corridors.registry import load
from corridors.store import Store
from tests.make import DAY, a_document, a_route, a_source, a_statement, at

TEXT = "Гуманітарний коридор Маріуполь — Запоріжжя, початок о 9:00."
SOURCE = a_source()
LATER = Now(at("12:00"), at("12:00"))


@pytest.fixture
def intake(embedded: Store, gazetteer: Gazetteer) -> Intake:
    return Intake(
        adapters={},
        languages=load("corridors.languages", "LANGUAGE"),
        gazetteer=gazetteer,
        web=Fetcher(Egress(), "test"),
        ledger=Ledger(embedded, "https://corridors.example"),
    )


def misread(intake: Intake, number: int = 1) -> None:
    """Keep a document as a poorer reader would have read it."""
    wrong = a_statement(Status.OPEN, a_route("Sumy", "Poltava"))
    document = a_document(f"{TEXT}{' ' * number}", external_id=f"post/{number}", language="uk")
    intake.ledger.submit(SOURCE, [Announced(document, Reading((wrong,), language="uk"))], Now(at("08:05"), at("08:05")))


def run(intake: Intake, after: str = "", since: datetime | None = None) -> int:
    return sum(
        keep(found, intake, LATER)
        for _, _, found in batches(intake, {SOURCE.id: SOURCE}, LATER.at, source=None, since=since, after=after)
    )


def standing(store: Store, as_of: datetime | None = None) -> Sequence[Claim]:
    with store.read(EVERYTHING) as tx:
        return tx.claims.on_day("UA", DAY, as_of)


def origins(claims: Sequence[Claim]) -> list[str]:
    return [claim.statement.route.origin.name for claim in claims if claim.statement.route.origin]


def test_what_differs_is_replaced_and_nobody_is_told(embedded: Store, intake: Intake) -> None:
    misread(intake)
    with embedded.read() as tx:
        head = tx.events.head()
    assert run(intake) == 1
    assert origins(standing(embedded)) == ["Mariupol"]
    with embedded.read() as tx:
        told = tx.events.after(head, 100)
        assert [event.historic for event in told] == [True] * len(told)
        assert {event.type.value for event in told} == {"corridor.announced", "corridor.retracted"}
        assert tx.deliveries.next_due_at() is None


def test_what_was_known_before_stays_what_it_was(embedded: Store, intake: Intake) -> None:
    misread(intake)
    run(intake)
    assert origins(standing(embedded, at("11:00"))) == ["Sumy"]
    assert origins(standing(embedded, at("12:01"))) == ["Mariupol"]


def test_a_second_run_finds_nothing_to_change(embedded: Store, intake: Intake) -> None:
    misread(intake)
    assert run(intake) == 1
    ids = [claim.id for claim in standing(embedded)]
    assert run(intake) == 0
    assert [claim.id for claim in standing(embedded)] == ids


def test_a_run_goes_on_behind_the_document_where_it_stopped(embedded: Store, intake: Intake) -> None:
    for number in range(1, 4):
        misread(intake, number)
    with embedded.read() as tx:
        first = tx.documents.following("", 1)[0].id
    assert run(intake, after=first) == 2
    assert run(intake, since=at("09:00")) == 0
    assert run(intake) == 1


def test_what_was_edited_meanwhile_is_left_to_its_poll(embedded: Store, intake: Intake) -> None:
    misread(intake)
    ((_, _, found),) = batches(intake, {SOURCE.id: SOURCE}, LATER.at, source=None, since=None, after="")
    edited = a_document("Сьогодні коридорів немає.", external_id="post/1")
    intake.ledger.submit(SOURCE, [Announced(edited, Reading())], Now(at("11:59"), at("11:59")))
    assert keep(found, intake, LATER) == 0
    assert standing(embedded) == []


def test_the_command_shows_the_difference_and_a_dry_run_changes_nothing(
    embedded: Store, intake: Intake, tmp_path: Path, compiled_gazetteer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORRIDORS_DATA", str(tmp_path))
    (tmp_path / "gazetteer.db").symlink_to(compiled_gazetteer)
    (tmp_path / "config" / "sources").mkdir(parents=True)
    (tmp_path / "config" / "sources" / "one.toml").write_text(_toml(SOURCE))
    misread(intake)
    for arguments, changes in (["--dry-run"], True), ([], True), ([], False):
        answer = CliRunner().invoke(
            reread, ["--config", str(tmp_path / "config"), "--database", embedded.url, *arguments]
        )
        assert answer.exit_code == 0, answer.output
        lines = [json.loads(line) for line in answer.stdout.splitlines()]
        assert [(line["withdrawn"][0]["route"], line["added"][0]["route"]) for line in lines] == (
            [("Sumy → Poltava", "Mariupol → Zaporizhzhia")] if changes else []
        )


def _toml(source: Source) -> str:
    return f"""
[[source]]
id = "{source.id}"
kind = "telegram"
channel = "one"
publisher = "{source.publisher}"
party = "UA"
authority = "official"
reliability = "b"
countries = ["UA"]
languages = ["uk", "ru"]
timezone = "Europe/Kyiv"
licence = "CC BY 4.0"
republish = "full"
"""
