"""What does a test need that runs the service as real processes? An installation, and the world outside it.

`Outside` publishes roads (tests/plugins/roads.py) on loopback and takes webhooks; `Installation` starts commands as an
operator would and kills them as fate would. `eventually` waits for what is true in the end.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests

ROOT = Path(__file__).parent.parent
PLUGINS = ROOT / "tests" / "plugins"
ADMIN_KEY = "the-bootstrap-admin-key"
SECRET_KEY = b64encode(bytes(range(32))).decode()
SOURCES = ("north", "south", "west")
EVERY_SECONDS = 1.0
LEASE_SECONDS = 10.0  # of a source; that of a delivery is half as long

T = TypeVar("T")


def eventually(find: Callable[[], T], what: str, seconds: float = 240.0) -> T:
    """Return what `find` finds as soon as that is true; a refused connection counts as not yet."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found: T | None = None
        with suppress(requests.RequestException):
            found = find()
        if found:
            return found
        assert time.monotonic() < ends, f"not within {seconds:g} s: {what}"
        pause.wait(0.02)


@dataclass(frozen=True)
class Received:
    """One request to the receiver."""

    event: str
    delivery: str
    attempt: int
    body: dict[str, Any]

    @property
    def revision(self) -> tuple[str, int]:
        """Return which revision of which occurrence it tells of."""
        occurrence = self.body["data"]["occurrence"]
        return occurrence["id"], occurrence["revision"]


class Outside:
    """The servers of others, on loopback: three sources and one receiver. Use as a context manager."""

    def __init__(self) -> None:
        self.roads: dict[str, list[dict[str, str]]] = {source: [] for source in SOURCES}
        self.polls: dict[str, list[float]] = {source: [] for source in SOURCES}
        self.received: list[Received] = []
        self.answering = threading.Event()  # while it is not set, the receiver holds its answers back
        self.answering.set()
        self._count = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Outside:
        """Serve from now on."""
        threading.Thread(target=self._server.serve_forever, name="outside", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Serve no more."""
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def published(self) -> int:
        """Return how many announcements there are, each of which makes one event."""
        return sum(map(len, self.roads.values()))

    def publish(self, roads: int) -> None:
        """Announce further roads, in turn by each source."""
        for _ in range(roads):
            self._count += 1
            self._tell(self._count, "announced")

    def open_all(self) -> None:
        """Say that every road is open; an event of its own only where the announcement was read before."""
        for number in range(1, self._count + 1):
            self._tell(number, "open")

    def _tell(self, number: int, status: str) -> None:
        item = {"id": f"{number}-{status}", "road": f"Road {number}", "status": status}
        self.roads[SOURCES[number % len(SOURCES)]].append(item)

    def repeats(self) -> set[str]:
        """Return the deliveries that arrived more than once."""
        return {delivery for delivery, times in Counter(each.delivery for each in self.received).items() if times > 1}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outside = self

        class Handler(BaseHTTPRequestHandler):
            """One request of the service."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Answer with a source's roads."""
                source = self.path.strip("/")
                outside.polls[source].append(time.monotonic())
                self._answer(200, json.dumps(outside.roads[source]).encode())

            def do_POST(self) -> None:
                """Take a webhook."""
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                told = self.headers["corridors-delivery"], int(self.headers["corridors-attempt"])
                outside.received.append(Received(self.headers["webhook-id"], *told, body))
                outside.answering.wait()
                self._answer(204, b"")

            def _answer(self, status: int, body: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # who asked was killed
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        return Handler


@dataclass
class Installation:
    """A folder of settings and data, a port, and the processes that run on them. Every process leads a group."""

    folder: Path
    database: str
    outside: Outside
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the settings."""
        self.port = self.port or free_port()
        write_plugin(self.folder / "plugins")
        write_config(self.folder / "config", self.outside.url)
        (self.folder / "data").mkdir()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(PLUGINS), str(self.folder / "plugins"))),
            "PORT": str(self.port),
            "DATABASE_URL": self.database.replace("postgresql+psycopg://", "postgres://"),
            "CORRIDORS_WEB_HOST": "127.0.0.1",
            "CORRIDORS_CONFIG": str(self.folder / "config"),
            "CORRIDORS_DATA": str(self.folder / "data"),
            "CORRIDORS_SECRET_KEY": SECRET_KEY,
            "CORRIDORS_ADMIN_KEY": ADMIN_KEY,
        }

    def use_gazetteer(self, compiled: Path) -> None:
        """Spare the worker the compilation of the place names."""
        (self.folder / "data" / "gazetteer.db").symlink_to(compiled)

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """Run a command line in a shell, as a hosting platform does, and return its process."""
        log = (self.folder / f"process-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self.processes.append(process)
        return process

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line to its end."""
        return subprocess.run(
            shlex.split(command), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def stop(self) -> None:
        """End everything that still runs."""
        for process in self.processes:
            kill_group(process)

    def logs(self) -> str:
        """Return what the processes said, for the message of a failed test."""
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("process-*.log")))

    def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """Return status and body of an answer of the API; the connection is this request's own."""
        headers = {"Authorization": f"Bearer {ADMIN_KEY}", "Connection": "close"}
        answer = requests.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, headers=headers, timeout=30)
        return answer.status_code, answer.json()

    def ready(self) -> None:
        """Wait until the whole service works; at once an error where a process has ended instead."""

        def is_ready() -> bool:
            assert not any(process.poll() for process in self.processes), self.logs()
            return self.ask("/readyz")[0] == 200

        eventually(is_ready, "the service is ready")

    def subscribe(self) -> None:
        """Have every corridor's events sent to the receiver outside."""
        wish = {"url": f"{self.outside.url}/receiver", "types": ["corridor.*"]}
        status, answer = self.ask("/v1/subscriptions", "POST", wish)
        assert status == 201, answer

    def events(self) -> list[dict[str, Any]]:
        """Return the change feed, followed page by page."""
        found: list[dict[str, Any]] = []
        after = "0"
        while True:
            status, page = self.ask(f"/v1/events?types=corridor.*&after={after}&limit=50")
            assert status == 200, page
            found += page["data"]
            if not page["data"]:
                return found
            after = page["next"]


