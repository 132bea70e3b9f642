"""The rules of the house, kept by machine: sizes, names, documentation, contracts."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "corridors"
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts and "__pycache__" not in path.parts
)
FORBIDDEN = {
    *("utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "service", "services", "base"),
    *("core", "data", "processor"),
}
TOP_LEVEL = {
    *("corridors", "config", "tests", "setup.cfg", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"),
    *("Procfile", ".ci", ".gitignore"),
}
MOST_LINES = 500
LONGEST_FUNCTION = 60


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Yield public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.name.startswith("_"):
                        yield inner


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_named_for_what_it_is_and_documented(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= MOST_LINES
    assert not FORBIDDEN.intersection((path.stem, *path.relative_to(PACKAGE).parts[:-1]))
    assert path.stem.startswith("__") or path.stem not in sys.stdlib_module_names or path.parent != PACKAGE
    assert ast.get_docstring(tree), "a module says which question it answers"
    undocumented = [node.name for node in _public(tree) if not ast.get_docstring(node)]
    assert not undocumented, "what is public says what its signature cannot"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = {
        node.name: length
        for node in _functions(tree)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert not long


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    assert {line.split("/")[0] for line in listed.stdout.splitlines()} <= TOP_LEVEL


def test_the_contracts_between_the_rooms_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout[-3000:] + linted.stderr[-1000:]
