"""Sizes: modules to 250 lines, functions to 60, 8 parameters. And what must not stand anywhere."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from modules import ROOT, Module, modules

MODULE_LINES, FUNCTION_LINES, PARAMETERS = 250, 60, 8
# Session objects are handed over, never kept in a module: tables run in sessions of their own.
SESSION_MAKERS = {"getOrCreate", "newSession", "create_session", "table_session", "getActiveSession"}
# Paths of a machine (but for the user of Glue's image), mirrors' hosts, unfinished work.
BANNED = re.compile(
    r"/(?:root|home)/(?!hadoop/)[a-z.]"
    r"|https?://[^/\s]*(?:maven|pypi|artifactory|nexus|jfrog)"
    r"|\bTODO\b|\bFIXME\b|NotImplementedError"
)
# A test that does not run proves nothing. The one exception fails in CI and shouts elsewhere.
SKIPS = re.compile(r"pytest\.skip|mark\.skip|mark\.xfail")
MAY_SKIP = {"tests/integration/test_berka.py"}
TEXT = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".txt", ".properties", ".lark", ".j2", ".html", ""}


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_modules_are_small() -> None:
    sizes = {module.where: module.text.count("\n") for module in modules()}
    assert {where: lines for where, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_functions_are_small() -> None:
    long = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        for node in functions(module)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_functions_take_few_parameters() -> None:
    many = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        for node in functions(module)
        if len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs) > PARAMETERS
    ]
    assert many == []


def test_no_module_keeps_a_spark_session() -> None:
    kept = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for call in ast.walk(node.value)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in SESSION_MAKERS
    ]
    assert kept == []


def test_no_exception_is_swallowed() -> None:
    swallowed = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(one, ast.Pass) for one in node.body)
    ]
    assert swallowed == []


def project_files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).suffix in TEXT and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in names
        if ROOT / name != Path(__file__)  # which lists the words
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_machine_or_is_unfinished() -> None:
    assert lines_with(BANNED, project_files()) == []


def test_no_test_is_skipped() -> None:
    tests = [name for name in project_files() if name.startswith("tests/") and name not in MAY_SKIP]
    assert lines_with(SKIPS, tests) == []


@pytest.mark.parametrize("text", ["see /home/me/x", "# TODO later", "http://nexus.example"])
def test_banned_words_are_found(text: str) -> None:
    assert BANNED.search(text)
