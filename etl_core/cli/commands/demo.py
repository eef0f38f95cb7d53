"""Two days of an invented bank, from its source systems to whom to call first."""

from __future__ import annotations

from typing import Annotated

import typer

from etl_core.cli.options import ProjectOption

SeedOption = Annotated[int, typer.Option("--seed", help="Equal seeds make equal data.")]
ScaleOption = Annotated[int, typer.Option("--scale", min=1, help="Multiplies the people; 1: about 1,900.")]
KeepOption = Annotated[bool, typer.Option("--keep", help="Go on with what an earlier demo left.")]


def command(
    *,
    project: ProjectOption,
    seed: SeedOption = 7,
    scale: ScaleOption = 1,
    keep: KeepOption = False,
) -> None:
    """Run two days of GreatFin, a bank, raw to enriched.

    Generates what its source systems deliver, and shows what came out.
    """
    from time import monotonic

    from rich.console import Console

    from etl_core.demo.days import run_days
    from etl_core.demo.folder import prepare
    from etl_core.demo.show import show
    from etl_core.report.terminal import print_failures
    from etl_core.report.wording import duration

    console = Console()
    started = monotonic()
    loaded = prepare(project, keep=keep)
    days = run_days(loaded, seed=seed, scale=scale, tell=lambda text: console.rule(text, align="left"))
    show(loaded, days, console)
    for day in days:
        print_failures(day.record, console)
    console.print()
    for day in days:
        console.print(f"Report of day {day.day}: {day.report}", soft_wrap=True)
    console.print(f"Two days in {duration(monotonic() - started)}.")
    raise typer.Exit(max(day.record.exit_code for day in days))
