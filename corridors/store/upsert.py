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
) -> bool:
    """Insert `row` or, where its primary key is taken, apply `changes`; return whether anything was written.

    where: what must hold of the row that is there; otherwise it stays as it is.
    """
    statement = _insert(connection, table).values(**row)
    keys = list(table.primary_key)
    changed = statement.on_conflict_do_update(index_elements=keys, set_=changes, where=where).returning(*keys)
    return connection.execute(changed).first() is not None


def insert_or_leave(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert `row` unless its primary key is taken."""
    statement = _insert(connection, table).values(**row)
    connection.execute(statement.on_conflict_do_nothing(index_elements=list(table.primary_key)))


def _insert(connection: Connection, table: Table) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
