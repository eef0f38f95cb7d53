"""Past runs, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption

if TYPE_CHECKING:
    from etl_core.config.models.environment import EnvironmentConfig
    from etl_core.metrics.model import Series

TableArgument = Annotated[str | None, typer.Argument(help="Only this table's part, as layer.table.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many runs.")]
RulesOption = Annotated[
    bool, typer.Option("--rules", help="With TABLE: every rule's verdict, and its numbers over time.")
]


def command(
    table: TableArgument = None,
    *,
    project: ProjectOption,
    env: EnvOption = None,
    limit: LimitOption = 20,
    rules: RulesOption = False,
    json: JsonOption = False,
) -> None:
    """Past runs, newest first; with TABLE that table's part of each."""
    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.report.history import print_runs, print_table_history
    from etl_core.report.known import known_table
    from etl_core.report.rule_history import print_rule_trends
    from etl_core.report.rule_trends import series_as_dicts
    from etl_core.report.store import recent, table_history
    from etl_core.storage import open_storage

    loaded = load(project, env)
    storage = open_storage(loaded.environment.warehouse)
    if table is None:
        records = recent(storage, limit)
        if json:
            _echo_json([record.model_dump(mode="json") for record in records])
        elif records:
            print_runs(records, Console())
        else:
            typer.echo("no run yet; start one with `strata run`")
        return
    known_table(loaded, table)
    trends = _trends(loaded.environment, table, limit) if rules else []
    parts = table_history(storage, table, limit)
    if json and rules:
        _echo_json(series_as_dicts(trends))
    elif json:
        _echo_json([{"run_id": run.run_id, **part.model_dump(mode="json")} for run, part in parts])
    elif parts:
        print_table_history(parts, Console(), rules=rules)
        if trends:
            print_rule_trends(trends, Console())
    else:
        typer.echo(f"{table} took part in no run yet")


def _trends(environment: EnvironmentConfig, table: str, limit: int) -> list[Series]:
    from etl_core.metrics.read import trends

    return trends(environment, limit, table)


def _echo_json(value: list[dict[str, object]]) -> None:
    from json import dumps

    typer.echo(dumps(value, indent=1, ensure_ascii=False))
