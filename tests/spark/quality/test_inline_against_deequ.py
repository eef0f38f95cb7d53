"""The inline engine and Deequ judge the same frames by the same rules; where they differ is known, and why.

KNOWN is exact: a difference that is no longer one fails as well. docs/quality.md tells users of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import frame, lean
from quality_rules import CORPUS

from quality.dqdl import parse
from quality.engine import RULES_FAILED, Engine
from quality.engines.deequ.engine import DeequEngine
from quality.engines.inline.engine import InlineEngine
from quality.engines.support import engine_for

_NAN = "NaN meets no comparison; Deequ's minimum leaves it out, its rows do not"
_EXACT = "whole and decimal numbers are compared exactly, not as double precision"
_FLOAT = "a float is the number that it is written as, whatever the operator"
_ROUNDED = "Deequ takes statistics for equal within 0.00001"
_WHOLE = "`not matches` looks at the whole value; Deequ at words, and it fails empty texts"
_QUOTED = "a quote is part of the value; Deequ loses it"
_NULLS = "NULLs are not compared with each other; Deequ has no state without a value"
# frame, rule, in which respect -> why
KNOWN = {
    ("people", 'ColumnValues "x" > -2 where "x is not null"', "outcome"): _NAN,
    ("people", 'ColumnValues "x" > -2 where "x is not null"', "rows"): _NAN,
    ("people", 'ColumnValues "s" in ["Ann", "O\'x", "b c", "NULL"]', "metrics"): _QUOTED,
    ("people", 'ColumnValues "s" in ["Ann", "O\'x", "b c", "NULL"]', "rows"): _QUOTED,
    ("people", 'ColumnValues "s" not matches "Ann"', "rows"): _WHOLE,
    ("people", 'ColumnValues "s" not matches "b"', "rows"): _WHOLE,
    ("numbers", 'Mean "dec" = 0.200001', "outcome"): _ROUNDED,
    ("numbers", 'ColumnValues "big" > 9007199254740992 where "key = 1"', "outcome"): _EXACT,
    ("numbers", 'ColumnValues "big" > 9007199254740992 where "key = 1"', "rows"): _EXACT,
    ("numbers", 'ColumnValues "big" != 9007199254740992', "metrics"): _EXACT,
    ("numbers", 'ColumnValues "big" != 9007199254740992', "rows"): _EXACT,
    ("numbers", 'ColumnValues "wide" < 12345678901234567890.2', "rows"): _EXACT,
    ("numbers", 'ColumnValues "f" > 0.15 where "key in (2, 4)"', "outcome"): _NAN,
    ("numbers", 'ColumnValues "f" > 0.15 where "key in (2, 4)"', "rows"): _NAN,
    ("numbers", 'ColumnValues "f" in [0.1, 0.2] where "key < 3"', "outcome"): _FLOAT,
    ("numbers", 'ColumnValues "f" in [0.1, 0.2] where "key < 3"', "metrics"): _FLOAT,
    ("numbers", 'ColumnValues "f" in [0.1, 0.2] where "key < 3"', "rows"): _FLOAT,
    ("names", 'IsUnique "nothing"', "outcome"): _NULLS,
}
# what Deequ gives beside the metric of a rule: its answer to another question, or to any rule with a pattern
_BESIDE = {"ColumnLength": "Completeness", "ColumnValues": "PatternMatch"}


@dataclass(frozen=True)
class Found:
    """What an engine says of a rule. rows: keys of the rows that fail it; None where rows were not named."""

    outcome: str
    metrics: dict[str, float]
    rows: frozenset[int]


def judged(engine: Engine, df: DataFrame, rules: list[str], *, rows: bool) -> dict[str, Found]:
    """By the rule as it stands in the corpus."""
    if not rules:
        return {}
    found = engine.evaluate(df, parse(f"Rules = [ {', '.join(rules)} ]"), rows=rows)
    bad = found.row_failures.select("key", RULES_FAILED).collect() if found.row_failures else []
    failing: dict[str, set[int]] = {}
    for row in bad:
        for text in row[RULES_FAILED]:
            failing.setdefault(text, set()).add(row["key"])
    return {
        rule: Found(one.outcome, dict(one.metrics), frozenset(failing.get(one.rule, ())))
        for rule, one in zip(rules, found.verdicts, strict=True)
    }


def differences(rule: str, ours: Found, theirs: Found) -> set[str]:
    """In which respects the two differ. A metric that only we have is none: Deequ keeps some to itself."""
    skipped = _BESIDE.get(rule.split(maxsplit=1)[0], "nothing")
    wanted = {name: value for name, value in theirs.metrics.items() if not name.endswith(skipped)}
    same = all(
        name in ours.metrics and math.isclose(ours.metrics[name], value, rel_tol=1e-9, abs_tol=1e-12)
        for name, value in wanted.items()
    )
    return {
        aspect
        for aspect, equal in (
            ("outcome", ours.outcome == theirs.outcome),
            ("metrics", same),
            ("rows", ours.rows == theirs.rows),
        )
        if not equal
    }


@pytest.fixture
def session(table_session: SparkSession) -> SparkSession:
    return lean(table_session, "America/New_York")


@pytest.mark.parametrize(
    ("name", "of_dataset", "of_rows"), CORPUS, ids=[f"{number}-{one[0]}" for number, one in enumerate(CORPUS)]
)
def test_both_engines_agree(
    session: SparkSession, name: str, of_dataset: list[str], of_rows: list[str]
) -> None:
    df, found = frame(name, session), {}
    for rules, rows in ((of_dataset, False), (of_rows, True)):
        ours = judged(InlineEngine(), df, rules, rows=rows)
        theirs = judged(DeequEngine(), df, rules, rows=rows)
        found |= {
            (name, rule, aspect): (ours[rule], theirs[rule])
            for rule in rules
            for aspect in differences(rule, ours[rule], theirs[rule])
        }
    asked = {*of_dataset, *of_rows}
    known = {one for one in KNOWN if one[0] == name and one[1] in asked}
    assert {one: both for one, both in found.items() if one not in known} == {}
    assert known - set(found) == set(), "no longer a difference: take it off the list"


def test_the_corpus_is_large_and_what_is_known_is_part_of_it() -> None:
    every = [(name, rule) for name, of_dataset, of_rows in CORPUS for rule in (*of_dataset, *of_rows)]
    assert len(every) == len(set(every)) >= 150
    assert {(name, rule) for name, rule, _ in KNOWN} <= set(every)


@pytest.mark.parametrize("engine", ["inline", "deequ"])
def test_each_engine_takes_every_rule_of_the_corpus(engine: str) -> None:
    rules = [rule for _, of_dataset, of_rows in CORPUS for rule in (*of_dataset, *of_rows)]
    parsed = parse(f"Rules = [ {', '.join(rules)} ]").rules
    assert [rule.text for rule in parsed if engine_for(rule, engine, "dataset") is None] == []
