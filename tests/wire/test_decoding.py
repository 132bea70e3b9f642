from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.wire.decoding import clean, decode

UKRAINIAN = "Погоджено гуманітарний коридор Маріуполь – Запоріжжя, рух о 9:00"
RUSSIAN = "Открыт гуманитарный коридор Мариуполь — Запорожье"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        pytest.param(UKRAINIAN.encode(), "", None, id="undeclared UTF-8"),
        pytest.param(UKRAINIAN.encode("utf-8-sig"), "", None, id="a byte order mark"),
        pytest.param(UKRAINIAN.encode("utf-16"), "", None, id="UTF-16 with a mark"),
        pytest.param(UKRAINIAN.encode(), "text/html; charset=iso-8859-1", None, id="UTF-8 against the header"),
        pytest.param(
            UKRAINIAN.encode("cp1251"), "text/xml; charset=windows-1251", None, id="windows-1251 by the header"
        ),
        pytest.param(UKRAINIAN.encode("cp1251"), "text/xml;charset='CP-1251'", None, id="a spelling from the wild"),
        pytest.param(UKRAINIAN.encode("cp1251"), "text/xml", "windows-1251", id="as the source says"),
        pytest.param(UKRAINIAN.encode("cp1251"), "", None, id="windows-1251 by its letters"),
    ],
)
def test_text_arrives_as_it_was_written(body: bytes, content_type: str, encoding: str | None) -> None:
    decoded = decode(body, content_type, encoding)
    assert decoded.text == UKRAINIAN
    assert decoded.replaced == 0


@pytest.mark.parametrize(
    "prologue",
    [
        "<?xml version='1.0' encoding='windows-1251'?>",
        '\n<?xml version="1.0" encoding="cp-1251"?>',
        '<meta charset="windows-1251">',
    ],
)
def test_the_document_says_its_encoding(prologue: str) -> None:
    assert decode((prologue + RUSSIAN).encode("cp1251")).text == prologue + RUSSIAN


def test_utf16_without_a_mark_is_seen_by_its_first_characters() -> None:
    assert decode("<?xml version='1.0'?>".encode("utf-16-be")).text == "<?xml version='1.0'?>"


def test_one_broken_byte_does_not_turn_a_text_into_another_alphabet() -> None:
    body = UKRAINIAN.encode() * 5 + b"\xd0" + UKRAINIAN.encode()
    decoded = decode(body, "text/html; charset=iso-8859-2")
    assert decoded.encoding == "utf-8"
    assert decoded.replaced == 1
    assert decoded.text.count("Маріуполь") == 6


def test_western_text_is_not_taken_for_cyrillic() -> None:
    assert decode("Évacuation à Côté d’Alep, créée".encode("cp1252")).text == "Évacuation à Côté d’Alep, créée"


@pytest.mark.parametrize("name", ["base64", "zip", "rot13", "idna", "unicode_escape", "no-such-thing", "\x00"])
def test_codecs_that_are_no_character_sets_are_not_used(name: str) -> None:
    decode(b"\xff\xfeabc\xff" * 3, f"text/html; charset={name}", name)


def test_what_xml_and_the_store_refuse_is_dropped() -> None:
    assert clean("a\x00b\x1bc\ud800d\r\ne\rf\tg") == "abcd\ne\nf\tg"


@settings(deadline=None)
@given(st.binary(max_size=2000), st.text(max_size=50), st.text(max_size=20) | st.none())
def test_any_bytes_become_clean_text(body: bytes, content_type: str, encoding: str | None) -> None:
    text = decode(body, content_type, encoding).text
    text.encode()
    assert "\x00" not in text
    assert "\r" not in text
