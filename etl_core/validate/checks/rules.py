"""DQDL rules: they parse, an engine evaluates them, and they fit the columns that the contract declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.names import SYSTEM_PREFIX
from etl_core.plan.columns import added_columns
from etl_core.validate.families import column_families
from etl_core.validate.where import in_text
from quality.dqdl import DqdlError, fit_problems, parse_loosely, problems, rule_problems
from quality.dqdl.composites import composite_problems
from quality.dqdl.conditions import Place


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        quality = table.config.quality
        for path, text in (("quality.rules", quality.rules), ("quality.table_rules", quality.table_rules)):
            if text is not None:
                for mistake in _ruleset(table, path, text):
                    where = in_text(table, path, mistake.line, mistake.column)
                    yield Problem(where.file, where.line, where.column, mistake.message, mistake.hint)


def _ruleset(table: Table, path: str, text: str) -> Iterator[DqdlError]:
    yield from problems(text)
    try:
        ruleset = parse_loosely(text)
    except DqdlError:
        return  # its syntax error is among the problems
    if table.config.quality.composites == "row":
        yield from composite_problems(ruleset)
    sound = [leaf for leaf in ruleset.leaves() if not rule_problems(leaf)]
    types = column_families(table)
    declared = tuple(column.name for column in table.config.columns)
    if declared:
        added = added_columns(table) if path == "quality.table_rules" else ()
        for rule in sound:
            yield from _columns(rule.rule_type, rule.column_places(), (*declared, *added))
        for analyzer in ruleset.analyzers:
            yield from _columns(analyzer.analyzer_type, analyzer.column_places(), (*declared, *added))
    for rule in sound:
        yield from fit_problems(rule, types)


def _columns(kind: str, named: Iterable[tuple[str, Place]], declared: tuple[str, ...]) -> Iterator[DqdlError]:
    for name, place in named:
        if name not in declared and not name.startswith(SYSTEM_PREFIX):
            hint = did_you_mean(name, declared) or f"columns: {', '.join(declared)}"
            yield DqdlError.at(place, f"{kind}: no declared column `{name}`", hint)
