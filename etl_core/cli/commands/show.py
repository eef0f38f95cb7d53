"""A table's rows."""

from __future__ import annotations

from typing import Annotated

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption

TableArgument = Annotated[str, typer.Argument(help="The table, as layer.table.")]
LimitOption = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]
WhereOption = Annotated[str, typer.Option("--where", help="A condition: \"city = 'Tampa' and age > 30\".")]
AllColumnsOption = Annotated[bool, typer.Option("--all-columns", help="Also the `_strata_*` columns.")]
QuarantineOption = Annotated[bool, typer.Option("--quarantine", help="The rows kept out of the table.")]


def command(
    table: TableArgument,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    limit: LimitOption = None,
    where: WhereOption = "",
    all_columns: AllColumnsOption = False,
    quarantine: QuarantineOption = False,
    json: JsonOption = False,
) -> None:
    """Show a table's rows, all of them unless --limit. Starts no Spark."""
    import sys

    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.inspect.quarantined import quarantined
    from etl_core.report.known import known_table
    from etl_core.report.rows import print_rows, write_json
    from etl_core.sinks.scanning import Wanted, scan_table

    loaded = load(project, env)
    wanted = Wanted(where, limit, all_columns)
    contract = known_table(loaded, table)
    if quarantine:
        found = quarantined(loaded, contract, wanted)
    else:
        found = scan_table(loaded.environment, contract, wanted)
    if json:
        write_json(found.rows, sys.stdout)
    else:
        print_rows(found.rows, found.columns, Console())
