"""The project's own wheel: its conf, its jobs, and the packages that its jobs import.

conf/ and jobs/ stand below one package of the wheel, so that the installed project is a project's folder
like any other; what jobs import stands beside it, where executors find it too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from etl_core.config.files import ENVIRONMENTS, environment_file
from etl_core.config.project import Project
from etl_core.deploy.bundle.archive import Wheel
from etl_core.errors import ConfigError
from etl_core.runtime.projects import ENTRY_POINTS

_FOLDERS = ("conf", "jobs")
_NEVER_PACKAGES = frozenset({"jobs", "conf", "tests", "test", "docs", "build", "dist"})
_PASSED_OVER = ("__pycache__",)


@dataclass(frozen=True)
class ProjectFiles:
    """File -> content, named as in the project's folder: `own` is conf/ and jobs/, `packages` the rest."""

    own: Mapping[str, bytes]
    packages: Mapping[str, bytes]


def project_files(project: Project, strata: Mapping[str, bytes]) -> ProjectFiles:
    """What of the project a job needs. Of the environments only the bundle's own goes along; files of
    Strata itself (`strata`: those of its wheel) that lie in the project's folder do not.

    Raises ConfigError for a file that would replace one of Strata's, and for links out of the folder.
    """
    root = project.root
    chosen = environment_file(project.environment_name)
    own = {
        name: content
        for folder in _FOLDERS
        for name, content in _read(root, root / folder)
        if not name.startswith(f"{ENVIRONMENTS}/") or name == chosen
    }
    found = {name: data for package in _packages(root) for name, data in _read(root, package)}
    clashing = [name for name, data in found.items() if strata.get(name, data) != data]
    if clashing:
        message = f"{', '.join(sorted(clashing))} would replace a file of Strata"
        raise ConfigError(message, hint="rename it: both are installed into one place")
    return ProjectFiles(own, {name: data for name, data in found.items() if name not in strata})


def project_wheel(project: Project, files: ProjectFiles) -> Wheel:
    """Its version is made from its content: a project has none of its own."""
    slug = re.sub(r"[^a-z0-9]+", "_", project.config.name.lower()).strip("_") or "project"
    package = f"strata_project_{slug}"
    text = f'"""The Strata project {slug}, as its jobs on Glue find it."""\n'
    placed = {f"{package}/__init__.py": text.encode(), **files.packages}
    placed |= {f"{package}/{name}": content for name, content in files.own.items()}
    version = f"0.{int(_digest(placed)[:8], 16)}"
    metadata = f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: {version}\n"
    entry = f"[{ENTRY_POINTS}]\n{slug} = {package}\n"
    return Wheel(package, version, placed, metadata.encode(), entry.encode())


def _packages(root: Path) -> list[Path]:
    """Folders with an `__init__.py` in the project's root, as a job started there could import them."""
    return [
        path
        for path in sorted(root.iterdir())
        if (path / "__init__.py").is_file() and path.name not in _NEVER_PACKAGES
    ]


def _read(root: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below `folder` but hidden and compiled ones."""
    inside = root.resolve()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(root).parts
        if not path.is_file() or any(part.startswith(".") or part in _PASSED_OVER for part in parts):
            continue
        if not path.resolve().is_relative_to(inside):
            raise ConfigError(f"{'/'.join(parts)} is a link out of the project", hint="copy the file")
        yield "/".join(parts), path.read_bytes()


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return total.hexdigest()
