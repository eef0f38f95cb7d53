"""What rules compare with: datasets that the contract declares, and columns that these have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from etl_core.config.problems import Problem
from etl_core.config.project import Project, Table
from etl_core.config.wording import did_you_mean
from etl_core.plan.columns import added_columns
from etl_core.validate.in_rules import ruleset_problems
from etl_core.validate.where import problem
from quality.dqdl import DqdlError, Rule, read
from quality.dqdl.naming import PRIMARY, Elsewhere


def check(project: Project) -> Iterator[Problem]:
    for table in project.tables.values():
        yield from _names(table)
        yield from ruleset_problems(table, partial(_mistakes, project, table))


def _names(table: Table) -> Iterator[Problem]:
    """Queries know the judged rows as `primary`, and do not tell small letters from capitals."""
    seen = {PRIMARY: "is the name of the judged rows"}
    for name in table.config.quality.references:
        if name.lower() in seen:
            message = f"reference `{name}` {seen[name.lower()]}"
            yield problem(table, f"quality.references.{name}", message, "give it another name")
        seen[name.lower()] = "is named twice"


def _mistakes(project: Project, table: Table, _path: str, text: str) -> Iterator[DqdlError]:
    reading, references = read(text), table.config.quality.references
    sources = reading.ruleset.sources
    for name in sources.additional if sources else ():
        if name not in references:
            section = next(one for one in reading.ruleset.sections if one.name == "DataSources")
            yield DqdlError.at(section, *_undeclared(name, references))
    for rule in reading.sound:
        for named in rule.elsewhere():
            place = rule.places[named.index]
            if named.dataset not in references:
                yield DqdlError.at(place, *_undeclared(named.dataset, references))
            elif other := project.tables.get(references[named.dataset]):
                for message, hint in _missing(rule, named, other):
                    yield DqdlError.at(place, message, hint)


def _undeclared(name: str, references: dict[str, str]) -> tuple[str, str]:
    near = did_you_mean(name, tuple(references))
    return f"there is no reference `{name}`", near or f"declare it: references: {{{name}: <layer>.<table>}}"


def _missing(rule: Rule, named: Elsewhere, other: Table) -> Iterator[tuple[str, str]]:
    declared = tuple(column.name for column in other.config.columns)
    for column in named.columns if declared else ():
        if column not in (*declared, *added_columns(other)):
            message = f"{rule.rule_type}: {other.name} declares no column `{column}`"
            yield message, did_you_mean(column, declared) or f"columns: {', '.join(declared)}"
