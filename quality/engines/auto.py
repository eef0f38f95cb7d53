"""One evaluation out of several: each rule by the first engine that takes it, in the order of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from etl_core.state.models import Verdict
from quality import engines
from quality.answer import unjudged, verdict
from quality.dqdl import Rule, Ruleset
from quality.engine import RULES_FAILED, Composites, Evaluation, Foreseen
from quality.engines.support import AUTO, PREFERENCE, engine_for
from quality.known import UNKNOWN, Known

_NOBODY = unjudged("no rule engine evaluates this rule")
_BEFORE = "_strata_rules_failed_before"  # what other engines found of a row; no rule sees it


@dataclass(frozen=True)
class _Part:
    """The rules at `indexes` of a ruleset, for one engine."""

    engine: str
    indexes: tuple[int, ...]


class AutoEngine:
    """An engine is imported when a rule needs it."""

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Evaluation:
        """See `Engine`. Where several engines name rows, each looks at the rows that the one before gave."""
        nobody = [verdict(rule, _NOBODY) for rule in ruleset.rules]
        verdicts: dict[int, Verdict] = dict(enumerate(nobody))
        unknown, frame = set(verdicts), df
        for part in _parts(ruleset.rules, composites):
            own = Ruleset(tuple(ruleset.rules[index] for index in part.indexes))
            found = engines.get(part.engine).evaluate(
                frame, own, rows=rows, composites=composites, known=known
            )
            verdicts |= zip(part.indexes, found.verdicts, strict=True)
            unknown -= {index for at, index in enumerate(part.indexes) if at not in found.unjudged}
            if found.row_failures is not None:
                frame = _carried(found.row_failures)
        named = _BEFORE in frame.columns
        return Evaluation(
            verdicts=tuple(verdicts[index] for index in range(len(verdicts))),
            row_failures=_in_order(frame, ruleset.rules) if named else None,
            unjudged=frozenset(unknown),
        )

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Foreseen | None:
        """See `Engine`. None unless one engine takes all the rules."""
        parts = _parts(ruleset.rules, composites)
        if len(parts) != 1 or len(parts[0].indexes) < len(ruleset.rules):
            return None
        engine = engines.get(parts[0].engine)
        return engine.foresee(df, ruleset, only=only, composites=composites, known=known)


def _parts(rules: Sequence[Rule], composites: Composites) -> list[_Part]:
    """Deequ comes first: it numbers the rows, and that is cheaper below what is added to them."""
    chosen = [engine_for(rule, AUTO, composites) for rule in rules]
    return [
        _Part(name, tuple(index for index, one in enumerate(chosen) if one == name))
        for name in reversed(PREFERENCE)
        if name in chosen
    ]


def _carried(rows: DataFrame) -> DataFrame:
    """The rules that a row failed under the name for the next engine."""
    if _BEFORE not in rows.columns:
        return rows.withColumnRenamed(RULES_FAILED, _BEFORE)
    return rows.withColumn(_BEFORE, F.concat(_BEFORE, RULES_FAILED)).drop(RULES_FAILED)


def _in_order(rows: DataFrame, rules: Sequence[Rule]) -> DataFrame:
    """RULES_FAILED, which names the rules as the ruleset does."""
    texts = F.array(*(F.lit(text) for text in dict.fromkeys(rule.text for rule in rules)))
    return rows.withColumn(RULES_FAILED, F.array_intersect(texts, _BEFORE)).drop(_BEFORE)


engines.ENGINES.add(AUTO, AutoEngine())
