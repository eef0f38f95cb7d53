"""Find every mistake in the project's files."""

from __future__ import annotations

import typer

from etl_core.cli.options import EnvOption, JsonOption, ProjectOption


def command(project: ProjectOption, env: EnvOption = None, json: JsonOption = False) -> None:
    """Find every mistake in the project; starts no Spark.

    In the configuration, the rules and the job scripts.

    Exit codes: 0 no problems, 2 problems, each printed with file, line and what to do.
    """
    from etl_core.errors import EXIT_CONFIG
    from etl_core.validate import validate

    loaded, problems = validate(project, env)
    tables = len(loaded.tables) + len(loaded.incomplete) if loaded else 0
    if json:
        from json import dumps

        from etl_core.validate.show import as_dicts

        typer.echo(dumps({"tables": tables, "problems": as_dicts(problems)}, indent=2, ensure_ascii=False))
    else:
        from rich.console import Console

        from etl_core.validate.show import print_problems

        console = Console(highlight=False)
        print_problems(problems, project, console)
        found = f"{len(problems) or 'no'} problem{'' if len(problems) == 1 else 's'}"
        console.print(
            f"{tables} table{'' if tables == 1 else 's'}, {found}", style="red" if problems else "green"
        )
    if problems:
        raise typer.Exit(EXIT_CONFIG)
