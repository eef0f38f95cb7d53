"""Which rows fail which rule, from the arrays of rule texts that Glue puts beside each row.

Glue has three arrays: rules that the row passed, failed, and that were skipped for it. A row is good only
where the first names the rule; what `where` leaves out is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from etl_core.errors import QualityError
from etl_core.names import quote
from quality.dqdl import Rule
from quality.engine import RULES_FAILED

_PASSED, _FAILED = "DataQualityRulesPass", "DataQualityRulesFail"
_UNSAID = "Glue does not say which rows fail it"
_HINT = "set `rule_engine: auto`, and tell the maintainers what the table looks like"


@dataclass(frozen=True)
class Named:
    """A rule, Glue's text for it, and the text that reports have."""

    rule: Rule
    spelt: str
    text: str


def failing(
    rows: DataFrame | None, judged: DataFrame, bad: Mapping[int, Named]
) -> tuple[DataFrame | None, dict[int, str]]:
    """All that was judged with RULES_FAILED, lazily, and why of some rules, by their index, it is not known
    which rows fail them: those are not named. None if none are. One Spark job.

    Raises QualityError where `rows` are not those that were judged.
    """
    if rows is None:
        return None, dict.fromkeys(bad, _UNSAID)
    _check(rows, judged)
    said = _doubts(rows, bad)
    sure = [named for index, named in bad.items() if index not in said]
    return (_failed_rows(rows, judged.columns, sure) if sure else None), said


def _check(rows: DataFrame, judged: DataFrame) -> None:
    """Nothing is taken out, or published, that Glue gave back in another shape."""
    types = {one.name: one.dataType.simpleString() for one in rows.schema.fields}
    other = [one.name for one in judged.schema.fields if types.get(one.name) != one.dataType.simpleString()]
    other += [name for name in (_PASSED, _FAILED) if types.get(name) != "array<string>"]
    if other:
        raise QualityError(f"the rows that Glue gave back lack {', '.join(sorted(other))}", hint=_HINT)


def _failed_rows(rows: DataFrame, columns: Iterable[str], bad: Iterable[Named]) -> DataFrame:
    """`columns` of every row, and RULES_FAILED."""
    failures = [F.when(_fails(one), F.lit(one.text)) for one in bad]
    own = (F.col(quote(column)) for column in columns)
    return rows.select(*own, F.array_compact(F.array(*failures)).alias(RULES_FAILED))


def _doubts(rows: DataFrame, bad: Mapping[int, Named]) -> dict[int, str]:
    """Nothing of rules where it is known."""
    asked = [F.max(one) for named in bad.values() for one in _facts(named)]
    found = rows.agg(*asked).collect()[0]
    said: dict[int, str] = {}
    for place, (index, named) in enumerate(bad.items()):
        judged, mentioned, failing = found[3 * place : 3 * place + 3]
        if judged and not mentioned:
            said[index] = _UNSAID
        elif judged and not failing and not named.rule.has_threshold:
            said[index] = "Glue says that it failed, but of no row"
    return said


def _facts(named: Named) -> tuple[Column, Column, Column]:
    """Of a row: whether the rule judges it, Glue says something about it, it fails."""
    return _in_scope(named.rule), _mentioned(named.spelt), _fails(named)


def _mentioned(spelt: str) -> Column:
    return F.array_contains(_PASSED, spelt) | F.array_contains(_FAILED, spelt)


def _fails(named: Named) -> Column:
    bad = _in_scope(named.rule) & ~F.array_contains(_PASSED, named.spelt)
    if named.rule.rule_type == "IsUnique":  # NULLs are not compared with each other
        bad &= reduce(or_, (F.col(quote(name)).isNotNull() for name in named.rule.columns))
    return bad


def _in_scope(rule: Rule) -> Column:
    return F.coalesce(F.expr(rule.where), F.lit(False)) if rule.where else F.lit(True)
