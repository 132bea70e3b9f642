"""The table of hostile inputs by kind of source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """What a poll said, how long it took, and by how much the process grew at most (None where nobody can tell)."""

    outcome: str
    documents: int
    seconds: float
    mebibytes: float | None


@dataclass
class Matrix:
    """Every cell by its row (number, name) and its column (kind)."""

    cells: dict[tuple[int, str], dict[str, Cell]] = field(default_factory=dict)

    def add(self, row: tuple[int, str], kind: str, cell: Cell) -> None:
        self.cells.setdefault(row, {})[kind] = cell

    def lines(self) -> Iterator[str]:
        """Yield the table, one line an input, with its slowest and its largest poll at the end."""
        kinds = sorted({kind for cells in self.cells.values() for kind in cells})
        yield f"{'':36}" + "".join(f"{kind:>16}" for kind in kinds) + "     s   MiB"
        for (number, name), cells in sorted(self.cells.items(), key=lambda entry: entry[0][0]):
            said = "".join(f"{_word(cells.get(kind)):>16}" for kind in kinds)
            slowest = max(cell.seconds for cell in cells.values())
            largest = max(cell.mebibytes or 0.0 for cell in cells.values())
            yield f"{number:2} {name[:32]:33}{said}{slowest:6.2f}{largest:6.1f}"


def _word(cell: Cell | None) -> str:
    if cell is None:
        return "·"
    return f"{cell.outcome} {cell.documents}" if cell.documents else cell.outcome
