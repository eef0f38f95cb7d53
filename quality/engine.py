"""What a rule engine does, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from etl_core.state.models import Verdict
from quality.dqdl import Ruleset
from quality.known import UNKNOWN, Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

RULES_FAILED = "_strata_rules_failed"  # array<string>: texts of the rules a row failed, empty for a good row
Composites = Literal["dataset", "row"]  # how `and` and `or` are evaluated: `quality.composites`
Values = Mapping[str, float | None]


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


@dataclass(frozen=True)
class RowCondition:
    """`fails`: SQL, never NULL: which rows fail the rule at `index` of its ruleset, the rows that are not
    judged never. `always`: failing rows are named even where the rule as a whole holds."""

    index: int
    rule: str
    fails: str
    always: bool


@dataclass(frozen=True)
class Foreseen:
    """What rules have to know of rows that somebody is about to read anyway.

    aggregates: name -> SQL over all rows of that pass. conditions: of the rules that judge each row by
    itself. beside: indexes of rules that name failing rows, but only beside the others: which, `evaluate`
    tells. reads_rows: `conclude` needs the judged rows as well. conclude: the values of the aggregates, and
    the judged rows or None -> the evaluation; it names no rows.
    """

    aggregates: Mapping[str, str]
    conditions: tuple[RowCondition, ...]
    beside: frozenset[int]
    reads_rows: bool
    conclude: Callable[[Values, DataFrame | None], Evaluation]


class Engine(Protocol):
    """Judges a frame by a ruleset. It writes nothing and leaves the frame's session as it found it."""

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Evaluation:
        """One verdict a rule; `rows` also asks which rows failed the row-level rules.

        `composites`: whether composites combine the verdicts of their parts or judge row by row. Raises
        QualityError when the ruleset as a whole cannot be evaluated.
        """
        ...

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Foreseen | None:
        """The same verdicts out of a pass over `df` that is yet to come; None where that cannot be, and
        `evaluate` has to be asked. No job runs. `only`: SQL, never NULL: which rows are judged."""
        ...
