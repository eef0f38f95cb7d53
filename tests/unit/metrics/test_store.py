"""`_strata.metrics` by pyiceberg: once a run, beside other runs, and no more of a run than was published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.metrics import read, store
from tests.aws import empty_account, moto_server, settings
from tests.unit.metrics.metric_rows import row

KEY = ("RowCount", "Dataset.*.RowCount")


@pytest.fixture
def environment(tmp_path: Path) -> EnvironmentConfig:
    return EnvironmentConfig(profile="glue-5.1", warehouse=str(tmp_path))


def held(environment: EnvironmentConfig) -> list[dict[str, Any]]:
    """By a reader that knows nothing of Strata."""
    catalog = SqlCatalog("strata", uri=f"sqlite:///{environment.warehouse}/catalog.db")
    rows: list[dict[str, Any]] = catalog.load_table("_strata.metrics").scan().to_arrow().to_pylist()
    return rows


def results(environment: EnvironmentConfig, count: int = 10, ruleset: str = "rules") -> tuple[float, ...]:
    return tuple(read.earlier(environment, "raw.sale", ruleset, count).results.get(KEY, ()))


def test_looking_makes_nothing(environment: EnvironmentConfig, tmp_path: Path) -> None:
    assert results(environment) == ()
    assert read.trends(environment, 20, "raw.sale") == []
    store.mark_undone(environment, "raw.sale", ["a"], "b")
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_there_once_however_often_it_writes(environment: EnvironmentConfig) -> None:
    store.add(environment, [row("a", 1.0), row("a", 5.0, table="raw.other")])
    store.add(environment, [row("b", 2.0)])
    store.add(environment, [row("a", 3.0)])  # again, of one of its tables
    found = sorted((one["run_id"], one["table"], one["value"]) for one in held(environment))
    assert found == [("a", "raw.other", 5.0), ("a", "raw.sale", 3.0), ("b", "raw.sale", 2.0)]
    assert found[0][2] == 5.0


def test_runs_that_end_together_all_land_and_one_that_ends_twice_lands_once(
    environment: EnvironmentConfig,
) -> None:
    runs = [*(f"run{number}" for number in range(4)), "twice", "twice"]
    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(lambda run_id: store.add(environment, [row(run_id)]), runs))
    assert sorted(one["run_id"] for one in held(environment)) == [*runs[:4], "twice"]


def test_all_of_a_row_is_kept(environment: EnvironmentConfig) -> None:
    whole = row("a", 0.5, reason="few", rows=7, column="x", outcome="failed", blocking=False, kind="requeue")
    bare = row("a", None, rule="IsComplete", published_as=None)
    store.add(environment, [whole, bare])
    for wanted, found in zip(
        [whole, bare], sorted(held(environment), key=lambda one: one["value"] is None), strict=True
    ):
        assert {name: getattr(wanted, name) for name in found} == found


def test_the_last_results_newest_first_from_however_long_ago(environment: EnvironmentConfig) -> None:
    for days, value in ((900, 1.0), (400, 2.0), (30, 3.0), (1, 4.0)):
        store.add(environment, [row(f"r{days}", value, days=days)])
    assert results(environment, 2) == (4.0, 3.0)
    assert results(environment, 10) == (4.0, 3.0, 2.0, 1.0)


@pytest.mark.parametrize(
    "other",
    [
        {"table": "raw.other"},
        {"ruleset": "table_rules"},
        {"published_as": None},
        {"rewound_by": "x"},
        {"kind": "backfill"},
        {"kind": "requeue"},
        {"value": None},
    ],
)
def test_what_is_no_earlier_result_of_a_batch(environment: EnvironmentConfig, other: dict[str, Any]) -> None:
    value = other.pop("value", 9.0)
    store.add(environment, [row("a", 1.0, days=1)])
    store.add(environment, [row("b", value, **other)])
    assert results(environment) == (1.0,)


def test_a_table_as_a_whole_is_the_same_whatever_run_made_it(environment: EnvironmentConfig) -> None:
    store.add(environment, [row("a", 1.0, kind="full refresh", ruleset="table_rules")])
    assert results(environment, ruleset="table_rules") == (1.0,)


def test_two_rules_about_one_number_are_one_result_and_two_batches_two(
    environment: EnvironmentConfig,
) -> None:
    store.add(
        environment,
        [row("a", 1.0), row("a", 1.0, rule="RowCount < 9"), row("a", 2.0, batch=2, published_as="a-2")],
    )
    assert results(environment) == (2.0, 1.0)


def test_rewound_runs_stay_and_count_no_more(environment: EnvironmentConfig) -> None:
    for run_id, days in (("a", 3), ("b", 2), ("c", 1)):
        store.add(environment, [row(run_id, float(days), days=days), row(run_id, 7.0, table="raw.other")])
    store.mark_undone(environment, "raw.sale", ["b", "c"], "rewind")
    store.mark_undone(environment, "raw.sale", ["b", "c"], "again")  # safe to repeat
    assert results(environment) == (3.0,)
    marks = {(one["run_id"], one["table"]): one["rewound_by"] for one in held(environment)}
    assert marks == {
        ("a", "raw.sale"): None,
        ("b", "raw.sale"): "rewind",
        ("c", "raw.sale"): "rewind",
        **{(run_id, "raw.other"): None for run_id in "abc"},
    }
    (line,) = read.trends(environment, 2, "raw.sale")
    assert [(point.run_id, point.state) for point in line.points] == [("b", "rewound"), ("c", "rewound")]


def test_in_the_glue_data_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_server() as url:
        for name, value in settings(url, tmp_path).items():
            monkeypatch.setenv(name, value)
        empty_account(url, "lake")
        lake = EnvironmentConfig(profile="glue-5.1", warehouse="s3://lake/warehouse")
        assert results(lake) == ()
        store.add(lake, [row("a", 1.0, days=1)])
        store.add(lake, [row("b", 2.0)])
        store.add(lake, [row("b", 3.0)])
        assert results(lake) == (3.0, 1.0)
        store.mark_undone(lake, "raw.sale", ["b"], "c")
        assert results(lake) == (1.0,)
