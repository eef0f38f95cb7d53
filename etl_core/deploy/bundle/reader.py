"""The bundle that `strata build` made, as far as deploying needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl_core.deploy.bundle.manifest import load_manifest


@dataclass(frozen=True)
class Bundle:
    """`files` are paths within the folder -> SHA-256; `digest` is that of the manifest itself and so
    names the whole content. `scripts`: table -> the path of its script; `modules` and `jars`: what the
    job installs, and puts on its classpath."""

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
    manifest = load_manifest(folder)
    return Bundle(
        folder=folder,
        digest=manifest.digest,
        project=manifest.project,
        environment=manifest.environment,
        profile=manifest.profile,
        files={artifact.path: artifact.sha256 for artifact in manifest.artifacts},
        scripts={script.table: script.file.path for script in manifest.scripts},
        selection_script=manifest.selection_script.path,
        modules=(manifest.glue_wheels.path,),
        jars=tuple(jar.path for jar in manifest.shipped_jars),
    )
