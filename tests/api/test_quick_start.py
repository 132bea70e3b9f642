"""The lines of the README work as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corridors.store import Store

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ASKED = re.findall(r"^curl (?:--max-time 3 )?'http://127\.0\.0\.1:8000(/v1/[^']*)'$", README, re.MULTILINE)

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def store(embedded: Store) -> Store:
    """SQLite alone: nothing here depends on the engine."""
    return embedded


@pytest.mark.parametrize("path", ASKED)
def test_a_line_of_the_quick_start_is_answered(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=False)
    assert answer.status_code == 200
    answer.close()


def test_the_quick_start_is_there_and_its_python_is_short() -> None:
    assert len(ASKED) >= 8
    assert all(shlex.split(f"curl '{path}'") for path in ASKED)
    code = next(code for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "/events" in code)
    compile(code, "README.md", "exec")
    assert code.count("\n") <= 30
