"""Write a new project from the template that stands in `templates/project`."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from etl_core.config import schema
from etl_core.errors import ConfigError

# Ending and prefix keep the template's files from being taken for files of this repository.
_ENDING = ".tmpl"
_HIDDEN = "dot_"


def create(folder: Path, name: str | None = None) -> list[Path]:
    """Write the project into `folder`; returns its files, relative to it.

    Raises ConfigError if the folder holds anything but `.git` (`git init` may come first).
    """
    root = folder.resolve()
    if root.is_dir() and (held := sorted(one.name for one in root.iterdir() if one.name != ".git")):
        shown = ", ".join(held[:3]) + (", ..." if len(held) > 3 else "")
        raise ConfigError(f"{folder} is not empty ({shown})", hint="name a new folder")
    title = name or root.name
    values = {"{{ name }}": title, "{{ name_yaml }}": json.dumps(title, ensure_ascii=False)}
    written = _copy(files("etl_core.cli") / "templates" / "project", root, values)
    schema.write_schemas(root / schema.FOLDER, tuple(schema.KINDS))
    schema.wire(root, root / schema.FOLDER, tuple(schema.KINDS))
    return [path.relative_to(root) for path in written]


def _copy(source: Traversable, target: Path, values: dict[str, str]) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for entry in sorted(source.iterdir(), key=lambda one: one.name):
        path = target / entry.name.removesuffix(_ENDING).replace(_HIDDEN, ".", 1)
        if entry.is_dir():
            written += _copy(entry, path, values)
            continue
        content = entry.read_text("utf-8")
        for placeholder, value in values.items():
            content = content.replace(placeholder, value)
        path.write_text(content, "utf-8")
        written.append(path)
    return written
