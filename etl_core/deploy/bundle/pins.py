"""Which packages, in which exact versions, a runtime lacks: a closure over the metadata installed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from etl_core.deploy.bundle.runtimes import TargetRuntime
from etl_core.errors import ConfigError


@dataclass(frozen=True)
class Pins:
    """name -> version: what must be `shipped`, and what the runtime is relied on for (`preinstalled`)."""

    shipped: dict[str, str]
    preinstalled: dict[str, str]


def pins(requirements: Iterable[Requirement], runtime: TargetRuntime) -> Pins:
    """The closure of `requirements`, in the versions that are installed here.

    What the runtime has is left to it, unless a version that is shipped needs another one. Raises
    ConfigError for a package that is not installed here, or in a version that was not asked for.
    """
    closure = _Closure(runtime)
    for requirement in requirements:
        closure.add(requirement)
    return Pins(dict(sorted(closure.shipped.items())), dict(sorted(closure.left.items())))


@dataclass
class _Closure:
    runtime: TargetRuntime
    shipped: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, SpecifierSet] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)  # package and one of its extras, or ""

    def add(self, requirement: Requirement) -> None:
        name = canonicalize_name(requirement.name)
        self.wanted[name] = self.wanted.get(name, SpecifierSet()) & requirement.specifier
        has = self.runtime.preinstalled.get(name)
        if has is not None and name not in self.shipped and self.wanted[name].contains(has):
            self.left[name] = has
            return
        found = _installed(name)
        if not self.wanted[name].contains(found.version, prereleases=True):
            message = f"{name} {found.version} is installed, but {name}{self.wanted[name]} is needed"
            raise ConfigError(message, hint=f"pip install '{name}{self.wanted[name]}'")
        self.left.pop(name, None)
        self.shipped[name] = found.version
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in self.seen:
                self.seen.add((name, extra))
                for one in applying(found.requires or (), self.runtime, (extra,)):
                    self.add(one)


def applying(
    lines: Iterable[str], runtime: TargetRuntime, extras: Collection[str] = ("",)
) -> list[Requirement]:
    """Those of a package's `Requires-Dist` that hold on `runtime` with one of `extras`."""
    environment = {
        "python_version": runtime.python,
        "python_full_version": f"{runtime.python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": runtime.machine,
    }
    asked = [Requirement(line) for line in lines]
    return [
        one
        for one in asked
        if one.marker is None or any(one.marker.evaluate({**environment, "extra": extra}) for extra in extras)
    ]


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        message = f"{name} goes along to the runtime, in the version installed here, and none is"
        raise ConfigError(message, hint=f"pip install {name}") from None
