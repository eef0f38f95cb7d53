"""The scripts of a bundle: one a job, as it stands in the project, and one that runs any selection."""

from __future__ import annotations

from importlib.resources import files

from etl_core.config.project import Project

SELECTION = "scripts/strata_selection.py"


def job_scripts(project: Project) -> dict[str, tuple[str, bytes]]:
    """Table -> path in the bundle and content, for every table that has a job script."""
    return {
        name: (f"scripts/{table.layer}/{table.job.path.name}", table.job.path.read_bytes())
        for name, table in sorted(project.tables.items())
        if table.job is not None
    }


def selection_script() -> bytes:
    """The script for many tables in one Glue job; its tables are those of `--select`, else all."""
    return files("etl_core.deploy").joinpath("selection.py.tmpl").read_bytes()
