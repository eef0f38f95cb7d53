"""Mistakes in the rulesets of a contract, at their places in its file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Table
from etl_core.validate.where import in_text
from quality.dqdl import DqdlError


def ruleset_problems(table: Table, mistakes: Callable[[str, str], Iterable[DqdlError]]) -> Iterator[Problem]:
    """`mistakes`: what is wrong with the ruleset at a path of the contract, given as (path, text)."""
    quality = table.config.quality
    for path, text in (("quality.rules", quality.rules), ("quality.table_rules", quality.table_rules)):
        if text is not None:
            for mistake in mistakes(path, text):
                where = in_text(table, path, mistake.line, mistake.column)
                yield Problem(where.file, where.line, where.column, mistake.message, mistake.hint)
