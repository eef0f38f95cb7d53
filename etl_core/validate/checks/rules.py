"""DQDL rules: they parse, an engine evaluates them, and they fit the columns that the contract declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.names import SYSTEM_PREFIX
from etl_core.plan.columns import added_columns
from etl_core.validate.families import column_families
from etl_core.validate.in_rules import ruleset_problems
from quality.dqdl import DqdlError, fit_problems, read
from quality.dqdl.conditions import Place
from quality.dqdl.types import RULE_TYPES
from quality.engines.support import refusals


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from ruleset_problems(table, partial(_ruleset, table, project.environment.rule_engine))


def _ruleset(table: Table, engine: str, path: str, text: str) -> Iterator[DqdlError]:
    reading = read(text)
    yield from reading.mistakes
    yield from refusals(reading, engine, table.config.quality.composites)
    declared = tuple(column.name for column in table.config.columns)
    if not declared:
        return
    added = added_columns(table) if path == "quality.table_rules" else ()
    for rule in reading.sound:
        yield from _columns(rule.rule_type, rule.column_places(), (*declared, *added))
    for analyzer in reading.ruleset.analyzers:
        yield from _columns(analyzer.analyzer_type, analyzer.column_places(), (*declared, *added))
    types = column_families(table)
    analyzers = [analyzer.as_rule() for analyzer in reading.ruleset.analyzers]
    for rule in (*reading.sound, *(one for one in analyzers if one.rule_type in RULE_TYPES)):
        yield from fit_problems(rule, types)


def _columns(kind: str, named: Iterable[tuple[str, Place]], declared: tuple[str, ...]) -> Iterator[DqdlError]:
    for name, place in named:
        if name not in declared and not name.startswith(SYSTEM_PREFIX):
            hint = did_you_mean(name, declared) or f"columns: {', '.join(declared)}"
            yield DqdlError.at(place, f"{kind}: no declared column `{name}`", hint)
