"""What the description promises: tried by a foreign client, and kept from release to release.

`python -m tests.api.test_contract` writes down what is promised from now on; it is run with a release.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from corridors.store import Store
from tests.api.conftest import fill
from tests.api.test_stream import serving
from tests.bench.contract import run
from tests.processes import ADMIN_KEY, free_port

PROMISED = Path(__file__).parent / "promised.json"
BY_NAME = {"paths", "schemas", "properties", "responses", "content"}
WORDS = {"description", "summary", "example", "examples", "operationId", "tags", "title", "x-release", "security"}
LIMITS = {"pattern", "minLength", "maxLength", "minItems", "minimum", "maximum", "exclusiveMinimum", "default"}


def test_a_foreign_client_finds_nothing_that_the_description_does_not_say(
    embedded: Store, compiled_gazetteer: Path, tmp_path: Path
) -> None:
    with embedded.begin() as tx:
        fill(tx)
    (tmp_path / "gazetteer.db").symlink_to(compiled_gazetteer)
    port, unlimited = free_port(), {"CORRIDORS_API_KEY_PER_MINUTE": "0", "CORRIDORS_API_ANONYMOUS_PER_MINUTE": "0"}
    with serving(embedded, port, tmp_path, **unlimited):
        failed = run(f"http://127.0.0.1:{port}", ADMIN_KEY, examples=1)
    assert not failed, failed


def test_what_was_once_released_stays(client: FlaskClient) -> None:
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    lost = list(missing(promised, shapes(client.get("/openapi.json").get_json())))
    assert not lost, "v1 only grows: this is part of what others were promised"


def test_what_is_taken_away_or_changed_is_noticed() -> None:
    had = {"a": {"type": "string", "enum": ["x", "y"]}}
    assert list(missing(had, had | {"b": {}})) == []
    assert list(missing(had, {})) == ["/a"]
    assert list(missing(had, {"a": {"type": "integer", "enum": ["x", "y", "z"]}})) == ["/a/type: string → integer"]
    assert list(missing(had, {"a": {"type": "string", "enum": ["x"]}})) == ["/a/enum: y"]


def shapes(document: Any, *, by_name: bool = False) -> Any:
    """Return a description without its words and its limits, which may change: names, kinds, addresses, answers."""
    if isinstance(document, dict):
        return {
            name: shapes(part, by_name=name in BY_NAME and not by_name)
            for name, part in document.items()
            if by_name or name not in WORDS | LIMITS | {"info", "servers", "webhooks", "openapi"}
        }
    if isinstance(document, list) and document and isinstance(document[0], dict) and "name" in document[0]:
        return {part["name"]: shapes(part) for part in document}
    return [shapes(part) for part in document] if isinstance(document, list) else document


def missing(promised: Any, here: Any, at: str = "") -> Iterator[str]:
    """Yield the places at which a description lacks what was promised, or says something else."""
    if isinstance(promised, dict) and isinstance(here, dict):
        for name, part in promised.items():
            if name in here:
                yield from missing(part, here[name], f"{at}/{name}")
            else:
                yield f"{at}/{name}"
    elif isinstance(promised, list) and isinstance(here, list):
        yield from (f"{at}: {part}" for part in promised if part not in here)
    elif promised != here:
        yield f"{at}: {promised} → {here}"


def main() -> None:
    """Write down what is promised from now on."""
    from corridors.app import create_app
    from corridors.config import Settings
    from tests.postgres import KEY

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/corridors.db", KEY)
        store.migrate()
        client = create_app(Settings(data=Path(folder), database=store.url), store=store).test_client()
        said = shapes(client.get("/openapi.json").get_json())
        PROMISED.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        store.dispose()


if __name__ == "__main__":
    main()
