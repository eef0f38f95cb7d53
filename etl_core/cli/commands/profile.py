"""What the columns of a table, or of files that are no table yet, hold."""

from __future__ import annotations

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption
from etl_core.cli.profiled import FilesOption, FormatOption, SourceOption, TableArgument


def command(
    table: TableArgument = None,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    files: FilesOption = None,
    form: FormatOption = None,
    source: SourceOption = False,
    json: JsonOption = False,
) -> None:
    """Show what the columns of a table or of files hold.

    Types found, NULLs, distinct values, ranges, lengths, frequent values, forms, likely keys.

    Of a table as readers see it; where there is none yet, of its source's files as received; with
    --files of any folder or file. Two passes over the rows, however wide they are.
    """
    from rich.console import Console

    from etl_core.cli.profiled import looked
    from etl_core.report.profile import print_profile

    found, _ = looked(project, env, table, files, form, source=source)
    if json:
        typer.echo(found.profile.model_dump_json(indent=1))
    else:
        print_profile(found.profile, found.at, Console(highlight=False))
