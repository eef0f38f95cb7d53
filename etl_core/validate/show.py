"""Problems on a terminal, grouped by file, each with its line and a caret; and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from etl_core.config.problems import Problem

GUTTER = 6  # columns for line numbers


def print_problems(problems: Iterable[Problem], root: Path, console: Console) -> None:
    """`root` is the project's folder: the lines shown are read from its files."""
    for file, group in groupby(problems, key=lambda problem: problem.file):
        console.print(Text(file, style="bold"))
        lines = _lines(root / file)
        for problem in group:
            _print(problem, lines, console)
        console.print()


def as_dicts(problems: Iterable[Problem]) -> list[dict[str, str | int]]:
    return [
        {"file": p.file, "line": p.line, "column": p.column, "message": p.message, "hint": p.hint}
        for p in problems
    ]


def _print(problem: Problem, lines: list[str], console: Console) -> None:
    place = f"{problem.line}:{problem.column}" if problem.line else "-"
    console.print(Text.assemble((f"{place:>{GUTTER}}  ", "cyan"), (problem.message, "red")), soft_wrap=True)
    if 0 < problem.line <= len(lines):
        # A tab is one column to the parser; it must be one here too.
        shown = lines[problem.line - 1].replace("\t", " ")
        console.print(Text(f"{'':>{GUTTER}}| {shown}", style="dim"), overflow="ellipsis", no_wrap=True)
        if problem.column < console.width - GUTTER - 2:
            console.print(Text(f"{'':>{GUTTER}}| {'':>{problem.column - 1}}^", style="red"))
    if problem.hint:
        console.print(Text(f"{'':>{GUTTER}}  {problem.hint}", style="green"), soft_wrap=True)


def _lines(path: Path) -> list[str]:
    """Of a file that may be missing or unreadable: then the message stands alone."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []
