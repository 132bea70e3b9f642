from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.errors import BlockedAddress, FetchError
from corridors.model import Request
from corridors.outbound import Deliverer, Egress, Fetcher
from corridors.outbound.addresses import is_public, target_of
from tests.outbound.hostile import Hostile
from tests.outbound.traps import HOSTS, PUBLIC, URLS, stub_lookup

STRICT = Egress()
TRAPS = tuple(f"https://{host}/" for host in HOSTS) + URLS
LOOPBACK = Egress(allow_networks=(ip_network("127.0.0.1/32"),))

_dialled: list[Any] = []
_recording = threading.Event()


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _recording.is_set() and event == "socket.connect":
        _dialled.append(arguments[1])
        raise PermissionError("the test lets nothing out")


sys.addaudithook(_audit)


@contextmanager
def recorded_connects() -> Iterator[list[Any]]:
    """Record every address that this process would connect to, and stop it there."""
    _dialled.clear()
    _recording.set()
    try:
        yield _dialled
    finally:
        _recording.clear()


def fetch(url: str, egress: Egress = STRICT, lookup: Any = stub_lookup) -> str:
    """Return the outcome of fetching `url`."""
    try:
        Fetcher(egress, "tests", lookup=lookup).get(Request(url), timeout_seconds=2, max_bytes=1000, max_redirects=5)
    except FetchError as error:
        return error.outcome
    return "ok"


def deliver(url: str, egress: Egress = STRICT, lookup: Any = stub_lookup) -> str:
    """Return the code of delivering to `url`."""

    async def once() -> str:
        async with Deliverer(egress, "tests", lookup=lookup) as deliverer:
            return (await deliverer.deliver(url, {}, b"{}", 2)).code

    return asyncio.run(once())


@pytest.mark.parametrize("url", TRAPS)
def test_no_trap_is_reached_by_polling_delivering_or_subscribing(url: str) -> None:
    with recorded_connects() as dialled:
        assert fetch(url) == "refused_address"
        assert deliver(url) == "blocked_address"
        with pytest.raises(BlockedAddress):
            STRICT.check_url(url, resolve=True, lookup=stub_lookup)
    assert dialled == []


def test_there_are_at_least_sixty_address_traps() -> None:
    assert len(set(HOSTS)) >= 60


def test_the_recorder_would_have_seen_a_connection() -> None:
    with recorded_connects() as dialled:
        assert fetch("http://127.0.0.1:9/", LOOPBACK) == "unavailable"
        assert deliver("http://127.0.0.1:9/", LOOPBACK) == "unreachable"
    assert dialled == [("127.0.0.1", 9), ("127.0.0.1", 9)]


def test_a_wrapped_ipv4_answer_is_dialled_as_what_it_was_judged() -> None:
    with recorded_connects() as dialled:
        fetch("http://mapped.example.org:9/", LOOPBACK)
        deliver("http://mapped.example.org:9/", LOOPBACK)
    assert dialled == [("127.0.0.1", 9), ("127.0.0.1", 9)]


@pytest.mark.parametrize("host", [host for host in HOSTS if not host.startswith("127.0.0.1")])
def test_an_allowed_network_opens_nothing_outside_itself(host: str) -> None:
    with recorded_connects() as dialled:
        fetch(f"http://{host}:8080/", LOOPBACK)
        deliver(f"http://{host}:8080/", LOOPBACK)
    assert {address[0] for address in dialled} <= {"127.0.0.1"}


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192"])
def test_metadata_services_stay_closed_whatever_is_allowed(host: str) -> None:
    open_wide = Egress((ip_network("0.0.0.0/0"), ip_network("::/0")), (host.strip("[]"),), True, (80,), True)
    with pytest.raises(BlockedAddress):
        open_wide.check_url(f"http://{host}/")


