"""Rows that were kept out of tables: how many, which, why."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption, SelectOption

command = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)

TableArgument = Annotated[str, typer.Argument(help="The table, as layer.table.")]
RunOption = Annotated[str, typer.Option("--run", help="Only rows that this run turned away.")]
RuleOption = Annotated[
    str, typer.Option("--rule", help="Only rows with this text in a rule they failed, or in their reason.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]
FormatOption = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="How to print them.")]


@command.command("list")
def list_tables(
    *,
    project: ProjectOption,
    env: EnvOption = None,
    select: SelectOption = None,
    json: JsonOption = False,
) -> None:
    """How many rows wait for a fix in which table, since when, and why. Starts no Spark."""
    from datetime import UTC, datetime
    from json import dumps

    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.inspect.quarantined import quarantined
    from etl_core.plan.graph import build
    from etl_core.plan.selection import select as selected
    from etl_core.report.quarantine import print_waiting, summary

    loaded = load(project, env)
    names = selected(build(loaded), select)
    found = [summary(name, quarantined(loaded, loaded.tables[name]).rows) for name in names]
    if json:
        waiting = [one.model_dump(mode="json") for one in found if one.rows]
        typer.echo(dumps(waiting, indent=1, ensure_ascii=False))
    else:
        print_waiting(found, Console(highlight=False), datetime.now(UTC))


@command.command("show")
def show(
    table: TableArgument,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    run: RunOption = "",
    rule: RuleOption = "",
    limit: LimitOption = None,
    form: FormatOption = "table",
) -> None:
    """The rows that wait, each with its reason, its file and its run. Starts no Spark."""
    import sys
    from datetime import UTC, datetime
    from itertools import islice

    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.inspect.quarantined import quarantined
    from etl_core.report import quarantine_rows as out
    from etl_core.report.known import known_table

    loaded = load(project, env)
    found = quarantined(loaded, known_table(loaded, table)).rows
    rows = islice(out.matching(found, run=run, rule=rule), limit)
    if form == "json":
        out.write_quarantined_json(rows, sys.stdout)
    elif form == "csv":
        out.write_quarantined_csv(rows, sys.stdout)
    else:
        out.print_quarantined(rows, Console(highlight=False), datetime.now(UTC))
