from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.model import Outcome
from corridors.outbound import Deliverer, Egress
from corridors.outbound.deliver import escaped
from tests.outbound.hostile import Hostile, hostile_server

LOOPBACK = Egress(allow_networks=(ip_network("127.0.0.1/32"),), allow_hosts=("receiver.example.org",))
DEADLINE = 0.6
BODY = b'{"type": "corridor.opened"}'


def to_loopback(host: str, port: int) -> Sequence[str]:
    return ("127.0.0.1",)


async def deliver_all(
    *urls: str, egress: Egress = LOOPBACK, lookup: object = to_loopback, deadline: float = DEADLINE, **headers: str
) -> list[Outcome]:
    """Deliver to each of `urls`, one after the other, with one deliverer."""
    sent = {"Content-Type": "application/json; charset=utf-8"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with Deliverer(egress, "corridors-tests", lookup=lookup) as deliverer:  # type: ignore[arg-type]
        return [await deliverer.deliver(url, sent, BODY, deadline) for url in urls]


def deliver(url: str, **options: object) -> Outcome:
    return asyncio.run(deliver_all(url, **options))[0]  # type: ignore[arg-type]


def test_the_receiver_gets_the_bytes_and_headers_as_given(hostile: Hostile) -> None:
    outcome = deliver(hostile.url("/keep?given"), webhook_id="evt_1", User_Agent="x", accept_encoding="br")
    assert (outcome.code, outcome.status, outcome.response_head, outcome.success) == ("ok", 200, "fine", True)
    asked = next(one for one in hostile.asked if one.path == "/keep?given")
    assert (asked.method, asked.body) == ("POST", BODY)
    assert asked.headers["Content-Type"] == "application/json; charset=utf-8"
    assert asked.headers["webhook-id"] == "evt_1"
    assert asked.headers["User-Agent"] == "corridors-tests"
    assert asked.headers["Accept-Encoding"] == "identity"
    assert asked.headers["Expect"] is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/keep-none", "ok"),
        ("/huge", "ok"),
        ("/endless", "ok"),
        ("/endless-chunks", "ok"),
        ("/gzip-bomb", "ok"),
        ("/drip-body", "ok"),
        ("/drip-chunks", "ok"),
        ("/short", "ok"),
        ("/cut-chunk", "ok"),
        ("/bad-chunk", "protocol"),
        ("/reset-body", "ok"),
        ("/drip-headers", "deadline"),
        ("/drip-status", "deadline"),
        ("/continue", "deadline"),
        ("/silence", "deadline"),
        ("/reset", "reset"),
        ("/reset-headers", "reset"),
        ("/close", "reset"),
        ("/garbage", "protocol"),
        ("/http-0.9", "protocol"),
        ("/many-headers", "protocol"),
        ("/long-header", "protocol"),
        ("/moved", "redirect"),
        ("/moved-nowhere", "redirect"),
        ("/redirect?to=http://[", "redirect"),
        ("/304", "redirect"),
        ("/101", "http_101"),
        ("/401", "http_401"),
        ("/404", "http_404"),
        ("/410", "http_410"),
        ("/429", "http_429"),
        ("/500", "http_500"),
        ("/503", "http_503"),
    ],
)
def test_every_answer_has_its_code_and_ends_on_time(hostile: Hostile, path: str, code: str) -> None:
    outcome = deliver(hostile.url(path))
    assert outcome.code == code
    assert outcome.success is (code == "ok")
    assert outcome.total_ms < (DEADLINE + 0.5) * 1000
    assert len(outcome.response_head) <= 4096


def test_a_receiver_that_said_yes_may_drip_for_two_seconds_at_most(hostile: Hostile) -> None:
    outcome = deliver(hostile.url("/drip-body"), deadline=10.0)
    assert outcome.code == "ok"
    assert 1900 <= outcome.total_ms <= 3000


def test_a_redirect_is_recorded_by_its_host_and_not_followed(hostile: Hostile) -> None:
    outcome = deliver(hostile.url("/redirect?to=https://elsewhere.example.org/secret"))
    assert outcome.response_head.startswith("redirect to elsewhere.example.org:")
    assert "secret" not in outcome.response_head


@pytest.mark.parametrize(
    ("path", "seconds"),
    [("/429", 120.0), ("/503", 60.0), ("/429-garbage", None), ("/429-past", 0.0), ("/500", None)],
)
def test_retry_after_is_passed_on_as_asked(hostile: Hostile, path: str, seconds: float | None) -> None:
    assert deliver(hostile.url(path)).retry_after_seconds == seconds


def test_the_head_of_a_hostile_answer_is_harmless_text(hostile: Hostile) -> None:
    assert deliver(hostile.url("/500")).response_head == "\\x1b[31m<script>\\x00 \\u202e\\xff"


@settings(deadline=None)
@given(st.binary(max_size=6000))
def test_whatever_is_answered_becomes_printable_text(head: bytes) -> None:
    text = escaped(head)
    assert text.isprintable()
    assert len(text) <= 4096


def test_a_kept_connection_is_used_again(hostile: Hostile) -> None:
    before = hostile.connections
    outcomes = asyncio.run(deliver_all(*[hostile.url("/keep")] * 5))
    assert [outcome.code for outcome in outcomes] == ["ok"] * 5
    assert hostile.connections == before + 1


