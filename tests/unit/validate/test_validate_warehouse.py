"""Warehouse and catalog go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_core.config.models.environment import EnvironmentConfig
from tests.unit.config.small_project import LOCAL, ORDERS, edited, problems, short


def environment(text: str) -> dict[str, str | None]:
    return {LOCAL: f"profile: glue-5.1\n{text}"}


@pytest.mark.parametrize(
    ("text", "glue"),
    [
        ("warehouse: folder", False),
        ("warehouse: folder\ncatalog: {type: jdbc}", False),
        ("warehouse: s3://lake/tables", True),
        ("warehouse: s3a://lake", True),
        ("warehouse: s3://lake\ncatalog: {type: glue}", True),
    ],
)
def test_what_goes_together(text: str, glue: bool, tmp_path: Path) -> None:
    assert problems(tmp_path, environment(text)) == []
    parts = dict(line.split(": ", 1) for line in text.splitlines())
    assert EnvironmentConfig(profile="glue-5.1", warehouse=parts["warehouse"]).uses_glue is glue


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "warehouse: folder\ncatalog: {type: glue}",
            "conf/environments/local.yaml:3:17 `catalog.type: glue` needs a warehouse on S3",
        ),
        (
            "warehouse: s3://lake\ncatalog:\n  type: jdbc",
            "conf/environments/local.yaml:4:9 `catalog.type: jdbc` suits a warehouse in a folder only",
        ),
    ],
)
def test_what_does_not(text: str, said: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, environment(text))
    assert short([found]) == [said]
    assert found.hint


def test_capitals_are_refused_by_glue_only(tmp_path: Path) -> None:
    orders = edited(ORDERS, "table: raw.orders", "table: raw.Orders")[ORDERS]
    changes = {
        ORDERS: None,
        "conf/tables/raw/Orders.yaml": orders,
        "conf/tables/enriched/daily.yaml": None,
        "jobs/enriched/daily.py": None,
    }
    assert problems(tmp_path / "folder", changes) == []
    (found,) = problems(tmp_path / "s3", {**changes, **environment("warehouse: s3://lake")})
    assert found.message == "`raw.Orders`: the Glue Data Catalog has no names with capitals"
    assert found.hint == "call it raw.orders"
