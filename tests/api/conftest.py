"""An app over a real store, and a day in it: 14 March 2022, filled by hand with values of the model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corridors import schema
from corridors.app import create_app
from corridors.config import Settings
from corridors.model import (
    AssessedWindow,
    Assessment,
    Authority,
    Basis,
    Change,
    Clock,
    Corridor,
    Doubt,
    Event,
    EventType,
    Mode,
    Occurrence,
    OfficialFigure,
    Poll,
    Purpose,
    Reason,
    Route,
    SourceHealth,
    Status,
    Total,
    Validators,
)
from corridors.selection import event_facets
from corridors.store import Store, Transaction
from tests.make import DAY, ZONE, a_claim, a_document, a_route, a_source, at

ADMIN_KEY = "the-bootstrap-admin-key"
NOON = at("12:00")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation whose corridors live at noon of 14 March 2022 and whose receivers may be on loopback."""
    return Settings(
        data=tmp_path,
        database=f"sqlite:///{tmp_path / 'corridors.db'}",
        admin_key=ADMIN_KEY,
        clock=Clock(datetime(2026, 1, 1, tzinfo=UTC), NOON, 1.0, NOON),
    )


@pytest.fixture
def app(settings: Settings, store: Store) -> Flask:
    """The web app."""
    return create_app(settings, store=store)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a key."""
    return app.test_client()


@pytest.fixture
def filled(store: Store) -> Store:
    """The store with two corridors, their events, a source, a document with its claims, and an official figure."""
    with store.begin() as tx:
        fill(tx)
    return store


def bearer(key: str = ADMIN_KEY) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Bearer {key}"}


def a_key(store: Store, scope: str = "subscribe", **fields: Any) -> str:
    """Return a new key's secret."""
    with store.begin() as tx:
        return tx.keys.create("a test", scope, datetime.now(UTC), **fields)[1]


def a_corridor(id_: str = "cor_mariupol", route: Route | None = None) -> Corridor:
    """Return the corridor from Mariupol."""
    return Corridor(id_, id_.removeprefix("cor_"), id_, route or a_route(), {"en": id_}, at("08:00"), at("08:00"))


def an_occurrence(corridor: str = "cor_mariupol", status: Status = Status.ANNOUNCED, **fields: Any) -> Occurrence:
    """Return a corridor's 14 March, announced at 8:00 for 9:00."""
    day = fields.pop("date", DAY)
    revision = fields.pop("revision", 1)
    values: dict[str, Any] = {
        "windows": (AssessedWindow("09:00", None),),
        "modes": (Mode.BUS,),
        "purpose": (Purpose.EVACUATION,),
        "operated": status is Status.OPEN,
        "reason": Reason.EXPIRED if status is Status.CLOSED else None,
        "credibility": 2,
        "claims": 1,
    }
    assessment = Assessment(status, Basis.REPORTED, at("08:00"), **values | fields)
    id_ = f"occ_{corridor.removeprefix('cor_')}_{day.isoformat()}"
    return Occurrence(id_, corridor, day, ZONE, revision, assessment, at("08:00"))


def record(tx: Transaction, type_: EventType, occurrence: Occurrence, corridor: Corridor) -> Event:
    """Record an event about an occurrence."""
    event = Event(
        tx.events.new_id(),
        type_,
        at("08:00"),
        b"",
        corridor=corridor.id,
        occurrence=occurrence.id,
        occurrence_revision=occurrence.revision,
        country=corridor.route.country,
        facets=event_facets(corridor.route.country, corridor, None, occurrence, ["ua-ministry"]),
    )

    def render(cursor: int) -> bytes:
        return schema.event_body(
            event, cursor, installation="", occurrence=occurrence, corridor=corridor, change=Change(type_)
        )

    return tx.events.append(event, render)


def fill(tx: Transaction) -> None:
    """Write the day: Mariupol announced, with a claim from a document; Sumy opened; officially 10 of them."""
    source = a_source(republish="excerpt")
    tx.sources.configure([source], at("07:00"))
    revision = tx.documents.add(
        a_document("Маріуполь — Запоріжжя. " * 20),
        now=at("08:01"),
        historic=False,
        totals=(Total(DAY, planned=10),),
        doubts=(Doubt("Ще один маршрут", "origin"),),
    )
    claim = a_claim(claim={"id": "clm_1", "document": revision.id, "source": source.id})
    tx.claims.add([claim])
    tx.claims.add_figures(
        [
            OfficialFigure(
                Total(DAY, planned=10),
                "UA",
                source.id,
                source.publisher,
                Authority.OFFICIAL,
                "b",
                NOON,
                NOON,
                revision.id,
            )
        ]
    )
    mariupol, sumy = a_corridor(), a_corridor("cor_sumy", a_route("Sumy", "Poltava"))
    for corridor, occurrence, type_, claims in (
        (mariupol, an_occurrence(), EventType.ANNOUNCED, ["clm_1"]),
        (mariupol, an_occurrence(status=Status.CLOSED, date=DAY - timedelta(days=1)), EventType.CLOSED, []),
        (mariupol, an_occurrence(date=DAY + timedelta(days=1)), EventType.ANNOUNCED, []),
        (sumy, an_occurrence("cor_sumy", Status.OPEN), EventType.OPENED, []),
    ):
        tx.corridors.put(corridor)
        tx.corridors.put_occurrence(occurrence, "UA", claims)
        record(tx, type_, occurrence, corridor)
    heard(tx, source.id)


def heard(tx: Transaction, source: str, when: datetime = NOON) -> None:
    """Note that a source was read."""
    health = SourceHealth(source, "ok", "ok", None, when, when, when, 0, Validators())
    tx.sources.record_poll(Poll(source, when, when, "ok", 200, 10, 1, 1, 1), health)
