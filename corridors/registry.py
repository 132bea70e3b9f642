"""Which plug-ins are there? One file in a package of ours, or an entry point of an installed package.

Does not know what a plug-in does: `load` returns the constant that each module defines.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any

from corridors.errors import PluginError


def load(package: str, constant: str) -> dict[str, Any]:
    """Return {name: constant} of every public module in `package`, and of the entry points in the group of that name.

    package: dotted, such as "corridors.sources"; the name is the module's file name or the entry point's name.
    Raises PluginError where a module lacks `constant` or an entry point would replace a built-in.
    """
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not module.name.startswith("_"):
            found[module.name] = _constant(f"{package}.{module.name}", constant)
    for point in entry_points(group=package):
        if point.name in found:
            raise PluginError(f"{point.value} calls itself {point.name!r} in {package}, but that name is taken")
        loaded = point.load()
        found[point.name] = getattr(loaded, constant, loaded)
    return found


def _constant(module: str, constant: str) -> Any:
    try:
        return getattr(importlib.import_module(module), constant)
    except AttributeError as error:
        raise PluginError(f"{module} must define {constant}") from error
