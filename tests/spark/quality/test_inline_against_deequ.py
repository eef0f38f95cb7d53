"""The inline engine and Deequ judge the same frames by the same rules; where they differ is known, and why.

KNOWN is exact: a difference that is no longer one fails as well. docs/quality.md tells users of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from pyspark.sql import DataFrame, SparkSession
from quality_frames import frame
from quality_rules import CORPUS

from quality.dqdl import parse
from quality.engine import RULES_FAILED, Engine
from quality.engines.deequ.engine import DeequEngine
from quality.engines.inline.engine import InlineEngine
from quality.engines.support import engine_for

# Deequ asks about NULLs of its own: not the metric of this rule
_BESIDE = {"ColumnLength": "Completeness"}
KNOWN: dict[tuple[str, str, str], str] = {}


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
    """Plans of Deequ are large and the frames small: nothing is compiled, nothing is spread."""
    for name, value in {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "America/New_York",
    }.items():
        table_session.conf.set(name, value)
    return table_session


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