@contextmanager
def installation(folder: Path, database: str, gazetteer: Path) -> Iterator[Installation]:
    """An installation and its outside; both end with the block, whatever happened."""
    with Outside() as outside:
        made = Installation(folder, database, outside)
        made.use_gazetteer(gazetteer)
        try:
            yield made
        except BaseException:
            sys.stderr.write(made.logs())
            raise
        finally:
            made.stop()


def procfile() -> dict[str, str]:
    """Return the command lines of the Procfile by their names."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun and that still live."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def program(process: subprocess.Popen[bytes]) -> int:
    """Return the process of the command itself, which is the shell's child unless the shell became it."""
    return next(iter(children(process.pid)), process.pid) if _is_shell(process.pid) else process.pid


def _is_shell(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sh\0")


def kill(pid: int) -> None:
    """End one process at once, with no chance to tidy up."""
    os.kill(pid, signal.SIGKILL)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it began, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_plugin(folder: Path) -> None:
    """Make the plug-in of tests/plugins known, as an installation by pip would."""
    info = folder / "roads-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: roads\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[corridors.sources]\nroads = roads\n")


def write_config(folder: Path, url: str) -> None:
    """Write settings for the sources outside."""
    (folder / "sources").mkdir(parents=True)
    (folder / "corridors.toml").write_text(
        f"""
[egress]
allow_networks = ["127.0.0.0/8"]
[worker]
tick = "200ms"
lapse_every = "1s"
lease = "{LEASE_SECONDS:g}s"
[webhooks]
deadline = "2s"
lease = "{LEASE_SECONDS / 2:g}s"
heartbeat = "1d"
"""
    )
    (folder / "sources" / "outside.toml").write_text(
        "\n".join(
            f"""
[[source]]
id = "{source}"
kind = "roads"
url = "{url}/{source}"
publisher = "{source}"
authority = "official"
reliability = "b"
countries = ["UA"]
timezone = "Europe/Kyiv"
every = "{EVERY_SECONDS:g}s"
jitter = 0
licence = "made for a test"
"""
            for source in SOURCES
        )
    )
