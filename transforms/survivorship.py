"""Which of several values for one thing survives."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from etl_core.errors import TransformError
from etl_core.names import quote
from etl_core.registry import closest_hint

RULES = ("preferred_system", "newest")


def survivor(
    column: str, rule: str, *, preferred: str, system: str, updated_at: str, reference: str
) -> Column:
    """Aggregate: the value of `column` that survives by `rule`; NULL only if all values are NULL.

    `newest`: the value with the greatest `updated_at`. `preferred_system`: one of the system called
    `preferred` if it has any, the newest otherwise. Ties go to the greatest `reference`.
    Raises TransformError for an unknown rule.
    """
    if rule not in RULES:
        raise TransformError(f"unknown survivorship rule {rule!r}", hint=closest_hint(rule, RULES))
    newest = [F.col(quote(updated_at)), F.col(quote(reference))]
    first = [F.col(quote(system)) == preferred] if rule == "preferred_system" else []
    value = F.col(quote(column))
    # max_by passes over rows whose ordering is NULL: values that are NULL cannot win.
    return F.max_by(value, F.when(value.isNotNull(), F.struct(*first, *newest))).alias(column)
