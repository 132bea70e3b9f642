from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from corridors.errors import ParseError
from corridors.model import Parsed, Validators
from corridors.sources import WrongOption
from corridors.sources.table import ADAPTER
from tests.sources.wire import a_response, a_source

URL = "https://tables.example.org/routes.csv"
HXL_MAP = {
    "name": "#item+name",
    "origin": {"name": "#loc+name+from", "lat": "#geo+lat", "lon": "#geo+lon"},
    "destination": {"name": "#loc+to"},
    "status": {"path": "#status", "values": {"відкрито": "open"}},
    "from": "#date+occurred",
    "published": {"path": "#date+updated", "type": "datetime"},
}
HXL = (
    "Route,From,From lat,From lon,To,Status,Date,Updated\n"
    "#item+name,#loc+from+name,#geo+lat+from,#geo+lon+from,#loc+to+name,#status,#date+occurred,#date+updated\n"
    "R-01,Mariupol,47.10,37.55,Zaporizhzhia,open,2022-04-05,2022-03-14T07:30:00+03:00\n"
    ",,,,,,,\n"
    "R-02,Tokmak,,,Zaporizhzhia,відкрито,05.04.2022,\n"
)
PLAIN_MAP = {"title": "Route", "origin": {"name": "from"}, "destination": {"name": " To "}, "status": "Status"}


def parse(body: str | bytes, **options: Any) -> Parsed:
    return ADAPTER.parse(a_response(body, URL), a_source("table", URL, **{"map": HXL_MAP} | options))


def xlsx(*rows: tuple[Any, ...], sheet: str = "Routes") -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.worksheets[0].title = "First"
    page = book.create_sheet(sheet, 0)
    for row in rows:
        page.append(row)
    book.save(file)
    return file.getvalue()


def test_hashtags_find_the_columns_whatever_the_order_of_their_attributes() -> None:
    parsed = parse(HXL)
    assert (parsed.seen, parsed.understood, parsed.complete, parsed.warnings) == (2, 2, True, ())
    first, second = (document.statements[0] for document in parsed.documents if document.statements)
    assert first.route.origin is not None
    assert (first.route.name, first.route.origin.name, first.route.origin.lat) == ("R-01", "Mariupol", 47.1)
    assert first.status == second.status == "open"
    assert first.valid_on[0] == second.valid_on[0] == date(2022, 4, 5)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_headers_find_the_columns_whatever_divides_them(mark: str) -> None:
    text = "\ufeffNotes of the day\n\nRoute,FROM,To,Status,Seen\nR-1,Mariupol,Zaporizhzhia,closed,\n".replace(",", mark)
    (document,) = parse(text, map=PLAIN_MAP).documents
    assert document.title == "R-1"
    assert document.statements is not None
    assert document.statements[0].status == "closed"


def test_a_row_without_an_id_is_the_route_and_day_it_is_about() -> None:
    first = parse(HXL).documents[0].external_id
    changed = parse(HXL.replace("Zaporizhzhia,open", "Zaporizhzhia,closed")).documents[0]
    assert changed.external_id == first
    assert changed.text != parse(HXL).documents[0].text
    assert parse(HXL, identity={"from": "#item+name"}).documents[0].external_id == "R-01"


def test_a_workbook_is_a_table_too() -> None:
    rows = (("Route", "From", "To", "Status"), ("R-1", "Mariupol", "Zaporizhzhia", "open"), (2, None, "B", "closed"))
    parsed = parse(xlsx(*rows), map=PLAIN_MAP)
    assert [document.title for document in parsed.documents] == ["R-1", "2"]
    dated = xlsx(("Route", "Status", "Day"), ("R-1", "open", date(2022, 3, 14)), (None, None, None))
    mapping = {"name": "Route", "status": "Status", "from": "Day"}
    (document,) = parse(dated, map=mapping, worksheet="Routes").documents
    assert document.statements is not None
    assert document.statements[0].valid_on[0] == date(2022, 3, 14)
    with pytest.raises(ParseError, match="there is no sheet 'Other'; there is Routes, First"):
        parse(dated, map=mapping, worksheet="Other")


def test_a_table_with_its_columns_and_no_rows_is_proven_empty() -> None:
    assert parse("\n".join(HXL.splitlines()[:2])) == Parsed((), 0, 0)


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("<!DOCTYPE html><html>Sign in", "wrong_type", "may everybody read it"),
        ("<html><script>cf_chl_opt</script>", "blocked", "anti-robot"),
        ("%PDF-1.4", "wrong_type", "no table"),
        (HXL.replace("#status", "#state"), "layout_changed", "expected the columns #status, saw #item"),
        (HXL.replace("open", "#REF!"), "malformed", "is being worked on"),
        (HXL.replace("open", "Loading..."), "malformed", "is being worked on"),
        (HXL + '"' + "x\n" * 5000, "malformed", "is a quote left open"),
        (HXL + "x" * 200_000, "malformed", "field larger"),
        (HXL + "," * 100_000, "malformed", "more than any real table"),
    ],
)
def test_what_is_no_table_has_its_own_word(body: str, outcome: str, said: str) -> None:
    with pytest.raises(ParseError, match=said) as error:
        parse(body)
    assert error.value.outcome == outcome


def test_a_google_sheet_is_asked_for_as_csv() -> None:
    source = a_source("table", map=PLAIN_MAP, sheet={"id": "a" * 44, "gid": 7})
    asked = ADAPTER.first_request(source, Validators()).url
    assert asked == f"https://docs.google.com/spreadsheets/d/{'a' * 44}/export?format=csv&gid=7"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"sheet": {"id": "short"}}, "sheet"),
        ({"sheet": {"id": "a" * 44, "gid": "7"}}, "sheet"),
        ({"sheet": {}}, "sheet"),
        ({"delimiter": "||"}, "delimiter"),
        ({"map": {"title": ""}}, "map"),
        ({"map": {"title": 3}}, "map"),
    ],
)
def test_options_that_cannot_work_are_refused_at_their_key(options: Any, key: str) -> None:
    with pytest.raises(WrongOption) as error:
        ADAPTER.first_request(a_source("table", **{"map": PLAIN_MAP} | options), Validators())
    assert error.value.key == key


@given(st.text(alphabet='a,;\n"\t#+ыR1', max_size=200))
def test_nothing_but_parse_errors_comes_of_any_text(noise: str) -> None:
    for text, mapping in ((HXL + noise, HXL_MAP), (noise + HXL, PLAIN_MAP)):
        with suppress(ParseError):
            parse(text, map=mapping)
