"""Whatever a server sends, a poll ends in time, in little memory, with the right word, and the next one works."""

from __future__ import annotations

import ctypes
import shutil
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from itertools import count
from pathlib import Path as File
from typing import Any

import pytest
import trustme

from corridors.config import load_sources
from corridors.intake import SUCCESS, Intake, poll
from corridors.ledger import Ledger
from corridors.model import EVERYTHING, Now, Poll, Snapshot, Source, SourceHealth
from corridors.outbound import Egress, Fetcher
from corridors.store import Store
from tests.hostile.conftest import Notes
from tests.hostile.matrix import Cell
from tests.hostile.rows import ROWS, Row
from tests.hostile.samples import ADAPTERS, SAMPLES, WORDS, Item, Sample
from tests.make import at
from tests.outbound.hostile import PATHS, Asked, Hostile, Path, answer, hostile_server, says
from tests.postgres import KEY

LOOPBACK = Egress(allow_networks=(ip_network("127.0.0.1/32"),), allow_hosts=("nowhere.example.org",))
# A loaded machine may need a moment for an honest answer; only what never ends is given little time.
DEADLINE = 4.0
SHORT_DEADLINE = 0.6
NUMBERS = count(1)
MOST_MEBIBYTES = 32.0
MORNING = Now(at("09:00"), at("09:00"))
CELLS = [(row, name) for row in ROWS for name, sample in SAMPLES.items() if sample.family in row.families]


SPELLINGS = (
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0",
    "10.0.0.1",
    "100.64.0.1",
    "[fe80::1]",
)


def near(host: str, port: int) -> Sequence[str]:
    """One name is near, whoever asks."""
    return ("127.0.0.1",)


class NoPlaces:
    """A gazetteer that knows nothing: what is read is not the question here."""

    def lookup(self, forms: Any) -> dict[str, Any]:
        return {}

    def known(self, forms: Any) -> frozenset[str]:
        return frozenset()

    def renew(self) -> None:
        """Nothing is added to what is not there."""


