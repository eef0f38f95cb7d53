"""Every module of the code, as `ast` sees it: what it imports, and when."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("etl_core", "transforms", "quality", "jobs")


@dataclass(frozen=True)
class Import:
    """`module` as written, for `from a import b`: `a.b` if that is a module of ours, else `a`."""

    module: str
    line: int
    at_top: bool  # executed when the module is imported


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def where(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Module, ...]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = {_name(path) for path in paths}
    return tuple(_module(path, names) for path in paths)


def parse(name: str, path: Path, text: str, names: set[str]) -> Module:
    tree = ast.parse(text)
    return Module(name, path, text, tree, tuple(_imports(tree, names)))


def _module(path: Path, names: set[str]) -> Module:
    return parse(_name(path), path, path.read_text("utf-8"), names)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.Module, names: set[str]) -> Iterator[Import]:
    for node, at_top in _statements(tree.body, at_top=True):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, at_top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield Import(longer if longer in names else node.module, node.lineno, at_top)


def _statements(body: list[ast.stmt], *, at_top: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement but those under `if TYPE_CHECKING`, which never run."""
    for node in body:
        yield node, at_top
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from _statements(node.orelse, at_top=at_top)
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(node, part, []), at_top=at_top and not inside)
        for handler in getattr(node, "handlers", []):
            yield from _statements(handler.body, at_top=at_top and not inside)
