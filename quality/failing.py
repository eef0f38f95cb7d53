"""Which rows fail which rules, as conditions on a row."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from quality.engine import RULES_FAILED


def any_of(conditions: Iterable[str]) -> str:
    """SQL that holds where one of the conditions does."""
    return " OR ".join(f"({one})" for one in conditions) or "FALSE"


def with_failures(df: DataFrame, conditions: Iterable[tuple[str, str]]) -> DataFrame:
    """`df` and RULES_FAILED, made of the texts of rules whose condition (SQL) holds; one at least."""
    texts = [F.when(F.expr(fails), F.lit(rule)) for rule, fails in conditions]
    return df.select("*", F.array_compact(F.array(*texts)).alias(RULES_FAILED))
