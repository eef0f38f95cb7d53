"""What `strata profile` and `strata suggest` share: options, and how they name what is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from etl_core.config.models.source import ResolvedSource
    from etl_core.run.profiling import Looked

Form = Literal["csv", "json", "parquet"]
TableArgument = Annotated[
    str | None, typer.Argument(help="The table, as layer.table; with --files: what it shall be called.")
]
FilesOption = Annotated[
    str | None, typer.Option("--files", help="A folder or file to look at, known to no contract.")
]
FormatOption = Annotated[
    Form | None, typer.Option("--format", help="Of --files; without it, by the ending of the first file.")
]
SourceOption = Annotated[
    bool, typer.Option("--source", help="The source's files, also where the table exists.")
]


def looked(
    root: Path, env: str | None, table: str | None, files: str | None, form: Form | None, *, source: bool
) -> tuple[Looked, ResolvedSource | None]:
    """The profile, and the source that `--files` names.

    Raises PlanError if the options name nothing to look at, or two things.
    """
    import re

    from etl_core.config.loader import load
    from etl_core.errors import PlanError
    from etl_core.names import TABLE_NAME
    from etl_core.report.known import known_table
    from etl_core.run.profiling import UNNAMED, look, unknown_files

    loaded = load(root, env)
    if files is not None and table is not None and not re.fullmatch(TABLE_NAME, table):
        raise PlanError(f"{table!r} is no name of a table", hint="write layer.table")
    if files is not None:
        place = _place(root, files, form)
        return look(loaded, unknown_files(place, table or UNNAMED), files=True), place
    if table is None:
        raise PlanError("say what to look at", hint="a table, as layer.table; or --files PATH")
    return look(loaded, known_table(loaded, table), files=source), None


def _place(root: Path, files: str, form: Form | None) -> ResolvedSource:
    from etl_core.config.models.source import ResolvedSource
    from etl_core.config.sources import absolute

    path = absolute(root, files)
    return ResolvedSource(path=path, format=form or _ending(path), path_setting="--files")


def _ending(path: str) -> Form:
    """CSV unless the name of the file, or of some file of the folder, says otherwise."""
    place = Path(path)
    names = [place.name] if place.is_file() else [found.name for found in sorted(place.rglob("*"))]
    if any(name.endswith(".parquet") for name in names):
        return "parquet"
    return "json" if any(name.endswith((".json", ".jsonl", ".json.gz")) for name in names) else "csv"
