"""Columns and rules for a contract, from what the rows hold."""

from __future__ import annotations

from typing import Annotated

import typer

from etl_core.cli.options import EnvOption, ProjectOption
from etl_core.cli.profiled import FilesOption, FormatOption, SourceOption, TableArgument

SupportOption = Annotated[
    float, typer.Option("--support", min=0.5, max=1.0, help="The least share of rows that has to agree.")
]


def command(
    table: TableArgument = None,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    files: FilesOption = None,
    form: FormatOption = None,
    source: SourceOption = False,
    support: SupportOption = 0.95,
) -> None:
    """Print a contract that fits the rows: columns and rules.

    Each DQDL rule comes with the share of rows that support it.

    With --files a whole contract, else the parts to paste into the table's own.
    """
    from etl_core.cli.profiled import looked
    from etl_core.report.suggestion import contract_yaml
    from quality.profiling.suggest import suggest

    found, place = looked(project, env, table, files, form, source=source)
    typer.echo(contract_yaml(suggest(found.profile, support), table or "raw.files", place), nl=False)
