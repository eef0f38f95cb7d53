"""Finding a package's files without importing it: extensions may need Spark, `validate` must not."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path


def python_files(name: str, root: Path) -> tuple[Path, ...]:
    """The .py files of package or module `name`, looked for under `root` first; () if there is none."""
    path, spec = [str(root), *sys.path], None
    for depth in range(1, name.count(".") + 2):
        spec = PathFinder.find_spec(".".join(name.split(".")[:depth]), path)
        if spec is None:
            return _elsewhere(name)
        path = list(spec.submodule_search_locations or ())
    return _files(spec)


def _elsewhere(name: str) -> tuple[Path, ...]:
    """Editable installs bring finders of their own."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # a parent is missing, or `name` is no module's name
        return ()
    return _files(spec)


def _files(spec: ModuleSpec | None) -> tuple[Path, ...]:
    if spec is None:
        return ()
    if spec.submodule_search_locations:
        folders = spec.submodule_search_locations
        return tuple(file for folder in folders for file in sorted(Path(folder).rglob("*.py")))
    return (Path(spec.origin),) if spec.origin else ()
