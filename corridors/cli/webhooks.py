"""`corridors webhooks`."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

from corridors import patience
from corridors.cli.options import configured, open_store
from corridors.config import load_settings
from corridors.signature import secret_bytes, secret_of, sign, verify
from corridors.store import Transaction

SAMPLES = {"python": "receiver_sample.py", "node": "receiver_sample.js"}
SILENT_AFTER = 2.5  # intervals without a heartbeat, after which a subscriber has to worry

_OFFICIAL: dict[str, Any] = {
    "name": "the vector of the Standard Webhooks project",
    "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "body": '{"test": 2432232314}',
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    "valid": True,
}


@click.group()
def webhooks() -> None:
    """Receive, verify and watch webhooks (Standard Webhooks 1.0.0)."""


@webhooks.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--secret", envvar="CORRIDORS_WEBHOOK_SECRET", required=True, help="whsec_…, as shown when subscribing.")
def listen(port: int, secret: str) -> None:
    """Receive webhooks here, verify them and print what they say. For trying a subscription out.

    Prints also what a good receiver would do with each: drop it as a repeat, or as older than what is known.
    """
    try:
        secret_bytes(secret)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--secret") from error
    desk = Desk(secret)
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(desk))
    server.daemon_threads = True
    click.echo(f"Listening on http://127.0.0.1:{server.server_address[1]}/ (Ctrl-C ends).")
    threading.Thread(target=desk.watch, daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Ended.")
    finally:
        server.server_close()


@webhooks.command()
def vectors() -> None:
    """Print test vectors for a verifier of your own, as JSON."""
    click.echo(json.dumps(example_vectors(), ensure_ascii=False, indent=2))


@webhooks.command()
@click.argument("language", type=click.Choice(list(SAMPLES)))
def sample(language: str) -> None:
    """Print a receiver to copy, for LANGUAGE."""
    click.echo(Path(__file__).with_name(SAMPLES[language]).read_text(encoding="utf-8"), nl=False)


@webhooks.command()
@configured
def status(config: Path | None, database: str | None) -> None:
    """Show how every subscription does: for operators. Addresses stay sealed."""
    store = open_store(load_settings(config, database=database))
    now = datetime.now(UTC)
    with store.read() as tx:
        lines = [_line(tx, each, now) for each in tx.subscriptions.all()]
    click.echo(f"{'subscription':32} {'state':9} {'health':9} {'pending':>7} {'held':>6} {'24 h ok':>8} failed  oldest")
    for line in lines:
        click.echo(line)
    click.echo(f"{len(lines)} subscriptions.")


@dataclass
class Desk:
    """What a listener knows: ids it has seen, the highest revision of each occurrence, the last heartbeat."""

    secret: str
    seen: set[str] = field(default_factory=set)
    latest: dict[str, int] = field(default_factory=dict)
    beat: tuple[float, float] | None = None  # monotonic instant and interval of the last heartbeat

    def take(self, headers: dict[str, str], body: bytes, now: datetime) -> tuple[int, str]:
        """Return the HTTP status to answer, and the line to print."""
        problem = verify(self.secret, headers, body, now)
        if problem:
            return 401, f"REFUSED   {problem}"
        try:
            event = json.loads(body)
            kind, data = str(event["type"]), dict(event["data"])
        except (ValueError, KeyError, TypeError):
            return 400, "REFUSED   it was signed by us, but is no event"
        if headers["webhook-id"] in self.seen:
            return 204, f"repeat    {kind} {headers['webhook-id']}"
        self.seen.add(headers["webhook-id"])
        if kind == "system.heartbeat":
            self.beat = (time.monotonic(), float(data["interval_seconds"]))
        return 204, self._said(kind, data)

    def _said(self, kind: str, data: dict[str, Any]) -> str:
        about = data.get("occurrence")
        if not about:
            return f"verified  {kind}"
        word = "older" if about["revision"] <= self.latest.get(about["id"], 0) else "verified"
        self.latest[about["id"]] = max(about["revision"], self.latest.get(about["id"], 0))
        name = (data.get("corridor") or {}).get("name", {}).get("en", about["corridor"])
        return f"{word:9} {kind}  {about['date']}  {name}: {about['status']} (revision {about['revision']})"

    def watch(self) -> None:
        """Say so when the heartbeats stop: then either we or the sender cannot be trusted to speak."""
        while True:
            time.sleep(1.0)
            if self.silence(time.monotonic()):
                click.echo("SILENT    no heartbeat for 2.5 intervals; ask /v1/events what was missed", err=True)
                self.beat = None

    def silence(self, at: float) -> bool:
        """Return whether at an instant of time.monotonic the sender has been silent for too long."""
        return self.beat is not None and at - self.beat[0] > SILENT_AFTER * self.beat[1]


def example_vectors() -> list[dict[str, Any]]:
    """Return the project's own vector and further ones, good and bad, that a verifier has to get right."""
    at = datetime(2022, 3, 14, 9, tzinfo=UTC)
    old, new = secret_of(bytes(range(32))), secret_of(bytes(range(32, 64)))
    cyrillic = '{"де":"Маріуполь – Запоріжжя"}'
    made: list[tuple[str, list[str], str, dict[str, Any], bool]] = [
        ("Cyrillic: the bytes are signed", [new], cyrillic, {}, True),
        ("two signatures, while the secret is changed", [new, old], "{}", {}, True),
        ("an empty body", [new], "", {}, True),
        ("64 KiB", [new], "x" * 65_536, {}, True),
        ("one byte of the body is another", [new], cyrillic, {"body": cyrillic.replace("М", "м")}, False),
        ("signed with another secret", [old], "{}", {"secrets": [new]}, False),
        ("the id is another", [new], "{}", {"webhook-id": "evt_other"}, False),
    ]
    vectors_: list[dict[str, Any]] = [_OFFICIAL]
    for name, secrets, body, changed, valid in made:
        headers = sign(secrets, "evt_01fy3q8v6z5t9kx2m4c7b0n1rd", at, body.encode())
        vectors_.append({"name": name, "secrets": secrets, "body": body, **headers, **changed, "valid": valid})
    unknown = dict(vectors_[1], name="an entry of an unknown version first")
    unknown["webhook-signature"] = f"v2,AAAA {unknown['webhook-signature']}"
    return [*vectors_, unknown]


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status_, line = desk.take(headers, body, datetime.now(UTC))
            click.echo(line)
            self.send_response(status_)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _line(tx: Transaction, each: Any, now: datetime) -> str:
    lane = tx.queue.lanes([each.id])[each.id]
    stats = tx.deliveries.stats(each.id, now - timedelta(days=1))
    total, good = sum(stats.codes.values()), stats.codes.get("ok", 0)
    age = f"{(now - stats.oldest_pending_at).total_seconds():.0f} s" if stats.oldest_pending_at else "-"
    return (
        f"{each.id:32} {each.state:9} {patience.health(each, lane, now):9} {stats.states.get('pending', 0):7}"
        f" {stats.states.get('held', 0):6} {good:8} {total - good:6}  {age}"
    )
