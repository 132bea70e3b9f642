"""How is a row written that may be there already? In one statement, so that two writers never trip over each other.

SQLite and PostgreSQL share `INSERT … ON CONFLICT`; SQLAlchemy has it in each dialect alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_or_update(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    where: ColumnElement[bool] | None = None,
    **changes: Any,
) -> Any:
    """Return the statement that inserts `row` or, where its primary key is taken, applies `changes`.

    where: what must hold of the row that is there; otherwise it stays as it is, and `returning` gives no row (the row
    count of an INSERT is unknown on PostgreSQL).
    """
    statement = _insert(connection, table).values(**row)
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes, where=where)


def insert_or_leave(connection: Connection, table: Table, row: Mapping[str, Any]) -> Any:
    """Return the statement that inserts `row` unless its primary key is taken."""
    return _insert(connection, table).values(**row).on_conflict_do_nothing(index_elements=list(table.primary_key))


def _insert(connection: Connection, table: Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
