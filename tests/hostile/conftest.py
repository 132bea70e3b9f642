"""Prints the matrix of hostile inputs below the results."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hostile.matrix import Cell, Matrix

_CELL = "what came of a hostile input"


class Notes:
    """Writes what came of an input on the test's own report, which reaches whoever prints, in another process too."""

    def __init__(self, note: Callable[[str, object], None]) -> None:
        self._note = note

    def add(self, row: tuple[int, str], kind: str, cell: Cell) -> None:
        self._note(_CELL, (*row, kind, cell.outcome, cell.documents, cell.seconds, cell.mebibytes))


@pytest.fixture
def matrix(record_property: Callable[[str, object], None]) -> Notes:
    """Where a test notes what came of its input."""
    return Notes(record_property)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    matrix = Matrix()
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        for name, noted in getattr(report, "user_properties", ()):
            if name == _CELL:
                number, words, kind, *cell = noted
                matrix.add((number, words), kind, Cell(*cell))
    if matrix.cells:
        terminalreporter.section("hostile inputs, by kind of source")
        for line in matrix.lines():
            terminalreporter.write_line(line)
