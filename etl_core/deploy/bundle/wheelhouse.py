"""The wheels a runtime lacks, as files: fetched by pip, as pip is configured here."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from email.parser import BytesParser
from pathlib import Path
from typing import cast

from packaging.requirements import InvalidRequirement, Requirement

from etl_core.config.project import Project
from etl_core.config.secrets import redact
from etl_core.deploy.bundle.pins import Pins, applying
from etl_core.deploy.bundle.runtimes import TargetRuntime
from etl_core.errors import ConfigError, EtlError

REQUIREMENTS = "requirements.txt"
_PIP_LINES = 6


def strata_requirements(metadata: bytes, project: Project, runtime: TargetRuntime) -> list[Requirement]:
    """What the wheel with this METADATA needs on the runtime for the project's tables: what it always
    needs, extra `glue`, and those extras that are called as a format or, where rules are judged, `history`
    and `deequ`."""
    message = BytesParser().parsebytes(metadata)
    wanted = {"", "glue", *features(project)}
    return applying(cast(list[str], message.get_all("Requires-Dist", [])), runtime, sorted(wanted))


def features(project: Project) -> set[str]:
    """What the project's tables need beside the core: the names of their formats, where there are rules
    `history` for the table of their metrics, and `deequ` for those that it may have to judge."""
    tables = project.tables.values()
    checked = any(table.config.quality.judges for table in tables)
    deequ = checked and project.environment.rule_engine in ("auto", "deequ")
    kept = ["history"] if checked else []
    return {*(table.format for table in tables), *kept, *(["deequ"] if deequ else [])}


def project_requirements(root: Path) -> list[Requirement]:
    """The lines of the project's requirements.txt, if it has one.

    Raises ConfigError for a line that is no plain requirement.
    """
    path = root / REQUIREMENTS
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    texts = {number: line.partition("#")[0].strip() for number, line in enumerate(lines, start=1)}
    return [_requirement(text, number) for number, text in texts.items() if text]


def _requirement(text: str, number: int) -> Requirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        requirement = None
    if requirement is None or requirement.url:
        raise ConfigError(
            f"{REQUIREMENTS}:{number}: {redact(text)!r} is no plain requirement",
            hint="write one name with its version a line, as in: holidays==0.60",
        )
    return requirement


def fetch_wheels(pins: Pins, runtime: TargetRuntime) -> dict[str, bytes]:
    """File name -> wheel of everything in `pins.shipped`, for the runtime's Python and platform.

    Raises EtlError with pip's own last words if one cannot be had.
    """
    if not pins.shipped:
        return {}
    with tempfile.TemporaryDirectory(prefix="strata-wheels-") as folder:
        _pip(_command(pin_lines(pins.shipped), runtime, folder))
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.whl"))}


def pin_lines(versions: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}=={versions[name]}" for name in sorted(versions))


def _command(pinned: Iterable[str], runtime: TargetRuntime, folder: str) -> list[str]:
    platforms = [part for tag in runtime.platforms for part in ("--platform", tag)]
    target = ["--implementation", "cp", "--python-version", runtime.python, *platforms]
    options = ["--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--quiet"]
    return [sys.executable, "-m", "pip", "download", *options, *target, "--dest", folder, *pinned]


def _pip(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = [redact(line) for line in done.stderr.splitlines() if line.strip()][-_PIP_LINES:]
        raise EtlError(
            "the runtime's wheels could not be fetched\n" + "\n".join(said),
            hint="check pip's index and the network; every package must have a wheel for the runtime",
        )
