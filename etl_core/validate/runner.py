"""Configuration problems and those of every check, together and sorted."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl_core.config.loader import load_with_problems
from etl_core.config.problems import Problem
from etl_core.config.project import Project
from etl_core.validate import checks

Check = Callable[[Project], Iterable[Problem]]


def validate(root: Path, environment: str | None = None) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project under `root` in `environment` (None: its default) and all that is wrong with it.

    Only a project without problems is fit to be planned and run. Imports no Spark and no job.
    """
    with _collector_paused():
        project, problems = load_with_problems(root, environment)
        found = set(problems)
        if project is not None:
            for check in all_checks():
                found.update(check(project))
    return project, tuple(sorted(found))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A project is a heap that only grows while it is read: a fifth of the time went into searching
    it for garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def all_checks() -> Iterator[Check]:
    for module in pkgutil.iter_modules(checks.__path__):
        check: Check = importlib.import_module(f"{checks.__name__}.{module.name}").check
        yield check