def test_a_name_that_turns_to_loopback_after_subscribing_is_not_dialled() -> None:
    answers = iter([(PUBLIC,), ("127.0.0.2",), ("127.0.0.2",)])

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        return next(answers)

    STRICT.check_url("https://rebinds.example.org/", resolve=True, lookup=rebinding)
    with recorded_connects() as dialled:
        assert deliver("https://rebinds.example.org/", lookup=rebinding) == "blocked_address"
        assert fetch("https://rebinds.example.org/", lookup=rebinding) == "refused_address"
    assert dialled == []


@pytest.mark.parametrize("host", [host for host in HOSTS if host.isascii() and "%" not in host])
def test_a_redirect_into_a_trap_is_not_followed(hostile: Hostile, host: str) -> None:
    before = hostile.connections
    assert fetch(hostile.url(f"/redirect?to=https://{host}/"), LOOPBACK) in {
        "refused_address",
        "unavailable",
        "tls_error",
    }
    # 127.0.0.1:443 is inside the allowed network; everything else must not have been dialled at all.
    assert hostile.connections == before + 1


@pytest.mark.parametrize(
    ("url", "egress"),
    [
        pytest.param("http://127.0.0.1:8080/x?y=1", LOOPBACK, id="any port and plain http inside an allowed network"),
        pytest.param("http://example.org/", Egress(allow_http=True), id="plain http where it is allowed"),
        pytest.param("https://example.org:9443/", Egress(extra_ports=(9443,)), id="an added port"),
        pytest.param("https://example.org:8443/", STRICT, id="the usual other port"),
        pytest.param("http://receiver:9000/", Egress(allow_hosts=("Receiver",)), id="a single label vouched for"),
        pytest.param("https://xn--80ak6aa92e.example/", STRICT, id="an IDN in its ASCII form"),
        pytest.param("https://EXAMPLE.org./", STRICT, id="capitals and a final dot"),
        pytest.param("https://[2606:4700::1111]/", STRICT, id="a public IPv6 literal"),
        pytest.param("https://[64:ff9b::5db8:d822]/", Egress(nat64=True), id="a public address through NAT64"),
    ],
)
def test_what_the_policy_lets_through(url: str, egress: Egress) -> None:
    egress.check_url(url, resolve=True, lookup=stub_lookup)


def test_nat64_is_judged_by_the_address_inside() -> None:
    with pytest.raises(BlockedAddress):
        Egress(nat64=True).check_url("https://[64:ff9b::7f00:1]/")


def test_plain_http_to_a_name_needs_all_its_addresses_in_the_allowed_network() -> None:
    LOOPBACK.check_url("http://loopback.example.org:8080/", resolve=True, lookup=stub_lookup)
    with pytest.raises(BlockedAddress, match=r"egress\.allow_http"):
        LOOPBACK.check_url("http://example.org:8080/", resolve=True, lookup=stub_lookup)


@pytest.mark.parametrize(
    ("url", "setting"),
    [
        ("https://10.0.0.1/", "egress.allow_networks"),
        ("https://loopback.example.org/", "egress.allow_networks"),
        ("https://localhost/", "egress.allow_hosts"),
        ("http://example.org/", "egress.allow_http"),
        ("https://example.org:22/", "egress.extra_ports"),
    ],
)
def test_a_refusal_names_the_setting_and_never_the_address(url: str, setting: str) -> None:
    with pytest.raises(BlockedAddress) as refusal:
        STRICT.check_url(url, resolve=True, lookup=stub_lookup)
    assert setting in str(refusal.value)
    assert "127.0.0.1" not in str(refusal.value)
    assert "10.0.0.1" not in str(refusal.value)


@settings(deadline=None)
@given(st.ip_addresses())
def test_nothing_counts_as_public_that_the_standard_library_calls_private(address: Any) -> None:
    if is_public(address):
        assert not address.is_private
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_multicast
        assert not address.is_reserved


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("0123456789.:[]@%\\/x", max_size=30))
def test_any_text_is_either_a_target_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/"):
        try:
            target = target_of(url)
        except BlockedAddress:
            continue
        assert target.scheme in {"http", "https"}
        assert 0 <= target.port <= 65535
        assert target.address == ip_address(target.host) if target.address else "." in target.host or target.host
