"""Rules judged by a pass that somebody else makes say what they say by themselves; so do proved ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from quality_frames import frame, lean
from quality_rules import CORPUS

from quality.dqdl import Ruleset, parse
from quality.earlier import Earlier
from quality.engine import RULES_FAILED, Evaluation, Foreseen
from quality.engines.auto import AutoEngine
from quality.engines.inline.engine import InlineEngine
from quality.failing import with_failures
from quality.known import Known

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
ENGINE = InlineEngine(lambda: NOW)
COMPOSITES = [
    '(IsComplete "s") or (ColumnValues "i" > 0)',
    '(IsComplete "s") and (ColumnValues "i" > 0) and (RowCount > 2)',
    '(ColumnValues "i" > 0) or (ColumnLength "s" > 1)',
    '(IsComplete "gone") or (IsComplete "key")',
    '(IsComplete "gone") or (IsComplete "s")',
    'ColumnValues "i" > 0 with threshold > 0.5',
    'ColumnValues "i" > -100 where "i is not null" with threshold > 0.5',
    'IsComplete "gone"',
    'ColumnValues "s" > 3',
]


@pytest.fixture
def session(table_session: SparkSession) -> SparkSession:
    return lean(table_session, "America/New_York")


def rules_of(name: str) -> Ruleset:
    """All of the corpus about a frame that needs no query of its own."""
    texts = [rule for one, whole, rows in CORPUS if one == name for rule in (*whole, *rows)]
    texts = [*texts, *(COMPOSITES if name == "people" else [])]
    return parse(f"Rules = [ {', '.join(rule for rule in texts if not rule.startswith('CustomSql'))} ]")


def seen(df: DataFrame, foreseen: Foreseen, rows: DataFrame) -> Evaluation:
    """The evaluation from what is observed while `df` is written."""
    observation = Observation()
    asked = {"read": "COUNT(1)", **foreseen.aggregates}
    columns = [F.expr(sql).alias(name) for name, sql in asked.items()]
    df.observe(observation, *columns).write.format("noop").mode("overwrite").save()
    return foreseen.conclude(observation.get, rows)


def named(foreseen: Foreseen, evaluation: Evaluation, df: DataFrame) -> dict[str, set[int]]:
    """Keys of the rows that fail, by rule, as a batch takes them out."""
    told = [
        (one.rule, one.fails)
        for one in foreseen.conditions
        if one.always or evaluation.verdicts[one.index].outcome == "failed"
    ]
    return by_rule(with_failures(df, told) if told else None)


def by_rule(rows: DataFrame | None) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in rows.select("key", RULES_FAILED).collect() if rows is not None else []:
        for text in row[RULES_FAILED]:
            found.setdefault(text, set()).add(row["key"])
    return found


@pytest.mark.parametrize("only", ["TRUE", "key % 2 = 0", "key > 100"])
@pytest.mark.parametrize("name", ["people", "empty", "numbers", "times", "names"])
def test_a_pass_that_writes_says_what_a_pass_for_the_rules_says(
    session: SparkSession, name: str, only: str
) -> None:
    df, ruleset = frame(name, session), rules_of(name)
    judged = df.where(only)
    alone = ENGINE.evaluate(judged, ruleset, rows=True)
    foreseen = ENGINE.foresee(df, ruleset, only=only)
    assert foreseen is not None
    if name == "empty":  # Spark may never tell what it saw of no rows
        row = df.agg(*[F.expr(sql).alias(key) for key, sql in foreseen.aggregates.items()]).collect()[0]
        together = foreseen.conclude(row.asDict(), df)
    else:
        together = seen(df, foreseen, df)
    assert together.verdicts == alone.verdicts
    assert together.unjudged == alone.unjudged
    beside = {ruleset.rules[index].text for index in foreseen.beside}
    expected = {rule: keys for rule, keys in by_rule(alone.row_failures).items() if rule not in beside}
    assert named(foreseen, together, df) == expected


EARLIER = Earlier(
    {
        ("RowCount", "Dataset.*.RowCount"): (6.0, 3.0, 3.0),
        ('Mean "i"', "Column.i.Mean"): (5.0, 5.0, 5.0),
        ('Uniqueness "i"', "Column.i.Uniqueness"): (1.0, 1.0, 1.0),
        ('ColumnValues "i" > 0', "Column.i.ColumnValues.GoodRows"): (0.5, 0.75),
    }
)
# four rows, of which `i` is 2, 4, 0 and -8 -> what becomes of the rule
LOOKING_BACK = {
    "RowCount >= avg(last(3))": "passed",  # 4 of 4
    "RowCount > avg(last(3))": "failed",
    "RowCount > index(last(4), 3)": "failed",  # there is none
    'DetectAnomalies "RowCount"': "passed",
    'DetectAnomalies "Mean" "i"': "failed",  # -0.5 where 5 is usual
    'DetectAnomalies "Uniqueness" "i"': "passed",
    'ColumnValues "i" > 0 with threshold >= last()': "passed",  # a half of a half
    'ColumnValues "i" > 0 with threshold >= max(last(2))': "failed",
    '(RowCount > last()) or (DetectAnomalies "RowCount")': "passed",
}


def test_rules_that_look_back_are_resolved_before_the_pass(session: SparkSession) -> None:
    df, only = frame("people", session), "key % 2 = 0"
    ruleset = parse(f"Rules = [ {', '.join(LOOKING_BACK)} ]")
    foreseen = ENGINE.foresee(df, ruleset, only=only, known=Known(earlier=EARLIER))
    assert foreseen is not None
    found = seen(df, foreseen, df)
    assert {one.rule: one.outcome for one in found.verdicts} == LOOKING_BACK
    assert {one.rows for one in found.verdicts} == {4}
    assert found.unjudged == {2}
    measured = {(one.of, one.metric): one.value for verdict in found.verdicts for one in verdict.measured}
    assert [measured[key] for key in EARLIER.results] == [4.0, -0.5, 1.0, 0.5]
    assert named(foreseen, found, df) == {
        rule: {6, 8} for rule in LOOKING_BACK if rule.startswith("ColumnValues")
    }
    alone = ENGINE.evaluate(df.where(only), ruleset, rows=True, known=Known(earlier=EARLIER))
    assert found == replace(alone, row_failures=None)


def test_what_cannot_be_foreseen_is_left_to_a_pass_of_its_own(session: SparkSession) -> None:
    df = frame("people", session)

    def foresee(text: str, **how: str) -> Foreseen | None:
        return ENGINE.foresee(df, parse(f"Rules = [ {text} ]"), only="TRUE", **how)  # type: ignore[arg-type]

    assert foresee('IsComplete "i", CustomSql "select count(*) from primary" > 0') is None
    assert foresee('(IsComplete "i") or (IsComplete "s")', composites="row") is None
    plain = foresee('IsComplete "i"', composites="row")
    assert plain is not None
    assert (plain.reads_rows, plain.beside) == (False, frozenset())
    grouped = foresee('IsComplete "i", IsUnique "i", Entropy "i" > 0')
    assert grouped is not None
    assert (grouped.reads_rows, grouped.beside) == (True, {1})


def test_auto_foresees_only_what_one_engine_takes(session: SparkSession) -> None:
    df = frame("people", session)
    deequ = 'ColumnValues "d" > "2023-06-01" with timeZone = "UTC"'
    inline, both = parse('Rules = [ IsComplete "i" ]'), parse(f'Rules = [ IsComplete "i", {deequ} ]')
    assert AutoEngine().foresee(df, inline, only="TRUE") is not None
    assert AutoEngine().foresee(df, both, only="TRUE") is None


UNIQUE = (
    'IsUnique "key", IsPrimaryKey "key", Uniqueness "key" = 1.0, UniqueValueRatio "key" > 0.5, '
    'DistinctValuesCount "key" = 8, Entropy "KEY" > 2, IsUnique "key" "s", '
    'IsUnique "key" where "i > 1", Uniqueness "key" > 0.1 where "i > 100"'
)


def jobs(df: DataFrame, rules: str, unique: tuple[str, ...]) -> tuple[int, Evaluation]:
    context = df.sparkSession.sparkContext
    group = f"{rules} {unique}"
    context.setJobGroup(group, "what rules cost")
    found = ENGINE.evaluate(df, parse(f"Rules = [ {rules} ]"), rows=True, known=Known(unique=unique))
    context.setJobGroup("", "")
    return len(context.statusTracker().getJobIdsForGroup(group)), found


def test_what_is_known_to_be_unique_is_not_grouped(session: SparkSession) -> None:
    df = frame("people", session).localCheckpoint()
    cost, proved = jobs(df, UNIQUE, ("KEY",))
    dear, counted = jobs(df, UNIQUE, ())
    assert proved == counted
    assert {one.outcome for one in proved.verdicts} == {"passed"}
    assert (cost, dear) == (1, 2)


def test_only_sets_with_all_of_the_key_are_proved(session: SparkSession) -> None:
    df = frame("people", session).localCheckpoint()
    _, found = jobs(df, 'IsUnique "i", IsUnique "key", IsPrimaryKey "i" "key"', ("i", "key"))
    assert [one.outcome for one in found.verdicts] == ["failed", "passed", "failed"]
    assert jobs(df, 'IsUnique "key"', ("gone",))[0] == 1  # a column that is not there proves nothing
