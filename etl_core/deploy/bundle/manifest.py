"""`manifest.json` of a bundle: every file in it with its SHA-256, and what the runtime must bring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError

from etl_core.config.models.base import Model
from etl_core.errors import ConfigError

FILE = "manifest.json"


class Artifact(Model):
    """One file of the bundle. `path` is relative to the bundle's folder, with `/`; `size` in bytes."""

    path: str
    sha256: str
    size: int

    @classmethod
    def of(cls, path: str, content: bytes) -> Self:
        return cls(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


class Script(Model):
    """The Glue script of one table."""

    table: str
    file: Artifact


class JarPin(Model):
    """A jar the tables need; `groups` are formats, or `deequ`. `file` is None for those that Glue brings
    by `--datalake-formats`; the others go to `--extra-jars`."""

    coordinates: str
    file_name: str
    sha256: str
    groups: tuple[str, ...]
    file: Artifact | None = None


class Manifest(Model):
    """What `strata build` made. Equal manifests mean equal bundles, byte for byte."""

    version: Literal[1] = 1
    project: str
    environment: str
    profile: str
    python: str
    strata_version: str
    strata_wheel: Artifact
    project_wheel: Artifact
    wheelhouse: tuple[Artifact, ...]  # every other wheel the runtime does not have
    requirements: Artifact  # what to install, pinned; beside the wheels
    pins: tuple[str, ...]  # the lines of that file
    preinstalled: tuple[str, ...]  # name==version that the runtime is relied on for
    glue_wheels: Artifact  # all wheels and the requirements in one file, for --additional-python-modules
    scripts: tuple[Script, ...]
    selection_script: Artifact  # runs any selection of tables, by --select
    jars: tuple[JarPin, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest as written: one name for the whole content of the bundle."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Every file of the bundle but the manifest itself."""
        wheels = (self.strata_wheel, self.project_wheel, *self.wheelhouse, self.requirements)
        scripts = (*(script.file for script in self.scripts), self.selection_script)
        return (*wheels, self.glue_wheels, *scripts, *self.shipped_jars)

    @property
    def shipped_jars(self) -> tuple[Artifact, ...]:
        return tuple(jar.file for jar in self.jars if jar.file is not None)

    def to_bytes(self) -> bytes:
        return (self.model_dump_json(indent=2) + "\n").encode()


def load_manifest(folder: Path) -> Manifest:
    """The manifest of the bundle in `folder`, its files compared with it.

    Raises ConfigError if there is none, or a file is missing or not the one that was built.
    """
    try:
        manifest = Manifest.model_validate_json((folder / FILE).read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"{folder} is no bundle: no {FILE}", hint="make one with strata build") from None
    except ValidationError as error:
        hint = "it was made by another version of Strata; build it again"
        raise ConfigError(f"{folder / FILE} cannot be read: {error.errors()[0]['msg']}", hint=hint) from None
    if wrong := list(_altered(folder, manifest)):
        raise ConfigError(
            f"the bundle in {folder} is not as built: {', '.join(wrong)}", hint="build it again"
        )
    return manifest


def _altered(folder: Path, manifest: Manifest) -> Iterator[str]:
    for artifact in manifest.artifacts:
        path = folder / artifact.path
        if not path.is_file() or Artifact.of(artifact.path, path.read_bytes()) != artifact:
            yield artifact.path
