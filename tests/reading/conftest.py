"""A reader of one sentence, for tests that look at what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from corridors.model import Document, Reading
from corridors.places import Gazetteer
from corridors.reading import Language, read
from corridors.registry import load

LANGUAGES: Mapping[str, Language] = load("corridors.languages", "LANGUAGE")
Read = Callable[..., Reading]


@pytest.fixture
def reading_of(gazetteer: Gazetteer) -> Read:
    def understand(text: str, on: str | None = "2022-03-14", title: str = "", **given: Any) -> Reading:
        at = datetime.combine(date.fromisoformat(on), datetime.min.time(), UTC).replace(hour=12) if on else None
        document = Document("s", "1", text, datetime(2026, 1, 1, tzinfo=UTC), title=title, published_at=at)
        return read(document, languages=LANGUAGES, gazetteer=gazetteer, **{"countries": ["UA"], **given})

    return understand
