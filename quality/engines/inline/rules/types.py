"""ColumnDataType: whether the values of a text column can be cast to a type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quality.answer import Answer
from quality.dqdl import Rule
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import rows_answer
from quality.engines.inline.sql import all_of, count_if, scope
from quality.engines.refusals import Refusal

_TYPES = {
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "INTEGER": "INT",
    "DOUBLE": "DOUBLE",
    "FLOAT": "FLOAT",
    "LONG": "BIGINT",
}
_DECIMAL = re.compile(r"DECIMAL\(\d{1,2}, ?\d{1,2}\)")


def _column_data_type(rule: Rule, frame: Frame) -> Check:
    """A value is of the type if the cast of it is not NULL, so a NULL is of none."""
    (name,) = rule.columns
    assert rule.condition is not None
    wanted, judged = _type(rule), scope(rule, frame)
    cast = f"TRY_CAST({frame.simple(name).sql} AS {wanted})"
    fits = f"{cast} IS {'NOT ' if rule.condition.operator == '=' else ''}NULL"
    rows, bad = count_if(judged), count_if(all_of(judged, f"NOT ({fits})"))

    def conclude(facts: Facts) -> Answer:
        count, failed = facts.count(rows), facts.count(bad)
        metrics = {f"Column.{name}.ColumnDataType.Compliance": 1 - failed / count} if count else {}
        return rows_answer(rule, failed, count, metrics)

    return Check(conclude, (rows, bad))


def _type(rule: Rule) -> str | None:
    assert rule.condition is not None
    name = str(rule.condition.operands[0].value).upper()
    return _TYPES.get(name) or (name if _DECIMAL.fullmatch(name) else None)


def _refused(rule: Rule) -> Iterator[Refusal]:
    assert rule.condition is not None
    if rule.condition.operator not in ("=", "!="):
        yield f"ColumnDataType {rule.condition.operator}", 'write for example ColumnDataType "name" = "Date"'
    elif _type(rule) is None:
        name = rule.condition.operands[0].text
        yield f"the type {name}", f"valid: {', '.join(_TYPES)}, DECIMAL(10,2)"


RULES.add("ColumnDataType", RuleKind(_column_data_type, _refused, "with `=` and `!=`, without `format`"))
