"""The demo's own folder: everything it generates and writes lies there, and nothing else is deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

from etl_core.config.loader import load
from etl_core.config.project import Project
from etl_core.errors import ConfigError

ENVIRONMENT = "demo"
FOLDER = Path(".strata") / "demo"
FIRST_TABLE = "raw.employee"


def prepare(root: Path, *, keep: bool = False) -> Project:
    """The project in its demo environment, with an empty demo folder unless `keep`.

    Raises ConfigError where landing area or warehouse are not below that folder: only what lies
    there is the demo's to delete.
    """
    project = load(root, ENVIRONMENT)
    folder = (root / FOLDER).resolve()
    source = project.tables[FIRST_TABLE].source if FIRST_TABLE in project.tables else None
    if source is None or not Path(source.path).is_relative_to(folder / "landing"):
        raise ConfigError(
            f"the demo needs GreatFin's configuration with its landing area below {folder}",
            hint="run it in the Strata repository, without STRATA_LANDING in the environment",
        )
    if not Path(project.environment.warehouse).is_relative_to(folder):
        raise ConfigError(f"the demo's warehouse must lie below {folder}", hint="see environments/demo.yaml")
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return project
