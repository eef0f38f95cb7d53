"""The judged rows as a whole against another dataset: RowCountMatch, AggregateMatch, SchemaMatch."""

from __future__ import annotations

from etl_core.names import quote
from quality.answer import Answer
from quality.dqdl import Rule
from quality.dqdl.naming import PRIMARY, Aggregate, aggregate_of
from quality.engines.inline.check import RULES, Check, Facts, RuleKind
from quality.engines.inline.frame import Frame
from quality.engines.inline.judging import number
from quality.engines.inline.sql import exact

_ROWS = "COUNT(1)"


def _row_count_match(rule: Rule, frame: Frame) -> Check:
    (dataset,) = rule.parameters
    frame.reference(dataset)
    condition, query = rule.condition, f"SELECT {_ROWS} FROM {quote(dataset)}"  # noqa: S608 - quoted
    assert condition is not None

    def conclude(facts: Facts) -> Answer:
        share = _quotient(facts.count(_ROWS), facts.numbers[query] or 0.0)
        name = f"the number of rows, as a share of those of `{dataset}`,"
        return number(name, share, condition, metric=f"Dataset.{dataset}.RowCountMatch")

    return Check(conclude, (_ROWS,), queries=(query,))


def _quotient(part: float, whole: float) -> float | None:
    """Nothing is as much as nothing; more than nothing has no share in it."""
    return part / whole if whole else None if part else 1.0


def _aggregate_match(rule: Rule, frame: Frame) -> Check:
    first, second = map(aggregate_of, rule.parameters)
    condition = rule.condition
    assert first is not None
    assert second is not None
    assert condition is not None
    asked = [(one.dataset == PRIMARY, _sql(one, frame)) for one in (first, second)]
    columns = dict.fromkeys((first.column, second.column))

    def conclude(facts: Facts) -> Answer:
        part, whole = ((facts.values if own else facts.numbers)[sql] or 0.0 for own, sql in asked)
        ratio = part / whole if whole else 0.0 if part else 1.0
        name = f"{rule.parameters[0]} by {rule.parameters[1]}"
        return number(
            name, ratio, condition, metric=f"Column.{','.join(columns)}.AggregateMatch", rounded=True
        )

    return Check(
        conclude,
        tuple(sql for own, sql in asked if own),
        queries=tuple(sql for own, sql in asked if not own),
    )


def _sql(aggregate: Aggregate, frame: Frame) -> str:
    """Of the judged rows an aggregate, of others a query."""
    own = aggregate.dataset == PRIMARY
    column = (frame if own else frame.reference(aggregate.dataset)).number(aggregate.column)
    sql = f"CAST({aggregate.function.upper()}({exact(column)}) AS DOUBLE)"
    return sql if own else f"SELECT {sql} FROM {quote(aggregate.dataset)}"  # noqa: S608 - quoted


def _schema_match(rule: Rule, frame: Frame) -> Check:
    """The share of columns that the other dataset has with the same name and type; 0 where it has more or
    fewer columns."""
    (dataset,) = rule.parameters
    other = frame.reference(dataset).columns
    condition = rule.condition
    assert condition is not None
    alike = [name for name, kind in frame.columns.items() if other.get(name) == kind]
    whole = len(frame.columns) if len(frame.columns) == len(other) else 0
    share = len(alike) / whole if whole else 0.0
    name = f"the share of columns that are alike in `{dataset}`"
    found = number(name, share, condition, metric=f"Dataset.{dataset}.SchemaMatch")
    return Check(lambda _: found)


RULES.add("RowCountMatch", RuleKind(_row_count_match))
RULES.add("AggregateMatch", RuleKind(_aggregate_match))
RULES.add("SchemaMatch", RuleKind(_schema_match))
