"""Where the project is: around a script, in the current folder, or installed as a wheel of its own."""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from etl_core.errors import ConfigError

ENTRY_POINTS = "strata.projects"  # name -> the package below which an installed project's conf/ and jobs/ are
_MARK = ("conf", "strata.yaml")


def find_project(script: Path) -> Path:
    """The folder with conf/strata.yaml above `jobs/<layer>/<table>.py`, else the current folder, else the
    one project that is installed: Glue ships a script alone.

    Raises ConfigError if there is none, or more than one to choose from.
    """
    for folder in [*script.resolve().parents, Path.cwd()]:
        if folder.joinpath(*_MARK).is_file():
            return folder
    installed = installed_projects()
    if len(installed) == 1:
        return next(iter(installed.values()))
    if installed:
        names = ", ".join(sorted(installed))
        raise ConfigError(f"several projects are installed: {names}", hint="name the folder with --project")
    raise ConfigError(
        f"no project found: no conf/strata.yaml in a folder above {script} or in {Path.cwd()},"
        " and none is installed",
        hint="start the script in the project's folder, or name it with --project",
    )


def installed_projects() -> dict[str, Path]:
    """Name -> folder of every project wheel that is installed; nothing of it is imported."""
    found: dict[str, Path] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        spec = find_spec(entry.value)
        if spec is not None and spec.origin is not None:
            found[entry.name] = Path(spec.origin).parent
    return found


def bundled_environment(root: Path) -> str | None:
    """The name of the one environment that an installed project comes with; None for any other project."""
    if root not in [folder.resolve() for folder in installed_projects().values()]:
        return None
    names = [path.stem for path in (root / "conf" / "environments").glob("*.yaml")]
    return names[0] if len(names) == 1 else None
