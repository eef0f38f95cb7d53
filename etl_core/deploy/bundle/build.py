"""`strata build`: everything a Glue job needs, in one folder; equal inputs give equal bytes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etl_core.config.loader import config_error
from etl_core.config.project import Project
from etl_core.deploy.bundle.archive import Wheel, zip_of
from etl_core.deploy.bundle.guard import check_files
from etl_core.deploy.bundle.jars import jar_pins, shipped_jars
from etl_core.deploy.bundle.manifest import FILE, Artifact, Manifest, Script
from etl_core.deploy.bundle.pins import Pins, pins
from etl_core.deploy.bundle.project import project_files, project_wheel
from etl_core.deploy.bundle.runtimes import TargetRuntime, target_runtime
from etl_core.deploy.bundle.scripts import SELECTION, job_scripts, selection_script
from etl_core.deploy.bundle.strata import strata_wheel
from etl_core.deploy.bundle.wheelhouse import (
    REQUIREMENTS,
    features,
    fetch_wheels,
    pin_lines,
    project_requirements,
    strata_requirements,
)
from etl_core.errors import ConfigError
from etl_core.validate import validate

WHEELS = "wheels"


@dataclass(frozen=True)
class _Parts:
    """The bundle before it is written. `project` and `strata` are wheels of our own making, `others`
    file name -> content of those that were fetched."""

    project: Wheel
    strata: Wheel
    others: Mapping[str, bytes]
    pins: Pins

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything to install, pinned."""
        ours = {wheel.name.replace("_", "-"): wheel.version for wheel in (self.strata, self.project)}
        return pin_lines({**self.pins.shipped, **ours})


def build_bundle(root: Path, environment: str | None, out: Path) -> Manifest:
    """Build the bundle of the project in `root` for `environment` into the folder `out`; an earlier bundle
    there is replaced, and stays as it is when anything fails.

    Raises ConfigError for a project that `validate` refuses, a secret or a path of this machine in it, or
    an `out` that holds something else; EtlError if a wheel cannot be had.
    """
    _check_out(out)
    project, problems = validate(root, environment)
    if problems or project is None:
        raise config_error(problems, root)
    runtime = target_runtime(project.environment.profile)
    parts = _parts(project, runtime)
    files = _files(project, parts)
    manifest = _manifest(project, runtime, parts, files)
    _write(out, {**files, FILE: manifest.to_bytes()})
    return manifest


def _parts(project: Project, runtime: TargetRuntime) -> _Parts:
    strata = strata_wheel()
    files = project_files(project, strata.files)
    check_files({**files.own, **files.packages}, project.root)
    wanted = [*strata_requirements(strata.metadata, project, runtime), *project_requirements(project.root)]
    versions = pins(wanted, runtime)
    return _Parts(project_wheel(project, files), strata, fetch_wheels(versions, runtime), versions)


def _files(project: Project, parts: _Parts) -> dict[str, bytes]:
    """Path in the bundle -> content, all but the manifest."""
    wheels = {
        **parts.others,
        parts.strata.file_name: parts.strata.content(),
        parts.project.file_name: parts.project.content(),
        REQUIREMENTS: ("\n".join(parts.lines) + "\n").encode(),
    }
    placed = {f"{WHEELS}/{name}": content for name, content in wheels.items()}
    scripts = dict(job_scripts(project).values())
    jars = shipped_jars(project, features(project))
    return {**placed, _glue_wheels(parts): zip_of(placed), **scripts, SELECTION: selection_script(), **jars}


def _glue_wheels(parts: _Parts) -> str:
    """Glue knows a zip of wheels by this ending; wheels/requirements.txt says what to install of it.
    https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-libraries.html, appendix A."""
    return f"{parts.project.name}-{parts.project.version}.gluewheels.zip"


def _manifest(
    project: Project, runtime: TargetRuntime, parts: _Parts, files: Mapping[str, bytes]
) -> Manifest:
    artifacts = {path: Artifact.of(path, content) for path, content in files.items()}
    scripts = {table: path for table, (path, _) in job_scripts(project).items()}
    return Manifest(
        project=project.config.name,
        environment=project.environment_name,
        profile=project.environment.profile,
        python=runtime.python,
        strata_version=parts.strata.version,
        strata_wheel=artifacts[f"{WHEELS}/{parts.strata.file_name}"],
        project_wheel=artifacts[f"{WHEELS}/{parts.project.file_name}"],
        wheelhouse=tuple(artifacts[f"{WHEELS}/{name}"] for name in sorted(parts.others)),
        requirements=artifacts[f"{WHEELS}/{REQUIREMENTS}"],
        pins=parts.lines,
        preinstalled=pin_lines(parts.pins.preinstalled),
        glue_wheels=artifacts[_glue_wheels(parts)],
        scripts=tuple(Script(table=table, file=artifacts[path]) for table, path in scripts.items()),
        selection_script=artifacts[SELECTION],
        jars=jar_pins(project, features(project), artifacts),
    )


def _check_out(out: Path) -> None:
    if out.exists() and not (out / FILE).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out} holds something else than a bundle", hint="name a new or empty folder")


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    """Beside its place first, so that no half bundle can ever be taken for one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as stage:
        new, old = Path(stage) / "new", Path(stage) / "old"
        for path, content in files.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if out.exists():
            out.rename(old)
        new.rename(out)
        shutil.rmtree(old, ignore_errors=True)
