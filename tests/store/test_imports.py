"""Place names that an operator imports: GeoNames files and tables of P-codes, whole or not at all, used at once."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from corridors.cli.places import places
from corridors.errors import NotFound, StoreError
from corridors.model import Document, PlaceType
from corridors.places import fold
from corridors.reading import read
from corridors.registry import load
from corridors.store.gazetteer import SqliteGazetteer, open_gazetteer
from corridors.store.gazetteer.files import BadFile
from corridors.store.gazetteer.imported import forget, import_file, imports

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = load("corridors.languages", "LANGUAGE")


def a_line(number: int, name: str, lat: float, lon: float, **fields: str) -> str:
    """A line of a GeoNames file: nineteen columns."""
    cells = [str(number), name, name, fields.get("also", ""), str(lat), str(lon)]
    cells += [fields.get("class_", "P"), fields.get("code", "PPL"), fields.get("country", "UA"), ""]
    cells += [fields.get("region", "13"), "", "", "", fields.get("people", "0"), "", "100", "Europe/Kyiv", "2026-01-01"]
    return "\t".join(cells)


# Villages that are in no packaged list; two of them share a name.
VILLAGES = [
    a_line(99000001, "Kvitneva Balka", 50.70, 30.40, also="Квітнева Балка,Kwitnewa Balka"),
    a_line(99000002, "Zarichne Pole", 50.60, 30.20, also="Зарічне Поле"),
    a_line(99000003, "Zarichne Pole", 48.10, 37.20, also="Зарічне Поле", region="05"),
    a_line(99000004, "Lost Village", 48.00, 37.00, code="PPLH"),
    a_line(99000005, "Some Hill", 48.00, 37.00, class_="T", code="HLL"),
    a_line(99000006, "Kvitneve Oblast", 48.00, 37.00, class_="A", code="ADM1", people="900000", also="Kyiv,Kvitneve Land"),
    a_line(701822, "Mariupol", 47.10, 37.55, also="Nova Nazva Mariupolia", people="481626"),
]  # fmt: skip
PCODES = (
    "ADM2_EN,ADM2_AR,ADM2_PCODE,ADM1_EN,ADM1_PCODE,ADM0_EN,ADM0_PCODE\n"
    "#adm2+name,#adm2+name,#adm2+code,#adm1+name,#adm1+code,#country,#country+code\n"
    "Zarqandi,زرقندي,SD09998,Qumari State,SD99,Sudan,SD\n"
    "Zarqandi South,زرقندي الجنوبية,SD09999,Qumari State,SD99,Sudan,SD\n"
)


@pytest.fixture
def folder(tmp_path: Path, compiled_gazetteer: Path) -> Path:
    """A data folder with the compiled names."""
    (tmp_path / "gazetteer.db").symlink_to(compiled_gazetteer)
    return tmp_path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def writes(name: str, *lines: str) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return writes


def names(gazetteer: SqliteGazetteer, written: str) -> list[tuple[str, PlaceType, float | None]]:
    key = fold(written)
    found = gazetteer.lookup([key]).get(key, ())
    assert gazetteer.known(key) or not found
    return [(candidate.place.name, candidate.place.type, candidate.place.lat) for candidate in found]


def route(gazetteer: SqliteGazetteer, text: str) -> tuple[list[tuple[str, float | None]], list[str]]:
    document = Document("s", "1", text, NOW, language="uk", published_at=datetime(2022, 3, 14, 9, tzinfo=UTC))
    found = read(document, languages=LANGUAGES, gazetteer=gazetteer, countries=["UA"])
    return (
        [(s.route.origin.name, s.route.origin.lat) for s in found.statements if s.route.origin],
        [place.name for doubt in found.doubts for place in doubt.candidates],
    )


def test_a_running_reader_finds_imported_villages_at_once(folder: Path, write: Callable[..., Path]) -> None:
    gazetteer = SqliteGazetteer(folder / "gazetteer.db")
    text = "Сьогодні евакуація з Квітневої Балки до Києва автобусами."
    assert ("Kvitneva Balka", 50.70) not in route(gazetteer, text)[0]
    before = gazetteer.version
    made = import_file(folder, write("UA.txt", *VILLAGES), NOW)
    assert (made.name, made.kind, made.places) == ("UA", "geonames", 5), "no hill, and nothing that is gone"
    assert route(gazetteer, text)[0] == [("Kvitneva Balka", 50.70)]
    assert gazetteer.version != before
    assert [place.name for place in gazetteer.search("kvitneva", ["UA"])] == ["Kvitneva Balka"]


def test_a_village_with_a_namesake_is_placed_by_its_neighbours_or_is_a_doubt(
    folder: Path, write: Callable[..., Path]
) -> None:
    import_file(folder, write("UA.txt", *VILLAGES), NOW)
    gazetteer = SqliteGazetteer(folder / "gazetteer.db")
    placed, doubts = route(gazetteer, "Сьогодні евакуація із Зарічного Поля до Бучі автобусами.")
    assert (placed, doubts) == ([("Zarichne Pole", 50.60)], [])
    placed, doubts = route(gazetteer, "Сьогодні евакуація із Зарічного Поля автобусами.")
    assert (placed, doubts) == ([("Zarichne Pole", None)], ["Zarichne Pole", "Zarichne Pole"])


def test_villages_called_like_common_words_are_not_seen_where_no_place_must_stand(
    folder: Path, write: Callable[..., Path]
) -> None:
    common = [
        a_line(99100000 + n, name, 49.0, 33.0, also=name) for n, name in enumerate(("Колона", "Евакуація", "Зранку"))
    ]
    text = "Зранку евакуація з Ірпеня. Колона їде до Києва. Евакуація триває."
    before = route(SqliteGazetteer(folder / "gazetteer.db"), text)
    import_file(folder, write("UA.txt", *common), NOW)
    assert route(SqliteGazetteer(folder / "gazetteer.db"), text) == before


def test_what_we_have_keeps_its_name_and_gains_names(folder: Path, write: Callable[..., Path]) -> None:
    import_file(folder, write("UA.txt", *VILLAGES), NOW)
    gazetteer = SqliteGazetteer(folder / "gazetteer.db")
    assert names(gazetteer, "Nova Nazva Mariupolia") == names(gazetteer, "Mariupol")
    assert names(gazetteer, "Kyiv")[0][0] == "Kyiv"
    assert all(kind is not PlaceType.DISTRICT for _, kind, _ in names(gazetteer, "Kyiv")), "a province is no city"
    assert [place.name for place in gazetteer.search("Mariupol", ["UA"])].count("Mariupol") == 1


def test_the_same_file_twice_is_the_same_and_a_shorter_one_takes_away(folder: Path, write: Callable[..., Path]) -> None:
    gazetteer = SqliteGazetteer(folder / "gazetteer.db")
    file = write("UA.txt", *VILLAGES)
    assert import_file(folder, file, NOW) == import_file(folder, file, NOW)
    import_file(folder, write("UA.txt", VILLAGES[1]), NOW)
    gazetteer.renew()
    assert names(gazetteer, "Kvitneva Balka") == []
    assert [each.places for each in imports(folder)] == [1]


def test_a_zip_is_read_as_it_is_published(folder: Path, write: Callable[..., Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "UA.zip", "w") as archive:
        archive.writestr("readme.txt", "about")
        archive.writestr("UA.txt", "\n".join(VILLAGES))
    assert import_file(folder, tmp_path / "UA.zip", NOW).places == 5


def test_p_codes_name_provinces_and_districts_in_their_languages(folder: Path, write: Callable[..., Path]) -> None:
    made = import_file(folder, write("sdn_adm2.csv", *PCODES.splitlines()), NOW)
    assert (made.kind, made.places) == ("pcodes", 3)
    gazetteer = SqliteGazetteer(folder / "gazetteer.db")
    assert names(gazetteer, "زرقندي") == [("Zarqandi", PlaceType.DISTRICT, None)]
    assert gazetteer.search("Zarqandi", ["SD"])[0].names["ar"] == "زرقندي"


def test_the_newer_form_of_a_p_code_table_has_points(folder: Path, write: Callable[..., Path]) -> None:
    heading = "adm4_name;adm4_name1;adm4_pcode;adm1_name;adm1_pcode;iso2;lang;lang1;center_lat;center_lon"
    import_file(folder, write("syr.csv", heading, "Tell Qumra;تل قمرة;SY1;Qumra;SY99;SY;en;ar;36.5;37.25"), NOW)
    assert names(SqliteGazetteer(folder / "gazetteer.db"), "تل قمرة") == [("Tell Qumra", PlaceType.SETTLEMENT, 36.5)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([VILLAGES[0], "1\t2\t3"], "line 2: 3 columns where 19 are needed", id="a short line"),
        pytest.param([VILLAGES[0], a_line(5, "X", 91, 0)], "line 2: '91' are no degrees", id="no latitude"),
        pytest.param([VILLAGES[0], VILLAGES[1].replace("99000002", "x")], "line 2: 'x' is no whole number", id="no id"),
        pytest.param(["hello"], "neither a GeoNames country file", id="another file"),
        pytest.param([PCODES.splitlines()[0], "a,b"], "line 2: 2 columns where 7 are needed", id="a short row"),
        pytest.param([PCODES.splitlines()[0], "a,b,c,d,e,f,1"], "line 2: '1' is no ISO 3166-1 code", id="no country"),
        pytest.param(["ADM1_PCODE,x", "SD01,y"], "line 1: the heading names", id="no names"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_changes_nothing(
    folder: Path, write: Callable[..., Path], lines: list[str], said: str
) -> None:
    import_file(folder, write("before.txt", VILLAGES[1]), NOW)
    held = (folder / "imported.db").read_bytes()
    with pytest.raises(BadFile, match=said.replace("(", r"\(")):
        import_file(folder, write("bad.txt", *lines), NOW)
    assert (folder / "imported.db").read_bytes() == held
    assert not list(folder.glob(".imported-*"))


def test_bytes_that_are_no_text_and_empty_files_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes((VILLAGES[0] + "\n").encode() + b"\xff\xfe\n")
    with pytest.raises(BadFile, match="line 2: not UTF-8"):
        import_file(folder, tmp_path / "latin.txt", NOW)
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(BadFile, match="empty"):
        import_file(folder, tmp_path / "empty.txt", NOW)


def test_imports_survive_a_new_compilation_and_are_forgotten_by_name(folder: Path, write: Callable[..., Path]) -> None:
    import_file(folder, write("UA.txt", *VILLAGES), NOW)
    assert names(open_gazetteer(folder / "gazetteer.db"), "Kvitneva Balka")
    with pytest.raises(NotFound, match="there is: UA"):
        forget(folder, "SD")
    forget(folder, "UA")
    assert names(open_gazetteer(folder / "gazetteer.db"), "Kvitneva Balka") == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, write: Callable[..., Path]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="nothing was changed"):
        import_file(tmp_path / "file", write("UA.txt", *VILLAGES), NOW)


def test_the_command_says_what_came_of_it(
    folder: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORRIDORS_DATA", str(folder))
    run = CliRunner().invoke
    assert run(places, ["list"]).output == "Nothing was imported.\n"
    assert run(places, ["import", str(write("UA.txt", *VILLAGES))]).output == "UA.txt: 5 places imported as 'UA'\n"
    assert run(places, ["list"]).output.startswith("UA\tgeonames\t5 places\t")
    assert run(places, ["forget", "UA"]).output == "forgot 'UA'\n"
    assert run(places, ["compile"]).output == "The place names are ready.\n"
