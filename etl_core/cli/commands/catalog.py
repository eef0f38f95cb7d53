"""What the Glue Data Catalog has of the project."""

from __future__ import annotations

import typer

from etl_core.cli.options import EnvOption, GoOption, JsonOption, ProjectOption

command = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)


@command.command("list")
def list_entries(*, project: ProjectOption, env: EnvOption = None, json: JsonOption = False) -> None:
    """Registered tables, and which of them have no contract.

    Those that Strata registered, with locations below the warehouse.
    """
    from json import dumps

    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.inspect.catalog import catalog_entries
    from etl_core.plan.catalogued import orphans
    from etl_core.report.catalog import entries_as_dicts, print_entries

    loaded = load(project, env)
    entries = catalog_entries(loaded)
    lost = orphans(entries, loaded.tables)
    if json:
        typer.echo(dumps(entries_as_dicts(entries, lost), indent=1, ensure_ascii=False))
    else:
        print_entries(entries, lost, Console(highlight=False))


@command.command("drop-orphans")
def drop_orphans(*, project: ProjectOption, env: EnvOption = None, go: GoOption = None) -> None:
    """Remove entries that have no contract; asks first.

    Those of renamed or removed tables. Files stay.

    An Iceberg table is found by its entry alone: the metadata file that is shown brings it back
    (Iceberg's procedure `register_table`).
    """
    from rich.console import Console

    from etl_core.config.loader import load
    from etl_core.inspect.catalog import catalog_entries, forget
    from etl_core.plan.catalogued import orphans
    from etl_core.report.catalog import print_lost

    console = Console(highlight=False)
    loaded = load(project, env)
    lost = orphans(catalog_entries(loaded), loaded.tables)
    if not lost:
        console.print("every entry has a contract")
        return
    print_lost(lost, console)
    if typer.confirm(f"Remove {len(lost)} from the catalog?") if go is None else go:
        forget(loaded, lost)
        console.print(f"removed {len(lost)}")
    else:
        console.print("nothing was changed")
