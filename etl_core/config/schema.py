"""JSON Schema of every kind of file, and the comment by which editors find it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl_core.config.files import ENVIRONMENTS, PROJECT_FILE, SCHEDULES_FILE, SOURCES, TABLES
from etl_core.config.models.base import Model
from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.schedules import SchedulesConfig
from etl_core.config.models.source import SourceConfig
from etl_core.config.models.table import TableConfig

FOLDER = "conf/.schema"
COMMENT = "# yaml-language-server: $schema="
# Kind -> its model, and where such files stand.
KINDS: dict[str, tuple[type[Model], str]] = {
    "project": (ProjectConfig, PROJECT_FILE),
    "environment": (EnvironmentConfig, f"{ENVIRONMENTS}/*.yaml"),
    "source": (SourceConfig, f"{SOURCES}/*.yaml"),
    "table": (TableConfig, f"{TABLES}/*/*.yaml"),
    "schedules": (SchedulesConfig, SCHEDULES_FILE),
}
_VARIABLE = {"type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"}


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one kind of file. Raises KeyError for another kind."""
    model, _ = KINDS[kind]
    body = _with_variables(model.model_json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def schema_file(kind: str) -> str:
    return f"{kind}.schema.json"


def write_schemas(folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """One file a kind under `folder`, which is made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        path = folder / schema_file(kind)
        path.write_text(json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(path)
    return written


def wire(root: Path, folder: Path, kinds: tuple[str, ...]) -> list[Path]:
    """Insert the comment as first line of every file of `root` that has none; returns those changed."""
    changed = []
    for kind in kinds:
        for path in sorted(root.glob(KINDS[kind][1])):
            with path.open(encoding="utf-8", newline="") as file:  # line ends stay as they are
                text = file.read()
            if COMMENT in text:
                continue
            relative = Path(os.path.relpath(folder / schema_file(kind), path.parent)).as_posix()
            end = "\r\n" if "\r\n" in text else "\n"
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(f"{COMMENT}{relative}{end}{text}")
            changed.append(path)
    return changed


def _with_variables(node: Any) -> Any:
    """Where a number or a boolean stands, `${name}` may stand too; pydantic does not know of it."""
    if isinstance(node, list):
        return [_with_variables(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _with_variables(value) for key, value in node.items()}
    if result.get("type") in ("integer", "boolean", "number"):
        about = {key: result.pop(key) for key in _about(result)}
        return {"anyOf": [result, _VARIABLE], **about}
    return result


def _about(node: dict[str, Any]) -> Iterator[str]:
    """What editors show of a property; it belongs outside of the alternatives."""
    yield from [key for key in ("title", "description", "default") if key in node]
