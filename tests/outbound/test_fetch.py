from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme

from corridors.errors import FetchError
from corridors.model import Request, Response, Validators
from corridors.outbound import Egress, Fetcher
from tests.outbound.hostile import FEED, Hostile, hostile_server

LOOPBACK = Egress(allow_networks=(ip_network("127.0.0.1/32"),), allow_hosts=("source.example.org",))
DEADLINE = 0.6
MAX_BYTES = 256 * 1024


def to_loopback(host: str, port: int) -> Sequence[str]:
    return ("127.0.0.1",)


NOTHING_KNOWN = Validators()
FETCHER = Fetcher(LOOPBACK, "corridors-tests", lookup=to_loopback)


def get(url: str, fetcher: Fetcher = FETCHER, validators: Validators = NOTHING_KNOWN, **headers: str) -> Response:
    return fetcher.get(
        Request(url, validators),
        timeout_seconds=DEADLINE,
        max_bytes=MAX_BYTES,
        max_redirects=5,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


@pytest.mark.parametrize(
    "path",
    [
        "/feed",
        "/gzip",
        "/gzip-members",
        "/gzip-padded",
        "/deflate",
        "/deflate-bare",
        "/brotli",
        "/zstd",
        "/zstd-frames",
        "/moved",
        "/moved-unicode",
    ],
)
def test_a_body_arrives_unpacked(hostile: Hostile, path: str) -> None:
    response = get(hostile.url(path))
    assert (response.status, response.body) == (200, FEED)
    assert response.fetched_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - response.fetched_at).total_seconds()) < 60


def test_a_chunked_body_arrives_whole(hostile: Hostile) -> None:
    assert get(hostile.url("/chunked")).body == b"abcde"


def test_the_url_is_the_one_after_the_redirects(hostile: Hostile) -> None:
    assert get(hostile.url("/moved")).url == hostile.url("/feed")
    assert get(hostile.url("/moved-unicode")).url == hostile.url("/feed?q=%D0%BA%D0%BE%D1%80")


def test_only_permanent_redirects_say_that_something_has_moved(hostile: Hostile) -> None:
    assert get(hostile.url("/moved")).moved
    assert not get(hostile.url("/moved-unicode")).moved
    assert not get(hostile.url("/feed")).moved


def test_header_names_are_lower_case(hostile: Hostile) -> None:
    assert get(hostile.url("/feed")).headers["content-type"] == "application/rss+xml"


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/huge", "too_large"),
        ("/endless", "too_large"),
        ("/endless-chunks", "too_large"),
        ("/gzip-bomb", "too_large"),
        ("/gzip-twice", "malformed"),
        ("/drip-body", "too_slow"),
        ("/drip-chunks", "too_slow"),
        ("/drip-headers", "too_slow"),
        ("/drip-status", "too_slow"),
        ("/continue", "too_slow"),
        ("/silence", "too_slow"),
        ("/short", "truncated"),
        ("/cut-chunk", "truncated"),
        ("/bad-chunk", "truncated"),
        ("/reset", "unavailable"),
        ("/reset-headers", "unavailable"),
        ("/reset-body", "truncated"),
        ("/close", "unavailable"),
        ("/gzip-truncated", "truncated"),
        ("/gzip-garbage", "malformed"),
        ("/brotli-bomb", "too_large"),
        ("/brotli-truncated", "truncated"),
        ("/brotli-garbage", "malformed"),
        ("/zstd-bomb", "too_large"),
        ("/zstd-truncated", "truncated"),
        ("/zstd-garbage", "malformed"),
        ("/zstd-window", "malformed"),
        ("/compress", "malformed"),
        ("/loop", "moved"),
        ("/moved-nowhere", "malformed"),
        ("/redirect?to=file:///etc/passwd", "refused_address"),
        ("/redirect?to=http://127.0.0.2/", "refused_address"),
        ("/redirect?to=https://user:pw@source.example.org/", "refused_address"),
        ("/304", "malformed"),
        ("/204", "malformed"),
        ("/206", "malformed"),
        ("/empty", "malformed"),
        ("/101", "malformed"),
        ("/garbage", "malformed"),
        ("/http-0.9", "malformed"),
        ("/many-headers", "malformed"),
        ("/long-header", "malformed"),
        ("/401", "auth_failed"),
        ("/403", "auth_failed"),
        ("/challenge", "blocked"),
        ("/captcha", "blocked"),
        ("/404", "gone"),
        ("/410", "gone"),
        ("/429", "rate_limited"),
        ("/500", "unavailable"),
        ("/503", "unavailable"),
    ],
)
def test_whatever_goes_wrong_has_its_own_word_and_ends_on_time(hostile: Hostile, path: str, outcome: str) -> None:
    began = time.monotonic()
    with pytest.raises(FetchError) as failure:
        get(hostile.url(path))
    assert failure.value.outcome == outcome
    assert time.monotonic() - began < DEADLINE + 3
    assert not re.search(r"/(?!/)\w", str(failure.value))


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        pytest.param("/429", 120, id="seconds"),
        pytest.param("/503", 60, id="of a 503"),
        pytest.param("/429-soon", 30, id="at least half a minute"),
        pytest.param("/429-years", 86_400, id="at most a day"),
        pytest.param("/429-past", None, id="a date in the past"),
        pytest.param("/429-garbage", None, id="garbage"),
    ],
)
def test_retry_after_is_understood_and_bounded(hostile: Hostile, path: str, seconds: float | None) -> None:
    with pytest.raises(FetchError) as failure:
        get(hostile.url(path))
    assert failure.value.retry_after_seconds == seconds


