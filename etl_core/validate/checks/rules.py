"""DQDL rules: they parse, their types exist, and they name columns the contract declares."""

from __future__ import annotations

from collections.abc import Iterator

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.names import SYSTEM_PREFIX
from etl_core.plan.columns import added_columns
from etl_core.validate.where import in_text
from quality.dqdl import DqdlError, Rule, parse, problems


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        quality = table.config.quality
        for path, text in (("quality.rules", quality.rules), ("quality.table_rules", quality.table_rules)):
            if text is not None:
                yield from _ruleset(table, path, text)


def _ruleset(table: Table, path: str, text: str) -> Iterator[Problem]:
    mistakes = problems(text)
    for mistake in mistakes:
        yield _problem(table, path, mistake, mistake.message, mistake.hint)
    declared = tuple(column.name for column in table.config.columns)
    if declared and not mistakes:
        added = added_columns(table) if path == "quality.table_rules" else ()
        for rule in parse(text).leaves():
            yield from _columns(table, path, rule, (*declared, *added))


def _columns(table: Table, path: str, rule: Rule, declared: tuple[str, ...]) -> Iterator[Problem]:
    for name in rule.columns:
        if name not in declared and not name.startswith(SYSTEM_PREFIX):
            hint = did_you_mean(name, declared) or f"columns: {', '.join(declared)}"
            message = f"{rule.rule_type}: no declared column `{name}`"
            yield _problem(table, path, rule, message, hint)


def _problem(table: Table, path: str, at: Rule | DqdlError, message: str, hint: str) -> Problem:
    where = in_text(table, path, at.line, at.column)
    return Problem(where.file, where.line, where.column, message, hint)
