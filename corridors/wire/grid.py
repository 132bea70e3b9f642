"""How do the bytes of a table become rows of texts? CSV, TSV and XLSX, each bounded.

CSV has traps that no parser reports: an unclosed quote swallows the rest of the file, a byte order mark sticks to the
first header. Start at `rows_of_csv` and `rows_of_xlsx`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime

from corridors.errors import ParseError
from corridors.wire import archive
from corridors.wire.decoding import clean
from corridors.wire.html_text import tidy

MAX_ROWS = 5_000
MAX_COLUMNS = 300
MAX_CELL = 32_767  # what a spreadsheet's cell can hold
MAX_LINES = 200  # of one cell
MAX_UNPACKED = 6 * 1024 * 1024
_DELIMITERS = ",;\t|"

# What openpyxl was seen to raise for damaged workbooks; its own exception is a plain Exception by another name.
_OPENPYXL_RAISES = (
    *archive.FAULTS,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,
    ArithmeticError,
    AssertionError,
)


def rows_of_csv(text: str, delimiter: str | None = None) -> Iterator[list[str]]:
    """Yield the rows of `text`, at most MAX_ROWS and one more. Raises ParseError where it is no table that people keep.

    delimiter: found from the first lines where None.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text), strict=False)
    try:
        for number, row in enumerate(reader):
            if number > MAX_ROWS:
                return
            if len(row) > MAX_COLUMNS:
                raise ParseError(f"a row has {len(row)} columns, more than any real table")
            for cell in row:
                if len(cell) > MAX_CELL or cell.count("\n") > MAX_LINES:
                    raise ParseError("a cell is larger than any real one: is a quote left open?")
            yield [tidy(cell) for cell in row]
    except csv.Error as error:
        raise ParseError(f"the table is not well formed: {error}") from error


def _delimiter(text: str) -> str:
    """The mark that divides the first lines into the most columns, each line into as many."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:10]

    def evenness(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines] or [0]
        return (min(counts), max(counts))

    return max(_DELIMITERS, key=evenness)


def rows_of_xlsx(body: bytes, sheet: str | None = None) -> list[list[str]]:
    """Return the rows of a sheet (the first one where None), at most MAX_ROWS and one more, values and not formulas.

    Raises ParseError; `too_large` for an archive that would unpack to more than MAX_UNPACKED bytes.
    """
    from openpyxl import load_workbook

    archive.checked(body, MAX_UNPACKED).close()
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        if sheet is not None and sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)[:200]
            raise ParseError(f"there is no sheet {sheet!r}; there is {names}", outcome="layout_changed")
        chosen = book[sheet] if sheet is not None else book.worksheets[0]
        rows = []
        for row in chosen.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True):
            rows.append([_text(cell) for cell in row])
        book.close()
    except ParseError:
        raise
    except _OPENPYXL_RAISES as error:
        raise ParseError("the workbook cannot be read") from error
    return rows


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != datetime.min.time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return tidy(clean(str(cell)[:MAX_CELL]))
