"""Find commands without importing them: their names, and the first line of their help by `ast`."""

from __future__ import annotations

import ast
import pkgutil
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from etl_core.cli import commands
from etl_core.errors import ConfigError

ENTRY_POINTS = "strata.commands"  # name -> module, for commands of installed packages
# The order of a user's day; commands that are not listed follow by name.
_ORDER = (
    "init",
    "demo",
    "validate",
    "plan",
    "run",
    "backfill",
    "status",
    "history",
    "show",
    "quarantine",
    "requeue",
    "profile",
    "suggest",
    "state",
    "rewind",
    "build",
)


@dataclass(frozen=True)
class FoundCommand:
    """A module that defines `command`: a function, or a typer app of subcommands."""

    name: str
    module: str

    def summary(self) -> str:
        """The first line of the docstring of `command`, of the module's where that is no function; read
        from the source."""
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:
            return ""
        tree = ast.parse(Path(spec.origin).read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == "command":
                return (ast.get_docstring(node) or "").partition("\n")[0]
        return (ast.get_docstring(tree) or "").partition("\n")[0]


def find_commands() -> tuple[FoundCommand, ...]:
    """Every module of `etl_core.cli.commands`, and what installed packages add.

    Raises ConfigError if two have one name.
    """
    found = [
        FoundCommand(module.name.replace("_", "-"), f"{commands.__name__}.{module.name}")
        for module in pkgutil.iter_modules(commands.__path__)
    ]
    found += [FoundCommand(entry.name, entry.value) for entry in entry_points(group=ENTRY_POINTS)]
    names = [command.name for command in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ConfigError(f"command {min(twice)!r} is registered twice", hint="rename one of the two")
    return tuple(sorted(found, key=_rank))


def _rank(command: FoundCommand) -> tuple[int, str]:
    return (_ORDER.index(command.name) if command.name in _ORDER else len(_ORDER), command.name)
