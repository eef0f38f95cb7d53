"""Job scripts, read by `ast`: nothing of a project's code is imported to validate or plan it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl_core.config.problems import Problem
from etl_core.config.project import JobScript

FOLDER = "jobs"
RUN = "run"  # the parameter that takes the run's logical time and parameters
_EXAMPLE = '@table("{name}") above the function'


@dataclass
class Jobs:
    """Scripts by the table their path names; `broken` are those tables whose script has problems."""

    scripts: dict[str, JobScript] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def read_jobs(root: Path) -> Jobs:
    """Every jobs/<layer>/<table>.py whose path has no part that begins with `_` or `.`."""
    jobs = Jobs()
    for path in sorted((root / FOLDER).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        parts = Path(file).parts[1:]
        if any(part.startswith(("_", ".")) for part in parts):
            continue
        if len(parts) != 2:
            hint = "begin its name with _ if it is no job"
            jobs.problems.append(Problem(file, 0, 0, "a job stands at jobs/<layer>/<table>.py", hint))
            continue
        _read(path, file, f"{parts[0]}.{path.stem}", jobs)
    return jobs


def _read(path: Path, file: str, table: str, jobs: Jobs) -> None:
    problems: list[Problem] = []
    script = None
    try:
        tree = ast.parse(path.read_bytes(), filename=file)
    except SyntaxError as error:
        line, column = error.lineno or 0, max(error.offset or 1, 1)
        problems.append(Problem(file, line, column, f"not Python: {error.msg}"))
    except ValueError as error:  # a null byte
        problems.append(Problem(file, 0, 0, f"not Python: {error}"))
    else:
        script = _script(tree, path, file, table, problems)
    if script is not None:
        jobs.scripts[table] = script
    if problems:
        jobs.broken.add(table)
    jobs.problems.extend(problems)


def _script(tree: ast.Module, path: Path, file: str, table: str, problems: list[Problem]) -> JobScript | None:
    found = list(_decorated(tree))
    if not found:
        problems.append(
            Problem(file, 0, 0, "no function is decorated with @table", _EXAMPLE.format(name=table))
        )
        return None
    for _, extra in found[1:]:
        hint = f"the first is in line {found[0][1].lineno}; one script makes one table"
        problems.append(_at(file, extra, "a second function is decorated with @table", hint))
    function, decorator = found[0]
    name = _argument(decorator)
    if name is None:
        problems.append(_at(file, decorator, "@table takes one text", _EXAMPLE.format(name=table)))
    elif name != table:
        hint = f'write @table("{table}") or move the script to {FOLDER}/{name.replace(".", "/")}.py'
        problems.append(
            _at(file, decorator, f"the script stands where `{table}` does but names `{name}`", hint)
        )
    problems.extend(_shape(function, file))
    names = tuple(argument.arg for argument in (*function.args.args, *function.args.kwonlyargs))
    inputs = tuple(name for name in names if name != RUN)
    return JobScript(path, table, function.name, inputs, RUN in names, function.lineno)


def _decorated(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if _is_table(decorator.func if isinstance(decorator, ast.Call) else decorator):
                    yield node, decorator


def _is_table(expression: ast.expr) -> bool:
    """`table` or `etl_core.table`."""
    if isinstance(expression, ast.Attribute):
        return expression.attr == "table" and isinstance(expression.value, ast.Name)
    return isinstance(expression, ast.Name) and expression.id == "table"


def _argument(decorator: ast.expr) -> str | None:
    if isinstance(decorator, ast.Call) and len(decorator.args) == 1 and not decorator.keywords:
        argument = decorator.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
    return None


def _shape(function: ast.FunctionDef | ast.AsyncFunctionDef, file: str) -> Iterator[Problem]:
    """Inputs arrive by name, so every parameter must be a named one."""
    if isinstance(function, ast.AsyncFunctionDef):
        yield _at(file, function, "a job cannot be `async`", "write `def`")
    arguments = function.args
    for argument in (*arguments.posonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None:
            message = f"parameter `{argument.arg}` cannot be passed by name"
            yield _at(file, argument, message, "name each input as a plain parameter")


def _at(file: str, node: ast.expr | ast.arg | ast.stmt, message: str, hint: str) -> Problem:
    return Problem(file, node.lineno, node.col_offset + 1, message, hint)
