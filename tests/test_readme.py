"""What the README tells a subscriber to type does what it says, from the first line to the catch-up."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from corridors.app import create_app
from corridors.config import Settings
from corridors.store import Store
from tests.processes import ROOT, Installation, eventually, free_port, installation

README = (ROOT / "README.md").read_text(encoding="utf-8")


def lines_to_type(section: str) -> list[str]:
    """Return the blocks of shell in a section of the README."""
    text = README.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def there(tmp_path: Path, compiled_gazetteer: Path) -> Iterator[Installation]:
    """An installation whose sources a test writes, and which may send to this machine."""
    url = f"sqlite:///{tmp_path / 'data' / 'corridors.db'}"
    with installation(tmp_path, url, compiled_gazetteer) as made:
        made.environment["CORRIDORS_EGRESS_ALLOW_NETWORKS"] = "127.0.0.0/8"
        yield made


class Subscriber:
    """Somebody who types what the README says, in one shell that stays open; the listener prints into a file."""

    def __init__(self, there: Installation, folder: Path) -> None:
        self.there, self.port = there, free_port()
        self.heard = folder / "heard"
        self.shell = subprocess.Popen(
            ["bash"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=there.environment | {"PYTHONUNBUFFERED": "1", "HOME": str(folder)},
            cwd=folder,
            text=True,
            start_new_session=True,
        )

    def types(self, lines: str) -> str:
        """Type lines, with the ports of this test, and return what they print."""
        here = lines.replace("127.0.0.1:8000", f"127.0.0.1:{self.there.port}").replace("9000", str(self.port))
        here = re.sub(r"(webhooks listen .*) &$", rf"\1 >> {self.heard} 2>&1 &", here, flags=re.MULTILINE)
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f"{here}\necho; echo -END-\n")
        self.shell.stdin.flush()
        return "".join(iter(self.shell.stdout.readline, "-END-\n"))

    def asks(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask for something under the address of the subscription, and return the answer."""
        data = json.dumps(body) if body is not None else ""
        answer = self.types(f"ask {method} \"$HOOK{path}\" '{data}'")
        return json.loads(answer)

    def hears(self) -> str:
        """Return what the listener has printed."""
        return self.heard.read_text(encoding="utf-8") if self.heard.exists() else ""

    def waits_for(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; the message of a failure shows what was heard."""
        try:
            eventually(is_so, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.hears()}") from error


@contextmanager
def subscriber(there: Installation, folder: Path) -> Iterator[Subscriber]:
    made = Subscriber(there, folder)
    try:
        yield made
    finally:
        os.killpg(made.shell.pid, signal.SIGKILL)
        made.shell.wait()
        for pipe in (made.shell.stdin, made.shell.stdout):
            assert pipe
            pipe.close()


def test_a_new_subscriber_gets_along_with_the_readme_alone(there: Installation, tmp_path: Path) -> None:
    subscribing, trying = lines_to_type("Be told")
    there.start(f"corridors serve --port {there.port}")
    there.ready()
    with subscriber(there, tmp_path) as reader:
        refused = reader.types(subscribing)
        assert "check its spelling" in refused, "your.example is nobody's"
        assert '"state":"pending"' in reader.types(trying).replace(" ", "")
        reader.waits_for(lambda: "verified  subscription.test" in reader.hears(), "the listener hears the test")

        there.outside.publish(2)
        reader.waits_for(lambda: reader.hears().count("corridor.announced") == 2, "and of the announcements")

        reader.types("kill %1; wait %1 2>/dev/null")  # the receiver breaks …
        broken = reader.asks("POST", "/test")
        last = f"/deliveries/{broken['id']}"
        reader.waits_for(lambda: bool(reader.asks("GET", last)["attempts"]), "it is tried")
        assert {tried["code"] for tried in reader.asks("GET", last)["attempts"]} == {"connect_refused"}
        assert reader.asks("GET", "/stats")["results"]["connect_refused"] >= 1
        paused = reader.asks("POST", "/pause")
        assert "Events are held for 30 days" in paused["notice"]
        there.outside.publish(3)
        held = "/deliveries?state=held&type=corridor.announced"
        reader.waits_for(lambda: len(reader.asks("GET", held)["data"]) == 3, "what comes is held")

        listening = next(line for line in trying.splitlines() if "webhooks listen" in line)
        reader.types(listening)  # … and is mended
        wrong = reader.asks("POST", "/enable", {})
        assert wrong["errors"] == {"catch_up": ["write one of none, latest, missed"]}
        assert reader.asks("POST", "/enable", {"catch_up": "missed"})["caught_up"] == 4
        reader.waits_for(lambda: reader.hears().count("corridor.announced") == 5, "everything that was missed comes")

        rotated = reader.asks("POST", "/rotate")
        assert (rotated["secrets_live"], rotated["secret"].startswith("whsec_")) == (2, True)
        reader.asks("POST", "/test")
        reader.waits_for(lambda: reader.hears().count("verified  subscription.test") == 3, "the old secret verifies")
        assert "REFUSED" not in reader.hears()


def test_every_wish_in_the_table_is_an_address_that_exists(tmp_path: Path, embedded: Store) -> None:
    settings = Settings(data=tmp_path, database=embedded.url)
    paths = create_app(settings, store=embedded).test_client().get("/openapi.json").get_json()["paths"]
    table = README.split("\n## Be told\n", 1)[1].split("\n## ", 1)[0]
    wishes = re.findall(r"`(GET|POST) (…?)(/[a-z0-9/-]+)", table)
    assert len(wishes) >= 7
    for method, is_under, path in wishes:
        whole = f"/v1/subscriptions/{{id}}{path}" if is_under else path
        assert method.lower() in paths[whole], whole
