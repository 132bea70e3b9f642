"""Pages of strangers are parsed in processes that can be ended, and what comes back is nothing but the model's."""

from __future__ import annotations

import io
import os
import pickle
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corridors.errors import ParseError, PluginError
from corridors.model import Response, Source
from corridors.parsing import Parsers, _ModelsOnly
from corridors.sources import load_adapters
from tests.make import at
from tests.outbound.hostile import FEED
from tests.processes import PLUGINS

FEED_SOURCE = Source("a", "feed", "p", "https://example.org/feed")


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    made = Parsers(2)
    yield made
    made.close()


def page(body: bytes = FEED) -> Response:
    return Response("https://example.org/feed", 200, {}, body, at("09:00"))


@pytest.fixture(scope="module")
def burning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parsers]:
    """Parsers that know an installed kind `burning`, whose adapter does what the page tells it to."""
    folder = tmp_path_factory.mktemp("burning")
    (folder / "burning.py").write_text(
        "import os, re\n"
        "class Burning:\n"
        "    options, address, max_bytes = {}, ('url',), 1024\n"
        "    def first_request(self, source, validators): ...\n"
        "    def parse(self, response, source):\n"
        "        if response.body == b'python':\n"
        "            while True: pass\n"
        "        if response.body == b'regex':  # holds the interpreter: no thread of the process could go on\n"
        "            re.match('(a+)+$', 'a' * 64 + 'b')\n"
        "        if response.body == b'memory': return bytearray(1 << 40)\n"
        "        if response.body == b'exit': os._exit(3)\n"
        "        if response.body == b'print': print('not an answer', flush=True); return None\n"
        "        if response.body == b'environment': raise ValueError(sorted(os.environ))\n"
        "        return os.system\n"
        "ADAPTER = Burning()\n"
    )
    info = folder / "burning-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: burning\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[corridors.sources]\nburning = burning\n")
    sys.path.insert(0, str(folder))
    made = Parsers(2, budget_seconds=0.5)
    yield made
    sys.path.remove(str(folder))
    made.close()


BURNING = Source("b", "burning", "p", "https://example.org/feed")


def test_a_page_gives_what_its_adapter_gives(parsers: Parsers) -> None:
    assert parsers(FEED_SOURCE, page(), 240.0) == load_adapters()["feed"].parse(page(), FEED_SOURCE)


def test_an_error_keeps_its_outcome_and_its_place(parsers: Parsers) -> None:
    for body in (b"<html><p>x</p></html>", b"<rss><channel><item>", b"\x00"):
        with pytest.raises(ParseError) as here:
            load_adapters()["feed"].parse(page(body), FEED_SOURCE)
        with pytest.raises(ParseError) as there:
            parsers(FEED_SOURCE, page(body), 240.0)
        assert (str(there.value), there.value.outcome, there.value.position) == (
            str(here.value),
            here.value.outcome,
            here.value.position,
        )


@pytest.mark.parametrize("burns", [b"python", b"regex"])
def test_a_page_that_burns_the_processor_is_ended_and_the_next_one_is_parsed(burning: Parsers, burns: bytes) -> None:
    began = time.process_time()
    with pytest.raises(ParseError, match=r"parsed in 0.5 s, saw one that takes longer") as told:
        burning(BURNING, page(burns), 240.0)
    assert told.value.outcome == "too_slow"
    assert time.process_time() - began < 30  # it was not this process that worked
    assert burning(FEED_SOURCE, page(), 240.0).seen == 1


def test_a_page_cannot_take_longer_than_its_poll(burning: Parsers) -> None:
    with pytest.raises(ParseError) as told:
        burning(BURNING, page(b"python"), 0.0)
    assert told.value.outcome == "too_slow"


def test_a_page_that_takes_all_memory_or_ends_the_process_harms_nobody(burning: Parsers) -> None:
    with pytest.raises(ParseError) as told:
        burning(BURNING, page(b"memory"), 240.0)
    assert told.value.outcome == "too_large"
    with pytest.raises(ParseError):
        burning(BURNING, page(b"exit"), 240.0)
    assert burning(FEED_SOURCE, page(), 240.0).seen == 1


def test_nothing_but_values_of_the_model_comes_back(burning: Parsers) -> None:
    with pytest.raises(ParseError, match="something else than documents"):
        burning(BURNING, page(b"anything"), 240.0)
    for value in (os.system, Path("/"), print, io.BytesIO):
        with pytest.raises(pickle.UnpicklingError, match="no value of the model"):
            _ModelsOnly(io.BytesIO(pickle.dumps(value))).load()


def test_a_parser_knows_no_secret(burning: Parsers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELIEFWEB_APPNAME", "a secret")
    fresh = Parsers(1)
    with pytest.raises(ParseError) as told:
        fresh(BURNING, page(b"environment"), 240.0)
    fresh.close()
    assert "PYTHONPATH" in str(told.value)
    assert "RELIEFWEB" not in str(told.value)


def test_one_page_that_burns_keeps_nobody_else_waiting(burning: Parsers) -> None:
    with ThreadPoolExecutor(8) as threads:
        slow = threads.submit(burning, BURNING, page(b"python"), 240.0)
        quick = list(threads.map(lambda _: burning(FEED_SOURCE, page(), 240.0).seen, range(6)))
        assert quick == [1] * 6
        with pytest.raises(ParseError):
            slow.result()


def test_a_kind_of_an_installed_package_that_lacks_something_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "halfway.py").write_text("class Half:\n    options = {}\n    address = ('url',)\nADAPTER = Half()\n")
    info = tmp_path / "halfway_roads-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: halfway-roads\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[corridors.sources]\nhalfway = halfway\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError) as told:
        load_adapters()
    assert str(told.value) == "ADAPTER in halfway of the package halfway-roads lacks max_bytes, first_request, parse"
    (tmp_path / "halfway.py").write_text("import no_such_module\n")
    monkeypatch.delitem(sys.modules, "halfway", raising=False)
    with pytest.raises(PluginError, match="halfway of the package halfway-roads cannot be imported"):
        load_adapters()


def test_the_kind_of_the_other_tests_is_whole() -> None:
    sys.path.insert(0, str(PLUGINS))
    try:
        import roads  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(PLUGINS))
    assert all(hasattr(roads.ADAPTER, name) for name in ("options", "address", "max_bytes", "first_request", "parse"))
