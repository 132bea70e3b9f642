"""What a delivery may cost at most, whom it trusts, and what it makes of names that lie or change."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from corridors.outbound import Egress
from corridors.outbound.content import retry_after_seconds
from tests.outbound.hostile import PATHS, Hostile, endless, hostile_server
from tests.outbound.test_deliver import LOOPBACK, deliver, deliver_all, to_loopback
from tests.outbound.traps import PUBLIC

NOW = datetime(2022, 3, 14, 9, tzinfo=UTC)
MEMORY_BYTES = 8 * 1024 * 1024
GIBIBYTE = 1 << 30


@pytest.mark.parametrize(
    "path", ["/endless", "/endless-chunks", "/gzip-bomb", "/drip-body", "/long-header", "/gigabyte"]
)
def test_no_answer_takes_more_than_eight_mebibytes(path: str) -> None:
    promised = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIBIBYTE
    with hostile_server(paths={**PATHS, "/gigabyte": endless(promised, bytes(65536))}) as there:
        deliver(there.url(path))  # what is made once and kept is not the answer's
        tracemalloc.start()
        try:
            asyncio.run(deliver_all(*[there.url(path)] * 3, deadline=0.4))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < MEMORY_BYTES


def test_a_thousand_connections_that_die_after_their_answer_cost_no_attempt(hostile: Hostile) -> None:
    outcomes = asyncio.run(deliver_all(*[hostile.url("/keep-dying")] * 1000, deadline=60.0))
    assert {outcome.code for outcome in outcomes} == {"ok"}


def test_a_refused_connection_is_not_tried_again_within_the_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked: list[str] = []

    def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",)

    assert deliver(f"http://receiver.example.org:{port}/", lookup=lookup).code == "connect_refused"
    assert asked == ["receiver.example.org"]


@contextmanager
def tls_server(certificate: trustme.LeafCert, names: list[str | None]) -> Iterator[Hostile]:
    """Serve with a certificate, and note the name that each client asks for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with hostile_server(context) as server:
        yield server


def test_the_name_is_asked_for_by_tls_and_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    authority, names = trustme.CA(), list[str | None]()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    egress = Egress(LOOPBACK.allow_networks, LOOPBACK.allow_hosts, ca_file=str(tmp_path / "ca.pem"))
    now = datetime.now(UTC)
    for until, expected in ((now + timedelta(days=1), "ok"), (now - timedelta(days=1), "tls_error")):
        certificate = authority.issue_cert("receiver.example.org", not_before=now - timedelta(days=9), not_after=until)
        with tls_server(certificate, names) as server:
            assert deliver(server.url("/keep", "https", "receiver.example.org"), egress=egress).code == expected
    assert set(names) == {"receiver.example.org"}


@pytest.mark.parametrize("error", [socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_NONAME, socket.EAI_NODATA])
def test_every_failure_of_a_name_server_is_a_dns_error(error: int) -> None:
    def refuses(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(error, "the name server says no")

    assert deliver("https://somewhere.example.org/", lookup=refuses).code == "dns_error"


def test_a_name_is_judged_anew_at_every_connection(hostile: Hostile) -> None:
    answers = iter([("127.0.0.1",), ("127.0.0.2",), ("127.0.0.1", "10.0.0.1"), ("127.0.0.1",)])
    egress = Egress(allow_networks=(ip_network("127.0.0.1/32"),))
    urls = [hostile.url("/close", host="flips.example.org")] * 4
    outcomes = asyncio.run(deliver_all(*urls, egress=egress, lookup=lambda host, port: next(answers), deadline=60.0))
    assert [outcome.code for outcome in outcomes] == ["reset", "blocked_address", "blocked_address", "reset"]


# Every spelling under which this machine was ever reached past somebody's check, with the port of a server that listens.
SPELLINGS = (
    *("127.0.0.1", "127.0.0.2", "localhost", "LOCALHOST.", "app.localhost", "0.0.0.0", "0", "127.1", "127.0.1"),
    *("2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "%31%32%37.0.0.1"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "user:pw@127.0.0.1", "here.example.org"),
)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_trap_that_listens_hears_nothing_under_any_spelling(scheme: str) -> None:
    """Any port and plain http are allowed here, so that only the address can be what saves us."""
    with hostile_server() as trap:
        egress = Egress(allow_http=True, extra_ports=(trap.port,))
        urls = [f"{scheme}://{host}:{trap.port}/" for host in SPELLINGS]
        urls += [
            f"{scheme}://example.org:{trap.port}\\@127.0.0.1:{trap.port}/",
            f"{scheme}://127.0.0.1:{trap.port}#@x/",
        ]
        outcomes = asyncio.run(deliver_all(*urls, egress=egress, lookup=to_loopback))
        open_to_it = deliver(trap.url("/keep"))
    assert {outcome.code for outcome in outcomes} == {"blocked_address"}
    assert (open_to_it.code, trap.connections) == ("ok", 1), "it would have been heard"


def test_a_redirect_into_a_trap_that_listens_is_recorded_and_not_followed(hostile: Hostile) -> None:
    with hostile_server() as trap:
        outcome = deliver(hostile.url(f"/redirect?to=http://127.0.0.1:{trap.port}/secret"))
        assert (outcome.code, trap.connections) == ("redirect", 0)


def test_a_public_name_that_turns_to_this_machine_is_not_dialled() -> None:
    with hostile_server() as trap:
        answers = iter([(PUBLIC,), ("127.0.0.1",), ("127.0.0.1",)])
        egress = Egress(allow_http=True, extra_ports=(trap.port,))
        url = trap.url("/", host="rebinds.example.org")
        egress.check_url(url, resolve=True, lookup=lambda host, port: next(answers))
        assert deliver(url, egress=egress, lookup=lambda host, port: next(answers)).code == "blocked_address"
        assert trap.connections == 0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        pytest.param(["120"], 120.0, id="seconds"),
        pytest.param(["120.6"], 121.0, id="a fraction is rounded up"),
        pytest.param(["0"], 0.0, id="at once"),
        pytest.param(["-1"], None, id="less than nothing"),
        pytest.param(["1e9"], None, id="no whole number"),
        pytest.param(["999999999999999"], 10 * 365 * 86_400.0, id="for ever is ten years"),
        pytest.param(["Mon, 14 Mar 2022 09:02:00 GMT"], 120.0, id="a date to come"),
        pytest.param(["Mon, 14 Mar 2022 07:00:00 GMT"], 0.0, id="a date that is past"),
        pytest.param(["soon"], None, id="nonsense"),
        pytest.param(["60", "120"], 120.0, id="two wishes, the longer one"),
        pytest.param(["soon", "60"], 60.0, id="nonsense and a wish"),
        pytest.param([], None, id="no wish"),
    ],
)
def test_a_wish_to_wait_is_read_as_it_was_meant(said: list[str], seconds: float | None) -> None:
    assert retry_after_seconds(said, NOW) == seconds


@given(st.lists(st.text(max_size=40), max_size=3))
def test_no_wish_breaks_us(said: list[str]) -> None:
    wish = retry_after_seconds(said, NOW)
    assert wish is None or 0 <= wish <= 10 * 365 * 86_400
