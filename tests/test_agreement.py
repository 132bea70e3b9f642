"""From the words of an announcement to the agreement of its day: who wanted it, who agreed, through the whole pipeline."""

from __future__ import annotations

import pytest

from corridors.intake import reading_of
from corridors.ledger import Announced, Ledger
from corridors.model import Agreement, Authority, Now, Source
from corridors.places import Gazetteer
from corridors.registry import load
from corridors.store import Store
from tests.make import DAY, a_document, a_source, at

LANGUAGES = load("corridors.languages", "LANGUAGE")
ROUTE = "On March 14 buses will go from Mariupol to Zaporizhzhia. "
PRESS = a_source("press", publisher="Agency", party=None, authority=Authority.MEDIA)
KYIV = a_source("ua-ministry", publisher="Ministry", party="UA")
MOSCOW = a_source("ru-ministry", publisher="Other ministry", party="RU")


def rolled_up(store: Store, gazetteer: Gazetteer, *said: tuple[Source, str]) -> tuple[Agreement, dict[str, str]]:
    ledger = Ledger(store, "https://corridors.example")
    for number, (source, text) in enumerate(said):
        clock = f"{8 + number:02}:00"
        document = a_document(
            ROUTE + text,
            source=source.id,
            external_id=str(number),
            language="en",
            published_at=at(clock),
            fetched_at=at(clock),
        )
        reading = reading_of(document, source, LANGUAGES, gazetteer)
        ledger.submit(source, [Announced(document, reading)], Now(at(clock), at(clock)))
    with store.read() as tx:
        (occurrence,) = tx.corridors.occurrences_on("UA", DAY).values()
    found = occurrence.assessment
    return found.agreement, {party: stance.value for party, stance in found.parties.items()}


@pytest.mark.parametrize(
    ("said", "agreement", "parties"),
    [
        pytest.param(
            [(PRESS, "Ukraine proposed the corridor and Russia agreed.")],
            Agreement.AGREED,
            {"UA": "proposed", "RU": "accepted"},
            id="one wanted it, the other agreed",
        ),
        pytest.param(
            [(PRESS, "Both sides agreed.")],
            Agreement.AGREED,
            {"UA": "accepted", "RU": "accepted"},
            id="both agreed",
        ),
        pytest.param(
            [(PRESS, "Ukraine proposed it, and the Red Cross agreed.")],
            Agreement.PARTLY_AGREED,
            {"UA": "proposed", "ICRC": "accepted"},
            id="agreed with a go-between is not agreed with the enemy",
        ),
        pytest.param(
            [(KYIV, ""), (MOSCOW, "")],
            Agreement.PARTLY_AGREED,
            {"UA": "proposed", "RU": "proposed"},
            id="two announce",
        ),
        pytest.param(
            [(KYIV, "The route was agreed with the Red Cross.")],
            Agreement.UNILATERAL,
            {"UA": "proposed", "ICRC": "unknown"},
            id="nobody accepts for another",
        ),
        pytest.param(
            [(KYIV, "Russia has not confirmed.")],
            Agreement.UNILATERAL,
            {"UA": "proposed", "RU": "unknown"},
            id="the other side is silent",
        ),
        pytest.param(
            [(KYIV, "The occupiers refused.")],
            Agreement.REJECTED,
            {"UA": "proposed", "RU": "rejected"},
            id="the other side refused",
        ),
        pytest.param(
            [(PRESS, "Russia announced it, Ukraine rejected the proposal.")],
            Agreement.REJECTED,
            {"RU": "proposed", "UA": "rejected"},
            id="an offer that was turned down",
        ),
        pytest.param([(PRESS, "")], Agreement.UNKNOWN, {}, id="nobody is named"),
        pytest.param(
            [(PRESS, "If Russia agrees, buses will set out at 9.")],
            Agreement.UNKNOWN,
            {"RU": "unknown"},
            id="a condition",
        ),
    ],
)
def test_the_agreement_of_a_day_follows_from_the_words(
    embedded: Store,
    gazetteer: Gazetteer,
    said: list[tuple[Source, str]],
    agreement: Agreement,
    parties: dict[str, str],
) -> None:
    assert rolled_up(embedded, gazetteer, *said) == (agreement, parties)
