from __future__ import annotations

import io

import pytest
from rich.console import Console

from etl_core.config.models.environment import EnvironmentConfig
from etl_core.config.models.project import ProjectConfig
from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Project, Table
from etl_core.plan.observed import Observed, ObservedSource, ObservedTable, SourceFile
from etl_core.plan.planner import make_plan
from etl_core.report.plan_tree import plan_tree, size

RULES = 'Rules = [ IsComplete "id", (ColumnValues "a" in ["x,y", "z"]) or (IsComplete "a") ]'


def shop(tmp_path) -> Project:
    orders = TableConfig.model_validate(
        {
            "table": "raw.orders",
            "source": {"path": "/landing/orders"},
            "target": {"mode": "cdc", "keys": ["id"], "partition_by": ["days(at)"]},
            "quality": {"rules": RULES},
        }
    )
    daily = TableConfig.model_validate(
        {"table": "enriched.daily", "inputs": {"orders": "raw.orders"}, "target": {"mode": "overwrite"}}
    )
    tables = {
        "raw.orders": Table(orders, ResolvedSource(path="/landing/orders"), "iceberg", {}),
        "enriched.daily": Table(daily, None, "parquet", {}),
    }
    environment = EnvironmentConfig(profile="glue-5.1", warehouse="/w")
    config = ProjectConfig(name="shop", layers=("raw", "enriched"))
    return Project(tmp_path, "local", config, environment, tables)


def shown(project: Project, observed: Observed, width: int = 100) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(plan_tree(make_plan(project, observed)))
    return out.getvalue()


def test_the_tree_says_what_and_why(tmp_path) -> None:
    files = tuple(SourceFile(f"/l/{n}", str(n), 400_000, 1, "e") for n in range(3))
    text = shown(shop(tmp_path), Observed({}, {"raw.orders": ObservedSource(files=files)}))
    assert text.startswith("shop · local\n├── raw\n│   └── + orders  create  iceberg cdc\n")
    for expected in (
        "3 new files, 1.2 MB in /landing/orders",
        "keys id · partitioned by days(at) · 2 rules",
        "_strata_ columns: run_id, ingested_at, seq",
        "└── + daily  create  parquet overwrite",
        "reads raw.orders: all",
        "2 tables: 2 to create",
    ):
        assert expected in text
    assert max(map(len, text.splitlines())) <= 100


def test_an_error_stands_at_its_table(tmp_path) -> None:
    sources = {"raw.orders": ObservedSource(error="no folder \x1b[31m/landing", notes=("one late file",))}
    text = shown(shop(tmp_path), Observed({"raw.orders": ObservedTable(exists=True)}, sources))
    assert "✗ orders  fails" in text
    assert "no folder �[31m/landing" in text
    assert "one late file" in text
    assert text.endswith("2 tables: 1 to create, 1 cannot run\n")


def test_offline_marks_what_is_not_known(tmp_path) -> None:
    text = shown(shop(tmp_path), Observed(offline=True))
    assert "offline" in text.splitlines()[0]
    assert "? orders  unknown" in text
    assert "reads what is new in /landing/orders" in text
    assert "create" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_234_567, "1.2 MB"),
        (999_960, "1.0 MB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes(value: int, text: str) -> None:
    assert size(value) == text
