"""A source kind from outside: an array of roads with their status, so that a test knows how many events it will make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from corridors.model import Document, Parsed, Request, Response, Route, Source, Statement, Status, Validators
from corridors.sources import Option


class Roads:
    """Items are {"id", "road", "status"}; each is one statement about today."""

    options: Mapping[str, Option] = {}
    address = ("url",)
    max_bytes = 1024 * 1024

    def first_request(self, source: Source, validators: Validators) -> Request:
        """Return the request for the array."""
        return Request(source.url or "", validators)

    def parse(self, response: Response, source: Source) -> Parsed:
        """Return one document an item."""
        today = response.fetched_at.astimezone(ZoneInfo("Europe/Kyiv")).date()
        documents = tuple(
            Document(
                source.id,
                item["id"],
                f"{item['road']}: {item['status']}",
                response.fetched_at,
                published_at=response.fetched_at,
                statements=(Statement(Route("UA", name=item["road"]), Status(item["status"]), (today, today)),),
            )
            for item in json.loads(response.body)
        )
        return Parsed(documents, len(documents), len(documents))


ADAPTER = Roads()
