"""Of which kinds are the columns? Instants, numbers that count up, who sees a row, and indexes of some rows only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, SmallInteger, TypeDecorator, text


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps it without an offset, in UTC, and gets it back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC. Raises ValueError for a naive one, which is always a fault of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant with its offset."""
        if value is None:
            return None
        read: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return read.astimezone(UTC)


def only(condition: str) -> dict[str, Any]:
    """Return what makes an index partial on both engines; a query is to write the condition out, without parameters."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def sensitivity() -> Column[int]:
    """Return the column that says who sees a row: every reader whose clearance has at least this rank."""
    return Column("sensitivity", SmallInteger, nullable=False, server_default="0")


def band(*, key: bool = False) -> tuple[Column[int], Column[int]]:
    """Return the columns that say who sees a row: readers whose clearance has a rank between the two, both included."""
    return (
        Column("seen_from", SmallInteger, primary_key=key, autoincrement=False, nullable=False, server_default="0"),
        Column("seen_to", SmallInteger, nullable=False, server_default="3"),
    )


# BIGINT PRIMARY KEY is not an alias of the row id on SQLite, so the cursor needs INTEGER there.
Serial = BigInteger().with_variant(Integer, "sqlite")
