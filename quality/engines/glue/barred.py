"""Rules that Glue is not asked: it cannot evaluate them, or they are more than rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyspark.sql import DataFrame

from quality.dqdl import Rule
from quality.dynamic import unresolved
from quality.engine import Composites
from quality.engines.forbidden import forbidden
from quality.engines.guard import Guard
from quality.engines.support import engine_for
from quality.known import References


def barred(
    rules: Sequence[Rule], df: DataFrame, composites: Composites, references: References
) -> dict[int, str]:
    """Why, by the index of a rule. `rules`: resolved. Nothing runs."""
    guard = Guard(df.sparkSession, references)
    found = {index: next(_reasons(rule, composites, guard), "") for index, rule in enumerate(rules)}
    return {index: why for index, why in found.items() if why}


def _reasons(rule: Rule, composites: Composites, guard: Guard) -> Iterator[str]:
    if engine_for(rule, "glue", composites) is None:
        yield "the glue engine does not evaluate this rule"
    for leaf in rule.leaves():
        if why := unresolved(leaf) or forbidden(leaf, guard):
            yield why
