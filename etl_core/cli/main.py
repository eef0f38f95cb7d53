"""`strata`: finds the command that was named and imports only that one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from etl_core.cli.discovery import FoundCommand, find_commands
from etl_core.cli.failure import guarded, tell_plainly
from etl_core.errors import ConfigError, EtlError
from etl_core.version import __version__

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
# Help as plain text: rich would be half of the time `strata --help` takes.
_PLAIN: Any = {"add_completion": False, "rich_markup_mode": None, "context_settings": _CONTEXT}


class CommandGroup(TyperGroup):
    """Lists stand-ins that only know their help; the real command is built when it is invoked."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.found = {command.name: command for command in find_commands()}
        for command in self.found.values():
            self.commands[command.name] = TyperCommand(command.name, help=command.summary())

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(self.found[name]) if name in self.found else command, rest


def load_command(found: FoundCommand) -> Any:
    """Import a command's module and build the command from its typer function, or from its own app
    (a command with subcommands)."""
    command = import_module(found.module).command
    app = typer.Typer(pretty_exceptions_enable=False, **_PLAIN)
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=found.name)
        return typer.main.get_group(app).commands[found.name]
    app.command(found.name)(command)
    return typer.main.get_command(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"strata {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=CommandGroup,
    name="strata",
    help="Raw to enriched with checked tables: one contract a table, one command to run them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    **_PLAIN,
)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    from etl_core.runtime.logging import configure

    configure()


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""

    def invoke() -> int:
        app(args=None if argv is None else list(argv), prog_name="strata")
        return 0

    sys.exit(guarded(invoke, _tell))


def _tell(error: EtlError) -> None:
    """Problems of a project as `strata validate` shows them: the line, and a caret under the fault."""
    if not (isinstance(error, ConfigError) and error.problems and error.root):
        tell_plainly(error)
        return
    from rich.console import Console

    from etl_core.validate.show import print_problems

    console = Console(stderr=True, highlight=False)
    print_problems(sorted(error.problems), error.root, console)
    console.print(f"error: {error}", style="red", markup=False)
