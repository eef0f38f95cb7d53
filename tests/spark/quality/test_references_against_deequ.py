"""Rules that compare the judged rows with other datasets: the inline engine and Deequ say the same."""

from __future__ import annotations

import math

import pytest
from pyspark.sql import SparkSession
from quality_frames import lean
from reference_frames import NO_ROWS, RULES, evaluated, frames, judged

from etl_core.state.models import Verdict
from quality.engines.deequ.engine import DeequEngine
from quality.engines.inline.engine import InlineEngine

# rule -> why the engines do not say the same; docs/quality.md tells users
KNOWN = {
    'RowCountMatch "nobody" >= 1.0': "rows are no share of no rows; Deequ's is infinite",
}


@pytest.fixture
def session(table_session: SparkSession) -> SparkSession:
    return lean(table_session)


def test_both_engines_agree(session: SparkSession) -> None:
    ours, theirs = (judged(engine, session, RULES) for engine in (InlineEngine(), DeequEngine()))
    different = {
        rule: (ours[rule], theirs[rule])
        for rule in RULES
        if ours[rule].outcome != theirs[rule].outcome or not alike(ours[rule], theirs[rule])
    }
    assert {rule: both for rule, both in different.items() if rule not in KNOWN} == {}, [*different]
    assert KNOWN.keys() <= different.keys(), "no longer a difference: take it off the list"


def alike(ours: Verdict, theirs: Verdict) -> bool:
    return all(
        name in ours.metrics and math.isclose(ours.metrics[name], value, rel_tol=1e-9)
        for name, value in theirs.metrics.items()
    )


def test_no_rows_have_no_orphans(session: SparkSession) -> None:
    df, references = frames(session)
    found = evaluated(DeequEngine(), df.limit(0), NO_ROWS, references)
    assert [one.outcome for one in found.verdicts][:2] == ["passed", "passed"]