def test_only_410_says_that_asking_again_is_useless(hostile: Hostile) -> None:
    for path, permanent in (("/410", True), ("/404", False), ("/500", False)):
        with pytest.raises(FetchError) as failure:
            get(hostile.url(path))
        assert failure.value.permanent is permanent


@pytest.mark.parametrize(
    "validators",
    [Validators(etag='W/"one"'), Validators(last_modified="yesterday, verbatim")],
    ids=["a weak etag", "a last-modified that is no date"],
)
def test_validators_go_back_verbatim(hostile: Hostile, validators: Validators) -> None:
    response = get(hostile.url("/conditional"), validators=validators)
    assert (response.status, response.body, response.headers["etag"]) == (304, b"", 'W/"one"')


def test_only_what_can_be_unpacked_is_offered_and_nobody_may_say_otherwise(hostile: Hostile) -> None:
    get(hostile.url("/feed?offered"), Accept_Encoding="br", User_Agent="x", X_Key="secret", accept="text/xml")
    headers = next(asked.headers for asked in hostile.asked if asked.path == "/feed?offered")
    assert headers["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert headers["User-Agent"] == "corridors-tests"
    assert headers["X-Key"] == "secret"
    assert headers["Cookie"] is None


def test_a_header_with_a_line_break_is_not_sent(hostile: Hostile) -> None:
    with pytest.raises(FetchError):
        get(hostile.url("/feed"), X_Key="a\r\nHost: b")


def test_custom_headers_do_not_follow_a_redirect_to_another_origin(hostile: Hostile) -> None:
    get(hostile.url(f"/redirect?to={hostile.url('/feed?elsewhere', host='source.example.org')}"), X_Key="secret")
    arrived = next(asked.headers for asked in hostile.asked if asked.path == "/feed?elsewhere")
    assert arrived["X-Key"] is None
    get(hostile.url("/redirect?to=/feed?here"), X_Key="secret")
    arrived = next(asked.headers for asked in hostile.asked if asked.path == "/feed?here")
    assert arrived["X-Key"] == "secret"


def test_proxies_and_passwords_of_the_environment_are_not_used(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine source.example.org login me password secret")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(netrc))
    get(hostile.url("/feed?environment", host="source.example.org"))
    headers = next(asked.headers for asked in hostile.asked if asked.path == "/feed?environment")
    assert headers["Authorization"] is None


def test_cookies_are_not_kept(hostile: Hostile) -> None:
    get(hostile.url("/cookie"))
    get(hostile.url("/cookie"))
    assert all(asked.headers["Cookie"] is None for asked in hostile.asked if asked.path == "/cookie")


def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError) as failure:
            get(f"http://127.0.0.1:{free.getsockname()[1]}/secret?token=1")
    assert failure.value.outcome == "unavailable"
    assert "token" not in str(failure.value)


def test_a_name_that_does_not_exist_is_a_dns_error() -> None:
    def no_such_name(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(FetchError) as failure:
        get("https://nowhere.example.org/", Fetcher(LOOPBACK, "x", lookup=no_such_name))
    assert failure.value.outcome == "dns_error"


def test_a_name_server_that_does_not_answer_holds_nobody_past_the_deadline() -> None:
    release = threading.Event()

    def silent(host: str, port: int) -> Sequence[str]:
        release.wait(10)
        return ()

    began = time.monotonic()
    with pytest.raises(FetchError) as failure:
        get("https://slow.example.org/", Fetcher(LOOPBACK, "x", lookup=silent))
    release.set()
    assert failure.value.outcome == "too_slow"
    assert time.monotonic() - began < DEADLINE + 3


def test_many_threads_can_fetch_while_others_hang(hostile: Hostile) -> None:
    began = time.monotonic()

    def outcome(path: str) -> str:
        try:
            return str(get(hostile.url(path)).status)
        except FetchError as error:
            return error.outcome

    with ThreadPoolExecutor(24) as threads:
        outcomes = list(threads.map(outcome, ["/silence", "/drip-headers", "/feed", "/gzip"] * 6))
    assert outcomes == ["too_slow", "too_slow", "200", "200"] * 6
    assert time.monotonic() - began < DEADLINE + 3


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_is_checked_against_the_name_and_the_authority(tmp_path: Path) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    ca_file = tmp_path / "ca.pem"
    ours.cert_pem.write_to_path(str(ca_file))
    trusting = Fetcher(
        Egress(LOOPBACK.allow_networks, LOOPBACK.allow_hosts, ca_file=str(ca_file)), "x", lookup=to_loopback
    )
    cases = [(ours, "source.example.org", "200"), (ours, "other.example.org", "tls_error")]
    cases += [(foreign, "source.example.org", "tls_error")]
    for authority, name, expected in cases:
        with hostile_server(certified(authority, name)) as server:
            try:
                outcome = str(get(server.url("/feed", "https", "source.example.org"), trusting).status)
            except FetchError as error:
                outcome = error.outcome
        assert outcome == expected


def test_https_is_not_left_for_http_by_a_redirect(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    trusting = Fetcher(
        Egress(LOOPBACK.allow_networks, LOOPBACK.allow_hosts, ca_file=str(ca_file)), "x", lookup=to_loopback
    )
    with hostile_server(certified(authority, "source.example.org")) as server:
        plain = server.url("/feed", "http")
        with pytest.raises(FetchError) as failure:
            get(server.url(f"/redirect?to={plain}", "https", "source.example.org"), trusting)
    assert failure.value.outcome == "refused_address"


def test_a_tls_handshake_that_never_ends_is_cut_at_the_deadline(hostile: Hostile) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        with pytest.raises(FetchError) as failure:
            get(f"https://127.0.0.1:{mute.getsockname()[1]}/")
    assert failure.value.outcome == "too_slow"
    assert time.monotonic() - began < DEADLINE + 3
