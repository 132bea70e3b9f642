"""Which plug-ins are there? One file in a package of ours, or an entry point of an installed package.

Does not know what a plug-in does: `load` returns the constant that each module defines.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from corridors.errors import PluginError


def load(package: str, constant: str, needs: Sequence[str] = ()) -> dict[str, Any]:
    """Return {name: constant} of every public module in `package`, and of the entry points in the group of that name.

    package: dotted, such as "corridors.sources"; the name is the module's file name or the entry point's name.
    needs: what each constant must have. Raises PluginError where a module lacks `constant` or a constant one of them,
    where a plug-in cannot be imported, and where an entry point would replace a built-in; it names the package.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not module.name.startswith("_"):
            found[module.name] = _constant(f"{package}.{module.name}", constant)
            _check(found[module.name], f"{package}.{module.name}", constant, needs)
    for point in entry_points(group=package):
        if point.name in found:
            raise PluginError(f"{point.value} calls itself {point.name!r} in {package}, but that name is taken")
        found[point.name] = _entered(point, constant)
        _check(found[point.name], _package_of(point), constant, needs)
    return found


def _entered(point: EntryPoint, constant: str) -> Any:
    try:
        loaded = point.load()
    except Exception as error:
        raise PluginError(f"{_package_of(point)} cannot be imported: {type(error).__name__}: {error}") from error
    return getattr(loaded, constant, loaded)


def _package_of(point: EntryPoint) -> str:
    return f"{point.value} of the package {point.dist.name}" if point.dist is not None else point.value


def _check(plugin: Any, place: str, constant: str, needs: Sequence[str]) -> None:
    if lacking := [name for name in needs if not hasattr(plugin, name)]:
        raise PluginError(f"{constant} in {place} lacks {', '.join(lacking)}")


def _constant(module: str, constant: str) -> Any:
    try:
        return getattr(importlib.import_module(module), constant)
    except AttributeError as error:
        raise PluginError(f"{module} must define {constant}") from error
