"""Which tables take single rows again, and what the others are told."""

from __future__ import annotations

from typing import Any

import pytest

from etl_core.config.models.source import ResolvedSource
from etl_core.config.models.table import TableConfig
from etl_core.config.project import Table
from etl_core.errors import PlanError
from etl_core.plan.requeueing import refuse_requeue

KEYED = {"mode": "cdc", "keys": ["id"]}


def table(*, inputs: bool = False, **target: Any) -> Table:
    reads: dict[str, Any] = {"inputs": {"a": {"table": "raw.a", "read": "changed_keys"}}}
    if not inputs:
        reads = {"source": {"path": "landing"}}
    config = TableConfig.model_validate({"table": "raw.t", "target": target, **reads})
    return Table(config, None if inputs else ResolvedSource(path="landing"), "iceberg", {})


@pytest.mark.parametrize("target", [{"mode": "append"}, KEYED, {"mode": "merge", "keys": ["id"]}])
def test_rows_that_stand_for_themselves_and_events_are_taken(target: dict[str, Any]) -> None:
    refuse_requeue(table(**target))


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (table(mode="overwrite"), "--full-refresh --select raw.t"),
        (table(mode="overwrite_partitions"), "--full-refresh --select raw.t"),
        (table(mode="snapshot", keys=["id"]), "--full-refresh --select raw.t"),
        (table(inputs=True, mode="merge", keys=["id"]), "--full-refresh --select raw.t"),
        (table(**KEYED, before_keys=["old"]), "backfill --select raw.t"),
        (table(**KEYED, partial="ignore_null_updates"), "backfill --select raw.t"),
    ],
)
def test_the_others_are_told_a_way_out(asked: Table, hint: str) -> None:
    with pytest.raises(PlanError) as refused:
        refuse_requeue(asked)
    assert hint in refused.value.hint
