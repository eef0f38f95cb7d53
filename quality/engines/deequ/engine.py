"""Rules evaluated by Deequ through pydeequ, in the session of the frame that is judged."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from etl_core.errors import QualityError
from quality.answer import Answer, unjudged, verdict
from quality.dqdl import Rule, Ruleset
from quality.dynamic import resolved, unresolved
from quality.engine import Composites, Evaluation
from quality.engines import ENGINES
from quality.engines.deequ.answers import Answers, conclude
from quality.engines.deequ.questions import ROW_COUNT, counts_good_rows, questions
from quality.engines.deequ.rows import failed_rows, good_shares
from quality.engines.forbidden import forbidden
from quality.engines.guard import Guard
from quality.engines.outcomes import read_answer
from quality.engines.views import named_views, visible
from quality.known import UNKNOWN, Known, References

# pydeequ reads this while it is imported
os.environ.setdefault("SPARK_VERSION", ".".join(pyspark.__version__.split(".")[:2]))
from pydeequ.dqdl import EvaluateDataQuality

_OF_SCHEMA = ("ColumnCount", "ColumnNamesMatchPattern", "DatasetMatch", "SchemaMatch")
_HINT = "check the columns and the SQL of its rules"
_BY_ROW = unjudged("composites row by row are not supported by the deequ engine")


@dataclass(frozen=True)
class _Asked:
    """spelling: question -> Deequ's text for it; rows: the frame with Deequ's arrays of rule texts."""

    answers: Mapping[str, Answer]
    spelling: Mapping[str, str]
    rows: DataFrame | None


class DeequEngine:
    """Judges with two Spark jobs a ruleset, and three more for each column set that has to be unique.

    Rules do not see the `_strata_*` columns; row_failures keeps them.
    """

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Evaluation:
        """See `Engine`. Several threads may evaluate at once, each a frame of its own session.

        It judges no composite row by row: with `composites="row"` these fail, and say so. It counts what
        is known to be unique all the same.
        """
        others = {name: visible(one) for name, one in known.references.items()}
        try:
            with named_views(df, others, ruleset):
                return self._evaluate(df, resolved(ruleset, known.earlier), rows, composites, others)
        except (Py4JError, PySparkException) as error:
            first = str(getattr(error, "java_exception", None) or error).splitlines()[0]
            raise QualityError(f"the rules could not be evaluated: {first}", hint=_HINT) from error

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> None:
        """Deequ reads the rows itself."""

    def _evaluate(
        self, df: DataFrame, ruleset: Ruleset, rows: bool, composites: Composites, others: References
    ) -> Evaluation:
        unasked = _unasked(ruleset, Guard(df.sparkSession, others))
        leaves = [leaf for leaf in ruleset.leaves() if leaf.text not in unasked]
        shared = [leaf for leaf in leaves if counts_good_rows(leaf)]
        schema = [leaf for leaf in leaves if leaf.rule_type in _OF_SCHEMA]
        data = [leaf for leaf in leaves if leaf.rule_type not in _OF_SCHEMA]
        with_rows = bool(shared) or (rows and any(rule.row_level for rule in ruleset.rules))
        asked = _ask(df, [ROW_COUNT, *_questions(data)], with_rows, others)
        of_schema = _ask(visible(df), _questions(schema), False, others).answers if schema else {}
        shares = good_shares(asked.rows, shared, asked.spelling) if asked.rows else {}
        answers = Answers({**asked.answers, **of_schema}, shares, _row_count(asked.answers), unasked)
        by_row = composites == "row"
        found = [_BY_ROW if by_row and rule.parts else conclude(rule, answers) for rule in ruleset.rules]
        bad = [
            rule
            for rule, answer in zip(ruleset.rules, found, strict=True)
            if rule.row_level and answer is not _BY_ROW and (rule.has_threshold or not answer.passed)
            if not any(leaf.text in unasked for leaf in rule.leaves())
        ]
        return Evaluation(
            verdicts=tuple(
                verdict(rule, answer, answers.rows) for rule, answer in zip(ruleset.rules, found, strict=True)
            ),
            row_failures=failed_rows(asked.rows, df.columns, bad, asked.spelling)
            if rows and bad and asked.rows
            else None,
            unjudged=frozenset(index for index, answer in enumerate(found) if not answer.judged),
        )


def _unasked(ruleset: Ruleset, guard: Guard) -> dict[str, str]:
    """By their texts why leaves are not asked."""
    found = {leaf.text: unresolved(leaf) or forbidden(leaf, guard) for leaf in ruleset.leaves()}
    return {text: why for text, why in found.items() if why}


def _questions(leaves: Sequence[Rule]) -> list[str]:
    return list(dict.fromkeys(question for leaf in leaves for question in questions(leaf)))


def _ask(df: DataFrame, asked: Sequence[str], with_rows: bool, others: References) -> _Asked:
    session, text = df.sparkSession, f"Rules = [ {', '.join(asked)} ]"
    jvm: Any = session._jvm
    parser = jvm.com.amazon.deequ.dqdl.util.DefaultDQDLParser
    rules = parser.parse(text).getRules()
    spelling = {question: rules.get(index).toString() for index, question in enumerate(asked)}
    rows = None
    if with_rows:
        frames = EvaluateDataQuality.processRows(session, df, text, dict(others))
        outcomes, rows = frames["ruleOutcomes"], frames["rowLevelOutcomes"]
    else:
        outcomes = EvaluateDataQuality.process(session, df, text, dict(others))
    found = {
        row.Rule: read_answer("Deequ", row.Outcome, row.FailureReason, row.EvaluatedMetrics)
        for row in outcomes.collect()
    }
    unknown = Answer(passed=False, reason="Deequ gave no answer", judged=False)
    return _Asked({question: found.get(spelling[question], unknown) for question in asked}, spelling, rows)


def _row_count(answers: Mapping[str, Answer]) -> int | None:
    count = answers[ROW_COUNT].metrics.get("Dataset.*.RowCount")
    return None if count is None else int(count)


ENGINES.add("deequ", DeequEngine())
