"""Rules that compare the judged rows with other datasets, with plain Python as their oracle."""

from __future__ import annotations

from collections import Counter

import pytest
from pyspark.sql import SparkSession
from quality_frames import lean
from reference_frames import NO_ROWS, OTHERS, ROWS, RULES, evaluated, frames, judged

from quality.engines.inline.engine import InlineEngine


@pytest.fixture
def session(table_session: SparkSession) -> SparkSession:
    return lean(table_session)


def test_shares_are_those_of_plain_python(session: SparkSession) -> None:
    found = judged(InlineEngine(), session, RULES)
    keys = Counter(row[0] for row in OTHERS)
    cities = {(row[1], row[2]) for row in OTHERS if None not in row[1:3]}
    paid = {row[0]: row[3] for row in OTHERS if row[0] is not None}
    expected = {
        RULES[0]: sum(keys[row[0]] > 0 for row in ROWS) / 5,
        RULES[3]: sum((row[1], row[2]) in cities for row in ROWS) / 5,
        RULES[7]: sum(row[0] in paid and row[3] == paid[row[0]] for row in ROWS) / 5,
        RULES[21]: 35 / 40,
    }
    for rule, share in expected.items():
        assert list(found[rule].metrics.values()) == [pytest.approx(share)], rule


def test_what_cannot_be_compared_fails_with_the_reason(session: SparkSession) -> None:
    found = judged(InlineEngine(), session, RULES)
    reasons = {rule: one.reason for rule, one in found.items() if one.outcome == "failed"}
    assert "there is no dataset `nowhere`" in reasons['ReferentialIntegrity "id" "nowhere.id" = 1.0']
    assert "`gone`" in reasons['ReferentialIntegrity "id" "other.gone" = 1.0']
    assert "the keys are not unique: 1 more rows than keys in the judged rows" in reasons[RULES[11]]
    assert "no column `city`" in reasons['DatasetMatch "other" "id->ref_id" > 0.1']
    assert reasons[RULES[0]] == "the share of rows that are found in `other` is 0.8, wanted = 1.0"


def test_no_rows_have_no_orphans(session: SparkSession) -> None:
    df, references = frames(session)
    found = evaluated(InlineEngine(), df.limit(0), NO_ROWS, references)
    assert [one.outcome for one in found.verdicts][:2] == ["passed", "passed"]


def test_two_empty_datasets_have_as_many_rows(session: SparkSession) -> None:
    df, references = frames(session)
    found = evaluated(InlineEngine(), df.limit(0), ['RowCountMatch "nobody" = 1.0'], references)
    assert [one.outcome for one in found.verdicts] == ["passed"]


def test_queries_see_declared_datasets_only_and_leave_no_view(session: SparkSession) -> None:
    df, references = frames(session)
    df.createOrReplaceTempView("secret")
    rules = ['CustomSql "select count(*) from secret" > 0', 'CustomSql "select count(*) from NARROW" = 5']
    found = evaluated(InlineEngine(), df, rules, references)
    assert [one.outcome for one in found.verdicts] == ["failed", "passed"]
    assert "declared references and nothing else: not `secret`" in found.verdicts[0].reason
    views = session.sql("SHOW VIEWS").collect()
    assert [view.viewName for view in views if view.isTemporary] == ["secret"]
