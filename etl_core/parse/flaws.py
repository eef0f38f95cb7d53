"""The column `_strata_errors`: NULL for a row that is fine, which nearly all are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

ERRORS_TYPE = "array<struct<column:string,value:string,reason:string>>"
MISSING = "missing value"


@dataclass(frozen=True)
class Check:
    """`typed` and `raw` are columns of one frame; `reason` "" if a value always parses; `relaxed`
    is where this column cannot make its row bad (None: nowhere)."""

    name: str
    typed: SparkColumn
    raw: SparkColumn | None
    reason: str
    required: bool
    relaxed: SparkColumn | None = None

    def fails(self) -> SparkColumn:
        if self.raw is None or self.required:
            bad = self.typed.isNull()
        else:
            bad = self.typed.isNull() & self.raw.isNotNull()
        return bad if self.relaxed is None else bad & ~self.relaxed

    def error(self) -> SparkColumn:
        if self.raw is None or not self.reason:
            return _error(self.name, F.lit(None), F.lit(MISSING))
        text = self.raw.cast("string")
        return _error(self.name, text, F.when(self.raw.isNull(), MISSING).otherwise(self.reason))


def errors(checks: Sequence[Check], problem: SparkColumn | None, line: SparkColumn | None) -> SparkColumn:
    """The errors of a row, in the order of `checks`. A record that could not be split has one, with
    the whole line as its value: what its columns hold then means nothing.

    The list is built only for a row with an error; the others pay one test a column.
    """
    result = F.lit(None).cast(ERRORS_TYPE)
    if checks:
        found = F.array(*(F.when(check.fails(), check.error()) for check in checks))
        any_bad = reduce(or_, (check.fails() for check in checks))
        result = F.when(any_bad, F.filter(found, lambda error: error.isNotNull()).cast(ERRORS_TYPE))
    if problem is None:
        return result
    whole = F.array(_error(None, line if line is not None else F.lit(None), problem)).cast(ERRORS_TYPE)
    return F.when(problem.isNotNull(), whole).otherwise(result)


def _error(column: str | None, value: SparkColumn, reason: SparkColumn) -> SparkColumn:
    return F.struct(
        F.lit(column).cast("string").alias("column"),
        value.cast("string").alias("value"),
        reason.cast("string").alias("reason"),
    )