def test_a_kept_connection_that_died_costs_no_attempt(hostile: Hostile) -> None:
    outcomes = asyncio.run(deliver_all(*[hostile.url("/keep-dying")] * 60))
    assert {outcome.code for outcome in outcomes} == {"ok"}


def test_a_fresh_connection_that_dies_is_not_tried_again(hostile: Hostile) -> None:
    deliver(hostile.url("/close?once"))
    assert len([asked for asked in hostile.asked if asked.path == "/close?once"]) == 1


def test_cookies_are_not_sent_back(hostile: Hostile) -> None:
    asyncio.run(deliver_all(hostile.url("/cookie"), hostile.url("/cookie")))
    assert all(asked.headers["Cookie"] is None for asked in hostile.asked if asked.path == "/cookie")


def test_proxies_and_passwords_of_the_environment_are_not_used(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine receiver.example.org login me password secret")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(netrc))
    assert deliver(hostile.url("/keep?environment", host="receiver.example.org")).code == "ok"
    asked = next(one for one in hostile.asked if one.path == "/keep?environment")
    assert asked.headers["Authorization"] is None


def test_a_refused_connection_has_its_code() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert deliver(f"http://127.0.0.1:{free.getsockname()[1]}/").code == "connect_refused"


def test_a_full_accept_queue_is_a_connect_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as full:
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        outcome = deliver(f"http://127.0.0.1:{full.getsockname()[1]}/")
        for one in waiting:
            one.close()
    assert outcome.code == "connect_timeout"


def test_a_dripping_handshake_is_a_tls_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        outcome = deliver(f"https://127.0.0.1:{mute.getsockname()[1]}/")
    assert outcome.code == "tls_error"
    assert outcome.total_ms < (DEADLINE + 0.5) * 1000


def test_a_name_that_does_not_exist_is_a_dns_error() -> None:
    def no_such_name(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert deliver("https://nowhere.example.org/", lookup=no_such_name).code == "dns_error"


def test_sixteen_names_that_never_resolve_delay_nobody(hostile: Hostile) -> None:
    release = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        if host.startswith("slow"):
            release.wait(10)
        return ("127.0.0.1",)

    async def both() -> tuple[list[Outcome], Outcome]:
        async with Deliverer(LOOPBACK, "x", lookup=slow) as deliverer:
            waiting = [
                asyncio.create_task(deliverer.deliver(f"https://slow{n}.example.org/", {}, BODY, 5)) for n in range(16)
            ]
            quick = await deliverer.deliver(hostile.url("/keep", host="receiver.example.org"), {}, BODY, 5)
            return await asyncio.gather(*waiting), quick

    slow_ones, quick = asyncio.run(both())
    release.set()
    assert quick.code == "ok"
    assert quick.total_ms < 1500
    assert {one.code for one in slow_ones} == {"dns_timeout"}
    assert all(1900 <= one.total_ms <= 3000 for one in slow_ones)


def test_two_hundred_answers_to_a_name_are_two_addresses_to_dial(hostile: Hostile) -> None:
    egress = Egress(allow_networks=(ip_network("127.0.0.0/8"),))

    def many(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", *(f"127.1.0.{n}" for n in range(200))]

    assert deliver(hostile.url("/keep", host="many.example.org"), egress=egress, lookup=many).code == "ok"


def certified(authority: trustme.CA, name: str, minimum: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_is_checked_against_the_name_and_the_authority(tmp_path: Path) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    ca_file = tmp_path / "ca.pem"
    ours.cert_pem.write_to_path(str(ca_file))
    egress = Egress(LOOPBACK.allow_networks, LOOPBACK.allow_hosts, ca_file=str(ca_file))
    cases = [(ours, "receiver.example.org", "ok"), (ours, "other.example.org", "tls_name")]
    cases += [(foreign, "receiver.example.org", "tls_error")]
    for authority, name, expected in cases:
        with hostile_server(certified(authority, name)) as server:
            url = server.url("/keep", "https", "receiver.example.org")
            outcomes = asyncio.run(deliver_all(url, url, egress=egress))
        assert {outcome.code for outcome in outcomes} == {expected}


def test_plain_http_behind_https_is_a_tls_error(hostile: Hostile) -> None:
    assert deliver(hostile.url("/keep", "https")).code == "tls_error"


def test_many_hanging_receivers_do_not_delay_a_healthy_one(hostile: Hostile) -> None:
    async def both() -> tuple[list[Outcome], Outcome]:
        async with Deliverer(LOOPBACK, "x", lookup=to_loopback) as deliverer:
            hanging = [
                asyncio.create_task(deliverer.deliver(hostile.url("/silence"), {}, BODY, 1.5)) for _ in range(100)
            ]
            quick = await deliverer.deliver(hostile.url("/keep"), {}, BODY, 1.5)
            return await asyncio.gather(*hanging), quick

    began = time.monotonic()
    hanging, quick = asyncio.run(both())
    assert quick.code == "ok"
    assert quick.total_ms < 1500
    assert {one.code for one in hanging} == {"deadline"}
    assert time.monotonic() - began < 10


def test_an_invalid_header_is_our_own_fault(hostile: Hostile) -> None:
    assert deliver(hostile.url("/keep"), X_Key="a\r\nHost: b").code == "internal"
