"""A repost, a forward, or nearly the same text within two days is one voice with several carriers."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridors.ledger import Announced, Ledger
from corridors.model import Authority, Claim, Now, Reading, Reason, Status
from corridors.sketches import fingerprint, likeness, plain_words, sketch
from corridors.status import assess
from corridors.status.copies import ALIKE, carriers
from corridors.store import Store
from tests.make import DAY, ZONE, a_claim, a_document, a_source, a_statement, a_window, at

OFFICIAL = (
    "Гуманітарний коридор Маріуполь – Запоріжжя відкрито. Колона автобусів рушила з Маріуполя о 9:30, "
    "на блокпостах чекають на дозвіл. Просимо мешканців зберігати спокій і мати при собі документи."
)
RETOLD = OFFICIAL.replace("Просимо мешканців", "Просимо всіх мешканців міста") + " Слідкуйте за нашими новинами."
INDEPENDENT = (
    "Наш кореспондент бачив, як перші машини з білими стрічками виїхали з міста вранці; люди кажуть, що дорога "
    "на Запоріжжя вільна, але рух дуже повільний через черги біля кожного посту."
)
TRANSLATED = (
    "The humanitarian corridor Mariupol – Zaporizhzhia is open. The column of buses left Mariupol at 9:30 and waits "
    "at the checkpoints for leave to pass. Residents are asked to keep calm and to carry their documents."
)


def told(text: str, publisher: str, said: str | Any = "10:00", status: Status = Status.OPEN, **fields: Any) -> Claim:
    given_: dict[str, Any] = {"sketch": sketch(text)} | fields.pop("claim", {})
    media: dict[str, Any] = {"publisher": publisher, "authority": Authority.MEDIA, "voice": fingerprint(text)}
    return a_claim(status, said, claim=given_, **media | fields)


def publishers(*claims: Claim) -> tuple[int, int]:
    found = assess(claims, DAY, ZONE, at("10:30"))
    return found.publishers, found.credibility


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copy",
    [
        OFFICIAL.upper(),
        OFFICIAL.replace(". ", ".\n\n"),
        f"Forwarded from Mariupol City Council\n{OFFICIAL}",
        f"Переслано від Маріупольської міської ради:\n{OFFICIAL}",
        f"RT @mariupol: {OFFICIAL}",
        f"{OFFICIAL}\n\nПідписатися: https://t.me/novyny",
        f"{OFFICIAL} https://example.org/p/1",
        f"{OFFICIAL}\n👉 @novyny | Надіслати новину",
    ],
)
def test_links_signatures_headers_and_layout_are_no_part_of_a_text(copy: str) -> None:
    assert fingerprint(copy) == fingerprint(OFFICIAL)


def test_an_hour_is_a_part_of_a_text() -> None:
    assert fingerprint("Коридор з 9:00") == fingerprint(" КОРИДОР\n з 9:00!") != fingerprint("Коридор з 19:00")


def test_what_is_left_of_a_text_that_is_only_a_link_is_its_own() -> None:
    assert fingerprint("") == sketch("") == fingerprint("https://example.org/1") == ""
    assert plain_words("Підписатися @novyny") == ["підписатися"]


def test_a_retold_text_is_alike_and_a_report_of_the_same_thing_is_not() -> None:
    assert likeness(sketch(OFFICIAL), sketch(RETOLD)) > 0.6 > ALIKE
    assert likeness(sketch(OFFICIAL), sketch(INDEPENDENT)) < 0.1
    assert likeness(sketch(OFFICIAL), sketch(TRANSLATED)) < 0.1


def test_a_short_text_is_alike_only_to_itself() -> None:
    assert likeness(sketch("Коридор Суми – Полтава відкрито"), sketch("Коридор Суми – Полтава уже відкрито")) == 0


@given(st.text(), st.text())
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(sketch(one), sketch(other)) == likeness(sketch(other), sketch(one)) <= 1
    assert not sketch(one) or likeness(sketch(one), sketch(one)) == 1


# -- voices ------------------------------------------------------------------------------------------------------------


def test_a_near_copy_confirms_nothing_and_an_independent_report_does() -> None:
    assert publishers(told(OFFICIAL, "A"), told(RETOLD, "B", "10:20")) == (1, 2)
    assert publishers(told(OFFICIAL, "A"), told(INDEPENDENT, "B", "10:20")) == (2, 1)


def test_a_translation_is_a_voice_of_its_own_unless_it_was_forwarded() -> None:
    assert publishers(told(OFFICIAL, "A"), told(TRANSLATED, "B", "10:20")) == (2, 1)
    forwarded = told(TRANSLATED, "B", "10:20", claim={"forwarded_from": "a"})
    assert publishers(told(OFFICIAL, "A"), forwarded) == (1, 2)
    assert publishers(forwarded, told(OFFICIAL, "C", claim={"forwarded_from": "A"})) == (1, 2)


def test_two_days_later_the_same_text_is_said_anew() -> None:
    early = told(OFFICIAL, "A", at("10:00") - timedelta(hours=48))
    assert publishers(early, told(RETOLD, "B", "10:00")) == (1, 2)
    assert publishers(early, told(RETOLD, "B", "10:01")) == (2, 1)
    assert publishers(early, told(OFFICIAL, "B", "10:01")) == (2, 1)


@pytest.mark.parametrize(
    "changed",
    [{"windows": (a_window("14:00", None),)}, {"people": 400}, {"status": Status.ANNOUNCED}],
)
def test_a_changed_statement_in_the_same_form_is_a_new_one(changed: dict[str, Any]) -> None:
    first, second = told(OFFICIAL, "A"), told(RETOLD, "B", "10:20", **changed)
    found = carriers([first, second])
    assert found[first.id].voice != found[second.id].voice
    assert found[second.id].since == second.said_at


def test_a_form_that_its_publisher_fills_in_again_reopens_and_anothers_copy_of_the_morning_does_not() -> None:
    morning = told(OFFICIAL, "City", "08:00", authority=Authority.OFFICIAL)
    stop = told("Рух зупинено через обстріл колони.", "City", "09:00", Status.SUSPENDED, authority=Authority.OFFICIAL)
    copy = told(RETOLD, "Region", "10:00", authority=Authority.OFFICIAL)
    assert assess([morning, stop, copy], DAY, ZONE, at("10:30")).status is Status.SUSPENDED
    again = told(RETOLD, "City", "10:00", authority=Authority.OFFICIAL)
    assert assess([morning, stop, again], DAY, ZONE, at("10:30")).status is Status.OPEN


def test_two_near_copies_reopen_nothing_that_a_higher_authority_stopped() -> None:
    stop = told("Рух зупинено.", "City", "09:00", Status.SUSPENDED, authority=Authority.OFFICIAL)
    copies = [told(OFFICIAL, "A"), told(RETOLD, "B", "10:10")]
    assert assess([stop, *copies], DAY, ZONE, at("10:30")).status is Status.SUSPENDED
    reports = [told(OFFICIAL, "A"), told(INDEPENDENT, "B", "10:10")]
    assert assess([stop, *reports], DAY, ZONE, at("10:30")).status is Status.OPEN


WORDS = OFFICIAL.split()
texts = st.lists(st.integers(0, len(WORDS) - 1), max_size=6).map(
    lambda changed: " ".join("інше" if at_ in changed else word for at_, word in enumerate(WORDS))
)
copies_of = st.lists(
    st.builds(
        lambda text, publisher, hours, status: told(text, publisher, at("00:00") + timedelta(hours=hours), status),
        texts | st.sampled_from([INDEPENDENT, TRANSLATED]),
        st.sampled_from("ABCD"),
        st.integers(-60, 60),
        st.sampled_from([Status.ANNOUNCED, Status.OPEN, Status.SUSPENDED]),
    ),
    max_size=9,
)


@given(copies_of, st.randoms(use_true_random=False))
def test_who_carries_whose_words_does_not_depend_on_the_order(claims: list[Claim], random: Random) -> None:
    found, shuffled = carriers(claims), list(claims)
    random.shuffle(shuffled)
    assert carriers(shuffled) == found
    for claim in claims:
        assert found[claim.id].since <= claim.said_at <= found[claim.id].since + timedelta(hours=48)


@given(copies_of)
def test_a_copy_of_a_copy_is_a_copy_of_both(claims: list[Claim]) -> None:
    found = carriers(claims)
    for one in claims:
        for other in claims:
            pair = carriers([one, other])
            if pair[one.id].voice == pair[other.id].voice:
                assert found[one.id].voice == found[other.id].voice


def test_documents_that_are_near_copies_are_one_publisher_in_the_ledger(store: Store) -> None:
    ledger, opened = Ledger(store, "https://corridors.example"), Reading((a_statement(Status.OPEN),))
    for publisher, text in (
        ("A", OFFICIAL),
        ("B", RETOLD),
        ("C", f"Forwarded from A\n{OFFICIAL}\n@c_news"),
        ("D", INDEPENDENT),
    ):
        source = a_source(publisher.lower(), publisher=publisher, party=None)
        document = a_document(text, source=source.id, published_at=at("10:00"))
        ledger.submit(source, [Announced(document, opened)], Now(at("10:05"), at("10:05")))
    with store.read() as tx:
        (occurrence,) = tx.corridors.occurrences_on("UA", DAY).values()
    assert (occurrence.assessment.publishers, occurrence.assessment.credibility) == (2, 1)
    assert occurrence.assessment.claims == 4


def test_a_closing_is_never_swallowed_by_an_opening_of_the_same_form() -> None:
    opened = told(OFFICIAL, "A", "09:00")
    closed = told(OFFICIAL.replace("відкрито", "закрито"), "B", "10:00", Status.CLOSED, reason=Reason.CANCELLED)
    assert assess([opened, closed], DAY, ZONE, at("10:30")).status is Status.CLOSED
