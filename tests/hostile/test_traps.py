"""An address that must not be reached is not reached: not as a source, nor by a redirect, an index or a list."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path as File
from typing import Any

import pytest

from corridors.intake import SUCCESS, Intake, poll
from corridors.ledger import Ledger
from corridors.model import Now, Source
from corridors.outbound import Egress, Fetcher
from corridors.sources import load_adapters
from corridors.store import Store
from tests.make import at
from tests.outbound.hostile import Hostile, Path, hostile_server, says
from tests.outbound.traps import HOSTS, stub_lookup
from tests.postgres import KEY

MORNING = Now(at("09:00"), at("09:00"))
NEAR = "near.example.org"
LIST = {"items": "li", "map": {"url": "a@href", "title": "a"}, "detail": {"text": "p"}, "max_details": 30}


def lookup(host: str, port: int) -> Sequence[str]:
    return ("127.0.0.1",) if host == NEAR else stub_lookup(host, port)


class NoPlaces:
    """A gazetteer that knows nothing."""

    def lookup(self, forms: Any) -> dict[str, Any]:
        return {}

    def known(self, forms: Any) -> frozenset[str]:
        return frozenset()

    def renew(self) -> None:
        """Nothing is added to what is not there."""


@pytest.fixture(scope="module")
def intake(migrated_file: File, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Intake]]:
    """An intake that may reach one name on one port, and otherwise anything public, by http too: only the address of a
    trap is wrong with it.
    """
    store = Store(f"sqlite:///{shutil.copyfile(migrated_file, tmp_path_factory.mktemp('traps') / 'corridors.db')}", KEY)

    def on(port: int) -> Intake:
        places: Any = NoPlaces()
        egress = Egress(allow_hosts=(NEAR,), allow_http=True, extra_ports=(port,))
        web = Fetcher(egress, "tests", lookup=lookup)
        ledger = Ledger(store, "https://x")
        return Intake(load_adapters(), {}, places, web, ledger, pause=lambda seconds: None)

    yield on
    store.dispose()


def redirects(status: str, url: str) -> Path:
    whole = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: {url}\r\n\r\n".encode()
    return lambda server, connection, asked: connection.sendall(whole)


def traps(port: int) -> list[str]:
    return [f"{scheme}://{host}:{port}/trap" for host in HOSTS for scheme in ("http", "https")]


def polled(intake: Intake, url: str, kind: str = "feed", **options: Any) -> str:
    source = Source("trapped", kind, "p", url, options=options, jitter=0.0, timeout=timedelta(seconds=30))
    with intake.ledger.store.begin() as tx:
        tx.sources.configure([source], MORNING.real_at)
    return poll(source, intake, MORNING).outcome


def reached(server: Hostile, asked: int) -> bool:
    """Whether anybody came who was not meant to: a connection without a request, or a request for a trap."""
    return server.connections != asked or any(each.path != "/page" for each in server.asked)


def test_there_are_sixty_traps_and_more() -> None:
    assert len(HOSTS) >= 60


def test_as_the_address_of_a_source(intake: Callable[[int], Intake]) -> None:
    with hostile_server(paths={}) as server:
        strict = intake(server.port)
        for url in traps(server.port):
            assert polled(strict, url) in {"refused_address", "dns_error", "malformed"}, url
        assert not reached(server, 0)


def test_as_the_aim_of_a_redirect(intake: Callable[[int], Intake]) -> None:
    paths: dict[str, Path] = {}
    with hostile_server(paths=paths) as server:
        strict = intake(server.port)
        for number, url in enumerate(traps(server.port), 1):
            status = ("301 x", "302 x", "303 x", "307 x", "308 x")[number % 5]
            paths["/page"] = redirects(status, url)
            outcome = polled(strict, f"http://{NEAR}:{server.port}/page")
            assert outcome in {"refused_address", "dns_error", "malformed"}, url
            assert not reached(server, number), url


@pytest.mark.parametrize("kind", ["cap", "html"])
def test_as_a_link_of_an_index_or_of_a_list(kind: str, intake: Callable[[int], Intake]) -> None:
    paths: dict[str, Path] = {}
    with hostile_server(paths=paths) as server:
        everything, strict = traps(server.port), intake(server.port)
        for number, start in enumerate(range(0, len(everything), 20), 1):
            links = everything[start : start + 20]
            if kind == "cap":
                items = "".join(f"<item><guid>{url}</guid><link>{url}</link></item>" for url in links)
                body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
            else:
                body = "<html><ul>" + "".join(f'<li><a href="{url}">x</a></li>' for url in links) + "</ul></html>"
            paths["/page"] = says(body=body.encode())
            options = LIST if kind == "html" else {"max_alerts": 40}
            outcome = polled(strict, f"http://{NEAR}:{server.port}/page", kind, **options)
            assert outcome not in SUCCESS, links
            assert not reached(server, number), links
