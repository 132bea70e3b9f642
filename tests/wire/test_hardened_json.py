from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import ParseError
from corridors.wire.hardened_json import parse, text


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("[" * 100_000, id="100,000 lists in each other"),
        pytest.param('{"a":' * 100_000, id="100,000 objects in each other"),
        pytest.param("[" + "{}," * 400_000 + "{}]", id="400,000 empty objects"),
        pytest.param('{"a": 1', id="cut off"),
        pytest.param("[NaN]", id="NaN"),
        pytest.param("[-Infinity]", id="infinity"),
        pytest.param("[1e400]", id="a number that overflows"),
        pytest.param("[" + "9" * 5000 + "]", id="an integer of 5,000 digits"),
        pytest.param("<html>", id="HTML"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_reasonable_json_is_a_parse_error(source: str) -> None:
    with pytest.raises(ParseError):
        parse(source)


def test_escapes_cannot_smuggle_what_cannot_be_stored() -> None:
    assert text(parse(r'"a\u0000b\ud800c"')) == "abc"


def test_only_strings_and_numbers_are_text() -> None:
    values: list[Any] = ["a", 12, 1.5, True, None, {}, []]
    assert [text(value) for value in values] == ["a", "12", "1.5", "", "", "", ""]


@settings(deadline=None)
@given(st.text(max_size=200) | st.text(alphabet='{}[]",:0123456789.eE+-tfnu\\', max_size=200))
def test_any_text_is_json_or_a_parse_error(source: str) -> None:
    with suppress(ParseError):
        parse(source)
