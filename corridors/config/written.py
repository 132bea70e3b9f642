"""Where does a setting stand? A TOML file as read, with the lines of its keys, so that a message can point at one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from corridors.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Written:
    """One TOML file: `name` as the operator knows it, its tables, and its text for finding lines."""

    name: str
    tables: dict[str, Any]
    text: str

    @classmethod
    def read(cls, path: Path) -> Written:
        """Read a file. Raises ConfigError that names the file and, for bad TOML, the line."""
        try:
            text = path.read_text(encoding="utf-8")
            return cls(
                path.name if path.parent.name != "sources" else f"sources/{path.name}", tomllib.loads(text), text
            )
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}") from error

    def line(self, tables: tuple[str, ...], key: str, nth: int = 0) -> int | None:
        """Return the line of `key` under the header of `tables`, in the nth [[array]] entry; None if not found.

        A header may be [a.b] or [[a]]; sub-tables are looked for behind their nth array entry.
        """
        current: tuple[str, ...] = ()
        entry = -1
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*(\[\[?)([^\]]+)\]", line)
            if header:
                current = tuple(part.strip().strip("\"'") for part in header[2].split("."))
                entry += header[1] == "[[" and len(current) == 1  # [[source.dense]] is no source of its own
                if current == (*tables, key) and (entry in {-1, nth}):
                    return number
            elif current == tables and (entry in {-1, nth}):
                written = re.match(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*[.=]", line)
                if written and written[1] == key:
                    return number
        return None

    def say(self, tables: tuple[str, ...], key: str, sentence: str, nth: int = 0) -> str:
        """Return one line: file, line, key, and what to write; a key that is not there is at the table it lacks in."""
        line = self.line(tables, key, nth)
        for depth in range(len(tables), 0, -1):
            line = line or self.line(tables[: depth - 1], tables[depth - 1], nth)
        place = f"{self.name}:{line}" if line else self.name
        return f"{place}: {'.'.join((*tables, key))}: {sentence}"

    def unknown(self, tables: tuple[str, ...], key: str, known: Iterable[str], nth: int = 0) -> str:
        """Return one line for a key that does not exist, naming the nearest that does."""
        near = get_close_matches(key, list(known), 1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
        return self.say(tables, key, "no such key" + hint, nth)
