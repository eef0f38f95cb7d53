"""Everything that checks ask about a frame, in the fewest passes; one bad question harms no other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from quality.engines.broken import ERRORS, reason
from quality.engines.inline.check import Check, Facts, Grouping, Groups
from quality.engines.inline.groups import count_groups, grouped
from quality.engines.inline.scan import scan, scanned
from quality.engines.refusals import UnjudgeableError

ROWS = "COUNT(1)"  # counted wherever anything is
Q = TypeVar("Q", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Gathered:
    """`broken`: name of a check -> why its questions could not be answered."""

    facts: Facts
    broken: Mapping[str, str]


def gather(df: DataFrame, checks: Mapping[str, Check]) -> Gathered:
    """Answers to the questions of all checks, which are known by a name each."""
    asked = {name: check.aggregates for name, check in checks.items()}
    counted = {name: (ROWS, *aggregates) if aggregates else () for name, aggregates in asked.items()}
    values, bad_values = _answered(counted, partial(scanned, df), partial(scan, df))
    groups, bad_groups = gather_groups(df, checks)
    numbers: dict[str, float | None] = {}
    broken = bad_values | bad_groups
    for name, check in checks.items():
        found, bad = _isolated({name: check.queries}, partial(_numbers, df.sparkSession))
        numbers, broken = numbers | found, broken | bad
    return Gathered(Facts(values, groups, numbers), broken)


def gather_groups(
    df: DataFrame, checks: Mapping[str, Check]
) -> tuple[dict[Grouping, Groups], dict[str, str]]:
    """Answers to the questions about groups, and why there are none (by the name of a check)."""
    wanted = {name: check.groupings for name, check in checks.items()}
    return _answered(wanted, partial(grouped, df), partial(count_groups, df))


def unfit(df: DataFrame, checks: Mapping[str, Check]) -> dict[str, str]:
    """Why aggregates of a check do not fit the frame, by its name; found without a job."""
    _, found = _isolated(
        {name: check.aggregates for name, check in checks.items()}, partial(_planned, partial(scanned, df))
    )
    return found


def _answered(
    wanted: Mapping[str, Sequence[Q]],
    plan: Callable[[Sequence[Q]], DataFrame],
    ask: Callable[[Sequence[Q]], dict[Q, V]],
) -> tuple[dict[Q, V], dict[str, str]]:
    """What does not fit the frame is found in the plan, so that no job runs twice for it."""
    _, misfits = _isolated(wanted, partial(_planned, plan))
    answers, broken = _isolated({name: one for name, one in wanted.items() if name not in misfits}, ask)
    return answers, misfits | broken


def _planned(plan: Callable[[Sequence[Q]], DataFrame], questions: Sequence[Q]) -> dict[Q, None]:
    plan(questions)
    return dict.fromkeys(questions)


def _isolated(
    wanted: Mapping[str, Sequence[Q]], ask: Callable[[Sequence[Q]], dict[Q, V]]
) -> tuple[dict[Q, V], dict[str, str]]:
    """All at once; where that fails, in halves, until what fails stands alone."""
    asked = {name: questions for name, questions in wanted.items() if questions}
    if not asked:
        return {}, {}
    try:
        return ask(list(dict.fromkeys(chain.from_iterable(asked.values())))), {}
    except ERRORS as error:
        if len(asked) == 1:
            return {}, {name: reason(error) for name in asked}
    names = list(asked)
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    answers: dict[Q, V] = {}
    broken: dict[str, str] = {}
    for half in halves:
        found, bad = _isolated({name: asked[name] for name in half}, ask)
        answers, broken = answers | found, broken | bad
    return answers, broken


def _numbers(spark: SparkSession, queries: Sequence[str]) -> dict[str, float | None]:
    return {sql: _one_number(spark, sql) for sql in queries}


def _one_number(spark: SparkSession, sql: str) -> float | None:
    result = spark.sql(sql)
    rows = result.limit(2).collect()
    if len(rows) != 1 or len(result.columns) != 1:
        count = f"{len(result.columns)} columns" if len(result.columns) != 1 else f"{len(rows) or 'no'} rows"
        raise UnjudgeableError(
            f"the query gives {count}{' or more' if len(rows) > 1 else ''}, not one number"
        )
    value = rows[0][0]
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return None if value is None else float(value)
    raise UnjudgeableError(f"the query gives {value!r}, which is no number")
