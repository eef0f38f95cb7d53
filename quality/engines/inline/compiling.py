"""From the rules of a ruleset to checks on one frame; what cannot be compiled has its answer already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql.types import DataType, StructType

from etl_core.names import SYSTEM_PREFIX, quote
from quality.answer import Answer, unjudged
from quality.dqdl import Rule
from quality.dynamic import unresolved
from quality.earlier import NOTHING, Earlier
from quality.engines.inline.check import Check
from quality.engines.inline.frame import Column, Frame, UnjudgeableError
from quality.engines.inline.gather import ERRORS, reason
from quality.engines.inline.guard import Guard
from quality.engines.inline.rules import load
from quality.engines.inline.supported import problems


@dataclass(frozen=True)
class Compiled:
    """By the text of the rule: what is to be asked, and what is known without asking."""

    checks: dict[str, Check] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


def compiled(leaves: Iterable[Rule], df: DataFrame, now: datetime, earlier: Earlier = NOTHING) -> Compiled:
    """`leaves`: resolved rules, none of them a composite; equal ones are compiled once."""
    frame, guard, found = frame_of(df, now, earlier), Guard(df.sparkSession), Compiled()
    for text, rule in {leaf.text: leaf for leaf in leaves}.items():
        try:
            found.checks[text] = _check(rule, frame, guard)
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
    check = load().get(rule.rule_type).compile(rule, frame)
    if check.query:
        guard.query(check.query)
    return check


def frame_of(df: DataFrame, now: datetime, earlier: Earlier = NOTHING) -> Frame:
    """Its columns without the `_strata_*` ones, and the fields of its structs by their dotted names."""
    visible = [one for one in df.schema.fields if not one.name.startswith(SYSTEM_PREFIX)]
    fields: dict[str, Column] = {}
    for one in visible:
        _add_fields(one.name, quote(one.name), one.dataType, fields)
    return Frame({one.name: one.dataType.simpleString() for one in visible}, now, fields, earlier)


def _add_fields(name: str, sql: str, kind: DataType, found: dict[str, Column]) -> None:
    if not isinstance(kind, StructType):
        return
    for one in kind.fields:
        inner, path = f"{name}.{one.name}", f"{sql}.{quote(one.name)}"
        found[inner] = Column(path, one.dataType.simpleString())
        _add_fields(inner, path, one.dataType, found)
