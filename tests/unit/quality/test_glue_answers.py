"""From Glue's outcomes to verdicts: what it says of rules, and what it leaves unsaid. No Spark, no Glue.

The shapes are those of "Evaluate data quality in ETL jobs" in the AWS Glue Developer Guide, whose texts of
rules are spelt as the published parser prints them.
"""

from __future__ import annotations

import pytest

from quality.answer import Answer
from quality.dqdl import Rule, parse
from quality.engines.glue.answers import answers_to, holds_without_rows, row_count
from quality.engines.glue.spelling import Outcome, matched, meaning, once


def rule(text: str) -> Rule:
    return parse(f"Rules = [ {text} ]").rules[0]


def judged(asked: list[str], outcomes: list[Outcome]) -> list[Answer]:
    rules = {index: rule(text) for index, text in enumerate(asked)}
    found = answers_to(rules, matched(rules, outcomes))
    return [found[index] for index in range(len(asked))]


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("RowCount > 2", "RowCount > 2"),
        ("RowCount   between 1.0 and 2", "RowCount between 1 and 2.00"),
        ('ColumnValues "a" in ["x", "y", NULL]', 'ColumnValues "a" in ["x","y",NULL]'),
        ('(IsComplete "a") or (IsComplete "b")', '(IsComplete "a") OR (IsComplete "b")'),
        (
            '(IsComplete "a") and (IsComplete "b") and (IsComplete "c")',
            '((IsComplete "a") AND (IsComplete "b")) AND (IsComplete "c")',
        ),
        ('ColumnValues "d" > (now() - 3 days)', 'ColumnValues "d" > (now() -  3 days)'),
        ('Completeness "a" > 0.5 where "b > 2"', 'Completeness "a" > 0.5 where "b > 2"'),
        ('ColumnValues "a" > 1 with threshold > 0.95', 'ColumnValues "a" > 1 with threshold > 0.95'),
        ('ColumnValues "a" in ["B\\"o", "c\\\\d"]', 'ColumnValues "a" in ["B"o","c\\d"]'),
        ('CustomSql "select count(*) from primary" = 0', 'CustomSql "select count(*) from primary" = 0'),
        ('DataFreshness "d" <= 24 hours', 'DataFreshness "d" <= 24 hours'),
    ],
)
def test_a_rule_is_known_by_the_text_that_glue_prints(asked: str, printed: str) -> None:
    (answer,) = judged([asked], [Outcome(printed, "Passed")])
    assert answer.passed


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("RowCount > 2", "RowCount > 3"),
        ('IsComplete "a"', 'IsComplete "A"'),
        ('ColumnValues "a" in ["x"]', 'ColumnValues "a" not in ["x"]'),
        ('Completeness "a" > 0.5 where "b > 2"', 'Completeness "a" > 0.5'),
        ('ColumnValues "a" > 1 with threshold > 0.95', 'ColumnValues "a" > 1'),
        ('(IsComplete "a") or (IsComplete "b")', '(IsComplete "a") AND (IsComplete "b")'),
        ('ColumnValues "a" in ["B\\"o"]', 'ColumnValues "a" in ["B"ob"]'),
        ("RowCount > 2", "not even a rule"),
        ("RowCount > 2", ""),
    ],
)
def test_no_other_rule_is_taken_for_it(asked: str, printed: str) -> None:
    (answer,) = judged([asked], [Outcome(printed, "Passed")])
    assert (answer.passed, answer.judged) == (False, False)
    assert answer.reason.startswith("Glue gave no answer to this rule")
    assert printed in answer.reason


def test_letters_that_fit_two_rules_prove_neither() -> None:
    rules = ['ColumnValues "a" in ["x\\"y z"]', 'ColumnValues "a" in ["x\\"yz"]']
    answers = judged(rules, [Outcome('ColumnValues "a" in ["x"yz"]', "Passed")])
    assert [answer.passed for answer in answers] == [False, False]


def test_the_order_of_answers_means_nothing_and_parts_of_composites_are_no_answer() -> None:
    either = '(IsComplete "a") or (RowCount > 9)'
    outcomes = [
        Outcome("RowCount > 9", "Failed", "Value: 5 does not meet the constraint requirement!"),
        Outcome('IsComplete "a"', "Passed"),
        Outcome("RowCount > 2", "Passed", None, {"Dataset.*.RowCount": 5.0}),
        Outcome('(IsComplete "a") OR (RowCount > 9)', "Passed"),
    ]
    rules = {0: rule(either), 1: rule("RowCount > 2")}
    found = matched(rules, outcomes)
    assert [answer.passed for answer in answers_to(rules, found).values()] == [True, True]
    assert found.strays == ()


