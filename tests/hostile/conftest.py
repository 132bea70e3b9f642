"""Prints the matrix of hostile inputs below the results."""

from __future__ import annotations

import pytest

from tests.hostile.matrix import Matrix

_MATRIX = Matrix()


@pytest.fixture(scope="session")
def matrix() -> Matrix:
    """What came of every input so far."""
    return _MATRIX


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if _MATRIX.cells:
        terminalreporter.section("hostile inputs, by kind of source")
        for line in _MATRIX.lines():
            terminalreporter.write_line(line)