def no_such_name(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


@pytest.fixture(scope="module")
def paths() -> dict[str, Path]:
    return dict(PATHS)


@pytest.fixture(scope="module")
def server(paths: dict[str, Path]) -> Iterator[Hostile]:
    with hostile_server(paths=paths) as running:
        yield running


@pytest.fixture(scope="module")
def intake(migrated_file: File, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """One worker's intake for every cell: what one input leaves behind meets the next."""
    store = Store(
        f"sqlite:///{shutil.copyfile(migrated_file, tmp_path_factory.mktemp('hostile') / 'corridors.db')}", KEY
    )
    places: Any = NoPlaces()
    web = Fetcher(LOOPBACK, "corridors-tests", lookup=no_such_name)
    yield Intake(ADAPTERS, {}, places, web, Ledger(store, "https://corridors.example"), pause=lambda seconds: None)
    store.dispose()


def a_source(sample: Sample, url: str, **fields: Any) -> Source:
    """A source of a sample's kind with what its definition file would give it by default."""
    made = Source(
        f"hostile-{next(NUMBERS)}",
        sample.kind,
        "Somebody",
        url,
        timeout=timedelta(seconds=DEADLINE),
        jitter=0.0,
        options=sample.options,
    )
    return replace(made, max_bytes=ADAPTERS[sample.kind].max_bytes, **fields)


def watched(source: Source, intake: Intake) -> tuple[Poll, float, float | None]:
    """Poll, and return the line, the seconds it took and the mebibytes by which the process grew at most."""
    with intake.ledger.store.begin() as tx:
        tx.sources.configure([source], MORNING.real_at)
    before = _resident(peak=False)
    began = time.monotonic()
    line = poll(source, intake, MORNING)
    seconds = time.monotonic() - began
    peak = _resident(peak=True)
    return line, seconds, None if before is None or peak is None else peak - before


def _resident(*, peak: bool) -> float | None:
    """The mebibytes of this process now, or at most since the last look (Linux; None elsewhere)."""
    try:
        if not peak:
            ctypes.CDLL(None).malloc_trim(0)
            File("/proc/self/clear_refs").write_text("5")  # forget the peak so far
        name = "VmHWM:" if peak else "VmRSS:"
        (line,) = [line for line in File("/proc/self/status").read_text().splitlines() if line.startswith(name)]
    except (OSError, AttributeError):
        return None
    return int(line.split()[1]) / 1024


def health(source: Source, intake: Intake) -> SourceHealth:
    with intake.ledger.store.read() as tx:
        return tx.sources.health(source.id)


@pytest.mark.parametrize(("row", "name"), CELLS, ids=[f"{row.number} {row.name}, {name}" for row, name in CELLS])
def test_a_hostile_input_has_its_word_and_harms_nobody(
    row: Row, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
) -> None:
    sample = SAMPLES[name]
    paths["/row"] = row.path(sample)
    deadline = SHORT_DEADLINE if row.outcomes == ("too_slow",) else DEADLINE
    source = a_source(sample, server.url("/row"))
    line, seconds, mebibytes = watched(replace(source, timeout=timedelta(seconds=deadline)), intake)
    matrix.add((row.number, row.name), name, Cell(line.outcome, line.documents_new, seconds, mebibytes))
    assert line.outcome in row.outcomes, line.detail
    assert seconds < deadline + 1
    assert mebibytes is None or mebibytes <= MOST_MEBIBYTES
    after = health(source, intake)
    if line.outcome in SUCCESS:
        assert row.documents is None or line.documents_new >= row.documents
        assert after.state == "ok"
    else:
        assert (after.state, after.failures, line.documents_new) == ("late", 1, 0)
        assert line.detail
        assert after.next_poll_at is not None
        assert timedelta(seconds=30) <= after.next_poll_at - MORNING.real_at <= timedelta(hours=24)
    paths["/row"] = says(body=sample.page([Item("9")]), Content_Type=sample.content_type)
    assert poll(source, intake, MORNING).outcome == "ok"
    assert health(source, intake).state == "ok"


@pytest.mark.parametrize("name", SAMPLES)
class TestEveryKind:
    def test_32_a_refusal_is_not_hammered(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake
    ) -> None:
        paths["/row"] = PATHS["/403"]
        source = a_source(SAMPLES[name], server.url("/row"))
        waits = []
        for _ in range(8):
            watched(source, intake)
            waits.append((health(source, intake).next_poll_at or MORNING.real_at) - MORNING.real_at)
        assert waits == sorted(waits)
        assert waits[-1] == timedelta(hours=1)
        assert len([asked for asked in server.asked if asked.path == "/row"]) >= 8

    def test_35_a_certificate_of_somebody_else_is_not_trusted(self, name: str, intake: Intake, matrix: Notes) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with hostile_server(context, {"/row": says(body=SAMPLES[name].good)}) as server:
            line, seconds, mebibytes = watched(a_source(SAMPLES[name], server.url("/row", "https")), intake)
        matrix.add((35, "certificate of a stranger"), name, Cell(line.outcome, 0, seconds, mebibytes))
        assert line.outcome == "tls_error"

    def test_36_a_name_without_an_address_and_a_closed_port_are_told_apart(
        self, name: str, intake: Intake, matrix: Notes
    ) -> None:
        line, seconds, grown = watched(a_source(SAMPLES[name], "https://nowhere.example.org/row"), intake)
        matrix.add((36, "a name without an address"), name, Cell(line.outcome, 0, seconds, grown))
        assert line.outcome == "dns_error"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        line, seconds, grown = watched(a_source(SAMPLES[name], f"http://127.0.0.1:{port}/row"), intake)
        matrix.add((36, "a closed port"), name, Cell(line.outcome, 0, seconds, grown))
        assert line.outcome == "unavailable"

    def test_36_a_connection_that_is_cut_once_is_asked_again(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        good = says(body=SAMPLES[name].good)
        calls: list[Asked] = []

        def cut_once(server: Hostile, connection: socket.socket, asked: Asked) -> None:
            calls.append(asked)
            (PATHS["/reset"] if len(calls) == 1 else good)(server, connection, asked)

        paths["/row"] = cut_once
        source = a_source(SAMPLES[name], server.url("/row"))
        line, seconds, grown = watched(replace(source, timeout=timedelta(seconds=9)), intake)
        matrix.add((36, "reset once"), name, Cell(line.outcome, line.documents_new, seconds, grown))
        assert (line.outcome, line.documents_new, len(calls)) == ("ok", 2, 2)

    def test_23_a_source_where_nobody_writes_any_more_is_stale(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        paths["/row"] = says(body=SAMPLES[name].page([Item("1", at="2022-03-01T07:00:00+00:00")]))
        source = a_source(SAMPLES[name], server.url("/row"), expect={"max_age": timedelta(days=3)})
        line, seconds, grown = watched(source, intake)
        matrix.add((23, "nothing new for two weeks"), name, Cell(line.outcome, line.documents_new, seconds, grown))
        assert (line.outcome, line.documents_new) == ("stale", 1)
        assert "expected something not older than 3 days" in (line.detail or "")

    def test_27_an_edit_is_a_revision(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        source = a_source(SAMPLES[name], server.url("/row"))
        for text in ("Коридор відкрито", "Коридор закрито"):
            paths["/row"] = says(body=SAMPLES[name].page([Item("1", text)]))
            line, seconds, grown = watched(source, intake)
        matrix.add((27, "an edit"), name, Cell(line.outcome, line.documents_new, seconds, grown))
        with intake.ledger.store.read() as tx:
            (document,) = tx.documents.page(source=source.id, before_id=None, limit=9)
        assert (line.documents_new, document.number) == (1, 2)

    def test_8_no_spelling_of_an_inner_address_is_followed(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        egress = Egress(allow_hosts=("near.example.org",), allow_http=True, extra_ports=(server.port,))
        strict = replace(intake, web=Fetcher(egress, "tests", lookup=near))
        source = a_source(SAMPLES[name], server.url("/row", host="near.example.org"))
        for host in SPELLINGS:
            paths["/row"] = says("302 Found", Location=f"http://{host}:{server.port}/inside")
            line, seconds, grown = watched(source, strict)
            assert line.outcome in {"refused_address", "malformed"}, (host, line.detail)
        matrix.add((8, "inner addresses, spelt"), name, Cell(line.outcome, 0, seconds, grown))
        assert not [asked for asked in server.asked if asked.path == "/inside"]

    def test_22_a_sharp_drop_is_held_back_and_believed_when_it_lasts(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        whole = [Item(str(number), f"{WORDS} {number}") for number in range(1, 6)]
        source = a_source(SAMPLES[name], server.url("/row"), snapshot=Snapshot(max_drop=0.5, grace=2))
        standing = []
        for items in (whole, whole[:1], whole[:1], whole[:1]):
            paths["/row"] = says(body=SAMPLES[name].page(items), Content_Type=SAMPLES[name].content_type)
            line, seconds, grown = watched(source, intake)
            with intake.ledger.store.read(EVERYTHING) as tx:
                standing.append(len(tx.documents.standing(source.id, 99)))
        matrix.add((22, "four of five items missing"), name, Cell(line.outcome, 0, seconds, grown))
        assert standing == [5, 5, 5, 1]

    def test_28_one_item_that_is_missing_from_a_snapshot_is_buried_and_kept(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        whole = [Item(str(number), f"{WORDS} {number}") for number in range(1, 6)]
        source = a_source(SAMPLES[name], server.url("/row"), snapshot=Snapshot())
        for items in (whole, whole[:4]):
            paths["/row"] = says(body=SAMPLES[name].page(items), Content_Type=SAMPLES[name].content_type)
            line, seconds, grown = watched(source, intake)
        matrix.add((28, "an item that was deleted"), name, Cell(line.outcome, 0, seconds, grown))
        with intake.ledger.store.read(EVERYTHING) as tx:
            kept = tx.documents.page(source=source.id, before_id=None, limit=9)
        assert sorted(one.deleted_at is not None for one in kept) == [False] * 4 + [True]

    def test_33_not_modified_for_ever_is_found_out_within_a_day(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        paths["/row"] = says(body=SAMPLES[name].good, ETag='"stuck"')
        source = a_source(SAMPLES[name], server.url("/row"))
        assert watched(source, intake)[0].outcome == "ok"
        paths["/row"] = PATHS["/304"]
        assert watched(source, intake)[0].outcome == "not_modified"
        tomorrow = MORNING.real_at + timedelta(hours=24)
        line = poll(source, intake, Now(tomorrow, tomorrow))
        matrix.add((33, "304 for ever"), name, Cell(line.outcome, 0, 0.0, None))
        assert line.outcome == "malformed"

    def test_45_a_weak_validator_goes_back_verbatim(
        self, name: str, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
    ) -> None:
        whole = answer(body=SAMPLES[name].good, ETag='W/"a-1"')

        def conditional(server: Hostile, connection: socket.socket, asked: Asked) -> None:
            known = asked.headers["If-None-Match"] == 'W/"a-1"'
            connection.sendall(answer("304 Not Modified", ETag='W/"a-1"') if known else whole)

        paths["/row"] = conditional
        source = a_source(SAMPLES[name], server.url("/row"))
        assert watched(source, intake)[0].outcome == "ok"
        line, seconds, grown = watched(source, intake)
        matrix.add((45, "a weak ETag, asked again"), name, Cell(line.outcome, 0, seconds, grown))
        assert line.outcome == "not_modified"
        assert health(source, intake).state == "ok"


def test_30_a_channel_that_belongs_to_somebody_else_now_is_not_read(
    server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
) -> None:
    sample = SAMPLES["telegram"]
    paths["/row"] = says(body=sample.good.replace(b"example_oda/", b"stranger/"))
    line, seconds, grown = watched(a_source(sample, server.url("/row")), intake)
    matrix.add((30, "a channel with another owner"), "telegram", Cell(line.outcome, 0, seconds, grown))
    assert (line.outcome, line.documents_new) == ("identity_changed", 0)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("json", b'{"error": "quota used up", "data": []}'),
        ("arcgis", b'{"error": {"code": 400, "message": "quota used up", "details": []}}'),
    ],
)
def test_19_a_refusal_within_a_success_is_unavailable(
    name: str, refusal: bytes, server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
) -> None:
    paths["/row"] = says(body=refusal)
    line, seconds, grown = watched(a_source(SAMPLES[name], server.url("/row")), intake)
    matrix.add((19, "an error with status 200"), name, Cell(line.outcome, 0, seconds, grown))
    assert (line.outcome, "quota used up" in (line.detail or "")) == ("unavailable", True)


def test_42_a_link_in_a_document_is_not_followed(
    server: Hostile, paths: dict[str, Path], intake: Intake, matrix: Notes
) -> None:
    inside = server.url("/inside")
    paths["/inside"] = says(body=b"secret")
    sample = SAMPLES["json"]
    options = {**sample.options, "paging": {"type": "next_link", "next": "next", "max_pages": 5}}
    page = sample.good[:-1] + f', "next": "http://169.254.169.254/latest", "link": "{inside}"}}'.encode()
    paths["/row"] = says(body=page)
    line, seconds, grown = watched(a_source(replace(sample, options=options), server.url("/row")), intake)
    matrix.add((42, "links to the inside"), "json", Cell(line.outcome, line.documents_new, seconds, grown))
    assert (line.outcome, line.documents_new) == ("ok", 2)
    assert "another server" in (line.detail or "")
    assert not [asked for asked in server.asked if asked.path == "/inside"]


def test_43_the_same_address_twice_is_refused_at_the_start(tmp_path: File) -> None:
    from corridors.errors import ConfigError

    (tmp_path / "sources").mkdir()
    one = '[[source]]\nid = "ID"\nkind = "feed"\npublisher = "p"\nurl = "https://example.org/feed"\n'
    (tmp_path / "sources" / "a.toml").write_text(one.replace("ID", "aa") + one.replace("ID", "bb"))
    with pytest.raises(ConfigError, match="polls the same address"):
        load_sources(tmp_path, ADAPTERS)
