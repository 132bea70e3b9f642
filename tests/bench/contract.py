"""Does a running service do what its description says? schemathesis over every operation.

    python -m tests.bench.contract http://127.0.0.1:8000 --key ADMIN_KEY [--examples 20]

Positive and negative data, and chains of operations. Left out: streams, which never end, and the check that every
text that fits the description is taken, where a description cannot say what is wrong: pages and cursors of ours,
parameters that belong together, addresses that nobody may be called at. They are answered with 400 or 422.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429, 503]
[checks.ignored_auth]
enabled = false
"""


def run(url: str, key: str, *, examples: int) -> str:
    """Return what schemathesis says where anything failed, "" where nothing did."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "schemathesis.toml")
        config.write_text(CONFIG, encoding="utf-8")
        command = [sys.executable, "-c", "from schemathesis.cli import schemathesis as run; run()"]
        command += ["--config-file", str(config), "run", f"{url}/openapi.json", "--url", url]
        command += ["--header", f"Authorization: Bearer {key}", "--exclude-path", "/v1/events/stream"]
        command += ["--max-examples", str(examples), "--request-timeout", "60", "--suppress-health-check", "all"]
        command += ["--continue-on-failure", "--no-color"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--key", required=True)
    parser.add_argument("--examples", type=int, default=20)
    said = parser.parse_args()
    failed = run(said.url, said.key, examples=said.examples)
    print(failed or "nothing failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
