"""Rules evaluated by Glue Data Quality, in a Glue job, which shows the results in the Glue console.

How it is asked is `Known.glue`: this package knows nothing of AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from threading import Lock

from pyspark.sql import DataFrame

from quality.answer import Answer, unjudged, verdict
from quality.dqdl import Rule, Ruleset
from quality.dynamic import in_numbers, resolved
from quality.engine import Composites, Evaluation
from quality.engines import ENGINES
from quality.engines.glue.answers import holds_without_rows, row_count
from quality.engines.glue.asking import Found, ask
from quality.engines.glue.barred import barred
from quality.engines.glue.rows import Named, failing
from quality.engines.views import visible
from quality.known import UNKNOWN, Known

# what these find depends on which columns there are: they never see the `_strata_*` ones
_SEE_COLUMNS = ("ColumnCount", "ColumnNamesMatchPattern", "CustomSql", "DatasetMatch", "SchemaMatch")
_Rules = Mapping[int, Rule]  # by their index in the ruleset
_Answers = dict[int, Answer]


class GlueEngine:
    """See the module. Rules do not see the `_strata_*` columns; row_failures keeps them."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()  # Glue has one name, in all sessions, under which queries find the rows

    def evaluate(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        rows: bool,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> Evaluation:
        """See `Engine`. One result is published, under `known.subject`; where failing rows are asked for, one
        more, of the rules that look at all columns, under `SUBJECT.columns`. Raises EtlError outside of Glue.
        """
        asked = resolved(ruleset, known.earlier).rules
        refused = barred(asked, df, composites, known.references)
        rules = {index: in_numbers(rule) for index, rule in enumerate(asked) if index not in refused}
        with_rows = rows and any(rule.row_level for rule in rules.values())
        main, apart = _divided(rules) if with_rows else (rules, {})
        seen = visible(df)
        ask_for = partial(ask, known=known, labels=ruleset.default_labels, by_row=composites == "row")
        with self._one_at_a_time:
            found = ask_for(df if with_rows else seen, main, context=known.subject)
            beside = ask_for(seen, apart, context=f"{known.subject}.columns")
        answers = {**found.answers, **beside.answers} | {i: unjudged(why) for i, why in refused.items()}
        answers |= _of_no_rows(df, rules, answers)
        bad = _bad(ruleset, main, answers, found) if with_rows else {}
        failures, doubts = failing(found.rows, df, bad) if bad else (None, {})
        for index, why in doubts.items():
            answers[index] = replace(answers[index], passed=False, judged=False, reason=why)
        return _evaluation(ruleset, answers, row_count(rules, answers), failures)

    def foresee(
        self,
        df: DataFrame,
        ruleset: Ruleset,
        *,
        only: str,
        composites: Composites = "dataset",
        known: Known = UNKNOWN,
    ) -> None:
        """Glue reads the rows itself."""


def _divided(rules: _Rules) -> tuple[_Rules, _Rules]:
    """Those that may be asked of the rows with all their columns, and those that may not."""
    apart = {
        index: rule
        for index, rule in rules.items()
        if any(leaf.rule_type in _SEE_COLUMNS for leaf in rule.leaves())
    }
    return {index: rule for index, rule in rules.items() if index not in apart}, apart


def _of_no_rows(df: DataFrame, rules: _Rules, answers: _Answers) -> _Answers:
    """Rules that hold where there are no rows, if there are none and Glue says nothing else about them."""
    failed = [
        index
        for index, rule in rules.items()
        if not answers[index].passed and answers[index].judged and holds_without_rows(rule)
    ]
    return dict.fromkeys(failed, Answer(passed=True)) if failed and df.isEmpty() else {}


def _bad(ruleset: Ruleset, rules: _Rules, answers: _Answers, found: Found) -> dict[int, Named]:
    """Rules of which failing rows have to be known."""
    return {
        index: Named(rule, found.spelt[index], ruleset.rules[index].text)
        for index, rule in rules.items()
        if rule.row_level and answers[index].judged and (rule.has_threshold or not answers[index].passed)
        if index in found.spelt
    }


def _evaluation(
    ruleset: Ruleset, answers: _Answers, count: int | None, failures: DataFrame | None
) -> Evaluation:
    return Evaluation(
        verdicts=tuple(verdict(rule, answers[index], count) for index, rule in enumerate(ruleset.rules)),
        row_failures=failures,
        unjudged=frozenset(index for index, answer in answers.items() if not answer.judged),
    )


ENGINES.add("glue", GlueEngine())
