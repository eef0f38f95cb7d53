"""From the rules of a ruleset to checks on one frame; what cannot be compiled has its answer already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql.types import DataType, StructType

from etl_core.names import SYSTEM_PREFIX, quote
from quality.answer import Answer, unjudged
from quality.dqdl import Rule
from quality.dynamic import unresolved
from quality.engines.broken import ERRORS, reason
from quality.engines.guard import Guard
from quality.engines.inline.analyzers import analyzed
from quality.engines.inline.check import Check
from quality.engines.inline.frame import Column, Frame
from quality.engines.inline.proved import key_of, proved
from quality.engines.inline.rules import load
from quality.engines.inline.supported import problems
from quality.engines.refusals import UnjudgeableError
from quality.known import UNKNOWN, Known


@dataclass(frozen=True)
class Compiled:
    """By the text of the rule: what is to be asked, and what is known without asking."""

    checks: dict[str, Check] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def without(self, broken: Mapping[str, str]) -> Compiled:
        """With answers in place of checks for what cannot be asked: rule -> why."""
        checks = {text: check for text, check in self.checks.items() if text not in broken}
        return Compiled(checks, self.answers | {text: unjudged(why) for text, why in broken.items()})


def compiled(
    leaves: Iterable[Rule],
    df: DataFrame,
    now: datetime,
    known: Known = UNKNOWN,
    *,
    only: str = "",
) -> Compiled:
    """`leaves`: resolved rules, none of them a composite; equal ones are compiled once. The rest: as `Engine`
    has it."""
    others = {name: frame_of(other, now) for name, other in known.references.items()}
    frame = replace(frame_of(df, now), only=only, earlier=known.earlier, references=others)
    guard, found = Guard(df.sparkSession, others), Compiled()
    key = key_of(known.unique, frame)
    for text, rule in {leaf.text: leaf for leaf in leaves}.items():
        try:
            found.checks[text] = proved(_check(rule, frame, guard), key)
        except ERRORS as error:
            found.answers[text] = unjudged(reason(error))
    return found


def _check(rule: Rule, frame: Frame, guard: Guard) -> Check:
    refused = next(iter(problems(rule)), None)
    if refused:
        raise UnjudgeableError(f"{refused[0]} is not supported by the inline engine: {refused[1]}")
    if why := unresolved(rule):
        raise UnjudgeableError(why)
    if rule.where:
        guard.where(rule.where)
    check = analyzed(rule, frame) if rule.measures else load().get(rule.rule_type).compile(rule, frame)
    for query in check.queries:
        guard.query(query)
    return check


def frame_of(df: DataFrame, now: datetime) -> Frame:
    """Its columns without the `_strata_*` ones, and the fields of its structs by their dotted names."""
    visible = [one for one in df.schema.fields if not one.name.startswith(SYSTEM_PREFIX)]
    fields: dict[str, Column] = {}
    for one in visible:
        _add_fields(one.name, quote(one.name), one.dataType, fields)
    columns = {one.name: one.dataType.simpleString() for one in visible}
    return Frame(columns, now, fields)


def _add_fields(name: str, sql: str, kind: DataType, found: dict[str, Column]) -> None:
    if not isinstance(kind, StructType):
        return
    for one in kind.fields:
        inner, path = f"{name}.{one.name}", f"{sql}.{quote(one.name)}"
        found[inner] = Column(path, one.dataType.simpleString())
        _add_fields(inner, path, one.dataType, found)