def test_what_the_developer_guide_shows() -> None:
    """Its example of ruleOutcomes."""
    rules = [
        'ColumnExists "id"',
        'IsComplete "id"',
        'ColumnValues "state" in ["NY", "CA"]',
        "RowCount between 100 and 200",
    ]
    outcomes = [
        Outcome('ColumnExists "id"', "Passed"),
        Outcome('IsComplete "id"', "Passed", None, {"Column.id.Completeness": 1.0}),
        Outcome(
            'ColumnValues "state" in ["NY","CA"]',
            "Failed",
            "Value: 0.4 does not meet the constraint requirement!",
            {"Column.state.ColumnValues.Compliance": 0.4},
        ),
        Outcome(
            "RowCount between 100 and 200",
            "Failed",
            "Value: 5.0 does not meet the constraint requirement!",
            {"Dataset.*.RowCount": 5.0, "Dataset.*.Nothing": None},
        ),
    ]
    answers = judged(rules, outcomes)
    assert [answer.passed for answer in answers] == [True, True, False, False]
    assert all(answer.judged for answer in answers)
    assert answers[2].reason == "Value: 0.4 does not meet the constraint requirement!"
    assert answers[3].metrics == {"Dataset.*.RowCount": 5.0}
    assert [one.of for one in answers[3].measured] == ["RowCount"]


@pytest.mark.parametrize("word", ["Error", "Skipped", "PASSED", "", None])
def test_an_unknown_word_fails_and_blocks(word: str | None) -> None:
    (answer,) = judged(['IsComplete "a"'], [Outcome('IsComplete "a"', word)])
    assert (answer.passed, answer.judged, answer.reason) == (False, False, f"Glue answered {word}")


def test_what_is_not_about_the_data_blocks() -> None:
    reason = "Input data does not include column a!"
    (answer,) = judged(['IsComplete "a"'], [Outcome('IsComplete "a"', "Failed", reason)])
    assert (answer.passed, answer.judged, answer.reason) == (False, False, reason)


def test_two_answers_that_differ_prove_nothing() -> None:
    (answer,) = judged(
        ["RowCount > 1"], [Outcome("RowCount > 1", "Passed"), Outcome("RowCount > 1", "Failed")]
    )
    assert (answer.passed, answer.judged) == (False, False)
    assert answer.reason == "Glue gave several answers to this rule: Passed and Failed"


def test_rules_that_mean_the_same_are_asked_once_and_both_answered() -> None:
    rules = [rule("RowCount > 1"), rule("RowCount > 1.0"), rule("RowCount > 2")]
    assert [one.text for one in once(rules)] == ["RowCount > 1", "RowCount > 2"]
    assert meaning(rules[0]) == meaning(rules[1]) != meaning(rules[2])
    answers = judged(["RowCount > 1", "RowCount > 1.0"], [Outcome("RowCount > 1", "Passed")])
    assert [answer.passed for answer in answers] == [True, True]


def test_numbers_of_a_composite_belong_to_its_parts() -> None:
    text = '(Mean "a" > 1) and (Completeness "b" > 0.5) and (IsComplete "c")'
    metrics: dict[str, float | None] = {
        "Column.a.Mean": 3.0,
        "Column.b.Completeness": 0.7,
        "Column.c.Completeness": 1.0,
    }
    (answer,) = judged([text], [Outcome(text, "Passed", None, metrics)])
    assert {(one.of, one.value) for one in answer.measured} == {('Mean "a"', 3.0), ('Completeness "b"', 0.7)}


def test_a_number_that_two_parts_may_have_belongs_to_neither() -> None:
    text = '(Mean "a" > 1) and (Mean "a" > 2 where "b > 1")'
    (answer,) = judged([text], [Outcome(text, "Passed", None, {"Column.a.Mean": 3.0})])
    assert answer.measured == ()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('IsComplete "a"', True),
        ('Uniqueness "a" > 0.5', True),
        ("RowCount > 0", False),
        ('Mean "a" > 1', False),
        ('(IsComplete "a") and (RowCount > 0)', False),
        ('(IsComplete "a") or (RowCount > 0)', True),
    ],
)
def test_what_holds_for_no_rows(text: str, holds: bool) -> None:
    assert holds_without_rows(rule(text)) is holds


def test_rows_are_counted_by_a_rule_about_all_of_them() -> None:
    counted = Answer(passed=True, metrics={"Dataset.*.RowCount": 7.0})
    assert row_count({0: rule('RowCount > 1 where "a > 1"')}, {0: counted}) is None
    assert row_count({0: rule("RowCount > 1")}, {0: counted}) == 7
