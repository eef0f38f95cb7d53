"""The bundle that `strata build` made, as far as deploying needs it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl_core.errors import ConfigError

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Bundle:
    """`files` are paths within the folder -> SHA-256; `digest` is that of the manifest itself and so
    names the whole content. `scripts`: table -> the path of its script."""

    folder: Path
    digest: str
    project: str
    environment: str
    profile: str
    files: dict[str, str]
    scripts: dict[str, str]
    selection_script: str
    modules: tuple[str, ...]
    jars: tuple[str, ...] = ()


def read_bundle(folder: Path) -> Bundle:
    """Raises ConfigError if there is no manifest, if it cannot be read, or a file is not as built."""
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError:
        hint = "make one with `strata build --out DIR` and name it with --bundle DIR"
        raise ConfigError(f"{folder} is no bundle: it has no {MANIFEST}", hint=hint) from None
    try:
        bundle = _bundle(folder, content)
    except (KeyError, TypeError, ValueError) as error:
        hint = "it was made by another version of Strata; build it again"
        raise ConfigError(f"{path} cannot be read: {error}", hint=hint) from None
    if wrong := [name for name, digest in bundle.files.items() if _digest(folder / name) != digest]:
        raise ConfigError(
            f"the bundle in {folder} is not as built: {', '.join(wrong)}", hint="build it again"
        )
    return bundle


def _bundle(folder: Path, content: bytes) -> Bundle:
    written: dict[str, Any] = json.loads(content)
    parts = [written[key] for key in ("strata_wheel", "project_wheel", "requirements", "glue_wheels")]
    parts += [*written["wheelhouse"], *(one["file"] for one in written["scripts"])]
    parts.append(written["selection_script"])
    return Bundle(
        folder=folder,
        digest=hashlib.sha256(content).hexdigest(),
        project=written["project"],
        environment=written["environment"],
        profile=written["profile"],
        files={part["path"]: part["sha256"] for part in parts},
        scripts={one["table"]: one["file"]["path"] for one in written["scripts"]},
        selection_script=written["selection_script"]["path"],
        modules=(written["glue_wheels"]["path"],),
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
