"""Named things found by scanning a package and by entry points: sources, sinks, commands, checks."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from etl_core.errors import ConfigError

T = TypeVar("T")


class Registry(Generic[T]):
    """Name -> thing. A duplicate name raises, an unknown one raises with the closest matches."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> T:
        if name in self._items and self._items[name] is not item:
            raise ConfigError(f"{self.kind} {name!r} is registered twice", hint="rename one of the two")
        self._items[name] = item
        return item

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator form of `add`."""
        return lambda item: self.add(name, item)

    def get(self, name: str) -> T:
        try:
            return self._items[name]
        except KeyError:
            raise ConfigError(
                f"unknown {self.kind} {name!r}", hint=closest_hint(name, self.names())
            ) from None

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._items))

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def items(self) -> Iterator[tuple[str, T]]:
        yield from sorted(self._items.items())


def closest_hint(name: str, valid: tuple[str, ...]) -> str:
    """`did you mean 'x'?` where something is close, the list of valid names otherwise."""
    match = get_close_matches(name, valid, n=1, cutoff=0.6)
    return f"did you mean {match[0]!r}?" if match else f"valid: {', '.join(valid) or 'none'}"


def scan(package: str, *, leaf: str = "") -> None:
    """Import every module of `package` so that each registers itself; `leaf` names one module of
    every sub-package instead (`capabilities` of each sink folder, without the sink's engine)."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        if leaf and not module.ispkg:
            continue
        importlib.import_module(f"{package}.{module.name}" + (f".{leaf}" if leaf else ""))


def load_extensions(group: str, packages: tuple[str, ...]) -> None:
    """Import user packages named in `extensions:` and those installed under an entry-point group."""
    for entry in entry_points(group=group):
        entry.load()
    for package in packages:
        importlib.import_module(package)
        scan(package)
