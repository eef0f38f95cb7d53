"""What a rule engine does, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from etl_core.state.models import Verdict
from quality.dqdl import Ruleset
from quality.earlier import NOTHING, Earlier

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RULES_FAILED = "_strata_rules_failed"  # array<string>: texts of the rules a row failed, empty for a good row
Composites = Literal["dataset", "row"]  # how `and` and `or` are evaluated: `quality.composites`


@dataclass(frozen=True)
class Evaluation:
    """Verdicts in the order of the rules, and which rows failed.

    row_failures: all rows of the judged frame with all their columns, and RULES_FAILED; None when no row
    failed a rule or rows were not asked for. It is lazy, and reads the judged frame again.
    unjudged: indexes of the rules that failed because they could not be evaluated (a column is missing, the
    SQL is wrong), so that nothing is known about single rows.
    """

    verdicts: tuple[Verdict, ...]
    row_failures: DataFrame | None = None
    unjudged: frozenset[int] = frozenset()


class Engine(Protocol):
    """Judges a frame by a ruleset. It writes nothing and leaves the frame's session as it found it."""

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        earlier: Earlier = NOTHING,
    ) -> Evaluation:
        """One verdict a rule; `rows` also asks which rows failed the row-level rules.

        `composites`: whether composites combine the verdicts of their parts or judge row by row. `earlier`:
        what dynamic rules and DetectAnomalies compare with. Raises QualityError when the ruleset as a whole
        cannot be evaluated.
        """
        ...
