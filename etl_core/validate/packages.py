"""Finding a package's files without importing it: extensions may need Spark, `validate` must not."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path


def python_files(name: str, root: Path) -> tuple[Path, ...]:
    """The .py files of package or module `name`, looked for under `root` first; () if there is none."""
    path = [str(root), *sys.path]
    for depth in range(1, name.count(".") + 2):
        spec = PathFinder.find_spec(".".join(name.split(".")[:depth]), path)
        if spec is None:
            return _elsewhere(name)
        path = list(spec.submodule_search_locations or ())
    if path:
        return tuple(file for folder in path for file in sorted(Path(folder).rglob("*.py")))
    return (Path(spec.origin),) if spec and spec.origin else ()


def _elsewhere(name: str) -> tuple[Path, ...]:
    """Editable installs bring finders of their own."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # a parent is missing, or `name` is no module's name
        return ()
    return (Path(spec.origin),) if spec and spec.origin else ()
