"""A bundle as `strata build` writes it, with files of a few bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

SELECTION = "scripts/selection.py"


def write_bundle(
    folder: Path, project: str, environment: str, profile: str = "glue-5.1", scripts: tuple[str, ...] = ()
) -> Path:
    """`scripts`: the tables that have one."""

    def artifact(path: str) -> dict[str, object]:
        content = f"content of {path}\n".encode()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        return {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}

    manifest = {
        "version": 1,
        "project": project,
        "environment": environment,
        "profile": profile,
        "python": "3.11",
        "strata_version": "0.1.0",
        "strata_wheel": artifact("wheels/strata_etl-0.1.0-py3-none-any.whl"),
        "project_wheel": artifact("wheels/project-1-py3-none-any.whl"),
        "wheelhouse": [artifact("wheels/lark-1.3.1-py3-none-any.whl")],
        "requirements": artifact("wheels/requirements.txt"),
        "pins": ["lark==1.3.1"],
        "preinstalled": [],
        "glue_wheels": artifact("strata.gluewheels.zip"),
        "scripts": [
            {"table": table, "file": artifact(f"scripts/{table.replace('.', '/')}.py")} for table in scripts
        ],
        "selection_script": artifact(SELECTION),
        "jars": [],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return folder
