"""From a run's record to rows of metrics, and what happens where they cannot be written or read."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.metrics import read, store
from etl_core.report.records import RunRecord, TableRecord
from etl_core.run.rules.metrics import keep, results_before, rows_of, undone
from etl_core.state.models import Measured, Verdict

AT = datetime(2026, 1, 2, tzinfo=UTC)
COUNT = Measured(of="RowCount", rule_type="RowCount", metric="Dataset.*.RowCount", value=3.0)
MEAN = Measured(of='Mean "a"', rule_type="Mean", metric="Column.a.Mean", column="a", value=0.5)


def record(*verdicts: Verdict, batches: tuple[str, ...] = ("r",)) -> RunRecord:
    part = TableRecord(table="raw.sale", status="done", started=AT, verdicts=verdicts, batches=batches)
    return RunRecord(
        run_id="r",
        project="shop",
        environment="local",
        logical_time=AT,
        started=AT,
        finished=AT,
        exit_code=0,
        tables=(part,),
        strata_version="1",
        profile="glue-5.1",
    )


def verdict(rule: str = "RowCount > 0", *measured: Measured, **more: object) -> Verdict:
    return Verdict(rule=rule, outcome="passed", measured=measured, **more)  # type: ignore[arg-type]


@pytest.fixture
def environment(tmp_path: Path) -> EnvironmentConfig:
    return EnvironmentConfig(profile="glue-5.1", warehouse=str(tmp_path))


def test_a_row_a_number_and_one_for_a_rule_without() -> None:
    both = '(RowCount > 0) and (Mean "a" > 0)'
    rows = list(rows_of(record(verdict(both, COUNT, MEAN, rows=3), verdict('IsComplete "a"'))))
    assert [(row.rule, row.rule_type, row.metric, row.column, row.value, row.rows) for row in rows] == [
        (both, "RowCount", "Dataset.*.RowCount", "", 3.0, 3),
        (both, "Mean", "Column.a.Mean", "a", 0.5, 3),
        ('IsComplete "a"', "IsComplete", None, None, None, None),
    ]
    assert {row.measure for row in rows} == {"RowCount", 'Mean "a"', None}


def test_of_several_batches_only_those_that_were_published_say_so() -> None:
    judged = [verdict("RowCount > 0", COUNT, batch=number) for number in (1, 2, 3)]
    rows = list(rows_of(record(*judged, batches=("r-1", "r-2"))))
    assert [(row.batch, row.published_as) for row in rows] == [(1, "r-1"), (2, "r-2"), (3, None)]


def test_a_run_that_judged_nothing_writes_nothing(environment: EnvironmentConfig, tmp_path: Path) -> None:
    assert keep(environment, record()) == (record(), [])
    assert list(tmp_path.iterdir()) == []


def test_a_run_keeps_its_metrics_and_gets_the_lines(environment: EnvironmentConfig) -> None:
    written = record(verdict("RowCount > 0", COUNT))
    kept, lines = keep(environment, written)
    assert kept == written
    assert [(line.rule, [point.value for point in line.points]) for line in lines] == [
        ("RowCount > 0", [3.0])
    ]
    assert results_before(environment, "raw.sale", "rules", 5).results == {
        ("RowCount", "Dataset.*.RowCount"): (3.0,)
    }


def test_what_cannot_be_written_is_said_and_harms_nothing(
    environment: EnvironmentConfig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left\nand more")

    monkeypatch.setattr(store, "add", broken)
    monkeypatch.setattr(store, "mark_undone", broken)
    kept, lines = keep(environment, record(verdict("RowCount > 0", COUNT)))
    (warning,) = kept.warnings
    assert warning == (
        "the run's metrics are not in _strata.metrics: no space left; the tables are as reported"
    )
    assert warning in caplog.text
    assert lines == []
    undone(environment, "raw.sale", ["r"], "x")
    assert "raw.sale: rewound runs still count for dynamic rules" in caplog.text


def test_what_cannot_be_read_is_a_problem_of_the_rules_that_need_it(
    environment: EnvironmentConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(read, "earlier", broken)
    found = results_before(environment, "raw.sale", "rules", 5)
    assert found.problem == "the results of earlier runs cannot be read: gone"
    assert found.results == {}


def test_without_pyiceberg_the_warning_says_what_to_install(
    environment: EnvironmentConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.startswith("etl_core.metrics.")]:
        if name != "etl_core.metrics.model":
            monkeypatch.delitem(sys.modules, name)
    for name in ("read", "store"):
        monkeypatch.delattr(f"etl_core.metrics.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "pyiceberg.exceptions", None)
    kept, _ = keep(environment, record(verdict("RowCount > 0", COUNT)))
    assert "pip install 'strata-etl[history]'" in kept.warnings[0]
